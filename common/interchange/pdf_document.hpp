// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "common/base/bytes.hpp"

namespace sealkeep::interchange {

/// How numbers went, as lines: each series has a value for each label. At most kPlotSeries series.
struct PdfPlot {
  struct Series {
    std::string name;
    std::vector<std::int64_t> values;
  };
  std::string title;
  std::vector<std::string> labels;  ///< along the bottom; the first, the middle and the last are written
  std::vector<Series> series;
};
inline constexpr std::size_t kPlotSeries = 4;

/// A document on A4 pages, built from top to bottom, then rendered as PDF: real text in DejaVu Sans (Debian
/// package fonts-dejavu-core) or what the system has for a script, tagged as headings, paragraphs and tables,
/// with title and date, and "page x of y" at the foot of each page. Texts are UTF-8. A value; one thread.
class PdfDocument {
 public:
  /// `created_ms` is the document's date; `foot` stands left at the foot of each page.
  PdfDocument(std::string title, std::string subject, std::int64_t created_ms, std::string foot);

  void heading(std::string text);
  void subheading(std::string text);
  void paragraph(std::string text);
  /// A label and what is known of it; empty: "not shown".
  void field(std::string label, std::string value);
  /// A label and a line to write on.
  void blank(std::string label);
  /// A label and a box to tick for each choice.
  void boxes(std::string label, std::vector<std::string> choices);
  /// Columns as wide as `widths` say, relative to each other. The headings stand again on every page.
  void table(std::vector<std::string> headings, std::vector<double> widths,
             std::vector<std::vector<std::string>> rows);
  /// A QR code (error correction M) of at most 300 bytes, with its text below it for people.
  void code(std::string text);
  /// Lines on a scale from 0, told apart in grey print too. Fewer than two labels: nothing is drawn.
  void plot(PdfPlot plot);
  void new_page();

  /// Full `pdf.too_long` past kPdfBlocks blocks and table rows; Refused `pdf.write` if the libraries cannot
  /// make it.
  [[nodiscard]] Result<Bytes> render() const;

 private:
  struct Text {
    std::string text;
    int level = 0;  // 1, 2: heading; 0: paragraph
  };
  struct Field {
    std::string label, value;
    bool blank = false;
    std::vector<std::string> choices;
  };
  struct Row {
    std::vector<std::string> cells;
    std::size_t table = 0;
    bool headings = false;
  };
  struct Code {
    std::string text;
  };
  struct NewPage {};
  using Block = std::variant<Text, Field, Row, Code, PdfPlot, NewPage>;
  friend class PdfPainter;

  std::string title_, subject_, foot_;
  std::int64_t created_ms_;
  std::vector<Block> blocks_;
  std::vector<std::vector<double>> tables_;  // widths
};

inline constexpr std::size_t kPdfBlocks = 20'000;

}  // namespace sealkeep::interchange
