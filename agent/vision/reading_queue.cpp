// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/reading_queue.hpp"

namespace sealkeep::vision {

void ReadingQueue::put(ReadingJob job) {
  (job.awaited ? awaited_ : others_).push_back(std::move(job));
}

void ReadingQueue::step() {
  if (going_) {
    if (!keeper_.ready()) return;
    const ReadingJob done = std::move(*going_);
    going_.reset();
    tell(done, keeper_.finish());
  }
  while (!going_ && !(awaited_.empty() && others_.empty())) {
    std::deque<ReadingJob>& from = awaited_.empty() ? others_ : awaited_;
    ReadingJob next = std::move(from.front());
    from.pop_front();
    if (const auto begun = keeper_.begin({next.kind, *next.picture, next.region}); !begun)
      tell(next, tl::unexpected<Error>(begun.error()));
    else
      going_ = std::move(next);
  }
}

void ReadingQueue::tell(const ReadingJob& job, Result<Reading> reading) {
  ++(reading ? reads_ : failed_);
  if (!reading)
    log_.warn("picture_not_read",
              {{"kind", word_of(job.kind)}, {"code", reading.error().code}, {"why", reading.error().why}});
  job.on_read(std::move(reading));
}

}  // namespace sealkeep::vision
