// SPDX-License-Identifier: Apache-2.0
#include "common/access/access.hpp"

#include <algorithm>

#include "common/access/access_parts.hpp"
#include "common/access/access_schema_sql.hpp"
#include "common/access/secret_rules.hpp"

namespace sealkeep::access {
namespace {

constexpr std::string_view kCodeDigits =
    "0123456789ABCDEFGHJKMNPQRSTVWXYZ";   // Crockford's: none looks like another
constexpr std::size_t kCodeLetters = 20;  // of 5 bits
constexpr std::size_t kCodeGroup = 5;

std::string new_code(Random& random) {
  std::array<std::uint8_t, kCodeLetters> bytes{};
  random.fill(bytes);
  std::string code;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i > 0 && i % kCodeGroup == 0) code += '-';
    code += kCodeDigits[bytes[i] % kCodeDigits.size()];
  }
  wipe(bytes);
  return code;
}

/// The name as it is shown: as typed, without blanks at the ends.
std::string shown(std::string_view person) {
  const auto from = person.find_first_not_of(' ');
  return std::string(person.substr(from, person.find_last_not_of(' ') - from + 1));
}

}  // namespace

std::string place_key(AccountId account, TerminalNo place) {
  return std::to_string(account) + "/" + std::to_string(place);
}

std::optional<Secret> code_of(ByteView typed) {
  std::array<std::uint8_t, kCodeLetters> letters{};
  std::size_t count = 0;
  bool fits = true;
  for (std::uint8_t byte : typed) {
    char c = static_cast<char>(byte);
    if (c == '-' || c == ' ') continue;
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    if (c == 'O') c = '0';
    if (c == 'I' || c == 'L') c = '1';
    fits = fits && count < kCodeLetters && kCodeDigits.find(c) != std::string_view::npos;
    if (!fits) break;
    letters[count++] = static_cast<std::uint8_t>(c);
  }
  std::optional<Secret> code;
  if (fits && count == kCodeLetters) code.emplace(ByteView(letters));
  wipe(letters);
  return code;
}

// ---- Parts

Result<AccountRow> Access::Parts::row_of(std::string_view person) {
  SEALKEEP_LET(key_of_name, name_key(person));
  SEALKEEP_LET(row, accounts.by_person(key_of_name));
  if (row) return *std::move(row);
  return fail(ErrorKind::NotFound, "access.unknown_person",
              "Nobody called " + printable(person) + " has an account", {}, "See who has one: user list");
}

Result<> Access::Parts::note(Logged what, const Account& account, const Now& now, std::string words) {
  LogLine line;
  line.what = what;
  line.at_ms = now.unix_ms;
  line.account = account.id;
  line.person = account.person;
  line.note = std::move(words);
  return log.add(line);
}

Result<> Access::Parts::end_sessions(const Account& account, const Now& now) {
  SEALKEEP_LET(ended, sessions.end_of(account.id));
  return ended > 0 ? note(Logged::SessionsEnded, account, now, std::to_string(ended)) : Result<>{};
}

Access::NewCode Access::Parts::give_code(AccountRow& row, const Now& now, Random& random) const {
  NewCode out;
  out.code = new_code(random);
  out.until_ms = now.unix_ms + kCodeMs;
  row.code = keyed(as_text(code_of(as_bytes(out.code))->expose()));
  row.account.code_until_ms = out.until_ms;
  return out;
}

void Access::Parts::forgive(const AccountRow& row) {
  of_accounts.forget_all(std::to_string(row.account.id) + "/");
}

// ---- Access

std::string_view Access::schema() {
  return sql::access_schema;
}

Access::Access(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Access::Access(Access&&) noexcept = default;
Access::~Access() = default;

Result<Access> Access::open(Db& db, const Now& now, Random& random) {
  SEALKEEP_LET(accounts, AccountRows::open(db));
  SEALKEEP_LET(sessions, SessionRows::open(db));
  SEALKEEP_LET(terminals, TerminalRows::open(db));
  SEALKEEP_LET(log, SignInLog::open(db));
  SEALKEEP_LET(key, accounts.key());
  if (!key) {
    std::array<std::uint8_t, 32> fresh{};
    random.fill(fresh);
    key.emplace(ByteView(fresh));
    wipe(fresh);
    SEALKEEP_TRY(db.transaction([&] { return accounts.make_key(key->expose()); }));
  }
  auto parts = std::make_unique<Parts>(Parts{db, std::move(accounts), std::move(sessions),
                                             std::move(terminals), std::move(log), *std::move(key)});
  random.fill(parts->made_up);
  SEALKEEP_LET(failing, parts->accounts.failing());
  for (const AccountPlace& place : failing) {
    const std::int64_t ago_ms = std::max<std::int64_t>(0, now.unix_ms - place.failed_ms);
    parts->of_accounts.remember(place_key(place.account, place.terminal_no), place.failures,
                                now.mono_ms - ago_ms);
  }
  return Access(std::move(parts));
}

Result<Access::NewCode> Access::add(std::string_view person, Role role, const Now& now, Random& random) {
  Parts& p = *parts_;
  SEALKEEP_LET(key, name_key(person));
  if (role == 0) return bad_input("access.role", "This role does not exist", {}, "Choose one of the roles");
  SEALKEEP_LET(others, p.accounts.all());
  for (const AccountRow& other : others) {
    if (other.person_key != key) continue;
    return fail(ErrorKind::Refused, "access.exists", other.account.person + " has an account already",
                "everybody has one account", "Change its role, or reset it if the password is forgotten");
  }
  if (others.size() >= kAccounts) {
    return fail(ErrorKind::Full, "access.accounts", "There is no room for another account",
                std::to_string(kAccounts) + " people have one", "Remove the accounts of people who left");
  }
  AccountRow row;
  row.account.person = shown(person);
  row.account.role = role;
  row.account.created_ms = now.unix_ms;
  row.person_key = std::move(key);
  NewCode out = p.give_code(row, now, random);
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.add(row));
    return p.note(Logged::Added, row.account, now, "role " + std::to_string(role));
  }));
  out.account = row.seen();
  return out;
}

