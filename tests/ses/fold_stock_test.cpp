// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/dock.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

TEST_CASE("a box arrives one short: named, asked for, found again") {
  Dock dock;
  const Ref receipt = dock.say(5, SealsReceived{Family::Ses,
                                                SealKind::Bolt,
                                                Dock::range(1, 20),
                                                {},
                                                Dock::at(5),
                                                "",
                                                "",
                                                "BOX7",
                                                {Dock::seal(20)}});
  REQUIRE(dock.state(20) == SealState::Short);
  REQUIRE(dock.reg.receipts.at(receipt).short_count == 1);
  REQUIRE(dock.reg.receipts.at(receipt).unstored == 19);
  REQUIRE(dock.due(2, Dock::name("receipt:", receipt)) == Dock::at(65));
  REQUIRE(dock.due(17, Dock::name("receipt:", receipt)) == Dock::at(5 + 24 * 60));
  dock.say(30, SealsStored{Family::Ses, Dock::range(1, 20), Dock::kInSafe});
  REQUIRE(dock.state(20) == SealState::Short);
  REQUIRE(dock.met(2) == 1);
  dock.say(40, BoxOpened{Family::Ses, "BOX7", {Dock::seal(19)}, {}});
  REQUIRE(dock.reg.boxes.at({Family::Ses, "BOX7"}).opened);
  REQUIRE(dock.equation() == "received 20 = in stock 18 + short 2");
  dock.say(50, SealFound{Family::Ses, Dock::seal(20), Dock::kInSafe, false});
  REQUIRE(dock.is_open(17, Dock::name("receipt:", receipt)));
  dock.say(60, DifferenceExplained{Family::Ses, {1, 99}, Explanation::SupplierConfirmed, {Dock::seal(19)}});
  REQUIRE_FALSE(dock.is_open(17, Dock::name("receipt:", receipt)));
  REQUIRE(dock.equation() == "received 20 = in stock 19 + short 1");
  REQUIRE(dock.ledger().balances());
}

TEST_CASE("seals sent to another site are asked for until head office says that they arrived") {
  Dock dock;
  dock.stock();
  const TransferredOut sent{Family::Ses, Dock::range(11, 5), "WLG", "T-5"};
  const Ref sent_at = dock.say(10, sent);
  const std::string first = Dock::name("transfer:", sent_at);
  REQUIRE(dock.due(36, first) > Dock::at(5 * 24 * 60));
  dock.direct(60, TransferArrived{{1, 99}, Dock::at(50)});
  REQUIRE(dock.is_open(36, first));
  // It counts when it was received, not when this site hears of it.
  dock.direct(30 * 24 * 60, TransferArrived{sent_at, Dock::at(50)});
  REQUIRE_FALSE(dock.is_open(36, first));
  REQUIRE(dock.met(36) == 1);
  const Ref second = dock.say(31 * 24 * 60, TransferredOut{Family::Ses, Dock::range(16, 2), "XXX", ""});
  REQUIRE(dock.is_open(36, Dock::name("transfer:", second)));
  dock.say(32 * 24 * 60, DifferenceExplained{Family::Ses, second, Explanation::Other, {}});
  REQUIRE_FALSE(dock.is_open(36, Dock::name("transfer:", second)));
  // A carrier's seals are nobody's stock.
  const Ref other = dock.say(33 * 24 * 60, TransferredOut{Family::Other, Dock::range(1, 2), "WLG", ""});
  REQUIRE_FALSE(dock.is_open(36, Dock::name("transfer:", other)));
}

