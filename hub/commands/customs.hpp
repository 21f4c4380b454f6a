// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/alerts.hpp"
#include "hub/commands/parts.hpp"
#include "hub/customs/standing.hpp"

/// The way of an incident to Customs, from the decision to the reply: what its site recorded and what head
/// office did, as one.
namespace sealkeep::hub::commands {

/// What a person does next: "decide", "tell", "send_form", "note_reply", or "" if nothing is left.
[[nodiscard]] std::string_view next_step(const CustomsStanding& standing);
[[nodiscard]] std::string_view next_step_words(std::string_view step);

/// NotFound `incident.unknown`.
[[nodiscard]] tl::unexpected<Error> unknown_incident(std::string_view id);
/// The incident that an alert is about; nullopt for an alert about anything else.
[[nodiscard]] std::optional<ses::Ref> incident_of(const Alert& alert);

/// The steps as answers have them: {at_ms, when_ms, step, by, words, how, whom, reference, text}.
[[nodiscard]] Value steps_value(const std::vector<CustomsStep>& steps);

/// Decides whether Customs is told, says so to the site where that changes its duties, and takes the alert in
/// hand. The index of the instruction to the site, if there was one. Refused
/// `incident.reported`, `incident.not_reportable`, `incident.closed`; BadInput `incident.reason`; errors of
/// Hub::issue() and Hub::note_customs().
[[nodiscard]] Result<std::optional<std::uint64_t>> decide_incident(Hub& hub, RegisterId site,
                                                                   ses::Ref incident, ReportDecision decision,
                                                                   const std::string& reason,
                                                                   const std::string& by);

[[nodiscard]] Result<Value> incidents_decide(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> incidents_told(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> incidents_reply(Hub& hub, const Command& command);
[[nodiscard]] std::vector<cli::CommandSpec> customs_specs();

}  // namespace sealkeep::hub::commands
