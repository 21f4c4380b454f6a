// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "hub/commands/alert_value.hpp"
#include "hub/commands/site_view.hpp"
#include "hub/oversight/names.hpp"

/// The pieces of the first screen. Included by this folder's sources only.
namespace sealkeep::hub::commands {

inline constexpr std::size_t kOverviewRows = 100;  ///< of each list; `alerts list` has all

/// What the lists of one overview ask again and again: the sites, the names of people, records.
class Asked {
 public:
  Asked(Hub& hub, const std::vector<SiteView>& sites);
  [[nodiscard]] const Now& now() const { return now_; }
  [[nodiscard]] std::string code(RegisterId site) const;
  /// The newest record of what the alert is about: what, by whom, when. Null if there is none.
  [[nodiscard]] Result<Value> last_seen(const Alert& alert);
  /// "seal NZ300001 lost", as the site recorded it.
  [[nodiscard]] Result<std::string> recorded(RegisterId site, ses::Ref at);

 private:
  [[nodiscard]] Result<std::optional<ses::Entry>> record(RegisterId site, ses::Ref at);
  [[nodiscard]] Result<std::optional<ses::Ref>> newest_ref(const Alert& alert);
  Hub* hub_;
  Now now_;
  std::map<RegisterId, std::string> codes_;
  std::map<RegisterId, SiteNames> names_;
};

/// Null for 0.
[[nodiscard]] inline Value time_or_null(std::int64_t ms) {
  return ms == 0 ? Value() : Value(ms);
}

struct TellCustoms {
  Value list = Value::list(), words = Value::list();
  std::int64_t must_tell = 0, by_ms = 0;  ///< how many must be told, and the earliest limit
};
/// What is to be told or decided, nearest first; then what was told and is not on paper yet.
[[nodiscard]] Result<TellCustoms> tell_customs(Hub& hub, Asked& asked, AlertValues& values,
                                               const std::vector<Alert>& open);

}  // namespace sealkeep::hub::commands
