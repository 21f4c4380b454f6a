// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "common/crypto/secret.hpp"

namespace sealkeep::http {

/// What a server shows and proves who it is with.
struct Identity {
  std::string chain_pem;  ///< the server's certificate first, then those between it and a root
  Secret key_der;         ///< the certificate's private key, PKCS #8
};

}  // namespace sealkeep::http
