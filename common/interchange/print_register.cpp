// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/interchange/print.hpp"

namespace sealkeep::interchange {

Result<LogState> log_state(LogStore& logs, const RegisterLogs& register_logs, const std::string& site,
                           std::int32_t utc_offset_min) {
  LogState out;
  out.site = site;
  if (register_logs.site.empty()) return out;
  const LogId log = register_logs.site.back().log;
  SEALKEEP_LET(info, logs.log(log));
  out.origin = info.origin;
  SEALKEEP_LET(head, logs.newest_signed_head(log));
  if (!head) return out;
  out.size = head->checkpoint.size;
  out.root = hex(head->checkpoint.root.view());
  out.fingerprint = checkpoint_fingerprint(head->checkpoint);
  SEALKEEP_LET(cosigned, logs.newest_cosigned_head(log));
  if (cosigned)
    out.cosigned = iso_time(static_cast<std::int64_t>(cosigned->cosignature.time_s) * 1'000, utc_offset_min) +
                   ", " + std::to_string(cosigned->checkpoint.size) + " records";
  return out;
}

std::string state_words(const LogState& state) {
  if (state.fingerprint.empty()) return "nothing recorded yet";
  return std::to_string(state.size) + " records, " + state.fingerprint;
}

Result<Bytes> register_pdf(const RegisterTable& table, const std::string& period,
                           std::span<const LogState> states, const PrintHead& head) {
  const std::string printed = iso_time(head.printed_ms, head.utc_offset_min);
  PdfDocument pdf("Seal register", "Register of clause 2.6 of the SES exporter minimum standards",
                  head.printed_ms, "Seal register, " + head.exporter + ", printed " + printed);
  pdf.heading("Seal register");
  pdf.field("Exporter", head.exporter);
  std::string sites;
  for (const LogState& state : states) sites += (sites.empty() ? "" : ", ") + state.site;
  pdf.field("Load site", sites);
  pdf.field("Period", period);
  pdf.field("Seals listed", std::to_string(table.lines.size()));
  pdf.field("Printed", printed);
  pdf.subheading("Seals");
  if (table.lines.empty()) {
    pdf.paragraph("No seal was received or applied in this period.");
  } else {
    std::vector<std::vector<std::string>> rows;
    for (const RegisterLine& line : table.lines) rows.push_back(register_cells(table, line));
    std::vector<double> widths{3, 2, 2, 2.4, 3};
    if (table.with_site) widths.push_back(2);
    pdf.table(register_headings(table), std::move(widths), std::move(rows));
  }
  pdf.subheading("What this proves, and how to check it");
  pdf.paragraph(
      "This paper shows what the register held when it was printed. It does not prove by itself that nothing "
      "was "
      "changed, and no register proves that a seal was on a door. The register is an append-only log: the "
      "lines "
      "below name its state. Whoever has an evidence pack of it gives the fingerprint of the state to "
      "sealkeep-verify, or to the page that "
      "the pack is: it then confirms every record up to there. Whoever has the log (sealkeep-agent "
      "export-log) "
      "can compute the same root from "
      "its "
      "records, and sees from it whether a record was changed, left out or put in. Where head office has "
      "cosigned, it held the same log at that time.");
  for (const LogState& state : states) {
    pdf.field("Log", state.origin);
    pdf.field("State", state_words(state));
    pdf.field("Records, root",
              state.root.empty() ? "nothing recorded yet" : std::to_string(state.size) + ", " + state.root);
    pdf.field("Cosigned by head office", state.cosigned.empty() ? "not yet" : state.cosigned);
  }
  return pdf.render();
}

}  // namespace sealkeep::interchange
