// SPDX-License-Identifier: Apache-2.0
#include <rapidcheck.h>
#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/ses/codec.hpp"
#include "common/ses/duty.hpp"
#include "tests/support/map_register.hpp"
#include "tests/support/random_history.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

using namespace sealkeep::ses::random_history;

namespace {

/// Folds with a working set that is thrown away after about `keep` entries (0: after each).
MapRegister fold_all(const std::vector<Told>& steps, std::uint64_t keep, std::uint64_t seed) {
  MapRegister reg;
  Rows rows = reg.open();
  SeededRandom random(seed);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const Ref at{1, i};
    const Entry& entry = steps[i].entry;
    if (steps[i].directive) {
      reg.prepare(*steps[i].directive, rows);
      fold(*steps[i].directive, at, entry.header.happened_ms, rows);
    }
    RC_ASSERT(reg.prepare(entry.header, entry.event, at, rows) <= 4);
    const std::vector<Irregularity> found = judge(entry.header, entry.event, rows);
    RC_ASSERT(std::is_sorted(found.begin(), found.end()));
    RC_ASSERT(std::adjacent_find(found.begin(), found.end()) == found.end());
    RC_ASSERT(found.size() <= limits::kIrregularitiesPerEntry);
    fold(entry, at, rows);
    if (keep == 0 || random.below(keep) == 0) {
      reg.save(rows);
      rows = reg.open();
    }
  }
  reg.save(rows);
  return reg;
}

/// How often each seal should have been counted in, from the events alone.
std::map<SealKey, std::uint32_t> entrances(const std::vector<Told>& steps) {
  std::map<SealKey, std::uint32_t> times;
  const auto add = [&times](Family family, const SealRange& seals) {
    if (family == Family::Other) return;
    for (std::uint32_t i = 0; i < seals.count; ++i) ++times[{family, seals.at(i)}];
  };
  for (const Told& step : steps) {
    if (const auto* a = std::get_if<StockOpened>(&step.entry.event)) add(a->family, a->seals);
    if (const auto* b = std::get_if<SealsReceived>(&step.entry.event)) add(b->family, b->seals);
    if (const auto* c = std::get_if<TransferredIn>(&step.entry.event)) add(c->family, c->seals);
    if (const auto* d = std::get_if<SealFound>(&step.entry.event); d && d->not_on_record)
      add(d->family, SealRange::single(d->seal));
    if (const auto* e = std::get_if<SealApplied>(&step.entry.event); e && e->allocated)
      add(e->family, SealRange::single(e->seal));
  }
  return times;
}

template <class Property>
void holds(Property property) {
  const bool result = rc::check([&] {
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const auto length = *rc::gen::inRange<std::size_t>(1, 160);
    property(history(seed, length), seed);
  });
  REQUIRE(result);
}

std::uint64_t number_after(const std::string& text, std::size_t at) {
  return std::stoull(text.substr(at));
}

/// The reason that must hold in the rows while this duty is open; nothing for those that only a later fact
/// settles.
bool has_cause(const MapRegister& reg, const std::vector<Told>& steps, const DutyKey& key,
               const DutyRow& duty) {
  const std::size_t colon = key.subject.find(':');
  const std::string kind = key.subject.substr(0, colon);
  const Event& opened = steps.at(duty.opened.index).entry.event;
  if (key.rule == 5 || key.rule == 26) {
    const auto no = static_cast<PersonNo>(number_after(key.subject, colon + 1));
    return reg.people.at(no).in_hand > 0 && (key.rule == 5 || reg.people.at(no).left_ms != 0);
  }
  if (key.rule == 2) {
    const Ref ref{1, number_after(key.subject, key.subject.find('/') + 1)};
    return reg.receipts.at(ref).unstored > 0;
  }
  if (key.rule == 3)
    return reg.deliveries.at(key.subject.substr(colon + 1)).received <
           reg.deliveries.at(key.subject.substr(colon + 1)).seals.count;
  if (key.rule == 6)
    return reg.stores.at(static_cast<StoreNo>(number_after(key.subject, colon + 1))).opened_ms != 0;
  if (key.rule == 17 && kind == "receipt") {
    const Ref ref{1, number_after(key.subject, key.subject.find('/') + 1)};
    return reg.receipts.at(ref).short_count > 0;
  }
  if (key.rule == 17 && kind == "seal") {
    const SealKey seal{key.subject[colon + 1] == '1' ? Family::Ses : Family::Mpi,
                       SealNumber::parse(key.subject.substr(colon + 3)).value()};
    return reg.seals.at(seal).came_in == 0 && reg.seals.at(seal).state != SealState::None;
  }
  if (key.rule == 10) {
    const UnitId unit{UnitKind::SeaContainer, key.subject.substr(colon + 1)};
    return reg.units.contains(unit);
  }
  if (key.rule == 12 || key.rule == 13) return std::holds_alternative<Uplifted>(opened);
  if (key.rule == 18) {
    return std::holds_alternative<SealLost>(opened) || std::holds_alternative<SealTampered>(opened) ||
           std::holds_alternative<SealDamaged>(opened) || std::holds_alternative<SealReplaced>(opened) ||
           std::holds_alternative<SealFound>(opened) || std::holds_alternative<RollUsed>(opened);
  }
  return duty_rule(key.rule) != nullptr;
}

}  // namespace

