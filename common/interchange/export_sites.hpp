// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/print.hpp"

namespace sealkeep::interchange {

/// The outputs that programs write, by the word that names them on the command line.
enum class Output : std::uint8_t { Csv, Xlsx, Pdf, Epcis, DcsaOlder, DcsaNewer, SelD95b, SelLater };
/// nothing for a word that is none: csv xlsx pdf epcis older newer d95b later.
[[nodiscard]] std::optional<Output> output_named(std::string_view word);

struct ExportAsked {
  Output output = Output::Csv;
  Period period;
  std::string period_words;  ///< for people: "2026-01-01 to 2026-01-31"
  ses::Family family = ses::Family::Ses;
  std::string domain;            ///< of EPCIS identifiers
  bool byte_order_mark = false;  ///< of CSV
  PrintHead head;
};
struct Exported {
  Bytes bytes;
  std::uint64_t records = 0;     ///< lines, events or containers
  std::uint64_t unreadable = 0;  ///< entries of a later version that were passed over
  std::vector<LogState> states;  ///< on what each site's part stands
};
/// One file over all sites. Errors of the writers and of the stores.
[[nodiscard]] Result<Exported> export_sites(std::span<SiteSource> sites, const ExportAsked& asked);

/// A container or package as a site's register has it now. NotFound `unit.unknown`.
[[nodiscard]] Result<LoadSheet> read_load_sheet(SiteSource& source, const ses::UnitId& unit,
                                                std::string fingerprint);

}  // namespace sealkeep::interchange
