// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "common/cli/command.hpp"
#include "common/net/context.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::fault {

/// One real program as a process of its own; killed when this goes away. Its output is appended to `log`.
class Program {
 public:
  Program(std::vector<std::string> arguments, std::filesystem::path log)
      : arguments_(std::move(arguments)), log_(std::move(log)) {}
  ~Program() { kill(); }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void start();
  void kill();  ///< SIGKILL, and waits until it is gone
  /// SIGTERM, and wait().
  [[nodiscard]] int stop();
  /// Until it is gone; its exit status, or -1 if a signal ended it.
  [[nodiscard]] int wait();

 private:
  std::vector<std::string> arguments_;
  std::filesystem::path log_;
  pid_t pid_ = 0;
};

/// A TCP port that was free a moment ago.
[[nodiscard]] std::uint16_t free_port();

/// Asks the daemon that serves `folder`.
[[nodiscard]] Result<cli::Value> ask(net::NetContext& context, const std::filesystem::path& folder,
                                     const cli::Command& command);

}  // namespace sealkeep::fault
