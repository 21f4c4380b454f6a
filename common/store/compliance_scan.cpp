// SPDX-License-Identifier: Apache-2.0
#include "common/store/compliance_scan.hpp"

namespace sealkeep {
namespace {

constexpr std::uint64_t kProgressEvery = 4'096;
constexpr std::size_t kMostDuties = 1'000'000;

// What the register adopted of that epoch of its directive log, and is here.
Result<std::uint64_t> adopted_of(LogStore& logs, const RegisterLogs::EpochLog& epoch,
                                 const ses::RegisterRow& self) {
  SEALKEEP_LET(size, logs.size(epoch.log));
  if (epoch.epoch > self.directive_epoch) return std::uint64_t{0};
  return std::min({size, epoch.end, epoch.epoch == self.directive_epoch ? self.directive_size : UINT64_MAX});
}

}  // namespace

Result<> ComplianceScan::follow_directives(LogStore& logs, RegisterRows& rows, const RegisterLogs& of) {
  SEALKEEP_LET(self, rows.self(of.register_id));
  for (const RegisterLogs::EpochLog& epoch : of.directives) {
    if (epoch.epoch < directive_epoch_) continue;
    SEALKEEP_LET(end, adopted_of(logs, epoch, self));
    const std::uint64_t from = epoch.epoch == directive_epoch_ ? directive_size_ : 0;
    if (end <= from) continue;
    SEALKEEP_LET(read, logs.read_entries(epoch.log, from, end - from, UINT64_MAX,
                                         [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                           if (const auto directive = ses::decode_directive(bytes))
                                             compliance_.add(*directive, {epoch.epoch, index});
                                           return {};
                                         }));
    directive_epoch_ = epoch.epoch;
    directive_size_ = from + read;
  }
  return {};
}

Result<std::uint64_t> ComplianceScan::follow(
    LogStore& logs, RegisterRows& rows, const RegisterLogs& of, std::uint64_t max_entries,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  SEALKEEP_TRY(follow_directives(logs, rows, of));
  RegisterFold fold(logs, rows);
  std::uint64_t total = 0, done = 0;
  if (progress)
    for (const RegisterLogs::EpochLog& epoch : of.site) {
      SEALKEEP_LET(size, logs.size(epoch.log));
      total += std::min(size, epoch.end);
    }
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    if (epoch.epoch < next_.epoch || done == max_entries) continue;
    SEALKEEP_LET(size, logs.size(epoch.log));
    const std::uint64_t first = epoch.epoch == next_.epoch ? next_.index : 0;
    const std::uint64_t end = std::min(size, epoch.end);
    if (end <= first) continue;
    const auto visit = [&](std::uint64_t index, ByteView bytes) -> Result<> {
      // An entry of a newer program says nothing that this one understands.
      if (auto entry = ses::decode_entry(bytes)) {
        const ses::Ref at{epoch.epoch, index};
        SEALKEEP_LET(before, fold.told_before(of, at, *entry));
        if (!before) compliance_.add(*entry, at);
      }
      if (++done % kProgressEvery == 0 && progress) progress(done, total);
      return {};
    };
    SEALKEEP_LET(read, logs.read_entries(epoch.log, first, std::min(end - first, max_entries - done),
                                         UINT64_MAX, visit));
    next_ = {epoch.epoch, first + read};
  }
  return done;
}

Result<bool> ComplianceScan::up_to_date(LogStore& logs, RegisterRows& rows, const RegisterLogs& of) const {
  for (const RegisterLogs::EpochLog& epoch : of.directives) {
    if (epoch.epoch < directive_epoch_) continue;
    const std::uint64_t read = epoch.epoch == directive_epoch_ ? directive_size_ : 0;
    // Mostly all of them are read, and the register need not be asked what it adopted.
    SEALKEEP_LET(size, logs.size(epoch.log));
    if (size <= read) continue;
    SEALKEEP_LET(self, rows.self(of.register_id));
    SEALKEEP_LET(end, adopted_of(logs, epoch, self));
    if (end > read) return false;
  }
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    if (epoch.epoch < next_.epoch) continue;
    SEALKEEP_LET(size, logs.size(epoch.log));
    if (std::min(size, epoch.end) > (epoch.epoch == next_.epoch ? next_.index : 0)) return false;
  }
  return true;
}

Result<std::vector<ses::Cell>> ComplianceScan::cells(RegisterRows& rows, RegisterId id,
                                                     std::int64_t at_ms) const {
  SEALKEEP_LET(duties, rows.duties(id, kMostDuties));
  SEALKEEP_LET(late, rows.late_duties(id, kMostDuties));
  std::vector<ses::OpenDutyOf> open;
  open.reserve(duties.size());
  for (const DutyAt& duty : duties) open.push_back({duty.key, duty.row});
  return compliance_.cells(open, late, at_ms);
}

Result<std::vector<ses::Cell>> compliance_of(
    LogStore& logs, RegisterRows& rows, const RegisterLogs& of, const CompliancePeriod& period,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  ComplianceScan scan(period.from_ms, period.until_ms);
  SEALKEEP_LET(read, scan.follow(logs, rows, of, UINT64_MAX, progress));
  static_cast<void>(read);
  return scan.cells(rows, of.register_id, period.at_ms);
}

}  // namespace sealkeep
