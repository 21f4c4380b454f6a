// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/evidence/collect/collect.hpp"
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {

[[nodiscard]] cli::CommandSpec export_evidence_spec();
/// Writes an evidence pack (docs/formats/evidence.md) and notes in the journal who took what out. The file
/// stays if the journal cannot be written, and the error says so.
[[nodiscard]] Result<Value> export_evidence(Hub& hub, const Command& command, const OnProgress& progress);

/// The cover of a pack as the options of such a command say, without sites and logs.
[[nodiscard]] Result<evidence::Cover> cover_of(Hub& hub, const Command& command);
/// All logs of a site, with the keys that cosigned them.
[[nodiscard]] Result<evidence::SiteToPack> site_to_pack(Hub& hub, const SiteInfo& site,
                                                        const RegisterLogs& logs);

}  // namespace sealkeep::hub::commands
