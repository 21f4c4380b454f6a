// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/picture_reader.hpp"

#include <malloc.h>
#include <sys/resource.h>

#include <opencv2/core/utility.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "agent/vision/container_reader.hpp"
#include "agent/vision/picture.hpp"
#include "common/cli/input_file.hpp"
#include "common/ses/seal_number.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kKeysBytes = 1024 * 1024;
// What is larger goes back to the kernel as soon as it is free, instead of leaving holes in the heap: a
// quarter less at the peak for a twentieth more processor time (docs/performance.md).
constexpr int kOwnMappingBytes = 8 << 20, kKeptFreeBytes = 64 << 20;

struct TextModels {
  std::unique_ptr<TextDetector> detector;
  std::unique_ptr<LineRecogniser> recogniser;
};

Result<TextModels> load_models(const std::filesystem::path& prefix) {
  SEALKEEP_LET(runtime, OnnxRuntime::load(prefix / "lib/libonnxruntime.so"));
  SEALKEEP_LET(detector, OnnxModel::open(runtime, prefix / "models/det.onnx"));
  SEALKEEP_LET(recogniser, OnnxModel::open(runtime, prefix / "models/rec.onnx"));
  SEALKEEP_LET(keys, cli::read_input(prefix / "models/keys.txt", kKeysBytes));
  SEALKEEP_LET(line, LineRecogniser::create(std::move(recogniser), as_text(keys)));
  return TextModels{std::make_unique<TextDetector>(std::move(detector)),
                    std::make_unique<LineRecogniser>(std::move(line))};
}

/// Everything in the child. What libraries do only once (tables, what the processor can do) happens in its
/// constructor.
class Worker {
 public:
  explicit Worker(const ReaderSetup& setup) : setup_(setup), models_(load_models(setup.prefix)) {
    mallopt(M_MMAP_THRESHOLD, kOwnMappingBytes);
    mallopt(M_TRIM_THRESHOLD, kKeptFreeBytes);
    cv::setNumThreads(1);
    const cv::Mat grey(64, 96, CV_8UC3, cv::Scalar::all(127));
    for (const char* format : {".jpg", ".png", ".webp"}) {
      std::vector<std::uint8_t> file;
      cv::imencode(format, grey, file);
      static_cast<void>(decode_picture(file));
    }
    static_cast<void>(read_barcode(grey, {}));
    if (!models_) return;
    static_cast<void>(models_->detector->find(grey, 96));
    static_cast<void>(models_->recogniser->read(grey));
  }

  Result<Bytes> answer(ByteView request) {
    SEALKEEP_LET(asked, decode_request(request));
    Reading out;
    out.kind = asked.kind;
    const std::int64_t begin_us = cpu_us();
    SEALKEEP_LET(picture, decode_picture(asked.file));
    const auto outcome = read(picture(asked.region.on(picture.size())), asked.trace, out);
    // Each picture leaves holes of other sizes.
    malloc_trim(0);
    SEALKEEP_TRY(outcome);
    out.cpu_us = cpu_us() - begin_us;
    out.peak_kib = usage().ru_maxrss;
    return encode(out);
  }

 private:
  static rusage usage() {
    rusage now{};
    getrusage(RUSAGE_SELF, &now);
    return now;
  }
  static std::int64_t cpu_us() {
    const rusage now = usage();
    return (now.ru_utime.tv_sec + now.ru_stime.tv_sec) * 1'000'000 + now.ru_utime.tv_usec +
           now.ru_stime.tv_usec;
  }

  Result<> read(const cv::Mat& picture, bool trace, Reading& out) {
    if (out.kind == ReadKind::Barcode) {
      out.codes = read_barcode(picture, setup_.stock);
      return {};
    }
    if (out.kind == ReadKind::Seal) {
      SEALKEEP_LET(seal, read_seal(picture, models_ ? models_->detector.get() : nullptr,
                                   models_ ? models_->recogniser.get() : nullptr, setup_.stock));
      out.seal = std::move(seal);
      return {};
    }
    if (out.kind == ReadKind::Presence) {
      out.presence = read_presence(picture);
      return {};
    }
    if (!models_) return tl::unexpected<Error>(models_.error());
    ContainerReader reader(*models_->detector, *models_->recogniser, setup_.owners);
    Effort effort;
    SEALKEEP_LET(findings, reader.read(picture, usual_looks(), effort, trace ? &out.trace : nullptr));
    out.findings = std::move(findings);
    out.looks = effort.looks;
    out.lines = effort.lines;
    if (trace)
      out.trace.push_back("detector " + std::to_string(static_cast<int>(effort.detect_ms)) +
                          " ms, recogniser " + std::to_string(static_cast<int>(effort.recognise_ms)) + " ms");
    return {};
  }

  ReaderSetup setup_;
  Result<TextModels> models_;
};

}  // namespace

PictureReader::PictureReader(ReaderSetup setup, ChildLimits limits)
    : child_(
          [setup = std::move(setup)]() -> Result<Child::Handler> {
            auto worker = std::make_shared<Worker>(setup);
            return [worker](ByteView request) { return worker->answer(request); };
          },
          limits) {}

Result<Reading> PictureReader::read(const ReadRequest& asked) {
  // Before anything is copied: what is too large never travels.
  SEALKEEP_TRY(picture_size(asked.file));
  SEALKEEP_LET(answer, child_.ask(encode_request(asked)));
  return decode_reading(answer);
}

Result<std::set<std::string>> parse_stock(std::string_view text) {
  std::set<std::string> stock;
  for (std::size_t line_no = 1; !text.empty(); ++line_no) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const std::size_t last = line.find_last_not_of(" \t\r");
    const auto number = ses::SealNumber::parse(line.substr(0, last + 1));
    if (!number)
      return bad_input("vision.stock", "Line " + std::to_string(line_no) + " of the list is no seal number",
                       number.error().what, "One number a line");
    stock.insert(number->text());
  }
  return stock;
}

}  // namespace sealkeep::vision
