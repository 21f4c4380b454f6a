// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/world.hpp"

#include "agent/commands/commands.hpp"
#include "hub/commands/commands.hpp"

namespace sealkeep::scenarios {
namespace {

constexpr std::int64_t kBootedBeforeMs = 3'600'000;
constexpr std::int64_t kBetweenStatusesMs = 20'000;  // longer than the pause between two statuses of a site
constexpr int kMostTurns = 500;
constexpr std::size_t kAll = 1'000'000;

const cli::Value& member(const cli::Value& value, std::string_view name) {
  const cli::Value* found = value.find(name);
  if (found == nullptr) throw Broken("an answer has no \"" + std::string(name) + "\": " + to_json(value));
  return *found;
}

std::string text_member(const cli::Value& value, std::string_view name) {
  const std::string* text = member(value, name).as_text();
  if (text == nullptr) throw Broken("\"" + std::string(name) + "\" of an answer is no text");
  return *text;
}

}  // namespace

Now World::HandClock::now() {
  return {now_ms_, now_ms_ - (kMondayMs - kBootedBeforeMs), kZoneMin};
}

std::string World::HandClock::boot_id() {
  std::string id(32, '0');
  id.back() = static_cast<char>('a' + machine_ % 26);
  return id;
}

Bytes World::Dock::peer() const {
  Bytes bytes;
  ByteWriter(bytes).u32(static_cast<std::uint32_t>(id)).u32(connection).raw(as_bytes(code));
  return bytes;
}

World::World(std::filesystem::path folder)
    : folder_(std::move(folder)), office_(now_ms_, 1, folder_ / "hub") {
  const hub::HubParts parts{office_.folder, {},         office_.disk.name(), office_.clock,
                            office_.random, office_.log};
  must(hub::Hub::create(parts, {"hub.example.nz", "tcp://hub:7441", "tcp://hub:7442"}));
  office_.hub = must(hub::Hub::open(parts));
}

World::~World() {
  for (auto& dock : docks_) dock->agent.reset();
  office_.hub.reset();
}

void World::add_site(const Site& site) {
  const auto number = static_cast<std::uint8_t>(docks_.size() + 2);
  docks_.push_back(std::make_unique<Dock>(now_ms_, number, folder_ / site.code));
  Dock& dock = *docks_.back();
  dock.code = site.code;
  agent::AgentParts parts{dock.folder, {}, dock.disk.name(), dock.clock, dock.random, dock.log};
  parts.free_bytes = [] { return UINT64_MAX; };
  must(agent::Agent::create(parts));
  dock.agent = must(agent::Agent::open(parts));

  const cli::Value invited = must(run("", {"site", "add", site.code}));
  const cli::Value asked =
      must(run(site.code, {"enrol", "--invitation", text_member(invited, "invitation")}));
  const agent::Agent::Link link = dock.agent->links().front();
  dock.id = link.id;
  dock.curve_key = link.curve_key->public_key();
  const Bytes request = must(dock.agent->enrol_request(dock.id));
  must(dock.agent->on_enrol_answer(dock.id, must(office_.hub->on_enrol_request(request, &dock.curve_key))));
  must(run("", {"site", "approve", site.code, "--fingerprint", text_member(asked, "fingerprint")}));
  set_online(dock, true);

  for (const std::string& name : site.people) must(run(site.code, {"person", "add", name}));
  for (const std::string& name : site.stores) must(run(site.code, {"store", "add", name}));
  for (const std::string& name : site.boxes)
    must(run(site.code, {"store", "add", name, "--kind", "dock-box"}));
  settle();
}

World::Dock& World::dock(const std::string& code) {
  for (auto& one : docks_)
    if (one->code == code) return *one;
  throw Broken("there is no site " + code);
}

std::vector<std::string> World::sites() const {
  std::vector<std::string> codes;
  for (const auto& one : docks_) codes.push_back(one->code);
  return codes;
}

void World::set_online(Dock& dock, bool online) {
  if (dock.online) {
    office_.hub->peer_gone(dock.peer());
    dock.agent->on_disconnected(dock.id);
  }
  dock.online = online;
  if (!online) return;
  ++dock.connection;
  dock.agent->on_connected(dock.id);
}

void World::connect(const std::string& site, bool online) {
  set_online(dock(site), online);
  settle();
}

void World::pass_to(std::int64_t unix_ms) {
  if (unix_ms - now_ms_ > 2 * kBetweenStatusesMs) {
    now_ms_ = unix_ms - kBetweenStatusesMs;
    settle();
  }
  now_ms_ = std::max(now_ms_, unix_ms);
  settle();
}

void World::settle() {
  for (int turns = 0; turn();)
    if (++turns == kMostTurns) throw Broken("the programs never stop talking");
  must(office_.hub->tick());
  must(office_.hub->idle());
}

// True if anything was said or done.
bool World::turn() {
  bool busy = false;
  std::vector<hub::PeerFrame> frames;
  for (auto& dock : docks_) {
    must(dock->agent->tick());
    if (!dock->online) continue;
    if (dock->agent->take_reconnect(dock->id)) {
      set_online(*dock, true);
      busy = true;
    }
    while (auto frame = must(dock->agent->next_frame(dock->id))) {
      dock->agent->sent(dock->id, true);
      frames.push_back({dock->peer(), dock->curve_key, "192.0.2.1", std::move(*frame)});
    }
  }
  busy = busy || !frames.empty();
  busy = hand_down(must(office_.hub->on_frames(frames))) || busy;
  busy = hand_down(must(office_.hub->outgoing())) || busy;
  return must(office_.hub->oversee(4096)) > 0 || busy;
}

bool World::hand_down(const std::vector<hub::PeerReply>& replies) {
  for (const hub::PeerReply& reply : replies) {
    bool taken = false;
    for (auto& dock : docks_) {
      if (!dock->online || dock->peer() != reply.peer) continue;
      must(dock->agent->on_message(dock->id, reply.frame));
      taken = true;
    }
    if (!taken) office_.hub->peer_gone(reply.peer);
  }
  return !replies.empty();
}

Result<cli::Value> World::run(const std::string& actor, const std::vector<std::string>& words) {
  const bool at_office = actor.empty();
  SEALKEEP_LET(asked,
               cli::parse_command_line(at_office ? hub::program_spec() : agent::program_spec(), words));
  const auto* invocation = std::get_if<cli::Invocation>(&asked);
  if (invocation == nullptr) return bad_input("scenario.help", "A scenario asks for no help");
  if (at_office) return hub::execute(*office_.hub, invocation->command, [](const cli::Progress&) {});
  SEALKEEP_LET(command, agent::with_files(invocation->command));
  return agent::execute(*dock(actor).agent, command, [](const cli::Progress&) {});
}

std::uint64_t World::recorded(const std::string& actor) {
  LogStore& logs = actor.empty() ? office_.hub->logs() : dock(actor).agent->logs();
  std::uint64_t entries = 0;
  for (const LogInfo& info : must(logs.logs())) entries += must(logs.size(info.id));
  return entries;
}

std::vector<std::string> World::register_differences(const std::string& code) {
  Dock& site = dock(code);
  RegisterId there = 0;
  for (const hub::SiteInfo& info : must(office_.hub->sites()))
    if (info.code == code) there = info.id;
  RegisterRows& own = site.agent->rows();
  RegisterRows& hub = office_.hub->rows();
  std::vector<std::string> out;
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other}) {
    if (must(own.ledger(site.id, family)) != must(hub.ledger(there, family)))
      out.push_back("the ledgers differ: " + ses::equation_text(must(own.ledger(site.id, family))) + " and " +
                    ses::equation_text(must(hub.ledger(there, family))));
    const auto mine = must(own.seals(site.id, family, "", kAll)),
               theirs = must(hub.seals(there, family, "", kAll));
    if (mine.size() != theirs.size()) out.push_back("not the same number of seals");
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i)
      if (mine[i].key != theirs[i].key || mine[i].row != theirs[i].row)
        out.push_back("seal " + mine[i].key.number.text() + " differs");
  }
  const auto mine = must(own.duties(site.id, kAll)), theirs = must(hub.duties(there, kAll));
  bool same = mine.size() == theirs.size();
  for (std::size_t i = 0; same && i < mine.size(); ++i)
    same = mine[i].key == theirs[i].key && mine[i].row == theirs[i].row;
  if (!same) out.push_back("what is to do differs");
  return out;
}

}  // namespace sealkeep::scenarios
