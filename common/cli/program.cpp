// SPDX-License-Identifier: Apache-2.0
#include "common/cli/program.hpp"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <map>

#include "common/base/bytes.hpp"
#include "common/cli/check_command.hpp"
#include "common/cli/input_file.hpp"
#include "common/cli/suggest.hpp"

namespace sealkeep::cli {
namespace {

constexpr const char* kGlobalTexts[] = {"config", "data"};
constexpr const char* kGlobalFlags[] = {"json", "log-json", "help", "version"};

// CLI11 splits an argument "[a,b]" in two. A zero byte, which no argument can hold, behind it prevents that.
std::string guarded(const std::string& argument) {
  return argument.ends_with(']') ? argument + '\0' : argument;
}
std::string unguarded(std::string text) {
  if (text.ends_with('\0')) text.pop_back();
  return text;
}

void add_globals(CLI::App& app) {
  app.set_help_flag();
  app.allow_extras();
  app.require_subcommand(0, 1);
  for (const char* name : kGlobalTexts) {
    app.add_option("--" + std::string(name))
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }
  for (const char* name : kGlobalFlags) {
    const std::string dashed = "--" + std::string(name);
    app.add_flag(dashed == "--help" ? "-h,--help" : dashed)->disable_flag_override();
  }
}

void add_option(CLI::App& app, const OptionSpec& option) {
  const std::string name = option.positional ? option.name : "--" + option.name;
  if (option.type == OptionType::Flag) {
    app.add_flag(name)->disable_flag_override();
    return;
  }
  CLI::Option* added = app.add_option(name);
  if (option.positional && option.repeatable) {
    added->expected(-1);
  } else {
    added->expected(1);
  }
  added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

// Throws.
void build(CLI::App& root, const ProgramSpec& program) {
  add_globals(root);
  std::map<std::string, CLI::App*> known;
  for (const CommandSpec& command : program.commands) {
    CLI::App* app = &root;
    std::size_t begin = 0;
    while (begin <= command.name.size()) {
      const std::size_t end = std::min(command.name.find(' ', begin), command.name.size());
      const std::string word = command.name.substr(begin, end - begin);
      CLI::App*& next = known[command.name.substr(0, end)];
      if (next == nullptr) {
        next = app->add_subcommand(word);
        add_globals(*next);
      }
      app = next;
      begin = end + 1;
    }
    for (const OptionSpec& option : command.options) add_option(*app, option);
  }
}

struct Level {
  CLI::App* app;
  std::string name;  ///< "", "seal", "seal apply"
};

std::vector<Level> levels_of(CLI::App& root) {
  std::vector<Level> levels{{&root, ""}};
  while (!levels.back().app->get_subcommands().empty()) {
    CLI::App* next = levels.back().app->get_subcommands().front();
    const std::string above = levels.back().name;
    levels.push_back({next, above + (above.empty() ? "" : " ") + next->get_name()});
  }
  return levels;
}

std::vector<std::string> results_of(const CLI::App& app, const std::string& name) {
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return {};
  std::vector<std::string> values = option->results();
  for (std::string& value : values) value = unguarded(std::move(value));
  return values;
}

bool is_option(std::string_view argument) {
  return argument.size() > 1 && argument.starts_with('-');
}

tl::unexpected<Error> unknown_option(const ProgramSpec& program, const CommandSpec* command,
                                     const std::string& where, std::string typed) {
  typed = typed.substr(0, typed.find('='));
  std::vector<std::string> known;
  for (const char* name : kGlobalTexts) known.push_back("--" + std::string(name));
  for (const char* name : kGlobalFlags) known.push_back("--" + std::string(name));
  if (command != nullptr) {
    for (const OptionSpec& option : command->options) {
      if (!option.positional) known.push_back("--" + option.name);
    }
  }
  const std::string near = nearest(typed, known);
  return bad_input("cli.unknown_option", "There is no option " + printable(typed),
                   near.empty() ? "" : "did you mean " + near + "?", see_help(program, where));
}

tl::unexpected<Error> unknown_command(const ProgramSpec& program, const std::string& where,
                                      const std::vector<std::string>& rest) {
  const std::string prefix = where.empty() ? "" : where + " ";
  std::vector<std::string> known;
  for (const CommandSpec& command : program.commands) {
    known.push_back(command.name);
    if (where.empty()) known.push_back(command.name.substr(0, command.name.find(' ')));
  }
  std::string near;
  if (rest.size() > 1) near = nearest(prefix + rest[0] + " " + rest[1], known);
  if (near.empty()) near = nearest(prefix + rest[0], known);
  return bad_input("cli.unknown_command", "There is no command \"" + printable(prefix + rest[0]) + "\"",
                   near.empty() ? "" : "did you mean \"" + near + "\"?", see_help(program, where));
}

// What CLI11 could not place, in words.
Result<> check_rest(const ProgramSpec& program, const CommandSpec* command, const std::string& where,
                    std::vector<std::string> rest) {
  if (rest.empty()) return {};
  for (std::string& argument : rest) argument = unguarded(std::move(argument));
  if (is_option(rest.front()) && rest.front() != "--")
    return unknown_option(program, command, where, rest.front());
  if (command == nullptr) return unknown_command(program, where, rest);
  return bad_input("cli.extra", "\"" + printable(rest.front()) + "\" is one argument too many",
                   "\"" + where + "\" does not take it", see_help(program, where));
}

Result<> take_option(const ProgramSpec& program, const CommandSpec& command, const OptionSpec& option,
                     const CLI::App& app, Command& out) {
  std::vector<std::string> values = results_of(app, option.positional ? option.name : "--" + option.name);
  if (option.type == OptionType::Flag) {
    if (!values.empty()) out.options[option.name] = {"true"};
    return {};
  }
  SEALKEEP_LET(checked, checked_values(program, command, option, std::move(values)));
  values = std::move(checked);
  for (std::string& value : values) {
    if (option.type == OptionType::InputFile) {
      SEALKEEP_LET(bytes, read_input(value, kAttachmentBytes));
      out.attachment = std::move(bytes);
    }
    if (option.type == OptionType::Path || (option.type == OptionType::InputFile && value != "-")) {
      std::error_code error;
      const std::filesystem::path path = std::filesystem::absolute(value, error);
      if (!error) value = path.lexically_normal().string();
    }
  }
  if (!values.empty()) out.options[option.name] = std::move(values);
  return {};
}

Result<> take_globals(const std::vector<Level>& levels, Globals& globals) {
  for (const Level& level : levels) {
    for (const char* name : kGlobalTexts) {
      const std::vector<std::string> values = results_of(*level.app, "--" + std::string(name));
      if (values.empty()) continue;
      const bool is_config = std::string_view(name) == "config";
      bool& given = is_config ? globals.config_given : globals.data_given;
      if (values.size() > 1 || given) {
        return bad_input("cli.repeated", "--" + std::string(name) + " is given more than once");
      }
      if (values[0].empty() || values[0].starts_with("--")) {
        return bad_input("cli.value", "--" + std::string(name) + " has no value");
      }
      given = true;
      (is_config ? globals.config : globals.data) = values[0];
    }
    globals.json = globals.json || level.app->get_option("--json")->count() > 0;
    globals.log_json = globals.log_json || level.app->get_option("--log-json")->count() > 0;
  }
  return {};
}

bool given(const std::vector<Level>& levels, const std::string& flag) {
  return std::any_of(levels.begin(), levels.end(),
                     [&](const Level& level) { return level.app->get_option(flag)->count() > 0; });
}

Result<Parsed> interpret(const ProgramSpec& program, CLI::App& root) {
  const std::vector<Level> levels = levels_of(root);
  const std::string& name = levels.back().name;
  const CommandSpec* command = find_command(program, name);
  if (given(levels, "--help")) return help_text(program, name);
  SEALKEEP_TRY(check_rest(program, command, name, root.remaining(true)));
  if (given(levels, "--version")) return program.name + " " + program.version + "\n";
  if (command == nullptr) {
    return bad_input("cli.missing_command",
                     name.empty() ? "No command is given" : "\"" + name + "\" needs one more word", {},
                     see_help(program, name));
  }
  Invocation out;
  out.globals.config = program.config_file;
  out.globals.data = program.data_folder;
  SEALKEEP_TRY(take_globals(levels, out.globals));
  out.command.name = name;
  for (const OptionSpec& option : command->options) {
    SEALKEEP_TRY(take_option(program, *command, option, *levels.back().app, out.command));
  }
  return out;
}

}  // namespace

Result<Parsed> parse_command_line(const ProgramSpec& program, std::span<const std::string> arguments) {
  CLI::App root;
  try {
    build(root, program);
  } catch (const std::exception& error) {
    return fail(ErrorKind::Bug, "cli.spec", "The table of commands contradicts itself",
                printable(error.what()));
  }
  std::vector<std::string> reversed;
  for (const std::string& argument : arguments) reversed.push_back(guarded(argument));
  std::reverse(reversed.begin(), reversed.end());
  try {
    root.parse(std::move(reversed));
  } catch (const std::exception& error) {
    const std::string where = levels_of(root).back().name;
    if (std::count(arguments.begin(), arguments.end(), "--help") > 0) return help_text(program, where);
    return bad_input("cli.value", "The command line is not understood", printable(error.what()),
                     see_help(program, where));
  }
  return interpret(program, root);
}

std::vector<std::string> arguments_of(int argc, const char* const* argv) {
  std::vector<std::string> out;
  for (int i = 1; i < argc; ++i) out.emplace_back(argv[i]);
  return out;
}

bool wants_json(std::span<const std::string> arguments) {
  return std::count(arguments.begin(), arguments.end(), "--json") > 0;
}

}  // namespace sealkeep::cli
