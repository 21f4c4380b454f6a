// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <fstream>

#include "agent/commands/commands.hpp"
#include "tests/agent/agent_fixture.hpp"

namespace sealkeep::test {

/// An enrolled agent, driven as from its command line.
struct CommandBench {
  CommandBench() {
    bench.open();
    id = bench.enrol(hub);
    hub.approve(must(bench.agent().enrol_request(id)));
  }

  [[nodiscard]] Result<cli::Command> parsed(const std::vector<std::string>& words) {
    SEALKEEP_LET(asked, cli::parse_command_line(agent::program_spec(), words));
    return std::get<cli::Invocation>(asked).command;
  }
  Result<cli::Value> run(const std::vector<std::string>& words) {
    SEALKEEP_LET(command, parsed(words));
    SEALKEEP_LET(whole, agent::with_files(std::move(command)));
    return agent::execute(bench.agent(), whole, [this](const cli::Progress& progress) { seen = progress; });
  }
  /// What a command answers, as JSON.
  std::string said(const std::vector<std::string>& words) { return cli::to_json(must(run(words))); }
  [[nodiscard]] std::string file(const char* name, std::string_view bytes) {
    const std::filesystem::path path = files.path() / name;
    std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    return path.string();
  }
  [[nodiscard]] ses::LedgerRow ledger() { return must(bench.agent().rows().ledger(id, ses::Family::Ses)); }
  [[nodiscard]] std::uint64_t size() { return bench.info(id).size; }

  AgentBench bench;
  SmallHub hub;
  RegisterId id = 0;
  TestFolder files;
  cli::Progress seen;
};

[[nodiscard]] inline bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace sealkeep::test
