// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>

#include "common/ses/event.hpp"
#include "common/ses/plan.hpp"

/// What the standard asks to be kept beside the life of seals: checks of people, training, procedures,
/// quality assurance, information security, who is responsible (clauses 1, 2.3, 2.8, 2.9, 3 to 7). One event
/// (RecordKept) carries all of them; this table says what each kind means.
namespace sealkeep::ses {

/// What a record is about, beside its kind.
enum class RecordSubject : std::uint8_t {
  Site = 1,         ///< the site as a whole: no person, no label
  Label = 2,        ///< something that people call by a label: a procedure, a control, a key
  Person = 3,       ///< a person of the register
  PersonLabel = 4,  ///< a person and a label: a task, a key, a procedure that was read
};

/// What a record does to the duty of its kind.
enum class RecordEffect : std::uint8_t {
  Keeps = 1,   ///< nothing falls due
  Renews = 2,  ///< discharges the duty and opens the next one, due at until_ms or a period after done_ms
  Opens = 3,   ///< opens the duty, due at until_ms or a period after done_ms
  Closes = 4,  ///< discharges the duty that `of` opened for the same person and label
};

/// One row of the table of records.
struct RecordRule {
  RecordKind kind{};
  std::string_view name;    ///< "training_seals": in commands, JSON, SQL, docs
  std::string_view clause;  ///< "2.9"
  std::string_view words;   ///< what it says, for people: "Trained to handle, apply and check seals"
  RecordSubject subject = RecordSubject::Site;
  RecordEffect effect = RecordEffect::Keeps;
  std::uint8_t duty = 0;      ///< the rule of duty.hpp that it renews, opens or closes; 0: none
  Setting period{};           ///< how long; none for 0
  RecordKind of{};            ///< of a kind that closes: the kind that opened
  bool working_days = false;  ///< the period counts working days
};

/// Every kind that this version knows, ordered by number.
[[nodiscard]] std::span<const RecordRule> record_rules();
[[nodiscard]] const RecordRule& record_rule(RecordKind kind);
/// nullptr for a name that is not in the table.
[[nodiscard]] const RecordRule* record_rule(std::string_view name);

/// A task that a person can be competent for (clause 2.9), the labels of RecordKind::Competence.
inline constexpr std::string_view kTasks[] = {"handle", "apply", "check"};
/// The labels of RecordKind::Responsible (clause 6.1).
inline constexpr std::string_view kManager = "manager", kDeputy = "deputy";

}  // namespace sealkeep::ses
