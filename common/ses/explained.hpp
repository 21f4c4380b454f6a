// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <optional>
#include <unordered_map>

#include "common/ses/entry.hpp"
#include "common/ses/rows.hpp"

/// Irregularities that close as "explained by" a later entry (domain-rules section 5): two tablets' queues
/// deliver the check before the seal that it checked; a short box is explained. Pure.
namespace sealkeep::ses {

/// Follows entries in the order of their log (all of it, or a history out of it). Memory: the marks that
/// nothing explained yet, and one answer for each that something did.
class Explanations {
 public:
  struct Closed {
    Ref marked;
    Irregularity code{};
    Ref by;
    /// What `code` found missing had happened by then, and was only heard later: the fact was in order.
    /// False: somebody explained it, and the mark still stands against it.
    bool in_order = false;
  };

  /// Returns the marks that this entry closes.
  std::vector<Closed> add(const Entry& entry, Ref at);
  /// The entry that explains this mark of `marked`; nothing while it stands.
  [[nodiscard]] std::optional<Ref> of(Ref marked, Irregularity code) const;

 private:
  struct Mark {
    Ref at;
    Irregularity code{};
    std::int64_t happened_ms = 0;
    std::size_t wants = 0;  ///< what is still missing
  };
  struct Supply;  ///< what an entry supplies
  void mark(const Entry& entry, Ref at);
  void want(std::size_t mark, const std::string& subject);
  void want(std::size_t mark, const SealKey& seal);
  void close(std::size_t mark, Ref by, bool in_order, std::vector<Closed>& closed);

  std::vector<Mark> marks_;
  std::unordered_multimap<std::string, std::size_t>
      by_subject_;  ///< "26 MSCU1234566": code and what is missing
  std::map<Irregularity, std::multimap<SealKey, std::size_t>> by_seal_;
  std::map<std::pair<Ref, Irregularity>, Ref> answers_;
};

/// "unknown_unit, explained by entry 1/12; ..." for people: each mark of an entry as a sentence, and what
/// explains it; empty if nothing is marked.
[[nodiscard]] std::string marks_words(const Entry& entry, Ref at, const Explanations& explanations);

}  // namespace sealkeep::ses
