// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "agent/vision/cameras/camera.hpp"

/// The text side of RTSP 1.0 (RFC 2326), SDP (RFC 8866) and Digest (RFC 7616, 2069). Pure.
namespace sealkeep::vision {

inline constexpr std::size_t kRtspHeadBytes = 16 * 1024;
inline constexpr std::size_t kRtspBodyBytes = 64 * 1024;

struct RtspReply {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> heads;  ///< names in small letters
  std::string body;
  [[nodiscard]] std::string head(std::string_view name) const;  ///< the first; empty if there is none
};
/// One packet between the replies (RFC 2326 section 10.12).
struct RtspPacket {
  std::uint8_t channel = 0;
  Bytes bytes;
};

/// Takes a connection's bytes apart. Holds at most one reply or packet.
class RtspReader {
 public:
  void feed(ByteView bytes) { append(held_, bytes); }
  /// The next whole reply or packet, or nothing yet. Busy `vision.camera_broken` for anything else; then it
  /// is of no use any more.
  [[nodiscard]] Result<std::optional<std::variant<RtspReply, RtspPacket>>> take();

 private:
  Bytes held_;
};

enum class VideoCodec { H264, H265 };

/// The video of a description.
struct SdpVideo {
  VideoCodec codec = VideoCodec::H264;
  std::uint8_t payload_type = 0;
  std::string control;                ///< as it says: "*", relative, or whole
  std::vector<Bytes> parameter_sets;  ///< NAL units
};
/// Busy `vision.camera_broken`: no video, or one that is neither H.264 nor H.265.
[[nodiscard]] Result<SdpVideo> parse_sdp(std::string_view sdp);

/// The value of Authorization for a request, as the WWW-Authenticate heads ask: Digest where it is offered
/// (MD5 without qop or with qop=auth), else Basic. Empty if neither is. `cnonce` is 16 hexadecimal digits or
/// so of chance.
[[nodiscard]] std::string authorization(const std::vector<std::string>& challenges, std::string_view method,
                                        std::string_view uri, const CameraLogin& login,
                                        std::string_view cnonce);

}  // namespace sealkeep::vision
