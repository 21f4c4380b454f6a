// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/checks.hpp"

#include <algorithm>
#include <cstring>
#include <unordered_set>

#include "common/ses/restated.hpp"
#include "common/store/log_verify.hpp"
#include "common/store/wal_keeper.hpp"

namespace sealkeep::sim {

namespace {

void check_log(Db& db, LogStore& logs, const LogInfo& info, const VerifyKeys& keys, const std::string& who) {
  const auto report = must(verify_log(db, info.id, keys), who + " verify " + info.origin);
  if (!report.ok()) throw Violation("I10: " + who + ": " + info.origin + ": " + report.findings.front().text);
  require(report.computed.size == must(logs.size(info.id), "size"),
          "I10: " + who + ": size of " + info.origin);
}

/// Whose cosignatures count under a log that this agent writes: its hub's.
VerifyKeys keys_for(AgentNode& node, LogId log) {
  for (const Tenant& tenant : node.tenants) {
    const auto* reg = node.agent->site_register(tenant.id);
    require(reg != nullptr, "I10: " + node.name + " forgot an exporter");
    const auto& epochs = reg->logs().site;
    if (std::none_of(epochs.begin(), epochs.end(), [&](const auto& epoch) { return epoch.log == log; }))
      continue;
    return {{}, {must(node.agent->hub_roles(tenant.id), "hub_roles").signing_key("mirror").value()}};
  }
  return {};
}

/// Folds `logs` of `store` anew and compares with `rows`.
void check_register(LogStore& store, RegisterRows& rows, const RegisterLogs& logs, const std::string& who) {
  test::FaultVfs disk;
  OpenOptions options;
  options.application_id = 1;
  options.migrations = {{{RegisterRows::schema()}}};
  options.create = true;
  options.vfs = disk.name();
  auto fresh = must(Db::open("fresh.db", options), "a fresh register");
  const auto differences = must(RegisterFold(store, rows).verify(logs, fresh, {}), who + " rebuild");
  if (!differences.empty()) throw Violation(who + ": " + differences.front());
}

void check_acked(LogStore& logs, const std::string& origin, const AckedLog& acked, std::uint64_t from,
                 std::uint64_t until, const std::string& who) {
  const auto info = must(logs.find_log(origin), "find_log");
  const std::uint64_t size = info ? must(logs.size(info->id), "size") : 0;
  for (auto at = acked.lower_bound(from); at != acked.end() && at->first < until; ++at) {
    const std::string which = origin + " " + std::to_string(at->first);
    require(at->first < size, "I1: " + who + " lost " + which);
    require(must(logs.read_entry(info->id, at->first), "read_entry") == at->second,
            "I1: " + who + " has other bytes at " + which);
  }
}

/// An entry's bytes, peeled of all restatements.
Bytes fact_in(ByteView bytes) {
  Bytes fact = to_bytes(bytes);
  while (true) {
    const auto entry = ses::decode_entry(fact);
    if (!entry) return fact;
    const auto* restated = std::get_if<ses::Restated>(&entry->event);
    if (restated == nullptr) return fact;
    Bytes inside = restated->entry;
    fact = std::move(inside);
  }
}

/// How often a register of these logs is told each fact: not by a restated entry of a fact that a log before
/// told.
std::map<Bytes, std::size_t> facts_told(LogStore& store, const RegisterLogs& logs) {
  std::map<Bytes, std::size_t> told;
  std::map<Bytes, std::uint32_t> first_told;  // epochs
  for (const auto& epoch : logs.site) {
    const std::uint64_t end = std::min(epoch.end, must(store.size(epoch.log), "size"));
    must(store.read_entries(epoch.log, 0, end, UINT64_MAX,
                            [&](std::uint64_t, ByteView bytes) -> Result<> {
                              const Bytes fact = fact_in(bytes);
                              const bool restated = fact.size() != bytes.size();
                              const auto first = first_told.emplace(fact, epoch.epoch).first->second;
                              if (!restated || first == epoch.epoch) ++told[fact];
                              return {};
                            }),
         "read_entries");
  }
  return told;
}

/// How often the row of the seal that this fact names says so; 1 if the fact names none by itself.
std::size_t told_by_row(LogStore& store, RegisterRows& rows, const RegisterLogs& logs, ByteView fact) {
  const auto entry = must(ses::decode_entry(fact), "a fact");
  ses::SealKey key;
  if (const auto* applied = std::get_if<ses::SealApplied>(&entry.event))
    key = {applied->family, applied->seal};
  if (const auto* received = std::get_if<ses::SealsReceived>(&entry.event))
    key = {received->family, received->seals.front()};
  if (const auto* lost = std::get_if<ses::SealLost>(&entry.event)) key = {lost->family, lost->seals.front()};
  if (key.number.empty()) return 1;
  std::size_t count = 0;
  for (const SealAt& seal : must(rows.seal(key), "seal")) {
    if (seal.register_id != logs.register_id) continue;
    for (const ses::Ref& at : seal.row.history)
      for (const auto& epoch : logs.site)
        if (epoch.epoch == at.epoch &&
            std::ranges::equal(fact_in(must(store.read_entry(epoch.log, at.index), "read_entry")), fact))
          ++count;
  }
  return count;
}

/// Every fact that was ever answered as recorded is in the register once, or, if it was gone with a disk
/// before the hub had it, at most once.
void check_promised(LogStore& store, RegisterRows& rows, const RegisterLogs& logs, const Tenant& tenant,
                    bool lost_too, const std::string& who) {
  const auto told = facts_told(store, logs);
  for (const auto& [fact, certain] : tenant.promised) {
    const auto found = told.find(fact);
    const std::size_t times = found == told.end() ? 0 : found->second;
    const bool must_be = certain && (lost_too || times > 0);
    require(times <= 1, "I1: " + who + " was told a fact " + std::to_string(times) + " times");
    require(times == 1 || !must_be, "I1: " + who + " never heard of a fact");
    if (times == 1)
      require(told_by_row(store, rows, logs, fact) == 1,
              "I1: " + who + ": the row of a seal has a fact " +
                  std::to_string(told_by_row(store, rows, logs, fact)) + " times");
  }
}

void check_requests(AgentNode& node, const agent::WrittenLog& written) {
  std::set<std::pair<std::uint32_t, std::array<std::uint8_t, 8>>> seen;
  must(node.agent->logs().read_entries(
           written.log, 0, UINT64_MAX, UINT64_MAX,
           [&](std::uint64_t index, ByteView bytes) -> Result<> {
             const auto entry = must(ses::decode_entry(bytes), "an entry of our own");
             require(seen.emplace(entry.header.terminal_no, entry.header.request_id).second,
                     "I4: " + node.name + " recorded a request twice, at " + std::to_string(index));
             return {};
           }),
       "read_entries");
}

/// No cosignature of `who` left it without the entries behind it.
void check_released(LogStore& logs, const std::map<sync::WireLogId, std::uint64_t>& released,
                    const std::string& who) {
  for (const LogInfo& info : must(logs.logs(), "logs")) {
    const auto found = released.find(sync::identify_log(info.origin, info.public_key).id);
    if (found == released.end()) continue;
    require(must(logs.size(info.id), "size") >= found->second,
            "I5: " + who + " cosigned " + std::to_string(found->second) + " entries of " + info.origin +
                " and has not got them");
  }
}

/// An agent that refused facts for want of room, and lives, says so in its log once there is room.
void check_refusals(AgentNode& node, const Tenant& tenant, const agent::WrittenLog& written) {
  if (!tenant.refusal_to_tell || node.short_of_room()) return;
  bool told = false;
  must(node.agent->logs().read_entries(written.log, 0, UINT64_MAX, UINT64_MAX,
                                       [&](std::uint64_t, ByteView bytes) -> Result<> {
                                         const auto entry = must(ses::decode_entry(bytes), "an entry");
                                         told =
                                             told || std::holds_alternative<ses::SpaceRefused>(entry.event);
                                         return {};
                                       }),
       "read_entries");
  require(told, "I7: " + node.name + " refused facts and its log does not say so");
}

void check_ledger(RegisterRows& rows, RegisterId id, const std::string& who) {
  const auto recount = must(rows.recount_ledger(id), "recount_ledger");
  if (!recount.empty()) throw Violation(who + ": ledger counters: " + recount.front());
  for (const auto family : {ses::Family::Ses, ses::Family::Mpi}) {
    const auto ledger = must(rows.ledger(id, family), "ledger");
    if (!ledger.balances())
      require(!must(rows.unbalanced(id, 10), "unbalanced").empty(),
              who + ": the ledger does not balance and names no number: " + equation_text(ledger));
  }
}

std::uint64_t window(const std::uint8_t* at) {
  std::uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

/// Nothing that this tenant's dock said may be in another hub's database.
void check_separate(HubNode& other, const Tenant& tenant) {
  std::unordered_set<std::uint64_t> theirs;
  for (const Bytes& secret : tenant.dock->secrets())
    for (std::size_t i = 0; i + 8 <= secret.size(); ++i) theirs.insert(window(secret.data() + i));
  for (const char* name : {"hub.db", "hub.db-wal"}) {
    const Bytes file = other.disk.content((other.folder / name).string());
    for (std::size_t i = 0; i + 8 <= file.size(); ++i)
      if (theirs.contains(window(file.data() + i)))
        throw Violation("a run of 8 bytes of " + tenant.code + "'s other exporter is in the mirror of " +
                        other.name + ": " + printable(as_text(ByteView(file).subspan(i, 8))));
  }
}

void check_alerts(SimWorld& world, HubNode& node, RegisterId site, const Tenant& tenant, bool special) {
  using hub::AlertRule;
  const auto count = [&](AlertRule rule) { return alerts_of(node, rule, site); };
  const std::string who = "I7: " + tenant.code + ": ";
  require(count(AlertRule::UnreadableEntry) == 0, who + "an unreadable entry");
  const std::size_t clones = count(AlertRule::Clone), forks = count(AlertRule::Fork),
                    gaps = count(AlertRule::Gap);
  if (special && world.type() == RunType::Clone) {
    require(clones + forks + gaps > 0, who + "a clone ran and raised nothing");
    return;
  }
  if (!(special && world.starts_repeat())) require(clones == 0, who + "false alarm of a clone");
  if (world.type() == RunType::HubRestored) {
    require(forks == 0, who + "the hub was put back and a fork was signed");
    for (const hub::Alert& alert :
         must(must(hub::Alerts::open(node.hub->db()), "alerts").list(site, true, 10'000), "list"))
      require(alert.rule != static_cast<std::uint16_t>(AlertRule::Gap),
              who + "everything is back and the gap is still open: " + alert.reason);
    return;
  }
  if (special && world.type() == RunType::Rollback && world.fork_expected()) {
    require(forks + gaps > 0, who + "entries were rolled back and nothing was raised");
  } else {
    require(forks == 0, who + "false alarm of a fork");
    require(gaps == 0, who + "false alarm of a gap");
  }
  if (special && world.type() == RunType::Silent)
    require(count(AlertRule::SilentSite) > 0, who + "it was silent and nothing was raised");
  if (world.type() == RunType::Healthy || world.type() == RunType::LateApproval)
    require(count(AlertRule::SilentSite) == 0, who + "false silence");
}

void check_pair(SimWorld& world, AgentNode& node, Tenant& tenant, bool special) {
  HubNode& hub_node = *world.hubs()[tenant.hub_no];
  hub::Hub& hub = *hub_node.hub;
  const auto site = site_at(hub_node, tenant.code);
  check_alerts(world, hub_node, site.id, tenant, special);
  const std::string who = node.name + " and " + hub_node.name;
  if (special && world.type() == RunType::Clone) return;
  const RegisterLogs logs = must(hub.register_logs(site.id), "register_logs");
  const auto& own = node.agent->site_register(tenant.id)->logs();
  for (const auto& epoch : logs.site) {
    const auto info = must(hub.logs().log(epoch.log), "log");
    const std::uint64_t mirrored = must(hub.logs().size(epoch.log), "size");
    const bool ended = info.state == LogState::Frozen;
    const bool forked = special && world.fork_expected() && ended;
    // I1 at the hub: what an ended epoch lacks stands in a later one.
    if (forked) continue;
    check_acked(hub.logs(), info.origin, tenant.acked[info.origin], 0, tenant.revoked ? mirrored : UINT64_MAX,
                hub_node.name);
    if (tenant.revoked) continue;
    const auto at_site = must(node.agent->logs().find_log(info.origin), "find_log");
    require(at_site.has_value(), "I3: " + who + ": a log that the site has not");
    require(must(hub.logs().root(epoch.log), "root") ==
                must(node.agent->logs().root_at(at_site->id, mirrored), "root_at"),
            "I3: " + who + ": another prefix of " + info.origin);
    if (!ended)
      require(mirrored == must(node.agent->logs().size(at_site->id), "size"),
              "I9: " + who + ": sizes differ");
  }
  if (tenant.revoked) return;
  check_promised(hub.logs(), hub.rows(), logs, tenant, true, hub_node.name);
  check_promised(node.agent->logs(), node.agent->rows(), own, tenant, false, node.name);
  require(logs.site.back().epoch == own.site.back().epoch, "I9: " + who + ": another epoch");
  for (const auto& directives : logs.directives) {
    const auto info = must(hub.logs().log(directives.log), "log");
    const auto at_site = must(node.agent->logs().find_log(info.origin), "find_log");
    require(at_site && must(hub.logs().root(directives.log), "root") ==
                           must(node.agent->logs().root(at_site->id), "root"),
            "I9: " + who + ": directives differ");
  }
  RegisterLogs as_site = logs;
  as_site.register_id = tenant.id;
  if (!special || !world.fork_expected())
    check_register(hub.logs(), node.agent->rows(), as_site, who + ": registers differ");
  check_ledger(node.agent->rows(), tenant.id, node.name);
  check_ledger(hub.rows(), site.id, hub_node.name);
  for (std::size_t other = 0; other < world.hubs().size(); ++other)
    if (other != tenant.hub_no && node.tenants.size() > 1) check_separate(*world.hubs()[other], tenant);
}

}  // namespace

std::set<Bytes> facts_at(hub::Hub& hub, RegisterId site) {
  std::set<Bytes> facts;
  for (const auto& [fact, times] : facts_told(hub.logs(), must(hub.register_logs(site), "register_logs")))
    facts.insert(fact);
  return facts;
}

std::size_t alerts_of(HubNode& node, hub::AlertRule rule, RegisterId site) {
  auto alerts = must(hub::Alerts::open(node.hub->db()), "alerts");
  std::size_t count = 0;
  for (const hub::Alert& alert : must(alerts.list(site, /*open_only=*/false, 10'000), "list"))
    if (alert.rule == static_cast<std::uint16_t>(rule)) ++count;
  return count;
}

hub::SiteInfo site_at(HubNode& node, const std::string& code) {
  for (const hub::SiteInfo& site : must(node.hub->sites(), "sites"))
    if (site.code == code) return site;
  throw Violation(node.name + " does not know " + code);
}

void check_agent(AgentNode& node) {
  agent::Agent& agent = *node.agent;
  for (const LogInfo& info : must(agent.logs().logs(), "logs"))
    check_log(agent.db(), agent.logs(), info, keys_for(node, info.id), node.name);
  check_released(agent.logs(), node.released, node.name);
  for (Tenant& tenant : node.tenants) {
    for (const auto& [origin, acked] : tenant.acked)
      check_acked(agent.logs(), origin, acked, 0, UINT64_MAX, node.name);
    auto* reg = agent.site_register(tenant.id);
    check_refusals(node, tenant, reg->written());
    check_requests(node, reg->written());
    check_register(agent.logs(), agent.rows(), reg->logs(),
                   "I10: " + node.name + ": register is not its log's");
  }
}

void check_hub(HubNode& node) {
  hub::Hub& hub = *node.hub;
  const VerifyKeys own{{}, {hub.roles().signing_key("mirror").value()}};
  for (const LogInfo& info : must(hub.logs().logs(), "logs"))
    check_log(hub.db(), hub.logs(), info, info.role == LogRole::Site ? own : VerifyKeys{}, node.name);
  check_released(hub.logs(), node.released, node.name);
  for (const auto& site : must(hub.sites(), "sites")) {
    if (site.epoch == 0) continue;
    // The projection may lag behind the mirror: it is right if it is what its cursor says.
    RegisterLogs logs = must(hub.register_logs(site.id), "register_logs");
    const auto cursor = must(hub.rows().self(site.id), "self");
    for (auto& epoch : logs.site)
      if (epoch.epoch >= cursor.epoch)
        epoch.end = std::min(epoch.end, epoch.epoch == cursor.epoch ? cursor.next_index : 0);
    check_register(hub.logs(), hub.rows(), logs,
                   "I10: " + node.name + ": register of " + site.code + " is not its log's");
  }
}

void check_bounds(SimWorld& world) {
  constexpr std::int64_t kOneCommitBytes = 2 * 1024 * 1024;
  for (auto& node : world.hubs())
    if (node->hub)
      require(node->hub->db().wal_bytes() <= WalKeeper::kHubBytes + kOneCommitBytes,
              "I8: WAL of " + node->name);
  for (auto& node : world.agents()) {
    if (!node->agent) continue;
    require(node->agent->db().wal_bytes() <= WalKeeper::kSiteBytes + kOneCommitBytes,
            "I8: WAL of " + node->name);
    for (const Tenant& tenant : node->tenants) {
      if (tenant.link)
        require(world.network().bytes_in_flight(*tenant.link, SimNetwork::Way::Up) <=
                    2 * limits::kSiteCreditBytes,
                "I8: in flight from " + node->name);
      HubNode& hub = *world.hubs()[tenant.hub_no];
      if (!tenant.revoked || !hub.hub) continue;
      const auto site = site_at(hub, tenant.code);
      require(
          site.mirrored_size == tenant.mirrored_at_revocation && site.heard_ms == tenant.heard_at_revocation,
          "I6: a revoked key changed something");
    }
  }
}

/// What a hub that was put back had cosigned before is there again, and no instruction was signed twice.
void check_put_back(SimWorld& world, HubNode& node) {
  for (const LogInfo& info : must(node.hub->logs().logs(), "logs")) {
    const auto before = node.released_before.find(sync::identify_log(info.origin, info.public_key).id);
    if (before != node.released_before.end())
      require(must(node.hub->logs().size(info.id), "size") >= before->second,
              "I5: " + node.name + " was put back and has not got " + std::to_string(before->second) +
                  " entries of " + info.origin + " again");
  }
  for (auto& agent : world.agents())
    for (const LogInfo& info : must(agent->agent->logs().logs(), "logs"))
      if (info.role == LogRole::Directive)
        require(must(agent->agent->logs().evidence(info.id), "evidence").empty(),
                "I2: " + node.name + " signed two histories of " + info.origin);
}

void check_all(SimWorld& world) {
  for (auto& node : world.agents()) check_agent(*node);
  for (auto& node : world.hubs()) check_hub(*node);
  if (world.type() == RunType::HubRestored) check_put_back(world, *world.hubs()[0]);
  for (auto& node : world.agents()) {
    if (node->clone) continue;
    for (Tenant& tenant : node->tenants)
      check_pair(world, *node, tenant, node == world.agents()[0] && &tenant == &node->tenants[0]);
  }
}

}  // namespace sealkeep::sim
