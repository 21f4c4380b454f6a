// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <set>

#include "agent/commands/answer.hpp"
#include "agent/commands/capture.hpp"
#include "agent/commands/duties.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "common/ses/duty.hpp"
#include "common/ses/explained.hpp"
#include "common/ses/record.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kSealsPage = 1'000;
constexpr std::size_t kSealsListed = 5'000;
constexpr ses::Family kFamilies[] = {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other};

std::vector<ExporterInfo> asked_exporters(Agent& agent, const cli::Command& command) {
  std::vector<ExporterInfo> out;
  for (ExporterInfo& exporter : agent.exporters())
    if (command.one("exporter").value_or(exporter.hub) == exporter.hub) out.push_back(std::move(exporter));
  return out;
}

std::string exporter_name(Agent& agent, RegisterId id) {
  for (const ExporterInfo& exporter : agent.exporters())
    if (exporter.id == id) return exporter.hub;
  return std::to_string(id);
}

Result<cli::Value> seal_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const std::optional<std::string> state = command.one("state");
  SEALKEEP_LET(family, parse_family(command.one("family").value_or("ses")));
  cli::Value out = cli::Value::list();
  std::size_t listed = 0;
  for (const ExporterInfo& exporter : asked_exporters(agent, command)) {
    SEALKEEP_LET(names, Directory::read(agent, exporter.id));
    std::string after = command.one("after").value_or("");
    while (listed < kSealsListed) {
      SEALKEEP_LET(page, agent.rows().seals(exporter.id, family, after, kSealsPage));
      for (const SealAt& seal : page) {
        after = seal.key.number.text();
        if (listed == kSealsListed || (state && ses::state_name(seal.row.state) != *state)) continue;
        cli::Value row = cli::Value::object({{"seal", seal.key.number.text()},
                                             {"state", ses::state_words(seal.row.state)},
                                             {"kind", ses::kind_words(seal.row.kind)},
                                             {"container", seal.row.unit.text},
                                             {"place", names.place_words(seal.row.place)}});
        if (agent.exporters().size() > 1) row.set("exporter", exporter.hub);
        out.add(std::move(row));
        ++listed;
      }
      if (page.size() < kSealsPage) break;
    }
  }
  if (listed == 0) return cli::Value("No such seals.");
  return out;
}

Result<cli::Value> person_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  cli::Value out = cli::Value::list();
  const std::int32_t zone = agent.parts().clock.now().utc_offset_min;
  bool any = false;
  for (const ExporterInfo& exporter : asked_exporters(agent, command)) {
    SEALKEEP_LET(names, Directory::read(agent, exporter.id));
    for (const Named& named : names.people()) {
      SEALKEEP_LET(row, agent.rows().person(exporter.id, named.no));
      out.add(cli::Value::object({{"name", named.name.empty() ? std::string("(name erased)") : named.name},
                                  {"number", named.no},
                                  {"left", row ? time_words(row->left_ms, zone) : "-"},
                                  {"until", row ? time_words(row->until_ms, zone) : "-"},
                                  {"seals_in_hand", row ? std::int64_t{row->in_hand} : std::int64_t{0}},
                                  {"exporter", exporter.hub}}));
      any = true;
    }
  }
  return any ? out : cli::Value("Nobody yet. Add people with \"person add NAME\".");
}

Result<cli::Value> store_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  cli::Value out = cli::Value::list();
  const std::int32_t zone = agent.parts().clock.now().utc_offset_min;
  bool any = false;
  for (const ExporterInfo& exporter : asked_exporters(agent, command)) {
    SEALKEEP_LET(names, Directory::read(agent, exporter.id));
    ses::Rows rows;
    SEALKEEP_TRY(agent.rows().begin(exporter.id, rows));
    ses::Wanted wanted;
    for (const Named& named : names.places()) wanted.stores.push_back(named.no);
    SEALKEEP_TRY(agent.rows().load(exporter.id, wanted, rows));
    for (const Named& named : names.places()) {
      const ses::StoreRow* row = rows.stores.find(named.no);
      out.add(
          cli::Value::object({{"name", named.name},
                              {"number", named.no},
                              {"kind", named.kind == ses::PlaceKind::DockBox ? "dock box" : "locked store"},
                              {"open_since", time_words(row == nullptr ? 0 : row->opened_ms, zone)},
                              {"counted", time_words(row == nullptr ? 0 : row->counted_ms, zone)},
                              {"exporter", exporter.hub}}));
      any = true;
    }
  }
  return any ? out : cli::Value("No places yet. Add them with \"store add NAME\".");
}

