// SPDX-License-Identifier: Apache-2.0
#include "live_pair.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <thread>

#include "hub/commands/commands.hpp"

namespace sealkeep::fault {

cli::Command command(std::string name, std::map<std::string, std::vector<std::string>> options) {
  return {std::move(name), std::move(options), {}};
}

std::string text_of(const cli::Value& value, std::string_view name) {
  const cli::Value* found = value.find(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->as_text() != nullptr);
  return *found->as_text();
}

std::int64_t number_of(const cli::Value& value, std::string_view name) {
  const cli::Value* found = value.find(name);
  REQUIRE(found != nullptr);
  REQUIRE(found->as_int() != nullptr);
  return *found->as_int();
}

cli::Value eventually(net::NetContext& context, const std::filesystem::path& folder,
                      const cli::Command& asked, const std::function<bool(const cli::Value&)>& good) {
  std::string last = "nothing";
  for (int i = 0; i < 600; ++i) {
    if (Result<cli::Value> answer = ask(context, folder, asked)) {
      if (good(*answer)) return *answer;
      last = cli::to_json(*answer);
    } else {
      last = answer.error().text();
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  FAIL("gave up waiting; last answer: " << last);
  return {};
}

LivePair::LivePair(const hub::HubParts& hub_parts, const std::filesystem::path& agent_folder,
                   const std::filesystem::path& logs)
    : hub({std::string(SEALKEEP_BIN_DIR) + "/sealkeep-hub", "--data", hub_parts.folder.string(), "serve",
           "--main-port", std::to_string(main_port_), "--enrol-port", std::to_string(enrol_port_)},
          logs / "hub.log"),
      agent({std::string(SEALKEEP_BIN_DIR) + "/sealkeep-agent", "--data", agent_folder.string(), "serve"},
            logs / "agent.log") {
  std::filesystem::create_directory(hub_parts.folder);
  std::filesystem::permissions(hub_parts.folder, std::filesystem::perms::owner_all);
  REQUIRE(sealkeep::hub::init(hub_parts, {"hub.example.nz", fmt::format("tcp://127.0.0.1:{}", main_port_),
                                          fmt::format("tcp://127.0.0.1:{}", enrol_port_)}));
  hub.start();
  net::NetContext context;
  const cli::Value added = eventually(context, hub_parts.folder, command("site add", {{"code", {"akl-01"}}}),
                                      [](const cli::Value&) { return true; });
  {
    std::ofstream file(logs / "invitation");
    file << text_of(added, "invitation");
  }
  Program enrol({std::string(SEALKEEP_BIN_DIR) + "/sealkeep-agent", "--data", agent_folder.string(), "enrol",
                 "--invitation", (logs / "invitation").string()},
                logs / "enrol.log");
  enrol.start();
  std::string fingerprint;
  eventually(context, hub_parts.folder, command("site list"), [&](const cli::Value& said) {
    const cli::Value* sites = said.find("sites");
    if (sites == nullptr || sites->as_list() == nullptr || sites->as_list()->empty()) return false;
    if (text_of(sites->as_list()->front(), "state") != "pending") return false;
    fingerprint = text_of(sites->as_list()->front(), "fingerprint");
    return true;
  });
  eventually(context, hub_parts.folder,
             command("site approve", {{"code", {"akl-01"}}, {"fingerprint", {fingerprint}}}),
             [](const cli::Value&) { return true; });
  REQUIRE(enrol.wait() == 0);
  agent.start();
}

}  // namespace sealkeep::fault
