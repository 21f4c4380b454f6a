// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/record.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;
using ses::Outcome;
using ses::RecordKind;

namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

// One site that is heard after each fact.
struct HeardSite {
  HeardSite() : site(world, "akl-01") { site.enrol(); }
  void tell(const ses::Event& event) {
    site.record(event);
    hear();
  }
  void keep(RecordKind what, std::string label = {}, ses::PersonNo person = 0,
            Outcome outcome = Outcome::Done, std::int64_t until_ms = 0) {
    ses::RecordKept kept;
    kept.what = what;
    kept.label = std::move(label);
    kept.person_no = person;
    kept.outcome = outcome;
    kept.until_ms = until_ms;
    tell(kept);
  }
  void hear() {
    site.sync_all();
    world.oversee_all();
    must(world.hub->tick());
  }
  void pass(std::int64_t ms) {
    world.clock.pass(ms);
    hear();
  }
  // The open alert of that rule, or one without words.
  Alert of(std::uint16_t rule) {
    for (const Alert& alert : world.alerts())
      if (alert.rule == rule) return alert;
    return {};
  }
  [[nodiscard]] bool silent(std::uint16_t rule) { return of(rule).reason.empty(); }
  [[nodiscard]] ses::Ref last() const { return {1, site.entries.size() - 1}; }

  HubWorld world;
  TestSite site;
};

ses::IncidentReported incident(ses::IncidentKind what, std::int64_t now_ms) {
  ses::IncidentReported event;
  event.what = what;
  event.discovered_ms = now_ms;
  return event;
}

// What a record that renews says when its time is over.
struct Renewed {
  RecordKind kind;
  std::uint8_t rule;
  const char* label;
  ses::PersonNo person;
  std::int64_t days;
  const char* reason;
};
constexpr Renewed kRenewed[] = {
    {RecordKind::DocumentsSampled, 23, "", 0, 31,
     "Export documents sampled: export documents were not sampled for too long"},
    {RecordKind::TrainingSeals, 24, "", 5, 730,
     "Trained to handle, apply and check seals (person 5): the training or competence ran out"},
    {RecordKind::Competence, 24, "apply", 5, 730,
     "Competent for a task (person 5, apply): the training or competence ran out"},
    {RecordKind::QaCheck, 27, "", 0, 365, "Quality assurance check against the security plan: "},
    {RecordKind::Accreditation, 28, "MPI-7", 0, 365,
     "Accreditation of another agency (MPI-7): the accreditation ran out"},
    {RecordKind::PasswordChanged, 29, "", 5, 180,
     "Password changed (person 5): the password was not changed for too long"},
    {RecordKind::IntegrityReview, 35, "", 5, 730,
     "Integrity reviewed (person 5): the periodic review is overdue"},
    {RecordKind::Procedure, 38, "Storage", 0, 365,
     "Written procedure in force (Storage): its review is overdue"},
    {RecordKind::BackupRun, 50, "", 0, 1, "Backup made and proven: no backup was proven"},
    {RecordKind::RestoreTested, 51, "", 0, 90, "Restore tested: no restore was tested for too long"},
};

}  // namespace

TEST_CASE("a record that ran out alerts in words, and is settled by the next one") {
  for (const Renewed& one : kRenewed) {
    INFO(one.reason);
    HeardSite site;
    site.tell(ses::PersonAdded{5, 0});
    site.keep(one.kind, one.label, one.person);
    site.pass(one.days * kDay - kHour);
    CHECK(site.silent(one.rule));
    site.pass(2 * kHour);
    const Alert alert = site.of(one.rule);
    CHECK(alert.reason.starts_with(one.reason));
    CHECK(alert.clause == ses::duty_rule(one.rule)->clause);
    CHECK(alert.severity == ses::duty_rule(one.rule)->severity);
    site.keep(one.kind, one.label, one.person);
    CHECK(site.silent(one.rule));
    site.world.restart();
    site.hear();
    CHECK(site.silent(one.rule));
  }
}

TEST_CASE("an incident waits for a decision at once, and grows when nobody decides") {
  HeardSite site;
  site.tell(incident(ses::IncidentKind::UnauthorisedEntry, site.world.clock.reading.unix_ms));
  const ses::Ref at = site.last();
  CHECK(site.of(19).severity == ses::Severity::Warn);
  CHECK(site.of(19).reason == "Unauthorised entry to the site: nobody decided whether Customs must be told");
  site.pass(5 * kDay);
  CHECK(site.of(19).severity == ses::Severity::High);
  site.tell(ses::CustomsDecided{at, false});
  CHECK(site.silent(19));
}

