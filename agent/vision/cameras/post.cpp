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
#include "agent/vision/packed_error.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kPatienceMs = kAnswerMs + 5'000;
constexpr int kLookMs = 1'000;

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

Error CameraPost::lost() const {
  return {ErrorKind::Bug,
          "vision.camera_lost",
          "The process of camera " + camera_.name + " is gone",
          {},
          "Start sealkeep-vision again"};
}

void CameraPost::want(OnPicture on_picture) {
  waiting_.push_back(std::move(on_picture));
  if (waiting_.size() == 1) ask_camera();
}

void CameraPost::ask_camera() {
  Bytes number;
  ByteWriter(number).u32(++request_);
  patience_ends_ms_ = SystemClock().now().mono_ms + kPatienceMs;
  if (!send_note(socket_, kPictureWanted, number)) refuse_all(lost());
}

void CameraPost::refuse_all(const Error& error) {
  ++request_;  // what may still come of it is for nobody
  for (const OnPicture& one : std::exchange(waiting_, {})) one(tl::unexpected<Error>(error));
}

void CameraPost::hear(const Note& note) {
  if (note.letter == kMotion) motion_ = true;
  ByteReader in(note.payload);
  if (waiting_.empty() || in.u32() != request_) return;  // of a request that was given up
  if (note.letter == kRefusal) {
    const auto error = decode_error(in.rest());
    return refuse_all(error ? *error : error.error());
  }
  if (note.letter != kAnswer) return;
  CameraPicture picture;
  picture.as_sent = in.u8() == 1;
  picture.bytes = to_bytes(in.rest());
  picture.taken_ms = SystemClock().now().unix_ms;
  const OnPicture first = std::move(waiting_.front());
  waiting_.pop_front();
  // Those behind asked later, perhaps after this picture was taken.
  if (!waiting_.empty()) ask_camera();
  first(std::move(picture));
}

Result<> CameraPost::take_in() {
  if (!notes_.receive(socket_)) {
    refuse_all(lost());
    return tl::unexpected<Error>(lost());
  }
  while (const auto note = notes_.take()) {
    if (note->letter != kStatus) {
      hear(*note);
      continue;
    }
    SEALKEEP_LET(status, decode_status(note->payload));
    changed_ = changed_ || status.state != status_.state || status.trouble.code != status_.trouble.code;
    status_ = std::move(status);
  }
  if (!waiting_.empty() && SystemClock().now().mono_ms >= patience_ends_ms_)
    refuse_all({ErrorKind::Busy,
                "vision.camera_stalled",
                "No picture of the camera came in time",
                {},
                "Look whether the camera's own page shows a picture"});
  return {};
}

Result<CameraPicture> CameraPost::picture() {
  std::optional<Result<CameraPicture>> answer;
  want([&answer](Result<CameraPicture> picture) { answer = std::move(picture); });
  while (!answer) {
    pollfd waiting{socket_, POLLIN, 0};
    poll(&waiting, 1, kLookMs);
    // What is lost was told.
    static_cast<void>(take_in());
  }
  return std::move(*answer);
}

Result<bool> CameraPost::catch_up() {
  SEALKEEP_TRY(take_in());
  return std::exchange(changed_, false);
}

}  // namespace sealkeep::vision
