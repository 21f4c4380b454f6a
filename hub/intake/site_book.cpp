// SPDX-License-Identifier: Apache-2.0
#include "hub/intake/site_book.hpp"

#include <algorithm>

#include "common/base/pack.hpp"
#include "hub/intake/sites_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::uint8_t kApproved = 3;

Bytes pack_keys(const std::optional<sync::SiteKeys>& keys) {
  Bytes out;
  if (!keys) return out;
  for (const auto* bytes : {&keys->log.bytes, &keys->mirror.bytes, &keys->message.bytes, &keys->curve.bytes,
                            &keys->envelope.bytes})
    append(out, *bytes);
  return out;
}

std::optional<sync::SiteKeys> unpack_keys(ByteView bytes) {
  if (bytes.empty()) return std::nullopt;
  ByteReader in(bytes);
  sync::SiteKeys keys;
  for (auto* key :
       {&keys.log.bytes, &keys.mirror.bytes, &keys.message.bytes, &keys.curve.bytes, &keys.envelope.bytes})
    *key = in.array<32>();
  return keys;
}

Bytes pack_sessions(const std::vector<sync::CloneWatch::Seen>& sessions) {
  Bytes out;
  ByteWriter writer(out);
  for (const auto& seen : sessions) writer.u64(seen.boot_no).raw(seen.session.bytes);
  return out;
}

std::vector<sync::CloneWatch::Seen> unpack_sessions(ByteView bytes) {
  std::vector<sync::CloneWatch::Seen> out;
  ByteReader in(bytes);
  while (!in.rest().empty()) {
    sync::CloneWatch::Seen seen;
    seen.boot_no = in.u64();
    seen.session.bytes = in.array<8>();
    if (in.ok()) out.push_back(seen);
  }
  return out;
}

Result<Site> read_site(const Rows& rows) {
  Site site;
  site.id = rows.int64(0);
  site.code = rows.text(1);
  site.state = static_cast<std::uint8_t>(rows.int64(2));
  if (!rows.blob(3).empty()) {
    SEALKEEP_LET(hash, rows.array<32>(3));
    site.code_hash = Hash{hash};
  }
  site.code_expires_ms = rows.int64(4);
  site.keys = unpack_keys(rows.blob(5));
  site.instance = rows.text(6);
  site.approved_ms = rows.int64(7);
  site.heard_ms = rows.int64(8);
  site.watermark_ms = rows.int64(9);
  site.watermark_epoch = static_cast<std::uint32_t>(rows.int64(10));
  site.watermark_size = rows.uint64(11);
  site.drift_ms = rows.int64(12);
  site.software = rows.text(13);
  site.frozen = rows.int64(14) != 0;
  site.directive_log = rows.int64(15);
  site.details_epoch = static_cast<std::uint32_t>(rows.int64(16));
  site.details_through = rows.uint64(17);
  site.sessions = unpack_sessions(rows.blob(18));
  site.next_epoch = static_cast<std::uint32_t>(rows.int64(19));
  site.next_keys = unpack_keys(rows.blob(20));
  site.next_instance = rows.text(21);
  site.directives_in_doubt = rows.int64(22) != 0;
  site.directives_owed = rows.uint64(23);
  return site;
}

}  // namespace

struct SiteBook::Statements {
  Statement sites, epochs, put_site, put_epoch;
};

void Site::forget_next() {
  next_epoch = 0;
  next_keys.reset();
  next_instance.clear();
}

std::uint32_t Site::unused_epoch() const {
  std::uint32_t largest = 0;
  for (const SiteEpoch& epoch : epochs) largest = std::max(largest, epoch.epoch);
  return largest + 1;
}

bool Site::ever_cosigned(const Checkpoint& head, const Cosignature& cosignature) const {
  if (keys && verify_cosignature(head, keys->mirror, cosignature)) return true;
  return std::any_of(epochs.begin(), epochs.end(), [&](const SiteEpoch& epoch) {
    return verify_cosignature(head, epoch.mirror, cosignature).has_value();
  });
}

const SiteEpoch* Site::active() const {
  for (const SiteEpoch& epoch : epochs)
    if (epoch.state == EpochState::Active) return &epoch;
  return nullptr;
}

const SiteEpoch* Site::pending() const {
  for (const SiteEpoch& epoch : epochs)
    if (epoch.state == EpochState::Pending) return &epoch;
  return nullptr;
}

const SiteEpoch* Site::by_origin(std::string_view origin) const {
  for (const SiteEpoch& epoch : epochs)
    if (epoch.log != 0 && epoch.identity.origin == origin) return &epoch;
  return nullptr;
}

const SiteEpoch* Site::by_wire(const sync::WireLogId& wire) const {
  for (const SiteEpoch& epoch : epochs)
    if (epoch.log != 0 && epoch.identity.id == wire) return &epoch;
  return nullptr;
}

std::string_view SiteBook::schema() {
  return sql::sites_schema;
}

