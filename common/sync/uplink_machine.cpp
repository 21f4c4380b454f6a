// SPDX-License-Identifier: Apache-2.0
#include "common/sync/uplink_machine.hpp"

#include <algorithm>

namespace sealkeep::sync {

// State      event                     -> next state      effects
// any        Connected                    Greeting        SendHello
// any        Disconnected                 Offline
// Greeting   Answered: busy               Waiting
// Greeting   Answered: a fork             Greeting        ForkFound, SendHello with the evidence
// Greeting   Answered                     Streaming       RolledBack, HubBehind, SendChangeSet, SendStatus
// Greeting   Refused (no log)             Waiting
// Greeting   Tick: no answer in time      Waiting         then Reconnect, Offline
// Waiting    Tick: pause over             Greeting        SendHello
// Streaming  Cosigned, Appended, Sent     Streaming       SendChangeSet, SendStatus
// Streaming  Refused, rehello             Waiting
// Streaming  Tick: no cosignature in time Greeting        SendHello
// Streaming  LogAdded                     Greeting        SendHello

UplinkMachine::UplinkMachine(SessionId session, const std::vector<UplinkLog>& logs) : session_(session) {
  for (const UplinkLog& info : logs) {
    logs_.push_back({info, MirrorSender(info.size), std::nullopt, false, 0});
    if (info.frozen) logs_.back().sender.stop();
  }
}

std::vector<UplinkEffect> UplinkMachine::handle(const UplinkEvent& event, const Now& now, Random& random) {
  Effects effects;
  std::visit([&](const auto& e) { on(e, now, random, effects); }, event);
  advance(now, effects);
  return effects;
}

void UplinkMachine::enter(State state, const Now& now) {
  state_ = state;
  entered_ms_ = now.mono_ms;
}

void UplinkMachine::greet(const Now& now, Effects& effects) {
  enter(State::Greeting, now);
  hello_unix_ms_ = now.unix_ms;
  hello_again_ms_ = kNever;
  effect::SendHello hello;
  for (const Log& log : logs_)
    if (log.evidence_size) hello.sign_at.emplace(log.info.identity.id, *log.evidence_size);
  effects.emplace_back(std::move(hello));
}

void UplinkMachine::wait(std::int64_t pause_ms, const Now& now) {
  enter(State::Waiting, now);
  wait_until_ms_ = now.mono_ms + pause_ms;
  reconnect_ = false;
}

void UplinkMachine::on(const event::Connected&, const Now& now, Random&, Effects& effects) {
  for (Log& log : logs_) log.sender.on_disconnected();
  greet(now, effects);
}

void UplinkMachine::on(const event::Disconnected&, const Now& now, Random&, Effects&) {
  for (Log& log : logs_) {
    log.sender.on_disconnected();
    log.ordered = false;
  }
  enter(State::Offline, now);
}

void UplinkMachine::on(const event::Answered& event, const Now& now, Random& random, Effects& effects) {
  const HelloAnswer& answer = event.answer;
  if (state_ != State::Greeting || answer.session != session_) return;
  hub_ahead_ms_ = answer.now_ms - (hello_unix_ms_ + now.unix_ms) / 2;
  failures_ = 0;
  if (answer.retry_after_ms > 0) {
    wait(static_cast<std::int64_t>(answer.retry_after_ms + random.below(answer.retry_after_ms / 4 + 1)), now);
    return;
  }
  bool settled = true;
  std::size_t known = 0;
  for (const LogHead& hub : answer.logs) {
    Log* log = find(hub.origin);
    if (log == nullptr || log->info.role != hub.role) continue;
    ++known;
    const auto root = event.our_roots.find(hub.origin);
    const std::optional<Hash> our_root =
        root != event.our_roots.end() ? std::optional(root->second) : std::nullopt;
    if (log->info.role == SyncedRole::Directive) {
      judge_mirrored(*log, hub, our_root, effects);
    } else if (!log->sender.stopped()) {
      settled = judge_written(*log, hub, our_root, effects) && settled;
    }
  }
  if (!settled) return greet(now, effects);
  if (known < logs_.size()) hello_again_ms_ = std::min(hello_again_ms_, now.mono_ms + kReconnectMaxMs);
  enter(State::Streaming, now);
  status_due_ = true;
}

bool UplinkMachine::judge_written(Log& log, const LogHead& hub, const std::optional<Hash>& our_root,
                                  Effects& effects) {
  // Our root at the hub's size shows that the log has grown, even if event Appended is still under way.
  if (our_root && hub.size > log.sender.own_size()) log.sender.on_appended(hub.size);
  if (hub.size > log.sender.own_size()) {
    log.sender.stop();
    effects.emplace_back(effect::RolledBack{log.info.identity.id, hub});
    return true;
  }
  SEALKEEP_ASSERT(our_root.has_value());
  if (*our_root == hub.root) {
    log.sender.on_peer_head(hub.size, hub.window_bytes);
    return true;
  }
  log.sender.stop();
  log.evidence_size = hub.size;
  effects.emplace_back(effect::ForkFound{log.info.identity.id, hub});
  return false;
}

void UplinkMachine::judge_mirrored(const Log& log, const LogHead& hub, const std::optional<Hash>& our_root,
                                   Effects& effects) {
  const WireLogId& id = log.info.identity.id;
  if (hub.size > log.sender.own_size()) return;
  SEALKEEP_ASSERT(our_root.has_value());
  if (*our_root != hub.root) {
    effects.emplace_back(effect::ForkFound{id, hub});
  } else if (hub.size < log.sender.own_size()) {
    effects.emplace_back(effect::HubBehind{id, hub});
  }
}

void UplinkMachine::on(const event::CosignedArrived& event, const Now& now, Random&, Effects&) {
  Log* log = find(event.cosigned.log);
  if (log == nullptr || log->info.role != SyncedRole::Site || state_ == State::Offline) return;
  const auto answer = log->sender.on_cosigned(event.cosigned.size, event.cosigned.window_bytes, now.mono_ms);
  if (answer == MirrorSender::Answer::Progress && caught_up()) status_due_ = true;
}

void UplinkMachine::on(const event::RefusedArrived& event, const Now& now, Random& random, Effects&) {
  const Refused& refused = event.refused;
  if (state_ == State::Streaming && refused.log) {
    Log* log = find(*refused.log);
    if (log == nullptr || log->info.role != SyncedRole::Site) return;
    log->sender.on_refused(refused.retry_after_ms, refused.rehello, now.mono_ms, random);
  }
  const bool again = state_ == State::Streaming ? refused.rehello : state_ == State::Greeting && !refused.log;
  if (!again) return;
  const auto asked =
      static_cast<std::int64_t>(refused.retry_after_ms + random.below(refused.retry_after_ms / 4 + 1));
  wait(std::max(asked, backoff_ms(failures_, kReconnectFirstMs, kReconnectMaxMs, random)), now);
  ++failures_;
}

void UplinkMachine::on(const event::Appended& event, const Now&, Random&, Effects&) {
  if (Log* log = find(event.log)) log->sender.on_appended(event.size);
}

void UplinkMachine::on(const event::Sent& event, const Now& now, Random& random, Effects&) {
  Log* log = find(event.log);
  if (log == nullptr || !log->ordered) return;
  log->ordered = false;
  log->sender.on_sent(event.end, event.raw_bytes, now.mono_ms, random);
}

void UplinkMachine::on(const event::NotSent& event, const Now& now, Random&, Effects&) {
  Log* log = find(event.log);
  if (log == nullptr) return;
  log->ordered = false;
  log->not_before_ms = now.mono_ms + kSendAgainMs;
}

void UplinkMachine::on(const event::LogAdded& event, const Now& now, Random&, Effects& effects) {
  if (find(event.log.identity.id) != nullptr) return;
  logs_.push_back({event.log, MirrorSender(event.log.size), std::nullopt, false, 0});
  if (event.log.frozen) logs_.back().sender.stop();
  if (state_ == State::Streaming) {
    greet(now, effects);
  } else if (state_ == State::Greeting) {
    hello_again_ms_ = now.mono_ms;
  }
}

void UplinkMachine::on(const event::Tick&, const Now& now, Random& random, Effects& effects) {
  switch (state_) {
    case State::Offline:
      break;
    case State::Greeting:
      if (now.mono_ms - entered_ms_ < kHelloTimeoutMs) break;
      wait(backoff_ms(failures_, kReconnectFirstMs, kReconnectMaxMs, random), now);
      reconnect_ = true;
      ++failures_;
      break;
    case State::Waiting:
      if (now.mono_ms < wait_until_ms_) break;
      if (!reconnect_) return greet(now, effects);
      enter(State::Offline, now);
      effects.emplace_back(effect::Reconnect{});
      break;
    case State::Streaming:
      if (hello_is_due(now)) greet(now, effects);
      break;
  }
}

bool UplinkMachine::hello_is_due(const Now& now) const {
  if (now.mono_ms >= hello_again_ms_) return true;
  return std::any_of(logs_.begin(), logs_.end(), [&](const Log& log) {
    const auto at = log.sender.rehello_at_ms();
    return at && now.mono_ms >= *at;
  });
}

void UplinkMachine::advance(const Now& now, Effects& effects) {
  if (state_ != State::Streaming) return;
  for (Log& log : logs_) {
    if (log.info.role != SyncedRole::Site || log.ordered || now.mono_ms < log.not_before_ms) continue;
    if (const auto order = log.sender.next(now.mono_ms)) {
      log.ordered = true;
      effects.emplace_back(effect::SendChangeSet{log.info.identity.id, *order});
    }
  }
  const std::int64_t since = status_sent_ ? now.mono_ms - status_sent_ms_ : kStatusEveryMs;
  if (since >= kStatusEveryMs || (status_due_ && since >= kStatusLeastMs)) {
    status_sent_ = true;
    status_due_ = false;
    status_sent_ms_ = now.mono_ms;
    effects.emplace_back(effect::SendStatus{});
  }
}

std::int64_t UplinkMachine::next_tick_ms(const Now& now) const {
  constexpr std::int64_t kLongestMs = 60'000;
  std::int64_t at = now.mono_ms + kLongestMs;
  const auto by = [&](std::int64_t ms) { at = std::min(at, ms); };
  if (state_ == State::Greeting) by(entered_ms_ + kHelloTimeoutMs);
  if (state_ == State::Waiting) by(wait_until_ms_);
  if (state_ == State::Streaming) {
    by(hello_again_ms_);
    by(status_sent_ms_ + (status_due_ ? kStatusLeastMs : kStatusEveryMs));
    for (const Log& log : logs_) {
      if (const auto ms = log.sender.rehello_at_ms()) by(*ms);
      if (const auto ms = log.sender.paused_until_ms(now.mono_ms)) by(*ms);
      if (log.not_before_ms > now.mono_ms) by(log.not_before_ms);
    }
  }
  return std::max(at, now.mono_ms);
}

bool UplinkMachine::caught_up() const {
  return std::all_of(logs_.begin(), logs_.end(), [](const Log& log) {
    return log.info.role != SyncedRole::Site || log.sender.stopped() || log.sender.caught_up();
  });
}

std::optional<std::uint64_t> UplinkMachine::cosigned_size(const WireLogId& log) const {
  for (const Log& l : logs_)
    if (l.info.identity.id == log && l.info.role == SyncedRole::Site) return l.sender.cosigned_size();
  return std::nullopt;
}

UplinkMachine::Log* UplinkMachine::find(const WireLogId& id) {
  for (Log& log : logs_)
    if (log.info.identity.id == id) return &log;
  return nullptr;
}

UplinkMachine::Log* UplinkMachine::find(std::string_view origin) {
  for (Log& log : logs_)
    if (log.info.identity.origin == origin) return &log;
  return nullptr;
}

}  // namespace sealkeep::sync
