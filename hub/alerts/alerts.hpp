// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>

#include "common/ses/duty.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep::hub {

/// What an alert is about. Numbers below 100 are the duty's rule in the table of duties; the others are here.
/// Stored; never reuse one.
enum class AlertRule : std::uint16_t {
  SameSealAtTwoSites =
      101,  ///< one number, inside one family, came in at two sites and was not sent from one to the other
  NeverReceived = 102,    ///< applied (or more) and never received anywhere at that site
  SiteNotApproved = 103,  ///< delivery to a site that is not approved (clause 2.5)
  Fork = 110,             ///< the site's key signed two histories
  Gap = 111,              ///< the site lost entries that we hold (rollback), or sent past what we hold
  Clone = 112,            ///< one key on two machines
  UnreadableEntry = 113,  ///< an entry that cannot be decoded
  SilentSite = 114,       ///< not heard of
  LedgerImbalance = 115,  ///< clause 2.6, 2.11: left and right side differ; names the numbers
  DoneLate = 116,         ///< a digest: duties that opened and were done late before the hub heard of them
  ErasureRefused = 117,   ///< a site must still show what head office ordered to be erased
  ChannelDown = 118,      ///< notices do not get through on a channel, or one was given up
  SignInUnusual = 119,    ///< clause 5.1: what a site's terminals noted about sign-ins within a week
};

struct Alert {
  Hash id;  ///< SHA-256(rule, subject, opening): fixed at birth, the same for any order of arrival
  std::uint16_t rule = 0;
  RegisterId site = 0;  ///< 0: over several sites
  std::string subject;  ///< as DutyKey::subject, or "seal:1:NZ300001", "log:<origin>"
  ses::Severity severity = ses::Severity::Warn;
  std::int64_t since_ms = 0;  ///< when the cause began, by the site's claim; silent sites: last heard
  std::int64_t raised_ms = 0, resolved_ms = 0;  ///< hub's clock; 0: still open
  std::string reason;                           ///< one sentence in dock words
  std::string clause;
  bool unaccounted = false;  ///< the seals under it are not accounted for while it is open
};

[[nodiscard]] Hash alert_id(std::uint16_t rule, std::string_view subject, std::string_view opening_origin,
                            std::uint64_t opening_index);

/// The first digits of an alert's id, as lists, messages and pages show it; commands take it for the whole.
[[nodiscard]] std::string short_id(const Hash& alert);

/// The alerts of a hub: at most one open alert for a cause. Over one Db that outlives it; functions that
/// write need the caller's transaction.
class Alerts {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<Alerts> open(Db& db);
  /// Raises it, or brings an open one up to date (severity, reason), or opens a resolved one again. True if
  /// it was raised or opened again.
  [[nodiscard]] Result<bool> raise(const Alert& alert);
  /// True if it was open.
  [[nodiscard]] Result<bool> resolve(const Hash& id, std::int64_t now_ms);
  [[nodiscard]] Result<std::optional<Alert>> find(const Hash& id);
  /// Open ones (or all), most severe first, then oldest. `site` 0: all sites.
  [[nodiscard]] Result<std::vector<Alert>> list(RegisterId site, bool open_only, std::size_t max_count);
  /// Open alerts of one rule and site.
  [[nodiscard]] Result<std::vector<Alert>> open_of(std::uint16_t rule, RegisterId site);
  /// Those whose id begins with these hex digits, at least four.
  [[nodiscard]] Result<std::vector<Alert>> begins_with(std::string_view digits, std::size_t max_count);
  /// Those raised, resolved or of another severity since the last call, through this object. Kept in memory
  /// only: after a start they are found by comparing with what is known of them.
  [[nodiscard]] std::set<Hash> take_changed();

 private:
  struct Statements;
  explicit Alerts(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub
