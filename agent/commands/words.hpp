// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/directory.hpp"
#include "common/ses/duty.hpp"

namespace sealkeep::agent {

/// What an event says, in one plain sentence without a full stop: "seal NZ300006 put on MSCU1234566".
[[nodiscard]] std::string event_words(const ses::Event& event, const Directory& names);
/// What a duty is about: "MSCU1234566", "delivery 1/42", "Safe".
[[nodiscard]] std::string subject_words(const std::string& subject, const Directory& names);
/// "45 min left", "overdue for 2 h", "cannot be judged, the clock was not sure".
[[nodiscard]] std::string time_left_words(const ses::DutyRow& duty, std::int64_t now_ms);
/// "1/42".
[[nodiscard]] std::string ref_words(ses::Ref at);
[[nodiscard]] std::string_view family_words(ses::Family family);
[[nodiscard]] std::string_view kind_words(ses::SealKind kind);
[[nodiscard]] std::string_view source_words(ses::Source source);
[[nodiscard]] std::string vvtt_words(const ses::Vvtt& vvtt);

}  // namespace sealkeep::agent
