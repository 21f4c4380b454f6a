// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/onnx_model.hpp"

#include <dlfcn.h>
#include <onnxruntime_c_api.h>

#include <cstdlib>
#include <functional>
#include <numeric>

#include "common/base/bytes.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::string_view kGetThem = "Run deploy/install.sh --vision";

class LoadedRuntime final : public OnnxRuntime {
 public:
  explicit LoadedRuntime(const OrtApi* api) : api_(api) {}
  ~LoadedRuntime() override {
    if (memory_ != nullptr) api_->ReleaseMemoryInfo(memory_);
    if (env_ != nullptr) api_->ReleaseEnv(env_);
  }

  [[nodiscard]] Result<> check(OrtStatus* status, const char* code) const {
    if (status == nullptr) return {};
    const std::string why = printable(api_->GetErrorMessage(status), 200);
    api_->ReleaseStatus(status);
    return fail(ErrorKind::Refused, code, "ONNX Runtime refuses", why, std::string(kGetThem));
  }
  [[nodiscard]] Result<> begin() {
    SEALKEEP_TRY(check(api_->CreateEnv(ORT_LOGGING_LEVEL_FATAL, "sealkeep-vision", &env_), "vision.runtime"));
    return check(api_->CreateCpuMemoryInfo(OrtDeviceAllocator, OrtMemTypeDefault, &memory_),
                 "vision.runtime");
  }

  [[nodiscard]] const OrtApi& api() const { return *api_; }
  [[nodiscard]] OrtEnv* env() const { return env_; }
  [[nodiscard]] OrtMemoryInfo* memory() const { return memory_; }

 private:
  const OrtApi* api_;
  OrtEnv* env_ = nullptr;
  OrtMemoryInfo* memory_ = nullptr;
};

class LoadedModel final : public OnnxModel {
 public:
  explicit LoadedModel(std::shared_ptr<LoadedRuntime> runtime) : runtime_(std::move(runtime)) {}
  ~LoadedModel() override {
    if (session_ != nullptr) runtime_->api().ReleaseSession(session_);
  }

  [[nodiscard]] Result<> begin(const std::filesystem::path& file) {
    const OrtApi& api = runtime_->api();
    OrtSessionOptions* options = nullptr;
    SEALKEEP_TRY(check(api.CreateSessionOptions(&options)));
    const std::unique_ptr<OrtSessionOptions, std::function<void(OrtSessionOptions*)>> owned(
        options, [&api](OrtSessionOptions* gone) { api.ReleaseSessionOptions(gone); });
    SEALKEEP_TRY(check(api.SetIntraOpNumThreads(options, 1)));
    SEALKEEP_TRY(check(api.SetInterOpNumThreads(options, 1)));
    SEALKEEP_TRY(check(api.SetSessionExecutionMode(options, ORT_SEQUENTIAL)));
    SEALKEEP_TRY(check(api.SetSessionGraphOptimizationLevel(options, ORT_ENABLE_ALL)));
    // Each picture has sizes of its own: an arena and a pattern would keep memory for all that were seen.
    SEALKEEP_TRY(check(api.DisableCpuMemArena(options)));
    SEALKEEP_TRY(check(api.DisableMemPattern(options)));
    SEALKEEP_TRY(check(api.CreateSession(runtime_->env(), file.c_str(), options, &session_)));
    OrtAllocator* allocator = nullptr;
    SEALKEEP_TRY(check(api.GetAllocatorWithDefaultOptions(&allocator)));
    SEALKEEP_TRY(name(allocator, api.SessionGetInputName, input_));
    return name(allocator, api.SessionGetOutputName, output_);
  }

