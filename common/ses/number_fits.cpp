// SPDX-License-Identifier: Apache-2.0
#include "common/ses/number_fits.hpp"

namespace sealkeep::ses {
namespace {

constexpr OutputLimit kLimits[] = {
    {"a UN/EDIFACT SEL segment of directory D95B", kFitsD95b},
    {"a DCSA seal object", kFitsDcsa},
    {"a UN/EDIFACT SEL segment of later directories", kFitsLaterSel},
};

}  // namespace

std::span<const OutputLimit> output_limits() {
  return kLimits;
}

std::string does_not_fit_words(const SealRange& seals) {
  const std::size_t length = seals.prefix.size() + seals.width;
  std::string outputs;
  for (const OutputLimit& limit : kLimits)
    if (length > limit.characters)
      outputs += (outputs.empty() ? "" : "; ") + std::string(limit.output) + " (at most " +
                 std::to_string(limit.characters) + ")";
  if (outputs.empty()) return {};
  return "These numbers have " + std::to_string(length) + " characters and will not fit " + outputs;
}

}  // namespace sealkeep::ses
