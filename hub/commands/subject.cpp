// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/people_parts.hpp"

namespace sealkeep::hub::commands {

// Only options whose values name no person: what is typed into a search may be a driver's name.
std::string subject_of(const Command& command) {
  constexpr std::pair<std::string_view, std::string_view> kOptions[] = {
      {"site", "site "},       {"code", "site "},        {"number", ""},        {"id", ""},
      {"entry", "entry "},     {"container", ""},        {"clause", "clause "}, {"first", "seals from "},
      {"setting", "setting "}, {"plan-version", "plan "}};
  std::string out;
  for (const auto& [option, before] : kOptions) {
    const auto value = command.one(option);
    if (!value || value->empty()) continue;
    const std::size_t several = command.all(option).size();
    out += (out.empty() ? "" : ", ") + std::string(before) + printable(*value);
    if (several > 1) out += " and " + std::to_string(several - 1) + " more";
  }
  return out;
}

}  // namespace sealkeep::hub::commands
