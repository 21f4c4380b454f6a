// SPDX-License-Identifier: Apache-2.0
#include "hub/site_places.hpp"

#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {

Result<Value> site_place(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("code"));
  SEALKEEP_LET(lat_text, command.required("lat"));
  SEALKEEP_LET(lon_text, command.required("lon"));
  SEALKEEP_LET(lat_e6, parse_degrees(lat_text, 90));
  SEALKEEP_LET(lon_e6, parse_degrees(lon_text, 180));
  SEALKEEP_LET(site, site_named(hub, code));
  PackWriter body;
  body.array(3).uint(static_cast<std::uint64_t>(site.id)).sint(lat_e6).sint(lon_e6);
  SEALKEEP_TRY(hub.note(JournalKind::SitePlaced, body, [&] {
    return SitePlaces(hub.db()).put(site.id, {lat_e6, lon_e6});
  }));
  return Value::object({{"site", site.code}, {"place", place_value(MapPlace{lat_e6, lon_e6})}});
}

Value place_value(const std::optional<MapPlace>& place) {
  if (!place) return Value();
  return Value::object({{"lat_e6", place->lat_e6}, {"lon_e6", place->lon_e6}});
}

}  // namespace sealkeep::hub::commands
