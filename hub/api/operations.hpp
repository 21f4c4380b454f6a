// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/api/operation.hpp"
#include "common/cli/program.hpp"
#include "hub/accounts.hpp"

namespace sealkeep::hub::api {

using sealkeep::api::Does;
using sealkeep::api::Operation;
using sealkeep::api::path_of;

/// What is served at head office, with the least role.
[[nodiscard]] std::span<const Operation> operations();
/// What is for the machine's shell alone, with the reason; tests hold that every command stands in one of the
/// two tables.
struct ShellOnly {
  std::string_view command, why;
};
[[nodiscard]] std::span<const ShellOnly> shell_only();

/// What a command is about, for people who see some sites only.
enum class About : std::uint8_t {
  SitesNamed,  ///< takes --site: each must be theirs; not said: their only one, else the answer is cut
  SiteCode,    ///< takes the site as "code"
  SiteInId,    ///< takes an "id" that begins with the site: akl-01/1/42
  Reports,     ///< takes a report as "id": of sites of theirs
  Alerts,      ///< takes alerts as "id": each of a site of theirs
  Cut,         ///< over several sites: what is of other sites is cut out of the answer
  AllSites,    ///< of all sites together: not for them
  NoSite,      ///< concerns no site
};
[[nodiscard]] About about(const Operation& operation, const cli::CommandSpec& spec);

}  // namespace sealkeep::hub::api
