// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/dock.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {
const std::string kOther = "unit:MSKU0417000";
const UnitId kOtherBox = Dock::box("MSKU0417000");
}  // namespace

TEST_CASE("a seal goes straight from stock onto a container, is checked and leaves") {
  Dock dock;
  dock.stock();
  dock.say(10, UnitClosed{Dock::box()});
  REQUIRE(dock.due(7) == Dock::at(25));
  dock.say(15, Dock::applied(1));
  REQUIRE(dock.state(1) == SealState::Applied);
  REQUIRE(dock.unit().state == UnitState::Sealed);
  REQUIRE_FALSE(dock.is_open(7));
  REQUIRE(dock.met(7) == 1);
  REQUIRE(dock.due(9) == Dock::at(45));
  dock.say(20, Dock::checked(1), Dock::kTama);
  REQUIRE(dock.unit().state == UnitState::Checked);
  REQUIRE_FALSE(dock.is_open(9));
  dock.say(60, Dock::uplifted({Dock::seal(1)}), Dock::kTama);
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE(dock.row(1).applied_by == Dock::kMere);
  REQUIRE(dock.row(1).checked_by == Dock::kTama);
  REQUIRE(dock.row(1).history.size() == 4);
  REQUIRE(dock.equation() == "received 20 = in stock 19 + uplifted 1");
  REQUIRE(dock.ledger().balances());
  REQUIRE(dock.reg.duties.size() == 1);  // the count of the safe
}

TEST_CASE("a container sealed late is late by the rule, and is kept for the digest") {
  Dock dock;
  dock.stock();
  dock.say(10, UnitClosed{Dock::box()});
  dock.say(26, Dock::applied(1));
  REQUIRE(dock.late(7) == 1);
  REQUIRE(dock.reg.late.size() == 1);
  REQUIRE(dock.reg.late[0].key == DutyKey{7, "unit:MSCU1234566"});
  REQUIRE(dock.reg.late[0].discharged_ms == Dock::at(26));
}

TEST_CASE("where the clock was not trusted a limit cannot be judged") {
  Dock dock;
  dock.stock();
  Entry closed;
  closed.header.happened_ms = closed.header.recorded_ms = Dock::at(10);
  closed.header.clock_state = ClockState::Unsure;
  closed.event = UnitClosed{Dock::box()};
  dock.record(closed);
  REQUIRE(dock.due(7) == 0);
  dock.say(300, Dock::applied(1));
  REQUIRE(dock.met(7) + dock.late(7) == 0);
  REQUIRE_FALSE(dock.is_open(7));
}

TEST_CASE("doors secured by name settle the closed container until the time named, at most the limit") {
  Dock dock;
  dock.stock();
  dock.say(10, UnitClosed{Dock::box()});
  dock.say(12, DoorsSecured{Dock::box(), Securing::Padlock, Dock::at(100)});
  REQUIRE_FALSE(dock.is_open(7));
  REQUIRE(dock.due(8) == Dock::at(100));
  dock.say(90, Dock::applied(1));
  REQUIRE(dock.met(8) == 1);
  dock.say(100, UnitClosed{kOtherBox});
  dock.say(101, DoorsSecured{kOtherBox, Securing::Padlock, Dock::at(9000)});
  REQUIRE(dock.due(8, kOther) == Dock::at(100 + 12 * 60));
}

TEST_CASE("the bolt breaks in the rain: a new seal in one step, nothing told to Customs") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  dock.say(12, SealReplaced{Family::Ses, Dock::seal(1), DamageCause::BrokeInClosing, SealKind::Bolt,
                            Dock::seal(2), Dock::box()});
  REQUIRE(dock.state(1) == SealState::Damaged);
  REQUIRE(dock.state(2) == SealState::Applied);
  REQUIRE(dock.unit().seals == std::vector<SealKey>{{Family::Ses, Dock::seal(2)}});
  REQUIRE(dock.due(9) == Dock::at(42));
  REQUIRE_FALSE(dock.is_open(15));
  REQUIRE_FALSE(dock.is_open(22));
  REQUIRE_FALSE(dock.unit().held);
  dock.say(20, Dock::checked(2), Dock::kTama);
  const Ref again = dock.say(30, SealReplaced{Family::Ses, Dock::seal(2), DamageCause::Faulty, SealKind::Bolt,
                                              Dock::seal(3), Dock::box()});
  REQUIRE(dock.is_open(22));
  REQUIRE(dock.is_open(9));
  REQUIRE_FALSE(dock.is_open(18, Dock::name("incident:", again)));
  dock.say(40, PapersCorrected{Dock::box()});
  REQUIRE_FALSE(dock.is_open(22));
  REQUIRE(dock.equation() == "received 20 = in stock 17 + applied 1 + damaged 2");
}

