// SPDX-License-Identifier: Apache-2.0
#include "common/store/look_alike_scan.hpp"
#include "hub/commands/parts.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPairsListed = 200;

}  // namespace

Result<Value> seal_look_alikes(Hub& hub, const Command& command) {
  SEALKEEP_LET(family, family_of(command));
  std::vector<SiteInfo> sites;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    sites.push_back(std::move(site));
  } else {
    SEALKEEP_LET(all, hub.sites());
    sites = std::move(all);
  }
  std::vector<LiveRun> runs;
  std::map<RegisterId, std::pair<std::string, SiteNames>> names;
  for (const SiteInfo& site : sites) {
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    SEALKEEP_LET(known, SiteNames::read(hub, logs));
    names.emplace(site.id, std::pair(site.code, std::move(known)));
    SEALKEEP_LET(live, live_runs(hub.rows(), site.id, family));
    runs.insert(runs.end(), std::make_move_iterator(live.begin()), std::make_move_iterator(live.end()));
  }
  const auto where = [&](const LiveRun& run) {
    const auto& [code, words] = names.at(run.register_id);
    return code + ", " + (run.unit.text.empty() ? words.place_words(run.place) : run.unit.text);
  };
  Value out = Value::list();
  const std::vector<LookAlikePair> pairs = look_alike_pairs(runs, kPairsListed);
  for (const LookAlikePair& pair : pairs)
    out.add(Value::object({{"seals", pair.a.seals.text()},
                           {"where", where(pair.a)},
                           {"read_as", pair.b.seals.text()},
                           {"which_is", where(pair.b)}}));
  if (pairs.empty()) return Value("No run of seals is easily read as another one.");
  return out;
}

}  // namespace sealkeep::hub::commands
