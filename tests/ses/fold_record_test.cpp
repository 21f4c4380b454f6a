// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <set>

#include "common/ses/record.hpp"
#include "tests/support/dock.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

constexpr std::int64_t kDay = 24 * 60;  // in minutes, as Dock counts

RecordKept record(RecordKind what, PersonNo person_no = 0, std::string label = {},
                  Outcome outcome = Outcome::Done) {
  return {what, person_no, std::move(label), outcome, 0, 0, {}};
}

}  // namespace

TEST_CASE("every kind of record has a name of its own, a clause and words, and its duty is in the table") {
  std::set<std::string_view> names;
  for (const RecordRule& rule : record_rules()) {
    INFO(rule.name);
    CHECK(names.insert(rule.name).second);
    CHECK(record_rule(rule.name) == &rule);
    CHECK_FALSE(rule.clause.empty());
    CHECK_FALSE(rule.words.empty());
    CHECK((rule.duty == 0) == (duty_rule(rule.duty) == nullptr));
    if (rule.effect == RecordEffect::Renews || rule.effect == RecordEffect::Opens)
      CHECK(default_value(rule.period) > 0);
    if (rule.effect == RecordEffect::Closes) CHECK(record_rule(rule.of).effect == RecordEffect::Opens);
  }
}

TEST_CASE("training opens the next training, which a new one discharges (2.9)") {
  Dock dock;
  const std::string subject = "training_seals:person:2";
  dock.say(1, record(RecordKind::TrainingSeals, Dock::kTama));
  REQUIRE(dock.is_open(24, subject));
  CHECK(dock.due(24, subject) == Dock::at(1 + 730 * kDay));
  dock.say(2 * kDay, record(RecordKind::TrainingSeals, Dock::kTama));
  CHECK(dock.met(24) == 1);
  CHECK(dock.due(24, subject) == Dock::at(732 * kDay));

  SECTION("one that names its end is due then") {
    RecordKept until = record(RecordKind::TrainingSeals, Dock::kTama);
    until.until_ms = Dock::at(40 * kDay);
    dock.say(3 * kDay, until);
    CHECK(dock.due(24, subject) == Dock::at(40 * kDay));
  }
  SECTION("one that was not passed is due at once") {
    dock.say(3 * kDay, record(RecordKind::TrainingSeals, Dock::kTama, {}, Outcome::Failed));
    CHECK(dock.due(24, subject) == Dock::at(3 * kDay));
  }
  SECTION("what is told late of an older training changes nothing but the count") {
    RecordKept old = record(RecordKind::TrainingSeals, Dock::kTama);
    old.done_ms = Dock::at(-300 * kDay);
    dock.say(4 * kDay, old);
    CHECK(dock.due(24, subject) == Dock::at(732 * kDay));
    CHECK(dock.reg.records.at({RecordKind::TrainingSeals, Dock::kTama, {}}).count == 3);
  }
  SECTION("a person who leaves need not train again") {
    dock.say(5 * kDay, PersonLeft{Dock::kTama});
    CHECK_FALSE(dock.is_open(24, subject));
  }
}

TEST_CASE("a seal task without training is marked where the plan asks (2.9)") {
  Dock dock;
  dock.stock();
  dock.say(2, dock.applied(1), Dock::kTama);
  CHECK_FALSE(dock.has(Irregularity::NotTrained));
  dock.direct(3, PlanSet{static_cast<std::uint16_t>(Setting::TrainingAsked), 1, "v2"});
  dock.say(4, dock.applied(2, Dock::box("TGHU7654321")), Dock::kTama);
  CHECK(dock.has(Irregularity::NotTrained));
  dock.say(5, record(RecordKind::Competence, Dock::kTama, "apply"));
  dock.say(6, dock.applied(3, Dock::box("CSQU3054383")), Dock::kTama);
  CHECK_FALSE(dock.has(Irregularity::NotTrained));
  dock.say(7, dock.checked(3, Dock::box("CSQU3054383")), Dock::kTama);
  CHECK(dock.has(Irregularity::NotTrained));
}

TEST_CASE("a key position waits for identity, references and background (1.1)") {
  Dock dock;
  const std::string subject = "key_position:person:1";
  dock.say(1, record(RecordKind::IdentityCheck, Dock::kMere));
  dock.say(2, record(RecordKind::KeyPosition, Dock::kMere, "documents"));
  CHECK(dock.is_open(25, subject));
  dock.say(3, record(RecordKind::ReferenceCheck, Dock::kMere));
  dock.say(4, record(RecordKind::BackgroundCheck, Dock::kMere, {}, Outcome::Failed));
  CHECK(dock.is_open(25, subject));
  dock.say(5, record(RecordKind::BackgroundCheck, Dock::kMere));
  CHECK_FALSE(dock.is_open(25, subject));
  CHECK(dock.late(25) == 1);

  dock.say(6, record(RecordKind::KeyPosition, Dock::kMere, "cards"));
  CHECK_FALSE(dock.is_open(25, subject));
}

