// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/accounts.hpp"
#include "common/ses/words.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

struct Office : CommandBench {
  Office() {
    must(run({"person", "add", "Mere"}));
    must(run({"person", "add", "Tama"}));
  }

  access::Access& access() { return bench.agent().access(); }
  std::string member(const cli::Value& value, std::string_view name) {
    const cli::Value* found = value.find(name);
    return found != nullptr && found->as_text() != nullptr ? *found->as_text() : std::string();
  }
  /// Signs in with a password, or with a code and a password to choose.
  access::SignInOutcome sign_in(const std::string& name, const std::string& with,
                                const std::string& choose = {}) {
    access::Policy policy;
    policy.cost = kLeastArgon2Cost;
    access::Attempt attempt;
    attempt.person = name;
    attempt.secret.emplace(as_bytes(with));
    if (!choose.empty()) attempt.new_password.emplace(as_bytes(choose));
    const Now now = bench.clock.now();
    auto begun = access().begin(std::move(attempt), policy, now, bench.random);
    if (!begun.check) return {tl::unexpected<Error>(begun.check.error()), {}};
    const auto outcome = must(access::verify(*begun.check));
    return access().finish(*std::move(begun.check), outcome, policy, now, bench.random);
  }
  /// The last records, in words, newest last.
  std::string recorded() { return said({"record", "list"}); }
  /// The newest entries of the register, as words with their irregularities.
  std::vector<ses::Entry> entries(std::uint64_t from) {
    std::vector<ses::Entry> out;
    const auto log = bench.agent().site_register(id)->written().log;
    must(bench.agent().logs().read_entries(log, from, size() - from, UINT64_MAX,
                                           [&](std::uint64_t, ByteView bytes) -> Result<> {
                                             SEALKEEP_LET(entry, ses::decode_entry(bytes));
                                             out.push_back(std::move(entry));
                                             return {};
                                           }));
    return out;
  }
  static std::vector<std::string> words(const std::vector<ses::Entry>& entries) {
    std::vector<std::string> out;
    for (const ses::Entry& entry : entries) {
      std::string said = ses::event_words(entry.event, ses::Names{});
      out.push_back(said.substr(0, said.find(", person")));
    }
    return out;
  }
};

const char* const kPassword = "seven wet boots hang there";

}  // namespace

TEST_CASE_METHOD(Office, "an account begins with a printed code, and the grant is on record") {
  const std::uint64_t before = size();
  const cli::Value made = must(run({"user", "add", "Mere", "--role", "site-manager", "--by", "Tama"}));
  CHECK(member(made, "role") == "site_manager");
  const std::string code = member(made, "one_time_code");
  CHECK(code.size() == 23);
  CHECK(words(entries(before)) ==
        std::vector<std::string>{"Has an account of this system, in the role: site_manager"});
  const auto in = must(sign_in("Mere", code, kPassword).signed_in);
  CHECK(in.session.role == agent::kSiteManager);
  CHECK(in.password_changed);
  must(agent::note_password_changed(bench.agent(), in.session));
  const auto now = entries(before + 1);
  REQUIRE(now.size() == 1);
  CHECK(words(now) == std::vector<std::string>{"Password changed"});
  CHECK(now[0].header.auth_method == ses::AuthMethod::Password);
  CHECK_FALSE(holds(said({"user", "log"}), code));
  CHECK(holds(said({"user", "list"}), "\"role\":\"site_manager\""));
}

TEST_CASE_METHOD(Office, "an account is only for somebody whom a register knows, and only one") {
  CHECK(code_of(run({"user", "add", "Nora", "--role", "packer"})) == "access.no_person");
  must(run({"user", "add", "Mere", "--role", "packer"}));
  const std::uint64_t before = size();
  CHECK(code_of(run({"user", "add", "mere", "--role", "checker"})) == "access.exists");
  CHECK(size() == before);
  CHECK(code_of(run({"user", "add", "Tama", "--role", "boss"})) == "cli.value");
}

TEST_CASE_METHOD(Office, "a change of role is on record as the end of one and the grant of another") {
  must(run({"user", "add", "Mere", "--role", "packer"}));
  const std::uint64_t before = size();
  CHECK(holds(said({"user", "role", "Mere", "--role", "supervisor"}), "\"changed\":true"));
  CHECK(holds(said({"user", "role", "Mere", "--role", "supervisor"}), "\"changed\":false"));
  CHECK(words(entries(before)) ==
        std::vector<std::string>{"Has an account of this system, in the role: packer",
                                 "Has an account of this system, in the role: supervisor"});
}

TEST_CASE_METHOD(Office, "who left has no account and no session from that moment") {
  const std::string code = member(must(run({"user", "add", "Tama", "--role", "packer"})), "one_time_code");
  const auto in = must(sign_in("Tama", code, kPassword).signed_in);
  CHECK(access().session(in.token.expose(), {}, bench.clock.now()));
  must(run({"person", "left", "Tama"}));
  CHECK(code_of(access().session(in.token.expose(), {}, bench.clock.now())) == "access.no_session");
  CHECK(code_of(access().account("Tama")) == "access.unknown_person");
  CHECK(code_of(sign_in("Tama", kPassword).signed_in) == "access.wrong");
  // Somebody without an account may leave too.
  must(run({"person", "left", "Mere"}));
}

