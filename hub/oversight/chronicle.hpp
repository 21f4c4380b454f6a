// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/store/register_fold.hpp"

namespace sealkeep::hub {

/// What happened to be told to Customs. Numbers are stored; never reuse one. Above 100: 100 + IncidentKind.
enum class IncidentSort : std::uint8_t {
  SealLost = 1,
  SealFound = 2,  ///< one that was lost
  FoundBroken = 3,
  Tampered = 4,
  RollLost = 5,
  Reported = 100,
};
/// "seal_lost", "container_tampered", ...
[[nodiscard]] std::string_view incident_sort_name(std::uint8_t sort);

/// Counters, incidents and names of all sites (chronicle_schema.sql): what the pages of head office ask and
/// no register holds. It follows the same entries as the registers, in the same transactions, with a cursor
/// of its own, so that a database that has none yet catches up. Over one Db that outlives it, same thread.
/// Functions that write need the caller's transaction.
class Chronicle {
 public:
  [[nodiscard]] static std::string_view schema();
  /// Indexes on the registers' and the alerts' tables, for head office alone.
  [[nodiscard]] static std::string_view indexes();
  [[nodiscard]] static Result<Chronicle> open(Db& db);

  /// The figures of one day at one site; the day in the site's zone, by when facts happened.
  struct DayCount {
    std::uint64_t facts = 0;     ///< entries about seals and units
    std::uint64_t received = 0;  ///< seals, from suppliers and other sites
    std::uint64_t applied = 0, checked = 0;
    std::uint64_t uplifted = 0;  ///< containers and packages
    std::uint64_t read = 0;      ///< facts of which a person or a scanner read the number there and then
    std::uint64_t typed = 0;     ///< of those, typed
    std::uint64_t late_entries = 0;
  };
  /// What one run of entries of one register adds up to.
  using Days = std::map<std::int64_t, DayCount>;

  /// Takes in one entry, the fact of a restated one, at the place where the register folds it.
  [[nodiscard]] Result<> add(RegisterId id, const ses::Entry& entry, ses::Ref at, Days& days);
  /// The same fact stands at another place too: what names somebody may be held there only.
  [[nodiscard]] Result<> add_place(RegisterId id, const ses::Entry& fact, ses::Ref at);
  /// Writes the run's days and moves the cursor to `next`.
  [[nodiscard]] Result<> save(RegisterId id, const Days& days, ses::Ref next);

  /// First entry that was not taken in.
  [[nodiscard]] Result<ses::Ref> cursor(RegisterId id);
  /// Takes in stored entries from the cursor up to `until` (a register's own cursor), at most `max_entries`;
  /// returns how many.
  [[nodiscard]] Result<std::uint64_t> catch_up(LogStore& logs, RegisterRows& rows, const RegisterLogs& of,
                                               ses::Ref until, std::uint64_t max_entries);
  /// Builds it anew in `fresh` (of the same schema) up to `until` and compares: the first difference of each
  /// table, empty if there is none.
  [[nodiscard]] Result<std::vector<std::string>> verify(LogStore& logs, RegisterRows& rows,
                                                        const RegisterLogs& of, ses::Ref until, Db& fresh);

 private:
  struct Statements;
  Chronicle(Db& db, std::shared_ptr<Statements> statements) : db_(&db), statements_(std::move(statements)) {}
  [[nodiscard]] Result<> note_incident(RegisterId id, const ses::Entry& entry, ses::Ref at);
  Db* db_;
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub
