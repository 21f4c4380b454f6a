// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>
#include <sys/wait.h>

#include <cstdio>

#include "common/interchange/xlsx_read.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

// What a program prints; the test fails if it fails.
std::string output_of(const std::string& program) {
  std::string out;
  std::FILE* pipe = ::popen((program + " 2>/dev/null").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char block[4096];
  for (std::size_t n = 0; (n = std::fread(block, 1, sizeof block, pipe)) > 0;) out.append(block, n);
  INFO(program << "\n" << out);
  REQUIRE(WEXITSTATUS(::pclose(pipe)) == 0);
  return out;
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct Dock : CommandBench {
  Dock() {
    must(run({"person", "add", "Mere Tane"}));
    must(run({"person", "add", "=cmd()"}));
    must(run({"seal", "receive", "NZ300001", "NZ300020", "--by", "Mere Tane"}));
    must(run({"seal", "apply", "NZ300006", "--container", "MSCU1234566", "--by", "Mere Tane"}));
    must(run({"seal", "apply", "NZ300007", "--container", "TGHU1234568", "--by", "=cmd()"}));
  }
  std::string at(const char* name) { return (files.path() / name).string(); }
  std::string text_of(const std::string& pdf) { return output_of("pdftotext -layout '" + pdf + "' -"); }
};

}  // namespace

TEST_CASE_METHOD(Dock, "the register is exported with its five fields, into a new private file") {
  const std::string answer = said({"export", "register", at("r.csv"), "--bom"});
  CHECK(holds(answer, "\"records\":20"));
  const std::string csv = bytes_of(at("r.csv"));
  CHECK(
      csv.starts_with("\xEF\xBB\xBFSeal number,Date received,Date applied,Container number,Applied by\r\n"));
  CHECK(holds(csv, "NZ300006,2026-01-01,2026-01-01,MSCU1234566,Mere Tane\r\n"));
  CHECK(holds(csv, "NZ300007,2026-01-01,2026-01-01,TGHU1234568,\"'=cmd()\"\r\n"));
  CHECK(holds(csv, "NZ300008,2026-01-01,,,\r\n"));
  struct stat found {};
  REQUIRE(::stat(at("r.csv").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK(code_of(run({"export", "register", at("r.csv")})) == "export.exists");
  CHECK(bytes_of(at("r.csv")) == csv);
}

TEST_CASE_METHOD(Dock, "a workbook of the register holds texts only, and this program reads it back") {
  must(run({"export", "register", at("r.xlsx"), "--format", "xlsx"}));
  const std::string book = bytes_of(at("r.xlsx"));
  const auto rows = must(interchange::read_xlsx(as_bytes(book)));
  REQUIRE(rows.size() == 21);
  CHECK(rows[0].cells.at(0) == "Seal number");
  CHECK(rows[6].cells ==
        std::vector<std::string>{"NZ300006", "2026-01-01", "2026-01-01", "MSCU1234566", "Mere Tane"});
  CHECK(rows[7].cells.at(4) == "=cmd()");
  const std::string sheet = output_of("unzip -p '" + at("r.xlsx") + "' xl/worksheets/sheet1.xml");
  CHECK_FALSE(holds(sheet, "<f>"));
}

TEST_CASE_METHOD(Dock, "only seals received or applied in the period are listed") {
  must(run({"export", "register", at("none.csv"), "--from", "2026-01-02", "--to", "2026-01-31"}));
  CHECK(bytes_of(at("none.csv")) == "Seal number,Date received,Date applied,Container number,Applied by\r\n");
  must(run({"export", "register", at("day.csv"), "--from", "2026-01-01", "--to", "2026-01-01"}));
  CHECK(holds(bytes_of(at("day.csv")), "NZ300020"));
  CHECK(code_of(run({"export", "register", at("x"), "--from", "2026-02-01", "--to", "2026-01-01"})) ==
        "cli.value");
}

TEST_CASE_METHOD(Dock, "EPCIS, DCSA and SEL files hold the seals and nobody's name") {
  CHECK(holds(said({"export", "epcis", at("s.jsonld")}), "\"records\":3"));
  const std::string epcis = bytes_of(at("s.jsonld"));
  CHECK(holds(epcis, "\"parentID\":\"urn:epc:id:bic:MSCU1234566\""));
  CHECK(holds(epcis, "https://hub.example.nz/seal/obj/NZ300006"));
  CHECK_FALSE(holds(epcis, "Mere"));
  must(run({"export", "epcis", at("own.jsonld"), "--domain", "exporter.example"}));
  CHECK(holds(bytes_of(at("own.jsonld")), "https://exporter.example/seal/obj/NZ300006"));
  must(run({"export", "dcsa", at("old.json"), "--spelling", "older"}));
  CHECK(holds(bytes_of(at("old.json")), R"({"sealNumber":"NZ300006","sealSource":"SHI","sealType":"BLT"})"));
  must(run({"export", "sel", at("s.edi")}));
  CHECK(bytes_of(at("s.edi")) ==
        "EQD+CN+MSCU1234566'\r\nSEL+NZ300006+SH+1'\r\nEQD+CN+TGHU1234568'\r\nSEL+NZ300007+SH+1'\r\n");
}

TEST_CASE_METHOD(Dock, "a number too long for an output is named at receipt, and refused there by name") {
  CHECK(holds(said({"seal", "receive", "NZ3000000001", "--by", "Mere Tane"}), "will not fit"));
  must(run({"seal", "apply", "NZ3000000001", "--container", "CSQU3054383"}));
  const auto refused = run({"export", "sel", at("s.edi")});
  CHECK(code_of(refused) == "sel.too_long");
  CHECK(holds(refused.error().what, "NZ3000000001 on CSQU3054383"));
  CHECK_FALSE(std::filesystem::exists(at("s.edi")));
  must(run({"export", "sel", at("s.edi"), "--directory", "later"}));
}

TEST_CASE_METHOD(Dock, "the printed register is text on numbered pages, with what it proves") {
  must(run({"seal", "receive", "AB100001", "AB100150", "--by", "Mere Tane"}));
  must(run({"print", "register", at("r.pdf")}));
  const std::string info = output_of("pdfinfo '" + at("r.pdf") + "'");
  CHECK(holds(info, "Title:           Seal register"));
  CHECK(holds(info, "Tagged:          yes"));
  CHECK(holds(info, "A4"));
  CHECK(holds(output_of("pdffonts '" + at("r.pdf") + "'"), "DejaVuSans"));
  const std::string text = text_of(at("r.pdf"));
  for (const char* part :
       {"Seal register", "hub.example.nz", "akl-01", "Applied by", "NZ300006", "MSCU1234566", "Mere Tane",
        "AB100150", "What this proves", "does not prove by itself", "page 1 of ", "Cosigned by head office"})
    CHECK(holds(text, part));
  const std::size_t pages = std::stoul(info.substr(info.find("Pages:") + 6));
  CHECK(pages >= 3);
  CHECK(holds(text, "page " + std::to_string(pages) + " of " + std::to_string(pages)));
  std::size_t headings = 0;
  for (std::size_t i = text.find("Container number"); i != std::string::npos;
       i = text.find("Container number", i + 1))
    ++headings;
  CHECK(headings + 1 >= pages);
}

TEST_CASE_METHOD(Dock, "an incident report tells what, when, and what Customs was told") {
  const std::string lost = said({"seal", "lost", "NZ300017", "--last-seen", "2026-01-01", "--story",
                                 "not in the safe \xE2\x80\x93 \xE7\xAE\xB1", "--by", "Mere Tane"});
  const std::size_t begin = lost.find("\"entry\":\"") + 9;
  const std::string entry = lost.substr(begin, lost.find('"', begin) - begin);
  must(run({"print", "incident", at("before.pdf"), "--entry", entry}));
  CHECK(holds(text_of(at("before.pdf")), "Nothing is recorded yet."));
  must(run({"customs", "told", entry, "--how", "phone", "--reference", "C-17", "--by", "Mere Tane"}));
  must(run({"print", "incident", at("i.pdf"), "--entry", entry}));
  const std::string text = text_of(at("i.pdf"));
  for (const char* part :
       {"Incident report to Customs", "seals are missing", "NZ300017", "not in the safe", "Discovered",
        "by phone, by Mere Tane, Customs' reference C-17", "Signature", "page 1 of 1"})
    CHECK(holds(text, part));
  CHECK(code_of(run({"print", "incident", at("no.pdf"), "--entry", "1/0"})) == "print.no_incident");
  CHECK(code_of(run({"print", "incident", at("no.pdf"), "--entry", "1/999"})) == "entry.unknown");
  CHECK_FALSE(std::filesystem::exists(at("no.pdf")));
}

TEST_CASE_METHOD(Dock, "a scanner reads the codes of a load sheet and of blank forms") {
  const std::string answer = said({"print", "load-sheet", at("l.pdf"), "--container", "MSCU1234566"});
  CHECK(holds(answer, "SEALKEEP-LOAD 1 MSCU1234566 NZ300006"));
  const std::string text = text_of(at("l.pdf"));
  for (const char* part : {"Load sheet", "MSCU1234566", "NZ300006", "Keys of the site", "Twist"})
    CHECK(holds(text, part));
  CHECK(holds(text, bench.info(id).fingerprint.substr(0, 9)));
  output_of("pdftoppm -r 150 -png '" + at("l.pdf") + "' '" + at("l") + "'");
  CHECK(output_of("zbarimg -q --raw '" + at("l-1.png") + "'") == "SEALKEEP-LOAD 1 MSCU1234566 NZ300006\n");

  CHECK(holds(said({"print", "forms", at("f.pdf"), "--first", "201", "--count", "3"}), "\"next_first\":204"));
  CHECK(holds(output_of("pdfinfo '" + at("f.pdf") + "'"), "Pages:           3"));
  CHECK(holds(text_of(at("f.pdf")), "Seal form P-000203"));
  output_of("pdftoppm -r 150 -f 3 -l 3 -png '" + at("f.pdf") + "' '" + at("f") + "'");
  CHECK(output_of("zbarimg -q --raw '" + at("f-3.png") + "'") == "P-000203\n");
  CHECK(code_of(run({"print", "load-sheet", at("n.pdf"), "--container", "CSQU3054383"})) == "unit.unknown");
}
