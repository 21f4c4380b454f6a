// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/dock.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using I = Irregularity;

namespace {
using Marks = std::vector<Irregularity>;
const UnitId kOtherBox = Dock::box("MSKU0417000");

Entry entry_of(Event event, std::int64_t happened_min, std::int64_t recorded_min) {
  Entry entry;
  entry.header.happened_ms = Dock::at(happened_min);
  entry.header.recorded_ms = Dock::at(recorded_min);
  entry.event = std::move(event);
  return entry;
}
}  // namespace

TEST_CASE("a fact that is as it should be has no mark") {
  Dock dock;
  dock.stock();
  REQUIRE(dock.found == Marks{});
  dock.say(10, Dock::applied(1));
  REQUIRE(dock.found == Marks{});
  dock.say(20, Dock::checked(1), Dock::kTama);
  REQUIRE(dock.found == Marks{});
  dock.say(30, Dock::uplifted({Dock::seal(1)}));
  REQUIRE(dock.found == Marks{});
}

TEST_CASE("who checks the own seal is marked unless the plan does not ask") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  for (const auto& [value, marked] : {std::pair{2, true}, std::pair{1, true}, std::pair{0, false}}) {
    dock.direct(11, PlanSet{static_cast<std::uint16_t>(Setting::SecondPerson), value, "1"});
    dock.say(12, Dock::checked(1), Dock::kMere);
    REQUIRE(dock.has(I::SamePerson) == marked);
  }
}

TEST_CASE("a seal is marked unknown, in use, spent, withdrawn or of no approved type") {
  Dock dock;
  dock.stock();
  dock.say(9, Dock::applied(77));
  REQUIRE(dock.found == Marks{I::UnknownSeal});
  dock.say(10, Dock::applied(1));
  dock.say(11, Dock::applied(1, kOtherBox));
  REQUIRE(dock.has(I::SealInUse));
  dock.say(12, SealLost{Family::Ses, Dock::range(2, 1), 0, 0});
  dock.say(13, Dock::applied(2, Dock::box("TGHU7654321")));
  REQUIRE(dock.has(I::SealSpent));
  dock.direct(14, SealTypeApproved{Family::Ses, SealKind::Bolt, "AU", 6, 0, 0, "1"});
  dock.direct(14, SealsWithdrawn{Family::Ses, Dock::range(5, 1)});
  dock.say(15, Dock::applied(5, Dock::box("CSQU3054383")));
  REQUIRE(dock.found == Marks{I::SealTypeNotApproved, I::SealWithdrawn});
}

TEST_CASE("a wrong check digit is marked and the unit is taken as written") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1, Dock::box("CSQU3054384")));
  REQUIRE(dock.has(I::BadCheckDigit));
  REQUIRE(dock.state(1) == SealState::Applied);
}

TEST_CASE("an unknown container is not strange at sealing, but at the check and at uplift") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  REQUIRE_FALSE(dock.has(I::UnknownUnit));
  dock.say(20, Dock::checked(1, Dock::box("CSQU3054383")), Dock::kTama);
  REQUIRE(dock.has(I::UnknownUnit));
  REQUIRE(dock.has(I::SealInUse));
  dock.say(30, Dock::uplifted({}, Dock::box("TGHU7654321")));
  REQUIRE(dock.has(I::UnknownUnit));
  REQUIRE(dock.has(I::NotSealed));
}

TEST_CASE("readings of door and paper are marked apart, and a failed step is not an undone one") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  SealChecked check = Dock::checked(1);
  check.door.seal = "nz 300-001";
  check.vvtt.tug = Step::Fail;
  dock.say(20, check, Dock::kTama);
  REQUIRE(dock.found == Marks{I::VvttFailed});
  check.door.seal = "NZ300007";
  check.vvtt = Dock::all_four();
  check.vvtt.twist = Step::NotDone;
  dock.say(21, check, Dock::kTama);
  REQUIRE(dock.found == Marks{I::DoorDiffers, I::VvttIncomplete});
}

