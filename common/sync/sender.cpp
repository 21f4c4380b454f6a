// SPDX-License-Identifier: Apache-2.0
#include "common/sync/sender.hpp"

#include <algorithm>

#include "common/base/error.hpp"

namespace sealkeep::sync {

std::int64_t backoff_ms(unsigned failures, std::int64_t first_ms, std::int64_t max_ms, Random& random) {
  std::int64_t step = first_ms;
  for (unsigned i = 0; i < failures && step < max_ms; ++i) step *= 2;
  step = std::min(step, max_ms);
  const std::int64_t sure = step / 2;
  return sure + static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(step - sure) + 1));
}

void MirrorSender::forget_in_flight() {
  in_flight_.clear();
  in_flight_bytes_ = 0;
}

void MirrorSender::on_peer_head(std::uint64_t size, std::uint64_t window_bytes) {
  SEALKEEP_ASSERT(size <= own_size_);
  if (size > cosigned_) {
    failures_ = 0;
  } else if (!in_flight_.empty()) {
    ++failures_;
  }
  forget_in_flight();
  cosigned_ = size;
  window_bytes_ = window_bytes;
  ready_ = true;
}

void MirrorSender::on_appended(std::uint64_t own_size) {
  SEALKEEP_ASSERT(own_size >= own_size_);
  own_size_ = own_size;
}

std::optional<MirrorSender::Order> MirrorSender::next(std::int64_t now_mono_ms) const {
  const std::uint64_t start = sent_size();
  if (!ready_ || stopped_ || now_mono_ms < paused_until_ms_ || start >= own_size_ ||
      in_flight_.size() >= kSetsInFlight)
    return std::nullopt;
  std::uint64_t room = window_bytes_ > in_flight_bytes_ ? window_bytes_ - in_flight_bytes_ : 0;
  if (room < kSmallSetBytes) {
    if (!in_flight_.empty()) return std::nullopt;
    room = kSmallSetBytes;
  }
  Order order;
  order.start = start;
  order.max_entries =
      static_cast<std::size_t>(std::min<std::uint64_t>(own_size_ - start, limits::kChangeSetEntries));
  order.max_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(room, limits::kChangeSetBytes));
  return order;
}

void MirrorSender::on_sent(std::uint64_t end, std::size_t raw_bytes, std::int64_t now_mono_ms,
                           Random& random) {
  if (!ready_ || end <= sent_size()) return;
  SEALKEEP_ASSERT(end <= own_size_);
  if (in_flight_.empty()) {
    waiting_since_ms_ = now_mono_ms;
    timeout_ms_ = backoff_ms(failures_, kAnswerTimeoutMs, kAnswerTimeoutMaxMs, random);
  }
  in_flight_.push_back({end, raw_bytes});
  in_flight_bytes_ += raw_bytes;
}

// A size past what is in flight is no error: an answer to what was sent before a hello may come after that
// hello's.
MirrorSender::Answer MirrorSender::on_cosigned(std::uint64_t size, std::uint64_t window_bytes,
                                               std::int64_t now_mono_ms) {
  if (size > own_size_) return Answer::Impossible;
  if (size < cosigned_) return Answer::Repeated;
  window_bytes_ = window_bytes;
  if (size == cosigned_) return Answer::Repeated;
  cosigned_ = size;
  while (!in_flight_.empty() && in_flight_.front().end <= size) {
    in_flight_bytes_ -= in_flight_.front().bytes;
    in_flight_.pop_front();
  }
  waiting_since_ms_ = now_mono_ms;
  failures_ = 0;
  return Answer::Progress;
}

void MirrorSender::on_refused(std::uint64_t retry_after_ms, bool rehello, std::int64_t now_mono_ms,
                              Random& random) {
  const std::int64_t asked = static_cast<std::int64_t>(retry_after_ms + random.below(retry_after_ms / 4 + 1));
  // Of several sets in flight each is refused; that is one failure.
  const std::int64_t own = backoff_ms(failures_, kRefusedFirstMs, kRefusedMaxMs, random);
  if (!in_flight_.empty()) ++failures_;
  paused_until_ms_ = std::max(paused_until_ms_, now_mono_ms + std::max(asked, own));
  forget_in_flight();
  if (rehello) ready_ = false;
}

// What a pause was asked for may be settled meanwhile; the answer to the next hello says if it is not.
void MirrorSender::on_disconnected() {
  forget_in_flight();
  ready_ = false;
  paused_until_ms_ = 0;
}

std::optional<std::int64_t> MirrorSender::rehello_at_ms() const {
  if (in_flight_.empty() || stopped_) return std::nullopt;
  return waiting_since_ms_ + timeout_ms_;
}

std::optional<std::int64_t> MirrorSender::paused_until_ms(std::int64_t now_mono_ms) const {
  if (paused_until_ms_ <= now_mono_ms || stopped_ || !ready_) return std::nullopt;
  return paused_until_ms_;
}

}  // namespace sealkeep::sync
