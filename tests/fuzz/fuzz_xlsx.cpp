// SPDX-License-Identifier: Apache-2.0
// Workbooks: whole archives as they come, and sound archives around XML that is not. What is read keeps the
// limits.
#include <archive.h>
#include <archive_entry.h>

#include <memory>

#include "common/interchange/xlsx_read.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;

namespace {

constexpr interchange::SheetLimits kLimits{200, 16, 64, 256 * 1024};

void check(ByteView workbook) {
  const auto rows = interchange::read_xlsx(workbook, {}, kLimits);
  if (!rows) return;
  SEALKEEP_ASSERT(rows->size() <= kLimits.rows + 1);
  std::size_t line = 0;
  for (const interchange::SheetRow& row : *rows) {
    SEALKEEP_ASSERT(row.line > line && !row.cells.empty() && row.cells.size() <= kLimits.columns);
    line = row.line;
    for (const std::string& cell : row.cells) SEALKEEP_ASSERT(cell.size() <= kLimits.cell_bytes);
  }
}

void add(archive* to, const char* name, std::string_view text) {
  const std::unique_ptr<archive_entry, void (*)(archive_entry*)> entry(archive_entry_new(),
                                                                       archive_entry_free);
  archive_entry_set_pathname(entry.get(), name);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(text.size()));
  archive_entry_set_filetype(entry.get(), AE_IFREG);
  SEALKEEP_ASSERT(archive_write_header(to, entry.get()) == ARCHIVE_OK);
  SEALKEEP_ASSERT(archive_write_data(to, text.data(), text.size()) == static_cast<la_ssize_t>(text.size()));
}

void check_parts(Input& in) {
  const std::string_view strings = as_text(in.piece()), styles = as_text(in.piece());
  const std::string_view sheet = as_text(in.rest());
  Bytes out(strings.size() + styles.size() + sheet.size() + 16'384);
  std::size_t used = 0;
  const std::unique_ptr<archive, int (*)(archive*)> writer(archive_write_new(), archive_write_free);
  archive_write_set_format_zip(writer.get());
  archive_write_set_options(writer.get(), "zip:compression=store");
  SEALKEEP_ASSERT(archive_write_open_memory(writer.get(), out.data(), out.size(), &used) == ARCHIVE_OK);
  add(writer.get(), "xl/workbook.xml", R"(<w><sheet name="S" id="r"/></w>)");
  add(writer.get(), "xl/_rels/workbook.xml.rels",
      R"(<r><Relationship Id="r" Target="worksheets/s.xml"/></r>)");
  add(writer.get(), "xl/sharedStrings.xml", strings);
  add(writer.get(), "xl/styles.xml", styles);
  add(writer.get(), "xl/worksheets/s.xml", sheet);
  SEALKEEP_ASSERT(archive_write_close(writer.get()) == ARCHIVE_OK);
  check(ByteView(out).first(used));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  if (in.u8() % 2 == 0)
    check(in.rest());
  else
    check_parts(in);
  return 0;
}
