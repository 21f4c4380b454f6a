// SPDX-License-Identifier: Apache-2.0
#include "common/cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "common/base/bytes.hpp"
#include "common/cli/text_width.hpp"

namespace sealkeep::cli {
namespace {

bool environment_says(const char* name, std::string_view value) {
  const char* found = std::getenv(name);
  return found != nullptr && value == found;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string counted(const Progress& progress) {
  if (progress.total == 0) return fmt::format("{} {}", progress.done, progress.words);
  return fmt::format("{} of {} {}", progress.done, progress.total, progress.words);
}

}  // namespace

Style style_of(int descriptor, bool json) {
  Style style;
  style.json = json;
  style.terminal = ::isatty(descriptor) == 1;
  if (!style.terminal) return style;
  const char* no_colour = std::getenv("NO_COLOR");
  style.colour = (no_colour == nullptr || *no_colour == '\0') && !environment_says("TERM", "dumb");
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) style.width = size.ws_col;
  return style;
}

void ProgressBar::show(const Progress& progress) {
  if (style_.json) return;
  const int steps = style_.terminal ? 100 : 10;
  const double part =
      progress.total == 0
          ? 0
          : std::min(1.0, static_cast<double>(progress.done) / static_cast<double>(progress.total));
  const int step = static_cast<int>(part * steps);
  if (step == last_ && progress.words == words_ && (progress.total > 0 || !style_.terminal)) return;
  last_ = step;
  words_ = progress.words;
  const std::string words = printable(counted(progress));
  if (!style_.terminal) {
    write_(progress.total == 0 ? words + '\n' : fmt::format("{:3}% {}\n", step * 10, words));
    return;
  }
  constexpr std::size_t kCells = 30;
  const auto full = static_cast<std::size_t>(part * kCells);
  std::string line = words;
  if (progress.total > 0) {
    line = fmt::format("[{:<{}}] {:3}% {}", std::string(full, '='), kCells, step, words);
  }
  if (style_.width > 1) line = fitted(line, style_.width - 1);
  // Spaces rub out what a longer line left behind.
  const std::size_t rub_out = drawn_ > line.size() ? drawn_ - line.size() : 0;
  drawn_ = line.size();
  write_("\r" + line + std::string(rub_out, ' '));
}

ProgressBar::~ProgressBar() {
  if (drawn_ > 0) write_("\n");
}

bool print_out(std::string_view text) {
  return write_all(STDOUT_FILENO, text);
}
bool print_err(std::string_view text) {
  return write_all(STDERR_FILENO, text);
}

int finish(const Result<Value>& outcome, bool json) {
  const auto report = [json](const Error& error) {
    (void)print_err(render(error, style_of(STDERR_FILENO, json)));
    return exit_code(error.kind);
  };
  if (!outcome) return report(outcome.error());
  if (!print_out(render(*outcome, style_of(STDOUT_FILENO, json)))) {
    return report(Error{ErrorKind::Full, "cli.output", "The answer could not be written",
                        std::strerror(errno),
                        "The command itself was carried out; ask for its result again"});
  }
  const Value* valid = outcome->find("valid");
  return valid != nullptr && valid->as_bool() != nullptr && !*valid->as_bool() ? 1 : 0;
}

}  // namespace sealkeep::cli
