// SPDX-License-Identifier: Apache-2.0
#include "common/ses/ledger.hpp"

namespace sealkeep::ses {
namespace {

struct StateText {
  std::string_view name, words, term;
};
constexpr std::array<StateText, kSealStates> kStates{{
    {"none", "not on record", "none"},
    {"in_stock", "in stock", "in stock"},
    {"issued", "in somebody's hand", "issued"},
    {"applied", "on a container, not checked", "applied"},
    {"checked", "on a container, checked", "checked"},
    {"uplifted", "gone with its container", "uplifted"},
    {"removed", "taken off again", "removed"},
    {"damaged", "broken or faulty", "damaged"},
    {"lost", "lost", "lost"},
    {"tampered", "tampered with", "tampered"},
    {"destroyed", "destroyed", "destroyed"},
    {"short", "on the label, not in the box", "short"},
    {"returned", "returned to the supplier", "returned"},
    {"sent_out", "sent to another site", "sent out"},
}};

void add_term(std::string& text, std::string_view words, std::int64_t count) {
  if (count == 0) return;
  if (!text.empty()) text += " + ";
  text += words;
  text += ' ';
  text += std::to_string(count);
}

}  // namespace

std::string_view state_name(SealState state) {
  return kStates.at(static_cast<std::size_t>(state)).name;
}
std::string_view state_words(SealState state) {
  return kStates.at(static_cast<std::size_t>(state)).words;
}

std::int64_t LedgerRow::right() const {
  std::int64_t sum = past_exits;
  for (std::size_t state = 1; state < kSealStates; ++state) sum += by_state[state];
  return sum;
}

std::string equation_text(const LedgerRow& ledger) {
  std::string left, right;
  add_term(left, "opening", ledger.opening);
  add_term(left, "received", ledger.received);
  add_term(left, "transferred in", ledger.transferred_in);
  add_term(left, "found, not on record", ledger.found_not_on_record);
  for (std::size_t state = 1; state < kSealStates; ++state)
    add_term(right, kStates[state].term, ledger.by_state[state]);
  add_term(right, "past exits", ledger.past_exits);
  if (left.empty()) left = "0";
  if (right.empty()) right = "0";
  std::string text = left + (ledger.left() == ledger.right() ? " = " : " \u2260 ") + right;
  if (ledger.unbalanced != 0) text += ", does not balance for " + std::to_string(ledger.unbalanced);
  return text;
}

}  // namespace sealkeep::ses
