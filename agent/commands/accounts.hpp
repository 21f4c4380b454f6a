// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/access/access.hpp"

/// What the agent makes of common/access: its roles, and the facts that clauses 5.1
/// and 5.2 want.
namespace sealkeep::agent {

/// The roles of a load site; a higher one may do what a lower one may.
inline constexpr access::Role kPacker = 1, kChecker = 2, kSupervisor = 3, kSiteManager = 4;
/// "packer", "checker", "supervisor", "site_manager"; empty for another number.
[[nodiscard]] std::string_view role_name(access::Role role);
/// Of the name, with '-' or '_'. BadInput `access.role` names the roles.
[[nodiscard]] Result<access::Role> role_of(std::string_view name);

/// The person's number in that register, by name; nothing if it does not know the person.
[[nodiscard]] Result<std::optional<ses::PersonNo>> person_in(Agent& agent, RegisterId id,
                                                             std::string_view person);

/// Records what a sign-in raised as `security_noted` in every register. Errors as Agent::record.
[[nodiscard]] Result<> note_security(Agent& agent, std::span<const access::SecurityNote> notes);
/// Records that this person changed the password (clause 5.2) in every register that knows the person.
[[nodiscard]] Result<> note_password_changed(Agent& agent, const access::Session& session);

/// True if the registers that know the person all say that their last day has passed, or that they left.
[[nodiscard]] Result<bool> has_ended(Agent& agent, std::string_view person, const Now& now);
/// Locks the accounts of people whose last day has passed (clauses 1.1, 5.2), with a line in the log and a
/// `security_noted` for each; none while the clock is not sure. Errors as Agent::record.
[[nodiscard]] Result<> lock_ended_accounts(Agent& agent);

}  // namespace sealkeep::agent
