// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/fold.hpp"
#include "common/store/db.hpp"

namespace sealkeep {

/// The owner's number for one register: at the hub one for each site, at an agent one for each exporter.
using RegisterId = std::int64_t;

/// A seal as one register has it.
struct SealAt {
  RegisterId register_id = 0;
  ses::SealKey key;
  ses::SealRow row;
};
struct RecordAt {
  ses::RecordKey key;
  ses::RecordRow row;
};
struct DutyAt {
  RegisterId register_id = 0;
  ses::DutyKey key;
  ses::DutyRow row;
};

/// The rows of all registers of one database (register_schema.sql): what the fold loads and saves, and what
/// screens and commands ask. Over one Db that outlives it, same thread. Functions that write need the
/// caller's transaction. Errors as Db; Corrupt `register.damaged` for a row that cannot be (rebuild the
/// register from the log).
class RegisterRows {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<RegisterRows> open(Db& db);

  /// Loads what every fold needs (cursor, adopted directives, ledgers) into an empty working set.
  [[nodiscard]] Result<> begin(RegisterId id, ses::Rows& rows);
  /// Loads the rows that `wanted` names and `rows` has not.
  [[nodiscard]] Result<> load(RegisterId id, const ses::Wanted& wanted, ses::Rows& rows);
  /// Asks missing() and loads until nothing is missing. For an entry about to be judged or folded.
  [[nodiscard]] Result<> load_for(RegisterId id, const ses::EntryHeader& header, const ses::Event& event,
                                  ses::Ref at, ses::Rows& rows);
  [[nodiscard]] Result<> load_for(RegisterId id, const ses::Directive& directive, ses::Rows& rows);
  /// Writes every changed row, in key order, and marks the working set as saved.
  [[nodiscard]] Result<> save(RegisterId id, ses::Rows& rows);
  /// Removes every row of a register, to fold it anew.
  [[nodiscard]] Result<> drop(RegisterId id);

  // ---- questions
  [[nodiscard]] Result<ses::RegisterRow> self(RegisterId id);
  [[nodiscard]] Result<ses::LedgerRow> ledger(RegisterId id, ses::Family family);
  /// The seal in every register that knows it, ordered by register.
  [[nodiscard]] Result<std::vector<SealAt>> seal(const ses::SealKey& key);
  [[nodiscard]] Result<std::optional<ses::UnitRow>> unit(RegisterId id, const ses::UnitId& unit);
  [[nodiscard]] Result<std::optional<ses::PersonRow>> person(RegisterId id, ses::PersonNo person_no);
  /// The newest record of each kind, person and label, in that order.
  [[nodiscard]] Result<std::vector<RecordAt>> records(RegisterId id, std::size_t max_count);
  /// A site that head office announced these seals at, as far as its register has adopted it: under that
  /// number, else the one under which all of them stand. `id` itself is left out.
  struct Announced {
    RegisterId site = 0;
    std::string approval;
  };
  [[nodiscard]] Result<std::optional<Announced>> announced_elsewhere(RegisterId id,
                                                                     const ses::ReceiptRow& receipt);
  /// Seals that do not stand in exactly one term of the ledger, ordered by family and number.
  [[nodiscard]] Result<std::vector<SealAt>> unbalanced(RegisterId id, std::size_t max_count);
  /// Open duties with 0 < due_ms <= until_ms, earliest first.
  [[nodiscard]] Result<std::vector<DutyAt>> duties_due(RegisterId id, std::int64_t until_ms,
                                                       std::size_t max_count);
  /// Open duties of one rule, by subject.
  [[nodiscard]] Result<std::vector<DutyAt>> duties_of(RegisterId id, std::uint8_t rule,
                                                      std::size_t max_count);
  /// All open duties, those that cannot be judged (due_ms 0) first, then by due time.
  [[nodiscard]] Result<std::vector<DutyAt>> duties(RegisterId id, std::size_t max_count);
  [[nodiscard]] Result<std::vector<ses::LateDuty>> late_duties(RegisterId id, std::size_t max_count);
  /// Seals of a register in a state, by number, after `after` (paging).
  [[nodiscard]] Result<std::vector<SealAt>> seals(RegisterId id, ses::Family family, const std::string& after,
                                                  std::size_t max_count);

  /// Compares a register with the same register in another database, row by row, and describes the first
  /// difference of each table ("seal 1 NZ300001 register 3: ..."), empty if they are equal. Streams; memory
  /// is one row of each.
  [[nodiscard]] Result<std::vector<std::string>> differences(RegisterId id, Db& other);
  /// The ledger's right side counted again from the seals, to compare with the counters: empty if they agree.
  [[nodiscard]] Result<std::vector<std::string>> recount_ledger(RegisterId id);

 private:
  struct Statements;
  RegisterRows(Db& db, std::shared_ptr<Statements> statements);
  Db* db_;
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep
