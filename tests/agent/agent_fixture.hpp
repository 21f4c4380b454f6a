// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <cstdlib>

#include "agent/agent.hpp"
#include "tests/agent/small_hub.hpp"
#include "tests/support/hand_clock.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::test {

/// One agent on a disk of its own, and what it stands on.
class AgentBench {
 public:
  explicit AgentBench(std::string vfs = {}) : vfs_(std::move(vfs)) { must(agent::Agent::create(parts())); }

  [[nodiscard]] agent::AgentParts parts() {
    agent::AgentParts parts{folder_.path(), {}, vfs_, clock, random, log};
    parts.free_bytes = [this] { return free_bytes; };
    parts.terminal_listen = tablets;
    return parts;
  }
  agent::Agent& open() {
    agent_.reset();
    agent_ = must(agent::Agent::open(parts()));
    return *agent_;
  }
  void close() { agent_.reset(); }
  [[nodiscard]] agent::Agent& agent() { return *agent_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

  RegisterId enrol(SmallHub& hub) {
    return must(agent_->enrol(hub.invitation(clock.now().unix_ms + 86'400'000))).id;
  }
  [[nodiscard]] agent::ExporterInfo info(RegisterId id) {
    for (const agent::ExporterInfo& one : agent_->exporters())
      if (one.id == id) return one;
    FAIL("no such exporter");
    return {};
  }

  agent::Fact fact(std::uint32_t number) {
    agent::Fact made;
    random.fill(made.request_id);
    made.event = ses::TerminalAdded{number};
    return made;
  }
  void record(RegisterId id, std::uint32_t count) {
    std::vector<agent::Fact> facts;
    for (std::uint32_t i = 0; i < count; ++i) facts.push_back(fact(next_++));
    for (const auto& answer : must(agent_->record(id, facts))) must(answer);
  }

  /// Hands frames to and fro until neither side has anything to say. Returns how many came from the agent.
  std::size_t talk(RegisterId id, SmallHub& hub) {
    std::size_t count = 0;
    while (auto frame = must(agent_->next_frame(id))) {
      agent_->sent(id, true);
      ++count;
      for (const Bytes& reply : hub.on_frame(*frame, clock.now())) must(agent_->on_message(id, reply));
    }
    return count;
  }
  std::size_t connect(RegisterId id, SmallHub& hub) {
    agent_->on_connected(id);
    return talk(id, hub);
  }

  HandClock clock;
  SeededRandom random{7};
  NullLogger log;
  std::uint64_t free_bytes = 1'000'000'000;
  std::vector<std::string> tablets{};  ///< terminal.listen

 private:
  TestFolder folder_;
  std::string vfs_;
  std::unique_ptr<agent::Agent> agent_;
  std::uint32_t next_ = 1;
};

/// Every entry of the log that is written now, decoded.
inline std::vector<ses::Entry> entries_of(agent::Agent& agent, RegisterId id) {
  std::vector<ses::Entry> all;
  const LogId log = agent.site_register(id)->written().log;
  must(agent.logs().read_entries(log, 0, UINT64_MAX, UINT64_MAX,
                                 [&](std::uint64_t, ByteView bytes) -> Result<> {
                                   all.push_back(must(ses::decode_entry(bytes)));
                                   return {};
                                 }));
  return all;
}
template <class Event>
std::size_t count_of(const std::vector<ses::Entry>& entries) {
  std::size_t count = 0;
  for (const ses::Entry& entry : entries)
    if (std::holds_alternative<Event>(entry.event)) ++count;
  return count;
}

}  // namespace sealkeep::test
