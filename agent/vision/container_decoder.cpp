// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/container_decoder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "common/ses/unit.hpp"

namespace sealkeep::vision {
namespace {

constexpr int kOwnerSlots = 3, kCategorySlot = 3, kCheckSlot = 10, kSlots = 11, kModulus = 11;
constexpr double kNever = -1e9;
constexpr double kOtherCategory = -3;     // J and Z are rare, and look like U on a bad picture
constexpr double kSkipAtEnds = 0.4;       // a type code or a word may stand on the same line
constexpr double kSkipBeforeCheck = 1.5;  // the frame around the check digit is read as a character

/// What a character is taken for in a place where only digits, or only letters, can stand.
struct Likeness {
  char seen, meant;
  float weight;
};
constexpr Likeness kLikenesses[] = {
    {'O', '0', 0.5F},  {'D', '0', 0.2F}, {'Q', '0', 0.3F}, {'I', '1', 0.5F}, {'L', '1', 0.1F},
    {'T', '1', 0.05F}, {'Z', '2', 0.3F}, {'S', '5', 0.3F}, {'G', '6', 0.3F}, {'T', '7', 0.1F},
    {'B', '8', 0.3F},  {'A', '4', 0.1F}, {'0', 'O', 0.5F}, {'1', 'I', 0.5F}, {'2', 'Z', 0.3F},
    {'5', 'S', 0.3F},  {'6', 'G', 0.3F}, {'8', 'B', 0.3F}, {'0', 'D', 0.2F}, {'0', 'Q', 0.2F},
    {'4', 'A', 0.1F},  {'V', 'U', 0.1F}, {'7', 'T', 0.1F},
};

int value_of(std::size_t symbol) {
  if (symbol >= 26) return static_cast<int>(symbol) - 26;
  const int letter = static_cast<int>(symbol);
  return 10 + letter + (letter >= 1 ? 1 : 0) + (letter >= 11 ? 1 : 0) + (letter >= 21 ? 1 : 0);
}

/// Log probabilities of a cell by what its place allows, look-alikes counted in part.
std::array<float, kSymbols> in_its_place(const Cell& cell) {
  std::array<float, kSymbols> p{};
  for (std::size_t s = 0; s < kSymbols; ++s) p[s] = std::exp(cell.log_p[s]);
  std::array<float, kSymbols> out = p;
  for (const Likeness& like : kLikenesses)
    out[symbol_of(like.meant)] += like.weight * p[symbol_of(like.seen)];
  for (float& value : out) value = std::min(0.0F, std::max(kLeastLog, std::log(value)));
  return out;
}

/// A way through the cells: (cells passed, characters found, sum modulo 11, already unlike `not_this`).
class Lattice {
 public:
  Lattice(std::span<const Cell> cells, const OwnerPrior& owners, int slots, std::string_view not_this)
      : cells_(cells), owners_(owners), slots_(slots), not_this_(not_this) {
    for (const Cell& cell : cells) log_p_.push_back(in_its_place(cell));
    best_.assign((cells.size() + 1) * states(), kNever);
    from_.assign(best_.size(), kSkipped);
  }

  std::optional<std::pair<std::string, double>> run() {
    at(0, 0, 0, false) = 0;
    if (!owners_.empty()) enter_known_owners();
    for (std::size_t j = 0; j < cells_.size(); ++j) advance(j);
    double best = kHopeless;
    int best_mod = -1;
    for (int mod = 0; mod < kModulus; ++mod) {
      const double score = at(cells_.size(), slots_, mod, !not_this_.empty());
      if (score > best) {
        best = score;
        best_mod = mod;
      }
    }
    if (best_mod < 0) return std::nullopt;
    return std::pair{text_to(best_mod), best};
  }

 private:
  static constexpr int kSkipped = -1;

  [[nodiscard]] std::size_t states() const { return static_cast<std::size_t>(slots_ + 1) * kModulus * 2; }
  [[nodiscard]] std::size_t index(std::size_t j, int slot, int mod, bool unlike) const {
    return j * states() + (static_cast<std::size_t>(slot) * kModulus + static_cast<std::size_t>(mod)) * 2 +
           (unlike ? 1 : 0);
  }
  double& at(std::size_t j, int slot, int mod, bool unlike) { return best_[index(j, slot, mod, unlike)]; }

  [[nodiscard]] double skip_cost(std::size_t j, int slot) const {
    const double cost = cells_[j].skip_cost;
    if (slot == 0 || slot == slots_) return std::min(cost, kSkipAtEnds);
    if (slot == kCheckSlot) return std::min(cost, kSkipBeforeCheck);
    return cost;
  }

  [[nodiscard]] bool unlike_after(int slot, std::size_t symbol, bool unlike) const {
    return unlike || (!not_this_.empty() && not_this_[static_cast<std::size_t>(slot)] != symbol_char(symbol));
  }

  void take(std::size_t j, int slot, int mod, bool unlike, std::size_t symbol, double extra) {
    const double score = at(j, slot, mod, unlike) + static_cast<double>(log_p_[j][symbol]) + extra;
    const int next_mod = slot == kCheckSlot ? mod : (mod + (value_of(symbol) << slot)) % kModulus;
    const std::size_t to = index(j + 1, slot + 1, next_mod, unlike_after(slot, symbol, unlike));
    if (score <= best_[to]) return;
    best_[to] = score;
    from_[to] = static_cast<int>(symbol * 22 + static_cast<std::size_t>(mod) * 2 + (unlike ? 1 : 0));
  }

