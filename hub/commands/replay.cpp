// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/ses/judge.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::uint64_t kEntriesPerSlice = 4'096;
constexpr std::size_t kExamples = 20;
constexpr std::size_t kMostDuties = 1'000'000;
constexpr RegisterId kAsItIs = 1, kDraft = 2;  // registers of the scratch database

struct Draft {
  std::map<std::uint16_t, std::int64_t> settings;
  std::vector<ses::SealTypeApproved> seal_types;
  std::vector<ses::OperatorApproved> operators;
  void put_into(ses::Adopted& adopted) const {
    for (const auto& [setting, value] : settings) adopted.settings[setting] = value;
    if (!seal_types.empty()) adopted.seal_types = seal_types;
    if (!operators.empty()) adopted.operators = operators;
  }
};

template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

tl::unexpected<Error> refuse(std::string_view option, const std::string& text, std::string why,
                             std::string todo) {
  return bad_input("cli.value", fmt::format("--{} cannot be \"{}\"", option, printable(text)), std::move(why),
                   std::move(todo));
}

Result<> take_setting(const std::string& text, Draft& draft) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  const ses::SettingRule* rule = ses::setting_rule(name);
  if (rule == nullptr)
    if (const auto no = number_in<std::uint16_t>(name)) rule = ses::setting_rule(*no);
  if (rule == nullptr || equals == std::string::npos)
    return refuse("set", text, "there is no such setting", "Write name=value; docs/operations.md lists them");
  const auto value = number_in<std::int64_t>(std::string_view(text).substr(equals + 1));
  const auto setting = static_cast<std::uint16_t>(rule->setting);
  if (!value || !ses::valid(setting, *value))
    return refuse("set", text, fmt::format("{} goes from {} to {}", rule->name, rule->min, rule->max),
                  "Give a value in that range");
  draft.settings[setting] = *value;
  return {};
}

// "ses:NZ:6"
Result<> take_seal_type(const std::string& text, Draft& draft) {
  const std::size_t first = text.find(':'), last = text.rfind(':');
  ses::SealTypeApproved type;
  const std::string family = text.substr(0, first);
  std::uint8_t width = 0;
  if (first != last) width = number_in<std::uint8_t>(std::string_view(text).substr(last + 1)).value_or(0);
  if ((family != "ses" && family != "mpi") || width < 1 || width > 18)
    return refuse("seal-type", text, {}, "Write family:prefix:digits, for example ses:NZ:6");
  type.family = family == "ses" ? ses::Family::Ses : ses::Family::Mpi;
  type.prefix = text.substr(first + 1, last - first - 1);
  type.width = width;
  draft.seal_types.push_back(std::move(type));
  return {};
}

// "12", "12:air"
Result<> take_operator(const std::string& text, Draft& draft) {
  const std::size_t colon = text.find(':');
  const auto no = number_in<std::uint32_t>(std::string_view(text).substr(0, colon));
  const std::string scope = colon == std::string::npos ? "sea" : text.substr(colon + 1);
  if (!no || *no == 0 || (scope != "sea" && scope != "air" && scope != "both"))
    return refuse("operator", text, {}, "Write the operator's number, or number:air or number:both");
  ses::OperatorApproved named;
  named.operator_no = *no;
  named.scope = scope == "sea" ? ses::Scope::Sea : scope == "air" ? ses::Scope::Air : ses::Scope::Both;
  draft.operators.push_back(std::move(named));
  return {};
}

Result<Draft> draft_of(const Command& command) {
  Draft draft;
  for (const std::string& text : command.all("set")) SEALKEEP_TRY(take_setting(text, draft));
  for (const std::string& text : command.all("seal-type")) SEALKEEP_TRY(take_seal_type(text, draft));
  for (const std::string& text : command.all("operator")) SEALKEEP_TRY(take_operator(text, draft));
  if (draft.settings.empty() && draft.seal_types.empty() && draft.operators.empty())
    return bad_input("cli.required", "The draft is empty", {},
                     "Say what it changes: --set name=value, --seal-type ses:NZ:6, --operator 12");
  return draft;
}

// What one flag came to at one site.
struct Difference {
  std::uint64_t really = 0, newly = 0, no_longer = 0;
  std::vector<std::string> examples;  // of the new ones
  void add_new(std::string example) {
    if (++newly <= kExamples) examples.push_back(std::move(example));
  }
};

struct Outcome {
  std::map<ses::Irregularity, Difference> irregular;
  std::map<std::uint8_t, Difference> duties;
};

class Replay {
 public:
  Replay(Hub& hub, const Draft& draft, const Period& period, const OnProgress& progress)
      : hub_(&hub), draft_(&draft), period_(period), progress_(&progress) {}

