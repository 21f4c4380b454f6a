// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/captures.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <vector>

#include "agent/vision/picture.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> full(const std::string& why) {
  return fail(ErrorKind::Full, "vision.captures_full", "The picture cannot be kept", why,
              "Make room on the disk of sealkeep-vision's data folder");
}

bool write_all(int fd, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Captures> Captures::open(const fs::path& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return full(std::strerror(errno));
  Captures captures(folder);
  captures.tidy();
  return captures;
}

Result<Captures::Kept> Captures::keep(ByteView picture) {
  SEALKEEP_LET(size, picture_size(picture));
  const bool png = as_text(picture).starts_with("\x89PNG");
  Kept kept;
  kept.mime = size.jpeg ? "image/jpeg" : png ? "image/png" : "image/webp";
  kept.sha256 = hex(sha256(picture).view());
  kept.file = folder_ / (kept.sha256 + (size.jpeg ? ".jpg" : png ? ".png" : ".webp"));
  kept.width = size.width;
  kept.height = size.height;
  const fs::path half = folder_ / "half";
  const int fd = ::open(half.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return full(std::strerror(errno));
  const bool written = write_all(fd, picture);
  const int problem = errno;
  close(fd);
  if (!written || rename(half.c_str(), kept.file.c_str()) != 0) {
    const std::string why = std::strerror(written ? errno : problem);
    unlink(half.c_str());
    return full(why);
  }
  tidy();
  return kept;
}

void Captures::tidy() {
  struct File {
    fs::file_time_type written;
    std::uintmax_t bytes;
    fs::path path;
  };
  std::vector<File> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder_, problem)) {
    std::error_code gone;
    files.push_back({entry.last_write_time(gone), entry.file_size(gone), entry.path()});
    if (gone) files.pop_back();
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.written > b.written; });
  const auto oldest = fs::file_time_type::clock::now() - std::chrono::milliseconds(kCaptureKeptMs);
  std::uintmax_t bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    bytes += files[i].bytes;
    std::error_code unimportant;
    if (i >= kCaptures || bytes > kCapturesBytes || files[i].written < oldest)
      fs::remove(files[i].path, unimportant);
  }
}

}  // namespace sealkeep::vision
