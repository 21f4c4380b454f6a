// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "common/base/bytes.hpp"
#include "common/base/log.hpp"

namespace sealkeep::bench {

/// How a role program was started: `role edge|hub DIR PORT SITES POST`. POST is a folder through which
/// invitations, enrolment requests and answers are carried by hand, as an operator without a network would.
struct RoleArguments {
  std::filesystem::path folder;
  std::uint16_t port = 0;
  std::uint32_t sites = 1;
  std::filesystem::path post;
};

[[nodiscard]] Result<> run_edge(const RoleArguments& arguments);
[[nodiscard]] Result<> run_hub(const RoleArguments& arguments);

[[nodiscard]] inline std::string site_code(std::uint32_t site) {
  return "S" + std::to_string(site);
}

/// What only operators need to see is left out: stdout is the harness's, and stderr is a terminal.
class WarnLogger final : public Logger {
 public:
  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) override {
    if (level == LogLevel::Warn || level == LogLevel::Error) inner_->write(level, event, fields);
  }

 private:
  std::unique_ptr<Logger> inner_ = make_stderr_logger(false);
};

/// Puts a letter into the post box, whole or not at all.
inline void post_letter(const std::filesystem::path& post, const std::string& name, ByteView bytes) {
  const std::filesystem::path unfinished = post / (name + ".part");
  std::ofstream(unfinished, std::ios::binary)
      .write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  std::filesystem::rename(unfinished, post / name);
}

/// Waits for a letter, at most a minute.
[[nodiscard]] inline Result<Bytes> take_letter(const std::filesystem::path& post, const std::string& name) {
  for (int waited_ms = 0; waited_ms < 60'000; waited_ms += 5) {
    if (std::filesystem::exists(post / name)) {
      std::ifstream in(post / name, std::ios::binary);
      return Bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return fail(ErrorKind::NotFound, "bench.no_letter", "the other program did not send " + name);
}

}  // namespace sealkeep::bench
