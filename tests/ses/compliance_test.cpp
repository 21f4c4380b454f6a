// SPDX-License-Identifier: Apache-2.0
#include "common/ses/compliance.hpp"

#include <catch2/catch.hpp>

#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using samples::container;
using samples::seal;

namespace {

constexpr std::int64_t kDay = 86'400'000, kFrom = 20'000 * kDay, kUntil = kFrom + 30 * kDay;
const UnitId kPackage{UnitKind::AirPackage, "PKG1"};

// A site whose log is told fact by fact.
class SiteLog {
 public:
  SiteLog() { people(2); }
  Entry& tell(Event event, PersonNo person = 1, std::int64_t at_ms = kFrom + kDay) {
    entries_.push_back({});
    entries_.back().header.happened_ms = at_ms;
    entries_.back().header.person_no = person;
    entries_.back().event = std::move(event);
    return entries_.back();
  }
  void decide(DirectiveBody body, std::int64_t at_ms = kFrom - kDay) {
    directives_.push_back({{}, at_ms, std::move(body)});
  }
  void people(PersonNo count) {
    for (PersonNo no = 1; no <= count; ++no) tell(PersonAdded{no, 0}, 1, kFrom - 100 * kDay);
  }
  void keep(RecordKind what, PersonNo about, std::string label, Hash document = {}, PersonNo by = 1) {
    RecordKept kept;
    kept.what = what;
    kept.person_no = about;
    kept.label = std::move(label);
    kept.document = document;
    tell(kept, by, kFrom - 10 * kDay);
  }
  std::vector<Cell> cells(std::vector<OpenDutyOf> open = {}, std::vector<LateDuty> late = {}) const {
    Compliance compliance(kFrom, kUntil);
    std::uint64_t index = 0;
    for (const Directive& directive : directives_) compliance.add(directive, {1, index++});
    index = 0;
    for (const Entry& entry : entries_) compliance.add(entry, {1, index++});
    return compliance.cells(open, late, kUntil);
  }
  Cell cell(std::string_view id) const {
    for (const Cell& cell : cells())
      if (cell.clause->id == id) return cell;
    FAIL("no such clause");
    return {};
  }
  Basis basis(std::string_view id) const { return cell(id).basis; }

 private:
  std::vector<Entry> entries_;
  std::vector<Directive> directives_;
};

SealChecked check() {
  return {Family::Ses, seal("NZ300001"), container("MSCU6639870"), {}, {}, false, {}};
}
Uplifted uplift(const UnitId& unit) {
  return {unit, Family::Ses, {seal("NZ300001")}, 12, {}, true};
}
const Hash kDocument = sha256(Bytes{1});

}  // namespace

TEST_CASE("a site that told nothing shows nothing") {
  const std::vector<Cell> cells = SiteLog().cells();
  REQUIRE(cells.size() == clauses().size());
  for (const Cell& cell : cells) {
    INFO(cell.clause->id);
    CHECK(cell.basis == Basis::NotShown);
    CHECK(cell.words == (cell.clause->people == People::Everybody ? "0 of 2 people" : "nothing on record"));
  }
  const std::span<const Cell> here = cells;
  const Summary nothing = summary(std::span(&here, 1));
  CHECK(nothing.not_shown == clauses().size());
}

TEST_CASE("a check by somebody named shows 2.14 by facts, one without a name does not") {
  SiteLog site;
  site.tell(check(), 0);
  CHECK(site.basis("2.14") == Basis::NotShown);
  CHECK(site.cell("2.14").words == "1 without a name");
  site.tell(check(), 2);
  const Cell cell = site.cell("2.14");
  CHECK(cell.basis == Basis::Facts);
  CHECK(cell.showing == 1);
  CHECK(cell.unnamed == 1);
  CHECK(cell.words == "1 fact, 1 without a name");
  CHECK(cell.evidence == std::vector<Evidence>{{false, {1, 2}}, {false, {1, 3}}});
}

TEST_CASE("a marked fact does not show the clause that it is marked against, and shows the others") {
  SiteLog site;
  site.tell(check()).irregularities = {{Irregularity::PaperDiffers, {}}};
  CHECK(site.basis("2.14") == Basis::NotShown);
  CHECK(site.cell("2.14").marked == 1);
  CHECK(site.basis("2.15") == Basis::Facts);
}

