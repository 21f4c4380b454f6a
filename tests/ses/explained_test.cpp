// SPDX-License-Identifier: Apache-2.0
#include "common/ses/explained.hpp"

#include <catch2/catch.hpp>

#include "common/ses/compliance.hpp"
#include "tests/support/dock.hpp"

using namespace sealkeep::ses;
using I = Irregularity;

namespace {

// Entries as a site's log has them, each marked with what the story says of it.
struct Told {
  Ref say(std::int64_t minute, Event event, std::vector<I> codes = {}, PersonNo who = Dock::kMere) {
    Entry entry;
    entry.header.happened_ms = entry.header.recorded_ms = Dock::at(minute);
    entry.header.person_no = who;
    entry.event = std::move(event);
    for (const I code : codes) entry.irregularities.push_back({code, {}});
    const Ref at{1, next++};
    closed = explanations.add(entry, at);
    compliance.add(entry, at);
    return at;
  }
  [[nodiscard]] Cell cell(std::string_view id) const {
    for (const Cell& one : compliance.cells({}, {}, INT64_MAX))
      if (one.clause->id == id) return one;
    return {};
  }

  Explanations explanations;
  Compliance compliance{0, INT64_MAX};
  std::vector<Explanations::Closed> closed;
  std::uint64_t next = 0;
};

SealsReceived receipt(std::uint64_t first, std::uint32_t count, std::int64_t minute) {
  return {Family::Ses, SealKind::Bolt, Dock::range(first, count), Dock::kInSafe, Dock::at(minute), "", "", "",
          {}};
}
RecordKept trained(std::int64_t minute) {
  RecordKept kept;
  kept.what = RecordKind::TrainingSeals;
  kept.person_no = Dock::kMere;
  kept.done_ms = Dock::at(minute);
  return kept;
}

}  // namespace

TEST_CASE("a check that was heard before the seal it checked is explained by its application") {
  Told told;
  const Ref check = told.say(12, Dock::checked(1), {I::UnknownUnit});
  CHECK_FALSE(told.explanations.of(check, I::UnknownUnit));
  const Ref applied = told.say(5, Dock::applied(1));
  CHECK(told.explanations.of(check, I::UnknownUnit) == applied);
  REQUIRE(told.closed.size() == 1);
  CHECK(told.closed[0].in_order);
  // The first one that says it, not the last.
  told.say(4, UnitClosed{Dock::box()});
  CHECK(told.explanations.of(check, I::UnknownUnit) == applied);
}

TEST_CASE("what happened afterwards explains nothing, and neither does another container") {
  Told told;
  const Ref check = told.say(12, Dock::checked(1), {I::UnknownUnit});
  told.say(13, Dock::applied(1));
  told.say(5, Dock::applied(2, Dock::box("TGHU7654320")));
  told.say(5, Dock::checked(1));
  CHECK_FALSE(told.explanations.of(check, I::UnknownUnit));
}

TEST_CASE("every mark that depends on order is explained by the fact that it missed") {
  struct Case {
    const char* what;
    Event marked;
    I code;
    Event later;
  };
  const SealRange one = Dock::range(1, 1);
  const std::vector<Case> cases = {
      {"applied before received", Dock::applied(1), I::UnknownSeal, receipt(1, 20, 5)},
      {"a run moved before received", SealsStored{Family::Ses, Dock::range(2, 5), Dock::kInSafe},
       I::UnknownSeal, receipt(1, 20, 5)},
      {"taken before checked", Dock::uplifted({Dock::seal(1)}), I::NotChecked, Dock::checked(1)},
      {"taken before sealed", Dock::uplifted({Dock::seal(1)}), I::NotSealed, Dock::applied(1)},
      {"the driver saw it first", Dock::uplifted({Dock::seal(1)}), I::DoorDiffers, Dock::applied(1)},
      {"sealed before closed", Dock::applied(1), I::NotClosed, UnitClosed{Dock::box()}},
      {"sealed before looked at", Dock::applied(1), I::UnitHeld, ContentsLookedAt{Dock::box(), true}},
      {"put on before taken off", Dock::applied(1), I::SealInUse,
       SealRemoved{Family::Ses, Dock::seal(1), Dock::box("TGHU7654320"), RemovalReason::WrongUnit}},
      {"sealed again before taken off", Dock::applied(2), I::UnitAlreadySealed,
       SealRemoved{Family::Ses, Dock::seal(1), Dock::box(), RemovalReason::Other}},
      {"used before found", Dock::applied(1), I::SealSpent, SealFound{Family::Ses, Dock::seal(1), {}, false}},
      {"came back before sent", receipt(1, 1, 12), I::AlreadyReceived,
       TransferredOut{Family::Ses, one, "WLG", ""}},
      {"opened before received", BoxOpened{Family::Ses, "B7", {}, {}}, I::UnknownBox,
       SealsReceived{Family::Ses, SealKind::Bolt, one, {}, 0, "", "", "B7", {}}},
      {"stored before the store", SealsStored{Family::Ses, one, Dock::kInSafe}, I::UnknownPlace,
       StoreAdded{Dock::kInSafe.no, PlaceKind::LockedStore}},
      {"by a person before named", Dock::applied(1), I::PersonUnknown, PersonAdded{Dock::kMere, 0}},
      {"before the training is told", Dock::applied(1), I::NotTrained, trained(5)},
  };
  for (const Case& one_case : cases) {
    INFO(one_case.what);
    Told told;
    const Ref marked = told.say(12, one_case.marked, {one_case.code});
    const Ref later = told.say(10, one_case.later);
    CHECK(told.explanations.of(marked, one_case.code) == later);
    Told after;
    const Ref stands = after.say(1, one_case.marked, {one_case.code});
    after.say(10, one_case.later);
    CHECK_FALSE(after.explanations.of(stands, one_case.code));
  }
}

TEST_CASE("a short box is explained by somebody's word, whenever it comes, and is no matter of order") {
  Told told;
  const Ref receipt_at = told.say(5, receipt(1, 20, 5), {I::ShortDelivery});
  const Ref explained =
      told.say(500, DifferenceExplained{Family::Ses, receipt_at, Explanation::SupplierConfirmed, {}});
  CHECK(told.explanations.of(receipt_at, I::ShortDelivery) == explained);
  REQUIRE(told.closed.size() == 1);
  CHECK_FALSE(told.closed[0].in_order);
}

TEST_CASE("a fact that was only heard out of order shows its clause after all") {
  Told told;
  told.say(12, Dock::applied(1), {I::UnknownSeal});
  CHECK(told.cell("2.6").marked == 1);
  CHECK(told.cell("2.6").showing == 0);
  told.say(5, receipt(1, 20, 5));
  CHECK(told.cell("2.6").marked == 0);
  CHECK(told.cell("2.6").showing == 2);
  // A person's word does not unmake it.
  const Ref other = told.say(20, Dock::applied(99), {I::UnknownSeal});
  told.say(30, DifferenceExplained{Family::Ses, other, Explanation::Other, {Dock::seal(99)}});
  CHECK(told.cell("2.6").marked == 1);
}
