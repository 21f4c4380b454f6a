// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/workload.hpp"

#include <algorithm>

#include "common/ses/plan.hpp"

namespace sealkeep::sim {

using namespace ses;

namespace {

constexpr StoreNo kSafe = 1, kBoxOnDock = 2;
constexpr Vvtt kAllFour{Step::Pass, Step::Pass, Step::Pass, Step::Pass};
constexpr std::int64_t kDayMs = 86'400'000;

template <class T>
T value(Result<T> result) {
  if (!result) throw std::logic_error(result.error().text());
  return std::move(*result);
}

}  // namespace

std::vector<agent::Fact> DockDay::next(std::int64_t now_ms) {
  std::vector<agent::Fact> facts(1 + below(4));
  for (agent::Fact& fact : facts) fact = one(now_ms);
  return facts;
}

agent::Fact DockDay::one(std::int64_t now_ms) {
  agent::Fact fact;
  random_.fill(fact.request_id);
  if (people_[0] == 0)
    for (PersonNo& person : people_) person = static_cast<PersonNo>(random_.below(1'000'000'000) + 1);
  fact.terminal_no = static_cast<std::uint32_t>(below(3));
  fact.person_no = people_[below(2)];
  fact.auth_method = AuthMethod::Pin;
  fact.source = below(2) == 0 ? Source::Scanned : Source::Typed;
  if (below(8) == 0) fact.happened_ms = now_ms - static_cast<std::int64_t>(below(3 * 3'600'000));
  switch (facts_++) {
    case 0:
    case 1:
      fact.event = PersonAdded{people_[facts_ - 1], 0};
      detail(fact, DetailKind::Name);
      break;
    case 2:
      fact.event = StoreAdded{kSafe, PlaceKind::LockedStore};
      break;
    case 3:
      fact.event = StoreAdded{kBoxOnDock, PlaceKind::DockBox};
      break;
    default:
      fact.event = event(now_ms, fact);
  }
  if (below(3) == 0) detail(fact, DetailKind::Narrative);
  if (below(2) == 0) fact.reason = mark_ + " reason " + std::to_string(facts_);
  return fact;
}

void DockDay::detail(agent::Fact& fact, DetailKind kind) {
  const std::string text = mark_ + " tells " + std::to_string(facts_) + " ";
  Bytes bytes = to_bytes(as_bytes(text));
  Bytes noise(below(12) == 0 ? 1 + below(20'000) : 8 + below(200));
  random_.fill(noise);
  append(bytes, noise);
  secrets_.push_back(noise.size() > 32 ? Bytes(noise.begin(), noise.begin() + 32) : noise);
  fact.details.push_back({kind, std::move(bytes)});
}

Event DockDay::event(std::int64_t now_ms, agent::Fact& fact) {
  const std::uint64_t dice = below(100);
  if (in_hand_.size() < 4 || dice < 6) {
    SealsReceived received{Family::Ses,
                           SealKind::Bolt,
                           range(5 + static_cast<std::uint32_t>(below(25))),
                           {PlaceKind::LockedStore, kSafe},
                           now_ms,
                           {},
                           {},
                           {},
                           {}};
    if (approvals_ > 0 && below(2) == 0) received.approval = mark_ + "-PA-" + std::to_string(approvals_);
    if (below(3) == 0) received.delivery = mark_ + "-DN-" + std::to_string(facts_);
    std::uint32_t first = 0;
    if (below(4) == 0) {
      received.missing = {received.seals.at(0)};
      first = 1;
    }
    for (std::uint32_t i = first; i < received.seals.count; ++i) in_hand_.push_back(received.seals.at(i));
    boxes_.push_back(received.seals);
    return received;
  }
  if (dice < 12)
    return SealsStored{Family::Ses, boxes_[below(boxes_.size())], {PlaceKind::DockBox, kBoxOnDock}};
  if (dice < 20)
    return SealsIssued{Family::Ses, SealRange::single(in_hand_[below(in_hand_.size())]), people_[below(2)]};
  if (dice < 23)
    return SealsReturned{
        Family::Ses, SealRange::single(in_hand_[below(in_hand_.size())]), {PlaceKind::LockedStore, kSafe}};
  if (dice < 27)
    return StockCounted{Family::Ses,
                        {PlaceKind::LockedStore, kSafe},
                        now_ms,
                        below(2) == 0,
                        people_[1],
                        in_hand_.size(),
                        in_hand_.size(),
                        {},
                        {}};
  if (dice < 82) return load_event(fact);
  return trouble_event(now_ms, fact);
}

Event DockDay::load_event(agent::Fact& fact) {
  if (loads_.empty() || (loads_.size() < 5 && below(4) == 0)) {
    loads_.push_back({unit(), {}, 0, 0});
    return LoadStarted{loads_.back().unit};
  }
  const std::size_t which = below(loads_.size());
  Load& load = loads_[which];
  switch (load.stage++) {
    case 0:
      return UnitClosed{load.unit};
    case 1:
      load.seal = take_seal();
      load.applied_by = fact.person_no;
      return SealApplied{Family::Ses, SealKind::Bolt, load.seal, load.unit, below(20) == 0};
    case 2: {
      if (below(6) != 0) fact.person_no = load.applied_by == people_[0] ? people_[1] : people_[0];
      Reading door{load.seal.text(), load.unit.text}, paper = door;
      if (below(12) == 0) paper.seal = "X" + paper.seal;
      Vvtt vvtt = kAllFour;
      if (below(15) == 0) vvtt.tug = Step::Fail;
      return SealChecked{Family::Ses, load.seal, load.unit, door, paper, below(2) == 0, vvtt};
    }
    default: {
      Uplifted uplifted{load.unit, Family::Ses, {load.seal}, static_cast<OperatorNo>(below(4)),
                        kAllFour,  true};
      detail(fact, DetailKind::Driver);
      loads_.erase(loads_.begin() + static_cast<std::ptrdiff_t>(which));
      return uplifted;
    }
  }
}

Event DockDay::trouble_event(std::int64_t now_ms, agent::Fact& fact) {
  Load* sealed = nullptr;
  for (Load& load : loads_)
    if (load.stage >= 2) sealed = &load;
  switch (below(12)) {
    case 0: {
      const SealNumber gone = take_seal();
      lost_.push_back(gone);
      detail(fact, DetailKind::Narrative);
      return SealLost{Family::Ses, SealRange::single(gone), now_ms, now_ms - 3'600'000};
    }
    case 1:
      if (!lost_.empty()) {
        const SealNumber found = lost_.back();
        lost_.pop_back();
        in_hand_.push_back(found);
        return SealFound{Family::Ses, found, {PlaceKind::LockedStore, kSafe}, false};
      }
      return SealFound{Family::Ses, range(1).front(), {PlaceKind::LockedStore, kSafe}, true};
    case 2:
      return SealDamaged{Family::Ses, take_seal(), DamageCause::Faulty, {}};
    case 3:
    case 4:
      if (sealed != nullptr) {
        const SealNumber old = sealed->seal;
        sealed->seal = take_seal();
        sealed->stage = 2;
        return SealReplaced{Family::Ses,
                            old,
                            below(3) == 0 ? DamageCause::FoundBroken : DamageCause::BrokeInClosing,
                            SealKind::Bolt,
                            sealed->seal,
                            sealed->unit};
      }
      return StoreOpened{kSafe};
    case 5:
      if (sealed != nullptr) {
        const SealNumber wrong = sealed->seal;
        sealed->seal = take_seal();
        return SealCorrected{Family::Ses, sealed->unit, wrong, sealed->seal, SealKind::Bolt};
      }
      return StoreClosed{kSafe};
    case 6:
      if (sealed != nullptr) {
        const UnitId wrong = sealed->unit;
        sealed->unit = unit();
        return UnitCorrected{wrong, sealed->unit};
      }
      return InternetDown{now_ms + 3'600'000};
    case 7:  // a number that nobody ever received
      return SealApplied{Family::Ses, SealKind::Bolt, range(1).front(), unit(), false};
    case 8:
      return DayClosed{static_cast<std::uint32_t>(now_ms / kDayMs)};
    case 9:
      return TransferredOut{Family::Ses, SealRange::single(take_seal()), "elsewhere",
                            mark_ + "-TR-" + std::to_string(facts_)};
    case 10:
      return SealsDestroyed{Family::Ses, SealRange::single(take_seal()), people_[0]};
    default:
      detail(fact, DetailKind::Narrative);
      return ConcernRaised{below(2) == 0, false};
  }
}

UnitId DockDay::unit() {
  std::string text = mark_.substr(0, 3) + "U" + std::to_string(100'000 + below(900'000)) + "0";
  UnitId id = value(UnitId::parse(UnitKind::SeaContainer, text));
  if (below(10) != 0) id.text.back() = id.computed_check_digit();
  return id;
}

SealRange DockDay::range(std::uint32_t count) {
  const std::uint64_t first = next_number_;
  next_number_ += count;
  SealRange made{mark_, first, 6, count};
  secrets_.push_back(to_bytes(as_bytes(made.front().text())));
  return made;
}

SealNumber DockDay::take_seal() {
  if (in_hand_.empty()) return range(1).front();
  const SealNumber seal = in_hand_.front();
  in_hand_.pop_front();
  return seal;
}

DirectiveBody DockDay::decide(std::int64_t now_ms) {
  const std::string plan = mark_ + "-plan-" + std::to_string(below(3));
  switch (below(6)) {
    case 0:
      return SiteApproved{now_ms - kDayMs, below(2) == 0 ? 0 : now_ms + 30 * kDayMs, Scope::Both, plan};
    case 1:
      return DeliveryApproved{mark_ + "-PA-" + std::to_string(++approvals_),
                              Family::Ses,
                              SealKind::Bolt,
                              {mark_, next_number_, 6, 30},
                              now_ms + kDayMs};
    case 2: {
      const auto no = static_cast<OperatorNo>(1 + below(3));
      return OperatorApproved{no, mark_ + " Haulage", Scope::Both, now_ms - kDayMs, 0, plan};
    }
    case 3:
      return SealTypeApproved{Family::Ses, SealKind::Bolt, mark_, 6, now_ms - kDayMs, 0, plan};
    case 4:
      return PlanSet{static_cast<std::uint16_t>(Setting::CheckedMs),
                     static_cast<std::int64_t>(600'000 * (1 + below(5))), plan};
    default:
      return SealsWithdrawn{Family::Ses, {mark_, next_number_ - 1, 6, 1}};
  }
}

}  // namespace sealkeep::sim
