// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/api/api.hpp"
#include "common/base/clock.hpp"

/// Signing in at a terminal: what the site's plan allows, and what is recorded of it.
namespace sealkeep::agent::api {
namespace {

using sealkeep::api::problem_of;

constexpr std::int64_t kWholeNames = 2;  // of ses::Setting::SignInNames

// "Mere Tipene" is shown as "Mere"; of two people of that first name as far as they differ by an initial,
// else whole.
void shorten_names(std::vector<std::string>& names) {
  const auto first_of = [](const std::string& name) { return name.substr(0, name.find(' ')); };
  const auto with_initial = [](const std::string& name) {
    const std::size_t last = name.rfind(' ');
    if (last == std::string::npos) return name;
    std::size_t end = last + 2;  // a whole character of UTF-8
    while (end < name.size() && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) ++end;
    return name.substr(0, name.find(' ')) + name.substr(last, end - last) + ".";
  };
  const std::vector<std::string> whole = names;
  for (std::size_t i = 0; i < whole.size(); ++i) {
    const auto alone = [&](const auto& shortened) {
      return std::count_if(whole.begin(), whole.end(), [&](const std::string& other) {
               return shortened(other) == shortened(whole[i]);
             }) == 1;
    };
    if (alone(first_of)) {
      names[i] = first_of(whole[i]);
    } else if (alone(with_initial)) {
      names[i] = with_initial(whole[i]);
    }
  }
}

}  // namespace

access::Policy Api::policy() {
  access::Policy out;
  const Now now = agent_->parts().clock.now();
  for (const ExporterInfo& exporter : agent_->exporters()) {
    out.own_words.push_back(exporter.site_code);
    ses::Rows rows;
    if (!agent_->rows().begin(exporter.id, rows)) continue;
    const ses::Adopted& plan = rows.adopted;
    // Of several exporters' plans the strictest stands: the terminal is one.
    const auto all_allow = [&](bool so_far, ses::Setting setting) {
      const bool first = out.own_words.size() == 1;
      return (first || so_far) && plan.setting(setting) != 0;
    };
    out.badge_allowed = all_allow(out.badge_allowed, ses::Setting::BadgeSignIn);
    out.pin_allowed = all_allow(out.pin_allowed, ses::Setting::PinSignIn);
    out.password_age_ms = std::min(out.password_age_ms, plan.setting(ses::Setting::PasswordDays) * kDayMs);
    const bool open =
        ses::add_opening_ms(now.unix_ms, 1, plan.opening_hours(), now.utc_offset_min) == now.unix_ms + 1;
    out.off_hours = out.off_hours || !open;
  }
  return out;
}

Begun Api::session_request(const http::Request& request) {
  if (request.path.ends_with("/later")) {
    if (request.method != "POST") return problem_of(sealkeep::api::wrong_method());
    if (const auto later = sessions_.later(request, policy()); !later) return problem_of(later.error());
    return answer_of(session_value(request));
  }
  if (sealkeep::api::reads(request)) return answer_of(session_value(request));
  if (request.method == "POST") {
    auto signing_in =
        sessions_.begin(request, policy(), [this](const auto& at, std::string name) -> Result<std::string> {
          return person_meant(at, std::move(name));
        });
    if (!signing_in) return sessions_.refusal(signing_in.error());
    return std::move(*signing_in);
  }
  if (request.method != "DELETE") return problem_of(sealkeep::api::wrong_method());
  return sessions_.end(request, policy());
}

// Whom the sign-in page may offer there, in the order of accounts(), "" for one that is locked: nobody,
// unless the terminal has a name and every plan allows it (decision 0027).
Result<std::vector<std::string>> Api::names_shown(const std::optional<access::Terminal>& at) {
  std::vector<std::string> out;
  if (!at || at->pending() || agent_->exporters().empty()) return out;
  std::int64_t how = kWholeNames;
  for (const ExporterInfo& exporter : agent_->exporters()) {
    ses::Rows rows;
    SEALKEEP_TRY(agent_->rows().begin(exporter.id, rows));
    how = std::min(how, rows.adopted.setting(ses::Setting::SignInNames));
  }
  if (how == 0) return out;
  SEALKEEP_LET(accounts, agent_->access().accounts());
  for (const access::Account& account : accounts) out.push_back(account.locked ? "" : account.person);
  if (how < kWholeNames) shorten_names(out);
  return out;
}

Result<std::string> Api::person_meant(const std::optional<access::Terminal>& at, std::string name) {
  SEALKEEP_LET(shown, names_shown(at));
  const auto touched = std::find(shown.begin(), shown.end(), name);
  if (touched == shown.end()) return name;
  SEALKEEP_LET(accounts, agent_->access().accounts());
  return accounts.at(static_cast<std::size_t>(touched - shown.begin())).person;
}

void Api::add_cameras(cli::Value& out) const {
  if (eyes_ == nullptr) return;
  cli::Value cameras = cli::Value::list();
  for (const std::string& name : eyes_->config().cameras) cameras.add(name);
  out.set("cameras", std::move(cameras));
}

Result<cli::Value> Api::session_value(const http::Request& request) {
  const access::Policy allowed = policy();
  cli::Value exporters = cli::Value::list();
  std::string site;
  for (const ExporterInfo& exporter : agent_->exporters()) {
    site = site.empty() ? exporter.site_code : site;
    exporters.add(cli::Value::object(
        {{"hub", exporter.hub}, {"name", exporter.hub.substr(0, exporter.hub.find('.'))}}));
  }
  cli::Value out = cli::Value::object({{"signed_in", false},
                                       {"site", site},
                                       {"exporters", std::move(exporters)},
                                       {"badge_allowed", allowed.badge_allowed},
                                       {"pin_allowed", allowed.pin_allowed}});
  SEALKEEP_LET(terminal, sessions_.terminal_of(request));
  if (terminal) out.set("terminal", terminal->no).set("terminal_name", terminal->name);
  SEALKEEP_LET(shown, names_shown(terminal));
  cli::Value people = cli::Value::list();
  for (const std::string& name : shown)
    if (!name.empty()) people.add(cli::Value::object({{"name", name}}));
  if (!shown.empty()) out.set("people", std::move(people));
  const auto session = sessions_.of(request, allowed);
  if (!session) {
    if (session.error().code == "access.no_session") return out;
    return tl::unexpected<Error>(session.error());
  }
  sealkeep::api::add_session(out, *session, role_name(session->role));
  add_cameras(out);
  return out;
}

http::Response Api::finish_sign_in(SigningIn signing_in, Result<access::SecretOutcome> outcome) {
  if (!outcome) return problem_of(outcome.error());
  const AgentParts& parts = agent_->parts();
  const access::SignInOutcome done = agent_->access().finish(
      std::move(signing_in.check), std::move(*outcome), signing_in.policy, parts.clock.now(), parts.random);
  if (!done.notes.empty())
    if (const auto noted = note_security(*agent_, done.notes); !noted) return problem_of(noted.error());
  cli::Value said = cli::Value::object();
  if (done.signed_in) {
    const access::Session& session = done.signed_in->session;
    if (done.signed_in->password_changed)
      if (const auto noted = note_password_changed(*agent_, session); !noted)
        return problem_of(noted.error());
    sealkeep::api::add_session(said, session, role_name(session.role));
    add_cameras(said);
  }
  return sessions_.answer(signing_in, done.signed_in, said);
}

}  // namespace sealkeep::agent::api
