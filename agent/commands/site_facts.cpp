// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/answer.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/stop_sign.hpp"
#include "agent/register/day_statement.hpp"
#include "common/base/clock.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kNameBytes = 200;
constexpr std::size_t kAddressBytes = 1'000;

// Makes the fact that goes into one register.
using MakeFact = std::function<Result<Fact>(FactInput&)>;

// The first register that has something against it speaks for all of them.
Result<cli::Value> stop_sign_of(Agent& agent, const cli::Command& command,
                                const std::vector<std::pair<RegisterId, Fact>>& facts) {
  PreparedFacts asked{facts.front().first, {facts.front().second}, {}};
  for (const auto& [id, fact] : facts) {
    SEALKEEP_LET(codes, agent.site_register(id)->preview(fact));
    if (codes.empty()) continue;
    asked = {id, {fact}, {}};
    break;
  }
  return stop_sign(agent, command, asked);
}

// What the day-close on paper says: the statement, and by which fingerprints somebody finds it in a pack
// later.
Result<> sign_off(Agent& agent, const ExporterInfo& exporter, const ses::Event& closed, cli::Value& answer) {
  const SiteRegister* site = agent.site_register(exporter.id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(state, interchange::log_state(agent.logs(), site->logs(), exporter.site_code,
                                             agent.parts().clock.now().utc_offset_min));
  answer.set("states", ses::event_words(closed, ses::Names{}));
  answer.set("keys_of_the_site", exporter.fingerprint);
  answer.set("state_of_the_register", interchange::state_words(state));
  return {};
}

// All registers or none is the aim: every fact is made, and so understood, before the first one is recorded.
Result<cli::Value> in_every_register(Agent& agent, const cli::Command& command, const std::string& what,
                                     const MakeFact& make) {
  const std::vector<ExporterInfo> exporters = agent.exporters();
  if (exporters.empty()) {
    SEALKEEP_LET(none, chosen_register(agent, command));
    static_cast<void>(none);
  }
  std::vector<std::pair<RegisterId, Fact>> facts;
  for (const ExporterInfo& exporter : exporters) {
    SEALKEEP_LET(in, FactInput::open(agent, command, exporter.id));
    SEALKEEP_LET(fact, make(in));
    facts.emplace_back(exporter.id, std::move(fact));
  }
  if (asks_first(command)) return stop_sign_of(agent, command, facts);
  cli::Value answers = cli::Value::list();
  for (std::size_t i = 0; i < facts.size(); ++i) {
    SEALKEEP_LET(recorded, agent.record(facts[i].first, std::span(&facts[i].second, 1)));
    SEALKEEP_LET(answer, recorded_answer(agent, facts[i].first, what, {}, recorded));
    answer.set("exporter", exporters[i].hub);
    if (const auto* person = std::get_if<ses::PersonAdded>(&facts[i].second.event))
      answer.set("number", person->person_no);
    if (const auto* store = std::get_if<ses::StoreAdded>(&facts[i].second.event))
      answer.set("number", store->store_no);
    if (std::holds_alternative<ses::DayClosed>(facts[i].second.event))
      SEALKEEP_TRY(sign_off(agent, exporters[i], facts[i].second.event, answer));
    if (facts.size() == 1) return answer;
    answers.add(std::move(answer));
  }
  return cli::Value::object({{"recorded", what}, {"registers", std::move(answers)}});
}

Result<std::string> name_of(const FactInput& in) {
  SEALKEEP_LET(name, in.text("name", kNameBytes));
  if (name.empty() || name.find_first_not_of("0123456789 ") == std::string::npos ||
      printable(name, kNameBytes + 4) != name)
    return bad_input("name.form", "\"" + printable(name) + "\" is not a name",
                     "a name is not empty, not only digits, and has no control characters",
                     "Give the name as people say it");
  return name;
}

bool taken(const std::vector<Named>& known, const std::string& name) {
  return std::any_of(known.begin(), known.end(), [&](const Named& named) { return named.name == name; });
}

// Random and new to the register, small enough to be typed.
std::uint32_t new_number(Agent& agent, const std::vector<Named>& known) {
  while (true) {
    const auto no = static_cast<std::uint32_t>(100'000 + agent.parts().random.below(900'000'000));
    if (std::none_of(known.begin(), known.end(), [no](const Named& named) { return named.no == no; }))
      return no;
  }
}

// Of the last day, if a day was given.
Result<std::int64_t> last_moment(const FactInput& in) {
  constexpr std::size_t kDayDigits = 10;
  SEALKEEP_LET(until_ms, in.time("until", 0));
  const bool whole_day = in.command().one("until").value_or("").size() == kDayDigits;
  return whole_day ? until_ms + kDayMs - 1 : until_ms;
}

Result<cli::Value> person_add(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return in_every_register(agent, command, "person added", [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(name, name_of(in));
    SEALKEEP_LET(until_ms, last_moment(in));
    if (taken(in.directory().people(), name))
      return fail(ErrorKind::Refused, "person.exists",
                  "There is a person called " + printable(name) + " already", {},
                  "Add what tells them apart, as in \"Mere (nights)\"");
    Fact fact = in.fact(ses::PersonAdded{new_number(agent, in.directory().people()), until_ms});
    FactInput::add_detail_text(fact, ses::DetailKind::Name, name);
    std::rotate(fact.details.begin(), fact.details.end() - 1, fact.details.end());
    return fact;
  });
}

Result<cli::Value> person_left(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  std::string name;
  SEALKEEP_LET(answer, in_every_register(agent, command, "person left", [&](FactInput& in) -> Result<Fact> {
                 SEALKEEP_LET(no, in.person("name"));
                 name = in.directory().person_words(no);
                 return in.fact(ses::PersonLeft{no});
               }));
  // Who left is out at once: account, badge, sessions.
  const auto removed = agent.access().remove(name, agent.parts().clock.now());
  if (!removed && removed.error().code != "access.unknown_person")
    return tl::unexpected<Error>(removed.error());
  return answer;
}

Result<cli::Value> store_add(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return in_every_register(agent, command, "place added", [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(name, name_of(in));
    if (taken(in.directory().places(), name))
      return fail(ErrorKind::Refused, "place.exists",
                  "There is a place called " + printable(name) + " already", {}, "Give it another name");
    const bool box = command.one("kind") == "dock-box";
    std::uint32_t no = 1;
    for (const Named& named : in.directory().places()) no = std::max(no, named.no + 1);
    Fact fact = in.fact(ses::StoreAdded{no, box ? ses::PlaceKind::DockBox : ses::PlaceKind::LockedStore});
    FactInput::add_detail_text(fact, ses::DetailKind::Name, name);
    std::rotate(fact.details.begin(), fact.details.end() - 1, fact.details.end());
    return fact;
  });
}

template <class E>
Result<cli::Value> store_moved(Agent& agent, const cli::Command& command, const char* what) {
  return in_every_register(agent, command, what, [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(place, in.place("name"));
    return in.fact(E{place.no});
  });
}
Result<cli::Value> store_open(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return store_moved<ses::StoreOpened>(agent, command, "store opened");
}
Result<cli::Value> store_close(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return store_moved<ses::StoreClosed>(agent, command, "store closed");
}

Result<cli::Value> day_close(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return in_every_register(agent, command, "day closed", [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(moment_ms, in.time("day", in.happened_ms()));
    const std::int64_t local_ms = moment_ms + std::int64_t{in.now().utc_offset_min} * 60'000;
    if (local_ms < 0 || moment_ms > in.now().unix_ms)
      return bad_input("day.range", "That day cannot be closed", "it has not come yet, or lies before 1970",
                       "Close today, or a day that is over");
    const SiteRegister* site = in.agent().site_register(in.register_id());
    SEALKEEP_ASSERT(site != nullptr);
    SEALKEEP_LET(closed,
                 day_statement(in.agent().logs(), in.agent().rows(), *site,
                               static_cast<std::uint32_t>(local_day(moment_ms, in.now().utc_offset_min)),
                               in.now().utc_offset_min));
    return in.fact(std::move(closed));
  });
}

Result<cli::Value> internet_down(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return in_every_register(agent, command, "internet down", [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(until_ms, in.time("until", 0));
    if (until_ms <= in.now().unix_ms)
      return bad_input("time.past", "The time until when the internet is down is over", {},
                       "Give a time to come");
    return in.fact(ses::InternetDown{until_ms});
  });
}

Result<cli::Value> site_moved(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  return in_every_register(agent, command, "site moved", [&](FactInput& in) -> Result<Fact> {
    SEALKEEP_LET(from_ms, in.time("from", in.happened_ms()));
    SEALKEEP_LET(address, in.text("address", kAddressBytes));
    Fact fact = in.fact(ses::SiteMoved{from_ms});
    FactInput::add_detail_text(fact, ses::DetailKind::Address, address);
    return fact;
  });
}

constexpr OtherCommand kCommands[] = {
    {"person add", person_add},       {"person left", person_left}, {"store add", store_add},
    {"store open", store_open},       {"store close", store_close}, {"day close", day_close},
    {"internet-down", internet_down}, {"site moved", site_moved},
};

}  // namespace

std::span<const OtherCommand> site_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> site_specs() {
  using namespace spec;
  Options who, signs;
  for (cli::OptionSpec& option : common()) {
    if (option.name == "stop-sign" || option.name == "happened-already" || option.name == "avoid")
      signs.push_back(option);
    if (option.name == "by" || option.name == "happened" || option.name == "source" ||
        option.name == "sheet" || option.name == "reason")
      who.push_back(std::move(option));
  }
  const cli::OptionSpec name = needed(placed(text("name", "Name, as people say it")));
  return {
      {"person add",
       "Add a person who works with seals. The name stays erasable; the log only has a number.",
       Options{name, text("until", "Last day, for agency workers", "DATE")} + who,
       {"person add \"Mere Tipene\"", "person add Tama --until 2026-06-30"}},
      {"person left",
       "Say that a person left. What they had in hand must be taken back.",
       Options{name} + who,
       {"person left Tama --by Mere"}},
      {"store add",
       "Add a place where seals are kept.",
       Options{name, choice("kind", "A locked store, or a box on the dock", {"store", "dock-box"}, "store")} +
           who,
       {"store add Safe", "store add \"Dock box 2\" --kind dock-box"}},
      {"store open",
       "Say that a store was opened.",
       Options{name} + who + signs,
       {"store open Safe --by Mere", "store open Safe --by Mere --stop-sign"}},
      {"store close",
       "Say that a store was closed and locked.",
       Options{name} + who,
       {"store close Safe --by Mere"}},
      {"day close",
       "Close a day: a signed statement that everything of that day is written down.",
       Options{text("day", "Which day, if not today", "DATE")} + who,
       {"day close --by Mere"}},
      {"internet-down",
       "Say that this site has no internet, so that its silence is understood.",
       Options{needed(text("until", "Until when, probably", "TIME"))} + who,
       {"internet-down --until 2026-01-31T18:00 --by Mere"}},
      {"site moved",
       "Say that the site moved. Its approval belongs to the address.",
       Options{needed(text("address", "The new address", "TEXT")), text("from", "Since when", "TIME")} + who,
       {"site moved --address \"12 Quay St, Auckland\" --from 2026-02-01"}},
  };
}

}  // namespace sealkeep::agent
