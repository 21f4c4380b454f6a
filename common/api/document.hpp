// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/api/open_api.hpp"
#include "common/api/operation.hpp"

/// The OpenAPI 3.1 document of a table of operations: what every program's has, and short ways to write the
/// schemas of its own answers.
namespace sealkeep::api {

[[nodiscard]] cli::Value of_type(const char* type);
[[nodiscard]] cli::Value list_of(cli::Value items);
[[nodiscard]] cli::Value object_of(std::initializer_list<cli::Value::Member> members,
                                   std::initializer_list<cli::Value> required);
[[nodiscard]] cli::Value nullable(const char* type);
[[nodiscard]] cli::Value one_of(std::initializer_list<cli::Value> texts);
/// A reference: "schemas/Session".
[[nodiscard]] cli::Value component(const std::string& to);
[[nodiscard]] cli::Value json_content(cli::Value schema);

/// An answer with its words; null `content`: no body.
[[nodiscard]] cli::Value answered(const char* words, const cli::Value& content);
/// The good answer and those that every operation may have.
[[nodiscard]] cli::Value answers_of(const char* status, cli::Value good, bool records);
/// A path's method that is no command.
[[nodiscard]] cli::Value plain_operation(const char* id, const char* summary, cli::Value answers);
[[nodiscard]] cli::Value csrf_parameter();

/// The path item of a command. `answer`: the schema of its good answer (ignored for a file); `body`: of a
/// write's body, body_schema() with what the program adds; `least`: how the program names the least role.
[[nodiscard]] cli::Value operation_path(const Operation& operation, const cli::CommandSpec& spec,
                                        cli::Value answer, cli::Value body, cli::Value least);
/// "As the command prints it with --json": for answers without a schema of their own.
[[nodiscard]] cli::Value as_printed();

/// /session with its three methods; `more`: members that a sign-in takes beside person and secret.
[[nodiscard]] cli::Value session_path(const cli::Value& more);
[[nodiscard]] cli::Value later_path();
[[nodiscard]] cli::Value events_path(const char* words);

struct Document {
  std::string title, description, version;
  cli::Value paths;    ///< an object
  cli::Value schemas;  ///< an object; "Session" is among them
  /// Further security schemes beside the session's cookie; an object.
  cli::Value schemes = cli::Value::object();
};
[[nodiscard]] cli::Value written(Document document);

}  // namespace sealkeep::api
