// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/pdf_document.hpp"

#include <qrencode.h>

#include <algorithm>
#include <optional>

#include "common/interchange/pdf_paper.hpp"

namespace sealkeep::interchange {
namespace {

constexpr double kBottom = kPageHeight - kMargin - 14;
constexpr double kLabelWidth = 150, kCellPad = 3, kCodeModule = 3.2, kLineHeight = 22;
constexpr int kQuietModules = 4;
constexpr std::size_t kCodeBytes = 300;

struct FreedCode {
  void operator()(QRcode* p) const { QRcode_free(p); }
};
using HeldCode = std::unique_ptr<QRcode, FreedCode>;

}  // namespace

PdfDocument::PdfDocument(std::string title, std::string subject, std::int64_t created_ms, std::string foot)
    : title_(std::move(title)),
      subject_(std::move(subject)),
      foot_(std::move(foot)),
      created_ms_(created_ms) {}

void PdfDocument::heading(std::string text) {
  blocks_.emplace_back(Text{std::move(text), 1});
}
void PdfDocument::subheading(std::string text) {
  blocks_.emplace_back(Text{std::move(text), 2});
}
void PdfDocument::paragraph(std::string text) {
  blocks_.emplace_back(Text{std::move(text), 0});
}
void PdfDocument::field(std::string label, std::string value) {
  if (value.empty()) value = "not shown";
  blocks_.emplace_back(Field{std::move(label), std::move(value), false, {}});
}
void PdfDocument::blank(std::string label) {
  blocks_.emplace_back(Field{std::move(label), {}, true, {}});
}
void PdfDocument::boxes(std::string label, std::vector<std::string> choices) {
  blocks_.emplace_back(Field{std::move(label), {}, false, std::move(choices)});
}
void PdfDocument::table(std::vector<std::string> headings, std::vector<double> widths,
                        std::vector<std::vector<std::string>> rows) {
  SEALKEEP_ASSERT(headings.size() == widths.size());
  const std::size_t number = tables_.size();
  tables_.push_back(std::move(widths));
  blocks_.emplace_back(Row{std::move(headings), number, true});
  for (std::vector<std::string>& row : rows) blocks_.emplace_back(Row{std::move(row), number, false});
}
void PdfDocument::code(std::string text) {
  blocks_.emplace_back(Code{std::move(text)});
}
void PdfDocument::plot(PdfPlot plot) {
  SEALKEEP_ASSERT(plot.series.size() <= kPlotSeries);
  if (plot.labels.size() >= 2) blocks_.emplace_back(std::move(plot));
}
void PdfDocument::new_page() {
  blocks_.emplace_back(NewPage{});
}

/// Measures every block once, breaks the pages, then draws them.
class PdfPainter {
 public:
  explicit PdfPainter(const PdfDocument& document) : document_(document) {}

  Result<Bytes> paint() {
    SEALKEEP_TRY(break_pages());
    paper_.describe(document_.title_, document_.subject_, document_.created_ms_);
    paper_.begin("Document");
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      double y = kMargin;
      open_table_ = false;
      for (const Placed& placed : pages_[page]) {
        draw(document_.blocks_[placed.block], y, placed.height);
        y += placed.height;
      }
      close_table();
      foot(page + 1);
      paper_.next_page();
    }
    paper_.end("Document");
    return paper_.finish();
  }

 private:
  using Text = PdfDocument::Text;
  using Field = PdfDocument::Field;
  using Row = PdfDocument::Row;
  using Code = PdfDocument::Code;
  struct Placed {
    std::size_t block;
    double height;
  };

  // ---- how high each block is
  static double text_size(int level) { return level == 1 ? 18 : level == 2 ? 12 : kTextSize; }
  static double space_above(int level) { return level == 1 ? 0 : level == 2 ? 12 : 3; }
  [[nodiscard]] double column(const Row& row, std::size_t i) const {
    const std::vector<double>& widths = document_.tables_[row.table];
    double sum = 0;
    for (double width : widths) sum += width;
    return kTextWidth * widths[i] / sum;
  }
  double height_of(const Text& text) {
    return paper_.height(text.text, text_size(text.level), text.level != 0, kTextWidth) +
           space_above(text.level) + 4;
  }
  double height_of(const Field& field) {
    if (field.blank || !field.choices.empty()) return kLineHeight;
    return std::max(paper_.height(field.label, kTextSize, true, kLabelWidth - 8),
                    paper_.height(field.value, kTextSize, false, kTextWidth - kLabelWidth)) +
           5;
  }
  double height_of(const Row& row) {
    double height = 0;
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      height =
          std::max(height, paper_.height(row.cells[i], 8.5, row.headings, column(row, i) - 2 * kCellPad));
    return height + 2 * kCellPad;
  }
  double height_of(const Code& code) {
    const auto symbol = encoded(code);
    if (!symbol) return 0;
    return (symbol->width + 2 * kQuietModules) * kCodeModule +
           paper_.height(code.text, 9, false, kTextWidth) + 6;
  }
  double height_of(const PdfPlot&) { return kPlotHeight; }
  double height_of(const PdfDocument::NewPage&) { return 0; }

  static HeldCode encoded(const Code& code) {
    return HeldCode(QRcode_encodeString8bit(code.text.c_str(), 0, QR_ECLEVEL_M));
  }

