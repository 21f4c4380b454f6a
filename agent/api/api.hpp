// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <variant>

#include "agent/agent.hpp"
#include "agent/api/operations.hpp"
#include "agent/commands/commands.hpp"
#include "agent/eyes/eyes.hpp"
#include "common/api/answers.hpp"
#include "common/api/sessions.hpp"

namespace sealkeep::agent::api {

using sealkeep::api::answer_of;
using sealkeep::api::kBase;
using sealkeep::api::SigningIn;

/// The topic of the event stream that every signed-in terminal hears; its own
/// is terminal_topic().
inline constexpr std::string_view kTopicAll = "all";
[[nodiscard]] std::string terminal_topic(access::TerminalNo no);
/// A session's own: its streams end with it.
[[nodiscard]] std::string session_topic(access::SessionId id);

/// Facts that a request asks to record: the loop records those of all waiting
/// requests in one commit, then answers with answer_of(prepared.answer(...)).
struct Recording {
  PreparedFacts prepared;
};
/// A camera or a picture is to be looked at, which takes seconds: answered with answer_of(seen_value(...)).
struct Looking {
  LookRequest request;
};
using Begun = std::variant<http::Response, Recording, SigningIn, Looking>;

/// The terminals' HTTP API (docs/formats/api.md): the table of commands, seen
/// by who is signed in. No sockets, no threads; on the agent's thread.
/// Everything in a request is hostile.
class Api {
 public:
  /// The agent outlives it, and so do its eyes; without them nothing is looked at.
  explicit Api(Agent& agent, Eyes* eyes = nullptr)
      : agent_(&agent),
        eyes_(eyes),
        sessions_(agent.access(), agent.parts().clock, agent.parts().random),
        program_(program_spec()) {}

  [[nodiscard]] Begun begin(const http::Request& request);
  [[nodiscard]] http::Response finish_sign_in(SigningIn signing_in, Result<access::SecretOutcome> outcome);

  /// The OpenAPI 3.1 document of this very table.
  [[nodiscard]] cli::Value open_api() const;

 private:
  [[nodiscard]] http::Response picture_request(const http::Request& request);
  [[nodiscard]] Begun session_request(const http::Request& request);
  [[nodiscard]] Result<cli::Value> session_value(const http::Request& request);
  [[nodiscard]] Begun carry_out(const http::Request& request, const Operation& operation);
  [[nodiscard]] Result<cli::Command> command_of(const http::Request& request, const Operation& operation,
                                                const access::Session& session);
  void add_cameras(cli::Value& out) const;
  [[nodiscard]] Result<cli::Value> looked(const cli::Command& command, cli::Value known,
                                          const access::Session& session);
  [[nodiscard]] access::Policy policy();
  [[nodiscard]] Result<std::vector<std::string>> names_shown(const std::optional<access::Terminal>& at);
  [[nodiscard]] Result<std::string> person_meant(const std::optional<access::Terminal>& at, std::string name);

  Agent* agent_;
  Eyes* eyes_;
  sealkeep::api::Sessions sessions_;
  cli::ProgramSpec program_;
};

}  // namespace sealkeep::agent::api
