// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/program.hpp"

namespace sealkeep::api {

/// JSON Schema (2020-12, as OpenAPI 3.1 has it) of a command's options as members of a request's body, or of
/// one option alone. Options that are not offered() are left out.
[[nodiscard]] cli::Value body_schema(const cli::CommandSpec& spec);
[[nodiscard]] cli::Value option_schema(const cli::OptionSpec& option);

/// The options as query parameters.
[[nodiscard]] cli::Value query_parameters(const cli::CommandSpec& spec);

/// The components that every operation refers to: Problem (RFC 9457), the answers BadInput, NotSignedIn,
/// NotAllowed, NotFound, Refused, TooMany, Busy, Full, Fault, and the header Idempotency-Key.
[[nodiscard]] cli::Value shared_components();
/// {"400": {"$ref": ...}, ...} of the above, `records` adds what only a write can say.
[[nodiscard]] cli::Value shared_answers(bool records);

}  // namespace sealkeep::api
