// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/report.hpp"

#include <algorithm>

namespace sealkeep::hub {
namespace {

constexpr ReportKindRow kKinds[] = {
    {ReportKind::Register, "register", "Seal register", "2.6",
     "Each seal that was received or applied in the period: number, received, applied, container, by whom.",
     true, true},
    {ReportKind::Reconciliation, "reconciliation", "Reconciliation statement", "2.6, 2.11",
     "The ledger of each site and seal family, both sides, with the numbers that do not balance.", false,
     false},
    {ReportKind::Incidents, "incidents", "Incidents", "6.3",
     "What was discovered in the period, what was decided, when Customs was told.", true, true},
    {ReportKind::Compliance, "compliance", "Compliance", "4.1",
     "On what each clause of the standard stands at each site in the period.", true, false},
    {ReportKind::QaTraining, "qa-training", "QA and training", "1, 2.9, 4",
     "Who is trained until when, quality checks with their findings, what has run out.", false, true},
    {ReportKind::DayClose, "day-close", "Day-close ledger", "2.11",
     "Each day of the period: what the site stated when it closed it, and what head office heard of it.",
     true, true},
};

struct FormatRow {
  ReportFormat format;
  std::string_view name, media;
};
constexpr FormatRow kFormats[] = {
    {ReportFormat::Pdf, "pdf", "application/pdf"},
    {ReportFormat::Xlsx, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {ReportFormat::Csv, "csv", "text/csv; charset=utf-8"},
};

const FormatRow& row_of(ReportFormat format) {
  const auto no = static_cast<std::size_t>(format);
  SEALKEEP_ASSERT(no >= 1 && no <= std::size(kFormats));
  return kFormats[no - 1];
}

}  // namespace

std::span<const ReportKindRow> report_kinds() {
  return kKinds;
}

const ReportKindRow& report_kind(ReportKind kind) {
  const auto no = static_cast<std::size_t>(kind);
  SEALKEEP_ASSERT(no >= 1 && no <= std::size(kKinds));
  return kKinds[no - 1];
}

std::optional<ReportKind> report_kind_named(std::string_view name) {
  for (const ReportKindRow& row : kKinds)
    if (row.name == name) return row.kind;
  return std::nullopt;
}

std::string_view report_format_name(ReportFormat format) {
  return row_of(format).name;
}

std::string_view report_media(ReportFormat format) {
  return row_of(format).media;
}

std::optional<ReportFormat> report_format_named(std::string_view name) {
  for (const FormatRow& row : kFormats)
    if (row.name == name) return row.format;
  return std::nullopt;
}

}  // namespace sealkeep::hub
