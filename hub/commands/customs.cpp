// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/customs.hpp"

#include <algorithm>

#include "common/ses/words.hpp"
#include "hub/alerts/alert_desk.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::string_view kSubject = "incident:";
constexpr std::uint8_t kReporting[] = {19, 18, 20};  // to be decided, to be told, a cyber breach to be told
constexpr std::size_t kOpenDuties = 100'000;

std::string_view step_name(CustomsStep::Kind kind) {
  return kind == CustomsStep::Kind::Decided ? "decided"
         : kind == CustomsStep::Kind::Told  ? "told"
                                            : "replied";
}

std::string_view how_name(ses::ToldHow how) {
  switch (how) {
    case ses::ToldHow::Email:
      return "email";
    case ses::ToldHow::Phone:
      return "phone";
    case ses::ToldHow::Form:
      return "form";
    case ses::ToldHow::InPerson:
      return "in-person";
  }
  return "unknown";
}

// The duty that stands for the incident at its site while something is to be decided or told.
Result<std::optional<DutyAt>> open_duty(Hub& hub, RegisterId site, ses::Ref incident) {
  const std::string subject = std::string(kSubject) + ses::ref_words(incident);
  for (const std::uint8_t rule : kReporting) {
    SEALKEEP_LET(open, hub.rows().duties_of(site, rule, kOpenDuties));
    const auto found =
        std::find_if(open.begin(), open.end(), [&](const DutyAt& one) { return one.key.subject == subject; });
    if (found != open.end()) return std::optional(*found);
  }
  return std::optional<DutyAt>{};
}

tl::unexpected<Error> refused(std::string code, std::string what, std::string why, std::string next) {
  return fail(ErrorKind::Refused, std::move(code), std::move(what), std::move(why), std::move(next));
}

// Whoever decides has it in hand.
Result<> take_in_hand(Hub& hub, RegisterId site, ses::Ref incident, const std::string& by) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  std::vector<Hash> about;
  for (const std::uint16_t rule : kReporting) {
    SEALKEEP_LET(open, alerts.open_of(rule, site));
    for (const Alert& alert : open)
      if (incident_of(alert) == incident) about.push_back(alert.id);
  }
  return hub.desk().handle(about, {LifeStep::Acknowledged, by});
}

}  // namespace

std::string_view next_step(const CustomsStanding& standing) {
  if (standing.decision == "undecided") return "decide";
  if (standing.decision == "report") return "tell";
  if (standing.decision == "not_reportable") return "";
  if (standing.written_ms == 0) return "send_form";
  return standing.replied_ms == 0 ? "note_reply" : "";
}

std::string_view next_step_words(std::string_view step) {
  if (step == "decide") return "Decide whether Customs is told; tell them by phone first where it is urgent";
  if (step == "tell") return "Tell Customs, by phone first, and write down when and whom";
  if (step == "send_form") return "Send Customs the written form, and write down when";
  if (step == "note_reply") return "Write down what Customs answers";
  return "";
}

tl::unexpected<Error> unknown_incident(std::string_view id) {
  return fail(ErrorKind::NotFound, "incident.unknown", "There is no incident \"" + printable(id) + "\"", {},
              "sealkeep-hub incidents list shows all; an id is SITE/EPOCH/ENTRY, as akl-01/1/42");
}

std::optional<ses::Ref> incident_of(const Alert& alert) {
  if (alert.rule < 18 || alert.rule > 20 || !alert.subject.starts_with(kSubject)) return std::nullopt;
  return ses::ref_of(std::string_view(alert.subject).substr(kSubject.size()));
}

Value steps_value(const std::vector<CustomsStep>& steps) {
  Value list = Value::list();
  for (const CustomsStep& step : steps) {
    Value one = Value::object({{"at_ms", step.at_ms},
                               {"when_ms", step.when_ms},
                               {"step", step_name(step.kind)},
                               {"by", step.by},
                               {"words", step_words(step)}});
    if (step.kind == CustomsStep::Kind::Decided)
      one.set("decision", decision_name(step.decision));
    else
      one.set("how", how_name(step.how));
    if (!step.whom.empty()) one.set("whom", step.whom);
    if (!step.reference.empty()) one.set("reference", step.reference);
    if (!step.text.empty()) one.set("text", step.text);
    list.add(std::move(one));
  }
  return list;
}

Result<std::optional<std::uint64_t>> decide_incident(Hub& hub, RegisterId site, ses::Ref incident,
                                                     ReportDecision decision, const std::string& reason,
                                                     const std::string& by) {
  SEALKEEP_LET(standings, CustomsStandings::open(hub.db()));
  SEALKEEP_LET(standing, standings.of(site, incident));
  if (standing.told_ms != 0)
    return refused("incident.reported", "Customs was told of this incident already", {},
                   "Nothing is to be decided; write down what Customs answers with incidents reply");
  if (standing.decision == "not_reportable")
    return refused("incident.not_reportable", "It was decided that Customs need not be told",
                   "the site was told so",
                   "If Customs must be told after all, tell them and write it down: incidents told");
  if (decision == ReportDecision::NotReportable && reason.empty())
    return bad_input("incident.reason", "Whoever decides that Customs need not be told says why", {},
                     "Add --reason, and name no person: it cannot be erased");
  if (reason.size() > limits::kOriginBytes)
    return bad_input("incident.reason", "The reason is too long",
                     "it goes to the site in an instruction, with at most " +
                         std::to_string(limits::kOriginBytes) + " bytes",
                     "Say it shorter, and name no person: it cannot be erased");
  SEALKEEP_LET(duty, open_duty(hub, site, incident));
  if (!duty)
    return refused("incident.closed", "Nothing is to be decided about this incident", {},
                   "incidents show has what was recorded");
  std::optional<std::uint64_t> instruction;
  if (decision != ReportDecision::Undecided) {
    ses::AlertAnswered answer{duty->key.rule, duty->key.subject, duty->row.opened, ses::Answer::Report,
                              reason};
    if (decision == ReportDecision::NotReportable) answer.decision = ses::Answer::NotReportable;
    if (ses::effect_of(answer.rule, answer.decision) != ses::AnswerEffect::None) {
      SEALKEEP_LET(index, hub.issue(site, answer));
      instruction = index;
    }
  }
  CustomsStep step;
  step.at_ms = step.when_ms = hub.parts().clock.now().unix_ms;
  step.by = by;
  step.decision = decision;
  step.text = reason;
  SEALKEEP_TRY(take_in_hand(hub, site, incident, by));
  SEALKEEP_TRY(hub.note_customs(site, incident, step));
  return instruction;
}

}  // namespace sealkeep::hub::commands
