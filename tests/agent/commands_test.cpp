// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/enrol.hpp"
#include "agent/commands/time_text.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

// People, a store, and 20 seals of which one was not in the delivery.
struct Dock : CommandBench {
  Dock() {
    must(run({"person", "add", "Mere"}));
    must(run({"person", "add", "Tama"}));
    must(run({"store", "add", "Safe"}));
    must(run({"seal", "receive", "NZ300001", "NZ300020", "--approval", "PO-12", "--missing", "NZ300017",
              "--place", "Safe", "--by", "Mere"}));
  }
};
const std::vector<std::string> kAllPass = {"--view", "pass", "--verify", "pass",
                                           "--tug",  "pass", "--twist",  "pass"};

std::vector<std::string> operator+(std::vector<std::string> left, const std::vector<std::string>& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace

TEST_CASE_METHOD(Dock, "a delivery fills its range in and names what is short") {
  const ses::LedgerRow now = ledger();
  CHECK(now.received == 20);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::InStock)] == 19);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::Short)] == 1);
  CHECK(now.balances());
}

TEST_CASE_METHOD(Dock,
                 "a container goes from applied over checked to uplifted, and the seal's history tells it") {
  const std::string applied =
      said({"seal", "apply", "nz 300-006", "--container", "MSCU1234566", "--by", "Mere"});
  CHECK(holds(applied, "seal NZ300006 put on MSCU1234566"));
  CHECK(holds(applied, "Check the seal: door, then paper"));
  CHECK(holds(applied, "30 min left"));
  const std::string checked =
      said(std::vector<std::string>{"seal", "check", "--container", "MSCU1234566", "--door-seal", "NZ300006",
                                    "--door-container", "MSCU1234566", "--paper-seal", "NZ300006",
                                    "--paper-container", "MSCU1234566", "--by", "Tama"} +
           kAllPass);
  CHECK_FALSE(holds(checked, "irregular"));
  const std::string gone =
      said(std::vector<std::string>{"seal", "uplift", "--container", "MSCU1234566", "--driver", "J. Brown",
                                    "--truck", "ABC123", "--signed"} +
           kAllPass);
  CHECK(holds(gone, "taken by the driver with NZ300006"));
  CHECK(ledger().by_state[static_cast<std::size_t>(ses::SealState::Uplifted)] == 1);

  const std::string shown = said({"seal", "show", "NZ300006"});
  for (const char* part : {"received NZ300001..NZ300020 (20)", "put on MSCU1234566", "\"who\":\"Mere\"",
                           "\"who\":\"Tama\"", "driver: J. Brown; truck: ABC123", "not yet at head office"})
    CHECK(holds(shown, part));
  bench.connect(id, hub);
  CHECK(holds(said({"seal", "show", "NZ300006"}), "safe at head office since"));
}

TEST_CASE_METHOD(Dock, "a wrong check digit is recorded, and the answer asks to look again") {
  const std::string answer = said({"seal", "apply", "NZ300006", "--container", "MSCU1234561"});
  CHECK(holds(answer, "check digit is 1, computed 6: look again"));
  CHECK(holds(answer, "bad_check_digit"));
  CHECK(ledger().by_state[static_cast<std::size_t>(ses::SealState::Applied)] == 1);
}

TEST_CASE_METHOD(Dock, "the reason of an irregularity is kept beside it") {
  said({"seal", "apply", "XX9", "--container", "MSCU1234566", "--reason", "from the carrier's box"});
  const std::string shown = said({"seal", "show", "XX9"});
  CHECK(holds(shown, "The register never had this seal"));
  CHECK(holds(shown, "from the carrier's box"));
}

TEST_CASE_METHOD(Dock, "a stop sign records nothing; avoided and happened are two answers") {
  const std::uint64_t before = size();
  const std::vector<std::string> act = {"seal", "apply", "NZ300017", "--container", "MSCU1234566"};
  CHECK(holds(said(act + std::vector<std::string>{"--stop-sign"}), "\"recorded\":\"nothing\""));
  CHECK(size() == before);
  CHECK(holds(said({"seal", "apply", "NZ399999", "--container", "MSCU1234566", "--avoid"}),
              R"("avoided":{"code":"unknown_seal")"));
  CHECK(count_of<ses::Avoided>(entries_of(bench.agent(), id)) == 1);
  CHECK(count_of<ses::SealApplied>(entries_of(bench.agent(), id)) == 0);
  // Unsealed, and besides a wrong check digit, no signature, no check: the seal is the gravest.
  CHECK(holds(said({"seal", "uplift", "--container", "MSCU1234560", "--driver", "J. Brown", "--avoid"}),
              R"("avoided":{"code":"not_sealed")"));
  said(act + std::vector<std::string>{"--stop-sign", "--happened-already"});
  CHECK(count_of<ses::SealApplied>(entries_of(bench.agent(), id)) == 1);
  CHECK(code_of(run({"seal", "apply", "NZ300001", "--container", "TGHU1234568", "--avoid"})) != "cli.value");
}

