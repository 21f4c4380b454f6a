// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

#include "common/cli/program.hpp"

/// Short ways to write tables of commands: `needed(placed(text("number", "The seal's number.")))`. Each makes
/// an OptionSpec or changes one; what a table cannot hold is found when the program starts (`cli.spec`).
namespace sealkeep::cli::spec {

using Options = std::vector<OptionSpec>;

[[nodiscard]] inline OptionSpec text(std::string name, std::string help, std::string value_name = {}) {
  OptionSpec option{std::move(name), std::move(help)};
  option.value_name = std::move(value_name);
  return option;
}
[[nodiscard]] inline OptionSpec path(std::string name, std::string help, std::string value_name = {}) {
  OptionSpec option = text(std::move(name), std::move(help), std::move(value_name));
  option.type = OptionType::Path;
  return option;
}
[[nodiscard]] inline OptionSpec flag(std::string name, std::string help) {
  return {std::move(name), std::move(help), OptionType::Flag};
}
[[nodiscard]] inline OptionSpec choice(std::string name, std::string help, std::vector<std::string> choices,
                                       std::string default_value = {}) {
  OptionSpec option{std::move(name), std::move(help), OptionType::Choice};
  option.choices = std::move(choices);
  option.default_value = std::move(default_value);
  return option;
}
[[nodiscard]] inline OptionSpec whole(std::string name, std::string help, std::int64_t min,
                                      std::int64_t max = INT64_MAX) {
  OptionSpec option{std::move(name), std::move(help), OptionType::Integer};
  option.min = min;
  option.max = max;
  return option;
}
[[nodiscard]] inline OptionSpec needed(OptionSpec option) {
  option.required = true;
  return option;
}
[[nodiscard]] inline OptionSpec many(OptionSpec option) {
  option.repeatable = true;
  return option;
}
[[nodiscard]] inline OptionSpec placed(OptionSpec option) {
  option.positional = true;
  return option;
}

[[nodiscard]] inline Options operator+(Options left, const Options& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

}  // namespace sealkeep::cli::spec
