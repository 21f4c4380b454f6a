// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/detail_store.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::hub {

enum class SiteState : std::uint8_t { Invited = 1, Pending = 2, Approved = 3, Revoked = 4 };
[[nodiscard]] std::string_view site_state_name(SiteState state);

/// A load site as the hub knows it.
struct SiteInfo {
  RegisterId id = 0;  ///< also the register's number
  std::string code;
  SiteState state = SiteState::Invited;
  std::string fingerprint;  ///< of the keys that asked, to be compared by people; empty: nobody asked yet
  std::uint32_t epoch = 0;
  std::uint32_t pending_epoch = 0;  ///< offered by the site, waits for approve_site; 0: none
  std::uint64_t mirrored_size = 0;
  std::uint64_t folded_size = 0;
  std::int64_t heard_ms = 0;      ///< last signed word, hub's clock; 0: never
  std::int64_t watermark_ms = 0;  ///< heard everything up to; 0: nothing
  std::int64_t drift_ms = 0;
  bool connected = false;
  std::string software;
  bool frozen = false;           ///< a fork or clone: a person decides
  std::uint32_t next_epoch = 0;  ///< invited again (its machine is lost), to begin that epoch; 0: not
  bool next_asked = false;       ///< somebody answered that: `fingerprint` is of those keys, to be approved
  bool directives_held_back = false;     ///< see issue()
  std::uint64_t directives_missing = 0;  ///< that the site proved to hold and this hub has lost
};

/// What the hub holds of its sites, to be read: the hub itself, or a snapshot of it on another thread. One
/// thread each.
class HubRecords {
 public:
  virtual ~HubRecords() = default;
  [[nodiscard]] virtual Result<std::vector<SiteInfo>> sites() = 0;
  /// The logs that a site's register is folded from.
  [[nodiscard]] virtual Result<RegisterLogs> register_logs(RegisterId site) = 0;
  [[nodiscard]] virtual Db& db() = 0;
  [[nodiscard]] virtual LogStore& logs() = 0;
  [[nodiscard]] virtual DetailStore& details() = 0;
  [[nodiscard]] virtual RegisterRows& rows() = 0;
};

}  // namespace sealkeep::hub
