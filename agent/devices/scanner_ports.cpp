// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanner_ports.hpp"

#include <fcntl.h>
#include <linux/input.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace sealkeep::agent {
namespace {

constexpr int kBacklog = 8;
// A scanner that vanished without a word is noticed after these seconds; nothing is ever sent to one.
constexpr int kKeepAliveIdleS = 15, kKeepAliveEveryS = 5, kKeepAliveProbes = 3;

constexpr std::pair<std::uint32_t, speed_t> kSpeeds[] = {
    {1200, B1200},   {2400, B2400},   {4800, B4800},     {9600, B9600},     {19200, B19200},
    {38400, B38400}, {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}};
static_assert(std::size(kSpeeds) == std::size(kSerialSpeeds));

tl::unexpected<ScannerTrouble> trouble(ScannerStatus status, std::string why, std::string next = {}) {
  return tl::unexpected<ScannerTrouble>(ScannerTrouble{status, std::move(why), std::move(next)});
}
tl::unexpected<ScannerTrouble> last_trouble(const ScannerConfig& config) {
  return tl::unexpected<ScannerTrouble>(trouble_of(errno, config));
}
tl::unexpected<ScannerTrouble> taken() {
  return trouble(ScannerStatus::Failed, "another program reads this device",
                 "End the other one; while the agent runs, devices test cannot read what it reads");
}

template <class T>
bool set_option(int fd, int level, int name, T value) {
  return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

void keep_alive(int fd) {
  // A socket without them is served all the same, it only notices a lost scanner later.
  static_cast<void>(set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1));
  static_cast<void>(set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, kKeepAliveIdleS));
  static_cast<void>(set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, kKeepAliveEveryS));
  static_cast<void>(set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, kKeepAliveProbes));
}

net::OwnedFd tcp_socket(const IpAddress& address) {
  return net::OwnedFd(
      ::socket(address.v4() ? AF_INET : AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
}

const sockaddr* pointer(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.storage);
}

}  // namespace

std::string_view words_of(ScannerStatus status) {
  switch (status) {
    case ScannerStatus::Waiting:
      return "waiting";
    case ScannerStatus::Open:
      return "open";
    case ScannerStatus::Refused:
      return "permission refused";
    case ScannerStatus::Failed:
      return "error";
  }
  return "error";
}

ScannerTrouble trouble_of(int error, const ScannerConfig& config) {
  const bool device = config.kind == ScannerKind::Hid || config.kind == ScannerKind::Serial;
  const std::string why = std::strerror(error);
  if (device && (error == ENOENT || error == ENODEV || error == ENXIO || error == EIO || error == 0))
    return {ScannerStatus::Waiting, "it is not plugged in", "Plug it in; it is looked for every few seconds"};
  if (error == EACCES || error == EPERM) {
    const char* group = config.kind == ScannerKind::Hid ? "input" : "dialout";
    if (device)
      return {ScannerStatus::Refused, "this user may not read it",
              "Install systemd/sealkeep-agent.service.d/20-scanners.conf, or let the agent's user be in the "
              "group " +
                  std::string(group) + "; docs/devices.md has the udev rule"};
    return {ScannerStatus::Refused, "this program may not use that address",
            "Take a port above 1023, and look at IPAddressAllow of the unit"};
  }
  if (device && error == EBUSY) return taken().value();
  if (device) return {ScannerStatus::Failed, why, "docs/devices.md says what goes wrong"};
  if (config.kind == ScannerKind::Connect)
    return {ScannerStatus::Waiting, error == 0 ? "it ended the connection" : why,
            "Switch it on and look at its address; it is tried again every few seconds"};
  if (error == EADDRNOTAVAIL)
    return {ScannerStatus::Waiting, "this machine does not have that address (yet)",
            "Look at the address, or write 0.0.0.0"};
  return {ScannerStatus::Failed, error == EADDRINUSE ? "another program listens there" : why,
          "Take another port, or end the other program"};
}

