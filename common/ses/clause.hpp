// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <initializer_list>

#include "common/ses/directive.hpp"
#include "common/ses/duty.hpp"
#include "common/ses/irregularity.hpp"
#include "common/ses/record.hpp"

/// The clauses of the SES Exporter Minimum Standards, 1.1 to 7.1, and what in a register belongs to each: the
/// one table from which compliance, the evidence pack and docs/standards.md are made. Pure.
namespace sealkeep::ses {

/// On what a clause stands (domain-rules section 6), worst first.
enum class Basis : std::uint8_t {
  NotShown = 0,
  Declared = 1,  ///< somebody named says so, and no document stands behind it
  OnFile = 2,    ///< a document on file: its hash is in the log
  Facts = 3,     ///< shown by facts that were recorded as they happened
};
/// "not shown", "declared", "document on file", "shown by facts".
[[nodiscard]] std::string_view basis_words(Basis basis);
/// "not_shown", "declared", "on_file", "facts".
[[nodiscard]] std::string_view basis_name(Basis basis);

/// A short list in a constant table.
template <class T, std::size_t kMost>
class Few {
 public:
  constexpr Few() = default;
  constexpr Few(std::initializer_list<T> items) {  // NOLINT(google-explicit-constructor)
    for (const T& item : items) items_[count_++] = item;
  }
  [[nodiscard]] constexpr const T* begin() const { return items_.data(); }
  [[nodiscard]] constexpr const T* end() const { return items_.data() + count_; }
  [[nodiscard]] constexpr std::size_t size() const { return count_; }
  [[nodiscard]] constexpr bool empty() const { return count_ == 0; }
  [[nodiscard]] constexpr bool contains(const T& item) const {
    return std::find(begin(), end(), item) != end();
  }

 private:
  std::array<T, kMost> items_{};
  std::size_t count_ = 0;
};

/// A kind of record that belongs to a clause, and the most that it shows.
struct ClauseRecord {
  RecordKind kind{};
  Basis best = Basis::NotShown;  ///< NotShown: it stands beside the others, and alone shows nothing
  std::string_view label{};      ///< only records whose label has this in it, in capitals or not; empty: all
  friend constexpr bool operator==(const ClauseRecord&, const ClauseRecord&) = default;
};

/// How a clause's sources are taken together.
enum class Need : std::uint8_t {
  Any = 1,       ///< the best one counts
  Each = 2,      ///< every kind of record is asked: the weakest one counts
  Occasion = 3,  ///< only asked when something goes wrong: closed days without an occasion show it too
};

/// Whom a clause speaks of, where people's records show it.
enum class People : std::uint8_t {
  Any = 1,        ///< one is enough
  Everybody = 2,  ///< all who work here
  KeyPositions = 3,
  Documents = 4,     ///< key positions for documents
  SealHandlers = 5,  ///< who received, applied or checked seals in the period
};

/// One clause.
struct Clause {
  std::string_view id{};     ///< "2.13"
  std::string_view title{};  ///< a few words: "Sealed as soon as closed"
  std::string_view words{};  ///< what it asks, one sentence without a full stop
  Scope scope = Scope::Both;
  Need need = Need::Any;
  People people = People::Any;        ///< each of them is asked; if there are none, one record is enough
  bool by_driver = false;             ///< the name that is asked is the driver's, a detail of the entry
  Few<Kind, 8> events{};              ///< a named one shows it by facts
  Few<Kind, 8> beside{};              ///< belong to it too, and alone show nothing
  Few<ClauseRecord, 6> records{};     ///< of record.hpp
  Few<DirectiveKind, 2> decisions{};  ///< of head office
  /// What head office itself did: an event where the clause has events, else beside them. Who did it stands
  /// in the hub's journal.
  Few<DirectiveKind, 1> deeds{};
  /// Without one of `decisions` no event shows it: nobody can tell then whether it was an approved one.
  bool asks_decision = false;
  Few<Irregularity, 6> against{};  ///< an event marked with one of these does not show it
  std::string_view on_file{};      ///< what a document on file would be: "the written policy"
  std::string_view declared{};     ///< what somebody would declare: "that passwords are personal"
};

/// All clauses in the order of the standard.
[[nodiscard]] std::span<const Clause> clauses();
/// nullptr for an id that is not in the standard.
[[nodiscard]] const Clause* clause(std::string_view id);

/// The label has this in it, in capitals or not; an empty part is in every label.
[[nodiscard]] bool has_label(std::string_view label, std::string_view part);
/// "2.14, 2.15" holds "2.14" and not "2.1".
[[nodiscard]] bool names_clause(std::string_view list, std::string_view id);
/// The rules of duty.hpp that watch this clause, by their own words, ordered by number.
[[nodiscard]] std::vector<const DutyRule*> duties_watching(const Clause& clause);
/// This duty is about this clause: one rule may watch several, each for its own kind of record.
[[nodiscard]] bool watches(const DutyKey& duty, const Clause& clause);
/// An event or a record of this kind belongs to the clause, shown by itself or beside others.
[[nodiscard]] bool belongs(Kind kind, const Clause& clause);
[[nodiscard]] bool belongs(const RecordKey& key, const Clause& clause);

}  // namespace sealkeep::ses
