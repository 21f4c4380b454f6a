// SPDX-License-Identifier: Apache-2.0
#include "common/http/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sealkeep::http {
namespace {

namespace asio = boost::asio;
using Progress = RequestReader::Progress;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t kReadBytes = 16 * 1024;
constexpr std::size_t kWriteBytes = 64 * 1024;
constexpr std::size_t kLingerBytes = 4 * 1024 * 1024;
constexpr std::int64_t kLingerMs = 1'000;

std::chrono::milliseconds milliseconds(std::int64_t count) {
  return std::chrono::milliseconds(count);
}

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Error busy(std::string why) {
  return {ErrorKind::Busy, "http.busy", "The server has too much to do just now", std::move(why),
          "Try again in a moment"};
}

}  // namespace

Connection::Connection(Core& core, asio::ip::tcp::socket socket, std::shared_ptr<asio::ssl::context> tls,
                       std::string peer, std::string peer_key)
    : core_(core),
      wire_(std::move(socket), std::move(tls)),
      peer_(std::move(peer)),
      peer_key_(std::move(peer_key)),
      reader_(core.config.limits.header_bytes, core.config.limits.body_bytes),
      deadline_(core.io),
      signal_(core.io) {}

void Connection::start() {
  asio::co_spawn(
      core_.io, [self = shared_from_this()] { return self->run(); },
      [self = shared_from_this()](std::exception_ptr problem) {
        if (problem) self->core_.log.error("http_connection_failed", {{"peer", self->peer_}});
        self->ended();
      });
}

void Connection::ended() {
  close();
  release_held();
  core_.peers.disconnect(peer_key_);
  core_.connections.erase(shared_from_this());
  if (core_.stopping && core_.connections.empty()) core_.io.stop();
}

void Connection::close() {
  closed_ = true;
  wire_.close();
  disarm();
  signal_.cancel();
}

void Connection::stop() {
  if (!writing_ || !topics_.empty()) close();
}

void Connection::arm(std::int64_t after_ms, Overdue meaning) {
  deadline_at_ = std::chrono::steady_clock::now() + milliseconds(after_ms);
  deadline_.expires_at(deadline_at_);
  deadline_.async_wait([self = shared_from_this(), meaning](const boost::system::error_code& problem) {
    // It may have been set anew while this call was under way.
    if (problem || self->closed_ || std::chrono::steady_clock::now() < self->deadline_at_) return;
    if (meaning == Overdue::Fault)
      self->core_.count(self->topics_.empty() ? &ServerCounters::timeouts : &ServerCounters::streams_dropped);
    self->close();
  });
}

void Connection::disarm() {
  deadline_at_ = std::chrono::steady_clock::time_point::max();
  deadline_.cancel();
}

void Connection::release_held() {
  core_.held_bytes -= held_bytes_;
  held_bytes_ = 0;
}

Connection::Task Connection::run() {
  arm(core_.config.limits.header_ms);
  const bool greeted = co_await wire_.handshake();
  if (!greeted) {
    core_.count(&ServerCounters::handshakes_failed);
    co_return;
  }
  while (!closed_) {
    std::optional<Request> request = co_await receive();
    if (!request) co_return;
    disarm();
    core_.count(&ServerCounters::requests);
    Response response = co_await answer(std::move(*request));
    release_held();
    if (closed_) co_return;
    if (!response.topics.empty()) {
      co_await stream(std::move(response));
      co_return;
    }
    const bool keep_alive = reader_.keep_alive() && !core_.stopping;
    const bool sent = co_await respond(std::move(response), keep_alive);
    if (!sent) co_return;
    if (!keep_alive) {
      co_await finish();
      co_return;
    }
  }
}

asio::awaitable<std::optional<Request>> Connection::receive() {
  std::vector<char> buffer(kReadBytes);
  Progress stage = Progress::Nothing;
  arm(core_.config.limits.idle_ms, Overdue::Usual);
  Result<Progress> progress = reader_.feed({});  // a client that pipelines has sent it already
  while (true) {
    if (!progress) {
      core_.count(&ServerCounters::requests_bad);
      co_await refuse(std::move(progress).error());
      co_return std::nullopt;
    }
    if (*progress >= Progress::Header && stage < Progress::Header) arm(core_.config.limits.header_ms);
    if (*progress >= Progress::Body && stage < Progress::Body) {
      const bool taken = co_await begin_body();
      if (!taken) co_return std::nullopt;
    }
    if (*progress == Progress::Complete) co_return reader_.take();
    stage = *progress;
    const std::size_t count = co_await wire_.read(buffer);
    if (count == 0) co_return std::nullopt;
    progress = reader_.feed({buffer.data(), count});
  }
}

// The header is whole. False if the body is not taken.
asio::awaitable<bool> Connection::begin_body() {
  const std::size_t length = reader_.body_length();
  if (core_.held_bytes + length > core_.config.limits.held_bytes) {
    core_.count(&ServerCounters::requests_busy);
    co_await refuse(busy("too many bodies of requests are held"));
    co_return false;
  }
  held_bytes_ = length;
  core_.held_bytes += length;
  if (length > 0 && reader_.expects_continue()) {
    const bool sent = co_await send("HTTP/1.1 100 Continue\r\n\r\n");
    if (!sent) co_return false;
  }
  arm(core_.config.limits.body_ms);
  co_return true;
}

