// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "common/ses/restated.hpp"
#include "common/store/log_store.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep {

/// The logs that one register is folded from.
struct RegisterLogs {
  struct EpochLog {
    std::uint32_t epoch = 0;
    LogId log = 0;
    /// Entries of this epoch that count: a later epoch ends it at its last cosigned size. UINT64_MAX: all.
    std::uint64_t end = UINT64_MAX;
  };
  RegisterId register_id = 0;
  std::vector<EpochLog> site;        ///< ascending epochs
  std::vector<EpochLog> directives;  ///< ascending epochs
};

/// What an owner adds to the fold. Each is called inside the fold's transaction.
struct FoldHooks {
  /// After the entry was folded into `rows`; of a restated entry the fact in it, unless it was folded before.
  std::function<Result<>(const ses::Entry&, ses::Ref, const ses::Rows&)> on_entry;
  /// A restated entry, its place, and where its fact was folded before: in an earlier epoch.
  std::function<Result<>(const ses::Entry&, ses::Ref at, ses::Ref before)> on_repeated;
  /// The entry is not one that this program can read; the fold passes over it.
  std::function<Result<>(ses::Ref, const Error&)> on_unreadable;
};

/// Folds entries into a working set in memory: the one way in which a register moves on, at the site as it
/// records, at the hub as it follows a mirror, and when a register is rebuilt. Holds no state of its own
/// beside what it was given.
///
/// Of a `restated` entry (ses/restated.hpp) the fact in it is folded as if it stood at the restated entry's
/// place; unless these logs hold the very same fact before it, where it was recorded first or where another
/// epoch restated it (a copy was put back twice): then only the cursor moves. So each side knows each fact
/// once, whatever the other side lost. What an event says about another entry (Customs was told of it, a
/// difference is explained) counts for the place where this register folded that entry's fact. The details
/// of a fact that was folded before are those of the place where it was.
class RegisterFold {
 public:
  RegisterFold(LogStore& logs, RegisterRows& rows) : logs_(&logs), store_(&rows) {}

  /// Folds one decoded entry at `at` into a working set of `logs`' register, loading what it needs;
  /// directives that it adopts are folded first. Saves nothing.
  [[nodiscard]] Result<> fold_one(const RegisterLogs& logs, const ses::Entry& entry, ses::Ref at,
                                  ses::Rows& rows);

  /// Folds up to `max_entries` stored entries from the register's cursor on, into `rows` (begun by
  /// RegisterRows::begin); returns how many. 0: it is up to date. The caller saves.
  [[nodiscard]] Result<std::uint64_t> follow(const RegisterLogs& logs, std::uint64_t max_entries,
                                             ses::Rows& rows, const FoldHooks& hooks);

  /// Where these logs said before what the entry at `at` says, and this register folded it: only of a
  /// restated one. Nothing: it is new; then the fact is put in the entry's place, and the places where facts
  /// were folded in place of those that it speaks of: what fold_one() folds. Who walks the logs for what they
  /// say asks this of each entry.
  [[nodiscard]] Result<std::optional<ses::Ref>> told_before(const RegisterLogs& logs, ses::Ref at,
                                                            ses::Entry& entry);
  /// Every place in these logs at which the fact of the entry at `place` stands, itself or restated, oldest
  /// epoch first: where its details are. `place` alone if nothing that can be read stands there.
  [[nodiscard]] Result<std::vector<ses::Ref>> places(const RegisterLogs& logs, ses::Ref place);

  /// Folds the whole register anew into `fresh` (an empty database of this schema) and compares it with the
  /// stored one: the differences, empty if there are none. `progress(done, total)` is called about every
  /// 4,096 entries.
  [[nodiscard]] Result<std::vector<std::string>> verify(
      const RegisterLogs& logs, Db& fresh, const std::function<void(std::uint64_t, std::uint64_t)>& progress);

 private:
  [[nodiscard]] Result<std::optional<ses::Stated>> said_at(const RegisterLogs& logs, ses::Ref place);
  [[nodiscard]] Result<std::optional<ses::Ref>> find_restated(const RegisterLogs& logs,
                                                              const RegisterLogs::EpochLog& log,
                                                              ses::Ref first, std::uint64_t limit);
  [[nodiscard]] Result<std::vector<ses::Ref>> places_of(const RegisterLogs& logs, const ses::Stated& said,
                                                        ses::Ref recorded, std::uint32_t until);
  [[nodiscard]] Result<std::optional<ses::Ref>> folded_before(const RegisterLogs& logs,
                                                              const ses::Stated& said, ses::Ref at);
  [[nodiscard]] Result<const RegisterLogs::EpochLog*> log_before(const RegisterLogs& logs,
                                                                 std::uint32_t epoch);
  [[nodiscard]] Result<ses::Ref> place_of(const RegisterLogs& logs, ses::Ref named, ses::Ref at);
  [[nodiscard]] Result<> fold_fact(const RegisterLogs& logs, const ses::Entry& fact, ses::Ref at,
                                   ses::Rows& rows);
  [[nodiscard]] Result<> adopt(const RegisterLogs& logs, const ses::DirectivesAdopted& adopted, ses::Ref at,
                               std::int64_t adopted_ms, ses::Rows& rows);
  LogStore* logs_;
  RegisterRows* store_;
};

}  // namespace sealkeep
