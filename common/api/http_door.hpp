// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "common/api/secret_worker.hpp"
#include "common/base/clock.hpp"
#include "common/http/authority.hpp"
#include "common/http/server.hpp"

namespace sealkeep::api {

/// Where browsers reach a program, and the pages they get.
struct DoorConfig {
  std::vector<std::string> listen;  ///< "http://127.0.0.1:8484", "https://192.168.1.20:8443"; empty: no door
  std::vector<std::string> hosts;   ///< further names and addresses under which they reach it
  /// The folder of the built pages; none are served if it is empty or not there.
  std::filesystem::path pages;
  /// A chain and its key (http::identity_of_files) in place of one of an authority of our own.
  std::filesystem::path certificate = {}, key = {};
  std::string section = "terminal";  ///< of the configuration that says so, for messages
  [[nodiscard]] bool open() const { return !listen.empty(); }
};

/// BadInput `terminal.listen` (of that section) for what is no such address.
[[nodiscard]] Result<std::vector<http::Listener>> listeners_of(const DoorConfig& config);

/// What a door stands on. Everything outlives it.
struct DoorParts {
  std::filesystem::path folder;       ///< keys are in "keys" below it, certificates in it
  std::filesystem::path credentials;  ///< systemd credentials, may be empty
  std::string name;                   ///< stands in the authority's name: the site's code
  Clock& clock;
  Logger& log;
  /// Requests whose path begins so are the program's; all others are for the pages.
  std::vector<std::string> owner_prefixes = {"/api/"};
  http::ServerLimits limits = {};
};

/// A program's way in for browsers: the server, its certificate, and the thread that verifies secrets. One
/// thread owns it; what a request means is its owner's.
class HttpDoor {
 public:
  /// Errors of listeners_of(), http::server_names, http::Authority, http::Server::open,
  /// start_secret_worker().
  [[nodiscard]] static Result<std::unique_ptr<HttpDoor>> open(const DoorConfig& config,
                                                              const DoorParts& parts);

  /// The descriptors that become readable when there is something for step().
  [[nodiscard]] std::vector<int> wake_fds() const;

  using Begun = std::variant<http::Response, SigningIn>;
  /// Begins a request; nothing if its answer is given later, by server().answer().
  using Begin = std::function<std::optional<Begun>(http::RequestId, const http::Request&)>;
  using Finish = std::function<http::Response(SigningIn, Result<access::SecretOutcome>)>;
  /// Carries out what waits. True if there was anything.
  [[nodiscard]] bool step(const Begin& begin, const Finish& finish);

  /// Renews the certificate when it is time, or takes a new one from its files, and looks for that again
  /// within the hour. Returns when to come again at the latest, monotonic ms.
  [[nodiscard]] std::int64_t keep_certificate();

  [[nodiscard]] http::Server& server() { return *server_; }
  [[nodiscard]] std::uint16_t port(std::size_t listener) const { return server_->port(listener); }
  /// What terminals are told to trust; nothing without TLS.
  [[nodiscard]] const std::optional<http::Authority>& authority() const { return authority_; }

 private:
  HttpDoor(const DoorConfig& config, const DoorParts& parts)
      : clock_(parts.clock), log_(parts.log), certificate_(config.certificate), key_(config.key) {}
  [[nodiscard]] Result<http::Identity> own_identity(const DoorParts& parts, std::int64_t unix_ms);
  [[nodiscard]] Result<> renew(std::int64_t unix_ms);

  Clock& clock_;
  Logger& log_;
  std::filesystem::path certificate_, key_;
  std::optional<http::Authority> authority_;
  http::ServerNames names_;
  std::unique_ptr<http::Server> server_;
  std::unique_ptr<SecretWorker> worker_;
  std::int64_t renew_at_ms_ = INT64_MAX;  // Unix; of an own certificate
  std::int64_t next_look_ms_ = 0;         // monotonic
};

}  // namespace sealkeep::api
