// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/base/error.hpp"

namespace sealkeep::http {

inline constexpr std::size_t kServerNames = 32;

/// Under which names and addresses a server is reached. Sorted, each once.
struct ServerNames {
  std::vector<std::string> hosts;      ///< "gate1", "gate1.local": lower case
  std::vector<std::string> addresses;  ///< "192.168.1.20", "fd00::20": as inet_ntop writes them
  friend bool operator==(const ServerNames&, const ServerNames&) = default;
};

/// In lower case and in order. BadInput `http.name` for what is no host name (letters, digits, hyphens, dots;
/// at most 253) and no private address, and above kServerNames.
[[nodiscard]] Result<ServerNames> server_names(const std::vector<std::string>& hosts_and_addresses);

/// An address of the networks that everybody may use inside (10/8, 172.16/12, 192.168/16, 127/8, 169.254/16,
/// fc00::/7, fe80::/10, ::1).
[[nodiscard]] bool is_private_address(const std::string& address);

/// Of this machine, now: localhost, its host name, the host name with ".local", and the private addresses of
/// its interfaces but link-local ones, which no page can be asked under.
[[nodiscard]] ServerNames names_of_this_machine();

}  // namespace sealkeep::http
