// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/api_bench.hpp"
#include "tests/support/open_api_schema.hpp"

namespace sealkeep {
namespace {

using cli::Value;
using test::ApiBench;
using test::Browser;
using test::Schema;

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
