// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "common/cli/entry_point.hpp"

using namespace sealkeep;
using namespace sealkeep::cli;

namespace {

const std::vector<ConfigKey> kKeys = {{"data", ConfigType::Text, "The data folder.", {}, false, 1, 4096}};

struct File {
  explicit File(const char* toml) {
    std::string name = (std::filesystem::temp_directory_path() / "sealkeep-config-XXXXXX").string();
    const int fd = ::mkstemp(name.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    path = name;
    std::ofstream(path) << toml;
  }
  ~File() { std::filesystem::remove(path); }
  std::filesystem::path path;
};

}  // namespace

TEST_CASE("the data folder is the option's, else the configuration's, else the default") {
  const File file("data = \"/srv/seals\"\n");
  Globals globals;
  globals.data = "/var/lib/default";
  globals.config = file.path;
  globals.config_given = true;
  const auto config = config_of(globals, kKeys);
  REQUIRE(config);
  CHECK(data_folder_of(globals, *config) == "/srv/seals");
  globals.data = "/tmp/option";
  globals.data_given = true;
  CHECK(data_folder_of(globals, *config) == "/tmp/option");

  Globals plain;
  plain.data = "/var/lib/default";
  plain.config = "/nonexistent/agent.toml";
  const auto none = config_of(plain, kKeys);
  REQUIRE(none);
  CHECK(data_folder_of(plain, *none) == "/var/lib/default");
}

TEST_CASE("a configuration that was named must be there, and a key that nobody knows is an error") {
  Globals globals;
  globals.config = "/nonexistent/agent.toml";
  globals.config_given = true;
  const auto missing = config_of(globals, kKeys);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code == "config.missing");
  const File file("date = \"/srv/seals\"\n");
  globals.config = file.path;
  const auto unknown = config_of(globals, kKeys);
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().code == "config.unknown_key");
}

TEST_CASE("help is printed and is no error; a command line that cannot be read ends with 2") {
  ProgramSpec program;
  program.name = "sealkeep-test";
  program.about = "A program for a test.";
  program.version = "1";
  program.commands = {{"look", "Look around.", {}, {"look"}}};
  bool ran = false;
  const Run run = [&](const Invocation&, Logger&, const OnProgress&) -> Result<Value> {
    ran = true;
    return Value::object({{"valid", false}});
  };
  const char* help[] = {"sealkeep-test", "--help"};
  CHECK(run_program(program, 2, help, run) == 0);
  CHECK_FALSE(ran);
  const char* wrong[] = {"sealkeep-test", "lok"};
  CHECK(run_program(program, 2, wrong, run) == 2);
  CHECK_FALSE(ran);
  const char* look[] = {"sealkeep-test", "look"};
  CHECK(run_program(program, 2, look, run) == 1);
  CHECK(ran);
}
