// SPDX-License-Identifier: Apache-2.0
#include "common/store/picture_folder.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

Bytes picture_of(std::size_t bytes, std::uint8_t mark) {
  Bytes out{0xFF, 0xD8, 0xFF, 0xE0};
  out.resize(bytes, mark);
  return out;
}

struct Desk {
  Desk() : root(std::filesystem::temp_directory_path() / ("pictures-" + std::to_string(::getpid()))) {
    std::filesystem::remove_all(root);
    std::filesystem::create_directories(root);
  }
  ~Desk() { std::filesystem::remove_all(root); }
  std::filesystem::path root;
  std::filesystem::path at = root / "pictures";
  PictureFolder folder{at};
};

}  // namespace

TEST_CASE(
    "a picture in pieces goes on where it stopped, also after a restart, and its bytes are as they came") {
  Desk desk;
  const Bytes file = picture_of(1'000, 7);
  const Hash hash = sha256(file);
  const ByteView view(file);
  CHECK(desk.folder.held(hash).bytes == 0);
  CHECK(desk.folder.put(hash, 0, file.size(), view.first(400)).value().bytes == 400);
  // The same again, and one that leaves a gap: nothing changes, and the answer says where to go on.
  CHECK(desk.folder.put(hash, 0, file.size(), view.first(400)).value().bytes == 400);
  CHECK(desk.folder.put(hash, 800, file.size(), view.subspan(800)).value().bytes == 400);
  CHECK(code_of(desk.folder.read(hash)) == "picture.unknown");

  PictureFolder again(desk.at);
  CHECK(again.held(hash).bytes == 400);
  CHECK(again.put(hash, 400, file.size(), view.subspan(400)).value().whole);
  CHECK(again.read(hash).value() == file);
  CHECK(again.read(hash, 990, 100).value().size() == 10);
  CHECK(again.held(hash).whole);
  struct stat state {};
  REQUIRE(::stat((desk.at / std::filesystem::directory_iterator(desk.at)->path().filename()).c_str(),
                 &state) == 0);
  CHECK((state.st_mode & 0777) == 0600);
}

TEST_CASE("a picture with another hash than the one announced is not kept, and can be sent again") {
  Desk desk;
  const Bytes file = picture_of(500, 1);
  const Hash hash = sha256(file);
  Bytes other = file;
  other.back() = 9;
  CHECK(code_of(desk.folder.put(hash, 0, other.size(), other)) == "picture.differs");
  CHECK(desk.folder.held(hash).bytes == 0);
  CHECK(desk.folder.put(hash, 0, file.size(), file).value().whole);
}

TEST_CASE(
    "what is too large, empty, outside of itself or no picture is refused at the limit and one past it") {
  Desk desk;
  const Bytes file = picture_of(64, 1);
  const Hash hash = sha256(file);
  CHECK(desk.folder.put(hash, 0, ses::kPictureBytes, file).value().bytes == 64);
  CHECK(code_of(desk.folder.put(hash, 0, ses::kPictureBytes + 1, file)) == "picture.size");
  CHECK(code_of(desk.folder.put(hash, 0, 0, file)) == "picture.size");
  CHECK(code_of(desk.folder.put(hash, 1, 64, file)) == "picture.size");
  CHECK(code_of(desk.folder.put(hash, 65, 64, file)) == "picture.size");
  CHECK(code_of(desk.folder.put(hash, 0, 64, ByteView{})) == "picture.size");
  CHECK(code_of(PictureFolder(desk.root / "b").put(as_bytes("MZ, a program and no picture"))) ==
        "picture.media");
}

TEST_CASE("words stand beside a picture, and both are gone when it is removed or its time is over") {
  Desk desk;
  const Hash hash = desk.folder.put(picture_of(100, 3)).value();
  REQUIRE(desk.folder.put_words(hash, as_bytes("first")).has_value());
  REQUIRE(desk.folder.put_words(hash, as_bytes("now")).has_value());
  CHECK(as_text(*desk.folder.words(hash)) == "now");
  REQUIRE(desk.folder.remove(hash).has_value());
  REQUIRE(desk.folder.remove(hash).has_value());
  CHECK_FALSE(desk.folder.words(hash).has_value());
  CHECK_FALSE(desk.folder.held(hash).whole);

  static_cast<void>(desk.folder.put(picture_of(100, 4)).value());
  const Hash kept = desk.folder.put(picture_of(100, 5)).value();
  const auto but = [&](const Hash& sha256, std::int64_t written_ms) {
    return sha256 != kept && written_ms > 0;
  };
  CHECK(desk.folder.remove_if(but).value() == 1);
  CHECK(desk.folder.held(kept).whole);
}
