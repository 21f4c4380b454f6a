// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "common/ses/event.hpp"
#include "common/ses/irregularity.hpp"

namespace sealkeep::ses {

enum class ClockState : std::uint8_t { Trusted = 0, Unsure = 1, Stepped = 2 };
enum class AuthMethod : std::uint8_t { None = 0, Password = 1, Badge = 2, Pin = 3, Shell = 4 };
enum class Source : std::uint8_t { Scanned = 1, Typed = 2, Camera = 3, Paper = 4, Imported = 5 };

/// What an entry says of itself beside its event (log-and-sync section 3).
struct EntryHeader {
  std::array<std::uint8_t, 8> request_id{};  ///< random: the same request recorded twice is one entry
  std::int64_t happened_ms = 0;              ///< claimed by a person, Unix time
  std::int64_t recorded_ms = 0;              ///< the agent's clock, Unix time
  std::int32_t utc_offset_min = 0;           ///< the site's zone at recorded_ms
  std::uint32_t boot_no = 0;                 ///< counts the agent's starts within this log
  std::int64_t mono_ms = 0;                  ///< monotonic within the machine's boot
  ClockState clock_state = ClockState::Trusted;
  PersonNo person_no = 0;
  AuthMethod auth_method = AuthMethod::None;
  std::uint32_t terminal_no = 0;  ///< 0: the agent itself
  Source source = Source::Typed;
  friend bool operator==(const EntryHeader&, const EntryHeader&) = default;
};

/// Kinds of details. Numbers are stored; never reuse one.
enum class DetailKind : std::uint8_t {
  Name = 1,
  Narrative = 2,
  Driver = 3,
  Reference = 4,
  Address = 5,
  Reason = 6,
  Photo = 7,
  Signature = 8,
  Picture = 9,  ///< what describes a picture (picture.hpp)
};

/// What an entry says of bytes that it only commits to.
struct DetailCommitment {
  DetailKind kind = DetailKind::Narrative;
  std::uint64_t length_bytes = 0;
  Hash commitment;
  friend bool operator==(const DetailCommitment&, const DetailCommitment&) = default;
};

/// An irregularity as written into the entry; `reason` is the index of the detail that explains it.
struct NotedIrregularity {
  Irregularity code{};
  std::optional<std::uint8_t> reason;
  friend bool operator==(const NotedIrregularity&, const NotedIrregularity&) = default;
};

/// One leaf of a site log, decoded. Each irregularity stands at most once; its `reason` is the place of a
/// detail below.
struct Entry {
  EntryHeader header;
  Event event;
  std::vector<NotedIrregularity> irregularities;
  std::vector<Ref> refs;
  std::vector<DetailCommitment> details;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// The exact bytes that are hashed (docs/formats/entry.md): a canonical MessagePack array, at most
/// limits::kEntryBytes; limits::kLeafBytes, if it is a restated one. BadInput `entry.too_large` when a list
/// makes it longer (split the fact into several entries), `entry.malformed` for a value that decode_entry()
/// would refuse.
[[nodiscard]] Result<Bytes> encode(const Entry& entry);

/// The whole entry or an error; never a part. BadInput `entry.version` for a version that this program does
/// not know, `entry.kind` for an unknown kind, `entry.malformed` with the cause for everything else. A
/// restated entry is sound only with all that is in it (restated.hpp): at most kRestatedDeep entries, each
/// with the same details and of an older epoch than the one around it, the last of a kind that is restated.
[[nodiscard]] Result<Entry> decode_entry(ByteView bytes);

}  // namespace sealkeep::ses
