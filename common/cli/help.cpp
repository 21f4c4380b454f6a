// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "common/cli/program.hpp"
#include "common/cli/text_width.hpp"

namespace sealkeep::cli {
namespace {

using Lines = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  done\n"
    "  1  checked, and not valid\n"
    "  2  bad input: the same again fails again\n"
    "  3  refused\n"
    "  4  not found\n"
    "  5  busy or disconnected: try again later\n"
    "  6  stored data are damaged\n"
    "  7  full: no room, or a limit\n"
    "  70 a fault in this program\n";

void add_section(std::string& out, const std::string& heading, const Lines& lines) {
  if (lines.empty()) return;
  int width = 0;
  for (const auto& [left, right] : lines) width = std::max(width, display_width(left));
  out += '\n' + heading + ":\n";
  for (const auto& [left, right] : lines) {
    out += "  " + left;
    if (!right.empty())
      out.append(static_cast<std::size_t>(width - display_width(left) + 2), ' ').append(right);
    out += '\n';
  }
}

std::string value_name(const OptionSpec& option) {
  if (!option.value_name.empty()) return option.value_name;
  switch (option.type) {
    case OptionType::Flag:
      return {};
    case OptionType::Integer:
      return "NUMBER";
    case OptionType::Path:
    case OptionType::InputFile:
      return "FILE";
    case OptionType::Choice: {
      std::string all;
      for (const std::string& choice : option.choices) all += (all.empty() ? "" : "|") + choice;
      return all;
    }
    case OptionType::Text:
      break;
  }
  return "TEXT";
}

std::string form_of(const OptionSpec& option) {
  const std::string value = value_name(option);
  std::string form =
      option.positional ? option.name : "--" + option.name + (value.empty() ? "" : " " + value);
  return form + (option.repeatable ? " ..." : "");
}

std::string words_of(const OptionSpec& option) {
  std::string notes;
  const auto note = [&](const std::string& text) { notes += (notes.empty() ? "" : ", ") + text; };
  if (option.required) note("required");
  if (option.type == OptionType::Integer && (option.min != INT64_MIN || option.max != INT64_MAX)) {
    note((option.min == INT64_MIN ? "" : std::to_string(option.min)) + ".." +
         (option.max == INT64_MAX ? "" : std::to_string(option.max)));
  }
  if (option.type == OptionType::InputFile) note("- for standard input");
  if (!option.default_value.empty()) note("default " + option.default_value);
  return option.help + (notes.empty() ? "" : " (" + notes + ")");
}

std::string first_sentence(const std::string& help) {
  return help.substr(0, help.find(". "));
}

std::string usage_of(const CommandSpec& command) {
  std::string out;
  for (const OptionSpec& option : command.options) {
    if (!option.positional && !option.required) continue;
    const std::string form = form_of(option);
    out += ' ' + (option.required ? form : "[" + form + "]");
  }
  return out + " [options]";
}

void add_globals(std::string& out, const ProgramSpec& program) {
  add_section(out, "Options of every command",
              {{"--config FILE", "configuration (default " + program.config_file.string() + ")"},
               {"--data DIR", "data folder (default " + program.data_folder.string() + ")"},
               {"--json", "print answers and errors as JSON"},
               {"--log-json", "log one JSON object a line"},
               {"-h, --help", "this text"},
               {"--version", "the version of this program"}});
}

std::string command_help(const ProgramSpec& program, const CommandSpec& command) {
  std::string out =
      command.help + "\n\nUsage: " + program.name + ' ' + command.name + usage_of(command) + '\n';
  Lines arguments;
  Lines options;
  for (const OptionSpec& option : command.options) {
    (option.positional ? arguments : options).emplace_back(form_of(option), words_of(option));
  }
  add_section(out, "Arguments", arguments);
  add_section(out, "Options", options);
  add_globals(out, program);
  Lines examples;
  for (const std::string& example : command.examples) examples.emplace_back(program.name + ' ' + example, "");
  add_section(out, "Examples", examples);
  return out + '\n' + kExitCodes;
}

}  // namespace

std::string help_text(const ProgramSpec& program, std::string_view command) {
  for (const CommandSpec& known : program.commands) {
    if (known.name == command) return command_help(program, known);
  }
  const std::string prefix = command.empty() ? "" : std::string(command) + ' ';
  Lines commands;
  Lines examples;
  for (const CommandSpec& known : program.commands) {
    if (!known.name.starts_with(prefix)) continue;
    commands.emplace_back(known.name, first_sentence(known.help));
    if (!known.examples.empty()) examples.emplace_back(program.name + ' ' + known.examples.front(), "");
  }
  std::string out = program.about + "\n\nUsage: " + program.name + ' ' + prefix + "COMMAND [options]\n";
  add_section(out, "Commands", commands);
  add_globals(out, program);
  add_section(out, "Examples", examples);
  return out + '\n' + kExitCodes;
}

}  // namespace sealkeep::cli
