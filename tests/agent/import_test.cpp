// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/csv.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

constexpr std::string_view kGood =
    "\xEF\xBB\xBFSeal No,Date In,Container,Date Used,Date Out,By\r\n"
    "NZ100003,03/11/2025,,,,\r\n"
    "NZ100001,03/11/2025,MSCU 123456-6,5/11/2025 09:30,06/11/2025,Mere\r\n"
    "NZ100002,2025-11-03,TGHU1234568,2025-11-05,,Old Hand\r\n"
    "\r\n"
    "NZ100007,03/11/2025,,,,\r\n";

std::string code_of_csv(std::string_view text) {
  return code_of(agent::parse_csv(as_bytes(text)));
}

}  // namespace

TEST_CASE_METHOD(CommandBench, "an older register becomes an opening balance and what was done since") {
  said({"person", "add", "Mere"});
  const std::string table = file("register.csv", kGood);
  const std::uint64_t before = size();
  const std::string dry = said({"seal", "import", table, "--dry-run"});
  CHECK(holds(dry, "\"seals\":4,\"runs\":2"));
  CHECK(size() == before);

  const std::string taken = said({"seal", "import", table});
  CHECK(holds(taken, "\"people_not_on_record\":[\"Old Hand\"]"));
  const ses::LedgerRow now = ledger();
  CHECK(now.opening == 4);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::InStock)] == 2);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::Applied)] == 1);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::Uplifted)] == 1);
  CHECK(now.balances());
  const auto entries = entries_of(bench.agent(), id);
  CHECK(entries.back().header.source == ses::Source::Imported);
  CHECK(holds(said({"seal", "show", "NZ100001"}), "\"who\":\"Mere\""));
  CHECK(holds(said({"seal", "show", "NZ100002"}), "by: Old Hand"));
  CHECK(holds(said({"verify"}), "\"valid\":true"));

  const std::uint64_t after = size();
  const std::string again = said({"seal", "import", table});
  CHECK(holds(again, "\"valid\":false"));
  CHECK(holds(again, "the register has this seal already"));
  CHECK(size() == after);
}

TEST_CASE_METHOD(CommandBench,
                 "each bad row is named with line, column, value and reason, and nothing is recorded") {
  const std::uint64_t before = size();
  const std::string answer = said({"seal", "import",
                                   file("bad.csv",
                                        "Seal No;Date In;Container;Date Used\n"
                                        "NZ1;03/11/2025;;\n"
                                        "=HYPERLINK(\"x\");03/11/2025;;\n"
                                        "NZ1;03/11/2025;;\n"
                                        "NZ2;31/02/2025;;\n"
                                        "NZ3;03/11/2099;;\n"
                                        "NZ4;03/11/2025;NOTABOX;04/11/2025\n"
                                        "NZ5;03/11/2025;MSCU1234566;\n"
                                        "NZ6;03/11/2025;MSCU1234566;01/11/2025\n"
                                        ";03/11/2025;;\n")});
  CHECK(holds(answer, "\"valid\":false,\"recorded\":\"nothing\",\"bad_rows\":8"));
  for (const char* part :
       {"{\"line\":3,\"column\":\"Seal No\"",
        "\"line\":4,\"column\":\"Seal No\",\"value\":\"NZ1\",\"reason\":\"the "
        "same number stands in line 2\"",
        "\"line\":5,\"column\":\"Date In\",\"value\":\"31/02/2025\"", "that day has not come yet",
        "\"column\":\"Container\",\"value\":\"NOTABOX\"", "not when the seal was put on it",
        "used before it was received", "the seal number is missing"})
    CHECK(holds(answer, part));
  CHECK(size() == before);
}

TEST_CASE_METHOD(CommandBench, "columns are mapped by name, and a wrong map says what is wrong") {
  const std::string table = file("odd.csv", "A,B\n03/11/2025,NZ7\n");
  CHECK(code_of(run({"seal", "import", table})) == "import.no_column");
  CHECK(code_of(run({"seal", "import", table, "--map", "number=C"})) == "import.no_column");
  CHECK(code_of(run({"seal", "import", table, "--map", "nummer=B"})) == "import.map");
  CHECK(holds(said({"seal", "import", table, "--map", "number=B,received=A"}), "\"seals\":1"));
}

TEST_CASE("a hostile table is refused with its line, and never half read") {
  CHECK(code_of_csv("") == "csv.empty");
  CHECK(code_of_csv("a,b\n") == "csv.empty");
  CHECK(code_of_csv(std::string_view("a\n1\0\n", 5)) == "csv.nul");
  CHECK(code_of_csv("a\n\xff\n") == "csv.utf8");
  CHECK(code_of_csv("a\n\"never closed\n2\n") == "csv.quote");
  CHECK(code_of_csv("a\n\"x\"y\n") == "csv.quote");
  CHECK(code_of_csv("a\n" + std::string(4096, 'x')) == "success");
  CHECK(code_of_csv("a\n" + std::string(4097, 'x')) == "csv.field");
  CHECK(code_of_csv("a\n\"" + std::string(4097, 'x') + "\"") == "csv.field");
  CHECK(code_of_csv("a\n" + std::string(255, ',')) == "csv.empty");
  CHECK(code_of_csv("a\nx" + std::string(255, ',')) == "success");
  CHECK(code_of_csv("a\nx" + std::string(1'000'000, ',')) == "csv.columns");
  std::string rows = "a\n";
  for (std::size_t i = 0; i < agent::kCsvRows; ++i) rows += "x\n";
  CHECK(code_of_csv(rows) == "success");
  CHECK(code_of_csv(rows + "x\n") == "csv.rows");
}

TEST_CASE("cells are text: quotes, line ends in cells and formulas stay as they are") {
  const auto table = must(agent::parse_csv(as_bytes("h1;h2\n\"a \"\"b\"\";\r\nc\";=1+1\rlast;\t\n")));
  REQUIRE(table.rows.size() == 2);
  CHECK(table.rows[0].fields == std::vector<std::string>{"a \"b\";\r\nc", "=1+1"});
  CHECK(table.rows[0].line == 2);
  CHECK(table.rows[1].line == 4);
}

TEST_CASE_METHOD(CommandBench, "an older register kept as a workbook is taken over like a CSV table") {
  must(run({"person", "add", "Mere"}));
  must(run({"seal", "receive", "NZ300001", "NZ300003", "--by", "Mere"}));
  must(run({"seal", "apply", "NZ300002", "--container", "MSCU1234566", "--by", "Mere"}));
  const std::string book = (files.path() / "register.xlsx").string();
  must(run({"export", "register", book, "--format", "xlsx"}));

  CommandBench other;
  CHECK(holds(other.said({"seal", "import", book, "--dry-run"}), "\"seals\":3,\"runs\":1"));
  CHECK(holds(other.said({"seal", "import", book}), "\"valid\":true"));
  const ses::LedgerRow now = other.ledger();
  CHECK(now.opening == 3);
  CHECK(now.by_state[static_cast<std::size_t>(ses::SealState::Applied)] == 1);
  CHECK(holds(other.said({"seal", "show", "NZ300002"}), "MSCU1234566"));
  CHECK(code_of(other.run({"seal", "import", book, "--sheet", "Elsewhere"})) == "xlsx.no_sheet");
  CHECK(code_of(other.run({"seal", "import", other.file("t.csv", "number\nNZ1\n"), "--sheet", "x"})) ==
        "import.sheet");
}
