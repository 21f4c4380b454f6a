// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/encoding.hpp"

namespace sealkeep {
namespace {

constexpr std::string_view kBase64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kHexDigits = "0123456789abcdef";

constexpr std::uint8_t kNoDigit = 0xFF;

// Private keys pass through these two (key files), so they are arithmetic: no table is indexed by a secret.
// All ones if low <= c <= high, else 0; for c, low, high below 2^31.
constexpr std::uint32_t within(std::uint32_t c, std::uint32_t low, std::uint32_t high) {
  return (((c - low) | (high - c)) >> 31) - 1;
}

constexpr std::uint8_t base64_value(char digit) {
  const std::uint32_t c = static_cast<unsigned char>(digit);
  const std::uint32_t upper = within(c, 'A', 'Z');
  const std::uint32_t lower = within(c, 'a', 'z');
  const std::uint32_t number = within(c, '0', '9');
  const std::uint32_t plus = within(c, '+', '+');
  const std::uint32_t slash = within(c, '/', '/');
  const std::uint32_t none = ~(upper | lower | number | plus | slash);
  return static_cast<std::uint8_t>((upper & (c - 'A')) | (lower & (c - 'a' + 26)) |
                                   (number & (c - '0' + 52)) | (plus & 62U) | (slash & 63U) |
                                   (none & kNoDigit));
}

constexpr char base64_digit(std::uint32_t value) {
  const std::uint32_t c = (within(value, 0, 25) & (value + 'A')) |
                          (within(value, 26, 51) & (value - 26 + 'a')) |
                          (within(value, 52, 61) & (value - 52 + '0')) | (within(value, 62, 62) & '+') |
                          (within(value, 63, 63) & '/');
  return static_cast<char>(c);
}

constexpr char base32_digit(std::uint32_t value) {
  return static_cast<char>((within(value, 0, 25) & (value + 'A')) |
                           (within(value, 26, 31) & (value - 26 + '2')));
}

constexpr bool base64_digits_agree() {
  for (std::uint32_t i = 0; i < 64; ++i) {
    if (base64_digit(i) != kBase64Digits[i] || base64_value(kBase64Digits[i]) != i) return false;
  }
  return true;
}
static_assert(base64_digits_agree());

constexpr std::uint8_t hex_value(char digit) {
  if (digit >= '0' && digit <= '9') return static_cast<std::uint8_t>(digit - '0');
  if (digit >= 'a' && digit <= 'f') return static_cast<std::uint8_t>(digit - 'a' + 10);
  if (digit >= 'A' && digit <= 'F') return static_cast<std::uint8_t>(digit - 'A' + 10);
  return kNoDigit;
}

tl::unexpected<Error> bad_base64(std::string why) {
  return bad_input("base64.malformed", "The text is not base64", std::move(why),
                   "Copy the whole text again, with its '=' signs and without blanks or line breaks");
}

tl::unexpected<Error> bad_hex(std::string why) {
  return bad_input("hex.malformed", "The text is not hexadecimal", std::move(why),
                   "Copy the whole text again: digits 0-9 and a-f only, two for each byte");
}

}  // namespace

std::string base64(ByteView bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (; bytes.size() >= 3; bytes = bytes.subspan(3)) {
    const std::uint32_t word = (std::uint32_t{bytes[0]} << 16) | (std::uint32_t{bytes[1]} << 8) | bytes[2];
    for (int shift = 18; shift >= 0; shift -= 6) out.push_back(base64_digit((word >> shift) & 63U));
  }
  if (bytes.size() == 1) {
    const std::uint32_t word = std::uint32_t{bytes[0]} << 16;
    out.push_back(base64_digit(word >> 18));
    out.push_back(base64_digit((word >> 12) & 63U));
    out += "==";
  } else if (bytes.size() == 2) {
    const std::uint32_t word = (std::uint32_t{bytes[0]} << 16) | (std::uint32_t{bytes[1]} << 8);
    out.push_back(base64_digit(word >> 18));
    out.push_back(base64_digit((word >> 12) & 63U));
    out.push_back(base64_digit((word >> 6) & 63U));
    out += '=';
  }
  return out;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return bad_base64("its length is not a multiple of four");
  std::size_t padding = 0;
  if (text.ends_with("==")) {
    padding = 2;
  } else if (text.ends_with('=')) {
    padding = 1;
  }
  Bytes out;
  out.reserve(text.size() / 4 * 3);
  const std::size_t digits = text.size() - padding;
  std::uint32_t word = 0;
  std::uint32_t seen = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint32_t value = base64_value(text[i]);
    seen |= value;
    word = (word << 6) | (value & 63U);
    if (i % 4 == 3) {
      for (int shift = 16; shift >= 0; shift -= 8) out.push_back(static_cast<std::uint8_t>(word >> shift));
      word = 0;
    }
  }
  if (seen > 63U) return bad_base64("it contains a character that is not a base64 digit");
  if (padding == 2) {
    if ((word & 0x0FU) != 0) return bad_base64("its last digit has bits set that belong to no byte");
    out.push_back(static_cast<std::uint8_t>(word >> 4));
  } else if (padding == 1) {
    if ((word & 0x03U) != 0) return bad_base64("its last digit has bits set that belong to no byte");
    out.push_back(static_cast<std::uint8_t>(word >> 10));
    out.push_back(static_cast<std::uint8_t>(word >> 2));
  }
  return out;
}

std::string base32(ByteView bytes) {
  std::string out;
  std::uint32_t held = 0, bits = 0;
  for (const std::uint8_t byte : bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) out += base32_digit((held >> (bits - 5)) & 31U);
    held &= (1U << bits) - 1;
  }
  if (bits > 0) out += base32_digit((held << (5 - bits)) & 31U);
  return out;
}

std::string hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    out.push_back(kHexDigits[byte >> 4]);
    out.push_back(kHexDigits[byte & 15U]);
  }
  return out;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return bad_hex("it has an odd number of digits");
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const std::uint8_t high = hex_value(text[i]);
    const std::uint8_t low = hex_value(text[i + 1]);
    if (high == kNoDigit || low == kNoDigit) return bad_hex("it contains a character that is not a digit");
    out.push_back(static_cast<std::uint8_t>((high << 4) | low));
  }
  return out;
}

}  // namespace sealkeep
