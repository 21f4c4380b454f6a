// SPDX-License-Identifier: Apache-2.0
#include "common/cli/program.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "common/cli/suggest.hpp"

namespace sealkeep::cli {
namespace {

ProgramSpec sample() {
  const OptionSpec seal{
      .name = "seal", .help = "seal numbers", .required = true, .repeatable = true, .positional = true};
  return {
      "sealkeep-agent",
      "Keeps the register of seals.",
      "0.1.0",
      "/etc/sealkeep/agent.toml",
      "/var/lib/sealkeep",
      {{"serve", "Runs the daemon.", {}, {"serve"}},
       {"seal apply",
        "Records seals that were applied. Late entries are marked.",
        {seal,
         {.name = "container", .help = "its number", .required = true, .value_name = "NUMBER"},
         {.name = "reason", .help = "why", .type = OptionType::Choice, .choices = {"late", "correction"}},
         {.name = "minutes",
          .help = "ago",
          .type = OptionType::Integer,
          .default_value = "0",
          .min = 0,
          .max = 90},
         {.name = "force", .help = "despite a stop sign", .type = OptionType::Flag}},
        {"seal apply AB123 --container MSKU1234565"}},
       {"seal receive",
        "Records a delivery.",
        {{.name = "list", .help = "CSV", .type = OptionType::InputFile}},
        {}},
       {"backup",
        "Copies everything.",
        {{.name = "folder", .help = "where", .type = OptionType::Path, .required = true, .positional = true}},
        {}}}};
}

Result<Parsed> parse(const std::vector<std::string>& arguments) {
  return parse_command_line(sample(), arguments);
}
Invocation run(const std::vector<std::string>& arguments) {
  const Result<Parsed> parsed = parse(arguments);
  if (!parsed) FAIL(parsed.error().text());
  const Invocation* found = std::get_if<Invocation>(&*parsed);
  REQUIRE(found != nullptr);
  return *found;
}
std::string text(const std::vector<std::string>& arguments) {
  const Result<Parsed> parsed = parse(arguments);
  if (!parsed) FAIL(parsed.error().text());
  REQUIRE(std::holds_alternative<std::string>(*parsed));
  return std::get<std::string>(*parsed);
}
Error error(const std::vector<std::string>& arguments) {
  const Result<Parsed> parsed = parse(arguments);
  REQUIRE_FALSE(parsed.has_value());
  return parsed.error();
}
bool holds(const std::string& whole, const std::string& part) {
  return whole.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a command line becomes a command with its options, defaults and globals") {
  const Invocation got =
      run({"--json", "seal", "apply", "AB123", "--container=MSKU1", "AB124", "--force", "--data", "/tmp/x"});
  CHECK(got.command.name == "seal apply");
  CHECK(got.command.all("seal") == std::vector<std::string>{"AB123", "AB124"});
  CHECK(got.command.one("container") == "MSKU1");
  CHECK(got.command.one("minutes") == "0");
  CHECK(got.command.one("force") == "true");
  CHECK_FALSE(got.command.has("reason"));
  CHECK(got.globals.json);
  CHECK_FALSE(got.globals.log_json);
  CHECK(got.globals.data == "/tmp/x");
  CHECK(got.globals.data_given);
  CHECK(got.globals.config == "/etc/sealkeep/agent.toml");
  CHECK_FALSE(got.globals.config_given);
}

TEST_CASE("values reach the command exactly as they were typed") {
  const std::vector<std::string> odd = {"[A,B]", "[]", "a b", "serve", "\"q\"", "x=y", "{}"};
  std::vector<std::string> arguments = {"seal", "apply", "--container", "-5"};
  arguments.insert(arguments.end(), odd.begin(), odd.end());
  const Invocation got = run(arguments);
  CHECK(got.command.all("seal") == odd);
  CHECK(got.command.one("container") == "-5");
}

TEST_CASE("a mistyped command or option is refused with exit code 2 and the nearest name") {
  CHECK(error({"seal", "aply", "AB123"}).code == "cli.unknown_command");
  CHECK(error({"seal", "aply", "AB123"}).why == "did you mean \"seal apply\"?");
  CHECK(error({"sael", "apply"}).why == "did you mean \"seal apply\"?");
  CHECK(error({"srve"}).why == "did you mean \"serve\"?");
  CHECK(error({"quite-different"}).why.empty());
  const Error option = error({"seal", "apply", "AB123", "--contaner", "X"});
  CHECK(option.code == "cli.unknown_option");
  CHECK(option.why == "did you mean --container?");
  CHECK(option.next == "See sealkeep-agent seal apply --help");
  CHECK(exit_code(option.kind) == 2);
  CHECK(error({"--jsn", "serve"}).why == "did you mean --json?");
}

TEST_CASE("what is missing, too many, repeated or does not fit is refused by name") {
  CHECK(error({}).code == "cli.missing_command");
  CHECK(error({"seal"}).code == "cli.missing_command");
  CHECK(error({"seal", "apply", "A"}).what == "--container is missing");
  CHECK(error({"seal", "apply", "--container", "X"}).what == "\"seal\" is missing");
  CHECK(error({"seal", "apply", "A", "--container"}).code == "cli.value");
  CHECK(error({"seal", "apply", "A", "--container", "--force"}).what == "--container has no value");
  CHECK(error({"seal", "apply", "A", "--container", "X", "--container", "Y"}).code == "cli.repeated");
  CHECK(error({"seal", "apply", "A", "--container", "X", "--minutes", "91"}).code == "cli.value");
  CHECK(run({"seal", "apply", "A", "--container", "X", "--minutes", "90"}).command.one("minutes") == "90");
  const Error choice = error({"seal", "apply", "A", "--container", "X", "--reason", "lat"});
  CHECK(choice.why == "it takes one of late, correction");
  CHECK(choice.next == "Did you mean \"late\"?");
  CHECK(error({"serve", "now"}).code == "cli.extra");
  CHECK(error({"--data", "a", "serve", "--data", "b"}).code == "cli.repeated");
  CHECK(error({"serve", "--json=false"}).code == "cli.value");
}

TEST_CASE("help of every level lists commands, options, examples and exit codes") {
  const std::string top = text({"--help"});
  CHECK(holds(top, "seal apply    Records seals that were applied\n"));
  CHECK(holds(top, "Exit codes:"));
  CHECK(holds(top, "--config FILE"));
  CHECK(holds(top, "sealkeep-agent seal apply AB123 --container MSKU1234565"));
  const std::string group = text({"seal", "-h"});
  CHECK(holds(group, "Usage: sealkeep-agent seal COMMAND"));
  CHECK(holds(group, "seal receive"));
  CHECK_FALSE(holds(group, "backup"));
  const std::string command = text({"seal", "apply", "--help"});
  CHECK(holds(command, "Usage: sealkeep-agent seal apply seal ... --container NUMBER [options]"));
  CHECK(holds(command, "--reason late|correction"));
  CHECK(holds(command, "ago (0..90, default 0)"));
  CHECK(holds(command, "70 a fault in this program"));
  CHECK(text({"seal", "apply", "--container", "X", "--nonsense", "--help"}) == command);
  CHECK(text({"--version"}) == "sealkeep-agent 0.1.0\n");
}

TEST_CASE("paths become absolute and an input file is read for the daemon") {
  CHECK(run({"backup", "x/../y"}).command.one("folder") == (std::filesystem::current_path() / "y").string());
  std::string folder = (std::filesystem::temp_directory_path() / "sealkeep-cli-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string file = folder + "/list.csv";
  std::ofstream(file) << "AB123\n";
  const Invocation got = run({"seal", "receive", "--list", file});
  CHECK(as_text(got.command.attachment) == "AB123\n");
  CHECK(got.command.one("list") == file);
  const Error missing = error({"seal", "receive", "--list", folder + "/none.csv"});
  CHECK(missing.code == "cli.no_file");
  CHECK(exit_code(missing.kind) == 4);
  CHECK(error({"seal", "receive", "--list", folder}).code == "cli.file");
  std::filesystem::resize_file(file, kAttachmentBytes);
  CHECK(run({"seal", "receive", "--list", file}).command.attachment.size() == kAttachmentBytes);
  std::filesystem::resize_file(file, kAttachmentBytes + 1);
  CHECK(error({"seal", "receive", "--list", file}).code == "cli.file_too_large");
  std::filesystem::remove_all(folder);
}

TEST_CASE("a table of commands that contradicts itself is our bug") {
  ProgramSpec program = sample();
  program.commands[0].options = {{.name = "json", .help = "again"}};
  const std::vector<std::string> arguments = {"serve"};
  CHECK(parse_command_line(program, arguments).error().code == "cli.spec");
}

TEST_CASE("the nearest name is near: a slip is found, another word is not") {
  const std::vector<std::string> known = {"apply", "check", "uplift"};
  CHECK(nearest("aplpy", known) == "apply");
  CHECK(nearest("chekc", known) == "check");
  CHECK(nearest("upift", known) == "uplift");
  CHECK(nearest("count", known).empty());
  CHECK(nearest("", known).empty());
  CHECK(nearest(std::string(10'000, 'a'), known).empty());
}

}  // namespace sealkeep::cli
