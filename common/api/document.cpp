// SPDX-License-Identifier: Apache-2.0
#include "common/api/document.hpp"

namespace sealkeep::api {
namespace {

using cli::Value;

Value file_content(std::string_view media) {
  Value schema = of_type("string");
  schema.set("format", "binary");
  Value content = Value::object();
  content.set("schema", std::move(schema));
  Value out = Value::object();
  return out.set(std::string(media), std::move(content));
}

}  // namespace

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

Value component(const std::string& to) {
  return Value::object({{"$ref", "#/components/" + to}});
}

Value json_content(Value schema) {
  return Value::object({{"application/json", Value::object({{"schema", std::move(schema)}})}});
}

Value answered(const char* words, const Value& content) {
  Value out = Value::object();
  out.set("description", words);
  if (!content.is_null()) out.set("content", content);
  return out;
}

Value answers_of(const char* status, Value good, bool records) {
  Value out = Value::object();
  out.set(status, std::move(good));
  const Value shared = shared_answers(records);
  for (const Value::Member& member : *shared.as_object()) out.set(member.name, member.value);
  return out;
}

Value plain_operation(const char* id, const char* summary, Value answers) {
  Value out = Value::object();
  out.set("operationId", id).set("summary", summary);
  return out.set("responses", std::move(answers));
}

Value csrf_parameter() {
  return component("parameters/Csrf");
}

Value as_printed() {
  return Value::object({{"description", "As the command prints it with --json"}});
}

Value operation_path(const Operation& operation, const cli::CommandSpec& spec, Value answer, Value body,
                     Value least) {
  std::string id(operation.command);
  for (char& c : id)
    if (c == ' ' || c == '-') c = '_';
  const bool records = operation.does == Does::Records;
  Value good = Value::object();
  good.set("description", records ? "Recorded, and on the disk." : "The answer.");
  good.set("content",
           operation.does == Does::Makes ? file_content(operation.media) : json_content(std::move(answer)));
  Value out = Value::object();
  out.set("operationId", id);
  out.set("summary", spec.help);
  out.set("tags", Value::list({Value(spec.name.substr(0, spec.name.find(' ')))}));
  out.set("x-least-role", std::move(least));
  if (records) {
    out.set("parameters", Value::list({component("parameters/IdempotencyKey"), csrf_parameter()}));
    Value request = Value::object();
    request.set("required", true);
    request.set("content", json_content(std::move(body)));
    out.set("requestBody", std::move(request));
  } else {
    out.set("parameters", query_parameters(spec));
  }
  out.set("responses", answers_of("200", std::move(good), records));
  return Value::object({{records ? "post" : "get", std::move(out)}});
}

Value session_path(const Value& more) {
  const Value session = json_content(component("schemas/Session"));
  Value secret = of_type("string");
  secret.set("maxLength", 256);
  Value name = of_type("string");
  name.set("maxLength", 128);
  Value members = Value::object({{"person", name}, {"secret", secret}, {"new_password", secret}});
  for (const Value::Member& member : *more.as_object()) members.set(member.name, member.value);
  Value request = Value::object();
  request.set("required", true)
      .set("content", json_content(Value::object({{"type", "object"}, {"properties", std::move(members)}})));
  Value out = Value::object();
  out.set("get", plain_operation("session", "Who is signed in in this browser, and how one can.",
                                 answers_of("200", answered("The session.", session), true))
                     .set("security", Value::list()));
  out.set("post", plain_operation("sign_in", "Sign in. The session is a cookie; writes repeat its csrf word.",
                                  answers_of("200", answered("Signed in.", session), true))
                      .set("security", Value::list())
                      .set("requestBody", std::move(request)));
  out.set("delete", plain_operation("sign_out", "Sign out.",
                                    answers_of("204", answered("Nobody is signed in now.", Value()), true))
                        .set("parameters", Value::list({csrf_parameter()})));
  return out;
}

Value later_path() {
  Value out = Value::object();
  return out.set(
      "post",
      plain_operation(
          "password_later", "Put the password prompt off for a day.",
          answers_of("200", answered("The session.", json_content(component("schemas/Session"))), true))
          .set("parameters", Value::list({csrf_parameter()})));
}

Value events_path(const char* words) {
  Value stream = Value::object();
  stream.set("schema", of_type("string"));
  Value content = Value::object();
  content.set("text/event-stream", std::move(stream));
  Value out = Value::object();
  return out.set("get", plain_operation("events", "What changes, as server-sent events.",
                                        answers_of("200", answered(words, content), false)));
}

Value written(Document document) {
  Value components = shared_components();
  Value schemas = *components.find("schemas");
  for (const Value::Member& member : *document.schemas.as_object()) schemas.set(member.name, member.value);
  components.set("schemas", std::move(schemas));
  Value parameters = *components.find("parameters");
  parameters.set("Csrf", Value::object({{"name", "X-Sealkeep-Csrf"},
                                        {"in", "header"},
                                        {"required", true},
                                        {"description", "The csrf word of the session"},
                                        {"schema", of_type("string")}}));
  components.set("parameters", std::move(parameters));
  Value schemes = Value::object(
      {{"session", Value::object({{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-sealkeep"}})}});
  Value security = Value::list({Value::object({{"session", Value::list()}})});
  for (const Value::Member& member : *document.schemes.as_object()) {
    schemes.set(member.name, member.value);
    Value one = Value::object();
    security.add(one.set(member.name, Value::list()));
  }
  components.set("securitySchemes", std::move(schemes));
  return Value::object(
      {{"openapi", "3.1.0"},
       {"info",
        Value::object({{"title", document.title},
                       {"version", document.version},
                       {"description", document.description},
                       {"license", Value::object({{"name", "Apache 2.0"}, {"identifier", "Apache-2.0"}})}})},
       {"servers", Value::list({Value::object({{"url", std::string(kBase)}})})},
       {"security", std::move(security)},
       {"paths", std::move(document.paths)},
       {"components", std::move(components)}});
}

}  // namespace sealkeep::api
