// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/text_line.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sealkeep::vision {
namespace {

constexpr float kSkipCost = 2.5F;
/// How much of the signs that no number has counts against a character.
constexpr float kOtherWeight = 0.02F;
/// Blank wins, but a character has at least this much.
constexpr float kUnlikelyLeast = 0.08F;

float log_of(float p) {
  return p <= 0 ? kLeastLog : std::max(kLeastLog, std::log(p));
}

using Step = std::array<float, kSymbols + 1>;

Step normalised(const Step& step, float other) {
  const float sum = std::accumulate(step.begin(), step.end(), 0.0F) + kOtherWeight * std::max(0.0F, other);
  Step out{};
  if (sum <= 0) {
    out[0] = 1;
    return out;
  }
  std::transform(step.begin(), step.end(), out.begin(), [sum](float p) { return p / sum; });
  return out;
}

std::size_t winner(const Step& step) {
  return static_cast<std::size_t>(std::max_element(step.begin(), step.end()) - step.begin());
}

void take_greater(Cell& cell, const Step& step) {
  for (std::size_t s = 0; s < kSymbols; ++s) cell.log_p[s] = std::max(cell.log_p[s], log_of(step[s + 1]));
}

Cell empty_cell(float skip_cost, bool likely) {
  Cell cell;
  cell.log_p.fill(kLeastLog);
  cell.skip_cost = skip_cost;
  cell.likely = likely;
  return cell;
}

float character_mass(const Step& step) {
  return 1 - step[0];
}

}  // namespace

std::size_t Cell::best() const {
  return static_cast<std::size_t>(std::max_element(log_p.begin(), log_p.end()) - log_p.begin());
}

std::string TextLine::text() const {
  std::string out;
  for (const Cell& cell : cells)
    if (cell.likely) out += symbol_char(cell.best());
  return out;
}

float TextLine::mean_log() const {
  float sum = 0;
  int count = 0;
  for (const Cell& cell : cells) {
    if (!cell.likely) continue;
    sum += cell.log_p[cell.best()];
    ++count;
  }
  return count == 0 ? kLeastLog : sum / static_cast<float>(count);
}

TextLine line_of(const std::vector<Step>& probability, const std::vector<float>& other) {
  std::vector<Step> steps;
  steps.reserve(probability.size());
  for (std::size_t t = 0; t < probability.size(); ++t)
    steps.push_back(normalised(probability[t], t < other.size() ? other[t] : 0));
  TextLine line;
  std::size_t before = 0;  // blank
  for (std::size_t t = 0; t < steps.size(); ++t) {
    const std::size_t now = winner(steps[t]);
    if (now != 0) {
      if (now != before) line.cells.push_back(empty_cell(kSkipCost, true));
      take_greater(line.cells.back(), steps[t]);
    } else {
      const float mass = character_mass(steps[t]);
      const bool peak = (t == 0 || character_mass(steps[t - 1]) <= mass) &&
                        (t + 1 == steps.size() || character_mass(steps[t + 1]) < mass);
      const bool beside_character =
          (t > 0 && winner(steps[t - 1]) != 0) || (t + 1 < steps.size() && winner(steps[t + 1]) != 0);
      if (peak && !beside_character && mass > kUnlikelyLeast) {
        line.cells.push_back(empty_cell(0, false));
        take_greater(line.cells.back(), steps[t]);
      }
    }
    before = now;
  }
  return line;
}

}  // namespace sealkeep::vision
