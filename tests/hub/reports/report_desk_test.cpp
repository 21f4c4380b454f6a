// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/report_desk.hpp"

#include "common/cli/program.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"
#include "hub/commands/report_commands.hpp"
#include "hub/notices/courier.hpp"
#include "hub/notices/message.hpp"
#include "tests/hub/hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

constexpr std::int64_t kHourMs = 3'600'000;

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A hub that knows a mail relay, in New Zealand's summer.
struct ReportOffice : HubWorld {
  ReportOffice() { restart_here(); }
  void restart_here() {
    hub.reset();
    HubParts own = parts();
    own.notices =
        must(parse_notice_setup({"mail; kind=smtp; url=smtp://127.0.0.1:2525; from=hub@example.nz; plain=yes",
                                 "erp; kind=webhook; url=https://erp.example.nz/seals; secret=erp-key"},
                                {}, {}, "https://hub.example.nz"));
    own.utc_offset_min_at = [](std::int64_t) { return 13 * 60; };
    hub = must(Hub::open(own));
  }
  Result<cli::Value> run(const std::vector<std::string>& words) {
    SEALKEEP_LET(asked, cli::parse_command_line(program_spec(), words));
    return execute(*hub, std::get<cli::Invocation>(asked).command, [](const cli::Progress&) {});
  }
  std::string said(const std::vector<std::string>& words) { return cli::to_json(must(run(words))); }
  std::string text(const cli::Value& value, const char* name) {
    const cli::Value* member = value.find(name);
    return member == nullptr || member->as_text() == nullptr ? "" : *member->as_text();
  }
  std::vector<Notice> notices() { return must(hub->desk().outbox().list(std::nullopt, 100)); }
  std::string file_of(const ReportRow& report) {
    return std::string(as_text(must(hub->reports().file(report))));
  }
  std::uint64_t exports_in_journal() {
    std::uint64_t count = 0;
    for (const LogInfo& one : must(hub->logs().logs())) {
      if (one.role != LogRole::Journal) continue;
      const auto size = must(hub->logs().size(one.id));
      must(hub->logs().read_entries(one.id, 0, size, UINT64_MAX,
                                    [&](std::uint64_t, ByteView bytes) -> Result<> {
                                      SEALKEEP_LET(entry, decode_journal_entry(bytes));
                                      count += entry.kind == JournalKind::DataExported ? 1 : 0;
                                      return {};
                                    }));
    }
    return count;
  }
};

/// Makes a report when it is told to, so that a test stands between the steps.
struct HandMaker final : ReportMaker {
  bool idle() override { return !job && !done; }
  void take(ReportJob one) override { job = std::move(one); }
  void stop() override { stopped = true; }
  Progress progress() override { return job ? Progress{job->id, 1, 3} : Progress{}; }
  std::optional<ReportMade> made() override { return std::exchange(done, std::nullopt); }
  void work() {
    REQUIRE(job);
    done = make_report(*job, [this](std::uint64_t, std::uint64_t) -> Result<> {
      return stopped ? Result<>(report_cancelled()) : Result<>{};
    });
    job.reset();
    stopped = false;
  }
  std::optional<ReportJob> job;
  std::optional<ReportMade> done;
  bool stopped = false;
};

void turn(ReportOffice& office) {
  office.clock.pass(2'000);
  must(office.hub->reports().step());
}

}  // namespace

