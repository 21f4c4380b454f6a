// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "common/base/error.hpp"

/// Scenarios as people write them (README.md of this folder), read into steps. Pure but for the file.
namespace sealkeep::scenarios {

/// Monday of the fixed week, 00:00 at the sites: 2026-03-02T00:00+13:00.
inline constexpr std::int64_t kMondayMs = 1'772'362'800'000;
inline constexpr std::int32_t kZoneMin = 13 * 60;

enum class Do {
  Command,     ///< `text` is a command line of the actor's program
  GoOffline,   ///< the actor is a site
  ComeBack,    ///<
  ToDo,        ///< one line that the site's to-do list must have, or "nothing ..."
  Alert,       ///< one alert that head office must have open
  HadAlert,    ///< open or resolved
  NoAlert,     ///< none open, or none about `text`
  NeverAlert,  ///< none about `text`, open or resolved
  Irregular,   ///< codes, separated by commas, of the last record; empty: it was regular
  StopSign,    ///< codes that the last answer of a --stop-sign showed
  Avoided,     ///< the code that the last answer of an --avoid named
  SealIs,      ///< "NZ300001 is applied on MSCU1234566"
  Ledger,      ///< "in_stock 199, lost 1"
  Answers,     ///< text that the last answer has
  AnswersNot,  ///< text that it has not
  Refused,     ///< code with which the last command was refused
  Finally,     ///< how it must end
};

struct Step {
  std::size_t line = 0;    ///< of the file, from 1
  std::int64_t at_ms = 0;  ///< not before this moment; 0: at once
  std::string actor;       ///< a site's code, a head office (office_of), or empty for the first one
  Do what = Do::Command;
  std::string text;
  std::string label;  ///< "(call it LOSS)": the entry that the command recorded
};

struct Site {
  std::size_t line = 0;
  std::string code;
  std::vector<std::string> people, stores, boxes;
};

struct Script {
  std::string name;  ///< file name
  std::vector<std::string> clauses;
  std::string title;
  std::vector<std::string> exporters;  ///< besides the first one: the sites pack for them too
  std::vector<Site> sites;
  std::vector<Step> steps;
  std::map<std::string, std::string> files;  ///< "file NAME:" and its lines behind "|"
};

/// The actor that is the head office of that exporter, and whether an actor is a head office.
[[nodiscard]] inline std::string office_of(const std::string& exporter) {
  return "@" + exporter;
}
[[nodiscard]] inline bool is_office(std::string_view actor) {
  return actor.empty() || actor.front() == '@';
}

/// BadInput `scenario.form`: names file, line and what is wrong with it.
[[nodiscard]] Result<Script> read_script(const std::filesystem::path& file);
/// A command line as words; "..." keeps blanks together.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);
/// Pieces between `separator`, trimmed, none empty.
[[nodiscard]] std::vector<std::string> pieces_of(std::string_view text, char separator);

}  // namespace sealkeep::scenarios
