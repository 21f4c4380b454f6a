// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "common/access/account.hpp"
#include "common/http/request.hpp"

namespace sealkeep::api {

/// Where the HTTP API begins.
inline constexpr std::string_view kBase = "/api/v1";

enum class Does : std::uint8_t {
  Reads,    ///< GET; changes nothing
  Records,  ///< POST; a fact or a decision, with an idempotency key
  Makes,    ///< GET; a file, for which the command asks where to write it
};

/// One command that is served over HTTP. What is not in a program's table is not there (default deny).
struct Operation {
  std::string_view command;
  Does does = Does::Reads;
  access::Role least = 1;
  /// Of a Makes: the file's ending and media type.
  std::string_view ending = {}, media = {};
};

/// "/seal/apply"
[[nodiscard]] std::string path_of(const Operation& operation);
/// By its path below kBase; nullptr if there is none.
[[nodiscard]] const Operation* operation_at(std::span<const Operation> operations, std::string_view path);

/// Also HEAD.
[[nodiscard]] bool reads(const http::Request& request);
/// The request's path below kBase. NotFound `api.path` for one that is elsewhere; Refused `access.foreign`
/// for a write that a browser sent for another page.
[[nodiscard]] Result<std::string_view> path_below(const http::Request& request);
/// What is asked. NotFound `api.path`, BadInput `http.method`.
[[nodiscard]] Result<const Operation*> operation_of(const http::Request& request, std::string_view path,
                                                    std::span<const Operation> operations);

}  // namespace sealkeep::api
