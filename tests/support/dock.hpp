// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/duty.hpp"
#include "tests/support/map_register.hpp"

namespace sealkeep::ses {

/// A dock for scenario tests: people say what happened, minute by minute, and the register is folded along.
class Dock {
 public:
  static constexpr std::int64_t kStart = 1'780'358'400'000;  ///< Tuesday 2026-06-02, 00:00 UTC
  static constexpr PersonNo kMere = 1, kTama = 2;
  static constexpr StoreNo kSafe = 1;
  static constexpr Place kInSafe{PlaceKind::LockedStore, kSafe};

  Dock() {
    say(0, PersonAdded{kMere, 0});
    say(0, PersonAdded{kTama, 0});
    say(0, StoreAdded{kSafe, PlaceKind::LockedStore});
  }

  /// It happened at that minute and is recorded at once. Returns where it stands in the log.
  Ref say(std::int64_t minute, Event event, PersonNo who = kMere) {
    Entry entry;
    entry.header.happened_ms = entry.header.recorded_ms = at(minute);
    entry.header.person_no = who;
    entry.event = std::move(event);
    return record(entry);
  }
  Ref record(const Entry& entry) {
    const Ref here{1, reg.self.next_index};
    Rows rows = reg.open();
    reg.prepare(entry.header, entry.event, here, rows);
    found = judge(entry.header, entry.event, rows);
    fold(entry, here, rows);
    reg.save(rows);
    return here;
  }
  void direct(std::int64_t minute, DirectiveBody body) {
    Directive directive;
    directive.issued_ms = at(minute);
    directive.body = std::move(body);
    reg.adopt(directive, {1, reg.self.next_index}, at(minute));
    say(minute, DirectivesAdopted{1, reg.self.directive_size + 1, {}});
  }
  /// NZ300001..NZ300020 in the safe.
  void stock() {
    say(1, SealsReceived{Family::Ses, SealKind::Bolt, range(1, 20), kInSafe, at(1), "", "", "", {}});
  }

  [[nodiscard]] static std::int64_t at(std::int64_t minute) { return kStart + minute * 60'000; }
  [[nodiscard]] static SealRange range(std::uint64_t first, std::uint32_t count) {
    return {"NZ", 300000 + first, 6, count};
  }
  [[nodiscard]] static SealNumber seal(std::uint64_t n) { return range(n, 1).front(); }
  [[nodiscard]] static UnitId box(const std::string& text = "MSCU1234566") {
    return {UnitKind::SeaContainer, text};
  }
  [[nodiscard]] static SealApplied applied(std::uint64_t n, const UnitId& unit = box()) {
    return {Family::Ses, SealKind::Bolt, seal(n), unit, false};
  }
  [[nodiscard]] static SealChecked checked(std::uint64_t n, const UnitId& unit = box()) {
    const Reading read{seal(n).text(), unit.text};
    return {Family::Ses, seal(n), unit, read, read, false, all_four()};
  }
  [[nodiscard]] static Uplifted uplifted(std::vector<SealNumber> seals, const UnitId& unit = box()) {
    return {unit, Family::Ses, std::move(seals), 7, all_four(), true};
  }
  [[nodiscard]] static Vvtt all_four() { return {Step::Pass, Step::Pass, Step::Pass, Step::Pass}; }
  [[nodiscard]] static std::string name(const char* what, Ref ref) {
    return what + std::to_string(ref.epoch) + "/" + std::to_string(ref.index);
  }

  [[nodiscard]] const SealRow& row(std::uint64_t n) const { return reg.seals.at({Family::Ses, seal(n)}); }
  [[nodiscard]] SealState state(std::uint64_t n) const { return row(n).state; }
  [[nodiscard]] const UnitRow& unit(const UnitId& id = box()) const { return reg.units.at(id); }
  [[nodiscard]] const LedgerRow& ledger() const { return reg.ledgers[1]; }
  [[nodiscard]] std::string equation() const { return equation_text(ledger()); }
  [[nodiscard]] bool is_open(std::uint8_t rule, const std::string& subject = "unit:MSCU1234566") const {
    return reg.duties.contains({rule, subject});
  }
  [[nodiscard]] std::int64_t due(std::uint8_t rule, const std::string& subject = "unit:MSCU1234566") const {
    return reg.duties.at({rule, subject}).due_ms;
  }
  [[nodiscard]] std::uint64_t met(std::uint8_t rule) const {
    auto it = reg.self.duties.find(rule);
    return it == reg.self.duties.end() ? 0 : it->second.first;
  }
  [[nodiscard]] std::uint64_t late(std::uint8_t rule) const {
    auto it = reg.self.duties.find(rule);
    return it == reg.self.duties.end() ? 0 : it->second.second;
  }
  /// What judge() said of the last entry.
  [[nodiscard]] bool has(Irregularity code) const {
    return std::find(found.begin(), found.end(), code) != found.end();
  }

  MapRegister reg;
  std::vector<Irregularity> found;
};

}  // namespace sealkeep::ses
