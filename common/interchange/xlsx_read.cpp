// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/xlsx_read.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <expat.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "common/base/clock.hpp"

namespace sealkeep::interchange {
namespace {

constexpr std::size_t kParts = 4096, kXmlDepth = 64, kStrings = 2'000'000, kStyles = 65'536;
constexpr std::size_t kCells = 4'000'000;  // of all rows, empty ones before the last of a row included
constexpr std::string_view kNext = "Save it again as .xlsx, or as \"CSV UTF-8\"";

tl::unexpected<Error> refuse(const char* code, std::string why) {
  return bad_input(code, "The workbook cannot be read", std::move(why), std::string(kNext));
}

// ---- the archive
struct FreeArchive {
  void operator()(archive* reader) const { archive_read_free(reader); }
};
using Parts = std::map<std::string, std::string>;  // name -> XML

bool wanted(std::string_view name) {
  return name == "xl/workbook.xml" || name == "xl/_rels/workbook.xml.rels" || name == "xl/styles.xml" ||
         name == "xl/sharedStrings.xml" || (name.starts_with("xl/worksheets/") && name.ends_with(".xml"));
}

// Only what is really unpacked counts, never the sizes that the archive claims.
Result<Parts> unpack(ByteView bytes, std::size_t max_bytes) {
  const std::unique_ptr<archive, FreeArchive> reader(archive_read_new());
  if (!reader || archive_read_support_format_zip_seekable(reader.get()) != ARCHIVE_OK ||
      archive_read_open_memory(reader.get(), bytes.data(), bytes.size()) != ARCHIVE_OK)
    return refuse("xlsx.archive", "it is no ZIP archive");
  Parts parts;
  std::size_t unpacked = 0;
  archive_entry* entry = nullptr;
  for (std::size_t count = 0;; ++count) {
    const int more = archive_read_next_header(reader.get(), &entry);
    if (more == ARCHIVE_EOF) return parts;
    if (more != ARCHIVE_OK || count == kParts) return refuse("xlsx.archive", "the archive is damaged");
    const char* raw_name = archive_entry_pathname(entry);
    const std::string name = raw_name == nullptr ? "" : raw_name;
    if (!wanted(name)) continue;
    if (parts.contains(name)) return refuse("xlsx.archive", "it holds " + printable(name) + " twice");
    std::string& part = parts[name];
    char block[16'384];
    while (true) {
      const la_ssize_t taken = archive_read_data(reader.get(), block, sizeof block);
      if (taken < 0) return refuse("xlsx.archive", "a part of it is damaged or encrypted");
      if (taken == 0) break;
      unpacked += static_cast<std::size_t>(taken);
      if (unpacked > max_bytes)
        return refuse("xlsx.too_large",
                      "unpacked it has more than " + std::to_string(max_bytes / 1'048'576) + " MiB");
      part.append(block, static_cast<std::size_t>(taken));
    }
  }
}

// ---- XML
using Attributes = std::map<std::string_view, std::string_view>;
struct Handlers {
  std::function<Result<>(std::string_view name, const Attributes&)> open;
  std::function<Result<>(std::string_view name)> close;
  std::function<Result<>(std::string_view text)> text = {};
};

// One part, element by element; names without their namespace prefix.
class Xml {
 public:
  static Result<> read(const std::string& part, const Handlers& handlers) {
    Xml xml(handlers);
    const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
        XML_ParserCreate(nullptr), XML_ParserFree);
    if (!parser) return refuse("xlsx.xml", "there is no memory for it");
    xml.parser_ = parser.get();
    XML_SetUserData(parser.get(), &xml);
    XML_SetElementHandler(parser.get(), opened, closed);
    XML_SetCharacterDataHandler(parser.get(), texted);
    XML_SetStartDoctypeDeclHandler(parser.get(), doctype);
    const auto status = XML_Parse(parser.get(), part.data(), static_cast<int>(part.size()), XML_TRUE);
    if (xml.failed_) return tl::unexpected<Error>(*std::move(xml.failed_));
    if (status != XML_STATUS_OK)
      return refuse("xlsx.xml",
                    std::string("its XML is malformed: ") + XML_ErrorString(XML_GetErrorCode(parser.get())));
    return {};
  }

 private:
  explicit Xml(const Handlers& handlers) : handlers_(handlers) {}
  static Xml& of(void* self) { return *static_cast<Xml*>(self); }
  static std::string_view local(const char* name) {
    const std::string_view whole = name;
    return whole.substr(whole.rfind(':') + 1);
  }
  void stop(Result<> outcome) {
    if (outcome || failed_) return;
    failed_ = std::move(outcome).error();
    XML_StopParser(parser_, XML_FALSE);
  }
  static void opened(void* self, const char* name, const char** attributes) {
    Xml& xml = of(self);
    if (xml.failed_) return;
    if (++xml.depth_ > kXmlDepth) {
      xml.stop(refuse("xlsx.xml", "its XML is nested too deeply"));
      return;
    }
    Attributes named;
    for (const char** at = attributes; *at != nullptr; at += 2) named.emplace(local(at[0]), at[1]);
    xml.stop(xml.handlers_.open(local(name), named));
  }
  static void closed(void* self, const char* name) {
    Xml& xml = of(self);
    if (xml.failed_) return;
    --xml.depth_;
    xml.stop(xml.handlers_.close(local(name)));
  }
  static void texted(void* self, const char* text, int length) {
    Xml& xml = of(self);
    if (!xml.failed_ && xml.handlers_.text)
      xml.stop(xml.handlers_.text({text, static_cast<std::size_t>(length)}));
  }
  // A workbook has no document type: it only ever carries entities that expand or reach out.
  static void doctype(void* self, const char*, const char*, const char*, int) {
    of(self).stop(refuse("xlsx.xml", "it declares a document type, which no spreadsheet program writes"));
  }

  const Handlers& handlers_;
  XML_Parser parser_ = nullptr;
  std::size_t depth_ = 0;
  std::optional<Error> failed_;
};

std::string_view value_of(const Attributes& attributes, std::string_view name) {
  const auto it = attributes.find(name);
  return it == attributes.end() ? std::string_view() : it->second;
}
std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// ---- what the numbers of cells mean
enum class Meaning : std::uint8_t { Number, Date, Padded };
struct Style {
  Meaning meaning = Meaning::Number;
  std::size_t digits = 0;  // of a padded number
};

Style style_of(std::uint64_t format, const std::map<std::uint64_t, std::string>& own) {
  const auto it = own.find(format);
  if (it == own.end()) {
    const bool date = (format >= 14 && format <= 22) || (format >= 27 && format <= 36) ||
                      (format >= 45 && format <= 47) || (format >= 50 && format <= 58);
    return {date ? Meaning::Date : Meaning::Number, 0};
  }
  const std::string& code = it->second;
  if (!code.empty() && code.size() <= 35 && code.find_first_not_of('0') == std::string::npos)
    return {Meaning::Padded, code.size()};
  bool quoted = false, bracketed = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == '"') quoted = !quoted;
    if (c == '[') bracketed = true;
    if (c == ']') bracketed = false;
    if (c == '\\' || c == '_' || c == '*') {
      ++i;
      continue;
    }
    if (!quoted && !bracketed && std::string_view("yYdDhHsS").find(c) != std::string_view::npos)
      return {Meaning::Date, 0};
  }
  return {};
}

