// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/key_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>
#include <system_error>

#include "common/crypto/encoding.hpp"

namespace sealkeep {
namespace {

constexpr std::string_view kForm = "sealkeep-key-v1 ";
constexpr std::size_t kKeyBytes = 32;
constexpr std::size_t kKeyDigits = 44;
constexpr std::size_t kRoleBytes = 64;
constexpr std::size_t kLongestFileBytes = kForm.size() + kRoleBytes + 1 + kKeyDigits + 1;
constexpr mode_t kNotOurs = S_IRWXG | S_IRWXO;

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool ok() const { return fd_ >= 0; }

 private:
  int fd_;
};

void wipe_text(std::string& text) {
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
}

bool is_role(std::string_view role) {
  return !role.empty() && role.size() <= kRoleBytes && std::all_of(role.begin(), role.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

std::string file_name(std::string_view role) {
  return std::string(role) + ".key";
}

std::string reason(int error) {
  return std::generic_category().message(error);
}

tl::unexpected<Error> bad_role(std::string_view role) {
  return bad_input("key.role", "'" + printable(role) + "' is not a role that a key can have",
                   "a role is 1 to 64 of a-z, 0-9, '-' and '_'",
                   "Give the role as the documentation spells it");
}

tl::unexpected<Error> missing(std::string_view role) {
  return fail(ErrorKind::NotFound, "key.missing", "There is no key for the role '" + std::string(role) + "'",
              "neither the service's credentials nor the key folder have it",
              "Make or restore the key, or correct the key folder in the configuration");
}

tl::unexpected<Error> permissions(std::string_view role, std::string why) {
  return fail(ErrorKind::Refused, "key.permissions",
              "The key for the role '" + std::string(role) + "' is not kept private", std::move(why),
              "Find out who could read it and replace the key if in doubt; then give file (0600) and folder "
              "(0700) to "
              "the service's user alone");
}

tl::unexpected<Error> malformed(std::string_view role, std::string why) {
  return fail(ErrorKind::Corrupt, "key.malformed",
              "The key file for the role '" + std::string(role) + "' is not in its form", std::move(why),
              "Restore the file from its backup");
}

tl::unexpected<Error> exists(std::string_view role) {
  return fail(ErrorKind::Refused, "key.exists", "The role '" + std::string(role) + "' has a key already",
              "a key is never overwritten",
              "Move the old key away first, if it is certain that nothing needs it");
}

tl::unexpected<Error> storage(std::string_view role, int error) {
  if (error == EACCES || error == EPERM || error == EROFS) {
    return permissions(role, "the system refuses access: " + reason(error));
  }
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? ErrorKind::Full : ErrorKind::Corrupt, "key.storage",
              "The key file for the role '" + std::string(role) + "' cannot be read or written",
              reason(error),
              full ? "Make room on the disk and try again" : "Check the disk and the key folder's path");
}

// Not O_NOFOLLOW: systemd's state directory may itself be reached by a link. What matters is whose the folder
// is.
Descriptor open_folder(const std::filesystem::path& folder) {
  return Descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

Result<> check_folder(std::string_view role, const Descriptor& folder) {
  struct stat status {};
  if (::fstat(folder.get(), &status) != 0) return storage(role, errno);
  if (status.st_uid != ::geteuid()) return permissions(role, "another user owns the key folder");
  if ((status.st_mode & kNotOurs) != 0)
    return permissions(role, "group or others have access to the key folder");
  return {};
}

bool has_entry(const std::filesystem::path& folder, std::string_view role) {
  struct stat status {};
  return !folder.empty() && ::lstat((folder / file_name(role)).c_str(), &status) == 0;
}

Result<> check_file(std::string_view role, const Descriptor& file) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return storage(role, errno);
  if (!S_ISREG(status.st_mode)) return permissions(role, "it is not a regular file");
  if (status.st_uid != ::geteuid()) return permissions(role, "another user owns the file");
  if ((status.st_mode & kNotOurs) != 0) return permissions(role, "group or others have access to the file");
  return {};
}

Result<Secret> parse(std::string_view role, std::string_view content) {
  if (!content.starts_with(kForm)) return malformed(role, "it does not begin with 'sealkeep-key-v1 '");
  content.remove_prefix(kForm.size());
  if (!content.starts_with(role) || !content.substr(role.size()).starts_with(' ')) {
    return malformed(role, "it is a key for another role");
  }
  content.remove_prefix(role.size() + 1);
  if (content.size() != kKeyDigits + 1 || content.back() != '\n') {
    return malformed(role, "it does not end with one line of 44 base64 digits");
  }
  auto bytes = from_base64(content.substr(0, kKeyDigits));
  if (!bytes || bytes->size() != kKeyBytes) {
    if (bytes) wipe(*bytes);
    return malformed(role, "the key in it is not base64 of 32 bytes");
  }
  Secret out(*bytes);
  wipe(*bytes);
  return out;
}

Result<Secret> read_key(std::string_view role, const Descriptor& file) {
  SEALKEEP_TRY(check_file(role, file));
  std::array<std::uint8_t, kLongestFileBytes + 1> buffer{};
  std::size_t size = 0;
  while (size < buffer.size()) {
    const ssize_t count = ::read(file.get(), buffer.data() + size, buffer.size() - size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int error = errno;
      wipe(buffer);
      return storage(role, error);
    }
    if (count == 0) break;
    size += static_cast<std::size_t>(count);
  }
  auto key = size > kLongestFileBytes ? Result<Secret>(malformed(role, "it is longer than a key file can be"))
                                      : parse(role, as_text(ByteView(buffer).first(size)));
  wipe(buffer);
  return key;
}

// Nothing if the folder or the file is not there.
Result<std::optional<Secret>> load_from(const std::filesystem::path& folder_path, std::string_view role,
                                        bool folder_is_ours) {
  if (folder_path.empty()) return std::nullopt;
  const Descriptor folder = open_folder(folder_path);
  if (!folder.ok()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    return storage(role, errno);
  }
  // O_NONBLOCK: a pipe in the key's place is to be refused, not waited for.
  const Descriptor file(::openat(folder.get(), file_name(role).c_str(),
                                 O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file.ok()) {
    if (errno == ENOENT) return std::nullopt;
    if (errno == ELOOP) return permissions(role, "it is a symbolic link");
    if (errno == ENXIO) return permissions(role, "it is not a regular file");
    return storage(role, errno);
  }
  if (folder_is_ours) SEALKEEP_TRY(check_folder(role, folder));
  SEALKEEP_LET(key, read_key(role, file));
  return std::optional<Secret>(std::move(key));
}

Result<> write_all(std::string_view role, const Descriptor& file, ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.get(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return storage(role, errno);
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  if (::fsync(file.get()) != 0) return storage(role, errno);
  return {};
}

std::string key_line(std::string_view role, ByteView private_bytes) {
  std::string digits = base64(private_bytes);
  std::string line;
  line.reserve(kLongestFileBytes);  // no growth, so that no copy is left behind
  line.append(kForm).append(role).append(" ").append(digits).append("\n");
  wipe_text(digits);
  return line;
}

Result<> make_folder(std::string_view role, const std::filesystem::path& path) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0) {
    if (errno == EEXIST) return {};
    return storage(role, errno);
  }
  const std::filesystem::path absolute = std::filesystem::absolute(path).lexically_normal();
  const Descriptor parent =
      open_folder(absolute.has_filename() ? absolute.parent_path() : absolute.parent_path().parent_path());
  if (!parent.ok() || ::fsync(parent.get()) != 0) return storage(role, errno);
  return {};
}

}  // namespace

KeyFolder::KeyFolder(std::filesystem::path folder, std::filesystem::path credentials)
    : folder_(std::move(folder)), credentials_(std::move(credentials)) {}

bool KeyFolder::has(std::string_view role) const {
  return is_role(role) && (has_entry(credentials_, role) || has_entry(folder_, role));
}

Result<Secret> KeyFolder::load(std::string_view role) const {
  if (!is_role(role)) return bad_role(role);
  SEALKEEP_LET(credential, load_from(credentials_, role, false));
  if (credential) return std::move(*credential);
  SEALKEEP_LET(key, load_from(folder_, role, true));
  if (key) return std::move(*key);
  return missing(role);
}

Result<> KeyFolder::store(std::string_view role, ByteView private_bytes) const {
  SEALKEEP_ASSERT(private_bytes.size() == kKeyBytes);
  if (!is_role(role)) return bad_role(role);
  if (has(role)) return exists(role);
  SEALKEEP_TRY(make_folder(role, folder_));
  const Descriptor folder = open_folder(folder_);
  if (!folder.ok()) return storage(role, errno);
  SEALKEEP_TRY(check_folder(role, folder));

  // Written whole under a name of its own and then linked: link() refuses a name that is taken, and a power
  // cut leaves either no key or a whole one.
  std::string unfinished = (folder_ / ("." + file_name(role) + ".XXXXXX")).string();
  const Descriptor file(::mkostemp(unfinished.data(), O_CLOEXEC));
  if (!file.ok()) return storage(role, errno);
  std::string line = key_line(role, private_bytes);
  Result<> result = write_all(role, file, as_bytes(line));
  wipe_text(line);
  if (result && ::link(unfinished.c_str(), (folder_ / file_name(role)).c_str()) != 0) {
    result = errno == EEXIST ? Result<>(exists(role)) : Result<>(storage(role, errno));
  }
  if (::unlink(unfinished.c_str()) != 0 && result) result = storage(role, errno);
  if (result && ::fsync(folder.get()) != 0) result = storage(role, errno);
  return result;
}

}  // namespace sealkeep
