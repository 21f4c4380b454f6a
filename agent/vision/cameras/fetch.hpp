// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "agent/vision/cameras/camera.hpp"
#include "agent/vision/cameras/note.hpp"
#include "agent/vision/sandbox.hpp"

/// The fetching process: all that a camera says is looked at here, and nowhere else before a reading process.
/// It cannot make a connection: it asks the camera's process, which knows one address only.
namespace sealkeep::vision {

/// The fetching process's only way out.
class Desk {
 public:
  explicit Desk(int socket) : socket_(socket) {}
  /// A new connection to the camera, never to another place; the caller closes it. What kept it from being
  /// made.
  [[nodiscard]] Result<int> connect();
  /// A whole picture came; told at most twice a second.
  void alive();
  /// Something came before the camera.
  void motion();
  /// Somebody waits for a picture.
  [[nodiscard]] bool wanted();
  void hand_over(ByteView picture, bool as_sent);
  [[nodiscard]] int socket() const { return socket_; }

 private:
  void listen();
  int socket_;
  NoteReader notes_;
  bool wanted_ = false;
  std::int64_t told_ms_ = 0;
};

/// Fetches until there is no more: one picture of a camera that does not stream; else for ever. Returns the
/// end of it.
using Fetch = std::function<Result<>(Desk&)>;
/// What is to be done before the process is shut in, and how far it is: files and devices are opened here.
struct Fetching {
  Fetch fetch;
  Beyond beyond = Beyond::Nothing;
};

[[nodiscard]] Result<Fetching> prepare_file(const Camera& camera);
[[nodiscard]] Result<Fetching> prepare_http(const Camera& camera, CameraLogin login);
[[nodiscard]] Result<Fetching> prepare_rtsp(const Camera& camera, CameraLogin login);
/// Its "picture" are the camera's streams (onvif_text.hpp, encode()).
[[nodiscard]] Result<Fetching> prepare_onvif(const Camera& camera, CameraLogin login);
[[nodiscard]] Result<Fetching> prepare_v4l2(const Camera& camera);

/// The life of a fetching process just forked.
[[noreturn]] void live_fetching(int socket, const Camera& camera);

/// Busy `vision.camera_away` and `vision.camera_broken`.
[[nodiscard]] tl::unexpected<Error> camera_away(std::string what, std::string why, std::string next);
[[nodiscard]] tl::unexpected<Error> camera_broken(std::string what, std::string why = {},
                                                  std::string next = {});

/// A whole JPEG, PNG or WebP picture by its header, and a JPEG by its end as well: what may be handed over.
/// Busy `vision.camera_broken` otherwise.
[[nodiscard]] Result<> check_camera_picture(ByteView picture);

}  // namespace sealkeep::vision
