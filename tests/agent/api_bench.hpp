// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/api/api.hpp"
#include "common/api/json_read.hpp"
#include "tests/agent/command_bench.hpp"

namespace sealkeep::test {

/// A browser at a load site: keeps its cookies and its csrf word, and asks the API as the agent's loop would.
class Browser {
 public:
  explicit Browser(agent::Agent& agent) : agent_(&agent), api_(agent) {}

  struct Answer {
    int status = 0;
    cli::Value body;
    std::string text;
    http::Pairs headers{};
    std::vector<std::string> topics{};
    [[nodiscard]] std::string header(std::string_view name) const {
      return std::string(http::find(headers, name).value_or(""));
    }
    [[nodiscard]] std::string code() const { return member("code"); }
    [[nodiscard]] std::string member(std::string_view name) const {
      const cli::Value* value = body.find(name);
      return value != nullptr && value->as_text() != nullptr ? *value->as_text() : std::string();
    }
  };

  [[nodiscard]] http::Request request(const std::string& method, const std::string& path) const {
    http::Request out;
    out.method = method;
    out.path = std::string(agent::api::kBase) + path;
    out.peer = "127.0.0.1";
    out.cookies = cookies_;
    out.headers = {
        {"host", "localhost:8484"}, {"origin", "http://localhost:8484"}, {"sec-fetch-site", "same-origin"}};
    if (!csrf_.empty()) out.headers["x-sealkeep-csrf"] = csrf_;
    return out;
  }
  [[nodiscard]] http::Request writing(const std::string& path, const std::string& json) {
    http::Request out = request("POST", path);
    out.body = json;
    out.headers["content-type"] = "application/json";
    out.headers["idempotency-key"] = "key-" + std::to_string(++keys_) + "-0123456789";
    return out;
  }
  Answer ask(const http::Request& asked) {
    agent::api::Begun begun = api_.begin(asked);
    if (auto* recording = std::get_if<agent::api::Recording>(&begun)) {
      const auto recorded = must(agent_->record(recording->prepared.register_id, recording->prepared.facts));
      return seen(agent::api::answer_of(recording->prepared.answer(recorded)));
    }
    if (auto* signing_in = std::get_if<agent::api::SigningIn>(&begun)) {
      auto outcome = access::verify(signing_in->check);
      return seen(api_.finish_sign_in(std::move(*signing_in), std::move(outcome)));
    }
    return seen(std::get<http::Response>(begun));
  }
  Answer get(const std::string& path, http::Pairs query = {}) {
    http::Request asked = request("GET", path);
    asked.query = std::move(query);
    return ask(asked);
  }
  Answer post(const std::string& path, const std::string& json) { return ask(writing(path, json)); }

  /// With the one-time code that `user add` printed.
  void sign_in(const std::string& person, const std::string& code) {
    const Answer answer = post("/session", R"({"person":")" + person + R"(","secret":")" + code +
                                               R"(","new_password":"quay fourteen rain gloves"})");
    if (answer.status != 200) FAIL(answer.text);
    csrf_ = answer.member("csrf");
  }
  void forget_csrf() { csrf_.clear(); }
  void forget_cookies() { cookies_.clear(); }
  [[nodiscard]] agent::api::Api& api() { return api_; }

 private:
  Answer seen(const http::Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name != "Set-Cookie") continue;
      const std::size_t equals = value.find('=');
      const std::string cookie = value.substr(0, equals);
      std::erase_if(cookies_, [&](const auto& one) { return one.first == cookie; });
      const std::string held = value.substr(equals + 1, value.find(';') - equals - 1);
      if (!held.empty()) cookies_.emplace_back(cookie, held);
    }
    Answer out{response.status, {}, std::string(response.content()), response.headers, response.topics};
    if (auto read = api::read_json(out.text)) out.body = std::move(*read);
    return out;
  }

  agent::Agent* agent_;
  agent::api::Api api_;
  http::Pairs cookies_;
  std::string csrf_;
  int keys_ = 0;
};

/// An enrolled agent with people, a safe, seals, and a browser.
struct ApiBench : CommandBench {
  ApiBench() : browser(bench.agent()) {
    for (const char* person : {"Mere", "Tama", "Ana"}) must(run({"person", "add", person}));
    must(run({"store", "add", "Safe"}));
    must(run({"seal", "receive", "NZ300001", "NZ300020", "--place", "Safe"}));
  }
  /// Makes the account and signs it in, in a browser of its own.
  Browser signed_in(const std::string& person, const std::string& role) {
    Browser one(bench.agent());
    one.sign_in(person, code_for(person, role));
    return one;
  }
  std::string code_for(const std::string& person, const std::string& role) {
    const cli::Value added = must(run({"user", "add", person, "--role", role}));
    return *added.find("one_time_code")->as_text();
  }
  [[nodiscard]] ses::Entry newest() { return entries_of(bench.agent(), id).back(); }

  Browser browser;
};

}  // namespace sealkeep::test
