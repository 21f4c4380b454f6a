// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/commands/parts.hpp"

/// Pictures beside a site's records: what was read on them, their small copies and their originals, as far as
/// they arrived.
namespace sealkeep::hub::commands {

/// Adds `pictures` (in words), `originals` (one for each of these: where it is) and `photos` (which details
/// of the entry are photos) to a row about the entry of that log, if there are any.
[[nodiscard]] Result<> add_pictures(Hub& hub, LogId log, std::uint64_t index, const ses::Entry& entry,
                                    Value& row);
/// Writes one photo to a new file. NotFound `picture.unknown` if there is none, or not yet; BadInput
/// `picture.record`.
[[nodiscard]] Result<Value> seal_photo(Hub& hub, const Command& command);
[[nodiscard]] cli::CommandSpec seal_photo_spec();
/// Writes one original to a new file, as its camera made it. Errors as seal_photo().
[[nodiscard]] Result<Value> seal_original(Hub& hub, const Command& command);
[[nodiscard]] cli::CommandSpec seal_original_spec();
/// What kind of file that original is: "image/jpeg"; empty if it is not here.
[[nodiscard]] Result<std::string> original_media(Hub& hub, const Command& command);

/// "2 originals of pictures are still to come"; empty for none.
[[nodiscard]] std::string awaited_words(std::int64_t awaited);

}  // namespace sealkeep::hub::commands
