// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/accounts.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"

namespace sealkeep::agent {
namespace {

using Events = std::vector<ses::Event>;

ses::Event account_fact(ses::PersonNo person, access::Role role, ses::Outcome outcome) {
  ses::RecordKept kept;
  kept.what = ses::RecordKind::AccountHeld;
  kept.person_no = person;
  kept.label = role_name(role);
  kept.outcome = outcome;
  return kept;
}

/// Records what the maker says of the person in every register that knows the person (clause 5.2). Returns in
/// how many.
template <class Make>
Result<std::size_t> tell(Agent& agent, const cli::Command& command, std::string_view person, Make&& make) {
  std::size_t registers = 0;
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(no, person_in(agent, exporter.id, person));
    if (!no) continue;
    ++registers;
    SEALKEEP_LET(in, FactInput::open(agent, command, exporter.id));
    std::vector<Fact> facts;
    for (ses::Event& event : make(*no)) facts.push_back(in.fact(std::move(event)));
    SEALKEEP_LET(recorded, agent.record(exporter.id, facts));
    for (const Result<Recorded>& one : recorded)
      if (!one) return tl::unexpected<Error>(one.error());
  }
  return registers;
}

Result<std::string> name_of(const cli::Command& command) {
  return command.required("name");
}

cli::Value time_or_null(std::int64_t at_ms, const Now& now) {
  return at_ms == 0 ? cli::Value() : cli::Value(iso_time(at_ms, now.utc_offset_min));
}

cli::Value code_answer(const access::Access::NewCode& made, const Now& now) {
  return cli::Value::object(
      {{"person", made.account.person},
       {"role", role_name(made.account.role)},
       {"one_time_code", made.code},
       {"valid_until", iso_time(made.until_ms, now.utc_offset_min)},
       {"next", made.account.person +
                    " signs in once with this code and chooses a password; it is not shown again"}});
}

Result<cli::Value> add(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(role_text, command.required("role"));
  SEALKEEP_LET(role, role_of(role_text));
  bool known = agent.exporters().empty();
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(no, person_in(agent, exporter.id, name));
    known = known || no.has_value();
  }
  if (!known) {
    return fail(ErrorKind::Refused, "access.no_person",
                "No register knows a person called " + printable(name),
                "an account belongs to a person of the register", "Add the person first: person add");
  }
  SEALKEEP_LET(made, agent.access().add(name, role, now, agent.parts().random));
  auto told = tell(agent, command, name,
                   [&](ses::PersonNo no) { return Events{account_fact(no, role, ses::Outcome::Done)}; });
  if (!told) {
    // Nobody holds an account that is not on record.
    SEALKEEP_TRY(agent.access().remove(name, now));
    return tl::unexpected<Error>(std::move(told).error());
  }
  return code_answer(made, now);
}

Result<cli::Value> role(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(role_text, command.required("role"));
  SEALKEEP_LET(new_role, role_of(role_text));
  SEALKEEP_LET(account, agent.access().account(name));
  if (account.role != new_role) {
    SEALKEEP_LET(told, tell(agent, command, name, [&](ses::PersonNo no) {
                   return Events{account_fact(no, account.role, ses::Outcome::Ended),
                                 account_fact(no, new_role, ses::Outcome::Done)};
                 }));
    static_cast<void>(told);
  }
  SEALKEEP_LET(changed, agent.access().set_role(name, new_role, now));
  return cli::Value::object(
      {{"person", account.person}, {"role", role_name(new_role)}, {"changed", changed}});
}

Result<cli::Value> lock(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(changed, agent.access().lock(name, agent.parts().clock.now()));
  const access::SecurityNote note{access::SecurityNote::What::Locked, 0, 1};
  if (changed) SEALKEEP_TRY(note_security(agent, std::span(&note, 1)));
  return cli::Value::object({{"person", name}, {"locked", true}, {"changed", changed}});
}

Result<cli::Value> unlock(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(ended, has_ended(agent, name, now));
  if (ended) {
    return fail(ErrorKind::Refused, "access.person_ended", printable(name) + " does not work here any more",
                "the last day on record has passed", "Add the person anew, with another last day or none");
  }
  SEALKEEP_LET(changed, agent.access().unlock(name, now));
  return cli::Value::object({{"person", name}, {"locked", false}, {"changed", changed}});
}

