// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/script.hpp"

#include <charconv>
#include <fstream>
#include <optional>

#include "common/base/bytes.hpp"

namespace sealkeep::scenarios {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kDayMs = 24 * 60 * kMinuteMs;
constexpr std::string_view kHeadOffice = "head office";

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

bool take(std::string_view& text, std::string_view begin) {
  if (!text.starts_with(begin)) return false;
  text.remove_prefix(begin.size());
  return true;
}

std::optional<int> take_number(std::string_view& text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

// "Tue 08:05 ", "day 12 08:05 "; nothing is taken from a line that begins otherwise.
std::optional<std::int64_t> take_time(std::string_view& text) {
  constexpr std::string_view kDays[] = {"Mon ", "Tue ", "Wed ", "Thu ", "Fri ", "Sat ", "Sun "};
  std::string_view rest = text;
  std::optional<int> day;
  for (int i = 0; i < 7; ++i)
    if (take(rest, kDays[i])) day = i + 1;
  if (!day && take(rest, "day ")) {
    day = take_number(rest);
    if (!day || *day < 1 || !take(rest, " ")) return std::nullopt;
  }
  if (!day) return std::nullopt;
  const auto hour = take_number(rest);
  if (!hour || *hour > 23 || !take(rest, ":")) return std::nullopt;
  const auto minute = take_number(rest);
  if (!minute || *minute > 59 || !take(rest, " ")) return std::nullopt;
  text = trim(rest);
  return kMondayMs + (*day - 1) * kDayMs + (*hour * 60 + *minute) * kMinuteMs;
}

struct Form {
  std::string_view words;
  Do what;
};
// What may follow the actor; the first that fits counts.
constexpr Form kForms[] = {
    {":", Do::Command},
    {" goes offline", Do::GoOffline},
    {" is back", Do::ComeBack},
    {" to do:", Do::ToDo},
    {" alert:", Do::Alert},
    {" had an alert:", Do::HadAlert},
    {" has no alert", Do::NoAlert},
    {" never had an alert", Do::NeverAlert},
    {" last record irregular:", Do::Irregular},
    {" last record is regular", Do::Irregular},
    {" stop sign:", Do::StopSign},
    {" avoided:", Do::Avoided},
    {" seal ", Do::SealIs},
    {" ledger:", Do::Ledger},
    {" answers:", Do::Answers},
    {" does not answer:", Do::AnswersNot},
};

class Reader {
 public:
  explicit Reader(const std::filesystem::path& file) : path_(file) { script_.name = file.filename(); }

  Result<Script> read() {
    std::ifstream in(path_);
    if (!in) return wrong("the file cannot be read");
    for (std::string line; std::getline(in, line);) {
      ++line_;
      SEALKEEP_TRY(add(trim(line)));
    }
    if (script_.clauses.empty() || script_.title.empty()) return wrong("clauses: or title: is missing");
    if (script_.sites.empty() || script_.steps.empty()) return wrong("there is no site, or nothing happens");
    return std::move(script_);
  }

 private:
  tl::unexpected<Error> wrong(const std::string& why) const {
    return bad_input("scenario.form", script_.name + ":" + std::to_string(line_) + ": " + why);
  }

  Result<> add(std::string_view line) {
    if (take(line, "|")) {
      if (file_.empty()) return wrong("a line of a file without \"file NAME:\" before it");
      script_.files[file_] += std::string(trim(line)) + "\n";
      return {};
    }
    file_.clear();
    if (line.empty() || line.front() == '#') return {};
    if (take(line, "clauses:")) {
      script_.clauses = pieces_of(line, ',');
      return {};
    }
    if (take(line, "title:")) {
      script_.title = trim(line);
      return {};
    }
    if (take(line, "file ")) {
      if (line.empty() || line.back() != ':') return wrong("write \"file NAME:\", then lines behind |");
      file_ = line.substr(0, line.size() - 1);
      script_.files[file_];
      return {};
    }
    if (take(line, "exporter ")) {
      if (!script_.sites.empty())
        return wrong("exporters stand before the sites, which are enrolled with all");
      script_.exporters.emplace_back(trim(line));
      return {};
    }
    if (take(line, "site ")) return add_site(line);
    return add_step(line);
  }

  Result<> add_site(std::string_view line) {
    Site site;
    site.line = line_;
    const std::size_t colon = line.find(':');
    site.code = trim(line.substr(0, colon));
    const auto parts = pieces_of(colon == std::string_view::npos ? "" : line.substr(colon + 1), ';');
    for (const std::string& part : parts) {
      std::string_view names = part;
      if (take(names, "people "))
        site.people = pieces_of(names, ',');
      else if (take(names, "stores "))
        site.stores = pieces_of(names, ',');
      else if (take(names, "dock boxes "))
        site.boxes = pieces_of(names, ',');
      else
        return wrong("a site has people, stores and dock boxes, not \"" + part + "\"");
    }
    script_.sites.push_back(std::move(site));
    return {};
  }

  Result<> add_step(std::string_view line) {
    Step step;
    step.line = line_;
    if (const auto at_ms = take_time(line)) {
      if (*at_ms < last_ms_) return wrong("time goes back");
      step.at_ms = last_ms_ = *at_ms;
    }
    if (take(line, "finally:")) {
      step.what = Do::Finally;
    } else if (take(line, "refused:")) {
      step.what = Do::Refused;
    } else {
      SEALKEEP_TRY(take_actor(line, step));
      const Form* form = nullptr;
      for (const Form& one : kForms)
        if (form == nullptr && line.starts_with(one.words)) form = &one;
      if (form == nullptr) return wrong("nobody can do \"" + std::string(trim(line)) + "\"");
      step.what = form->what;
      take(line, form->words);
    }
    line = trim(line);
    constexpr std::string_view kCall = "(call it ";
    if (const std::size_t call = line.rfind(kCall); call != std::string_view::npos && line.back() == ')') {
      step.label = line.substr(call + kCall.size(), line.size() - call - kCall.size() - 1);
      line = trim(line.substr(0, call));
    }
    step.text = line;
    script_.steps.push_back(std::move(step));
    return {};
  }

  Result<> take_actor(std::string_view& line, Step& step) const {
    for (const std::string& exporter : script_.exporters) {
      if (!take(line, std::string(kHeadOffice) + " of " + exporter)) continue;
      step.actor = office_of(exporter);
      return {};
    }
    if (take(line, kHeadOffice)) return {};
    for (const Site& site : script_.sites) {
      const std::size_t end = site.code.size();
      if (!line.starts_with(site.code) || (line.size() > end && line[end] != ':' && line[end] != ' '))
        continue;
      step.actor = site.code;
      line.remove_prefix(end);
      return {};
    }
    return wrong("the line begins with no time, no site and not with \"head office\"");
  }

  std::filesystem::path path_;
  Script script_;
  std::size_t line_ = 0;
  std::int64_t last_ms_ = 0;
  std::string file_;
};

}  // namespace

Result<Script> read_script(const std::filesystem::path& file) {
  return Reader(file).read();
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool quoted = false, open = false;
  for (const char c : text) {
    if (c == '"') {
      quoted = !quoted;
      if (!open) words.emplace_back();
      open = true;
    } else if (c == ' ' && !quoted) {
      open = false;
    } else {
      if (!open) words.emplace_back();
      open = true;
      words.back() += c;
    }
  }
  return words;
}

std::vector<std::string> pieces_of(std::string_view text, char separator) {
  std::vector<std::string> pieces;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    if (const std::string_view piece = trim(text.substr(0, end)); !piece.empty()) pieces.emplace_back(piece);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return pieces;
}

}  // namespace sealkeep::scenarios
