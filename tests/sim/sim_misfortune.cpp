// SPDX-License-Identifier: Apache-2.0
// What people and bad luck do to a world: facts, decisions, crashes, copies; and how it heals.
#include <algorithm>

#include "tests/sim/checks.hpp"
#include "tests/sim/sim_world.hpp"

namespace sealkeep::sim {

namespace fs = std::filesystem;

void SimWorld::trouble(std::uint64_t steps) {
  for (std::uint64_t i = 0; i < steps; ++i) step(true);
}

void SimWorld::record(AgentNode& node, Tenant& tenant) {
  std::vector<agent::Fact> facts = tenant.dock->next(node.clock.now().unix_ms);
  if (!tenant.recent.empty() && chance(100))
    facts.push_back(tenant.recent[random_.below(tenant.recent.size())].first);
  record(node, tenant, facts);
}

void SimWorld::record(AgentNode& node, Tenant& tenant, const std::vector<agent::Fact>& facts) {
  const std::uint64_t size =
      must(node.agent->logs().size(node.agent->site_register(tenant.id)->written().log), "size");
  auto answers = node.agent->record(tenant.id, facts);
  if (!answers && answers.error().kind == ErrorKind::Full) return refused_for_room(node, tenant, facts, size);
  if (!answers) {
    tenant.unsure.insert(tenant.unsure.end(), facts.begin(), facts.end());
    if (!node.disk.struck()) throw Violation(node.name + " does not record: " + answers.error().text());
    return stop(node, "its disk was struck");
  }
  require(answers->size() == facts.size(), "an answer for each fact");
  for (std::size_t i = 0; i < facts.size(); ++i) {
    const auto& answer = (*answers)[i];
    require(answer.has_value(), node.name + " refused a fact" + (answer ? "" : ": " + answer.error().text()));
    for (const auto& [fact, at] : tenant.recent)
      if (fact.request_id == facts[i].request_id && fact.terminal_no == facts[i].terminal_no)
        require(answer->repeated && answer->at == at, "I4: a request that came again was recorded again");
    if (tenant.refused.erase(request_of(facts[i])) != 0)
      require(!answer->repeated, "a fact was refused for want of room and recorded all the same");
    const auto& epochs = node.agent->site_register(tenant.id)->logs().site;
    const auto epoch = std::find_if(epochs.begin(), epochs.end(),
                                    [&](const auto& one) { return one.epoch == answer->at.epoch; });
    require(epoch != epochs.end(), "I1: a fact was recorded in a log that is not there");
    auto entry = node.agent->logs().read_entry(epoch->log, answer->at.index);
    if (!entry) return failed(node, entry.error());
    const auto info = node.agent->logs().log(epoch->log);
    if (!info) return failed(node, info.error());
    Bytes& slot = tenant.acked[info->origin][answer->at.index];
    require(slot.empty() || slot == *entry, "I2: an index was given twice");
    slot = *entry;
    tenant.promised[*entry] = true;
    tenant.recent.emplace_back(facts[i], answer->at);
    if (tenant.recent.size() > 12) tenant.recent.erase(tenant.recent.begin());
    ++facts_;
  }
}

void SimWorld::direct(HubNode& node, std::size_t no) {
  AgentNode& agent = *agents_[random_.below(agents_.size())];
  for (Tenant& tenant : agent.tenants) {
    if (tenant.hub_no != no || tenant.revoked || agent.clone || !tenant.fingerprint.empty()) continue;
    const auto site = site_at(node, tenant.code);
    auto issued = node.hub->issue(site.id, tenant.dock->decide(node.clock.now().unix_ms));
    if (!issued && issued.error().code == "directives.held_back" && type_ == RunType::HubRestored) {
      ++held_back_;
      continue;
    }
    if (!issued && issued.error().kind == ErrorKind::Full && node.disk.full()) {
      ++refused_at_hub_;
      continue;
    }
    if (!issued) return failed(node, issued.error());
  }
}

void SimWorld::approve_epochs(HubNode& node) {
  auto sites = node.hub->sites();
  if (!sites) return failed(node, sites.error());
  for (const hub::SiteInfo& site : *sites) {
    const bool looked_into = site.frozen && starts_repeat_;
    if (site.pending_epoch == 0 && !looked_into) continue;
    trace_.say(node.name + " approves " + site.code + ", epoch " + std::to_string(site.pending_epoch));
    auto approved = node.hub->approve_site(site.code, site.fingerprint);
    if (!approved && approved.error().kind == ErrorKind::Full && node.disk.full()) continue;
    if (!approved) return failed(node, approved.error());
    // The site asks again within the hour; nobody waits for that here.
    if (looked_into) network_.cut(*agents_[0]->tenants[0].link, "somebody starts the site again");
  }
}

void SimWorld::misfortune() {
  const auto crash = [&](auto& node, bool running) {
    if (!running) return;
    if (chance(6)) return stop(node, "killed");
    if (node.power_cut_armed || !chance(12)) return;
    node.power_cut_armed = true;
    const std::uint64_t at = 1 + random_.below(60);
    node.disk.strike_at(at, chance(700) ? test::Fault::PowerCut : test::Fault::Eio);
    trace_.say(node.name + " will be struck at write " + std::to_string(at));
  };
  if (type_ == RunType::Crashy)
    for (auto& node : hubs_) crash(*node, node->hub != nullptr);
  if (type_ == RunType::Crashy || (type_ == RunType::Rollback && starts_repeat_))
    for (auto& node : agents_) crash(*node, node->agent != nullptr);
  if (type_ != RunType::Healthy && chance(4)) {
    AgentNode& node = *agents_[random_.below(agents_.size())];
    node.clock.step(static_cast<std::int64_t>(random_.below(1'200'000)) - 600'000);
    trace_.say(node.name + ": its clock is set");
  }
  if (type_ == RunType::Silent && steps_ == special_at_) {
    const std::int64_t until = time_.ms + 50LL * 3'600'000;
    network_.cut(*agents_[0]->tenants[0].link, "a digger");
    network_.keep_apart(*agents_[0]->tenants[0].link, until);
    for (int i = 0; i < 40; ++i) {
      time_.ms += 3'600'000;
      for (int k = 0; k < 4; ++k) turn(*hubs_[0], 0);
    }
  }
  if (type_ == RunType::DiskFull) fill_disks();
  if (special_done_ || steps_ < special_at_) return;
  if (type_ == RunType::Rollback && agents_[0]->agent) roll_back(*agents_[0]);
  if (type_ == RunType::Clone && agents_[0]->agent) clone(*agents_[0]);
  if (type_ == RunType::Revoke && hubs_[0]->hub) revoke();
  if (type_ == RunType::HubRestored && hubs_[0]->hub) put_back(*hubs_[0]);
  if (type_ == RunType::LateApproval && hubs_[0]->hub) approve_late();
}

// The same of the hub; what it had answered since is for its sites to give back.
void SimWorld::put_back(HubNode& node) {
  const auto files = {(node.folder / "hub.db").string(), (node.folder / "hub.db-wal").string()};
  if (snapshot_.empty()) {
    for (const std::string& file : files) snapshot_[file] = node.disk.content(file);
    special_at_ = steps_ + 20 + random_.below(80);
    trace_.say(node.name + ": a copy is taken");
    return;
  }
  special_done_ = true;
  stop(node, "its database is put back from a copy");
  for (const auto& [file, bytes] : snapshot_) node.disk.replace(file, bytes);
  node.released_before = std::exchange(node.released, {});
}

void SimWorld::copy_database(AgentNode& node) {
  snapshot_.clear();
  snapshot_sizes_.clear();
  put_back_ = false;
  for (const char* name : {"agent.db", "agent.db-wal"}) {
    const std::string file = (node.folder / name).string();
    snapshot_[file] = node.disk.content(file);
  }
  for (const auto& info : must(node.agent->logs().logs(), "logs"))
    snapshot_sizes_[info.origin] = must(node.agent->logs().size(info.id), "size");
  special_at_ = steps_ + 20 + random_.below(60);
  trace_.say(node.name + ": a copy is taken");
}

// First a copy is taken, some time later it is put back; then perhaps once more, or a newer one. What is
// recorded in between may stand before the hub hears of the site again.
void SimWorld::roll_back(AgentNode& node) {
  if (snapshot_.empty()) return copy_database(node);
  Tenant& tenant = node.tenants[0];
  HubNode& hub = *hubs_[tenant.hub_no];
  if (!hub.hub) return;  // asked below what it holds
  stop(node, "its database is put back from a copy");
  for (const auto& [file, bytes] : snapshot_) node.disk.replace(file, bytes);
  starts_repeat_ = starts_repeat_ || std::exchange(put_back_, true);
  node.released.clear();
  tenant.recent.clear();
  const std::set<Bytes> held = facts_at(*hub.hub, site_at(hub, tenant.code).id);
  for (auto& [origin, log] : tenant.acked) {
    const std::uint64_t kept = snapshot_sizes_[origin];
    const auto info = must(hub.hub->logs().find_log(origin), "find_log");
    const std::uint64_t mirrored = info ? must(hub.hub->logs().size(info->id), "size") : 0;
    if (mirrored > kept) trace_.say("hub holds " + std::to_string(mirrored) + " of " + origin);
    fork_expected_ = fork_expected_ || mirrored > kept;
    for (auto lost = log.lower_bound(kept); lost != log.end(); ++lost)
      tenant.promised[lost->second] = held.contains(lost->second);
    log.erase(log.lower_bound(kept), log.end());
  }
  if (chance(700))
    network_.keep_apart(*tenant.link,
                        node.down_until_ms + 2'000 + static_cast<std::int64_t>(random_.below(30'000)));
  special_done_ = --rollbacks_left_ == 0;
  special_at_ = steps_ + 20 + random_.below(60);
  if (special_done_ || !chance(500)) return;
  snapshot_.clear();
  // The next copy may hold facts that the hub hears of before it is put back, in an epoch that it knows
  // nothing of.
  if (chance(600)) special_at_ = steps_ + 5 + random_.below(12);
}

