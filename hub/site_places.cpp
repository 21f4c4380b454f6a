// SPDX-License-Identifier: Apache-2.0
#include "hub/site_places.hpp"

#include "hub/site_places_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kMillionth = 1'000'000;
constexpr std::size_t kDegreesBytes = 12;  // "-179.123456" has 11

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

Result<std::int32_t> parse_degrees(std::string_view text, std::int32_t limit) {
  const auto wrong = [&] {
    return bad_input("site.place", "\"" + printable(text, 40) + "\" is no place on a map", {},
                     "Give degrees with a point, south and west with a minus: --lat -36.8485 --lon 174.7633");
  };
  if (text.empty() || text.size() > kDegreesBytes) return wrong();
  const bool minus = text.front() == '-';
  if (minus) text.remove_prefix(1);
  std::int64_t value = 0, unit = kMillionth;
  bool point = false, digit = false;
  for (const char c : text) {
    if (c == '.' && !point && digit) {
      point = true;
      continue;
    }
    if (!is_digit(c) || (point && unit == 1)) return wrong();
    digit = true;
    if (point) {
      unit /= 10;
      value += (c - '0') * unit;
    } else {
      value = value * 10 + (c - '0') * kMillionth;
    }
  }
  if (text.empty() || !is_digit(text.back()) || value > limit * kMillionth) return wrong();
  return static_cast<std::int32_t>(minus ? -value : value);
}

std::string_view SitePlaces::schema() {
  return sql::site_places_schema;
}

Result<> SitePlaces::put(RegisterId site, const MapPlace& place) {
  SEALKEEP_LET(put, db_->prepare("REPLACE INTO site_place VALUES(?, ?, ?)"));
  return put.run(site, place.lat_e6, place.lon_e6);
}

Result<std::map<RegisterId, MapPlace>> SitePlaces::all() {
  SEALKEEP_LET(select, db_->prepare("SELECT site, lat_e6, lon_e6 FROM site_place"));
  SEALKEEP_LET(rows, select.query());
  std::map<RegisterId, MapPlace> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out[rows.int64(0)] = {static_cast<std::int32_t>(rows.int64(1)), static_cast<std::int32_t>(rows.int64(2))};
  }
}

}  // namespace sealkeep::hub
