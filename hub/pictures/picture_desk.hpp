// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <set>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/store/detail_store.hpp"
#include "common/store/picture_folder.hpp"
#include "common/sync/messages.hpp"
#include "common/sync/picture_turns.hpp"
#include "hub/pictures/originals.hpp"

namespace sealkeep::hub {

/// A piece to be asked for.
struct PictureAsk {
  RegisterId site = 0;
  PicturePlace place;
  std::uint64_t from = 0;
};

/// Fetches originals of pictures from sites, piece by piece, when nothing else is to be heard of them, and
/// keeps them until their time is over or their words are erased. A disk that is full, or a folder that does
/// not work, only puts it off. Everything it was given outlives it; one thread, the database's.
class PictureDesk {
 public:
  /// `data`: the hub's data folder.
  PictureDesk(const std::filesystem::path& data, Clock& clock, Logger& log, Db& db, RegisterRows& rows,
              PictureBook book);
  /// `restored`: the database was put back from a copy, and the folder may be another one. What is not in it
  /// is fetched again.
  [[nodiscard]] Result<> start(bool restored);

  // ---- in the transaction of whoever calls
  /// Words are here, as the site encoded them.
  [[nodiscard]] Result<> words_came(RegisterId site, LogId log, const DetailRef& ref, ByteView words);
  /// The details of an entry were erased: its originals go with the next call of next().
  [[nodiscard]] Result<> words_erased(LogId log, std::uint64_t index);

  // ---- traffic
  void connected(RegisterId site);
  void gone(RegisterId site);
  /// An answer that nobody waits for is passed over. Nothing is written before next(), so that no fact waits
  /// for it; at most sync::kPiecesAwaited pieces wait in memory.
  void take(RegisterId site, LogId log, sync::PicturePiece piece);
  /// Puts away what came, and says what is asked for next; `ready` tells whether the site owes nothing else.
  [[nodiscard]] Result<std::vector<PictureAsk>> next(const std::function<bool(RegisterId)>& ready);
  [[nodiscard]] Result<> tick();

 private:
  struct Arrived {
    RegisterId site = 0;
    PicturePlace place;
    sync::PicturePiece piece;
  };
  [[nodiscard]] Result<> put_away();
  [[nodiscard]] Result<std::optional<PictureRow>> after(const Arrived& arrived);
  [[nodiscard]] Result<> remove_erased();
  [[nodiscard]] Result<> give_up_old();
  [[nodiscard]] Result<bool> give_up_file(const PictureRow& row);
  [[nodiscard]] Result<std::optional<PictureAsk>> ask_of(RegisterId site);
  [[nodiscard]] Result<bool> write(const std::function<Result<>()>& body);
  void pause(const Error& error);

  std::filesystem::path data_;
  Clock* clock_;
  Logger* log_;
  Db* db_;
  RegisterRows* rows_;
  PictureBook book_;
  sync::PictureTurns turns_;
  std::map<RegisterId, PictureAsk> asked_;
  std::vector<Arrived> arrived_;
  std::map<RegisterId, std::int64_t> sleeping_;  ///< connected; the next one is due then (Unix ms)
  std::set<RegisterId> connected_;
  bool erased_ = true;  ///< rows of erased words may be there
  std::int64_t old_looked_ms_ = 0;
  std::int64_t paused_until_ms_ = 0;  ///< monotonic
};

}  // namespace sealkeep::hub
