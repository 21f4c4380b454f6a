// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/answer.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;

// When the person was last part of a fact, in any epoch of the register.
Result<std::int64_t> last_seen_ms(Agent& agent, const RegisterLogs& logs, ses::PersonNo no) {
  std::int64_t last_ms = 0;
  for (const RegisterLogs::EpochLog& epoch : logs.site) {
    SEALKEEP_LET(size, agent.logs().size(epoch.log));
    SEALKEEP_LET(read, agent.logs().read_entries(epoch.log, 0, size, UINT64_MAX,
                                                 [&](std::uint64_t, ByteView bytes) -> Result<> {
                                                   SEALKEEP_LET(entry, ses::decode_entry(bytes));
                                                   if (entry.header.person_no == no)
                                                     last_ms = std::max(last_ms, entry.header.recorded_ms);
                                                   return {};
                                                 }));
    static_cast<void>(read);
  }
  return last_ms;
}

Result<> old_enough(Agent& agent, RegisterId id, std::int64_t last_ms, const std::string& whose) {
  ses::Rows rows;
  SEALKEEP_TRY(agent.rows().begin(id, rows));
  const Now now = agent.parts().clock.now();
  const std::int64_t keep_ms = rows.adopted.setting(ses::Setting::RetentionDays) * kDayMs;
  if (now.unix_ms - keep_ms >= last_ms) return {};
  return fail(ErrorKind::Refused, "erase.too_early", "The register must still show " + whose,
              "the plan keeps names until " + iso_time(last_ms + keep_ms).substr(0, 10) +
                  ", counted from their last record",
              "Erase it then; head office may shorten the period in the plan with Customs' approval");
}

// The entry that gave the person a name, newest first: a name that was given again is erased too.
Result<std::vector<ses::Ref>> naming_entries(Agent& agent, const RegisterLogs& logs, ses::PersonNo no) {
  std::vector<ses::Ref> found;
  for (const RegisterLogs::EpochLog& epoch : logs.site) {
    SEALKEEP_LET(size, agent.logs().size(epoch.log));
    SEALKEEP_LET(read, agent.logs().read_entries(epoch.log, 0, size, UINT64_MAX,
                                                 [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                                   SEALKEEP_LET(entry, ses::decode_entry(bytes));
                                                   const auto* added =
                                                       std::get_if<ses::PersonAdded>(&entry.event);
                                                   if (added != nullptr && added->person_no == no)
                                                     found.push_back({epoch.epoch, index});
                                                   return {};
                                                 }));
    static_cast<void>(read);
  }
  return found;
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
  SEALKEEP_LET(entries, naming_entries(agent, site->logs(), no));
  if (entries.empty())
    return fail(ErrorKind::NotFound, "person.unknown", "No name was given to this person", {},
                "See \"person list\"");
  SEALKEEP_LET(last_ms, last_seen_ms(agent, site->logs(), no));
  SEALKEEP_TRY(old_enough(agent, id, last_ms, "this person's name"));
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
  SEALKEEP_TRY(old_enough(agent, id, entry.header.recorded_ms, "these details"));
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
