// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "hub/alerts/alert_desk.hpp"
#include "tests/bench/bench_site.hpp"

/// How often head office interrupts people over a healthy site: hub_budget FOLDER DAYS. One person of each
/// role hears of the site and answers nothing, so that every ladder is climbed to its end.
namespace sealkeep::bench {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs, kDayMs = 24 * kHourMs;
constexpr std::int64_t kSendEveryMs = 15 * kMinuteMs;
constexpr std::size_t kContainersADay = 20;
constexpr std::size_t kEveryNotice = 1'000'000;
// What goes wrong at a healthy site, one in so many.
constexpr std::uint64_t kContainersCheckedLate = 40, kDaysWithALoss = 30, kDaysWithABrokenBolt = 7;

class Budget {
 public:
  Budget(std::filesystem::path folder, hub::NoticeSetup people)
      : parts_{std::move(folder), {}, {}, clock_, random_, log_, std::move(people)} {}

  Result<> run(std::int64_t days) {
    SEALKEEP_TRY(hub::Hub::create(parts_, {"hub.example.nz", "tcp://hub:7441", "tcp://hub:7442"}));
    SEALKEEP_LET(opened, hub::Hub::open(parts_));
    hub_ = std::move(opened);
    BenchSite site(*hub_, clock_, "s1", 1);
    SEALKEEP_TRY(site.enrol());
    DockWork work;
    work.boxes = static_cast<std::size_t>(days) * (kContainersADay + 5) / 200 + 2;
    work.containers = 0;
    SEALKEEP_TRY(record_work(site, work, clock_.reading.unix_ms));
    SEALKEEP_TRY(hear(site));
    const std::int64_t begun_ms = clock_.reading.unix_ms;
    for (std::int64_t day = 0; day < days; ++day) {
      plan_day(begun_ms + day * kDayMs);
      for (std::int64_t at = 0; at < kDayMs; at += kSendEveryMs) {
        SEALKEEP_TRY(record_until(site, begun_ms + day * kDayMs + at + kSendEveryMs));
        SEALKEEP_TRY(hear(site));
      }
    }
    return say(days);
  }

 private:
  struct Planned {
    ses::Event event;
    ses::PersonNo person = 0;
  };
  void plan(std::int64_t at_ms, ses::Event event, ses::PersonNo person) {
    planned_.emplace(at_ms, Planned{std::move(event), person});
  }
  ses::SealNumber next_seal() { return ses::SealRange{"NZ", next_seal_++, 8, 1}.front(); }

  void plan_day(std::int64_t day_ms) {
    constexpr ses::Vvtt kPassed{ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
    const std::int64_t morning_ms = day_ms + 16 * kHourMs;  // the run begins in the afternoon
    for (std::size_t i = 0; i < kContainersADay; ++i) {
      const std::int64_t at_ms = morning_ms + static_cast<std::int64_t>(i) * 20 * kMinuteMs;
      const ses::UnitId unit = container(next_unit_++);
      ses::SealNumber seal = next_seal();
      const auto person = static_cast<ses::PersonNo>(1 + i % 3);
      plan(at_ms, ses::UnitClosed{unit}, person);
      plan(at_ms + 5 * kMinuteMs, ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, seal, unit, false},
           person);
      const bool late = random_.below(kContainersCheckedLate) == 0;
      const std::int64_t checked_ms = at_ms + (late ? 5 * kHourMs : 15 * kMinuteMs);
      const ses::Reading read{seal.text(), unit.text};
      plan(checked_ms, ses::SealChecked{ses::Family::Ses, seal, unit, read, read, true, kPassed},
           static_cast<ses::PersonNo>(4 + i % 3));
      plan(checked_ms + kHourMs, ses::Uplifted{unit, ses::Family::Ses, {seal}, 12, kPassed, true}, person);
    }
    if (random_.below(kDaysWithABrokenBolt) == 0) {
      ses::SealDamaged broken;
      broken.seal = next_seal();
      broken.cause = ses::DamageCause::BrokeInClosing;
      plan(morning_ms + 3 * kHourMs, broken, 1);
    }
    if (random_.below(kDaysWithALoss) == 0) {
      ses::SealLost lost;
      lost.seals = {"NZ", next_seal_++, 8, 1};
      lost.discovered_ms = morning_ms + 4 * kHourMs;
      plan(morning_ms + 4 * kHourMs, lost, 1);
    }
    for (const ses::StoreNo store : {1U, 2U}) {
      ses::StockCounted count;
      count.place = {store == 1 ? ses::PlaceKind::LockedStore : ses::PlaceKind::DockBox, store};
      count.started_ms = morning_ms + 8 * kHourMs;
      plan(morning_ms + 8 * kHourMs, count, 2);
    }
    const std::int64_t evening_ms = day_ms + kDayMs - kMinuteMs;
    plan(evening_ms,
         ses::DayClosed{static_cast<std::uint32_t>((evening_ms + 780 * kMinuteMs) / kDayMs) - 1, 1, 0, 0}, 0);
  }

