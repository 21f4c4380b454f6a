// SPDX-License-Identifier: Apache-2.0
#include "hub/approvals.hpp"

#include <algorithm>

#include "common/cli/spec_kit.hpp"
#include "hub/commands/people_parts.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kListed = 200;

/// A decision that one person alone may not take, and the least role of the one who confirms it.
struct TwoPersons {
  std::string_view command;
  access::Role least;
};
// user reset is among them: whoever resets somebody else could be that person too, and so the second one.
constexpr TwoPersons kRules[] = {{"site approve", kSesManager}, {"site revoke", kSesManager},
                                 {"approve plan", kSesManager}, {"plan set", kSesManager},
                                 {"user add", kAdministrator},  {"user role", kAdministrator},
                                 {"user reset", kAdministrator}};

const TwoPersons* rule_of(std::string_view command) {
  const auto found = std::find_if(std::begin(kRules), std::end(kRules),
                                  [&](const TwoPersons& rule) { return rule.command == command; });
  return found == std::end(kRules) ? nullptr : found;
}

// As it would be typed.
std::string typed(const Command& command) {
  std::string out = command.name;
  for (const auto& [option, values] : command.options)
    for (const std::string& value : values) {
      out += " --" + option;
      if (value == "true" && values.size() == 1) continue;
      const bool plain = !value.empty() && value.find_first_of(" '\"") == std::string::npos;
      out += plain ? " " + printable(value) : " '" + printable(value) + "'";
    }
  return out;
}

std::string asker_of(const Command& command) {
  return command.caller ? command.caller->person : std::string("the shell");
}
access::AccountId account_of(const Command& command) {
  return command.caller ? command.caller->account : 0;
}

PackWriter asked_body(const Approval& approval, const std::string& subject) {
  PackWriter out;
  out.array(4).uint(static_cast<std::uint64_t>(approval.id));
  out.uint(static_cast<std::uint64_t>(approval.asked_account)).str(approval.name).str(subject);
  return out;
}

PackWriter decided_body(const Approval& approval) {
  PackWriter out;
  out.array(4).uint(static_cast<std::uint64_t>(approval.id));
  out.uint(static_cast<std::uint64_t>(approval.decided_account));
  out.uint(static_cast<std::uint64_t>(approval.state));
  out.str(approval.state == ApprovalState::Refused ? approval.reason : std::string());
  return out;
}

Result<> decided(Hub& hub, Approvals& approvals, const Approval& approval) {
  return hub.note(JournalKind::ApprovalDecided, decided_body(approval),
                  [&] { return approvals.decide(approval); });
}

Result<> expire_old(Hub& hub, Approvals& approvals) {
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(waiting, approvals.list(true, kApprovalsWaiting));
  for (Approval& approval : waiting) {
    if (approval.expires_ms > now_ms) continue;
    approval.state = ApprovalState::Expired;
    approval.decided_ms = approval.expires_ms;
    SEALKEEP_TRY(decided(hub, approvals, approval));
  }
  return {};
}

Result<Approval> waiting_one(Hub& hub, Approvals& approvals, const Command& command) {
  SEALKEEP_LET(id, command.number("id", 1));
  if (!id) return bad_input("cli.required", "It is not said which command", {}, "See approval list");
  SEALKEEP_TRY(expire_old(hub, approvals));
  SEALKEEP_LET(found, approvals.find(*id));
  if (!found)
    return fail(ErrorKind::NotFound, "approval.unknown",
                "No command waits with the number " + std::to_string(*id), {}, "See approval list");
  if (found->state != ApprovalState::Waiting)
    return fail(ErrorKind::Refused, "approval.decided", "This command does not wait any more",
                "it is " + std::string(approval_state_name(found->state)),
                "Ask for it anew if it is still wanted");
  return *std::move(found);
}

void signed_by(Approval& approval, Hub& hub, const Command& command, ApprovalState state) {
  approval.state = state;
  approval.decided_account = account_of(command);
  approval.decided_by = asker_of(command);
  approval.decided_ms = hub.parts().clock.now().unix_ms;
}

Result<Value> confirm(Hub& hub, const Command& command, const OnProgress& progress) {
  SEALKEEP_LET(approvals, Approvals::open(hub.db()));
  SEALKEEP_LET(approval, waiting_one(hub, approvals, command));
  if (!command.caller || command.caller->auth_method == 0)
    return fail(ErrorKind::Refused, "approval.signed_in", "A person confirms this, signed in",
                "neither the shell nor a token shows who is there", "Sign in at head office's page");
  if (command.caller->account == approval.asked_account)
    return fail(ErrorKind::Refused, "approval.same_person", "Somebody else has to confirm this",
                approval.asked_by + " asked for it", "Ask a second person");
  const TwoPersons* rule = rule_of(approval.name);
  if (rule == nullptr || command.caller->role < rule->least)
    return fail(ErrorKind::Refused, "access.role", "Your role does not allow to confirm this",
                "it is for a " + std::string(role_name(rule == nullptr ? kAdministrator : rule->least)), {});
  Command asked = std::exchange(approval.command, {});
  signed_by(approval, hub, command, ApprovalState::Confirmed);
  SEALKEEP_TRY(decided(hub, approvals, approval));
  auto outcome = carry_out(hub, asked, progress);
  approval.state = outcome ? ApprovalState::Done : ApprovalState::Failed;
  if (!outcome) approval.reason = outcome.error().text().substr(0, kExportTextBytes);
  SEALKEEP_TRY(hub.db().transaction([&] { return approvals.decide(approval); }));
  if (outcome && outcome->as_object() != nullptr) outcome->set("confirmed", approval.id);
  return outcome;
}

