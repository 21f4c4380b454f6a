// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iterator>
#include <type_traits>

#include "common/access/session_rows.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/access/access_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::access;
using namespace sealkeep::access::test;

// What is secret lies in locked memory (Secret) all the way from the attempt to the token.
static_assert(std::is_same_v<decltype(Attempt::secret), std::optional<Secret>>);
static_assert(std::is_same_v<decltype(Attempt::new_password), std::optional<Secret>>);
static_assert(std::is_same_v<decltype(Attempt::badge), std::optional<Secret>>);
static_assert(std::is_same_v<decltype(SecretCheck::secret), std::optional<Secret>>);
static_assert(std::is_same_v<decltype(SecretCheck::Making::secret), Secret>);
static_assert(std::is_same_v<decltype(SignedIn::token), Secret>);
static_assert(!std::is_copy_constructible_v<SecretCheck> && !std::is_copy_constructible_v<Attempt>);

namespace {
std::string session_code(Desk& desk, const Secret& token) {
  return code_of(desk.access().session(token.expose(), desk.policy, desk.now));
}
std::vector<std::string> log_names(Desk& desk) {
  std::vector<std::string> names;
  for (const LogLine& line : must(desk.access().log(100))) names.emplace_back(logged_name(line.what));
  return names;
}
}  // namespace

TEST_CASE("a session has a token of 256 bits, a csrf word of its own and the account's role") {
  Desk desk;
  desk.person("Mere", 3);
  const auto one = must(desk.sign_in("Mere", kGood).signed_in);
  const auto two = must(desk.sign_in("Mere", kGood).signed_in);
  CHECK(one.token.size() == 64);
  CHECK(to_bytes(one.token.expose()) != to_bytes(two.token.expose()));
  const Session found = must(desk.access().session(one.token.expose(), desk.policy, desk.now));
  CHECK(found.id == one.session.id);
  CHECK(found.person == "Mere");
  CHECK(found.role == 3);
  CHECK(Access::is_csrf(found, one.session.csrf));
  CHECK_FALSE(Access::is_csrf(found, two.session.csrf));
  CHECK_FALSE(Access::is_csrf(found, ""));
  CHECK_FALSE(Access::is_csrf(Session{}, ""));
  CHECK(found.csrf.find(as_text(one.token.expose())) == std::string::npos);
}

TEST_CASE("a token that is not exactly one of ours opens nothing") {
  Desk desk;
  desk.person("Mere");
  const auto in = must(desk.sign_in("Mere", kGood).signed_in);
  Bytes token = to_bytes(in.token.expose());
  for (std::size_t i = 0; i < token.size(); ++i) {
    Bytes other = token;
    other[i] ^= 1;
    CHECK(session_code(desk, Secret(other)) == "access.no_session");
  }
  CHECK(session_code(desk, Secret(ByteView(token).first(63))) == "access.no_session");
  token.push_back('0');
  CHECK(session_code(desk, Secret(token)) == "access.no_session");
  CHECK(session_code(desk, Secret(ByteView{})) == "access.no_session");
}

TEST_CASE("a session is found by its whole hash, not by the part that the index sees") {
  Desk desk;
  desk.person("Mere");
  auto rows = must(SessionRows::open(desk.db()));
  const Hash token = sha256(as_bytes("a token"));
  Session session;
  session.account = must(desk.access().account("Mere")).id;
  session.method = Method::Password;
  must(desk.db().transaction([&] { return rows.add(token, session); }));
  CHECK(must(rows.find(token)));
  for (std::size_t i = 0; i < token.bytes.size(); ++i) {
    Hash other = token;
    other.bytes[i] ^= 1;
    CHECK_FALSE(must(rows.find(other)));
  }
}

