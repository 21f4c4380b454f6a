// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/interchange/pdf_paper.hpp"

namespace sealkeep::interchange {
namespace {

constexpr double kPlotLeft = 46, kPlotFloor = 148, kPlotTop = 34;

// 1, 2 or 5 times a power of ten, four steps of which reach the top.
std::int64_t step_of(std::int64_t most) {
  std::int64_t step = 1;
  for (int turn = 0; step * 4 < most; ++turn) step = turn % 3 == 1 ? step / 2 * 5 : step * 2;
  return step;
}

// Told apart by dashes and by how dark they are.
void take_pen(cairo_t* pen, std::size_t series) {
  constexpr double kDashes[kPlotSeries][2] = {{0, 0}, {5, 2.5}, {1.2, 2}, {8, 4}};
  constexpr double kGrey[kPlotSeries] = {0.0, 0.25, 0.4, 0.6};
  cairo_set_source_rgb(pen, kGrey[series], kGrey[series], kGrey[series]);
  cairo_set_line_width(pen, 1.2);
  cairo_set_dash(pen, kDashes[series], kDashes[series][0] > 0 ? 2 : 0, 0);
}

void drop_pen(cairo_t* pen) {
  cairo_set_dash(pen, nullptr, 0, 0);
  cairo_set_source_rgb(pen, 0, 0, 0);
  cairo_set_line_width(pen, 0.5);
}

}  // namespace

void draw_plot(PdfPaper& paper, const PdfPlot& plot, double y) {
  paper.begin("Figure");
  paper.write("Caption", plot.title, kTextSize, true, kMargin, y + 6, kTextWidth);
  std::int64_t most = 1;
  for (const PdfPlot::Series& series : plot.series)
    for (const std::int64_t value : series.values) most = std::max(most, value);
  const std::int64_t step = step_of(most);
  const auto height_at = [&](std::int64_t value) {
    return y + kPlotFloor -
           (kPlotFloor - kPlotTop) * static_cast<double>(std::max<std::int64_t>(value, 0)) /
               static_cast<double>(step * 4);
  };
  const double left = kMargin + kPlotLeft, width = kTextWidth - kPlotLeft;
  for (std::int64_t tick = 0; tick <= step * 4; tick += step) {
    cairo_set_source_rgb(paper.pen(), 0.8, 0.8, 0.8);
    paper.line(left, height_at(tick), left + width, height_at(tick));
    cairo_set_source_rgb(paper.pen(), 0, 0, 0);
    paper.write("P", std::to_string(tick), 7, false, kMargin, height_at(tick) - 5, kPlotLeft - 6);
  }
  const double apart = width / static_cast<double>(plot.labels.size() - 1);
  for (std::size_t i = 0; i < plot.series.size(); ++i) {
    take_pen(paper.pen(), i);
    const std::size_t count = std::min(plot.series[i].values.size(), plot.labels.size());
    for (std::size_t at = 0; at < count; ++at) {
      const double x = left + apart * static_cast<double>(at), to = height_at(plot.series[i].values[at]);
      if (at == 0)
        cairo_move_to(paper.pen(), x, to);
      else
        cairo_line_to(paper.pen(), x, to);
    }
    cairo_stroke(paper.pen());
    const double key = left + width / kPlotSeries * static_cast<double>(i);
    paper.line(key, y + 26, key + 22, y + 26);
    drop_pen(paper.pen());
    paper.write("P", plot.series[i].name, 7.5, false, key + 27, y + 21, width / kPlotSeries - 30);
  }
  constexpr double kLabel = 70;
  const std::size_t last = plot.labels.size() - 1;
  paper.write("P", plot.labels.front(), 7, false, left, y + kPlotFloor + 4, kLabel);
  if (last >= 4)
    paper.write("P", plot.labels[last / 2], 7, false, left + apart * static_cast<double>(last / 2) - 22,
                y + kPlotFloor + 4, kLabel);
  paper.write("P", plot.labels.back(), 7, false, left + width - 46, y + kPlotFloor + 4, kLabel);
  paper.end("Figure");
}

}  // namespace sealkeep::interchange
