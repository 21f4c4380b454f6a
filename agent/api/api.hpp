// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <variant>

#include "agent/agent.hpp"
#include "agent/api/operations.hpp"
#include "agent/commands/commands.hpp"
#include "common/access/access.hpp"
#include "common/http/response.hpp"

namespace sealkeep::agent::api {

inline constexpr std::string_view kBase = "/api/v1";
/// The topic of the event stream that every signed-in terminal hears; its own
/// is terminal_topic().
inline constexpr std::string_view kTopicAll = "all";
[[nodiscard]] std::string terminal_topic(access::TerminalNo no);

/// Facts that a request asks to record: the loop records those of all waiting
/// requests in one commit, then answers with answer_of(prepared.answer(...)).
struct Recording {
  PreparedFacts prepared;
};
/// A sign-in whose secret has to be verified (access::verify, any thread), then
/// goes to finish_sign_in().
struct SigningIn {
  access::SecretCheck check;
  access::Policy policy;
  bool secure = false;
  /// A browser that is new here gets this terminal cookie with the answer.
  std::string new_terminal_token;
};
using Begun = std::variant<http::Response, Recording, SigningIn>;

/// A command's outcome as an answer: 200 with its value, or the problem.
[[nodiscard]] http::Response answer_of(const Result<cli::Value>& outcome);

/// The terminals' HTTP API (docs/formats/api.md): the table of commands, seen
/// by who is signed in. No sockets, no threads; on the agent's thread.
/// Everything in a request is hostile.
class Api {
 public:
  /// The agent outlives it.
  explicit Api(Agent& agent) : agent_(&agent), access_(&agent.access()), program_(program_spec()) {}

  [[nodiscard]] Begun begin(const http::Request& request);
  [[nodiscard]] http::Response finish_sign_in(SigningIn signing_in, Result<access::SecretOutcome> outcome);

  /// The OpenAPI 3.1 document of this very table.
  [[nodiscard]] cli::Value open_api() const;

 private:
  struct Asked;
  [[nodiscard]] Result<access::Session> session_of(const http::Request& request);
  [[nodiscard]] Begun session_request(const http::Request& request);
  [[nodiscard]] Result<cli::Value> session_value(const http::Request& request);
  [[nodiscard]] Result<SigningIn> begin_sign_in(const http::Request& request);
  [[nodiscard]] Begun carry_out(const http::Request& request, const Operation& operation);
  [[nodiscard]] Result<cli::Command> command_of(const http::Request& request, const Operation& operation,
                                                const access::Session& session);
  [[nodiscard]] http::Response make_file(cli::Command command, const Operation& operation);
  [[nodiscard]] access::Policy policy();

  Agent* agent_;
  access::Access* access_;
  cli::ProgramSpec program_;
};

}  // namespace sealkeep::agent::api