TEST_CASE("reports of a hand-made register have its figures, and each one that is made is in the journal") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.record(received(300'001, 20, office.clock.reading.unix_ms));
  site.record(applied(300'006));
  site.record(ses::SealLost{ses::Family::Ses, seals(300'009, 1), 0, 0});
  site.record(ses::DayClosed{20'454, 3, 18, 1});
  site.sync_all();
  office.oversee_all();
  const auto made = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--format", "csv", "--by", "Ana", "--for", "Customs"});
    const cli::Value value = must(office.run(words));
    CHECK(office.text(value, "state") == "done");
    return office.file_of(must(office.hub->reports().find(office.text(value, "id"))));
  };
  const std::string seals_listed = made({"report", "register"});
  CHECK(holds(seals_listed, "NZ300006,2026-01-01,2026-01-01,MSCU1234566,person 5,akl-01\r\n"));
  CHECK(holds(seals_listed, "20 seals,20 received,1 applied,,,\r\n"));
  CHECK(holds(seals_listed, "As of,\"akl-01: 2026-01-01T13:00:00+13:00; 5 records, "));
  const std::string ledger = made({"report", "reconciliation"});
  CHECK(holds(ledger, "akl-01,SES,came in,together,20\r\n"));
  CHECK(holds(ledger, "akl-01,SES,where they are,in stock,18\r\n"));
  CHECK(holds(ledger, "akl-01,SES,where they are,lost,1\r\n"));
  CHECK(holds(ledger, "akl-01,SES,balance,it balances,0\r\n"));
  const std::string incidents = made({"report", "incidents"});
  CHECK(holds(incidents, "akl-01/1/3,akl-01,"));
  CHECK(holds(incidents, "1 incidents,"));
  const std::string days = made({"report", "day-close"});
  CHECK(holds(days, "akl-01,2026-01-01,2026-01-01T00:00,person 5,3,3,18,1,\r\n"));
  const std::string clauses = made({"report", "compliance"});
  CHECK(holds(clauses, "2.6,akl-01,"));
  CHECK(
      holds(made({"report", "qa-training", "--site", "akl-01"}), "Site,Clause,What,About,Done,Until,State"));
  CHECK(office.exports_in_journal() == 6);
  const std::string journal = office.said({"journal", "list", "--kind", "data_exported"});
  CHECK(holds(journal, "report reconciliation csv"));
  // A period of other days leaves out what was not in it, and says so.
  CHECK(holds(made({"report", "register", "--from", "2025-01-01", "--to", "2025-12-31"}),
              "No seal was received or applied in this period."));
  CHECK(code_of(office.run({"report", "register", "--site", "nowhere"})) == "site.unknown");
  CHECK(code_of(office.run({"report", "register", "--from", "2026-02-01", "--to", "2026-01-01"})) ==
        "cli.value");
}

TEST_CASE("reconciliation and training are of now, or as a site had recorded them by the end of a day") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  const auto train = [&](ses::PersonNo person) {
    ses::RecordKept kept;
    kept.what = ses::RecordKind::TrainingSeals;
    kept.person_no = person;
    kept.done_ms = office.clock.reading.unix_ms;
    site.record(kept);
  };
  site.record(ses::EpochStarted{});
  site.record(ses::PersonAdded{5, 0});
  site.record(ses::PersonAdded{6, 0});
  train(5);
  site.record(received(300'001, 20, office.clock.reading.unix_ms));
  site.record(applied(300'006));
  office.clock.pass(2 * kDayMs);
  train(6);
  site.record(received(300'021, 5, office.clock.reading.unix_ms));
  site.record(ses::SealLost{ses::Family::Ses, seals(300'009, 1), 0, 0});
  site.sync_all();
  office.oversee_all();
  const auto made = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--format", "csv", "--by", "Ana"});
    const cli::Value value = must(office.run(words));
    REQUIRE(office.text(value, "state") == "done");
    return office.file_of(must(office.hub->reports().find(office.text(value, "id"))));
  };
  const std::string now = made({"report", "reconciliation"});
  CHECK(holds(now, "akl-01,SES,came in,together,25\r\n"));
  CHECK(holds(now, "akl-01,SES,where they are,lost,1\r\n"));
  CHECK(holds(now, "Period,\"of now, as far as head office had heard of each site\"\r\n"));
  CHECK(holds(now, "As of,\"akl-01: 2026-01-03T13:00:00+13:00; 9 records, "));
  const std::string then = made({"report", "reconciliation", "--at", "2026-01-01"});
  CHECK(holds(then, "akl-01,SES,came in,together,20\r\n"));
  CHECK(holds(then, "akl-01,SES,where they are,in stock,19\r\n"));
  CHECK(holds(then, "akl-01,SES,where they are,\"on a container, not checked\",1\r\n"));
  CHECK_FALSE(holds(then, "lost"));
  CHECK(holds(then, "Period,as recorded by the end of 2026-01-01\r\n"));
  CHECK(holds(then, "As of,\"akl-01: 2026-01-02T00:00:00+13:00; 6 records by then; now 9 records, "));
  // The day before nothing was recorded.
  CHECK(holds(made({"report", "reconciliation", "--at", "2025-12-31"}), "there is nothing to reconcile"));
  CHECK(holds(made({"report", "qa-training"}), "all,,2 in force,,,,\"0 ran out or not passed, 0 missing\""));
  CHECK(holds(made({"report", "qa-training", "--at", "2026-01-01"}),
              "akl-01,2.9,No training in seals on record,person 6,,,missing\r\n"));
  for (const auto& file : std::filesystem::directory_iterator(office.folder / "reports"))
    CHECK_FALSE(holds(file.path().string(), ".past.tmp"));
  CHECK(code_of(office.run({"report", "reconciliation", "--at", "2026-01-03"})) == "cli.value");
}

TEST_CASE("a report is made beside the hub, from the records as they were, and told how far it is") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.record(received(300'001, 20, office.clock.reading.unix_ms));
  site.sync_all();
  office.oversee_all();
  HandMaker maker;
  office.hub->reports().employ(&maker);
  const cli::Value asked = must(office.run({"report", "register", "--format", "csv"}));
  CHECK(office.text(asked, "state") == "waiting");
  turn(office);
  REQUIRE(maker.job);
  turn(office);
  CHECK(holds(office.said({"report", "list"}), "\"state\":\"running\",\"done\":1,\"of\":3"));
  CHECK(code_of(office.run({"report", "file", office.text(asked, "id"), (office.folder / "x").string()})) ==
        "report.not_made");
  maker.work();
  turn(office);
  const ReportRow done = must(office.hub->reports().find(office.text(asked, "id")));
  CHECK(done.state == ReportState::Done);
  CHECK(done.records == 20);
  const std::string file = (office.folder / "r.csv").string();
  office.said({"report", "file", done.id, file});
  CHECK(sha256(as_bytes(DatabaseCopy::read(file))) == done.file);
  CHECK(office.exports_in_journal() == 1);
  // Somebody changed the file: it is not given out.
  std::ofstream(office.folder / "reports" / (done.id + ".csv"), std::ios::app) << "NZ9";
  CHECK(code_of(office.run({"report", "file", done.id, file + "2"})) == "report.differs");
  office.hub->reports().employ(nullptr);
}

TEST_CASE(
    "a report is cancelled while it waits and while it is being made, and leaves no file and no entry") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.sync_all();
  office.oversee_all();
  HandMaker maker;
  office.hub->reports().employ(&maker);
  const std::string first = office.text(must(office.run({"report", "register"})), "id");
  turn(office);
  const std::string second = office.text(must(office.run({"report", "incidents"})), "id");
  CHECK(holds(office.said({"report", "cancel", second}), "\"state\":\"cancelled\""));
  CHECK(holds(office.said({"report", "cancel", first}), "\"state\":\"cancelled\""));
  CHECK(maker.stopped);
  maker.work();
  turn(office);
  turn(office);
  CHECK_FALSE(maker.job);
  CHECK(must(office.hub->reports().find(first)).state == ReportState::Cancelled);
  CHECK(office.exports_in_journal() == 0);
  CHECK_FALSE(std::filesystem::exists(office.folder / "reports" / (first + ".pdf")));
  CHECK(code_of(office.run({"report", "cancel", first})) == "report.over");
  CHECK(code_of(office.run({"report", "cancel", "00000000"})) == "report.unknown");
  office.hub->reports().employ(nullptr);
}

TEST_CASE("a scheduled report is made of the month before and sent by e-mail, with the file") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.record(received(300'001, 3, office.clock.reading.unix_ms));
  site.sync_all();
  office.oversee_all();
  const cli::Value planned = must(
      office.run({"report", "schedule", "add", "register", "--every", "month", "--day", "1", "--at", "06:00",
                  "--format", "csv", "--to", "ses@example.nz", "--to", "customs@example.nz", "--by", "Ana"}));
  CHECK(office.text(planned, "when") == "every month on day 1 at 06:00");
  CHECK(*planned.find("next_ms")->as_int() == 1'769'878'800'000);  // 2026-02-01 06:00 in New Zealand
  HandMaker maker;
  office.hub->reports().employ(&maker);
  turn(office);
  CHECK_FALSE(maker.job);
  office.clock.pass(1'769'878'800'000 - office.clock.reading.unix_ms);
  turn(office);
  maker.work();
  turn(office);
  std::vector<Notice> sent = office.notices();
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].state == NoticeState::Waiting);
  CHECK(sent[0].channel == "mail");
  CHECK(holds(sent[0].subject, "Seal register, 2026-01-01 to 2026-01-31"));
  CHECK(sent[0].attachment_name == "register-2026-02-01.csv");
  const std::string file = DatabaseCopy::read(office.folder / "reports" / sent[0].attachment);
  CHECK(holds(file, "NZ300003,2026-01-01"));
  const Channel channel = *office.hub->parts().notices.channel("mail");
  const std::string mail = email_of({channel, sent[0], "hub.example.nz", 0}, as_bytes(file));
  CHECK(holds(mail, "Content-Type: multipart/mixed; boundary=\"sealkeep-"));
  CHECK(holds(mail,
              "filename=\"register-2026-02-01.csv\"\r\n\r\n" + base64(as_bytes(file).first(57)) + "\r\n"));
  for (std::size_t at = 0, end = 0; (end = mail.find("\r\n", at)) != std::string::npos; at = end + 2)
    CHECK(end - at < 998);
  // The next run is the next month's, and what was made is made once.
  turn(office);
  CHECK_FALSE(maker.job);
  CHECK(holds(office.said({"report", "schedule", "list"}), "\"next_ms\":1772298000000"));
  office.hub->reports().employ(nullptr);
}

TEST_CASE("runs that were missed are made once afterwards, over the time of all of them, and say so") {
  ReportOffice office;
  must(office.run({"report", "schedule", "add", "day-close", "--every", "day", "--at", "06:00", "--to",
                   "ses@example.nz"}));
  office.hub.reset();
  office.clock.pass(3 * kDayMs + 5 * kHourMs);  // three runs come and go; 2026-01-04 18:00 in New Zealand
  office.restart_here();
  HandMaker maker;
  office.hub->reports().employ(&maker);
  turn(office);
  REQUIRE(maker.job);
  maker.work();
  turn(office);
  turn(office);
  CHECK_FALSE(maker.job);
  const std::vector<ReportRow> made = must(office.hub->reports().newest(10));
  REQUIRE(made.size() == 1);
  CHECK(made[0].ask.period == "2026-01-01 to 2026-01-03");
  CHECK(holds(made[0].remark, "3 times from 2026-01-02 06:00 to 2026-01-04 06:00"));
  REQUIRE(office.notices().size() == 1);
  CHECK(holds(office.notices()[0].words, "Head office was not running"));
  office.hub->reports().employ(nullptr);
}

TEST_CASE("a hub that is killed while it makes a report, or before it is sent, loses and doubles nothing") {
  ReportOffice office;
  must(office.run({"report", "schedule", "add", "reconciliation", "--every", "day", "--at", "06:00", "--to",
                   "ses@example.nz"}));
  office.clock.pass(kDayMs);
  {
    HandMaker maker;
    office.hub->reports().employ(&maker);
    turn(office);
    REQUIRE(maker.job);
    maker.work();  // the file is there, and nobody wrote it down
    office.hub->reports().employ(nullptr);
  }
  office.restart_here();
  CHECK(office.notices().empty());
  HandMaker maker;
  office.hub->reports().employ(&maker);
  turn(office);
  REQUIRE(maker.job);
  maker.work();
  turn(office);
  REQUIRE(office.notices().size() == 1);
  const std::string id = office.notices()[0].id;
  // Made and in the outbox, not sent: the restarted hub has both, and makes nothing again.
  office.restart_here();
  HandMaker again;
  office.hub->reports().employ(&again);
  turn(office);
  turn(office);
  CHECK_FALSE(again.job);
  REQUIRE(office.notices().size() == 1);
  CHECK(office.notices()[0].id == id);
  CHECK(office.notices()[0].state == NoticeState::Waiting);
  CHECK(std::filesystem::exists(office.folder / "reports" / office.notices()[0].attachment));
  CHECK(office.exports_in_journal() == 1);
  office.hub->reports().employ(nullptr);
}

TEST_CASE("the thread that makes reports ends one that is stopped, and itself at once") {
  ReportOffice office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.sync_all();
  office.oversee_all();
  Workshop workshop;
  office.hub->reports().employ(&workshop);
  const std::string id = office.text(must(office.run({"report", "compliance"})), "id");
  for (int i = 0; i < 1'000 && must(office.hub->reports().find(id)).state != ReportState::Done; ++i) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    turn(office);
  }
  const ReportRow done = must(office.hub->reports().find(id));
  CHECK(done.state == ReportState::Done);
  CHECK(office.file_of(done).starts_with("%PDF-1."));
  office.hub->reports().employ(nullptr);
}

TEST_CASE("files are removed after their time, but not while they may still have to be sent") {
  ReportOffice office;
  const cli::Value made = must(office.run({"report", "reconciliation"}));
  must(office.run({"report", "schedule", "add", "reconciliation", "--every", "day", "--at", "06:00", "--to",
                   "ses@example.nz"}));
  HandMaker maker;
  office.hub->reports().employ(&maker);
  office.clock.pass(kDayMs);
  turn(office);
  maker.work();
  turn(office);
  const std::string waits = office.notices()[0].attachment;
  must(office.run({"report", "schedule", "remove", must(office.hub->reports().schedules())[0].id}));
  office.clock.pass(kReportKeptMs + kDayMs);
  turn(office);
  CHECK(must(office.hub->reports().find(office.text(made, "id"))).state == ReportState::Gone);
  CHECK_FALSE(std::filesystem::exists(office.folder / "reports" / (office.text(made, "id") + ".pdf")));
  CHECK(std::filesystem::exists(office.folder / "reports" / waits));
  office.hub->reports().employ(nullptr);
}

TEST_CASE("a schedule is refused without whom it goes to, or by a way that is not there") {
  ReportOffice office;
  const auto add = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"report", "schedule", "add", "incidents"};
    words.insert(words.end(), more.begin(), more.end());
    return code_of(office.run(words));
  };
  CHECK(add({}) == "report.schedule");
  CHECK(add({"--to", "nobody"}) == "report.schedule");
  CHECK(add({"--to", "a@b.nz\r\nBcc: x@y.nz"}) == "report.schedule");
  CHECK(add({"--channel", "fax", "--to", "a@b.nz"}) == "channel.unknown");
  CHECK(add({"--channel", "erp", "--to", "a@b.nz"}) == "report.schedule");
  CHECK(add({"--at", "25:00", "--to", "a@b.nz"}) == "cli.value");
  CHECK(add({"--every", "week", "--day", "8", "--to", "a@b.nz"}) == "cli.value");
  CHECK(add({"--channel", "erp"}) == "success");
  CHECK(code_of(office.run({"report", "schedule", "remove", "00000000"})) == "schedule.unknown");
}

TEST_CASE("a shell that names a file waits for its report, and hears of one that was cancelled") {
  ReportOffice office;
  HandMaker maker;
  office.hub->reports().employ(&maker);
  const auto command = [&](const std::vector<std::string>& words) {
    return std::get<cli::Invocation>(must(cli::parse_command_line(program_spec(), words))).command;
  };
  const std::string file = (office.folder / "out.csv").string();
  int looks = 0;
  const auto ask = [&](const cli::Command& one) -> Result<cli::Value> {
    if (one.name == "report list") {
      turn(office);
      if (++looks == 2) maker.work();
    }
    return execute(*office.hub, one, [](const cli::Progress&) {});
  };
  const cli::Command wanted = command({"report", "reconciliation", "--format", "csv", "--out", file});
  CHECK(office.text(must(wait_for_report(wanted, ask(wanted), ask, [](const cli::Progress&) {})),
                    "written") == file);
  CHECK(DatabaseCopy::read(file).starts_with("Site,Seal family"));
  CHECK(code_of(wait_for_report(wanted, ask(wanted), ask, {})) == "export.exists");

  const cli::Command other =
      command({"report", "incidents", "--out", (office.folder / "other.pdf").string()});
  const auto cancelling = [&](const cli::Command& one) -> Result<cli::Value> {
    if (one.name == "report list")
      must(office.hub->reports().cancel(must(office.hub->reports().newest(1))[0].id));
    return execute(*office.hub, one, [](const cli::Progress&) {});
  };
  office.clock.pass(1'000);
  CHECK(code_of(wait_for_report(other, cancelling(other), cancelling, {})) == "report.not_made");
  office.hub->reports().employ(nullptr);
}
