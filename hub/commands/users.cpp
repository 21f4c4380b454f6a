// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/cli/spec_kit.hpp"
#include "hub/audit.hpp"
#include "hub/commands/people_parts.hpp"

namespace sealkeep::hub::commands {
namespace {

using access::Account;

constexpr const char* kShell = "shell";

std::string person_of(const Command& command) {
  return command.one("name").value_or("");
}

// Who holds what stands in the journal, also what the shell decided; accounts by number, never by name.
Result<> note_account(Hub& hub, const Command& command, const Account& account, const std::string& what) {
  Asked asked;
  if (command.caller) {
    asked.account = command.caller->account;
    asked.from = command.caller->from;
  } else {
    asked.from = kShell;
  }
  asked.command = command.name;
  asked.subject = "account " + std::to_string(account.id) + (what.empty() ? "" : ", " + what);
  return hub.note(JournalKind::CommandAsked, encode(asked));
}

Result<Reach> reach_of(Hub& hub, const Command& command, access::Role role) {
  Reach reach;
  SEALKEEP_LET(until, moment(command, "until"));
  reach.ends_ms = until;
  for (const std::string& code : command.all("site")) {
    SEALKEEP_LET(site, site_named(hub, code));
    reach.sites.insert(site.id);
  }
  if (role == kGuest && until == 0)
    return bad_input("access.until", "A guest's account has an end", {}, "Say --until with its last day");
  if (until != 0 && until <= hub.parts().clock.now().unix_ms)
    return bad_input("access.until", "That day is past", {}, "Say --until with a day to come");
  if ((role == kSiteManager) != !reach.sites.empty())
    return bad_input(
        "access.sites",
        role == kSiteManager ? "It is not said for which sites" : "Only a site manager is limited to sites",
        {}, "Say --site CODE for each site of a site manager, and for nobody else");
  return reach;
}

// Somebody must be left who can let people in.
Result<> not_the_last(Hub& hub, const Account& account) {
  if (account.role != kAdministrator || account.locked) return {};
  SEALKEEP_LET(all, hub.accounts().access().accounts());
  const auto others = std::count_if(all.begin(), all.end(), [&](const Account& other) {
    return other.id != account.id && other.role == kAdministrator && !other.locked && other.has_password;
  });
  if (others > 0) return {};
  return fail(ErrorKind::Refused, "access.last_administrator",
              "This is the last administrator who can sign in", {},
              "Make another one first: user add NAME --role administrator");
}

Value code_answer(const access::Access::NewCode& made) {
  return Value::object(
      {{"person", made.account.person},
       {"role", role_name(made.account.role)},
       {"one_time_code", made.code},
       {"valid_until", when(made.until_ms)},
       {"valid_until_ms", made.until_ms},
       {"next", made.account.person + " signs in once with this code, chooses a password and sets up an "
                                      "authenticator app; it is not shown again"}});
}

Result<Value> add(Hub& hub, const Command& command) {
  SEALKEEP_LET(role_text, command.required("role"));
  SEALKEEP_LET(role, role_of(role_text));
  SEALKEEP_LET(reach, reach_of(hub, command, role));
  const Now now = hub.parts().clock.now();
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(made, access.add(person_of(command), role, now, hub.parts().random));
  Result<> done = hub.accounts().set_reach(made.account.id, reach);
  if (done) done = note_account(hub, command, made.account, std::string(role_name(role)));
  if (!done) {
    // Nobody holds an account that is not on record.
    SEALKEEP_TRY(access.remove(made.account.person, now));
    return tl::unexpected<Error>(std::move(done).error());
  }
  return code_answer(made);
}

Result<Value> change_role(Hub& hub, const Command& command) {
  SEALKEEP_LET(role_text, command.required("role"));
  SEALKEEP_LET(role, role_of(role_text));
  SEALKEEP_LET(reach, reach_of(hub, command, role));
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(account, access.account(person_of(command)));
  if (role != kAdministrator) SEALKEEP_TRY(not_the_last(hub, account));
  SEALKEEP_TRY(note_account(hub, command, account, std::string(role_name(role))));
  SEALKEEP_LET(before, hub.accounts().reach(account.id));
  SEALKEEP_TRY(hub.accounts().set_reach(account.id, reach));
  SEALKEEP_LET(changed, access.set_role(account.person, role, hub.parts().clock.now()));
  // A narrower reach ends the sessions too.
  if (!changed && before != reach) SEALKEEP_TRY(access.end_all(account.person, hub.parts().clock.now()));
  return Value::object(
      {{"person", account.person}, {"role", role_name(role)}, {"changed", changed || before != reach}});
}

Result<Value> lock(Hub& hub, const Command& command) {
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(account, access.account(person_of(command)));
  SEALKEEP_TRY(not_the_last(hub, account));
  SEALKEEP_TRY(note_account(hub, command, account, {}));
  SEALKEEP_LET(changed, access.lock(account.person, hub.parts().clock.now()));
  return Value::object({{"person", account.person}, {"locked", true}, {"changed", changed}});
}

Result<Value> unlock(Hub& hub, const Command& command) {
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(account, access.account(person_of(command)));
  SEALKEEP_TRY(note_account(hub, command, account, {}));
  SEALKEEP_LET(changed, access.unlock(account.person, hub.parts().clock.now()));
  return Value::object({{"person", account.person}, {"locked", false}, {"changed", changed}});
}

Result<Value> remove(Hub& hub, const Command& command) {
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(account, access.account(person_of(command)));
  SEALKEEP_TRY(not_the_last(hub, account));
  SEALKEEP_TRY(note_account(hub, command, account, {}));
  SEALKEEP_TRY(access.remove(account.person, hub.parts().clock.now()));
  return Value::object({{"person", account.person}, {"removed", true}});
}

Result<Value> reset(Hub& hub, const Command& command) {
  access::Access& access = hub.accounts().access();
  SEALKEEP_LET(account, access.account(person_of(command)));
  SEALKEEP_TRY(note_account(hub, command, account, {}));
  SEALKEEP_TRY(hub.accounts().second_factor().forget(account.id));
  SEALKEEP_LET(made, access.reset(account.person, hub.parts().clock.now(), hub.parts().random));
  return code_answer(made);
}

Value time_or_null(std::int64_t at_ms) {
  return at_ms == 0 ? Value() : Value(at_ms);
}

Result<Value> list(Hub& hub) {
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(accounts, hub.accounts().access().accounts());
  Value out = Value::list();
  for (const Account& account : accounts) {
    SEALKEEP_LET(reach, hub.accounts().reach(account.id));
    SEALKEEP_LET(second, hub.accounts().second_factor().confirmed(account.id));
    Value codes = Value::list();
    for (const SiteInfo& site : sites)
      if (reach.sites.contains(site.id)) codes.add(site.code);
    out.add(Value::object({{"person", account.person},
                           {"account", account.id},
                           {"role", role_name(account.role)},
                           {"sites", std::move(codes)},
                           {"until_ms", time_or_null(reach.ends_ms)},
                           {"locked", account.locked},
                           {"password", account.has_password},
                           {"second_factor", second},
                           {"one_time_code_until_ms", time_or_null(account.code_until_ms)},
                           {"password_since_ms", time_or_null(account.password_ms)},
                           {"last_sign_in_ms", time_or_null(account.last_sign_in_ms)},
                           {"last_sign_in", when(account.last_sign_in_ms)}}));
  }
  return Value::object({{"users", std::move(out)}});
}

Result<Value> log(Hub& hub, const Command& command) {
  SEALKEEP_LET(most, command.number("most", 1, 1'000));
  SEALKEEP_LET(before, command.number("before", 1));
  SEALKEEP_LET(lines, hub.accounts().access().log(static_cast<std::size_t>(most.value_or(50)),
                                                  before.value_or(INT64_MAX)));
  Value out = Value::list();
  for (const access::LogLine& line : lines)
    out.add(Value::object({{"line", line.id},
                           {"when", when(line.at_ms)},
                           {"at_ms", line.at_ms},
                           {"what", access::logged_name(line.what)},
                           {"times", line.times},
                           {"person", line.person},
                           {"from", line.peer},
                           {"note", line.note}}));
  return Value::object({{"lines", std::move(out)}});
}

}  // namespace

std::optional<Result<Value>> user_command(Hub& hub, const Command& command) {
  const std::string& name = command.name;
  if (name == "user add") return add(hub, command);
  if (name == "user role") return change_role(hub, command);
  if (name == "user lock") return lock(hub, command);
  if (name == "user unlock") return unlock(hub, command);
  if (name == "user remove") return remove(hub, command);
  if (name == "user reset") return reset(hub, command);
  if (name == "user list") return list(hub);
  if (name == "user log") return log(hub, command);
  return std::nullopt;
}

std::vector<cli::CommandSpec> user_specs() {
  using namespace cli::spec;
  const cli::OptionSpec name = placed(needed(text("name", "Name of the person.", "PERSON")));
  const cli::OptionSpec role =
      needed(choice("role", "What the person may do.",
                    {"guest", "viewer", "site-manager", "ses-manager", "administrator"}));
  const cli::OptionSpec site =
      many(text("site", "A site that a site manager answers for; several are possible.", "CODE"));
  const cli::OptionSpec until =
      text("until", "Until when the account may be used; a guest's must end.", "DATE");
  return {
      {"user add",
       "Give a person an account at head office. Prints a one-time code, valid for a day, with which that "
       "person chooses a password; there is no default password.",
       {name, role, site, until},
       {"user add \"Mere Tipene\" --role administrator", "user add Tama --role site-manager --site akl-01",
        "user add \"Customs Auckland\" --role guest --until 2026-12-31"}},
      {"user list", "Who has an account, with which role, limited to what.", {}, {"user list"}},
      {"user role",
       "Change what a person may do. Ends the person's sessions.",
       {name, role, site, until},
       {"user role Tama --role ses-manager"}},
      {"user lock", "Lock an account. Ends the person's sessions; tokens stop.", {name}, {"user lock Tama"}},
      {"user unlock",
       "Unlock an account, and end every wait after wrong tries.",
       {name},
       {"user unlock Tama"}},
      {"user remove", "Take an account away, with its tokens.", {name}, {"user remove Tama"}},
      {"user reset",
       "For somebody who forgot the password or lost the device: a new one-time code. Password and second "
       "factor are forgotten at once.",
       {name},
       {"user reset Tama"}},
      {"user log",
       "Every sign-in, refusal, sign-out and lock, newest first.",
       {whole("most", "How many lines; 50 if not given.", 1, 1'000),
        whole("before", "Go on before this line.", 1)},
       {"user log", "user log --most 200 --json"}},
  };
}

}  // namespace sealkeep::hub::commands
