// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <utility>

#include "tests/house/rules.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::house {
namespace {

namespace fs = std::filesystem;

/// A tree of files in a folder of its own, gone with the object.
class TreeOnDisk {
 public:
  void put_raw(const std::string& path, const std::string& text) { root_.put(path, text); }
  void put(const std::string& path, const std::string& text) {
    put_raw(path, "// SPDX-License-Identifier: Apache-2.0\n" + text + "\n");
  }
  [[nodiscard]] Complaints check() const { return check_tree(root_.path()); }

 private:
  test::TestFolder root_;
};

/// What the checker says of a tree with just this file, of this one line (it stands on line 2).
Complaints complaints_of(const std::string& path, const std::string& line) {
  TreeOnDisk tree;
  tree.put(path, line);
  return tree.check();
}

TEST_CASE("the tree keeps the rules of the house") {
  const fs::path root = SEALKEEP_SOURCE_DIR;
  REQUIRE(count_sources(root) > 10);
  std::string all;
  for (const std::string& complaint : check_tree(root)) all += complaint + "\n";
  INFO(all);
  CHECK(all.empty());
}

TEST_CASE("the house refuses an include that goes against the folders' order") {
  const auto [path, header] = GENERATE(table<std::string, std::string>({
      {"common/base/a.hpp", "common/crypto/hash.hpp"},  {"common/base/a.hpp", "common/ses/seal.hpp"},
      {"common/crypto/a.cpp", "common/tlog/tree.hpp"},  {"common/tlog/a.cpp", "common/ses/seal.hpp"},
      {"common/tlog/a.cpp", "common/sync/mirror.hpp"},  {"common/ses/a.cpp", "common/tlog/tree.hpp"},
      {"common/sync/a.cpp", "common/ses/seal.hpp"},     {"common/sync/a.cpp", "common/store/db.hpp"},
      {"common/store/a.cpp", "common/sync/mirror.hpp"}, {"common/store/a.cpp", "common/net/pipe.hpp"},
      {"common/net/a.cpp", "common/store/db.hpp"},      {"common/cli/a.cpp", "common/crypto/sign.hpp"},
      {"common/http/a.cpp", "common/net/poller.hpp"},   {"common/http/a.cpp", "common/store/db.hpp"},
      {"common/tlog/a.cpp", "agent/register/rows.hpp"}, {"common/net/a.cpp", "hub/intake/intake.hpp"},
      {"common/later/a.cpp", "hub/intake/intake.hpp"},  {"agent/register/a.cpp", "hub/intake/intake.hpp"},
      {"hub/intake/a.cpp", "agent/uplink/uplink.hpp"},  {"agent/main.cpp", "hub/intake/intake.hpp"},
      {"agent/uplink/a.cpp", "tests/sim/world.hpp"},    {"agent/uplink/a.cpp", "../hub/intake/intake.hpp"},
  }));
  const Complaints found = complaints_of(path, "#include \"" + header + "\"");
  CAPTURE(path, header);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with(path + ":2: includes " + header + ": "));
}

TEST_CASE("the house refuses a library outside the folder that owns it") {
  const auto [path, header] = GENERATE(table<std::string, std::string>({
      {"agent/register/a.cpp", "sodium.h"},
      {"common/tlog/a.cpp", "sodium/crypto_sign.h"},
      {"common/net/a.cpp", "openssl/ssl.h"},
      {"common/base/a.cpp", "openssl/evp.h"},
      {"agent/a.cpp", "openssl/x509.h"},
      {"agent/api/a.cpp", "boost/beast/http.hpp"},
      {"common/net/a.cpp", "boost/asio.hpp"},
      {"agent/uplink/a.cpp", "zmq.hpp"},
      {"common/sync/a.cpp", "zmq.h"},
      {"hub/intake/a.cpp", "sqlite3.h"},
      {"agent/register/seal_rows.cpp", "sqlite3.h"},
      {"common/ses/a.cpp", "sqlite3.h"},
      {"common/sync/a.cpp", "msgpack.hpp"},
      {"hub/oversight/a.cpp", "msgpack/v1/pack.hpp"},
  }));
  const Complaints found = complaints_of(path, "#include <" + header + ">");
  CAPTURE(path, header);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with(path + ":2: includes " + header + ": only common/"));
}

