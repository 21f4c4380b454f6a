// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "common/base/limits.hpp"
#include "common/store/db.hpp"
#include "common/store/detail_store.hpp"
#include "common/store/picture_folder.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::agent {

/// An original that no record names is given up after that: nobody went on with what it was taken for.
inline constexpr std::int64_t kUnnamedPictureMs = 2 * 24 * 3'600'000LL;

/// Gives up originals of pictures that nothing holds any more: those that no record names, with their words
/// in place, and those that are older than `kept_days` (of the plans, the longest). Returns how many files
/// went. One thread; on the database's.
[[nodiscard]] Result<std::size_t> give_up_pictures(Db& db, PictureFolder& folder, std::int64_t now_ms,
                                                   std::int64_t kept_days);

/// The originals that the words beside an entry of that register name, also where it was restated.
struct WordsOf {
  LogStore& logs;
  DetailStore& details;
  RegisterRows& rows;
};
[[nodiscard]] Result<std::set<Hash>> pictures_beside(const WordsOf& words, const RegisterLogs& logs,
                                                     ses::Ref at);
/// Gives up at once those of `erased` that no words name any more.
[[nodiscard]] Result<> give_up_erased(Db& db, PictureFolder& folder, const std::set<Hash>& erased);

}  // namespace sealkeep::agent