TEST_CASE("half a box is issued, handed to the next shift, and the rest put back") {
  Dock dock;
  dock.stock();
  dock.say(10, SealsIssued{Family::Ses, Dock::range(1, 10), Dock::kMere});
  REQUIRE(dock.reg.people.at(Dock::kMere).in_hand == 10);
  REQUIRE(dock.due(5, "person:1") == Dock::at(10 + 12 * 60));
  dock.say(20, Dock::applied(1));
  REQUIRE(dock.reg.people.at(Dock::kMere).in_hand == 9);
  dock.say(480, HandedOver{Family::Ses, Dock::kMere, Dock::kTama, Dock::seal(1), Dock::range(1, 10)});
  REQUIRE(dock.state(1) == SealState::Applied);
  REQUIRE(dock.reg.people.at(Dock::kMere).in_hand == 0);
  REQUIRE(dock.reg.people.at(Dock::kTama).in_hand == 9);
  REQUIRE_FALSE(dock.is_open(5, "person:1"));
  dock.say(490, PersonLeft{Dock::kTama});
  REQUIRE(dock.is_open(26, "person:2"));
  dock.say(500, SealsReturned{Family::Ses, Dock::range(2, 9), Dock::kInSafe});
  REQUIRE_FALSE(dock.is_open(5, "person:2"));
  REQUIRE(dock.met(26) == 1);
  REQUIRE(dock.equation() == "received 20 = in stock 19 + applied 1");
}

TEST_CASE("a count with a difference asks for an explanation and starts the next thirty days") {
  Dock dock;
  dock.stock();
  REQUIRE(dock.due(16, "store:1") == Dock::at(30 * 24 * 60));
  const Ref count = dock.say(
      100, StockCounted{
               Family::Ses, Dock::kInSafe, Dock::at(90), true, 0, 20, 20, {Dock::seal(7)}, {Dock::seal(99)}});
  REQUIRE(dock.has(Irregularity::CountDiffers));
  REQUIRE(dock.met(16) == 1);
  REQUIRE(dock.due(16, "store:1") == Dock::at(100 + 30 * 24 * 60));
  REQUIRE(dock.state(7) == SealState::InStock);
  REQUIRE(dock.is_open(17, Dock::name("count:", count)));
  dock.say(110, SealFound{Family::Ses, Dock::seal(99), Dock::kInSafe, true});
  REQUIRE(dock.equation() == "received 20 + found, not on record 1 = in stock 21");
  dock.say(120, DifferenceExplained{Family::Ses, count, Explanation::Miscounted, {}});
  REQUIRE(dock.met(17) == 1);
}

TEST_CASE("a lost seal turns up again, and both are told to Customs") {
  Dock dock;
  dock.stock();
  const Ref lost = dock.say(100, SealLost{Family::Ses, Dock::range(3, 1), Dock::at(95), Dock::at(1)});
  REQUIRE(dock.state(3) == SealState::Lost);
  REQUIRE(dock.due(18, Dock::name("incident:", lost)) == Dock::at(95 + 24 * 60));
  const Ref found = dock.say(200, SealFound{Family::Ses, Dock::seal(3), Dock::kInSafe, false});
  REQUIRE(dock.state(3) == SealState::InStock);
  REQUIRE(dock.is_open(18, Dock::name("incident:", lost)));
  REQUIRE(dock.is_open(18, Dock::name("incident:", found)));
  REQUIRE(dock.equation() == "received 20 = in stock 20");
}

TEST_CASE("seals sent to another site and back are two passes, and the ledger says so") {
  Dock dock;
  dock.stock();
  dock.say(10, TransferredOut{Family::Ses, Dock::range(1, 5), "WLG", "T1"});
  REQUIRE(dock.equation() == "received 20 = in stock 15 + sent out 5");
  dock.say(20, TransferredIn{Family::Ses, SealKind::Bolt, Dock::range(1, 5), Dock::kInSafe, "WLG", "T2"});
  REQUIRE(dock.row(1).past_exits == 1);
  REQUIRE(dock.equation() == "received 20 + transferred in 5 = in stock 20 + past exits 5");
  REQUIRE(dock.ledger().balances());
}

TEST_CASE("one delivery recorded twice does not balance, and says for how many seals") {
  Dock dock;
  dock.stock();
  dock.stock();
  REQUIRE(dock.has(Irregularity::AlreadyReceived));
  REQUIRE(dock.ledger().unbalanced == 20);
  REQUIRE(dock.equation() == "received 40 \u2260 in stock 20, does not balance for 20");
}

