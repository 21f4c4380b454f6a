// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/csv.hpp"

#include <algorithm>

namespace sealkeep::agent {
namespace {

tl::unexpected<Error> wrong(const char* code, std::size_t line, const std::string& why, const char* next) {
  return bad_input(code, "Line " + std::to_string(line) + " of the table cannot be read", why, next);
}

// The one of , ; and tab that the first line has most of.
char delimiter_of(std::string_view text) {
  const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
  char best = ',';
  for (char c : {';', '\t'})
    if (std::count(first.begin(), first.end(), c) > std::count(first.begin(), first.end(), best)) best = c;
  return best;
}

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text), delimiter_(delimiter_of(text)) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }

  Result<CsvRow> row() {
    CsvRow out{line_, {}};
    while (true) {
      if (out.fields.size() == kCsvColumns)
        return wrong("csv.columns", out.line, "it has more than " + std::to_string(kCsvColumns) + " columns",
                     "Keep the columns that are needed and save it again");
      SEALKEEP_LET(field, !rest_.empty() && rest_.front() == '"' ? quoted() : plain());
      out.fields.push_back(std::move(field));
      if (rest_.empty()) return out;
      const char c = take();
      if (c == delimiter_) continue;
      if (c == '\r' && !rest_.empty() && rest_.front() == '\n') take();
      ++line_;
      return out;
    }
  }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  [[nodiscard]] bool ends_field(char c) const { return c == delimiter_ || c == '\n' || c == '\r'; }

  Result<std::string> plain() {
    const char stops[] = {delimiter_, '\n', '\r'};
    const std::size_t end = std::min(rest_.find_first_of(std::string_view(stops, 3)), rest_.size());
    if (end > kCsvFieldBytes) return too_long();
    std::string out(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return out;
  }

  Result<std::string> quoted() {
    const std::size_t begun = line_;
    take();
    std::string out;
    while (true) {
      if (rest_.empty())
        return wrong("csv.quote", begun, "a quotation mark is opened and never closed",
                     "Close it, or save the table as CSV again");
      const char c = take();
      if (c == '"') {
        if (rest_.empty() || rest_.front() != '"') break;
        take();
      }
      if (c == '\n') ++line_;
      if (out.size() == kCsvFieldBytes) return too_long();
      out += c;
    }
    if (!rest_.empty() && !ends_field(rest_.front()))
      return wrong("csv.quote", line_, "there is text behind a closing quotation mark",
                   "Save the table as CSV again");
    return out;
  }

  [[nodiscard]] tl::unexpected<Error> too_long() const {
    return wrong("csv.field", line_, "a cell has more than " + std::to_string(kCsvFieldBytes) + " bytes",
                 "Shorten it; a quotation mark may be missing");
  }

  std::string_view rest_;
  char delimiter_;
  std::size_t line_ = 1;
};

bool blank(const CsvRow& row) {
  return std::all_of(row.fields.begin(), row.fields.end(), [](const std::string& field) {
    return field.find_first_not_of(" \t") == std::string::npos;
  });
}

}  // namespace

Result<CsvTable> parse_csv(ByteView bytes) {
  std::string_view text = as_text(bytes);
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const auto line_at = [&](std::size_t at) {
    return 1 + static_cast<std::size_t>(
                   std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
  };
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos)
    return wrong("csv.nul", line_at(nul), "it holds a NUL byte: this is not a text file",
                 "Save the table as CSV, UTF-8");
  if (!is_utf8(text))
    return bad_input("csv.utf8", "The table is not UTF-8", "it was saved in another character set",
                     "Save the table as \"CSV UTF-8\"");
  CsvTable out;
  Reader reader(text);
  while (!reader.at_end()) {
    SEALKEEP_LET(row, reader.row());
    if (blank(row)) continue;
    if (out.headings.empty()) {
      out.headings = std::move(row.fields);
      continue;
    }
    if (out.rows.size() == kCsvRows)
      return wrong("csv.rows", row.line, "there are more than " + std::to_string(kCsvRows) + " rows",
                   "Import it in parts");
    out.rows.push_back(std::move(row));
  }
  if (out.rows.empty())
    return bad_input("csv.empty", "The table has no rows",
                     "a line of headings and at least one row are needed",
                     "Check that the right sheet was saved");
  return out;
}

}  // namespace sealkeep::agent
