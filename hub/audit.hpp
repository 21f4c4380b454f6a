// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/access/account.hpp"
#include "common/access/tokens.hpp"
#include "hub/hub.hpp"

namespace sealkeep::hub {

/// Who asked for what, over the API. No name stands in it, because the journal can never forget one: people
/// are their accounts' numbers.
struct Asked {
  access::AccountId account = 0;
  access::TokenId token = 0;  ///< 0: the person was signed in
  std::string command;        ///< "seal show"; "sign in"
  std::string subject;        ///< "NZ300006", "site akl-01": what it was about, as far as that is no person
  std::string from;           ///< the peer's address
  friend auto operator<=>(const Asked&, const Asked&) = default;
};
inline constexpr std::size_t kAskedTextBytes = 64;

/// Many views by one person in one entry.
struct Views {
  struct Line {
    Asked asked;
    std::uint64_t times = 0;
    std::int64_t last_ms = 0;
    friend bool operator==(const Line&, const Line&) = default;
  };
  std::int64_t from_ms = 0;
  std::vector<Line> lines;  ///< 1 to kViewLines
};
inline constexpr std::size_t kViewLines = 24;
inline constexpr std::int64_t kViewsEveryMs = 60'000;

/// The bodies of the journal's command_asked and views_seen (docs/formats/journal.md), and back. Texts are
/// cut to kAskedTextBytes.
[[nodiscard]] PackWriter encode(const Asked& asked);
[[nodiscard]] Result<Asked> decode_asked(ByteView body);
[[nodiscard]] PackWriter encode(const Views& views);
[[nodiscard]] Result<Views> decode_views(ByteView body);

/// The record of everything that is seen, taken out and changed through the API, in the hub's journal. What
/// is changed or taken out is an entry before it is carried out; views are gathered, so that a page costs no
/// sync: one entry at most every kViewsEveryMs, for kViewLines different ones, and at flush(). What was
/// gathered since the last one is lost with the machine's power.
class Audit {
 public:
  explicit Audit(Hub& hub) : hub_(&hub) {}
  [[nodiscard]] Result<> asked(const Asked& asked);
  /// An error (the disk is full) means that this one is not kept; what was gathered before stays for later.
  [[nodiscard]] Result<> viewed(Asked asked);
  /// Writes what was gathered, if it is time.
  [[nodiscard]] Result<> step();
  /// The same at once.
  [[nodiscard]] Result<> flush();
  /// When step() is to be called at the latest, monotonic ms.
  [[nodiscard]] std::int64_t next_step_ms() const { return due_ms_; }

 private:
  Hub* hub_;
  Views views_;
  std::map<Asked, std::size_t> at_;
  std::int64_t due_ms_ = INT64_MAX;  // monotonic
};

}  // namespace sealkeep::hub
