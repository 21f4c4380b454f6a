// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/random.hpp"

namespace sealkeep {

/// The kernel's randomness, by libsodium. The constructor initialises libsodium (asserts that it works). Any
/// thread.
class SystemRandom final : public Random {
 public:
  SystemRandom();
  void fill(std::span<std::uint8_t> out) override;
};

}  // namespace sealkeep
