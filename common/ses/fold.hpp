// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/entry.hpp"
#include "common/ses/rows.hpp"

/// The register as a pure fold of the log: load -> decide -> save (DESIGN section 4). Deterministic: the same
/// entries over the same rows give the same rows on every machine and in every version. No clock, no
/// randomness, no order of hash tables reaches a row.
namespace sealkeep::ses {

/// What the fold of one entry still needs from the store. Lists may name a key twice.
struct Wanted {
  std::vector<SealKey> seals;
  std::vector<UnitId> units;
  std::vector<Ref> receipts;
  std::vector<std::pair<Family, std::string>> boxes, rolls;
  std::vector<StoreNo> stores;
  std::vector<PersonNo> people;
  std::vector<std::string> deliveries;
  std::vector<RecordKey> records;
  std::vector<DutyKey> duties;
  [[nodiscard]] bool empty() const;
  void clear();
};

/// Adds to `wanted` every key that folding or judging this entry needs and `rows` has not loaded. What is
/// needed may depend on rows (a unit names its seals), so: load what it names and ask again until nothing is
/// added (at most 4 rounds).
void missing(const EntryHeader& header, const Event& event, Ref at, const Rows& rows, Wanted& wanted);
void missing(const Directive& directive, const Rows& rows, Wanted& wanted);

/// Folds the entry at `at` into `rows`. Precondition: missing() names nothing; `at` is the register's next
/// entry, or entry 0 of a later epoch (asserted). Never fails: the world is not refused. Of a `restated`
/// entry only the place is noted: whether the fact in it is new here, the owner of the logs knows
/// (RegisterFold), who then folds stated() at `at` instead.
void fold(const Entry& entry, Ref at, Rows& rows);

/// Folds one adopted directive. The owner calls it for directives [self.directive_size, size) when it meets a
/// DirectivesAdopted entry, *before* fold() of that entry, which then moves the cursor.
void fold(const Directive& directive, Ref adopted_by, std::int64_t adopted_ms, Rows& rows);

}  // namespace sealkeep::ses
