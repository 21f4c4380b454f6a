// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/container_reader.hpp"

#include <algorithm>
#include <ctime>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "agent/vision/column.hpp"
#include "agent/vision/number_search.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kLinesOfALook = 26, kColumnsOfALook = 8;
constexpr float kSamePlace = 0.75F;
constexpr double kFollowWorth = 6, kBesideTypeWorth = 2;
constexpr double kLeastPromise = 0.4;
constexpr float kReachRight[] = {1.3F, 2.0F, 2.8F};  // heights to where a boxed check digit stands
constexpr float kClearLine = -0.7F;
constexpr int kTimesLonger = 2;  // a column of which only a part was found is made longer that often
constexpr float kReachDown[] = {1.8F, 3.2F};  // widths, in a column

/// Processor time.
class Stopwatch {
 public:
  explicit Stopwatch(double& out) : out_(out) {}
  ~Stopwatch() { out_ += 1000.0 * static_cast<double>(std::clock() - begin_) / CLOCKS_PER_SEC; }
  Stopwatch(const Stopwatch&) = delete;
  Stopwatch& operator=(const Stopwatch&) = delete;

 private:
  double& out_;
  std::clock_t begin_ = std::clock();
};

cv::Mat with_contrast(const cv::Mat& picture) {
  cv::Mat lab;
  cv::cvtColor(picture, lab, cv::COLOR_BGR2Lab);
  std::vector<cv::Mat> planes;
  cv::split(lab, planes);
  cv::createCLAHE(3.0, {8, 8})->apply(planes[0], planes[0]);
  cv::merge(planes, lab);
  cv::Mat out;
  cv::cvtColor(lab, out, cv::COLOR_Lab2BGR);
  return out;
}

/// One picture in one orientation: pieces found by earlier looks stay.
class Reading {
 public:
  Reading(const cv::Mat& picture, TextDetector& detector, LineRecogniser& recogniser,
          const OwnerPrior& owners, Findings& findings, Effort& effort, std::vector<std::string>* trace)
      : picture_(picture),
        detector_(detector),
        recogniser_(recogniser),
        findings_(findings),
        effort_(effort),
        trace_(trace),
        search_(owners, findings) {}

  Result<> look(const Look& look) {
    look_no_ = ++effort_.looks;
    cv::Rect area(0, 0, picture_.cols, picture_.rows);
    if (look.hinted) {
      area = hinted_area();
      if (area.empty()) return {};
    }
    cv::Mat seen = picture_(area);
    if (look.contrast) seen = with_contrast(seen);
    std::vector<TextBox> boxes;
    {
      const Stopwatch watch(effort_.detect_ms);
      SEALKEEP_LET(found, detector_.find(seen, look.long_side, look.squeeze_y));
      boxes = std::move(found);
    }
    for (TextBox& box : boxes)
      box.place.center += cv::Point2f(static_cast<float>(area.x), static_cast<float>(area.y));
    SEALKEEP_TRY(read_boxes(boxes));
    if (findings_.settled()) return {};
    return look_for_check_digits();
  }

 private:
  struct Waiting {
    TextBox box;
    double promise;
  };
  struct WaitingColumn {
    cv::RotatedRect place;
    double promise;
  };

  Result<> read_boxes(const std::vector<TextBox>& boxes) {
    std::vector<Waiting> rows;
    for (const TextBox& box : boxes)
      if (!is_tall(box)) rows.push_back({box, promise(box)});
    std::vector<WaitingColumn> columns;
    for (const cv::RotatedRect& place : columns_of(boxes)) {
      const double form = place.size.height / std::max(1.0F, place.size.width);
      columns.push_back({place, form > 5.5 ? 3.2 : form > 3.2 ? 2.2 : 1.2});
    }
    std::size_t lines_left = kLinesOfALook, columns_left = kColumnsOfALook;
    while (true) {
      const auto row = std::max_element(
          rows.begin(), rows.end(), [](const Waiting& a, const Waiting& b) { return a.promise < b.promise; });
      const auto column = std::max_element(
          columns.begin(), columns.end(),
          [](const WaitingColumn& a, const WaitingColumn& b) { return a.promise < b.promise; });
      const double row_promise = row == rows.end() || lines_left == 0 ? 0 : row->promise;
      const double column_promise = column == columns.end() || columns_left == 0 ? 0 : column->promise;
      if (std::max(row_promise, column_promise) < kLeastPromise) return {};
      if (row_promise >= column_promise) {
        const cv::RotatedRect place = row->box.place;
        rows.erase(row);
        if (known(place, false)) continue;
        --lines_left;
        SEALKEEP_LET(token, read_row(place));
        promote(token, rows);
        search_.add(std::move(token));
      } else {
        const cv::RotatedRect place = column->place;
        columns.erase(column);
        if (known(place, true)) continue;
        --columns_left;
        SEALKEEP_TRY(read_column(place));
      }
      if (findings_.settled()) return {};
    }
  }

