// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include <memory>

#include "common/interchange/pdf_document.hpp"

/// Inside of PDF writing (pdf_*.cpp only): A4 pages with text and lines, tagged. Lengths are points, y grows
/// downwards.
namespace sealkeep::interchange {

inline constexpr double kPageWidth = 595.28, kPageHeight = 841.89, kMargin = 51;
inline constexpr double kTextWidth = kPageWidth - 2 * kMargin;
inline constexpr double kTextSize = 9.5;

class PdfPaper {
 public:
  PdfPaper();
  PdfPaper(const PdfPaper&) = delete;
  PdfPaper& operator=(const PdfPaper&) = delete;

  void describe(const std::string& title, const std::string& subject, std::int64_t created_ms);
  void begin(const char* tag) { cairo_tag_begin(cairo_.get(), tag, nullptr); }
  void end(const char* tag) { cairo_tag_end(cairo_.get(), tag); }
  /// How high the text is, broken into lines of that width.
  [[nodiscard]] double height(const std::string& text, double size, bool bold, double width);
  void write(const char* tag, const std::string& text, double size, bool bold, double x, double y,
             double width);
  void line(double x1, double y1, double x2, double y2);
  void next_page() { cairo_show_page(cairo_.get()); }
  /// The file; nothing can be drawn after it. Refused `pdf.write`.
  [[nodiscard]] Result<Bytes> finish();
  [[nodiscard]] cairo_t* pen() { return cairo_.get(); }

 private:
  struct Freed {
    void operator()(cairo_surface_t* p) const { cairo_surface_destroy(p); }
    void operator()(cairo_t* p) const { cairo_destroy(p); }
    void operator()(PangoFontMap* p) const { g_object_unref(p); }
    void operator()(PangoContext* p) const { g_object_unref(p); }
    void operator()(PangoLayout* p) const { g_object_unref(p); }
    void operator()(PangoFontDescription* p) const { pango_font_description_free(p); }
  };
  template <class T>
  using Held = std::unique_ptr<T, Freed>;
  void set(const std::string& text, double size, bool bold, double width);

  Bytes out_;
  Held<cairo_surface_t> surface_;
  Held<cairo_t> cairo_;
  Held<PangoFontMap> fonts_;
  Held<PangoContext> context_;
  Held<PangoLayout> layout_;
};

inline constexpr double kPlotHeight = 176;
/// The plot, kTextWidth wide and kPlotHeight high, from `y` on.
void draw_plot(PdfPaper& paper, const PdfPlot& plot, double y);

}  // namespace sealkeep::interchange