TEST_CASE("after any history the ledger's counters equal a recount of all rows") {
  holds([](const std::vector<Told>& steps, std::uint64_t seed) {
    const MapRegister reg = fold_all(steps, 20, seed);
    for (Family family : {Family::Ses, Family::Mpi, Family::Other}) {
      LedgerRow recount;
      for (const auto& [key, row] : reg.seals) {
        if (key.family != family) continue;
        if (row.state != SealState::None) ++recount.by_state[static_cast<std::size_t>(row.state)];
        recount.past_exits += row.past_exits;
        recount.unbalanced += row.balanced() ? 0 : 1;
      }
      const LedgerRow& ledger = reg.ledgers[static_cast<std::size_t>(family)];
      RC_ASSERT(ledger.by_state == recount.by_state);
      RC_ASSERT(ledger.past_exits == recount.past_exits);
      RC_ASSERT(ledger.unbalanced == recount.unbalanced);
    }
    std::map<PersonNo, std::uint32_t> in_hand;
    std::map<Ref, std::uint32_t> loose, absent;
    for (const auto& [key, row] : reg.seals) {
      if (row.state == SealState::Issued) ++in_hand[row.place.no];
      if (row.state == SealState::InStock && row.place.kind == PlaceKind::NotSaid) ++loose[row.receipt];
      if (row.state == SealState::Short) ++absent[row.receipt];
    }
    for (const auto& [no, row] : reg.people)
      if (no != 0) RC_ASSERT(row.in_hand == in_hand[no]);
    for (const auto& [ref, row] : reg.receipts) {
      RC_ASSERT(row.unstored == loose[ref]);
      RC_ASSERT(row.short_count == absent[ref]);
    }
    for (const auto& [id, unit] : reg.units)
      for (const SealKey& key : unit.seals) {
        if (key.family == Family::Other) continue;
        const SealRow& row = reg.seals.at(key);
        RC_ASSERT(row.unit == id);
        RC_ASSERT(row.state == SealState::Applied || row.state == SealState::Checked ||
                  row.state == SealState::Uplifted);
      }
  });
}

TEST_CASE("the left side counts each entrance, and the ledger balances exactly when every seal does") {
  holds([](const std::vector<Told>& steps, std::uint64_t seed) {
    const MapRegister reg = fold_all(steps, 20, seed);
    const auto times = entrances(steps);
    std::array<std::int64_t, 4> left{}, unbalanced{};
    for (const auto& [key, count] : times) left[static_cast<std::size_t>(key.family)] += count;
    for (const auto& [key, row] : reg.seals) {
      auto it = times.find(key);
      const std::uint32_t came_in = it == times.end() ? 0 : it->second;
      RC_ASSERT(row.came_in == came_in);
      if (came_in != row.past_exits + (row.state == SealState::None ? 0U : 1U))
        ++unbalanced[static_cast<std::size_t>(key.family)];
    }
    for (const auto& [key, count] : times) RC_ASSERT(reg.seals.contains(key));
    for (std::size_t family = 1; family < 4; ++family) {
      const LedgerRow& ledger = reg.ledgers[family];
      RC_ASSERT(ledger.left() == left[family]);
      RC_ASSERT(ledger.balances() == (unbalanced[family] == 0));
    }
  });
}

