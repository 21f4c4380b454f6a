// SPDX-License-Identifier: Apache-2.0
#include "common/ses/explained.hpp"

#include <algorithm>

#include "common/ses/folding.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::ses {
namespace {

std::string key_of(Irregularity code, const std::string& subject) {
  return std::to_string(static_cast<unsigned>(code)) + " " + subject;
}
std::string person(PersonNo no) {
  return "person:" + std::to_string(no);
}
std::string store(StoreNo no) {
  return "store:" + std::to_string(no);
}
std::string box(Family family, const std::string& label) {
  return "box:" + std::string(family_words(family)) + ":" + label;
}
std::string entry_of(Ref at) {
  return "entry:" + ref_words(at);
}

const UnitId* unit_of(const Event& event) {
  return std::visit(
      []<class E>(const E& e) -> const UnitId* {
        if constexpr (requires { e.unit.text; })
          return &e.unit;
        else if constexpr (std::is_same_v<E, UnitCorrected>)
          return &e.wrong;
        else
          return nullptr;
      },
      event);
}

// The seals of which the mark may speak. Of a run its ends: what supplies both supplies all between them.
std::vector<SealKey> seals_of(const Event& event) {
  return std::visit(
      []<class E>(const E& e) -> std::vector<SealKey> {
        if constexpr (std::is_same_v<E, Uplifted>) {
          std::vector<SealKey> out;
          for (const SealNumber& number : e.seals) out.push_back({e.family, number});
          return out;
        } else if constexpr (requires {
                               e.family;
                               e.seals.count;
                             }) {
          if (e.seals.count == 1) return {{e.family, e.seals.front()}};
          return {{e.family, e.seals.front()}, {e.family, e.seals.back()}};
        } else if constexpr (requires {
                               e.family;
                               e.seal.text();
                             }) {
          return {{e.family, e.seal}};
        } else if constexpr (std::is_same_v<E, SealReplaced>) {
          return {{e.family, e.old_seal}, {e.family, e.new_seal}};
        } else if constexpr (std::is_same_v<E, SealCorrected>) {
          return {{e.family, e.wrong}, {e.family, e.right}};
        } else {
          return {};
        }
      },
      event);
}

std::vector<PersonNo> people_of(const Entry& entry) {
  std::vector<PersonNo> out;
  const auto add = [&](PersonNo no) {
    if (no != 0 && std::find(out.begin(), out.end(), no) == out.end()) out.push_back(no);
  };
  add(entry.header.person_no);
  std::visit(
      [&]<class E>(const E& e) {
        if constexpr (requires { e.person_no; }) add(e.person_no);
        if constexpr (requires { e.witness; }) add(e.witness);
        if constexpr (std::is_same_v<E, HandedOver>) add(e.from);
        if constexpr (std::is_same_v<E, HandedOver> || std::is_same_v<E, SealsIssued>) add(e.to);
        if constexpr (requires { e.place.kind; })
          if (e.place.kind == PlaceKind::Hand) add(e.place.no);
      },
      entry.event);
  return out;
}

StoreNo store_of(const Event& event) {
  return std::visit(
      []<class E>(const E& e) -> StoreNo {
        if constexpr (requires { e.store_no; }) return e.store_no;
        if constexpr (requires { e.place.kind; })
          if (is_store(e.place)) return e.place.no;
        return 0;
      },
      event);
}

}  // namespace

/// Says what one entry supplies: to marks of that code about that subject which happened no earlier.
struct Explanations::Supply {
  Explanations& all;
  const Entry& entry;
  Ref at;
  std::vector<Closed>& closed;

