// SPDX-License-Identifier: Apache-2.0
#include "common/store/picture_folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/ses/picture_file.hpp"
#include "common/store/files.hpp"

namespace sealkeep {
namespace {

constexpr const char* kPart = ".part";
constexpr const char* kWords = ".words";

tl::unexpected<Error> io_error(const std::filesystem::path& path) {
  const int cause = errno;
  return fail(cause == ENOSPC ? ErrorKind::Full : ErrorKind::Corrupt,
              cause == ENOSPC ? "picture.no_room" : "store.io",
              "The picture " + path.filename().string() + " cannot be kept",
              store_detail::system_cause(cause), "Check the disk and the room on it");
}

tl::unexpected<Error> wrong_size(std::string why) {
  return bad_input("picture.size", "The picture cannot be taken", std::move(why),
                   "A picture has 1 byte to " + std::to_string(ses::kPictureBytes >> 20) + " MiB");
}

std::optional<std::uint64_t> size_of(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  return error ? std::nullopt : std::optional<std::uint64_t>(bytes);
}

std::optional<Bytes> bytes_of(const std::filesystem::path& path, std::uint64_t from, std::size_t most) {
  std::ifstream in(path, std::ios::binary);
  const auto size = size_of(path);
  if (!in || !size || from > *size) return std::nullopt;
  Bytes out(static_cast<std::size_t>(std::min<std::uint64_t>(most, *size - from)));
  in.seekg(static_cast<std::streamoff>(from));
  in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  return in ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace

std::filesystem::path PictureFolder::file_of(const Hash& sha256, const char* ending) const {
  return folder_ / (hex(sha256.view()) + ending);
}

PictureFolder::Held PictureFolder::held(const Hash& sha256) const {
  if (const auto whole = size_of(file_of(sha256))) return {*whole, true};
  return {size_of(file_of(sha256, kPart)).value_or(0), false};
}

Result<> PictureFolder::write(const std::filesystem::path& path, std::uint64_t from, ByteView bytes) const {
  for (const std::filesystem::path& made : {folder_.parent_path(), folder_})
    if (!made.empty() && ::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST) return io_error(made);
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file < 0) return io_error(path);
  std::size_t done = 0;
  bool sound = ::ftruncate(file, static_cast<off_t>(from)) == 0;
  while (sound && done < bytes.size()) {
    const ssize_t wrote =
        ::pwrite(file, bytes.data() + done, bytes.size() - done, static_cast<off_t>(from + done));
    sound = wrote > 0 || (wrote < 0 && errno == EINTR);
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  if (!sound) {
    auto error = io_error(path);
    ::close(file);
    return error;
  }
  ::close(file);
  return {};
}

Result<> PictureFolder::rename_into_place(const std::filesystem::path& from,
                                          const std::filesystem::path& to) const {
  const int file = ::open(from.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fdatasync(file) == 0;
  if (!synced || ::rename(from.c_str(), to.c_str()) != 0) {
    auto error = io_error(from);
    if (file >= 0) ::close(file);
    return error;
  }
  ::close(file);
  return store_detail::sync_folder_of(to);
}

Result<PictureFolder::Held> PictureFolder::put(const Hash& sha256, std::uint64_t from, std::uint64_t total,
                                               ByteView piece) {
  if (total == 0 || total > ses::kPictureBytes)
    return wrong_size("it has " + std::to_string(total) + " bytes");
  if (piece.empty() || from > total || piece.size() > total - from)
    return wrong_size("a piece of it lies outside of it");
  const Held before = held(sha256);
  if (before.whole || from != before.bytes) return before;
  if (from == 0 && ses::media_of(piece).empty())
    return bad_input("picture.media", "This is no picture that can be kept",
                     "it is neither JPEG, PNG, WebP nor HEIC", "Take the picture again");
  std::error_code ignored;
  std::filesystem::path there = folder_;
  while (!std::filesystem::exists(there, ignored) && there.has_relative_path()) there = there.parent_path();
  const auto space = std::filesystem::space(there, ignored);
  if (!ignored && space.available < kPictureReserveBytes + total)
    return fail(ErrorKind::Full, "picture.no_room", "There is no room for pictures on this disk",
                "what is left is kept for records", "Make room; records are still taken");
  const std::filesystem::path part = file_of(sha256, kPart);
  SEALKEEP_TRY(write(part, from, piece));
  const std::uint64_t bytes = from + piece.size();
  if (bytes < total) return Held{bytes, false};
  const auto whole = bytes_of(part, 0, ses::kPictureBytes);
  if (!whole || whole->size() != total || sealkeep::sha256(*whole) != sha256) {
    std::filesystem::remove(part, ignored);
    return bad_input("picture.differs", "The picture is not the one that was announced",
                     "its bytes have another SHA-256", "Send it again");
  }
  SEALKEEP_TRY(rename_into_place(part, file_of(sha256)));
  return Held{total, true};
}

Result<Hash> PictureFolder::put(ByteView file) {
  const Hash hash = sealkeep::sha256(file);
  std::error_code ignored;
  // What came of it in pieces is not needed any more.
  std::filesystem::remove(file_of(hash, kPart), ignored);
  SEALKEEP_LET(now, put(hash, 0, file.size(), file));
  SEALKEEP_ASSERT(now.whole);
  return hash;
}

Result<Bytes> PictureFolder::read(const Hash& sha256, std::uint64_t from, std::size_t most) const {
  auto bytes = bytes_of(file_of(sha256), from, most);
  if (bytes) return std::move(*bytes);
  return fail(ErrorKind::NotFound, "picture.unknown", "This picture is not here",
              "it has not arrived yet, or its time was over", "The record stands without it");
}

Result<> PictureFolder::put_words(const Hash& sha256, ByteView words) {
  SEALKEEP_ASSERT(words.size() <= ses::kPictureWordsBytes);
  const std::filesystem::path fresh = file_of(sha256, ".words.part");
  SEALKEEP_TRY(write(fresh, 0, words));
  return rename_into_place(fresh, file_of(sha256, kWords));
}

std::optional<Bytes> PictureFolder::words(const Hash& sha256) const {
  return bytes_of(file_of(sha256, kWords), 0, ses::kPictureWordsBytes);
}

Result<> PictureFolder::remove(const Hash& sha256) {
  for (const char* ending : {"", kPart, kWords}) {
    const std::filesystem::path path = file_of(sha256, ending);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_error(path);
  }
  return {};
}

Result<std::size_t> PictureFolder::remove_if(
    const std::function<bool(const Hash& sha256, std::int64_t written_ms)>& over) {
  constexpr std::size_t kDigits = 64;
  std::vector<std::filesystem::path> chosen;
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    const std::string name = at->path().filename().string();
    const auto bytes = from_hex(std::string_view(name).substr(0, std::min(kDigits, name.size())));
    struct stat state {};
    Hash sha256;
    if (!bytes || bytes->size() != sha256.bytes.size() || ::stat(at->path().c_str(), &state) != 0) continue;
    std::copy(bytes->begin(), bytes->end(), sha256.bytes.begin());
    if (over(sha256, static_cast<std::int64_t>(state.st_mtim.tv_sec) * 1'000)) chosen.push_back(at->path());
  }
  for (const std::filesystem::path& path : chosen)
    if (::unlink(path.c_str()) != 0 && errno != ENOENT) return io_error(path);
  return chosen.size();
}

}  // namespace sealkeep
