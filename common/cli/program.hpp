// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "common/cli/command.hpp"

namespace sealkeep::cli {

enum class OptionType {
  Flag,       ///< takes no value
  Text,       ///< any text
  Integer,    ///< a whole number in min..max
  Choice,     ///< one of `choices`
  Path,       ///< made absolute here, because a daemon has another working folder
  InputFile,  ///< read here into Command::attachment ("-" is stdin); at most one in a command
};

/// One option or argument of a command, as data.
struct OptionSpec {
  std::string name;  ///< "site-code", without dashes
  std::string help;
  OptionType type = OptionType::Text;
  bool required = false;
  bool repeatable = false;
  bool positional = false;         ///< stands by its place; the last one may be repeatable
  std::string value_name = {};     ///< shown in the help: "--site-code CODE"; the type's own if empty
  std::string default_value = {};  ///< put into the Command when it was not given; empty: none
  std::int64_t min = INT64_MIN;
  std::int64_t max = INT64_MAX;
  std::vector<std::string> choices = {};
};

struct CommandSpec {
  std::string name;  ///< "serve", "seal apply": one word, or several that groups begin with
  std::string help;  ///< the first sentence is shown in lists
  std::vector<OptionSpec> options = {};
  std::vector<std::string> examples = {};  ///< whole lines without the program's name: "seal apply AB123"
};

struct ProgramSpec {
  std::string name;  ///< "sealkeep-agent"
  std::string about;
  std::string version;
  std::filesystem::path config_file;  ///< the defaults of --config and --data
  std::filesystem::path data_folder;
  std::vector<CommandSpec> commands;
};

/// Options that every command of every program takes: --config FILE, --data DIR, --json, --log-json (and
/// --help,
/// --version, which never get here).
struct Globals {
  std::filesystem::path config;
  bool config_given = false;  ///< a missing file is an error then, and only then
  std::filesystem::path data;
  bool data_given = false;  ///< stands above the configuration file
  bool json = false;
  bool log_json = false;
};

struct Invocation {
  Globals globals;
  Command command;
};

/// What the command line asks for: a command, or a text (help, version) to print on stdout and exit 0.
using Parsed = std::variant<Invocation, std::string>;

/// Reads a command line. `arguments` are those after the program's name. BadInput (exit code 2):
/// `cli.unknown_command`, `cli.unknown_option` (both name the nearest), `cli.missing_command`,
/// `cli.required`, `cli.value`, `cli.repeated`, `cli.extra`; NotFound or Full for an input file. Bug
/// `cli.spec` if the table contradicts itself. Reads nothing but the InputFile.
[[nodiscard]] Result<Parsed> parse_command_line(const ProgramSpec& program,
                                                std::span<const std::string> arguments);
/// main()'s arguments without the program's name.
[[nodiscard]] std::vector<std::string> arguments_of(int argc, const char* const* argv);

/// The help of a command, of a group ("seal") or, for "", of the program.
[[nodiscard]] std::string help_text(const ProgramSpec& program, std::string_view command);

/// True if --json stands among the arguments: how to print an error of parse_command_line().
[[nodiscard]] bool wants_json(std::span<const std::string> arguments);

}  // namespace sealkeep::cli
