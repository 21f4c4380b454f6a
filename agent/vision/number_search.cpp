// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/number_search.hpp"

#include <algorithm>

#include "agent/vision/container_decoder.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kMostPieces = 4, kFewestCells = 10, kMostCells = 30;
constexpr double kUnfinishedScore = -3.5;

std::size_t letters_of(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; }));
}

}  // namespace

std::size_t NumberSearch::add(Token token) {
  tokens_.push_back(std::move(token));
  const std::size_t with = tokens_.size() - 1;
  for (std::size_t first = 0; first < tokens_.size(); ++first) {
    // An owner code begins with letters, or with what is taken for them.
    if (tokens_[first].line.cells.empty() || letters_of(tokens_[first].text) == 0) continue;
    std::vector<std::size_t> chain{first};
    extend(chain, tokens_[first].line.cells.size(), with);
  }
  return with;
}

void NumberSearch::extend(std::vector<std::size_t>& chain, std::size_t cells, std::size_t with) {
  if (cells > kMostCells) return;
  if (cells >= kFewestCells && std::find(chain.begin(), chain.end(), with) != chain.end()) {
    std::vector<const Token*> pieces;
    for (const std::size_t i : chain) pieces.push_back(&tokens_[i]);
    decode(pieces, chain);
  }
  if (chain.size() == kMostPieces) return;
  const Token& end = tokens_[chain.back()];
  for (std::size_t next = 0; next < tokens_.size(); ++next) {
    const Token& token = tokens_[next];
    if (token.line.cells.empty() || !may_follow(end, token)) continue;
    // Readings of one place at several scales stand in for each other, not behind each other.
    const bool twice = std::any_of(chain.begin(), chain.end(), [&](std::size_t i) {
      return overlap(tokens_[i].bounds(), token.bounds()) > 0.3F;
    });
    if (twice) continue;
    chain.push_back(next);
    extend(chain, cells + token.line.cells.size(), with);
    chain.pop_back();
  }
}

void NumberSearch::decode(const std::vector<const Token*>& chain, const std::vector<std::size_t>& indexes) {
  std::vector<Cell> cells;
  cv::Rect2f place = chain.front()->bounds();
  int look = 0;
  for (const Token* token : chain) {
    cells.insert(cells.end(), token->line.cells.begin(), token->line.cells.end());
    place |= token->bounds();
    look = std::max(look, token->look);
  }
  const auto candidate = [&](const DecodedContainer& decoded) {
    return ContainerCandidate{decoded.number, decoded.score, decoded.margin, 1, place, look};
  };
  const auto whole = decode_container(cells, owners_);
  if (whole) findings_.add(candidate(*whole));
  if (whole && whole->score > kAcceptedScore) return;
  const auto ten = decode_without_check_digit(cells, owners_);
  if (!ten || ten->score < kUnfinishedScore) return;
  findings_.add_computed(candidate(*ten));
  if (!indexes.empty()) unfinished_.push_back({indexes, ten->score});
}

std::vector<NumberSearch::Unfinished> NumberSearch::unfinished(std::size_t count) const {
  std::vector<Unfinished> out = unfinished_;
  std::sort(out.begin(), out.end(),
            [](const Unfinished& a, const Unfinished& b) { return a.score > b.score; });
  if (out.size() > count) out.resize(count);
  return out;
}

void NumberSearch::finish(const std::vector<std::size_t>& chain, const Token& last) {
  std::vector<const Token*> pieces;
  for (std::size_t i = 0; i + 1 < chain.size(); ++i) pieces.push_back(&tokens_[chain[i]]);
  pieces.push_back(&last);
  decode(pieces, {});
}

}  // namespace sealkeep::vision
