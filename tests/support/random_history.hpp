// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "common/base/random.hpp"
#include "common/ses/directive.hpp"
#include "common/ses/entry.hpp"

/// Random histories of every event over a small world, in which nearly every wrong order happens.
namespace sealkeep::ses::random_history {

inline constexpr std::int64_t kStart = 1'780'000'000'000;

/// Draws small numbers from one seed, so that a failing history is named by one number.
class World {
 public:
  explicit World(std::uint64_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  bool coin() { return below(2) == 0; }
  template <class Enum>
  Enum pick(Enum first, Enum last) {
    const auto from = static_cast<std::uint64_t>(first);
    return static_cast<Enum>(from + below(static_cast<std::uint64_t>(last) - from + 1));
  }
  Family family() {
    const std::uint64_t n = below(10);
    return n < 7 ? Family::Ses : n < 9 ? Family::Mpi : Family::Other;
  }
  SealNumber seal() { return range().front(); }
  SealRange range() {
    const std::uint64_t first = below(8);
    return SealRange{"NZ", 300001 + first, 6, static_cast<std::uint32_t>(1 + below(8 - first))};
  }
  std::vector<SealNumber> seals() {
    std::vector<SealNumber> list;
    const SealRange all = range();
    for (std::uint32_t i = 0; i < all.count; ++i)
      if (below(3) == 0) list.push_back(all.at(i));
    return list;
  }
  UnitId unit() {
    constexpr const char* kSea[] = {"MSCU1234566", "MSKU0417000", "TGHU7654321"};
    const std::uint64_t n = below(4);
    return n < 3 ? UnitId{UnitKind::SeaContainer, kSea[n]} : UnitId{UnitKind::AirPackage, "PKG1"};
  }
  UnitId unit_or_none() { return below(4) == 0 ? UnitId{} : unit(); }
  PersonNo person() { return static_cast<PersonNo>(below(4)); }
  Place place() {
    const PlaceKind kind = pick(PlaceKind::NotSaid, PlaceKind::Hand);
    return {kind, kind == PlaceKind::NotSaid ? 0U : static_cast<std::uint32_t>(below(3))};
  }
  std::int64_t moment() { return kStart + static_cast<std::int64_t>(below(400)) * 600'000; }
  Ref about(std::uint64_t next) { return {1, below(next + 2)}; }
  Vvtt vvtt() {
    return {pick(Step::NotDone, Step::NotApplicable), Step::Pass, Step::Pass, pick(Step::Pass, Step::Fail)};
  }
  Reading reading(const SealNumber& seal_read, const UnitId& unit_read) {
    Reading read{seal_read.text(), unit_read.text};
    if (below(5) == 0) read.seal = "NZ-300-00" + std::to_string(below(9));
    if (below(5) == 0) read.unit.clear();
    return read;
  }
  Event event(std::uint64_t next);
  Entry entry(std::uint64_t next) {
    Entry made;
    made.event = event(next);
    made.header.happened_ms = moment();
    made.header.recorded_ms = moment();
    made.header.person_no = person();
    made.header.clock_state = below(10) == 0 ? ClockState::Unsure : ClockState::Trusted;
    return made;
  }
  Directive directive();

 private:
  SeededRandom random_;
};

inline Event World::event(std::uint64_t next) {
  const Family of = family();
  const SealNumber one = seal();
  const UnitId on = unit();
  const std::string approval = coin() ? "PO-1" : "", box = coin() ? "BOX1" : "";
  switch (below(44)) {
    case 0:
      return StockOpened{of, SealKind::Bolt, range(), place(), moment()};
    case 1:
    case 2:
      return SealsReceived{of, SealKind::Bolt, range(), place(), moment(), approval, "D1", box, seals()};
    case 3:
      return BoxOpened{of, "BOX1", seals(), seals()};
    case 4:
      return SealsStored{of, range(), place()};
    case 5:
      return SealsIssued{of, range(), person()};
    case 6:
      return HandedOver{of, person(), person(), one, range()};
    case 7:
      return SealsReturned{of, range(), place()};
    case 8:
      return TransferredOut{of, range(), "WLG", "T1"};
    case 9:
      return TransferredIn{of, SealKind::Bolt, range(), place(), "WLG", "T2"};
    case 10:
      return ReturnedToSupplier{of, range(), "R1"};
    case 11:
      return SealsDestroyed{of, range(), person()};
    case 12:
      return StockCounted{of, place(), moment(), coin(), person(), below(9), below(9), seals(), seals()};
    case 13:
      return DifferenceExplained{of, about(next), Explanation::Miscounted, seals()};
    case 14:
      return StoreOpened{static_cast<StoreNo>(below(3))};
    case 15:
      return StoreClosed{static_cast<StoreNo>(below(3))};
    case 16:
      return StoreAdded{static_cast<StoreNo>(below(3)), PlaceKind::DockBox};
    case 17:
      return RollReceived{of, SealKind::Tape, "ROLL", static_cast<std::uint32_t>(below(50)), place()};
    case 18:
      return RollUsed{of, "ROLL", static_cast<std::uint32_t>(below(50)),
                      pick(RollUse::Applied, RollUse::FoundNotOnRecord), unit_or_none()};
    case 19:
      return UnitCheckedEmpty{on};
    case 20:
      return LoadStarted{on};
    case 21:
      return LoadPaused{on, Securing::Padlock};
    case 22:
      return LoadEnded{on};
    case 23:
      return UnitClosed{on};
    case 24:
      return DoorsSecured{on, Securing::Padlock, coin() ? moment() : 0};
    case 25:
    case 26:
    case 27:
      return SealApplied{of, pick(SealKind::Bolt, SealKind::Cable), one, on, below(4) == 0};
    case 28:
    case 29:
      return SealChecked{of, one, on, reading(one, on), reading(one, on), coin(), vvtt()};
    case 30:
    case 31:
      return Uplifted{on, of, seals(), static_cast<OperatorNo>(below(3)), vvtt(), coin()};
    case 32:
      return SealDamaged{of, one, pick(DamageCause::BrokeInClosing, DamageCause::FoundBroken),
                         unit_or_none()};
    case 33:
      return SealReplaced{
          of, one, pick(DamageCause::BrokeInClosing, DamageCause::FoundBroken), SealKind::Bolt, seal(), on};
    case 34:
      return SealLost{of, range(), coin() ? moment() : 0, 0};
    case 35:
      return SealTampered{of, coin() ? one : SealNumber{}, unit_or_none(), coin() ? moment() : 0};
    case 36:
      return SealFound{of, one, place(), coin()};
    case 37:
      return SealRemoved{of, one, on, RemovalReason::Other};
    case 38:
      return coin() ? Event{UnitOpened{on, Party::Customs}}
                    : Event{ResealedElsewhere{on, one, Party::Customs}};
    case 39:
      return coin() ? Event{OtherSealNoted{on, one, Party::Carrier}} : Event{ContentsLookedAt{on, coin()}};
    case 40:
      return coin() ? Event{PapersCorrected{on}} : Event{LoadCancelled{on}};
    case 41:
      return coin() ? Event{SealCorrected{of, on, one, seal(), SealKind::Bolt}}
                    : Event{UnitCorrected{on, unit()}};
    case 42:
      return coin() ? Event{PersonAdded{person(), 0}} : Event{PersonLeft{person()}};
    default:
      return coin() ? Event{CustomsTold{about(next), ToldHow::Email, moment()}}
                    : Event{CustomsDecided{about(next), coin()}};
  }
}

inline Directive World::directive() {
  Directive made;
  made.issued_ms = moment();
  switch (below(5)) {
    case 0:
      made.body = SiteApproved{moment(), 0, Scope::Sea, "1"};
      break;
    case 1:
      made.body = DeliveryApproved{"PO-1", Family::Ses, SealKind::Bolt, range(), moment()};
      break;
    case 2:
      made.body = OperatorApproved{static_cast<OperatorNo>(below(3)), "Kauri", Scope::Sea, moment(), 0, "1"};
      break;
    case 3:
      made.body = SealTypeApproved{Family::Ses, SealKind::Bolt, "NZ", 6, moment(), 0, "1"};
      break;
    default:
      made.body = PlanSet{static_cast<std::uint16_t>(Setting::CheckedMs), 600'000, "1"};
      break;
  }
  return made;
}

/// One entry, with the directive that it adopts, if it adopts one.
struct Told {
  std::optional<Directive> directive;
  Entry entry;
};
inline std::vector<Told> history(std::uint64_t seed, std::size_t length) {
  World world(seed);
  std::vector<Told> steps;
  steps.reserve(length);
  for (std::uint64_t i = 0; i < length; ++i) {
    Told step;
    if (world.below(20) == 0) {
      step.directive = world.directive();
      step.entry = world.entry(i);
      step.entry.event = DirectivesAdopted{1, i, {}};
    } else {
      step.entry = world.entry(i);
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace sealkeep::ses::random_history
