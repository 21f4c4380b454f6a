// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <set>
#include <string>

#include "agent/vision/child.hpp"
#include "agent/vision/owner_prior.hpp"
#include "agent/vision/reading.hpp"

namespace sealkeep::vision {

/// What a reader knows before it sees a picture.
struct ReaderSetup {
  std::filesystem::path prefix =
      SEALKEEP_VISION_PREFIX;  ///< lib/libonnxruntime.so, models/{det,rec}.onnx, models/keys.txt
  OwnerPrior owners;
  std::set<std::string> stock;  ///< seal numbers in their written form
};

/// Reads pictures in a child process (child.hpp), so that no picture can harm the caller. Without the models
/// it reads barcodes, and says for the rest what is missing. One thread owns it.
class PictureReader {
 public:
  explicit PictureReader(ReaderSetup setup, ChildLimits limits = {});
  /// The errors of decode_picture() and Child::ask(); NotFound
  /// `vision.no_runtime` or `vision.no_model`.
  [[nodiscard]] Result<Reading> read(const ReadRequest& asked);

 private:
  Child child_;
};

/// Seal numbers, one a line; '#' begins a comment. BadInput `vision.stock` names the line.
[[nodiscard]] Result<std::set<std::string>> parse_stock(std::string_view text);

}  // namespace sealkeep::vision