TEST_CASE_METHOD(Office,
                 "what a sign-in raises is a fact of clause 5.1 without a name, marked as irregular") {
  const std::string code = member(must(run({"user", "add", "Mere", "--role", "packer"})), "one_time_code");
  must(sign_in("Mere", code, kPassword).signed_in);
  std::vector<access::SecurityNote> notes;
  for (int i = 0; i < 5; ++i) {
    auto out = sign_in("Mere", "quite another password");
    notes.insert(notes.end(), out.notes.begin(), out.notes.end());
  }
  const std::uint64_t before = size();
  must(agent::note_security(bench.agent(), notes));
  const auto found = entries(before);
  REQUIRE(found.size() == 1);
  CHECK(words(found) == std::vector<std::string>{"5 failed sign-ins in a row"});
  REQUIRE(found[0].irregularities.size() == 1);
  CHECK(found[0].irregularities[0].code == ses::Irregularity::SignInUnusual);
  CHECK(found[0].header.person_no == 0);
  must(run({"user", "lock", "Mere"}));
  CHECK(words(entries(before + 1)) == std::vector<std::string>{"account or PIN locked"});
  CHECK(code_of(sign_in("Mere", kPassword).signed_in) == "access.wait");
  must(run({"user", "unlock", "Mere"}));
  CHECK(sign_in("Mere", kPassword).signed_in);
  CHECK(holds(said({"user", "log", "--most", "3"}), "\"what\":\"unlocked\""));
}

TEST_CASE_METHOD(Office, "reset, badge and remove do what they say") {
  const std::string code = member(must(run({"user", "add", "Mere", "--role", "packer"})), "one_time_code");
  must(sign_in("Mere", code, kPassword).signed_in);
  const std::string second = member(must(run({"user", "reset", "Mere"})), "one_time_code");
  CHECK(code_of(sign_in("Mere", kPassword).signed_in) == "access.wrong");
  CHECK(code_of(sign_in("Mere", second).signed_in) == "access.choose_password");
  CHECK(code_of(run({"user", "badge", "Mere"})) == "access.badge");
  CHECK(holds(said({"user", "badge", "Mere", "--badge", "B-00417"}), "\"badge\":true"));
  CHECK(holds(said({"user", "badge", "Mere", "--none"}), "\"badge\":false"));
  const std::uint64_t before = size();
  must(run({"user", "remove", "Mere", "--by", "Tama"}));
  CHECK(words(entries(before)) ==
        std::vector<std::string>{"Has an account of this system, in the role: packer"});
  CHECK(code_of(run({"user", "remove", "Mere"})) == "access.unknown_person");
}

TEST_CASE_METHOD(Office, "a terminal that gets a name is added to the register, and removed from it") {
  const auto no = must(access().new_terminal("192.0.2.1", bench.clock.now(), bench.random)).terminal.no;
  CHECK(holds(said({"terminal", "list"}), "\"state\":\"pending\""));
  const std::uint64_t before = size();
  must(run({"terminal", "name", std::to_string(no), "Dock north", "--by", "Mere"}));
  must(run({"terminal", "name", std::to_string(no), "Dock south"}));
  must(run({"terminal", "remove", std::to_string(no)}));
  const auto found = entries(before);
  REQUIRE(found.size() == 2);
  CHECK(std::get<ses::TerminalAdded>(found[0].event).terminal_no == no);
  CHECK(std::get<ses::TerminalRemoved>(found[1].event).terminal_no == no);
  CHECK(code_of(run({"terminal", "remove", std::to_string(no)})) == "access.no_terminal");
}

TEST_CASE("an agent of before accounts gets their tables when it is opened, and keeps its facts") {
  AgentBench bench;
  SmallHub hub;
  bench.open();
  const RegisterId id = bench.enrol(hub);
  bench.record(id, 3);
  const std::uint64_t size = bench.info(id).size;
  bench.close();
  {
    OpenOptions older = agent::Agent::database_options(bench.parts());
    auto db = must(Db::open(bench.folder() / "agent.db", older));
    must(db.transaction([&] {
      return db.execute_script(
          "DROP TABLE session; DROP TABLE account_place; DROP TABLE account; DROP TABLE terminal;"
          "DROP TABLE sign_in_log; DROP TABLE access_key; PRAGMA user_version = 1");
    }));
  }
  bench.open();
  CHECK(bench.info(id).size == size);
  const Now now = bench.clock.now();
  must(bench.agent().access().add("Mere", 1, now, bench.random));
  bench.open();
  CHECK(must(bench.agent().access().account("mere")).person == "Mere");
}

TEST_CASE_METHOD(Office, "whose last day has passed is locked by the agent itself, on record and for good") {
  must(run({"person", "add", "Nora", "--until", "2026-01-02"}));
  const std::string code = member(must(run({"user", "add", "Nora", "--role", "packer"})), "one_time_code");
  const auto in = must(sign_in("Nora", code, kPassword).signed_in);
  must(run({"user", "add", "Mere", "--role", "packer"}));
  bench.clock.pass(47 * 3'600'000);  // her last day is not over
  must(bench.agent().tick());
  CHECK_FALSE(must(access().account("Nora")).locked);
  const std::uint64_t before = size();
  bench.clock.pass(3'600'000);
  must(bench.agent().tick());
  CHECK(must(access().account("Nora")).locked);
  CHECK_FALSE(must(access().account("Mere")).locked);
  CHECK(code_of(access().session(in.token.expose(), {}, bench.clock.now())) == "access.no_session");
  const auto told = entries(before);
  REQUIRE(count_of<ses::SecurityNoted>(told) == 1);
  CHECK(holds(said({"user", "log"}), "locked"));
  CHECK(code_of(run({"user", "unlock", "Nora"})) == "access.person_ended");
  bench.clock.pass(120'000);
  must(bench.agent().tick());
  CHECK(count_of<ses::SecurityNoted>(entries(before)) == 1);
}
