// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "agent/agent.hpp"

namespace sealkeep::agent {

/// Open duties of a register that the site's screens may show, most urgent first, at most `most`: what is
/// about the site's manager is head office's alone (domain-rules section 5, row 21).
[[nodiscard]] Result<std::vector<DutyAt>> duties_here(Agent& agent, RegisterId id, std::size_t most);

/// The same, only those that can be judged: earliest first.
[[nodiscard]] Result<std::vector<DutyAt>> due_duties_here(Agent& agent, RegisterId id, std::size_t most);

/// How many of them are open, and how many are late.
struct DutiesHere {
  std::uint64_t open = 0, late = 0;
};
[[nodiscard]] Result<DutiesHere> count_duties_here(Agent& agent, RegisterId id, std::int64_t now_ms);

/// What head office answered to the site's duties, the newest for each: from the directives that the site has
/// adopted. Key: the duty and the entry that opened it.
using Answers = std::map<std::pair<ses::DutyKey, ses::Ref>, ses::AlertAnswered>;
[[nodiscard]] Result<Answers> answers_here(Agent& agent, RegisterId id);
/// "head office asks: look behind the door"; empty for a duty that was not answered.
[[nodiscard]] std::string answer_words(const Answers& answers, const DutyAt& duty);

}  // namespace sealkeep::agent
