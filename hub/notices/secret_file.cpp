// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/secret_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace sealkeep::hub {
namespace {

constexpr std::size_t kSecretBytes = 4096;

// Closes what it opened and wipes what it read.
struct Reading {
  explicit Reading(const std::filesystem::path& path)
      : fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) {}
  ~Reading() {
    if (fd >= 0) close(fd);
    wipe(bytes);
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  int fd;
  std::array<std::uint8_t, kSecretBytes + 2> bytes{};
};

tl::unexpected<Error> refused(const std::string& name, std::string why) {
  return fail(ErrorKind::Refused, "secret.permissions", "The secret " + printable(name) + " is not taken",
              std::move(why), "chmod 600, as a plain file of the hub's own user");
}

}  // namespace

Result<Secret> load_secret(const std::filesystem::path& folder, const std::filesystem::path& credentials,
                           const std::string& name) {
  std::error_code ignored;
  const bool credential = !credentials.empty() && std::filesystem::exists(credentials / name, ignored);
  Reading in(credential ? credentials / name : folder / "secrets" / name);
  if (in.fd < 0)
    return fail(
        ErrorKind::NotFound, "secret.missing", "There is no secret " + printable(name), {},
        "Put it into the folder secrets of the data folder, mode 0600, or load it as a systemd credential");
  struct stat found {};
  if (fstat(in.fd, &found) != 0 || !S_ISREG(found.st_mode)) return refused(name, "it is no plain file");
  // systemd guards its own folder.
  if (!credential && (found.st_mode & (S_IRWXG | S_IRWXO)) != 0) return refused(name, "others may read it");
  std::size_t size = 0;
  while (size < in.bytes.size()) {
    const ssize_t got = read(in.fd, in.bytes.data() + size, in.bytes.size() - size);
    if (got < 0) return refused(name, "it cannot be read");
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
  }
  if (size > 0 && in.bytes[size - 1] == '\n') --size;
  if (size > 0 && in.bytes[size - 1] == '\r') --size;
  if (size == 0 || size > kSecretBytes)
    return bad_input("secret.malformed", "The secret " + printable(name) + " is empty or too long", {},
                     "1 to 4096 bytes");
  return Secret(ByteView(in.bytes.data(), size));
}

}  // namespace sealkeep::hub
