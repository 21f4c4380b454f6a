// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/detail_store.hpp"
#include "common/store/picture_folder.hpp"
#include "common/sync/messages.hpp"

namespace sealkeep::agent {

/// A picture may come after the record that names it, from a tablet that was out of reach. After that long it
/// is not awaited any more.
inline constexpr std::int64_t kPictureAwaitedMs = 30 * 24 * 3'600'000LL;

struct PictureParts {
  LogStore& logs;
  DetailStore& details;
  const PictureFolder& folder;
};
/// Answers a WantPicture with at most `most_bytes`. `log` is the log that it names, if that is one that this
/// exporter's site wrote: nobody gets an original that no record of his names. Errors are those of the
/// database; a file that cannot be read now is NotYet.
[[nodiscard]] Result<sync::PicturePiece> picture_piece(const PictureParts& parts, std::optional<LogId> log,
                                                       const sync::WantPicture& want, std::size_t most_bytes,
                                                       std::int64_t now_ms);

}  // namespace sealkeep::agent
