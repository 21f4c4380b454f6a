// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/seal_event.hpp"

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"
#include "common/ses/folding.hpp"

namespace sealkeep::interchange {
namespace {

std::vector<ses::SealRange> one(const ses::SealNumber& number) {
  if (number.empty()) return {};
  return {ses::SealRange::single(number)};
}
std::vector<ses::SealRange> each(const std::vector<ses::SealNumber>& numbers) {
  std::vector<ses::SealRange> out;
  for (const ses::SealNumber& number : numbers) out.push_back(ses::SealRange::single(number));
  return out;
}

What result_of(const ses::SealChecked& check) {
  if (check.vvtt.any_failed()) return What::CheckFailed;
  const ses::Differences found = ses::differences(check);
  const bool paper_read = !check.paper.seal.empty() || !check.paper.unit.empty();
  const bool door_read = !check.door.seal.empty() || !check.door.unit.empty();
  if ((found.door && door_read) || (found.paper && paper_read)) return What::CheckDiffers;
  const bool twist_done = check.vvtt.twist != ses::Step::NotDone;
  const bool done = check.vvtt.view == ses::Step::Pass && check.vvtt.verify == ses::Step::Pass &&
                    check.vvtt.tug == ses::Step::Pass && twist_done;
  return done && door_read && paper_read ? What::CheckPassed : What::CheckPartly;
}

}  // namespace

std::vector<ses::SealRange> run_without(const ses::SealRange& run, std::span<const ses::SealNumber> without) {
  std::vector<std::uint32_t> holes;
  for (const ses::SealNumber& number : without)
    if (run.contains(number))
      holes.push_back(static_cast<std::uint32_t>(ses::SealRange::between(run.front(), number, UINT32_MAX)
                                                     .map([](const ses::SealRange& r) { return r.count; })
                                                     .value_or(1) -
                                                 1));
  std::sort(holes.begin(), holes.end());
  std::vector<ses::SealRange> out;
  std::uint32_t from = 0;
  const auto add = [&](std::uint32_t end) {
    if (from < end) out.push_back({run.prefix, run.first + from, run.width, end - from});
  };
  for (std::uint32_t hole : holes) {
    add(hole);
    from = std::max(from, hole + 1);
  }
  add(run.count);
  return out;
}

std::string event_id(std::string_view origin, std::uint64_t index, unsigned n) {
  const std::string name =
      "sealkeep/event/v1\n" + std::string(origin) + "\n" + std::to_string(index) + "/" + std::to_string(n);
  const Hash digest = sha256(as_bytes(name));
  std::array<std::uint8_t, 16> uuid{};
  std::copy_n(digest.bytes.begin(), uuid.size(), uuid.begin());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0FU) | 0x80U);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3FU) | 0x80U);
  const std::string digits = hex(uuid);
  return "urn:uuid:" + digits.substr(0, 8) + "-" + digits.substr(8, 4) + "-" + digits.substr(12, 4) + "-" +
         digits.substr(16, 4) + "-" + digits.substr(20);
}

/// One entry on its way into the lists.
struct SealEvents::Following {
  SealEvents& to;
  std::string_view origin;
  ses::Ref at;
  const ses::EntryHeader& header;
  unsigned made = 0;

  SealEvent event(What what, ses::Family family, std::vector<ses::SealRange> seals,
                  const ses::UnitId& unit = {}) {
    SealEvent out;
    out.id = event_id(origin, at.index, made++);
    out.site = to.site_;
    out.happened_ms = header.happened_ms;
    out.recorded_ms = header.recorded_ms;
    out.utc_offset_min = header.utc_offset_min;
    out.what = what;
    out.family = family;
    out.seals = std::move(seals);
    out.unit = unit;
    return out;
  }
  void tell(SealEvent told) {
    if (to.period_.holds(told.happened_ms)) to.events_.push_back(std::move(told));
  }
  void tell(What what, ses::Family family, std::vector<ses::SealRange> seals, const ses::UnitId& unit = {}) {
    if (!seals.empty()) tell(event(what, family, std::move(seals), unit));
  }

