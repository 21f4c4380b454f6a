// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/alerts.hpp"
#include "hub/commands/parts.hpp"
#include "hub/oversight/given_answers.hpp"

namespace sealkeep::hub::commands {

/// The duty of a site that an alert is about; nullopt for an alert that is about none.
[[nodiscard]] std::optional<ses::DutyKey> duty_of(const Alert& alert);
/// "head office asks: ... (not heard by the site yet)"; empty if the alert was not answered.
[[nodiscard]] std::string given_words(const GivenAnswers& answers, const Alert& alert);
/// The alert whose id begins so. NotFound `alert.unknown`.
[[nodiscard]] Result<Alert> alert_named(Hub& hub, const std::string& id);
/// The words of a concern, as far as they are here; empty for other alerts.
[[nodiscard]] Result<std::string> story_of(Hub& hub, const Alert& alert);

}  // namespace sealkeep::hub::commands
