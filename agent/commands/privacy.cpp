// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/answer.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "agent/register/erasure.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

Result<> old_enough(Agent& agent, std::int64_t kept_until_ms, const std::string& whose) {
  if (agent.parts().clock.now().unix_ms >= kept_until_ms) return {};
  return fail(ErrorKind::Refused, "erase.too_early", "The register must still show " + whose,
              "the plan keeps names until " + iso_time(kept_until_ms).substr(0, 10) +
                  ", counted from their last record",
              "Erase it then; head office may shorten the period in the plan with Customs' approval");
}

Result<cli::Value> erase(Agent& agent, FactInput& in, const std::vector<ses::Ref>& entries,
                         const std::string& what) {
  std::vector<Fact> facts;
  for (const ses::Ref at : entries) facts.push_back(in.fact(ses::DetailsErased{at}));
  SEALKEEP_LET(recorded, agent.record(in.register_id(), facts));
  SEALKEEP_LET(answer, recorded_answer(agent, in.register_id(), what, {}, recorded));
  // The bytes are gone from the database; what the write-ahead log still has goes now.
  const auto moved = agent.db().checkpoint_wal(WalCheckpoint::Truncate);
  answer.set("next", moved ? "Head office erases its copy when it hears of it; take new backups"
                           : "Restart the agent soon: the write-ahead log still has the bytes");
  return answer;
}

Result<cli::Value> erase_person(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, id));
  SEALKEEP_LET(no, in.person("name"));
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(entries, naming_entries(agent.logs(), site->logs(), no));
  if (entries.empty())
    return fail(ErrorKind::NotFound, "person.unknown", "No name was given to this person", {},
                "See \"person list\"");
  SEALKEEP_LET(kept_until_ms, person_kept_until_ms(agent.logs(), agent.rows(), site->logs(), no));
  SEALKEEP_TRY(old_enough(agent, kept_until_ms, "this person's name"));
  return erase(agent, in, entries, "name of person " + std::to_string(no) + " erased");
}

Result<cli::Value> erase_entry(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(in, FactInput::open(agent, command, id));
  SEALKEEP_LET(at, in.reference("entry"));
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(entry, read_entry(agent, site->logs(), at));
  if (entry.details.empty())
    return fail(ErrorKind::NotFound, "detail.unknown", "Entry " + ses::ref_words(at) + " has no details", {},
                "\"seal show\" lists what an entry has");
  SEALKEEP_LET(kept_until_ms, details_kept_until_ms(agent.logs(), agent.rows(), site->logs(), at));
  SEALKEEP_TRY(old_enough(agent, kept_until_ms, "these details"));
  return erase(agent, in, {at}, "details of " + ses::ref_words(at) + " erased");
}

constexpr OtherCommand kCommands[] = {{"erase person", erase_person}, {"erase entry", erase_entry}};

}  // namespace

std::span<const OtherCommand> privacy_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> privacy_specs() {
  using namespace spec;
  const Options who{text("by", "Who decided it", "PERSON")};
  return {
      {"erase person",
       "Erase a person's name, here and at head office, when the period that the plan sets is over. The "
       "records "
       "stay, and say \"person 77\".",
       Options{needed(placed(text("name", "Name or number", "PERSON")))} + who + exporter(),
       {"erase person Tama --by Mere"}},
      {"erase entry",
       "Erase the names, words and photos beside one record, when the period is over. The record stays.",
       Options{needed(placed(text("entry", "The entry, as 1/42")))} + who + exporter(),
       {"erase entry 1/42 --by Mere"}},
  };
}

}  // namespace sealkeep::agent