TEST_CASE("facts of before and after the period do not count in it, records of before stand in it") {
  SiteLog site;
  site.tell(check(), 1, kFrom - 1);
  site.tell(check(), 1, kUntil);
  CHECK(site.basis("2.14") == Basis::NotShown);
  CHECK(site.cell("2.14").entries == 0);
  site.tell(check(), 1, kFrom);
  CHECK(site.basis("2.14") == Basis::Facts);
  site.keep(RecordKind::QaCheck, 0, "");
  CHECK(site.basis("4.1") == Basis::Facts);
}

TEST_CASE("sea clauses are shown by containers and air clauses by packages") {
  SiteLog site;
  site.tell(SealApplied{Family::Ses, SealKind::Tape, seal("NZ300001"), kPackage, false});
  CHECK(site.basis("2.18") == Basis::Facts);
  CHECK(site.basis("2.13") == Basis::NotShown);
  CHECK(site.basis("2.6") == Basis::NotShown);
  site.tell(SealApplied{Family::Ses, SealKind::Bolt, seal("NZ300002"), container("MSCU6639870"), false});
  CHECK(site.basis("2.13") == Basis::Facts);
  CHECK(site.cell("2.18").showing == 1);
}

TEST_CASE("the name that clause 2.17 asks is the driver's") {
  SiteLog site;
  site.tell(uplift(container("MSCU6639870")));
  CHECK(site.basis("2.17") == Basis::NotShown);
  site.tell(uplift(container("MSCU6639870"))).details = {{DetailKind::Driver, 4, {}}};
  CHECK(site.basis("2.17") == Basis::Facts);
  CHECK(site.cell("2.17").unnamed == 1);
}

TEST_CASE("while head office approved nothing, nobody can tell that an approved operator was used") {
  SiteLog site;
  site.tell(uplift(container("MSCU6639870")));
  site.tell(uplift(kPackage));
  CHECK(site.basis("2.16") == Basis::NotShown);
  CHECK(site.cell("2.16").words == "1 fact, nothing was approved to compare them with");
  site.decide(OperatorApproved{12, "Harbour Haulage", Scope::Sea, 1, 0, "3"});
  CHECK(site.basis("2.16") == Basis::Facts);
  CHECK(site.basis("2.19") == Basis::NotShown);
}

TEST_CASE("what the plan lists is a document on file once Customs' approval of it is") {
  SiteLog site;
  site.decide(SealTypeApproved{Family::Ses, SealKind::Bolt, "NZ", 6, 1, 0, "3"});
  CHECK(site.basis("2.1") == Basis::Declared);
  site.decide(PlanSet{9, 1, "3"});
  CHECK(site.cell("4.3").marked == 2);
  site.decide(PlanApproved{"3", kDocument, 1});
  CHECK(site.basis("2.1") == Basis::OnFile);
  CHECK(site.basis("4.3") == Basis::OnFile);
  CHECK(site.cell("4.3").marked == 0);
  CHECK(site.cell("2.1").evidence == std::vector<Evidence>{{true, {1, 0}}});
}

TEST_CASE("a procedure without its document is only declared, and by nobody it is not shown") {
  SiteLog site;
  site.keep(RecordKind::Procedure, 0, "Storage", {}, 0);
  CHECK(site.basis("2.3") == Basis::NotShown);
  CHECK(site.cell("2.3").words == "1 without a name");
  site.keep(RecordKind::Procedure, 0, "Use");
  CHECK(site.basis("2.3") == Basis::Declared);
  site.keep(RecordKind::Procedure, 0, "Records", kDocument);
  CHECK(site.basis("2.3") == Basis::OnFile);
}