  Result<> run(std::span<float> input, std::span<const std::int64_t> shape, const Use& use) override {
    const OrtApi& api = runtime_->api();
    SEALKEEP_ASSERT(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>()) ==
                    static_cast<std::int64_t>(input.size()));
    OrtValue* given = nullptr;
    SEALKEEP_TRY(check(api.CreateTensorWithDataAsOrtValue(runtime_->memory(), input.data(),
                                                          input.size_bytes(), shape.data(), shape.size(),
                                                          ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, &given)));
    const Owned owned_given(given, {&api});
    const OrtValue* inputs[] = {given};
    const char* input_names[] = {input_.c_str()};
    const char* output_names[] = {output_.c_str()};
    OrtValue* answer = nullptr;
    SEALKEEP_TRY(check(api.Run(session_, nullptr, input_names, inputs, 1, output_names, 1, &answer)));
    const Owned owned_answer(answer, {&api});
    OrtTensorTypeAndShapeInfo* info = nullptr;
    SEALKEEP_TRY(check(api.GetTensorTypeAndShape(answer, &info)));
    std::size_t dimensions = 0, count = 0;
    OrtStatus* status = api.GetDimensionsCount(info, &dimensions);
    std::vector<std::int64_t> answer_shape(dimensions);
    if (status == nullptr) status = api.GetDimensions(info, answer_shape.data(), dimensions);
    if (status == nullptr) status = api.GetTensorShapeElementCount(info, &count);
    api.ReleaseTensorTypeAndShapeInfo(info);
    SEALKEEP_TRY(check(status));
    void* data = nullptr;
    SEALKEEP_TRY(check(api.GetTensorMutableData(answer, &data)));
    use({static_cast<const float*>(data), count}, answer_shape);
    return {};
  }

 private:
  struct Release {
    const OrtApi* api;
    void operator()(OrtValue* value) const { api->ReleaseValue(value); }
  };
  using Owned = std::unique_ptr<OrtValue, Release>;

  [[nodiscard]] Result<> check(OrtStatus* status) const { return runtime_->check(status, "vision.model"); }

  template <class Get>
  [[nodiscard]] Result<> name(OrtAllocator* allocator, Get get, std::string& out) {
    char* text = nullptr;
    SEALKEEP_TRY(check(get(session_, 0, allocator, &text)));
    out = text;
    return check(runtime_->api().AllocatorFree(allocator, text));
  }

  std::shared_ptr<LoadedRuntime> runtime_;
  OrtSession* session_ = nullptr;
  std::string input_, output_;
};

}  // namespace

Result<std::shared_ptr<OnnxRuntime>> OnnxRuntime::load(const std::filesystem::path& library) {
  if (!std::filesystem::exists(library))
    return fail(ErrorKind::NotFound, "vision.no_runtime", "ONNX Runtime is not there",
                library.string() + " does not exist", std::string(kGetThem));
  const auto wrong = [&](const std::string& why) {
    return fail(ErrorKind::Refused, "vision.runtime", "ONNX Runtime cannot be used", printable(why, 200),
                std::string(kGetThem));
  };
  // Version 1.29 sends events to its maker unless this is set before it is loaded.
  setenv("ORT_DISABLE_TELEMETRY", "1", 1);
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return wrong(dlerror());
  void* symbol = dlsym(handle, "OrtGetApiBase");
  if (symbol == nullptr) return wrong(library.string() + " is not ONNX Runtime");
  const auto get_base = reinterpret_cast<const OrtApiBase* (*)()>(symbol);
  const OrtApi* api = get_base()->GetApi(ORT_API_VERSION);
  if (api == nullptr) return wrong("it is older than version 1." + std::to_string(ORT_API_VERSION));
  auto runtime = std::make_shared<LoadedRuntime>(api);
  SEALKEEP_TRY(runtime->begin());
  return runtime;
}

Result<std::unique_ptr<OnnxModel>> OnnxModel::open(std::shared_ptr<OnnxRuntime> runtime,
                                                   const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    return fail(ErrorKind::NotFound, "vision.no_model", "A model is not there",
                file.string() + " does not exist", std::string(kGetThem));
  auto model = std::make_unique<LoadedModel>(std::static_pointer_cast<LoadedRuntime>(std::move(runtime)));
  SEALKEEP_TRY(model->begin(file));
  return model;
}

}  // namespace sealkeep::vision
