// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "common/access/access.hpp"
#include "common/access/second_factor.hpp"
#include "common/access/tokens.hpp"
#include "common/crypto/key_file.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep::hub {

/// The roles of head office; a higher one may do what a lower one may.
inline constexpr access::Role kGuest = 1;          ///< Customs: reads, until a day
inline constexpr access::Role kViewer = 2;         ///< reads everything
inline constexpr access::Role kSiteManager = 3;    ///< answers for sites of their own, and sees no others
inline constexpr access::Role kSesManager = 4;     ///< decides for all sites
inline constexpr access::Role kAdministrator = 5;  ///< and about people
/// "guest", "viewer", "site_manager", "ses_manager", "administrator"; empty for another number.
[[nodiscard]] std::string_view role_name(access::Role role);
/// Of the name, with '-' or '_'. BadInput `access.role` names the roles.
[[nodiscard]] Result<access::Role> role_of(std::string_view name);

/// How far an account goes beside its role.
struct Reach {
  std::int64_t ends_ms = 0;    ///< from then on it is nobody's; 0: no end
  std::set<RegisterId> sites;  ///< of a site manager; empty for the others
  friend bool operator==(const Reach&, const Reach&) = default;
};

/// The people and programs of head office: common/access with its second factor and tokens, and what limits
/// an account here. Over a Db that outlives it, on the owner's thread.
class Accounts {
 public:
  /// Of all of its tables.
  [[nodiscard]] static std::vector<std::string_view> schemas();
  /// Makes the key "access", to which secrets are sealed, if there is none. Errors of KeyFolder and Db.
  [[nodiscard]] static Result<Accounts> open(Db& db, const KeyFolder& keys, const Now& now, Random& random);

  [[nodiscard]] access::Access& access() { return access_; }
  [[nodiscard]] access::SecondFactor& second_factor() { return second_factor_; }
  [[nodiscard]] access::Tokens& tokens() { return tokens_; }

  [[nodiscard]] Result<Reach> reach(access::AccountId account);
  [[nodiscard]] Result<> set_reach(access::AccountId account, const Reach& reach);

 private:
  struct Statements;
  Accounts(std::unique_ptr<BoxKey> key, access::Access access, access::SecondFactor second_factor,
           access::Tokens tokens, std::shared_ptr<Statements> statements, Db& db);
  std::unique_ptr<BoxKey> key_;
  access::Access access_;
  access::SecondFactor second_factor_;
  access::Tokens tokens_;
  std::shared_ptr<Statements> statements_;
  Db* db_;
};

}  // namespace sealkeep::hub
