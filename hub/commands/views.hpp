// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"
#include "hub/site_places.hpp"

/// What head office asks of all sites together (docs/decisions/0020): each answer has members for programs,
/// and `in_words` for a person at a shell.
namespace sealkeep::hub::commands {

/// The specs of the questions below, in the order of the help.
[[nodiscard]] std::vector<cli::CommandSpec> view_specs();
/// Nothing for a command that is none of them.
[[nodiscard]] std::optional<Result<Value>> answer_view(Hub& hub, const Command& command,
                                                       const OnProgress& progress);

/// The first screen: one sentence, and what stands behind each number of it.
[[nodiscard]] Result<Value> overview(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> site_list(Hub& hub, const Command& command);
/// One site: its SITE members, ledgers, places, units, people, keys.
[[nodiscard]] Result<Value> site_show(Hub& hub, const Command& command);
/// Seals over all sites by number, range, container, delivery or box; each answer looks at a bounded number
/// of rows. BadInput `cli.value`.
[[nodiscard]] Result<Value> seal_find(Hub& hub, const Command& command);
/// An evidence pack of the records of one seal. NotFound `seal.unknown`.
[[nodiscard]] Result<Value> seal_prove(Hub& hub, const Command& command, const OnProgress& progress);
[[nodiscard]] Result<Value> deliveries(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> incidents_list(Hub& hub, const Command& command);
/// NotFound `incident.unknown`.
[[nodiscard]] Result<Value> incidents_show(Hub& hub, const Command& command);
/// Says where a site lies; an entry of the journal. BadInput `site.place`.
[[nodiscard]] Result<Value> site_place(Hub& hub, const Command& command);
/// {lat_e6, lon_e6}, millionths of a degree, or null.
[[nodiscard]] Value place_value(const std::optional<MapPlace>& place);
/// Nothing for a command that is not about saved filters.
[[nodiscard]] std::optional<Result<Value>> filter_command(Hub& hub, const Command& command);
[[nodiscard]] std::vector<cli::CommandSpec> filter_specs();
[[nodiscard]] Result<Value> people(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> plan_show(Hub& hub, const Command& command);
/// NotFound `plan.unknown`.
[[nodiscard]] Result<Value> plan_diff(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> trends(Hub& hub, const Command& command);
[[nodiscard]] Result<Value> journal_list(Hub& hub, const Command& command);

}  // namespace sealkeep::hub::commands
