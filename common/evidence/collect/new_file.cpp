// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "common/evidence/collect/collect.hpp"
#include "common/evidence/page.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::size_t kBufferBytes = 1024 * 1024;

tl::unexpected<Error> cannot(const std::filesystem::path& path, int error_number) {
  return fail(error_number == ENOSPC ? ErrorKind::Full : ErrorKind::Refused, "export.write",
              "Cannot write " + printable(path.string()), std::strerror(error_number),
              "Choose another place; nothing was left behind");
}

}  // namespace

Result<NewFile> NewFile::create(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0 && errno == EEXIST)
    return fail(ErrorKind::Refused, "export.exists", printable(path.string()) + " is there already",
                "an export never overwrites anything", "Choose another name");
  if (fd < 0) return cannot(path, errno);
  return NewFile(path, fd);
}

NewFile::NewFile(NewFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      size_bytes_(other.size_bytes_) {}

NewFile::~NewFile() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(path_.c_str());
}

Result<> NewFile::add(ByteView bytes) {
  append(buffer_, bytes);
  size_bytes_ += bytes.size();
  return buffer_.size() < kBufferBytes ? Result<>{} : flush();
}

Result<> NewFile::flush() {
  for (ByteView rest = buffer_; !rest.empty();) {
    const ssize_t taken = ::write(fd_, rest.data(), rest.size());
    if (taken < 0 && errno == EINTR) continue;
    if (taken <= 0) return cannot(path_, taken < 0 ? errno : ENOSPC);
    rest = rest.subspan(static_cast<std::size_t>(taken));
  }
  buffer_.clear();
  return {};
}

Result<> NewFile::finish() {
  SEALKEEP_TRY(flush());
  if (::fsync(fd_) != 0) return cannot(path_, errno);
  ::close(std::exchange(fd_, -1));
  return {};
}

Result<WrittenPack> write_pack_files(const std::filesystem::path& pack, const std::filesystem::path& page,
                                     Cover& cover, std::vector<SiteToPack> sites, const PackOptions& options,
                                     LogStore& logs, DetailStore& details, const PackProgress& progress) {
  std::optional<NewFile> pack_file, page_file;
  if (!pack.empty()) {
    SEALKEEP_LET(made, NewFile::create(pack));
    pack_file.emplace(std::move(made));
  }
  if (!page.empty()) {
    SEALKEEP_LET(made, NewFile::create(page));
    page_file.emplace(std::move(made));
  }
  std::optional<PageWriter> writer;
  if (page_file) {
    writer.emplace([&](ByteView bytes) { return page_file->add(bytes); });
    SEALKEEP_TRY(writer->begin());
  }
  WrittenPack out;
  SEALKEEP_LET(hash, collect_pack(
                         cover, std::move(sites), options, logs, details,
                         [&](ByteView bytes) -> Result<> {
                           out.size_bytes += bytes.size();
                           if (pack_file) SEALKEEP_TRY(pack_file->add(bytes));
                           return writer ? writer->add(bytes) : Result<>{};
                         },
                         progress));
  out.hash = hash;
  if (pack_file) SEALKEEP_TRY(pack_file->finish());
  if (writer) SEALKEEP_TRY(writer->finish());
  if (page_file) SEALKEEP_TRY(page_file->finish());
  return out;
}

}  // namespace sealkeep::evidence
