// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/alert_commands.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kShown = 500;

Value notice_value(const Notice& notice) {
  Value value = Value::object({{"id", notice.id},
                               {"at", when(notice.created_ms)},
                               {"at_ms", notice.created_ms},
                               {"what", notice.moment},
                               {"channel", notice.channel},
                               {"to", notice.person},
                               {"subject", notice.subject},
                               {"state", notice_state_name(notice.state)},
                               {"tries", notice.tries}});
  if (!notice.alert.empty()) value.set("alert", notice.alert);
  if (notice.sent_ms != 0) value.set("sent", when(notice.sent_ms)).set("sent_ms", notice.sent_ms);
  if (notice.state == NoticeState::Waiting) value.set("next_try_ms", notice.next_try_ms);
  if (!notice.trouble.empty()) value.set("trouble", notice.trouble);
  return value;
}

// The notice whose id begins so.
Result<std::string> full_id(Hub& hub, const std::string& id) {
  constexpr std::size_t kLeastDigits = 4;
  SEALKEEP_LET(exact, hub.desk().outbox().find(id));
  if (exact) return exact->id;
  std::string found;
  for (const NoticeState state : {NoticeState::Waiting, NoticeState::Dead}) {
    SEALKEEP_LET(list, hub.desk().outbox().list(state, kShown));
    for (const Notice& one : list)
      if (id.size() >= kLeastDigits && one.id.starts_with(id)) {
        if (!found.empty()) return id;
        found = one.id;
      }
  }
  return found.empty() ? id : found;
}

std::string role_list(const std::vector<Role>& roles) {
  std::string out;
  for (const Role role : roles) out += (out.empty() ? "" : ", ") + std::string(role_name(role));
  return out;
}

}  // namespace

Result<Value> notice_channels(Hub& hub) {
  AlertDesk& desk = hub.desk();
  Value list = Value::list();
  for (const Channel& channel : desk.setup().channels) {
    std::string to;
    for (const Recipient& person : desk.setup().people)
      for (const Way& way : person.ways)
        if (way.channel == channel.name) to += (to.empty() ? "" : ", ") + person.name;
    SEALKEEP_LET(counts, desk.outbox().counts(channel.name));
    Value row = Value::object({{"name", channel.name},
                               {"kind", channel_kind_name(channel.kind)},
                               {"to", to.empty() ? "nobody" : to},
                               {"state", desk.is_down(channel.name) ? "down"
                                         : counts.last_ok_ms == 0   ? "never tried"
                                                                    : "works"},
                               {"last_ok", when(counts.last_ok_ms)}});
    if (counts.last_ok_ms != 0) row.set("last_ok_ms", counts.last_ok_ms);
    row.set("waiting", counts.waiting).set("dead", counts.dead);
    list.add(std::move(row));
  }
  return Value::object({{"channels", std::move(list)}});
}

Result<Value> notice_test(Hub& hub, const Command& command) {
  SEALKEEP_LET(name, command.required("name"));
  SEALKEEP_LET(id, hub.desk().test(name, command.one("to").value_or("")));
  return Value::object(
      {{"notice", id}, {"state", "waiting"}, {"next", "notice list shows whether it went out"}});
}

Result<Value> notice_list(Hub& hub, const Command& command) {
  std::optional<NoticeState> state;
  if (const auto said = command.one("state"))
    for (const NoticeState one : {NoticeState::Waiting, NoticeState::Sent, NoticeState::Dead,
                                  NoticeState::Withdrawn, NoticeState::Dropped})
      if (*said == notice_state_name(one)) state = one;
  SEALKEEP_LET(found, hub.desk().outbox().list(state, kShown));
  Value list = Value::list();
  for (const Notice& notice : found) list.add(notice_value(notice));
  return Value::object({{"notices", std::move(list)}});
}

Result<Value> notice_retry(Hub& hub, const Command& command) {
  SEALKEEP_LET(said, command.required("id"));
  SEALKEEP_LET(id, full_id(hub, said));
  SEALKEEP_LET(notice, hub.desk().retry(id));
  return notice_value(notice);
}

Result<Value> notice_drop(Hub& hub, const Command& command) {
  SEALKEEP_LET(said, command.required("id"));
  SEALKEEP_LET(reason, command.required("reason"));
  SEALKEEP_LET(by, asked_by(command));
  SEALKEEP_LET(id, full_id(hub, said));
  SEALKEEP_LET(notice, hub.desk().drop(id, by, reason));
  return notice_value(notice);
}

Result<Value> ladder_show(Hub& hub) {
  const NoticeSetup& setup = hub.desk().setup();
  Value list = Value::list();
  std::vector<std::uint16_t> rules;
  for (const ses::DutyRule& rule : ses::duty_rules())
    if (rule.no != 4) rules.push_back(rule.no);
  for (std::uint16_t rule = 101; rule <= static_cast<std::uint16_t>(AlertRule::SignInUnusual); ++rule)
    if (rule_name(rule) != "unknown") rules.push_back(rule);
  for (const std::uint16_t rule : rules)
    for (const LadderStep& step : ladder_of(rule, ses::Severity::High, setup.ladder))
      list.add(Value::object(
          {{"rule", rule},
           {"name", rule_name(rule)},
           {"after", step.after_ms == 0 ? std::string("at once") : duration_words(step.after_ms)},
           {"after_ms", step.after_ms},
           {"to", role_list(step.to)},
           {"unless", step.always ? "Customs was told" : "somebody has it in hand"}}));
  Value people = Value::list();
  for (const Recipient& person : setup.people) {
    std::string ways, sites;
    for (const Way& way : person.ways) ways += (ways.empty() ? "" : ", ") + way.channel;
    for (const std::string& code : person.sites) sites += (sites.empty() ? "" : ", ") + code;
    people.add(Value::object({{"name", person.name},
                              {"role", role_name(person.role)},
                              {"sites", sites.empty() ? "all" : sites},
                              {"ways", ways}}));
  }
  return Value::object({{"people", std::move(people)}, {"ladder", std::move(list)}});
}

Result<Value> digest_show(Hub& hub) {
  SEALKEEP_LET(lines, hub.desk().outbox().lines(INT64_MAX, kShown));
  Value list = Value::list();
  for (const DigestLine& line : lines)
    list.add(Value::object({{"for", line.person},
                            {"goes_out", when(line.due_ms)},
                            {"due_ms", line.due_ms},
                            {"alert", line.alert},
                            {"gathered", line.gathered},
                            {"words", line.words}}));
  return Value::object({{"lines", std::move(list)}});
}

}  // namespace sealkeep::hub::commands
