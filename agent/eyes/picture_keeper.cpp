// SPDX-License-Identifier: Apache-2.0
#include "agent/eyes/picture_keeper.hpp"

#include <set>

#include "common/store/detail_store.hpp"

namespace sealkeep::agent {
namespace {

Result<std::set<Hash>> pictures_held(Db& db) {
  std::set<Hash> out;
  SEALKEEP_LET(statement, db.prepare("SELECT bytes FROM detail WHERE kind = ?1 AND state = ?2"));
  SEALKEEP_LET(
      rows, statement.query(static_cast<int>(ses::DetailKind::Picture), static_cast<int>(DetailState::Held)));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return out;
    if (const auto picture = ses::decode_picture(rows.blob(0))) out.insert(picture->sha256);
  }
}

}  // namespace

Result<std::size_t> give_up_pictures(Db& db, PictureFolder& folder, std::int64_t now_ms,
                                     std::int64_t kept_days) {
  constexpr std::int64_t kDayMs = 24 * 3'600'000LL;
  SEALKEEP_LET(held, pictures_held(db));
  return folder.remove_if([&](const Hash& sha256, std::int64_t written_ms) {
    const std::int64_t age_ms = now_ms - written_ms;
    return age_ms > (held.contains(sha256) ? kept_days * kDayMs : kUnnamedPictureMs);
  });
}

}  // namespace sealkeep::agent