Result<cli::Value> remove(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(account, agent.access().account(name));
  SEALKEEP_TRY(agent.access().remove(name, agent.parts().clock.now()));
  SEALKEEP_LET(told, tell(agent, command, name, [&](ses::PersonNo no) {
                 return Events{account_fact(no, account.role, ses::Outcome::Ended)};
               }));
  static_cast<void>(told);
  return cli::Value::object({{"person", account.person}, {"removed", true}});
}

Result<cli::Value> reset(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(made, agent.access().reset(name, now, agent.parts().random));
  return code_answer(made, now);
}

Result<cli::Value> badge(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(name, name_of(command));
  const auto scanned = command.one("badge");
  if (scanned.has_value() == command.has("none")) {
    return bad_input("access.badge", "It is not said which badge", {},
                     "Scan it as --badge TEXT, or take it away with --none");
  }
  std::optional<std::string_view> text;
  if (scanned) text = *scanned;
  SEALKEEP_TRY(agent.access().set_badge(name, text, agent.parts().clock.now()));
  return cli::Value::object({{"person", name}, {"badge", scanned.has_value()}});
}

Result<cli::Value> list(Agent& agent, const cli::Command&, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(accounts, agent.access().accounts());
  cli::Value out = cli::Value::list();
  for (const access::Account& account : accounts) {
    out.add(cli::Value::object({{"person", account.person},
                                {"role", role_name(account.role)},
                                {"locked", account.locked},
                                {"password", account.has_password},
                                {"pin", account.pin_blocked ? "blocked"
                                        : account.has_pin   ? "set"
                                                            : "none"},
                                {"badge", account.has_badge},
                                {"one_time_code_until", time_or_null(account.code_until_ms, now)},
                                {"password_since", time_or_null(account.password_ms, now)},
                                {"last_sign_in", time_or_null(account.last_sign_in_ms, now)}}));
  }
  return out;
}

Result<cli::Value> log(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(most, command.number("most", 1, 1'000));
  SEALKEEP_LET(before, command.number("before", 1));
  SEALKEEP_LET(lines,
               agent.access().log(static_cast<std::size_t>(most.value_or(50)), before.value_or(INT64_MAX)));
  cli::Value out = cli::Value::list();
  for (const access::LogLine& line : lines) {
    out.add(cli::Value::object({{"line", line.id},
                                {"when", iso_time(line.at_ms, now.utc_offset_min)},
                                {"what", access::logged_name(line.what)},
                                {"times", line.times},
                                {"person", line.person},
                                {"method", access::method_name(line.method)},
                                {"terminal", line.terminal_no},
                                {"from", line.peer},
                                {"note", line.note}}));
  }
  return out;
}

// ---- terminals

Result<> tell_of_terminal(Agent& agent, const cli::Command& command, const ses::Event& event) {
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(in, FactInput::open(agent, command, exporter.id));
    const Fact fact = in.fact(event);
    SEALKEEP_LET(recorded, agent.record(exporter.id, std::span(&fact, 1)));
    if (!recorded.front()) return tl::unexpected<Error>(recorded.front().error());
  }
  return {};
}

Result<access::TerminalNo> terminal_no(const cli::Command& command) {
  SEALKEEP_LET(no, command.number("no", 1, UINT32_MAX));
  if (!no) return bad_input("cli.required", "The number of the terminal is missing", {}, "See terminal list");
  return static_cast<access::TerminalNo>(*no);
}

Result<cli::Value> terminal_list(Agent& agent, const cli::Command&, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(terminals, agent.access().terminals());
  cli::Value out = cli::Value::list();
  for (const access::Terminal& terminal : terminals) {
    out.add(cli::Value::object({{"no", terminal.no},
                                {"name", terminal.name},
                                {"state", terminal.pending() ? "pending" : "named"},
                                {"first_seen", time_or_null(terminal.first_ms, now)},
                                {"first_from", terminal.first_peer},
                                {"last_seen", time_or_null(terminal.seen_ms, now)},
                                {"last_from", terminal.last_peer}}));
  }
  return out;
}

Result<cli::Value> terminal_name(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(no, terminal_no(command));
  SEALKEEP_LET(name, name_of(command));
  SEALKEEP_LET(terminals, agent.access().terminals());
  bool was_pending = false;
  for (const access::Terminal& one : terminals) was_pending = was_pending || (one.no == no && one.pending());
  SEALKEEP_LET(terminal, agent.access().name_terminal(no, name, agent.parts().clock.now()));
  if (was_pending) SEALKEEP_TRY(tell_of_terminal(agent, command, ses::TerminalAdded{no}));
  return cli::Value::object({{"no", terminal.no}, {"name", terminal.name}});
}

Result<cli::Value> terminal_remove(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(no, terminal_no(command));
  SEALKEEP_TRY(agent.access().remove_terminal(no, agent.parts().clock.now()));
  SEALKEEP_TRY(tell_of_terminal(agent, command, ses::TerminalRemoved{no}));
  return cli::Value::object({{"no", no}, {"removed", true}});
}

constexpr OtherCommand kCommands[] = {
    {"user add", add},
    {"user list", list},
    {"user role", role},
    {"user lock", lock},
    {"user unlock", unlock},
    {"user remove", remove},
    {"user reset", reset},
    {"user badge", badge},
    {"user log", log},
    {"terminal list", terminal_list},
    {"terminal trust", terminal_trust},
    {"terminal name", terminal_name},
    {"terminal remove", terminal_remove},
};

}  // namespace

