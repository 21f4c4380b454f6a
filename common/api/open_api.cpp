// SPDX-License-Identifier: Apache-2.0
#include "common/api/open_api.hpp"

#include "common/api/command_from.hpp"

namespace sealkeep::api {
namespace {

using cli::OptionType;
using cli::Value;

struct Answer {
  const char* status;
  const char* name;
  const char* words;
  bool only_records;
};
constexpr Answer kAnswers[] = {
    {"400", "BadInput", "The request cannot be understood; nothing was changed.", false},
    {"401", "NotSignedIn", "Nobody is signed in with this session.", false},
    {"403", "NotAllowed", "The person's role, or where the request came from, does not allow it.", false},
    {"404", "NotFound", "What it names is not known here.", false},
    {"405", "WrongMethod", "This path takes another method.", false},
    {"409", "Refused", "It cannot be done as things are; nothing was changed.", true},
    {"413", "TooLarge", "The body is larger than is taken.", true},
    {"429", "TooMany", "Too many requests from this address.", false},
    {"500", "Fault", "A fault in this program; what was recorded before stays.", false},
    {"503", "Busy", "Not now; the same request can be sent again.", false},
    {"507", "Full", "There is no room left; nothing was recorded.", true},
};

Value component(const std::string& to) {
  return Value::object({{"$ref", "#/components/" + to}});
}

}  // namespace

Value option_schema(const cli::OptionSpec& option) {
  Value one = Value::object();
  switch (option.type) {
    case OptionType::Flag:
      one.set("type", "boolean");
      break;
    case OptionType::Integer:
      one.set("type", "integer");
      if (option.min != INT64_MIN) one.set("minimum", option.min);
      if (option.max != INT64_MAX) one.set("maximum", option.max);
      break;
    case OptionType::InputFile:
      one.set("type", "object")
          .set("properties",
               Value::object({{"name", Value::object({{"type", "string"}})},
                              {"data", Value::object({{"type", "string"}, {"contentEncoding", "base64"}})}}))
          .set("required", Value::list({"name", "data"}));
      break;
    case OptionType::Choice: {
      Value choices = Value::list();
      for (const std::string& choice : option.choices) choices.add(choice);
      one.set("type", "string").set("enum", std::move(choices));
      break;
    }
    default:
      one.set("type", "string").set("maxLength", cli::kOptionValueBytes);
  }
  if (!option.default_value.empty()) {
    if (option.type == OptionType::Integer) {
      one.set("default", std::int64_t{std::stoll(option.default_value)});
    } else {
      one.set("default", option.default_value);
    }
  }
  if (option.repeatable)
    one = Value::object({{"type", "array"}, {"items", std::move(one)}, {"maxItems", cli::kOptionValues}});
  return one.set("description", option.help);
}

Value body_schema(const cli::CommandSpec& spec) {
  Value members = Value::object();
  Value required = Value::list();
  for (const cli::OptionSpec& option : spec.options) {
    if (!offered(option)) continue;
    members.set(option.name, option_schema(option));
    if (option.required) required.add(option.name);
  }
  Value out = Value::object({{"type", "object"}, {"properties", std::move(members)}});
  if (!required.as_list()->empty()) out.set("required", std::move(required));
  return out.set("additionalProperties", false);
}

Value query_parameters(const cli::CommandSpec& spec) {
  Value out = Value::list();
  for (const cli::OptionSpec& option : spec.options) {
    if (!offered(option) || option.type == OptionType::InputFile) continue;
    out.add(Value::object({{"name", option.name},
                           {"in", "query"},
                           {"required", option.required},
                           {"description", option.help},
                           {"schema", option_schema(option)}}));
  }
  return out;
}

Value shared_components() {
  const auto text = [](const char* words) {
    return Value::object({{"type", "string"}, {"description", words}});
  };
  Value problem =
      Value::object({{"type", "object"},
                     {"description", "RFC 9457. The same words as on the command line."},
                     {"properties", Value::object({{"type", text("urn:sealkeep:error: and the code")},
                                                   {"title", text("What happened")},
                                                   {"detail", text("Why")},
                                                   {"status", Value::object({{"type", "integer"}})},
                                                   {"code", text("For programs")},
                                                   {"next", text("What to do next")}})},
                     {"required", Value::list({"type", "title", "status", "code"})}});
  Value responses = Value::object();
  for (const Answer& answer : kAnswers)
    responses.set(
        answer.name,
        Value::object(
            {{"description", answer.words},
             {"content", Value::object({{"application/problem+json",
                                         Value::object({{"schema", component("schemas/Problem")}})}})}}));
  return Value::object(
      {{"schemas", Value::object({{"Problem", std::move(problem)}})},
       {"responses", std::move(responses)},
       {"parameters",
        Value::object(
            {{"IdempotencyKey",
              Value::object(
                  {{"name", "Idempotency-Key"},
                   {"in", "header"},
                   {"required", true},
                   {"description", "The same key again answers what was recorded, and records nothing."},
                   {"schema",
                    Value::object({{"type", "string"}, {"minLength", 8}, {"maxLength", 64}})}})}})}});
}

Value shared_answers(bool records) {
  Value out = Value::object();
  for (const Answer& answer : kAnswers)
    if (records || !answer.only_records)
      out.set(answer.status, component(std::string("responses/") + answer.name));
  return out;
}

}  // namespace sealkeep::api
