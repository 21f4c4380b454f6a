// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "hub/commands/customs.hpp"
#include "hub/commands/entries.hpp"
#include "hub/commands/names.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/chronicle.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 50;

struct Row {
  RegisterId site = 0;
  ses::Ref at;
  std::uint8_t sort = 0;
  std::int64_t discovered_ms = 0;
  ses::Ref told, decided;  // by the site
};

Row read_row(const Rows& rows) {
  Row row;
  row.site = rows.int64(0);
  row.at = {static_cast<std::uint32_t>(rows.int64(1)), rows.uint64(2)};
  row.sort = static_cast<std::uint8_t>(rows.int64(3));
  row.discovered_ms = rows.int64(4);
  row.told = {static_cast<std::uint32_t>(rows.int64(5)), rows.uint64(6)};
  row.decided = {static_cast<std::uint32_t>(rows.int64(7)), rows.uint64(8)};
  return row;
}

/// The incidents of one answer: names, answers of head office and duties are read once for each site.
class Incidents {
 public:
  explicit Incidents(Hub& hub) : hub_(&hub), now_(hub.parts().clock.now()) {}
  Result<> start() {
    SEALKEEP_LET(infos, hub_->sites());
    for (SiteInfo& info : infos) sites_.emplace(info.id, std::move(info));
    SEALKEEP_LET(due, hub_->db().prepare(
                          "SELECT rule, due_ms FROM duty WHERE register = ? AND rule IN (18, 19, 20) AND "
                          "subject = ? ORDER BY due_ms LIMIT 1"));
    due_ = std::move(due);
    SEALKEEP_LET(standings, CustomsStandings::open(*hub_));
    standings_ = std::move(standings);
    return {};
  }
  [[nodiscard]] std::string code(RegisterId site) const {
    const auto found = sites_.find(site);
    return found == sites_.end() ? std::string("unknown") : found->second.code;
  }

  Result<Value> value_of(const Row& row) {
    SEALKEEP_LET(site, open(row.site));
    SEALKEEP_LET(entry, entry_at(*hub_, site->logs, row.at));
    Value value = Value::object({{"id", code(row.site) + "/" + ses::ref_words(row.at)},
                                 {"kind", incident_sort_name(row.sort)},
                                 {"site", code(row.site)}});
    value.set("what", entry ? ses::event_words(entry->event, site->names) : std::string("not readable here"));
    value.set("discovered_ms", row.discovered_ms);
    std::int64_t due_ms = 0;
    bool open_duty = false;
    {
      SEALKEEP_LET(rows, due_.query(row.site, "incident:" + ses::ref_words(row.at)));
      SEALKEEP_LET(there, rows.next());
      open_duty = there;
      if (there) due_ms = rows.int64(1);
    }
    SEALKEEP_LET(standing, standings_->of(row.site, row.at));
    // Head office knows that it is over before the site has heard so.
    const bool settled = standing.decision == "reported" || standing.decision == "not_reportable";
    if (due_ms != 0 && !settled) value.set("due_ms", due_ms);
    value.set("decision", standing.decision);
    if (standing.decided_ms != 0) value.set("decided_ms", standing.decided_ms);
    if (standing.told_ms != 0)
      value.set("reported_ms", standing.told_ms).set("how", told_how_words(standing.told_how));
    if (standing.written_ms != 0) value.set("written_ms", standing.written_ms);
    std::string reference = standing.reference;
    if (reference.empty() && row.told != ses::Ref{}) {
      SEALKEEP_LET(by_site, detail_of(*site, row.told, ses::DetailKind::Reference));
      reference = std::move(by_site);
    }
    if (!reference.empty()) value.set("reference", reference);
    if (standing.replied_ms != 0) value.set("replied_ms", standing.replied_ms).set("reply", standing.reply);
    const bool late = due_ms != 0 && due_ms < now_.unix_ms;
    value.set("state", settled || !open_duty ? "closed" : late ? "overdue" : "open");
    const std::string_view step = open_duty || standing.told_ms != 0 ? next_step(standing) : "";
    if (!step.empty()) value.set("next_step", step).set("next", next_step_words(step));
    if (!standing.steps.empty()) value.set("steps", steps_value(standing.steps));
    return value;
  }

  Result<Value> story_of(const Row& row) {
    SEALKEEP_LET(site, open(row.site));
    SEALKEEP_LET(story, detail_of(*site, row.at, ses::DetailKind::Narrative));
    return story.empty() ? Value() : Value(story);
  }
  Result<std::string> reason_of(const Row& row) {
    SEALKEEP_LET(site, open(row.site));
    return detail_of(*site, row.decided, ses::DetailKind::Reason);
  }

 private:
  struct Site {
    RegisterLogs logs;
    SiteNames names;
  };
  Result<const Site*> open(RegisterId id) {
    const auto found = opened_.find(id);
    if (found != opened_.end()) return &found->second;
    SEALKEEP_LET(logs, hub_->register_logs(id));
    SEALKEEP_LET(names, SiteNames::read(*hub_, logs));
    return &opened_.emplace(id, Site{std::move(logs), std::move(names)}).first->second;
  }
  Result<std::string> detail_of(const Site& site, ses::Ref at, ses::DetailKind kind) {
    const LogId log = log_of(site.logs, at.epoch);
    if (log == 0) return std::string();
    SEALKEEP_LET(entry, entry_at(*hub_, site.logs, at));
    if (!entry) return std::string();
    for (std::size_t n = 0; n < entry->details.size(); ++n) {
      if (entry->details[n].kind != kind) continue;
      SEALKEEP_LET(detail, hub_->details().get(log, at.index, static_cast<std::uint8_t>(n)));
      if (detail && detail->state == DetailState::Held)
        return printable(as_text(detail->bytes), detail->bytes.size());
    }
    return std::string();
  }

