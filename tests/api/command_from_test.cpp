// SPDX-License-Identifier: Apache-2.0
#include "common/api/command_from.hpp"

#include <catch2/catch.hpp>

#include "common/api/json_read.hpp"

namespace sealkeep::api {
namespace {

cli::ProgramSpec program() {
  cli::OptionSpec seal{"seal", "A seal"};
  seal.required = seal.positional = true;
  cli::OptionSpec count{"count", "How many", cli::OptionType::Integer};
  count.min = 1;
  count.max = 10;
  cli::OptionSpec missing{"missing", "Seals that are not there"};
  missing.repeatable = true;
  cli::OptionSpec kind{"kind", "What it is", cli::OptionType::Choice};
  kind.choices = {"bolt", "cable"};
  kind.default_value = "bolt";
  cli::ProgramSpec out;
  out.name = "test";
  out.commands = {{"seal take",
                   "Takes a seal.",
                   {seal,
                    count,
                    missing,
                    kind,
                    {"signed", "Signed", cli::OptionType::Flag},
                    {"out", "A file there", cli::OptionType::Path},
                    {"document", "A file here", cli::OptionType::InputFile}}}};
  return out;
}

Result<cli::Command> from(std::string_view json) {
  const cli::ProgramSpec table = program();
  return command_from_json(table, table.commands[0], read_json(json).value());
}
std::string code_of(const Result<cli::Command>& command) {
  return command ? "success" : command.error().code;
}

TEST_CASE("members of a request are the options of the command") {
  const auto command = from(
      R"({"seal":"NZ1","count":3,"missing":["NZ2","NZ3"],"signed":true,"document":{"name":"a.pdf","data":"AQI="}})");
  REQUIRE(command);
  CHECK(command->name == "seal take");
  CHECK(command->one("seal") == "NZ1");
  CHECK(command->one("count") == "3");
  CHECK(command->all("missing") == std::vector<std::string>{"NZ2", "NZ3"});
  CHECK(command->has("signed"));
  CHECK(command->one("kind") == "bolt");
  CHECK(command->attachment == Bytes{1, 2});
}

TEST_CASE("null and false are the same as saying nothing") {
  const auto command = from(R"({"seal":"NZ1","signed":false,"count":null})");
  REQUIRE(command);
  CHECK_FALSE(command->has("signed"));
  CHECK_FALSE(command->has("count"));
}

TEST_CASE("a request is checked as a command line is, with the same codes") {
  CHECK(code_of(from("{}")) == "cli.required");
  CHECK(code_of(from("[]")) == "api.body");
  CHECK(code_of(from(R"({"seal":"NZ1","count":11})")) == "cli.value");
  CHECK(code_of(from(R"({"seal":"NZ1","kind":"rope"})")) == "cli.value");
  CHECK(code_of(from(R"({"seal":"NZ1","document":{"name":"a","data":"AQI"}})")) == "base64.malformed");
  const auto near = from(R"({"seal":"NZ1","cuont":3})");
  CHECK(code_of(near) == "cli.unknown_option");
  CHECK(near.error().why.find("count") != std::string::npos);
}

TEST_CASE("a value of the wrong type is refused, never turned into another") {
  for (const char* bad : {R"({"seal":5})", R"({"seal":["NZ1"]})", R"({"seal":{"a":1}})", R"({"seal":true})",
                          R"({"seal":"NZ1","count":"3"})", R"({"seal":"NZ1","signed":"true"})",
                          R"({"seal":"NZ1","missing":[["NZ2"]]})", R"({"seal":"NZ1","document":"a.pdf"})"})
    CHECK(code_of(from(bad)) == "cli.value");
}

TEST_CASE("a path on the server's disk cannot be named from outside") {
  CHECK(code_of(from(R"({"seal":"NZ1","out":"/etc/passwd"})")) == "cli.unknown_option");
}

TEST_CASE("a query says the same as a body") {
  const cli::ProgramSpec table = program();
  const auto ask = [&](const std::vector<std::pair<std::string, std::string>>& query) {
    return command_from_query(table, table.commands[0], query);
  };
  const auto command = ask({{"seal", "NZ1"}, {"missing", "NZ2"}, {"missing", "NZ3"}, {"signed", "true"}});
  REQUIRE(command);
  CHECK(command->all("missing").size() == 2);
  CHECK(command->has("signed"));
  CHECK(code_of(ask({{"seal", "NZ1"}, {"seal", "NZ2"}})) == "cli.repeated");
  CHECK(code_of(ask({{"seal", "NZ1"}, {"signed", "yes"}})) == "cli.value");
  CHECK(code_of(ask({{"seal", "NZ1"}, {"document", "x"}})) == "cli.value");
}

}  // namespace
}  // namespace sealkeep::api
