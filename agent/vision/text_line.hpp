// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <string>
#include <vector>

/// What a recogniser saw on one line of text, as probabilities and not yet as a string.
namespace sealkeep::vision {

/// The characters of container and seal numbers: 0..25 are A-Z, 26..35 are 0-9.
inline constexpr std::size_t kSymbols = 36;
[[nodiscard]] constexpr char symbol_char(std::size_t symbol) {
  return static_cast<char>(symbol < 26 ? 'A' + symbol : '0' + (symbol - 26));
}
/// kSymbols for any other character.
[[nodiscard]] constexpr std::size_t symbol_of(char c) {
  if (c >= 'A' && c <= 'Z') return static_cast<std::size_t>(c - 'A');
  if (c >= '0' && c <= '9') return 26 + static_cast<std::size_t>(c - '0');
  return kSymbols;
}

/// The least that a log probability is taken for.
inline constexpr float kLeastLog = -12.0F;

/// One character's place on a line.
struct Cell {
  std::array<float, kSymbols> log_p{};  ///< natural logarithm, kLeastLog..0
  float skip_cost = 0;                  ///< what it costs to say that nothing stands here, >= 0
  bool likely = true;                   ///< the recogniser itself would write a character here
  /// The symbol with the greatest probability.
  [[nodiscard]] std::size_t best() const;
};

struct TextLine {
  std::vector<Cell> cells;
  /// The likely characters, each the best of its cell.
  [[nodiscard]] std::string text() const;
  /// The mean of the best log probabilities of the likely cells; kLeastLog if there are none.
  [[nodiscard]] float mean_log() const;
};

/// The line that a recogniser's output of `steps` rows over blank + kSymbols means: `probability` holds for
/// each step blank first, then the symbols, each >= 0, and `other` the rest of that step's probability (signs
/// that no number has). Repeats are one character, as connectionist temporal classification has it; where
/// blank wins narrowly, an unlikely cell stays.
[[nodiscard]] TextLine line_of(const std::vector<std::array<float, kSymbols + 1>>& probability,
                               const std::vector<float>& other);

}  // namespace sealkeep::vision