  // A piece that was read at another scale is read again only where it is part of a number.
  [[nodiscard]] bool known(const cv::RotatedRect& place, bool column) const {
    const cv::Rect2f bounds = place.boundingRect2f();
    return std::any_of(search_.tokens().begin(), search_.tokens().end(), [&](const Token& token) {
      return token.column == column && overlap(token.bounds(), bounds) > kSamePlace &&
             !like_owner(token.text) && !like_serial(token.text);
    });
  }

  Result<Token> read_row(const cv::RotatedRect& place) {
    SEALKEEP_LET(line, recognise(cut_out(picture_, place)));
    Token token{place, false, std::move(line), {}, look_no_};
    token.text = token.line.text();
    note("row", token);
    return token;
  }

  // What could belong to this piece is read next.
  void promote(const Token& token, std::vector<Waiting>& rows) const {
    const bool owner = like_owner(token.text), serial = like_serial(token.text),
               type = like_type_code(token.text);
    if (!owner && !serial && !type) return;
    for (Waiting& waiting : rows) {
      Token other;
      other.place = waiting.box.place;
      if (owner && may_follow(token, other)) waiting.promise += kFollowWorth;
      if (serial && (may_follow(other, token) || may_follow(token, other))) waiting.promise += kFollowWorth;
      if (type && may_follow(other, token)) waiting.promise += kBesideTypeWorth;
    }
  }

  Result<> read_column(const cv::RotatedRect& place, int times_longer = 0) {
    // Boxes end close to the first and last character.
    cv::RotatedRect wide = place;
    wide.size.width *= 1.1F;
    wide.size.height += 0.3F * place.size.width;
    const cv::Mat column = cut_out(picture_, wide);
    if (column.empty()) return {};
    BestStack best;
    SEALKEEP_TRY(read_stacked(column, place, best));
    if (findings_.settled()) return {};
    const MissingCharacters missing = missing_around(best.text);
    if (missing.likely && times_longer < kTimesLonger) {
      cv::RotatedRect longer = place;
      const float up = missing.above * best.pitch, down = missing.below * best.pitch;
      longer.size.height += up + down;
      const double radians = static_cast<double>(place.angle) * CV_PI / 180;
      longer.center +=
          cv::Point2f(static_cast<float>(-std::sin(radians)), static_cast<float>(std::cos(radians))) *
          ((down - up) / 2);
      if (up + down > 0.5F * best.pitch) return read_column(longer, times_longer + 1);
    }
    return best.text.size() >= 6 ? Result<>{} : read_sideways(column, place);
  }

  struct BestStack {
    std::string text;
    float clear = kLeastLog;
    float pitch = 0;  ///< from character to character, pixels
  };

  Result<> read_stacked(const cv::Mat& column, const cv::RotatedRect& place, BestStack& best) {
    std::vector<std::vector<RowRun>> tried;
    for (const Split how : {Split::Edges, Split::Dark, Split::Light, Split::Even}) {
      std::vector<RowRun> runs = split_column(column, how);
      if (runs.size() < 2 || std::find(tried.begin(), tried.end(), runs) != tried.end()) continue;
      SEALKEEP_LET(line, recognise(laid_in_line(column, runs)));
      Token token{place, true, std::move(line), {}, look_no_};
      token.text = token.line.text();
      note("column", token);
      const float clear = token.line.mean_log() + (missing_around(token.text).likely ? 1.0F : 0.0F);
      if (token.line.mean_log() > kClearLine && clear > best.clear)
        best = {
            token.text, clear,
            static_cast<float>(runs.back().first - runs.front().first) / static_cast<float>(runs.size() - 1)};
      search_.add(std::move(token));
      tried.push_back(std::move(runs));
      if (findings_.settled()) return {};
    }
    return {};
  }

  // A row of text that stands on its end: the picture, or the container, is turned.
  Result<> read_sideways(const cv::Mat& column, const cv::RotatedRect& place) {
    for (const int turn : {cv::ROTATE_90_CLOCKWISE, cv::ROTATE_90_COUNTERCLOCKWISE}) {
      cv::Mat turned;
      cv::rotate(column, turned, turn);
      SEALKEEP_LET(line, recognise(turned));
      Token token{place, true, std::move(line), {}, look_no_};
      token.text = token.line.text();
      note("sideways", token);
      if (token.text.size() >= 9) search_.add(std::move(token));
      if (findings_.settled()) return {};
    }
    return {};
  }

