// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/hub_snapshot.hpp"

namespace sealkeep::hub {

Result<std::unique_ptr<HubSnapshot>> HubSnapshot::open(const std::filesystem::path& database,
                                                       OpenOptions options) {
  constexpr std::int64_t kCacheKib = 8 * 1024;
  options.read_only = true;
  options.create = false;
  options.cache_kib = kCacheKib;
  SEALKEEP_LET(opened, Db::open(database, options));
  auto db = std::make_unique<Db>(std::move(opened));
  {
    // The first read of a transaction fixes what all of it sees.
    SEALKEEP_LET(begin, db->prepare("BEGIN"));
    SEALKEEP_TRY(begin.run());
    SEALKEEP_LET(look, db->prepare("SELECT id FROM hub_state"));
    SEALKEEP_TRY(look.run());
  }
  SEALKEEP_LET(logs, LogStore::open(*db));
  SEALKEEP_LET(details, DetailStore::open(*db));
  SEALKEEP_LET(rows, RegisterRows::open(*db));
  SEALKEEP_LET(book, SiteBook::open(*db));
  return std::unique_ptr<HubSnapshot>(
      new HubSnapshot(std::move(db), std::move(logs), std::move(details), std::move(rows), std::move(book)));
}

Result<std::vector<SiteInfo>> HubSnapshot::sites() {
  std::vector<SiteInfo> out;
  for (const auto& [id, site] : book_.all()) {
    SiteInfo info;
    info.id = id;
    info.code = site.code;
    info.state = static_cast<SiteState>(site.state);
    info.heard_ms = site.heard_ms;
    info.watermark_ms = site.watermark_ms;
    info.drift_ms = site.drift_ms;
    info.software = site.software;
    info.frozen = site.frozen;
    if (const SiteEpoch* active = site.active()) {
      info.epoch = active->epoch;
      SEALKEEP_LET(size, logs_.size(active->log));
      info.mirrored_size = size;
    }
    out.push_back(std::move(info));
  }
  return out;
}

Result<RegisterLogs> HubSnapshot::register_logs(RegisterId site) {
  const Site* found = book_.find(site);
  if (found == nullptr) return fail(ErrorKind::NotFound, "site.unknown", "There is no such site");
  return SiteBook::logs_of(*found);
}

}  // namespace sealkeep::hub
