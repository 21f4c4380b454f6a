// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanner_device.hpp"

#include <algorithm>
#include <utility>

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kConnectLookMs = 20;
// Who stays away sooner than that after it came is flapping, and is tried more and more seldom.
constexpr std::int64_t kSteadyMs = 5'000;
constexpr std::int64_t kRefusedLogMs = 60'000;
constexpr std::size_t kAcceptsPerStep = 16;
constexpr std::size_t kRecents = 64;
constexpr std::uint64_t kOddRestBytes = 8;

}  // namespace

ScannerDevice::ScannerDevice(ScannerConfig config, Logger& log) : config_(std::move(config)), log_(log) {
  trouble_ = {ScannerStatus::Waiting, "it was not looked for yet", ""};
  counts_.device = config_.device;
  counts_.terminal = config_.terminal;
}

bool ScannerDevice::is_closed() const {
  return listener_.get() < 0 && connecting_.get() < 0 && streams_.empty();
}

void ScannerDevice::step(const Now& now, std::vector<Scan>& out) {
  if (is_closed() && now.mono_ms >= step_at_ms_) open(now.mono_ms);
  if (connecting_.get() >= 0) follow_connect(now.mono_ms);
  if (listener_.get() >= 0) accept(now.mono_ms);
  read(now, out);
}

void ScannerDevice::open(std::int64_t now_ms) {
  OpenedPort port = [this] {
    switch (config_.kind) {
      case ScannerKind::Hid:
        return open_hid(config_);
      case ScannerKind::Serial:
        return open_serial(config_);
      case ScannerKind::Connect:
        return begin_connect(config_);
      case ScannerKind::Listen:
        break;
    }
    return listen_at(config_);
  }();
  if (!port) return retry(std::move(port).error(), now_ms);
  if (config_.kind == ScannerKind::Connect) {
    connecting_ = std::move(*port);
    give_up_ms_ = now_ms + kConnectMs;
    return;
  }
  if (config_.kind == ScannerKind::Listen) {
    listener_ = std::move(*port);
    counts_.port = port_of(listener_);
  } else {
    streams_.emplace_back(std::move(*port), config_, "", now_ms);
  }
  opened(now_ms);
}

void ScannerDevice::opened(std::int64_t now_ms) {
  trouble_ = {ScannerStatus::Open, "", ""};
  opened_ms_ = now_ms;
  log_.info("scanner_open", {{"device", config_.device}});
}

void ScannerDevice::retry(ScannerTrouble trouble, std::int64_t now_ms) {
  if (trouble_.status == ScannerStatus::Open && now_ms - opened_ms_ >= kSteadyMs) backoff_ms_ = kFirstRetryMs;
  if (!(trouble == trouble_))
    log_.warn(
        "scanner_not_open",
        {{"device", config_.device}, {"state", std::string(words_of(trouble.status))}, {"why", trouble.why}});
  trouble_ = std::move(trouble);
  connecting_ = net::OwnedFd();
  listener_ = net::OwnedFd();
  streams_.clear();
  step_at_ms_ = now_ms + backoff_ms_;
  backoff_ms_ = std::min(backoff_ms_ * 2, kLongestRetryMs);
}

void ScannerDevice::follow_connect(std::int64_t now_ms) {
  ScannerTrouble trouble;
  switch (connected(connecting_, trouble)) {
    case ConnectState::Failed:
      return retry(std::move(trouble), now_ms);
    case ConnectState::Connected:
      streams_.emplace_back(std::exchange(connecting_, net::OwnedFd()), config_, "", now_ms);
      return opened(now_ms);
    case ConnectState::Pending:
      if (now_ms >= give_up_ms_)
        return retry({ScannerStatus::Waiting, "nothing answers at its address",
                      "Switch it on and look at its address; it is tried again every few seconds"},
                     now_ms);
      step_at_ms_ = now_ms + kConnectLookMs;
  }
}

