// SPDX-License-Identifier: Apache-2.0
#include "common/net/gatekeeper.hpp"

#include <limits>

#include "common/net/gatekeeper_impl.hpp"

namespace sealkeep::net {

namespace {

constexpr std::int64_t kHeartbeatMs = 500;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min() / 2;
constexpr std::size_t kZapFrames =
    7;  // version, request id, domain, address, routing id, mechanism, client key

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void Gatekeeper::Impl::beat() {
  last_beat_ms = steady_ms();
}

Gatekeeper::Impl::Verdict Gatekeeper::Impl::judge(const Frames& question) {
  if (!question.complete || question.frames.size() != kZapFrames) return {Verdict::Malformed, {}};
  const auto text = [&](std::size_t frame) { return as_text(view(question.frames[frame])); };
  BoxPublicKey key;
  const ByteView credentials = view(question.frames[6]);
  if (text(0) != "1.0" || text(5) != "CURVE" || credentials.size() != key.bytes.size()) {
    return {Verdict::Malformed, {}};
  }
  std::copy(credentials.begin(), credentials.end(), key.bytes.begin());
  const std::lock_guard lock(mutex);
  const auto domain = domains.find(text(2));
  if (domain == domains.end()) return {Verdict::Denied, key};
  const bool allowed = domain->second.policy == GatePolicy::AnyCurveKey ||
                       (domain->second.policy == GatePolicy::AllowList &&
                        (domain->second.keys.contains(key) || domain->second.probe == key));
  return {allowed ? Verdict::Allowed : Verdict::Denied, key};
}

void Gatekeeper::Impl::answer(const Frames& question) {
  const Verdict verdict = judge(question);
  const bool allowed = verdict.kind == Verdict::Allowed;
  ++(allowed ? allowed_count : verdict.kind == Verdict::Denied ? denied_count : malformed_count);
  const ByteView request_id = question.frames.size() > 1 ? view(question.frames[1]) : ByteView{};
  const std::string user_id = allowed ? hex(verdict.key.bytes) : std::string();
  (void)send_frames(zap, {as_bytes("1.0"),
                          request_id,
                          as_bytes(allowed ? "200" : "400"),
                          as_bytes(allowed ? "OK" : "Not allowed"),
                          as_bytes(user_id),
                          {}});
}

void Gatekeeper::Impl::run(const std::stop_token& stop) {
  try {
    while (!stop.stop_requested()) {
      beat();
      zmq_pollitem_t items[] = {{zap.handle(), 0, ZMQ_POLLIN, 0}, {nullptr, wake_fd, ZMQ_POLLIN, 0}};
      (void)zmq_poll(items, 2, kHeartbeatMs);
      while (!stop.stop_requested()) {
        std::optional<Frames> question = receive_frames(zap, kZapFrames);
        if (!question) break;
        answer(*question);
        beat();
      }
    }
  } catch (const zmq::error_t&) {
    // The thread ends, alive() says so, and option 93 of the server sockets refuses every client meanwhile.
  }
  zap.close();
  last_beat_ms = kNever;
}

Gatekeeper::Impl::~Impl() {
  if (wake_fd >= 0) ::close(wake_fd);
}

Gatekeeper::Gatekeeper(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Gatekeeper::~Gatekeeper() {
  stop();
}

Result<std::unique_ptr<Gatekeeper>> Gatekeeper::start(NetContext& context) {
  auto impl = std::make_unique<Impl>(context);
  impl->wake_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (impl->wake_fd < 0) {
    return fail(ErrorKind::Full, "net.descriptors", "cannot create an event descriptor", std::strerror(errno),
                "raise LimitNOFILE");
  }
  try {
    impl->zap = zmq::socket_t(context.impl().context, zmq::socket_type::rep);
    impl->zap.set(zmq::sockopt::linger, 0);
    impl->zap.bind("inproc://zeromq.zap.01");
  } catch (const zmq::error_t& error) {
    return tl::unexpected<Error>(zmq_error(error.num() == EADDRINUSE ? ErrorKind::Busy : ErrorKind::Full,
                                           error.num() == EADDRINUSE ? "net.zap_taken" : "net.descriptors",
                                           "the gatekeeper of connections cannot start", error));
  }
  impl->beat();
  impl->thread = std::jthread([state = impl.get()](const std::stop_token& stop) { state->run(stop); });
  return std::unique_ptr<Gatekeeper>(new Gatekeeper(std::move(impl)));
}

void Gatekeeper::stop() {
  if (!impl_->thread.joinable()) return;
  impl_->thread.request_stop();
  (void)::eventfd_write(impl_->wake_fd, 1);
  impl_->thread.join();
}

void Gatekeeper::set_allowed(std::string_view domain, std::set<BoxPublicKey> keys) {
  const std::lock_guard lock(impl_->mutex);
  Impl::Domain& entry = impl_->domains[std::string(domain)];
  entry.policy = GatePolicy::AllowList;
  entry.keys.swap(keys);
}

void Gatekeeper::allow_any_curve_key(std::string_view domain) {
  const std::lock_guard lock(impl_->mutex);
  impl_->domains[std::string(domain)].policy = GatePolicy::AnyCurveKey;
}

void Gatekeeper::allow_nobody(std::string_view domain) {
  const std::lock_guard lock(impl_->mutex);
  impl_->domains[std::string(domain)].policy = GatePolicy::Nobody;
}

std::int64_t Gatekeeper::heartbeat_age_ms() const {
  return steady_ms() - impl_->last_beat_ms;
}

Gatekeeper::Counters Gatekeeper::counters() const {
  return {impl_->allowed_count, impl_->denied_count, impl_->malformed_count};
}

}  // namespace sealkeep::net
