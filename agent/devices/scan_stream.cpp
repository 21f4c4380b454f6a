// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scan_stream.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kPauseMs = 3'000;

// A connection loses no bytes: what pauses there goes on.
std::int64_t pause_of(const ScannerConfig& config) {
  return config.kind == ScannerKind::Hid || config.kind == ScannerKind::Serial ? kPauseMs : 0;
}

}  // namespace

ScanStream::ScanStream(net::OwnedFd fd, const ScannerConfig& config, std::string peer,
                       std::int64_t now_mono_ms)
    : fd_(std::move(fd)),
      peer_(std::move(peer)),
      assembler_(config.suffix, config.prefix, pause_of(config)),
      heard_ms_(now_mono_ms) {
  if (config.kind == ScannerKind::Hid) keys_.emplace(config.layout);
}

ScanStream::Took ScanStream::step(std::int64_t now_mono_ms) {
  Took out;
  if (auto line = assembler_.silent(now_mono_ms)) out.lines.push_back(std::move(*line));
  feed(now_mono_ms, out);
  for (std::size_t reads = 0; reads < kReadsPerStep && !out.more; ++reads) {
    // What feed() leaves is less than one key event.
    std::copy(read_.begin() + static_cast<std::ptrdiff_t>(begin_),
              read_.begin() + static_cast<std::ptrdiff_t>(end_), read_.begin());
    end_ -= begin_;
    begin_ = 0;
    const ssize_t got = ::read(fd_.get(), read_.data() + end_, read_.size() - end_);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return out;
    if (got <= 0) {
      out.gone = true;
      out.error = got < 0 ? errno : 0;
      if (auto line = assembler_.end()) out.lines.push_back(std::move(*line));
      return out;
    }
    heard_ms_ = now_mono_ms;
    end_ += static_cast<std::size_t>(got);
    feed(now_mono_ms, out);
  }
  out.more = true;
  return out;
}

void ScanStream::feed(std::int64_t now_mono_ms, Took& out) {
  if (keys_) return feed_keys(now_mono_ms, out);
  while (begin_ < end_) {
    if (out.lines.size() >= kScansPerStep) {
      out.more = true;
      return;
    }
    const auto taken = assembler_.take(as_text(ByteView(read_).subspan(begin_, end_ - begin_)), now_mono_ms);
    begin_ += taken.bytes;
    if (taken.line) out.lines.push_back(*taken.line);
  }
}

void ScanStream::feed_keys(std::int64_t now_mono_ms, Took& out) {
  while (end_ - begin_ >= kKeyEventBytes) {
    if (out.lines.size() >= kScansPerStep) {
      out.more = true;
      return;
    }
    const auto typed = keys_->take(read_key_event(ByteView(read_).subspan(begin_, kKeyEventBytes)));
    begin_ += kKeyEventBytes;
    if (typed.lost) assembler_.spoil();
    std::string_view rest = typed.text;
    while (!rest.empty()) {
      const auto taken = assembler_.take(rest, now_mono_ms);
      rest.remove_prefix(taken.bytes);
      if (taken.line) out.lines.push_back(*taken.line);
    }
  }
}

}  // namespace sealkeep::agent
