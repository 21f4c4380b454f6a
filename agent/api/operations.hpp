// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "agent/commands/accounts.hpp"

namespace sealkeep::agent::api {

enum class Does : std::uint8_t {
  Reads,    ///< GET; changes nothing
  Records,  ///< POST; a fact, with an idempotency key
  Makes,    ///< GET; a file, for which the command asks where to write it
};

/// One command that is served to terminals. What is not in the table is not
/// there (default deny): enrolment, verification, and whatever names files of
/// this machine are for its shell.
struct Operation {
  std::string_view command;
  Does does = Does::Reads;
  access::Role least = kPacker;
  /// Of a Makes: the file's ending and media type.
  std::string_view ending = {}, media = {};
};
[[nodiscard]] std::span<const Operation> operations();

/// "/seal/apply"
[[nodiscard]] std::string path_of(const Operation& operation);
/// By its path below /api/v1; nullptr if there is none.
[[nodiscard]] const Operation* operation_at(std::string_view path);

}  // namespace sealkeep::agent::api
