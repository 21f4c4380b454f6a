// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "common/base/bytes.hpp"
#include "common/crypto/hash.hpp"
#include "common/crypto/secret.hpp"
#include "common/http/names.hpp"

/// X.509 as the authority needs it, over OpenSSL. Keys are P-256 scalars, 32 bytes. Functions without Result
/// fail only for want of memory, which ends the process.
namespace sealkeep::http {

/// A new private key, from OpenSSL's own randomness.
[[nodiscard]] Secret make_p256_key();
/// PKCS #8, DER. BadInput `http.key` if the bytes are no private key of P-256.
[[nodiscard]] Result<Secret> p256_key_der(const Secret& key);

struct Validity {
  std::int64_t from_s = 0;   ///< Unix time
  std::int64_t until_s = 0;  ///< its last second
};

/// A root that can sign for `hosts`, names below local, lan, internal, home.arpa and localhost, and private
/// addresses, and for no other names. PEM.
[[nodiscard]] Result<std::string> make_root(const Secret& key, const std::string& name,
                                            const Validity& validity, const std::vector<std::string>& hosts);
/// A server's certificate under that root. PEM. Refused `http.name_outside` if the root may not sign for one
/// of the names.
[[nodiscard]] Result<std::string> make_leaf(const Secret& key, const std::string& root_pem,
                                            const Secret& root_key, const std::string& name,
                                            const Validity& validity, const ServerNames& names);

/// What is read of a certificate.
struct CertificateFacts {
  Validity validity;
  ServerNames names;
  Hash fingerprint;  ///< SHA-256 of its DER, as browsers show it
};
/// Of the first certificate in the PEM. Corrupt `http.certificate` if it cannot be read.
[[nodiscard]] Result<CertificateFacts> read_certificate(const std::string& pem);
/// True if `leaf_pem` was signed by `root_pem`, both are of those keys, it is for a server, within what the
/// root may sign, and valid at that time.
[[nodiscard]] bool fits(const std::string& leaf_pem, const Secret& leaf_key, const std::string& root_pem,
                        std::int64_t unix_s);
/// True if the certificate is of that key.
[[nodiscard]] bool is_of_key(const std::string& pem, const Secret& key);

}  // namespace sealkeep::http
