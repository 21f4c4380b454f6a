// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "agent/vision/commands.hpp"
#include "agent/vision/picture.hpp"
#include "agent/vision/visit.hpp"
#include "common/cli/input_file.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kTruthBytes = 4 * 1024 * 1024;

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (true) {
    const std::size_t end = std::min(text.find(at), text.size());
    out.emplace_back(text.substr(0, end));
    if (end == text.size()) return out;
    text.remove_prefix(end + 1);
  }
}

struct Tally {
  std::int64_t exact = 0, wrong = 0, none = 0;
  void add(const std::vector<std::string>& expected, const std::string& read) {
    const bool right = std::find(expected.begin(), expected.end(), read) != expected.end();
    if (right)
      ++exact;
    else if (read.empty())
      ++none;
    else
      ++wrong;
  }
  void put_into(cli::Value& out) const { out.set("exact", exact).set("wrong", wrong).set("none", none); }
};

struct Outcome {
  Truth truth;
  std::vector<std::string> files;
  Result<Reading> reading;
};

std::int64_t quantile(std::vector<std::int64_t> values, std::size_t percent) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[std::min(values.size() - 1, values.size() * percent / 100)];
}

cli::Value miss(const Outcome& outcome) {
  cli::Value out = cli::Value::object({{"file", outcome.files.front()}});
  out.set("expected", outcome.truth.expected.empty() ? std::string() : outcome.truth.expected.front());
  if (!outcome.reading) return out.set("error", outcome.reading.error().code);
  const Reading& reading = *outcome.reading;
  out.set("read", believed(reading)).set("looks", reading.looks).set("cpu_ms", reading.cpu_us / 1000);
  std::string seen;
  std::vector<ContainerCandidate> candidates = reading.findings.seen();
  std::sort(candidates.begin(), candidates.end(),
            [](const auto& a, const auto& b) { return a.score > b.score; });
  for (std::size_t i = 0; i < std::min<std::size_t>(3, candidates.size()); ++i)
    seen += candidates[i].number + " " + std::to_string(static_cast<int>(candidates[i].score * 100)) + "/" +
            std::to_string(static_cast<int>(candidates[i].margin * 100)) + "/" +
            std::to_string(candidates[i].hits) + "  ";
  return out.set("candidates", seen);
}

cli::Value report(const std::vector<Outcome>& outcomes) {
  Tally all;
  std::map<std::string, Tally> by_layout;
  std::vector<std::int64_t> cpu_ms, first_look_ms;
  std::int64_t peak_kib = 0;
  cli::Value misses = cli::Value::list();
  for (const Outcome& outcome : outcomes) {
    const std::string read = outcome.reading ? believed(*outcome.reading) : std::string();
    all.add(outcome.truth.expected, read);
    by_layout[outcome.truth.layout].add(outcome.truth.expected, read);
    Tally one;
    one.add(outcome.truth.expected, read);
    if (one.exact == 0) misses.add(miss(outcome));
    if (!outcome.reading) continue;
    cpu_ms.push_back(outcome.reading->cpu_us / 1000);
    if (outcome.reading->looks == 1) first_look_ms.push_back(cpu_ms.back());
    peak_kib = std::max(peak_kib, outcome.reading->peak_kib);
  }
  cli::Value out = cli::Value::object({{"pictures", outcomes.size()}});
  all.put_into(out);
  out.set("cpu_ms_median", quantile(cpu_ms, 50)).set("cpu_ms_p95", quantile(cpu_ms, 95));
  out.set("first_look", first_look_ms.size()).set("first_look_cpu_ms_median", quantile(first_look_ms, 50));
  out.set("peak_memory_mib", peak_kib / 1024);
  cli::Value layouts = cli::Value::list();
  for (const auto& [layout, tally] : by_layout) {
    cli::Value row = cli::Value::object({{"layout", layout.empty() ? "-" : layout}});
    tally.put_into(row);
    layouts.add(row);
  }
  return out.set("by_layout", layouts).set("not_exact", misses);
}

/// Pictures of the same truth as one visit; those that stand alone are left out.
std::vector<Outcome> visits(const std::vector<Outcome>& outcomes, ReadKind kind) {
  std::map<std::vector<std::string>, std::vector<const Outcome*>> by_truth;
  for (const Outcome& outcome : outcomes) by_truth[outcome.truth.expected].push_back(&outcome);
  std::vector<Outcome> out;
  for (const auto& [expected, members] : by_truth) {
    if (members.size() < 2) continue;
    Outcome visit{members.front()->truth, {}, Reading{}};
    visit.truth.layout = std::to_string(members.size()) + " pictures";
    std::vector<Reading> readings;
    for (const Outcome* member : members) {
      visit.files.push_back(member->files.front());
      if (member->reading) readings.push_back(*member->reading);
    }
    visit.reading = together(readings, kind);
    out.push_back(std::move(visit));
  }
  return out;
}

}  // namespace

Result<std::vector<Truth>> parse_truth(std::string_view text) {
  std::vector<Truth> out;
  std::size_t line_no = 0;
  for (std::string& line : split(text, '\n')) {
    ++line_no;
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty() || line.starts_with('#')) continue;
    const std::vector<std::string> columns = split(line, '\t');
    if (columns.size() < 2 || columns[0].empty() || columns[0].find('/') != std::string::npos)
      return bad_input("vision.truth",
                       "Line " + std::to_string(line_no) + " of truth.tsv is not file, tab, what it says",
                       printable(line, 80));
    out.push_back({columns[0], split(columns[1], '|'), columns.size() > 3 ? columns[3] : std::string()});
  }
  return out;
}

Result<cli::Value> bench(const cli::Command& command,
                         const std::function<void(std::size_t, std::size_t)>& progress) {
  SEALKEEP_LET(setup, setup_of(command));
  SEALKEEP_LET(word, command.required("kind"));
  SEALKEEP_LET(kind, read_kind(word));
  SEALKEEP_LET(folder, command.required("folder"));
  SEALKEEP_LET(text, cli::read_input(folder + "/truth.tsv", kTruthBytes));
  SEALKEEP_LET(truths, parse_truth(as_text(text)));
  PictureReader reader(std::move(setup));
  std::vector<Outcome> outcomes;
  for (const Truth& truth : truths) {
    progress(outcomes.size(), truths.size());
    auto file = cli::read_input(folder + "/" + truth.file, kPictureBytes);
    if (!file) return tl::unexpected<Error>(file.error());
    outcomes.push_back({truth, {truth.file}, reader.read({kind, *file})});
  }
  return report(command.has("together") ? visits(outcomes, kind) : outcomes);
}

}  // namespace sealkeep::vision
