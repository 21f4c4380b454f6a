// SPDX-License-Identifier: Apache-2.0
#include "hub/hub.hpp"

#include "hub/approvals.hpp"
#include "hub/hub_impl.hpp"
#include "hub/hub_schema_sql.hpp"
#include "hub/saved_filters.hpp"
#include "hub/site_places.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int32_t kHubApplication = 0x534B4831;  // "SKH1"
constexpr std::int64_t kCacheKib = 64 * 1024;
constexpr const char* kDatabaseName = "hub.db";

OpenOptions options_of(const HubParts& parts, bool create) {
  OpenOptions options;
  options.application_id = kHubApplication;
  Migration people{Accounts::schemas()};
  people.scripts.push_back(Approvals::schema());
  options.migrations = {
      {{LogStore::schema(), RegisterRows::schema(), Alerts::schema(), SiteBook::schema(), sql::hub_schema}},
      {{LifeRows::schema(), Outbox::schema()}},
      std::move(people),
      {{Chronicle::schema(), Chronicle::indexes()}},
      {{CustomsBook::schema(), SitePlaces::schema(), SavedFilters::schema()}},
      {{ReportRows::schema(), Outbox::attachments()}},
      {{PictureBook::schema()}}};
  options.create = create;
  options.cache_kib = kCacheKib;
  options.vfs = parts.vfs;
  options.full_at_commit_fails = false;
  return options;
}

KeyFolder key_folder(const HubParts& parts) {
  return {parts.folder / "keys", parts.credentials};
}

Result<std::optional<OpenHub::State>> read_state(Db& db) {
  SEALKEEP_LET(query,
               db.prepare("SELECT name, main_address, enrol_address, root_key, roles, journal_log FROM "
                          "hub_state WHERE id = 1"));
  SEALKEEP_LET(rows, query.query());
  SEALKEEP_LET(there, rows.next());
  if (!there) return std::optional<OpenHub::State>{};
  OpenHub::State state;
  state.settings = {std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2))};
  SEALKEEP_LET(root, rows.array<32>(3));
  state.root.bytes = root;
  state.roles = to_bytes(rows.blob(4));
  state.journal = rows.int64(5);
  return std::optional(std::move(state));
}

Result<> check_settings(const HubSettings& settings) {
  constexpr std::size_t kRoomForOrigins = 120;
  if (!check_key_name(settings.name) || settings.name.size() > kRoomForOrigins ||
      settings.name.find('/') != std::string::npos)
    return bad_input("hub.name", "a hub cannot have this name",
                     "a name is 1 to 120 characters without blanks, '+' and '/'",
                     "Use a name like hub.example.nz");
  if (settings.main_address.size() > sync::kAddressBytes ||
      settings.enrol_address.size() > sync::kAddressBytes)
    return bad_input("hub.address", "an address is too long");
  return {};
}

}  // namespace

std::string_view site_state_name(SiteState state) {
  switch (state) {
    case SiteState::Invited:
      return "invited";
    case SiteState::Pending:
      return "pending";
    case SiteState::Approved:
      return "approved";
    case SiteState::Revoked:
      return "revoked";
  }
  return "unknown";
}

Result<> Hub::create(const HubParts& parts, const HubSettings& settings) {
  SEALKEEP_TRY(check_settings(settings));
  SEALKEEP_LET(db, Db::open(parts.folder / kDatabaseName, options_of(parts, true)));
  SEALKEEP_LET(before, read_state(db));
  if (before)
    return fail(ErrorKind::Refused, "hub.exists", "there is a hub in this folder already",
                before->settings.name, "Start it, or take another folder");
  const KeyFolder folder = key_folder(parts);
  SEALKEEP_TRY(make_hub_keys(folder, parts.random));
  SEALKEEP_LET(keys, load_hub_keys(folder));
  const std::int64_t now_ms = parts.clock.now().unix_ms;
  const Bytes roles = sync::sign_roles_bundle(roles_of(keys, settings.name, now_ms), keys.root);
  SEALKEEP_LET(logs, LogStore::open(db));
  return db.transaction([&]() -> Result<> {
    SEALKEEP_LET(journal, logs.add_log({0, settings.name + "/journal/e1", LogRole::Journal,
                                        LogDirection::Written, keys.journal.public_key(), LogState::Active}));
    SEALKEEP_LET(insert, db.prepare("INSERT INTO hub_state VALUES(1, ?, ?, ?, ?, ?, ?)"));
    return insert.run(settings.name, settings.main_address, settings.enrol_address,
                      keys.root.public_key().bytes, roles, journal);
  });
}

std::filesystem::path Hub::database(const HubParts& parts) {
  return parts.folder / kDatabaseName;
}

OpenOptions Hub::database_options(const HubParts& parts) {
  return options_of(parts, /*create=*/false);
}

Result<std::unique_ptr<Hub>> Hub::open(const HubParts& parts) {
  SEALKEEP_LET(db, Db::open(parts.folder / kDatabaseName, options_of(parts, false)));
  SEALKEEP_LET(state, read_state(db));
  if (!state)
    return fail(ErrorKind::NotFound, "hub.unfinished", "the hub in this folder was never finished",
                "init was cut off", "Run init again");
  SEALKEEP_LET(keys, load_hub_keys(key_folder(parts)));
  SEALKEEP_LET(roles, sync::open_roles_bundle(state->roles, state->root, state->settings.name));
  // Each piece keeps a pointer to the Db, which therefore does not move any more.
  auto place = std::make_unique<Db>(std::move(db));
  SEALKEEP_LET(logs, LogStore::open(*place));
  SEALKEEP_LET(details, DetailStore::open(*place));
  SEALKEEP_LET(rows, RegisterRows::open(*place));
  SEALKEEP_LET(chronicle, Chronicle::open(*place));
  SEALKEEP_LET(alerts, Alerts::open(*place));
  SEALKEEP_LET(customs, CustomsBook::open(*place));
  SEALKEEP_LET(sites, SiteBook::open(*place));
  SEALKEEP_LET(pictures, PictureBook::open(*place));
  SEALKEEP_LET(accounts, Accounts::open(*place, key_folder(parts), parts.clock.now(), parts.random));
  SEALKEEP_LET(high_water, HighWater::open(parts.folder));
  auto hub = std::make_unique<OpenHub>(
      parts, std::move(place), std::move(logs), std::move(details), std::move(rows), std::move(chronicle),
      std::move(alerts), std::move(customs), std::move(sites), std::move(pictures), std::move(keys),
      std::move(*state), std::move(roles), std::move(accounts), std::move(high_water));
  SEALKEEP_TRY(hub->start());
  return std::unique_ptr<Hub>(std::move(hub));
}

}  // namespace sealkeep::hub