  void give(Irregularity code, const std::string& subject, std::int64_t since_ms,
            bool in_order = true) const {
    if (all.by_subject_.empty()) return;
    const auto [first, last] = all.by_subject_.equal_range(key_of(code, subject));
    take(all.by_subject_, first, last, since_ms, in_order);
  }
  void give(Irregularity code, const std::string& subject) const {
    give(code, subject, entry.header.happened_ms);
  }
  void give_seals(Irregularity code, Family family, const SealRange& seals, std::int64_t since_ms,
                  bool in_order = true) const {
    const auto wanted = all.by_seal_.find(code);
    if (wanted == all.by_seal_.end()) return;
    auto& waiting = wanted->second;
    for (std::uint32_t i = 0; i < seals.count && seals.count <= waiting.size(); ++i) {
      const auto [first, last] = waiting.equal_range({family, seals.at(i)});
      take(waiting, first, last, since_ms, in_order);
    }
    if (seals.count <= waiting.size()) return;
    for (auto it = waiting.begin(); it != waiting.end();) {
      const auto next = std::next(it);
      if (it->first.family == family && seals.contains(it->first.number))
        take(waiting, it, next, since_ms, in_order);
      it = next;
    }
  }
  void give_seal(Irregularity code, Family family, const SealNumber& seal) const {
    if (all.by_seal_.contains(code))
      give_seals(code, family, SealRange::single(seal), entry.header.happened_ms);
  }
  template <class Waiting, class At>
  void take(Waiting& waiting, At first, At last, std::int64_t since_ms, bool in_order) const {
    while (first != last) {
      const std::size_t mark = first->second;
      if (all.marks_[mark].happened_ms < since_ms) {
        ++first;
        continue;
      }
      first = waiting.erase(first);
      all.close(mark, at, in_order, closed);
    }
  }
  // It stood in the register since `since_ms`, whatever is known of it.
  void came_in(Family family, const SealRange& seals, std::int64_t since_ms) const {
    give_seals(Irregularity::UnknownSeal, family, seals, since_ms);
  }
  void left_stock(Family family, const SealRange& seals) const {
    give_seals(Irregularity::AlreadyReceived, family, seals, entry.header.happened_ms);
  }
  void off_unit(Family family, const SealNumber& seal, const UnitId& unit) const {
    give_seal(Irregularity::SealInUse, family, seal);
    if (!unit.text.empty()) give(Irregularity::UnitAlreadySealed, unit.text);
  }
  void on_unit(Family family, const SealNumber& seal, const UnitId& unit) const {
    if (!keeps_stock(family)) return;
    give(Irregularity::NotSealed, unit.text);
    give_seal(Irregularity::DoorDiffers, family, seal);
  }
  void known(const UnitId& unit) const {
    if (!unit.text.empty()) give(Irregularity::UnknownUnit, unit.text);
  }

  template <class E>
  void operator()(const E&) const {}
  void operator()(const PersonAdded& e) const { give(Irregularity::PersonUnknown, person(e.person_no)); }
  void operator()(const StoreAdded& e) const { give(Irregularity::UnknownPlace, store(e.store_no)); }
  void operator()(const StockOpened& e) const {
    came_in(e.family, e.seals, e.received_ms != 0 ? e.received_ms : entry.header.happened_ms);
  }
  void operator()(const SealsReceived& e) const {
    came_in(e.family, e.seals, e.arrived_ms != 0 ? e.arrived_ms : entry.header.happened_ms);
    if (!e.box.empty()) give(Irregularity::UnknownBox, box(e.family, e.box));
  }
  void operator()(const TransferredIn& e) const { came_in(e.family, e.seals, entry.header.happened_ms); }
  void operator()(const TransferredOut& e) const { left_stock(e.family, e.seals); }
  void operator()(const ReturnedToSupplier& e) const { left_stock(e.family, e.seals); }
  void operator()(const UnitCheckedEmpty& e) const { known(e.unit); }
  void operator()(const LoadStarted& e) const { known(e.unit); }
  void operator()(const LoadPaused& e) const { known(e.unit); }
  void operator()(const LoadEnded& e) const { known(e.unit); }
  void operator()(const DoorsSecured& e) const { known(e.unit); }
  void operator()(const UnitCorrected& e) const { known(e.right); }
  void operator()(const UnitClosed& e) const {
    known(e.unit);
    give(Irregularity::NotClosed, e.unit.text);
  }
  void operator()(const SealApplied& e) const {
    known(e.unit);
    if (e.allocated) came_in(e.family, SealRange::single(e.seal), entry.header.happened_ms);
    on_unit(e.family, e.seal, e.unit);
  }
  void operator()(const SealReplaced& e) const {
    on_unit(e.family, e.new_seal, e.unit);
    off_unit(e.family, e.old_seal, e.unit);
  }
  void operator()(const RollUsed& e) const {
    known(e.unit);
    if (e.use == RollUse::Applied && !e.unit.text.empty()) give(Irregularity::NotSealed, e.unit.text);
  }
  void operator()(const SealChecked& e) const { give(Irregularity::NotChecked, e.unit.text); }
  void operator()(const SealRemoved& e) const { off_unit(e.family, e.seal, e.unit); }
  void operator()(const SealDamaged& e) const { off_unit(e.family, e.seal, e.unit); }
  void operator()(const SealFound& e) const {
    give_seal(Irregularity::SealSpent, e.family, e.seal);
    if (e.not_on_record) came_in(e.family, SealRange::single(e.seal), entry.header.happened_ms);
  }
  void operator()(const ContentsLookedAt& e) const {
    if (e.in_order) give(Irregularity::UnitHeld, e.unit.text);
  }
  void operator()(const RecordKept& e) const {
    if (e.outcome != Outcome::Done) return;
    const std::int64_t since_ms = e.done_ms != 0 ? e.done_ms : entry.header.happened_ms;
    if (e.what == RecordKind::TrainingSeals) {
      for (const std::string_view task : kTasks)
        give(Irregularity::NotTrained, person(e.person_no) + ":" + std::string(task), since_ms);
    }
    if (e.what == RecordKind::Competence)
      give(Irregularity::NotTrained, person(e.person_no) + ":" + e.label, since_ms);
    if (e.what == RecordKind::KeyHeld) give(Irregularity::KeyNotListed, person(e.person_no), since_ms);
  }
  void operator()(const DifferenceExplained& e) const {
    for (const Irregularity code :
         {Irregularity::CountDiffers, Irregularity::ShortDelivery, Irregularity::UnknownSeal})
      give(code, entry_of(e.about), INT64_MIN, false);
    for (const SealNumber& number : e.seals)
      give_seals(Irregularity::UnknownSeal, e.family, SealRange::single(number), INT64_MIN, false);
  }
};

