// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

/// What the written forms of seal numbers and of units have in common. Private to their sources.
namespace sealkeep::ses {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter_or_digit(char c) {
  return is_letter(c) || is_digit(c);
}

/// Upper case, without blanks, dashes, dots and slashes. Other characters stay, for the caller to refuse.
/// Empty when more than `max_bytes` would remain.
inline std::string to_written_form(std::string_view text, std::size_t max_bytes) {
  std::string out;
  for (char c : text) {
    if (c == ' ' || c == '\t' || c == '-' || c == '.' || c == '/') continue;
    if (out.size() == max_bytes) return {};
    out += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return out;
}

}  // namespace sealkeep::ses
