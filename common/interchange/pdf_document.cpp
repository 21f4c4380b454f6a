// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/pdf_document.hpp"

#include <cairo-pdf.h>
#include <pango/pangocairo.h>
#include <qrencode.h>

#include <algorithm>
#include <memory>
#include <optional>

#include "common/base/clock.hpp"

namespace sealkeep::interchange {
namespace {

constexpr double kPageWidth = 595.28, kPageHeight = 841.89, kMargin = 51;
constexpr double kWidth = kPageWidth - 2 * kMargin;
constexpr double kBottom = kPageHeight - kMargin - 14;
constexpr double kLabelWidth = 150, kCellPad = 3, kCodeModule = 3.2, kLineHeight = 22;
constexpr double kPlotHeight = 176, kPlotLeft = 46, kPlotFloor = 148, kPlotTop = 34;
constexpr int kQuietModules = 4;
constexpr std::size_t kCodeBytes = 300;

struct Freed {
  void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
  void operator()(cairo_t* p) const { cairo_destroy(p); }
  void operator()(PangoFontMap* p) const { g_object_unref(p); }
  void operator()(PangoContext* p) const { g_object_unref(p); }
  void operator()(PangoLayout* p) const { g_object_unref(p); }
  void operator()(PangoFontDescription* p) const { pango_font_description_free(p); }
  void operator()(QRcode* p) const { QRcode_free(p); }
};
template <class T>
using Held = std::unique_ptr<T, Freed>;

cairo_status_t take(void* to, const unsigned char* data, unsigned int length) {
  append(*static_cast<Bytes*>(to), {data, length});
  return CAIRO_STATUS_SUCCESS;
}

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
  explicit PdfPainter(const PdfDocument& document)
      : document_(document),
        surface_(cairo_pdf_surface_create_for_stream(take, &out_, kPageWidth, kPageHeight)),
        cairo_(cairo_create(surface_.get())),
        fonts_(pango_cairo_font_map_new()),
        context_(pango_font_map_create_context(fonts_.get())),
        layout_(pango_layout_new(context_.get())) {}

  Result<Bytes> paint() {
    SEALKEEP_TRY(break_pages());
    set_metadata();
    cairo_tag_begin(cairo_.get(), "Document", nullptr);
    for (std::size_t page = 0; page < pages_.size(); ++page) {
      double y = kMargin;
      open_table_ = false;
      for (const Placed& placed : pages_[page]) {
        draw(document_.blocks_[placed.block], y, placed.height);
        y += placed.height;
      }
      close_table();
      foot(page + 1);
      cairo_show_page(cairo_.get());
    }
    cairo_tag_end(cairo_.get(), "Document");
    cairo_surface_finish(surface_.get());
    const cairo_status_t status = cairo_status(cairo_.get());
    const cairo_status_t written = cairo_surface_status(surface_.get());
    if (status != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
      return fail(ErrorKind::Refused, "pdf.write", "The PDF cannot be made",
                  cairo_status_to_string(status != CAIRO_STATUS_SUCCESS ? status : written),
                  "Are the fonts of deploy/install.sh there? Try a shorter period");
    return std::move(out_);
  }

 private:
  using Text = PdfDocument::Text;
  using Field = PdfDocument::Field;
  using Row = PdfDocument::Row;
  using Code = PdfDocument::Code;
  using Plot = PdfPlot;
  struct Placed {
    std::size_t block;
    double height;
  };

  // ---- text
  void set(const std::string& text, double size, bool bold, double width) {
    const Held<PangoFontDescription> font(pango_font_description_new());
    pango_font_description_set_family(font.get(), "DejaVu Sans");
    pango_font_description_set_absolute_size(font.get(), size * PANGO_SCALE);
    pango_font_description_set_weight(font.get(), bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout_.get(), font.get());
    pango_layout_set_width(layout_.get(), static_cast<int>(width * PANGO_SCALE));
    pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
    const std::string safe = is_utf8(text) ? text : printable(text, text.size());
    pango_layout_set_text(layout_.get(), safe.data(), static_cast<int>(safe.size()));
  }
  [[nodiscard]] double set_height() const {
    int width = 0, height = 0;
    pango_layout_get_size(layout_.get(), &width, &height);
    return static_cast<double>(height) / PANGO_SCALE;
  }
  void show(double x, double y) {
    cairo_move_to(cairo_.get(), x, y);
    pango_cairo_show_layout(cairo_.get(), layout_.get());
  }
  void tagged(const char* tag, const std::string& text, double size, bool bold, double x, double y,
              double width) {
    cairo_tag_begin(cairo_.get(), tag, nullptr);
    set(text, size, bold, width);
    show(x, y);
    cairo_tag_end(cairo_.get(), tag);
  }

  // ---- how high each block is
  static double text_size(int level) { return level == 1 ? 18 : level == 2 ? 12 : 9.5; }
  static double space_above(int level) { return level == 1 ? 0 : level == 2 ? 12 : 3; }
  [[nodiscard]] double column(const Row& row, std::size_t i) const {
    const std::vector<double>& widths = document_.tables_[row.table];
    double sum = 0;
    for (double width : widths) sum += width;
    return kWidth * widths[i] / sum;
  }
  double height_of(const Text& text) {
    set(text.text, text_size(text.level), text.level != 0, kWidth);
    return set_height() + space_above(text.level) + 4;
  }
  double height_of(const Field& field) {
    if (field.blank || !field.choices.empty()) return kLineHeight;
    set(field.label, 9.5, true, kLabelWidth - 8);
    const double label = set_height();
    set(field.value, 9.5, false, kWidth - kLabelWidth);
    return std::max(label, set_height()) + 5;
  }
  double height_of(const Row& row) {
    double height = 0;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      set(row.cells[i], 8.5, row.headings, column(row, i) - 2 * kCellPad);
      height = std::max(height, set_height());
    }
    return height + 2 * kCellPad;
  }
  double height_of(const Code& code) {
    set(code.text, 9, false, kWidth);
    const auto symbol = encoded(code);
    return symbol ? (symbol->width + 2 * kQuietModules) * kCodeModule + set_height() + 6 : 0;
  }
  double height_of(const Plot&) { return kPlotHeight; }
  double height_of(const PdfDocument::NewPage&) { return 0; }