  Hub* hub_;
  Now now_;
  std::map<RegisterId, SiteInfo> sites_;
  std::map<RegisterId, Site> opened_;
  Statement due_;
  std::optional<CustomsStandings> standings_;
};

constexpr const char* kColumns =
    "register, epoch, idx, kind, discovered_ms, told_epoch, told_index, decided_epoch, decided_index";

struct After {
  std::int64_t discovered_ms = INT64_MAX;
  RegisterId site = INT64_MAX;
  std::uint32_t epoch = UINT32_MAX;
  std::int64_t index = INT64_MAX;
};

Result<After> after_of(const Command& command) {
  After after;
  const auto text = command.one("cursor");
  if (!text) return after;
  if (std::sscanf(text->c_str(), "%ld/%ld/%u/%ld", &after.discovered_ms, &after.site, &after.epoch,
                  &after.index) == 4)
    return after;
  return bad_input("cli.value", "--cursor is not one that an answer gave", {},
                   "Give it as the answer says it");
}

}  // namespace

Result<Value> incidents_list(Hub& hub, const Command& command) {
  SEALKEEP_LET(after, after_of(command));
  RegisterId only = 0;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    only = site.id;
  }
  SEALKEEP_LET(
      select,
      hub.db().prepare(fmt::format(
          "SELECT {} FROM incident WHERE discovered_ms <= ?1 AND (discovered_ms, register, epoch, idx) < "
          "(?1, ?2, ?3, ?4) AND (?5 = 0 OR register = ?5) ORDER BY discovered_ms DESC, register DESC, "
          "epoch DESC, idx DESC LIMIT ?6",
          kColumns)));
  std::vector<Row> found;
  {
    SEALKEEP_LET(rows,
                 select.query(after.discovered_ms, after.site, after.epoch, after.index, only, kPage + 1));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      found.push_back(read_row(rows));
    }
  }
  const bool more = found.size() > kPage;
  if (more) found.pop_back();
  Incidents incidents(hub);
  SEALKEEP_TRY(incidents.start());
  const Now now = hub.parts().clock.now();
  Value list = Value::list(), words = Value::list();
  for (const Row& row : found) {
    SEALKEEP_LET(value, incidents.value_of(row));
    const Value* due = value.find("due_ms");
    const Value* reported = value.find("reported_ms");
    words.add(Value::object({{"incident", *value.find("id")},
                             {"what", *value.find("what")},
                             {"discovered", clock_words(row.discovered_ms, now)},
                             {"state", *value.find("state")},
                             {"by", due == nullptr ? std::string("-") : clock_words(*due->as_int(), now)},
                             {"Customs", reported != nullptr ? "told " + clock_words(*reported->as_int(), now)
                                                             : *value.find("decision")->as_text()}}));
    list.add(std::move(value));
  }
  Value value = Value::object({{"incidents", std::move(list)}});
  std::string next;
  if (more) {
    const Row& last = found.back();
    next = fmt::format("{}/{}/{}/{}", last.discovered_ms, last.site, last.at.epoch, last.at.index);
    value.set("next", next);
  }
  if (command.caller) return value;
  Value shown = Value::object({{"incidents", std::move(words)}});
  if (more) shown.set("next", "incidents list --cursor " + next);
  value.set("in_words", std::move(shown));
  return value;
}

Result<Value> incidents_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  const std::size_t slash = id.find('/');
  const auto at =
      slash == std::string::npos ? std::nullopt : ses::ref_of(std::string_view(id).substr(slash + 1));
  if (!at) return unknown_incident(id);
  SEALKEEP_LET(site, site_named(hub, id.substr(0, slash)));
  SEALKEEP_LET(select,
               hub.db().prepare(fmt::format(
                   "SELECT {} FROM incident WHERE register = ? AND epoch = ? AND idx = ?", kColumns)));
  std::optional<Row> found;
  {
    SEALKEEP_LET(rows, select.query(site.id, at->epoch, at->index));
    SEALKEEP_LET(there, rows.next());
    if (there) found = read_row(rows);
  }
  if (!found) return unknown_incident(id);
  Incidents incidents(hub);
  SEALKEEP_TRY(incidents.start());
  SEALKEEP_LET(value, incidents.value_of(*found));
  SEALKEEP_LET(story, incidents.story_of(*found));
  SEALKEEP_LET(reason, incidents.reason_of(*found));
  value.set("entry", ses::ref_words(*at)).set("story", story);
  if (!reason.empty()) value.set("reason", reason);
  value.set("discovered", when(found->discovered_ms));
  if (const Value* due = value.find("due_ms")) value.set("due", when(*due->as_int()));
  if (const Value* told = value.find("reported_ms")) value.set("reported", when(*told->as_int()));
  value.set("form", "print incident FILE.pdf --site " + site.code + " --entry " + ses::ref_words(*at));
  return value;
}

}  // namespace sealkeep::hub::commands
