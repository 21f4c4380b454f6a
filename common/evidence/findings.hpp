// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>

#include "common/evidence/check.hpp"
#include "common/ses/compliance.hpp"
#include "common/ses/map_register.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::evidence {

/// One entry worth a line of its own.
struct ListedEntry {
  ses::Ref at;
  std::int64_t happened_ms = 0, recorded_ms = 0;
  std::string what, by, story;  ///< story: its narrative, if the pack has it
};
/// A list that names at most kListed and counts all.
struct Listed {
  static constexpr std::size_t kListed = 500;
  std::uint64_t count = 0;
  std::vector<ListedEntry> first;
};

/// What a pack shows of one site: its entries folded and counted by the reader, nothing taken on trust.
class SiteFindings final : public ses::Names {
 public:
  SiteFindings(const CoverSite& site, std::int64_t from_ms, std::int64_t until_ms);

  void add(const CoverLog& log, std::uint64_t index, const ses::Directive* directive);
  void add(const CoverLog& log, std::uint64_t index, const ses::Entry* entry,
           std::span<const SeenDetail> details);

  [[nodiscard]] std::string person_words(ses::PersonNo no) const override;
  [[nodiscard]] std::string place_words(const ses::Place& place) const override;
  /// One cell for each clause, from the entries of the period.
  [[nodiscard]] std::vector<ses::Cell> cells() const;
  /// Up to when its records say something: the newest recorded_ms, 0 for none.
  [[nodiscard]] std::int64_t recorded_until_ms() const { return recorded_until_ms_; }
  /// When its first record was made that is here, 0 for none.
  [[nodiscard]] std::int64_t first_recorded_ms() const { return first_recorded_ms_; }

  CoverSite site;
  ses::MapRegister reg;
  bool whole = true;            ///< every log of it is here from its first entry on
  std::uint64_t in_period = 0;  ///< entries that happened in the period
  std::array<ses::LedgerRow, 4> opening{},
      closing{};  ///< by family, as recorded when the period began, ended
  std::uint64_t unreadable = 0, details_missing = 0, adopted_missing = 0;
  Listed incidents;                     ///< lost, tampered, damaged, differing, told to Customs
  Listed corrections;                   ///< with both values
  Listed late;                          ///< recorded late, or copied from paper
  Listed counts;                        ///< counts, and what explained their differences
  Listed restarts;                      ///< new epochs, refused facts, times without a network
  Listed marked;                        ///< irregular in any other way
  std::set<std::uint32_t> days_closed;  ///< of the period, as days since 1970 in the site's zone

 private:
  void add_fact(const CoverLog& log, std::uint64_t index, const ses::Entry& fact,
                std::span<const SeenDetail> details);
  void fold(const CoverLog& log, std::uint64_t index, const ses::Entry& entry);
  void list(ses::Ref at, const ses::Entry& entry, std::span<const SeenDetail> details);
  void remember_names(const ses::Entry& entry, std::span<const SeenDetail> details);
  [[nodiscard]] bool inside(std::int64_t ms) const { return ms >= from_ms_ && ms < until_ms_; }

  std::int64_t from_ms_, until_ms_;
  bool opened_ = false, closed_ = false;
  std::int64_t recorded_until_ms_ = 0, first_recorded_ms_ = 0;
  ses::Compliance compliance_;
  ses::Told told_;
  std::map<std::uint32_t, std::vector<std::optional<ses::Directive>>> directives_;  // by epoch
  std::map<ses::PersonNo, std::string> people_;
  std::map<ses::StoreNo, std::string> stores_;
};

/// Collects the findings of all sites while check_pack() reads.
class Findings final : public PackVisitor {
 public:
  void on_cover(const Cover& cover) override;
  void on_directive(const CoverLog& log, std::uint64_t index, const ses::Directive* directive) override;
  void on_entry(const CoverLog& log, std::uint64_t index, const ses::Entry* entry,
                std::span<const SeenDetail> details) override;
  [[nodiscard]] const std::vector<std::unique_ptr<SiteFindings>>& sites() const { return sites_; }

 private:
  std::vector<std::unique_ptr<SiteFindings>> sites_;
};

}  // namespace sealkeep::evidence
