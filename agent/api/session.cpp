// SPDX-License-Identifier: Apache-2.0
#include "agent/api/api.hpp"
#include "agent/api/door_words.hpp"

/// Signing in at a terminal: which browser it is, who is there, and who was not
/// let in.
namespace sealkeep::agent::api {
namespace {

constexpr std::int64_t kTerminalCookieS = 400LL * 86'400;  // the longest that browsers keep one
constexpr std::int64_t kDayMs = 86'400'000;

std::string text_member(const cli::Value& body, std::string_view name) {
  const cli::Value* member = body.find(name);
  return member != nullptr && member->as_text() != nullptr ? *member->as_text() : std::string();
}

std::optional<Secret> secret_member(const cli::Value& body, std::string_view name) {
  const std::string text = text_member(body, name);
  return text.empty() ? std::nullopt : std::optional<Secret>(as_bytes(text));
}

void add_session(cli::Value& out, const access::Session& session) {
  out.set("signed_in", true)
      .set("person", session.account)
      .set("name", session.person)
      .set("role", role_name(session.role))
      .set("method", access::method_name(session.method))
      .set("terminal", std::int64_t{session.terminal_no})
      .set("csrf", session.csrf)
      .set("password_prompt", access::prompt_name(session.prompt))
      .set("prompt_password_change", session.prompt == access::PasswordPrompt::Ask ||
                                         session.prompt == access::PasswordPrompt::Overdue);
}

http::Response no_method() {
  return http::problem(Error{ErrorKind::BadInput, "http.method", "This path takes another method", {}, {}});
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

Result<access::Session> Api::session_of(const http::Request& request) {
  const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure));
  if (!token) return tl::unexpected<Error>(not_signed_in());
  auto session = access_->session(as_bytes(*token), policy(), agent_->parts().clock.now());
  if (!session && session.error().kind == ErrorKind::NotFound) return tl::unexpected<Error>(not_signed_in());
  return session;
}

Begun Api::session_request(const http::Request& request) {
  const Now now = agent_->parts().clock.now();
  if (request.path.ends_with("/later")) {
    if (request.method != "POST") return no_method();
    const auto session = session_of(request);
    if (!session) return problem_of(session.error());
    if (!access::Access::is_csrf(*session, request.header(kCsrfHeader).value_or("")))
      return problem_of(foreign());
    if (const auto later = access_->later(*session, policy(), now); !later) return problem_of(later.error());
    return answer_of(session_value(request));
  }
  if (request.method == "GET" || request.method == "HEAD") return answer_of(session_value(request));
  if (request.method == "POST") {
    auto signing_in = begin_sign_in(request);
    if (!signing_in) return problem_of(signing_in.error());
    return std::move(*signing_in);
  }
  if (request.method != "DELETE") return no_method();
  const auto session = session_of(request);
  if (!session) return http::no_content();
  if (!access::Access::is_csrf(*session, request.header(kCsrfHeader).value_or("")))
    return problem_of(foreign());
  const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure));
  if (const auto ended = access_->end(as_bytes(*token), now); !ended) return problem_of(ended.error());
  http::Response response = http::no_content();
  http::set_cookie(response, {std::string(kSessionCookie), "", 0, request.secure});
  return response;
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
  if (const auto cookie = request.cookie(http::cookie_name(kTerminalCookie, request.secure))) {
    SEALKEEP_LET(terminal, access_->terminal(as_bytes(*cookie), request.peer, agent_->parts().clock.now()));
    if (terminal) out.set("terminal", terminal->no).set("terminal_name", terminal->name);
  }
  const auto session = session_of(request);
  if (!session) {
    if (session.error().code == "access.no_session") return out;
    return tl::unexpected<Error>(session.error());
  }
  add_session(out, *session);
  return out;
}

Result<SigningIn> Api::begin_sign_in(const http::Request& request) {
  const Now now = agent_->parts().clock.now();
  SEALKEEP_LET(body, body_of(request));
  access::Attempt attempt;
  attempt.person = text_member(body, "person");
  attempt.badge = secret_member(body, "badge");
  attempt.secret = secret_member(body, "secret");
  attempt.new_password = secret_member(body, "new_password");
  attempt.new_pin = secret_member(body, "new_pin");
  attempt.peer = request.peer;
  std::string new_token;
  std::optional<access::Terminal> terminal;
  if (const auto cookie = request.cookie(http::cookie_name(kTerminalCookie, request.secure))) {
    SEALKEEP_LET(known, access_->terminal(as_bytes(*cookie), request.peer, now));
    terminal = std::move(known);
  }
  if (!terminal) {
    SEALKEEP_LET(made, access_->new_terminal(request.peer, now, agent_->parts().random));
    terminal = std::move(made.terminal);
    new_token = std::move(made.token);
  }
  attempt.terminal_no = terminal->no;
  if (const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure)))
    attempt.replaces.emplace(as_bytes(*token));
  access::Policy allowed = policy();
  access::BeginOutcome begun = access_->begin(std::move(attempt), allowed, now, agent_->parts().random);
  if (!begun.check) return tl::unexpected<Error>(begun.check.error());
  return SigningIn{std::move(*begun.check), std::move(allowed), request.secure, std::move(new_token)};
}

http::Response Api::finish_sign_in(SigningIn signing_in, Result<access::SecretOutcome> outcome) {
  if (!outcome) return problem_of(outcome.error());
  const Now now = agent_->parts().clock.now();
  access::SignInOutcome done = access_->finish(std::move(signing_in.check), std::move(*outcome),
                                               signing_in.policy, now, agent_->parts().random);
  if (!done.notes.empty())
    if (const auto noted = note_security(*agent_, done.notes); !noted) return problem_of(noted.error());
  http::Response response;
  if (!done.signed_in) {
    response = problem_of(done.signed_in.error());
  } else {
    const access::Session& session = done.signed_in->session;
    if (done.signed_in->password_changed)
      if (const auto noted = note_password_changed(*agent_, session); !noted)
        return problem_of(noted.error());
    cli::Value said = cli::Value::object();
    add_session(said, session);
    response = http::json_response(cli::to_json(said));
    http::set_cookie(response, {std::string(kSessionCookie),
                                std::string(as_text(done.signed_in->token.expose())), -1, signing_in.secure});
  }
  if (!signing_in.new_terminal_token.empty())
    http::set_cookie(response, {std::string(kTerminalCookie), signing_in.new_terminal_token, kTerminalCookieS,
                                signing_in.secure});
  return response;
}

}  // namespace sealkeep::agent::api
