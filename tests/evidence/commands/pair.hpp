// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "agent/commands/commands.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/system_random.hpp"
#include "common/evidence/page.hpp"
#include "common/verify/report.hpp"
#include "hub/commands/commands.hpp"
#include "hub/journal.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::test {

inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The text under a name in an answer as JSON, where it first stands.
inline std::string said_as(const std::string& json, const std::string& name) {
  const std::size_t at = json.find("\"" + name + "\":\"");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 4;
  return json.substr(from, json.find('"', from) - from);
}

struct Checked {
  evidence::CheckedPack pack;
  evidence::Findings findings;
  std::string answer;
};

/// A hub and an agent of one site, joined by hand, driven as from their command lines.
struct Pair {
  Pair() {
    const hub::HubParts hub_parts{folder.made("hub"), {}, {}, clock, random, quiet};
    must(hub::Hub::create(hub_parts, {"hub.example.nz", "tcp://127.0.0.1:1", "tcp://127.0.0.1:2"}));
    hub = must(hub::Hub::open(hub_parts));
    const agent::AgentParts agent_parts{folder.made("agent"), {}, {}, clock, random, quiet};
    must(agent::Agent::create(agent_parts));
    agent = must(agent::Agent::open(agent_parts));
    enrolled = must(agent->enrol(must(hub->add_site("akl-01"))));
    curve_key = agent->links().front().curve_key->public_key();
    const Bytes answer = must(hub->on_enrol_request(must(agent->enrol_request(enrolled.id)), &curve_key));
    must(agent->on_enrol_answer(enrolled.id, answer));
    must(hub->approve_site("akl-01", enrolled.fingerprint));
  }

  Result<cli::Value> at_site(const std::vector<std::string>& words) {
    SEALKEEP_LET(asked, cli::parse_command_line(agent::program_spec(), words));
    return agent::execute(*agent, std::get<cli::Invocation>(asked).command,
                          [this](const cli::Progress& p) { seen = p; });
  }
  Result<cli::Value> at_hub(const std::vector<std::string>& words) {
    SEALKEEP_LET(asked, cli::parse_command_line(hub::program_spec(), words));
    return hub::execute(*hub, std::get<cli::Invocation>(asked).command,
                        [this](const cli::Progress& p) { seen = p; });
  }
  /// Until head office has cosigned everything.
  void sync() {
    if (!connected) agent->on_connected(enrolled.id);
    connected = true;
    for (int turn = 0; turn < 5'000; ++turn) {
      std::vector<hub::PeerFrame> frames;
      while (auto frame = must(agent->next_frame(enrolled.id))) {
        agent->sent(enrolled.id, true);
        frames.push_back({Bytes{1}, curve_key, "127.0.0.1", std::move(*frame)});
      }
      auto replies = must(hub->on_frames(frames));
      for (hub::PeerReply& more : must(hub->outgoing())) replies.push_back(std::move(more));
      for (const hub::PeerReply& reply : replies) must(agent->on_message(enrolled.id, reply.frame));
      must(agent->tick());
      must(hub->tick());
      while (must(hub->oversee(4096)) > 0) {
      }
      const agent::ExporterInfo now = agent->exporters().front();
      if (frames.empty() && replies.empty() && now.cosigned_size == now.size && details_arrived()) return;
      if (frames.empty() && replies.empty()) ::usleep(2'000);
    }
    FAIL("the pair does not come to rest");
  }
  bool details_arrived() {
    const RegisterLogs logs = must(hub->register_logs(must(hub->sites()).front().id));
    for (const auto& log : logs.site)
      if (!must(hub->details().wanted(log.log, 0, UINT64_MAX, 1)).empty()) return false;
    return true;
  }
  /// A day's work; names are details.
  void work() {
    must(at_hub({"approve", "operator", "--site", "akl-01", "--name", "Sky Freight", "--number", "40",
                 "--scope", "air", "--from", "2020-01-01"}));
    sync();
    for (const auto& words : std::vector<std::vector<std::string>>{
             {"person", "add", "Mere Tane"},
             {"person", "add", "Tama Ruru"},
             {"store", "add", "Safe"},
             {"seal", "receive", "NZ300001", "--count", "40", "--place", "Safe", "--by", "Mere Tane"},
             {"seal", "apply", "NZ300001", "--container", "MSCU1234566", "--by", "Mere Tane"},
             {"seal", "damaged", "NZ300002", "--cause", "faulty", "--by", "Mere Tane"}})
      must(at_site(words));
  }
  [[nodiscard]] std::string file(const char* name) const { return (folder / name).string(); }

  [[nodiscard]] static Bytes read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    REQUIRE(in.good());
    return Bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  }
  [[nodiscard]] static std::unique_ptr<Checked> check(ByteView bytes,
                                                      const std::vector<std::string>& anchors) {
    auto out = std::make_unique<Checked>();
    std::vector<evidence::Anchor> parsed;
    for (const std::string& text : anchors) parsed.push_back(must(evidence::parse_anchor(text)));
    out->pack = evidence::check_pack(bytes, parsed, out->findings);
    out->answer = cli::to_json(verifier::report(out->pack, out->findings, parsed));
    return out;
  }
  /// sealkeep-verify as a process; its exit code.
  int verify(const std::string& arguments) const {
    const int status = std::system(
        (SEALKEEP_BIN_DIR "/sealkeep-verify " + arguments + " > '" + file("said") + "' 2>&1").c_str());
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  [[nodiscard]] std::string said() const { return std::string(as_text(read(file("said")))); }

  TestFolder folder;
  SystemClock clock;
  SystemRandom random;
  NullLogger quiet;
  std::unique_ptr<hub::Hub> hub;
  std::unique_ptr<agent::Agent> agent;
  agent::ExporterInfo enrolled;
  BoxPublicKey curve_key;
  cli::Progress seen;
  bool connected = false;
};

}  // namespace sealkeep::test