void ScannerDevice::accept(std::int64_t now_ms) {
  for (std::size_t i = 0; i < kAcceptsPerStep; ++i) {
    AcceptedPeer accepted = accept_at(listener_);
    if (accepted.error != 0) return retry(trouble_of(accepted.error, config_), now_ms);
    if (accepted.socket.get() < 0) return;
    const bool allowed = std::any_of(config_.from.begin(), config_.from.end(),
                                     [&](const Network& network) { return network.holds(accepted.peer); });
    if (!allowed) {
      ++counts_.refused;
      refused_peer_ = accepted.peer.text();
      if (refused_logged_ms_ != INT64_MIN && now_ms - refused_logged_ms_ < kRefusedLogMs) continue;
      refused_logged_ms_ = now_ms;
      log_.warn("scanner_peer_refused", {{"device", config_.device}, {"peer", refused_peer_}});
      continue;
    }
    if (streams_.size() >= kConnections) make_room();
    streams_.emplace_back(std::move(accepted.socket), config_, accepted.peer.text(), now_ms);
  }
}

// A scanner that lost its Wi-Fi comes back on a new connection before the old one is known to be dead, so the
// one that was silent longest goes.
void ScannerDevice::make_room() {
  const auto oldest =
      std::min_element(streams_.begin(), streams_.end(),
                       [](const ScanStream& a, const ScanStream& b) { return a.heard_ms() < b.heard_ms(); });
  streams_.erase(oldest);
}

void ScannerDevice::read(const Now& now, std::vector<Scan>& out) {
  more_ = false;
  for (std::size_t i = 0; i < streams_.size();) {
    ScanStream& stream = streams_[i];
    const std::uint64_t lost = stream.lost();
    ScanStream::Took took = stream.step(now.mono_ms);
    counts_.lost += stream.lost() - lost;
    more_ = more_ || took.more;
    for (LineAssembler::Line& line : took.lines) {
      if (is_repeat(stream.peer(), line.text, now.mono_ms)) {
        ++counts_.repeats;
        continue;
      }
      ++counts_.scans;
      counts_.last_scan_ms = now.unix_ms;
      out.push_back({config_.device, config_.terminal, std::move(line.text), line.cut});
    }
    if (!took.gone) {
      ++i;
      continue;
    }
    if (config_.kind != ScannerKind::Listen) return retry(trouble_of(took.error, config_), now.mono_ms);
    streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

bool ScannerDevice::is_repeat(const std::string& peer, const std::string& text, std::int64_t now_ms) {
  std::erase_if(recent_, [&](const Recent& recent) { return now_ms - recent.mono_ms >= kRepeatMs; });
  const auto last =
      std::find_if(recent_.begin(), recent_.end(), [&](const Recent& recent) { return recent.peer == peer; });
  const bool repeat = last != recent_.end() && last->text == text;
  if (last != recent_.end()) {
    *last = {peer, text, now_ms};
  } else if (recent_.size() < kRecents) {
    recent_.push_back({peer, text, now_ms});
  }
  return repeat;
}

std::int64_t ScannerDevice::next_step_ms() const {
  if (more_) return INT64_MIN;
  std::int64_t next = is_closed() || connecting_.get() >= 0 ? step_at_ms_ : INT64_MAX;
  for (const ScanStream& stream : streams_)
    if (const auto due = stream.due_ms()) next = std::min(next, *due);
  return next;
}

void ScannerDevice::add_handles(std::vector<net::PollHandle>& out) const {
  if (listener_.get() >= 0) out.push_back({nullptr, listener_.get()});
  if (connecting_.get() >= 0) out.push_back({nullptr, connecting_.get()});
  for (const ScanStream& stream : streams_) out.push_back({nullptr, stream.fd()});
}

ScannerState ScannerDevice::state() const {
  ScannerState out = counts_;
  out.status = trouble_.status;
  out.why = trouble_.why;
  out.next = trouble_.next;
  if (config_.kind == ScannerKind::Listen) out.connections = streams_.size();
  if (out.status != ScannerStatus::Open) return out;
  if (!refused_peer_.empty()) {
    out.why = "a connection from " + refused_peer_ + " was refused";
    out.next = "If that is the scanner, add from=" + refused_peer_;
  }
  const bool unended = std::any_of(streams_.begin(), streams_.end(), [](const ScanStream& stream) {
    return stream.rest_bytes() >= kOddRestBytes;
  });
  if (unended) {
    out.why = "characters came, and no end of a scan";
    out.next = "Set suffix= to what the scanner sends after a scan: cr, lf, tab, or a silence such as 60ms";
  }
  return out;
}

}  // namespace sealkeep::agent