TEST_CASE("the rows do not depend on how long the working set is kept") {
  holds([](const std::vector<Told>& steps, std::uint64_t seed) {
    const MapRegister each = fold_all(steps, 0, seed), some = fold_all(steps, 7, seed),
                      all = fold_all(steps, 1'000'000, seed);
    RC_ASSERT(dump(each) == dump(all));
    RC_ASSERT(rows_equal(each, all));
    RC_ASSERT(rows_equal(some, all));
  });
}

TEST_CASE("every open duty has its cause") {
  holds([](const std::vector<Told>& steps, std::uint64_t seed) {
    const MapRegister reg = fold_all(steps, 20, seed);
    for (const auto& [key, duty] : reg.duties) {
      RC_ASSERT(duty_rule(key.rule) != nullptr);
      RC_ASSERT(duty.opened.index < steps.size());
      if (!has_cause(reg, steps, key, duty))
        RC_FAIL("no cause: " + std::to_string(key.rule) + " " + key.subject);
    }
  });
}

TEST_CASE(
    "whoever holds seals has a duty, and so has every seal used without a receipt that nobody explained") {
  holds([](const std::vector<Told>& steps, std::uint64_t seed) {
    const MapRegister reg = fold_all(steps, 20, seed);
    for (const auto& [no, row] : reg.people)
      if (no != 0 && row.in_hand > 0) RC_ASSERT(reg.duties.contains({5, "person:" + std::to_string(no)}));
    for (const auto& [ref, row] : reg.receipts)
      if (row.unstored > 0) RC_ASSERT(reg.duties.contains({2, "receipt:1/" + std::to_string(ref.index)}));
    const bool explained = std::any_of(steps.begin(), steps.end(), [](const Told& step) {
      return std::holds_alternative<DifferenceExplained>(step.entry.event);
    });
    if (explained) return;
    for (const auto& [key, row] : reg.seals)
      if (row.came_in == 0 && (row.state == SealState::Applied || row.state == SealState::Uplifted))
        RC_ASSERT(reg.duties.contains(
            {17, "seal:" + std::to_string(static_cast<int>(key.family)) + ":" + key.number.text()}));
  });
}

TEST_CASE("a thousand seals received, stored and issued balance, and history lists stop at their limit") {
  MapRegister reg;
  Entry entry;
  entry.header.happened_ms = entry.header.recorded_ms = kStart;
  const SealRange box{"NZ", 1, 6, static_cast<std::uint32_t>(limits::kSealsPerEntry)};
  entry.event = SealsReceived{Family::Ses, SealKind::Bolt, box, {}, kStart, "", "", "", {}};
  reg.fold_one(entry, {1, 0});
  REQUIRE(reg.receipts.at({1, 0}).unstored == 1000);
  REQUIRE(reg.duties.contains({2, "receipt:1/0"}));
  for (std::uint64_t i = 1; i <= limits::kHistoryRefs + 5; ++i) {
    entry.event = SealsStored{Family::Ses, SealRange{"NZ", 1, 6, 1}, {PlaceKind::LockedStore, 1}};
    reg.fold_one(entry, {1, i});
  }
  REQUIRE(reg.seals.at({Family::Ses, box.at(0)}).history.size() == limits::kHistoryRefs);
  REQUIRE(reg.receipts.at({1, 0}).unstored == 999);
  REQUIRE(reg.ledgers[1].balances());
  REQUIRE(equation_text(reg.ledgers[1]) == "received 1000 = in stock 1000");
}

namespace {
template <std::size_t... Is>
std::vector<Event> one_of_each(std::index_sequence<Is...>) {
  return {Event{std::in_place_index<Is>}...};
}
}  // namespace

TEST_CASE("every kind of event can be judged and folded into an empty register and into a full one") {
  for (std::size_t before : {0U, 200U}) {
    std::vector<Told> steps = history(7, before);
    for (Event& event : one_of_each(std::make_index_sequence<ses::codec::kAlternatives<Event>>())) {
      Told step;
      step.entry.header.happened_ms = step.entry.header.recorded_ms = kStart;
      step.entry.event = std::move(event);
      steps.push_back(std::move(step));
    }
    const MapRegister reg = fold_all(steps, 1, 7);
    REQUIRE(reg.self.next_index == steps.size());
  }
}
