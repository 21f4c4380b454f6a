// SPDX-License-Identifier: Apache-2.0
// Disks without room, and a site whose approval takes days.
#include <algorithm>

#include "tests/sim/checks.hpp"
#include "tests/sim/sim_world.hpp"

namespace sealkeep::sim {

void SimWorld::fill_disks() {
  for (auto& node : hubs_) fill_disk(*node, node->hub != nullptr);
  for (auto& node : agents_) fill_disk(*node, node->agent != nullptr);
}

// Somebody else's files fill the disk: it is nearly full, as the system says before it is; or no file can
// grow; or nothing can be written. Whether the system knew how little was left is luck: a quota tells nobody.
template <class Node>
void SimWorld::fill_disk(Node& node, bool running) {
  if (node.short_of_room()) {
    if (node.full_until_ms <= time_.ms) return find_room(node);
    if (running && chance(15)) stop(node, "killed");
    return;
  }
  if (!chance(16)) return;
  node.full_until_ms = time_.ms + 1'000 + static_cast<std::int64_t>(random_.below(30'000));
  const std::uint64_t kind = random_.below(3);
  if (kind == 0 || random_.below(2) == 0) node.free_bytes = random_.below(1'000'000);
  if (kind == 1) node.disk.fill_up(test::NoRoom::ToGrow);
  if (kind == 2) node.disk.fill_up(test::NoRoom::AtAll);
  constexpr const char* kSays[] = {" is nearly full", " has no room to grow", " takes no write at all"};
  trace_.say(node.name + ": its disk" + kSays[kind]);
}

void SimWorld::find_room(Machine& node) {
  if (node.short_of_room()) trace_.say(node.name + ": its disk has room again");
  node.full_until_ms = 0;
  node.free_bytes = UINT64_MAX;
  node.disk.heal();
}

void SimWorld::refused_for_room(AgentNode& node, Tenant& tenant, const std::vector<agent::Fact>& facts,
                                std::uint64_t size) {
  require(node.short_of_room(), node.name + " says that its disk is full, and it is not");
  ++refused_at_site_;
  tenant.refusal_to_tell = true;
  const auto& written = node.agent->site_register(tenant.id)->written();
  must(node.agent->logs().read_entries(
           written.log, size, UINT64_MAX, UINT64_MAX,
           [&](std::uint64_t index, ByteView bytes) -> Result<> {
             const auto entry = must(ses::decode_entry(bytes), "an entry of our own");
             const Request request{entry.header.terminal_no, entry.header.request_id};
             for (const agent::Fact& fact : facts)
               require(request_of(fact) != request,
                       node.name + " refused a fact and it stands at " + std::to_string(index));
             return {};
           }),
       "read_entries");
  for (const agent::Fact& fact : facts) {
    const bool recorded = std::any_of(tenant.recent.begin(), tenant.recent.end(), [&](const auto& one) {
      return request_of(one.first) == request_of(fact);
    });
    if (!recorded && tenant.refused.insert(request_of(fact)).second) tenant.on_paper.push_back(fact);
  }
}

// What was written on paper is said again once there is room, or a little before.
void SimWorld::say_again(AgentNode& node) {
  if (node.short_of_room() && !chance(30)) return;
  for (Tenant& tenant : node.tenants) {
    if (tenant.on_paper.empty() || !node.agent) continue;
    const std::vector<agent::Fact> again = tenant.on_paper;
    record(node, tenant, again);
    if (tenant.refused.empty()) tenant.on_paper.clear();
  }
}

void SimWorld::approve_late() {
  Tenant& tenant = agents_[0]->tenants[0];
  HubNode& node = *hubs_[tenant.hub_no];
  const auto site = site_at(node, tenant.code);
  require(site.state == hub::SiteState::Pending && site.mirrored_size == 0,
          node.name + " took records of a site that nobody had approved");
  auto approved = node.hub->approve_site(tenant.code, tenant.fingerprint);
  if (!approved) return failed(node, approved.error());
  special_done_ = true;
  tenant.fingerprint.clear();
  for (const auto& [origin, log] : tenant.acked) tenant.recorded_before_approval += log.size();
  trace_.say(tenant.code + " is approved, " + std::to_string(tenant.recorded_before_approval) +
             " facts after it began");
}

}  // namespace sealkeep::sim
