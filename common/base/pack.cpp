// SPDX-License-Identifier: Apache-2.0
#include "common/base/pack.hpp"

#include <limits>
#include <msgpack.hpp>

namespace sealkeep {
namespace {

// msgpack::packer writes to anything with write(const char*, size_t).
struct Sink {
  Bytes& out;
  void write(const char* data, std::size_t count) { append(out, as_bytes({data, count})); }
};

template <class F>
void pack(Bytes& out, F&& write) {
  Sink sink{out};
  msgpack::packer<Sink> packer(sink);
  write(packer);
}

}  // namespace

PackWriter& PackWriter::array(std::size_t count) {
  pack(out_, [&](auto& p) { p.pack_array(static_cast<std::uint32_t>(count)); });
  return *this;
}
PackWriter& PackWriter::uint(std::uint64_t value) {
  pack(out_, [&](auto& p) { p.pack_uint64(value); });
  return *this;
}
PackWriter& PackWriter::sint(std::int64_t value) {
  pack(out_, [&](auto& p) { p.pack_int64(value); });
  return *this;
}
PackWriter& PackWriter::str(std::string_view utf8) {
  pack(out_, [&](auto& p) {
    p.pack_str(static_cast<std::uint32_t>(utf8.size()));
    p.pack_str_body(utf8.data(), static_cast<std::uint32_t>(utf8.size()));
  });
  return *this;
}
PackWriter& PackWriter::bin(ByteView bytes) {
  pack(out_, [&](auto& p) {
    p.pack_bin(static_cast<std::uint32_t>(bytes.size()));
    p.pack_bin_body(as_text(bytes).data(), static_cast<std::uint32_t>(bytes.size()));
  });
  return *this;
}
PackWriter& PackWriter::boolean(bool value) {
  out_.push_back(value ? 0xC3 : 0xC2);
  return *this;
}
PackWriter& PackWriter::nil() {
  out_.push_back(0xC0);
  return *this;
}
PackWriter& PackWriter::raw(ByteView packed) {
  append(out_, packed);
  return *this;
}

ByteView PackReader::taken(std::uint64_t count) {
  if (count > rest_.size()) {
    reject("a length runs past the end");
    return {};
  }
  ByteView view = rest_.first(static_cast<std::size_t>(count));
  rest_ = rest_.subspan(static_cast<std::size_t>(count));
  return view;
}

std::uint64_t PackReader::big_endian(std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::uint8_t byte : taken(bytes)) value = (value << 8) | byte;
  return value;
}

// Reads one type byte and its number. Rejects every form that is longer than needed: that is what makes the
// encoding of a value unique.
PackReader::Head PackReader::head() {
  const auto other = [](std::uint8_t first) { return Head{Family::Other, 0, first}; };
  if (!ok()) return other(0);
  if (rest_.empty()) {
    reject("it ends too early");
    return other(0);
  }
  const std::uint8_t first = rest_[0];
  rest_ = rest_.subspan(1);
  const auto sized = [&](Family family, std::size_t bytes, std::uint64_t least) {
    const std::uint64_t value = big_endian(bytes);
    if (ok() && value < least) reject("a number or length is not in its shortest form");
    return Head{family, value, first};
  };
  const auto negative = [&](std::size_t bytes, std::int64_t most) {
    const std::uint64_t raw_value = big_endian(bytes);
    const unsigned shift = 64 - 8 * static_cast<unsigned>(bytes);
    const auto value = static_cast<std::int64_t>(raw_value << shift) >> shift;
    if (ok() && value > most) reject("a number is not in its shortest form");
    return Head{Family::Sint, static_cast<std::uint64_t>(value), first};
  };
  if (first <= 0x7F) return {Family::Uint, first, first};
  if (first >= 0xE0) return {Family::Sint, static_cast<std::uint64_t>(std::int64_t{first} - 256), first};
  if ((first & 0xE0) == 0xA0) return {Family::Str, first & 0x1FU, first};
  if ((first & 0xF0) == 0x90) return {Family::Array, first & 0x0FU, first};
  switch (first) {
    case 0xC4:
      return sized(Family::Bin, 1, 0);
    case 0xC5:
      return sized(Family::Bin, 2, 0x100);
    case 0xC6:
      return sized(Family::Bin, 4, 0x10000);
    case 0xCC:
      return sized(Family::Uint, 1, 0x80);
    case 0xCD:
      return sized(Family::Uint, 2, 0x100);
    case 0xCE:
      return sized(Family::Uint, 4, 0x10000);
    case 0xCF:
      return sized(Family::Uint, 8, 0x100000000);
    case 0xD0:
      return negative(1, -33);
    case 0xD1:
      return negative(2, -129);
    case 0xD2:
      return negative(4, -32769);
    case 0xD3:
      return negative(8, std::int64_t{-2147483649});
    case 0xD9:
      return sized(Family::Str, 1, 0x20);
    case 0xDA:
      return sized(Family::Str, 2, 0x100);
    case 0xDB:
      return sized(Family::Str, 4, 0x10000);
    case 0xDC:
      return sized(Family::Array, 2, 0x10);
    case 0xDD:
      return sized(Family::Array, 4, 0x10000);
    default:
      return other(first);
  }
}

