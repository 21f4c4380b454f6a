// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/api/answers.hpp"
#include "hub/api/api.hpp"

/// Who is there: sessions with a second factor, tokens, and how far an account goes.
namespace sealkeep::hub::api {
namespace {

using cli::Value;
using sealkeep::api::problem_of;

constexpr std::string_view kBearer = "Bearer ";

tl::unexpected<Error> account_over() {
  return fail(ErrorKind::Refused, "access.over", "This account may not be used any more",
              "its last day is past", "Ask an administrator");
}

}  // namespace

access::Policy Api::policy() const {
  access::Policy out;
  const std::string& name = hub_->settings().name;
  for (std::size_t from = 0; from < name.size();) {
    const std::size_t end = std::min(name.find('.', from), name.size());
    if (end > from) out.own_words.push_back(name.substr(from, end - from));
    from = end + 1;
  }
  return out;
}

Result<> Api::add_reach(Asker& asker, access::Role of_account) {
  SEALKEEP_LET(reach, hub_->accounts().reach(asker.account));
  if (reach.ends_ms != 0 && hub_->parts().clock.now().unix_ms >= reach.ends_ms) return account_over();
  asker.some_sites = of_account == kSiteManager;
  if (!asker.some_sites) return {};
  SEALKEEP_LET(sites, hub_->sites());
  for (const SiteInfo& site : sites)
    if (reach.sites.contains(site.id)) asker.sites.insert(site.code);
  return {};
}

Result<Asker> Api::asker_of_token(std::string_view text) {
  const auto wrong = [] {
    return fail(ErrorKind::Refused, "access.no_session", "This token is not valid",
                "it has ended, was removed, or its account may not be used", "Make another one: token add");
  };
  SEALKEEP_LET(token, hub_->accounts().tokens().find(text, hub_->parts().clock.now()));
  if (!token) return wrong();
  SEALKEEP_LET(account, hub_->accounts().access().account_of(token->account));
  if (!account || account->locked) return wrong();
  Asker out;
  out.account = account->id;
  out.person = account->person;
  out.role = std::min(token->role, account->role);
  out.token = token->id;
  out.scopes = std::move(token->commands);
  out.second_factor = true;
  // Whose person answers for some sites only sees no others with a lesser role either.
  SEALKEEP_TRY(add_reach(out, account->role));
  return out;
}

Result<Asker> Api::asker_of(const http::Request& request, bool writes) {
  if (const auto header = request.header("authorization"); header && header->starts_with(kBearer))
    return asker_of_token(header->substr(kBearer.size()));
  SEALKEEP_LET(session, writes ? sessions_.of_write(request, policy()) : sessions_.of(request, policy()));
  Asker out;
  out.account = session.account;
  out.person = session.person;
  out.role = session.role;
  SEALKEEP_LET(confirmed, hub_->accounts().second_factor().confirmed(session.account));
  out.second_factor = confirmed;
  SEALKEEP_TRY(add_reach(out, session.role));
  out.session = std::move(session);
  return out;
}

bool Api::may_scrape(const http::Request& request) {
  const auto header = request.header("authorization");
  if (!header) return request.peer == "127.0.0.1" || request.peer == "::1";
  const auto asker = asker_of(request, false);
  return asker && asker->token != 0 &&
         std::find(asker->scopes.begin(), asker->scopes.end(), "metrics") != asker->scopes.end();
}

void Api::add_session(Value& out, const Asker& asker) const {
  sealkeep::api::add_session(out, *asker.session, role_name(asker.role));
  out.set("until_ms", asker.session->ends_ms);
  out.set("second_factor", asker.second_factor ? "ok" : "enrol");
  Value sites;
  if (asker.some_sites) {
    sites = Value::list();
    for (const std::string& code : asker.sites) sites.add(code);
  }
  out.set("sites", std::move(sites));
}

Result<Value> Api::session_value(const http::Request& request) {
  Value out = Value::object({{"signed_in", false}, {"hub", hub_->settings().name}});
  const auto asker = asker_of(request, false);
  if (!asker) {
    if (asker.error().code == "access.no_session" || asker.error().code == "access.over") return out;
    return tl::unexpected<Error>(asker.error());
  }
  if (asker->session) add_session(out, *asker);
  return out;
}

Result<> Api::add_enrolment(Value& out, const Asker& asker) {
  SEALKEEP_LET(account, hub_->accounts().access().account(asker.person));
  SEALKEEP_LET(made, hub_->accounts().second_factor().enrol(account, hub_->settings().name,
                                                            hub_->parts().clock.now(), hub_->parts().random));
  out.set("otpauth", made.otpauth).set("secret", made.secret);
  return {};
}

// {} gives a secret while none was confirmed; {"totp": "123456"} confirms it.
Result<Value> Api::second_factor(const http::Request& request) {
  SEALKEEP_LET(asker, asker_of(request, true));
  if (!asker.session) return tl::unexpected<Error>(sealkeep::api::not_signed_in());
  SEALKEEP_LET(body, sealkeep::api::body_of(request));
  Accounts& accounts = hub_->accounts();
  const Now now = hub_->parts().clock.now();
  const std::string typed = sealkeep::api::text_member(body, "totp");
  Value out = Value::object({{"hub", hub_->settings().name}});
  if (typed.empty()) {
    SEALKEEP_TRY(add_enrolment(out, asker));
    add_session(out, asker);
    return out;
  }
  SEALKEEP_TRY(accounts.second_factor().confirm(asker.account, typed, now));
  // Whoever signed in beside this browser before there was a second factor has shown none.
  SEALKEEP_TRY(accounts.access().end_others(*asker.session));
  asker.second_factor = true;
  add_session(out, asker);
  return out;
}

Begun Api::session_request(const http::Request& request, std::string_view path) {
  using sealkeep::api::answer_of;
  if (path != "/session") {
    if (request.method != "POST") return problem_of(sealkeep::api::wrong_method());
    if (path == "/session/second-factor") return answer_of(second_factor(request));
    if (const auto later = sessions_.later(request, policy()); !later) return problem_of(later.error());
    return answer_of(session_value(request));
  }
  if (sealkeep::api::reads(request)) return answer_of(session_value(request));
  if (request.method == "POST") {
    // In a session that waits for its second factor the digits confirm it.
    if (const auto asker = asker_of(request, true); asker && asker->session && !asker->second_factor)
      if (const auto body = sealkeep::api::body_of(request);
          body && !sealkeep::api::text_member(*body, "totp").empty())
        return answer_of(second_factor(request));
    auto signing_in = sessions_.begin(request, policy());
    if (!signing_in) return problem_of(signing_in.error());
    return std::move(*signing_in);
  }
  if (request.method != "DELETE") return problem_of(sealkeep::api::wrong_method());
  return sessions_.end(request, policy());
}

http::Response Api::finish_sign_in(sealkeep::api::SigningIn signing_in,
                                   Result<access::SecretOutcome> outcome) {
  if (!outcome) return problem_of(outcome.error());
  Accounts& accounts = hub_->accounts();
  const HubParts& parts = hub_->parts();
  const Now now = parts.clock.now();
  const auto second = [&](const access::Account& account) -> Result<access::SecondStep> {
    SEALKEEP_LET(reach, accounts.reach(account.id));
    if (reach.ends_ms != 0 && now.unix_ms >= reach.ends_ms) return account_over();
    return accounts.second_factor().check(account.id, signing_in.totp, now);
  };
  const access::SignInOutcome done = accounts.access().finish(
      std::move(signing_in.check), std::move(*outcome), signing_in.policy, now, parts.random, second);
  for (const access::SecurityNote& note : done.notes)
    parts.log.warn("sign_in_unusual",
                   {{"what", static_cast<int>(note.what)}, {"count", note.count}, {"from", signing_in.peer}});
  Value said = Value::object({{"hub", hub_->settings().name}});
  if (done.signed_in) {
    const access::Session& session = done.signed_in->session;
    Asker asker;
    asker.account = session.account;
    asker.person = session.person;
    asker.role = session.role;
    asker.session = session;
    if (const auto added = add_reach(asker, session.role); !added) return problem_of(added.error());
    const auto confirmed = accounts.second_factor().confirmed(session.account);
    if (!confirmed) return problem_of(confirmed.error());
    asker.second_factor = *confirmed;
    add_session(said, asker);
    if (!asker.second_factor)
      if (const auto added = add_enrolment(said, asker); !added) return problem_of(added.error());
    if (const auto kept = audit_.viewed({session.account, 0, "sign in", {}, signing_in.peer}); !kept)
      parts.log.warn("view_not_recorded", {{"code", kept.error().code}});
  }
  return sessions_.answer(signing_in, done.signed_in, said);
}

}  // namespace sealkeep::hub::api
