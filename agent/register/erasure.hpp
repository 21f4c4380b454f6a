// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/store/detail_store.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::agent {

/// The entries that gave a person a name, oldest first: a name that was given again is one of them.
[[nodiscard]] Result<std::vector<ses::Ref>> naming_entries(LogStore& logs, const RegisterLogs& of,
                                                           ses::PersonNo no);
/// Up to when the register must show it (the plan's retention period, counted from the last record): of a
/// person's name, or of the details beside one entry. NotFound `entry.unknown`.
[[nodiscard]] Result<std::int64_t> person_kept_until_ms(LogStore& logs, RegisterRows& rows,
                                                        const RegisterLogs& of, ses::PersonNo no);
[[nodiscard]] Result<std::int64_t> details_kept_until_ms(LogStore& logs, RegisterRows& rows,
                                                         const RegisterLogs& of, ses::Ref at);

/// Carries out what head office ordered to be erased (erasure_ordered; each is an open duty 41). Also for a
/// database that was put back from an old copy: it adopts the orders again.
class OrderedErasures {
 public:
  struct Parts {
    LogStore& logs;
    DetailStore& details;
    RegisterRows& rows;
  };
  /// What is to be recorded now: the erasures, and for each order an answer, done or refused until when.
  /// Nothing, once all are answered, until the next one may be carried out. `now_ms` is the clock.
  [[nodiscard]] Result<std::vector<ses::Event>> due(const Parts& parts, const RegisterLogs& of,
                                                    std::int64_t now_ms);

 private:
  std::map<std::string, std::int64_t> kept_until_ms_;  ///< by the duty's subject, of those that wait
};

}  // namespace sealkeep::agent