Result<std::vector<Style>> read_styles(const std::string& part) {
  std::map<std::uint64_t, std::string> own;
  std::vector<Style> out;
  bool in_cells = false;
  const Handlers handlers{
      [&](std::string_view name, const Attributes& attributes) -> Result<> {
        if (name == "numFmt" && own.size() < kStyles)
          if (const auto id = whole(value_of(attributes, "numFmtId")))
            own[*id] = std::string(value_of(attributes, "formatCode"));
        if (name == "cellXfs") in_cells = true;
        if (name == "xf" && in_cells) {
          if (out.size() == kStyles) return refuse("xlsx.styles", "it has too many styles");
          out.push_back(style_of(whole(value_of(attributes, "numFmtId")).value_or(0), own));
        }
        return {};
      },
      [&](std::string_view name) -> Result<> {
        if (name == "cellXfs") in_cells = false;
        return {};
      }};
  SEALKEEP_TRY(Xml::read(part, handlers));
  return out;
}

Result<std::vector<std::string>> read_strings(const std::string& part, std::size_t cell_bytes) {
  std::vector<std::string> out;
  std::size_t in_text = 0, in_phonetic = 0;
  const Handlers handlers{[&](std::string_view name, const Attributes&) -> Result<> {
                            if (name == "si") {
                              if (out.size() == kStrings)
                                return refuse("xlsx.strings", "it has too many texts");
                              out.emplace_back();
                            }
                            if (name == "t") ++in_text;
                            if (name == "rPh") ++in_phonetic;
                            return {};
                          },
                          [&](std::string_view name) -> Result<> {
                            if (name == "t") --in_text;
                            if (name == "rPh") --in_phonetic;
                            return {};
                          },
                          [&](std::string_view text) -> Result<> {
                            if (in_text == 0 || in_phonetic != 0 || out.empty()) return {};
                            // One byte too many is kept, for the cell that shows it to be refused by its row.
                            if (out.back().size() <= cell_bytes) out.back() += text.substr(0, cell_bytes + 1);
                            return {};
                          }};
  SEALKEEP_TRY(Xml::read(part, handlers));
  return out;
}

