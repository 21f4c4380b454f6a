// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>
#include <deque>
#include <filesystem>

#include "common/crypto/encoding.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "tests/hub/alerts/life_fixture.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::hub::test {

using sealkeep::test::HandClock;
using sealkeep::test::must;
using sealkeep::test::TestFolder;

/// Takes everything, and does with it what the test says.
struct HandCarrier final : Carrier {
  std::size_t room() override { return 32; }
  void take(Parcel parcel) override {
    const bool broken = down.contains(parcel.channel.name);
    if (!broken) received.push_back(parcel.notice);
    outcomes.push_back({parcel.notice.id, parcel.channel.name, !broken, false, broken ? "no answer" : ""});
  }
  std::vector<Delivery> delivered() override { return std::exchange(outcomes, {}); }
  std::set<std::string> down;
  std::vector<Notice> received;
  std::vector<Delivery> outcomes;
};

inline NoticeSetup two_channels() {
  return must(parse_notice_setup(
      {"mail; kind=smtp; url=smtp://relay.example.nz:587; from=hub@example.nz",
       "ops; kind=webhook; url=https://ops.example.nz/hook; secret=ops-key"},
      {"Anna; role=ses-manager; to=mail:anna@example.nz; to=ops; zone=+00:00",
       "Dev; role=deputy; to=mail:dev@example.nz; to=ops; zone=+00:00",
       "Sam; role=supervisor; sites=akl-01; to=mail:sam@example.nz; to=ops; zone=+00:00; quiet=22:00-06:00",
       "Ivy; role=it; to=mail:ivy@example.nz; to=ops; zone=+00:00"},
      {}, "https://hub.example.nz"));
}

/// The desk over a real database, without the rest of the hub.
struct DeskWorld {
  DeskWorld() {
    clock.reading.unix_ms = kNoon;
    open(true);
  }
  DeskWorld(const DeskWorld&) = delete;
  DeskWorld& operator=(const DeskWorld&) = delete;

  void open(bool create) {
    OpenOptions options;
    options.application_id = 0x534B5431;
    options.migrations = {{{Alerts::schema(), LifeRows::schema(), Outbox::schema(), Outbox::attachments()}}};
    options.create = create;
    db = std::make_unique<Db>(must(Db::open(folder / "desk.db", options)));
    alerts = std::make_unique<Alerts>(must(Alerts::open(*db)));
    DeskHooks hooks;
    hooks.note_action = [this](const Alert&, const AlertAction& action, std::int64_t) -> Result<> {
      journal.push_back(action);
      return {};
    };
    hooks.note_drop = [this](const Notice& notice, const std::string&, const std::string&,
                             std::int64_t) -> Result<> {
      dropped.push_back(notice.id);
      return {};
    };
    hooks.site_code = [](RegisterId id) { return id == 0 ? std::string() : id == 1 ? "akl-01" : "tga-01"; };
    desk = std::make_unique<AlertDesk>(
        must(AlertDesk::open({"hub.example.nz", clock, random, log, *db, *alerts, setup, std::move(hooks)})));
    must(desk->start());
  }
  /// The process ends and starts again.
  void restart() {
    desk.reset();
    alerts.reset();
    db.reset();
    open(false);
  }
  void raise(const Alert& alert) {
    must(db->transaction([&]() -> Result<> {
      SEALKEEP_TRY(alerts->raise(alert));
      return {};
    }));
  }
  void resolve(const Alert& alert) {
    must(db->transaction([&]() -> Result<> {
      SEALKEEP_TRY(alerts->resolve(alert.id, clock.reading.unix_ms));
      return {};
    }));
  }
  /// Some turns of the hub's loop.
  void turn(int times = 3) {
    for (int i = 0; i < times; ++i) {
      clock.pass(600);
      must(desk->follow());
      must(desk->post(carrier));
    }
  }
  void pass(std::int64_t ms) {
    clock.pass(ms);
    turn();
  }
  AlertLife life(const Alert& alert) { return must(desk->lives().load(alert.id)); }
  [[nodiscard]] std::vector<std::string> told(std::string_view moment) const {
    std::vector<std::string> out;
    for (const Notice& one : carrier.received)
      if (one.moment == moment) out.push_back(one.person);
    return out;
  }
  std::optional<Alert> channel_alert(const std::string& channel) {
    return must(alerts->find(alert_id(118, "channel:" + channel, "hub.example.nz", 0)));
  }

  TestFolder folder;
  HandClock clock;
  SeededRandom random{5};
  NullLogger log;
  NoticeSetup setup = two_channels();
  std::unique_ptr<Db> db;
  std::unique_ptr<Alerts> alerts;
  std::unique_ptr<AlertDesk> desk;
  HandCarrier carrier;
  std::vector<AlertAction> journal;
  std::vector<std::string> dropped;
};

}  // namespace sealkeep::hub::test