TEST_CASE_METHOD(Dock, "opening a store has a stop sign too, which records nothing") {
  const std::uint64_t before = size();
  CHECK(holds(said({"store", "open", "Safe", "--by", "Mere", "--stop-sign"}), "\"recorded\":\"nothing\""));
  CHECK(code_of(run({"store", "open", "Safe", "--by", "Mere", "--avoid"})) == "stop.nothing");
  CHECK(size() == before);
  said({"store", "open", "Safe", "--by", "Mere", "--stop-sign", "--happened-already"});
  CHECK(count_of<ses::StoreOpened>(entries_of(bench.agent(), id)) == 1);
}

TEST_CASE_METHOD(Dock, "an unknown person is refused with the nearest name, and nothing is recorded") {
  const std::uint64_t before = size();
  const auto refused = run({"seal", "apply", "NZ300006", "--container", "MSCU1234566", "--by", "Merre"});
  REQUIRE(!refused);
  CHECK(refused.error().code == "person.unknown");
  CHECK(holds(refused.error().why, "Mere"));
  CHECK(size() == before);
}

TEST_CASE_METHOD(Dock, "what cannot be understood is refused before anything is recorded") {
  const std::uint64_t before = size();
  const std::pair<std::vector<std::string>, const char*> cases[] = {
      {{"seal", "receive", "NZ400001", "XX400002"}, "seal.range"},
      {{"seal", "receive", "NZ400001", "NZ400010", "--count", "9"}, "seal.count_differs"},
      {{"seal", "receive", "NZ400001", "NZ400010", "--missing", "NZ400011"}, "seal.missing_outside"},
      {{"seal", "receive", "NZ400001", "--count", "1001", "--box", "B"}, "box.too_large"},
      {{"seal", "receive", "NZ9", "--count", "5"}, "seal.range"},
      {{"seal", "receive", "NZ"}, "seal.number"},
      {{"seal", "receive", "NZ400001", "--delivery", std::string(65, 'x')}, "fact.text"},
      {{"seal", "receive", "NZ400001", "--arrived", "25:00"}, "time.form"},
      {{"seal", "apply", "NZ300001"}, "unit.missing"},
      {{"seal", "apply", "NZ300001", "--container", "MSCU1234566", "--package", "P7"}, "unit.two"},
      {{"seal", "apply", "NZ300001", "--container", "\xff\xfe"}, "container.number"},
      {{"seal", "store", "NZ300001", "--place", "Attic"}, "place.unknown"},
      {{"seal", "explain", "1-42", "--how", "miscounted"}, "entry.reference"},
      {{"seal", "count", "--place", "Safe"}, "count.how"},
      {{"seal", "count", "--place", "Safe", "--missing", "NZ999999"}, "count.not_expected"},
      {{"seal", "check", "--container", "TGHU1234568"}, "check.no_seal"},
      {{"seal", "show", "NZ777777"}, "seal.unknown"},
      {{"seal", "apply", "NZ300001", "--container", "MSCU1234566", "--exporter", "hub.other"},
       "exporter.unknown"},
      {{"person", "add", "Mere"}, "person.exists"},
      {{"person", "add", "12"}, "name.form"},
  };
  for (const auto& [words, code] : cases) {
    INFO(words[1] << " expects " << code);
    CHECK(code_of(run(words)) == code);
  }
  CHECK(size() == before);
}

TEST_CASE_METHOD(Dock, "more than a thousand seals become several records of one command") {
  const std::string answer = said({"seal", "receive", "AB100000", "--count", "2500", "--place", "Safe"});
  CHECK(holds(answer, "and 2 more records"));
  CHECK(ledger().received == 2520);
  CHECK(ledger().balances());
}