TEST_CASE("neither token nor badge nor code nor password is in the database's files in clear") {
  Desk desk;
  const auto made = must(desk.access().add("Mere", 1, desk.now, desk.random));
  Attempt choose = Desk::attempt("Mere", made.code);
  choose.new_password = secret(kGood);
  choose.new_pin = secret("739182");
  const auto in = must(desk.sign_in(std::move(choose)).signed_in);
  const auto terminal = must(desk.access().new_terminal("192.0.2.1", desk.now, desk.random));
  must(desk.access().set_badge("Mere", "B-00417-HELD", desk.now));
  desk.sign_in("a secret typed as name", kOther);
  const auto waiting = must(desk.access().add("Tama", 1, desk.now, desk.random));
  std::string files;
  for (const auto& file : std::filesystem::directory_iterator(desk.folder().path())) {
    std::ifstream in_file(file.path(), std::ios::binary);
    files.append(std::istreambuf_iterator<char>(in_file), {});
  }
  REQUIRE(files.find("Mere") != std::string::npos);
  const auto absent = [&](std::string_view what) { return files.find(what) == std::string::npos; };
  const std::string token(as_text(in.token.expose()));
  CHECK(absent(token));
  CHECK(absent(as_text(must(from_hex(token)))));
  CHECK(absent(terminal.token));
  CHECK(absent(as_text(must(from_hex(terminal.token)))));
  CHECK(absent(in.session.csrf));
  CHECK(absent("B-00417-HELD"));
  CHECK(absent(kGood));
  CHECK(absent("739182"));
  CHECK(absent(waiting.code));
  CHECK(absent("a secret typed as name"));
}

TEST_CASE("a session that the browser had before ends with a new sign-in: nobody can plant one") {
  Desk desk;
  desk.person("Mere");
  desk.person("Tama");
  const auto tama = must(desk.sign_in("Tama", kGood).signed_in);
  Attempt as_mere = Desk::attempt("Mere", kGood);
  as_mere.replaces = Secret(tama.token.expose());
  const auto mere = must(desk.sign_in(std::move(as_mere)).signed_in);
  CHECK(to_bytes(mere.token.expose()) != to_bytes(tama.token.expose()));
  CHECK(session_code(desk, tama.token) == "access.no_session");
  CHECK(must(desk.access().session(mere.token.expose(), desk.policy, desk.now)).person == "Mere");
  // A failed sign-in ends nothing.
  Attempt wrong = Desk::attempt("Tama", kOther);
  wrong.replaces = Secret(mere.token.expose());
  CHECK(code_of(desk.sign_in(std::move(wrong)).signed_in) == "access.wrong");
  CHECK(session_code(desk, mere.token) == "success");
}

TEST_CASE("a session ends when nothing is done for the idle time, and at its end in any case") {
  Desk desk;
  desk.person("Mere");
  const auto idle = must(desk.sign_in("Mere", kGood).signed_in);
  desk.pass_ms(desk.policy.idle_ms - 1);
  CHECK(session_code(desk, idle.token) == "success");
  desk.pass_ms(desk.policy.idle_ms - 1);
  CHECK(session_code(desk, idle.token) == "success");
  desk.pass_ms(desk.policy.idle_ms);
  CHECK(session_code(desk, idle.token) == "access.no_session");
  CHECK(log_names(desk).front() == "expired");
  const auto long_one = must(desk.sign_in("Mere", kGood).signed_in);
  for (std::int64_t passed = 0; passed + desk.policy.idle_ms / 2 < desk.policy.absolute_ms;
       passed += desk.policy.idle_ms / 2) {
    CHECK(session_code(desk, long_one.token) == "success");
    desk.pass_ms(desk.policy.idle_ms / 2);
  }
  desk.pass_ms(desk.policy.idle_ms / 2);
  CHECK(session_code(desk, long_one.token) == "access.no_session");
}

TEST_CASE("sessions survive a restart of the program") {
  Desk desk;
  desk.person("Mere");
  const auto in = must(desk.sign_in("Mere", kGood).signed_in);
  desk.open();
  CHECK(must(desk.access().session(in.token.expose(), desk.policy, desk.now)).person == "Mere");
}

