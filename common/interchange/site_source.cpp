// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/site_source.hpp"

#include <algorithm>

#include "common/base/clock.hpp"

namespace sealkeep::interchange {
namespace {

constexpr std::size_t kSealsPerPage = 1'000;

std::string name_of(const SiteSource& source, ses::PersonNo no) {
  if (no == 0) return {};
  const auto known = source.people.find(no);
  return known != source.people.end() && !known->second.empty() ? known->second
                                                                : "person " + std::to_string(no);
}

}  // namespace

void ZoneHistory::add(std::int64_t recorded_ms, std::int32_t utc_offset_min) {
  if (!changes_.empty() && (changes_.back().second == utc_offset_min || recorded_ms < changes_.back().first))
    return;
  changes_.emplace_back(recorded_ms, utc_offset_min);
}

std::int32_t ZoneHistory::offset_at(std::int64_t unix_ms) const {
  if (changes_.empty()) return 0;
  auto after = std::upper_bound(changes_.begin(), changes_.end(), unix_ms,
                                [](std::int64_t ms, const auto& change) { return ms < change.first; });
  return after == changes_.begin() ? after->second : std::prev(after)->second;
}

std::string ZoneHistory::day(std::int64_t unix_ms) const {
  return unix_ms == 0 ? std::string() : iso_time(unix_ms, offset_at(unix_ms)).substr(0, 10);
}

Result<std::uint64_t> each_entry(SiteSource& source, const VisitSiteEntry& visit) {
  std::uint64_t unreadable = 0;
  RegisterFold fold(source.logs, source.rows);
  for (const RegisterLogs::EpochLog& epoch : source.register_logs.site) {
    SEALKEEP_LET(info, source.logs.log(epoch.log));
    SEALKEEP_LET(size, source.logs.size(epoch.log));
    const std::uint64_t end = std::min(size, epoch.end);
    for (std::uint64_t next = 0; next < end;) {
      SEALKEEP_LET(visited, source.logs.read_entries(
                                epoch.log, next, end - next, UINT64_MAX,
                                [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                  auto entry = ses::decode_entry(bytes);
                                  if (!entry) {
                                    ++unreadable;
                                    return {};
                                  }
                                  const ses::Ref at{epoch.epoch, index};
                                  SEALKEEP_LET(before, fold.told_before(source.register_logs, at, *entry));
                                  return before ? Result<>{} : visit(info.origin, at, *entry);
                                }));
      if (visited == 0) break;
      next += visited;
    }
  }
  return unreadable;
}

Result<SiteEvents> read_events(SiteSource& source, Period period) {
  SealEvents following(source.site, period);
  SEALKEEP_LET(unreadable,
               each_entry(source, [&](std::string_view origin, ses::Ref at, const ses::Entry& entry) {
                 following.take(origin, at, entry);
                 return Result<>{};
               }));
  return SiteEvents{following.events(), following.units(), unreadable};
}

Result<std::vector<RegisterLine>> read_register(SiteSource& source, ses::Family family, Period period) {
  ZoneHistory zone;
  SEALKEEP_LET(unreadable, each_entry(source, [&](std::string_view, ses::Ref, const ses::Entry& entry) {
                 zone.add(entry.header.recorded_ms, entry.header.utc_offset_min);
                 return Result<>{};
               }));
  static_cast<void>(unreadable);
  std::vector<RegisterLine> out;
  std::string after;
  while (true) {
    SEALKEEP_LET(page, source.rows.seals(source.register_logs.register_id, family, after, kSealsPerPage));
    for (const SealAt& seal : page) {
      const ses::SealRow& row = seal.row;
      if (row.came_in == 0 || row.state == ses::SealState::Short) continue;
      if (!period.holds(row.received_ms) && !(row.applied_ms != 0 && period.holds(row.applied_ms))) continue;
      RegisterLine line;
      line.seal = seal.key.number.text();
      line.received = zone.day(row.received_ms);
      line.applied = zone.day(row.applied_ms);
      if (row.applied_ms != 0) {
        line.container = row.unit.text;
        line.applied_by = name_of(source, row.applied_by);
      }
      line.site = source.site;
      out.push_back(std::move(line));
    }
    if (page.size() < kSealsPerPage) return out;
    after = page.back().key.number.text();
  }
}

}  // namespace sealkeep::interchange
