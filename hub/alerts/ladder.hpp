// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/alerts.hpp"
#include "hub/notices/setup.hpp"

namespace sealkeep::hub {

/// Who is told of an alert, and who next if nobody takes it in hand, in order of time. The first rung is the
/// first word about it. Row 18 of the duties counts from the discovery: 12 h and 20 h, whoever acknowledged,
/// because that tells Customs nothing. Below high there is the first rung alone. `own` (the configuration)
/// stands above the product's, rule by rule. Pure.
[[nodiscard]] std::vector<LadderStep> ladder_of(std::uint16_t rule, ses::Severity severity,
                                                const std::vector<LadderStep>& own);

/// From when the waits of the ladder count: the discovery where a clock of Customs runs, else the birth of
/// the alert at head office.
[[nodiscard]] bool counts_from_discovery(std::uint16_t rule);

/// Waits before the first word, so that what explains itself disturbs nobody. Critical: none.
[[nodiscard]] std::int64_t wait_before_first_word_ms(ses::Severity severity);

/// "Tell Customs", "A site that is not heard of": what the rule is called.
[[nodiscard]] std::string_view rule_words(std::uint16_t rule);
/// "customs_told", "silent_site": its stable name.
[[nodiscard]] std::string_view rule_name(std::uint16_t rule);
/// What a person does about it, one sentence.
[[nodiscard]] std::string_view what_to_do(std::uint16_t rule);

}  // namespace sealkeep::hub
