// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "common/crypto/encoding.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
namespace fs = std::filesystem;

namespace {

// A folder for one test, with the key folder "keys" not yet made in it.
class Sandbox {
 public:
  Sandbox() { fs::create_directory(credentials()); }
  [[nodiscard]] fs::path keys() const { return root_ / "keys"; }
  [[nodiscard]] fs::path credentials() const { return root_ / "credentials"; }
  [[nodiscard]] KeyFolder folder() const { return {keys(), {}}; }

 private:
  test::TestFolder root_;
};

Bytes some_key(std::uint8_t first = 1) {
  Bytes key(32, 0x5A);
  key[0] = first;
  return key;
}

void write(const fs::path& path, std::string_view content, mode_t mode = 0600) {
  fs::remove(path);
  std::ofstream(path, std::ios::binary) << content;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string read(const fs::path& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

mode_t mode_of(const fs::path& path) {
  struct stat status {};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_mode & 07777U;
}

std::string line(std::string_view role, const Bytes& key) {
  return "sealkeep-key-v1 " + std::string(role) + " " + base64(key) + "\n";
}

template <class T>
std::string refusal(const Result<T>& result) {
  return result ? std::string("accepted") : result.error().code;
}

}  // namespace

TEST_CASE(
    "a stored key is loaded again, from a file of mode 0600 in a folder of mode 0700, in the stated form") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  CHECK_FALSE(folder.has("site-log"));
  REQUIRE(folder.store("site-log", some_key()));
  CHECK(folder.has("site-log"));
  CHECK(to_bytes(folder.load("site-log").value().expose()) == some_key());
  CHECK(mode_of(sandbox.keys()) == 0700);
  CHECK(mode_of(sandbox.keys() / "site-log.key") == 0600);
  CHECK(read(sandbox.keys() / "site-log.key") == line("site-log", some_key()));
  CHECK(std::distance(fs::directory_iterator(sandbox.keys()), fs::directory_iterator()) == 1);
}

TEST_CASE("a key is never overwritten") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key(1)));
  CHECK(refusal(folder.store("hub", some_key(2))) == "key.exists");
  CHECK(to_bytes(folder.load("hub").value().expose()) == some_key(1));
  CHECK(std::distance(fs::directory_iterator(sandbox.keys()), fs::directory_iterator()) == 1);
  REQUIRE(folder.store("hub-2", some_key(2)));
  CHECK(to_bytes(folder.load("hub-2").value().expose()) == some_key(2));
}

TEST_CASE("a dangling link or a damaged file in the key's place is not overwritten either") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("other", some_key()));
  fs::create_symlink("/nonexistent", sandbox.keys() / "hub.key");
  CHECK(refusal(folder.store("hub", some_key())) == "key.exists");
  write(sandbox.keys() / "site.key", "");
  CHECK(refusal(folder.store("site", some_key())) == "key.exists");
  CHECK(read(sandbox.keys() / "site.key").empty());
}

TEST_CASE("a key that is not there is missing, with or without the folder") {
  const Sandbox sandbox;
  CHECK(refusal(sandbox.folder().load("hub")) == "key.missing");
  REQUIRE(sandbox.folder().store("other", some_key()));
  CHECK(refusal(sandbox.folder().load("hub")) == "key.missing");
  CHECK(sandbox.folder().load("hub").error().kind == ErrorKind::NotFound);
}

TEST_CASE("a key file that group or others have any access to is refused") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  for (mode_t mode : {0640U, 0620U, 0610U, 0604U, 0602U, 0601U, 0644U, 0660U, 0440U}) {
    REQUIRE(::chmod((sandbox.keys() / "hub.key").c_str(), mode) == 0);
    CHECK(refusal(folder.load("hub")) == "key.permissions");
  }
  for (mode_t mode : {0600U, 0400U, 0700U}) {
    REQUIRE(::chmod((sandbox.keys() / "hub.key").c_str(), mode) == 0);
    CHECK(folder.load("hub"));
  }
}

TEST_CASE("a key folder that group or others have any access to is refused for loading and storing") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  for (mode_t mode : {0755U, 0750U, 0710U, 0701U, 0777U}) {
    REQUIRE(::chmod(sandbox.keys().c_str(), mode) == 0);
    CHECK(refusal(folder.load("hub")) == "key.permissions");
    CHECK(refusal(folder.store("site", some_key())) == "key.permissions");
  }
  CHECK_FALSE(fs::exists(sandbox.keys() / "site.key"));
}

TEST_CASE("a key of another user is refused") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  if (::geteuid() != 0) {
    WARN("only root can give a file away: not tested");
    return;
  }
  REQUIRE(::chown((sandbox.keys() / "hub.key").c_str(), 65534, 65534) == 0);
  CHECK(refusal(folder.load("hub")) == "key.permissions");
  REQUIRE(::chown((sandbox.keys() / "hub.key").c_str(), 0, 0) == 0);
  REQUIRE(::chown(sandbox.keys().c_str(), 65534, 65534) == 0);
  CHECK(refusal(folder.load("hub")) == "key.permissions");
}

