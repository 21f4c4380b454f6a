// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>

#include "hub/records.hpp"

namespace sealkeep::hub {

/// The register of one site as it stood at a moment: folded anew, from the first entry on, in a database of
/// its own that goes away with this. Sites, logs and details are those of the records beneath, which outlive
/// it. One thread.
class PastRegister final : public HubRecords {
 public:
  /// Of what the site had recorded before `until_ms` by its own clock, as far as `of` holds it: up to the
  /// first entry that was recorded later. `scratch`: its file; what is there is removed, before and after.
  [[nodiscard]] static Result<std::unique_ptr<PastRegister>> fold(HubRecords& of, RegisterId site,
                                                                  std::int64_t until_ms,
                                                                  std::filesystem::path scratch);
  ~PastRegister() override;
  PastRegister(const PastRegister&) = delete;
  PastRegister& operator=(const PastRegister&) = delete;

  [[nodiscard]] Result<std::vector<SiteInfo>> sites() override { return of_->sites(); }
  [[nodiscard]] Result<RegisterLogs> register_logs(RegisterId site) override {
    return of_->register_logs(site);
  }
  [[nodiscard]] Db& db() override { return *db_; }
  [[nodiscard]] LogStore& logs() override { return of_->logs(); }
  [[nodiscard]] DetailStore& details() override { return of_->details(); }
  [[nodiscard]] RegisterRows& rows() override { return *rows_; }
  /// Entries of the site that are in it.
  [[nodiscard]] std::uint64_t entries() const { return entries_; }

 private:
  PastRegister(HubRecords& of, std::filesystem::path scratch) : of_(&of), scratch_(std::move(scratch)) {}
  void remove_files() const;
  HubRecords* of_;
  std::filesystem::path scratch_;
  std::optional<Db> db_;
  std::optional<RegisterRows> rows_;
  std::uint64_t entries_ = 0;
};

}  // namespace sealkeep::hub
