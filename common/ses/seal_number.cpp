// SPDX-License-Identifier: Apache-2.0
#include "common/ses/seal_number.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/ses/written_form.hpp"

namespace sealkeep::ses {
namespace {

constexpr std::size_t kMaxWidth = 18;  // every number of 18 digits fits 64 bits

bool is_written_form(std::string_view text) {
  return !text.empty() && text.size() <= limits::kSealNumberBytes && is_digit(text.back()) &&
         std::all_of(text.begin(), text.end(), is_letter_or_digit);
}

tl::unexpected<Error> bad_number(std::string_view text) {
  return bad_input("seal.number", "\"" + printable(text, 60) + "\" is not a seal number",
                   "a seal number is at most " + std::to_string(limits::kSealNumberBytes) +
                       " letters A-Z and digits and ends in a digit",
                   "Scan the seal again or type the number as it stands on the seal");
}

std::uint64_t power_of_ten(std::size_t exponent) {
  std::uint64_t value = 1;
  while (exponent-- > 0) value *= 10;
  return value;
}

std::uint64_t number_of(std::string_view digits) {
  std::uint64_t value = 0;
  for (char c : digits) value = value * 10 + static_cast<std::uint64_t>(c - '0');
  return value;
}

}  // namespace

bool has_single_numbers(SealKind kind) {
  return kind == SealKind::Bolt || kind == SealKind::Cable || kind == SealKind::Strap;
}

Result<SealNumber> SealNumber::parse(std::string_view text) {
  std::string written = to_written_form(text, limits::kSealNumberBytes);
  if (!is_written_form(written)) return bad_number(text);
  return SealNumber(std::move(written));
}

Result<SealNumber> SealNumber::parse_exact(std::string_view text) {
  if (!is_written_form(text)) return bad_number(text);
  return SealNumber(std::string(text));
}

SealRange SealRange::single(const SealNumber& number) {
  const std::string_view text = number.text();
  std::size_t width = 0;
  while (width < text.size() && width < kMaxWidth && is_digit(text[text.size() - 1 - width])) ++width;
  const std::string_view prefix = text.substr(0, text.size() - width);
  return {std::string(prefix), number_of(text.substr(prefix.size())), static_cast<std::uint8_t>(width), 1};
}

Result<SealRange> SealRange::between(const SealNumber& first, const SealNumber& last,
                                     std::uint32_t max_count) {
  const auto refused = [&](std::string why) {
    return bad_input("seal.range", first.text() + " to " + last.text() + " is not a run of seals",
                     std::move(why), "Scan the first and the last number again, in this order");
  };
  if (first.empty() || last.empty()) return refused("a number is missing");
  SealRange range = single(first);
  const SealRange end = single(last);
  if (range.prefix != end.prefix || range.width != end.width)
    return refused("the letters before the digits, or how many digits there are, differ");
  if (end.first < range.first) return refused("the last number comes before the first");
  const std::uint64_t after_first = end.first - range.first;
  if (after_first >= max_count) return refused("it names more than " + std::to_string(max_count) + " seals");
  range.count = static_cast<std::uint32_t>(after_first) + 1;
  return range;
}

SealNumber SealRange::at(std::uint32_t i) const {
  SEALKEEP_ASSERT(i < count);
  std::string text;
  text.reserve(prefix.size() + width);
  text = prefix;
  text.resize(prefix.size() + width, '0');
  std::uint64_t value = first + i;
  for (std::size_t place = text.size(); place > prefix.size() && value != 0; value /= 10)
    text[--place] = static_cast<char>('0' + value % 10);
  return SealNumber(std::move(text));
}

bool SealRange::contains(const SealNumber& number) const {
  const std::string_view text = number.text();
  if (text.size() != prefix.size() + width || width > kMaxWidth || !text.starts_with(prefix)) return false;
  const std::string_view digits = text.substr(prefix.size());
  if (!std::all_of(digits.begin(), digits.end(), is_digit)) return false;
  const std::uint64_t value = number_of(digits);
  return value >= first && value - first < count;
}

std::vector<SealRange> SealRange::pieces() const {
  constexpr auto kPiece = static_cast<std::uint32_t>(limits::kSealsPerEntry);
  std::vector<SealRange> out;
  out.reserve((count + std::size_t{kPiece} - 1) / kPiece);
  for (std::uint32_t done = 0; done < count;) {
    const std::uint32_t taken = std::min(kPiece, count - done);
    out.push_back({prefix, first + done, width, taken});
    done += taken;
  }
  return out;
}

std::string SealRange::text() const {
  if (count == 0) return "no seals";
  if (count == 1) return front().text();
  return front().text() + ".." + back().text() + " (" + std::to_string(count) + ")";
}

bool SealRange::valid() const {
  if (count == 0 || width == 0 || width > kMaxWidth || prefix.size() + width > limits::kSealNumberBytes)
    return false;
  if (!std::all_of(prefix.begin(), prefix.end(), is_letter_or_digit)) return false;
  if (width < kMaxWidth && !prefix.empty() && is_digit(prefix.back())) return false;
  const std::uint64_t end = power_of_ten(width);
  return first < end && count <= end - first;
}

}  // namespace sealkeep::ses
