// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/dispatch.hpp"
#include "common/store/log_verify.hpp"

namespace sealkeep::cli {

/// What verify can say about a database that its program refuses to open because it is damaged: every log is
/// read again by itself, read-only, and the first record that does not fit is named. {"valid": false, ...},
/// or the error with which the database cannot be read at all. The caller holds the folder's lock.
[[nodiscard]] Result<Value> verify_refused(const std::filesystem::path& database, OpenOptions options,
                                           const Error& refusal, const OnProgress& on_progress);

}  // namespace sealkeep::cli
