// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/watch.hpp"

#include <algorithm>
#include <tuple>

#include "common/base/pack.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kFirstWaitMs = 1'000, kLongestWaitMs = 60'000;
constexpr std::size_t kErrorTextBytes = 1'000;

void write(PackWriter& out, const std::optional<std::int64_t>& time_ms) {
  time_ms ? out.sint(*time_ms) : out.nil();
}
std::optional<std::int64_t> read_time(PackReader& in) {
  if (in.nil()) return std::nullopt;
  return in.sint(0);
}

}  // namespace

std::string_view word_of(CameraState state) {
  switch (state) {
    case CameraState::Idle:
      return "idle";
    case CameraState::Connecting:
      return "connecting";
    case CameraState::Ok:
      return "ok";
    case CameraState::Stalled:
      return "stalled";
    case CameraState::Away:
      return "away";
  }
  return "idle";
}

bool operator==(const CameraStatus& a, const CameraStatus& b) {
  const auto parts = [](const CameraStatus& s) {
    return std::tie(s.state, s.since_ms, s.pictures, s.last_picture_ms, s.failures, s.next_try_ms,
                    s.trouble.code, s.trouble.what, s.trouble.why, s.trouble.next);
  };
  return parts(a) == parts(b);
}

Bytes encode(const CameraStatus& status) {
  PackWriter out;
  out.array(10).uint(static_cast<std::uint64_t>(status.state)).sint(status.since_ms).sint(status.pictures);
  write(out, status.last_picture_ms);
  out.sint(status.failures);
  write(out, status.next_try_ms);
  for (const std::string* text :
       {&status.trouble.code, &status.trouble.what, &status.trouble.why, &status.trouble.next})
    out.str(printable(*text, kErrorTextBytes));
  return out.take();
}

Result<CameraStatus> decode_status(ByteView bytes) {
  PackReader in(bytes);
  in.array(10);
  CameraStatus out;
  out.state = static_cast<CameraState>(in.uint(4));
  out.since_ms = in.sint(0);
  out.pictures = in.sint(0);
  out.last_picture_ms = read_time(in);
  out.failures = in.sint(0);
  out.next_try_ms = read_time(in);
  out.trouble.kind = ErrorKind::Busy;
  for (std::string* text : {&out.trouble.code, &out.trouble.what, &out.trouble.why, &out.trouble.next})
    *text = in.str(kErrorTextBytes + 8);
  SEALKEEP_TRY(in.finish());
  return out;
}

std::int64_t back_off_ms(std::int64_t failures) {
  std::int64_t wait_ms = kFirstWaitMs;
  for (std::int64_t i = 1; i < failures && wait_ms < kLongestWaitMs; ++i) wait_ms *= 2;
  return std::min(wait_ms, kLongestWaitMs);
}

CameraWatch::CameraWatch(bool streams, std::int64_t stalled_after_ms, std::int64_t now_ms)
    : streams_(streams), stalled_after_ms_(stalled_after_ms) {
  status_.since_ms = now_ms;
}

std::int64_t CameraWatch::patience_ends_ms() const {
  std::int64_t ends_ms = sign_ms_ + (streams_ && lived_ ? stalled_after_ms_ : kConnectMs);
  // A process that shows signs of life and yet never hands out what was asked for is no better.
  if (wanted_) ends_ms = std::min(ends_ms, wanted_ms_ + kAnswerMs);
  return ends_ms;
}

CameraWatch::Todo CameraWatch::todo(std::int64_t now_ms) const {
  if (running_) return now_ms >= patience_ends_ms() ? Todo::GiveUp : Todo::Wait;
  if (!streams_ && !wanted_) return Todo::Wait;
  return !status_.next_try_ms || now_ms >= *status_.next_try_ms ? Todo::Start : Todo::Wait;
}

std::int64_t CameraWatch::wake_ms(std::int64_t now_ms) const {
  constexpr std::int64_t kLongMs = 60'000;
  if (running_) return patience_ends_ms();
  if (!streams_ && !wanted_) return now_ms + kLongMs;
  return status_.next_try_ms.value_or(now_ms);
}

void CameraWatch::enter(CameraState state, std::int64_t now_ms) {
  if (status_.state != state) status_.since_ms = now_ms;
  status_.state = state;
}

void CameraWatch::wanted(std::int64_t now_ms) {
  wanted_ = true;
  wanted_ms_ = now_ms;
  if (!running_) status_.next_try_ms.reset();
}

void CameraWatch::started(std::int64_t now_ms) {
  running_ = true;
  lived_ = false;
  sign_ms_ = now_ms;
  status_.next_try_ms.reset();
  // Of a camera in trouble the trouble stays on the screen until it is over.
  if (status_.state == CameraState::Idle) enter(CameraState::Connecting, now_ms);
}

void CameraWatch::alive(std::int64_t now_ms) {
  lived_ = true;
  sign_ms_ = now_ms;
  status_.failures = 0;
  status_.trouble = {};
  enter(CameraState::Ok, now_ms);
}

void CameraWatch::picture(std::int64_t now_ms) {
  alive(now_ms);
  wanted_ = false;
  ++status_.pictures;
  status_.last_picture_ms = now_ms;
}

void CameraWatch::wait_longer(std::int64_t now_ms) {
  running_ = wanted_ = false;
  ++status_.failures;
  status_.next_try_ms.reset();
  if (streams_) status_.next_try_ms = now_ms + back_off_ms(status_.failures);
}

void CameraWatch::failed(std::int64_t now_ms, Error why) {
  wait_longer(now_ms);
  status_.trouble = std::move(why);
  enter(status_.trouble.code == "vision.camera_stalled" ? CameraState::Stalled : CameraState::Away, now_ms);
}

void CameraWatch::stalled(std::int64_t now_ms) {
  failed(now_ms, {ErrorKind::Busy, "vision.camera_stalled", "The camera is connected and sends no picture",
                  lived_ ? "nothing whole came any more" : "no first picture came",
                  "Look whether the camera's own page shows a picture; restart the camera"});
}

}  // namespace sealkeep::vision
