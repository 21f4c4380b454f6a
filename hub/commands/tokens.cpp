// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "common/cli/spec_kit.hpp"
#include "hub/audit.hpp"
#include "hub/commands/people_parts.hpp"

namespace sealkeep::hub::commands {
namespace {

// A token is a person's: over the API of who asks, at the shell of who is named.
Result<access::Account> owner_of(Hub& hub, const Command& command) {
  access::Access& access = hub.accounts().access();
  if (command.caller) {
    SEALKEEP_LET(found, access.account_of(command.caller->account));
    if (found) return *std::move(found);
    return fail(ErrorKind::Refused, "access.no_session", "Nobody is signed in here");
  }
  SEALKEEP_LET(person, command.required("person"));
  return access.account(person);
}

Result<Value> add(Hub& hub, const Command& command) {
  SEALKEEP_LET(owner, owner_of(hub, command));
  SEALKEEP_LET(role_text, command.required("role"));
  SEALKEEP_LET(role, role_of(role_text));
  SEALKEEP_LET(days, command.number("days", 1, access::kTokenMostMs / kDayMs));
  SEALKEEP_LET(name, command.required("name"));
  if (role > owner.role)
    return fail(ErrorKind::Refused, "access.role", "A token cannot do more than its person",
                owner.person + " is " + std::string(role_name(owner.role)),
                "Choose that role or a lower one");
  const Now now = hub.parts().clock.now();
  access::Token wanted;
  wanted.name = name;
  wanted.account = owner.id;
  wanted.role = role;
  wanted.commands = command.all("scope");
  wanted.ends_ms = now.unix_ms + days.value_or(90) * kDayMs;
  SEALKEEP_LET(made, hub.accounts().tokens().add(std::move(wanted), now, hub.parts().random));
  Asked asked;
  if (command.caller) asked = {command.caller->account, 0, {}, {}, command.caller->from};
  if (!command.caller) asked.from = "shell";
  asked.command = command.name;
  asked.subject = "token " + std::to_string(made.token.id) + " of account " + std::to_string(owner.id);
  if (const auto noted = hub.note(JournalKind::CommandAsked, encode(asked)); !noted) {
    SEALKEEP_TRY(hub.accounts().tokens().remove(made.token.id));
    return tl::unexpected<Error>(noted.error());
  }
  return Value::object({{"id", made.token.id},
                        {"name", made.token.name},
                        {"person", owner.person},
                        {"role", role_name(role)},
                        {"token", std::string(as_text(made.text.expose()))},
                        {"ends", when(made.token.ends_ms)},
                        {"ends_ms", made.token.ends_ms},
                        {"next", "Send it as Authorization: Bearer TOKEN. It is not shown again."}});
}

Result<Value> list(Hub& hub, const Command& command) {
  SEALKEEP_LET(tokens, hub.accounts().tokens().all());
  Value out = Value::list();
  for (const access::Token& token : tokens) {
    // Whoever is no administrator sees their own.
    if (command.caller && command.caller->role < kAdministrator && command.caller->account != token.account)
      continue;
    SEALKEEP_LET(owner, hub.accounts().access().account_of(token.account));
    Value scopes = Value::list();
    for (const std::string& scope : token.commands) scopes.add(scope);
    out.add(Value::object({{"id", token.id},
                           {"name", token.name},
                           {"person", owner ? owner->person : std::string()},
                           {"role", role_name(token.role)},
                           {"scopes", std::move(scopes)},
                           {"created_ms", token.created_ms},
                           {"ends_ms", token.ends_ms},
                           {"ends", when(token.ends_ms)},
                           {"used_ms", token.used_ms == 0 ? Value() : Value(token.used_ms)},
                           {"used", when(token.used_ms)}}));
  }
  return Value::object({{"tokens", std::move(out)}});
}

Result<Value> remove(Hub& hub, const Command& command) {
  SEALKEEP_LET(id, command.number("id", 1));
  if (!id) return bad_input("cli.required", "It is not said which token", {}, "See token list");
  if (command.caller && command.caller->role < kAdministrator) {
    SEALKEEP_LET(tokens, hub.accounts().tokens().all());
    for (const access::Token& token : tokens)
      if (token.id == *id && token.account != command.caller->account)
        return fail(ErrorKind::Refused, "access.role", "This token is somebody else's", {},
                    "Ask an administrator");
  }
  SEALKEEP_TRY(hub.accounts().tokens().remove(*id));
  return Value::object({{"id", *id}, {"removed", true}});
}

}  // namespace

std::optional<Result<Value>> token_command(Hub& hub, const Command& command) {
  if (command.name == "token add") return add(hub, command);
  if (command.name == "token list") return list(hub, command);
  if (command.name == "token remove") return remove(hub, command);
  return std::nullopt;
}

std::vector<cli::CommandSpec> token_specs() {
  using namespace cli::spec;
  return {
      {"token add",
       "Make a token for a program. It is shown once, ends by itself, and never may more than its person.",
       {placed(needed(text("name", "What it is for."))),
        choice("role", "The most that it may do.",
               {"guest", "viewer", "site-manager", "ses-manager", "administrator"}, "viewer"),
        many(
            text("scope", "Only this command (\"site list\", or metrics); several are possible.", "COMMAND")),
        whole("days", "For how many days; 90 if not given.", 1, access::kTokenMostMs / kDayMs),
        text("person", "At the shell: whose token it is. It does what that person may, at most.")},
       {"token add prometheus --scope metrics --person \"Mere Tipene\"",
        "token add bi --role viewer --scope 'site list' --scope trends --days 30 --person Mere"}},
      {"token list", "The tokens: whose, for what, until when, when last used.", {}, {"token list"}},
      {"token remove",
       "A token is worth nothing from now on.",
       {placed(needed(whole("id", "The token's number.", 1)))},
       {"token remove 3"}},
  };
}

}  // namespace sealkeep::hub::commands
