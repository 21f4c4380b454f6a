// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/owner_prior.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kCodeLetters = 3;

bool is_code(std::string_view code) {
  return (code.size() == kCodeLetters || code.size() == kCodeLetters + 1) &&
         std::all_of(code.begin(), code.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::string_view next_word(std::string_view& rest) {
  const std::size_t begin = rest.find_first_not_of(" \t\r,;");
  if (begin == std::string_view::npos) return rest = {};
  rest.remove_prefix(begin);
  const std::size_t end = std::min(rest.find_first_of(" \t\r,;"), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

}  // namespace

Result<OwnerPrior> OwnerPrior::parse(std::string_view text) {
  OwnerPrior prior;
  std::size_t line_no = 0;
  const auto wrong = [&](std::string_view line) {
    return bad_input(
        "vision.owners", "Line " + std::to_string(line_no) + " is no owner code: " + printable(line, 40),
        "it is three letters, or four with the category, and a count if it is known, as \"MSKU 120\"",
        "Correct the list of owner codes");
  };
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_no;
    std::string_view rest = line.substr(0, line.find('#'));
    const std::string_view code = next_word(rest);
    if (code.empty()) continue;
    if (!is_code(code) || line_no > kMaxOwners) return wrong(line);
    unsigned count = 1;
    if (const std::string_view word = next_word(rest); !word.empty()) {
      const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), count);
      if (error != std::errc{} || stop != word.data() + word.size() || count == 0) return wrong(line);
    }
    prior.add(code, count);
  }
  return prior;
}

void OwnerPrior::add(std::string_view code, double count) {
  double& sum = log_weight_[std::string(code.substr(0, kCodeLetters))];
  sum += count;
  most_ = std::max(most_, sum);
}

double OwnerPrior::bonus(std::string_view code) const {
  if (log_weight_.empty()) return 0;
  const auto found = log_weight_.find(code.substr(0, kCodeLetters));
  if (found == log_weight_.end()) return kUnknown;
  return std::max(kRarest, 0.25 * std::log(found->second / most_));
}

}  // namespace sealkeep::vision
