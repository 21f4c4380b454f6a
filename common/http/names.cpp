// SPDX-License-Identifier: Apache-2.0
#include "common/http/names.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "common/base/bytes.hpp"
#include "common/http/request.hpp"

namespace sealkeep::http {
namespace {

// 4 or 16 bytes.
std::optional<Bytes> address_bytes(const std::string& text) {
  Bytes bytes(16);
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) {
    bytes.resize(4);
    return bytes;
  }
  if (::inet_pton(AF_INET6, text.c_str(), bytes.data()) == 1) return bytes;
  return std::nullopt;
}

std::string address_text(const Bytes& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(bytes.size() == 4 ? AF_INET : AF_INET6, bytes.data(), text.data(), text.size());
  return text.data();
}

bool is_private(const Bytes& a) {
  if (a.size() == 4) {
    return a[0] == 10 || a[0] == 127 || (a[0] == 172 && a[1] >= 16 && a[1] < 32) ||
           (a[0] == 192 && a[1] == 168) || (a[0] == 169 && a[1] == 254);
  }
  const bool loopback =
      a.back() == 1 && std::all_of(a.begin(), a.end() - 1, [](std::uint8_t b) { return b == 0; });
  return loopback || (a[0] & 0xfe) == 0xfc || (a[0] == 0xfe && (a[1] & 0xc0) == 0x80);
}

bool is_link_local(const Bytes& a) {
  return a.size() == 4 ? a[0] == 169 && a[1] == 254 : a[0] == 0xfe && (a[1] & 0xc0) == 0x80;
}

bool is_host_name(std::string_view name) {
  if (name.empty() || name.size() > 253 || name.back() == '.') return false;
  std::size_t label = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool edge = label == 0 || i + 1 == name.size() || name[i + 1] == '.';
    if (c == '.' ? label == 0 : !((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && !edge)))
      return false;
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
  }
  return true;
}

void order(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

bool is_private_address(const std::string& address) {
  const auto bytes = address_bytes(address);
  return bytes && is_private(*bytes);
}

Result<ServerNames> server_names(const std::vector<std::string>& hosts_and_addresses) {
  ServerNames out;
  for (const std::string& given : hosts_and_addresses) {
    const std::string name = lower(given);
    const auto address = address_bytes(name);
    if (address ? !is_private(*address) : !is_host_name(name)) {
      return bad_input(
          "http.name", "A certificate cannot be made for '" + printable(given) + "'",
          address ? "it is an address of the public internet" : "it is no host name and no address",
          "Name the server by a host name or an address of the site's own network");
    }
    if (address) {
      out.addresses.push_back(address_text(*address));
    } else {
      out.hosts.push_back(name);
    }
  }
  order(out.hosts);
  order(out.addresses);
  if (out.hosts.size() + out.addresses.size() > kServerNames) {
    return bad_input("http.name", "The server has too many names and addresses",
                     "more than " + std::to_string(kServerNames), "Name only those that people use");
  }
  return out;
}

ServerNames names_of_this_machine() {
  std::vector<std::string> found = {"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) {
    const std::string name = lower(host.data());
    if (is_host_name(name)) found.push_back(name);
    if (is_host_name(name + ".local") && name.find('.') == std::string::npos)
      found.push_back(name + ".local");
  }
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) == 0) {
    const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owned(list, &::freeifaddrs);
    for (const ifaddrs* item = list; item != nullptr && found.size() < kServerNames; item = item->ifa_next) {
      if (item->ifa_addr == nullptr) continue;
      const auto* raw = reinterpret_cast<const std::uint8_t*>(item->ifa_addr);
      Bytes address;
      if (item->ifa_addr->sa_family == AF_INET) {
        address.assign(raw + offsetof(sockaddr_in, sin_addr), raw + offsetof(sockaddr_in, sin_addr) + 4);
      } else if (item->ifa_addr->sa_family == AF_INET6) {
        address.assign(raw + offsetof(sockaddr_in6, sin6_addr), raw + offsetof(sockaddr_in6, sin6_addr) + 16);
      } else {
        continue;
      }
      if (is_private(address) && !is_link_local(address)) found.push_back(address_text(address));
    }
  }
  auto names = server_names(found);
  SEALKEEP_ASSERT(names.has_value());
  return std::move(*names);
}

}  // namespace sealkeep::http