  static Held<QRcode> encoded(const Code& code) {
    return Held<QRcode>(QRcode_encodeString8bit(code.text.c_str(), 0, QR_ECLEVEL_M));
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
  void set_metadata() {
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, document_.title_.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_SUBJECT, document_.subject_.c_str());
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "Sealkeep");
    cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                   iso_time(document_.created_ms_).c_str());
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    cairo_set_line_width(cairo_.get(), 0.5);
  }
  void draw(const PdfDocument::Block& block, double y, double height) {
    if (!std::holds_alternative<Row>(block)) close_table();
    if (const auto* text = std::get_if<Text>(&block)) {
      const char* tag = text->level == 1 ? "H1" : text->level == 2 ? "H2" : "P";
      tagged(tag, text->text, text_size(text->level), text->level != 0, kMargin, y + space_above(text->level),
             kWidth);
    } else if (const auto* field = std::get_if<Field>(&block)) {
      draw(*field, y);
    } else if (const auto* row = std::get_if<Row>(&block)) {
      draw(*row, y, height);
    } else if (const auto* code = std::get_if<Code>(&block)) {
      draw(*code, y);
    } else if (const auto* plot = std::get_if<Plot>(&block)) {
      draw(*plot, y);
    }
  }
  void draw(const Field& field, double y) {
    tagged("P", field.label, 9.5, true, kMargin, y, kLabelWidth - 8);
    const double x = kMargin + kLabelWidth;
    if (field.blank) {
      line(x, y + 14, kMargin + kWidth, y + 14);
      return;
    }
    if (field.choices.empty()) {
      tagged("P", field.value, 9.5, false, x, y, kWidth - kLabelWidth);
      return;
    }
    const double step = (kWidth - kLabelWidth) / static_cast<double>(field.choices.size());
    for (std::size_t i = 0; i < field.choices.size(); ++i) {
      const double left = x + step * static_cast<double>(i);
      cairo_rectangle(cairo_.get(), left, y + 1, 10, 10);
      cairo_stroke(cairo_.get());
      tagged("P", field.choices[i], 9.5, false, left + 15, y, step - 16);
    }
  }
  // 1, 2 or 5 times a power of ten, four steps of which reach the top.
  static std::int64_t step_of(std::int64_t most) {
    std::int64_t step = 1;
    for (int turn = 0; step * 4 < most; ++turn) step = turn % 3 == 1 ? step / 2 * 5 : step * 2;
    return step;
  }
  // Told apart by dashes and by how dark they are.
  void take_pen(std::size_t series) {
    constexpr double kDashes[kPlotSeries][2] = {{0, 0}, {5, 2.5}, {1.2, 2}, {8, 4}};
    constexpr double kGrey[kPlotSeries] = {0.0, 0.25, 0.4, 0.6};
    cairo_set_source_rgb(cairo_.get(), kGrey[series], kGrey[series], kGrey[series]);
    cairo_set_line_width(cairo_.get(), 1.2);
    cairo_set_dash(cairo_.get(), kDashes[series], kDashes[series][0] > 0 ? 2 : 0, 0);
  }
  void drop_pen() {
    cairo_set_dash(cairo_.get(), nullptr, 0, 0);
    cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
    cairo_set_line_width(cairo_.get(), 0.5);
  }
  void draw(const Plot& plot, double y) {
    cairo_tag_begin(cairo_.get(), "Figure", nullptr);
    tagged("Caption", plot.title, 9.5, true, kMargin, y + 6, kWidth);
    std::int64_t most = 1;
    for (const PdfPlot::Series& series : plot.series)
      for (const std::int64_t value : series.values) most = std::max(most, value);
    const std::int64_t step = step_of(most);
    const auto height_at = [&](std::int64_t value) {
      return y + kPlotFloor -
             (kPlotFloor - kPlotTop) * static_cast<double>(std::max<std::int64_t>(value, 0)) /
                 static_cast<double>(step * 4);
    };
    const double left = kMargin + kPlotLeft, width = kWidth - kPlotLeft;
    for (std::int64_t tick = 0; tick <= step * 4; tick += step) {
      cairo_set_source_rgb(cairo_.get(), 0.8, 0.8, 0.8);
      line(left, height_at(tick), left + width, height_at(tick));
      cairo_set_source_rgb(cairo_.get(), 0, 0, 0);
      tagged("P", std::to_string(tick), 7, false, kMargin, height_at(tick) - 5, kPlotLeft - 6);
    }
    const double apart = width / static_cast<double>(plot.labels.size() - 1);
    for (std::size_t i = 0; i < plot.series.size(); ++i) {
      take_pen(i);
      const std::size_t count = std::min(plot.series[i].values.size(), plot.labels.size());
      for (std::size_t at = 0; at < count; ++at) {
        const double x = left + apart * static_cast<double>(at), to = height_at(plot.series[i].values[at]);
        if (at == 0)
          cairo_move_to(cairo_.get(), x, to);
        else
          cairo_line_to(cairo_.get(), x, to);
      }
      cairo_stroke(cairo_.get());
      const double key = left + width / kPlotSeries * static_cast<double>(i);
      line(key, y + 26, key + 22, y + 26);
      drop_pen();
      tagged("P", plot.series[i].name, 7.5, false, key + 27, y + 21, width / kPlotSeries - 30);
    }
    constexpr double kLabel = 70;
    const std::size_t last = plot.labels.size() - 1;
    tagged("P", plot.labels.front(), 7, false, left, y + kPlotFloor + 4, kLabel);
    if (last >= 4)
      tagged("P", plot.labels[last / 2], 7, false, left + apart * static_cast<double>(last / 2) - 22,
             y + kPlotFloor + 4, kLabel);
    tagged("P", plot.labels.back(), 7, false, left + width - 46, y + kPlotFloor + 4, kLabel);
    cairo_tag_end(cairo_.get(), "Figure");
  }
  void draw(const Row& row, double y, double height) {
    if (!open_table_) cairo_tag_begin(cairo_.get(), "Table", nullptr);
    open_table_ = true;
    cairo_tag_begin(cairo_.get(), "TR", nullptr);
    double x = kMargin;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      tagged(row.headings ? "TH" : "TD", row.cells[i], 8.5, row.headings, x + kCellPad, y + kCellPad,
             column(row, i) - 2 * kCellPad);
      x += column(row, i);
    }
    cairo_tag_end(cairo_.get(), "TR");
    line(kMargin, y + height, kMargin + kWidth, y + height);
  }
  void draw(const Code& code, double y) {
    const auto symbol = encoded(code);
    SEALKEEP_ASSERT(symbol != nullptr);
    const double origin = kQuietModules * kCodeModule;
    for (int row = 0; row < symbol->width; ++row)
      for (int at = 0; at < symbol->width; ++at)
        if ((symbol->data[row * symbol->width + at] & 1) != 0)
          cairo_rectangle(cairo_.get(), kMargin + origin + at * kCodeModule, y + origin + row * kCodeModule,
                          kCodeModule, kCodeModule);
    cairo_fill(cairo_.get());
    const double size = (symbol->width + 2 * kQuietModules) * kCodeModule;
    tagged("P", code.text, 9, false, kMargin, y + size, kWidth);
  }
  void close_table() {
    if (open_table_) cairo_tag_end(cairo_.get(), "Table");
    open_table_ = false;
  }
  void line(double x1, double y1, double x2, double y2) {
    cairo_move_to(cairo_.get(), x1, y1);
    cairo_line_to(cairo_.get(), x2, y2);
    cairo_stroke(cairo_.get());
  }
  void foot(std::size_t page) {
    const double y = kPageHeight - kMargin;
    line(kMargin, y - 4, kMargin + kWidth, y - 4);
    tagged("P", document_.foot_, 7.5, false, kMargin, y, kWidth - 90);
    const std::string number = "page " + std::to_string(page) + " of " + std::to_string(pages_.size());
    tagged("P", number, 7.5, false, kMargin + kWidth - 80, y, 80);
  }

  const PdfDocument& document_;
  Bytes out_;
  Held<cairo_surface_t> surface_;
  Held<cairo_t> cairo_;
  Held<PangoFontMap> fonts_;
  Held<PangoContext> context_;
  Held<PangoLayout> layout_;
  std::vector<std::vector<Placed>> pages_;
  bool open_table_ = false;
};

Result<Bytes> PdfDocument::render() const {
  return PdfPainter(*this).paint();
}

}  // namespace sealkeep::interchange
