// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "agent/vision/cameras/rtsp_text.hpp"

namespace sealkeep::vision {

inline constexpr std::size_t kAccessUnitBytes = 8 * 1024 * 1024;

/// One frame of a video as its decoder takes it (Annex B).
struct AccessUnit {
  Bytes bytes;
  bool key = false;  ///< can be decoded without those before it
};

/// Joins RTP packets (RFC 3550; H.264 RFC 6184, H.265 RFC 7798) to frames. A packet that is lost or makes no
/// sense costs the frame it belongs to. Pure.
class RtpVideo {
 public:
  explicit RtpVideo(VideoCodec codec) : codec_(codec) {}
  /// A whole frame if the packet ends one. Busy `vision.camera_broken` past kAccessUnitBytes.
  [[nodiscard]] Result<std::optional<AccessUnit>> feed(ByteView packet);

 private:
  void payload(ByteView payload);
  void h264(ByteView payload);
  void h265(ByteView payload);
  void several(ByteView packed);
  void unit(ByteView nal);
  void begin_unit(std::uint8_t type);

  VideoCodec codec_;
  AccessUnit going_;
  bool spoilt_ = false, begun_ = false, in_fragment_ = false;
  std::uint16_t sequence_ = 0;
  std::uint32_t time_ = 0;
};

}  // namespace sealkeep::vision
