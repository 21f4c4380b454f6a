// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/note.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sealkeep::vision {
namespace {

constexpr std::size_t kHeadBytes = 5;
constexpr std::size_t kPieceBytes = 256 * 1024;

}  // namespace

bool send_note(int socket, char letter, ByteView payload, int descriptor, bool wait) {
  Bytes head;
  ByteWriter(head).u8(static_cast<std::uint8_t>(letter)).u32(static_cast<std::uint32_t>(payload.size()));
  iovec parts[2] = {{head.data(), head.size()},
                    {const_cast<std::uint8_t*>(payload.data()), payload.size()}};  // NOLINT: only read
  msghdr message{};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  if (descriptor >= 0) {
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int));
    std::memcpy(CMSG_DATA(rights), &descriptor, sizeof descriptor);
  }
  std::size_t left = head.size() + payload.size();
  while (left > 0) {
    const ssize_t sent = sendmsg(socket, &message, MSG_NOSIGNAL | (wait ? 0 : MSG_DONTWAIT));
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    left -= static_cast<std::size_t>(sent);
    message.msg_controllen = 0;
    std::size_t gone = static_cast<std::size_t>(sent);
    for (iovec& part : parts) {
      const std::size_t here = std::min(gone, part.iov_len);
      part.iov_base = static_cast<char*>(part.iov_base) + here;
      part.iov_len -= here;
      gone -= here;
    }
  }
  return true;
}

NoteReader::~NoteReader() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool NoteReader::receive(int socket) {
  while (true) {
    if (held_.size() > kNoteBytes + kHeadBytes) return true;  // a whole one is there: take it first
    const std::size_t had = held_.size();
    held_.resize(had + kPieceBytes);
    iovec part{held_.data() + had, kPieceBytes};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control;
    message.msg_controllen = sizeof control;
    const ssize_t got = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    const int problem = errno;
    held_.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && problem == EINTR) continue;
    if (got < 0 && (problem == EAGAIN || problem == EWOULDBLOCK)) return true;
    if (got <= 0) return false;
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
      if (descriptor_ >= 0) close(descriptor_);
      std::memcpy(&descriptor_, CMSG_DATA(c), sizeof descriptor_);
    }
    if (held_.size() >= kHeadBytes && ByteReader(ByteView(held_).subspan(1)).u32() > kNoteBytes) return false;
  }
}

std::optional<Note> NoteReader::take() {
  ByteReader in(held_);
  const char letter = static_cast<char>(in.u8());
  const std::uint32_t size = in.u32();
  if (!in.ok() || size > in.rest().size()) return std::nullopt;
  Note note{letter, to_bytes(in.raw(size))};
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(kHeadBytes + size));
  return note;
}

int NoteReader::take_descriptor() {
  return std::exchange(descriptor_, -1);
}

}  // namespace sealkeep::vision