// "safe at head office since ...", "not yet at head office".
Result<std::string> proof_words(Agent& agent, const RegisterLogs& logs, ses::Ref at, std::int32_t zone) {
  const auto log = site_log(logs, at.epoch);
  SEALKEEP_ASSERT(log.has_value());
  SEALKEEP_LET(head, agent.logs().cosigned_head_covering(*log, at.index));
  if (!head) return std::string("not yet at head office");
  return "safe at head office since " +
         iso_time(static_cast<std::int64_t>(head->cosignature.time_s) * 1'000, zone);
}

// Over the histories of the seal and of what it is on: an entry of either may explain a mark of the other.
Result<ses::Explanations> explanations_of(Agent& agent, const RegisterLogs& logs, const SealAt& seal) {
  std::set<ses::Ref> refs(seal.row.history.begin(), seal.row.history.end());
  if (!seal.row.unit.text.empty()) {
    SEALKEEP_LET(unit, agent.rows().unit(seal.register_id, seal.row.unit));
    if (unit) refs.insert(unit->history.begin(), unit->history.end());
  }
  ses::Explanations explanations;
  for (const ses::Ref at : refs) {
    SEALKEEP_LET(entry, read_entry(agent, logs, at));
    explanations.add(entry, at);
  }
  return explanations;
}

// What head office answered about the seal, what it is on, how it came in and what happened to it.
cli::Value answers_about(const Answers& answers, const SealAt& seal) {
  std::set<std::string> subjects{
      "seal:" + std::to_string(static_cast<int>(seal.key.family)) + ":" + seal.key.number.text(),
      "unit:" + seal.row.unit.text, "receipt:" + ses::ref_words(seal.row.receipt)};
  for (const ses::Ref at : seal.row.history)
    for (const char* what : {"incident:", "transfer:", "count:"}) subjects.insert(what + ses::ref_words(at));
  cli::Value out = cli::Value::list();
  for (const auto& [duty, answer] : answers)
    if (subjects.contains(answer.subject) && ses::shown_at_site(answer.rule)) {
      const ses::DutyRule* rule = ses::duty_rule(answer.rule);
      out.add(cli::Value::object({{"about", rule == nullptr ? std::string_view("duty") : rule->words},
                                  {"answer", ses::answer_words(answer)}}));
    }
  return out;
}

Result<cli::Value> history_line(Agent& agent, const RegisterLogs& logs, const Directory& names,
                                const ses::Explanations& explanations, ses::Ref at) {
  SEALKEEP_LET(entry, read_entry(agent, logs, at));
  const ses::EntryHeader& header = entry.header;
  SEALKEEP_LET(proof, proof_words(agent, logs, at, header.utc_offset_min));
  cli::Value out = cli::Value::object({{"entry", ses::ref_words(at)},
                                       {"index", at.index},
                                       {"happened", iso_time(header.happened_ms, header.utc_offset_min)},
                                       {"who", names.person_words(header.person_no)},
                                       {"what", ses::event_words(entry.event, names)},
                                       {"recorded", iso_time(header.recorded_ms, header.utc_offset_min)},
                                       {"source", ses::source_words(header.source)},
                                       {"proof", std::move(proof)}});
  const std::string irregular = ses::marks_words(entry, at, explanations);
  if (!irregular.empty()) {
    out.set("irregular", irregular);
    SEALKEEP_LET(reason, detail_text(agent, logs, at, entry, ses::DetailKind::Reason));
    out.set("reason", reason.empty() ? std::string("no reason given") : reason);
    cli::Value codes = cli::Value::list();
    for (const ses::NotedIrregularity& one : entry.irregularities)
      codes.add(ses::irregularity_name(one.code));
    out.set("irregular_codes", std::move(codes));
  }
  constexpr std::pair<ses::DetailKind, const char*> kShown[] = {{ses::DetailKind::Driver, "driver"},
                                                                {ses::DetailKind::Narrative, "story"},
                                                                {ses::DetailKind::Reference, "reference"}};
  for (const auto& [kind, name] : kShown) {
    SEALKEEP_LET(text, detail_text(agent, logs, at, entry, kind));
    if (!text.empty()) out.set(name, text);
  }
  SEALKEEP_TRY(add_pictures(agent, logs, at, entry, out));
  return out;
}

}  // namespace

