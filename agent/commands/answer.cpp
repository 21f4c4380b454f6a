// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/answer.hpp"

#include <algorithm>

#include "agent/commands/directory.hpp"
#include "agent/commands/time_text.hpp"
#include "common/ses/duty.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kDutiesShown = 20;

// What the facts opened and the site may see, most urgent first.
std::vector<DutyAt> opened_here(RegisterId id, std::span<const Result<Recorded>> recorded) {
  std::vector<DutyAt> out;
  for (const Result<Recorded>& one : recorded)
    for (const auto& [key, row] : one->duties)
      if (ses::shown_at_site(key.rule)) out.push_back({id, key, row});
  std::stable_sort(out.begin(), out.end(),
                   [](const DutyAt& a, const DutyAt& b) { return a.row.due_ms < b.row.due_ms; });
  return out;
}

}  // namespace

std::string safety_sentence(const ExporterInfo& exporter, std::int64_t now_ms) {
  if (exporter.size <= exporter.cosigned_size) return "All safe at head office";
  const std::uint64_t waiting = exporter.size - exporter.cosigned_size;
  std::string out = std::to_string(waiting) + (waiting == 1 ? " record" : " records") + " not yet there";
  if (exporter.oldest_unsafe_ms != 0) out += ", oldest " + duration_words(now_ms - exporter.oldest_unsafe_ms);
  return out + ", carry on";
}

cli::Value irregularity_value(ses::Irregularity code) {
  return cli::Value::object(
      {{"code", ses::irregularity_name(code)}, {"sentence", ses::irregularity_sentence(code)}});
}

cli::Value duty_value(const DutyAt& duty, const Directory& names, const Now& now) {
  const ses::DutyRule* rule = ses::duty_rule(duty.key.rule);
  const auto severity = rule == nullptr ? std::nullopt : ses::severity_at(*rule, duty.row, now.unix_ms);
  return cli::Value::object(
      {{"to_do", rule == nullptr ? "rule " + std::to_string(duty.key.rule) : std::string(rule->words)},
       {"about", ses::subject_words(duty.key.subject, names)},
       {"left", ses::time_left_words(duty.row, now.unix_ms)},
       {"severity", severity ? std::string(ses::severity_name(*severity)) : std::string("open")},
       {"due", time_words(duty.row.due_ms, now.utc_offset_min)},
       {"entry", ses::ref_words(duty.row.opened)},
       {"clause", rule == nullptr ? std::string() : std::string(rule->clause)},
       {"rule", std::int64_t{duty.key.rule}}});
}

Result<cli::Value> recorded_answer(Agent& agent, RegisterId id, const std::string& what,
                                   const std::vector<std::string>& notes,
                                   std::span<const Result<Recorded>> recorded) {
  std::vector<ses::Ref> places;
  std::vector<ses::Irregularity> irregular;
  bool repeated = false;
  for (const Result<Recorded>& one : recorded) {
    if (!one) return tl::unexpected<Error>(one.error());
    places.push_back(one->at);
    repeated = repeated || one->repeated;
    for (ses::Irregularity code : one->irregularities)
      if (std::find(irregular.begin(), irregular.end(), code) == irregular.end()) irregular.push_back(code);
  }
  cli::Value out = cli::Value::object({{"recorded", what}});
  if (repeated) out.set("repeated", true);
  if (!places.empty()) {
    out.set("entry", ses::ref_words(places.front()));
    out.set("index", places.front().index);
    if (places.size() > 1) out.set("last_entry", ses::ref_words(places.back()));
  }
  cli::Value look_again = cli::Value::list();
  for (const std::string& note : notes) look_again.add(note);
  if (!notes.empty()) out.set("look_again", std::move(look_again));
  cli::Value codes = cli::Value::list();
  for (ses::Irregularity code : irregular) codes.add(irregularity_value(code));
  if (!irregular.empty()) out.set("irregular", std::move(codes));

  SEALKEEP_LET(names, Directory::read(agent, id));
  const Now now = agent.parts().clock.now();
  cli::Value next = cli::Value::list();
  std::size_t shown = 0;
  for (const DutyAt& duty : opened_here(id, recorded)) {
    if (shown == kDutiesShown) break;
    next.add(duty_value(duty, names, now));
    ++shown;
  }
  if (shown == 0) {
    out.set("next", "nothing new to do");
  } else {
    out.set("next", std::move(next));
  }
  return out;
}

}  // namespace sealkeep::agent
