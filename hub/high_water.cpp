// SPDX-License-Identifier: Apache-2.0
#include "hub/high_water.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::hub {
namespace {

// Two slots of one disk sector each, written in turn and in place: room is needed only when the file is made.
constexpr std::size_t kSlotBytes = 512;
constexpr std::string_view kMagic = "sealkeep-high-water-v1";

tl::unexpected<Error> io_error(const char* what) {
  const int number = errno;
  const bool full = number == ENOSPC || number == EDQUOT;
  return fail(full ? ErrorKind::Full : ErrorKind::Corrupt, full ? "high_water.full" : "high_water.io",
              std::string("the file high-water cannot be ") + what, std::generic_category().message(number),
              full ? "Free some room in the data folder" : "Look after the disk, then start again");
}

struct Slot {
  std::uint64_t written = 0, inode = 0, count = 0;
};

std::string format(const Slot& slot) {
  std::string text = std::string(kMagic) + ' ' + std::to_string(slot.written) + ' ' +
                     std::to_string(slot.inode) + ' ' + std::to_string(slot.count) + ' ';
  text += hex(sha256({as_bytes(text)}).bytes) + '\n';
  text.resize(kSlotBytes, ' ');
  return text;
}

std::optional<Slot> parse(std::string_view text) {
  Slot slot;
  std::string_view rest = text;
  if (!rest.starts_with(kMagic)) return std::nullopt;
  rest.remove_prefix(kMagic.size());
  for (std::uint64_t* number : {&slot.written, &slot.inode, &slot.count}) {
    if (!rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), *number);
    if (error != std::errc{}) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  }
  if (format(slot) != text) return std::nullopt;
  return slot;
}

}  // namespace

HighWater::HighWater(HighWater&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)),
      inode_(other.inode_),
      written_(other.written_),
      known_(other.known_) {}

HighWater::~HighWater() {
  if (fd_ >= 0) ::close(fd_);
}

Result<HighWater> HighWater::open(const std::filesystem::path& folder) {
  const int fd = ::open((folder / kFileName).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return io_error("opened");
  HighWater file(fd, 0);
  struct stat state {};
  if (::fstat(fd, &state) != 0) return io_error("looked at");
  file.inode_ = state.st_ino;
  std::array<char, 2 * kSlotBytes> bytes{};
  const ssize_t read = ::pread(fd, bytes.data(), bytes.size(), 0);
  if (read < 0) return io_error("read");
  const std::string_view text(bytes.data(), static_cast<std::size_t>(read));
  for (const std::size_t at : {std::size_t{0}, kSlotBytes}) {
    if (text.size() < at + kSlotBytes) break;
    const auto slot = parse(text.substr(at, kSlotBytes));
    if (!slot || slot->inode != file.inode_ || slot->written < file.written_) continue;
    file.written_ = slot->written;
    file.known_ = slot->count;
  }
  if (text.size() < bytes.size()) {
    // Both slots take their room now.
    if (::pwrite(fd, bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size()) || ::fsync(fd) != 0)
      return io_error("written");
    const int parent = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = parent >= 0 && ::fsync(parent) == 0;
    if (parent >= 0) ::close(parent);
    if (!synced) return io_error("made durable");
  }
  return file;
}

Result<> HighWater::put(std::uint64_t count) {
  if (known_ == count) return {};
  const Slot slot{written_ + 1, inode_, count};
  const std::string text = format(slot);
  const auto at = static_cast<off_t>(slot.written % 2 * kSlotBytes);
  if (::pwrite(fd_, text.data(), text.size(), at) != static_cast<ssize_t>(text.size()) ||
      ::fdatasync(fd_) != 0)
    return io_error("written");
  written_ = slot.written;
  known_ = count;
  return {};
}

}  // namespace sealkeep::hub
