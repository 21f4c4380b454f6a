// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace sealkeep::ses {

/// Where a seal is in its life (domain-rules section 2). Each is one term of the ledger's right side, but
/// None: a number that was named and never came in, or was written down by mistake. Numbers are stored; never
/// reuse one.
enum class SealState : std::uint8_t {
  None = 0,
  InStock = 1,
  Issued = 2,
  Applied = 3,
  Checked = 4,
  Uplifted = 5,
  Removed = 6,
  Damaged = 7,
  Lost = 8,
  Tampered = 9,
  Destroyed = 10,
  Short = 11,
  Returned = 12,
  SentOut = 13,
};
inline constexpr std::size_t kSealStates = 14;
/// "in_stock", as in SQL and JSON.
[[nodiscard]] std::string_view state_name(SealState state);
/// As a dock reads it: "in stock", "on a container, not checked", ...
[[nodiscard]] std::string_view state_words(SealState state);

/// The ledger of one site and family. The left side is counted from receipts and transfers as they were
/// declared, the right side from the state of each seal: two ways of counting, so that the equation can fail.
///
///   opening + received + transferred_in + found_not_on_record
///     = in_stock + issued + applied + checked + uplifted + removed + damaged + lost + tampered + destroyed +
///     short
///       + returned + sent_out + past_exits
struct LedgerRow {
  std::int64_t opening = 0, received = 0, transferred_in = 0, found_not_on_record = 0;
  std::array<std::int64_t, kSealStates> by_state{};  ///< seals in each state; [None] is not a term
  std::int64_t past_exits = 0;  ///< passes that ended by sending out or returning, of seals that came back
  std::int64_t unbalanced =
      0;  ///< seals for which SealRow::balanced() is false: these are the numbers to name

  [[nodiscard]] std::int64_t left() const {
    return opening + received + transferred_in + found_not_on_record;
  }
  [[nodiscard]] std::int64_t right() const;
  /// The sums agree and no single seal disagrees (two errors can hide each other in the sums).
  [[nodiscard]] bool balances() const { return left() == right() && unbalanced == 0; }
  friend bool operator==(const LedgerRow&, const LedgerRow&) = default;
};

/// The equation in one line, for people and logs, zero terms left out:
/// "received 200 = in stock 195 + uplifted 4 + short 1".
[[nodiscard]] std::string equation_text(const LedgerRow& ledger);

}  // namespace sealkeep::ses
