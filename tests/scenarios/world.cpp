// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/world.hpp"

#include <algorithm>
#include <map>

#include "agent/commands/commands.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"

namespace sealkeep::scenarios {
namespace {

constexpr std::int64_t kBootedBeforeMs = 3'600'000;
constexpr std::int64_t kBetweenStatusesMs = 20'000;  // longer than the pause between two statuses of a site
constexpr int kMostTurns = 500;
constexpr std::size_t kAll = 1'000'000;
constexpr std::int64_t kFirstWordMs = 61'000;

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

Bytes World::Dock::peer(const Line& line) const {
  Bytes bytes;
  ByteWriter(bytes).u32(static_cast<std::uint32_t>(line.id)).u32(line.connection).raw(as_bytes(code));
  return bytes;
}

World::World(std::filesystem::path folder, const std::vector<std::string>& exporters)
    : folder_(std::move(folder)) {
  add_office("", "hub");
  for (const std::string& exporter : exporters) add_office(office_of(exporter), exporter);
}

World::~World() {
  for (auto& dock : docks_) dock->agent.reset();
  for (auto& office : offices_) office->hub.reset();
}

void World::add_office(const std::string& actor, const std::string& name) {
  const auto number = static_cast<std::uint8_t>(offices_.empty() ? 1 : 200 + offices_.size());
  offices_.push_back(std::make_unique<Office>(now_ms_, number, folder_ / ("hub-" + name)));
  Office& office = *offices_.back();
  office.actor = actor;
  office.name = name + ".example.nz";
  hub::HubParts parts{office.folder, {}, office.disk.name(), office.clock, office.random, office.log};
  // One person of each role: what is said to them is counted.
  std::vector<std::string> people;
  for (const char* role : {"supervisor", "ses-manager", "deputy", "it", "administrator"})
    people.push_back(std::string(role) + "; role=" + role + "; to=ops");
  parts.notices = must(hub::parse_notice_setup(
      {"ops; kind=webhook; url=https://ops.example.nz; secret=ops-key"}, people, {}, ""));
  must(hub::Hub::create(parts, {office.name, "tcp://hub:7441", "tcp://hub:7442"}));
  office.hub = must(hub::Hub::open(parts));
}

std::map<std::string, std::size_t> World::interruptions(const std::string& actor) {
  constexpr std::int64_t kDayMs = 86'400'000;
  std::map<std::string, std::vector<std::int64_t>> at_ms;
  for (const hub::Notice& one : must(office(actor).hub->desk().outbox().list(std::nullopt, kAll)))
    if (one.interrupts && one.state != hub::NoticeState::Withdrawn)
      at_ms[one.person].push_back(one.created_ms);
  std::map<std::string, std::size_t> most;
  for (const auto& [person, times] : at_ms)
    for (const std::int64_t until : times) {
      const auto in_day = static_cast<std::size_t>(std::count_if(
          times.begin(), times.end(), [&](auto t) { return t <= until && t > until - kDayMs; }));
      most[person] = std::max(most[person], in_day);
    }
  return most;
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
  for (auto& office : offices_) enrol(dock, *office);
  set_online(dock, true);

  for (const std::string& name : site.people) must(run(site.code, {"person", "add", name}));
  for (const std::string& name : site.stores) must(run(site.code, {"store", "add", name}));
  for (const std::string& name : site.boxes)
    must(run(site.code, {"store", "add", name, "--kind", "dock-box"}));
  settle();
}

void World::enrol(Dock& dock, Office& office) {
  const cli::Value invited = must(run(office.actor, {"site", "add", dock.code}));
  const cli::Value asked =
      must(run(dock.code, {"enrol", "--invitation", text_member(invited, "invitation")}));
  const agent::Agent::Link link = dock.agent->links().back();
  dock.lines.push_back({&office, link.id, link.curve_key->public_key(), 0});
  const Line& line = dock.lines.back();
  const Bytes request = must(dock.agent->enrol_request(line.id));
  must(dock.agent->on_enrol_answer(line.id, must(office.hub->on_enrol_request(request, &line.curve_key))));
  must(run(office.actor, {"site", "approve", dock.code, "--fingerprint", text_member(asked, "fingerprint")}));
}

World::Office& World::office(const std::string& actor) {
  for (auto& one : offices_)
    if (one->actor == actor) return *one;
  throw Broken("there is no head office " + actor);
}

std::vector<std::string> World::offices() const {
  std::vector<std::string> actors;
  for (const auto& one : offices_) actors.push_back(one->actor);
  return actors;
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
  if (dock.online)
    for (Line& line : dock.lines) {
      line.office->hub->peer_gone(dock.peer(line));
      dock.agent->on_disconnected(line.id);
    }
  dock.online = online;
  if (!online) return;
  for (Line& line : dock.lines) {
    ++line.connection;
    dock.agent->on_connected(line.id);
  }
}

void World::reconnect(Dock& dock, Line& line) {
  line.office->hub->peer_gone(dock.peer(line));
  dock.agent->on_disconnected(line.id);
  ++line.connection;
  dock.agent->on_connected(line.id);
}

void World::connect(const std::string& site, bool online) {
  set_online(dock(site), online);
  settle();
}

// Notices reach everybody at once.
void World::carry() {
  struct Everywhere final : hub::Carrier {
    std::size_t room() override { return SIZE_MAX; }
    void take(hub::Parcel parcel) override {
      done.push_back({parcel.notice.id, parcel.channel.name, true, false, {}});
    }
    std::vector<hub::Delivery> delivered() override { return std::exchange(done, {}); }
    std::vector<hub::Delivery> done;
  };
  for (auto& office : offices_) {
    Everywhere everywhere;
    must(office->hub->tick());
    for (int i = 0; i < 2; ++i) must(office->hub->desk().post(everywhere));
  }
}

void World::pass_to(std::int64_t unix_ms) {
  // What nobody explained within a minute is said.
  if (unix_ms - now_ms_ > 2 * kFirstWordMs) {
    now_ms_ += kFirstWordMs;
    carry();
  }
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
  for (auto& office : offices_) {
    must(office->hub->tick());
    must(office->hub->idle());
  }
  carry();
}

// True if anything was said or done.
bool World::turn() {
  bool busy = false;
  std::map<Office*, std::vector<hub::PeerFrame>> frames;
  for (auto& dock : docks_) {
    must(dock->agent->tick());
    if (!dock->online) continue;
    for (Line& line : dock->lines) {
      if (dock->agent->take_reconnect(line.id)) {
        reconnect(*dock, line);
        busy = true;
      }
      while (auto frame = must(dock->agent->next_frame(line.id))) {
        dock->agent->sent(line.id, true);
        frames[line.office].push_back({dock->peer(line), line.curve_key, "192.0.2.1", std::move(*frame)});
      }
    }
  }
  for (auto& office : offices_) {
    busy = busy || !frames[office.get()].empty();
    busy = hand_down(*office, must(office->hub->on_frames(frames[office.get()]))) || busy;
    busy = hand_down(*office, must(office->hub->outgoing())) || busy;
    busy = must(office->hub->oversee(4096)) > 0 || busy;
  }
  return busy;
}

bool World::hand_down(Office& office, const std::vector<hub::PeerReply>& replies) {
  for (const hub::PeerReply& reply : replies) {
    bool taken = false;
    for (auto& dock : docks_)
      for (const Line& line : dock->lines) {
        if (!dock->online || line.office != &office || dock->peer(line) != reply.peer) continue;
        must(dock->agent->on_message(line.id, reply.frame));
        taken = true;
      }
    if (!taken) office.hub->peer_gone(reply.peer);
  }
  return !replies.empty();
}

Result<cli::Value> World::run(const std::string& actor, const std::vector<std::string>& words) {
  const bool at_office = is_office(actor);
  SEALKEEP_LET(asked,
               cli::parse_command_line(at_office ? hub::program_spec() : agent::program_spec(), words));
  const auto* invocation = std::get_if<cli::Invocation>(&asked);
  if (invocation == nullptr) return bad_input("scenario.help", "A scenario asks for no help");
  if (at_office) return hub::execute(*office(actor).hub, invocation->command, [](const cli::Progress&) {});
  SEALKEEP_LET(command, agent::with_files(invocation->command));
  return agent::execute(*dock(actor).agent, command, [](const cli::Progress&) {});
}

std::uint64_t World::recorded(const std::string& actor) {
  LogStore& logs = is_office(actor) ? office(actor).hub->logs() : dock(actor).agent->logs();
  std::uint64_t entries = 0;
  for (const LogInfo& info : must(logs.logs())) entries += must(logs.size(info.id));
  return entries;
}

std::vector<std::string> World::register_differences(const std::string& code) {
  std::vector<std::string> out;
  const Dock& site = dock(code);
  for (const Line& line : site.lines) compare(site, line, out);
  return out;
}

void World::compare(const Dock& site, const Line& line, std::vector<std::string>& out) {
  RegisterId there = 0;
  for (const hub::SiteInfo& info : must(line.office->hub->sites()))
    if (info.code == site.code) there = info.id;
  RegisterRows& own = site.agent->rows();
  RegisterRows& hub = line.office->hub->rows();
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other}) {
    if (must(own.ledger(line.id, family)) != must(hub.ledger(there, family)))
      out.push_back("the ledgers differ: " + ses::equation_text(must(own.ledger(line.id, family))) + " and " +
                    ses::equation_text(must(hub.ledger(there, family))));
    const auto mine = must(own.seals(line.id, family, "", kAll)),
               theirs = must(hub.seals(there, family, "", kAll));
    if (mine.size() != theirs.size()) out.push_back("not the same number of seals");
    for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i)
      if (mine[i].key != theirs[i].key || mine[i].row != theirs[i].row)
        out.push_back("seal " + mine[i].key.number.text() + " differs");
  }
  // Duties of one register only: those of the site's other exporters are none of theirs.
  const auto mine = must(own.duties(line.id, kAll)), theirs = must(hub.duties(there, kAll));
  bool same = mine.size() == theirs.size();
  for (std::size_t i = 0; same && i < mine.size(); ++i)
    same = mine[i].key == theirs[i].key && mine[i].row == theirs[i].row;
  if (!same) out.push_back("what is to do differs");
}

}  // namespace sealkeep::scenarios