  // Over a database that only this run has.
  Result<Outcome> run(const SiteInfo& site, Db& scratch) {
    SEALKEEP_LET(rows, RegisterRows::open(scratch));
    RegisterFold fold(hub_->logs(), rows);
    SEALKEEP_LET(logs, hub_->register_logs(site.id));
    std::uint64_t total = 0, done = 0;
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      SEALKEEP_LET(size, hub_->logs().size(epoch.log));
      total += std::min(size, epoch.end);
    }
    Outcome out;
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      SEALKEEP_LET(size, hub_->logs().size(epoch.log));
      const std::uint64_t end = std::min(size, epoch.end);
      for (std::uint64_t first = 0; first < end;) {
        std::uint64_t folded = 0;
        SEALKEEP_TRY(scratch.transaction([&]() -> Result<> {
          SEALKEEP_LET(count, slice(rows, fold, logs, epoch, first, end, out));
          folded = count;
          return {};
        }));
        if (folded == 0) break;
        first += folded;
        done += folded;
        (*progress_)({done, total, "records of " + site.code + " replayed"});
      }
    }
    SEALKEEP_TRY(compare_duties(site, rows, out));
    return out;
  }

 private:
  Result<std::uint64_t> slice(RegisterRows& rows, RegisterFold& fold, const RegisterLogs& logs,
                              const RegisterLogs::EpochLog& epoch, std::uint64_t first, std::uint64_t end,
                              Outcome& out) {
    ses::Rows as_it_is, draft;
    RegisterLogs real = logs, tried = logs;
    real.register_id = kAsItIs;
    tried.register_id = kDraft;
    SEALKEEP_TRY(rows.begin(kAsItIs, as_it_is));
    SEALKEEP_TRY(rows.begin(kDraft, draft));
    draft_->put_into(draft.adopted);
    const auto visit = [&](std::uint64_t index, ByteView bytes) -> Result<> {
      auto entry = ses::decode_entry(bytes);
      const ses::Ref at{epoch.epoch, index};
      if (!entry) {  // of a newer program: passed over, as the fold does
        for (ses::Rows* rows_of : {&as_it_is, &draft}) {
          rows_of->self.epoch = at.epoch;
          rows_of->self.next_index = index + 1;
        }
        return {};
      }
      SEALKEEP_LET(known, fold.told_before(real, at, *entry));
      if (known) {
        for (ses::Rows* rows_of : {&as_it_is, &draft}) ses::fold(*entry, at, *rows_of);
        return {};
      }
      SEALKEEP_LET(before, judged(rows, kAsItIs, *entry, at, as_it_is));
      SEALKEEP_LET(after, judged(rows, kDraft, *entry, at, draft));
      note(*entry, at, before, after, out);
      SEALKEEP_TRY(fold.fold_one(real, *entry, at, as_it_is));
      SEALKEEP_TRY(fold.fold_one(tried, *entry, at, draft));
      // What the site adopted does not bring the draft's own values back.
      if (std::holds_alternative<ses::DirectivesAdopted>(entry->event)) {
        draft_->put_into(draft.adopted);
        draft.adopted_dirty = true;
      }
      return {};
    };
    SEALKEEP_LET(visited, hub_->logs().read_entries(epoch.log, first, std::min(end - first, kEntriesPerSlice),
                                                    UINT64_MAX, visit));
    SEALKEEP_TRY(rows.save(kAsItIs, as_it_is));
    SEALKEEP_TRY(rows.save(kDraft, draft));
    return visited;
  }

  static Result<std::vector<ses::Irregularity>> judged(RegisterRows& rows, RegisterId id,
                                                       const ses::Entry& entry, ses::Ref at,
                                                       ses::Rows& into) {
    SEALKEEP_TRY(rows.load_for(id, entry.header, entry.event, at, into));
    return ses::judge(entry.header, entry.event, into);
  }

  void note(const ses::Entry& entry, ses::Ref at, const std::vector<ses::Irregularity>& before,
            const std::vector<ses::Irregularity>& after, Outcome& out) const {
    if (!inside(entry.header.happened_ms)) return;
    for (const ses::NotedIrregularity& noted : entry.irregularities) ++out.irregular[noted.code].really;
    const auto marked = [&](ses::Irregularity code) {
      return std::any_of(entry.irregularities.begin(), entry.irregularities.end(),
                         [&](const ses::NotedIrregularity& noted) { return noted.code == code; });
    };
    for (const ses::Irregularity code : after)
      if (std::find(before.begin(), before.end(), code) == before.end() && !marked(code))
        out.irregular[code].add_new(ses::ref_words(at) + " " + ses::event_words(entry.event, ses::Names()));
    for (const ses::Irregularity code : before)
      if (std::find(after.begin(), after.end(), code) == after.end() && marked(code))
        ++out.irregular[code].no_longer;
  }

  using DutySet = std::map<std::pair<ses::DutyKey, ses::Ref>, std::string>;
  // Done late in the period, or open and overdue as far as the site was heard.
  Result<DutySet> not_in_time(RegisterRows& rows, RegisterId id, std::int64_t watermark_ms) const {
    DutySet found;
    SEALKEEP_LET(late, rows.late_duties(id, kMostDuties));
    for (const ses::LateDuty& one : late)
      if (inside(one.discharged_ms))
        found[{one.key, one.duty.opened}] = one.key.subject + " since " + ses::ref_words(one.duty.opened);
    const std::int64_t until_ms = std::min(watermark_ms, period_.until_ms) - 1;
    SEALKEEP_LET(open, rows.duties_due(id, until_ms, kMostDuties));
    for (const DutyAt& duty : open)
      if (duty.row.due_ms >= period_.from_ms)
        found[{duty.key, duty.row.opened}] =
            duty.key.subject + " since " + ses::ref_words(duty.row.opened) + ", open";
    return found;
  }

  Result<> compare_duties(const SiteInfo& site, RegisterRows& rows, Outcome& out) const {
    SEALKEEP_LET(before, not_in_time(rows, kAsItIs, site.watermark_ms));
    SEALKEEP_LET(after, not_in_time(rows, kDraft, site.watermark_ms));
    for (const auto& [key, words] : before) {
      Difference& difference = out.duties[key.first.rule];
      ++difference.really;
      if (!after.contains(key)) ++difference.no_longer;
    }
    for (const auto& [key, words] : after)
      if (!before.contains(key)) out.duties[key.first.rule].add_new(words);
    return {};
  }

  [[nodiscard]] bool inside(std::int64_t at_ms) const {
    return at_ms >= period_.from_ms && at_ms < period_.until_ms;
  }

  Hub* hub_;
  const Draft* draft_;
  Period period_;
  const OnProgress* progress_;
};

