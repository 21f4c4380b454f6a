// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "common/ses/seal_number.hpp"

namespace sealkeep::ses {

/// How long a seal's number may be in what others take (ses-features section 5).
inline constexpr std::size_t kFitsD95b = 10;      ///< UN/EDIFACT SEL in directory D95B
inline constexpr std::size_t kFitsDcsa = 15;      ///< DCSA seal object
inline constexpr std::size_t kFitsLaterSel = 35;  ///< UN/EDIFACT SEL in later directories

struct OutputLimit {
  std::string_view output;  ///< for people: "a UN/EDIFACT SEL segment of directory D95B"
  std::size_t characters = 0;
};
[[nodiscard]] std::span<const OutputLimit> output_limits();

/// What to tell who receives such seals: in which outputs their numbers will not fit. Empty: they fit all.
[[nodiscard]] std::string does_not_fit_words(const SealRange& seals);

}  // namespace sealkeep::ses