  // The frame around the check digit keeps the detector from seeing it: the last piece is read again, with
  // more room.
  Result<> look_for_check_digits() {
    for (const NumberSearch::Unfinished& unfinished : search_.unfinished(3)) {
      const Token last = search_.tokens()[unfinished.chain.back()];
      if (last.look != look_no_) continue;
      for (const float reach :
           last.column ? std::span<const float>(kReachDown) : std::span<const float>(kReachRight)) {
        SEALKEEP_LET(token, read_longer(last, reach * last.glyph()));
        search_.finish(unfinished.chain, token);
        if (findings_.settled()) return {};
      }
    }
    return {};
  }

  Result<Token> read_longer(const Token& token, float by) {
    const double radians = static_cast<double>(token.place.angle) * CV_PI / 180;
    const auto cosine = static_cast<float>(std::cos(radians)), sine = static_cast<float>(std::sin(radians));
    cv::RotatedRect longer = token.place;
    if (!token.column) {
      longer.size.width += by;
      longer.center += cv::Point2f(cosine * by / 2, sine * by / 2);
      return read_row(longer);
    }
    longer.size.height += by;
    longer.center += cv::Point2f(-sine * by / 2, cosine * by / 2);
    const cv::Mat column = cut_out(picture_, longer);
    TextLine best;
    for (const Split how : {Split::Edges, Split::Even}) {
      SEALKEEP_LET(line, recognise(laid_in_line(column, split_column(column, how))));
      if (best.cells.empty() || line.text().size() > best.text().size()) best = std::move(line);
    }
    Token out{longer, true, std::move(best), {}, look_no_};
    out.text = out.line.text();
    note("longer", out);
    return out;
  }

  [[nodiscard]] cv::Rect hinted_area() const {
    std::optional<cv::Rect2f> all;
    for (const Token& token : search_.tokens()) {
      if (!like_owner(token.text) && !like_serial(token.text) && !like_type_code(token.text)) continue;
      const float g = token.glyph();
      const cv::Rect2f b = token.bounds();
      const float aside = 6 * g, up = token.column ? 14 * g : 5 * g, down = token.column ? 10 * g : 4 * g;
      const cv::Rect2f around(b.x - aside, b.y - up, b.width + 2 * aside, b.height + up + down);
      all = all ? (*all | around) : around;
    }
    if (!all) return {};
    const cv::Rect area = cv::Rect(*all) & cv::Rect(0, 0, picture_.cols, picture_.rows);
    // A region that is nearly the whole picture would only show it again.
    return area.area() > 0.6 * picture_.cols * picture_.rows ? cv::Rect() : area;
  }

  Result<TextLine> recognise(const cv::Mat& line) {
    ++effort_.lines;
    const Stopwatch watch(effort_.recognise_ms);
    return recogniser_.read(line);
  }

  void note(const char* what, const Token& token) {
    if (trace_ == nullptr) return;
    const cv::Rect b(token.bounds());
    trace_->push_back("look " + std::to_string(look_no_) + " " + what + " " + std::to_string(b.x) + "," +
                      std::to_string(b.y) + " " + std::to_string(b.width) + "x" + std::to_string(b.height) +
                      " \"" + token.text + "\"");
  }

  const cv::Mat& picture_;
  TextDetector& detector_;
  LineRecogniser& recogniser_;
  Findings& findings_;
  Effort& effort_;
  std::vector<std::string>* trace_;
  NumberSearch search_;
  int look_no_ = 0;
};

}  // namespace

const std::vector<Look>& usual_looks() {
  static const std::vector<Look> looks = {
      {640, 1, false, 0, false},   {960, 1, false, 0, false},  {960, 1, false, 0, true},
      {960, 0.6, false, 0, false}, {1280, 1, false, 0, false}, {960, 1, true, 0, false},
      {736, 1, false, 1, false},   {960, 1, false, 1, false},  {736, 1, false, 3, false},
      {960, 1, false, 3, false},   {736, 1, false, 2, false},
  };
  return looks;
}

Result<Findings> ContainerReader::read(const cv::Mat& picture, const std::vector<Look>& looks, Effort& effort,
                                       std::vector<std::string>* trace) {
  Findings findings;
  for (int turns = 0; turns < 4; ++turns) {
    cv::Mat turned = picture;
    std::optional<Reading> reading;
    for (const Look& look : looks) {
      if (look.quarter_turns != turns) continue;
      // A picture is taken for a turned one only where the right way up shows nothing at all.
      if (turns != 0 && findings.state() != ReadState::None) return findings;
      if (!reading) {
        if (turns != 0) cv::rotate(picture, turned, turns - 1);
        reading.emplace(turned, detector_, recogniser_, owners_, findings, effort, trace);
      }
      SEALKEEP_TRY(reading->look(look));
      if (findings.settled()) return findings;
    }
  }
  return findings;
}

}  // namespace sealkeep::vision