std::size_t PackReader::array(std::size_t min, std::size_t max) {
  const Head h = head();
  if (!ok()) return 0;
  if (h.family != Family::Array) {
    reject("an array was expected");
  } else if (h.value < min || h.value > max) {
    reject("an array has too few or too many elements");
  }
  return ok() ? static_cast<std::size_t>(h.value) : 0;
}

std::uint64_t PackReader::uint(std::uint64_t max) {
  const Head h = head();
  if (!ok()) return 0;
  if (h.family != Family::Uint) {
    reject("a whole number was expected");
  } else if (h.value > max) {
    reject("a number is out of range");
  }
  return ok() ? h.value : 0;
}

std::int64_t PackReader::sint(std::int64_t min, std::int64_t max) {
  const Head h = head();
  if (!ok()) return 0;
  if (h.family == Family::Uint &&
      h.value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    reject("a number is out of range");
    return 0;
  }
  const auto value = static_cast<std::int64_t>(h.value);
  if (h.family != Family::Uint && h.family != Family::Sint) {
    reject("a number was expected");
  } else if (value < min || value > max) {
    reject("a number is out of range");
  }
  return ok() ? value : 0;
}

std::string_view PackReader::str(std::size_t max_bytes, std::size_t min_bytes) {
  const Head h = head();
  if (!ok()) return {};
  if (h.family != Family::Str) {
    reject("text was expected");
  } else if (h.value < min_bytes || h.value > max_bytes) {
    reject("a text is too short or too long");
  }
  if (!ok()) return {};
  const std::string_view text = as_text(taken(h.value));
  if (ok() && !is_utf8(text)) reject("a text is not UTF-8");
  return ok() ? text : std::string_view{};
}

ByteView PackReader::bin(std::size_t max_bytes, std::size_t min_bytes) {
  const Head h = head();
  if (!ok()) return {};
  if (h.family != Family::Bin) {
    reject("bytes were expected");
  } else if (h.value < min_bytes || h.value > max_bytes) {
    reject("a byte string is too short or too long");
  }
  return ok() ? taken(h.value) : ByteView{};
}

bool PackReader::boolean() {
  const Head h = head();
  if (ok() && h.first != 0xC2 && h.first != 0xC3) reject("true or false was expected");
  return ok() && h.first == 0xC3;
}

bool PackReader::nil() {
  if (!ok() || rest_.empty() || rest_[0] != 0xC0) return false;
  rest_ = rest_.subspan(1);
  return true;
}

ByteView PackReader::skip(int max_depth) {
  const ByteView before = rest_;
  // Counts objects still to pass at each open level, instead of recursing on hostile input.
  std::vector<std::uint64_t> open{1};
  while (ok() && !open.empty()) {
    if (open.back() == 0) {
      open.pop_back();
      continue;
    }
    --open.back();
    const Head h = head();
    if (!ok()) break;
    if (h.family == Family::Str) {
      if (!is_utf8(as_text(taken(h.value)))) reject("a text is not UTF-8");
    } else if (h.family == Family::Bin) {
      taken(h.value);
    } else if (h.family == Family::Array) {
      if (open.size() > static_cast<std::size_t>(max_depth)) {
        reject("arrays are nested too deep");
      } else if (h.value > rest_.size()) {
        reject("an array claims more elements than there are bytes");
      } else {
        open.push_back(h.value);
      }
    } else if (h.family == Family::Other && h.first != 0xC0 && h.first != 0xC2 && h.first != 0xC3) {
      reject("a type that this format does not use");
    }
  }
  return ok() ? before.first(before.size() - rest_.size()) : ByteView{};
}

void PackReader::reject(const char* reason) {
  if (error_ == nullptr) error_ = reason;
  rest_ = {};
}

Result<> PackReader::finish() const {
  if (error_ != nullptr)
    return bad_input("pack.malformed", "A record is not canonical MessagePack", error_,
                     "Send it again as it was written; if it stays so, the sender's software is at fault");
  if (!rest_.empty())
    return bad_input("pack.malformed", "A record is not canonical MessagePack", "bytes follow after its end",
                     "Send it again as it was written; if it stays so, the sender's software is at fault");
  return {};
}

}  // namespace sealkeep