TEST_CASE_METHOD(Dock, "a count compares scans with the register and opens the duty to explain") {
  std::string scans;
  for (int i = 1; i <= 20; ++i)
    if (i != 17 && i != 5) scans += "NZ3000" + std::string(i < 10 ? "0" : "") + std::to_string(i) + "\r\n";
  const std::string answer = said({"seal", "count", "--place", "Safe", "--scan-file",
                                   file("scans.txt", scans + "ZZ1\n"), "--by", "Mere"});
  CHECK(holds(answer, "counted 19 of 19"));
  CHECK(holds(answer, "not there: NZ300005, too many: ZZ1"));
  CHECK(holds(answer, "Explain the difference"));
  CHECK(code_of(run({"seal", "count", "--scan-file", file("bad.txt", "NZ300001\n???\n")})) ==
        "count.scan_file");
}

TEST_CASE_METHOD(Dock, "every other command records its fact") {
  struct Line {
    std::vector<std::string> words;
    ses::Kind kind;
  };
  const std::vector<Line> lines = {
      {{"seal", "receive", "BX100001", "--count", "10", "--box", "B-7"}, ses::Kind::SealsReceived},
      {{"seal", "open-box", "B-7", "--missing", "BX100004"}, ses::Kind::BoxOpened},
      {{"seal", "store", "BX100001..BX100003", "--place", "Safe"}, ses::Kind::SealsStored},
      {{"seal", "issue", "NZ300001..NZ300004", "--to", "Tama"}, ses::Kind::SealsIssued},
      {{"seal", "hand-over", "--from", "Tama", "--to", "Mere", "--last-used", "NZ300001", "--next",
        "NZ300002", "--last", "NZ300004"},
       ses::Kind::HandedOver},
      {{"seal", "return", "NZ300003", "NZ300004", "--place", "Safe"}, ses::Kind::SealsReturned},
      {{"seal", "transfer-out", "NZ300018", "--site", "wlg-02"}, ses::Kind::TransferredOut},
      {{"seal", "transfer-in", "WL5001", "--site", "wlg-02", "--place", "Safe"}, ses::Kind::TransferredIn},
      {{"seal", "return-to-supplier", "NZ300019"}, ses::Kind::ReturnedToSupplier},
      {{"seal", "destroy", "NZ300020", "--witness", "Tama"}, ses::Kind::SealsDestroyed},
      {{"seal", "lost", "NZ300016", "--story", "not in the safe"}, ses::Kind::SealLost},
      {{"seal", "found", "NZ300016", "--place", "Safe"}, ses::Kind::SealFound},
      {{"seal", "explain", "1/5", "--how", "supplier-confirmed", "--seal", "NZ300017"},
       ses::Kind::DifferenceExplained},
      {{"roll", "receive", "T-77", "--quantity", "500", "--kind", "tape"}, ses::Kind::RollReceived},
      {{"roll", "use", "T-77", "--quantity", "2", "--container", "MSCU1234566"}, ses::Kind::RollUsed},
      {{"container", "checked-empty", "MSCU1234566"}, ses::Kind::UnitCheckedEmpty},
      {{"container", "start", "MSCU1234566"}, ses::Kind::LoadStarted},
      {{"container", "pause", "MSCU1234566", "--how", "padlock"}, ses::Kind::LoadPaused},
      {{"container", "end", "MSCU1234566"}, ses::Kind::LoadEnded},
      {{"container", "close", "MSCU1234566"}, ses::Kind::UnitClosed},
      {{"container", "close", "--package", "ULD77"}, ses::Kind::UnitClosed},
      {{"container", "secure", "MSCU1234566", "--until", "2026-01-01T06:00"}, ses::Kind::DoorsSecured},
      {{"seal", "apply", "NZ300006", "--container", "MSCU1234566"}, ses::Kind::SealApplied},
      {{"seal", "replace", "NZ300006", "NZ300007", "--cause", "broke"}, ses::Kind::SealReplaced},
      {{"seal", "damaged", "NZ300008", "--cause", "faulty"}, ses::Kind::SealDamaged},
      {{"correct", "seal", "NZ300007", "NZ300009", "--container", "MSCU1234566"}, ses::Kind::SealCorrected},
      {{"correct", "unit", "MSCU1234566", "TGHU1234568"}, ses::Kind::UnitCorrected},
      {{"container", "papers-corrected", "TGHU1234568"}, ses::Kind::PapersCorrected},
      {{"seal", "tampered", "NZ300009", "--container", "TGHU1234568"}, ses::Kind::SealTampered},
      {{"container", "hold", "TGHU1234568"}, ses::Kind::SealTampered},
      {{"container", "looked-at", "TGHU1234568", "--in-order"}, ses::Kind::ContentsLookedAt},
      {{"seal", "removed", "NZ300010", "--container", "TGHU1234568", "--why", "forgotten-goods"},
       ses::Kind::SealRemoved},
      {{"container", "opened", "TGHU1234568", "--opened-by", "customs", "--where", "port"},
       ses::Kind::UnitOpened},
      {{"container", "resealed", "TGHU1234568", "--seal", "CUS7", "--whose", "customs"},
       ses::Kind::ResealedElsewhere},
      {{"container", "other-seal", "TGHU1234568", "--seal", "ML8"}, ses::Kind::OtherSealNoted},
      {{"container", "cancel", "TGHU1234568"}, ses::Kind::LoadCancelled},
      {{"concern", "--story", "codes on the wall", "--quiet"}, ses::Kind::ConcernRaised},
      {{"customs", "told", "1/5", "--how", "phone"}, ses::Kind::CustomsTold},
      {{"customs", "decided", "1/5", "--decision", "not-reportable", "--story", "found"},
       ses::Kind::CustomsDecided},
      {{"store", "open", "Safe"}, ses::Kind::StoreOpened},
      {{"store", "close", "Safe"}, ses::Kind::StoreClosed},
      {{"day", "close"}, ses::Kind::DayClosed},
      {{"internet-down", "--until", "2026-01-01T20:00"}, ses::Kind::InternetDown},
      {{"site", "moved", "--address", "12 Quay St"}, ses::Kind::SiteMoved},
      {{"person", "left", "Tama"}, ses::Kind::PersonLeft},
  };
  for (const Line& line : lines) {
    INFO(line.words[0] << " " << line.words[1]);
    const std::string answer = said(line.words);
    CHECK(holds(answer, "\"recorded\":"));
    CHECK(holds(answer, "\"next\":"));
    CHECK(ses::kind_of(entries_of(bench.agent(), id).back().event) == line.kind);
  }
  CHECK(ledger().balances());
}

