// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/qr_svg.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::interchange {
namespace {

TEST_CASE("a QR code is one SVG with its three corners, and different texts look different") {
  const std::string svg = qr_svg("https://192.168.1.20:8443/trust").value();
  CHECK(svg.starts_with("<svg xmlns="));
  CHECK(svg.ends_with("</svg>\n"));
  CHECK(svg.find("viewBox=\"0 0 37 37\"") != std::string::npos);  // version 3: 29 modules, and 4 on each side
  for (const char* corner : {"M4 4h1", "M32 4h1", "M4 32h1"}) CHECK(svg.find(corner) != std::string::npos);
  CHECK(svg != qr_svg("https://192.168.1.21:8443/trust").value());
}

TEST_CASE("what does not fit a QR code is refused") {
  CHECK(qr_svg("").error().code == "qr.text");
  CHECK(qr_svg(std::string("a\0b", 3)).error().code == "qr.text");
  CHECK(qr_svg(std::string(3'000, 'x')).error().code == "qr.text");
}

}  // namespace
}  // namespace sealkeep::interchange