std::span<const OtherCommand> user_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> user_specs() {
  using namespace spec;
  const cli::OptionSpec name =
      needed(placed(text("name", "Name of the person, as in the register", "PERSON")));
  const cli::OptionSpec as =
      needed(choice("role", "What the person may do", {"packer", "checker", "supervisor", "site-manager"}));
  const cli::OptionSpec by = text("by", "Who decided it: a name, or the number of a person", "PERSON");
  const cli::OptionSpec no = needed(placed(whole("no", "Number of the terminal", 1, UINT32_MAX)));
  return {
      {"user add",
       "Give a person an account. Prints a one-time code, valid for a day, with which that person chooses a "
       "password; there is no default password.",
       {name, as, by},
       {"user add \"Mere Tipene\" --role site-manager", "user add Tama --role packer --by Mere"}},
      {"user list", "Who has an account.", {}, {"user list"}},
      {"user role",
       "Change what a person may do. Ends the person's sessions.",
       {name, as, by},
       {"user role Tama --role checker --by Mere"}},
      {"user lock", "Lock an account. Ends the person's sessions.", {name}, {"user lock Tama"}},
      {"user unlock",
       "Unlock an account, and end every wait after wrong tries.",
       {name},
       {"user unlock Tama"}},
      {"user remove",
       "Take an account away. \"person left\" does it by itself.",
       {name, by},
       {"user remove Tama --by Mere"}},
      {"user reset",
       "For somebody who forgot the password: a new one-time code. Password and PIN are forgotten at once.",
       {name},
       {"user reset Tama"}},
      {"user badge",
       "Give a person a badge, or take it away.",
       {name, text("badge", "What the scanner reads from the badge", "TEXT"),
        flag("none", "Take the badge away")},
       {"user badge Tama --badge B-00417", "user badge Tama --none"}},
      {"user log",
       "Every sign-in, refusal, sign-out and lock, newest first.",
       {whole("most", "How many lines", 1, 1'000), whole("before", "Go on before this line", 1, INT64_MAX)},
       {"user log", "user log --most 200 --json"}},
      {"terminal list",
       "The browsers and tablets that came here, and those that wait for a name.",
       {},
       {"terminal list"}},
      {"terminal trust",
       "How a tablet comes to trust this agent: the page that brings it the root certificate, and the "
       "fingerprint to compare.",
       {},
       {"terminal trust"}},
      {"terminal name",
       "Give a terminal a name: from now on badges and PINs work at it.",
       {no, needed(placed(text("name", "Its name, as people say it", "NAME"))), by},
       {"terminal name 3 \"Dock north\" --by Mere"}},
      {"terminal remove",
       "A terminal is not used any more. Ends its sessions.",
       {no, by},
       {"terminal remove 3 --by Mere"}},
  };
}

}  // namespace sealkeep::agent