Result<Access::NewCode> Access::reset(std::string_view person, const Now& now, Random& random) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  NewCode out = p.give_code(row, now, random);
  row.password.reset();
  row.pin.reset();
  row.pin_failures = 0;
  row.asked_ms = row.later_ms = row.account.password_ms = 0;
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.save(row));
    SEALKEEP_TRY(p.accounts.forgive(row.account.id));
    SEALKEEP_TRY(p.note(Logged::CodeGiven, row.account, now));
    return p.end_sessions(row.account, now);
  }));
  p.forgive(row);
  out.account = row.seen();
  return out;
}

Result<bool> Access::set_role(std::string_view person, Role role, const Now& now) {
  Parts& p = *parts_;
  if (role == 0) return bad_input("access.role", "This role does not exist", {}, "Choose one of the roles");
  SEALKEEP_LET(row, p.row_of(person));
  if (row.account.role == role) return false;
  row.account.role = role;
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.save(row));
    SEALKEEP_TRY(p.note(Logged::RoleChanged, row.account, now, "role " + std::to_string(role)));
    return p.end_sessions(row.account, now);
  }));
  return true;
}

Result<bool> Access::lock(std::string_view person, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  if (row.account.locked) return false;
  row.account.locked = true;
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.save(row));
    SEALKEEP_TRY(p.note(Logged::Locked, row.account, now));
    return p.end_sessions(row.account, now);
  }));
  return true;
}

Result<bool> Access::unlock(std::string_view person, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  const bool was_locked = row.account.locked;
  row.account.locked = false;
  row.pin_failures = 0;
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.save(row));
    SEALKEEP_TRY(p.accounts.forgive(row.account.id));
    return p.note(Logged::Unlocked, row.account, now);
  }));
  p.forgive(row);
  return was_locked;
}

Result<> Access::set_badge(std::string_view person, std::optional<std::string_view> scanned, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  std::optional<Hash> badge;
  if (scanned) {
    SEALKEEP_LET(text, badge_text(*scanned));
    badge = p.keyed(text);
    SEALKEEP_LET(holder, p.accounts.by_badge(*badge));
    if (holder && holder->account.id != row.account.id) {
      return fail(ErrorKind::Refused, "access.badge_used", "This badge is somebody else's",
                  holder->account.person + " has it", "Take it away there first, or use another badge");
    }
  }
  if (badge == row.badge) return {};
  row.badge = badge;
  return p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.accounts.save(row));
    SEALKEEP_TRY(p.note(Logged::BadgeChanged, row.account, now, badge ? "given" : "taken away"));
    return p.end_sessions(row.account, now);
  });
}

Result<> Access::remove(std::string_view person, const Now& now) {
  Parts& p = *parts_;
  SEALKEEP_LET(row, p.row_of(person));
  SEALKEEP_TRY(p.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(p.end_sessions(row.account, now));
    SEALKEEP_TRY(p.note(Logged::Removed, row.account, now));
    return p.accounts.remove(row.account.id);
  }));
  p.forgive(row);
  return {};
}

Result<Account> Access::account(std::string_view person) {
  SEALKEEP_LET(row, parts_->row_of(person));
  return row.seen();
}

Result<std::optional<Account>> Access::account_of(AccountId id) {
  SEALKEEP_LET(row, parts_->accounts.by_id(id));
  if (!row) return std::nullopt;
  return row->seen();
}

Result<std::vector<Account>> Access::accounts() {
  SEALKEEP_LET(rows, parts_->accounts.all());
  std::vector<Account> out;
  for (const AccountRow& row : rows) out.push_back(row.seen());
  return out;
}

}  // namespace sealkeep::access
