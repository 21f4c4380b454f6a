// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {
constexpr std::int64_t kDayMs = 86'400'000;
}

TEST_CASE_METHOD(CommandBench, "a record is kept from the command line and listed by what stands") {
  said({"person", "add", "Tama"});
  const std::string kept =
      said({"record", "keep", "training_seals", "--person", "Tama", "--note", "trainer: Mere"});
  CHECK(holds(kept, "Trained to handle, apply and check seals"));
  said({"record", "keep", "procedure", "--label", "Storage", "--document", file("storage.txt", "lock it")});
  const std::string listed = said({"record", "list"});
  CHECK(holds(listed, "\"clause\":\"2.9\""));
  CHECK(holds(listed, "Tama"));
  CHECK(holds(listed, "\"document\":\"on file\""));
  const auto row = must(bench.agent().rows().records(id, 10));
  REQUIRE(row.size() == 2);
  CHECK(row[1].row.document == sha256(as_bytes("lock it")));
  CHECK(holds(said({"todo"}), "Train again"));
}

TEST_CASE_METHOD(CommandBench, "a record that names too much or too little is refused and changes nothing") {
  said({"person", "add", "Tama"});
  const std::uint64_t before = size();
  CHECK(code_of(run({"record", "keep", "training_seals"})) == "record.person");
  CHECK(code_of(run({"record", "keep", "qa_check", "--person", "Tama"})) == "record.person");
  CHECK(code_of(run({"record", "keep", "qa_finding"})) == "record.label");
  CHECK(code_of(run({"record", "keep", "qa_check", "--label", "x"})) == "record.label");
  CHECK(code_of(run({"record", "keep", "competence", "--person", "Tama", "--label", "drive"})) ==
        "record.task");
  CHECK(code_of(run({"record", "keep", "responsible", "--person", "Tama", "--label", "boss"})) ==
        "record.position");
  CHECK(code_of(run({"record", "keep", "qa_check", "--until", "2020-01-01"})) == "record.until");
  CHECK(size() == before);
}

TEST_CASE_METHOD(CommandBench, "an incident, its decision and a contingency with a held container") {
  said({"seal", "receive", "NZ300001", "--count", "3"});
  said({"seal", "apply", "NZ300001", "--container", "MSCU1234566"});
  const std::string incident = said({"incident", "unauthorised-entry", "--story", "gate open at 06:10"});
  CHECK(holds(incident, "unauthorised entry to the site"));
  CHECK(holds(said({"todo"}), "Decide whether Customs must be told"));
  const std::string at = "1/" + std::to_string(size() - 1);
  said({"customs", "decided", at, "--decision", "not-reportable", "--story", "the baker"});
  CHECK_FALSE(holds(said({"todo"}), "Decide whether Customs must be told"));

  said({"contingency", "start", "Port closed", "--unit", "MSCU1234566", "--story", "storm"});
  const std::string began = "1/" + std::to_string(size() - 1);
  CHECK(holds(said({"todo"}), "Look at the sealed unit that is held"));
  said({"contingency", "look", "MSCU1234566"});
  CHECK(code_of(run({"contingency", "end", at})) == "contingency.reference");
  said({"contingency", "end", began});
  CHECK_FALSE(holds(said({"todo"}), "Look at the sealed unit that is held"));
}

TEST_CASE_METHOD(CommandBench, "a sample of export entries is compared, all rows or none") {
  said({"seal", "receive", "NZ300001", "--count", "3"});
  said({"seal", "apply", "NZ300001", "--container", "MSCU1234566"});
  const std::uint64_t before = size();
  CHECK_FALSE(
      run({"entry", "import", file("bad.csv", "entry,container\n1,MSCU1234566\n2,no container at all!\n")}));
  CHECK(code_of(run({"entry", "import", file("cols.csv", "a,b\n1,2\n")})) == "entries.columns");
  CHECK(size() == before);
  said({"entry", "import",
        file("ok.csv",
             "entry;container;seal;client code\n1;MSCU1234566;NZ300001;40012345E\n"
             "2;MSCU1234566;NZ300002;40012345E\n3;MSCU1234566;NZ300001;4\n"),
        "--client-code", "40012345E"});
  CHECK(size() == before + 4);
  const std::string todo = said({"todo"});
  CHECK(holds(todo, "Correct the papers and the export entry"));
  CHECK(holds(todo, "Compare a sample of export documents"));
}

TEST_CASE_METHOD(CommandBench, "a closed day says what moved, what is in stock and what is to do") {
  said({"day", "close"});
  said({"seal", "receive", "NZ300001", "--count", "3"});
  said({"seal", "apply", "NZ300001", "--container", "MSCU1234566"});
  const std::string closed = said({"day", "close"});
  CHECK(holds(closed, "2 records of seals and units, 2 seals in stock"));
  bench.clock.pass(kDayMs);
  CHECK(holds(said({"day", "close"}), "no seal moved"));
}

TEST_CASE_METHOD(CommandBench, "a name is erased when its period is over, and not before") {
  said({"person", "add", "Tama"});
  said({"seal", "receive", "NZ300001", "--by", "Tama"});
  CHECK(holds(said({"person", "list"}), "Tama"));
  CHECK(code_of(run({"erase", "person", "Tama"})) == "erase.too_early");
  CHECK(holds(said({"person", "list"}), "Tama"));

  bench.clock.pass(2'557 * kDayMs + 1);
  said({"erase", "person", "Tama"});
  CHECK_FALSE(holds(said({"person", "list"}), "Tama"));
  // Neither the database nor its log of writes has the name any more, and a restart does not bring it back.
  bench.close();
  for (const auto& entry : std::filesystem::directory_iterator(bench.folder())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    INFO(entry.path().filename().string());
    CHECK(bytes.find("Tama") == std::string::npos);
  }
  bench.open();
  CHECK_FALSE(holds(said({"person", "list"}), "Tama"));
  CHECK(holds(said({"verify"}), "\"valid\":true"));
}

TEST_CASE_METHOD(CommandBench,
                 "where the plan says so the agent closes the day itself, once, and not before the hour") {
  hub.issue(ses::PlanSet{static_cast<std::uint16_t>(ses::Setting::DayCloseAtMin), 18 * 60, "v2"});
  bench.connect(id, hub);
  const auto closed = [&] { return must(bench.agent().rows().self(id)).day_closed; };
  must(bench.agent().tick());
  CHECK(closed() == 0);
  bench.clock.pass(18 * 3'600'000);
  must(bench.agent().tick());
  CHECK(closed() == 1'767'225'600'000 / kDayMs);
  const std::uint64_t after = size();
  bench.clock.pass(120'000);
  must(bench.agent().tick());
  CHECK(size() == after);
}
