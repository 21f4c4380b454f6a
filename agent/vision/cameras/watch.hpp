// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {

enum class CameraState { Idle = 0, Connecting = 1, Ok = 2, Stalled = 3, Away = 4 };
[[nodiscard]] std::string_view word_of(CameraState state);

/// What is known of one camera. Times are milliseconds since 1970.
struct CameraStatus {
  CameraState state = CameraState::Idle;
  std::int64_t since_ms = 0;
  std::int64_t pictures = 0;
  std::optional<std::int64_t> last_picture_ms;
  std::int64_t failures = 0;  ///< one after the other, until now
  std::optional<std::int64_t> next_try_ms;
  Error trouble;  ///< of Stalled and Away; its code is empty otherwise
  friend bool operator==(const CameraStatus& a, const CameraStatus& b);
};
[[nodiscard]] Bytes encode(const CameraStatus& status);
/// BadInput `pack.malformed`.
[[nodiscard]] Result<CameraStatus> decode_status(ByteView bytes);

/// How long to wait after so many failures in a row: 1 s, doubled each time, at most a minute.
[[nodiscard]] std::int64_t back_off_ms(std::int64_t failures);

inline constexpr std::int64_t kAnswerMs = 15'000;   ///< a picture that was asked for
inline constexpr std::int64_t kConnectMs = 20'000;  ///< from its start to the first sign of life

/// Decides when a camera's fetching process is started, given up and started again. Pure: who owns the
/// process tells it what happened, and asks what to do.
class CameraWatch {
 public:
  CameraWatch(bool streams, std::int64_t stalled_after_ms, std::int64_t now_ms);

  enum class Todo { Wait, Start, GiveUp };
  /// GiveUp: no sign of life for too long; end the process, then tell stalled().
  [[nodiscard]] Todo todo(std::int64_t now_ms) const;
  /// When todo() may next say something else.
  [[nodiscard]] std::int64_t wake_ms(std::int64_t now_ms) const;

  /// Somebody asks for a picture: what waits to be tried again is tried now.
  void wanted(std::int64_t now_ms);
  /// The asker was answered, or is gone.
  void not_wanted() { wanted_ = false; }
  void started(std::int64_t now_ms);
  void alive(std::int64_t now_ms);
  /// A picture was handed on.
  void picture(std::int64_t now_ms);
  /// The process ended, as it should: only of one that does not stream.
  void finished() { running_ = false; }
  void failed(std::int64_t now_ms, Error why);
  /// After GiveUp.
  void stalled(std::int64_t now_ms);

  [[nodiscard]] const CameraStatus& status() const { return status_; }
  [[nodiscard]] bool is_wanted() const { return wanted_; }

 private:
  [[nodiscard]] std::int64_t patience_ends_ms() const;
  void enter(CameraState state, std::int64_t now_ms);
  void wait_longer(std::int64_t now_ms);

  bool streams_;
  std::int64_t stalled_after_ms_;
  bool running_ = false, wanted_ = false, lived_ = false;
  std::int64_t sign_ms_ = 0;    ///< the last sign of life, or the start
  std::int64_t wanted_ms_ = 0;  ///< since when a picture is awaited
  CameraStatus status_;
};

}  // namespace sealkeep::vision
