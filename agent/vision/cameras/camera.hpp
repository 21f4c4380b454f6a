// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "agent/vision/picture_region.hpp"
#include "agent/vision/reading.hpp"

/// The cameras that a configuration file names (docs/vision.md, "Cameras").
namespace sealkeep::vision {

inline constexpr std::size_t kCameras = 64;
inline constexpr std::size_t kCameraNameBytes = 32;
inline constexpr std::size_t kCameraPictureBytes = 16 * 1024 * 1024;  ///< one picture of a camera

/// Onvif: no camera of a configuration file, but one that is asked for the addresses of its streams.
enum class CameraKind { Rtsp, Snapshot, Mjpeg, V4l2, File, Folder, Onvif };
[[nodiscard]] std::string_view word_of(CameraKind kind);

/// Where a camera is on the network. `path` begins with '/', and never holds a login.
struct CameraUrl {
  std::string scheme, host, path;
  std::uint16_t port = 0;
  [[nodiscard]] std::string text() const;
  friend bool operator==(const CameraUrl&, const CameraUrl&) = default;
};
/// BadInput `vision.camera_address`: not scheme://host[:port]/path with one of `schemes`, or with a login in
/// it.
[[nodiscard]] Result<CameraUrl> parse_camera_url(std::string_view text,
                                                 const std::vector<std::string_view>& schemes);

/// How a camera's frames are watched for something that comes (motion.hpp).
struct MotionSettings {
  int percent = 0;  ///< so much of the region must change; 0: not watched
  PictureRegion region;
  std::int64_t every_ms = 500;
};

struct Camera {
  std::string name;
  CameraKind kind = CameraKind::File;
  CameraUrl url;               ///< of Rtsp, Snapshot, Mjpeg
  std::filesystem::path path;  ///< of V4l2, File, Folder
  std::filesystem::path logins, trust;
  bool simulated = false;
  std::int64_t stalled_after_ms = 10'000;
  std::int64_t every_ms = 0;    ///< a picture is taken and read so often by itself; 0: only when asked
  MotionSettings motion;        ///< a picture is taken and read too when something comes
  std::vector<ReadKind> reads;  ///< what is read then
  PictureRegion seal_region;    ///< where the hasp is, for `presence`

  /// A connection that stays and brings pictures by itself; the others are asked for each.
  [[nodiscard]] bool streams() const {
    return kind == CameraKind::Rtsp || kind == CameraKind::Mjpeg || kind == CameraKind::V4l2;
  }
};

/// The cameras of a configuration file, in the order of their names. `name` is the file's in messages. The
/// errors of cli::Config::parse(), BadInput `vision.camera_name`, `vision.camera_address`,
/// `vision.camera_motion`, `vision.region`, `config.range`.
[[nodiscard]] Result<std::vector<Camera>> parse_cameras(std::string_view toml, std::string_view name);

/// How a camera is asked for its pictures. Never printed.
struct CameraLogin {
  std::string user, password;
};
/// The login of a camera from the file that holds them, one a line: name, user, password up to the line's
/// end. Empty if the file has none for it, or `file` is empty. Refused `vision.logins_open` unless the file
/// is this user's or root's and nobody else may read it, or it is a credential of the service; NotFound
/// `vision.logins`; BadInput `vision.logins` names the line, never what stands in it.
[[nodiscard]] Result<CameraLogin> login_of(const std::filesystem::path& file, std::string_view camera);

}  // namespace sealkeep::vision
