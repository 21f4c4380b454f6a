// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/one_time_code.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace sealkeep {

std::uint32_t hotp(ByteView secret, std::uint64_t counter, int digits) {
  SEALKEEP_ASSERT(digits >= 6 && digits <= 8);
  std::array<std::uint8_t, 8> message{};
  for (std::size_t i = 0; i < message.size(); ++i)
    message[i] = static_cast<std::uint8_t>(counter >> (8 * (message.size() - 1 - i)));
  std::array<std::uint8_t, 20> mac{};
  unsigned length = 0;
  SEALKEEP_ASSERT(HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()), message.data(),
                       message.size(), mac.data(), &length) != nullptr);
  SEALKEEP_ASSERT(length == mac.size());
  const std::size_t at = mac.back() & 0x0FU;
  const std::uint32_t number = (std::uint32_t{mac[at]} & 0x7FU) << 24 | std::uint32_t{mac[at + 1]} << 16 |
                               std::uint32_t{mac[at + 2]} << 8 | std::uint32_t{mac[at + 3]};
  std::uint32_t most = 1;
  for (int i = 0; i < digits; ++i) most *= 10;
  return number % most;
}

}  // namespace sealkeep
