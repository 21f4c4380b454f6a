-- SPDX-License-Identifier: Apache-2.0
-- Where load sites lie, as a person at head office said (hub/site_places.hpp), in millionths of a degree.
CREATE TABLE site_place(
  site INTEGER PRIMARY KEY, lat_e6 INTEGER NOT NULL CHECK (lat_e6 BETWEEN -90000000 AND 90000000),
  lon_e6 INTEGER NOT NULL CHECK (lon_e6 BETWEEN -180000000 AND 180000000)
) STRICT;
