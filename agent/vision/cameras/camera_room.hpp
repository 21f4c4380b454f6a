// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "agent/vision/cameras/captures.hpp"
#include "agent/vision/cameras/post.hpp"
#include "common/base/log.hpp"
#include "common/cli/command.hpp"

namespace sealkeep::vision {

/// Reads one picture; what PictureReader::read() answers.
using ReadPicture = std::function<Result<Reading>(ReadKind kind, ByteView picture)>;

/// All cameras of the daemon, and what is done with their pictures (docs/formats/vision.md). One thread owns
/// it.
class CameraRoom {
 public:
  /// Forks each camera's process: before the program has threads. The errors of CameraPost::start().
  [[nodiscard]] static Result<std::unique_ptr<CameraRoom>> start(const std::vector<Camera>& cameras);

  /// Where its pictures go; before capture() and look_around(). The errors of Captures::open().
  [[nodiscard]] Result<> open(const std::filesystem::path& folder);

  /// `capture`. Its errors in docs/formats/vision.md.
  [[nodiscard]] Result<cli::Value> capture(const cli::Command& command, const ReadPicture& read);
  /// The member `cameras` of `status`.
  [[nodiscard]] cli::Value status() const;
  [[nodiscard]] std::int64_t captures_taken() const { return taken_; }

  /// Takes in what happened to the cameras and logs it. Bug `vision.camera_lost`: end, to be started again.
  [[nodiscard]] Result<> catch_up(Logger& log);
  /// Takes and reads the picture of one camera whose turn it is (`every_s`), if any is due.
  void look_around(std::int64_t now_ms, const ReadPicture& read, Logger& log);

  [[nodiscard]] const std::vector<std::unique_ptr<CameraPost>>& posts() const { return posts_; }

 private:
  struct Seen {
    std::int64_t next_ms = 0;
    std::optional<cli::Value> last;
    std::string said;
  };
  [[nodiscard]] Result<CameraPost*> find(const std::string& name) const;
  [[nodiscard]] Result<cli::Value> take(CameraPost& post, const std::string& purpose,
                                        const std::vector<ReadKind>& reads, std::int64_t frames,
                                        const ReadPicture& read);

  std::vector<std::unique_ptr<CameraPost>> posts_;
  std::map<std::string, Seen> seen_;
  std::optional<Captures> captures_;
  std::int64_t taken_ = 0;
};

}  // namespace sealkeep::vision