void Explanations::want(std::size_t mark, const std::string& subject) {
  by_subject_.emplace(key_of(marks_[mark].code, subject), mark);
}

void Explanations::want(std::size_t mark, const SealKey& seal) {
  by_seal_[marks_[mark].code].emplace(seal, mark);
  ++marks_[mark].wants;
}

void Explanations::mark(const Entry& entry, Ref at) {
  for (const NotedIrregularity& noted : entry.irregularities) {
    const std::size_t mark = marks_.size();
    const UnitId* unit = unit_of(entry.event);
    marks_.push_back({at, noted.code, entry.header.happened_ms, 0});
    switch (noted.code) {
      case Irregularity::UnknownUnit:
      case Irregularity::NotChecked:
      case Irregularity::NotSealed:
      case Irregularity::NotClosed:
      case Irregularity::UnitHeld:
      case Irregularity::UnitAlreadySealed:
        if (unit != nullptr) want(mark, unit->text);
        break;
      case Irregularity::UnknownSeal:
        want(mark, entry_of(at));
        for (const SealKey& seal : seals_of(entry.event)) want(mark, seal);
        break;
      case Irregularity::DoorDiffers:
        // At the door somebody read what the register cannot contradict; the driver saw what it did not have.
        if (!std::holds_alternative<Uplifted>(entry.event)) break;
        [[fallthrough]];
      case Irregularity::SealInUse:
      case Irregularity::SealSpent:
      case Irregularity::AlreadyReceived:
        for (const SealKey& seal : seals_of(entry.event)) want(mark, seal);
        break;
      case Irregularity::CountDiffers:
      case Irregularity::ShortDelivery:
        want(mark, entry_of(at));
        break;
      case Irregularity::PersonUnknown:
        for (const PersonNo no : people_of(entry)) want(mark, person(no));
        break;
      case Irregularity::UnknownPlace:
        want(mark, store(store_of(entry.event)));
        break;
      case Irregularity::UnknownBox:
        if (const auto* opened = std::get_if<BoxOpened>(&entry.event))
          want(mark, box(opened->family, opened->box));
        break;
      case Irregularity::NotTrained:
        want(mark, person(entry.header.person_no) +
                       (std::holds_alternative<SealChecked>(entry.event) ? ":check" : ":apply"));
        break;
      case Irregularity::KeyNotListed:
        want(mark, person(entry.header.person_no));
        break;
      default:
        marks_.pop_back();  // no later entry makes it good
    }
  }
}

// Of several seals the last one closes it.
void Explanations::close(std::size_t mark, Ref by, bool in_order, std::vector<Closed>& closed) {
  Mark& one = marks_[mark];
  if (one.wants > 1 && in_order) {
    --one.wants;
    return;
  }
  if (answers_.emplace(std::pair{one.at, one.code}, by).second)
    closed.push_back({one.at, one.code, by, in_order});
}

std::vector<Explanations::Closed> Explanations::add(const Entry& entry, Ref at) {
  std::vector<Closed> closed;
  if (!marks_.empty()) {
    const Supply supply{*this, entry, at, closed};
    std::visit(supply, entry.event);
  }
  mark(entry, at);
  return closed;
}

std::optional<Ref> Explanations::of(Ref marked, Irregularity code) const {
  const auto found = answers_.find({marked, code});
  return found == answers_.end() ? std::nullopt : std::optional(found->second);
}

std::string marks_words(const Entry& entry, Ref at, const Explanations& explanations) {
  std::string words;
  for (const NotedIrregularity& noted : entry.irregularities) {
    words += (words.empty() ? "" : "; ") + std::string(irregularity_sentence(noted.code));
    if (const auto by = explanations.of(at, noted.code))
      words += " (explained by entry " + ref_words(*by) + ")";
  }
  return words;
}

}  // namespace sealkeep::ses
