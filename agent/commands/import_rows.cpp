// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/import_rows.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "agent/commands/time_text.hpp"

namespace sealkeep::agent {
namespace {

enum Column : std::size_t { kNumber, kReceived, kContainer, kApplied, kUplifted, kBy, kColumns };
constexpr std::array<std::string_view, kColumns> kNames = {"number",  "received", "container",
                                                           "applied", "uplifted", "by"};
// Headings in use, as letters and digits only, lower case.
constexpr std::array<std::array<std::string_view, 8>, kColumns> kGuesses = {{
    {"number", "sealno", "sealnumber", "seal", "sealnum", "serial", "serialno", "serialnumber"},
    {"received", "datein", "datereceived", "receivedon", "receiveddate", "receipt", "in", "arrived"},
    {"container", "containerno", "containernumber", "cntr", "cntrno", "unit", "box", "containernum"},
    {"applied", "dateused", "dateapplied", "appliedon", "used", "usedon", "sealedon", "datesealed"},
    {"uplifted", "dateout", "dateuplifted", "upliftdate", "collected", "out", "departed", "uplift"},
    {"by", "person", "appliedby", "usedby", "sealedby", "name", "initials", "who"},
}};

std::string bare(std::string_view heading) {
  std::string out;
  for (char c : heading) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

using Places = std::array<std::optional<std::size_t>, kColumns>;

Result<Places> find_columns(const CsvTable& table, std::string_view map) {
  Places out;
  while (!map.empty()) {
    const std::size_t comma = std::min(map.find(','), map.size());
    const std::string_view pair = map.substr(0, comma);
    map.remove_prefix(std::min(comma + 1, map.size()));
    const std::size_t equals = pair.find('=');
    const auto name = std::find(kNames.begin(), kNames.end(), trimmed(pair.substr(0, equals)));
    if (equals == std::string_view::npos || name == kNames.end())
      return bad_input("import.map", "\"" + printable(pair) + "\" does not map a column",
                       "the columns are number, received, container, applied, uplifted, by",
                       "Write --map \"number=Seal No,received=Date In\"");
    const std::string_view heading = trimmed(pair.substr(equals + 1));
    const auto at = std::find_if(table.headings.begin(), table.headings.end(),
                                 [&](const std::string& known) { return trimmed(known) == heading; });
    if (at == table.headings.end())
      return bad_input("import.no_column", "The table has no column \"" + printable(heading) + "\"", {},
                       "Write the heading as it stands in the table's first line");
    out[static_cast<std::size_t>(name - kNames.begin())] =
        static_cast<std::size_t>(at - table.headings.begin());
  }
  for (std::size_t column = 0; column < kColumns; ++column)
    for (std::size_t i = 0; !out[column] && i < table.headings.size(); ++i)
      if (const std::string heading = bare(table.headings[i]);
          std::find(kGuesses[column].begin(), kGuesses[column].end(), heading) != kGuesses[column].end())
        out[column] = i;
  if (!out[kNumber])
    return bad_input("import.no_column", "It is not clear which column holds the seal numbers",
                     "no heading of the table says so", "Add --map \"number=HEADING\"");
  return out;
}

// "31/01/2026 14:05" as "2026-01-31 14:05"; anything else as it is.
std::string iso_order(std::string_view text) {
  const std::size_t end = std::min(text.find(' '), text.size());
  std::string_view date = text.substr(0, end);
  std::array<std::string_view, 3> parts;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t slash = std::min(date.find_first_of("/.-"), date.size());
    parts[i] = date.substr(0, slash);
    date.remove_prefix(std::min(slash + 1, date.size()));
  }
  const bool day_first = parts[0].size() <= 2 && parts[1].size() <= 2 && parts[2].size() == 4 && date.empty();
  if (!day_first) return std::string(text);
  const auto two = [](std::string_view part) { return (part.size() == 1 ? "0" : "") + std::string(part); };
  std::string_view clock = trimmed(text.substr(end));
  return std::string(parts[2]) + "-" + two(parts[1]) + "-" + two(parts[0]) +
         (clock.empty() ? "" : " " + std::string(clock.size() == 4 ? "0" : "") + std::string(clock));
}

class Understanding {
 public:
  Understanding(const CsvTable& table, Places places, const Now& now)
      : table_(table), places_(places), now_(now) {}