void SimWorld::clone(AgentNode& node) {
  special_done_ = fork_expected_ = true;
  agents_.push_back(std::make_unique<AgentNode>(time_, trace_, random_, folder_ / "twin", "twin", 0, 0));
  AgentNode& twin = *agents_.back();
  fs::copy(node.folder, twin.folder, fs::copy_options::recursive);
  for (const char* file : {"agent.db", "agent.db-wal"})
    twin.disk.replace((twin.folder / file).string(), node.disk.content((node.folder / file).string()));
  twin.clone = true;
  Tenant tenant;
  tenant.hub_no = node.tenants[0].hub_no;
  tenant.code = node.tenants[0].code;
  tenant.id = node.tenants[0].id;
  tenant.dock = std::make_unique<DockDay>(random_, "TWIN");
  twin.tenants.push_back(std::move(tenant));
  trace_.say(node.name + " is copied and the copy started");
  start(twin);
  connect(twin, twin.tenants[0]);
}

void SimWorld::revoke() {
  special_done_ = true;
  Tenant& tenant = agents_[0]->tenants[0];
  HubNode& node = *hubs_[tenant.hub_no];
  must(node.hub->revoke_site(tenant.code), "revoke");
  tenant.revoked = true;
  tenant.mirrored_at_revocation = site_at(node, tenant.code).mirrored_size;
  tenant.heard_at_revocation = site_at(node, tenant.code).heard_ms;
  trace_.say(tenant.code + " is revoked");
}