TEST_CASE("our own backups and password changes alone declare clauses 5.2 and 5.3 at most") {
  SiteLog site;
  site.keep(RecordKind::BackupRun, 0, "", kDocument);
  site.keep(RecordKind::RestoreTested, 0, "", kDocument);
  site.keep(RecordKind::PasswordChanged, 1, "", kDocument);
  CHECK(site.basis("5.2") == Basis::Declared);
  CHECK(site.basis("5.3") == Basis::Declared);
  site.keep(RecordKind::SecurityControl, 0, "Backup of all systems", kDocument);
  CHECK(site.basis("5.3") == Basis::OnFile);
  CHECK(site.basis("5.1") == Basis::NotShown);  // a control, and no policy
  site.keep(RecordKind::SecurityPolicy, 0, "Policy");
  CHECK(site.basis("5.1") == Basis::Declared);  // the weaker of both
}

TEST_CASE("training of all employees is shown when it stands for each who works here") {
  SiteLog site;
  site.keep(RecordKind::TrainingSecurity, 1, "");
  CHECK(site.basis("1.4") == Basis::NotShown);
  CHECK(site.cell("1.4").words == "1 record stands, 1 of 2 people");
  CHECK(site.basis("1.5") == Basis::Facts);
  site.keep(RecordKind::TrainingSecurity, 2, "");
  CHECK(site.basis("1.4") == Basis::Facts);
  site.people(3);
  CHECK(site.basis("1.4") == Basis::NotShown);
  site.tell(PersonLeft{3});
  CHECK(site.basis("1.4") == Basis::Facts);
}

TEST_CASE("a key position is shown by all three checks of its holder") {
  SiteLog site;
  site.keep(RecordKind::KeyPosition, 2, "export documents");
  site.keep(RecordKind::IdentityCheck, 2, "");
  site.keep(RecordKind::ReferenceCheck, 2, "");
  for (const RecordKind kind :
       {RecordKind::IdentityCheck, RecordKind::ReferenceCheck, RecordKind::BackgroundCheck})
    site.keep(kind, 1, "");
  CHECK(site.basis("1.1") == Basis::NotShown);
  site.keep(RecordKind::BackgroundCheck, 2, "");
  CHECK(site.basis("1.1") == Basis::Facts);
  CHECK(site.basis("1.3") == Basis::NotShown);
  site.keep(RecordKind::TrainingDocuments, 1, "");
  CHECK(site.cell("1.3").words == "1 record stands, 0 of 1 person");
}

TEST_CASE("whoever handled seals in the period must be trained for it") {
  SiteLog site;
  site.keep(RecordKind::TrainingSeals, 1, "");
  CHECK(site.basis("2.9") == Basis::Facts);
  site.tell(check(), 2);
  CHECK(site.basis("2.9") == Basis::NotShown);
  site.keep(RecordKind::Competence, 2, "check");
  CHECK(site.basis("2.9") == Basis::Facts);
}

