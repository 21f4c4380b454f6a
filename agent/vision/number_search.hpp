// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "agent/vision/findings.hpp"
#include "agent/vision/layout.hpp"
#include "agent/vision/owner_prior.hpp"

namespace sealkeep::vision {

/// Puts pieces of text together to container numbers, as each piece comes. Pure.
class NumberSearch {
 public:
  NumberSearch(const OwnerPrior& owners, Findings& findings) : owners_(owners), findings_(findings) {}

  /// Adds a piece and decodes all ways in which it and its neighbours make one number. Returns its index.
  std::size_t add(Token token);
  [[nodiscard]] const std::vector<Token>& tokens() const { return tokens_; }

  /// Ten characters that only lack the check digit: the pieces in order.
  struct Unfinished {
    std::vector<std::size_t> chain;
    double score = 0;
  };
  /// The likeliest first, at most `count`.
  [[nodiscard]] std::vector<Unfinished> unfinished(std::size_t count) const;
  /// Decodes the chain with its last piece read anew as `last`.
  void finish(const std::vector<std::size_t>& chain, const Token& last);

 private:
  void extend(std::vector<std::size_t>& chain, std::size_t cells, std::size_t with);
  void decode(const std::vector<const Token*>& chain, const std::vector<std::size_t>& indexes);
  const OwnerPrior& owners_;
  Findings& findings_;
  std::vector<Token> tokens_;
  std::vector<Unfinished> unfinished_;
};

}  // namespace sealkeep::vision