TEST_CASE("the house refuses I/O, threads, clocks and randomness in a pure folder") {
  const std::string folder = GENERATE("common/tlog", "common/ses", "common/sync");
  const std::string line =
      GENERATE("#include <thread>", "#include <mutex>", "#include <fstream>", "#include <filesystem>",
               "#include <chrono>", "#include <random>", "#include <iostream>", "#include <unistd.h>",
               "#include <sys/stat.h>", "  #  include <sys/socket.h>", "#include <poll.h>",
               "#include \"common/crypto/system_random.hpp\"", "#include \"common/crypto/key_file.hpp\"",
               "SystemClock clock;", "auto r = std::make_unique<SystemRandom>();");
  const Complaints found = complaints_of(folder + "/deeper/a.cpp", line);
  CAPTURE(folder, line);
  REQUIRE(found.size() == 1);
  CHECK(found[0].starts_with(folder + "/deeper/a.cpp:2: "));
  CHECK(found[0].find("no I/O, threads, clock or randomness") != std::string::npos);
}

TEST_CASE("the house lets each folder include what it stands on and the libraries it owns") {
  TreeOnDisk tree;
  tree.put("common/base/a.cpp",
           "#include <msgpack.hpp>\n#include <thread>\n#include \"common/base/bytes.hpp\"");
  tree.put("common/crypto/a.cpp",
           "#include <sodium.h>\n#include <openssl/evp.h>\n#include \"common/base/bytes.hpp\"");
  tree.put("common/tlog/a.cpp",
           "#include <vector>\n#include \"common/crypto/hash.hpp\"\n#include \"common/tlog/t.hpp\"");
  tree.put("common/ses/a.cpp",
           "#include \"common/base/clock.hpp\"\nRow fold(Now now);  // never a SystemClock");
  tree.put("common/sync/a.cpp",
           "#include \"common/tlog/tree.hpp\"\n#include <zstd.h>\nNotSystemClock other;");
  tree.put("common/store/a.cpp",
           "#include <sqlite3.h>\n#include \"common/ses/seal.hpp\"\n#include <filesystem>");
  tree.put("common/net/a.cpp",
           "#include <zmq.hpp>\n#include \"common/crypto/sign.hpp\"\n#include <sys/eventfd.h>");
  tree.put("common/http/a.cpp",
           "#include <openssl/x509.h>\n#include <boost/asio.hpp>\n#include \"common/crypto/secret.hpp\"");
  tree.put(
      "common/cli/a.cpp",
      "#include <CLI/CLI.hpp>\n#include \"common/net/peer.hpp\"\n#include \"common/store/folder_lock.hpp\"");
  tree.put("agent/uplink/a.cpp", "#include \"agent/register/rows.hpp\"\n#include \"common/net/pipe.hpp\"");
  tree.put("hub/main.cpp", "#include \"hub/intake/intake.hpp\"\n#include \"common/store/db.hpp\"");
  CHECK(tree.check() == Complaints{});
}

TEST_CASE("the house refuses a file without the licence line, an empty file and one of two concepts") {
  TreeOnDisk tree;
  tree.put_raw("agent/bare.hpp", "#pragma once\n");
  tree.put_raw("agent/empty.hpp", "");
  tree.put("hub/at_limit.cpp", std::string(998, '\n'));
  tree.put("hub/past_limit.cpp", std::string(999, '\n'));
  CHECK(tree.check() == Complaints{
                            "agent/bare.hpp:1: the first line is not // SPDX-License-Identifier: Apache-2.0",
                            "agent/empty.hpp:1: the file is empty",
                            "hub/past_limit.cpp:1001: more than 1000 lines: two concepts in one file",
                        });
}

}  // namespace
}  // namespace sealkeep::house
