// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/xlsx_read.hpp"

#include <archive.h>
#include <archive_entry.h>

#include <catch2/catch.hpp>

#include "common/interchange/register_table.hpp"

using namespace sealkeep;
using namespace sealkeep::interchange;

namespace {

// A ZIP archive of the parts, as another program would write it.
Bytes zipped(const std::vector<std::pair<std::string, std::string>>& parts) {
  std::size_t room = 1'000'000, used = 0;
  for (const auto& part : parts) room += part.second.size();
  Bytes out(room);
  archive* writer = archive_write_new();
  archive_write_set_format_zip(writer);
  REQUIRE(archive_write_open_memory(writer, out.data(), out.size(), &used) == ARCHIVE_OK);
  for (const auto& [name, text] : parts) {
    archive_entry* entry = archive_entry_new();
    archive_entry_set_pathname(entry, name.c_str());
    archive_entry_set_size(entry, static_cast<la_int64_t>(text.size()));
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    REQUIRE(archive_write_header(writer, entry) == ARCHIVE_OK);
    REQUIRE(archive_write_data(writer, text.data(), text.size()) == static_cast<la_ssize_t>(text.size()));
    archive_entry_free(entry);
  }
  archive_write_close(writer);
  archive_write_free(writer);
  out.resize(used);
  return out;
}

struct Book {
  std::string sheet, strings = {}, styles = {};
  std::string workbook = R"(<workbook xmlns:r="urn:r"><sheets><sheet name="First" sheetId="1" r:id="rId1"/>)"
                         R"(<sheet name="Second" sheetId="2" r:id="rId2"/></sheets></workbook>)";
  [[nodiscard]] Bytes bytes() const {
    std::vector<std::pair<std::string, std::string>> parts{
        {"[Content_Types].xml", "<Types/>"},
        {"xl/workbook.xml", workbook},
        {"xl/_rels/workbook.xml.rels",
         R"(<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/>)"
         R"(<Relationship Id="rId2" Target="/xl/worksheets/sheet2.xml"/></Relationships>)"},
        {"xl/worksheets/sheet1.xml", "<worksheet><sheetData>" + sheet + "</sheetData></worksheet>"},
        {"xl/worksheets/sheet2.xml",
         R"(<worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>other</t></is></c></row>)"
         R"(</sheetData></worksheet>)"}};
    if (!strings.empty()) parts.emplace_back("xl/sharedStrings.xml", "<sst>" + strings + "</sst>");
    if (!styles.empty()) parts.emplace_back("xl/styles.xml", "<styleSheet>" + styles + "</styleSheet>");
    return zipped(parts);
  }
};

std::vector<SheetRow> rows_of(const Book& book, std::string_view sheet = {}) {
  auto rows = read_xlsx(book.bytes(), sheet);
  if (!rows) FAIL(rows.error().text());
  return *rows;
}
std::string code_of(const Book& book, const SheetLimits& limits = {}) {
  const auto rows = read_xlsx(book.bytes(), {}, limits);
  return rows ? "success" : rows.error().code;
}
std::string cell(std::string_view place, std::string_view value, std::string_view more = {}) {
  return "<c r=\"" + std::string(place) + "\" " + std::string(more) + "><v>" + std::string(value) +
         "</v></c>";
}

}  // namespace

TEST_CASE("cells become what a person sees: text, whole numbers, dates, padded numbers, a formula's value") {
  Book book;
  book.styles =
      R"(<numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy hh:mm"/>)"
      R"(<numFmt numFmtId="165" formatCode="000000"/><numFmt numFmtId="166" formatCode="&quot;day&quot; 0.0"/>)"
      R"(</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>)"
      R"(<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/>)"
      R"(<xf numFmtId="166"/></cellXfs>)";
  book.strings = R"(<si><t>NZ</t><rPh><t>no</t></rPh></si><si><r><t>rich </t></r><r><t>text</t></r></si>)";
  book.sheet = "<row r=\"3\">" + cell("A3", "0", "t=\"s\"") + cell("B3", "1", "t=\"s\"") +
               cell("C3", "300001") + cell("D3", "3.0E5") + cell("E3", "46053", "s=\"1\"") +
               cell("F3", "46053.5868055556", "s=\"2\"") + cell("G3", "417", "s=\"3\"") +
               cell("H3", "1.5", "s=\"4\"") + "<c r=\"J3\" t=\"str\"><f>A1&amp;B1</f><v>sum</v></c>" +
               cell("K3", "1", "t=\"b\"") + cell("L3", "#REF!", "t=\"e\"") + "</row>";
  const auto rows = rows_of(book);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].line == 3);
  CHECK(rows[0].cells == std::vector<std::string>{"NZ", "rich text", "300001", "300000", "2026-01-31",
                                                  "2026-01-31 14:05", "000417", "1.5", "", "sum", "1",
                                                  "#REF!"});
  Book other = book;
  other.workbook.insert(other.workbook.find("<sheets>"), R"(<workbookPr date1904="1"/>)");
  CHECK(rows_of(other)[0].cells[4] == "2030-02-01");
}

TEST_CASE("the named sheet is read, else the first; an unknown one names those that are there") {
  Book book;
  book.sheet = "<row r=\"1\">" + cell("A1", "7") + "</row>";
  CHECK(rows_of(book)[0].cells[0] == "7");
  CHECK(rows_of(book, "Second")[0].cells[0] == "other");
  const auto missing = read_xlsx(book.bytes(), "Third");
  REQUIRE_FALSE(missing.has_value());
  CHECK(missing.error().code == "xlsx.no_sheet");
  CHECK(missing.error().why == "it has First, Second");
}

