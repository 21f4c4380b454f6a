// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/api/operations.hpp"
#include "hub/hub.hpp"

/// What somebody may ask and see who answers for some sites only.
namespace sealkeep::hub::api {

using SiteCodes = std::set<std::string>;

/// The command as it may be carried out for them; `cut`: its answer goes through only_of(). Refused
/// `access.site` for what is about another site (one answer for those that exist and those that do not),
/// `access.all_sites` for what is about all of them, `access.name_site` for a decision or a file that does
/// not say for which of several.
struct Limited {
  cli::Command command;
  bool cut = false;
};
[[nodiscard]] Result<Limited> limited_to(const SiteCodes& own, Hub& hub, const Operation& operation,
                                         const cli::CommandSpec& spec, cli::Command command);

/// What of an answer is theirs: of lists, the items that name one of these sites. Whatever is counted, added
/// up or said over several sites is left out, as is what names no site.
[[nodiscard]] cli::Value only_of(const SiteCodes& own, const cli::Value& answer);

}  // namespace sealkeep::hub::api