void SimWorld::heal() {
  trace_.say("everything heals");
  network_.heal();
  for (auto& node : hubs_) {
    if (node->hub && node->disk.struck()) stop(*node, "its disk was struck");
    find_room(*node);
  }
  for (auto& node : agents_) {
    if (node->agent && node->disk.struck()) stop(*node, "its disk was struck");
    find_room(*node);
    node->clock.set_right();
  }
  std::string open;
  for (int i = 0; i < 3000; ++i) {
    step(false);
    if (i % 10 == 9 && (open = unconverged()).empty()) return;
  }
  throw Violation("it does not converge: " + open);
}

namespace {
/// Every directive that the site holds and that says something about its register stands in its register.
bool all_adopted(AgentNode& node, RegisterId id) {
  const auto newest = node.agent->site_register(id)->logs().directives.back();
  const auto self = must(node.agent->rows().self(id), "self");
  const std::uint64_t from = self.directive_epoch == newest.epoch ? self.directive_size : 0;
  bool all = true;
  must(node.agent->logs().read_entries(newest.log, from, UINT64_MAX, UINT64_MAX,
                                       [&](std::uint64_t, ByteView bytes) -> Result<> {
                                         const auto directive = ses::decode_directive(bytes);
                                         all = all && directive &&
                                               !ses::changes_register(ses::kind_of(directive->body));
                                         return {};
                                       }),
       "read_entries");
  return all;
}
}  // namespace

std::string SimWorld::unconverged() {
  for (auto& node : hubs_) {
    if (!node->hub) return node->name + " is down";
    if (must(node->hub->oversee(64), "oversee") != 0) return node->name + " projects";
  }
  for (auto& node : agents_) {
    if (!node->agent) return node->name + " is down";
    for (const Tenant& tenant : node->tenants)
      if (!tenant.on_paper.empty()) return node->name + " has facts on paper";
    for (const auto& info : node->agent->exporters()) {
      const auto tenant = std::find_if(node->tenants.begin(), node->tenants.end(),
                                       [&](const Tenant& one) { return one.id == info.id; });
      if (tenant->revoked) continue;
      HubNode& hub = *hubs_[tenant->hub_no];
      const auto site = site_at(hub, tenant->code);
      const std::string who = node->name + " at " + hub.name + ": ";
      if (type_ == RunType::Clone && (node->clone || node == agents_[0])) {
        if (!site.frozen) return who + "a clone runs and nothing is frozen";
        continue;
      }
      if (info.cosigned_size != info.size)
        return who + std::to_string(info.cosigned_size) + " of " + std::to_string(info.size) + " cosigned (" +
               info.trouble + ")";
      if (site.mirrored_size != info.size || site.folded_size != info.size) return who + "not folded";
      const auto logs = must(hub.hub->register_logs(site.id), "register_logs");
      for (const auto& epoch : logs.site) {
        const std::uint64_t size = must(hub.hub->logs().size(epoch.log), "size");
        const auto wanted = must(hub.hub->details().wanted(epoch.log, 0, size, 1), "wanted");
        if (!wanted.empty() && &epoch == &logs.site.back())
          return who + "detail of entry " + std::to_string(wanted.front().index) + " is not held";
      }
      if (!all_adopted(*node, info.id)) return who + "directives are not adopted";
      for (const auto& epoch : logs.directives) {
        const std::uint64_t size = must(hub.hub->logs().size(epoch.log), "size");
        const auto head = must(hub.hub->logs().newest_cosigned_head(epoch.log), "cosigned");
        if (size > 0 && (!head || head->checkpoint.size != size)) return who + "directives are not cosigned";
      }
    }
  }
  return {};
}

}  // namespace sealkeep::sim
