// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/crypto/secret.hpp"

namespace sealkeep {

/// Private keys at rest: one file for each role, "sealkeep-key-v1 <role> <base64 of 32 bytes>\n", mode 0600
/// in a folder of mode 0700; or, with the same content, a systemd credential named "<role>.key" under
/// $CREDENTIALS_DIRECTORY, which is looked at first and only read. A role is 1 to 64 of a-z, 0-9, '-' and
/// '_'; another is BadInput `key.role`.
class KeyFolder {
 public:
  /// `credentials` may be empty: no systemd credentials.
  KeyFolder(std::filesystem::path folder, std::filesystem::path credentials);

  /// True if something has the key's name, in either place, whether or not load() would take it.
  [[nodiscard]] bool has(std::string_view role) const;
  /// NotFound `key.missing`; Refused `key.permissions` if group or others may read it, another user owns it,
  /// it is not a regular file (a symbolic link is not followed), or the folder is not of mode 0700 and ours;
  /// Corrupt `key.malformed` for anything but the exact form, or another role inside; Corrupt `key.storage`
  /// if the disk fails. A credential that is there and wrong is an error: the folder is not looked at
  /// instead.
  [[nodiscard]] Result<Secret> load(std::string_view role) const;
  /// Durable when it returns (file and folder synced). Refused `key.exists` if the role has a key: keys are
  /// never overwritten, whoever stores first. `private_bytes` are 32 (asserted). The folder is made if its
  /// parent is there. Refused `key.permissions` as above or where we may not write; Full `key.storage` if the
  /// disk is full, Corrupt if it fails.
  [[nodiscard]] Result<> store(std::string_view role, ByteView private_bytes) const;

 private:
  std::filesystem::path folder_;
  std::filesystem::path credentials_;
};

}  // namespace sealkeep
