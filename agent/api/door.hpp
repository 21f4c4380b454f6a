// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/api/api.hpp"
#include "common/api/http_door.hpp"

namespace sealkeep::agent::api {

using sealkeep::api::DoorConfig;
using sealkeep::api::HttpDoor;

/// The terminals' way in: the server and the API, in the agent's loop. One thread owns it.
class Door {
 public:
  /// A request that asks to record facts. The loop records those of all that
  /// wait in one commit and answers.
  struct Waiting {
    PreparedFacts prepared;
    std::function<void(const Result<cli::Value>&)> reply;
  };

  struct ToLook {
    LookRequest request;
    std::function<void(const Result<Seen>&)> reply;
  };

  /// `eyes` as for Api. Errors of HttpDoor::open.
  [[nodiscard]] static Result<std::unique_ptr<Door>> open(Agent& agent, Eyes* eyes, const DoorConfig& config);
  ~Door() { agent_.access().on_session_end({}); }

  /// The descriptors that become readable when there is something for step().
  [[nodiscard]] std::vector<int> wake_fds() const { return http_->wake_fds(); }
  /// Carries out what waits, and hands out what is to be recorded and what is to
  /// be looked at. True if there was anything.
  [[nodiscard]] bool step(std::vector<Waiting>& to_record, std::vector<ToLook>& to_look);
  /// Tells the terminals what changed since the last call: registers, the link
  /// to head office. To be called after each turn; looks at most every 100 ms.
  void tell_changes();
  /// A scan for the terminal that the scanner belongs to; 0: for all.
  void tell_scan(access::TerminalNo no, std::string_view json);
  /// When to come again at the latest, monotonic ms: a certificate is to be
  /// renewed, a change to be told.
  [[nodiscard]] std::int64_t next_step_ms() const { return next_step_ms_; }
  [[nodiscard]] std::uint16_t port(std::size_t listener) const { return http_->port(listener); }

 private:
  struct Told {
    std::uint64_t size = 0, cosigned = 0;
    bool connected = false;
    std::string trouble;
    friend bool operator==(const Told&, const Told&) = default;
  };
  Door(Agent& agent, Eyes* eyes, std::unique_ptr<HttpDoor> http);

  Agent& agent_;
  Api api_;
  std::unique_ptr<HttpDoor> http_;
  std::map<RegisterId, Told> told_;
  std::int64_t next_look_ms_ = 0, next_expiry_ms_ = 0;
  std::int64_t next_step_ms_ = 0;
};

}  // namespace sealkeep::agent::api
