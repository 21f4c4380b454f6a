// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <memory>

#include "agent/vision/cameras/camera.hpp"
#include "agent/vision/cameras/note.hpp"
#include "agent/vision/cameras/watch.hpp"

namespace sealkeep::vision {

struct CameraPicture {
  Bytes bytes;
  bool as_sent = true;
  std::int64_t taken_ms = 0;  ///< since 1970, when it was whole here
};

/// One camera, for a program that wants pictures of it. Behind it is a process that knows the camera's
/// address and starts, watches and ends the process that fetches (fetch.hpp); neither can reach this one but
/// with the notes of note.hpp, and what comes is bytes until a reading process looks at it. One thread owns
/// it.
class CameraPost {
 public:
  /// Forks: before the program has threads. Full `vision.no_child`.
  [[nodiscard]] static Result<std::unique_ptr<CameraPost>> start(Camera camera);
  ~CameraPost();
  CameraPost(const CameraPost&) = delete;
  CameraPost& operator=(const CameraPost&) = delete;

  /// A picture that is not older than the call (of a folder: the newest there is). Blocks for 20 s at most.
  /// Busy `vision.camera_away`, `vision.camera_stalled`, `vision.camera_broken`; Bug `vision.camera_lost` if
  /// the camera's own process is gone.
  [[nodiscard]] Result<CameraPicture> picture();
  /// Takes in what the camera's process said meanwhile; never blocks. True if the state changed. Bug
  /// `vision.camera_lost`.
  [[nodiscard]] Result<bool> catch_up();

  [[nodiscard]] const Camera& camera() const { return camera_; }
  [[nodiscard]] const CameraStatus& status() const { return status_; }
  /// Readable when catch_up() has something to do.
  [[nodiscard]] int fd() const { return socket_; }

 private:
  CameraPost(Camera camera, int socket, pid_t pid) : camera_(std::move(camera)), socket_(socket), pid_(pid) {}
  [[nodiscard]] Result<std::optional<Result<CameraPicture>>> take_notes();
  [[nodiscard]] tl::unexpected<Error> lost() const;

  Camera camera_;
  int socket_;
  pid_t pid_;
  NoteReader notes_;
  CameraStatus status_;
  std::uint32_t request_ = 0;
  bool changed_ = false;
};

}  // namespace sealkeep::vision