bool Connection::may_ask(const Request& request) const {
  const std::vector<std::string>& hosts = core_.config.hosts;
  return hosts.empty() ||
         std::find(hosts.begin(), hosts.end(), host_of(request.header("host").value_or(""))) != hosts.end();
}

asio::awaitable<Response> Connection::answer(Request request) {
  request.peer = peer_;
  request.secure = wire_.secure();
  if (!core_.peers.request(peer_key_, steady_ms())) {
    core_.count(&ServerCounters::requests_often);
    co_return problem({ErrorKind::Busy, "http.too_many_requests", "Too many requests came from this address",
                       "more than " + std::to_string(core_.config.limits.requests_per_second) + " a second",
                       "Try again in a moment"});
  }
  if (!may_ask(request)) {
    co_return problem({ErrorKind::BadInput, "http.host", "This server is not known by that name",
                       "the address that was asked for is not in its configuration",
                       "Use the name that the site gave out, or add it to the configuration"});
  }
  const std::vector<std::string>& owned = core_.config.owner_prefixes;
  const bool for_owner = std::any_of(owned.begin(), owned.end(), [&](const std::string& prefix) {
    return request.path.starts_with(prefix);
  });
  if (!for_owner) co_return core_.files.answer(request);
  Response response = co_await ask_owner(std::move(request));
  co_return response;
}

asio::awaitable<Response> Connection::ask_owner(Request request) {
  const RequestId id = core_.next_id++;
  if (!core_.queue->put({id, std::move(request)})) {
    core_.count(&ServerCounters::requests_busy);
    co_return problem(busy("too many requests wait"));
  }
  core_.waiting.emplace(id, weak_from_this());
  const auto until = std::chrono::steady_clock::now() + milliseconds(core_.config.limits.answer_ms);
  signal_.expires_at(until);
  while (!answer_ && !closed_ && std::chrono::steady_clock::now() < until)
    co_await signal_.async_wait(kAwait);
  core_.waiting.erase(id);
  if (!answer_) {
    core_.count(&ServerCounters::requests_busy);
    co_return problem(busy("no answer came in time; what was asked for may have been done or not"));
  }
  Response response = std::move(*answer_);
  answer_.reset();
  co_return response;
}

void Connection::deliver(Response response) {
  answer_ = std::move(response);
  signal_.cancel();
}

asio::awaitable<bool> Connection::respond(Response response, bool keep_alive) {
  const HeadOptions options{keep_alive, wire_.secure(), core_.config.hsts_s};
  Result<std::string> head = head_text(response, options);
  if (!head) {
    core_.log.error("http_response_refused", {{"code", head.error().code}});
    response = problem(head.error());
    head = head_text(response, options);
    SEALKEEP_ASSERT(head.has_value());
  }
  const bool bare = reader_.is_head() || response.status == 204 || response.status == 304;
  const std::string_view content = bare ? std::string_view{} : response.content();
  writing_ = true;
  // Small answers leave in one piece.
  const std::size_t with_head = std::min(content.size(), kWriteBytes);
  head->append(content.substr(0, with_head));
  bool sent = co_await send(*head);
  if (sent) sent = co_await send(content.substr(with_head));
  writing_ = false;
  co_return sent;
}

asio::awaitable<bool> Connection::send(std::string_view bytes) {
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kWriteBytes))) {
    arm(core_.config.limits.write_ms);
    const bool sent = co_await wire_.write(bytes.substr(0, kWriteBytes));
    if (!sent || closed_) co_return false;
  }
  disarm();
  co_return true;
}

Connection::Task Connection::refuse(Error error) {
  const bool sent = co_await respond(problem(error), false);
  if (sent) co_await finish();
}

Connection::Task Connection::finish() {
  arm(kLingerMs, Overdue::Usual);
  co_await wire_.finish(kLingerBytes);
}

// Also of a stream that was answered and has not begun to be sent.
bool Connection::has_topic(std::string_view topic) const {
  const std::vector<std::string>& topics = answer_ ? answer_->topics : topics_;
  return std::find(topics.begin(), topics.end(), topic) != topics.end();
}

void Connection::push(const std::string& events) {
  if (closed_) return;
  if (events_.size() + events.size() > core_.config.limits.stream_bytes) {
    core_.count(&ServerCounters::streams_dropped);
    close();
    return;
  }
  events_ += events;
  signal_.cancel();
}

Connection::Task Connection::stream(Response first) {
  const Result<std::string> head = head_text(first, {false, wire_.secure(), core_.config.hsts_s});
  if (!head) {
    co_await refuse(head.error());
    co_return;
  }
  topics_ = std::move(first.topics);
  events_.insert(0, *head + first.body);
  asio::co_spawn(
      core_.io, [self = shared_from_this()] { return self->watch(); }, asio::detached);
  while (!closed_) {
    if (events_.empty()) {
      signal_.expires_after(milliseconds(core_.config.limits.heartbeat_ms));
      co_await signal_.async_wait(kAwait);
      if (closed_) co_return;
      if (events_.empty()) events_ = ":\n\n";
    }
    std::string out;
    out.swap(events_);
    const bool sent = co_await send(out);
    if (!sent) co_return;
  }
}

// A stream's client has nothing more to say; this sees that it has gone.
Connection::Task Connection::watch() {
  std::array<char, 256> thrown_away;
  std::size_t count = 1;
  while (count > 0) count = co_await wire_.read(thrown_away);
  close();
}

}  // namespace sealkeep::http