  // ---- what stands on a container
  Visit& visit(const ses::UnitId& unit) {
    Visit& visit = to.visits_[unit];
    if (visit.left) {
      visit = Visit{};
      to.applied_.erase(unit);
    }
    return visit;
  }
  // What happens after the period's end is not seen in it.
  [[nodiscard]] bool seen() const { return header.happened_ms < to.period_.until_ms; }
  void put_on(const ses::UnitId& unit, SealOnUnit seal) {
    if (!seen()) return;
    Visit& on = visit(unit);
    std::erase_if(on.seals, [&](const SealOnUnit& other) {
      return (other.damaged && other.family == seal.family) || other.number == seal.number;
    });
    on.seals.push_back(std::move(seal));
    on.changed_ms = header.happened_ms;
  }
  void take_off(const ses::UnitId& unit, ses::Family family, const ses::SealNumber& number) {
    const auto found = to.visits_.find(unit);
    if (!seen() || found == to.visits_.end()) return;
    const std::size_t taken = std::erase_if(found->second.seals, [&](const SealOnUnit& seal) {
      return seal.family == family && seal.number == number;
    });
    if (taken != 0) found->second.changed_ms = header.happened_ms;
  }
  void mark_damaged(const ses::UnitId& unit, ses::Family family, const ses::SealNumber& number) {
    const auto found = to.visits_.find(unit);
    if (!seen() || found == to.visits_.end()) return;
    for (SealOnUnit& seal : found->second.seals)
      if (seal.family == family && (number.empty() || seal.number == number)) seal.damaged = true;
    found->second.changed_ms = header.happened_ms;
  }
  void apply(ses::Family family, ses::SealKind kind, const ses::SealNumber& number, const ses::UnitId& unit) {
    put_on(unit, {family, number, kind, ses::Party::Site, false});
    SealEvent applied = event(What::Applied, family, one(number), unit);
    to.applied_[unit].push_back(applied);
    tell(std::move(applied));
  }
  void note_other(const ses::UnitId& unit, const ses::SealNumber& number, ses::Party whose) {
    put_on(unit, {ses::Family::Other, number, std::nullopt, whose, false});
    SealEvent noted = event(What::OtherSeal, ses::Family::Other, one(number), unit);
    noted.whose = whose;
    tell(std::move(noted));
  }
  // Tells again what was told wrongly, and what is right instead.
  void correct(const ses::UnitId& unit, const std::function<bool(const SealEvent&)>& wrong,
               const std::function<void(SealEvent&)>& right) {
    const auto known = to.applied_.find(unit);
    if (known == to.applied_.end()) return;
    std::vector<SealEvent> kept, put_right;
    for (SealEvent& before : known->second) {
      if (!wrong(before)) {
        kept.push_back(std::move(before));
        continue;
      }
      SealEvent instead = event(What::Applied, before.family, before.seals, before.unit);
      instead.happened_ms = before.happened_ms;
      right(instead);
      before.corrected_by = instead.id;
      before.declared_ms = header.recorded_ms;
      if (to.period_.holds(header.happened_ms)) {
        to.events_.push_back(before);
        to.events_.push_back(instead);
      }
      put_right.push_back(std::move(instead));
    }
    known->second = std::move(kept);
    for (SealEvent& instead : put_right) to.applied_[instead.unit].push_back(std::move(instead));
  }

  // ---- the events of the log; those that say nothing about seals stay out
  template <class Event>
  void operator()(const Event&) {}

