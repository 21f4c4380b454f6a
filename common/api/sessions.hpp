// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "common/access/access.hpp"
#include "common/cli/value.hpp"
#include "common/http/response.hpp"

namespace sealkeep::api {

/// A sign-in whose secret has to be verified (access::verify, any thread), then goes back to its API.
struct SigningIn {
  access::SecretCheck check;
  access::Policy policy;
  bool secure = false;
  /// A browser that is new here gets this terminal cookie with the answer.
  std::string new_terminal_token;
  /// The member "totp" of the request, as typed.
  std::string totp;
  std::string peer;
};

/// access::Access as browsers see it: sessions and terminals are cookies, a write repeats the session's csrf
/// word in a header. What each program adds (its policy, what it says of a session, what it records) stays
/// with it. On the thread that owns the Access; everything in a request is hostile.
class Sessions {
 public:
  /// All outlive it.
  Sessions(access::Access& access, Clock& clock, Random& random)
      : access_(&access), clock_(&clock), random_(&random) {}

  /// Whose request this is. Refused `access.no_session`.
  [[nodiscard]] Result<access::Session> of(const http::Request& request, const access::Policy& policy);
  /// The same of a write, which shows that the session's page sent it. Refused `access.foreign`.
  [[nodiscard]] Result<access::Session> of_write(const http::Request& request, const access::Policy& policy);
  /// The browser; nothing for one that never signed in.
  [[nodiscard]] Result<std::optional<access::Terminal>> terminal_of(const http::Request& request);

  /// Whom a name means that somebody typed or touched at that browser (nothing: one that never signed in).
  using Meant =
      std::function<Result<std::string>(const std::optional<access::Terminal>& at, std::string person)>;
  /// POST /session: `{"person" or "badge", "secret", "new_password"?, "new_pin"?, "totp"?}`. Errors of
  /// Access::begin and of `meant`, without which a name means itself.
  [[nodiscard]] Result<SigningIn> begin(const http::Request& request, access::Policy policy,
                                        const Meant& meant = {});
  /// The answer to an error of the last begin(): where one has to wait, Retry-After says for how long.
  [[nodiscard]] http::Response refusal(const Error& error) const;
  /// The answer to it: the session's cookie with what the program says of the session, or the refusal; and a
  /// new browser's own cookie.
  [[nodiscard]] http::Response answer(const SigningIn& signing_in, const Result<access::SignedIn>& signed_in,
                                      const cli::Value& said) const;
  /// DELETE /session.
  [[nodiscard]] http::Response end(const http::Request& request, const access::Policy& policy);
  /// POST /session/later.
  [[nodiscard]] Result<> later(const http::Request& request, const access::Policy& policy);

 private:
  access::Access* access_;
  Clock* clock_;
  Random* random_;
  std::int64_t wait_ms_ = 0;  ///< of the last begin()
};

/// What every program says of somebody who is signed in.
void add_session(cli::Value& out, const access::Session& session, std::string_view role);

}  // namespace sealkeep::api
