// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/crypto/secret.hpp"

namespace sealkeep {

/// Private keys at rest: one file for each role, "sealkeep-key-v1 <role> <base64 of 32 bytes>\n", mode 0600 in a folder
/// of mode 0700; or, with the same content, a systemd credential named "<role>.key" under $CREDENTIALS_DIRECTORY, which
/// is looked at first and only read.
class KeyFolder {
 public:
  /// `credentials` may be empty: no systemd credentials.
  KeyFolder(std::filesystem::path folder, std::filesystem::path credentials);

  [[nodiscard]] bool has(std::string_view role) const;
  /// NotFound `key.missing`; Refused `key.permissions` if group or others may read it or another user owns it;
  /// Corrupt `key.malformed` for anything but the exact form, or another role inside.
  [[nodiscard]] Result<Secret> load(std::string_view role) const;
  /// Durable when it returns (file and folder synced). Refused `key.exists` if the role has a key: keys are never
  /// overwritten.
  [[nodiscard]] Result<> store(std::string_view role, ByteView private_bytes) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path credentials_;
};

}  // namespace sealkeep
