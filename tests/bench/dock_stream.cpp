// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/dock_stream.hpp"

#include <fmt/format.h>

namespace sealkeep::bench {
namespace {

constexpr std::uint32_t kSealsPerBox = 200;
constexpr std::size_t kWaitingForDrivers = 3;
constexpr ses::PersonNo kPacker = 11, kChecker = 12, kSupervisor = 13;
constexpr ses::StoreNo kSafe = 1;
constexpr ses::Place kInSafe{ses::PlaceKind::LockedStore, kSafe};
constexpr ses::Vvtt kAllPassed{ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
constexpr const char* kOwners[] = {"MSKU", "TGHU", "MSCU", "HLXU"};
constexpr const char* kDrivers[] = {"Aroha Ngata", "Wiremu Parata", "Sina Tofa", "James O'Brien", "Li Wei"};
constexpr const char* kFirms[] = {"Kauri Transport", "Southern Haul", "Harbour Lines"};

}  // namespace

DockStream::DockStream(std::uint32_t site_no, Random& random)
    : random_(random), box_first_(site_no * 1'000'000ULL + random.below(1000) * kSealsPerBox) {}

std::vector<agent::Fact> DockStream::setup(Random& random) {
  std::vector<agent::Fact> facts;
  const auto add = [&](ses::Event event) {
    agent::Fact fact;
    random.fill(fact.request_id);
    fact.event = std::move(event);
    facts.push_back(std::move(fact));
  };
  add(ses::TerminalAdded{1});
  for (ses::PersonNo who : {kPacker, kChecker, kSupervisor}) add(ses::PersonAdded{who, 0});
  add(ses::StoreAdded{kSafe, ses::PlaceKind::LockedStore});
  return facts;
}

agent::Fact DockStream::fact(ses::Event event, ses::PersonNo who) {
  agent::Fact fact;
  random_.fill(fact.request_id);
  fact.event = std::move(event);
  fact.person_no = who;
  fact.auth_method = ses::AuthMethod::Pin;
  fact.terminal_no = 1;
  fact.source = ses::Source::Scanned;
  return fact;
}

ses::UnitId DockStream::new_unit() {
  ses::UnitId unit{ses::UnitKind::SeaContainer,
                   fmt::format("{}{:06}0", kOwners[random_.below(4)], random_.below(1'000'000))};
  unit.text.back() = unit.computed_check_digit();
  return unit;
}

void DockStream::remark(agent::Fact& fact, ses::DetailKind kind, std::string_view text) {
  fact.details.push_back({kind, to_bytes(as_bytes(text))});
}

agent::Fact DockStream::receive(std::int64_t now_ms) {
  box_first_ += kSealsPerBox;
  used_of_box_ = 0;
  return fact(ses::SealsReceived{ses::Family::Ses,
                                 ses::SealKind::Bolt,
                                 {"NZ", box_first_, 9, kSealsPerBox},
                                 kInSafe,
                                 now_ms,
                                 "",
                                 fmt::format("D{}", box_first_),
                                 "",
                                 {}},
              kSupervisor);
}

agent::Fact DockStream::uplift() {
  const Load load = std::move(waiting_.front());
  waiting_.pop_front();
  agent::Fact taken =
      fact(ses::Uplifted{load.unit, ses::Family::Ses, {load.seal}, 7, kAllPassed, true}, kSupervisor);
  remark(taken, ses::DetailKind::Driver,
         fmt::format("{}; {}; truck {:05X}", kDrivers[random_.below(5)], kFirms[random_.below(3)],
                     random_.below(1 << 20)));
  return taken;
}

agent::Fact DockStream::next(std::int64_t now_ms) {
  if (step_ == 0 && (!box_open_ || used_of_box_ == kSealsPerBox)) {
    box_open_ = true;
    return receive(now_ms);
  }
  switch (step_++) {
    case 0:
      load_ = {new_unit(), ses::SealRange{"NZ", box_first_, 9, kSealsPerBox}.at(used_of_box_++)};
      ++loads_;
      return fact(ses::UnitClosed{load_.unit}, kPacker);
    case 1:
      return fact(ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, load_.seal, load_.unit, false},
                  kPacker);
    case 2: {
      const ses::Reading read{load_.seal.text(), load_.unit.text};
      agent::Fact checked = fact(
          ses::SealChecked{ses::Family::Ses, load_.seal, load_.unit, read, read, true, kAllPassed}, kChecker);
      if (loads_ % 3 == 0)
        remark(checked, ses::DetailKind::Narrative,
               fmt::format("Dock {}: checked in the rain", random_.below(20)));
      waiting_.push_back(load_);
      if (waiting_.size() <= kWaitingForDrivers) step_ = 0;
      return checked;
    }
    default:
      step_ = 0;
      return uplift();
  }
}

}  // namespace sealkeep::bench
