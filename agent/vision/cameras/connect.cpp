// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/connect.hpp"

#include <netdb.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "agent/vision/cameras/fetch.hpp"

namespace sealkeep::vision {
namespace {

constexpr int kConnectMs = 4'000;

/// 0, or what failed.
int finish_connecting(int fd) {
  pollfd waiting{fd, POLLOUT, 0};
  const int ready = poll(&waiting, 1, kConnectMs);
  if (ready < 0) return errno;
  if (ready == 0) return ETIMEDOUT;
  int problem = 0;
  socklen_t size = sizeof problem;
  getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &size);
  return problem;
}

}  // namespace

Result<int> connect_to(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_NUMERICSERV;
  addrinfo* found = nullptr;
  if (const int problem = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &found);
      problem != 0)
    return camera_away("The camera's name is not known", gai_strerror(problem),
                       "Write its numeric address into the configuration file");
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> all(found, &freeaddrinfo);
  int problem = EHOSTUNREACH;
  for (const addrinfo* one = found; one != nullptr; one = one->ai_next) {
    const int fd = socket(one->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) continue;
    problem = connect(fd, one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
    if (problem == EINPROGRESS) problem = finish_connecting(fd);
    if (problem == 0) {
      const int on = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return fd;
    }
    close(fd);
  }
  return camera_away("The camera cannot be reached", std::strerror(problem),
                     problem == ECONNREFUSED ? "Look whether the camera offers this at this port"
                                             : "Look at cable, power and address of the camera");
}

}  // namespace sealkeep::vision