OpenedPort open_hid(const ScannerConfig& config) {
  net::OwnedFd fd(::open(config.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY));
  if (fd.get() < 0) return last_trouble(config);
  struct stat what {};
  if (::fstat(fd.get(), &what) != 0) return last_trouble(config);
  if (S_ISFIFO(what.st_mode)) return fd;
  int version = 0;
  if (!S_ISCHR(what.st_mode) || ::ioctl(fd.get(), EVIOCGVERSION, &version) != 0)
    return trouble(ScannerStatus::Failed, "this is no input device",
                   "sealkeep-agent devices list shows those that are plugged in");
  if (::ioctl(fd.get(), EVIOCGRAB, 1) != 0) return last_trouble(config);
  return fd;
}

OpenedPort open_serial(const ScannerConfig& config) {
  net::OwnedFd fd(::open(config.path.c_str(), O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC));
  if (fd.get() < 0) return last_trouble(config);
  termios settings{};
  if (::tcgetattr(fd.get(), &settings) != 0)
    return trouble(ScannerStatus::Failed, "this is no serial port",
                   "sealkeep-agent devices list shows those that are plugged in");
  if (::flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return taken();
  if (::ioctl(fd.get(), TIOCEXCL) != 0) return last_trouble(config);
  ::cfmakeraw(&settings);
  settings.c_cflag &= ~static_cast<tcflag_t>(CSTOPB | CRTSCTS);
  settings.c_cflag |= CLOCAL | CREAD;
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  for (const auto& [speed, code] : kSpeeds)
    if (speed == config.speed && (::cfsetispeed(&settings, code) != 0 || ::cfsetospeed(&settings, code) != 0))
      return last_trouble(config);
  if (::tcsetattr(fd.get(), TCSANOW, &settings) != 0 || ::tcflush(fd.get(), TCIFLUSH) != 0)
    return last_trouble(config);
  return fd;
}

OpenedPort begin_connect(const ScannerConfig& config) {
  net::OwnedFd fd = tcp_socket(config.address);
  if (fd.get() < 0) return last_trouble(config);
  keep_alive(fd.get());
  const SocketAddress to = socket_address(config.address, config.port);
  if (::connect(fd.get(), pointer(to), to.length) != 0 && errno != EINPROGRESS) return last_trouble(config);
  return fd;
}

ConnectState connected(const net::OwnedFd& socket, ScannerTrouble& trouble) {
  pollfd asked{socket.get(), POLLOUT, 0};
  if (::poll(&asked, 1, 0) == 0) return ConnectState::Pending;
  int error = 0;
  socklen_t length = sizeof error;
  if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length) != 0) error = errno;
  if (error == 0) return ConnectState::Connected;
  ScannerConfig config;
  config.kind = ScannerKind::Connect;
  trouble = trouble_of(error, config);
  return ConnectState::Failed;
}

OpenedPort listen_at(const ScannerConfig& config) {
  net::OwnedFd fd = tcp_socket(config.address);
  if (fd.get() < 0 || !set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR, 1)) return last_trouble(config);
  // "[::]" serves IPv4 too, whatever the machine's default is.
  if (!config.address.v4() && !set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, 0))
    return last_trouble(config);
  const SocketAddress at = socket_address(config.address, config.port);
  if (::bind(fd.get(), pointer(at), at.length) != 0 || ::listen(fd.get(), kBacklog) != 0)
    return last_trouble(config);
  return fd;
}

AcceptedPeer accept_at(const net::OwnedFd& listener) {
  for (;;) {
    sockaddr_storage peer{};
    socklen_t length = sizeof peer;
    const int fd =
        ::accept4(listener.get(), reinterpret_cast<sockaddr*>(&peer), &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
    if (fd < 0) return {net::OwnedFd(), {}, errno == EAGAIN ? 0 : errno};
    net::OwnedFd socket(fd);
    const auto address = IpAddress::of(peer);
    if (!address) continue;
    keep_alive(fd);
    return {std::move(socket), *address, 0};
  }
}

std::uint16_t port_of(const net::OwnedFd& listener) {
  sockaddr_storage at{};
  socklen_t length = sizeof at;
  if (::getsockname(listener.get(), reinterpret_cast<sockaddr*>(&at), &length) != 0) return 0;
  if (at.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &at, sizeof v4);
    return ntohs(v4.sin_port);
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &at, sizeof v6);
  return ntohs(v6.sin6_port);
}

}  // namespace sealkeep::agent
