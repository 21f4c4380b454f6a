// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <vector>

namespace sealkeep::sync {

/// Pieces of originals that a hub awaits at once, of all sites: with kPicturePieceBytes each, what they may
/// need of its memory.
inline constexpr std::size_t kPiecesAwaited = 16;
/// A piece that has not come by then is asked for again: a site sends it only when nothing else waits.
inline constexpr std::int64_t kPieceTimeoutMs = 120'000;

/// Which site is asked for a piece of an original next: one piece under way for each, in turn, out of a
/// budget that the whole hub shares. A site that is not ready (it owes facts or details) keeps its place.
/// Pure; times are monotonic milliseconds.
class PictureTurns {
 public:
  using SiteNo = std::int64_t;

  explicit PictureTurns(std::size_t most = kPiecesAwaited) : most_(most) {}

  /// There is something to ask the site for. Goes to the end of the queue, unless it waits there or was
  /// asked.
  void want(SiteNo site);
  /// Its connection is gone, or there is nothing more to ask it for.
  void forget(SiteNo site);
  /// The first waiting site that is ready: it counts as asked from now on. Nothing while the budget is used.
  [[nodiscard]] std::optional<SiteNo> next(std::int64_t now_mono_ms,
                                           const std::function<bool(SiteNo)>& ready);
  /// False if it was not asked, or no answer of it is awaited any more. The site leaves: want() it again.
  bool answered(SiteNo site);
  /// Sites that did not answer in time: each goes to the end of the queue, and is not awaited any more.
  std::vector<SiteNo> expire(std::int64_t now_mono_ms);

  [[nodiscard]] bool is_asked(SiteNo site) const { return asked_.contains(site); }
  [[nodiscard]] std::size_t asked() const { return asked_.size(); }
  [[nodiscard]] std::size_t waiting() const { return queue_.size(); }

 private:
  std::size_t most_;
  std::list<SiteNo> queue_;
  std::map<SiteNo, std::list<SiteNo>::iterator> places_;  // in queue_
  std::map<SiteNo, std::int64_t> asked_;                  // since when
};

}  // namespace sealkeep::sync