TEST_CASE("a seal breaks in closing and the new one comes in a second step") {
  Dock dock;
  dock.stock();
  dock.say(10, SealDamaged{Family::Ses, Dock::seal(1), DamageCause::BrokeInClosing, Dock::box()});
  REQUIRE(dock.due(15) == Dock::at(25));
  dock.say(14, Dock::applied(2));
  REQUIRE(dock.met(15) == 1);
  REQUIRE_FALSE(dock.is_open(15));
}

TEST_CASE("a seal found broken holds the container until its contents were looked at, and Customs is told") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  const Ref broken =
      dock.say(20, SealDamaged{Family::Ses, Dock::seal(1), DamageCause::FoundBroken, Dock::box()});
  REQUIRE(dock.state(1) == SealState::Tampered);
  REQUIRE(dock.unit().held);
  REQUIRE(dock.unit().seals.empty());
  REQUIRE(dock.due(18, Dock::name("incident:", broken)) == Dock::at(20 + 24 * 60));
  REQUIRE_FALSE(dock.is_open(9));
  dock.say(30, ContentsLookedAt{Dock::box(), true});
  REQUIRE_FALSE(dock.unit().held);
  dock.say(31, CustomsDecided{broken, true});
  REQUIRE(dock.is_open(18, Dock::name("incident:", broken)));
  dock.say(40, CustomsTold{broken, ToldHow::Phone, Dock::at(35), true});
  REQUIRE_FALSE(dock.is_open(18, Dock::name("incident:", broken)));
  REQUIRE(dock.met(18) == 1);
}

TEST_CASE("a container that somebody was in is held even if no seal is left to name") {
  Dock dock;
  const Ref seen = dock.say(10, SealTampered{Family::Ses, SealNumber{}, Dock::box(), Dock::at(5)});
  REQUIRE(dock.unit().held);
  REQUIRE(dock.due(18, Dock::name("incident:", seen)) == Dock::at(5 + 24 * 60));
  REQUIRE(dock.reg.seals.empty());
}

TEST_CASE("0417 on the door and 0471 on the paper must be settled before the truck leaves") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1, kOtherBox));
  SealChecked check = Dock::checked(1, kOtherBox);
  check.paper.unit = "MSKU0471000";
  dock.say(20, check, Dock::kTama);
  REQUIRE(dock.has(Irregularity::PaperDiffers));
  REQUIRE_FALSE(dock.has(Irregularity::DoorDiffers));
  REQUIRE(dock.unit(kOtherBox).differs);
  REQUIRE(dock.due(10, kOther) == Dock::at(20 + 24 * 60));
  SECTION("the paper is printed again and read again") {
    check.paper.unit = "msku 041700-0";
    dock.say(25, check, Dock::kTama);
    REQUIRE_FALSE(dock.unit(kOtherBox).differs);
    REQUIRE(dock.met(10) == 1);
  }
  SECTION("the truck leaves with it: due at that moment") {
    dock.say(50, Dock::uplifted({}, kOtherBox));
    REQUIRE(dock.due(10, kOther) == Dock::at(50));
    dock.say(55, PapersCorrected{kOtherBox});
    REQUIRE(dock.late(10) == 1);
  }
}

TEST_CASE("two tablets' queues: uplift, check, application and receipt in the wrong order heal") {
  Dock dock;
  dock.say(60, Dock::uplifted({Dock::seal(1)}));
  REQUIRE(dock.has(Irregularity::UnknownSeal));
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE_FALSE(dock.ledger().balances());
  REQUIRE(dock.ledger().unbalanced == 1);
  REQUIRE(dock.is_open(17, "seal:1:NZ300001"));
  REQUIRE(dock.due(9) == Dock::at(60));
  dock.say(30, Dock::checked(1), Dock::kTama);
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE(dock.met(9) == 1);
  dock.say(10, Dock::applied(1));
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE(dock.row(1).applied_ms == Dock::at(10));
  REQUIRE(dock.row(1).checked_ms == Dock::at(30));
  REQUIRE(dock.unit().state == UnitState::Uplifted);
  REQUIRE_FALSE(dock.is_open(9));
  dock.say(8, UnitClosed{Dock::box()});
  REQUIRE(dock.met(7) == 1);
  REQUIRE_FALSE(dock.is_open(7));
  dock.stock();
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE(dock.row(1).came_in == 1);
  REQUIRE_FALSE(dock.is_open(17, "seal:1:NZ300001"));
  REQUIRE(dock.equation() == "received 20 = in stock 19 + uplifted 1");
  REQUIRE(dock.ledger().balances());
}