  Result<> record_until(BenchSite& site, std::int64_t until_ms) {
    while (!planned_.empty() && planned_.begin()->first <= until_ms) {
      const auto [at_ms, what] = *planned_.begin();
      planned_.erase(planned_.begin());
      if (std::holds_alternative<ses::SealLost>(what.event)) {
        ses::CustomsTold told;
        told.about = {1, site.records()};
        plan(at_ms + 3 * kHourMs, told, 1);
      }
      SEALKEEP_TRY(site.record(what.event, at_ms, what.person));
    }
    clock_.reading.mono_ms += until_ms - clock_.reading.unix_ms;
    clock_.reading.unix_ms = until_ms;
    return {};
  }

  // What the site sent is judged; what nobody explained within a minute is said.
  Result<> hear(BenchSite& site) {
    SEALKEEP_TRY(site.send(clock_.reading.unix_ms));
    while (true) {
      SEALKEEP_LET(done, hub_->oversee(100'000));
      if (done == 0) break;
    }
    SEALKEEP_TRY(hub_->tick());
    SEALKEEP_TRY(hub_->tick());
    return hub_->idle();
  }

  Result<> say(std::int64_t days) {
    SEALKEEP_LET(notices, hub_->desk().outbox().list(std::nullopt, kEveryNotice));
    std::map<std::string, std::map<std::int64_t, std::size_t>> by_person;
    for (const hub::Notice& one : notices) {
      if (!one.interrupts) continue;
      ++by_person[one.person][one.created_ms / kDayMs];
    }
    std::printf("%lld days of one site, %zu containers a day\n", static_cast<long long>(days),
                kContainersADay);
    std::printf("| person | messages that interrupt | a day | most in a day |\n| --- | --- | --- | --- |\n");
    for (const hub::Recipient& person : parts_.notices.people) {
      std::size_t all = 0, most = 0;
      for (const auto& [day, count] : by_person[person.name]) {
        all += count;
        most = std::max(most, count);
      }
      std::printf("| %s | %zu | %.2f | %zu |\n", person.name.c_str(), all,
                  static_cast<double>(all) / static_cast<double>(days), most);
    }
    SEALKEEP_LET(alerts, hub::Alerts::open(hub_->db()));
    SEALKEEP_LET(raised, alerts.list(0, false, kEveryNotice));
    std::map<std::string, std::size_t> reasons;
    for (const hub::Alert& alert : raised)
      ++reasons[fmt::format("rule {}: {}", alert.rule, alert.reason.substr(alert.reason.find(": ") + 1))];
    for (const auto& [reason, count] : reasons) std::printf("%zu x %s\n", count, reason.c_str());
    return {};
  }

  FilledClock clock_;
  SeededRandom random_{5};
  NullLogger log_;
  hub::HubParts parts_;
  std::unique_ptr<hub::Hub> hub_;
  std::multimap<std::int64_t, Planned> planned_;
  std::uint64_t next_seal_ = 1, next_unit_ = 1;
};

Result<> run(const char* folder, std::int64_t days) {
  std::vector<std::string> people;
  for (const char* role : {"supervisor", "ses-manager", "deputy", "it", "administrator"})
    people.push_back(fmt::format("{}; role={}; to=ops", role, role));
  SEALKEEP_LET(setup, hub::parse_notice_setup(
                          {"ops; kind=webhook; url=https://ops.example.nz; secret=ops-key"}, people, {}, ""));
  std::filesystem::create_directories(folder);
  return Budget(folder, std::move(setup)).run(days);
}

}  // namespace
}  // namespace sealkeep::bench

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("hub_budget FOLDER DAYS (FOLDER is made)\n", stderr);
    return 2;
  }
  const auto done = sealkeep::bench::run(argv[1], std::strtol(argv[2], nullptr, 10));
  if (!done) std::fputs((done.error().text() + "\n").c_str(), stderr);
  return done ? 0 : 1;
}