  void take(const CsvRow& row, ImportRows& out) {
    row_ = &row;
    bad_ = &out.bad;
    const std::size_t before = out.bad.size();
    ImportRow taken;
    taken.line = row.line;
    if (const auto seal = ses::SealNumber::parse(cell(kNumber)); seal) {
      taken.seal = *seal;
      const auto [it, fresh] = lines_.emplace(*seal, row.line);
      if (!fresh) refuse(kNumber, "the same number stands in line " + std::to_string(it->second));
    } else {
      refuse(kNumber, cell(kNumber).empty() ? "the seal number is missing" : seal.error().what);
    }
    taken.received_ms = date(kReceived);
    taken.applied_ms = date(kApplied);
    taken.uplifted_ms = date(kUplifted);
    if (!cell(kContainer).empty()) {
      const auto unit = ses::UnitId::parse(ses::UnitKind::SeaContainer, cell(kContainer));
      if (unit)
        taken.unit = *unit;
      else
        refuse(kContainer, unit.error().what);
    }
    taken.by = cell(kBy);
    if (taken.by.size() > 200) refuse(kBy, "the name is too long");
    if (out.bad.size() == before) check_sense(taken);
    if (out.bad.size() == before) out.rows.push_back(std::move(taken));
  }

 private:
  [[nodiscard]] std::string_view cell(Column column) const {
    const auto place = places_[column];
    if (!place || *place >= row_->fields.size()) return {};
    return trimmed(row_->fields[*place]);
  }

  void refuse(Column column, std::string reason) {
    const std::string heading =
        places_[column] ? table_.headings[*places_[column]] : std::string(kNames[column]);
    bad_->push_back({row_->line, printable(heading, 60), printable(cell(column), 60), std::move(reason)});
  }

  std::int64_t date(Column column) {
    if (cell(column).empty()) return 0;
    const auto ms = parse_time(iso_order(cell(column)), now_);
    if (!ms || cell(column).find(':') == 2) {
      refuse(column, "it is not a date: write 31/01/2026 or 2026-01-31");
      return 0;
    }
    if (*ms > now_.unix_ms) refuse(column, "that day has not come yet");
    return *ms;
  }

  void check_sense(const ImportRow& row) {
    if (!row.unit.text.empty() && row.applied_ms == 0)
      refuse(kApplied, "a container is named, and not when the seal was put on it");
    if (row.unit.text.empty() && row.applied_ms != 0)
      refuse(kContainer, "the seal was used, and no container is named");
    if (row.uplifted_ms != 0 && row.unit.text.empty())
      refuse(kContainer, "the seal left, and no container is named");
    if (row.received_ms != 0 && row.applied_ms != 0 && row.applied_ms < row.received_ms)
      refuse(kApplied, "the seal was used before it was received");
    if (row.uplifted_ms != 0 && row.uplifted_ms < row.applied_ms)
      refuse(kUplifted, "the container left before the seal was put on");
  }

  const CsvTable& table_;
  Places places_;
  Now now_;
  std::map<ses::SealNumber, std::size_t> lines_;
  const CsvRow* row_ = nullptr;
  std::vector<BadRow>* bad_ = nullptr;
};

}  // namespace

Result<ImportRows> read_import(const CsvTable& table, std::string_view map, const Now& now) {
  SEALKEEP_LET(places, find_columns(table, map));
  ImportRows out;
  for (std::size_t column = 0; column < kColumns; ++column)
    if (places[column])
      out.columns.emplace_back(std::string(kNames[column]), printable(table.headings[*places[column]], 60));
  Understanding understanding(table, places, now);
  for (const CsvRow& row : table.rows) understanding.take(row, out);
  return out;
}

}  // namespace sealkeep::agent