TEST_CASE("two errors that hide each other in the sums are still found") {
  Dock dock;
  dock.stock();
  dock.say(5,
           SealsReceived{
               Family::Ses, SealKind::Bolt, Dock::range(1, 1), Dock::kInSafe, Dock::at(5), "", "", "", {}});
  dock.say(10, Dock::applied(77));
  REQUIRE(dock.ledger().left() == dock.ledger().right());
  REQUIRE_FALSE(dock.ledger().balances());
  REQUIRE(dock.ledger().unbalanced == 2);
}

TEST_CASE("a seal of the site is allocated in the step that applies it") {
  Dock dock;
  SealApplied apply = Dock::applied(1);
  apply.allocated = true;
  dock.say(10, apply);
  REQUIRE_FALSE(dock.has(Irregularity::UnknownSeal));
  REQUIRE(dock.equation() == "transferred in 1 = applied 1");
  REQUIRE(dock.ledger().balances());
  REQUIRE_FALSE(dock.is_open(17, "seal:1:NZ300001"));
}

TEST_CASE("a roll of tape is kept by quantity and seals what it is put on") {
  Dock dock;
  dock.say(5, RollReceived{Family::Ses, SealKind::Tape, "R1", 100, Dock::kInSafe});
  const UnitId package{UnitKind::AirPackage, "PKG1"};
  dock.say(10, UnitClosed{package});
  dock.say(11, RollUsed{Family::Ses, "R1", 2, RollUse::Applied, package});
  const Ref lost = dock.say(20, RollUsed{Family::Ses, "R1", 120, RollUse::Lost, {}});
  const RollRow& roll = dock.reg.rolls.at({Family::Ses, "R1"});
  REQUIRE(roll.left == -22);
  REQUIRE(roll.received + roll.found == roll.left + roll.applied + roll.lost);
  REQUIRE(dock.met(14) == 1);
  REQUIRE(dock.is_open(18, Dock::name("incident:", lost)));
}

TEST_CASE("an expected delivery is asked for until all its seals are here, whichever is heard first") {
  Dock dock;
  const DeliveryApproved announced{"PO-1", Family::Ses, SealKind::Bolt, Dock::range(1, 20), Dock::at(0)};
  const auto half = [](std::uint64_t first) {
    return SealsReceived{
        Family::Ses, SealKind::Bolt, Dock::range(first, 10), Dock::kInSafe, Dock::at(5), "PO-1", "", "", {}};
  };
  SECTION("the announcement first") {
    dock.direct(1, announced);
    REQUIRE(dock.due(3, "delivery:PO-1") == Dock::at(7 * 24 * 60));
    dock.say(5, half(1));
    REQUIRE(dock.is_open(3, "delivery:PO-1"));
    dock.say(6, half(11));
    REQUIRE(dock.met(3) == 1);
  }
  SECTION("the seals first") {
    dock.say(5, half(1));
    dock.say(6, half(11));
    dock.direct(7, announced);
    REQUIRE_FALSE(dock.is_open(3, "delivery:PO-1"));
  }
}

TEST_CASE("a delivery to a site without approval is critical, unless the site could not know") {
  Dock dock;
  dock.stock();
  REQUIRE_FALSE(dock.has(Irregularity::SiteNotApproved));
  dock.direct(2, SiteApproved{Dock::at(1000), 0, Scope::Sea, "1"});
  const Ref early = dock.say(
      5, SealsReceived{
             Family::Ses, SealKind::Bolt, Dock::range(30, 1), Dock::kInSafe, Dock::at(5), "", "", "", {}});
  REQUIRE(dock.has(Irregularity::SiteNotApproved));
  REQUIRE(dock.due(4, Dock::name("receipt:", early)) == Dock::at(5));
  const Ref fine = dock.say(
      1001,
      SealsReceived{
          Family::Ses, SealKind::Bolt, Dock::range(31, 1), Dock::kInSafe, Dock::at(1001), "", "", "", {}});
  REQUIRE_FALSE(dock.is_open(4, Dock::name("receipt:", fine)));
}

TEST_CASE("a delivery of seals that are no stock may be announced, and announced anew") {
  Dock dock;
  for (const std::int64_t day : {1, 2})
    dock.direct(day, DeliveryApproved{"PO-9", Family::Other, SealKind::Bolt, Dock::range(1, 10),
                                      Dock::at(day * 1440)});
  REQUIRE(dock.reg.deliveries.at("PO-9").expected_ms == Dock::at(2 * 1440));
}