  Result<> break_pages() {
    if (document_.blocks_.size() > kPdfBlocks)
      return fail(ErrorKind::Full, "pdf.too_long", "That is too much for one PDF",
                  "it has " + std::to_string(document_.blocks_.size()) + " lines, at most " +
                      std::to_string(kPdfBlocks) + " are printed",
                  "Name a shorter period, or export it as CSV or XLSX");
    pages_.emplace_back();
    double y = kMargin;
    std::optional<std::size_t> headings;  // of the table that is being laid out
    for (std::size_t i = 0; i < document_.blocks_.size(); ++i) {
      const PdfDocument::Block& block = document_.blocks_[i];
      if (const auto* code = std::get_if<Code>(&block)) {
        if (code->text.size() > kCodeBytes || !encoded(*code))
          return bad_input("pdf.code", "This does not fit a code: " + printable(code->text));
      }
      const auto* row = std::get_if<Row>(&block);
      if (row != nullptr && row->headings) headings = i;
      const double height =
          std::min(std::visit([&](const auto& one) { return height_of(one); }, block), kBottom - kMargin);
      const bool new_page = std::holds_alternative<PdfDocument::NewPage>(block);
      // A heading stays with what it is the heading of.
      const double wanted = height + (starts_something(block) ? 40 : 0);
      if (new_page || (y + wanted > kBottom && !pages_.back().empty())) {
        pages_.emplace_back();
        y = kMargin;
        if (row != nullptr && !row->headings && headings) {
          const double again = height_of(std::get<Row>(document_.blocks_[*headings]));
          pages_.back().push_back({*headings, again});
          y += again;
        }
      }
      if (new_page) continue;
      pages_.back().push_back({i, height});
      y += height;
    }
    return {};
  }
  static bool starts_something(const PdfDocument::Block& block) {
    const auto* text = std::get_if<Text>(&block);
    const auto* row = std::get_if<Row>(&block);
    return (text != nullptr && text->level != 0) || (row != nullptr && row->headings);
  }

  // ---- drawing
  void draw(const PdfDocument::Block& block, double y, double height) {
    if (!std::holds_alternative<Row>(block)) close_table();
    if (const auto* text = std::get_if<Text>(&block)) {
      const char* tag = text->level == 1 ? "H1" : text->level == 2 ? "H2" : "P";
      paper_.write(tag, text->text, text_size(text->level), text->level != 0, kMargin,
                   y + space_above(text->level), kTextWidth);
    } else if (const auto* field = std::get_if<Field>(&block)) {
      draw(*field, y);
    } else if (const auto* row = std::get_if<Row>(&block)) {
      draw(*row, y, height);
    } else if (const auto* code = std::get_if<Code>(&block)) {
      draw(*code, y);
    } else if (const auto* plot = std::get_if<PdfPlot>(&block)) {
      draw_plot(paper_, *plot, y);
    }
  }
  void draw(const Field& field, double y) {
    paper_.write("P", field.label, kTextSize, true, kMargin, y, kLabelWidth - 8);
    const double x = kMargin + kLabelWidth;
    if (field.blank) {
      paper_.line(x, y + 14, kMargin + kTextWidth, y + 14);
      return;
    }
    if (field.choices.empty()) {
      paper_.write("P", field.value, kTextSize, false, x, y, kTextWidth - kLabelWidth);
      return;
    }
    const double step = (kTextWidth - kLabelWidth) / static_cast<double>(field.choices.size());
    for (std::size_t i = 0; i < field.choices.size(); ++i) {
      const double left = x + step * static_cast<double>(i);
      cairo_rectangle(paper_.pen(), left, y + 1, 10, 10);
      cairo_stroke(paper_.pen());
      paper_.write("P", field.choices[i], kTextSize, false, left + 15, y, step - 16);
    }
  }
  void draw(const Row& row, double y, double height) {
    if (!open_table_) paper_.begin("Table");
    open_table_ = true;
    paper_.begin("TR");
    double x = kMargin;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      paper_.write(row.headings ? "TH" : "TD", row.cells[i], 8.5, row.headings, x + kCellPad, y + kCellPad,
                   column(row, i) - 2 * kCellPad);
      x += column(row, i);
    }
    paper_.end("TR");
    paper_.line(kMargin, y + height, kMargin + kTextWidth, y + height);
  }
  void draw(const Code& code, double y) {
    const auto symbol = encoded(code);
    SEALKEEP_ASSERT(symbol != nullptr);
    const double origin = kQuietModules * kCodeModule;
    for (int row = 0; row < symbol->width; ++row)
      for (int at = 0; at < symbol->width; ++at)
        if ((symbol->data[row * symbol->width + at] & 1) != 0)
          cairo_rectangle(paper_.pen(), kMargin + origin + at * kCodeModule, y + origin + row * kCodeModule,
                          kCodeModule, kCodeModule);
    cairo_fill(paper_.pen());
    const double size = (symbol->width + 2 * kQuietModules) * kCodeModule;
    paper_.write("P", code.text, 9, false, kMargin, y + size, kTextWidth);
  }
  void close_table() {
    if (open_table_) paper_.end("Table");
    open_table_ = false;
  }
  void foot(std::size_t page) {
    const double y = kPageHeight - kMargin;
    paper_.line(kMargin, y - 4, kMargin + kTextWidth, y - 4);
    paper_.write("P", document_.foot_, 7.5, false, kMargin, y, kTextWidth - 90);
    const std::string number = "page " + std::to_string(page) + " of " + std::to_string(pages_.size());
    paper_.write("P", number, 7.5, false, kMargin + kTextWidth - 80, y, 80);
  }

  const PdfDocument& document_;
  PdfPaper paper_;
  std::vector<std::vector<Placed>> pages_;
  bool open_table_ = false;
};

Result<Bytes> PdfDocument::render() const {
  return PdfPainter(*this).paint();
}

}  // namespace sealkeep::interchange
