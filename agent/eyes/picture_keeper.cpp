// SPDX-License-Identifier: Apache-2.0
#include "agent/eyes/picture_keeper.hpp"
#include "common/base/clock.hpp"

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
  SEALKEEP_LET(held, pictures_held(db));
  return folder.remove_if([&](const Hash& sha256, std::int64_t written_ms) {
    const std::int64_t age_ms = now_ms - written_ms;
    return age_ms > (held.contains(sha256) ? kept_days * kDayMs : kUnnamedPictureMs);
  });
}

Result<std::set<Hash>> pictures_beside(const WordsOf& words, const RegisterLogs& logs, ses::Ref at) {
  std::set<Hash> out;
  SEALKEEP_LET(places, RegisterFold(words.logs, words.rows).places(logs, at));
  for (const ses::Ref& place : places)
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      if (epoch.epoch != place.epoch) continue;
      for (std::uint8_t n = 0; n < limits::kDetailsPerEntry; ++n) {
        SEALKEEP_LET(detail, words.details.get(epoch.log, place.index, n));
        if (!detail || detail->ref.kind != ses::DetailKind::Picture) continue;
        if (const auto picture = ses::decode_picture(detail->bytes)) out.insert(picture->sha256);
      }
    }
  return out;
}

Result<> give_up_erased(Db& db, PictureFolder& folder, const std::set<Hash>& erased) {
  SEALKEEP_LET(held, pictures_held(db));
  for (const Hash& sha256 : erased)
    if (!held.contains(sha256)) SEALKEEP_TRY(folder.remove(sha256));
  return {};
}

}  // namespace sealkeep::agent
