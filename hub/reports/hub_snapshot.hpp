// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "hub/intake/site_book.hpp"
#include "hub/records.hpp"

namespace sealkeep::hub {

/// The hub's records as they were at one moment, over a connection of its own that only reads: on any one
/// thread, while the hub goes on writing. What the hub stores meanwhile is not moved out of the WAL before
/// this goes away.
class HubSnapshot final : public HubRecords {
 public:
  /// Errors of Db::open.
  [[nodiscard]] static Result<std::unique_ptr<HubSnapshot>> open(const std::filesystem::path& database,
                                                                 OpenOptions options);

  /// `connected` and `fingerprint` are not known here.
  [[nodiscard]] Result<std::vector<SiteInfo>> sites() override;
  [[nodiscard]] Result<RegisterLogs> register_logs(RegisterId site) override;
  [[nodiscard]] Db& db() override { return *db_; }
  [[nodiscard]] LogStore& logs() override { return logs_; }
  [[nodiscard]] DetailStore& details() override { return details_; }
  [[nodiscard]] RegisterRows& rows() override { return rows_; }

 private:
  HubSnapshot(std::unique_ptr<Db> db, LogStore logs, DetailStore details, RegisterRows rows, SiteBook book)
      : db_(std::move(db)),
        logs_(std::move(logs)),
        details_(std::move(details)),
        rows_(std::move(rows)),
        book_(std::move(book)) {}
  std::unique_ptr<Db> db_;
  LogStore logs_;
  DetailStore details_;
  RegisterRows rows_;
  SiteBook book_;
};

}  // namespace sealkeep::hub
