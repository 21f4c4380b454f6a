// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "agent/vision/cameras/fetch.hpp"

namespace sealkeep::vision {
namespace {

namespace fs = std::filesystem;
constexpr std::size_t kFolderEntries = 100'000;

bool is_picture_name(const fs::path& name) {
  std::string end = name.extension().string();
  for (char& c : end)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return end == ".jpg" || end == ".jpeg" || end == ".png" || end == ".webp";
}

tl::unexpected<Error> away(const fs::path& path, const std::string& why) {
  return camera_away("There is no picture at " + printable(path.string(), 200), why,
                     "Look whether what writes it there runs");
}

/// The picture written last; of those of one time the last by name.
Result<fs::path> newest(const fs::path& folder) {
  std::error_code problem;
  std::optional<std::pair<fs::file_time_type, fs::path>> best;
  std::size_t seen = 0;
  for (fs::directory_iterator it(folder, problem), end; !problem && it != end; it.increment(problem)) {
    if (++seen > kFolderEntries) return away(folder, "the folder holds more than 100,000 files");
    std::error_code unknown;
    const bool counts = is_picture_name(it->path()) && it->is_regular_file(unknown);
    const auto written = it->last_write_time(unknown);
    if (!counts || unknown) continue;
    std::pair candidate{written, it->path()};
    if (!best || candidate > *best) best = std::move(candidate);
  }
  if (problem) return away(folder, problem.message());
  if (!best) return away(folder, "the folder holds no .jpg, .png or .webp");
  return best->second;
}

}  // namespace

Result<Fetching> prepare_file(const Camera& camera) {
  fs::path file = camera.path;
  if (camera.kind == CameraKind::Folder) {
    SEALKEEP_LET(last, newest(camera.path));
    file = std::move(last);
  }
  // Not to hang on a pipe that nobody writes.
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return away(file, std::strerror(errno));
  struct stat about {};
  if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return away(file, "it is no file");
  if (about.st_size > static_cast<off_t>(kCameraPictureBytes))
    return camera_broken("The picture at " + printable(file.string(), 200) + " is too large",
                         "more than 16 MiB");
  return Fetching{[fd](Desk& desk) -> Result<> {
                    Bytes picture;
                    Bytes piece(64 * 1024);
                    while (picture.size() <= kCameraPictureBytes) {
                      const ssize_t got = read(fd, piece.data(), piece.size());
                      if (got < 0 && errno == EINTR) continue;
                      if (got <= 0) break;
                      append(picture, ByteView(piece).first(static_cast<std::size_t>(got)));
                    }
                    SEALKEEP_TRY(check_camera_picture(picture));
                    desk.hand_over(picture, true);
                    return {};
                  },
                  Beyond::Nothing};
}

}  // namespace sealkeep::vision
