// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/tar.hpp"

#include <algorithm>

#include "common/evidence/pack_format.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::size_t kSizeAt = 124, kSizeDigits = 11;
constexpr std::size_t kChecksumAt = 148, kChecksumDigits = 6;
constexpr std::size_t kEndBytes = 2 * kTarBlock;

void put(Bytes& header, std::size_t at, std::string_view text) {
  std::copy(text.begin(), text.end(), header.begin() + static_cast<std::ptrdiff_t>(at));
}

std::string octal(std::uint64_t value, std::size_t digits) {
  std::string out(digits, '0');
  for (std::size_t i = digits; i-- > 0; value >>= 3) out[i] = static_cast<char>('0' + (value & 7U));
  return out;
}

tl::unexpected<Error> malformed(std::size_t at, const char* why) {
  return bad_input("pack.malformed", "The file is not a sound evidence pack",
                   "at byte " + std::to_string(at) + ": " + why, "Ask for the file again");
}
tl::unexpected<Error> truncated(std::size_t at) {
  return bad_input("pack.truncated", "The file ends too early", "after byte " + std::to_string(at),
                   "Ask for the file again");
}

}  // namespace

Bytes tar_header(std::string_view name, std::uint64_t size_bytes) {
  SEALKEEP_ASSERT(!name.empty() && name.size() <= kMemberNameBytes && size_bytes <= kMemberBytes);
  Bytes header(kTarBlock, 0);
  put(header, 0, name);
  put(header, 100, "0000644");
  put(header, 108, "0000000");
  put(header, 116, "0000000");
  put(header, kSizeAt, octal(size_bytes, kSizeDigits));
  put(header, 136, "00000000000");
  put(header, kChecksumAt, "        ");
  put(header, 156, "0");
  put(header, 257,
      std::string_view("ustar\0"
                       "00",
                       8));
  put(header, 329, "0000000");
  put(header, 337, "0000000");
  std::uint64_t sum = 0;
  for (std::uint8_t byte : header) sum += byte;
  put(header, kChecksumAt, octal(sum, kChecksumDigits));
  header[kChecksumAt + kChecksumDigits] = 0;
  return header;
}

std::size_t tar_padding(std::uint64_t size_bytes) {
  return static_cast<std::size_t>((kTarBlock - size_bytes % kTarBlock) % kTarBlock);
}

std::string_view TarReader::peek() const {
  if (rest().size() < kTarBlock) return {};
  const std::string_view field = as_text(rest().first(kMemberNameBytes));
  return field.substr(0, field.find('\0'));
}

Result<Member> TarReader::next() {
  if (rest().size() < kTarBlock) return truncated(bytes_.size());
  const ByteView header = rest().first(kTarBlock);
  Member member;
  member.name = peek();
  std::uint64_t size_bytes = 0;
  for (std::size_t i = 0; i < kSizeDigits; ++i) {
    const std::uint8_t digit = header[kSizeAt + i];
    if (digit < '0' || digit > '7') return malformed(position_, "a file's size is not a number");
    size_bytes = size_bytes << 3 | static_cast<std::uint64_t>(digit - '0');
  }
  if (member.name.empty()) return malformed(position_, "a file has no name");
  const Bytes expected = tar_header(member.name, size_bytes);
  if (!std::equal(header.begin(), header.end(), expected.begin()))
    return malformed(position_, "a file's header is not as this format writes it");
  const std::size_t padding = tar_padding(size_bytes);
  if (size_bytes + padding > rest().size() - kTarBlock) return truncated(bytes_.size());
  member.content = rest().subspan(kTarBlock, static_cast<std::size_t>(size_bytes));
  const ByteView zeros = rest().subspan(kTarBlock + member.content.size(), padding);
  if (std::any_of(zeros.begin(), zeros.end(), [](std::uint8_t byte) { return byte != 0; }))
    return malformed(position_, "the room behind a file is not empty");
  position_ += kTarBlock + member.content.size() + padding;
  return member;
}

Result<> TarReader::finish() const {
  if (rest().size() < kEndBytes) return truncated(bytes_.size());
  if (rest().size() > kEndBytes) return malformed(position_ + kEndBytes, "something follows the end");
  const ByteView end = rest();
  if (std::any_of(end.begin(), end.end(), [](std::uint8_t byte) { return byte != 0; }))
    return malformed(position_, "the end of the file is not empty");
  return {};
}

}  // namespace sealkeep::evidence
