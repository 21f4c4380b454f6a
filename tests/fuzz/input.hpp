// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>

#include "common/base/bytes.hpp"
#include "common/base/random.hpp"

namespace sealkeep::fuzz {

/// Cuts a fuzzer's bytes into parts, front to back. Past the end: zeros and empty views. Views live as long
/// as the bytes.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(data, size) {}

  template <class Choice>
  Choice choose() {
    return static_cast<Choice>(u8() % static_cast<std::uint8_t>(Choice::kCount));
  }
  std::uint8_t u8() {
    const ByteView one = take(1);
    return one.empty() ? std::uint8_t{0} : one[0];
  }
  std::uint16_t u16() { return static_cast<std::uint16_t>(u8() << 8 | u8()); }
  std::uint64_t u64() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | u8();
    return value;
  }
  ByteView take(std::size_t count) {
    const ByteView taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  /// A u16 length and that many bytes, or as many as there are.
  ByteView piece() {
    const std::size_t length = u16();
    return take(length);
  }
  ByteView rest() { return take(rest_.size()); }
  [[nodiscard]] bool empty() const { return rest_.empty(); }

 private:
  ByteView rest_;
};

/// Draws the input's bytes, one for each number below 256: a change of one byte changes one choice.
class InputRandom final : public Random {
 public:
  explicit InputRandom(Input& input) : input_(input) {}
  void fill(std::span<std::uint8_t> out) override {
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    if (!out.empty()) out.back() = input_.u8();
  }

 private:
  Input& input_;
};

}  // namespace sealkeep::fuzz
