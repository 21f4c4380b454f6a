// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "common/interchange/register_table.hpp"
#include "common/interchange/xlsx_write.hpp"
#include "hub/reports/report.hpp"

namespace sealkeep::hub {
namespace {

using Cells = std::vector<std::string>;

constexpr double kCharactersAcross = 120;  // of a sheet's columns together
constexpr std::size_t kSitesListed = 100;  // on paper; more are counted

std::string heard_words(const ReportHead& head, const ReportHead::AsOf& site) {
  return site.heard_ms == 0 ? "nothing was heard yet" : iso_time(site.heard_ms, head.utc_offset_min);
}

std::string period_words(const ReportHead& head) {
  return head.period.empty() ? "of now, as far as head office had heard of each site" : head.period;
}

// What is said beside the table, label and words.
std::vector<Cells> about_lines(const Report& report) {
  const ReportKindRow& kind = report_kind(report.kind);
  const ReportHead& head = report.head;
  std::vector<Cells> out = {{"Report", std::string(kind.title)},
                            {"Clause", std::string(kind.clause)},
                            {"Exporter", head.exporter},
                            {"Sites", head.scope}};
  out.push_back({"Period", period_words(head)});
  out.push_back({"Made", iso_time(head.made_ms, head.utc_offset_min)});
  if (!head.remark.empty()) out.push_back({"Remark", head.remark});
  if (report.rows.empty()) out.push_back({"Result", report.empty});
  for (const std::string& note : report.notes) out.push_back({"Note", note});
  for (const ReportHead::AsOf& site : head.as_of)
    out.push_back({"As of", site.site + ": " + heard_words(head, site) + "; " + site.state});
  return out;
}

std::string csv_of(const Report& report) {
  std::string out;
  const auto add = [&](const Cells& cells) {
    const char* between = "";
    for (const std::string& cell : cells) {
      out += between + interchange::csv_cell(cell);
      between = ",";
    }
    out += "\r\n";
  };
  Cells headings;
  for (const Report::Column& column : report.columns) headings.push_back(column.heading);
  add(headings);
  for (const Cells& row : report.rows) add(row);
  out += "\r\n";
  for (const Cells& row : report.sums) add(row);
  for (const Cells& line : about_lines(report)) add(line);
  return out;
}

Result<Bytes> xlsx_of(const Report& report) {
  interchange::Sheet table, about;
  const ReportKindRow& kind = report_kind(report.kind);
  table.name = kind.title;
  double across = 0;
  for (const Report::Column& column : report.columns) across += column.width;
  for (const Report::Column& column : report.columns) {
    table.headings.push_back(column.heading);
    table.numbers.push_back(column.number);
    table.widths.push_back(std::max(8.0, kCharactersAcross * column.width / across));
  }
  table.rows = report.rows;
  table.bold_from = report.rows.size();
  table.rows.insert(table.rows.end(), report.sums.begin(), report.sums.end());
  about.name = "About";
  about.widths = {14, kCharactersAcross};
  about.rows = about_lines(report);
  const interchange::Sheet sheets[] = {std::move(table), std::move(about)};
  return interchange::write_xlsx(std::string(kind.title) + ", " + report.head.exporter, sheets,
                                 report.head.made_ms);
}

Result<Bytes> pdf_of(const Report& report) {
  const ReportKindRow& kind = report_kind(report.kind);
  const ReportHead& head = report.head;
  const std::string title(kind.title), made = iso_time(head.made_ms, head.utc_offset_min);
  interchange::PdfDocument pdf(
      title, "Clause " + std::string(kind.clause) + " of the SES exporter minimum standards", head.made_ms,
      title + ", " + head.exporter + ", made " + made);
  pdf.heading(title);
  if (!head.remark.empty()) pdf.paragraph(head.remark);
  pdf.field("Exporter", head.exporter);
  pdf.field("Load sites", head.scope);
  pdf.field("Period", period_words(head));
  pdf.field("Made", made);
  std::int64_t oldest = INT64_MAX;
  for (const ReportHead::AsOf& site : head.as_of) oldest = std::min(oldest, site.heard_ms);
  if (!head.as_of.empty())
    pdf.field("As of", oldest == 0 ? "see below: of some sites nothing was heard yet"
                                   : iso_time(oldest, head.utc_offset_min) +
                                         ": up to then everything was heard of each site");
  for (const interchange::PdfPlot& plot : report.plots) pdf.plot(plot);
  pdf.subheading(std::string(kind.about));
  if (report.rows.empty()) {
    pdf.paragraph(report.empty);
  } else {
    Cells headings;
    std::vector<double> widths;
    for (const Report::Column& column : report.columns) {
      headings.push_back(column.heading);
      widths.push_back(column.width);
    }
    std::vector<Cells> rows = report.rows;
    pdf.table(headings, widths, std::move(rows));
    if (!report.sums.empty()) {
      pdf.subheading("Sums");
      pdf.table(std::move(headings), std::move(widths), report.sums);
    }
  }
  if (!report.notes.empty()) pdf.subheading("Notes");
  for (const std::string& note : report.notes) pdf.paragraph(note);
  pdf.subheading("What this report stands on");
  pdf.paragraph(
      "It was made from head office's copies of the sites' logs, as far as they had been heard by then. An "
      "evidence pack of the same records gives the same states to sealkeep-verify.");
  std::size_t listed = 0;
  for (const ReportHead::AsOf& site : head.as_of) {
    if (listed++ == kSitesListed) {
      pdf.paragraph("and " + std::to_string(head.as_of.size() - kSitesListed) +
                    " more sites: the same report as XLSX or CSV names them all.");
      break;
    }
    pdf.field(site.site, "heard up to " + heard_words(head, site) + "; " + site.state);
  }
  return pdf.render();
}

}  // namespace

Result<Bytes> write_report(const Report& report, ReportFormat format) {
  switch (format) {
    case ReportFormat::Pdf:
      return pdf_of(report);
    case ReportFormat::Xlsx:
      return xlsx_of(report);
    case ReportFormat::Csv:
      return to_bytes(as_bytes(csv_of(report)));
  }
  return fail(ErrorKind::Bug, "report.format", "There is no such format");
}

}  // namespace sealkeep::hub
