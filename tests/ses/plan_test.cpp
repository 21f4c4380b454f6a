// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "common/ses/plan.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {
constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;
constexpr std::int64_t kFriday = 1'780'617'600'000;  // 2026-06-05 00:00 UTC

SealNumber number(const char* text) {
  return SealNumber::parse(text).value();
}

Adopted full() {
  Adopted adopted;
  adopted.approvals.push_back({100, 200, Scope::Sea, "1"});
  adopted.approvals.push_back({300, 0, Scope::Both, "2"});
  adopted.seal_types.push_back({Family::Ses, SealKind::Bolt, "NZ", 6, 50, 500, "1"});
  adopted.operators.push_back({7, "Kauri Haulage", Scope::Sea, 100, 0, "1"});
  adopted.withdrawn.push_back({Family::Ses, {"NZ", 300010, 6, 5}});
  adopted.settings[static_cast<std::uint16_t>(Setting::CheckedMs)] = 600'000;
  return adopted;
}
}  // namespace

TEST_CASE("five working days from a Friday end on the next Friday, one ends on Monday") {
  REQUIRE(add_working_days(kFriday + kHour, 1, 0) == kFriday + kHour + 3 * kDay);
  REQUIRE(add_working_days(kFriday + kHour, 5, 0) == kFriday + kHour + 7 * kDay);
  REQUIRE(add_working_days(kFriday + kDay, 1, 0) == kFriday + 3 * kDay);
  REQUIRE(add_working_days(kFriday, 0, 0) == kFriday);
}

TEST_CASE("the weekday is the site's, not Greenwich's") {
  const std::int64_t thursday_evening_utc = kFriday - 2 * kHour;  // Friday 10:00 in New Zealand
  REQUIRE(add_working_days(thursday_evening_utc, 1, 0) == thursday_evening_utc + kDay);
  REQUIRE(add_working_days(thursday_evening_utc, 1, 720) == thursday_evening_utc + 3 * kDay);
}

TEST_CASE("working days before 1970 and at the ends of time neither overflow nor go back") {
  REQUIRE(add_working_days(-kDay, 1, 0) == 0);  // Wednesday, then Thursday 1970-01-01
  REQUIRE(add_working_days(INT64_MAX, 5, 840) > 0);
  REQUIRE(add_working_days(INT64_MIN, 5, -840) < 0);
}

