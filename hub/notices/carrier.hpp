// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/notices/outbox.hpp"
#include "hub/notices/setup.hpp"

namespace sealkeep::hub {

/// A notice on its way out.
struct Parcel {
  Channel channel;
  Notice notice;
  std::string hub;  ///< the hub's name, in addresses of messages
  std::int64_t now_ms = 0;
};

/// What became of one.
struct Delivery {
  std::string id;       ///< the notice's
  std::string channel;  ///< over which it was tried
  bool sent = false;
  bool hopeless = false;  ///< the other side said no to this very message: another try will not help
  std::string trouble;    ///< one line, without any secret
};

/// Whoever takes notices out of the hub. Never waits: what it takes is tried elsewhere, and told later.
class Carrier {
 public:
  virtual ~Carrier() = default;
  /// How many more take() accepts now.
  [[nodiscard]] virtual std::size_t room() = 0;
  virtual void take(Parcel parcel) = 0;
  /// What was tried since the last call.
  [[nodiscard]] virtual std::vector<Delivery> delivered() = 0;
};

}  // namespace sealkeep::hub
