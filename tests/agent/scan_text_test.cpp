// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/scan_text.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::agent {
namespace {

TEST_CASE("a plain scan is its own text") {
  const ScanText scan = read_scan("NZ300006\r");
  CHECK(scan.text == "NZ300006");
  CHECK(scan.symbology.empty());
  CHECK_FALSE(scan.command);
  CHECK(scan.note.empty());
}

TEST_CASE("the scanner's symbology identifier is taken off and told") {
  CHECK(read_scan("]C0NZ300006").text == "NZ300006");
  CHECK(read_scan("]C0NZ300006").symbology == "code128");
  CHECK(read_scan("]A0NZ300006").symbology == "code39");
  CHECK(read_scan("]d1NZ300006").symbology == "datamatrix");
  // Two characters are no identifier, and a bracket alone is text.
  CHECK(read_scan("]C").text == "]C");
}

TEST_CASE("of GS1 element strings the serial number is what was scanned") {
  CHECK(read_scan("]C1011234567890123121NZ300006").text == "NZ300006");
  CHECK(read_scan("]d2011234567890123121NZ300006\x1D"
                  "10LOT7")
            .text == "NZ300006");
  CHECK(read_scan("]C100123456789012345675").text == "123456789012345675");
  // An identifier that is not known, or a value cut short: the whole is shown, nothing is guessed.
  CHECK(read_scan("]C19955").text == "9955");
  CHECK(read_scan("]C10112").text == "0112");
}

TEST_CASE("control characters, blanks around it and what is too long never get through") {
  CHECK(read_scan(std::string("\x02") + "  NZ\x07"
                                        "300006 \x03\n")
            .text == "NZ300006");
  CHECK(read_scan(std::string("\x1D\x1D\x1D")).text.empty());
  CHECK(read_scan("").text.empty());
  const ScanText huge = read_scan(std::string(1 << 20, 'A'));
  CHECK(huge.text.size() == kScanBytes);
  CHECK_FALSE(huge.note.empty());
}

TEST_CASE("a web address is never followed: its last part is what it may mean, and that is said") {
  for (const char* address : {"https://seals.example/check?n=NZ300006", "HTTP://x.example/a/NZ300006/",
                              "www.example.org/NZ300006"}) {
    const ScanText scan = read_scan(address);
    CHECK(scan.text == "NZ300006");
    CHECK(scan.note.find("web address") != std::string::npos);
  }
  CHECK(read_scan("https:///").text.empty());
}

TEST_CASE("a code of the printed card is a command, in one spelling, and never a seal") {
  const ScanText scan = read_scan("]C0SK:DRIVER");
  CHECK(scan.command);
  CHECK(scan.text == "driver");
  CHECK(read_scan("SK:").command);
  CHECK(read_scan("SK:" + std::string(200, 'X')).text.size() <= 35);
}

}  // namespace
}  // namespace sealkeep::agent
