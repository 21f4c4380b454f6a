// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace sealkeep::agent {

/// Where terminals reach the agent, and the pages they get.
struct DoorConfig {
  std::vector<std::string> listen;  ///< "http://127.0.0.1:8484", "https://192.168.1.20:8443"; empty:
                                    ///< no terminals
  std::vector<std::string> hosts;   ///< further names and addresses under which they reach it
  std::filesystem::path pages;      ///< the folder of the built pages; empty: none
  [[nodiscard]] bool open() const { return !listen.empty(); }
};

}  // namespace sealkeep::agent
