// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <filesystem>
#include <functional>

#include "common/api/operation.hpp"
#include "common/base/random.hpp"
#include "common/cli/program.hpp"
#include "common/http/response.hpp"

/// What every program's HTTP API says in one way.
namespace sealkeep::api {

/// Nobody is signed in: 401.
[[nodiscard]] Error not_signed_in();
/// The request does not come from the program's own page: 403.
[[nodiscard]] Error foreign();
/// 405.
[[nodiscard]] Error wrong_method();

[[nodiscard]] http::Response problem_of(const Error& error);
/// A command's outcome as an answer: 200 with its value, or the problem.
[[nodiscard]] http::Response answer_of(const Result<cli::Value>& outcome);

/// The JSON body of a request; BadInput `api.body`, `json.malformed`.
[[nodiscard]] Result<cli::Value> body_of(const http::Request& request);
/// Takes the member out of the object; null if it has none of that name.
[[nodiscard]] cli::Value taken(cli::Value::Object& members, std::string_view name);
/// The member's text; empty if there is none.
[[nodiscard]] std::string text_member(const cli::Value& body, std::string_view name);

/// What the header Idempotency-Key names. BadInput `api.idempotency_key`.
[[nodiscard]] Result<std::array<std::uint8_t, 8>> request_id_of(const http::Request& request);

/// Answers with the file that a Makes wants to write: it gets a new one in `folder`, which is gone once it
/// was read. `run` carries the command out.
[[nodiscard]] http::Response made_file(cli::Command command, const cli::CommandSpec& spec,
                                       const Operation& operation, const std::filesystem::path& folder,
                                       Random& random,
                                       const std::function<Result<cli::Value>(const cli::Command&)>& run);

}  // namespace sealkeep::api