Result<cli::Value> seal_show(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(text, command.required("seal"));
  SEALKEEP_LET(number, ses::SealNumber::parse(text));
  cli::Value found = cli::Value::list();
  cli::Value last;
  std::size_t count = 0;
  for (ses::Family family : kFamilies) {
    SEALKEEP_LET(seals, agent.rows().seal({family, number}));
    for (const SealAt& seal : seals) {
      const std::string exporter = exporter_name(agent, seal.register_id);
      if (command.one("exporter").value_or(exporter) != exporter) continue;
      SiteRegister* site = agent.site_register(seal.register_id);
      SEALKEEP_ASSERT(site != nullptr);
      SEALKEEP_LET(names, Directory::read(agent, seal.register_id));
      const std::int32_t zone = agent.parts().clock.now().utc_offset_min;
      const ses::SealRow& row = seal.row;
      SEALKEEP_LET(explanations, explanations_of(agent, site->logs(), seal));
      SEALKEEP_LET(all_answers, answers_here(agent, seal.register_id));
      cli::Value history = cli::Value::list();
      for (ses::Ref at : row.history) {
        SEALKEEP_LET(line, history_line(agent, site->logs(), names, explanations, at));
        history.add(std::move(line));
      }
      last = cli::Value::object({{"seal", number.text()},
                                 {"type", ses::kind_words(row.kind)},
                                 {"received", time_words(row.received_ms, zone)},
                                 {"applied", time_words(row.applied_ms, zone)},
                                 {"container", row.unit.text},
                                 {"applied_by", names.person_words(row.applied_by)},
                                 {"state", ses::state_words(row.state)},
                                 {"state_code", ses::state_name(row.state)},
                                 {"place", names.place_words(row.place)},
                                 {"checked", time_words(row.checked_ms, zone)},
                                 {"uplifted", time_words(row.uplifted_ms, zone)},
                                 {"family", ses::family_words(family)},
                                 {"exporter", exporter},
                                 {"history", std::move(history)}});
      const cli::Value answers = answers_about(all_answers, seal);
      if (!answers.as_list()->empty()) last.set("head_office", answers);
      found.add(last);
      ++count;
    }
  }
  if (count == 0)
    return fail(ErrorKind::NotFound, "seal.unknown", "No register here knows the seal " + number.text(),
                "it was never received, applied or named at this site", "Look at the number again");
  return count == 1 ? last : found;
}