TEST_CASE("a number written down wrong goes back into stock, the right one takes its place and times") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  dock.say(20, Dock::checked(1), Dock::kTama);
  dock.say(30, SealCorrected{Family::Ses, Dock::box(), Dock::seal(1), Dock::seal(10), SealKind::Bolt});
  REQUIRE(dock.state(1) == SealState::InStock);
  REQUIRE(dock.row(1).applied_ms == 0);
  REQUIRE(dock.state(10) == SealState::Checked);
  REQUIRE(dock.row(10).applied_ms == Dock::at(10));
  REQUIRE(dock.row(10).checked_by == Dock::kTama);
  REQUIRE(dock.row(1).history.back() == dock.row(10).history.back());
  REQUIRE(dock.unit().state == UnitState::Checked);
  REQUIRE(dock.is_open(22));
  REQUIRE(dock.equation() == "received 20 = in stock 19 + checked 1");
}

TEST_CASE("a wrong number that never came in leaves the ledger when it is corrected") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(77));
  REQUIRE(dock.is_open(17, "seal:1:NZ300077"));
  dock.say(30, SealCorrected{Family::Ses, Dock::box(), Dock::seal(77), Dock::seal(7), SealKind::Bolt});
  REQUIRE(dock.state(77) == SealState::None);
  REQUIRE_FALSE(dock.is_open(17, "seal:1:NZ300077"));
  REQUIRE(dock.is_open(9));
  REQUIRE(dock.ledger().balances());
}

TEST_CASE("the wrong container was written down: seal, times and what is to do move to the right one") {
  Dock dock;
  dock.stock();
  dock.say(9, UnitClosed{Dock::box()});
  dock.say(10, Dock::applied(1));
  dock.say(30, UnitCorrected{Dock::box(), kOtherBox});
  REQUIRE(dock.row(1).unit == kOtherBox);
  REQUIRE(dock.unit().seals.empty());
  REQUIRE(dock.unit().state == UnitState::None);
  REQUIRE(dock.unit(kOtherBox).sealed_ms == Dock::at(10));
  REQUIRE(dock.unit(kOtherBox).state == UnitState::Sealed);
  REQUIRE_FALSE(dock.is_open(9));
  REQUIRE(dock.due(9, kOther) == Dock::at(40));
  REQUIRE(dock.is_open(22, kOther));
  REQUIRE(dock.unit().history.size() == 3);
}

TEST_CASE("an air package must be sealed when packed, and nothing of the sea rules opens") {
  Dock dock;
  dock.stock();
  const UnitId package{UnitKind::AirPackage, "PKG1"};
  dock.say(10, UnitClosed{package});
  REQUIRE(dock.due(14, "unit:PKG1") == Dock::at(25));
  REQUIRE_FALSE(dock.is_open(7, "unit:PKG1"));
  dock.say(12, Dock::applied(1, package));
  REQUIRE(dock.met(14) == 1);
  const Ref taken = dock.say(50, Uplifted{package, Family::Ses, {}, 0, {}, false});
  REQUIRE_FALSE(dock.is_open(9, "unit:PKG1"));
  REQUIRE_FALSE(dock.is_open(12, Dock::name("incident:", taken)));
  REQUIRE_FALSE(dock.is_open(13, Dock::name("incident:", taken)));
  REQUIRE(dock.state(1) == SealState::Uplifted);
}

TEST_CASE("a truck that leaves with an unchecked seal, without the driver's check, by an unknown operator") {
  Dock dock;
  dock.stock();
  dock.direct(5, OperatorApproved{7, "Kauri Haulage", Scope::Sea, Dock::at(0), 0, "1"});
  dock.say(10, Dock::applied(1));
  Uplifted uplift = Dock::uplifted({Dock::seal(1)});
  uplift.operator_no = 8;
  uplift.vvtt.twist = Step::NotDone;
  const Ref gone = dock.say(20, uplift);
  REQUIRE(dock.due(9) == Dock::at(20));
  REQUIRE(dock.due(12, Dock::name("incident:", gone)) == Dock::at(20));
  REQUIRE(dock.due(13, Dock::name("incident:", gone)) == Dock::at(20));
  dock.say(30, DifferenceExplained{Family::Ses, gone, Explanation::Other, {Dock::seal(1)}});
  REQUIRE(dock.late(9) == 1);
  REQUIRE(dock.late(12) == 1);
  REQUIRE(dock.late(13) == 1);
}

