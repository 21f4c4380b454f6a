// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/makers.hpp"

#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "common/interchange/xlsx_read.hpp"
#include "tests/support/must.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using sealkeep::test::must;

namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

ReportHead head() {
  ReportHead head;
  head.exporter = "hub.example.nz";
  head.scope = "akl-01, wlg-02";
  head.period = "2026-01-01 to 2026-01-31";
  head.made_ms = 1'769'914'800'000;  // 2026-02-01 16:00 at +13:00
  head.utc_offset_min = 13 * 60;
  head.as_of = {{"akl-01", 1'769'910'000'000, "118 records, 3f9a 01bc"},
                {"wlg-02", 0, "nothing recorded yet"}};
  return head;
}

std::string csv(const Report& report) {
  return std::string(as_text(must(write_report(report, ReportFormat::Csv))));
}

std::string pdf_text(const Report& report) {
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("sealkeep-report-" + std::to_string(::getpid()) + ".pdf");
  const Bytes bytes = must(write_report(report, ReportFormat::Pdf));
  std::ofstream(file, std::ios::binary) << as_text(bytes);
  FILE* pipe = ::popen(("pdftotext -layout '" + file.string() + "' -").c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) out.append(block, n);
  const int code = ::pclose(pipe);
  std::filesystem::remove(file);
  REQUIRE(code == 0);
  return out;
}

SiteLedger ledger(std::string site, std::int64_t received, std::int64_t in_stock, std::int64_t uplifted) {
  SiteLedger of;
  of.site = std::move(site);
  of.family = ses::Family::Ses;
  of.ledger.received = received;
  of.ledger.by_state[static_cast<std::size_t>(ses::SealState::InStock)] = in_stock;
  of.ledger.by_state[static_cast<std::size_t>(ses::SealState::Uplifted)] = uplifted;
  return of;
}

}  // namespace

TEST_CASE("the reconciliation shows both sides of each ledger and names what does not balance") {
  std::vector<SiteLedger> ledgers = {ledger("akl-01", 200, 196, 4), ledger("wlg-02", 50, 48, 1)};
  ledgers[1].ledger.unbalanced = 3;
  ledgers[1].unbalanced = {{"NZ400007", "in stock"}, {"NZ400009", "lost"}};
  const std::string text = csv(reconciliation_report(head(), ledgers));
  CHECK(
      text.starts_with("Site,Seal family,Side,Term,Seals\r\n"
                       "akl-01,SES,came in,received,200\r\n"
                       "akl-01,SES,came in,together,200\r\n"
                       "akl-01,SES,where they are,in stock,196\r\n"
                       "akl-01,SES,where they are,gone with its container,4\r\n"
                       "akl-01,SES,where they are,together,200\r\n"
                       "akl-01,SES,balance,it balances,0\r\n"));
  CHECK(holds(text, "wlg-02,SES,balance,it does not balance,1\r\n"));
  CHECK(holds(text, "wlg-02,SES,does not balance,\"NZ400007, in stock\",1\r\n"));
  CHECK(holds(text, "wlg-02,SES,does not balance,\"more, not named here\",1\r\n"));
  CHECK(holds(text, "all,,came in,together,250\r\n"));
  CHECK(holds(text, "all,,where they are,together,249\r\n"));
  CHECK(holds(text, "1 of 2 ledgers balance."));
}

TEST_CASE("a report says as of when it is, site by site, and in each format the same") {
  const std::vector<interchange::RegisterLine> lines = {
      {"NZ300001", "2026-01-02", "2026-01-03", "MSCU1234566", "=cmd()", "akl-01"},
      {"NZ300002", "2026-01-02", "", "", "", "akl-01"}};
  const std::vector<DayFigures> days = {{20'455, 2, 0, 0, 0}, {20'456, 0, 1, 1, 0}};
  const Report report = register_report(head(), lines, days);
  const std::string text = csv(report);
  CHECK(
      text.starts_with("Seal number,Date received,Date applied,Container number,Applied by,Site\r\n"
                       "NZ300001,2026-01-02,2026-01-03,MSCU1234566,\"'=cmd()\",akl-01\r\n"
                       "NZ300002,2026-01-02,,,,akl-01\r\n"
                       "\r\n"
                       "2 seals,2 received,1 applied,,,\r\n"));
  CHECK(holds(text, "As of,\"akl-01: 2026-02-01T14:40:00+13:00; 118 records, 3f9a 01bc\"\r\n"));
  CHECK(holds(text, "As of,wlg-02: nothing was heard yet; nothing recorded yet\r\n"));

  const Bytes book = must(write_report(report, ReportFormat::Xlsx));
  const auto table = must(interchange::read_xlsx(book, "Seal register"));
  REQUIRE(table.size() == 4);
  CHECK(table[0].cells[0] == "Seal number");
  CHECK(table[1].cells[4] == "=cmd()");  // a text: nothing is calculated
  CHECK(table[3].cells[1] == "2 received");
  const auto about = must(interchange::read_xlsx(book, "About"));
  CHECK(about[4].cells == std::vector<std::string>{"Period", "2026-01-01 to 2026-01-31"});

  const std::string paper = pdf_text(report);
  for (const char* part :
       {"Seal register", "hub.example.nz", "2026-01-01 to 2026-01-31", "NZ300001", "MSCU1234566",
        "Seals received and applied each day", "received", "page 1 of", "nothing was heard yet", "2 seals"}) {
    INFO(part);
    CHECK(holds(paper, part));
  }
}

