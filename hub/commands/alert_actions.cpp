// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/encoding.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/alert_value.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kAtOnce = 200;
constexpr std::pair<std::string_view, LifeStep> kActions[] = {{"alerts acknowledge", LifeStep::Acknowledged},
                                                              {"alerts assign", LifeStep::Assigned},
                                                              {"alerts comment", LifeStep::Commented},
                                                              {"alerts snooze", LifeStep::Snoozed},
                                                              {"alerts wake", LifeStep::Woken},
                                                              {"alerts resolve", LifeStep::ResolvedByHand},
                                                              {"alerts reopen", LifeStep::ReopenedByHand},
                                                              {"alerts severity", LifeStep::SeveritySet}};

// A moment, or a length from now: "8h".
Result<std::int64_t> until(const Command& command, std::int64_t now_ms) {
  const auto said = command.one("until");
  if (!said) return std::int64_t{0};
  if (const auto length = parse_length(*said)) return now_ms + *length;
  return moment(command, "until");
}

Result<AlertAction> action_of(const Command& command, LifeStep step, std::int64_t now_ms) {
  AlertAction action{step};
  SEALKEEP_LET(by, asked_by(command));
  action.by = std::move(by);
  action.text = command.one(step == LifeStep::ResolvedByHand ? "cause" : "comment").value_or("");
  action.owner = command.one("to").value_or("");
  SEALKEEP_LET(until_ms, until(command, now_ms));
  action.until_ms = until_ms;
  if (const auto severity = command.one("severity"))
    for (const auto one : {ses::Severity::Digest, ses::Severity::List, ses::Severity::Warn,
                           ses::Severity::High, ses::Severity::Critical})
      if (*severity == ses::severity_name(one)) action.severity = one;
  return action;
}

Result<Value> handle(Hub& hub, const Command& command, LifeStep step) {
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  const std::vector<std::string> ids = command.all("id");
  if (ids.empty() || ids.size() > kAtOnce)
    return bad_input("cli.value", "1 to 200 alerts can be handled at once");
  SEALKEEP_LET(action, action_of(command, step, now_ms));
  std::vector<Hash> alerts;
  for (const std::string& id : ids) {
    SEALKEEP_LET(alert, alert_named(hub, id));
    alerts.push_back(alert.id);
  }
  SEALKEEP_TRY(hub.desk().handle(alerts, action));
  SEALKEEP_LET(values, AlertValues::open(hub));
  Value done = Value::list(), list = Value::list();
  for (const std::string& id : ids) {
    SEALKEEP_LET(alert, alert_named(hub, id));
    done.add(short_id(alert.id));
    SEALKEEP_LET(full, values.full(alert));
    list.add(std::move(full));
  }
  Value value = Value::object({{"done", done}, {"alerts", std::move(list)}});
  if (!command.caller) value.set("in_words", Value::object({{"done", std::move(done)}}));
  return value;
}

}  // namespace

Result<std::string> asked_by(const Command& command) {
  const std::string by = command.one("by").value_or("");
  if (by.size() > kAlertNameBytes)
    return bad_input("cli.value", "The name is too long", {}, "At most 120 bytes");
  return by.empty() ? std::string("head office") : by;
}

std::optional<Result<Value>> alert_command(Hub& hub, const Command& command) {
  const std::string& name = command.name;
  for (const auto& [action, step] : kActions)
    if (name == action) return handle(hub, command, step);
  if (name == "alerts list") return alerts_list(hub, command);
  if (name == "alerts show") return alerts_show(hub, command);
  if (name == "alerts answer") return alerts_answer(hub, command);
  if (name == "notice channels") return notice_channels(hub);
  if (name == "notice test") return notice_test(hub, command);
  if (name == "notice list") return notice_list(hub, command);
  if (name == "notice retry") return notice_retry(hub, command);
  if (name == "notice drop") return notice_drop(hub, command);
  if (name == "ladder show") return ladder_show(hub);
  if (name == "digest show") return digest_show(hub);
  return std::nullopt;
}

}  // namespace sealkeep::hub::commands