TEST_CASE("an uplift shows what the driver and the gate should have seen") {
  Dock dock;
  dock.stock();
  dock.direct(2, OperatorApproved{7, "Kauri Haulage", Scope::Sea, 0, 0, "1"});
  dock.say(10, Dock::applied(1));
  dock.say(11, SealTampered{Family::Ses, Dock::seal(9), Dock::box(), 0});
  Uplifted uplift = Dock::uplifted({Dock::seal(2)});
  uplift.operator_no = 0;
  uplift.driver_signed = false;
  dock.say(20, uplift);
  REQUIRE(dock.found ==
          Marks{I::OperatorNotApproved, I::DoorDiffers, I::NotChecked, I::UnitHeld, I::DriverNotSigned});
}

TEST_CASE("late, future and unsure entries are marked; a paper sheet is not late") {
  Dock dock;
  Entry late = entry_of(InternetDown{0}, 0, 61);
  dock.record(late);
  REQUIRE(dock.found == Marks{I::LateEntry});
  late.header.source = Source::Paper;
  dock.record(late);
  REQUIRE(dock.found == Marks{});
  dock.record(entry_of(InternetDown{0}, 0, 60));
  REQUIRE(dock.found == Marks{});
  Entry ahead = entry_of(InternetDown{0}, 102, 100);
  ahead.header.clock_state = ClockState::Stepped;
  dock.record(ahead);
  REQUIRE(dock.found == Marks{I::HappenedInFuture, I::ClockUnsure});
}

TEST_CASE("people who were never added, who left, or whose time is over are marked") {
  Dock dock;
  dock.stock();
  dock.say(10, DayClosed{1}, 55);
  REQUIRE(dock.found == Marks{I::PersonUnknown});
  dock.say(11, PersonLeft{Dock::kTama});
  dock.say(12, DayClosed{1}, Dock::kTama);
  REQUIRE(dock.found == Marks{I::PersonLeft});
  dock.say(13, PersonAdded{3, Dock::at(20)});
  dock.say(21, SealsIssued{Family::Ses, Dock::range(1, 1), 3});
  REQUIRE(dock.found == Marks{I::PersonLeft});
}

TEST_CASE("deliveries: approval, shortness, place, box") {
  Dock dock;
  SealsReceived receipt{
      Family::Ses, SealKind::Bolt, Dock::range(1, 5), {PlaceKind::LockedStore, 9}, Dock::at(10), "PO-1", "",
      "",          {Dock::seal(5)}};
  dock.say(10, receipt);
  REQUIRE(dock.found == Marks{I::ShortDelivery, I::UnknownPlace});
  dock.direct(11, SiteApproved{0, 0, Scope::Both, "1"});
  dock.direct(11, DeliveryApproved{"PO-2", Family::Ses, SealKind::Bolt, Dock::range(10, 5), Dock::at(10)});
  receipt.seals = Dock::range(10, 5);
  receipt.place = Dock::kInSafe;
  receipt.missing.clear();
  dock.say(12, receipt);
  REQUIRE(dock.found == Marks{I::DeliveryNotApproved});
  receipt.approval = "PO-2";
  dock.say(13, receipt);
  REQUIRE(dock.found == Marks{I::AlreadyReceived});
  dock.say(14, BoxOpened{Family::Ses, "NOBOX", {}, {}});
  REQUIRE(dock.found == Marks{I::UnknownBox});
}

TEST_CASE("an entry that points past the end of the log is marked") {
  Dock dock;
  const Ref lost = dock.say(10, SealLost{Family::Ses, Dock::range(1, 1), 0, 0});
  dock.say(11, CustomsTold{lost, ToldHow::Email, 0, false});
  REQUIRE(dock.found == Marks{});
  dock.say(12, CustomsTold{{1, lost.index + 2}, ToldHow::Email, 0, false});
  REQUIRE(dock.found == Marks{I::UnknownReference});
}
