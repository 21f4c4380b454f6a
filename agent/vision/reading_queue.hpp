// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "agent/vision/keeper.hpp"
#include "common/base/log.hpp"

namespace sealkeep::vision {

/// A picture to be read, and who is told.
struct ReadingJob {
  ReadKind kind = ReadKind::Container;
  std::shared_ptr<const Bytes> picture;
  PictureRegion region;  ///< what is read of it
  bool awaited = true;   ///< somebody waits for it: read before what nobody asked for
  std::function<void(Result<Reading>)> on_read;
};

/// Pictures that wait for the keeper, who reads one at a time. Never blocks. One thread owns it.
class ReadingQueue {
 public:
  ReadingQueue(Keeper& keeper, Logger& log) : keeper_(keeper), log_(log) {}

  void put(ReadingJob job);
  /// Tells what was read meanwhile, and begins the next.
  void step();

  [[nodiscard]] std::int64_t reads() const { return reads_; }
  [[nodiscard]] std::int64_t failed() const { return failed_; }

 private:
  void tell(const ReadingJob& job, Result<Reading> reading);
  Keeper& keeper_;
  Logger& log_;
  std::deque<ReadingJob> awaited_, others_;
  std::optional<ReadingJob> going_;
  std::int64_t reads_ = 0, failed_ = 0;
};

}  // namespace sealkeep::vision
