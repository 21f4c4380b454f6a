// SPDX-License-Identifier: Apache-2.0
#include "common/store/compliance_scan.hpp"

namespace sealkeep {
namespace {

constexpr std::uint64_t kProgressEvery = 4'096;
constexpr std::size_t kMostDuties = 1'000'000;

}  // namespace

Result<std::vector<ses::Cell>> compliance_of(
    LogStore& logs, RegisterRows& rows, const RegisterLogs& of, const CompliancePeriod& period,
    const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  RegisterFold fold(logs, rows);
  ses::Compliance compliance(period.from_ms, period.until_ms);
  SEALKEEP_LET(self, rows.self(of.register_id));
  for (const RegisterLogs::EpochLog& epoch : of.directives) {
    if (epoch.epoch > self.directive_epoch) continue;
    SEALKEEP_LET(size, logs.size(epoch.log));
    const std::uint64_t end =
        std::min({size, epoch.end, epoch.epoch == self.directive_epoch ? self.directive_size : UINT64_MAX});
    SEALKEEP_LET(read, logs.read_entries(epoch.log, 0, end, UINT64_MAX,
                                         [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                           if (const auto directive = ses::decode_directive(bytes))
                                             compliance.add(*directive, {epoch.epoch, index});
                                           return {};
                                         }));
    static_cast<void>(read);
  }
  std::uint64_t total = 0, done = 0;
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    SEALKEEP_LET(size, logs.size(epoch.log));
    total += std::min(size, epoch.end);
  }
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    SEALKEEP_LET(size, logs.size(epoch.log));
    const auto visit = [&](std::uint64_t index, ByteView bytes) -> Result<> {
      // An entry of a newer program says nothing that this one understands.
      if (auto entry = ses::decode_entry(bytes)) {
        const ses::Ref at{epoch.epoch, index};
        SEALKEEP_LET(before, fold.told_before(of, at, *entry));
        if (!before) compliance.add(*entry, at);
      }
      if (++done % kProgressEvery == 0 && progress) progress(done, total);
      return {};
    };
    SEALKEEP_LET(read, logs.read_entries(epoch.log, 0, std::min(size, epoch.end), UINT64_MAX, visit));
    static_cast<void>(read);
  }
  SEALKEEP_LET(duties, rows.duties(of.register_id, kMostDuties));
  SEALKEEP_LET(late, rows.late_duties(of.register_id, kMostDuties));
  std::vector<ses::OpenDutyOf> open;
  open.reserve(duties.size());
  for (const DutyAt& duty : duties) open.push_back({duty.key, duty.row});
  return compliance.cells(open, late, period.at_ms);
}

}  // namespace sealkeep
