// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>

#include "common/interchange/pdf_document.hpp"

namespace sealkeep::hub {

/// What head office reports. Numbers are stored; never reuse one.
enum class ReportKind : std::uint8_t {
  Register = 1,
  Reconciliation = 2,
  Incidents = 3,
  Compliance = 4,
  QaTraining = 5,
  DayClose = 6,
};
struct ReportKindRow {
  ReportKind kind;
  std::string_view name;    ///< "day-close": in commands, files, JSON
  std::string_view title;   ///< "Day-close ledger"
  std::string_view clause;  ///< "2.6"
  std::string_view about;   ///< what is in it, one sentence
  bool period;              ///< it is of a period; the others are of now, or as of a day
  bool names;               ///< people are named in it
};
[[nodiscard]] std::span<const ReportKindRow> report_kinds();
[[nodiscard]] const ReportKindRow& report_kind(ReportKind kind);
[[nodiscard]] std::optional<ReportKind> report_kind_named(std::string_view name);

/// Numbers are stored.
enum class ReportFormat : std::uint8_t { Pdf = 1, Xlsx = 2, Csv = 3 };
/// "pdf": also a file's ending.
[[nodiscard]] std::string_view report_format_name(ReportFormat format);
[[nodiscard]] std::optional<ReportFormat> report_format_named(std::string_view name);
[[nodiscard]] std::string_view report_media(ReportFormat format);

/// Whose report it is, of what, and on what it stands.
struct ReportHead {
  std::string exporter;  ///< the hub's name
  std::string scope;     ///< "akl-01", "all sites"
  std::string period;    ///< "2026-01-01 to 2026-01-31"; empty: of now
  std::int64_t made_ms = 0;
  std::int32_t utc_offset_min = 0;  ///< of the hub's zone at that moment
  /// Up to when head office had heard everything of each site, and what of its log it held.
  struct AsOf {
    std::string site;
    std::int64_t heard_ms = 0;  ///< 0: nothing yet
    std::string state;
  };
  std::vector<AsOf> as_of;
  std::string remark;  ///< stands below the title: it was made late, for example; may be empty
};

/// A report before it is a file: one table with what is to be said of it. The same in each format.
struct Report {
  ReportKind kind = ReportKind::Register;
  ReportHead head;
  struct Column {
    std::string heading;
    double width = 1;     ///< on paper, relative to the others
    bool number = false;  ///< holds whole numbers
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows;  ///< a cell for each column
  std::vector<std::vector<std::string>> sums;  ///< the same, below the rows
  std::string empty;                           ///< what is said if there are no rows
  std::vector<std::string> notes;              ///< sentences
  std::vector<interchange::PdfPlot> plots;     ///< on paper only
};

/// The report as a file. CSV: the table alone (cells that a spreadsheet would calculate are guarded), then,
/// behind an empty line, sums and what the report stands on. XLSX: the table as the first sheet, the rest as
/// the second. Errors: Full `pdf.too_long`, `xlsx.too_large`; Refused `pdf.write`, `xlsx.write`.
[[nodiscard]] Result<Bytes> write_report(const Report& report, ReportFormat format);

}  // namespace sealkeep::hub
