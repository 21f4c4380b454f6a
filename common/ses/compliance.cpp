// SPDX-License-Identifier: Apache-2.0
#include "common/ses/compliance.hpp"

#include <algorithm>

#include "common/ses/words.hpp"

namespace sealkeep::ses {
namespace {

// Sea or air, of an event about a unit.
std::optional<Scope> scope_of(const Event& event) {
  const UnitId* unit = std::visit(
      []<class E>(const E& e) -> const UnitId* {
        if constexpr (requires { e.unit.text; })
          return &e.unit;
        else if constexpr (std::is_same_v<E, UnitCorrected>)
          return &e.right;
        else
          return nullptr;
      },
      event);
  if (unit == nullptr || unit->text.empty()) return std::nullopt;
  return unit->kind == UnitKind::SeaContainer ? Scope::Sea : Scope::Air;
}

bool covers(Scope given, Scope asked) {
  return given == asked || given == Scope::Both || asked == Scope::Both;
}

bool handles_seals(Kind kind) {
  return kind == Kind::SealsReceived || kind == Kind::SealApplied || kind == Kind::SealReplaced ||
         kind == Kind::SealChecked || kind == Kind::SealsStored || kind == Kind::HandedOver;
}

bool has_driver(const Entry& entry) {
  return std::any_of(entry.details.begin(), entry.details.end(),
                     [](const DetailCommitment& detail) { return detail.kind == DetailKind::Driver; });
}

bool speaks_against(const std::set<Irregularity>& codes, const Clause& clause) {
  return std::any_of(codes.begin(), codes.end(),
                     [&](Irregularity code) { return clause.against.contains(code); });
}

// "2.13 visit of March" is about 2.13, "2 agreement" about all of 2, "all" about everything.
bool assures(std::string_view label, std::string_view id) {
  const std::string_view about = label.substr(0, label.find(' '));
  return about == id || about == "all" || about == id.substr(0, id.find('.'));
}

std::string plan_version_of(const DirectiveBody& body) {
  return std::visit(
      []<class B>(const B& b) -> std::string {
        if constexpr (requires { b.plan_version; }) return b.plan_version;
        return {};
      },
      body);
}

bool scope_fits(const DirectiveBody& body, Scope scope) {
  if (const auto* named = std::get_if<OperatorApproved>(&body)) return covers(named->scope, scope);
  if (const auto* approved = std::get_if<SiteApproved>(&body)) return covers(approved->scope, scope);
  return true;
}

void say(std::string& words, const std::string& more) {
  words += (words.empty() ? "" : ", ") + more;
}

std::string counted(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

Compliance::Compliance(std::int64_t from_ms, std::int64_t until_ms)
    : from_ms_(from_ms), until_ms_(until_ms), tallies_(clauses().size()) {}

void Compliance::Tally::remember(Evidence one) {
  ++entries;
  evidence.push_back(one);
  if (evidence.size() > kEvidenceShown) evidence.pop_front();
}

void Compliance::add(const Entry& entry, Ref at) {
  if (entry.header.happened_ms >= until_ms_) return;
  for (const Explanations::Closed& closed : explanations_.add(entry, at)) take_back(closed);
  if (const auto* added = std::get_if<PersonAdded>(&entry.event)) people_.insert(added->person_no);
  if (const auto* left = std::get_if<PersonLeft>(&entry.event)) people_.erase(left->person_no);
  if (const auto* record = std::get_if<RecordKept>(&entry.event)) return add_record(*record, entry, at);
  if (entry.header.happened_ms >= from_ms_) add_event(entry, at);
}

void Compliance::add_event(const Entry& entry, Ref at) {
  const Kind kind = kind_of(entry.event);
  const bool person = entry.header.person_no != 0;
  if (person && handles_seals(kind)) handlers_.insert(entry.header.person_no);
  if (person && kind == Kind::DayClosed) ++closed_days_;
  const std::optional<Scope> scope = scope_of(entry.event);
  Marked marked;
  for (const NotedIrregularity& noted : entry.irregularities) marked.codes.insert(noted.code);
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    const Clause& clause = clauses()[i];
    if (!belongs(kind, clause) || (scope && !covers(*scope, clause.scope))) continue;
    // An air clause asks for air freight; what has no unit says nothing of it.
    if (!scope && clause.scope == Scope::Air) continue;
    Tally& tally = tallies_[i];
    tally.remember({false, at});
    if (!clause.events.contains(kind)) continue;
    const bool named = clause.by_driver ? has_driver(entry) : person;
    if (speaks_against(marked.codes, clause)) {
      ++tally.marked;
      marked.tallies.emplace_back(i, named);
    } else {
      ++(named ? tally.showing : tally.unnamed);
    }
  }
  if (!marked.tallies.empty()) marked_.emplace(at, std::move(marked));
}

// Heard out of order, and in order when it happened: the fact shows its clauses after all.
void Compliance::take_back(const Explanations::Closed& closed) {
  const auto found = marked_.find(closed.marked);
  if (found == marked_.end() || !closed.in_order) return;
  Marked& marked = found->second;
  marked.codes.erase(closed.code);
  std::erase_if(marked.tallies, [&](const auto& one) {
    const auto& [place, named] = one;
    if (speaks_against(marked.codes, clauses()[place])) return false;
    --tallies_[place].marked;
    ++(named ? tallies_[place].showing : tallies_[place].unnamed);
    return true;
  });
}

void Compliance::add_record(const RecordKept& record, const Entry& entry, Ref at) {
  const RecordKey key{record.what, record.person_no, record.label};
  Standing& standing = records_[key];
  standing.row.outcome = record.outcome;
  standing.row.done_ms = record.done_ms == 0 ? entry.header.happened_ms : record.done_ms;
  standing.row.until_ms = record.until_ms;
  standing.row.document = record.document;
  standing.row.at = at;
  ++standing.row.count;
  standing.named = entry.header.person_no != 0;
  for (std::size_t i = 0; i < tallies_.size(); ++i)
    if (belongs(key, clauses()[i]) ||
        (key.what == RecordKind::Assurance && assures(key.label, clauses()[i].id)))
      tallies_[i].remember({false, at});
}

void Compliance::add(const Directive& directive, Ref at) {
  if (directive.issued_ms >= until_ms_) return;
  const DirectiveKind kind = kind_of(directive.body);
  decisions_.emplace_back(directive.body, at);
  for (std::size_t i = 0; i < tallies_.size(); ++i) {
    const Clause& clause = clauses()[i];
    const bool deed = clause.deeds.contains(kind) && directive.issued_ms >= from_ms_;
    if (deed || (clause.decisions.contains(kind) && scope_fits(directive.body, clause.scope)))
      tallies_[i].remember({true, at});
    if (deed && !clause.events.empty()) ++tallies_[i].showing;
  }
  if (const auto* applies = std::get_if<ClauseApplies>(&directive.body)) {
    std::erase_if(adopted_.clauses, [&](const ClauseApplies& one) { return one.clause == applies->clause; });
    adopted_.clauses.push_back(*applies);
  }
  if (const auto* approved = std::get_if<SiteApproved>(&directive.body))
    adopted_.approvals.push_back(*approved);
  if (const auto* plan = std::get_if<PlanApproved>(&directive.body)) adopted_.plans.push_back(*plan);
}

Basis Compliance::basis_of(const ClauseRecord& source, const RecordKey& key, const Standing& record) const {
  if (!record.named || !record.row.valid_at(until_ms_ - 1)) return Basis::NotShown;
  const bool person_left = key.person_no != 0 && !people_.contains(key.person_no);
  if (person_left) return Basis::NotShown;
  if (source.best == Basis::OnFile && record.row.document == Hash{}) return Basis::Declared;
  return source.best;
}

std::set<PersonNo> Compliance::asked_people(const Clause& clause) const {
  if (clause.people == People::Everybody) return people_;
  std::set<PersonNo> asked;
  if (clause.people == People::SealHandlers)
    std::set_intersection(handlers_.begin(), handlers_.end(), people_.begin(), people_.end(),
                          std::inserter(asked, asked.end()));
  if (clause.people != People::KeyPositions && clause.people != People::Documents) return asked;
  const ClauseRecord documents{RecordKind::KeyPosition, Basis::Facts, "document"};
  for (const auto& [key, record] : records_) {
    if (key.what != RecordKind::KeyPosition || basis_of(documents, key, record) == Basis::NotShown) continue;
    if (clause.people == People::KeyPositions || has_label(key.label, documents.label))
      asked.insert(key.person_no);
  }
  return asked;
}

// The best of each kind of record, for each person who is asked; the weakest person counts.
Compliance::Sources Compliance::records_of(const Clause& clause) const {
  Sources out;
  const std::set<PersonNo> asked = asked_people(clause);
  std::map<PersonNo, std::map<RecordKind, Basis>> found;  // 0: whoever it is about
  for (const auto& [key, record] : records_) {
    for (const ClauseRecord& source : clause.records) {
      if (source.best == Basis::NotShown || source.kind != key.what || !has_label(key.label, source.label))
        continue;
      if (!record.named) ++out.unnamed;
      const Basis basis = basis_of(source, key, record);
      if (basis != Basis::NotShown) ++out.standing;
      for (const PersonNo person : {PersonNo{0}, key.person_no}) {
        Basis& best = found[person][key.what];
        best = std::max(best, basis);
        if (key.person_no == 0) break;
      }
    }
  }
  const auto basis_for = [&](PersonNo person) {
    Basis best = Basis::NotShown, weakest = Basis::Facts;
    for (const ClauseRecord& source : clause.records) {
      if (source.best == Basis::NotShown) continue;
      const Basis basis = found[person][source.kind];
      best = std::max(best, basis);
      weakest = std::min(weakest, basis);
    }
    return clause.need == Need::Each ? weakest : best;
  };
  if (clause.records.empty()) return out;
  if (asked.empty()) {
    out.basis = basis_for(0);
    return out;
  }
  out.asked = asked.size();
  out.basis = Basis::Facts;
  for (const PersonNo person : asked) {
    const Basis basis = basis_for(person);
    out.basis = std::min(out.basis, basis);
    if (basis != Basis::NotShown) ++out.people;
  }
  return out;
}

Basis Compliance::assurance_of(const Clause& clause) const {
  Basis best = Basis::NotShown;
  for (const auto& [key, record] : records_)
    if (key.what == RecordKind::Assurance && assures(key.label, clause.id))
      best = std::max(best, basis_of({RecordKind::Assurance, Basis::OnFile, {}}, key, record));
  return best;
}

// `decided`: a decision of the kind that the clause's events need is there. `unapproved`: decisions that name
// a version of the plan which Customs did not approve, as far as is known here.
Basis Compliance::decisions_of(const Clause& clause, bool& decided, std::size_t& unapproved) const {
  Basis best = Basis::NotShown;
  const auto on_file = [&](const std::string& version) {
    return std::any_of(adopted_.plans.begin(), adopted_.plans.end(), [&](const PlanApproved& plan) {
      return plan.plan_version == version && plan.document != Hash{};
    });
  };
  for (const auto& [body, at] : decisions_) {
    const DirectiveKind kind = kind_of(body);
    const std::string version = plan_version_of(body);
    const bool names_plan = !version.empty() && kind != DirectiveKind::PlanApproved;
    if (clause.decisions.contains(DirectiveKind::PlanApproved) && names_plan &&
        !adopted_.plan_approved(version))
      ++unapproved;
    if (clause.decisions.empty() || kind != *clause.decisions.begin() || !scope_fits(body, clause.scope))
      continue;
    decided = true;
    best = std::max(best, on_file(version) ? Basis::OnFile : Basis::Declared);
  }
  return best;
}

void Compliance::judge_applicability(Cell& cell) const {
  for (const ClauseApplies& one : adopted_.clauses) {
    if (one.clause != cell.clause->id) continue;
    const bool reasoned = !one.reason.empty() && !one.plan_version.empty();
    cell.how = one.how == Applicability::NotRelevant && !reasoned ? Applicability::Applies : one.how;
    cell.reason = one.reason;
    cell.plan_version = one.plan_version;
    return;
  }
  if (cell.clause->scope == Scope::Both || adopted_.approvals.empty()) return;
  const bool approved =
      std::any_of(adopted_.approvals.begin(), adopted_.approvals.end(),
                  [&](const SiteApproved& one) { return covers(one.scope, cell.clause->scope); });
  if (approved) return;
  cell.how = Applicability::NotRelevant;
  cell.reason = cell.clause->scope == Scope::Air ? "Customs approved the site for sea freight only"
                                                 : "Customs approved the site for air freight only";
  cell.plan_version = adopted_.approvals.back().plan_version;
}

void Compliance::judge_basis(Cell& cell, const Tally& tally) const {
  const Clause& clause = *cell.clause;
  bool decided = false;
  std::size_t unapproved = 0;
  const Basis decisions = decisions_of(clause, decided, unapproved);
  const Sources records = records_of(clause);
  const bool gated = clause.asks_decision && !decided;
  const bool facts = tally.showing > 0 && !gated;
  cell.basis = std::max({decisions, records.basis, facts ? Basis::Facts : Basis::NotShown});
  if (tally.showing > 0) say(cell.words, counted(tally.showing, "fact", "facts"));
  if (gated && tally.showing > 0) say(cell.words, "nothing was approved to compare them with");
  if (records.standing > 0) say(cell.words, counted(records.standing, "record stands", "records stand"));
  if (records.asked > 0)
    say(cell.words, std::to_string(records.people) + " of " + counted(records.asked, "person", "people"));
  if (tally.unnamed + records.unnamed > 0)
    say(cell.words, std::to_string(tally.unnamed + records.unnamed) + " without a name");
  if (tally.marked > 0) say(cell.words, std::to_string(tally.marked) + " marked");
  if (unapproved > 0)
    say(cell.words,
        counted(unapproved, "decision names", "decisions name") + " a plan that Customs did not approve");
  cell.marked += unapproved;
  const bool no_occasion = tally.showing + tally.unnamed + tally.marked == 0;
  if (clause.need == Need::Occasion && no_occasion && closed_days_ > 0) {
    cell.basis = Basis::Facts;
    say(cell.words, "no occasion on " + counted(closed_days_, "closed day", "closed days"));
  }
  if (cell.how == Applicability::Assured) {
    const Basis assured = assurance_of(clause);
    if (assured > cell.basis) say(cell.words, "assured: " + std::string(basis_words(assured)));
    cell.basis = std::max(cell.basis, assured);
  }
  if (decisions != Basis::NotShown && cell.basis == decisions)
    say(cell.words, decisions == Basis::OnFile ? "in the approved plan" : "decided by head office");
  if (cell.words.empty()) cell.words = "nothing on record";
}

std::vector<Cell> Compliance::cells(std::span<const OpenDutyOf> open, std::span<const LateDuty> late,
                                    std::int64_t at_ms) const {
  std::vector<Cell> out(clauses().size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    Cell& cell = out[i];
    const Tally& tally = tallies_[i];
    cell.clause = &clauses()[i];
    cell.showing = tally.showing;
    cell.unnamed = tally.unnamed;
    cell.marked = tally.marked;
    cell.entries = tally.entries;
    cell.evidence.assign(tally.evidence.begin(), tally.evidence.end());
    judge_applicability(cell);
    if (cell.relevant())
      judge_basis(cell, tally);
    else
      cell.words = cell.reason + ", plan " + (cell.plan_version.empty() ? "not named" : cell.plan_version);
    for (const OpenDutyOf& duty : open) {
      if (!watches(duty.key, *cell.clause)) continue;
      ++cell.open;
      if (duty.row.due_ms != 0 && duty.row.due_ms < at_ms) ++cell.overdue;
    }
    for (const LateDuty& one : late)
      if (one.discharged_ms >= from_ms_ && one.discharged_ms < until_ms_ && watches(one.key, *cell.clause))
        ++cell.late;
  }
  return out;
}

Summary summary(std::span<const std::span<const Cell>> sites) {
  Summary out;
  for (std::size_t i = 0; i < clauses().size(); ++i) {
    std::optional<Basis> weakest;
    for (const std::span<const Cell>& cells : sites)
      if (cells[i].relevant()) weakest = std::min(weakest.value_or(Basis::Facts), cells[i].basis);
    if (!weakest)
      ++out.not_relevant;
    else if (*weakest == Basis::Facts)
      ++out.facts;
    else if (*weakest == Basis::OnFile)
      ++out.on_file;
    else if (*weakest == Basis::Declared)
      ++out.declared;
    else
      ++out.not_shown;
  }
  return out;
}

std::string summary_words(const Summary& summary) {
  std::string words = counted(summary.facts, "clause", "clauses") + " shown by facts, " +
                      std::to_string(summary.on_file) + " on file, " + std::to_string(summary.declared) +
                      " declared, " + std::to_string(summary.not_shown) + " not shown";
  if (summary.not_relevant > 0) words += ", " + std::to_string(summary.not_relevant) + " not relevant";
  return words;
}

std::string_view applicability_words(Applicability how) {
  switch (how) {
    case Applicability::Applies:
      return "applies";
    case Applicability::Assured:
      return "assured";
    case Applicability::NotRelevant:
      return "not relevant";
  }
  return "unknown";
}

}  // namespace sealkeep::ses