TEST_CASE("whole numbers are numbers in a workbook, and a report may have a remark") {
  ReportHead late = head();
  late.remark = "It was made afterwards.";
  const std::vector<SiteLedger> ledgers = {ledger("akl-01", 200, 200, 0)};
  const Report report = reconciliation_report(late, ledgers);
  const Bytes book = must(write_report(report, ReportFormat::Xlsx));
  CHECK(must(interchange::read_xlsx(book))[1].cells[4] == "200");
  // Of a number the sheet holds the value itself; of a text a reference to the list of texts.
  CHECK(report.columns[4].number);
  CHECK(holds(pdf_text(report), "It was made afterwards."));
  CHECK(holds(csv(report), "Remark,It was made afterwards.\r\n"));
}

TEST_CASE("a report without lines says so in words, in each format") {
  const std::pair<Report, const char*> empty[] = {
      {register_report(head(), {}, {}), "No seal was received or applied in this period."},
      {reconciliation_report(head(), {}), "there is nothing to reconcile"},
      {incidents_report(head(), {}), "No incident was discovered in this period."},
      {compliance_report(head(), {}), "There is no site yet."},
      {qa_training_report(head(), {}, {}), "No training and no quality check is on record"},
      {day_close_report(head(), {}), "Nothing was recorded and no day was closed in this period."}};
  for (const auto& [report, words] : empty) {
    INFO(words);
    CHECK(holds(csv(report), words));
    CHECK(holds(pdf_text(report), std::string_view(words).substr(0, 20)));
    bool said = false;
    for (const auto& row :
         must(interchange::read_xlsx(must(write_report(report, ReportFormat::Xlsx)), "About")))
      said = said || (row.cells.size() > 1 && holds(row.cells[1], words));
    CHECK(said);
  }
}

TEST_CASE("incidents say what is overdue when the report is made, and when Customs was told") {
  Incident told, late;
  told.code = late.code = "akl-01";
  told.at = {1, 42};
  late.at = {1, 43};
  told.what = "seal NZ300006 is lost";
  told.customs.decision = "reported";
  told.discovered_ms = late.discovered_ms = 1'769'800'000'000;
  told.customs.told_ms = 1'769'803'600'000;
  told.customs.told_how = ses::ToldHow::Phone;
  told.reference = "CUS-88213";
  late.what = "seal NZ300007 was found broken";
  late.customs.decision = "report";
  late.open = true;
  late.due_ms = 1'769'900'000'000;
  const std::vector<Incident> both = {told, late};
  const std::string text = csv(incidents_report(head(), both));
  CHECK(holds(text,
              "akl-01/1/42,akl-01,seal NZ300006 is lost,2026-01-31T08:06,,reported,\"2026-01-31T09:06, by "
              "phone\",CUS-88213,closed\r\n"));
  CHECK(holds(text, "report,,,overdue\r\n"));
  CHECK(holds(text, "2 incidents,,,,,,1 told,,\"1 overdue, 0 open\"\r\n"));
}

TEST_CASE("training that ran out by what was heard of a site, and people without any, are told apart") {
  const std::int64_t heard = 1'769'910'000'000;
  const std::vector<KeptRecord> records = {
      {"akl-01", ses::RecordKind::TrainingSeals, "Mere", true, heard - 1'000, heard + 1'000, heard},
      {"akl-01", ses::RecordKind::TrainingSeals, "Tama", true, heard - 2'000, heard - 1'000, heard},
      {"akl-01", ses::RecordKind::QaCheck, "", false, heard, 0, heard}};
  const std::vector<UntrainedPerson> untrained = {{"akl-01", "Ana"}};
  const Report report = qa_training_report(head(), records, untrained);
  REQUIRE(report.rows.size() == 4);
  CHECK(report.rows[0].back() == "in force");
  CHECK(report.rows[1].back() == "ran out");
  CHECK(report.rows[2].back() == "not passed");
  CHECK(report.rows[3].back() == "missing");
  CHECK(report.sums[0].back() == "2 ran out or not passed, 1 missing");
}

TEST_CASE("a day that was not closed, or on which more was recorded afterwards, says so") {
  const std::vector<ClosedDay> days = {{"akl-01", 20'484, 1'769'850'000'000, 780, "Mere", 12, 190, 0, 12},
                                       {"akl-01", 20'485, 1'769'930'000'000, 780, "Mere", 9, 181, 2, 10},
                                       {"akl-01", 20'486, 0, 0, "", 0, 0, 0, 3}};
  const Report report = day_close_report(head(), days);
  CHECK(report.rows[0].back().empty());
  CHECK(report.rows[1].back() == "1 recorded after it was closed");
  CHECK(report.rows[2].back() == "not closed");
  CHECK(report.sums[0][2] == "2 closed");
  REQUIRE(report.plots.size() == 1);
  CHECK(report.plots[0].series[0].values == std::vector<std::int64_t>{190, 181});
}
