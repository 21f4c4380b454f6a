// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "agent/api/api.hpp"
#include "agent/api/door_config.hpp"
#include "agent/api/secret_worker.hpp"
#include "common/http/authority.hpp"
#include "common/http/server.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::agent {

/// BadInput `terminal.listen` for what is no such address.
[[nodiscard]] Result<std::vector<http::Listener>> listeners_of(const std::vector<std::string>& listen);

namespace api {

/// The terminals' way in: the server, the API, and the thread that verifies
/// secrets, in the agent's loop. One thread owns it.
class Door {
 public:
  /// A request that asks to record facts. The loop records those of all that
  /// wait in one commit and answers.
  struct Waiting {
    PreparedFacts prepared;
    std::function<void(const Result<cli::Value>&)> reply;
  };

  [[nodiscard]] static Result<std::unique_ptr<Door>> open(Agent& agent, const DoorConfig& config);

  /// The descriptors that become readable when there is something for step().
  [[nodiscard]] std::vector<int> wake_fds() const;
  /// Carries out what waits, and hands out what is to be recorded. True if
  /// there was anything.
  [[nodiscard]] bool step(std::vector<Waiting>& to_record);
  /// Tells the terminals what changed since the last call: registers, the link
  /// to head office. To be called after each turn; looks at most every 100 ms.
  void tell_changes();
  /// A scan for the terminal that the scanner belongs to; 0: for all.
  void tell_scan(access::TerminalNo no, std::string_view json);
  /// When to come again at the latest, monotonic ms: a certificate is to be
  /// renewed, a change to be told.
  [[nodiscard]] std::int64_t next_step_ms() const { return next_step_ms_; }
  [[nodiscard]] std::uint16_t port(std::size_t listener) const { return server_->port(listener); }

 private:
  struct Told {
    std::uint64_t size = 0, cosigned = 0;
    bool connected = false;
    std::string trouble;
    friend bool operator==(const Told&, const Told&) = default;
  };
  explicit Door(Agent& agent) : agent_(agent), api_(agent) {}
  [[nodiscard]] Result<> renew(std::int64_t unix_ms);

  Agent& agent_;
  Api api_;
  std::optional<http::Authority> authority_;
  std::optional<http::ServerNames> names_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<SecretWorker> worker_;
  std::map<RegisterId, Told> told_;
  std::int64_t next_look_ms_ = 0;
  std::int64_t next_step_ms_ = 0;
  std::int64_t renew_at_ms_ = INT64_MAX;  // Unix
};

}  // namespace api
}  // namespace sealkeep::agent
