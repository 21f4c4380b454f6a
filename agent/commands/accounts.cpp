// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/accounts.hpp"

#include <algorithm>
#include <iterator>

#include "agent/commands/directory.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::string_view kRoles[] = {"packer", "checker", "supervisor", "site_manager"};

Result<> record_in(Agent& agent, RegisterId id, const std::vector<Fact>& facts) {
  SEALKEEP_LET(recorded, agent.record(id, facts));
  for (const Result<Recorded>& one : recorded)
    if (!one) return tl::unexpected<Error>(one.error());
  return {};
}

}  // namespace

std::string_view role_name(access::Role role) {
  return role >= 1 && role <= std::size(kRoles) ? kRoles[role - 1] : std::string_view();
}

Result<access::Role> role_of(std::string_view name) {
  std::string written(name);
  std::replace(written.begin(), written.end(), '-', '_');
  const auto found = std::find(std::begin(kRoles), std::end(kRoles), written);
  if (found == std::end(kRoles)) {
    return bad_input("access.role", "There is no role \"" + printable(name) + "\"", {},
                     "Say packer, checker, supervisor or site-manager");
  }
  return static_cast<access::Role>(found - std::begin(kRoles) + 1);
}

Result<std::optional<ses::PersonNo>> person_in(Agent& agent, RegisterId id, std::string_view person) {
  SEALKEEP_LET(names, Directory::read(agent, id));
  auto no = names.person(person);
  if (no) return std::optional<ses::PersonNo>(*no);
  if (no.error().kind == ErrorKind::NotFound) return std::nullopt;
  return tl::unexpected<Error>(std::move(no).error());
}

Result<> note_security(Agent& agent, std::span<const access::SecurityNote> notes) {
  if (notes.empty()) return {};
  for (const ExporterInfo& exporter : agent.exporters()) {
    std::vector<Fact> facts;
    for (const access::SecurityNote& note : notes) {
      Fact& fact = facts.emplace_back();
      agent.parts().random.fill(fact.request_id);
      fact.event =
          ses::SecurityNoted{static_cast<ses::SecurityMatter>(note.what), note.terminal_no, note.count};
      fact.auth_method = ses::AuthMethod::None;
    }
    SEALKEEP_TRY(record_in(agent, exporter.id, facts));
  }
  return {};
}

Result<bool> has_ended(Agent& agent, std::string_view person, const Now& now) {
  bool ended = false;
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (agent.site_register(exporter.id)->clock_state(now) != ses::ClockState::Trusted) return false;
    const auto no = person_in(agent, exporter.id, person);
    if (!no && no.error().kind == ErrorKind::BadInput) return false;  // two people have that name
    if (!no) return tl::unexpected<Error>(no.error());
    if (!*no) continue;
    SEALKEEP_LET(row, agent.rows().person(exporter.id, **no));
    if (!row) return false;
    const bool over = row->left_ms != 0 || (row->until_ms != 0 && now.unix_ms > row->until_ms);
    if (!over) return false;
    ended = true;
  }
  return ended;
}

Result<> lock_ended_accounts(Agent& agent) {
  const Now now = agent.parts().clock.now();
  SEALKEEP_LET(accounts, agent.access().accounts());
  for (const access::Account& account : accounts) {
    if (account.locked) continue;
    SEALKEEP_LET(ended, has_ended(agent, account.person, now));
    if (!ended) continue;
    SEALKEEP_LET(locked, agent.access().lock(account.person, now));
    if (!locked) continue;
    agent.parts().log.warn("account_locked",
                           {{"account", account.id}, {"why", "the person's last day has passed"}});
    const access::SecurityNote note{access::SecurityNote::What::Locked, 0, 1};
    SEALKEEP_TRY(note_security(agent, std::span(&note, 1)));
  }
  return {};
}

Result<> note_password_changed(Agent& agent, const access::Session& session) {
  for (const ExporterInfo& exporter : agent.exporters()) {
    SEALKEEP_LET(no, person_in(agent, exporter.id, session.person));
    if (!no) continue;
    Fact fact;
    agent.parts().random.fill(fact.request_id);
    ses::RecordKept kept;
    kept.what = ses::RecordKind::PasswordChanged;
    kept.person_no = *no;
    fact.event = std::move(kept);
    fact.person_no = *no;
    fact.auth_method = static_cast<ses::AuthMethod>(session.method);
    fact.terminal_no = session.terminal_no;
    SEALKEEP_TRY(record_in(agent, exporter.id, {std::move(fact)}));
  }
  return {};
}

}  // namespace sealkeep::agent