TEST_CASE("settings have the product's default until the plan sets them, and a range") {
  REQUIRE(Adopted{}.setting(Setting::SealedMs) == 15 * 60'000);
  REQUIRE(full().setting(Setting::CheckedMs) == 600'000);
  REQUIRE(default_value(static_cast<Setting>(999)) == 0);
  REQUIRE(valid(static_cast<std::uint16_t>(Setting::SecondPerson), 2));
  REQUIRE_FALSE(valid(static_cast<std::uint16_t>(Setting::SecondPerson), 3));
  REQUIRE_FALSE(valid(static_cast<std::uint16_t>(Setting::CheckedMs), -1));
  REQUIRE_FALSE(valid(999, 1));
}

TEST_CASE("an approval covers its scope from its first moment up to, not including, its last") {
  const Adopted adopted = full();
  REQUIRE_FALSE(adopted.site_approved(Scope::Sea, 99));
  REQUIRE(adopted.site_approved(Scope::Sea, 100));
  REQUIRE_FALSE(adopted.site_approved(Scope::Sea, 200));
  REQUIRE_FALSE(adopted.site_approved(Scope::Air, 150));
  REQUIRE(adopted.site_approved(Scope::Air, 300));
  REQUIRE(adopted.operator_approved(7, Scope::Sea, 100));
  REQUIRE_FALSE(adopted.operator_approved(7, Scope::Air, 100));
  REQUIRE_FALSE(adopted.operator_approved(8, Scope::Sea, 100));
}

TEST_CASE("a seal type is prefix and digits, and nothing is wrong while no type was named") {
  const Adopted adopted = full();
  REQUIRE(adopted.seal_type_approved(Family::Ses, number("NZ300001"), 60));
  REQUIRE_FALSE(adopted.seal_type_approved(Family::Ses, number("NZ30001"), 60));
  REQUIRE_FALSE(adopted.seal_type_approved(Family::Ses, number("AU300001"), 60));
  REQUIRE_FALSE(adopted.seal_type_approved(Family::Ses, number("NZ300001"), 500));
  REQUIRE(adopted.seal_type_approved(Family::Mpi, number("AU300001"), 60));
  REQUIRE(adopted.withdrawn_seal(Family::Ses, number("NZ300014")));
  REQUIRE_FALSE(adopted.withdrawn_seal(Family::Ses, number("NZ300015")));
  REQUIRE_FALSE(adopted.withdrawn_seal(Family::Mpi, number("NZ300014")));
}

TEST_CASE("what head office decided reads back as it was written, and no part of it does") {
  const Bytes bytes = full().encode();
  const Adopted back = Adopted::decode(bytes).value();
  REQUIRE(back.encode() == bytes);
  REQUIRE(back.operators.at(0).name == "Kauri Haulage");
  REQUIRE(back.approvals.at(1).from_ms == 300);
  REQUIRE(back.withdrawn.at(0).seals.count == 5);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    auto part = Adopted::decode(ByteView(bytes).first(length));
    REQUIRE_FALSE(part);
    REQUIRE(part.error().code == "adopted.malformed");
  }
}

namespace {
constexpr std::uint32_t kFridayNo = static_cast<std::uint32_t>(kFriday / kDay);

Adopted closed(std::initializer_list<ClosedDays> decisions) {
  Adopted adopted;
  for (const ClosedDays& days : decisions) adopted.close(days);
  return adopted;
}
}  // namespace

TEST_CASE("closed days join, split and open again") {
  const auto days = [](std::initializer_list<ClosedDays> decisions) { return closed(decisions).closed; };
  CHECK(days({{10, 12}, {20, 20}}) == Closings{{10, 12}, {20, 20}});
  CHECK(days({{20, 20}, {10, 12}, {13, 19}}) == Closings{{10, 20}});
  CHECK(days({{10, 20}, {12, 13, false}}) == Closings{{10, 11}, {14, 20}});
  CHECK(days({{10, 20}, {9, 21, false}}).empty());
  CHECK(days({{10, 20}, {10, 12, false}, {20, 25, false}}) == Closings{{13, 19}});
  CHECK(days({{10, 20}, {21, 30, false}, {1, 9, false}}) == Closings{{10, 20}});
  CHECK(days({{0, 0}, {0, 0, false}, {UINT32_MAX, UINT32_MAX}}) == Closings{{UINT32_MAX, UINT32_MAX}});
  CHECK(days({{12, 10}}).empty());
  CHECK(days({{1, kMostClosedDays + 1}}).empty());
  CHECK(days({{1, kMostClosedDays}}) == Closings{{1, kMostClosedDays}});
}

TEST_CASE("a holiday is no working day") {
  const Adopted monday_off = closed({{kFridayNo + 3, kFridayNo + 3}});
  CHECK(add_working_days(kFriday + kHour, 1, 0, monday_off.closed) == kFriday + kHour + 4 * kDay);
  CHECK(add_working_days(kFriday + kHour, 5, 0, monday_off.closed) == kFriday + kHour + 10 * kDay);
  // The holiday is the site's day: Friday evening in Greenwich is Saturday in New Zealand already.
  const Adopted fortnight = closed({{kFridayNo + 1, kFridayNo + 14}});
  CHECK(add_working_days(kFriday + 13 * kHour, 1, 720, fortnight.closed) == kFriday + 13 * kHour + 16 * kDay);
}

TEST_CASE("opening hours leave closed days out") {
  Adopted adopted = closed({{kFridayNo + 3, kFridayNo + 3}});
  adopted.settings[static_cast<std::uint16_t>(Setting::OpenFromMin)] = 8 * 60;
  adopted.settings[static_cast<std::uint16_t>(Setting::OpenUntilMin)] = 16 * 60;
  adopted.settings[static_cast<std::uint16_t>(Setting::OpenWeekdays)] = 31;
  const OpeningHours hours = adopted.opening_hours();
  // Friday 15:30 and one hour: half an hour on Friday, the other half on Tuesday.
  CHECK(add_opening_ms(kFriday + 15 * kHour + kHour / 2, kHour, hours, 0) ==
        kFriday + 4 * kDay + 8 * kHour + kHour / 2);
  // Round the clock but for the closed day, from the middle of it.
  const Adopted only = closed({{kFridayNo, kFridayNo}});
  CHECK_FALSE(only.opening_hours().always());
  CHECK(add_opening_ms(kFriday + 5 * kHour, kHour, only.opening_hours(), 0) == kFriday + kDay + kHour);
}

TEST_CASE("applicability, closed days and approved plans read back, and rows of before have none") {
  Adopted adopted = full();
  const Bytes without = [&] {
    Bytes bytes = adopted.encode();
    REQUIRE(bytes.front() == 0x99);
    bytes.front() = 0x96;
    bytes.resize(bytes.size() - 3);
    return bytes;
  }();
  CHECK(Adopted::decode(without).value().encode() == adopted.encode());
  adopted.clauses.push_back({"2.18", Applicability::NotRelevant, "no air freight", "3"});
  adopted.close({10, 20});
  adopted.plans.push_back({"3", sha256(Bytes{1}), 77});
  const Bytes bytes = adopted.encode();
  const Adopted back = Adopted::decode(bytes).value();
  CHECK(back.encode() == bytes);
  CHECK(back.clauses == adopted.clauses);
  CHECK(back.closed == adopted.closed);
  CHECK(back.plans == adopted.plans);
  CHECK(back.plan_approved("3"));
  CHECK_FALSE(back.plan_approved("4"));
  CHECK_FALSE(back.plan_approved(""));
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(Adopted::decode(ByteView(bytes).first(length)));
}
