// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace sealkeep::house {

/// One broken rule of the house (docs/architecture.md): "common/tlog/tree.cpp:12: <what and why>".
using Complaints = std::vector<std::string>;

/// Reads every .hpp and .cpp under common/, agent/ and hub/ of the tree at `root` and says which rules they
/// break, in the order of file and line: who may include whom, which folder owns which library, what a pure
/// folder may never touch, the licence line, the length of a file. Reads text, not the preprocessor's output:
/// an include inside a comment or a disabled #if counts too.
[[nodiscard]] Complaints check_tree(const std::filesystem::path& root);

/// How many files check_tree would read: a test that reads nothing must not pass.
[[nodiscard]] std::size_t count_sources(const std::filesystem::path& root);

}  // namespace sealkeep::house