TEST_CASE("a cyber breach is critical until Customs was told") {
  HeardSite site;
  site.tell(incident(ses::IncidentKind::CyberBreach, site.world.clock.reading.unix_ms));
  const ses::Ref at = site.last();
  CHECK(site.of(20).severity == ses::Severity::Critical);
  CHECK(site.of(20).reason == "A breach of cybersecurity: Customs was not told of the cyber breach");
  site.tell(ses::CustomsTold{at, ses::ToldHow::Phone, site.world.clock.reading.unix_ms, false});
  CHECK(site.silent(20));
}

TEST_CASE("a concern is on the list until a manager read it") {
  HeardSite site;
  site.tell(ses::ConcernRaised{true, false});
  const ses::Ref at = site.last();
  CHECK(site.of(21).severity == ses::Severity::List);
  CHECK(site.of(21).reason.starts_with("Concern in record 1/0: "));
  site.pass(5 * kDay);
  CHECK(site.of(21).severity == ses::Severity::High);
  site.tell(ses::ConcernRead{at});
  CHECK(site.silent(21));
}

TEST_CASE("a key position without its checks alerts until the last of them") {
  HeardSite site;
  site.tell(ses::PersonAdded{5, 0});
  site.keep(RecordKind::KeyPosition, "export documents", 5);
  site.pass(1);
  CHECK(site.of(25).severity == ses::Severity::High);
  CHECK(site.of(25).reason.ends_with("(person 5): holds a key position without all checks"));
  site.keep(RecordKind::IdentityCheck, {}, 5);
  site.keep(RecordKind::ReferenceCheck, {}, 5);
  CHECK_FALSE(site.silent(25));
  site.keep(RecordKind::BackgroundCheck, {}, 5);
  CHECK(site.silent(25));
}

TEST_CASE("a finding, a change and a vacancy alert until they are settled") {
  HeardSite site;
  site.keep(RecordKind::QaFinding, "F-3");
  site.pass(31 * kDay);
  CHECK(site.of(37).reason ==
        "Finding of a quality assurance check (F-3): a finding was not put right in time");
  site.keep(RecordKind::QaAction, "F-3");
  CHECK(site.silent(37));

  site.keep(RecordKind::ChangeToTell, "new address");
  CHECK(site.of(48).severity == ses::Severity::List);
  site.pass(9 * kDay);
  CHECK(site.of(48).severity == ses::Severity::High);
  CHECK(site.of(48).reason.ends_with("(new address): Customs was not told of the change"));
  site.keep(RecordKind::ChangeTold, "new address");
  CHECK(site.silent(48));

  site.tell(ses::PersonAdded{6, 0});
  site.keep(RecordKind::Responsible, std::string(ses::kManager), 6);
  site.keep(RecordKind::Responsible, std::string(ses::kManager), 6, Outcome::Ended);
  site.pass(20 * kDay);
  CHECK(site.of(49).reason.ends_with("nobody is named as responsible for SES"));
  site.keep(RecordKind::Responsible, std::string(ses::kManager), 6);
  CHECK(site.silent(49));
}

TEST_CASE("a revoked accreditation must be told to Customs") {
  HeardSite site;
  site.keep(RecordKind::Accreditation, "MPI-7", 0, Outcome::Ended);
  CHECK(site.of(48).clause == "6.1, 7.1");
  site.keep(RecordKind::ChangeTold, "MPI-7");
  CHECK(site.silent(48));
}

TEST_CASE("a held unit that nobody looks at alerts until somebody does") {
  HeardSite site;
  const ses::UnitId unit = applied(300001).unit;
  site.tell(ses::ContingencyStarted{"Port closed", {unit}});
  site.pass(25 * kHour);
  CHECK(site.of(39).reason == "Container MSCU1234566: held, and nobody looked at it in time");
  CHECK(site.of(39).unaccounted);
  site.tell(ses::HeldUnitLookedAt{unit, true});
  CHECK(site.silent(39));
}

