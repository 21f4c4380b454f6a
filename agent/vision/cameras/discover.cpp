// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/discover.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "agent/vision/cameras/post.hpp"
#include "agent/vision/child.hpp"
#include "common/base/clock.hpp"
#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/system_random.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kFound = 256, kDatagrams = 1024, kDatagramBytes = 16 * 1024, kTextBytes = 1200;

std::string uuid() {
  std::array<std::uint8_t, 16> chance{};
  SystemRandom().fill(chance);
  std::string text = hex(chance);
  for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, "-");
  return text;
}

Result<Child::Handler> datagram_parser() {
  return Child::Handler([](ByteView datagram) -> Result<Bytes> {
    const std::vector<FoundCamera> found = parse_probe_match(as_text(datagram));
    PackWriter out;
    out.array(found.size());
    for (const FoundCamera& one : found) out.array(3).str(one.address).str(one.name).str(one.hardware);
    return out.take();
  });
}

Result<> add_found(ByteView packed, std::vector<FoundCamera>& out) {
  PackReader in(packed);
  std::vector<FoundCamera> found(in.array(0, 16 * kElements));
  for (FoundCamera& one : found) {
    in.array(3);
    for (std::string* text : {&one.address, &one.name, &one.hardware}) *text = in.str(kTextBytes);
  }
  SEALKEEP_TRY(in.finish());
  for (FoundCamera& one : found)
    if (out.size() < kFound && std::find(out.begin(), out.end(), one) == out.end())
      out.push_back(std::move(one));
  return {};
}

}  // namespace

Result<std::vector<FoundCamera>> discover(const std::string& host, std::uint16_t port, std::int64_t wait_ms) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  if (inet_pton(AF_INET, host.c_str(), &to.sin_addr) != 1)
    return bad_input("vision.camera_address", "\"" + printable(host, 60) + "\" is no numeric address", {},
                     "Write one such as 10.0.5.20");
  Child parser(datagram_parser, {});
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const std::string question = probe_text(uuid());
  const bool asked =
      fd >= 0 && sendto(fd, question.data(), question.size(), 0, reinterpret_cast<sockaddr*>(&to),
                        sizeof to) == static_cast<ssize_t>(question.size());
  if (!asked) {
    const std::string why = std::strerror(errno);
    if (fd >= 0) close(fd);
    return fail(ErrorKind::Busy, "vision.no_network", "The cameras cannot be asked", why,
                "Look whether this machine is on the cameras' network");
  }
  std::vector<FoundCamera> out;
  const std::int64_t until_ms = SystemClock().now().mono_ms + wait_ms;
  for (std::size_t heard = 0; heard < kDatagrams; ++heard) {
    const std::int64_t left_ms = until_ms - SystemClock().now().mono_ms;
    pollfd waiting{fd, POLLIN, 0};
    if (left_ms <= 0 || poll(&waiting, 1, static_cast<int>(left_ms)) <= 0) break;
    Bytes datagram(kDatagramBytes);
    const ssize_t got = recv(fd, datagram.data(), datagram.size(), 0);
    if (got <= 0) continue;
    datagram.resize(static_cast<std::size_t>(got));
    const auto parsed = parser.ask(datagram);
    if (parsed) static_cast<void>(add_found(*parsed, out));
  }
  close(fd);
  return out;
}

Result<std::vector<CameraStream>> streams_of(const CameraUrl& device, const std::string& name,
                                             const std::filesystem::path& logins) {
  Camera camera;
  camera.name = name;
  camera.kind = CameraKind::Onvif;
  camera.url = device;
  camera.logins = logins;
  SEALKEEP_LET(post, CameraPost::start(std::move(camera)));
  SEALKEEP_LET(answer, post->picture());
  return decode_streams(answer.bytes);
}

}  // namespace sealkeep::vision
