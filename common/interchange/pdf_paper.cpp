// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/pdf_paper.hpp"

#include "common/base/clock.hpp"

namespace sealkeep::interchange {
namespace {

cairo_status_t take(void* to, const unsigned char* data, unsigned int length) {
  append(*static_cast<Bytes*>(to), {data, length});
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

PdfPaper::PdfPaper()
    : surface_(cairo_pdf_surface_create_for_stream(take, &out_, kPageWidth, kPageHeight)),
      cairo_(cairo_create(surface_.get())),
      fonts_(pango_cairo_font_map_new()),
      context_(pango_font_map_create_context(fonts_.get())),
      layout_(pango_layout_new(context_.get())) {
  cairo_set_source_rgb(pen(), 0, 0, 0);
  cairo_set_line_width(pen(), 0.5);
}

void PdfPaper::describe(const std::string& title, const std::string& subject, std::int64_t created_ms) {
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, title.c_str());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_SUBJECT, subject.c_str());
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATOR, "Sealkeep");
  cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_CREATE_DATE,
                                 iso_time(created_ms).c_str());
}

void PdfPaper::set(const std::string& text, double size, bool bold, double width) {
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

double PdfPaper::height(const std::string& text, double size, bool bold, double width) {
  set(text, size, bold, width);
  int across = 0, down = 0;
  pango_layout_get_size(layout_.get(), &across, &down);
  return static_cast<double>(down) / PANGO_SCALE;
}

void PdfPaper::write(const char* tag, const std::string& text, double size, bool bold, double x, double y,
                     double width) {
  begin(tag);
  set(text, size, bold, width);
  cairo_move_to(pen(), x, y);
  pango_cairo_show_layout(pen(), layout_.get());
  end(tag);
}

void PdfPaper::line(double x1, double y1, double x2, double y2) {
  cairo_move_to(pen(), x1, y1);
  cairo_line_to(pen(), x2, y2);
  cairo_stroke(pen());
}

Result<Bytes> PdfPaper::finish() {
  cairo_surface_finish(surface_.get());
  const cairo_status_t drawn = cairo_status(pen());
  const cairo_status_t written = cairo_surface_status(surface_.get());
  if (drawn != CAIRO_STATUS_SUCCESS || written != CAIRO_STATUS_SUCCESS)
    return fail(ErrorKind::Refused, "pdf.write", "The PDF cannot be made",
                cairo_status_to_string(drawn != CAIRO_STATUS_SUCCESS ? drawn : written),
                "Are the fonts of deploy/install.sh there? Try a shorter period");
  return std::move(out_);
}

}  // namespace sealkeep::interchange
