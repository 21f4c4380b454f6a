// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/value.hpp"
#include "common/evidence/findings.hpp"

namespace sealkeep::verifier {

inline constexpr std::size_t kRegisterRows = 2'000;  ///< of the register's rows, in one answer

/// What sealkeep-verify answers: the verdict, whose word it stands on, what the records show clause by
/// clause, what is missing, what was left out and what cannot be proven. Its member "valid" is false exactly
/// if the pack is not consistent; then nothing of the contents is repeated.
[[nodiscard]] cli::Value report(const evidence::CheckedPack& checked, const evidence::Findings& findings,
                                std::span<const evidence::Anchor> anchors);

}  // namespace sealkeep::verifier
