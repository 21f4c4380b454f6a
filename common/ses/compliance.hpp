// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <set>

#include "common/ses/clause.hpp"
#include "common/ses/entry.hpp"
#include "common/ses/explained.hpp"
#include "common/ses/rows.hpp"

/// On what each clause of the standard stands at one site in one period (domain-rules section 6): a function
/// of the site's log and of the directives that it adopted, so that anybody with the log can compute it
/// again.
namespace sealkeep::ses {

/// An entry that stands behind a cell: of the site's log, or (`decision`) of its directive log.
struct Evidence {
  bool decision = false;
  Ref at;
  friend bool operator==(const Evidence&, const Evidence&) = default;
};

struct OpenDutyOf {
  DutyKey key;
  DutyRow row;
};

/// One clause at one site.
struct Cell {
  const Clause* clause = nullptr;
  Applicability how = Applicability::Applies;
  std::string reason, plan_version;   ///< why it is not relevant or assured, by which version of the plan
  Basis basis = Basis::NotShown;      ///< of no meaning where it is not relevant
  std::string words;                  ///< "214 records, 3 without a name", without a full stop
  std::uint64_t showing = 0;          ///< entries of the period that show it
  std::uint64_t unnamed = 0;          ///< would show it, but nobody is named
  std::uint64_t marked = 0;           ///< marked as not keeping to this clause
  std::size_t open = 0, overdue = 0;  ///< duties of rules that watch it, now
  std::size_t late = 0;               ///< duties done late in the period
  std::uint64_t entries = 0;          ///< all entries behind the cell
  std::vector<Evidence> evidence;     ///< the newest of them, at most kEvidenceShown, oldest first
  [[nodiscard]] bool relevant() const { return how != Applicability::NotRelevant; }
};
inline constexpr std::size_t kEvidenceShown = 20;

/// What a log says about the clauses in a period. Entries and adopted directives are added in the order of
/// their logs, from the first one on: what was recorded before the period still stands in it, what comes
/// after is passed over. A mark that a later entry shows to be one of order only (explained.hpp) counts no
/// more. Memory: a bounded list for each clause, one value for each record key and person, and the marks.
class Compliance {
 public:
  /// From `from_ms` up to, not including, `until_ms`; Unix ms, by when facts happened.
  Compliance(std::int64_t from_ms, std::int64_t until_ms);

  void add(const Entry& entry, Ref at);
  void add(const Directive& directive, Ref at);

  /// The cells, one for each clause in the order of the standard. `open` are the duties open at `at_ms`,
  /// `late` those of the register that were done late.
  [[nodiscard]] std::vector<Cell> cells(std::span<const OpenDutyOf> open, std::span<const LateDuty> late,
                                        std::int64_t at_ms) const;

 private:
  struct Tally {
    std::uint64_t showing = 0, unnamed = 0, marked = 0, entries = 0;
    std::deque<Evidence> evidence;
    void remember(Evidence one);
  };
  struct Marked {  ///< an entry that speaks against clauses
    std::set<Irregularity> codes;
    std::vector<std::pair<std::size_t, bool>> tallies;  ///< place, and whether it names who it must name
  };
  struct Standing {  ///< the newest record of a key
    RecordRow row;
    bool named = false;
  };
  struct Sources {
    Basis basis = Basis::NotShown;
    std::size_t people = 0, asked = 0, unnamed = 0, standing = 0;
  };
  void add_event(const Entry& entry, Ref at);
  void take_back(const Explanations::Closed& closed);
  void add_record(const RecordKept& record, const Entry& entry, Ref at);
  [[nodiscard]] Basis basis_of(const ClauseRecord& source, const RecordKey& key,
                               const Standing& record) const;
  [[nodiscard]] std::set<PersonNo> asked_people(const Clause& clause) const;
  [[nodiscard]] Sources records_of(const Clause& clause) const;
  [[nodiscard]] Basis assurance_of(const Clause& clause) const;
  [[nodiscard]] Basis decisions_of(const Clause& clause, bool& decided, std::size_t& unapproved) const;
  void judge_applicability(Cell& cell) const;
  void judge_basis(Cell& cell, const Tally& tally) const;

  std::int64_t from_ms_, until_ms_;
  std::vector<Tally> tallies_;  ///< by place in clauses()
  Explanations explanations_;
  std::map<Ref, Marked> marked_;
  std::map<RecordKey, Standing> records_;
  std::set<PersonNo> people_, handlers_;  ///< who works here; who handled seals in the period
  std::uint64_t closed_days_ = 0;         ///< days of the period that somebody closed
  Adopted adopted_;
  std::vector<std::pair<DirectiveBody, Ref>> decisions_;
};

/// How many clauses stand on what; a clause of several sites counts by its weakest one.
struct Summary {
  std::size_t facts = 0, on_file = 0, declared = 0, not_shown = 0, not_relevant = 0;
};
[[nodiscard]] Summary summary(std::span<const std::span<const Cell>> sites);
/// "31 clauses shown by facts, 8 on file, 4 declared, 2 not shown".
[[nodiscard]] std::string summary_words(const Summary& summary);
/// "applies", "assured", "not relevant".
[[nodiscard]] std::string_view applicability_words(Applicability how);

}  // namespace sealkeep::ses
