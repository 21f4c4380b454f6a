// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/answers.hpp"

#include "common/crypto/encoding.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/customs.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kOpenDuties = 100'000;
constexpr std::uint8_t kSiteApprovedRule = 4;
constexpr std::pair<const char*, ses::Answer> kDecisions[] = {{"accept", ses::Answer::Accept},
                                                              {"not-reportable", ses::Answer::NotReportable},
                                                              {"report", ses::Answer::Report},
                                                              {"ask", ses::Answer::AskSite}};

std::string fitting(std::uint8_t rule) {
  std::string words;
  for (const auto& [name, decision] : kDecisions)
    if (ses::effect_of(rule, decision) != ses::AnswerEffect::None)
      words += (words.empty() ? "" : ", ") + std::string(name);
  return words;
}

std::string effect_words(ses::AnswerEffect effect) {
  switch (effect) {
    case ses::AnswerEffect::Ends:
    case ses::AnswerEffect::EndsReporting:
      return "The duty ends when the site hears of it";
    case ses::AnswerEffect::BeginsReporting:
      return "The clock for telling Customs runs";
    default:
      return "The duty stays open; the site sees what is asked";
  }
}

}  // namespace

std::optional<ses::DutyKey> duty_of(const Alert& alert) {
  const std::uint16_t rule = alert.rule == static_cast<std::uint16_t>(AlertRule::SiteNotApproved)
                                 ? std::uint16_t{kSiteApprovedRule}
                                 : alert.rule;
  if (rule >= 100 || alert.site == 0) return std::nullopt;
  return ses::DutyKey{static_cast<std::uint8_t>(rule), alert.subject};
}

std::string given_words(const GivenAnswers& answers, const Alert& alert) {
  const auto duty = duty_of(alert);
  const auto given = duty ? answers.find(*duty) : answers.end();
  if (given == answers.end()) return {};
  return ses::answer_words(given->second.answer) +
         (given->second.adopted ? "" : " (not heard by the site yet)");
}

Result<Alert> alert_named(Hub& hub, const std::string& id) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(matches, alerts.begins_with(id, 2));
  if (matches.size() == 1) return std::move(matches.front());
  return fail(ErrorKind::NotFound, "alert.unknown",
              matches.empty() ? "There is no alert \"" + printable(id) + "\""
                              : "More than one alert begins with \"" + printable(id) + "\"",
              {}, "sealkeep-hub alerts list --all shows all; give at least four digits of the id");
}

Result<std::string> story_of(Hub& hub, const Alert& alert) {
  constexpr std::string_view kIncident = "incident:";
  const auto duty = duty_of(alert);
  if (!duty || (duty->rule != 21 && duty->rule != 40)) return std::string();
  const ses::Ref at =
      ses::ref_of(std::string_view(alert.subject).substr(kIncident.size())).value_or(ses::Ref{});
  SEALKEEP_LET(logs, hub.register_logs(alert.site));
  for (const RegisterLogs::EpochLog& epoch : logs.site) {
    if (epoch.epoch != at.epoch) continue;
    SEALKEEP_LET(bytes, hub.logs().read_entry(epoch.log, at.index));
    SEALKEEP_LET(leaf, ses::decode_entry(bytes));
    const ses::Entry entry = ses::stated(std::move(leaf)).fact;
    for (std::size_t n = 0; n < entry.details.size(); ++n) {
      if (entry.details[n].kind != ses::DetailKind::Narrative) continue;
      SEALKEEP_LET(detail, hub.details().get(epoch.log, at.index, static_cast<std::uint8_t>(n)));
      if (detail && detail->state == DetailState::Held)
        return printable(as_text(detail->bytes), detail->bytes.size());
    }
  }
  return std::string();
}

Result<Value> alerts_answer(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.required("id"));
  SEALKEEP_LET(said, command.required("decision"));
  SEALKEEP_LET(reason, command.required("reason"));
  if (reason.empty() || reason.size() > limits::kOriginBytes)
    return bad_input("cli.value", "The reason is empty or too long",
                     "it goes to the site in an instruction, with at most " +
                         std::to_string(limits::kOriginBytes) + " bytes",
                     "Say it shorter, and name no person: it cannot be erased");
  SEALKEEP_LET(alert, alert_named(hub, id));
  const auto key = duty_of(alert);
  if (!key)
    return fail(ErrorKind::Refused, "answer.no_duty", "This alert is about no duty of a site",
                "head office alone sees it", "It closes when its cause is gone");
  ses::AlertAnswered answer{key->rule, key->subject, {}, ses::Answer::AskSite, reason};
  for (const auto& [name, decision] : kDecisions)
    if (said == name) answer.decision = decision;
  const ses::AnswerEffect effect = ses::effect_of(key->rule, answer.decision);
  if (effect == ses::AnswerEffect::None)
    return fail(ErrorKind::Refused, "answer.does_not_fit", "Words do not do what this alert asks for",
                "\"" + std::string(said) + "\" does not fit it", "What fits: " + fitting(key->rule));
  SEALKEEP_LET(open, hub.rows().duties_of(alert.site, key->rule, kOpenDuties));
  const auto duty =
      std::find_if(open.begin(), open.end(), [&](const DutyAt& one) { return one.key == *key; });
  if (duty == open.end() || alert.resolved_ms != 0)
    return fail(ErrorKind::Refused, "answer.resolved", "This alert is resolved", {}, "Nothing is to be done");
  answer.opened = duty->row.opened;
  SEALKEEP_LET(by, asked_by(command));
  std::uint64_t index = 0;
  const auto incident = incident_of(alert);
  if (incident && answer.decision != ses::Answer::AskSite) {
    const ReportDecision decision = answer.decision == ses::Answer::NotReportable
                                        ? ReportDecision::NotReportable
                                        : ReportDecision::Report;
    SEALKEEP_LET(issued, decide_incident(hub, alert.site, *incident, decision, reason, by));
    index = issued.value_or(0);
  } else {
    SEALKEEP_LET(issued, hub.issue(alert.site, answer));
    index = issued;
    // Whoever answers has it in hand.
    SEALKEEP_TRY(hub.desk().handle({alert.id}, {LifeStep::Acknowledged, by, ses::answer_words(answer)}));
  }
  return Value::object({{"instruction", index},
                        {"answer", ses::answer_words(answer)},
                        {"about", alert.reason},
                        {"next", effect_words(effect)}});
}

}  // namespace sealkeep::hub::commands