TEST_CASE("a symbolic link, a folder and a pipe in the key's place are refused") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  fs::create_symlink("hub.key", sandbox.keys() / "linked.key");
  CHECK(refusal(folder.load("linked")) == "key.permissions");
  fs::create_directory(sandbox.keys() / "folder.key");
  CHECK(refusal(folder.load("folder")) == "key.permissions");
  REQUIRE(::mkfifo((sandbox.keys() / "pipe.key").c_str(), 0600) == 0);
  CHECK(refusal(folder.load("pipe")) == "key.permissions");
}

TEST_CASE("every truncation, every extension and every changed character of the form is refused") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  const fs::path path = sandbox.keys() / "hub.key";
  const std::string right = read(path);
  const std::size_t digits_at = right.rfind(' ') + 1;
  for (std::size_t size = 0; size < right.size(); ++size) {
    write(path, right.substr(0, size));
    CHECK(refusal(folder.load("hub")) == "key.malformed");
  }
  for (std::string more : {"\n", " ", "x", "=", "\r\n"}) {
    write(path, right + more);
    CHECK(refusal(folder.load("hub")) == "key.malformed");
    write(path, more + right);
    CHECK(refusal(folder.load("hub")) == "key.malformed");
  }
  for (std::size_t at = 0; at < right.size(); ++at) {
    std::string other = right;
    other[at] = at < digits_at ? static_cast<char>(other[at] ^ 1) : '*';
    write(path, other);
    CHECK(refusal(folder.load("hub")) == "key.malformed");
  }
  write(path, std::string(100'000, 'A'));
  CHECK(refusal(folder.load("hub")) == "key.malformed");
  write(path, right);
  CHECK(to_bytes(folder.load("hub").value().expose()) == some_key());
}

TEST_CASE("a file with another role, another length or another spelling of the key is malformed") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store("hub", some_key()));
  const fs::path path = sandbox.keys() / "hub.key";
  std::string unused_bits = line("hub", some_key());
  ++unused_bits[unused_bits.size() - 3];
  for (const std::string& content :
       {line("hub-2", some_key()), line("hu", some_key()), line("", some_key()), line("hub", Bytes(31)),
        line("hub", Bytes(33)), line("hub", Bytes{}), line("hub ", some_key()), unused_bits,
        "sealkeep-key-v2 hub " + base64(some_key()) + "\n",
        "sealkeep-key-v1 hub " + hex(some_key()) + "\n"}) {
    write(path, content);
    INFO(content);
    CHECK(refusal(folder.load("hub")) == "key.malformed");
  }
  CHECK(folder.load("hub").error().kind == ErrorKind::Corrupt);
}

TEST_CASE("a systemd credential is looked at first, and one that is wrong is not passed over") {
  const Sandbox sandbox;
  const KeyFolder folder(sandbox.keys(), sandbox.credentials());
  REQUIRE(folder.store("hub", some_key(1)));
  CHECK(to_bytes(folder.load("hub").value().expose()) == some_key(1));
  const fs::path credential = sandbox.credentials() / "hub.key";
  write(credential, line("hub", some_key(2)), 0400);
  CHECK(to_bytes(folder.load("hub").value().expose()) == some_key(2));
  write(credential, line("hub", some_key(2)), 0444);
  CHECK(refusal(folder.load("hub")) == "key.permissions");
  write(credential, line("site", some_key(2)), 0400);
  CHECK(refusal(folder.load("hub")) == "key.malformed");
}

TEST_CASE("a role whose key is a credential has a key") {
  const Sandbox sandbox;
  const KeyFolder folder(sandbox.keys(), sandbox.credentials());
  write(sandbox.credentials() / "hub.key", line("hub", some_key()), 0400);
  CHECK(folder.has("hub"));
  CHECK(refusal(folder.store("hub", some_key(2))) == "key.exists");
  CHECK_FALSE(fs::exists(sandbox.keys() / "hub.key"));
}

TEST_CASE("a role that could leave the folder or be read in two ways is refused") {
  const Sandbox sandbox;
  const KeyFolder folder = sandbox.folder();
  REQUIRE(folder.store(std::string(64, 'r'), some_key()));
  CHECK(to_bytes(folder.load(std::string(64, 'r')).value().expose()) == some_key());
  for (const std::string& role :
       {std::string(), std::string("../hub"), std::string("a/b"), std::string("Hub"), std::string("a b"),
        std::string("a\n"), std::string(".hub"), std::string(65, 'r')}) {
    CHECK(refusal(folder.load(role)) == "key.role");
    CHECK(refusal(folder.store(role, some_key())) == "key.role");
    CHECK_FALSE(folder.has(role));
  }
}

TEST_CASE("no key is stored where the folder's parent is missing") {
  const Sandbox sandbox;
  const KeyFolder folder(sandbox.keys() / "deeper", {});
  CHECK(refusal(folder.store("hub", some_key())) == "key.storage");
}