  void operator()(const ses::StockOpened& e) { tell(What::Opened, e.family, {e.seals}); }
  void operator()(const ses::SealsReceived& e) {
    SealEvent came = event(What::Received, e.family, run_without(e.seals, e.missing));
    if (e.arrived_ms != 0) came.happened_ms = e.arrived_ms;
    if (!came.seals.empty()) tell(std::move(came));
    tell(What::Short, e.family, each(e.missing));
  }
  void operator()(const ses::BoxOpened& e) {
    tell(What::Short, e.family, each(e.missing));
    tell(What::Received, e.family, each(e.extra));
  }
  void operator()(const ses::TransferredIn& e) {
    SealEvent came = event(What::TransferredIn, e.family, {e.seals});
    came.other_site = e.from_site;
    tell(std::move(came));
  }
  void operator()(const ses::TransferredOut& e) {
    SealEvent went = event(What::TransferredOut, e.family, {e.seals});
    went.other_site = e.to_site;
    tell(std::move(went));
  }
  void operator()(const ses::ReturnedToSupplier& e) { tell(What::ReturnedToSupplier, e.family, {e.seals}); }
  void operator()(const ses::SealsDestroyed& e) { tell(What::Destroyed, e.family, {e.seals}); }
  void operator()(const ses::StockCounted& e) {
    SealEvent counted = event(What::Counted, e.family, {});
    counted.quantity = e.found;
    tell(std::move(counted));
  }
  void operator()(const ses::SealApplied& e) { apply(e.family, e.seal_kind, e.seal, e.unit); }
  void operator()(const ses::SealChecked& e) { tell(result_of(e), e.family, one(e.seal), e.unit); }
  void operator()(const ses::Uplifted& e) {
    SealEvent went = event(What::Uplifted, e.family, each(e.seals), e.unit);
    went.operator_no = e.operator_no;
    tell(std::move(went));
    if (const auto found = to.visits_.find(e.unit); seen() && found != to.visits_.end())
      found->second.left = true;
  }
  void operator()(const ses::SealDamaged& e) {
    if (!e.unit.text.empty()) {
      tell(What::TakenOff, e.family, one(e.seal), e.unit);
      take_off(e.unit, e.family, e.seal);
    }
    tell(e.cause == ses::DamageCause::FoundBroken ? What::Tampered : What::Spoiled, e.family, one(e.seal));
  }
  void operator()(const ses::SealReplaced& e) {
    tell(What::TakenOff, e.family, one(e.old_seal), e.unit);
    tell(e.cause == ses::DamageCause::FoundBroken ? What::Tampered : What::Spoiled, e.family,
         one(e.old_seal));
    take_off(e.unit, e.family, e.old_seal);
    apply(e.family, e.seal_kind, e.new_seal, e.unit);
  }
  void operator()(const ses::SealLost& e) { tell(What::Lost, e.family, {e.seals}); }
  void operator()(const ses::SealTampered& e) {
    tell(What::Tampered, e.family, one(e.seal), e.unit);
    if (!e.unit.text.empty()) mark_damaged(e.unit, e.family, e.seal);
  }
  void operator()(const ses::SealFound& e) {
    tell(e.not_on_record ? What::Received : What::Found, e.family, one(e.seal));
  }
  void operator()(const ses::SealRemoved& e) {
    tell(What::TakenOff, e.family, one(e.seal), e.unit);
    take_off(e.unit, e.family, e.seal);
  }
  void operator()(const ses::OtherSealNoted& e) { note_other(e.unit, e.seal, e.whose); }
  void operator()(const ses::ResealedElsewhere& e) { note_other(e.unit, e.seal, e.whose); }
  void operator()(const ses::SealCorrected& e) {
    correct(
        e.unit,
        [&](const SealEvent& before) { return before.family == e.family && before.seals == one(e.wrong); },
        [&](SealEvent& right) { right.seals = one(e.right); });
    take_off(e.unit, e.family, e.wrong);
    put_on(e.unit, {e.family, e.right, e.seal_kind, ses::Party::Site, false});
  }
  void operator()(const ses::UnitCorrected& e) {
    correct(
        e.wrong, [](const SealEvent&) { return true; }, [&](SealEvent& right) { right.unit = e.right; });
    const auto found = to.visits_.find(e.wrong);
    if (!seen() || found == to.visits_.end()) return;
    std::vector<SealOnUnit> moved = std::exchange(found->second.seals, {});
    found->second.changed_ms = header.happened_ms;
    for (SealOnUnit& seal : moved) put_on(e.right, std::move(seal));
  }
};

void SealEvents::take(std::string_view origin, ses::Ref at, const ses::Entry& entry) {
  Following following{*this, origin, at, entry.header};
  std::visit(following, entry.event);
}

std::vector<UnitSeals> SealEvents::units() const {
  std::vector<UnitSeals> out;
  for (const auto& [unit, visit] : visits_)
    if (period_.holds(visit.changed_ms)) out.push_back({site_, unit, visit.seals, visit.changed_ms});
  return out;
}

}  // namespace sealkeep::interchange
