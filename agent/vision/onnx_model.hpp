// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "common/base/error.hpp"

namespace sealkeep::vision {

/// ONNX Runtime, loaded when it is first needed, so that the program starts without it. One thread. Its
/// telemetry is turned off before it is loaded (docs/decisions/0022-reading-pictures.md).
class OnnxRuntime {
 public:
  /// NotFound `vision.no_runtime` if the library is not there, Refused `vision.runtime` if it is one that
  /// this program does not know. The library stays loaded until the process ends.
  [[nodiscard]] static Result<std::shared_ptr<OnnxRuntime>> load(const std::filesystem::path& library);
  virtual ~OnnxRuntime() = default;
  OnnxRuntime(const OnnxRuntime&) = delete;
  OnnxRuntime& operator=(const OnnxRuntime&) = delete;

 protected:
  OnnxRuntime() = default;
};

/// A model with one input and one output of 32-bit floats.
class OnnxModel {
 public:
  /// NotFound `vision.no_model`, Refused `vision.model`.
  [[nodiscard]] static Result<std::unique_ptr<OnnxModel>> open(std::shared_ptr<OnnxRuntime> runtime,
                                                               const std::filesystem::path& file);
  virtual ~OnnxModel() = default;
  OnnxModel(const OnnxModel&) = delete;
  OnnxModel& operator=(const OnnxModel&) = delete;

  /// Hands the output and its shape to `use`, which may look at them until it returns. `input` holds as many
  /// values as `shape` says (asserted). Refused `vision.model` if the model cannot take it.
  using Use = std::function<void(std::span<const float> output, std::span<const std::int64_t> shape)>;
  [[nodiscard]] virtual Result<> run(std::span<float> input, std::span<const std::int64_t> shape,
                                     const Use& use) = 0;

 protected:
  OnnxModel() = default;
};

}  // namespace sealkeep::vision
