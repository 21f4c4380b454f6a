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
