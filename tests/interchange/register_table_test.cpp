// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/register_table.hpp"

#include <sys/stat.h>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

#include "common/interchange/new_file.hpp"
#include "common/interchange/site_source.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
using namespace sealkeep::interchange;

namespace {

RegisterTable table() {
  RegisterTable out;
  out.lines = {{"NZ300001", "2026-01-31", "2026-02-01", "MSCU1234566", "Mere, \"Mo\" Tane", "akl-01"},
               {"NZ300002", "2026-01-31", "", "", "=HYPERLINK(\"http://x\")", "akl-01"}};
  return out;
}

}  // namespace

TEST_CASE("the register has the five fields of clause 2.6 first") {
  const std::string csv = register_csv(table(), false);
  CHECK(csv ==
        "Seal number,Date received,Date applied,Container number,Applied by\r\n"
        "NZ300001,2026-01-31,2026-02-01,MSCU1234566,\"Mere, \"\"Mo\"\" Tane\"\r\n"
        "NZ300002,2026-01-31,,,\"'=HYPERLINK(\"\"http://x\"\")\"\r\n");
  RegisterTable several = table();
  several.with_site = true;
  CHECK(register_csv(several, true)
            .starts_with(
                "\xEF\xBB\xBFSeal number,Date received,Date applied,Container number,Applied by,Site\r\n"));
}

TEST_CASE("a cell that a spreadsheet might calculate is text") {
  CHECK(csv_cell("=1+1") == "\"'=1+1\"");
  CHECK(csv_cell("+64 9") == "\"'+64 9\"");
  CHECK(csv_cell("-x") == "\"'-x\"");
  CHECK(csv_cell("@SUM(A1)") == "\"'@SUM(A1)\"");
  CHECK(csv_cell("\t=1") == "\"'\t=1\"");
  CHECK(csv_cell("a=1") == "a=1");
  CHECK(csv_cell("two\nlines") == "\"two\nlines\"");
  CHECK(csv_cell("").empty());
}

TEST_CASE("days are those of the site's zone at that moment, through a change of summer time") {
  ZoneHistory zone;
  CHECK(zone.day(0).empty());
  const std::int64_t april = 1'775'300'000'000;  // 2026-04-04T10:53:20Z
  zone.add(april - 86'400'000, 13 * 60);
  zone.add(april + 86'400'000, 12 * 60);
  CHECK(zone.day(april) == "2026-04-04");
  CHECK(zone.day(april + 600'000) == "2026-04-05");
  CHECK(zone.day(april + 86'400'000 + 600'000) == "2026-04-05");
  CHECK(zone.offset_at(0) == 13 * 60);
}

TEST_CASE("an export is private, whole, and never takes another file's place") {
  const test::TestFolder folder;
  const auto path = folder.path() / "register.csv";
  REQUIRE(write_new_file(path, as_bytes("one")).has_value());
  struct stat found {};
  REQUIRE(::stat(path.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
  CHECK(write_new_file(path, as_bytes("two")).error().code == "export.exists");
  std::ifstream in(path);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "one");
  std::filesystem::create_symlink("nowhere", folder.path() / "link");
  CHECK(write_new_file(folder.path() / "link", as_bytes("x")).error().code == "export.exists");
  CHECK(write_new_file(folder.path() / "no" / "x", as_bytes("x")).error().code == "export.write");
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path()),
                      std::filesystem::directory_iterator{}) == 2);
}