TEST_CASE("closed days without an occasion show that nothing was lost, an unnamed loss does not") {
  SiteLog site;
  CHECK(site.basis("2.12") == Basis::NotShown);
  site.tell(DayClosed{20'000, 0, 0, 0});
  CHECK(site.basis("2.12") == Basis::Facts);
  CHECK(site.cell("2.12").words == "no occasion on 1 closed day");
  site.tell(SealLost{Family::Ses, {"NZ", 300001, 6, 1}, kFrom, kFrom}, 0);
  CHECK(site.basis("2.12") == Basis::NotShown);
  CHECK(site.basis("2.10") == Basis::Facts);
}

TEST_CASE("that head office told Customs counts as the site's own telling does, in the period") {
  SiteLog site;
  site.tell(SealLost{Family::Ses, SealRange::single(seal("NZ300001")), 0, 0}, 0);
  REQUIRE(site.basis("2.12") == Basis::NotShown);
  const std::uint64_t beside = site.cell("6.3").entries;
  site.decide(CustomsToldByOffice{{1, 2}, ToldHow::Phone, kFrom - 2 * kDay}, kFrom - kDay);
  CHECK(site.basis("2.12") == Basis::NotShown);
  CHECK(site.cell("6.3").entries == beside);
  site.decide(CustomsToldByOffice{{1, 2}, ToldHow::Phone, kFrom + 2 * kDay}, kFrom + 2 * kDay);
  const Cell told = site.cell("2.12");
  CHECK(told.basis == Basis::Facts);
  CHECK(told.showing == 1);
  CHECK(told.evidence.front().decision);
  // A procedure is what 6.3 asks; a telling stands beside it and shows none.
  CHECK(site.cell("6.3").entries == beside + 1);
  CHECK(site.basis("6.3") == Basis::NotShown);
}

TEST_CASE("an approval for sea leaves the air clauses out, by its plan") {
  SiteLog site;
  site.decide(SiteApproved{1, 0, Scope::Sea, "3"});
  const Cell cell = site.cell("2.18");
  CHECK_FALSE(cell.relevant());
  CHECK(cell.reason == "Customs approved the site for sea freight only");
  CHECK(cell.plan_version == "3");
  CHECK(site.cell("2.13").relevant());
  site.decide(ClauseApplies{"2.18", Applicability::Applies, "", ""});
  CHECK(site.cell("2.18").relevant());
}

TEST_CASE("not relevant needs a reason and a plan; assured takes what we know of the site") {
  SiteLog site;
  site.decide(ClauseApplies{"5.4", Applicability::NotRelevant, "", "3"});
  CHECK(site.cell("5.4").relevant());
  site.decide(ClauseApplies{"5.4", Applicability::NotRelevant, "no computers", "3"});
  CHECK_FALSE(site.cell("5.4").relevant());
  CHECK(site.cell("5.4").words == "no computers, plan 3");
  site.decide(ClauseApplies{"2.11", Applicability::Assured, "visit of March", "3"});
  CHECK(site.basis("2.11") == Basis::NotShown);
  site.keep(RecordKind::Assurance, 0, "2.1 visit", kDocument);
  CHECK(site.basis("2.11") == Basis::NotShown);
  site.keep(RecordKind::Assurance, 0, "2.11 visit", kDocument);
  CHECK(site.basis("2.11") == Basis::OnFile);
  CHECK(site.cell("2.11").words == "assured: document on file");
  site.tell(StockCounted{Family::Ses, {}, kFrom, true, 0, 1, 1, {}, {}});
  CHECK(site.basis("2.11") == Basis::Facts);
}

TEST_CASE("open, overdue and late duties stand at the clauses that they watch") {
  SiteLog site;
  const auto cells = site.cells({{{9, "unit:MSCU6639870"}, {{1, 5}, kFrom, kUntil - 1}},
                                 {{9, "unit:MSCU6639871"}, {{1, 6}, kFrom, 0}},
                                 {{24, "training_seals:person:1"}, {{1, 7}, kFrom, kUntil + 1}}},
                                {{{9, "unit:X"}, {}, {1, 8}, kFrom}, {{9, "unit:Y"}, {}, {1, 9}, kUntil}});
  const auto of = [&](std::string_view id) {
    return *std::find_if(cells.begin(), cells.end(), [&](const Cell& c) { return c.clause->id == id; });
  };
  CHECK(of("2.14").open == 2);
  CHECK(of("2.14").overdue == 1);
  CHECK(of("2.14").late == 1);
  CHECK(of("2.15").open == 2);
  CHECK(of("2.9").open == 1);
  CHECK(of("1.3").open == 0);
}

TEST_CASE("a cell names its newest entries and counts them all") {
  SiteLog site;
  for (int i = 0; i < 50; ++i) site.tell(check());
  const Cell cell = site.cell("2.14");
  CHECK(cell.entries == 50);
  REQUIRE(cell.evidence.size() == kEvidenceShown);
  CHECK(cell.evidence.back().at == Ref{1, 51});
}

TEST_CASE("the summary counts a clause by the site where it stands weakest") {
  SiteLog one, two;
  one.tell(check());
  one.decide(SiteApproved{1, 0, Scope::Sea, "3"});
  two.decide(SiteApproved{1, 0, Scope::Sea, "3"});
  const std::vector<Cell> first = one.cells(), second = two.cells();
  const std::vector<std::span<const Cell>> both{first, second};
  CHECK(summary(std::span(both).first(1)).facts == 2);  // 2.14 and 2.15
  const Summary all = summary(both);
  CHECK(all.facts == 0);
  CHECK(all.declared == 1);  // 2.5, by the approval
  CHECK(all.not_relevant == 3);
  CHECK(summary_words(all) ==
        "0 clauses shown by facts, 0 on file, 1 declared, 33 not shown, 3 not relevant");
}