TEST_CASE("air cargo with a carrier that is no RACA alerts once one was named") {
  HeardSite site;
  must(site.world.hub->issue(site.world.site("akl-01").id,
                             ses::OperatorApproved{40, "Sky Freight", ses::Scope::Air, 1, 0, ""}));
  const auto log = must(site.world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
  const auto head = must(site.world.hub->logs().checkpoint(log->id));
  site.tell(ses::DirectivesAdopted{1, head.size, head.root});
  ses::Uplifted event;
  event.unit = {ses::UnitKind::AirPackage, "PKG1"};
  event.operator_no = 41;
  site.tell(event);
  site.pass(1);
  CHECK(site.of(34).severity == ses::Severity::High);
  CHECK(site.of(34).reason.ends_with("taken by a carrier that is no RACA"));
}

TEST_CASE("a day that stays open alerts until it is closed") {
  HeardSite site;
  const auto today = [&] { return static_cast<std::uint32_t>(site.world.clock.reading.unix_ms / kDay); };
  site.tell(ses::DayClosed{today() - 1, 0, 0, 0});
  site.pass(6 * kDay);
  CHECK(site.of(30).reason == "Close of the day: a day was not closed");
  site.tell(ses::DayClosed{today() - 1, 0, 0, 0});
  CHECK(site.silent(30));
}

TEST_CASE("what was late and done before head office heard of it is one digest, and no alert each") {
  HeardSite site;
  site.hear();
  for (const std::uint64_t seal : {300001, 300002}) {
    ses::SealApplied put = applied(seal);
    put.unit =
        must(ses::UnitId::parse(ses::UnitKind::SeaContainer, seal == 300001 ? "MSCU1234566" : "TGHU7654320"));
    site.site.record(put);
    site.world.clock.pass(2 * kHour);
    ses::SealChecked check;
    check.seal = put.seal;
    check.unit = put.unit;
    site.site.record(check);
  }
  site.hear();
  CHECK(site.silent(9));
  const Alert digest = site.of(static_cast<std::uint16_t>(AlertRule::DoneLate));
  CHECK(digest.severity == ses::Severity::Digest);
  CHECK_FALSE(digest.unaccounted);
  CHECK(digest.reason ==
        "2 duties were done late at akl-01 before head office heard of it: "
        "Check the seal: door, then paper (2 times)");
  CHECK(digest.clause == "2.14, 2.15");
  site.pass(8 * kDay);
  CHECK(site.silent(static_cast<std::uint16_t>(AlertRule::DoneLate)));
}

TEST_CASE("a duty that alerted and was then done late is in no digest") {
  HeardSite site;
  site.tell(applied(300001));
  site.pass(2 * kHour);
  CHECK_FALSE(site.silent(9));
  ses::SealChecked check;
  check.seal = applied(300001).seal;
  check.unit = applied(300001).unit;
  site.tell(check);
  CHECK(site.silent(9));
  CHECK(site.silent(static_cast<std::uint16_t>(AlertRule::DoneLate)));
}

TEST_CASE("a week with too many own checks is on the list") {
  HeardSite site;
  for (std::uint64_t i = 0; i < 5; ++i) {
    ses::SealApplied put = applied(300001 + i);
    put.unit = {ses::UnitKind::SeaContainer, "MSCU123456" + std::to_string(i)};
    site.tell(put);
    CHECK(site.silent(11));
    ses::SealChecked check;
    check.seal = put.seal;
    check.unit = put.unit;
    site.tell(check);
  }
  CHECK(site.of(11).severity == ses::Severity::List);
  CHECK(site.of(11).reason ==
        "Checks of this week: too many checks of this week were made by the person who applied the seal");
}

TEST_CASE("unusual sign-ins are one alert a week for each matter, and gone a week later") {
  constexpr auto kRule = static_cast<std::uint16_t>(AlertRule::SignInUnusual);
  HeardSite site;
  site.tell(ses::SecurityNoted{ses::SecurityMatter::FailedSignIns, 3, 5});
  CHECK(site.of(kRule).severity == ses::Severity::Warn);
  CHECK(site.of(kRule).clause == "5.1");
  CHECK(site.of(kRule).reason.find("at terminal 3 of akl-01") != std::string::npos);
  site.tell(ses::SecurityNoted{ses::SecurityMatter::FailedSignIns, 3, 10});
  site.tell(ses::SecurityNoted{ses::SecurityMatter::OffHours, 3, 1});
  const auto count = [&] {
    std::size_t open = 0;
    for (const Alert& alert : site.world.alerts()) open += alert.rule == kRule ? 1U : 0U;
    return open;
  };
  CHECK(count() == 2);
  site.pass(6 * kDay);
  CHECK(count() == 2);
  site.pass(2 * kDay);
  CHECK(count() == 0);
}

TEST_CASE("sign-ins of a site that was not heard for weeks are not news") {
  HeardSite site;
  site.site.record(ses::SecurityNoted{ses::SecurityMatter::Locked, 0, 1});
  site.world.clock.pass(8 * kDay);
  site.hear();
  CHECK(site.silent(static_cast<std::uint16_t>(AlertRule::SignInUnusual)));
}
