// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/system_random.hpp"

#include <sodium.h>

#include "common/base/error.hpp"

namespace sealkeep {

SystemRandom::SystemRandom() {
  SEALKEEP_ASSERT(sodium_init() >= 0);
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (!out.empty()) randombytes_buf(out.data(), out.size());
}

}  // namespace sealkeep
