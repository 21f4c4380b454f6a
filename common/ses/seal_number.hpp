// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/bytes.hpp"

namespace sealkeep::ses {

/// Who issues a seal and which rules apply to it (domain-rules section 2). Numbers are stored; never reuse
/// one.
enum class Family : std::uint8_t {
  Ses = 1,    ///< Secure Exports Scheme: stock, ledger and every duty
  Mpi = 2,    ///< MPI-controlled: a ledger and rules of its own
  Other = 3,  ///< carrier's or an authority's: written down beside the container, no stock, no duties
};

/// What a seal is made of (clause 2.1). Bolt seals alone are twisted; tape, marking and substance have no
/// numbers of their own and are kept by roll or batch and quantity.
enum class SealKind : std::uint8_t { Bolt = 1, Cable = 2, Strap = 3, Tape = 4, Marking = 5, Substance = 6 };
[[nodiscard]] bool has_single_numbers(SealKind kind);

/// A seal's number in its one written form: the maker's prefix and the digits at the end, upper case, without
/// blanks, dashes, dots or slashes. "nz 300-006" and "NZ300006" are the same number; "XYZ123456" and "123456"
/// are two seals. A value; compares and orders by its text.
class SealNumber {
 public:
  SealNumber() = default;
  /// BadInput `seal.number`: empty, longer than limits::kSealNumberBytes, a character other than A-Z and 0-9,
  /// or no digit at the end.
  [[nodiscard]] static Result<SealNumber> parse(std::string_view text);
  /// Only for bytes that must be in the written form already (an entry); anything else is an error.
  [[nodiscard]] static Result<SealNumber> parse_exact(std::string_view text);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend auto operator<=>(const SealNumber&, const SealNumber&) = default;

 private:
  friend struct SealRange;
  explicit SealNumber(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A run of consecutive numbers: one prefix, digits of one fixed width (at most 18), count >= 1. The width
/// takes in all digits at the number's end (the last 18 of more), so a run has one form. The only way in
/// which one entry names many seals.
struct SealRange {
  std::string prefix;
  std::uint64_t first = 0;
  std::uint8_t width = 0;
  std::uint32_t count = 0;

  /// From the first and the last number on a box or a label. BadInput `seal.range` when prefixes or widths
  /// differ, the last comes before the first, or there are more than `max_count`.
  [[nodiscard]] static Result<SealRange> between(const SealNumber& first, const SealNumber& last,
                                                 std::uint32_t max_count);
  /// Of one number, which is not empty.
  [[nodiscard]] static SealRange single(const SealNumber& number);
  /// The i-th number of a valid range, i < count (asserted).
  [[nodiscard]] SealNumber at(std::uint32_t i) const;
  [[nodiscard]] SealNumber front() const { return at(0); }
  [[nodiscard]] SealNumber back() const { return at(count - 1); }
  [[nodiscard]] bool contains(const SealNumber& number) const;
  /// Cut into pieces of at most limits::kSealsPerEntry.
  [[nodiscard]] std::vector<SealRange> pieces() const;
  /// "NZ300001..NZ300200 (200)" or "NZ300001".
  [[nodiscard]] std::string text() const;
  /// The range is well formed: prefix as in SealNumber, 1 <= count, the last number fits the width.
  [[nodiscard]] bool valid() const;
  friend bool operator==(const SealRange&, const SealRange&) = default;
};

}  // namespace sealkeep::ses
