// SPDX-License-Identifier: Apache-2.0
#include "common/cli/input_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sealkeep::cli {
namespace {

Result<Bytes> read_all(int descriptor, const std::string& name, std::size_t max_bytes) {
  Bytes out;
  std::uint8_t block[65536];
  for (;;) {
    const ssize_t count = ::read(descriptor, block, sizeof block);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return fail(ErrorKind::Refused, "cli.file", "Cannot read " + name, std::strerror(errno),
                  "Name a file that this user may read");
    }
    if (count == 0) return out;
    if (out.size() + static_cast<std::size_t>(count) > max_bytes) {
      return fail(ErrorKind::Full, "cli.file_too_large", name + " is too large",
                  "at most " + std::to_string(max_bytes) + " bytes are taken", "Split the file");
    }
    append(out, {block, static_cast<std::size_t>(count)});
  }
}

}  // namespace

Result<Bytes> read_input(const std::string& file, std::size_t max_bytes) {
  if (file == "-") return read_all(STDIN_FILENO, "the standard input", max_bytes);
  const std::string name = printable(file, 400);
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    const bool missing = errno == ENOENT || errno == ENOTDIR;
    return fail(missing ? ErrorKind::NotFound : ErrorKind::Refused, missing ? "cli.no_file" : "cli.file",
                missing ? "There is no file " + name : "Cannot open " + name, std::strerror(errno),
                "Name a file that this user may read");
  }
  Result<Bytes> bytes = read_all(descriptor, name, max_bytes);
  ::close(descriptor);
  return bytes;
}

}  // namespace sealkeep::cli
