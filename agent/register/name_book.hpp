// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/detail_store.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::agent {

/// A person or a place, and the entry that named it.
struct Named {
  std::uint32_t no = 0;
  std::string name;  ///< empty: erased, or never said
  ses::PlaceKind kind = ses::PlaceKind::NotSaid;
  ses::Ref at;
};

/// Names that a register gave to numbers, each number once, in the order in which they were given.
struct NameBook {
  std::vector<Named> people, places;
};

/// Reads every entry that names somebody or something: costs as much as there are names and details. Errors
/// as LogStore and DetailStore.
[[nodiscard]] Result<NameBook> read_names(Db& db, LogStore& logs, DetailStore& details,
                                          const RegisterLogs& of);

/// True if an event of this kind gives, takes or moves a name, so that a book read before it is old.
[[nodiscard]] bool changes_names(ses::Kind kind);

}  // namespace sealkeep::agent
