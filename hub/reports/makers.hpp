// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/register_table.hpp"
#include "common/ses/compliance.hpp"
#include "common/ses/ledger.hpp"
#include "hub/oversight/incident_book.hpp"
#include "hub/reports/report.hpp"

/// Reports from facts. Pure.
namespace sealkeep::hub {

/// What happened on one day at the sites together; the day as days since 1970-01-01.
struct DayFigures {
  std::int64_t day = 0;
  std::int64_t received = 0, applied = 0, checked = 0, uplifted = 0;
};
[[nodiscard]] Report register_report(ReportHead head, std::span<const interchange::RegisterLine> lines,
                                     std::span<const DayFigures> days);

inline constexpr std::size_t kUnbalancedNamed = 1'000;  ///< of one site; more are counted
struct SiteLedger {
  std::string site;
  ses::Family family{};
  ses::LedgerRow ledger;
  std::vector<std::pair<std::string, std::string>> unbalanced;  ///< numbers, each with its state in words
};
[[nodiscard]] Report reconciliation_report(ReportHead head, std::span<const SiteLedger> ledgers);

[[nodiscard]] Report incidents_report(ReportHead head, std::span<const Incident> incidents);

struct SiteClauses {
  std::string site;
  std::vector<ses::Cell> cells;
};
[[nodiscard]] Report compliance_report(ReportHead head, std::span<const SiteClauses> sites);

/// The newest record of its kind, or somebody of whom there is none.
struct KeptRecord {
  std::string site;
  ses::RecordKind what{};
  std::string about;  ///< person, label or both; empty: the site
  bool done = false;  ///< nothing speaks against it; else it was not passed
  std::int64_t done_ms = 0, until_ms = 0;
  std::int64_t at_ms = 0;  ///< the site's watermark, at which it is judged
};
struct UntrainedPerson {
  std::string site, person;
};
[[nodiscard]] Report qa_training_report(ReportHead head, std::span<const KeptRecord> records,
                                        std::span<const UntrainedPerson> untrained);

/// A day of a site on which something was recorded or which was closed.
struct ClosedDay {
  std::string site;
  std::int64_t day = 0;        ///< days since 1970-01-01 in the site's zone
  std::int64_t closed_ms = 0;  ///< 0: it was not closed
  std::int32_t utc_offset_min = 0;
  std::string by;
  std::uint64_t facts = 0, in_stock = 0, open_duties = 0;  ///< as the site stated
  std::uint64_t heard = 0;                                 ///< facts of that day that head office holds
};
[[nodiscard]] Report day_close_report(ReportHead head, std::span<const ClosedDay> days);

}  // namespace sealkeep::hub
