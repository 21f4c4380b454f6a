// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/vision/cameras/camera.hpp"

namespace sealkeep::vision {

/// The life of a camera's own process, just forked: it makes the connections that the fetching process asks
/// for, to the configured address alone, watches that process (watch.hpp) and hands its pictures on as bytes.
/// Ends when `socket` closes.
[[noreturn]] void guard_camera(int socket, const Camera& camera);

}  // namespace sealkeep::vision
