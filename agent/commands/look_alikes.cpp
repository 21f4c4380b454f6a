// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/ses/words.hpp"
#include "common/store/look_alike_scan.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kPairsListed = 200;

std::string where_words(const LiveRun& run, const ses::Names& names) {
  return run.unit.text.empty() ? names.place_words(run.place) : run.unit.text;
}

}  // namespace

Result<cli::Value> seal_look_alikes(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(family, parse_family(command.one("family").value_or("ses")));
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(names, Directory::read(agent, id));
  SEALKEEP_LET(runs, live_runs(agent.rows(), id, family));
  cli::Value out = cli::Value::list();
  const std::vector<LookAlikePair> pairs = look_alike_pairs(runs, kPairsListed);
  for (const LookAlikePair& pair : pairs)
    out.add(cli::Value::object({{"seals", pair.a.seals.text()},
                                {"where", where_words(pair.a, names)},
                                {"read_as", pair.b.seals.text()},
                                {"which_is", where_words(pair.b, names)}}));
  if (pairs.empty()) return cli::Value("No run of seals here is easily read as another one.");
  return out;
}

}  // namespace sealkeep::agent
