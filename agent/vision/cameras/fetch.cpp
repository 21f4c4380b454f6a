// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/fetch.hpp"

#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "agent/vision/packed_error.hpp"
#include "agent/vision/picture.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::uint64_t kMemoryBytes = std::uint64_t{1280} << 20;  // address space; the libraries take half
constexpr std::int64_t kToldEachMs = 500;
constexpr int kNice = 5;

Result<Fetching> prepare(const Camera& camera) {
  SEALKEEP_LET(login, login_of(camera.logins, camera.name));
  switch (camera.kind) {
    case CameraKind::Rtsp:
      return prepare_rtsp(camera, std::move(login));
    case CameraKind::Snapshot:
    case CameraKind::Mjpeg:
      return prepare_http(camera, std::move(login));
    case CameraKind::Onvif:
      return prepare_onvif(camera, std::move(login));
    case CameraKind::V4l2:
      return prepare_v4l2(camera);
    case CameraKind::File:
    case CameraKind::Folder:
      break;
  }
  return prepare_file(camera);
}

Result<> run(const Camera& camera, Desk& desk) {
  SEALKEEP_LET(fetching, prepare(camera));
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  const rlimit memory{kMemoryBytes, kMemoryBytes};
  setrlimit(RLIMIT_AS, &memory);
#endif
  SEALKEEP_TRY(shut_in(fetching.beyond));
  return fetching.fetch(desk);
}

}  // namespace

Result<int> Desk::connect() {
  if (!send_note(socket_, kConnect, {})) _exit(0);
  while (true) {
    pollfd waiting{socket_, POLLIN, 0};
    poll(&waiting, 1, -1);
    if (!notes_.receive(socket_)) _exit(0);
    while (const auto note = notes_.take()) {
      if (note->letter == kPictureWanted) wanted_ = true;
      if (note->letter == kTrouble) {
        SEALKEEP_LET(error, decode_error(note->payload));
        return tl::unexpected<Error>(std::move(error));
      }
      if (note->letter == kConnected) return notes_.take_descriptor();
    }
  }
}

void Desk::listen() {
  if (!notes_.receive(socket_)) _exit(0);
  while (const auto note = notes_.take())
    if (note->letter == kPictureWanted) wanted_ = true;
}

bool Desk::wanted() {
  listen();
  return wanted_;
}

void Desk::alive() {
  const std::int64_t now_ms = SystemClock().now().mono_ms;
  if (now_ms - told_ms_ < kToldEachMs) return;
  told_ms_ = now_ms;
  if (!send_note(socket_, kAlive, {})) _exit(0);
}

void Desk::motion() {
  if (!send_note(socket_, kMotion, {})) _exit(0);
}

void Desk::hand_over(ByteView picture, bool as_sent) {
  wanted_ = false;
  Bytes payload{static_cast<std::uint8_t>(as_sent)};
  append(payload, picture);
  if (!send_note(socket_, kPicture, payload)) _exit(0);
}

void live_fetching(int socket, const Camera& camera) {
  strip_process(socket, "vision-fetch");
  signal(SIGTERM, SIG_DFL);
  setpriority(PRIO_PROCESS, 0, kNice);
  Desk desk(kOnlySocket);
  Result<> ended = [&]() -> Result<> {
    try {
      return run(camera, desk);
    } catch (const std::bad_alloc&) {
      return camera_broken("The camera's pictures need more memory than is allowed", {},
                           "Set the camera to a smaller picture");
    } catch (const std::exception& e) {
      return camera_broken("What the camera sends cannot be read", printable(e.what(), 200));
    }
  }();
  if (!ended) send_note(kOnlySocket, kTrouble, encode_error(ended.error()));
  _exit(0);
}

tl::unexpected<Error> camera_away(std::string what, std::string why, std::string next) {
  return fail(ErrorKind::Busy, "vision.camera_away", std::move(what), std::move(why), std::move(next));
}

tl::unexpected<Error> camera_broken(std::string what, std::string why, std::string next) {
  if (next.empty())
    next = "Look at the camera's own page; correct kind and address in the configuration file";
  return fail(ErrorKind::Busy, "vision.camera_broken", std::move(what), std::move(why), std::move(next));
}

Result<> check_camera_picture(ByteView picture) {
  const auto size = picture_size(picture);
  if (!size) return camera_broken("What the camera sent is no whole picture", size.error().what);
  if (!size->jpeg) return {};
  // Some cameras fill up with zeros behind the end.
  std::size_t end = picture.size();
  while (end > 2 && picture[end - 1] == 0) --end;
  if (end < 4 || picture[end - 2] != 0xFF || picture[end - 1] != 0xD9)
    return camera_broken("The camera's picture is cut off", "a JPEG must end with FF D9");
  return {};
}

}  // namespace sealkeep::vision