TEST_CASE_METHOD(Dock, "every command of the table has somebody who carries it out") {
  for (const cli::CommandSpec& spec : agent::program_spec().commands) {
    INFO(spec.name);
    CHECK_FALSE(spec.help.empty());
    CHECK_FALSE(spec.examples.empty());
    if (spec.name == "serve") continue;
    CHECK(code_of(agent::execute(bench.agent(), cli::Command{spec.name, {}, {}}, {})) !=
          "cli.unknown_command");
  }
  CHECK(code_of(agent::execute(bench.agent(), cli::Command{"seal melt", {}, {}}, {})) ==
        "cli.unknown_command");
}

TEST_CASE_METHOD(Dock, "every example in the help is understood by the command line") {
  for (const cli::CommandSpec& spec : agent::program_spec().commands) {
    for (const std::string& example : spec.examples) {
      std::vector<std::string> words(1);
      bool quoted = false;
      for (char c : example) {
        if (c == '"')
          quoted = !quoted;
        else if (c == ' ' && !quoted)
          words.emplace_back();
        else
          words.back() += c;
      }
      const auto outcome = parsed(words);
      INFO(example);
      CHECK((outcome.has_value() || outcome.error().code == "cli.no_file"));
    }
  }
}

TEST_CASE_METHOD(Dock, "status says what is not yet at head office, and when all is safe") {
  CHECK(holds(said({"status"}), "not yet there"));
  bench.connect(id, hub);
  const std::string safe = said({"status"});
  CHECK(holds(safe, "All safe at head office"));
  CHECK(holds(safe, "received 20 = in stock 19 + short 1"));
}

TEST_CASE_METHOD(Dock, "what is to do is listed with the most urgent first") {
  said({"seal", "apply", "NZ300006", "--container", "MSCU1234566"});
  const std::string list = said({"todo"});
  const std::size_t check = list.find("Check the seal"), count = list.find("Count the store");
  CHECK(check < count);
  CHECK(holds(said({"person", "list"}), "Tama"));
  CHECK(holds(said({"store", "list"}), "Safe"));
  CHECK(holds(said({"seal", "list", "--state", "applied"}), "NZ300006"));
  CHECK_FALSE(holds(said({"seal", "list", "--state", "applied"}), "NZ300007"));
}

