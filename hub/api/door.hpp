// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/api/api.hpp"

namespace sealkeep::hub::api {

/// Head office's way in for people and programs: the server, the API, live events, health and metrics, in the
/// hub's loop. One thread owns it.
class Door {
 public:
  /// Errors of HttpDoor::open.
  [[nodiscard]] static Result<std::unique_ptr<Door>> open(Hub& hub, const sealkeep::api::DoorConfig& config);

  /// The descriptors that become readable when there is something for step().
  [[nodiscard]] std::vector<int> wake_fds() const { return http_->wake_fds(); }
  /// Carries out what waits. True if there was anything.
  [[nodiscard]] bool step();
  /// After each turn: tells who listens what changed, at most every kLookMs; closes the streams of sessions
  /// that are over; renews the certificate; writes the views that were gathered.
  void turn();
  /// Before the program ends: the views that were gathered.
  void end();
  /// When turn() is to be called at the latest, monotonic ms.
  [[nodiscard]] std::int64_t next_step_ms() const { return next_step_ms_; }
  [[nodiscard]] std::uint16_t port(std::size_t listener) const { return http_->port(listener); }

  static constexpr std::int64_t kLookMs = 500;

 private:
  struct SiteTold {
    std::string code;
    SiteState state{};
    std::uint64_t mirrored = 0, folded = 0;
    bool connected = false, frozen = false;
    std::string fingerprint;
    friend bool operator==(const SiteTold&, const SiteTold&) = default;
  };
  Door(Hub& hub, std::unique_ptr<sealkeep::api::HttpDoor> http)
      : hub_(hub), api_(hub), http_(std::move(http)) {}
  [[nodiscard]] http::Response health(const http::Request& request);
  [[nodiscard]] Result<> tell_changes(std::int64_t unix_ms);
  [[nodiscard]] Result<> tell_sites();
  [[nodiscard]] Result<> tell_alerts(std::int64_t unix_ms);
  /// `code`: of the site that it is about; empty: it is about several.
  void tell(const std::string& code, std::string_view event, const cli::Value& what);
  [[nodiscard]] Result<> close_ended();

  Hub& hub_;
  Api api_;
  std::unique_ptr<sealkeep::api::HttpDoor> http_;
  std::map<RegisterId, SiteTold> sites_told_;
  std::set<std::string> changed_;  // codes of sites, since the last look
  bool told_once_ = false;
  std::int64_t next_look_ms_ = 0, next_sessions_ms_ = 0, next_step_ms_ = 0;
  std::int64_t behind_since_ms_ = 0;  // monotonic; 0: the registers keep up
};

}  // namespace sealkeep::hub::api
