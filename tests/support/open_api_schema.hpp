// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <catch2/catch.hpp>

#include "common/cli/value.hpp"

namespace sealkeep::test {

using cli::Value;

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

}  // namespace sealkeep::test
