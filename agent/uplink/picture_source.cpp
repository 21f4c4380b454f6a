// SPDX-License-Identifier: Apache-2.0
#include "agent/uplink/picture_source.hpp"

#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

static_assert(sync::kPictureBytes == ses::kPictureBytes);

Result<std::optional<ses::Picture>> words_of(DetailStore& details, LogId log, const sync::WantPicture& want) {
  SEALKEEP_LET(detail, details.get(log, want.index, want.n));
  if (!detail || detail->state != DetailState::Held || detail->ref.kind != ses::DetailKind::Picture)
    return std::optional<ses::Picture>();
  auto picture = ses::decode_picture(detail->bytes);
  return picture ? std::optional(std::move(*picture)) : std::nullopt;
}

// What was here when its record was made has been given up since.
Result<bool> may_still_come(LogStore& logs, LogId log, std::uint64_t index, const ses::Picture& words,
                            std::int64_t now_ms) {
  if (words.bytes != 0) return false;
  SEALKEEP_LET(bytes, logs.read_entry(log, index));
  auto leaf = ses::decode_entry(bytes);
  if (!leaf) return false;
  return now_ms - ses::stated(std::move(*leaf)).fact.header.recorded_ms < kPictureAwaitedMs;
}

}  // namespace

Result<sync::PicturePiece> picture_piece(const PictureParts& parts, std::optional<LogId> log,
                                         const sync::WantPicture& want, std::size_t most_bytes,
                                         std::int64_t now_ms) {
  sync::PicturePiece piece{want.log, want.index, want.n, sync::PictureState::Gone, 0, 0, {}};
  if (!log) return piece;
  SEALKEEP_LET(words, words_of(parts.details, *log, want));
  if (!words) return piece;
  const PictureFolder::Held held = parts.folder.held(words->sha256);
  if (!held.whole) {
    SEALKEEP_LET(awaited, may_still_come(parts.logs, *log, want.index, *words, now_ms));
    if (awaited) piece.state = sync::PictureState::NotYet;
    return piece;
  }
  piece.state = sync::PictureState::NotYet;
  if (want.from >= held.bytes || held.bytes > sync::kPictureBytes) return piece;
  auto bytes = parts.folder.read(words->sha256, want.from, most_bytes);
  if (!bytes || bytes->empty()) return piece;
  return sync::PicturePiece{want.log,  want.index, want.n,           sync::PictureState::Piece,
                            want.from, held.bytes, std::move(*bytes)};
}

}  // namespace sealkeep::agent
