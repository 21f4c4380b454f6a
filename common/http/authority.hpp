// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "common/crypto/hash.hpp"
#include "common/crypto/key_file.hpp"
#include "common/http/identity.hpp"
#include "common/http/names.hpp"

namespace sealkeep::http {

inline constexpr std::int64_t kRootDays = 3652;
inline constexpr std::int64_t kLeafDays = 397;
inline constexpr std::int64_t kRenewDays = 30;  ///< before a leaf's end

/// The site's own certificate authority: one root, which the terminals are told to trust, and the server's
/// certificate (leaf) under it. EC P-256. The root signs for the names it was made with, names below local,
/// lan, internal and home.arpa, and private addresses only, so a stolen one is of no use against the rest of
/// the web.
///
/// Keys are in the key folder (roles "https-root", "https-leaf") or among the service's credentials;
/// certificates are "https-root.pem" and "https-leaf.pem" in `folder`. One thread.
class Authority {
 public:
  /// Loads the root, or makes it at the first time (key before certificate; a power cut between the two is
  /// mended by the next call). `site` is 1 to 32 bytes of UTF-8 without control characters, else BadInput
  /// `http.site`. Busy `http.clock` while the clock is before 2026: a root of such a time would have ended.
  /// Corrupt `http.certificate` if the root's file is not a certificate of its key; those of KeyFolder; Full
  /// or Corrupt `http.certificate_storage`.
  [[nodiscard]] static Result<Authority> open(KeyFolder keys, std::filesystem::path folder,
                                              std::string_view site, const ServerNames& names,
                                              std::int64_t unix_ms);

  /// What to serve with at that time under these names: the leaf that is stored, or a new one if it ends
  /// within 30 days, has not begun, is not of this root and key, or lacks a name. Refused `http.name_outside`
  /// (see above); Refused `http.root_ended`; Busy `http.clock`; those of KeyFolder;
  /// `http.certificate_storage`.
  [[nodiscard]] Result<Identity> identity(const ServerNames& names, std::int64_t unix_ms) const;
  /// When to ask identity() again at the latest: 30 days before that leaf ends, Unix ms.
  [[nodiscard]] static Result<std::int64_t> renew_at_ms(const Identity& identity);

  /// For download and installation on terminals.
  [[nodiscard]] const std::string& root_pem() const { return root_pem_; }
  [[nodiscard]] std::int64_t root_until_ms() const { return root_until_ms_; }
  /// SHA-256, as browsers and operating systems show it: "AB:CD:...".
  [[nodiscard]] std::string fingerprint() const;
  /// Its first 128 bits as eight words that can be read out over the telephone: fingerprint_words().
  [[nodiscard]] std::string fingerprint_in_words() const;

 private:
  Authority(KeyFolder keys, std::filesystem::path folder, std::string site)
      : keys_(std::move(keys)), folder_(std::move(folder)), site_(std::move(site)) {}
  [[nodiscard]] Result<Identity> renewed(const Secret& leaf_key, const ServerNames& names,
                                         std::int64_t unix_s) const;

  KeyFolder keys_;
  std::filesystem::path folder_;
  std::string site_;
  std::string root_pem_;
  std::int64_t root_from_ms_ = 0;
  std::int64_t root_until_ms_ = 0;
  Hash fingerprint_;
};

/// The root as terminals are to get it.
struct RootCertificate {
  std::string pem;
  Bytes der;
  std::int64_t until_ms = 0;
  std::string fingerprint, in_words;  ///< as Authority says them
};
/// Of the root in that folder. NotFound `http.no_root` before the first Authority::open(); those of the
/// files.
[[nodiscard]] Result<RootCertificate> root_certificate(const std::filesystem::path& folder);

/// 16 bits a word of five letters (proquints: consonant, vowel, consonant, vowel, consonant), words joined by
/// blanks. `bytes` are an even number (asserted). 7f000001 is "lusab babad".
[[nodiscard]] std::string fingerprint_words(ByteView bytes);

}  // namespace sealkeep::http
