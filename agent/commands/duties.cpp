// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/duties.hpp"

#include <algorithm>

#include "common/ses/duty.hpp"
#include "common/ses/words.hpp"
#include "common/store/dock_rows.hpp"

namespace sealkeep::agent {
namespace {

// `read` gives so many duties, head office's own among them.
template <class F>
Result<std::vector<DutyAt>> shown_of(Agent& agent, RegisterId id, std::size_t most, F&& read) {
  std::size_t hidden = 0;
  for (const ses::DutyRule& rule : ses::duty_rules()) {
    if (ses::shown_at_site(rule.no)) continue;
    SEALKEEP_LET(some, agent.rows().duties_of(id, rule.no, most));
    hidden += some.size();
  }
  SEALKEEP_LET(duties, read(most + hidden));
  std::erase_if(duties, [](const DutyAt& duty) { return !ses::shown_at_site(duty.key.rule); });
  if (duties.size() > most) duties.resize(most);
  return duties;
}

}  // namespace

Result<std::vector<DutyAt>> duties_here(Agent& agent, RegisterId id, std::size_t most) {
  return shown_of(agent, id, most, [&](std::size_t count) { return agent.rows().duties(id, count); });
}

Result<std::vector<DutyAt>> due_duties_here(Agent& agent, RegisterId id, std::size_t most) {
  return shown_of(agent, id, most,
                  [&](std::size_t count) { return agent.rows().duties_due(id, INT64_MAX, count); });
}

Result<DutiesHere> count_duties_here(Agent& agent, RegisterId id, std::int64_t now_ms) {
  SEALKEEP_LET(counts, count_duties(agent.db(), id, now_ms));
  DutiesHere out;
  for (const DutyCount& one : counts) {
    if (!ses::shown_at_site(one.rule)) continue;
    out.open += one.open;
    out.late += one.late;
  }
  return out;
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
