// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "tests/agent/api_bench.hpp"

namespace sealkeep {
namespace {

using cli::Value;
using test::ApiBench;
using test::Browser;

/// Checks an answer against a schema of our document: type, enum, properties, required, items, $ref.
class Schema {
 public:
  explicit Schema(const Value& document) : document_(&document) {}

  /// Empty: it fits; else where it does not.
  [[nodiscard]] std::string misfit(const Value& schema, const Value& value,
                                   const std::string& where = "$") const {
    if (const Value* ref = schema.find("$ref")) return misfit(at(*ref->as_text()), value, where);
    if (const Value* type = schema.find("type"); type != nullptr && !has_type(*type, value))
      return where + ": type";
    if (const Value* choices = schema.find("enum");
        choices != nullptr && std::count(choices->as_list()->begin(), choices->as_list()->end(), value) == 0)
      return where + ": not in the enum: " + cli::to_json(value);
    if (const Value* required = schema.find("required"))
      for (const Value& name : *required->as_list())
        if (value.find(*name.as_text()) == nullptr) return where + ": no " + *name.as_text();
    if (const Value* properties = schema.find("properties");
        properties != nullptr && value.as_object() != nullptr)
      for (const Value::Member& member : *value.as_object())
        if (const Value* one = properties->find(member.name))
          if (auto bad = misfit(*one, member.value, where + "." + member.name); !bad.empty()) return bad;
    if (const Value* items = schema.find("items"); items != nullptr && value.as_list() != nullptr)
      for (const Value& item : *value.as_list())
        if (auto bad = misfit(*items, item, where + "[]"); !bad.empty()) return bad;
    return {};
  }
  /// The schema of the answer with that status.
  [[nodiscard]] const Value& answer(const std::string& path, const char* method,
                                    const std::string& status) const {
    const Value* operation = document_->find("paths")->find(path)->find(method);
    REQUIRE(operation != nullptr);
    const Value* response = operation->find("responses")->find(status);
    REQUIRE(response != nullptr);
    const Value& whole =
        response->find("$ref") != nullptr ? at(*response->find("$ref")->as_text()) : *response;
    return *whole.find("content")->as_object()->front().value.find("schema");
  }

 private:
  [[nodiscard]] const Value& at(const std::string& ref) const {
    const Value* here = document_;
    for (std::size_t begin = 2; begin < ref.size();) {
      const std::size_t end = std::min(ref.find('/', begin), ref.size());
      here = here->find(ref.substr(begin, end - begin));
      INFO(ref);
      REQUIRE(here != nullptr);
      begin = end + 1;
    }
    return *here;
  }
  static bool has_type(const Value& type, const Value& value) {
    if (const Value::List* several = type.as_list())
      return std::any_of(several->begin(), several->end(),
                         [&](const Value& one) { return has_type(one, value); });
    const std::string& name = *type.as_text();
    return (name == "object" && value.as_object()) || (name == "array" && value.as_list()) ||
           (name == "string" && value.as_text()) || (name == "integer" && value.as_int()) ||
           (name == "boolean" && value.as_bool()) || (name == "null" && value.is_null());
  }
  const Value* document_;
};

TEST_CASE("the document describes each operation once, with options, answers and the least role") {
  ApiBench at;
  const Value document = at.browser.get("/openapi.json").body;
  const Value& paths = *document.find("paths");
  CHECK(paths.as_object()->size() == agent::api::operations().size() + 3);
  for (const agent::api::Operation& operation : agent::api::operations()) {
    INFO(operation.command);
    const Value* path = paths.find(agent::api::path_of(operation));
    REQUIRE(path != nullptr);
    const Value& said = path->as_object()->front().value;
    CHECK_FALSE(said.find("summary")->as_text()->empty());
    CHECK(*said.find("x-least-role") == Value(std::int64_t{operation.least}));
    CHECK(said.find("responses")->find("401") != nullptr);
  }
}

TEST_CASE("real answers are what the document says") {
  ApiBench at;
  const Value document = at.browser.get("/openapi.json").body;
  const Schema schema(document);
  Browser mere = at.signed_in("Mere", "packer");
  const auto fits = [&](const std::string& path, const char* method, const Browser::Answer& answer) {
    INFO(path << " " << answer.status << " " << answer.text);
    CHECK(schema.misfit(schema.answer(path, method, std::to_string(answer.status)), answer.body) == "");
  };
  fits("/session", "get", mere.get("/session"));
  fits("/session", "get", at.browser.get("/session"));
  fits("/seal/apply", "post", mere.post("/seal/apply", R"({"seal":"NZ300006","container":"MSCU1234566"})"));
  fits("/seal/apply", "post", mere.post("/seal/apply", R"({"seal":"NZ999999","container":"MSCU1234560"})"));
  fits("/seal/apply", "post", mere.post("/seal/apply", R"({"seal":7})"));
  fits("/seal/apply", "post", at.browser.post("/seal/apply", "{}"));
  fits("/container/close", "post", mere.post("/container/close", R"({"unit":"TGHU7654321"})"));
  fits("/dock", "get", mere.get("/dock"));
  for (const char* text : {"NZ300006", "NZ300007", "MSCU1234566", "SK:YES", "???", "NZ3000O6", "XYZU1234567"})
    fits("/look", "get", mere.get("/look", {{"text", text}}));
  fits("/look", "get", mere.get("/look"));
  fits("/find", "get", mere.get("/find", {{"text", "NZ"}}));
  fits("/print/register", "get", mere.get("/print/register"));
}

}  // namespace
}  // namespace sealkeep