struct Workbook {
  std::vector<std::pair<std::string, std::string>> sheets;  // name, relation
  bool since_1904 = false;
};
Result<Workbook> read_workbook(const std::string& part) {
  Workbook out;
  const Handlers handlers{[&](std::string_view name, const Attributes& attributes) -> Result<> {
                            if (name == "workbookPr") {
                              const std::string_view since = value_of(attributes, "date1904");
                              out.since_1904 = since == "1" || since == "true";
                            }
                            if (name == "sheet" && out.sheets.size() < kParts)
                              out.sheets.emplace_back(value_of(attributes, "name"),
                                                      value_of(attributes, "id"));
                            return {};
                          },
                          [](std::string_view) { return Result<>{}; }};
  SEALKEEP_TRY(Xml::read(part, handlers));
  return out;
}

Result<std::map<std::string, std::string>> read_relations(const std::string& part) {
  std::map<std::string, std::string> out;
  const Handlers handlers{[&](std::string_view name, const Attributes& attributes) -> Result<> {
                            if (name != "Relationship" || out.size() == kParts) return {};
                            std::string target(value_of(attributes, "Target"));
                            target = target.starts_with('/') ? target.substr(1) : "xl/" + target;
                            out[std::string(value_of(attributes, "Id"))] = std::move(target);
                            return {};
                          },
                          [](std::string_view) { return Result<>{}; }};
  SEALKEEP_TRY(Xml::read(part, handlers));
  return out;
}

// ---- the sheet
class Sheet {
 public:
  Sheet(std::vector<std::string> strings, std::vector<Style> styles, bool since_1904,
        const SheetLimits& limits)
      : strings_(std::move(strings)), styles_(std::move(styles)), since_1904_(since_1904), limits_(limits) {}

