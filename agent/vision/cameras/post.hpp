// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <deque>
#include <functional>
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

  /// Asks for a picture that is not older than the call (of a folder: the newest there is), and never
  /// blocks: catch_up() says what came, or this call where the camera's process is gone. Busy
  /// `vision.camera_away`, `vision.camera_stalled` after 20 s at most, `vision.camera_broken`; Bug
  /// `vision.camera_lost`. A refusal is for all who wait.
  using OnPicture = std::function<void(Result<CameraPicture>)>;
  void want(OnPicture on_picture);
  /// want() for who has nothing else to do.
  [[nodiscard]] Result<CameraPicture> picture();
  /// Takes in what the camera's process said meanwhile, and whose time is over; never blocks. To be called
  /// once a second at least while somebody waits. True if the state changed. Bug `vision.camera_lost`.
  [[nodiscard]] Result<bool> catch_up();

  /// True once after something came before the camera (`motion_percent`).
  [[nodiscard]] bool take_motion() { return std::exchange(motion_, false); }

  [[nodiscard]] const Camera& camera() const { return camera_; }
  [[nodiscard]] const CameraStatus& status() const { return status_; }
  /// Readable when catch_up() has something to do.
  [[nodiscard]] int fd() const { return socket_; }

 private:
  CameraPost(Camera camera, int socket, pid_t pid) : camera_(std::move(camera)), socket_(socket), pid_(pid) {}
  [[nodiscard]] Result<> take_in();
  void hear(const Note& note);
  void ask_camera();
  void refuse_all(const Error& error);
  [[nodiscard]] Error lost() const;

  Camera camera_;
  int socket_;
  pid_t pid_;
  NoteReader notes_;
  CameraStatus status_;
  std::deque<OnPicture> waiting_;  ///< the first one's request is on its way
  std::uint32_t request_ = 0;
  std::int64_t patience_ends_ms_ = 0;
  bool changed_ = false, motion_ = false;
};

}  // namespace sealkeep::vision
