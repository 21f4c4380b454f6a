// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/vision/cameras/camera.hpp"
#include "agent/vision/cameras/onvif_text.hpp"

namespace sealkeep::vision {

/// Where WS-Discovery asks: everybody on the networks of this machine.
inline constexpr const char* kDiscoveryGroup = "239.255.255.250";
inline constexpr std::uint16_t kDiscoveryPort = 3702;

/// Asks for ONVIF cameras at a group or one host (numeric) and collects what answers until the time is over.
/// The answers are taken apart in a process that is shut in (child.hpp). At most 256. Busy
/// `vision.no_network`, BadInput `vision.camera_address`.
[[nodiscard]] Result<std::vector<FoundCamera>> discover(const std::string& host, std::uint16_t port,
                                                        std::int64_t wait_ms);

/// Asks one ONVIF device (its device service's address) for its streams, in processes as any camera's. The
/// login is the line `name` of `logins`. The errors of CameraPost::picture().
[[nodiscard]] Result<std::vector<CameraStream>> streams_of(const CameraUrl& device, const std::string& name,
                                                           const std::filesystem::path& logins);

}  // namespace sealkeep::vision
