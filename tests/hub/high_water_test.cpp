// SPDX-License-Identifier: Apache-2.0
#include "hub/high_water.hpp"

#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

struct Folder : TestFolder {
  [[nodiscard]] std::filesystem::path file() const { return path() / HighWater::kFileName; }
  [[nodiscard]] std::optional<std::uint64_t> known() const { return must(HighWater::open(path())).known(); }
  void spoil(std::streamoff at) const {
    std::fstream out(file(), std::ios::binary | std::ios::in | std::ios::out);
    out.seekp(at);
    out.put('!');
  }
};

}  // namespace

TEST_CASE("the high-water file remembers the newest number, up or down, over new starts") {
  const Folder folder;
  CHECK_FALSE(folder.known());
  for (const std::uint64_t count : {7U, 8U, 1'000'000U, 3U}) {
    auto file = must(HighWater::open(folder.path()));
    must(file.put(count));
    CHECK(file.known() == count);
    CHECK(folder.known() == count);
  }
  CHECK(std::filesystem::file_size(folder.file()) == 1024);
}

TEST_CASE("a copy of the high-water file says nothing") {
  const Folder folder;
  must(must(HighWater::open(folder.path())).put(7));
  std::filesystem::copy_file(folder.file(), folder.path() / "copy");
  std::filesystem::rename(folder.path() / "copy", folder.file());
  CHECK_FALSE(folder.known());
  must(must(HighWater::open(folder.path())).put(5));
  CHECK(folder.known() == 5);
}

TEST_CASE("a write of the high-water file that was cut off leaves the number before it") {
  const Folder folder;
  auto file = must(HighWater::open(folder.path()));
  must(file.put(7));   // the second slot
  must(file.put(12));  // the first one
  folder.spoil(40);
  CHECK(folder.known() == 7);
  folder.spoil(512 + 40);
  CHECK_FALSE(folder.known());
  std::filesystem::resize_file(folder.file(), 100);
  CHECK_FALSE(folder.known());
}
