// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "hub/customs/standing.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub {

/// Something of clause 6.3, with what was decided and told to Customs. Times are Unix ms, 0: not (yet).
struct Incident {
  RegisterId site = 0;
  std::string code;  ///< of the site
  ses::Ref at;       ///< what recorded it
  std::uint8_t sort = 0;
  std::string what;  ///< in words, without a full stop
  std::int64_t discovered_ms = 0;
  std::int64_t due_ms = 0;  ///< when Customs must know
  bool open = false;        ///< something is to be done about it
  CustomsStanding customs;  ///< what was decided and told
  std::string reference;    ///< that Customs gave
  ses::Ref decided;         ///< what the site recorded of the decision
  /// "open", "overdue", "closed".
  [[nodiscard]] std::string_view state_at(std::int64_t now_ms) const;
  /// "akl-01/1/42".
  [[nodiscard]] std::string id() const;
};

/// The incidents of all sites. Names are read once for each site. Over records that outlive it.
class IncidentBook {
 public:
  [[nodiscard]] static Result<IncidentBook> open(HubRecords& records);

  /// Where a page of newest() ended.
  struct After {
    std::int64_t discovered_ms = INT64_MAX;
    RegisterId site = INT64_MAX;
    std::uint32_t epoch = UINT32_MAX;
    std::int64_t index = INT64_MAX;
  };
  /// Latest discovered first; `only` 0: of all sites.
  [[nodiscard]] Result<std::vector<Incident>> newest(const After& after, RegisterId only,
                                                     std::size_t max_count);
  [[nodiscard]] Result<std::optional<Incident>> find(RegisterId site, ses::Ref at);
  /// What the site wrote beside it, and why it was decided so; empty if it is not held here.
  [[nodiscard]] Result<std::string> story(const Incident& incident);
  [[nodiscard]] Result<std::string> reason(const Incident& incident);

 private:
  struct Site {
    RegisterLogs logs;
    SiteNames names;
  };
  struct Row;
  IncidentBook(HubRecords& records, Statement due, CustomsStandings standings)
      : records_(&records), due_(std::move(due)), standings_(std::move(standings)) {}
  [[nodiscard]] static Row read_row(const Rows& rows);
  [[nodiscard]] Result<const Site*> site_of(RegisterId id);
  [[nodiscard]] Result<Incident> incident_of(const Row& row);
  [[nodiscard]] Result<std::string> detail_of(const Site& site, ses::Ref at, ses::DetailKind kind);

  HubRecords* records_;
  std::map<RegisterId, std::string> codes_;
  std::map<RegisterId, Site> opened_;
  Statement due_;
  CustomsStandings standings_;
};

}  // namespace sealkeep::hub
