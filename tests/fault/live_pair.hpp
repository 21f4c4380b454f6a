// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>

#include "hub/hub.hpp"
#include "processes.hpp"

namespace sealkeep::fault {

[[nodiscard]] cli::Command command(std::string name,
                                   std::map<std::string, std::vector<std::string>> options = {});
/// A member of an answer; a failed test if it is not there or of another type.
[[nodiscard]] std::string text_of(const cli::Value& value, std::string_view name);
[[nodiscard]] std::int64_t number_of(const cli::Value& value, std::string_view name);

/// Asks again and again until the daemon that serves `folder` gives an answer that is `good`; a failed test
/// after a minute.
cli::Value eventually(net::NetContext& context, const std::filesystem::path& folder,
                      const cli::Command& asked, const std::function<bool(const cli::Value&)>& good);

/// Both programs, running, on ports of their own; the agent is the approved site akl-01 of the hub.
class LivePair {
 public:
  /// Makes the hub in the folder of `hub_parts` and the agent in `agent_folder`, both not there yet. Output
  /// of the programs goes to `logs`.
  LivePair(const hub::HubParts& hub_parts, const std::filesystem::path& agent_folder,
           const std::filesystem::path& logs);

 private:
  const std::uint16_t main_port_ = free_port();
  const std::uint16_t enrol_port_ = free_port();

 public:
  Program hub;
  Program agent;
};

}  // namespace sealkeep::fault
