// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/stop_sign.hpp"

#include <algorithm>

#include "agent/commands/answer.hpp"
#include "common/ses/stop_sign.hpp"

namespace sealkeep::agent {
namespace {

std::string subject_of(const cli::Command& command) {
  for (const char* option : {"seal", "first", "old", "unit", "container", "package", "label", "name"})
    if (const auto value = command.one(option)) return printable(*value, limits::kTextBytes - 4);
  return {};
}

}  // namespace

bool asks_first(const cli::Command& command) {
  return command.has("avoid") || (command.has("stop-sign") && !command.has("happened-already"));
}

Result<cli::Value> stop_sign(Agent& agent, const cli::Command& command, const PreparedFacts& prepared) {
  SiteRegister* site = agent.site_register(prepared.register_id);
  SEALKEEP_ASSERT(site != nullptr);
  std::vector<ses::Irregularity> codes;
  for (const Fact& fact : prepared.facts) {
    SEALKEEP_LET(noted, site->preview(fact));
    for (ses::Irregularity code : noted)
      if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  }
  std::sort(codes.begin(), codes.end(), ses::graver);
  const bool stop = !codes.empty() && ses::is_stop_sign(codes.front());
  if (command.has("avoid")) {
    if (codes.empty())
      return fail(ErrorKind::Refused, "stop.nothing", "There is nothing to avoid",
                  "nothing would be irregular about it", "Record it without --avoid");
    Fact fact = prepared.facts.front();
    const auto about = static_cast<std::uint16_t>(ses::kind_of(fact.event));
    fact.event = ses::Avoided{static_cast<std::uint16_t>(codes.front()), about, subject_of(command)};
    fact.details.resize(0);
    SEALKEEP_LET(recorded, agent.record(prepared.register_id, std::span(&fact, 1)));
    SEALKEEP_LET(answer,
                 recorded_answer(agent, prepared.register_id, "avoided: it was not done", {}, recorded));
    answer.set("avoided", irregularity_value(codes.front()));
    return answer;
  }
  cli::Value out = cli::Value::object({{"stop", stop}, {"recorded", "nothing"}});
  cli::Value list = cli::Value::list();
  for (ses::Irregularity code : codes) list.add(irregularity_value(code));
  if (!codes.empty()) out.set("irregular", std::move(list));
  out.set("next", !stop ? "Nothing stands against it. Record it without --stop-sign"
                        : "Do not do it: --avoid. It has happened: --happened-already");
  return out;
}

}  // namespace sealkeep::agent
