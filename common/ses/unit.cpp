// SPDX-License-Identifier: Apache-2.0
#include "common/ses/unit.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/ses/written_form.hpp"

namespace sealkeep::ses {
namespace {

constexpr std::size_t kContainerBytes = 11;
constexpr std::size_t kOwnerBytes = 4;  // owner code and category
constexpr std::size_t kPackageBytesMin = 2, kPackageBytesMax = 35;

bool is_container(std::string_view text) {
  if (text.size() != kContainerBytes) return false;
  const char category = text[kOwnerBytes - 1];
  return std::all_of(text.begin(), text.begin() + kOwnerBytes, is_letter) &&
         (category == 'U' || category == 'J' || category == 'Z') &&
         std::all_of(text.begin() + kOwnerBytes, text.end(), is_digit);
}

// ISO 6346: A is 10, and the letters go on from there past every multiple of 11 (B 12, L 23, V 34).
constexpr int value_of(char c) {
  if (is_digit(c)) return c - '0';
  const int from_a = c - 'A';
  return 10 + from_a + (c >= 'B' ? 1 : 0) + (c >= 'L' ? 1 : 0) + (c >= 'V' ? 1 : 0);
}
static_assert(value_of('A') == 10 && value_of('B') == 12 && value_of('K') == 21 && value_of('L') == 23 &&
              value_of('U') == 32 && value_of('V') == 34 && value_of('Z') == 38);

}  // namespace

Result<UnitId> UnitId::parse(UnitKind kind, std::string_view text) {
  UnitId unit{kind, to_written_form(text, kPackageBytesMax)};
  if (unit.well_formed()) return unit;
  const std::string what = "\"" + printable(text, 60) + "\" is not ";
  if (kind == UnitKind::SeaContainer)
    return bad_input("container.number", what + "a container number",
                     "it is four letters, the fourth U, J or Z, and seven digits, as MSCU6639870",
                     "Read it again from the container's door or scan it");
  return bad_input("package.number", what + "the identifier of an air package",
                   "it is 2 to 35 letters A-Z and digits",
                   "Read it again from the package's label or scan it");
}

bool UnitId::well_formed() const {
  if (kind == UnitKind::SeaContainer) return is_container(text);
  return kind == UnitKind::AirPackage && text.size() >= kPackageBytesMin && text.size() <= kPackageBytesMax &&
         std::all_of(text.begin(), text.end(), is_letter_or_digit);
}

char UnitId::computed_check_digit() const {
  SEALKEEP_ASSERT(kind == UnitKind::SeaContainer && text.size() == kContainerBytes);
  int sum = 0;
  for (std::size_t i = 0; i + 1 < kContainerBytes; ++i) sum += value_of(text[i]) << i;
  return static_cast<char>('0' + sum % 11 % 10);
}

bool UnitId::check_digit_ok() const {
  return kind != UnitKind::SeaContainer || text.empty() || text.back() == computed_check_digit();
}

}  // namespace sealkeep::ses