Result<cli::Value> todo(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(limit, command.number("limit", 1, 10'000));
  const Now now = agent.parts().clock.now();
  std::vector<std::pair<std::int64_t, cli::Value>> lines;
  for (const ExporterInfo& exporter : asked_exporters(agent, command)) {
    SEALKEEP_LET(names, Directory::read(agent, exporter.id));
    SEALKEEP_LET(duties, duties_here(agent, exporter.id, static_cast<std::size_t>(limit.value_or(100))));
    SEALKEEP_LET(answers, answers_here(agent, exporter.id));
    for (const DutyAt& duty : duties) {
      cli::Value line = duty_value(duty, names, now);
      if (const std::string said = answer_words(answers, duty); !said.empty()) line.set("head_office", said);
      if (agent.exporters().size() > 1) line.set("exporter", exporter.hub);
      lines.emplace_back(duty.row.due_ms == 0 ? INT64_MAX : duty.row.due_ms, std::move(line));
    }
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  if (lines.empty()) return cli::Value("Nothing to do.");
  cli::Value out = cli::Value::list();
  for (auto& [due, line] : lines) out.add(std::move(line));
  return out;
}

namespace {

Result<cli::Value> record_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  constexpr std::size_t kRecordsListed = 5'000;
  constexpr std::string_view kOutcome[] = {"", "stands", "not passed", "ended"};
  const Now now = agent.parts().clock.now();
  const std::optional<std::string> what = command.one("what");
  cli::Value out = cli::Value::list();
  std::size_t listed = 0;
  for (const ExporterInfo& exporter : asked_exporters(agent, command)) {
    SEALKEEP_LET(names, Directory::read(agent, exporter.id));
    SEALKEEP_LET(records, agent.rows().records(exporter.id, kRecordsListed));
    for (const RecordAt& record : records) {
      const ses::RecordRule& rule = ses::record_rule(record.key.what);
      if (what && rule.name != *what) continue;
      const auto day = [&](std::int64_t ms) { return time_words(ms, now.utc_offset_min); };
      cli::Value line = cli::Value::object(
          {{"clause", rule.clause},
           {"record", rule.words},
           {"about", (record.key.person_no == 0 ? std::string() : names.person_words(record.key.person_no)) +
                         (record.key.person_no == 0 || record.key.label.empty() ? "" : ", ") +
                         record.key.label},
           {"state", kOutcome[static_cast<std::size_t>(record.row.outcome)]},
           {"since", day(record.row.done_ms)},
           {"until", day(record.row.until_ms)},
           {"document", record.row.document == Hash{} ? std::string("-") : "on file"},
           {"entry", ses::ref_words(record.row.at)}});
      if (agent.exporters().size() > 1) line.set("exporter", exporter.hub);
      out.add(std::move(line));
      ++listed;
    }
  }
  if (listed == 0) return cli::Value("No records.");
  return out;
}

constexpr OtherCommand kCommands[] = {
    {"record list", record_list},
    {"status", status},
    {"todo", todo},
    {"seal show", seal_show},
    {"seal list", seal_list},
    {"person list", person_list},
    {"store list", store_list},
    {"operator list", operator_list},
    {"seal look-alikes", seal_look_alikes},
};

}  // namespace

std::span<const OtherCommand> show_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> show_specs() {
  using namespace spec;
  std::vector<std::string> states;
  for (std::size_t i = 1; i < ses::kSealStates; ++i)
    states.emplace_back(ses::state_name(static_cast<ses::SealState>(i)));
  std::vector<std::string> kinds;
  for (const ses::RecordRule& rule : ses::record_rules()) kinds.emplace_back(rule.name);
  return {
      {"status",
       "Show what is safe at head office, the stock, the ledger and what is to do.",
       exporter(),
       {"status", "status --json"}},
      {"todo",
       "List what is to do, most urgent first.",
       Options{whole("limit", "At most so many", 1, 10'000)} + exporter(),
       {"todo"}},
      {"seal show",
       "Show a seal's whole history: when, who, what, what was irregular, and its proof.",
       Options{needed(placed(text("seal", "Seal number")))} + exporter(),
       {"seal show NZ300006"}},
      {"seal list",
       "List seals by number, at most 5,000 at a time.",
       Options{choice("state", "Only seals in this state", states),
               text("after", "Go on after this number", "NUMBER")} +
           family() + exporter(),
       {"seal list --state in_stock", "seal list --after NZ305000"}},
      {"seal look-alikes",
       "Show which seals in stock, in hand or on a unit here are easily read one for the other (a look-alike "
       "character, two "
       "neighbours swapped), and where they lie: scan those, do not type them. Inside one run of consecutive "
       "numbers there "
       "always are such pairs; they are found when a number is typed.",
       family() + exporter(),
       {"seal look-alikes"}},
      {"record list",
       "List the newest record of each kind, person and label: training, checks, procedures, QA, security.",
       Options{choice("what", "Only this kind", kinds)} + exporter(),
       {"record list", "record list --what training_seals"}},
      {"person list", "List the people that the registers know.", exporter(), {"person list"}},
      {"store list", "List the stores and dock boxes.", exporter(), {"store list"}},
      {"operator list",
       "List the transport operators that the plan approves now.",
       exporter(),
       {"operator list"}},
  };
}

}  // namespace sealkeep::agent