TEST_CASE("what this program writes it reads back") {
  RegisterTable table;
  table.lines = {{"NZ300001", "2026-01-31", "", "", "=1+1", "akl-01"}, {"NZ2", "", "", "", "", "akl-01"}};
  const auto rows = read_xlsx(register_xlsx(table, 1'767'225'600'000).value()).value();
  REQUIRE(rows.size() == 3);
  CHECK(rows[1].cells == std::vector<std::string>{"NZ300001", "2026-01-31", "", "", "=1+1"});
  CHECK(rows[2].cells == std::vector<std::string>{"NZ2"});
}

TEST_CASE("a document type, and with it every entity, is refused") {
  Book book;
  book.workbook = "<!DOCTYPE w [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>" + book.workbook;
  CHECK(code_of(book) == "xlsx.xml");
  book.workbook = "<!DOCTYPE w SYSTEM \"file:///etc/passwd\"><workbook/>";
  CHECK(code_of(book) == "xlsx.xml");
}

TEST_CASE("an archive that unpacks to too much is refused before it is unpacked") {
  Book book;
  book.sheet = "<row r=\"1\">" + cell("A1", "7") + "</row>" + std::string(80 * 1024 * 1024, ' ');
  const Bytes bomb = book.bytes();
  CHECK(bomb.size() < 1'000'000);
  CHECK(read_xlsx(bomb).error().code == "xlsx.too_large");
}

TEST_CASE("one long text that many cells name, and cells far to the right, do not fill the memory") {
  Book book;
  book.strings = "<si><t>" + std::string(4'000, 'x') + "</t></si>";
  for (int row = 1; row <= 20'000; ++row)
    book.sheet += "<row r=\"" + std::to_string(row) + "\"><c r=\"A" + std::to_string(row) +
                  "\" t=\"s\"><v>0</v></c></row>";
  CHECK(code_of(book) == "xlsx.too_large");
  Book wide;
  for (int row = 1; row <= 20'000; ++row)
    wide.sheet +=
        "<row r=\"" + std::to_string(row) + "\">" + cell("IV" + std::to_string(row), "1") + "</row>";
  CHECK(code_of(wide) == "xlsx.too_large");
}

TEST_CASE("limits of rows, columns and cells hold at the limit and one past it") {
  SheetLimits limits;
  limits.rows = 2;
  limits.columns = 2;
  limits.cell_bytes = 4;
  Book book;
  const auto row = [](int n, const std::string& cells) {
    return "<row r=\"" + std::to_string(n) + "\">" + cells + "</row>";
  };
  const auto text = [](const std::string& place, const std::string& value) {
    return "<c r=\"" + place + "\" t=\"str\"><v>" + value + "</v></c>";
  };
  // Two rows below the headings.
  book.sheet =
      row(1, text("A1", "head")) + row(2, text("B2", "abcd")) + row(1'048'576, text("A1048576", "x"));
  CHECK(code_of(book, limits) == "success");
  Book more = book;
  more.sheet =
      row(1, text("A1", "h")) + row(2, text("A2", "1")) + row(3, text("A3", "2")) + row(4, text("A4", "3"));
  CHECK(code_of(more, limits) == "xlsx.rows");
  more.sheet = row(1, text("C1", "x"));
  CHECK(code_of(more, limits) == "xlsx.columns");
  more.sheet = row(1, text("A1", "abcde"));
  CHECK(code_of(more, limits) == "xlsx.cell");
  more.sheet = row(1'048'577, text("A1", "a"));
  CHECK(code_of(more, limits) == "xlsx.rows");
  more.sheet = row(2, text("A2", "a")) + row(1, text("A1", "a"));
  CHECK(code_of(more, limits) == "xlsx.rows");
  more.sheet = row(1, text("B1", "a") + text("A1", "a"));
  CHECK(code_of(more, limits) == "xlsx.cells");
}

TEST_CASE("damaged and odd workbooks are refused as a whole") {
  Book book;
  book.sheet = "<row r=\"1\">" + cell("A1", "5", "t=\"s\"") + "</row>";
  CHECK(code_of(book) == "xlsx.cells");
  book.sheet = "<row r=\"1\"><c>";
  CHECK(code_of(book) == "xlsx.xml");
  for (int i = 0; i < 100; ++i) book.sheet = "<a>" + book.sheet;
  CHECK(code_of(book) == "xlsx.xml");
  CHECK(read_xlsx(zipped({{"a.txt", "x"}})).error().code == "xlsx.archive");
  CHECK(read_xlsx(as_bytes("PK\x03\x04")).error().code == "xlsx.archive");
  CHECK(read_xlsx(as_bytes("Seal No,Date In\n")).error().code == "xlsx.archive");
  CHECK_FALSE(looks_like_xlsx(as_bytes("PK")));
  Book good;
  good.sheet = "<row r=\"1\">" + cell("A1", "7") + "</row>";
  const Bytes whole = good.bytes();
  for (std::size_t length = 0; length < whole.size(); length += 7)
    CHECK_FALSE(read_xlsx(ByteView(whole).first(length)).has_value());
}
