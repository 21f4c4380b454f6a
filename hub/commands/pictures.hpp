// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

/// Pictures beside a site's records: what was read on them, and their small copies, as far as they arrived.
namespace sealkeep::hub::commands {

/// Adds `pictures` (in words) and `photos` (which details of the entry are photos) to a row about the entry
/// of that log, if there are any.
[[nodiscard]] Result<> add_pictures(Hub& hub, LogId log, std::uint64_t index, const ses::Entry& entry,
                                    Value& row);
/// Writes one photo to a new file. NotFound `picture.unknown` if there is none, or not yet; BadInput
/// `picture.record`.
[[nodiscard]] Result<Value> seal_photo(Hub& hub, const Command& command);
[[nodiscard]] cli::CommandSpec seal_photo_spec();

}  // namespace sealkeep::hub::commands
