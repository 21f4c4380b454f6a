// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <string_view>

#include "common/ses/entry.hpp"

/// Facts that are recorded once more in a new epoch (docs/decisions/0007-facts-after-a-restore.md).
namespace sealkeep::ses {

/// So many restatements may lie around one fact: one for each epoch that head office never took.
inline constexpr unsigned kRestatedDeep = 8;

/// Whether a frozen log's entries of this kind are restated. Not those that a log says of itself:
/// epoch_started and agent_started speak of the log and of the start that they stand in, directives_adopted
/// orders its log's facts and directives, and the new log states what is adopted by an entry of its own
/// before anything else.
[[nodiscard]] bool is_restated(Kind kind);

/// What an entry states, and where that was recorded before, the newest place first: none, unless the entry
/// is a restated one. Everybody who looks at an entry for what it says looks at stated(entry).fact.
struct Stated {
  Entry fact;
  std::vector<Ref> places;
};
[[nodiscard]] Stated stated(Entry entry);

/// The entry that states once more what is recorded at `at` with these bytes; nothing if entries of its kind
/// are not restated. `header` is the new entry's own. What lies kRestatedDeep deep already loses its
/// outermost place. Errors as decode_entry.
[[nodiscard]] Result<std::optional<Entry>> restate(const EntryHeader& header, Ref at, ByteView bytes);

/// The entries that an event is about, to be looked at or changed.
[[nodiscard]] std::vector<Ref*> abouts(Event& event);

/// The number of the epoch in a log's origin, ".../e<N>"; nothing if there is none.
[[nodiscard]] std::optional<std::uint32_t> epoch_of(std::string_view origin);

/// For a reader of a site's logs, epoch by epoch, that cannot go back to them: finds the facts that it was
/// not told before, as RegisterFold does by the logs. Memory: 32 bytes an entry, more for a restated one. A
/// value.
class Told {
 public:
  /// The next entry, all of a log in order; `entry` is nullptr if it cannot be read. True: `*entry` is now
  /// the fact in it, and speaks of other entries by the places where they were told. False: it was told
  /// before.
  [[nodiscard]] bool take(Ref at, Entry* entry);

 private:
  struct Log {
    std::uint64_t first = 0;
    std::vector<Hash> facts;
    std::map<Ref, std::uint64_t> restated;  // a place: the entry that states it once more
    std::map<std::uint64_t, Ref> recorded;  // a restated entry: where its fact was recorded first
    std::optional<std::uint32_t> goes_on_from;
  };
  [[nodiscard]] const Hash* fact_at(Ref place) const;
  [[nodiscard]] std::optional<Ref> told_before(Ref recorded, Ref at) const;
  [[nodiscard]] std::optional<std::uint32_t> epoch_before(std::uint32_t epoch) const;
  [[nodiscard]] Ref place_of(Ref named, Ref at) const;
  std::map<std::uint32_t, Log> logs_;  // by epoch
};

}  // namespace sealkeep::ses
