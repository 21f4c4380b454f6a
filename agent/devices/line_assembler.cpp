// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/line_assembler.hpp"

#include <utility>

#include "agent/commands/scan_text.hpp"

namespace sealkeep::agent {
namespace {

constexpr char kGroupSeparator = 0x1D;

bool is_dropped(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != kGroupSeparator) || c == 0x7F;
}

}  // namespace

LineAssembler::LineAssembler(Suffix suffix, std::string prefix, std::int64_t pause_ms)
    : suffix_(suffix), prefix_(std::move(prefix)), pause_ms_(pause_ms) {}

bool LineAssembler::ends_with(char c) const {
  switch (suffix_.kind) {
    case Suffix::Kind::Enter:
      return c == '\r' || c == '\n';
    case Suffix::Kind::Cr:
      return c == '\r';
    case Suffix::Kind::Lf:
      return c == '\n';
    case Suffix::Kind::CrLf:
      return before_ == '\r' && c == '\n';
    case Suffix::Kind::Tab:
      return c == '\t';
    case Suffix::Kind::Silence:
      return false;
  }
  return false;
}

void LineAssembler::keep(char c) {
  if (is_dropped(c)) return;
  ++rest_bytes_;
  if (spoiled_) return;
  if (text_.size() < kScanBytes)
    text_ += c;
  else
    cut_ = true;
}

LineAssembler::Taken LineAssembler::take(std::string_view bytes, std::int64_t now_mono_ms) {
  if (auto line = silent(now_mono_ms)) return {0, std::move(line)};
  if (pause_ms_ > 0 && suffix_.kind != Suffix::Kind::Silence && (rest_bytes_ > 0 || spoiled_) &&
      now_mono_ms - last_ms_ > pause_ms_) {
    spoil();
    static_cast<void>(finish());
  }
  last_ms_ = now_mono_ms;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const bool over = ends_with(bytes[i]);
    before_ = bytes[i];
    if (!over) {
      keep(bytes[i]);
    } else if (auto line = finish()) {
      return {i + 1, std::move(line)};
    }
  }
  return {bytes.size(), std::nullopt};
}

std::optional<LineAssembler::Line> LineAssembler::silent(std::int64_t now_mono_ms) {
  const auto due = due_ms();
  if (!due || now_mono_ms < *due) return std::nullopt;
  return finish();
}

std::optional<std::int64_t> LineAssembler::due_ms() const {
  if (suffix_.kind != Suffix::Kind::Silence || rest_bytes_ == 0) return std::nullopt;
  return last_ms_ + suffix_.silence_ms;
}

std::optional<LineAssembler::Line> LineAssembler::end() {
  if (suffix_.kind != Suffix::Kind::Silence && rest_bytes_ > 0) spoil();
  return finish();
}

void LineAssembler::spoil() {
  spoiled_ = true;
  text_.clear();
}

std::optional<LineAssembler::Line> LineAssembler::finish() {
  Line line{std::exchange(text_, {}), std::exchange(cut_, false)};
  rest_bytes_ = 0;
  if (std::exchange(spoiled_, false)) {
    ++lost_;
    return std::nullopt;
  }
  if (!prefix_.empty() && line.text.starts_with(prefix_)) line.text.erase(0, prefix_.size());
  if (line.text.find_first_not_of(' ') == std::string::npos) return std::nullopt;
  return line;
}

}  // namespace sealkeep::agent
