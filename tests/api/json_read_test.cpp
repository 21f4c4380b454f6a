// SPDX-License-Identifier: Apache-2.0
#include "common/api/json_read.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::api {
namespace {

std::string code_of(std::string_view text) {
  const auto read = read_json(text);
  return read ? "success" : read.error().code;
}

TEST_CASE("what JSON can say comes back as it was said") {
  const std::string text = R"({"a":[1,-2,true,null,"x"],"b":{"c":"é\n"},"d":9223372036854775807})";
  const auto read = read_json(text);
  REQUIRE(read);
  CHECK(cli::to_json(*read) == text);
  CHECK(cli::to_json(*read_json(" [ ] ")) == "[]");
}

TEST_CASE("what is not one JSON text of whole numbers is refused whole") {
  for (const char* bad :
       {"", " ", "{", "{}x", "{} {}", "{'a':1}", R"({"a":1,"a":2})", "1.5", "1e3", "9223372036854775808",
        "NaN", "// no\n1", R"(["\ud800"])", "[1,]", "\xEF\xBB\xBF{}"})
    CHECK(code_of(bad) == "json.malformed");
  CHECK(code_of(std::string("\"\xC3\x28\"")) == "json.malformed");
  CHECK(code_of(std::string("{}\0", 3)) == "json.malformed");
}

TEST_CASE("depth, count and length have limits, and are taken at the limit") {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(code_of(nested(cli::kValueDepth)) == "success");
  CHECK(code_of(nested(cli::kValueDepth + 1)) == "json.malformed");
  CHECK(code_of("\"" + std::string(cli::kValueTextBytes, 'x') + "\"") == "success");
  CHECK(code_of("\"" + std::string(cli::kValueTextBytes + 1, 'x') + "\"") == "json.malformed");
  const auto many = [](std::size_t count) {
    std::string text = "[0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return text + "]";
  };
  CHECK(code_of(many(cli::kValueNodes - 1)) == "success");
  CHECK(code_of(many(cli::kValueNodes)) == "json.malformed");
}

}  // namespace
}  // namespace sealkeep::api
