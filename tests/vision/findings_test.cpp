// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/findings.hpp"

#include <catch2/catch.hpp>

#include "agent/vision/visit.hpp"

namespace sealkeep::vision {
namespace {

ContainerCandidate seen(const std::string& number, double score, double margin = 6, int look = 1) {
  return {number, score, margin, 1, {}, look};
}

TEST_CASE("a strongly read number is exact and settles the picture") {
  Findings findings;
  CHECK(findings.state() == ReadState::None);
  findings.add(seen("MSKU4135329", -0.4));
  CHECK(findings.settled());
  CHECK(findings.state() == ReadState::Exact);
  CHECK(findings.number()->number == "MSKU4135329");
}

TEST_CASE("a number that another one nearly equals is not believed, however likely both are") {
  Findings findings;
  findings.add(seen("WSKU4670691", -0.9));
  findings.add(seen("MSKU4670691", -1.4));
  CHECK(findings.state() == ReadState::None);
  CHECK_FALSE(findings.settled());
}

TEST_CASE("a reading whose second choice is close is not believed") {
  Findings findings;
  findings.add(seen("MSKU4135329", -2, kAcceptedMargin / 2));
  CHECK(findings.state() == ReadState::None);
}

TEST_CASE("a weak reading is believed when two looks gave it, and not when one look gave it twice") {
  Findings findings;
  findings.add(seen("MSKU4135329", -3.5));
  findings.add(seen("MSKU4135329", -3.4));
  CHECK(findings.state() == ReadState::None);
  findings.add(seen("MSKU4135329", -3.8, 6, 2));
  CHECK(findings.state() == ReadState::Exact);
}

TEST_CASE("a first letter whose look-alike has the same check digit needs a wide margin") {
  // MSKU9913618, tilted, its M cut off.
  Findings findings;
  findings.add(seen("CSKU9913618", -1.7, 1.5));
  findings.add(seen("CSKU9913618", -1.8, 1.5, 2));
  CHECK(findings.state() == ReadState::None);
}

TEST_CASE("two containers in one picture are both named") {
  Findings findings;
  findings.add(seen("MSKU4135329", -0.4));
  findings.add(seen("TEMU5037029", -0.9));
  CHECK(findings.number()->number == "MSKU4135329");
  REQUIRE(findings.others().size() == 1);
  CHECK(findings.others()[0].number == "TEMU5037029");
}

TEST_CASE("a check digit that was computed is never an exact number") {
  Findings findings;
  findings.add_computed(seen("MSKU4135329", -0.1));
  findings.add_computed(seen("MSKU4135329", -0.2));
  CHECK(findings.state() == ReadState::Computed);
  CHECK_FALSE(findings.settled());
  Reading reading;
  reading.findings = findings;
  CHECK(believed(reading).empty());
  const cli::Value line = to_value(reading, {"door.jpg"});
  CHECK(line.find("number")->is_null());
  CHECK(*line.find("state")->as_text() == "check_digit_computed");
  CHECK(*line.find("seen")->as_text() == "MSKU413532");
  CHECK(*line.find("not_seen")->as_text() == "check digit");
}

TEST_CASE("pictures of one visit help each other") {
  Reading weak;
  weak.findings.add(seen("MSKU4135329", -3.7));
  Reading also_weak;
  also_weak.findings.add(seen("MSKU4135329", -3.6));
  also_weak.findings.add(seen("MSKU4135350", -7.5));
  CHECK(believed(weak).empty());
  const std::vector<Reading> both{weak, also_weak};
  CHECK(believed(together(both, ReadKind::Container)) == "MSKU4135329");
}

TEST_CASE("pictures of one visit that contradict each other give no number") {
  Reading one, other;
  one.findings.add(seen("WSKU4670691", -1.2));
  other.findings.add(seen("MSKU4670691", -1.0));
  const std::vector<Reading> both{one, other};
  CHECK(believed(together(both, ReadKind::Container)).empty());
  Reading seal, another_seal;
  seal.kind = another_seal.kind = ReadKind::Seal;
  seal.seal = {SealSource::BarcodeInStock, "NZ300001", {}, {}};
  another_seal.seal = {SealSource::BarcodeInStock, "NZ300002", {}, {}};
  const std::vector<Reading> seals{seal, another_seal};
  CHECK(believed(together(seals, ReadKind::Seal)).empty());
}

TEST_CASE("a reading is the same after its way from the child") {
  Reading reading;
  reading.kind = ReadKind::Container;
  reading.findings.add({"MSKU4135329", -1.25, 5.5, 2, {10, 20, 300, 40}, 0});
  reading.findings.add_computed({"TEMU5037029", -2.5, 3, 1, {1, 2, 3, 4}, 0});
  reading.codes = {{"Code128", "NZ300001"}};
  reading.seal = {SealSource::TextInStock, "NZ300001", {"NZ300001"}, {"NZ3"}};
  reading.cpu_us = 123456;
  reading.peak_kib = 99;
  reading.looks = 2;
  reading.trace = {"a", "b"};
  const Bytes bytes = encode(reading);
  const auto back = decode_reading(bytes);
  REQUIRE(back);
  CHECK(*back == reading);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK_FALSE(decode_reading(ByteView(bytes).first(size)));
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << bit % 8));
    static_cast<void>(decode_reading(flipped));  // any value or an error; never a crash
  }
}

}  // namespace
}  // namespace sealkeep::vision