Result<Value> refuse(Hub& hub, const Command& command) {
  SEALKEEP_LET(reason, short_text(command, "reason"));
  SEALKEEP_LET(approvals, Approvals::open(hub.db()));
  SEALKEEP_LET(approval, waiting_one(hub, approvals, command));
  signed_by(approval, hub, command, ApprovalState::Refused);
  approval.reason = reason;
  SEALKEEP_TRY(decided(hub, approvals, approval));
  return Value::object({{"refused", approval.id}, {"words", approval.words}});
}

Result<Value> list(Hub& hub, const Command& command) {
  SEALKEEP_LET(approvals, Approvals::open(hub.db()));
  SEALKEEP_TRY(expire_old(hub, approvals));
  SEALKEEP_LET(all, approvals.list(!command.has("all"), kListed));
  Value out = Value::list();
  for (const Approval& a : all) {
    const TwoPersons* rule = rule_of(a.name);
    const bool may = command.caller && command.caller->auth_method != 0 &&
                     command.caller->account != a.asked_account && rule != nullptr &&
                     command.caller->role >= rule->least && a.state == ApprovalState::Waiting;
    Value one = Value::object({{"id", a.id},
                               {"command", a.name},
                               {"words", a.words},
                               {"state", approval_state_name(a.state)},
                               {"asked_by", a.asked_by},
                               {"asked", when(a.asked_ms)},
                               {"asked_ms", a.asked_ms},
                               {"expires_ms", a.expires_ms},
                               {"may_confirm", may}});
    if (a.decided_ms != 0)
      one.set("decided_by", a.decided_by).set("decided_ms", a.decided_ms).set("reason", a.reason);
    out.add(std::move(one));
  }
  return Value::object({{"approvals", std::move(out)}});
}

}  // namespace

Result<bool> waits_for_second(Hub& hub, const Command& command) {
  if (rule_of(command.name) == nullptr) return false;
  if (command.caller) return true;
  if (!hub.parts().two_persons) return false;
  if (command.name == "user add" || command.name == "user reset") {
    SEALKEEP_LET(accounts, hub.accounts().access().accounts());
    const auto able = std::count_if(accounts.begin(), accounts.end(), [](const access::Account& account) {
      return account.role == kAdministrator && !account.locked && account.has_password;
    });
    // Nobody could confirm it, or the one who could might be the one whom it is for.
    if (able < 2) return false;
  }
  return true;
}

Result<Value> ask_second(Hub& hub, const Command& command) {
  const std::int64_t now_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(approvals, Approvals::open(hub.db()));
  SEALKEEP_TRY(expire_old(hub, approvals));
  Approval approval;
  SEALKEEP_LET(id, approvals.next_id());
  approval.id = id;
  approval.command = command;
  approval.name = command.name;
  approval.words = typed(command);
  approval.asked_account = account_of(command);
  approval.asked_by = asker_of(command);
  approval.asked_ms = now_ms;
  approval.expires_ms = now_ms + kApprovalMs;
  SEALKEEP_TRY(hub.note(JournalKind::ApprovalAsked, asked_body(approval, subject_of(command)),
                        [&] { return approvals.add(approval); }));
  return Value::object({{"waiting_for_second", approval.id},
                        {"words", approval.words},
                        {"expires_ms", approval.expires_ms},
                        {"next",
                         "Nothing is changed yet. A second person confirms it within a day: approval "
                         "confirm " +
                             std::to_string(approval.id)}});
}

std::optional<Result<Value>> approval_command(Hub& hub, const Command& command, const OnProgress& progress) {
  if (command.name == "approval list") return list(hub, command);
  if (command.name == "approval confirm") return confirm(hub, command, progress);
  if (command.name == "approval refuse") return refuse(hub, command);
  return std::nullopt;
}

std::optional<Result<Value>> people_command(Hub& hub, const Command& command, const OnProgress& progress) {
  if (auto done = user_command(hub, command)) return done;
  if (auto done = token_command(hub, command)) return done;
  return approval_command(hub, command, progress);
}

std::vector<cli::CommandSpec> approval_specs() {
  using namespace cli::spec;
  const cli::OptionSpec id = placed(needed(whole("id", "The number under which the command waits.", 1)));
  return {
      {"approval list",
       "Commands that wait for a second person.",
       {flag("all", "Also those that were decided or have expired.")},
       {"approval list"}},
      {"approval confirm",
       "Confirm as the second person what somebody else asked for, signed in at the page or with the API; it "
       "is carried out at once.",
       {id},
       {"approval confirm 7"}},
      {"approval refuse",
       "Refuse it, or take it back; nothing is changed.",
       {id, needed(text("reason", "Why not. Name no person: it cannot be erased."))},
       {"approval refuse 7 --reason 'wrong fingerprint'"}},
  };
}

}  // namespace sealkeep::hub::commands
