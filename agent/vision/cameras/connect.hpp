// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>

#include "common/base/error.hpp"

namespace sealkeep::vision {

/// A TCP connection, non-blocking, close-on-exec; the caller closes it. Every address of the name is tried, 4
/// s each at most. Busy `vision.camera_away` says what happened.
[[nodiscard]] Result<int> connect_to(const std::string& host, std::uint16_t port);

}  // namespace sealkeep::vision
