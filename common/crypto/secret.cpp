// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/secret.hpp"

#include <sodium.h>

#include <algorithm>
#include <utility>

namespace sealkeep {
namespace {

constexpr std::size_t kSecretBytes = 64 * 1024;

}  // namespace

Secret::Secret(ByteView bytes) : size_(bytes.size()) {
  SEALKEEP_ASSERT(size_ <= kSecretBytes);
  // sodium_malloc needs the page size that sodium_init finds out; a second call does nothing.
  SEALKEEP_ASSERT(sodium_init() >= 0);
  // Where RLIMIT_MEMLOCK is used up, sodium_malloc still gives guarded, wiped memory that is merely not
  // locked.
  data_ = static_cast<std::uint8_t*>(sodium_malloc(size_));
  SEALKEEP_ASSERT(data_ != nullptr);
  std::copy(bytes.begin(), bytes.end(), data_);
  SEALKEEP_ASSERT(sodium_mprotect_readonly(data_) == 0);
}

Secret::~Secret() {
  sodium_free(data_);
}

Secret::Secret(Secret&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this != &other) {
    sodium_free(data_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

void wipe(std::span<std::uint8_t> memory) {
  sodium_memzero(memory.data(), memory.size());
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace sealkeep
