// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::agent {

/// What a person sees of facts that were recorded: where they stand, what was irregular, what is to be done
/// next and by when. The first Error among them if one could not be recorded.
[[nodiscard]] Result<cli::Value> recorded_answer(Agent& agent, RegisterId id, const std::string& what,
                                                 const std::vector<std::string>& notes,
                                                 std::span<const Result<Recorded>> recorded);

/// The one sentence of the top line (domain-rules section 10): "All safe at head office", or what is not yet
/// there.
[[nodiscard]] std::string safety_sentence(const ExporterInfo& exporter, std::int64_t now_ms);

/// {"code": "unknown_seal", "sentence": "The register never had this seal"}
[[nodiscard]] cli::Value irregularity_value(ses::Irregularity code);
/// {"to_do", "about", "left", "due", "entry", "clause"}
[[nodiscard]] cli::Value duty_value(const DutyAt& duty, const class Directory& names, const Now& now);

}  // namespace sealkeep::agent
