// SPDX-License-Identifier: Apache-2.0
#include "common/cli/entry_point.hpp"

#include <cstdlib>

#include "common/cli/console.hpp"

namespace sealkeep::cli {

int run_program(const ProgramSpec& program, int argc, const char* const* argv, const Run& run) {
  const std::vector<std::string> arguments = arguments_of(argc, argv);
  const Result<Parsed> parsed = parse_command_line(program, arguments);
  if (!parsed) return finish(tl::unexpected<Error>(parsed.error()), wants_json(arguments));
  if (const auto* text = std::get_if<std::string>(&*parsed)) return finish(Value(*text), false);
  const auto& asked = std::get<Invocation>(*parsed);

  const std::unique_ptr<Logger> to_stderr = make_stderr_logger(asked.globals.log_json);
  NullLogger quiet;
  Logger& log = asked.command.name == "serve" ? *to_stderr : static_cast<Logger&>(quiet);
  ProgressBar bar(style_of(2, asked.globals.json), [](std::string_view text) { print_err(text); });
  return finish(run(asked, log, [&](const Progress& progress) { bar.show(progress); }), asked.globals.json);
}

Result<Config> config_of(const Globals& globals, std::span<const ConfigKey> keys) {
  std::error_code ignored;
  if (!globals.config_given && !std::filesystem::exists(globals.config, ignored))
    return Config::defaults(keys);
  return Config::load(globals.config, keys);
}

std::filesystem::path data_folder_of(const Globals& globals, const Config& config) {
  return globals.data_given || !config.has("data") ? globals.data
                                                   : std::filesystem::path(config.text("data"));
}

std::filesystem::path credentials_folder() {
  const char* folder = std::getenv("CREDENTIALS_DIRECTORY");
  return folder == nullptr ? std::filesystem::path{} : folder;
}

}  // namespace sealkeep::cli
