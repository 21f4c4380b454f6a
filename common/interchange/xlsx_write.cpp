// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/xlsx_write.hpp"

#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <charconv>
#include <optional>

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

// A spreadsheet's numbers are exact up to 15 digits.
std::optional<double> number_of(const std::string& text) {
  constexpr std::size_t kExactDigits = 15;
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (text.empty() || text.size() > kExactDigits || read.ec != std::errc{} || read.ptr != end)
    return std::nullopt;
  return static_cast<double>(number);
}

lxw_error write_row(lxw_worksheet* to, lxw_row_t row, const std::vector<std::string>& cells,
                    const std::vector<bool>& numbers, lxw_format* format) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].empty()) continue;
    const auto number = i < numbers.size() && numbers[i] ? number_of(cells[i]) : std::nullopt;
    // Only ever write_string for a text: "=..." stays the text that it is.
    const lxw_error error =
        number ? worksheet_write_number(to, row, static_cast<lxw_col_t>(i), *number, format)
               : worksheet_write_string(to, row, static_cast<lxw_col_t>(i), cells[i].c_str(), format);
    if (error != LXW_NO_ERROR) return error;
  }
  return LXW_NO_ERROR;
}

lxw_error write_sheet(lxw_worksheet* to, const Sheet& sheet, lxw_format* bold) {
  std::size_t columns = sheet.headings.size();
  for (const auto& row : sheet.rows) columns = std::max(columns, row.size());
  for (std::size_t i = 0; i < columns; ++i)
    worksheet_set_column(to, static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i),
                         i < sheet.widths.size() ? sheet.widths[i] : kColumnWidth, nullptr);
  lxw_row_t at = 0;
  if (!sheet.headings.empty()) {
    worksheet_freeze_panes(to, 1, 0);
    if (const lxw_error error = write_row(to, at++, sheet.headings, {}, bold); error != LXW_NO_ERROR)
      return error;
  }
  for (std::size_t i = 0; i < sheet.rows.size(); ++i) {
    lxw_format* format = i >= sheet.bold_from ? bold : nullptr;
    if (const lxw_error error = write_row(to, at++, sheet.rows[i], sheet.numbers, format);
        error != LXW_NO_ERROR)
      return error;
  }
  return LXW_NO_ERROR;
}

}  // namespace

Result<Bytes> write_xlsx(const std::string& title, std::span<const Sheet> sheets, std::int64_t created_ms) {
  for (const Sheet& sheet : sheets)
    if (sheet.rows.size() >= kSheetRows)
      return fail(ErrorKind::Full, "xlsx.too_large", "That does not fit one sheet",
                  "a sheet has " + std::to_string(kSheetRows) + " rows", "Name a shorter period, or use CSV");
  const MemoryFile file;
  if (!file.ok()) return cannot("the system gave no memory file");
  const std::string name = file.name();
  lxw_workbook_options options{};
  options.constant_memory = LXW_TRUE;
  lxw_workbook* book = workbook_new_opt(name.c_str(), &options);
  if (book == nullptr) return cannot("the library could not begin");
  lxw_format* bold = workbook_add_format(book);
  if (bold == nullptr) {
    lxw_workbook_free(book);
    return cannot("the library could not begin");
  }
  format_set_bold(bold);
  lxw_doc_properties properties{};
  std::string shown = title;
  properties.title = shown.data();
  properties.created = static_cast<time_t>(created_ms / 1'000);
  workbook_set_properties(book, &properties);
  lxw_error error = LXW_NO_ERROR;
  for (const Sheet& sheet : sheets) {
    lxw_worksheet* to = workbook_add_worksheet(book, sheet.name.c_str());
    if (to == nullptr) {
      lxw_workbook_free(book);
      return cannot("the library could not begin a sheet");
    }
    if (error == LXW_NO_ERROR) error = write_sheet(to, sheet, bold);
  }
  const lxw_error closed = workbook_close(book);
  if (error == LXW_NO_ERROR) error = closed;
  if (error != LXW_NO_ERROR) return cannot(lxw_strerror(error));
  auto bytes = file.read();
  if (!bytes) return cannot("what the library wrote cannot be read back");
  return std::move(*bytes);
}

}  // namespace sealkeep::interchange
