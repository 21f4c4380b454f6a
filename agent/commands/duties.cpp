// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/duties.hpp"

#include <algorithm>

#include "common/ses/duty.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {

Result<std::vector<DutyAt>> duties_here(Agent& agent, RegisterId id, std::size_t most) {
  std::size_t hidden = 0;
  for (const ses::DutyRule& rule : ses::duty_rules()) {
    if (ses::shown_at_site(rule.no)) continue;
    SEALKEEP_LET(some, agent.rows().duties_of(id, rule.no, most));
    hidden += some.size();
  }
  SEALKEEP_LET(duties, agent.rows().duties(id, most + hidden));
  std::erase_if(duties, [](const DutyAt& duty) { return !ses::shown_at_site(duty.key.rule); });
  if (duties.size() > most) duties.resize(most);
  return duties;
}

Result<Answers> answers_here(Agent& agent, RegisterId id) {
  Answers out;
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(self, agent.rows().self(id));
  for (const RegisterLogs::EpochLog& epoch : site->logs().directives) {
    if (epoch.epoch > self.directive_epoch) continue;
    SEALKEEP_LET(size, agent.logs().size(epoch.log));
    const std::uint64_t end =
        epoch.epoch == self.directive_epoch ? std::min(size, self.directive_size) : size;
    SEALKEEP_LET(read, agent.logs().read_entries(
                           epoch.log, 0, end, UINT64_MAX, [&](std::uint64_t, ByteView bytes) -> Result<> {
                             const auto directive = ses::decode_directive(bytes);
                             if (!directive) return {};
                             if (const auto* one = std::get_if<ses::AlertAnswered>(&directive->body))
                               out[{{one->rule, one->subject}, one->opened}] = *one;
                             return {};
                           }));
    static_cast<void>(read);
  }
  return out;
}

std::string answer_words(const Answers& answers, const DutyAt& duty) {
  const auto found = answers.find({duty.key, duty.row.opened});
  return found == answers.end() ? std::string() : ses::answer_words(found->second);
}

}  // namespace sealkeep::agent
