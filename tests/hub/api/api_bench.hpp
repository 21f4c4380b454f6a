// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <future>

#include "common/api/json_read.hpp"
#include "common/crypto/one_time_code.hpp"
#include "common/store/log_store.hpp"
#include "hub/api/door.hpp"
#include "hub/commands/commands.hpp"
#include "tests/http/http_fixture.hpp"
#include "tests/hub/hub_fixture.hpp"
#include "tests/support/base32.hpp"

namespace sealkeep::hub::test {

inline constexpr const char* kPassword = "quay fourteen rain gloves";

struct Answer {
  int status = 0;
  std::string head, text;
  cli::Value body;
  [[nodiscard]] std::string member(std::string_view name) const {
    const cli::Value* value = body.find(name);
    return value != nullptr && value->as_text() != nullptr ? *value->as_text() : std::string();
  }
  [[nodiscard]] std::int64_t number(std::string_view name) const {
    const cli::Value* value = body.find(name);
    return value != nullptr && value->as_int() != nullptr ? *value->as_int() : -1;
  }
  [[nodiscard]] std::string code() const { return member("code"); }
};

/// A hub with its door on a real loopback port, and two enrolled sites.
struct HeadOffice {
  HeadOffice() : akl(world, "akl-01", 1), trg(world, "trg-01", 2) {
    akl.enrol();
    trg.enrol();
    open();
  }
  void open() {
    door.reset();
    sealkeep::api::DoorConfig config;
    config.listen = {"http://127.0.0.1:0"};
    config.section = "web";
    door = must(api::Door::open(*world.hub, config));
  }
  void reopen() {
    door.reset();
    world.restart();
    open();
  }
  /// Drives the door until the client is done, as the hub's loop would.
  template <class Ask>
  auto while_serving(Ask&& ask) {
    auto done = std::async(std::launch::async, std::forward<Ask>(ask));
    while (done.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
      while (door->step()) {
      }
      door->turn();
    }
    return done.get();
  }
  http::Answer exchange(http::Client& client, const std::string& request) {
    while (true) {
      http::Answer answer = while_serving([&] { return client.ask(request); });
      if (answer.status != 429) return answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(40));  // the test asks faster than people do
    }
  }
  /// As at the shell of the machine.
  Result<cli::Value> shell(const std::string& name, std::map<std::string, std::vector<std::string>> options) {
    cli::Command command;
    command.name = name;
    command.options = std::move(options);
    return execute(*world.hub, command, [](const cli::Progress&) {});
  }
  std::string code_for(const std::string& person, const std::string& role,
                       std::map<std::string, std::vector<std::string>> more = {}) {
    more["name"] = {person};
    more["role"] = {role};
    return *must(shell("user add", std::move(more))).find("one_time_code")->as_text();
  }
  /// What the journal holds of that kind, oldest first.
  std::vector<JournalEntry> journal(JournalKind kind) {
    std::vector<JournalEntry> out;
    const auto log = must(world.hub->logs().find_log(world.hub->settings().name + "/journal/e1"));
    REQUIRE(log);
    const std::uint64_t size = must(world.hub->logs().size(log->id));
    for (std::uint64_t i = 0; i < size; ++i) {
      auto entry = must(decode_journal_entry(must(world.hub->logs().read_entry(log->id, i))));
      if (entry.kind == kind) out.push_back(std::move(entry));
    }
    return out;
  }
  void pass(std::int64_t ms) { world.clock.pass(ms); }

  HubWorld world;
  TestSite akl, trg;
  std::unique_ptr<api::Door> door;
  int keys = 0;
};

/// A person's browser and authenticator app.
class Person {
 public:
  explicit Person(HeadOffice& at) : at_(&at) {}

  Answer get(const std::string& path) { return ask("GET", path, {}); }
  Answer post(const std::string& path, const std::string& json) { return ask("POST", path, json); }
  Answer ask(const std::string& method, const std::string& path, const std::string& body,
             const std::string& more = {}) {
    std::string head = method + " " + (path.starts_with("/api") ? path : "/api/v1" + path) +
                       " HTTP/1.1\r\nHost: localhost\r\n" + more;
    std::string cookies;
    for (const auto& [name, value] : cookies_) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
    if (!cookies.empty()) head += "Cookie: " + cookies + "\r\n";
    if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
    if (method != "GET") {
      head += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) + "\r\n";
      head +=
          "Idempotency-Key: " + (key.empty() ? "key-" + std::to_string(++at_->keys) + "-of-the-test" : key) +
          "\r\n";
      if (!csrf.empty()) head += "X-Sealkeep-Csrf: " + csrf + "\r\n";
    }
    http::Client client(at_->door->port(0));
    return seen(at_->exchange(client, head + "\r\n" + body));
  }

  /// From the one-time code to the first six digits. Ends signed in.
  void begin(const std::string& name, const std::string& code) {
    name_ = name;
    const Answer first = post("/session", R"({"person":")" + name + R"(","secret":")" + code +
                                              R"(","new_password":")" + kPassword + R"("})");
    if (first.status != 200) FAIL(first.text);
    csrf = first.member("csrf");
    secret = first.member("secret");
    const Answer confirmed = post("/session/second-factor", R"({"totp":")" + app_shows() + R"("})");
    if (confirmed.status != 200) FAIL(confirmed.text);
  }
  Answer sign_in(const std::string& totp, const std::string& password = kPassword) {
    const Answer answer = post("/session", R"({"person":")" + name_ + R"(","secret":")" + password +
                                               R"(","totp":")" + totp + R"("})");
    if (answer.status == 200) csrf = answer.member("csrf");
    return answer;
  }
  [[nodiscard]] std::string app_shows() const {
    const auto step = static_cast<std::uint64_t>(at_->world.clock.reading.unix_ms / access::kTotpStepMs);
    const std::string code = std::to_string(hotp(sealkeep::test::from_base32(secret), step));
    return std::string(6 - code.size(), '0') + code;
  }
  [[nodiscard]] std::string cookie(const std::string& name) const {
    const auto found = cookies_.find(name);
    return found == cookies_.end() ? std::string() : found->second;
  }
  void plant(const std::string& name, const std::string& value) { cookies_[name] = value; }

  std::string csrf, token, key, secret;

 private:
  Answer seen(http::Answer answer) {
    Answer out{answer.status, answer.head, std::move(answer.body), {}};
    const std::string mark = "\r\nSet-Cookie: ";
    for (std::size_t at = out.head.find(mark); at != std::string::npos; at = out.head.find(mark, at + 1)) {
      const std::string line =
          out.head.substr(at + mark.size(), out.head.find("\r\n", at + 2) - at - mark.size());
      const std::size_t equals = line.find('=');
      const std::string value = line.substr(equals + 1, line.find(';') - equals - 1);
      if (value.empty()) cookies_.erase(line.substr(0, equals));
      if (!value.empty()) cookies_[line.substr(0, equals)] = value;
    }
    if (auto read = sealkeep::api::read_json(out.text)) out.body = std::move(*read);
    return out;
  }

  HeadOffice* at_;
  std::map<std::string, std::string> cookies_;
  std::string name_;
};

inline Person signed_in(HeadOffice& at, const std::string& name, const std::string& role,
                        std::map<std::string, std::vector<std::string>> more = {}) {
  Person person(at);
  person.begin(name, at.code_for(name, role, std::move(more)));
  return person;
}

}  // namespace sealkeep::hub::test