TEST_CASE("with two exporters a person is in both registers, and a seal finds its own") {
  CommandBench one;
  SmallHub other("hub.other.nz", "akl-01", 900);
  const RegisterId second = one.bench.enrol(other);
  CHECK(code_of(one.run({"seal", "receive", "NZ1", "NZ9"})) == "exporter.needed");
  one.said({"seal", "receive", "NZ1", "NZ9", "--exporter", "hub.other.nz"});
  one.said({"person", "add", "Mere"});
  CHECK(count_of<ses::PersonAdded>(entries_of(one.bench.agent(), one.id)) == 1);
  CHECK(count_of<ses::PersonAdded>(entries_of(one.bench.agent(), second)) == 1);
  one.said({"seal", "apply", "NZ3", "--container", "MSCU1234566", "--by", "Mere"});
  CHECK(count_of<ses::SealApplied>(entries_of(one.bench.agent(), second)) == 1);
  CHECK(count_of<ses::SealApplied>(entries_of(one.bench.agent(), one.id)) == 0);
}

TEST_CASE("enrol takes an invitation from a file, shows the fingerprint and writes a request to carry") {
  CommandBench one;
  SmallHub other("hub.other.nz", "akl-01", 900);
  const std::string invitation =
      sync::format_invitation(other.invitation(one.bench.clock.now().unix_ms + 86'400'000));
  const std::string request = (one.files.path() / "request").string();
  const std::string answer = one.said(
      {"enrol", "--invitation", one.file("invitation", invitation + "\n"), "--request-file", request});
  CHECK(holds(answer, "sealkeep-hub site list"));
  CHECK(std::filesystem::file_size(request) > 100);
  CHECK(code_of(one.run({"enrol", "--invitation", invitation})) == "enrol.already");
  CHECK(code_of(one.run({"enrol"})) == "cli.required");
  CHECK(code_of(one.run({"enrol", "--invitation", "sealkeep-invitation-v1.AAAA"})) == "invitation.malformed");
}

TEST_CASE("enrol says what head office answered, and why it said no") {
  cli::Value said = cli::Value::object({{"request", "not delivered yet"}});
  must(agent::add_answer({sync::EnrolState::Pending, "", {}}, said));
  CHECK(holds(cli::to_json(said), "head office approves it next"));
  const auto refused = agent::add_answer({sync::EnrolState::Refused, "the code was used before", {}}, said);
  REQUIRE(!refused);
  CHECK(refused.error().code == "enrol.refused");
  CHECK(refused.error().why == "the code was used before");
}

TEST_CASE("without an exporter a fact is refused with what to do") {
  AgentBench bench;
  bench.open();
  const auto refused =
      agent::execute(bench.agent(), cli::Command{"seal receive", {{"first", {"NZ1"}}}, {}}, {});
  REQUIRE(!refused);
  CHECK(refused.error().code == "enrol.none");
  CHECK(holds(refused.error().next, "enrol --invitation"));
}

TEST_CASE("times are read as people write them, in the site's zone") {
  const Now now{1'767'225'600'000, 0, 780};  // 2026-01-01T00:00Z is 13:00 at the site
  CHECK(*agent::parse_time("2026-01-01T13:00", now) == now.unix_ms);
  CHECK(*agent::parse_time("2026-01-01T00:00Z", now) == now.unix_ms);
  CHECK(*agent::parse_time("2026-01-01 01:00:30+01:00", now) == now.unix_ms + 30'000);
  CHECK(*agent::parse_time("12:00", now) == now.unix_ms - 3'600'000);
  CHECK(*agent::parse_time("2024-02-29", now) == 1'709'164'800'000 - 780 * 60'000);
  for (const char* bad :
       {"", "24:00", "12:60", "2026-02-29", "2026-13-01", "2026-01-01T", "2026-01-01T12:00X",
        "2026-01-01T12:00+15:00", "1969-01-01", "2026-1-1", "12:00:00:00", "now"})
    CHECK(code_of(agent::parse_time(bad, now)) == "time.form");
}
