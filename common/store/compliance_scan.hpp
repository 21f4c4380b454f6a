// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/ses/compliance.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep {

struct CompliancePeriod {
  std::int64_t from_ms = 0, until_ms = 0;  ///< facts that happened from then up to, not including, then
  std::int64_t at_ms = 0;                  ///< when duties are judged: the watermark at a hub, now at a site
};

/// What one register says about the clauses in a period, kept up with its logs: the first call of follow()
/// reads them from the first entry on (100,000 entries take some 50 ms), later ones what came in since.
/// Memory as ses::Compliance.
class ComplianceScan {
 public:
  ComplianceScan(std::int64_t from_ms, std::int64_t until_ms) : compliance_(from_ms, until_ms) {}
  /// Reads up to `max_entries` entries that were not read yet, and what was adopted of the directive log;
  /// returns how many entries. `progress(done, total)`, which may be empty, is called every 4,096 entries.
  [[nodiscard]] Result<std::uint64_t> follow(
      LogStore& logs, RegisterRows& rows, const RegisterLogs& of, std::uint64_t max_entries,
      const std::function<void(std::uint64_t, std::uint64_t)>& progress);
  /// Everything that the logs hold was read.
  [[nodiscard]] Result<bool> up_to_date(LogStore& logs, RegisterRows& rows, const RegisterLogs& of) const;
  /// The cells of what was read, with the register's duties judged at `at_ms`.
  [[nodiscard]] Result<std::vector<ses::Cell>> cells(RegisterRows& rows, RegisterId id,
                                                     std::int64_t at_ms) const;
  /// The same without duties: on what each clause stands.
  [[nodiscard]] std::vector<ses::Cell> bases() const { return compliance_.cells({}, {}, 0); }

 private:
  [[nodiscard]] Result<> follow_directives(LogStore& logs, RegisterRows& rows, const RegisterLogs& of);
  ses::Compliance compliance_;
  ses::Ref next_;                      ///< first entry not read
  std::uint32_t directive_epoch_ = 0;  ///< of the directive log was read ...
  std::uint64_t directive_size_ = 0;   ///< ... what comes before this
};

/// The cells of one register: a ComplianceScan of all of it.
[[nodiscard]] Result<std::vector<ses::Cell>> compliance_of(
    LogStore& logs, RegisterRows& rows, const RegisterLogs& of, const CompliancePeriod& period,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace sealkeep
