// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "agent/vision/cameras/captures.hpp"
#include "agent/vision/cameras/post.hpp"
#include "agent/vision/reading_queue.hpp"
#include "common/base/log.hpp"
#include "common/cli/command.hpp"

namespace sealkeep::vision {

/// All cameras of the daemon, and what is done with their pictures (docs/formats/vision.md). Never blocks:
/// what a camera does not answer holds up only who asked for that camera. One thread owns it.
class CameraRoom {
 public:
  /// Forks each camera's process: before the program has threads. The errors of CameraPost::start().
  [[nodiscard]] static Result<std::unique_ptr<CameraRoom>> start(const std::vector<Camera>& cameras);

  /// Where its pictures go, and who reads them; before capture() and look_around(). The errors of
  /// Captures::open().
  using Read = std::function<void(ReadingJob)>;
  [[nodiscard]] Result<> open(const std::filesystem::path& folder, Read read);

  /// `capture`; `done` is called with its answer, from here or from catch_up(). Its errors in
  /// docs/formats/vision.md.
  using Done = std::function<void(Result<cli::Value>)>;
  void capture(const cli::Command& command, const Done& done);
  /// The member `cameras` of `status`.
  [[nodiscard]] cli::Value status() const;
  [[nodiscard]] std::int64_t captures_taken() const { return taken_; }

  /// Takes in what happened to the cameras and logs it. Bug `vision.camera_lost`: end, to be started again.
  [[nodiscard]] Result<> catch_up(Logger& log);
  /// Begins to look through the cameras whose turn it is (`every_s`), or before which something came.
  void look_around(std::int64_t now_ms, Logger& log);

  [[nodiscard]] const std::vector<std::unique_ptr<CameraPost>>& posts() const { return posts_; }

 private:
  /// A capture under way.
  struct Take {
    CameraPost& post;
    std::string purpose;
    std::vector<ReadKind> reads;
    std::int64_t frames = 1;
    bool awaited = true;
    Done done;
    cli::Value answer = {};
    std::string file = {};
    std::int64_t taken = 0;
    std::size_t unread = 0;  ///< readings of the last frame that are not there yet
    std::vector<std::vector<Result<Reading>>> readings = {};  ///< for each of `reads`, of each frame
  };
  using TakeInHand = std::shared_ptr<Take>;
  struct Seen {
    bool looking = false, motion = false;
    std::int64_t next_ms = 0, motion_next_ms = 0;
    std::int64_t motions = 0;
    std::optional<cli::Value> last;
    std::string said;
  };
  [[nodiscard]] Result<CameraPost*> find(const std::string& name) const;
  [[nodiscard]] Result<TakeInHand> take_of(const cli::Command& command, const Done& done) const;
  void begin(const TakeInHand& take);
  void next_frame(const TakeInHand& take);
  void read_frame(const TakeInHand& take, Bytes picture);
  void frame_came(const TakeInHand& take, Result<CameraPicture> picture);
  [[nodiscard]] Result<> keep(Take& take, const CameraPicture& picture);
  void frame_read(const TakeInHand& take);
  void finish(Take& take);
  void look_through(CameraPost& post, std::int64_t frames, Logger& log);

  std::vector<std::unique_ptr<CameraPost>> posts_;
  std::map<std::string, Seen> seen_;
  std::optional<Captures> captures_;
  Read read_;
  std::int64_t taken_ = 0;
};

}  // namespace sealkeep::vision