  Result<std::vector<SheetRow>> read(const std::string& part) {
    const Handlers handlers{
        [&](std::string_view name, const Attributes& attributes) { return open(name, attributes); },
        [&](std::string_view name) { return close(name); },
        [&](std::string_view text) -> Result<> {
          if (taking_ && value_.size() <= limits_.cell_bytes)
            value_ += text.substr(0, limits_.cell_bytes + 1);
          return {};
        }};
    SEALKEEP_TRY(Xml::read(part, handlers));
    return std::move(rows_);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> wrong(const char* code, const std::string& why) const {
    return bad_input(code, "Row " + std::to_string(line_) + " of the sheet cannot be read", why,
                     std::string(kNext));
  }

  Result<> open(std::string_view name, const Attributes& attributes) {
    if (name == "row") {
      const std::size_t next = line_ + 1;
      line_ = static_cast<std::size_t>(whole(value_of(attributes, "r")).value_or(next));
      if (line_ < next || line_ > 1'048'576) return wrong("xlsx.rows", "its number is out of order");
      row_ = SheetRow{line_, {}};
      column_ = 0;
    } else if (name == "c") {
      SEALKEEP_TRY(begin_cell(attributes));
    } else if (name == "v" || (name == "t" && type_ == "inlineStr")) {
      taking_ = true;
    }
    return {};
  }
  Result<> close(std::string_view name) {
    if (name == "v" || name == "t") taking_ = false;
    if (name == "c") return end_cell();
    if (name != "row" || row_.cells.empty()) return {};
    if (rows_.size() > limits_.rows)
      return wrong("xlsx.rows", "there are more than " + std::to_string(limits_.rows) + " rows");
    rows_.push_back(std::move(row_));
    row_ = {};
    return {};
  }

  Result<> begin_cell(const Attributes& attributes) {
    const std::string_view place = value_of(attributes, "r");
    std::size_t column = 0, i = 0;
    for (; i < place.size() && i < 4 && place[i] >= 'A' && place[i] <= 'Z'; ++i)
      column = column * 26 + static_cast<std::size_t>(place[i] - 'A') + 1;
    if (place.empty()) column = column_ + 1;
    if (column == 0 || column <= column_) return wrong("xlsx.cells", "its cells are out of order");
    column_ = column;
    type_ = std::string(value_of(attributes, "t"));
    style_ = static_cast<std::size_t>(whole(value_of(attributes, "s")).value_or(0));
    value_.clear();
    return {};
  }
  Result<> end_cell() {
    if (value_.empty()) return {};
    SEALKEEP_LET(text, shown());
    if (text.empty()) return {};
    if (text.size() > limits_.cell_bytes)
      return wrong("xlsx.cell", "a cell has more than " + std::to_string(limits_.cell_bytes) + " bytes");
    if (column_ > limits_.columns)
      return wrong("xlsx.columns", "it has more than " + std::to_string(limits_.columns) + " columns");
    // One long text that many cells name, or one cell far to the right in many rows, must not fill the
    // memory.
    cells_ += column_ - row_.cells.size();
    shown_bytes_ += text.size();
    if (cells_ > kCells || shown_bytes_ > limits_.unpacked_bytes)
      return wrong("xlsx.too_large", "the sheet holds too much up to here");
    row_.cells.resize(column_);
    row_.cells[column_ - 1] = std::move(text);
    return {};
  }

  Result<std::string> shown() {
    if (type_ == "s") {
      const auto index = whole(value_);
      if (!index || *index >= strings_.size())
        return wrong("xlsx.cells", "a cell names a text that is not there");
      return strings_[static_cast<std::size_t>(*index)];
    }
    if (!type_.empty() && type_ != "n") return value_;
    double number = 0;
    const auto [end, error] = std::from_chars(value_.data(), value_.data() + value_.size(), number);
    if (error != std::errc{} || end != value_.data() + value_.size() || !std::isfinite(number)) return value_;
    const Style style = style_ < styles_.size() ? styles_[style_] : Style{};
    if (style.meaning == Meaning::Date) return date(number);
    constexpr double kExact = 9'007'199'254'740'992;  // 2^53: beyond it the file itself has lost digits
    if (number < 0 || number >= kExact || number != std::floor(number)) return value_;
    std::string text = std::to_string(static_cast<std::uint64_t>(number));
    if (style.meaning == Meaning::Padded && text.size() < style.digits)
      text.insert(0, style.digits - text.size(), '0');
    return text;
  }
  // Days since 1899-12-30 (or 1904-01-01), and their fraction. Day 60 never was; before it nobody kept seals.
  [[nodiscard]] std::string date(double days) const {
    const double since_1970 = days - (since_1904_ ? 24'107 : 25'569);
    if (since_1970 < 0 || since_1970 > 100'000) return value_;
    const auto seconds = static_cast<std::int64_t>(std::llround(since_1970 * 86'400));
    const std::string text = iso_time(seconds * 1'000);
    return seconds % 86'400 == 0 ? text.substr(0, 10) : text.substr(0, 10) + " " + text.substr(11, 5);
  }

  std::vector<std::string> strings_;
  std::vector<Style> styles_;
  bool since_1904_;
  const SheetLimits& limits_;
  std::vector<SheetRow> rows_;
  SheetRow row_;
  std::size_t line_ = 0, column_ = 0, style_ = 0, cells_ = 0, shown_bytes_ = 0;
  std::string type_, value_;
  bool taking_ = false;
};

}  // namespace

bool looks_like_xlsx(ByteView bytes) {
  return as_text(bytes).starts_with("PK\x03\x04");
}

Result<std::vector<SheetRow>> read_xlsx(ByteView bytes, std::string_view sheet, const SheetLimits& limits) {
  if (!looks_like_xlsx(bytes)) return refuse("xlsx.archive", "it is no ZIP archive");
  SEALKEEP_LET(parts, unpack(bytes, limits.unpacked_bytes));
  const auto part = [&](const std::string& name) -> const std::string* {
    const auto it = parts.find(name);
    return it == parts.end() ? nullptr : &it->second;
  };
  const std::string* book = part("xl/workbook.xml");
  const std::string* links = part("xl/_rels/workbook.xml.rels");
  if (book == nullptr || links == nullptr)
    return refuse("xlsx.archive", "it is a ZIP archive, but no workbook");
  SEALKEEP_LET(workbook, read_workbook(*book));
  SEALKEEP_LET(relations, read_relations(*links));
  std::string names;
  const std::string* found = nullptr;
  for (const auto& [name, relation] : workbook.sheets) {
    names += (names.empty() ? "" : ", ") + printable(name, 40);
    if (found == nullptr && (sheet.empty() || sheet == name))
      if (const auto target = relations.find(relation); target != relations.end())
        found = part(target->second);
  }
  if (found == nullptr)
    return fail(ErrorKind::NotFound, "xlsx.no_sheet",
                sheet.empty() ? "The workbook has no sheet"
                              : "The workbook has no sheet \"" + printable(sheet) + "\"",
                names.empty() ? "" : "it has " + printable(names, 400), "Name one of them with --sheet");
  std::vector<Style> styles;
  if (const std::string* text = part("xl/styles.xml")) {
    SEALKEEP_LET(read, read_styles(*text));
    styles = std::move(read);
  }
  std::vector<std::string> strings;
  if (const std::string* text = part("xl/sharedStrings.xml")) {
    SEALKEEP_LET(read, read_strings(*text, limits.cell_bytes));
    strings = std::move(read);
  }
  return Sheet(std::move(strings), std::move(styles), workbook.since_1904, limits).read(*found);
}

}  // namespace sealkeep::interchange