TEST_CASE("a delivery that no purchase approval names is explained, sent on or announced after all") {
  Dock dock;
  const auto receive = [&](std::int64_t minute, std::uint64_t first, const char* approval) {
    return dock.say(minute, SealsReceived{Family::Ses,
                                          SealKind::Bolt,
                                          Dock::range(first, 10),
                                          Dock::kInSafe,
                                          Dock::at(minute),
                                          approval,
                                          "",
                                          "",
                                          {}});
  };
  const auto announce = [&](std::int64_t minute, std::uint64_t first, const char* approval) {
    dock.direct(minute, DeliveryApproved{approval, Family::Ses, SealKind::Bolt, Dock::range(first, 10), 0});
  };
  const Ref unasked = receive(1, 1, "");
  REQUIRE_FALSE(dock.is_open(42, Dock::name("receipt:", unasked)));  // the site never heard of head office
  dock.direct(2, SiteApproved{Dock::at(0), 0, Scope::Both, "1"});
  announce(2, 101, "PO-1");
  const Ref right = receive(3, 101, "PO-1");
  REQUIRE_FALSE(dock.is_open(42, Dock::name("receipt:", right)));
  const Ref wrong = receive(5, 201, "PO-2");
  const std::string duty = Dock::name("receipt:", wrong);
  REQUIRE(dock.due(42, duty) == Dock::at(5));
  SECTION("sent on, all of it, whatever was short") {
    dock.say(6, BoxOpened{Family::Ses, "B-1", {Dock::seal(210)}, {}});
    dock.say(7, TransferredOut{Family::Ses, Dock::range(201, 5), "wlg-01", "T-1"});
    REQUIRE(dock.is_open(42, duty));
    dock.say(8, ReturnedToSupplier{Family::Ses, Dock::range(206, 4), "RMA-1"});
    REQUIRE_FALSE(dock.is_open(42, duty));
    REQUIRE(dock.late(42) == 1);
  }
  SECTION("one of them was used, and the rest sent on: somebody explains it") {
    dock.say(6, Dock::applied(203));
    dock.say(7, TransferredOut{Family::Ses, Dock::range(201, 2), "wlg-01", "T-1"});
    dock.say(8, TransferredOut{Family::Ses, Dock::range(204, 7), "wlg-01", "T-1"});
    REQUIRE(dock.is_open(42, duty));
    DifferenceExplained explained;
    explained.about = wrong;
    dock.say(9, explained);
    REQUIRE_FALSE(dock.is_open(42, duty));
  }
  SECTION("head office had announced it, and the site had not heard so: nothing was late") {
    announce(4, 201, "PO-2");
    REQUIRE_FALSE(dock.is_open(42, duty));
    REQUIRE(dock.late(42) == 0);
    REQUIRE(dock.met(42) == 0);
  }
  SECTION("head office announces it after it came") {
    announce(9, 201, "PO-2");
    REQUIRE_FALSE(dock.is_open(42, duty));
    REQUIRE(dock.late(42) == 1);
  }
  SECTION("what is announced under that number are other seals") {
    announce(9, 301, "PO-2");
    REQUIRE(dock.is_open(42, duty));
  }
}

TEST_CASE("a receipt written down hours after the truck came is late") {
  Dock dock;
  dock.say(100,
           SealsReceived{
               Family::Ses, SealKind::Bolt, Dock::range(1, 5), Dock::kInSafe, Dock::at(0), "", "", "", {}});
  REQUIRE(dock.late(1) == 1);
  dock.say(100,
           SealsReceived{
               Family::Ses, SealKind::Bolt, Dock::range(6, 5), Dock::kInSafe, Dock::at(90), "", "", "", {}});
  REQUIRE(dock.met(1) == 1);
}

TEST_CASE("an opened store is closed again within the limit") {
  Dock dock;
  dock.say(10, StoreOpened{Dock::kSafe});
  REQUIRE(dock.due(6, "store:1") == Dock::at(40));
  dock.say(41, StoreClosed{Dock::kSafe});
  REQUIRE(dock.late(6) == 1);
}
