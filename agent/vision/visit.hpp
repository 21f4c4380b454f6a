// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "agent/vision/reading.hpp"

namespace sealkeep::vision {

/// What pictures of one visit say together: numbers gain by each picture they stand on, barcodes are joined,
/// and a seal's number stays only if no picture says another. All readings are of one kind. Pure.
[[nodiscard]] Reading together(std::span<const Reading> pictures, ReadKind kind);

}  // namespace sealkeep::vision
