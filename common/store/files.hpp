// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "common/base/error.hpp"

/// File calls of this folder's sources.
namespace sealkeep::store_detail {

/// Makes an empty file with mode 0600. Refused with `code_if_there` if something has that name.
[[nodiscard]] Result<> create_private_file(const std::filesystem::path& path, const char* code_if_there);
/// Makes the file's name durable. Corrupt `store.io` if the folder cannot be synced.
[[nodiscard]] Result<> sync_folder_of(const std::filesystem::path& path);
/// The text for an errno.
[[nodiscard]] std::string system_cause(int error_number);

}  // namespace sealkeep::store_detail