  void advance(std::size_t j) {
    const double unknown_owner = owners_.empty() ? 0 : OwnerPrior::kUnknown;
    for (int slot = 0; slot <= slots_; ++slot) {
      for (int mod = 0; mod < kModulus; ++mod) {
        for (const bool unlike : {false, true}) {
          const double here = at(j, slot, mod, unlike);
          if (here < kHopeless) continue;
          const double skipped = here - skip_cost(j, slot);
          const std::size_t to = index(j + 1, slot, mod, unlike);
          if (skipped > best_[to]) {
            best_[to] = skipped;
            from_[to] = kSkipped;
          }
          if (slot == slots_) continue;
          if (slot < kOwnerSlots) {
            for (std::size_t s = 0; s < 26; ++s) take(j, slot, mod, unlike, s, slot == 0 ? unknown_owner : 0);
          } else if (slot == kCategorySlot) {
            take(j, slot, mod, unlike, symbol_of('U'), 0);
            take(j, slot, mod, unlike, symbol_of('J'), kOtherCategory);
            take(j, slot, mod, unlike, symbol_of('Z'), kOtherCategory);
          } else if (slot < kCheckSlot) {
            for (std::size_t s = 26; s < kSymbols; ++s) take(j, slot, mod, unlike, s, 0);
          } else {
            take(j, slot, mod, unlike, 26 + static_cast<std::size_t>(mod % 10), 0);
          }
        }
      }
    }
  }

  // A known owner's three letters are one step, because what it is worth hangs on all three. The way through
  // them is not kept: where they end says which owner it was.
  void enter_known_owners() {
    for (const auto& [code, count] : owners_.codes()) {
      std::array<double, kOwnerSlots + 1> way{0, kNever, kNever, kNever};
      for (std::size_t j = 0; j < cells_.size(); ++j) {
        std::array<double, kOwnerSlots + 1> next = way;
        for (int slot = 0; slot <= kOwnerSlots; ++slot) {
          const auto s = static_cast<std::size_t>(slot);
          next[s] = way[s] - skip_cost(j, slot);
          if (slot > 0)
            next[s] = std::max(next[s], way[s - 1] + static_cast<double>(log_p_[j][symbol_of(code[s - 1])]));
        }
        const double ended = way[kOwnerSlots - 1] +
                             static_cast<double>(log_p_[j][symbol_of(code[kOwnerSlots - 1])]) +
                             owners_.bonus(code);
        way = next;
        enter(j + 1, code, ended);
      }
    }
  }

  void enter(std::size_t j, const std::string& code, double score) {
    int mod = 0;
    bool unlike = false;
    for (int slot = 0; slot < kOwnerSlots; ++slot) {
      const std::size_t symbol = symbol_of(code[static_cast<std::size_t>(slot)]);
      mod = (mod + (value_of(symbol) << slot)) % kModulus;
      unlike = unlike_after(slot, symbol, unlike);
    }
    const std::size_t to = index(j, kOwnerSlots, mod, unlike);
    if (score <= best_[to]) return;
    best_[to] = score;
    known_.push_back(code);
    from_[to] = kKnownFrom + static_cast<int>(known_.size()) - 1;
  }

  std::string text_to(int mod) {
    std::string out;
    int slot = slots_;
    bool unlike = !not_this_.empty();
    for (std::size_t j = cells_.size(); slot > 0; --j) {
      const int from = from_[index(j, slot, mod, unlike)];
      if (from == kSkipped) continue;
      if (from >= kKnownFrom) {
        const std::string& code = known_[static_cast<std::size_t>(from - kKnownFrom)];
        out.append(code.rbegin(), code.rend());
        break;
      }
      out += symbol_char(static_cast<std::size_t>(from / 22));
      mod = from % 22 / 2;
      unlike = from % 2 == 1;
      --slot;
    }
    std::reverse(out.begin(), out.end());
    return out;
  }

  static constexpr int kKnownFrom = static_cast<int>(kSymbols) * 22;

  std::span<const Cell> cells_;
  const OwnerPrior& owners_;
  int slots_;
  std::string not_this_;
  std::vector<std::array<float, kSymbols>> log_p_;
  std::vector<double> best_;
  std::vector<int> from_;
  std::vector<std::string> known_;
};

std::optional<DecodedContainer> decode(std::span<const Cell> cells, const OwnerPrior& owners, int slots) {
  if (cells.size() < static_cast<std::size_t>(slots) || cells.size() > kMaxCells) return std::nullopt;
  const auto best = Lattice(cells, owners, slots, {}).run();
  if (!best) return std::nullopt;
  const auto second = Lattice(cells, owners, slots, best->first).run();
  return DecodedContainer{best->first, best->second, best->second - (second ? second->second : kHopeless)};
}

}  // namespace

std::optional<DecodedContainer> decode_container(std::span<const Cell> cells, const OwnerPrior& owners) {
  return decode(cells, owners, kSlots);
}

std::optional<DecodedContainer> decode_without_check_digit(std::span<const Cell> cells,
                                                           const OwnerPrior& owners) {
  auto decoded = decode(cells, owners, kCheckSlot);
  if (!decoded) return std::nullopt;
  ses::UnitId unit{ses::UnitKind::SeaContainer, decoded->number + "0"};
  decoded->number += unit.computed_check_digit();
  return decoded;
}

}  // namespace sealkeep::vision
