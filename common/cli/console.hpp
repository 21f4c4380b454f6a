// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "common/cli/render.hpp"

namespace sealkeep::cli {

/// The style for a file descriptor: colour and cutting only on a terminal, no colour when NO_COLOR is set and
/// not empty (no-color.org) or TERM is "dumb".
[[nodiscard]] Style style_of(int descriptor, bool json);

/// Shows progress: on a terminal a bar in one line that is drawn over, otherwise a line at every tenth.
/// Prints nothing with style.json. One thread.
class ProgressBar {
 public:
  /// `write` gets what is to be printed, at once and unbuffered (stderr).
  using Write = std::function<void(std::string_view)>;
  ProgressBar(Style style, Write write) : style_(style), write_(std::move(write)) {}
  ProgressBar(const ProgressBar&) = delete;
  ProgressBar& operator=(const ProgressBar&) = delete;
  ~ProgressBar();  ///< ends the line

  void show(const Progress& progress);

 private:
  Style style_;
  Write write_;
  std::string words_;
  int last_ = -1;
  std::size_t drawn_ = 0;
};

/// Writes to stdout or stderr; false if it could not (a full disk, a closed pipe).
bool print_out(std::string_view text);
bool print_err(std::string_view text);

/// Prints a command's outcome, the value on stdout or the error on stderr, and returns the process's exit
/// code: 0; 1 if the value is an object whose member "valid" is false; else exit_code() of the error. Full
/// `cli.output` is reported, and its code returned, if stdout does not take the value.
[[nodiscard]] int finish(const Result<Value>& outcome, bool json);

}  // namespace sealkeep::cli