TEST_CASE("a person who left owes seals and keys until both are back (1.1, 2.8)") {
  Dock dock;
  dock.stock();
  dock.say(2, SealsIssued{Family::Ses, Dock::range(1, 1), Dock::kTama});
  dock.say(3, record(RecordKind::KeyHeld, Dock::kTama, "safe key 2"));
  dock.say(4, record(RecordKind::KeyHeld, Dock::kTama, "safe key 2"));
  dock.say(5, PersonLeft{Dock::kTama});
  REQUIRE(dock.is_open(26, "person:2"));
  dock.say(6, SealsReturned{Family::Ses, Dock::range(1, 1), Dock::kInSafe});
  CHECK(dock.is_open(26, "person:2"));
  dock.say(7, record(RecordKind::KeyHeld, Dock::kTama, "safe key 2", Outcome::Ended));
  CHECK_FALSE(dock.is_open(26, "person:2"));
}

TEST_CASE("a finding of QA is open until it is put right, by the label that names it (4.1)") {
  Dock dock;
  dock.say(1, record(RecordKind::QaCheck));
  CHECK(dock.due(27, "qa_check") == Dock::at(1 + 365 * kDay));
  dock.say(2, record(RecordKind::QaFinding, 0, "F-1"));
  dock.say(3, record(RecordKind::QaFinding, 0, "F-2"));
  dock.say(4, record(RecordKind::QaAction, 0, "F-1"));
  CHECK_FALSE(dock.is_open(37, "qa_finding:F-1"));
  CHECK(dock.is_open(37, "qa_finding:F-2"));
}

TEST_CASE("the position of the responsible person must not stay vacant (6.1)") {
  Dock dock;
  dock.say(1, record(RecordKind::Responsible, Dock::kMere, "manager"));
  CHECK_FALSE(dock.is_open(49, "responsible:manager"));
  dock.say(2, record(RecordKind::Responsible, Dock::kMere, "manager", Outcome::Ended));
  CHECK(dock.due(49, "responsible:manager") == Dock::at(2));
  dock.say(3, record(RecordKind::Responsible, Dock::kTama, "manager"));
  CHECK_FALSE(dock.is_open(49, "responsible:manager"));
}

TEST_CASE("a revoked accreditation must be told to Customs within five working days (7.1)") {
  Dock dock;
  dock.say(1, record(RecordKind::Accreditation, 0, "MPI E-77"));
  CHECK(dock.is_open(28, "accreditation:MPI E-77"));
  dock.say(10, record(RecordKind::Accreditation, 0, "MPI E-77", Outcome::Ended));
  CHECK_FALSE(dock.is_open(28, "accreditation:MPI E-77"));
  CHECK(dock.due(48, "change_to_tell:MPI E-77") == Dock::at(10 + 7 * kDay));  // from a Tuesday
  dock.say(11, record(RecordKind::ChangeTold, 0, "MPI E-77"));
  CHECK_FALSE(dock.is_open(48, "change_to_tell:MPI E-77"));
}

TEST_CASE("an incident is decided on, then reported or not; a breach and missing seals are told (6.3)") {
  Dock dock;
  const auto incident = [&](std::int64_t minute, IncidentKind what) {
    return dock.say(minute, IncidentReported{what, {}, Family::Ses, {}, 0});
  };
  const Ref entry = incident(1, IncidentKind::UnauthorisedEntry);
  const std::string subject = Dock::name("incident:", entry);
  REQUIRE(dock.is_open(19, subject));
  SECTION("not reportable") {
    dock.say(2, CustomsDecided{entry, false});
    CHECK_FALSE(dock.is_open(19, subject));
    CHECK_FALSE(dock.is_open(18, subject));
  }
  SECTION("reportable: the clock to the report begins with the decision") {
    dock.say(2, CustomsDecided{entry, true});
    CHECK_FALSE(dock.is_open(19, subject));
    CHECK(dock.due(18, subject) == Dock::at(2 + kDay));
    dock.say(3, CustomsTold{entry, ToldHow::Phone, 0, false});
    CHECK_FALSE(dock.is_open(18, subject));
  }
  SECTION("told at once: nothing is left to decide") {
    dock.say(2, CustomsTold{entry, ToldHow::Email, 0, true});
    CHECK_FALSE(dock.is_open(19, subject));
  }
  const Ref breach = incident(5, IncidentKind::CyberBreach);
  CHECK(dock.due(20, Dock::name("incident:", breach)) == Dock::at(5 + kDay));
  const Ref missing = incident(6, IncidentKind::SealsMissing);
  CHECK(dock.is_open(18, Dock::name("incident:", missing)));
}

TEST_CASE("a concern waits for a manager (6.2)") {
  Dock dock;
  const Ref raised = dock.say(1, ConcernRaised{true, false}, 0);
  CHECK(dock.is_open(21, Dock::name("incident:", raised)));
  dock.say(2, ConcernRead{raised});
  CHECK_FALSE(dock.is_open(21, Dock::name("incident:", raised)));
}

