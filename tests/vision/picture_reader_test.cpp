// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/picture_reader.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agent/vision/commands.hpp"
#include "tests/vision/drawn.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;

bool models_there() {
  if (fs::exists(ReaderSetup{}.prefix / "models/rec.onnx")) return true;
  WARN("no models: deploy/install.sh --vision gets them");
  return false;
}

/// The development pictures lie beside this repository.
fs::path samples() {
  const char* named = std::getenv("SEALKEEP_SAMPLES");
  return named != nullptr ? fs::path(named) : fs::path(SEALKEEP_SOURCE_DIR) / "../shared/samples";
}

Bytes file_bytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

cli::Command command(const std::string& name, std::map<std::string, std::vector<std::string>> options) {
  cli::Command out;
  out.name = name;
  out.options = std::move(options);
  return out;
}

TEST_CASE("a drawn container number is read, in one row, in pieces and stacked") {
  if (!models_there()) return;
  PictureReader reader({});
  cv::Mat row(480, 640, CV_8UC3, cv::Scalar(110, 70, 40));
  drawn_text("TEMU 503702 9", 420, 60, 1.4).copyTo(row(cv::Rect(100, 80, 420, 60)));
  const auto one_row = reader.read({ReadKind::Container, encoded(row, ".png")});
  REQUIRE(one_row);
  CHECK(believed(*one_row) == "TEMU5037029");
  CHECK(one_row->peak_kib > 0);

  cv::Mat rows(480, 640, CV_8UC3, cv::Scalar(110, 70, 40));
  drawn_text("TEMU", 300, 60, 1.4).copyTo(rows(cv::Rect(100, 80, 300, 60)));
  drawn_text("503702 9", 300, 60, 1.4).copyTo(rows(cv::Rect(100, 140, 300, 60)));
  const auto two_rows = reader.read({ReadKind::Container, encoded(rows, ".png")});
  REQUIRE(two_rows);
  CHECK(believed(*two_rows) == "TEMU5037029");

  cv::Mat wall(720, 640, CV_8UC3, cv::Scalar(110, 70, 40));
  const cv::Mat column = drawn_column("TEMU5037029", 44, 50, true);
  column.copyTo(wall(cv::Rect(300, 60, column.cols, column.rows)));
  const auto stacked = reader.read({ReadKind::Container, encoded(wall, ".png")});
  REQUIRE(stacked);
  CHECK(believed(*stacked) == "TEMU5037029");
}

TEST_CASE("a number with a wrong check digit is never reported") {
  if (!models_there()) return;
  PictureReader reader({});
  cv::Mat row(240, 640, CV_8UC3, cv::Scalar(110, 70, 40));
  drawn_text("TEMU 503702 4", 420, 60, 1.4).copyTo(row(cv::Rect(100, 80, 420, 60)));
  const auto reading = reader.read({ReadKind::Container, encoded(row, ".png")});
  REQUIRE(reading);
  CHECK(believed(*reading).empty());
}

TEST_CASE("hostile pictures are errors, and the next picture is read by the same reader") {
  PictureReader reader({});
  const Bytes good = encoded(drawn_text("A", 64, 64), ".png");
  Bytes bomb = good;
  for (const std::size_t at : {16U, 20U}) bomb[at] = 0x7F;
  CHECK(reader.read({ReadKind::Barcode, bomb}).error().code == "vision.picture_too_large");
  CHECK(reader.read({ReadKind::Barcode, ByteView(good).first(40)}).error().code == "vision.broken_picture");
  CHECK(reader.read({ReadKind::Barcode, as_bytes("not a picture")}).error().code == "vision.not_a_picture");
  const Bytes jpeg = encoded(drawn_text("TEMU 503702 9", 420, 60, 1.4), ".jpg");
  for (std::size_t i = 20; i < jpeg.size(); i += 61) {
    Bytes damaged = jpeg;
    damaged[i] = static_cast<std::uint8_t>(damaged[i] ^ 0x5A);
    static_cast<void>(reader.read({ReadKind::Barcode, damaged}));
  }
  CHECK(reader.read({ReadKind::Barcode, good}));
}

TEST_CASE("without models barcodes are read, and the rest says what is missing") {
  ReaderSetup setup;
  setup.prefix = "/nonexistent";
  PictureReader reader(setup);
  const Bytes picture = encoded(drawn_text("A", 64, 64), ".png");
  CHECK(reader.read({ReadKind::Barcode, picture}));
  const auto container = reader.read({ReadKind::Container, picture});
  REQUIRE_FALSE(container);
  CHECK(container.error().code == "vision.no_runtime");
  CHECK(container.error().next.find("install.sh --vision") != std::string::npos);
}

TEST_CASE("read prints one line a picture, and an unreadable one is a line too") {
  std::vector<cli::Value> lines;
  REQUIRE(read_files(command("read", {{"kind", {"barcode"}},
                                      {"file", {"/nonexistent.jpg", SEALKEEP_SOURCE_DIR "/README.md"}}}),
                     [&](const cli::Value& line) { lines.push_back(line); }));
  REQUIRE(lines.size() == 2);
  for (const cli::Value& line : lines) {
    CHECK(line.find("error")->find("code")->as_text() != nullptr);
    CHECK(line.find("text")->is_null());
    CHECK(*line.find("state")->as_text() == "none");
  }
}

TEST_CASE("a stock list and a truth list are read line by line") {
  const auto stock = parse_stock("# box 7\nNZ300001\n nz 300-002 \n\n");
  REQUIRE(stock);
  CHECK(*stock == std::set<std::string>{"NZ300001", "NZ300002"});
  CHECK(parse_stock("NZ300001\n!!\n").error().what.find("Line 2") == 0);
  const auto truth = parse_truth("#file\texpected\na.jpg\tMSKU4135329|TEMU5037029\tvalid\tmulti\nb.jpg\t\n");
  REQUIRE(truth);
  REQUIRE(truth->size() == 2);
  CHECK(truth->at(0) == Truth{"a.jpg", {"MSKU4135329", "TEMU5037029"}, "multi"});
  CHECK(truth->at(1).expected == std::vector<std::string>{""});
  CHECK_FALSE(parse_truth("../a.jpg\tMSKU4135329\n"));
  CHECK_FALSE(parse_truth("a.jpg\n"));
}

TEST_CASE("a few of the development pictures are read", "[samples]") {
  const fs::path folder = samples() / "ocr";
  if (!fs::exists(folder)) {
    WARN("no development pictures: " + folder.string());
    return;
  }
  if (!models_there()) return;
  PictureReader reader({});
  for (const auto& [file, number] :
       std::map<std::string, std::string>{{"al_617457.jpg", "MSKU4135329"},
                                          {"du_abf3ce.jpg", "FANU1869720"},
                                          {"mm_152733001-OCR-AH-A01.jpg", "TEMU5037029"}}) {
    CAPTURE(file);
    const auto reading = reader.read({ReadKind::Container, file_bytes(folder / file)});
    REQUIRE(reading);
    CHECK(believed(*reading) == number);
  }
}

}  // namespace
}  // namespace sealkeep::vision
