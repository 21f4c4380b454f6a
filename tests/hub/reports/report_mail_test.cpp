// SPDX-License-Identifier: Apache-2.0
#include "common/cli/program.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"
#include "hub/notices/courier.hpp"
#include "hub/reports/report_desk.hpp"
#include "hub/reports/workshop.hpp"
#include "tests/hub/hub_fixture.hpp"
#include "tests/hub/notices/sinks.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

/// A part of a MIME message, as a mail program reads it (RFC 2045, 2046).
struct MailPart {
  std::map<std::string, std::string> headers;
  std::string body;
};

MailPart part_of(std::string_view text) {
  MailPart part;
  const std::size_t blank = text.find("\n\n");
  REQUIRE(blank != text.npos);
  std::string last;
  for (std::size_t at = 0, end = 0; at < blank; at = end + 1) {
    end = std::min(text.find('\n', at), blank);
    const std::string_view line = text.substr(at, end - at);
    if (line.starts_with(' ')) {
      part.headers[last] += line;
      continue;
    }
    const std::size_t colon = line.find(": ");
    REQUIRE(colon != line.npos);
    last = line.substr(0, colon);
    part.headers[last] = line.substr(colon + 2);
  }
  part.body = text.substr(blank + 2);
  return part;
}

std::vector<MailPart> parts_of(const MailPart& message) {
  const std::string type = message.headers.at("Content-Type");
  constexpr std::string_view kBoundary = "boundary=\"";
  const std::size_t begins = type.find(kBoundary) + kBoundary.size();
  const std::string line = "--" + type.substr(begins, type.find('"', begins) - begins);
  std::vector<MailPart> parts;
  std::size_t at = message.body.find(line + "\n");
  while (at != std::string::npos) {
    at += line.size() + 1;
    const std::size_t end = message.body.find("\n" + line, at);
    REQUIRE(end != std::string::npos);
    parts.push_back(part_of(std::string_view(message.body).substr(at, end - at)));
    at = message.body.compare(end + 1 + line.size(), 2, "--") == 0 ? std::string::npos : end + 1;
  }
  return parts;
}

}  // namespace

TEST_CASE("a report that was made by itself comes through a relay with STARTTLS, to the same bytes") {
  TestCertificate certificate;
  MailSink relay(certificate);
  HubWorld office;
  TestSite site(office, "akl-01", 1);
  site.enrol();
  site.record(ses::EpochStarted{});
  site.record(received(300'001, 20, office.clock.reading.unix_ms));
  site.sync_all();
  office.oversee_all();
  office.hub.reset();
  HubParts parts = office.parts();
  parts.notices = must(parse_notice_setup(
      {"mail; kind=smtp; url=" + relay.url() + "; from=hub@example.nz; ca=" + certificate.root_file()}, {},
      {}, ""));
  office.hub = must(Hub::open(parts));
  const std::vector<std::string> words{"report", "schedule", "add",   "reconciliation", "--every",
                                       "day",    "--at",     "06:00", "--to",           "ses@example.nz"};
  const auto asked = must(cli::parse_command_line(program_spec(), words));
  must(execute(*office.hub, std::get<cli::Invocation>(asked).command, [](const cli::Progress&) {}));

  Workshop workshop;
  Courier courier{{office.folder.path(), {}, 2'000, 5'000}};
  office.hub->reports().employ(&workshop);
  office.clock.pass(kDayMs);
  constexpr int kTurns = 600;  // of 50 ms at least
  for (int i = 0; i < kTurns && relay.mails().empty(); ++i) {
    office.clock.pass(600);
    must(office.hub->reports().step());
    must(office.hub->desk().post(courier));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  office.hub->reports().employ(nullptr);

  REQUIRE(relay.mails().size() == 1);
  const Mail mail = relay.mails().front();
  CHECK(mail.secure);
  CHECK(mail.to == "<ses@example.nz>");
  const MailPart message = part_of(mail.text);
  CHECK(message.headers.at("MIME-Version") == "1.0");
  const std::vector<MailPart> sent = parts_of(message);
  REQUIRE(sent.size() == 2);
  CHECK(sent[0].body.find("Reconciliation statement") != std::string::npos);
  CHECK(sent[1].headers.at("Content-Transfer-Encoding") == "base64");
  CHECK(sent[1].headers.at("Content-Disposition").find("filename=\"reconciliation-2026-01-02.pdf\"") !=
        std::string::npos);
  std::string coded = sent[1].body;
  std::erase(coded, '\n');
  const Bytes file = must(from_base64(coded));
  const ReportRow report = must(office.hub->reports().newest(1)).front();
  CHECK(sha256(file) == report.file);
  CHECK(file == must(office.hub->reports().file(report)));
  CHECK(as_text(file).starts_with("%PDF-"));
}