TEST_CASE("sealed units that are held for a disruption are looked at every day (3.1)") {
  Dock dock;
  dock.stock();
  dock.say(2, dock.applied(1));
  const Ref began = dock.say(10, ContingencyStarted{"Port closed", {Dock::box()}});
  CHECK(dock.due(39) == Dock::at(10 + kDay));
  dock.say(600, HeldUnitLookedAt{Dock::box(), true});
  CHECK(dock.due(39) == Dock::at(600 + kDay));
  dock.say(700, ContingencyEnded{began, {Dock::box()}});
  CHECK_FALSE(dock.is_open(39));
}

TEST_CASE("an export entry that differs from the register asks for a correction (4.2)") {
  Dock dock;
  dock.stock();
  dock.say(2, dock.applied(1));
  ExportEntryChecked entry{"EXP-1",    Dock::box(), Family::Ses, Dock::seal(2),
                           Step::Pass, Step::Pass,  Step::Pass};
  dock.say(3, entry);
  CHECK(dock.has(Irregularity::EntryDiffers));
  CHECK(dock.is_open(22));
  entry.seal = Dock::seal(1);
  dock.say(4, entry);
  CHECK_FALSE(dock.has(Irregularity::EntryDiffers));
  CHECK_FALSE(dock.is_open(22));
  entry.client_code = Step::Fail;
  dock.say(5, entry);
  CHECK(dock.is_open(22));
}

TEST_CASE("a site that closes its days is asked for the next one; a gap is overdue (2.6, 2.11)") {
  Dock dock;
  CHECK_FALSE(dock.is_open(30, "day"));
  const auto today = static_cast<std::uint32_t>(Dock::kStart / (kDay * 60'000));
  dock.say(17 * 60, DayClosed{today, 3, 20, 0});
  // Tuesday is closed: Wednesday is due at Thursday's noon.
  CHECK(dock.due(30, "day") == Dock::at(2 * kDay + 12 * 60));
  dock.say(kDay + 17 * 60, DayClosed{today + 1, 0, 20, 0});
  CHECK(dock.met(30) == 1);
}

TEST_CASE(
    "five own checks of a week, and more than the plan's share, are listed until the next week (2.14)") {
  Dock dock;
  dock.stock();
  for (std::uint64_t n = 1; n <= 5; ++n) {
    const UnitId unit{UnitKind::SeaContainer, "MSCU100000" + std::to_string(n)};
    dock.say(static_cast<std::int64_t>(10 * n), dock.applied(n, unit), Dock::kTama);
    CHECK_FALSE(dock.is_open(11, "own_checks"));
    dock.say(static_cast<std::int64_t>(10 * n + 1), dock.checked(n, unit), Dock::kTama);
  }
  CHECK(dock.is_open(11, "own_checks"));
  const UnitId unit{UnitKind::SeaContainer, "MSCU1000006"};
  dock.say(7 * kDay, dock.applied(6, unit), Dock::kTama);
  dock.say(7 * kDay + 1, dock.checked(6, unit), Dock::kMere);
  CHECK_FALSE(dock.is_open(11, "own_checks"));
}

TEST_CASE("air cargo goes with a RACA, where head office named one (2.19)") {
  Dock dock;
  const UnitId package{UnitKind::AirPackage, "PKG1"};
  dock.direct(1, OperatorApproved{3, "Air Carrier", Scope::Air, Dock::at(0), 0, ""});
  const Uplifted by_another{package, Family::Ses, {}, 9, Dock::all_four(), true};
  const Ref left = dock.say(2, by_another);
  CHECK(dock.has(Irregularity::OperatorNotApproved));
  CHECK(dock.is_open(34, Dock::name("incident:", left)));
  Uplifted by_raca = by_another;
  by_raca.operator_no = 3;
  dock.say(3, by_raca);
  CHECK_FALSE(dock.has(Irregularity::OperatorNotApproved));
}

TEST_CASE("a limit in opening hours waits for the morning") {
  Dock dock;
  const auto set = [&](Setting setting, std::int64_t value) {
    dock.direct(0, PlanSet{static_cast<std::uint16_t>(setting), value, ""});
  };
  set(Setting::OpenFromMin, 7 * 60);
  set(Setting::OpenUntilMin, 17 * 60);
  set(Setting::OpenWeekdays, 31);  // Monday to Friday
  dock.say(8 * 60,
           SealsReceived{Family::Ses, SealKind::Bolt, Dock::range(1, 20), Dock::kInSafe, 0, "", "", "", {}});
  dock.say(16 * 60 + 50, dock.applied(1));
  CHECK(dock.due(9) == Dock::at(kDay + 7 * 60 + 20));
  // From Friday evening to Monday morning.
  dock.say(3 * kDay + 16 * 60 + 50, dock.applied(2, Dock::box("CSQU3054383")));
  CHECK(dock.due(9, "unit:CSQU3054383") == Dock::at(6 * kDay + 7 * 60 + 20));
}
