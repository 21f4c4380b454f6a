// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/vision/cameras/camera.hpp"
#include "common/cli/command.hpp"

/// `camera test`, `discover` and `streams` of sealkeep-vision. Each forks: before the program has threads.
namespace sealkeep::vision {

/// Takes two pictures of one of the cameras and says what they are and how long they took. NotFound
/// `vision.no_camera`; the errors of CameraPost::picture().
[[nodiscard]] Result<cli::Value> test_camera(const cli::Command& command, const std::vector<Camera>& cameras);

/// The errors of discover().
[[nodiscard]] Result<cli::Value> discover_cameras(const cli::Command& command);

/// The errors of streams_of() and parse_camera_url().
[[nodiscard]] Result<cli::Value> list_streams(const cli::Command& command);

/// NotFound `vision.no_camera`, naming those there are.
[[nodiscard]] tl::unexpected<Error> no_camera(std::string_view name, const std::vector<std::string>& known);

}  // namespace sealkeep::vision
