// SPDX-License-Identifier: Apache-2.0
#include "tests/sim/sim_world.hpp"

#include <algorithm>

#include "tests/sim/checks.hpp"

namespace sealkeep::sim {

namespace fs = std::filesystem;

const char* run_type_name(RunType type) {
  constexpr const char* kNames[] = {"healthy", "lossy",        "crashy",    "rollback",
                                    "clone",   "two hubs",     "revoke",    "hostile",
                                    "silent",  "hub restored", "disk full", "late approval"};
  return kNames[static_cast<std::size_t>(type)];
}

SimWorld::SimWorld(std::uint64_t seed, RunType type, fs::path folder)
    : seed_(seed),
      type_(type),
      folder_(std::move(folder)),
      random_(seed),
      trace_(time_),
      network_(time_, random_, trace_) {
  fs::create_directories(folder_);
  add_hub("hub.alpha.nz");
  if (type == RunType::TwoHubs) add_hub("hub.bravo.nz");
  const std::uint64_t agents = type == RunType::TwoHubs ? 2 : 2 + random_.below(3);
  for (std::uint64_t i = 0; i < agents; ++i)
    add_agent("site-" + std::to_string(i), type == RunType::TwoHubs && i == 0 ? std::vector<std::size_t>{0, 1}
                                                                              : std::vector<std::size_t>{0});
  special_at_ = 60 + random_.below(100);
  if (type == RunType::Rollback) {
    special_at_ = 20 + random_.below(80);
    rollbacks_left_ = 1 + random_.below(3);
    starts_repeat_ = random_.below(3) == 0;  // its processes crash, too
  }
  choose_faults();
}

SimWorld::~SimWorld() {
  for (auto& node : agents_) node->agent.reset();
  for (auto& node : hubs_) node->hub.reset();
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

void SimWorld::choose_faults() {
  NetworkFaults& faults = network_.faults;
  faults.delay_min_ms = 1;
  faults.delay_mean_ms = 1 + static_cast<std::int64_t>(random_.below(400));
  if (type_ == RunType::Healthy) return;
  faults.broken = random_.below(20);
  faults.parted = random_.below(8);
  faults.queue_frames = 1 + random_.below(8);
  if (type_ == RunType::Lossy || type_ == RunType::Hostile) {
    faults.lost = random_.below(80);
    faults.doubled = random_.below(80);
    faults.reordered = random_.below(80);
  }
  if (type_ == RunType::Hostile) {
    faults.flipped = 20 + random_.below(150);
    faults.replayed = random_.below(60);
  }
}

void SimWorld::create(Machine& node, const std::function<Result<>()>& make) {
  fs::create_directories(node.folder);
  must(make(), node.name + " create");
  node.created = true;
}

void SimWorld::add_hub(const std::string& name) {
  hubs_.push_back(std::make_unique<HubNode>(time_, trace_, random_, folder_ / name, name, 0, 0));
  HubNode& node = *hubs_.back();
  const hub::HubParts parts{node.folder, {}, node.disk.name(), node.clock, node.random, node.log};
  create(node, [&] {
    return hub::Hub::create(parts, {name, "tcp://" + name + ":7441", "tcp://" + name + ":7442"});
  });
  start(node);
}

namespace {
agent::AgentParts parts_of(AgentNode& node) {
  return {node.folder,
          {},
          node.disk.name(),
          node.clock,
          node.random,
          node.log,
          [&node] { return node.free_bytes; }};
}
}  // namespace

void SimWorld::add_agent(const std::string& name, const std::vector<std::size_t>& hubs) {
  const bool wrong = type_ != RunType::Healthy && random_.below(2) == 0;
  const std::int64_t skew = wrong ? static_cast<std::int64_t>(random_.below(600'000)) - 300'000 : 0;
  const std::int64_t drift = wrong ? static_cast<std::int64_t>(random_.below(400)) - 200 : 0;
  agents_.push_back(std::make_unique<AgentNode>(time_, trace_, random_, folder_ / name, name, skew, drift));
  AgentNode& node = *agents_.back();
  const agent::AgentParts parts = parts_of(node);
  create(node, [&] { return agent::Agent::create(parts); });
  start(node);
  for (std::size_t hub_no : hubs) {
    hub::Hub& hub = *hubs_[hub_no]->hub;
    const auto invitation = must(hub.add_site(name), "add_site");
    const auto info = must(node.agent->enrol(invitation), "enrol");
    Tenant tenant;
    tenant.hub_no = hub_no;
    tenant.code = name;
    tenant.id = info.id;
    const char letter = static_cast<char>('A' + agents_.size());
    tenant.dock = std::make_unique<DockDay>(random_, std::string(2, letter) + (hub_no == 0 ? "AL" : "BR"));
    const Bytes request = must(node.agent->enrol_request(info.id), "enrol_request");
    const Bytes answer = must(hub.on_enrol_request(request, nullptr), "on_enrol_request");
    must(node.agent->on_enrol_answer(info.id, answer), "on_enrol_answer");
    if (type_ == RunType::LateApproval && agents_.size() == 1)
      tenant.fingerprint = info.fingerprint;
    else
      must(hub.approve_site(name, info.fingerprint), "approve_site");
    node.tenants.push_back(std::move(tenant));
  }
  for (Tenant& tenant : node.tenants) connect(node, tenant);
}

void SimWorld::connect(AgentNode& node, Tenant& tenant) {
  HubNode& hub = *hubs_[tenant.hub_no];
  const RegisterId id = tenant.id;
  SimNetwork::Link link;
  link.may_connect = [&node, &hub, id] {
    if (!node.agent || !hub.hub) return false;
    for (const auto& one : node.agent->links())
      if (one.id == id) return hub.hub->allowed_keys().contains(one.curve_key->public_key());
    return false;
  };
  link.tell_site = [&node, id](bool connected) {
    if (!node.agent) return;
    connected ? node.agent->on_connected(id) : node.agent->on_disconnected(id);
  };
  tenant.link = network_.add(std::move(link));
}

template <class Node>
void SimWorld::failed(Node& node, const Error& error) {
  if (!node.disk.struck()) throw Violation(node.name + " failed by itself: " + error.text());
  stop(node, "its disk was struck");
}

template <class Node>
void SimWorld::no_start(Node& node, const Error& error) {
  if (error.kind != ErrorKind::Full || !node.disk.full()) return failed(node, error);
  trace_.say(node.name + " does not start: its disk is full");
  node.down_until_ms = time_.ms + 2'000;
}

void SimWorld::start(HubNode& node) {
  auto opened = hub::Hub::open({node.folder, {}, node.disk.name(), node.clock, node.random, node.log});
  if (!opened) return no_start(node, opened.error());
  node.hub = std::move(*opened);
  trace_.say(node.name + " runs");
  check_hub(node);
  // Head office goes on at once, before it has heard of anybody.
  if (type_ == RunType::HubRestored && special_done_)
    for (int i = 0; i < 6 && node.hub; ++i) direct(node, 0);
}

void SimWorld::start(AgentNode& node) {
  auto opened = agent::Agent::open(parts_of(node));
  if (!opened) return no_start(node, opened.error());
  node.agent = std::move(*opened);
  trace_.say(node.name + " runs");
  check_agent(node);
  for (Tenant& tenant : node.tenants) {
    // The terminal never heard an answer: it says it again.
    const auto again = std::exchange(tenant.unsure, {});
    if (!again.empty() && node.agent) record(node, tenant, again);
  }
}

void SimWorld::stop(HubNode& node, const char* why) {
  trace_.say(node.name + " stops: " + why);
  ++crashes_;
  node.hub.reset();
  for (auto& agent : agents_)
    for (Tenant& tenant : agent->tenants)
      if (hubs_[tenant.hub_no].get() == &node && tenant.link) network_.cut(*tenant.link, "hub stops");
  node.disk.reboot(node.disk.struck() ? test::Unsynced::Mixed : test::Unsynced::Kept, random_.u64());
  node.disk.strike_at(0, test::Fault::None);
  node.power_cut_armed = false;
  node.down_until_ms = time_.ms + static_cast<std::int64_t>(random_.below(20'000));
  if (chance(500)) node.clock.reboot();
}

void SimWorld::stop(AgentNode& node, const char* why) {
  trace_.say(node.name + " stops: " + why);
  ++crashes_;
  node.agent.reset();
  for (Tenant& tenant : node.tenants) {
    tenant.refusal_to_tell = false;
    if (tenant.link) network_.cut(*tenant.link, "agent stops");
  }
  node.disk.reboot(node.disk.struck() ? test::Unsynced::Mixed : test::Unsynced::Kept, random_.u64());
  node.disk.strike_at(0, test::Fault::None);
  node.power_cut_armed = false;
  node.down_until_ms = time_.ms + static_cast<std::int64_t>(random_.below(20'000));
  if (chance(500)) node.clock.reboot();
}

Bytes SimWorld::peer_of(std::size_t link) const {
  Bytes peer;
  ByteWriter(peer).u32(static_cast<std::uint32_t>(link)).u64(network_.link(link).connection);
  return peer;
}

void SimWorld::send_down(HubNode& node, std::size_t hub_no, const std::vector<hub::PeerReply>& replies) {
  for (const hub::PeerReply& reply : replies) {
    if (const auto frame = sync::read_frame(reply.frame);
        frame && frame->type == sync::MessageType::Cosigned) {
      const auto cosigned = must(sync::decode_cosigned(frame->body), "a hub's cosignature");
      std::uint64_t& size = node.released[cosigned.log];
      size = std::max(size, cosigned.size);
    }
    bool taken = false;
    for (auto& agent : agents_)
      for (Tenant& tenant : agent->tenants)
        if (tenant.hub_no == hub_no && tenant.link && peer_of(*tenant.link) == reply.peer)
          taken = network_.send(*tenant.link, SimNetwork::Way::Down, reply.frame);
    if (!taken) node.hub->peer_gone(reply.peer);
  }
}

void SimWorld::turn(HubNode& node, std::size_t no) {
  std::vector<hub::PeerFrame> frames;
  for (auto& agent : agents_)
    for (Tenant& tenant : agent->tenants) {
      if (tenant.hub_no != no || !tenant.link || !agent->agent) continue;
      for (const auto& link : agent->agent->links()) {
        if (link.id != tenant.id) continue;
        while (auto frame = network_.receive(*tenant.link, SimNetwork::Way::Up))
          frames.push_back(
              {peer_of(*tenant.link), link.curve_key->public_key(), agent->name, std::move(*frame)});
      }
    }
  if (!frames.empty()) {
    auto replies = node.hub->on_frames(frames);
    if (!replies) return failed(node, replies.error());
    send_down(node, no, *replies);
  }
  auto more = node.hub->outgoing();
  if (!more) return failed(node, more.error());
  send_down(node, no, *more);
  if (frames.empty() || chance(300)) {
    auto folded = node.hub->oversee(1 + random_.below(64));
    if (!folded) return failed(node, folded.error());
  }
  if (node.clock.now().mono_ms >= node.hub->next_tick_ms())
    if (auto done = node.hub->tick(); !done) return failed(node, done.error());
  if (frames.empty())
    if (auto done = node.hub->idle(); !done) return failed(node, done.error());
  if (node.disk.struck()) stop(node, "its disk was struck");
}

void SimWorld::turn(AgentNode& node) {
  agent::Agent& agent = *node.agent;
  for (Tenant& tenant : node.tenants) {
    if (!tenant.link) continue;
    const std::size_t link = *tenant.link;
    while (auto frame = network_.receive(link, SimNetwork::Way::Down))
      if (auto taken = agent.on_message(tenant.id, *frame);
          !taken && taken.error().kind == ErrorKind::Corrupt)
        return failed(node, taken.error());
    if (agent.take_reconnect(tenant.id)) network_.cut(link, "the agent asks for a new connection");
  }
  if (node.clock.now().mono_ms >= agent.next_tick_ms())
    if (auto done = agent.tick(); !done) return failed(node, done.error());
  for (Tenant& tenant : node.tenants) {
    for (int i = 0; tenant.link && network_.link(*tenant.link).open && i < 16; ++i) {
      auto frame = agent.next_frame(tenant.id);
      if (!frame) return failed(node, frame.error());
      if (!*frame) break;
      if (const auto read = sync::read_frame(**frame); read && read->type == sync::MessageType::Cosigned) {
        const auto cosigned = must(sync::decode_cosigned(read->body), "a site's cosignature");
        std::uint64_t& size = node.released[cosigned.log];
        size = std::max(size, cosigned.size);
      }
      const bool taken = network_.send(*tenant.link, SimNetwork::Way::Up, **frame);
      agent.sent(tenant.id, taken);
      if (!taken) break;
    }
  }
  if (chance(200))
    if (auto done = agent.idle(); !done) return failed(node, done.error());
  if (node.disk.struck()) stop(node, "its disk was struck");
}

void SimWorld::step(bool faults) {
  ++steps_;
  time_.ms += 1 + static_cast<std::int64_t>(random_.below(faults && chance(50) ? 8'000 : 400));
  if (type_ == RunType::LateApproval && faults && !special_done_)
    time_.ms += static_cast<std::int64_t>(random_.below(2 * 3'600'000));
  for (auto& node : hubs_)
    if (!node->hub && node->down_until_ms <= time_.ms) start(*node);
  for (auto& node : agents_)
    if (!node->agent && node->down_until_ms <= time_.ms) start(*node);
  network_.turn();
  if (faults) misfortune();
  for (std::size_t no = 0; no < hubs_.size(); ++no)
    if (hubs_[no]->hub && chance(700)) turn(*hubs_[no], no);
  for (auto& node : agents_) {
    if (node->agent && faults && chance(400))
      record(*node, node->tenants[random_.below(node->tenants.size())]);
    if (node->agent && type_ == RunType::DiskFull) say_again(*node);
    if (node->agent && chance(700)) turn(*node);
  }
  for (std::size_t no = 0; no < hubs_.size(); ++no) {
    if (hubs_[no]->hub && faults && chance(type_ == RunType::HubRestored ? 250 : 60)) direct(*hubs_[no], no);
    if (hubs_[no]->hub && chance(faults ? 20 : 200) && type_ != RunType::Clone) approve_epochs(*hubs_[no]);
  }
  check_bounds(*this);
}

}  // namespace sealkeep::sim
