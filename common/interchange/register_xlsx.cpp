// SPDX-License-Identifier: Apache-2.0
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "common/interchange/register_table.hpp"

namespace sealkeep::interchange {
namespace {

constexpr std::size_t kSheetRows = 1'048'576;
constexpr double kColumnWidth = 18;

tl::unexpected<Error> cannot(const char* why) {
  return fail(ErrorKind::Refused, "xlsx.write", "The workbook cannot be made", why,
              "Export it as CSV, or look for room in the temporary folder");
}

// A file in memory: libxlsxwriter only writes to names.
class MemoryFile {
 public:
  MemoryFile() : fd_(::memfd_create("sealkeep-xlsx", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  [[nodiscard]] bool ok() const { return fd_ >= 0; }
  [[nodiscard]] std::string name() const { return "/proc/self/fd/" + std::to_string(fd_); }
  [[nodiscard]] std::optional<Bytes> read() const {
    const off_t size = ::lseek(fd_, 0, SEEK_END);
    if (size <= 0) return std::nullopt;
    Bytes out(static_cast<std::size_t>(size));
    for (std::size_t at = 0; at < out.size();) {
      const ssize_t taken = ::pread(fd_, out.data() + at, out.size() - at, static_cast<off_t>(at));
      if (taken <= 0) return std::nullopt;
      at += static_cast<std::size_t>(taken);
    }
    return out;
  }

 private:
  int fd_;
};

// Only ever write_string: "=..." stays the text that it is.
lxw_error write_row(lxw_worksheet* sheet, lxw_row_t row, const std::vector<std::string>& cells,
                    lxw_format* format) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    const lxw_error error =
        worksheet_write_string(sheet, row, static_cast<lxw_col_t>(i), cells[i].c_str(), format);
    if (error != LXW_NO_ERROR) return error;
  }
  return LXW_NO_ERROR;
}

}  // namespace

Result<Bytes> register_xlsx(const RegisterTable& table, std::int64_t created_ms) {
  if (table.lines.size() >= kSheetRows)
    return fail(ErrorKind::Full, "xlsx.too_large", "The register does not fit one sheet",
                "a sheet has " + std::to_string(kSheetRows) + " rows", "Name a shorter period, or use CSV");
  const MemoryFile file;
  if (!file.ok()) return cannot("the system gave no memory file");
  const std::string name = file.name();
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(name.c_str(), &options);
  if (book == nullptr) return cannot("the library could not begin");
  lxw_worksheet* sheet = workbook_add_worksheet(book, "Seal register");
  lxw_format* bold = workbook_add_format(book);
  if (sheet == nullptr || bold == nullptr) {
    lxw_workbook_free(book);
    return cannot("the library could not begin");
  }
  format_set_bold(bold);
  lxw_doc_properties properties{};
  std::string title = "Seal register (SES clause 2.6)";
  properties.title = title.data();
  properties.created = static_cast<time_t>(created_ms / 1'000);
  workbook_set_properties(book, &properties);
  const std::vector<std::string> headings = register_headings(table);
  worksheet_set_column(sheet, 0, static_cast<lxw_col_t>(headings.size() - 1), kColumnWidth, nullptr);
  worksheet_freeze_panes(sheet, 1, 0);
  lxw_error error = write_row(sheet, 0, headings, bold);
  for (std::size_t i = 0; error == LXW_NO_ERROR && i < table.lines.size(); ++i)
    error = write_row(sheet, static_cast<lxw_row_t>(i + 1), register_cells(table, table.lines[i]), nullptr);
  const lxw_error closed = workbook_close(book);
  if (error == LXW_NO_ERROR) error = closed;
  if (error != LXW_NO_ERROR) return cannot(lxw_strerror(error));
  auto bytes = file.read();
  if (!bytes) return cannot("what the library wrote cannot be read back");
  return std::move(*bytes);
}

}  // namespace sealkeep::interchange
