// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/post.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "agent/vision/cameras/guard.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kPatienceMs = kAnswerMs + 5'000;

}  // namespace

Result<std::unique_ptr<CameraPost>> CameraPost::start(Camera camera) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail(ErrorKind::Full, "vision.no_child", "No socket for a camera's process", std::strerror(errno));
  const pid_t pid = fork();
  if (pid == 0) guard_camera(ends[1], camera);
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    return fail(ErrorKind::Full, "vision.no_child", "No process for a camera", std::strerror(errno));
  }
  return std::unique_ptr<CameraPost>(new CameraPost(std::move(camera), ends[0], pid));
}

CameraPost::~CameraPost() {
  close(socket_);
  kill(pid_, SIGKILL);
  while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

tl::unexpected<Error> CameraPost::lost() const {
  return fail(ErrorKind::Bug, "vision.camera_lost", "The process of camera " + camera_.name + " is gone", {},
              "Start sealkeep-vision again");
}

Result<std::optional<Result<CameraPicture>>> CameraPost::take_notes() {
  if (!notes_.receive(socket_)) return lost();
  std::optional<Result<CameraPicture>> answer;
  while (const auto note = notes_.take()) {
    if (note->letter == kStatus) {
      SEALKEEP_LET(status, decode_status(note->payload));
      changed_ = changed_ || status.state != status_.state || status.trouble.code != status_.trouble.code;
      status_ = std::move(status);
      continue;
    }
    ByteReader in(note->payload);
    if (in.u32() != request_) continue;  // of a request that was given up
    if (note->letter == kRefusal) {
      SEALKEEP_LET(error, decode_error(in.rest()));
      answer = Result<CameraPicture>(tl::unexpected<Error>(std::move(error)));
    } else if (note->letter == kAnswer) {
      CameraPicture picture;
      picture.as_sent = in.u8() == 1;
      picture.bytes = to_bytes(in.rest());
      picture.taken_ms = SystemClock().now().unix_ms;
      answer = Result<CameraPicture>(std::move(picture));
    }
  }
  return answer;
}

Result<CameraPicture> CameraPost::picture() {
  Bytes number;
  ByteWriter(number).u32(++request_);
  if (!send_note(socket_, kPictureWanted, number)) return lost();
  const std::int64_t until_ms = SystemClock().now().mono_ms + kPatienceMs;
  while (true) {
    SEALKEEP_LET(answer, take_notes());
    if (answer) return std::move(*answer);
    const std::int64_t left_ms = until_ms - SystemClock().now().mono_ms;
    if (left_ms <= 0)
      return fail(ErrorKind::Busy, "vision.camera_stalled", "No picture of the camera came in time", {},
                  "Look whether the camera's own page shows a picture");
    pollfd waiting{socket_, POLLIN, 0};
    poll(&waiting, 1, static_cast<int>(left_ms));
  }
}

Result<bool> CameraPost::catch_up() {
  SEALKEEP_TRY(take_notes());
  return std::exchange(changed_, false);
}

}  // namespace sealkeep::vision
