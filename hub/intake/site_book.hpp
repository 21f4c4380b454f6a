// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>

#include "common/store/register_fold.hpp"
#include "common/sync/enrolment.hpp"
#include "common/sync/site_judge.hpp"
#include "common/tlog/cosignature.hpp"

namespace sealkeep::hub {

/// Numbers are stored.
enum class EpochState : std::uint8_t {
  Pending = 1,  ///< offered, not approved: no log yet
  Active = 2,
  Ended = 3,   ///< a later epoch took its place; counts up to `end_size`
  Dropped = 4  ///< offered and never approved: no log; its number is not given again
};

struct SiteEpoch {
  std::uint32_t epoch = 0;
  EpochState state = EpochState::Pending;
  sync::LogIdentity identity;
  LogId log = 0;  ///< 0 while Pending
  std::uint64_t end_size = 0;
  PublicKey mirror;  ///< the site's when the epoch began, which cosigned directives then
};

/// One site as it is stored. `state` holds the numbers of SiteState in hub.hpp.
struct Site {
  RegisterId id = 0;
  std::string code;
  std::uint8_t state = 1;
  std::optional<Hash> code_hash;  ///< of the one-time code; nothing once it was used
  std::int64_t code_expires_ms = 0;
  std::optional<sync::SiteKeys> keys;
  std::string instance;  ///< what the asking machine calls itself, printable
  std::int64_t approved_ms = 0, heard_ms = 0;
  std::int64_t watermark_ms = 0;
  std::uint32_t watermark_epoch = 0;  ///< the watermark speaks of that epoch's ...
  std::uint64_t watermark_size = 0;   ///< ... first entries
  std::int64_t drift_ms = 0;
  std::string software;
  bool frozen = false;  ///< a clone was seen: nothing is taken until a person decides
  LogId directive_log = 0;
  std::uint32_t details_epoch = 0;    ///< every detail of the first `details_through` entries of that epoch
  std::uint64_t details_through = 0;  ///< is here or known to be gone
  std::vector<sync::CloneWatch::Seen> sessions;
  std::uint32_t next_epoch = 0;  ///< not 0: invited again because its machine is lost, to begin that epoch
  std::optional<sync::SiteKeys>
      next_keys;  ///< of the machine that answered; `keys` stay in force until approval
  std::string next_instance;
  bool directives_in_doubt =
      false;  ///< this hub was put back from a copy and has not heard of the site since
  std::uint64_t directives_owed =
      0;                          ///< our signature is over that many, more than are here; 0: none is missing
  std::vector<SiteEpoch> epochs;  ///< ascending; at most one Pending, at most one Active

  /// Nothing new may be signed for the directive log: it might be a second history of what the site holds.
  [[nodiscard]] bool directives_held_back() const { return directives_in_doubt || directives_owed != 0; }
  void forget_next();
  /// One more than the largest epoch that was ever heard of.
  [[nodiscard]] std::uint32_t unused_epoch() const;
  /// Made by the site as it is now, or by an earlier machine of it.
  [[nodiscard]] bool ever_cosigned(const Checkpoint& head, const Cosignature& cosignature) const;

  [[nodiscard]] const SiteEpoch* active() const;
  [[nodiscard]] const SiteEpoch* pending() const;
  [[nodiscard]] const SiteEpoch* by_origin(std::string_view origin) const;
  [[nodiscard]] const SiteEpoch* by_wire(const sync::WireLogId& wire) const;
};

/// All sites of a hub, in memory (about 1 KiB each) and in rows. Over one Db that outlives it. put() needs
/// the caller's transaction; after a rollback call reload().
class SiteBook {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<SiteBook> open(Db& db);
  [[nodiscard]] Result<> reload();

  [[nodiscard]] Site* find(RegisterId id);
  [[nodiscard]] Site* find(std::string_view code);
  /// The approved site with that CURVE key; nullptr for any other.
  [[nodiscard]] Site* approved(const BoxPublicKey& curve_key);
  [[nodiscard]] std::map<RegisterId, Site>& all() { return sites_; }
  /// A new site in state 1 with a number of its own.
  [[nodiscard]] Result<Site*> add(std::string_view code);
  /// Writes the site's row and those of its epochs.
  [[nodiscard]] Result<> put(const Site& site);

  /// The logs of which a site's register is folded.
  [[nodiscard]] static RegisterLogs logs_of(const Site& site);

 private:
  struct Statements;
  explicit SiteBook(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
  std::map<RegisterId, Site> sites_;
  std::map<BoxPublicKey, RegisterId> by_curve_;
};

}  // namespace sealkeep::hub
