// SPDX-License-Identifier: Apache-2.0
#include <chrono>

#include "common/net/local_format.hpp"
#include "common/net/local_socket.hpp"
#include "common/net/unix_socket.hpp"
#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

namespace {

using Steady = std::chrono::steady_clock;

enum class Progress { Nothing, Some, Finished, Malformed };

// Hands over the parts that have arrived. Throws.
Progress take_parts(zmq::socket_t& socket, const LocalClient::OnPart& on_part) {
  Progress progress = Progress::Nothing;
  while (std::optional<Frames> message = receive_frames(socket, 2)) {
    if (!message->complete || message->frames.size() != 2) return Progress::Malformed;
    const std::string_view mark = as_text(view(message->frames[0]));
    if (mark != local::kMore && mark != local::kLast) return Progress::Malformed;
    const bool last = mark == local::kLast;
    on_part(view(message->frames[1]), last);
    if (last) return Progress::Finished;
    progress = Progress::Some;
  }
  return progress;
}

tl::unexpected<Error> went_away() {
  return fail(ErrorKind::Disconnected, "daemon.went_away", "the daemon ended before it answered", {},
              "the command may or may not have been carried out: look before you repeat it");
}

// Throws.
Result<> exchange(NetContext& context, const OwnedFd& folder, ByteView request, std::int64_t timeout_ms,
                  const LocalClient::OnPart& on_part) {
  MonitoredSocket client(
      context, zmq::socket_type::dealer,
      monitor_event::kDisconnected | monitor_event::kHandshakeFailed | monitor_event::kConnectRetried);
  set_limits(client.socket(), {limits::kCommandBytes, local::kPartsPerClient, local::kRequestsPerClient});
  client.socket().connect("ipc://" + socket_path(folder));
  if (send_frames(client.socket(), {request}) != Sent::Yes) return went_away();

  auto deadline = Steady::now() + std::chrono::milliseconds(timeout_ms);
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
    if (left <= 0) {
      return fail(ErrorKind::Busy, "daemon.silent", "the daemon did not answer in time", "it may be busy",
                  "the command may still be carried out: look before you repeat it");
    }
    zmq_pollitem_t items[] = {{client.socket().handle(), 0, ZMQ_POLLIN, 0},
                              {client.monitor().handle(), 0, ZMQ_POLLIN, 0}};
    (void)zmq_poll(items, 2, static_cast<long>(left));
    // The monitor first: what arrived before the end of the connection is then taken below.
    const bool ended = client.next_event().has_value();
    switch (take_parts(client.socket(), on_part)) {
      case Progress::Finished:
        return {};
      case Progress::Malformed:
        return fail(ErrorKind::Refused, "daemon.malformed_answer", "the daemon's answer is not understood",
                    "the daemon is of another version", "restart the daemon");
      case Progress::Some:
        deadline = Steady::now() + std::chrono::milliseconds(timeout_ms);
        break;
      case Progress::Nothing:
        break;
    }
    if (ended) return went_away();
  }
}

}  // namespace

Result<> LocalClient::ask(ByteView request, std::int64_t timeout_ms, const OnPart& on_part) {
  if (request.empty() || request.size() > limits::kCommandBytes) {
    return bad_input("net.message_size", "a request is empty or too large to send");
  }
  Result<OwnedFd> folder = open_folder(folder_);
  if (!folder) return tl::unexpected<Error>(std::move(folder).error());
  SEALKEEP_TRY(check_listening(*folder));
  try {
    return exchange(context_, *folder, request, timeout_ms, on_part);
  } catch (const zmq::error_t& error) {
    return tl::unexpected<Error>(
        zmq_error(ErrorKind::Disconnected, "daemon.not_running", "cannot speak to the daemon", error));
  }
}

Result<Bytes> LocalClient::ask(ByteView request, std::int64_t timeout_ms) {
  Bytes answer;
  SEALKEEP_TRY(ask(request, timeout_ms, [&](ByteView part, bool) { append(answer, part); }));
  return answer;
}

}  // namespace sealkeep::net
