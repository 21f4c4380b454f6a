// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/pack.hpp"
#include "hub/hub.hpp"
#include "hub/intake/site_book.hpp"

/// What the sources about sites share (hub_sites.cpp, hub_replace.cpp).
namespace sealkeep::hub {

[[nodiscard]] inline bool is_state(const Site& site, SiteState state) {
  return site.state == static_cast<std::uint8_t>(state);
}
inline void set_state(Site& site, SiteState state) {
  site.state = static_cast<std::uint8_t>(state);
}

/// What is kept of a one-time code.
[[nodiscard]] inline Hash code_hash(ByteView code) {
  return sha256({as_bytes("sealkeep/one-time-code/v1\n"), code});
}

[[nodiscard]] inline tl::unexpected<Error> unknown_site(std::string_view code) {
  return fail(ErrorKind::NotFound, "site.unknown", "there is no site with the code " + printable(code), {},
              "See: site list");
}

inline PackWriter& named(PackWriter& out, const Site& site) {
  return out.uint(static_cast<std::uint64_t>(site.id)).str(site.code);
}

}  // namespace sealkeep::hub