TEST_CASE("a change of role, password, badge or PIN, a lock, a reset and a leaving end all sessions") {
  Desk desk;
  desk.person("Mere", 1);
  std::string password = kGood;
  const auto ended_by = [&](auto&& act) {
    const auto in = must(desk.sign_in("Mere", password).signed_in);
    act();
    return session_code(desk, in.token) == "access.no_session";
  };
  CHECK(ended_by([&] { CHECK(must(desk.access().set_role("Mere", 2, desk.now))); }));
  CHECK_FALSE(ended_by([&] { CHECK_FALSE(must(desk.access().set_role("Mere", 2, desk.now))); }));
  CHECK(ended_by([&] { must(desk.access().set_badge("Mere", "B-00417", desk.now)); }));
  CHECK(ended_by([&] {
    Attempt change = Desk::attempt("Mere", password);
    change.new_pin = secret("739182");
    CHECK(must(desk.sign_in(std::move(change)).signed_in).session.person == "Mere");
  }));
  CHECK(ended_by([&] {
    Attempt change = Desk::attempt("Mere", password);
    change.new_password = secret(kOther);
    const auto kept = must(desk.sign_in(std::move(change)).signed_in);
    CHECK(session_code(desk, kept.token) == "success");
  }));
  password = kOther;
  CHECK(ended_by([&] { must(desk.access().end_all("Mere", desk.now)); }));
  CHECK(ended_by([&] { must(desk.access().lock("Mere", desk.now)); }));
  must(desk.access().unlock("Mere", desk.now));
  CHECK(ended_by([&] { must(desk.access().remove("Mere", desk.now)); }));
  CHECK(code_of(desk.access().account("Mere")) == "access.unknown_person");
  CHECK(desk.code_of_sign_in("Mere", password) == "access.wrong");
}

TEST_CASE("whoever holds something open for a session is told when it ends, whatever ends it") {
  Desk desk;
  std::vector<SessionId> ended;
  desk.access().on_session_end([&](SessionId id) { ended.push_back(id); });
  desk.person("Mere", 3);
  const auto signed_in = [&](TerminalNo terminal = 0) {
    ended.clear();
    return must(desk.sign_in("Mere", kGood, terminal).signed_in);
  };
  const auto only = [&](const SignedIn& one) { return ended == std::vector<SessionId>{one.session.id}; };
  must(desk.access().end_all("Mere", desk.now));

  auto one = signed_in();
  must(desk.access().end(one.token.expose(), desk.now));
  CHECK(only(one));
  one = signed_in();
  must(desk.access().set_role("Mere", 2, desk.now));
  CHECK(only(one));
  one = signed_in();
  must(desk.access().lock("Mere", desk.now));
  CHECK(only(one));
  must(desk.access().unlock("Mere", desk.now));
  const TerminalNo gate = desk.terminal("Gate");
  one = signed_in(gate);
  must(desk.access().remove_terminal(gate, desk.now));
  CHECK(only(one));
  one = signed_in();
  Attempt again = Desk::attempt("Mere", kGood);
  again.replaces.emplace(one.token.expose());
  const auto next = must(desk.sign_in(std::move(again)).signed_in);
  CHECK(only(one));
  ended.clear();
  must(desk.access().remove("Mere", desk.now));
  CHECK(only(next));
}

