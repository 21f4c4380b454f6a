// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/line_assembler.hpp"

#include <catch2/catch.hpp>

#include <vector>

#include "agent/commands/scan_text.hpp"

namespace sealkeep::agent {
namespace {

using Kind = Suffix::Kind;

std::vector<LineAssembler::Line> lines_of(LineAssembler& assembler, std::string_view bytes,
                                          std::int64_t now_ms = 0) {
  std::vector<LineAssembler::Line> out;
  while (!bytes.empty()) {
    const auto taken = assembler.take(bytes, now_ms);
    REQUIRE(taken.bytes <= bytes.size());
    bytes.remove_prefix(taken.bytes);
    if (taken.line) out.push_back(*taken.line);
  }
  return out;
}

std::vector<std::string> texts_of(Suffix suffix, std::string_view bytes, std::string prefix = {}) {
  LineAssembler assembler(suffix, std::move(prefix), 0);
  std::vector<std::string> out;
  for (const auto& line : lines_of(assembler, bytes)) out.push_back(line.text);
  return out;
}

using Texts = std::vector<std::string>;

TEST_CASE("each suffix ends a scan, and what is no suffix does not") {
  CHECK(texts_of({Kind::Enter, 0}, "A1\rB2\nC3\r\nD4") == Texts{"A1", "B2", "C3"});
  CHECK(texts_of({Kind::Cr, 0}, "A1\r\nB2\nC3\r") == Texts{"A1", "B2C3"});
  CHECK(texts_of({Kind::Lf, 0}, "A1\r\nB2\rC3\n") == Texts{"A1", "B2C3"});
  CHECK(texts_of({Kind::CrLf, 0}, "A1\rB2\nC3\r\nD4\r\n") == Texts{"A1B2C3", "D4"});
  CHECK(texts_of({Kind::Tab, 0}, "A1\r\tB2\t") == Texts{"A1", "B2"});
}

TEST_CASE("a CR and an LF that come in two reads are one suffix") {
  LineAssembler assembler({Kind::CrLf, 0}, "", 0);
  CHECK(lines_of(assembler, "A1\r").empty());
  CHECK(lines_of(assembler, "\n").size() == 1);
}

TEST_CASE("a silence ends a scan, and a shorter one does not") {
  LineAssembler assembler({Kind::Silence, 60}, "", 0);
  CHECK_FALSE(assembler.due_ms());
  CHECK(lines_of(assembler, "NZ30", 1'000).empty());
  CHECK(lines_of(assembler, "0006", 1'059).empty());
  REQUIRE(assembler.due_ms() == 1'119);
  CHECK_FALSE(assembler.silent(1'118));
  CHECK(assembler.silent(1'119)->text == "NZ300006");
  CHECK_FALSE(assembler.silent(2'000));
  // Bytes that come late, before anybody asked, begin the next scan.
  CHECK(lines_of(assembler, "A", 3'000).empty());
  const auto late = lines_of(assembler, "B", 3'500);
  REQUIRE(late.size() == 1);
  CHECK(late[0].text == "A");
  CHECK(assembler.end()->text == "B");
}

TEST_CASE("a prefix is taken off once, and a scan without it is kept") {
  CHECK(texts_of({}, "S:NZ1\rNZ2\rS:S:NZ3\rS:\r", "S:") == Texts{"NZ1", "NZ2", "S:NZ3"});
}

TEST_CASE("control characters are dropped, and the separator of GS1 is not") {
  CHECK(texts_of({}, std::string_view("\x02N\0Z1\x7F\x03\r", 8)) == Texts{"NZ1"});
  const Texts gs1 = texts_of({},
                             "\x02]C121NZ300006\x1D"
                             "10LOT\r");
  REQUIRE(gs1.size() == 1);
  CHECK(read_scan(gs1[0]).text == "NZ300006");
  CHECK(read_scan(gs1[0]).symbology == "gs1");
}

TEST_CASE("nothing and blanks are no scan") {
  CHECK(texts_of({}, std::string_view("\r\r\n  \r\0\r", 8)).empty());
}

TEST_CASE("a scan of the longest length is whole, one byte more is cut, and the next one is not touched") {
  LineAssembler assembler({}, "", 0);
  const auto lines =
      lines_of(assembler, std::string(kScanBytes, 'x') + "\r" + std::string(kScanBytes + 1, 'y') + "\rNZ1\r");
  REQUIRE(lines.size() == 3);
  CHECK(lines[0] == LineAssembler::Line{std::string(kScanBytes, 'x'), false});
  CHECK(lines[1] == LineAssembler::Line{std::string(kScanBytes, 'y'), true});
  CHECK(lines[2] == LineAssembler::Line{"NZ1", false});
}

TEST_CASE("a scan of which bytes were lost is not a scan, up to its suffix") {
  LineAssembler assembler({}, "", 0);
  CHECK(lines_of(assembler, "NZ30").empty());
  assembler.spoil();
  const auto lines = lines_of(assembler, "06\rNZ7\r");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "NZ7");
  CHECK(assembler.lost() == 1);
}

TEST_CASE("an old beginning without a suffix is forgotten where bytes can be lost, and kept where not") {
  LineAssembler cable({}, "", 3'000);
  CHECK(lines_of(cable, "NZ1", 1'000).empty());
  CHECK(lines_of(cable, "2", 4'000).empty());
  const auto lines = lines_of(cable, "NZ34\r", 7'001);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].text == "NZ34");
  CHECK(cable.lost() == 1);

  LineAssembler connection({}, "", 0);
  CHECK(lines_of(connection, "NZ1", 1'000).empty());
  REQUIRE(lines_of(connection, "2\r", 60'000).size() == 1);
}

TEST_CASE("an LF after the CR that ended a scan is no unfinished scan") {
  LineAssembler assembler({Kind::Cr, 0}, "", 3'000);
  CHECK(lines_of(assembler, "NZ1\r\n", 0).size() == 1);
  CHECK(assembler.rest_bytes() == 0);
  CHECK(lines_of(assembler, "NZ2\r\n", 10'000).size() == 1);
  CHECK(assembler.lost() == 0);
}

TEST_CASE("what a device left unfinished is no scan when it goes away") {
  LineAssembler assembler({}, "", 0);
  CHECK(lines_of(assembler, "NZ30").empty());
  CHECK_FALSE(assembler.end());
  CHECK(assembler.lost() == 1);
  CHECK(lines_of(assembler, "NZ1\r").size() == 1);
}

TEST_CASE("ten megabytes of anything stay in bounds, and the scan after the next suffix is right") {
  for (const Kind kind : {Kind::Enter, Kind::Cr, Kind::Lf, Kind::CrLf, Kind::Tab}) {
    LineAssembler assembler({kind, 0}, "]", 0);
    std::uint32_t state = 1;
    std::string garbage(1 << 20, '\0');
    for (int round = 0; round < 2; ++round) {
      for (char& c : garbage) c = static_cast<char>((state = state * 1'664'525u + 1'013'904'223u) >> 24);
      for (const auto& line : lines_of(assembler, garbage)) {
        REQUIRE(!line.text.empty());
        REQUIRE(line.text.size() <= kScanBytes);
        for (const char c : line.text) REQUIRE((static_cast<unsigned char>(c) >= 0x20 || c == 0x1D));
      }
    }
    static_cast<void>(lines_of(assembler, "\r\n\t"));
    const auto lines = lines_of(assembler, kind == Kind::Tab ? "NZ1\t" : "NZ1\r\n");
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].text == "NZ1");
  }
}

}  // namespace
}  // namespace sealkeep::agent
