// SPDX-License-Identifier: Apache-2.0
#include "common/api/sessions.hpp"

#include "common/api/answers.hpp"

namespace sealkeep::api {
namespace {

constexpr std::string_view kSessionCookie = "sealkeep";
constexpr std::string_view kTerminalCookie = "sealkeep-terminal";
constexpr std::string_view kCsrfHeader = "x-sealkeep-csrf";
constexpr std::int64_t kTerminalCookieS = 400LL * 86'400;  // the longest that browsers keep one

std::optional<Secret> secret_member(const cli::Value& body, std::string_view name) {
  const std::string text = text_member(body, name);
  return text.empty() ? std::nullopt : std::optional<Secret>(as_bytes(text));
}

}  // namespace

Result<access::Session> Sessions::of(const http::Request& request, const access::Policy& policy) {
  const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure));
  if (!token) return tl::unexpected<Error>(not_signed_in());
  auto session = access_->session(as_bytes(*token), policy, clock_->now());
  if (!session && session.error().kind == ErrorKind::NotFound) return tl::unexpected<Error>(not_signed_in());
  return session;
}

Result<access::Session> Sessions::of_write(const http::Request& request, const access::Policy& policy) {
  SEALKEEP_LET(session, of(request, policy));
  if (!access::Access::is_csrf(session, request.header(kCsrfHeader).value_or("")))
    return tl::unexpected<Error>(foreign());
  return session;
}

Result<std::optional<access::Terminal>> Sessions::terminal_of(const http::Request& request) {
  const auto cookie = request.cookie(http::cookie_name(kTerminalCookie, request.secure));
  if (!cookie) return std::nullopt;
  return access_->terminal(as_bytes(*cookie), request.peer, clock_->now());
}

Result<SigningIn> Sessions::begin(const http::Request& request, access::Policy policy, const Meant& meant) {
  const Now now = clock_->now();
  wait_ms_ = 0;
  SEALKEEP_LET(body, body_of(request));
  access::Attempt attempt;
  attempt.person = text_member(body, "person");
  attempt.badge = secret_member(body, "badge");
  attempt.secret = secret_member(body, "secret");
  attempt.new_password = secret_member(body, "new_password");
  attempt.new_pin = secret_member(body, "new_pin");
  attempt.peer = request.peer;
  std::string new_token;
  SEALKEEP_LET(terminal, terminal_of(request));
  if (meant && !attempt.person.empty()) {
    SEALKEEP_LET(person, meant(terminal, std::move(attempt.person)));
    attempt.person = std::move(person);
  }
  if (!terminal) {
    SEALKEEP_LET(made, access_->new_terminal(request.peer, now, *random_));
    terminal = std::move(made.terminal);
    new_token = std::move(made.token);
  }
  attempt.terminal_no = terminal->no;
  if (const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure)))
    attempt.replaces.emplace(as_bytes(*token));
  access::BeginOutcome begun = access_->begin(std::move(attempt), policy, now, *random_);
  wait_ms_ = begun.wait_ms;
  if (!begun.check) return tl::unexpected<Error>(begun.check.error());
  return SigningIn{std::move(*begun.check), std::move(policy),         request.secure,
                   std::move(new_token),    text_member(body, "totp"), request.peer};
}

http::Response Sessions::refusal(const Error& error) const {
  if (wait_ms_ == 0) return problem_of(error);
  return http::problem(error, http::status_of(error), (wait_ms_ + 999) / 1'000);
}

http::Response Sessions::answer(const SigningIn& signing_in, const Result<access::SignedIn>& signed_in,
                                const cli::Value& said) const {
  http::Response response = signed_in ? answer_of(said) : problem_of(signed_in.error());
  if (signed_in)
    http::set_cookie(response, {std::string(kSessionCookie), std::string(as_text(signed_in->token.expose())),
                                -1, signing_in.secure});
  if (!signing_in.new_terminal_token.empty())
    http::set_cookie(response, {std::string(kTerminalCookie), signing_in.new_terminal_token, kTerminalCookieS,
                                signing_in.secure});
  return response;
}

http::Response Sessions::end(const http::Request& request, const access::Policy& policy) {
  const auto session = of_write(request, policy);
  if (!session && session.error().code == "access.no_session") return http::no_content();
  if (!session) return problem_of(session.error());
  const auto token = request.cookie(http::cookie_name(kSessionCookie, request.secure));
  if (const auto ended = access_->end(as_bytes(*token), clock_->now()); !ended)
    return problem_of(ended.error());
  http::Response response = http::no_content();
  http::set_cookie(response, {std::string(kSessionCookie), "", 0, request.secure});
  return response;
}

Result<> Sessions::later(const http::Request& request, const access::Policy& policy) {
  SEALKEEP_LET(session, of_write(request, policy));
  SEALKEEP_TRY(access_->later(session, policy, clock_->now()));
  return {};
}

void add_session(cli::Value& out, const access::Session& session, std::string_view role) {
  out.set("signed_in", true)
      .set("person", session.account)
      .set("name", session.person)
      .set("role", role)
      .set("method", access::method_name(session.method))
      .set("terminal", std::int64_t{session.terminal_no})
      .set("csrf", session.csrf)
      .set("password_prompt", access::prompt_name(session.prompt))
      .set("prompt_password_change", session.prompt == access::PasswordPrompt::Ask ||
                                         session.prompt == access::PasswordPrompt::Overdue);
}

}  // namespace sealkeep::api
