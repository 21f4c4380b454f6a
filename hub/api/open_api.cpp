// SPDX-License-Identifier: Apache-2.0
#include "common/api/document.hpp"
#include "common/cli/check_command.hpp"
#include "hub/api/api.hpp"

namespace sealkeep::hub::api {
namespace {

using cli::Value;
using sealkeep::api::component;
using sealkeep::api::list_of;
using sealkeep::api::nullable;
using sealkeep::api::object_of;
using sealkeep::api::of_type;
using sealkeep::api::one_of;

Value role_schema() {
  return one_of({"guest", "viewer", "site_manager", "ses_manager", "administrator"});
}

Value session_schema() {
  Value sites = list_of(of_type("string"));
  sites.set("type", Value::list({"array", "null"}));
  return object_of({{"signed_in", of_type("boolean")},
                    {"hub", of_type("string")},
                    {"person", of_type("integer")},
                    {"name", of_type("string")},
                    {"role", role_schema()},
                    {"sites", std::move(sites)},
                    {"method", one_of({"password", "badge", "pin", "none"})},
                    {"csrf", of_type("string")},
                    {"terminal", of_type("integer")},
                    {"second_factor", one_of({"enrol", "ok"})},
                    {"otpauth", of_type("string")},
                    {"secret", of_type("string")},
                    {"until_ms", of_type("integer")},
                    {"password_prompt", one_of({"none", "ask", "put_off", "overdue"})},
                    {"prompt_password_change", of_type("boolean")}},
                   {"signed_in", "hub"});
}

Value users_schema() {
  const Value user = object_of({{"person", of_type("string")},
                                {"account", of_type("integer")},
                                {"role", role_schema()},
                                {"sites", list_of(of_type("string"))},
                                {"until_ms", nullable("integer")},
                                {"locked", of_type("boolean")},
                                {"password", of_type("boolean")},
                                {"second_factor", of_type("boolean")},
                                {"last_sign_in_ms", nullable("integer")}},
                               {"person", "account", "role", "sites", "locked", "second_factor"});
  return object_of({{"users", list_of(user)}}, {"users"});
}

Value tokens_schema() {
  const Value token = object_of({{"id", of_type("integer")},
                                 {"name", of_type("string")},
                                 {"person", of_type("string")},
                                 {"role", role_schema()},
                                 {"scopes", list_of(of_type("string"))},
                                 {"created_ms", of_type("integer")},
                                 {"ends_ms", of_type("integer")},
                                 {"used_ms", nullable("integer")}},
                                {"id", "name", "person", "role", "scopes", "ends_ms"});
  return object_of({{"tokens", list_of(token)}}, {"tokens"});
}

Value approvals_schema() {
  const Value approval =
      object_of({{"id", of_type("integer")},
                 {"command", of_type("string")},
                 {"words", of_type("string")},
                 {"state", one_of({"waiting", "confirmed", "done", "failed", "refused", "expired"})},
                 {"asked_by", of_type("string")},
                 {"asked_ms", of_type("integer")},
                 {"expires_ms", of_type("integer")},
                 {"may_confirm", of_type("boolean")},
                 {"decided_by", of_type("string")},
                 {"decided_ms", of_type("integer")},
                 {"reason", of_type("string")}},
                {"id", "command", "words", "state", "asked_by", "asked_ms", "expires_ms", "may_confirm"});
  return object_of({{"approvals", list_of(approval)}}, {"approvals"});
}

Value waiting_schema() {
  return object_of({{"waiting_for_second", of_type("integer")},
                    {"words", of_type("string")},
                    {"expires_ms", of_type("integer")},
                    {"next", of_type("string")}},
                   {"waiting_for_second", "words", "expires_ms"});
}

Value answer_schema(const Operation& operation) {
  if (operation.command == "user list") return component("schemas/Users");
  if (operation.command == "token list") return component("schemas/Tokens");
  if (operation.command == "approval list") return component("schemas/Approvals");
  return sealkeep::api::as_printed();
}

Value code_text() {
  Value code = of_type("string");
  return code.set("pattern", "^[0-9 ]{6,7}$");
}

Value second_factor_path() {
  Value body = Value::object({{"type", "object"}, {"properties", Value::object({{"totp", code_text()}})}});
  Value request = Value::object();
  request.set("required", true).set("content", sealkeep::api::json_content(std::move(body)));
  Value out = Value::object();
  return out.set("post", sealkeep::api::plain_operation(
                             "second_factor",
                             "Without totp: a new secret for an authenticator app, while none was confirmed. "
                             "With totp: confirms it.",
                             sealkeep::api::answers_of(
                                 "200",
                                 sealkeep::api::answered("The session.", sealkeep::api::json_content(
                                                                             component("schemas/Session"))),
                                 true))
                             .set("parameters", Value::list({sealkeep::api::csrf_parameter()}))
                             .set("requestBody", std::move(request)));
}

}  // namespace

Value Api::open_api() const {
  Value paths = Value::object();
  paths.set("/session", sealkeep::api::session_path(Value::object({{"totp", code_text()}})));
  paths.set("/session/later", sealkeep::api::later_path());
  paths.set("/session/second-factor", second_factor_path());
  paths.set("/events",
            sealkeep::api::events_path("hello, overview, alert and site events, for as long as the "
                                       "connection and the session live."));
  for (const Operation& operation : operations()) {
    const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
    SEALKEEP_ASSERT(spec != nullptr);
    paths.set(path_of(operation),
              sealkeep::api::operation_path(operation, *spec, answer_schema(operation),
                                            sealkeep::api::body_schema(*spec), role_name(operation.least)));
  }
  sealkeep::api::Document document{
      "Sealkeep head office API",
      "The commands of sealkeep-hub, as people and programs at head office use them.", program_.version,
      std::move(paths),
      Value::object({{"Session", session_schema()},
                     {"Users", users_schema()},
                     {"Tokens", tokens_schema()},
                     {"Approvals", approvals_schema()},
                     {"WaitingForSecond", waiting_schema()}})};
  document.schemes = Value::object({{"token", Value::object({{"type", "http"}, {"scheme", "bearer"}})}});
  return sealkeep::api::written(std::move(document));
}

}  // namespace sealkeep::hub::api