TEST_CASE("sessions that are over end by themselves when their owner looks, each with its line") {
  Desk desk;
  std::vector<SessionId> ended;
  desk.access().on_session_end([&](SessionId id) { ended.push_back(id); });
  desk.person("Mere");
  must(desk.access().end_all("Mere", desk.now));
  const auto one = must(desk.sign_in("Mere", kGood).signed_in);
  desk.pass_ms(10 * 60'000);
  const auto two = must(desk.sign_in("Mere", kGood).signed_in);
  ended.clear();
  desk.pass_ms(25 * 60'000);
  must(desk.access().end_expired(desk.now));
  CHECK(ended == std::vector<SessionId>{one.session.id});
  CHECK(log_names(desk).front() == "expired");
  CHECK(session_code(desk, two.token) == "success");
}

TEST_CASE("one more session than an account may have ends the one that was used longest ago") {
  Desk desk;
  desk.person("Mere");
  desk.person("Tama");
  const auto other = must(desk.sign_in("Tama", kGood).signed_in);
  must(desk.access().end_all("Mere", desk.now));
  std::vector<Secret> tokens;
  for (std::size_t i = 0; i < kSessionsPerAccount; ++i) {
    desk.pass_ms(1'000);
    tokens.push_back(must(desk.sign_in("Mere", kGood).signed_in).token);
  }
  CHECK(session_code(desk, tokens.front()) == "success");
  desk.pass_ms(1'000);
  tokens.push_back(must(desk.sign_in("Mere", kGood).signed_in).token);
  CHECK(session_code(desk, tokens.front()) == "access.no_session");
  CHECK(session_code(desk, tokens[1]) == "success");
  CHECK(session_code(desk, other.token) == "success");
}

TEST_CASE("signing out ends the session and stands in the log") {
  Desk desk;
  desk.person("Mere");
  const auto in = must(desk.sign_in("Mere", kGood).signed_in);
  must(desk.access().end(in.token.expose(), desk.now));
  must(desk.access().end(in.token.expose(), desk.now));
  CHECK(session_code(desk, in.token) == "access.no_session");
  CHECK(log_names(desk).front() == "signed_out");
}

TEST_CASE("an old password is asked about, can be put off for 14 days, and nothing is refused for it") {
  constexpr std::int64_t kDay = 86'400'000;
  Desk desk;
  desk.person("Mere");
  desk.policy.absolute_ms = desk.policy.idle_ms = 400 * kDay;
  const auto in = must(desk.sign_in("Mere", kGood).signed_in);
  const auto prompt = [&] {
    return must(desk.access().session(in.token.expose(), desk.policy, desk.now)).prompt;
  };
  CHECK(prompt() == PasswordPrompt::None);
  CHECK(must(desk.access().later(in.session, desk.policy, desk.now)) == PasswordPrompt::None);
  desk.pass_ms(desk.policy.password_age_ms);
  CHECK(prompt() == PasswordPrompt::Ask);
  for (int day = 0; day < 14; ++day) {
    CHECK(must(desk.access().later(in.session, desk.policy, desk.now)) == PasswordPrompt::PutOff);
    CHECK(prompt() == PasswordPrompt::PutOff);
    desk.pass_ms(kDay);
  }
  CHECK(prompt() == PasswordPrompt::Overdue);
  CHECK(code_of(desk.access().later(in.session, desk.policy, desk.now)) == "access.later_over");
  Attempt change = Desk::attempt("Mere", kGood);
  change.new_password = secret(kOther);
  CHECK(must(desk.sign_in(std::move(change)).signed_in).session.prompt == PasswordPrompt::None);
}

TEST_CASE("terminals are pending until they have a name, and their numbers are never given again") {
  Desk desk;
  const auto first = must(desk.access().new_terminal("192.0.2.7", desk.now, desk.random));
  CHECK(first.terminal.no == 1);
  CHECK(first.terminal.pending());
  desk.pass_ms(kSeenEveryMs);
  const auto seen = must(desk.access().terminal(as_bytes(first.token), "192.0.2.8", desk.now));
  REQUIRE(seen);
  CHECK(seen->first_peer == "192.0.2.7");
  CHECK(seen->last_peer == "192.0.2.8");
  CHECK(seen->seen_ms == desk.now.unix_ms);
  CHECK_FALSE(must(desk.access().terminal(as_bytes("nonsense"), "", desk.now)));
  CHECK_FALSE(must(desk.access().terminal(as_bytes(std::string(64, 'a')), "", desk.now)));
  CHECK(must(desk.access().name_terminal(1, "Dock", desk.now)).name == "Dock");
  const TerminalNo second = desk.terminal();
  CHECK(code_of(desk.access().name_terminal(second, "DOCK", desk.now)) == "access.terminal_name");
  CHECK(must(desk.access().name_terminal(1, "Dock north", desk.now)).named_ms == desk.now.unix_ms);
  desk.person("Mere");
  const auto in = must(desk.sign_in("Mere", kGood, 1).signed_in);
  must(desk.access().remove_terminal(1, desk.now));
  CHECK(session_code(desk, in.token) == "access.no_session");
  CHECK_FALSE(must(desk.access().terminal(as_bytes(first.token), "", desk.now)));
  must(desk.access().remove_terminal(second, desk.now));
  CHECK(desk.terminal() == 3);
}

TEST_CASE("a flood of first contacts pushes out pending terminals and never a named one or one in use") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo named = desk.terminal("Dock");
  const TerminalNo used = desk.terminal();
  const auto in = must(desk.sign_in("Mere", kGood, used).signed_in);
  for (std::size_t i = 0; i < 3 * kPendingTerminals; ++i) {
    desk.pass_ms(1);
    desk.terminal();
  }
  const auto all = must(desk.access().terminals());
  CHECK(all.size() == kPendingTerminals + 1);
  CHECK(all[0].no == named);
  CHECK(all[1].no == used);
  CHECK(session_code(desk, in.token) == "success");
}

TEST_CASE("the log lists everything newest first; refusals of one kind are one line with a count") {
  Desk desk;
  desk.person("Mere");
  const TerminalNo dock = desk.terminal("Dock");
  for (int i = 0; i < 4; ++i) desk.sign_in("Mere", kOther, dock);
  desk.sign_in("Mere", kGood, dock);
  must(desk.access().lock("Mere", desk.now));
  must(desk.access().unlock("Mere", desk.now));
  must(desk.access().set_role("Mere", 3, desk.now));
  must(desk.access().remove("Mere", desk.now));
  const auto lines = must(desk.access().log(100));
  CHECK(log_names(desk) == std::vector<std::string>{"account_removed", "role_changed", "unlocked",
                                                    "sessions_ended", "locked", "signed_in", "refused",
                                                    "terminal_named", "signed_in", "password_changed",
                                                    "account_added"});
  CHECK(lines[6].times == 4);
  CHECK(lines[6].person == "Mere");
  CHECK(lines[6].terminal_no == dock);
  CHECK(lines[6].peer == "192.0.2.1");
  const auto older = must(desk.access().log(2, lines[6].id));
  REQUIRE(older.size() == 2);
  CHECK(older[0].id == lines[7].id);
}

TEST_CASE("an unknown name leaves one counted line without the name") {
  Desk desk;
  for (int i = 0; i < 10; ++i) desk.sign_in("guess " + std::to_string(i), kOther);
  const auto lines = must(desk.access().log(100));
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].times == 10);
  CHECK(lines[0].person.empty());
  desk.pass_ms(kOneLineMs);
  desk.sign_in("one more", kOther);
  CHECK(must(desk.access().log(100)).size() == 2);
}

TEST_CASE("the log is bounded by age and by count") {
  Desk desk;
  must(desk.access().add("Mere", 1, desk.now, desk.random));
  desk.pass_ms(1'000);
  must(desk.access().add("Tama", 1, desk.now, desk.random));
  must(desk.access().tidy(1'000, desk.now));
  CHECK(must(desk.access().log(100)).size() == 2);
  must(desk.access().tidy(999, desk.now));
  CHECK(must(desk.access().log(100)).size() == 1);

  auto log = must(SignInLog::open(desk.db(), 300));
  must(desk.db().transaction([&]() -> Result<> {
    for (int i = 0; i < 3 * kTrimEveryLines; ++i) {
      LogLine line;
      line.what = Logged::SignedIn;
      line.at_ms = i;
      SEALKEEP_TRY(log.add(line));
    }
    return {};
  }));
  const auto lines = must(log.list(10'000, INT64_MAX));
  CHECK(lines.size() >= 300);
  CHECK(lines.size() < 300 + static_cast<std::size_t>(kTrimEveryLines));
  CHECK(lines.front().at_ms == 3 * kTrimEveryLines - 1);
}

TEST_CASE("there are as many accounts as the limit says and no more") {
  Desk desk;
  must(desk.db().set_durable(false));
  for (std::size_t i = 0; i < kAccounts; i += 500) {
    must(desk.db().transaction([&]() -> Result<> {
      SEALKEEP_LET(insert,
                   desk.db().prepare(
                       "INSERT INTO account (person, person_key, role, locked, code_until_ms, pin_failures, "
                       "created_ms, password_ms, asked_ms, later_ms, last_sign_in_ms) "
                       "VALUES (?1, ?1, 1, 0, 0, 0, 0, 0, 0, 0, 0)"));
      for (std::size_t j = i; j < i + 500 && j + 1 < kAccounts; ++j)
        SEALKEEP_TRY(insert.run("p" + std::to_string(j)));
      return {};
    }));
  }
  must(desk.access().add("last one", 1, desk.now, desk.random));
  CHECK(code_of(desk.access().add("one more", 1, desk.now, desk.random)) == "access.accounts");
  CHECK(must(desk.access().accounts()).size() == kAccounts);
}
