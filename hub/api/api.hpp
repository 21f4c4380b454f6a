// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <deque>
#include <map>

#include "common/api/http_door.hpp"
#include "hub/api/own_sites.hpp"
#include "hub/audit.hpp"

namespace sealkeep::hub::api {

using Begun = sealkeep::api::HttpDoor::Begun;

inline constexpr std::string_view kTopicAll = "all";  ///< of the event streams of those who see all sites
[[nodiscard]] std::string site_topic(std::string_view code);
[[nodiscard]] std::string session_topic(access::SessionId id);

/// Who asks, as a session or a token says.
struct Asker {
  access::AccountId account = 0;
  std::string person;
  access::Role role = 0;
  access::TokenId token = 0;        ///< 0: a session
  std::vector<std::string> scopes;  ///< of a token: only these commands; empty: all of the role
  SiteCodes sites;                  ///< of a site manager: only these
  bool some_sites = false;
  std::optional<access::Session> session;
  bool second_factor = false;  ///< it was shown, or a token needs none
};

/// Head office's HTTP API (docs/formats/api.md): the table of commands, seen by who is signed in or by a
/// token. No sockets, no threads; on the hub's thread. Everything in a request is hostile.
class Api {
 public:
  /// The hub outlives it.
  explicit Api(Hub& hub);

  [[nodiscard]] Begun begin(const http::Request& request);
  [[nodiscard]] http::Response finish_sign_in(sealkeep::api::SigningIn signing_in,
                                              Result<access::SecretOutcome> outcome);

  /// True for a request of this machine, and for a token with the scope "metrics".
  [[nodiscard]] bool may_scrape(const http::Request& request);
  /// The OpenAPI 3.1 document of this very table.
  [[nodiscard]] cli::Value open_api() const;
  [[nodiscard]] Audit& audit() { return audit_; }

  /// Sessions at which an event stream was opened, and that are over now: their streams are to be closed.
  [[nodiscard]] Result<std::vector<access::SessionId>> take_ended();

 private:
  struct Answered {
    access::AccountId account = 0;
    std::array<std::uint8_t, 8> request_id{};
    friend auto operator<=>(const Answered&, const Answered&) = default;
  };
  [[nodiscard]] access::Policy policy() const;
  [[nodiscard]] Result<Asker> asker_of(const http::Request& request, bool writes);
  [[nodiscard]] Result<Asker> asker_of_token(std::string_view text);
  [[nodiscard]] Result<> add_reach(Asker& asker, access::Role of_account);
  [[nodiscard]] Begun session_request(const http::Request& request, std::string_view path);
  [[nodiscard]] Result<cli::Value> session_value(const http::Request& request);
  [[nodiscard]] Result<cli::Value> second_factor(const http::Request& request);
  void add_session(cli::Value& out, const Asker& asker) const;
  [[nodiscard]] Result<> add_enrolment(cli::Value& out, const Asker& asker);
  [[nodiscard]] http::Response events(const http::Request& request);
  [[nodiscard]] http::Response carry_out(const http::Request& request, const Operation& operation);
  [[nodiscard]] Result<cli::Command> command_of(const http::Request& request, const Operation& operation,
                                                const cli::CommandSpec& spec, const Asker& asker) const;
  [[nodiscard]] Result<> record(const Operation& operation, const cli::Command& command, const Asker& asker,
                                const http::Request& request);
  [[nodiscard]] http::Response run(const Operation& operation, const cli::CommandSpec& spec,
                                   const Limited& asked, const Asker& asker);
  void remember(const Answered& asked, const http::Response& response);

  Hub* hub_;
  Audit audit_;
  sealkeep::api::Sessions sessions_;
  cli::ProgramSpec program_;
  std::map<Answered, http::Response>
      answered_;  // the newest writes, so that one that comes again is not done again
  std::deque<Answered> answered_order_;
  std::set<access::SessionId> streaming_;
};

}  // namespace sealkeep::hub::api
