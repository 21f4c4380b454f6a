// SPDX-License-Identifier: Apache-2.0
#include "common/cli/check_command.hpp"

#include <algorithm>

#include "common/cli/suggest.hpp"

namespace sealkeep::cli {
namespace {

Result<> check_value(const CommandSpec& command, const OptionSpec& option, const std::string& value) {
  // "--data --json" forgot the folder.
  const bool is_other_option =
      std::any_of(command.options.begin(), command.options.end(),
                  [&](const OptionSpec& other) { return !other.positional && value == "--" + other.name; });
  if (is_other_option) return bad_input("cli.value", shown(option) + " has no value", value + " follows it");
  if (option.type == OptionType::Integer) {
    const Command one{command.name, {{option.name, {value}}}, {}};
    SEALKEEP_TRY(one.number(option.name, option.min, option.max));
  }
  if (option.type == OptionType::Choice &&
      std::count(option.choices.begin(), option.choices.end(), value) == 0) {
    std::string all;
    for (const std::string& choice : option.choices) all += (all.empty() ? "" : ", ") + choice;
    const std::string near = nearest(value, option.choices);
    return bad_input("cli.value", "\"" + printable(value) + "\" does not fit " + shown(option),
                     "it takes one of " + all, near.empty() ? "" : "Did you mean \"" + near + "\"?");
  }
  if (value.size() > kOptionValueBytes || (value.empty() && option.type == OptionType::Path)) {
    return bad_input("cli.value",
                     "The value of " + shown(option) + " is " + (value.empty() ? "empty" : "too long"));
  }
  return {};
}

}  // namespace

const CommandSpec* find_command(const ProgramSpec& program, std::string_view name) {
  for (const CommandSpec& command : program.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

std::string shown(const OptionSpec& option) {
  return option.positional ? "\"" + option.name + "\"" : "--" + option.name;
}

std::string see_help(const ProgramSpec& program, std::string_view command) {
  return "See " + program.name + (command.empty() ? "" : " ") + std::string(command) + " --help";
}

Result<std::vector<std::string>> checked_values(const ProgramSpec& program, const CommandSpec& command,
                                                const OptionSpec& option, std::vector<std::string> values) {
  if (values.empty() && !option.default_value.empty()) values = {option.default_value};
  if (values.empty() && option.required) {
    return bad_input("cli.required", shown(option) + " is missing", "\"" + command.name + "\" needs it",
                     see_help(program, command.name));
  }
  if (values.size() > 1 && !option.repeatable) {
    return bad_input("cli.repeated", shown(option) + " is given more than once", "it takes one value",
                     see_help(program, command.name));
  }
  if (values.size() > kOptionValues) {
    return bad_input("cli.repeated", shown(option) + " has too many values", {},
                     "Give at most " + std::to_string(kOptionValues) + " at a time");
  }
  for (const std::string& value : values) SEALKEEP_TRY(check_value(command, option, value));
  return values;
}

}  // namespace sealkeep::cli
