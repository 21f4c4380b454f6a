// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace sealkeep::vision {

/// Owner codes that containers at this site are known to carry, so that MSKU is believed before WSKU, which
/// has the same check digit. Empty: every code is as likely as any other. A value. The list is the operator's
/// own (an extract of the BIC register, or the codes of the containers in the site's register): none comes
/// with the product.
class OwnerPrior {
 public:
  OwnerPrior() = default;
  /// One code a line, three letters or four with the category, with an optional count behind it ("MSKU 120");
  /// '#' begins a comment. BadInput `vision.owners` names the line. At most kMaxOwners lines.
  [[nodiscard]] static Result<OwnerPrior> parse(std::string_view text);
  void add(std::string_view code, double count = 1);

  [[nodiscard]] bool empty() const { return log_weight_.empty(); }
  /// What is added to the score of a number with this owner code (three letters): 0 for the commonest down to
  /// kUnknown for one that is not in the list. 0 for all when the list is empty.
  [[nodiscard]] double bonus(std::string_view code) const;
  /// The codes of the list.
  [[nodiscard]] const std::map<std::string, double, std::less<>>& codes() const { return log_weight_; }

  static constexpr double kUnknown = -3.0;
  static constexpr double kRarest = -1.0;  ///< in the list, however rare
  static constexpr std::size_t kMaxOwners = 10'000;

 private:
  std::map<std::string, double, std::less<>> log_weight_;
  double most_ = 0;
};

}  // namespace sealkeep::vision
