// SPDX-License-Identifier: Apache-2.0
#include "hub/accounts.hpp"

#include <algorithm>

#include "hub/accounts_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::string_view kRoles[] = {"guest", "viewer", "site_manager", "ses_manager", "administrator"};
constexpr std::string_view kKeyRole = "access";

Result<std::unique_ptr<BoxKey>> sealing_key(const KeyFolder& keys, Random& random) {
  if (!keys.has(kKeyRole)) {
    const BoxKey fresh = BoxKey::generate(random);
    SEALKEEP_TRY(keys.store(kKeyRole, fresh.private_bytes()));
  }
  SEALKEEP_LET(bytes, keys.load(kKeyRole));
  return std::make_unique<BoxKey>(bytes.expose());
}

}  // namespace

std::string_view role_name(access::Role role) {
  return role >= 1 && role <= std::size(kRoles) ? kRoles[role - 1] : std::string_view();
}

Result<access::Role> role_of(std::string_view name) {
  std::string written(name);
  std::replace(written.begin(), written.end(), '-', '_');
  const auto found = std::find(std::begin(kRoles), std::end(kRoles), written);
  if (found == std::end(kRoles))
    return bad_input("access.role", "There is no role \"" + printable(name) + "\"", {},
                     "Say guest, viewer, site-manager, ses-manager or administrator");
  return static_cast<access::Role>(found - std::begin(kRoles) + 1);
}

struct Accounts::Statements {
  Statement end, put_end, no_end, sites, put_site, no_sites;
};

std::vector<std::string_view> Accounts::schemas() {
  return {access::Access::schema(), access::SecondFactor::schema(), access::Tokens::schema(),
          sql::accounts_schema};
}

Accounts::Accounts(std::unique_ptr<BoxKey> key, access::Access access, access::SecondFactor second_factor,
                   access::Tokens tokens, std::shared_ptr<Statements> statements, Db& db)
    : key_(std::move(key)),
      access_(std::move(access)),
      second_factor_(std::move(second_factor)),
      tokens_(std::move(tokens)),
      statements_(std::move(statements)),
      db_(&db) {}

Result<Accounts> Accounts::open(Db& db, const KeyFolder& keys, const Now& now, Random& random) {
  SEALKEEP_LET(key, sealing_key(keys, random));
  SEALKEEP_LET(access, access::Access::open(db, now, random));
  SEALKEEP_LET(second_factor, access::SecondFactor::open(db, *key));
  SEALKEEP_LET(tokens, access::Tokens::open(db));
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, std::string_view> all[] = {
      {&s->end, "SELECT ends_ms FROM account_end WHERE account_id = ?"},
      {&s->put_end, "INSERT OR REPLACE INTO account_end (account_id, ends_ms) VALUES (?, ?)"},
      {&s->no_end, "DELETE FROM account_end WHERE account_id = ?"},
      {&s->sites, "SELECT site_id FROM account_site WHERE account_id = ?"},
      {&s->put_site, "INSERT INTO account_site (account_id, site_id) VALUES (?, ?)"},
      {&s->no_sites, "DELETE FROM account_site WHERE account_id = ?"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return Accounts(std::move(key), std::move(access), std::move(second_factor), std::move(tokens),
                  std::move(s), db);
}

Result<Reach> Accounts::reach(access::AccountId account) {
  Reach out;
  {
    SEALKEEP_LET(rows, statements_->end.query(account));
    SEALKEEP_LET(found, rows.next());
    if (found) out.ends_ms = rows.int64(0);
  }
  SEALKEEP_LET(rows, statements_->sites.query(account));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return out;
    out.sites.insert(rows.int64(0));
  }
}

Result<> Accounts::set_reach(access::AccountId account, const Reach& reach) {
  return db_->transaction([&]() -> Result<> {
    SEALKEEP_TRY(statements_->no_sites.run(account));
    SEALKEEP_TRY(statements_->no_end.run(account));
    if (reach.ends_ms != 0) SEALKEEP_TRY(statements_->put_end.run(account, reach.ends_ms));
    for (const RegisterId site : reach.sites) SEALKEEP_TRY(statements_->put_site.run(account, site));
    return {};
  });
}

}  // namespace sealkeep::hub
