// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "common/ses/duty.hpp"
#include "common/ses/entry.hpp"

namespace sealkeep::ses {

/// How the numbers of a register are called; the words of a log alone say "person 77".
class Names {
 public:
  Names() = default;
  Names(const Names&) = default;
  Names& operator=(const Names&) = default;
  virtual ~Names() = default;
  /// "Mere (77)", "person 77", "nobody named".
  [[nodiscard]] virtual std::string person_words(PersonNo no) const;
  /// "Safe", "Mere's hand", "place not said".
  [[nodiscard]] virtual std::string place_words(const Place& place) const;
};

/// What an event says, in one plain sentence without a full stop: "seal NZ300006 put on MSCU1234566".
[[nodiscard]] std::string event_words(const Event& event, const Names& names);
/// What a duty is about: "MSCU1234566", "delivery 1/42", "Safe".
/// "head office asks: look behind the door", "head office accepted it: ...".
[[nodiscard]] std::string answer_words(const AlertAnswered& answer);
[[nodiscard]] std::string subject_words(const std::string& subject, const Names& names);
/// "45 min left", "overdue for 2 h", "cannot be judged, the clock was not sure".
[[nodiscard]] std::string time_left_words(const DutyRow& duty, std::int64_t now_ms);
/// "1/42".
[[nodiscard]] std::string ref_words(Ref at);
/// What ref_words() wrote; nothing for every other text, and for an index beyond limits::kTreeSize.
[[nodiscard]] std::optional<Ref> ref_of(std::string_view text);
/// Clause 6.3's words for it.
[[nodiscard]] std::string_view incident_words(IncidentKind what);
[[nodiscard]] std::string_view family_words(Family family);
[[nodiscard]] std::string_view kind_words(SealKind kind);
[[nodiscard]] std::string_view source_words(Source source);
[[nodiscard]] std::string vvtt_words(const Vvtt& vvtt);

}  // namespace sealkeep::ses
