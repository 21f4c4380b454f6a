// SPDX-License-Identifier: Apache-2.0
#include "common/ses/ledger.hpp"

#include <catch2/catch.hpp>
#include <set>

using namespace sealkeep::ses;

TEST_CASE("the equation is one line with the terms that are not zero") {
  LedgerRow ledger;
  REQUIRE(equation_text(ledger) == "0 = 0");
  ledger.received = 200;
  ledger.by_state[static_cast<std::size_t>(SealState::InStock)] = 195;
  ledger.by_state[static_cast<std::size_t>(SealState::Uplifted)] = 4;
  ledger.by_state[static_cast<std::size_t>(SealState::Short)] = 1;
  REQUIRE(equation_text(ledger) == "received 200 = in stock 195 + uplifted 4 + short 1");
  REQUIRE(ledger.balances());
}

TEST_CASE("every state but none is a term, and past exits are one too") {
  for (std::size_t state = 1; state < kSealStates; ++state) {
    LedgerRow ledger;
    ledger.opening = 3;
    ledger.by_state[state] = 2;
    REQUIRE_FALSE(ledger.balances());
    ledger.past_exits = 1;
    REQUIRE(ledger.balances());
  }
  LedgerRow none;
  none.by_state[0] = 5;
  REQUIRE(none.right() == 0);
}

TEST_CASE("sums that agree do not balance while single seals disagree") {
  LedgerRow ledger;
  ledger.transferred_in = 1;
  ledger.by_state[1] = 1;
  ledger.unbalanced = 2;
  REQUIRE_FALSE(ledger.balances());
  REQUIRE(equation_text(ledger) == "transferred in 1 = in stock 1, does not balance for 2");
}

TEST_CASE("each state has a name and words of its own") {
  std::set<std::string_view> names, words;
  for (std::size_t state = 0; state < kSealStates; ++state) {
    names.insert(state_name(static_cast<SealState>(state)));
    words.insert(state_words(static_cast<SealState>(state)));
  }
  REQUIRE(names.size() == kSealStates);
  REQUIRE(words.size() == kSealStates);
  REQUIRE(state_name(SealState::InStock) == "in_stock");
  REQUIRE(state_words(SealState::Applied) == "on a container, not checked");
}
