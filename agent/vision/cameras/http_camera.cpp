// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/http_session.hpp"
#include "agent/vision/cameras/motion_sensor.hpp"
#include "agent/vision/cameras/multipart.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kSnapshotMs = 12'000;
constexpr int kBrokenParts = 10;  ///< in a row, and the stream is given up

using Taker = std::function<Result<>(ByteView)>;

Result<> fetch_snapshot(HttpSession& session, const std::string& path, Desk& desk) {
  Bytes picture;
  SEALKEEP_TRY(session.request(desk, path, {}, kSnapshotMs, [&](const std::string&) -> Result<Taker> {
    return Taker([&](ByteView piece) -> Result<> {
      if (picture.size() + piece.size() > kCameraPictureBytes)
        return camera_broken("The camera's picture is too large", "more than 16 MiB came",
                             "Set the camera to a smaller picture");
      append(picture, piece);
      return {};
    });
  }));
  SEALKEEP_TRY(check_camera_picture(picture));
  desk.hand_over(picture, true);
  return {};
}

Result<> fetch_stream(HttpSession& session, const std::string& path, MotionSensor& sensor, Desk& desk) {
  int broken = 0;
  SEALKEEP_TRY(session.request(desk, path, {}, 0, [&](const std::string& type) -> Result<Taker> {
    const std::string boundary = boundary_of(type);
    if (boundary.empty())
      return camera_broken("The camera sends no stream of pictures", "its type is " + printable(type, 80));
    auto parts = std::make_shared<MultipartReader>(boundary, kCameraPictureBytes, [&](ByteView part) {
      if (!check_camera_picture(part)) {
        ++broken;
        return;
      }
      broken = 0;
      desk.alive();
      if (desk.wanted()) desk.hand_over(part, true);
      if (sensor.due()) sensor.look_at_file(part, desk);
    });
    return Taker([&broken, parts](ByteView piece) -> Result<> {
      SEALKEEP_TRY(parts->feed(piece));
      if (broken >= kBrokenParts)
        return camera_broken("The camera's pictures are broken, one after the other");
      return {};
    });
  }));
  return camera_away("The camera ended the stream", {}, "Look at the camera's own page");
}

}  // namespace

Result<Fetching> prepare_http(const Camera& camera, CameraLogin login) {
  SEALKEEP_LET(created, HttpSession::create(camera.url, camera.trust, std::move(login)));
  const std::shared_ptr<HttpSession> session = std::move(created);
  const bool stream = camera.kind == CameraKind::Mjpeg;
  const auto sensor = std::make_shared<MotionSensor>(camera.motion);
  return Fetching{[session, sensor, stream, path = camera.url.path](Desk& desk) {
                    return stream ? fetch_stream(*session, path, *sensor, desk)
                                  : fetch_snapshot(*session, path, desk);
                  },
                  Beyond::Connection};
}

}  // namespace sealkeep::vision
