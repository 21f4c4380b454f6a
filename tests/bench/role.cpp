// SPDX-License-Identifier: Apache-2.0
// The product as a peer of the harness that measures replication programs: role edge|hub DIR PORT SITES POST
#include <fmt/format.h>

#include "tests/bench/roles.hpp"

int main(int argc, char** argv) {
  using namespace sealkeep;
  if (argc != 6) {
    fmt::print(stderr, "usage: {} edge|hub DIR PORT SITES POST\n", argv[0]);
    return 2;
  }
  const bench::RoleArguments arguments{argv[2], static_cast<std::uint16_t>(std::stoul(argv[3])),
                                       static_cast<std::uint32_t>(std::stoul(argv[4])), argv[5]};
  const Result<> done =
      std::string_view(argv[1]) == "hub" ? bench::run_hub(arguments) : bench::run_edge(arguments);
  if (done) return 0;
  fmt::print(stderr, "{}\n", done.error().text());
  return 1;
}
