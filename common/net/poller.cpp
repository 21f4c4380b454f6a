// SPDX-License-Identifier: Apache-2.0
#include "common/net/poller.hpp"

#include <algorithm>
#include <limits>

#include "common/net/zmq_socket.hpp"

namespace sealkeep::net {

void Poller::add(const Pollable& what) {
  remove(what);
  watched_.push_back({&what, -1, false});
}

void Poller::remove(const Pollable& what) {
  std::erase_if(watched_, [&](const Watched& watched) { return watched.object == &what; });
}

void Poller::add_fd(int fd) {
  remove_fd(fd);
  watched_.push_back({nullptr, fd, false});
}

void Poller::remove_fd(int fd) {
  std::erase_if(watched_,
                [&](const Watched& watched) { return watched.object == nullptr && watched.fd == fd; });
}

Result<bool> Poller::wait(std::int64_t timeout_ms) {
  std::vector<PollHandle> handles;
  std::vector<std::size_t> owners;
  for (std::size_t i = 0; i < watched_.size(); ++i) {
    watched_[i].ready = false;
    if (watched_[i].object != nullptr) {
      watched_[i].object->add_handles(handles);
    } else {
      handles.push_back({nullptr, watched_[i].fd});
    }
    owners.resize(handles.size(), i);
  }
  std::vector<zmq_pollitem_t> items;
  items.reserve(handles.size());
  for (const PollHandle& handle : handles) items.push_back({handle.socket, handle.fd, ZMQ_POLLIN, 0});

  constexpr std::int64_t kLongest = std::numeric_limits<int>::max();
  const long wait_ms = timeout_ms < 0 ? -1 : static_cast<long>(std::min(timeout_ms, kLongest));
  const int ready = zmq_poll(items.data(), static_cast<int>(items.size()), wait_ms);
  if (ready < 0) {
    const zmq::error_t error;
    if (error.num() == EINTR) return false;
    return tl::unexpected<Error>(
        zmq_error(ErrorKind::Bug, "net.poll", "waiting for the sockets failed", error));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (items[i].revents != 0) watched_[owners[i]].ready = true;
  }
  return ready > 0;
}

bool Poller::ready(const Pollable& what) const {
  return std::any_of(watched_.begin(), watched_.end(),
                     [&](const Watched& watched) { return watched.object == &what && watched.ready; });
}

bool Poller::ready_fd(int fd) const {
  return std::any_of(watched_.begin(), watched_.end(), [&](const Watched& watched) {
    return watched.object == nullptr && watched.fd == fd && watched.ready;
  });
}

}  // namespace sealkeep::net
