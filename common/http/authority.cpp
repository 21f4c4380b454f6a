// SPDX-License-Identifier: Apache-2.0
#include "common/http/authority.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <optional>
#include <system_error>

#include "common/crypto/encoding.hpp"
#include "common/http/certificate.hpp"

namespace sealkeep::http {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kRootRole = "https-root";
constexpr std::string_view kLeafRole = "https-leaf";
constexpr const char* kRootFile = "https-root.pem";
constexpr const char* kLeafFile = "https-leaf.pem";
constexpr std::int64_t kDayS = 86'400;
constexpr std::int64_t kEarliestS = 1'767'225'600;  // 2026-01-01
constexpr std::size_t kSiteBytes = 32;
constexpr std::size_t kPemBytes = 64 * 1024;

tl::unexpected<Error> storage(const fs::path& path, int error) {
  const bool full = error == ENOSPC || error == EDQUOT;
  return fail(full ? ErrorKind::Full : ErrorKind::Corrupt, "http.certificate_storage",
              "The certificate '" + printable(path.string()) + "' cannot be read or written",
              std::generic_category().message(error),
              full ? "Make room on the disk and try again" : "Check the disk and the folder's permissions");
}

Result<> check_clock(std::int64_t unix_s) {
  if (unix_s >= kEarliestS) return {};
  return fail(ErrorKind::Busy, "http.clock", "A certificate cannot be made while the clock is not set",
              "it shows a time before 2026", "Set the machine's clock");
}

// Nothing if there is no such file.
Result<std::optional<std::string>> read(const fs::path& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    if (errno == ENOENT) return std::nullopt;
    return storage(path, errno);
  }
  std::string out(kPemBytes, '\0');
  file.read(out.data(), static_cast<std::streamsize>(out.size()));
  if (file.bad()) return storage(path, EIO);
  out.resize(static_cast<std::size_t>(file.gcount()));
  return out;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Whole or not at all, and there when it returns.
Result<> write(const fs::path& path, std::string_view text) {
  const fs::path unfinished = path.string() + ".new";
  const Descriptor file(
      ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
  if (file.get() < 0) return storage(path, errno);
  while (!text.empty()) {
    const ssize_t count = ::write(file.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return storage(path, errno);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  if (::fsync(file.get()) != 0 || ::rename(unfinished.c_str(), path.c_str()) != 0)
    return storage(path, errno);
  const Descriptor folder(::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0 || ::fsync(folder.get()) != 0) return storage(path, errno);
  return {};
}

Result<Secret> load_or_make(const KeyFolder& keys, std::string_view role) {
  if (!keys.has(role)) SEALKEEP_TRY(keys.store(role, make_p256_key().expose()));
  return keys.load(role);
}

bool has_names(const ServerNames& certificate, const ServerNames& wanted) {
  return std::includes(certificate.hosts.begin(), certificate.hosts.end(), wanted.hosts.begin(),
                       wanted.hosts.end()) &&
         std::includes(certificate.addresses.begin(), certificate.addresses.end(), wanted.addresses.begin(),
                       wanted.addresses.end());
}

bool is_site(std::string_view site) {
  return !site.empty() && site.size() <= kSiteBytes && printable(site, kSiteBytes) == site;
}

}  // namespace

Result<Authority> Authority::open(KeyFolder keys, fs::path folder, std::string_view site,
                                  const ServerNames& names, std::int64_t unix_ms) {
  if (!is_site(site))
    return bad_input("http.site", "A root certificate cannot be made for a site of this name", {},
                     "Name it in 1 to 32 bytes of plain text");
  Authority out(std::move(keys), std::move(folder), std::string(site));
  const fs::path file = out.folder_ / kRootFile;
  SEALKEEP_LET(stored, read(file));
  if (!stored) {
    SEALKEEP_TRY(check_clock(unix_ms / 1000));
    SEALKEEP_LET(key, load_or_make(out.keys_, kRootRole));
    const std::int64_t from_s = unix_ms / 1000 - kDayS;
    SEALKEEP_LET(made, make_root(key, "Sealkeep root of " + out.site_, {from_s, from_s + kRootDays * kDayS},
                                 names.hosts));
    SEALKEEP_TRY(write(file, made));
    stored = std::move(made);
  }
  SEALKEEP_LET(facts, read_certificate(*stored));
  SEALKEEP_LET(key, out.keys_.load(kRootRole));
  if (!is_of_key(*stored, key)) {
    return fail(ErrorKind::Corrupt, "http.certificate",
                "The site's root certificate does not belong to its key", {},
                "Restore '" + printable(file.string()) + "' and the key https-root from one backup");
  }
  out.root_pem_ = std::move(*stored);
  out.root_from_ms_ = facts.validity.from_s * 1000;
  out.root_until_ms_ = facts.validity.until_s * 1000;
  out.fingerprint_ = facts.fingerprint;
  return out;
}

Result<Identity> Authority::identity(const ServerNames& names, std::int64_t unix_ms) const {
  const std::int64_t unix_s = unix_ms / 1000;
  SEALKEEP_LET(key, load_or_make(keys_, kLeafRole));
  SEALKEEP_LET(stored, read(folder_ / kLeafFile));
  if (stored && fits(*stored, key, root_pem_, unix_s)) {
    SEALKEEP_LET(facts, read_certificate(*stored));
    if (unix_s < facts.validity.until_s - kRenewDays * kDayS && has_names(facts.names, names)) {
      SEALKEEP_LET(der, p256_key_der(key));
      return Identity{std::move(*stored), std::move(der)};
    }
  }
  return renewed(key, names, unix_s);
}

Result<Identity> Authority::renewed(const Secret& leaf_key, const ServerNames& names,
                                    std::int64_t unix_s) const {
  SEALKEEP_TRY(check_clock(unix_s));
  if (unix_s >= root_until_ms_ / 1000) {
    return fail(ErrorKind::Refused, "http.root_ended", "The site's root certificate has come to its end",
                "it was made for ten years",
                "Move it and its key away; then install the new one on the terminals");
  }
  const std::int64_t from_s = std::max(unix_s - kDayS, root_from_ms_ / 1000);
  const Validity validity{from_s, std::min(from_s + kLeafDays * kDayS - 1, root_until_ms_ / 1000)};
  SEALKEEP_LET(root_key, keys_.load(kRootRole));
  SEALKEEP_LET(made, make_leaf(leaf_key, root_pem_, root_key, "Sealkeep at " + site_, validity, names));
  SEALKEEP_TRY(write(folder_ / kLeafFile, made));
  SEALKEEP_LET(der, p256_key_der(leaf_key));
  return Identity{std::move(made), std::move(der)};
}

Result<std::int64_t> Authority::renew_at_ms(const Identity& identity) {
  SEALKEEP_LET(facts, read_certificate(identity.chain_pem));
  return (facts.validity.until_s - kRenewDays * kDayS) * 1000;
}

namespace {

std::string fingerprint_text(const Hash& fingerprint) {
  std::string out;
  for (std::uint8_t byte : fingerprint.bytes) {
    std::string digits = hex({&byte, 1});
    for (char& c : digits) c = c >= 'a' ? static_cast<char>(c - 'a' + 'A') : c;
    out += (out.empty() ? "" : ":") + digits;
  }
  return out;
}

Result<Bytes> der_of(std::string_view pem) {
  constexpr std::string_view kBegin = "-----BEGIN CERTIFICATE-----", kEnd = "-----END CERTIFICATE-----";
  const std::size_t begin = pem.find(kBegin), end = pem.find(kEnd);
  std::string digits;
  if (begin != std::string_view::npos && end != std::string_view::npos && end > begin)
    for (const char c : pem.substr(begin + kBegin.size(), end - begin - kBegin.size()))
      if (c != '\n' && c != '\r') digits += c;
  return from_base64(digits);
}

}  // namespace

Result<RootCertificate> root_certificate(const fs::path& folder) {
  SEALKEEP_LET(pem, read(folder / kRootFile));
  if (!pem) {
    return fail(ErrorKind::NotFound, "http.no_root", "This site has no root certificate yet",
                "it is made when terminals are served with TLS for the first time",
                "Add https://ADDRESS:8443 to terminal.listen and start the agent");
  }
  SEALKEEP_LET(facts, read_certificate(*pem));
  SEALKEEP_LET(der, der_of(*pem));
  return RootCertificate{*std::move(pem), std::move(der), facts.validity.until_s * 1000,
                         fingerprint_text(facts.fingerprint),
                         fingerprint_words(facts.fingerprint.view().first(16))};
}

std::string Authority::fingerprint() const {
  return fingerprint_text(fingerprint_);
}

std::string Authority::fingerprint_in_words() const {
  return fingerprint_words(fingerprint_.view().first(16));
}

std::string fingerprint_words(ByteView bytes) {
  constexpr std::string_view kConsonants = "bdfghjklmnprstvz";
  constexpr std::string_view kVowels = "aiou";
  SEALKEEP_ASSERT(bytes.size() % 2 == 0);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    const unsigned value = (unsigned{bytes[i]} << 8) | bytes[i + 1];
    if (i > 0) out.push_back(' ');
    out.push_back(kConsonants[value >> 12]);
    out.push_back(kVowels[(value >> 10) & 3]);
    out.push_back(kConsonants[(value >> 6) & 15]);
    out.push_back(kVowels[(value >> 4) & 3]);
    out.push_back(kConsonants[value & 15]);
  }
  return out;
}

}  // namespace sealkeep::http
