// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_network.hpp"

#include <algorithm>

#include "common/sync/messages.hpp"

namespace sealkeep::sim {

std::size_t SimNetwork::add(Link link) {
  links_.emplace_back().link = std::move(link);
  return links_.size() - 1;
}

void SimNetwork::remove(std::size_t no) {
  cut(no, "removed");
  links_[no].removed = true;
}

bool SimNetwork::send(std::size_t no, Way way, ByteView frame) {
  Pipe& pipe = links_[no];
  const auto side = static_cast<std::size_t>(way);
  auto& queue = pipe.queue[side];
  if (!pipe.link.open || queue.size() >= faults.queue_frames) return false;
  if (chance(faults.lost)) {
    trace_.say("link " + std::to_string(no) + " loses a frame");
    return true;
  }
  Bytes bytes = to_bytes(frame);
  // A hello speaks of the moment: it is believed because the pipe keeps order and refuses replays.
  const bool hello = !frame.empty() && frame[0] == static_cast<std::uint8_t>(sync::MessageType::Hello);
  auto& heard = pipe.heard[side];
  if (chance(faults.replayed) && !heard.empty()) bytes = heard[random_.below(heard.size())];
  if (faults.replayed > 0 && !hello) {
    heard.push_back(to_bytes(frame));
    if (heard.size() > 16) heard.pop_front();
  }
  if (chance(faults.flipped) && !bytes.empty()) {
    const std::uint64_t bit = random_.below(bytes.size() * 8);
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    trace_.say("link " + std::to_string(no) + " flips bit " + std::to_string(bit));
  }
  const auto spread = static_cast<std::uint64_t>(2 * (faults.delay_mean_ms - faults.delay_min_ms) + 1);
  std::int64_t due = time_.ms + faults.delay_min_ms + static_cast<std::int64_t>(random_.below(spread));
  if (!queue.empty()) due = std::max(due, queue.back().due_ms);
  if (chance(faults.doubled)) queue.push_back({due, bytes});
  if (!hello && chance(faults.reordered) && !queue.empty())
    queue.insert(queue.begin() + static_cast<std::ptrdiff_t>(random_.below(queue.size())),
                 {queue.front().due_ms, std::move(bytes)});
  else
    queue.push_back({due, std::move(bytes)});
  return true;
}

std::optional<Bytes> SimNetwork::receive(std::size_t no, Way way) {
  Pipe& pipe = links_[no];
  const auto side = static_cast<std::size_t>(way);
  auto& queue = pipe.queue[side];
  if (queue.empty() || queue.front().due_ms > time_.ms || pipe.parted_until_ms[side] > time_.ms)
    return std::nullopt;
  Bytes frame = std::move(queue.front().frame);
  queue.pop_front();
  return frame;
}

void SimNetwork::turn() {
  for (std::size_t no = 0; no < links_.size(); ++no) {
    Pipe& pipe = links_[no];
    if (pipe.removed) continue;
    if (chance(faults.parted)) {
      const std::int64_t until = time_.ms + 2'000 + static_cast<std::int64_t>(random_.below(60'000));
      const std::uint64_t ways = 1 + random_.below(3);
      if ((ways & 1U) != 0) pipe.parted_until_ms[0] = until;
      if ((ways & 2U) != 0) pipe.parted_until_ms[1] = until;
      trace_.say("link " + std::to_string(no) + " parted, ways " + std::to_string(ways));
    }
    const std::int64_t parted = std::max(pipe.parted_until_ms[0], pipe.parted_until_ms[1]);
    if (pipe.link.open) {
      // Heartbeats go unanswered.
      const bool dead = parted > time_.ms + kDeadMs;
      if (dead && chance(200)) cut(no, "heartbeats stop");
      if (chance(faults.broken)) cut(no, "breaks");
      continue;
    }
    if (time_.ms < pipe.link.connect_at_ms || parted > time_.ms) continue;
    pipe.link.connect_at_ms = time_.ms + kRetryMs;
    if (!pipe.link.may_connect()) continue;
    pipe.link.open = true;
    ++pipe.link.connection;
    trace_.say("link " + std::to_string(no) + " connects, connection " +
               std::to_string(pipe.link.connection));
    pipe.link.tell_site(true);
  }
}

void SimNetwork::cut(std::size_t no, const char* why) {
  Pipe& pipe = links_[no];
  if (!pipe.link.open) return;
  trace_.say("link " + std::to_string(no) + " cut: " + why);
  pipe.link.open = false;
  pipe.link.connect_at_ms = std::max(pipe.link.connect_at_ms, time_.ms + kRetryMs);
  pipe.queue[0].clear();
  pipe.queue[1].clear();
  pipe.link.tell_site(false);
}

void SimNetwork::heal() {
  faults = NetworkFaults{};
  faults.queue_frames = 64;
  for (Pipe& pipe : links_) {
    pipe.parted_until_ms[0] = pipe.parted_until_ms[1] = 0;
    pipe.link.connect_at_ms = std::min(pipe.link.connect_at_ms, time_.ms + kRetryMs);
  }
}

std::size_t SimNetwork::bytes_in_flight(std::size_t no, Way way) const {
  std::size_t bytes = 0;
  for (const Packet& packet : links_[no].queue[static_cast<std::size_t>(way)]) bytes += packet.frame.size();
  return bytes;
}

}  // namespace sealkeep::sim
