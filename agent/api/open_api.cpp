// SPDX-License-Identifier: Apache-2.0
#include "common/api/open_api.hpp"

#include "agent/api/api.hpp"
#include "common/cli/check_command.hpp"

namespace sealkeep::agent::api {
namespace {

using cli::Value;

Value of_type(const char* type) {
  return Value::object({{"type", type}});
}
Value list_of(Value items) {
  return Value::object({{"type", "array"}, {"items", std::move(items)}});
}
Value object_of(std::initializer_list<Value::Member> members, std::initializer_list<Value> required) {
  return Value::object(
      {{"type", "object"}, {"properties", Value::object(members)}, {"required", Value::list(required)}});
}
Value nullable(const char* type) {
  return Value::object({{"type", Value::list({type, "null"})}});
}
Value one_of(std::initializer_list<Value> texts) {
  return Value::object({{"type", "string"}, {"enum", Value::list(texts)}});
}

Value recorded_schema() {
  return object_of(
      {{"recorded", of_type("string")},
       {"repeated", of_type("boolean")},
       {"entry", of_type("string")},
       {"index", of_type("integer")},
       {"irregular", list_of(object_of({{"code", of_type("string")}, {"sentence", of_type("string")}},
                                       {"code", "sentence"}))},
       {"stop", of_type("boolean")}},
      {"recorded"});
}

Value dock_schema() {
  const Value unit = object_of(
      {{"unit", of_type("string")},
       {"kind", one_of({"container", "package"})},
       {"exporter", of_type("string")},
       {"state", one_of({"none", "checked_empty", "loading", "paused", "load_ended", "closed", "secured",
                         "sealed", "checked", "held", "opened"})},
       {"next", one_of({"load", "close", "seal", "check", "settle", "driver", "look_inside"})},
       {"seals", list_of(of_type("string"))},
       {"held", of_type("boolean")},
       {"differs", of_type("boolean")},
       {"since_ms", nullable("integer")},
       {"due_ms", nullable("integer")},
       {"rule", nullable("integer")},
       {"why", of_type("string")}},
      {"unit", "kind", "exporter", "state", "next", "seals", "held", "differs", "since_ms", "due_ms"});
  return object_of(
      {{"site", of_type("string")},
       {"clock", object_of({{"now_ms", of_type("integer")},
                            {"utc_offset_min", of_type("integer")},
                            {"sure", of_type("boolean")}},
                           {"now_ms", "utc_offset_min", "sure"})},
       {"sync", list_of(object_of({{"exporter", of_type("string")},
                                   {"connected", of_type("boolean")},
                                   {"waiting", of_type("integer")},
                                   {"oldest_ms", nullable("integer")},
                                   {"safe", of_type("string")},
                                   {"trouble", of_type("string")}},
                                  {"exporter", "connected", "waiting", "oldest_ms", "safe", "trouble"}))},
       {"units", list_of(unit)},
       {"places", list_of(object_of({{"name", of_type("string")},
                                     {"no", of_type("integer")},
                                     {"kind", one_of({"dock_box"})},
                                     {"exporter", of_type("string")},
                                     {"family", one_of({"ses", "mpi"})},
                                     {"seals", of_type("integer")},
                                     {"next_seal", of_type("string")}},
                                    {"name", "no", "kind", "exporter", "seals", "next_seal"}))},
       {"to_do_count", of_type("integer")},
       {"to_do_late", of_type("integer")}},
      {"site", "clock", "sync", "units", "places", "to_do_count", "to_do_late"});
}

Value look_schema() {
  return object_of({{"text", of_type("string")},
                    {"symbology", of_type("string")},
                    {"what", one_of({"seal", "unit", "box", "command", "several", "unknown"})},
                    {"flow", of_type("string")},
                    {"number", of_type("string")},
                    {"note", of_type("string")},
                    {"unit", of_type("string")},
                    {"candidates", list_of(of_type("object"))}},
                   {"text", "symbology", "what"});
}

Value find_schema() {
  return list_of(object_of({{"what", one_of({"seal", "unit"})},
                            {"number", of_type("string")},
                            {"exporter", of_type("string")},
                            {"flow", of_type("string")}},
                           {"what", "number", "exporter", "flow"}));
}

Value session_schema() {
  return object_of({{"signed_in", of_type("boolean")},
                    {"person", of_type("integer")},
                    {"name", of_type("string")},
                    {"role", one_of({"packer", "checker", "supervisor", "site_manager"})},
                    {"method", one_of({"password", "badge", "pin", "none"})},
                    {"csrf", of_type("string")},
                    {"terminal", of_type("integer")},
                    {"terminal_name", of_type("string")},
                    {"password_prompt", one_of({"none", "ask", "put_off", "overdue"})},
                    {"badge_allowed", of_type("boolean")},
                    {"pin_allowed", of_type("boolean")},
                    {"site", of_type("string")},
                    {"prompt_password_change", of_type("boolean")},
                    {"exporters", list_of(object_of({{"hub", of_type("string")}, {"name", of_type("string")}},
                                                    {"hub", "name"}))}},
                   {"signed_in"});
}

Value json_content(Value schema) {
  return Value::object({{"application/json", Value::object({{"schema", std::move(schema)}})}});
}
Value component(const char* to) {
  return Value::object({{"$ref", std::string("#/components/") + to}});
}

Value answer_schema(const Operation& operation) {
  if (operation.does == Does::Records) return component("schemas/Recorded");
  if (operation.command == "dock") return component("schemas/Dock");
  if (operation.command == "look") return component("schemas/Look");
  if (operation.command == "find") return component("schemas/Found");
  // Lists and texts, as the command line prints them.
  return Value::object({{"description", "As the command prints it with --json"}});
}

Value file_content(std::string_view media) {
  Value schema = of_type("string");
  schema.set("format", "binary");
  Value content = Value::object();
  content.set("schema", std::move(schema));
  Value out = Value::object();
  return out.set(std::string(media), std::move(content));
}

Value answers_of(const char* status, Value good, bool records) {
  Value out = Value::object();
  out.set(status, std::move(good));
  const Value shared = sealkeep::api::shared_answers(records);
  for (const Value::Member& member : *shared.as_object()) out.set(member.name, member.value);
  return out;
}

Value body_with_attachments(const cli::CommandSpec& spec) {
  Value data = of_type("string");
  data.set("contentEncoding", "base64");
  Value attachments =
      list_of(object_of({{"kind", one_of({"photo", "signature"})}, {"data", data}}, {"kind", "data"}));
  attachments.set("maxItems", limits::kDetailsPerEntry / 2);
  attachments.set("description", "Photos and a signature, JPEG or PNG, at most 64 KiB each");
  Value schema = sealkeep::api::body_schema(spec);
  Value members = *schema.find("properties");
  members.set("attachments", std::move(attachments));
  return schema.set("properties", std::move(members));
}

Value operation_value(const Operation& operation, const cli::CommandSpec& spec) {
  std::string id(operation.command);
  for (char& c : id)
    if (c == ' ' || c == '-') c = '_';
  const bool records = operation.does == Does::Records;
  Value good = Value::object();
  good.set("description", records ? "Recorded, and on the disk." : "The answer.");
  good.set("content", operation.does == Does::Makes ? file_content(operation.media)
                                                    : json_content(answer_schema(operation)));
  Value out = Value::object();
  out.set("operationId", id);
  out.set("summary", spec.help);
  out.set("tags", Value::list({Value(spec.name.substr(0, spec.name.find(' ')))}));
  out.set("x-least-role", std::int64_t{operation.least});
  if (records) {
    out.set("parameters",
            Value::list({component("parameters/IdempotencyKey"), component("parameters/Csrf")}));
    Value body = Value::object();
    body.set("required", true);
    body.set("content", json_content(body_with_attachments(spec)));
    out.set("requestBody", std::move(body));
  } else {
    out.set("parameters", sealkeep::api::query_parameters(spec));
  }
  return out.set("responses", answers_of("200", std::move(good), records));
}

Value answered(const char* words, const Value& content) {
  Value out = Value::object();
  out.set("description", words);
  if (!content.is_null()) out.set("content", content);
  return out;
}
Value plain_operation(const char* id, const char* summary, Value answers) {
  Value out = Value::object();
  out.set("operationId", id).set("summary", summary);
  return out.set("responses", std::move(answers));
}

Value session_path() {
  const Value session = json_content(component("schemas/Session"));
  Value secret = of_type("string");
  secret.set("maxLength", 256);
  Value name = of_type("string");
  name.set("maxLength", 128);
  const Value body = object_of(
      {{"person", name}, {"badge", name}, {"secret", secret}, {"new_password", secret}, {"new_pin", secret}},
      {});
  Value request = Value::object();
  request.set("required", true).set("content", json_content(body));
  Value out = Value::object();
  out.set("get", plain_operation("session", "Who is signed in at this terminal, and how one can.",
                                 answers_of("200", answered("The session.", session), true))
                     .set("security", Value::list()));
  out.set("post", plain_operation("sign_in", "Sign in. The session is a cookie; writes repeat its csrf word.",
                                  answers_of("200", answered("Signed in.", session), true))
                      .set("security", Value::list())
                      .set("requestBody", std::move(request)));
  out.set("delete", plain_operation("sign_out", "Sign out.",
                                    answers_of("204", answered("Nobody is signed in now.", Value()), true))
                        .set("parameters", Value::list({component("parameters/Csrf")})));
  return out;
}

Value later_path() {
  Value out = Value::object();
  return out.set(
      "post",
      plain_operation(
          "password_later", "Put the password prompt off for a day.",
          answers_of("200", answered("The session.", json_content(component("schemas/Session"))), true))
          .set("parameters", Value::list({component("parameters/Csrf")})));
}

Value events_path() {
  Value stream = Value::object();
  stream.set("schema", of_type("string"));
  Value content = Value::object();
  content.set("text/event-stream", std::move(stream));
  Value out = Value::object();
  return out.set("get",
                 plain_operation("events", "What changes, as server-sent events.",
                                 answers_of("200",
                                            answered("hello, register, sync and scan events, for as long "
                                                     "as the connection lives.",
                                                     content),
                                            false)));
}

}  // namespace

Value Api::open_api() const {
  Value paths = Value::object();
  paths.set("/session", session_path());
  paths.set("/session/later", later_path());
  paths.set("/events", events_path());
  for (const Operation& operation : operations()) {
    const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
    SEALKEEP_ASSERT(spec != nullptr);
    paths.set(path_of(operation), Value::object({{operation.does == Does::Records ? "post" : "get",
                                                  operation_value(operation, *spec)}}));
  }
  Value components = sealkeep::api::shared_components();
  Value schemas = *components.find("schemas");
  schemas.set("Recorded", recorded_schema())
      .set("Dock", dock_schema())
      .set("Look", look_schema())
      .set("Found", find_schema())
      .set("Session", session_schema());
  components.set("schemas", std::move(schemas));
  Value parameters = *components.find("parameters");
  parameters.set("Csrf", Value::object({{"name", "X-Sealkeep-Csrf"},
                                        {"in", "header"},
                                        {"required", true},
                                        {"description", "The csrf word of the session"},
                                        {"schema", of_type("string")}}));
  components.set("parameters", std::move(parameters));
  components.set(
      "securitySchemes",
      Value::object(
          {{"session", Value::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-sealkeep"}})}}));
  return Value::object(
      {{"openapi", "3.1.0"},
       {"info",
        Value::object({{"title", "Sealkeep terminal API"},
                       {"version", program_.version},
                       {"description",
                        "The commands of sealkeep-agent, as terminals at "
                        "a load site use them."},
                       {"license", Value::object({{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}})}})},
       {"servers", Value::list({Value::object({{"url", std::string(kBase)}})})},
       {"security", Value::list({Value::object({{"session", Value::list()}})})},
       {"paths", std::move(paths)},
       {"components", std::move(components)}});
}

}  // namespace sealkeep::agent::api