TEST_CASE("a container that leaves without any seal was never sealed in time") {
  Dock dock;
  dock.say(10, UnitClosed{Dock::box()});
  dock.say(15, Dock::uplifted({}));
  REQUIRE(dock.has(Irregularity::NotSealed));
  REQUIRE(dock.late(7) == 1);
  REQUIRE_FALSE(dock.is_open(7));
}

TEST_CASE("a container that comes back starts a new visit and keeps its history") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  dock.say(12, Dock::checked(1), Dock::kTama);
  dock.say(20, Dock::uplifted({Dock::seal(1)}));
  dock.say(9000, LoadStarted{Dock::box()});
  REQUIRE(dock.unit().state == UnitState::Loading);
  REQUIRE(dock.unit().seals.empty());
  REQUIRE(dock.unit().history.size() == 4);
  dock.say(9010, Dock::applied(2));
  REQUIRE(dock.state(1) == SealState::Uplifted);
  REQUIRE_FALSE(dock.is_open(22));
}

TEST_CASE("Customs opens a sealed container: its seal is off, and a new one asks for the papers") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  dock.say(20, UnitOpened{Dock::box(), Party::Customs, Whereabouts::AtSite});
  REQUIRE(dock.state(1) == SealState::Removed);
  REQUIRE(dock.unit().state == UnitState::Opened);
  dock.say(30, Dock::applied(2));
  REQUIRE(dock.is_open(22));
  dock.say(40, ResealedElsewhere{kOtherBox, Dock::seal(50), Party::Customs});
  REQUIRE(dock.is_open(22, kOther));
  REQUIRE_FALSE(dock.reg.seals.contains({Family::Ses, Dock::seal(50)}));
  REQUIRE(dock.unit(kOtherBox).seals == std::vector<SealKey>{{Family::Other, Dock::seal(50)}});
}

TEST_CASE(
    "a carrier's seal stands beside the container: no stock, no duties; an MPI seal has its own ledger") {
  Dock dock;
  dock.say(10, SealApplied{Family::Other, SealKind::Bolt, Dock::seal(1), Dock::box(), false});
  REQUIRE(dock.reg.seals.empty());
  REQUIRE_FALSE(dock.is_open(9));
  REQUIRE(dock.unit().seals.size() == 1);
  dock.say(20, SealApplied{Family::Mpi, SealKind::Bolt, Dock::seal(1), Dock::box(), false});
  REQUIRE(dock.is_open(9));
  REQUIRE(dock.reg.ledgers[2].unbalanced == 1);
  REQUIRE(dock.ledger() == LedgerRow{});
}

TEST_CASE("a cancelled load asks for nothing more") {
  Dock dock;
  dock.stock();
  dock.say(10, UnitClosed{Dock::box()});
  dock.say(11, LoadCancelled{Dock::box()});
  REQUIRE_FALSE(dock.is_open(7));
  REQUIRE(dock.met(7) + dock.late(7) == 0);
}

TEST_CASE("the plan's own limit is used once it is adopted") {
  Dock dock;
  dock.stock();
  dock.direct(2, PlanSet{static_cast<std::uint16_t>(Setting::CheckedMs), 10 * 60'000, "2"});
  dock.direct(2, PlanSet{static_cast<std::uint16_t>(Setting::CheckedMs), -1, "3"});
  dock.say(10, Dock::applied(1));
  REQUIRE(dock.due(9) == Dock::at(20));
}

TEST_CASE("both seals of a container must be checked before it counts as checked") {
  Dock dock;
  dock.stock();
  dock.say(10, Dock::applied(1));
  dock.say(11, Dock::applied(2));
  REQUIRE(dock.has(Irregularity::UnitAlreadySealed));
  dock.say(15, Dock::checked(1), Dock::kTama);
  REQUIRE(dock.is_open(9));
  REQUIRE(dock.unit().state == UnitState::Sealed);
  dock.say(16, Dock::checked(2), Dock::kTama);
  REQUIRE_FALSE(dock.is_open(9));
}
