// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"

namespace sealkeep {

/// Writes canonical MessagePack: shortest forms, no floats, no maps, no extension types. What it writes,
/// PackReader accepts, and no other bytes for the same values.
class PackWriter {
 public:
  PackWriter& array(std::size_t count);
  PackWriter& uint(std::uint64_t value);
  PackWriter& sint(std::int64_t value);  ///< non-negative values take the unsigned form
  PackWriter& str(std::string_view utf8);
  PackWriter& bin(ByteView bytes);
  PackWriter& boolean(bool value);
  PackWriter& nil();
  PackWriter& raw(ByteView packed);  ///< appends one object that is canonical already
  void reserve(std::size_t bytes) { out_.reserve(bytes); }
  [[nodiscard]] const Bytes& bytes() const { return out_; }
  [[nodiscard]] Bytes take() { return std::move(out_); }

 private:
  Bytes out_;
};

/// Reads canonical MessagePack strictly, front to back, without allocating. A wrong type, a longer form than
/// needed, a value out of range, malformed UTF-8 or a length past the end sets an error that sticks; every
/// later call returns zero or empty. So a parser reads all its fields and asks finish() once. Views point
/// into the bytes it was given.
class PackReader {
 public:
  explicit PackReader(ByteView bytes) : rest_(bytes) {}

  /// Enters an array of min..max elements and returns how many there are. Nesting is bounded by the caller's
  /// own recursion: a reader never descends by itself except in skip().
  std::size_t array(std::size_t min, std::size_t max);
  std::size_t array(std::size_t exactly) { return array(exactly, exactly); }
  std::uint64_t uint(std::uint64_t max = UINT64_MAX);
  std::int64_t sint(std::int64_t min = INT64_MIN, std::int64_t max = INT64_MAX);
  std::string_view str(std::size_t max_bytes, std::size_t min_bytes = 0);
  ByteView bin(std::size_t max_bytes, std::size_t min_bytes = 0);
  template <std::size_t N>
  std::array<std::uint8_t, N> fixed() {
    std::array<std::uint8_t, N> out{};
    ByteView view = bin(N, N);
    for (std::size_t i = 0; i < view.size(); ++i) out[i] = view[i];
    return out;
  }
  bool boolean();
  /// True and consumed if the next object is nil; false and untouched otherwise.
  bool nil();
  /// Passes over one object, nested at most `max_depth` deep, and returns its bytes.
  ByteView skip(int max_depth);
  /// Makes the reader fail with the caller's own reason (a rule that the format's types do not express).
  void reject(const char* reason);

  [[nodiscard]] bool ok() const { return error_ == nullptr; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] ByteView rest() const { return rest_; }
  /// Success if nothing failed and every byte was read; else BadInput `pack.malformed`, naming the reason.
  [[nodiscard]] Result<> finish() const;

 private:
  enum class Family { Uint, Sint, Str, Bin, Array, Other };
  struct Head {
    Family family;
    std::uint64_t value;  // the number, or the length or count that follows
    std::uint8_t first;
  };
  Head head();
  std::uint64_t big_endian(std::size_t bytes);
  ByteView taken(std::uint64_t count);
  ByteView rest_;
  const char* error_ = nullptr;
};

}  // namespace sealkeep
