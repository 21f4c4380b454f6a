// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/store/register_rows.hpp"

namespace sealkeep::hub {

/// A place on the map, in millionths of a degree: north and east are positive.
struct MapPlace {
  std::int32_t lat_e6 = 0, lon_e6 = 0;
  friend bool operator==(const MapPlace&, const MapPlace&) = default;
};
/// "-36.8485" of at most `limit` degrees, with up to six digits behind the point; in millionths. BadInput
/// `site.place`.
[[nodiscard]] Result<std::int32_t> parse_degrees(std::string_view text, std::int32_t limit);

/// Where sites lie. Over one Db that outlives it; put() needs the caller's transaction.
class SitePlaces {
 public:
  [[nodiscard]] static std::string_view schema();
  explicit SitePlaces(Db& db) : db_(&db) {}
  [[nodiscard]] Result<> put(RegisterId site, const MapPlace& place);
  [[nodiscard]] Result<std::map<RegisterId, MapPlace>> all();

 private:
  Db* db_;
};

}  // namespace sealkeep::hub
