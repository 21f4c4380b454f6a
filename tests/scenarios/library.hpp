// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <set>

#include "tests/scenarios/script.hpp"

namespace sealkeep::scenarios {

/// Every scenario of this folder, by name.
inline std::vector<Script> library() {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SEALKEEP_SOURCE_DIR "/tests/scenarios"))
    if (entry.path().extension() == ".txt") files.insert(entry.path());
  std::vector<Script> scripts;
  for (const auto& file : files) {
    auto script = read_script(file);
    if (!script) FAIL(script.error().text());
    scripts.push_back(std::move(*script));
  }
  return scripts;
}

}  // namespace sealkeep::scenarios
