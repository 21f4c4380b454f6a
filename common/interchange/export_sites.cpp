// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/export_sites.hpp"

#include <algorithm>

#include "common/interchange/dcsa.hpp"
#include "common/interchange/epcis.hpp"
#include "common/interchange/sel.hpp"

namespace sealkeep::interchange {
namespace {

constexpr std::pair<std::string_view, Output> kOutputs[] = {
    {"csv", Output::Csv},      {"xlsx", Output::Xlsx},       {"pdf", Output::Pdf},
    {"epcis", Output::Epcis},  {"older", Output::DcsaOlder}, {"newer", Output::DcsaNewer},
    {"d95b", Output::SelD95b}, {"later", Output::SelLater},
};

Result<Exported> export_register(std::span<SiteSource> sites, const ExportAsked& asked,
                                 std::vector<LogState> states) {
  RegisterTable table;
  table.with_site = sites.size() > 1;
  for (SiteSource& site : sites) {
    SEALKEEP_LET(lines, read_register(site, asked.family, asked.period));
    table.lines.insert(table.lines.end(), std::make_move_iterator(lines.begin()),
                       std::make_move_iterator(lines.end()));
  }
  Exported out;
  out.records = table.lines.size();
  out.states = std::move(states);
  if (asked.output == Output::Csv) {
    out.bytes = to_bytes(as_bytes(register_csv(table, asked.byte_order_mark)));
    return out;
  }
  SEALKEEP_LET(bytes, asked.output == Output::Xlsx
                          ? register_xlsx(table, asked.head.printed_ms)
                          : register_pdf(table, asked.period_words, out.states, asked.head));
  out.bytes = std::move(bytes);
  return out;
}

Result<std::string> written(const SiteEvents& all, const ExportAsked& asked) {
  switch (asked.output) {
    case Output::DcsaOlder:
      return dcsa_seals(all.units, DcsaSpelling::Older);
    case Output::DcsaNewer:
      return dcsa_seals(all.units, DcsaSpelling::Newer);
    case Output::SelD95b:
      return sel_segments(all.units, SelDirectory::D95b);
    case Output::SelLater:
      return sel_segments(all.units, SelDirectory::Later);
    default:
      return epcis_document(all.events, asked.domain, asked.head.printed_ms);
  }
}

}  // namespace

std::optional<Output> output_named(std::string_view word) {
  for (const auto& [name, output] : kOutputs)
    if (name == word) return output;
  return std::nullopt;
}

Result<Exported> export_sites(std::span<SiteSource> sites, const ExportAsked& asked) {
  // Before the records are read: what is written then holds at least these.
  std::vector<LogState> states;
  for (const SiteSource& site : sites) {
    SEALKEEP_LET(state, log_state(site.logs, site.register_logs, site.site, asked.head.utc_offset_min));
    states.push_back(std::move(state));
  }
  if (asked.output == Output::Csv || asked.output == Output::Xlsx || asked.output == Output::Pdf)
    return export_register(sites, asked, std::move(states));
  SiteEvents all;
  for (SiteSource& site : sites) {
    SEALKEEP_LET(read, read_events(site, asked.period));
    std::move(read.events.begin(), read.events.end(), std::back_inserter(all.events));
    std::move(read.units.begin(), read.units.end(), std::back_inserter(all.units));
    all.unreadable += read.unreadable;
  }
  SEALKEEP_LET(text, written(all, asked));
  Exported out;
  out.states = std::move(states);
  out.bytes = to_bytes(as_bytes(text));
  out.unreadable = all.unreadable;
  out.records = asked.output == Output::Epcis
                    ? all.events.size()
                    : static_cast<std::uint64_t>(
                          std::count_if(all.units.begin(), all.units.end(), [](const UnitSeals& unit) {
                            return unit.unit.kind == ses::UnitKind::SeaContainer && !unit.seals.empty();
                          }));
  return out;
}

Result<LoadSheet> read_load_sheet(SiteSource& source, const ses::UnitId& unit, std::string fingerprint) {
  const RegisterId id = source.register_logs.register_id;
  SEALKEEP_LET(row, source.rows.unit(id, unit));
  if (!row)
    return fail(ErrorKind::NotFound, "unit.unknown",
                "The register of " + source.site + " never had " + unit.text, {}, "Look at the number again");
  SEALKEEP_LET(state, log_state(source.logs, source.register_logs, source.site, 0));
  LoadSheet sheet{source.site, std::move(fingerprint), std::move(state), unit, {}, row->sealed_ms};
  for (const ses::SealKey& key : row->seals) {
    SealOnUnit on{key.family, key.number, std::nullopt, ses::Party::Site, false};
    SEALKEEP_LET(known, source.rows.seal(key));
    for (const SealAt& at : known)
      if (at.register_id == id) on.kind = at.row.kind;
    sheet.seals.push_back(std::move(on));
  }
  return sheet;
}

}  // namespace sealkeep::interchange