Value row_of(std::string_view name, std::string_view words, const Difference& difference) {
  Value examples = Value::list();
  for (const std::string& example : difference.examples) examples.add(example);
  return Value::object({{"flag", name},
                        {"what", words},
                        {"really", difference.really},
                        {"with_the_draft", difference.really + difference.newly - difference.no_longer},
                        {"new", difference.newly},
                        {"no_longer", difference.no_longer},
                        {"new_ones", std::move(examples)}});
}

Value value_of(const SiteInfo& site, const Outcome& outcome) {
  Value irregular = Value::list(), duties = Value::list();
  for (const auto& [code, difference] : outcome.irregular)
    irregular.add(row_of(ses::irregularity_name(code), ses::irregularity_sentence(code), difference));
  for (const auto& [no, difference] : outcome.duties)
    if (const ses::DutyRule* rule = ses::duty_rule(no))
      duties.add(row_of(rule->name, rule->overdue_words, difference));
  return Value::object({{"site", site.code},
                        {"heard_everything_up_to", when(site.watermark_ms)},
                        {"irregular", std::move(irregular)},
                        {"not_in_time", std::move(duties)}});
}

Result<Outcome> replay_site(Hub& hub, Replay& replay, const SiteInfo& site) {
  const std::filesystem::path file = hub.parts().folder / "replay.tmp.db";
  const auto remove_files = [&] {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(file.string() + suffix, ignored);
  };
  remove_files();
  OpenOptions options;
  options.application_id = 0x534B5250;  // "SKRP": nothing else opens it
  options.migrations = {Migration{{RegisterRows::schema()}}};
  options.create = true;
  Result<Outcome> outcome = [&]() -> Result<Outcome> {
    SEALKEEP_LET(scratch, Db::open(file, options));
    SEALKEEP_TRY(scratch.set_durable(false));
    return replay.run(site, scratch);
  }();
  remove_files();
  return outcome;
}

}  // namespace

Result<Value> plan_replay(Hub& hub, const Command& command, const OnProgress& progress) {
  SEALKEEP_LET(draft, draft_of(command));
  SEALKEEP_LET(period, period_of(hub, command));
  SEALKEEP_LET(sites, addressed(hub, command));
  Replay replay(hub, draft, period, progress);
  Value list = Value::list(), left_out = Value::list();
  std::uint64_t newly = 0, no_longer = 0;
  const auto count = [&](const auto& differences) {
    for (const auto& [key, difference] : differences) {
      newly += difference.newly;
      no_longer += difference.no_longer;
    }
  };
  for (const SiteInfo& site : sites) {
    if (site.directives_missing > 0) {
      left_out.add(site.code);
      continue;
    }
    SEALKEEP_LET(outcome, replay_site(hub, replay, site));
    count(outcome.irregular);
    count(outcome.duties);
    list.add(value_of(site, outcome));
  }
  Value value = Value::object(
      {{"result",
        fmt::format("With this draft {} more would have been flagged, and {} would not.", newly, no_longer)},
       {"from", when(period.from_ms)},
       {"until", when(period.until_ms)},
       {"sites", std::move(list)}});
  if (const auto* waiting = left_out.as_list(); waiting != nullptr && !waiting->empty())
    value.set("left_out", left_out).set("why", "Their instructions are not all back at this hub.");
  value.set("note",
            "Nothing was changed. People would have worked otherwise under other rules: this shows what the "
            "draft says of what they did.");
  return value;
}

}  // namespace sealkeep::hub::commands
