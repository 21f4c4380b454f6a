// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <thread>

#include "hub/notices/carrier.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kParcelsWaiting = 32;

/// Of the data folder: where the files lie that notices carry.
inline constexpr const char* kAttachmentFolder = "reports";

/// Where secrets are, and how long a try may take.
struct CourierConfig {
  std::filesystem::path folder;       ///< the data folder
  std::filesystem::path credentials;  ///< systemd's, may be empty
  std::int64_t connect_timeout_ms = 10'000;
  std::int64_t timeout_ms = 30'000;
};

/// Sends notices over the network, one after the other, on a thread of its own: e-mail by SMTP (STARTTLS or
/// TLS from the start), webhooks by HTTPS. Certificates are checked, redirects are not followed, secrets are
/// read anew for each try and stand in no message. Destroying it cuts a try short.
class Courier final : public Carrier {
 public:
  explicit Courier(CourierConfig config);
  ~Courier() override;
  Courier(const Courier&) = delete;
  Courier& operator=(const Courier&) = delete;

  [[nodiscard]] std::size_t room() override;
  void take(Parcel parcel) override;
  [[nodiscard]] std::vector<Delivery> delivered() override;

 private:
  void run(const std::stop_token& stop);

  CourierConfig config_;
  std::mutex mutex_;  ///< guards the next two
  std::deque<Parcel> waiting_;
  std::vector<Delivery> delivered_;
  std::condition_variable_any more_;
  std::jthread thread_;
};

}  // namespace sealkeep::hub