Result<SiteBook> SiteBook::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> texts[] = {
      {&s->sites,
       "SELECT id, code, state, code_hash, code_expires_ms, keys, instance, approved_ms, heard_ms, "
       "watermark_ms, "
       "watermark_epoch, watermark_size, drift_ms, software, frozen, directive_log, details_epoch, "
       "details_through, sessions, next_epoch, next_keys, next_instance, directives_in_doubt, "
       "directives_owed FROM site ORDER BY id"},
      {&s->epochs,
       "SELECT site, epoch, state, origin, public_key, log_id, end_size, mirror_key FROM site_epoch ORDER BY "
       "site, "
       "epoch"},
      {&s->put_site,
       "INSERT INTO site VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON "
       "CONFLICT(id) DO "
       "UPDATE "
       "SET state = excluded.state, code_hash = excluded.code_hash, code_expires_ms = "
       "excluded.code_expires_ms, "
       "keys = excluded.keys, instance = excluded.instance, approved_ms = excluded.approved_ms, heard_ms = "
       "excluded.heard_ms, watermark_ms = excluded.watermark_ms, watermark_epoch = excluded.watermark_epoch, "
       "watermark_size = excluded.watermark_size, drift_ms = excluded.drift_ms, software = "
       "excluded.software, "
       "frozen = excluded.frozen, directive_log = excluded.directive_log, details_epoch = "
       "excluded.details_epoch, "
       "details_through = excluded.details_through, sessions = excluded.sessions, next_epoch = "
       "excluded.next_epoch, "
       "next_keys = excluded.next_keys, next_instance = excluded.next_instance, directives_in_doubt = "
       "excluded.directives_in_doubt, directives_owed = excluded.directives_owed"},
      {&s->put_epoch,
       "INSERT INTO site_epoch VALUES(?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(site, epoch) DO UPDATE SET state = "
       "excluded.state, origin = excluded.origin, public_key = excluded.public_key, log_id = "
       "excluded.log_id, "
       "end_size = excluded.end_size, mirror_key = excluded.mirror_key WHERE state <> excluded.state OR "
       "public_key <> excluded.public_key"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text));
    *statement = std::move(prepared);
  }
  SiteBook book(std::move(s));
  SEALKEEP_TRY(book.reload());
  return book;
}

Result<> SiteBook::reload() {
  std::map<RegisterId, Site> sites;
  std::map<BoxPublicKey, RegisterId> by_curve;
  {
    SEALKEEP_LET(rows, statements_->sites.query());
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      SEALKEEP_LET(site, read_site(rows));
      if (site.state == kApproved && site.keys) by_curve[site.keys->curve] = site.id;
      const RegisterId id = site.id;
      sites.emplace(id, std::move(site));
    }
  }
  SEALKEEP_LET(rows, statements_->epochs.query());
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) break;
    SEALKEEP_LET(key, rows.array<32>(4));
    SiteEpoch epoch;
    epoch.epoch = static_cast<std::uint32_t>(rows.int64(1));
    epoch.state = static_cast<EpochState>(rows.int64(2));
    epoch.identity = sync::identify_log(rows.text(3), PublicKey{key});
    epoch.log = rows.int64(5);
    epoch.end_size = rows.uint64(6);
    SEALKEEP_LET(mirror, rows.array<32>(7));
    epoch.mirror = PublicKey{mirror};
    sites[rows.int64(0)].epochs.push_back(std::move(epoch));
  }
  sites_ = std::move(sites);
  by_curve_ = std::move(by_curve);
  return {};
}

Site* SiteBook::find(RegisterId id) {
  const auto found = sites_.find(id);
  return found == sites_.end() ? nullptr : &found->second;
}

Site* SiteBook::find(std::string_view code) {
  for (auto& [id, site] : sites_)
    if (site.code == code) return &site;
  return nullptr;
}

Site* SiteBook::approved(const BoxPublicKey& curve_key) {
  const auto found = by_curve_.find(curve_key);
  return found == by_curve_.end() ? nullptr : find(found->second);
}

Result<Site*> SiteBook::add(std::string_view code) {
  const RegisterId id = sites_.empty() ? 1 : sites_.rbegin()->first + 1;
  Site& site = sites_[id];
  site.id = id;
  site.code = code;
  SEALKEEP_TRY(put(site));
  return &site;
}

Result<> SiteBook::put(const Site& site) {
  const SqlValue directives = site.directive_log == 0 ? SqlValue(nullptr) : SqlValue(site.directive_log);
  const ByteView hash = site.code_hash ? site.code_hash->view() : ByteView{};
  SEALKEEP_TRY(statements_->put_site.run(
      site.id, site.code, site.state, hash, site.code_expires_ms, pack_keys(site.keys), site.instance,
      site.approved_ms, site.heard_ms, site.watermark_ms, site.watermark_epoch, site.watermark_size,
      site.drift_ms, site.software, int{site.frozen}, directives, site.details_epoch, site.details_through,
      pack_sessions(site.sessions), site.next_epoch, pack_keys(site.next_keys), site.next_instance,
      int{site.directives_in_doubt}, site.directives_owed));
  for (const SiteEpoch& epoch : site.epochs) {
    const SqlValue log = epoch.log == 0 ? SqlValue(nullptr) : SqlValue(epoch.log);
    SEALKEEP_TRY(statements_->put_epoch.run(site.id, epoch.epoch, static_cast<int>(epoch.state),
                                            epoch.identity.origin, epoch.identity.key.bytes, log,
                                            epoch.end_size, epoch.mirror.bytes));
  }
  std::erase_if(by_curve_, [&](const auto& entry) { return entry.second == site.id; });
  if (site.state == kApproved && site.keys) by_curve_[site.keys->curve] = site.id;
  return {};
}

RegisterLogs SiteBook::logs_of(const Site& site) {
  RegisterLogs logs;
  logs.register_id = site.id;
  for (const SiteEpoch& epoch : site.epochs) {
    if (epoch.log == 0) continue;
    logs.site.push_back(
        {epoch.epoch, epoch.log, epoch.state == EpochState::Ended ? epoch.end_size : UINT64_MAX});
  }
  if (site.directive_log != 0) logs.directives.push_back({1, site.directive_log, UINT64_MAX});
  return logs;
}

}  // namespace sealkeep::hub
