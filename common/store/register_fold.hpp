// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

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
  /// After the entry was folded into `rows`.
  std::function<Result<>(const ses::Entry&, ses::Ref, const ses::Rows&)> on_entry;
  /// The entry is not one that this program can read; the fold passes over it.
  std::function<Result<>(ses::Ref, const Error&)> on_unreadable;
};

/// Folds entries into a working set in memory: the one way in which a register moves on, at the site as it
/// records, at the hub as it follows a mirror, and when a register is rebuilt. Holds no state of its own
/// beside what it was given.
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

  /// Folds the whole register anew into `fresh` (an empty database of this schema) and compares it with the
  /// stored one: the differences, empty if there are none. `progress(done, total)` is called about every
  /// 4,096 entries.
  [[nodiscard]] Result<std::vector<std::string>> verify(
      const RegisterLogs& logs, Db& fresh, const std::function<void(std::uint64_t, std::uint64_t)>& progress);

 private:
  [[nodiscard]] Result<> adopt(const RegisterLogs& logs, const ses::DirectivesAdopted& adopted, ses::Ref at,
                               std::int64_t adopted_ms, ses::Rows& rows);
  LogStore* logs_;
  RegisterRows* store_;
};

}  // namespace sealkeep
