// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/pdf_document.hpp"
#include "common/interchange/site_source.hpp"
#include "common/store/detail_store.hpp"

/// What people print: each function makes one PDF.
namespace sealkeep::interchange {

/// Whose paper it is, and when it was printed.
struct PrintHead {
  std::string exporter;  ///< the hub's name
  std::int64_t printed_ms = 0;
  std::int32_t utc_offset_min = 0;
};

/// On what a print stands: the newest state of a site's log.
struct LogState {
  std::string site, origin;
  std::uint64_t size = 0;
  std::string root;         ///< hex; empty: nothing was recorded yet
  std::string fingerprint;  ///< checkpoint_fingerprint of it; empty: nothing was recorded yet
  std::string cosigned;     ///< "2026-01-31T14:05:00+13:00, 118 records" or empty: not yet
};
[[nodiscard]] Result<LogState> log_state(LogStore& logs, const RegisterLogs& register_logs,
                                         const std::string& site, std::int32_t utc_offset_min);
/// "118 records, 3f9a 01bc 77d2 0e44 9b1c 5a63 c0de 1f2e": what a reader compares with an evidence pack.
[[nodiscard]] std::string state_words(const LogState& state);

/// The register of clause 2.6, with what it proves and how to check it. `period` is said in words.
[[nodiscard]] Result<Bytes> register_pdf(const RegisterTable& table, const std::string& period,
                                         std::span<const LogState> states, const PrintHead& head);

/// An incident of clause 6.3 as its site recorded it, for Customs: kind, what, where, when, seals, story, who
/// was told what and when. NotFound `entry.unknown`; BadInput `print.no_incident` if that entry records none.
/// `office`: what head office itself decided, told and heard, where the hub prints.
struct OfficeStep {
  std::int64_t when_ms = 0;
  std::string by, words;
};
[[nodiscard]] Result<Bytes> incident_pdf(SiteSource& source, DetailStore& details, ses::Ref at,
                                         const PrintHead& head, std::span<const OfficeStep> office = {});

/// The sheet that goes with a container: its number, its seals, the fingerprints of the site's keys and of
/// the register's state, and a code that a scanner reads.
struct LoadSheet {
  std::string site, fingerprint;
  LogState state;
  ses::UnitId unit;
  std::vector<SealOnUnit> seals;
  std::int64_t sealed_ms = 0;
};
/// "SEALKEEP-LOAD 1 MSCU1234566 NZ300006 NZ300007": what the code of a load sheet says.
[[nodiscard]] std::string load_sheet_code(const LoadSheet& sheet);
/// What that code names. Nothing for a text that is no such code, complete and of a version that this program
/// knows.
struct LoadSheetCode {
  ses::UnitId unit;
  std::vector<ses::SealNumber> seals;
};
[[nodiscard]] std::optional<LoadSheetCode> read_load_sheet_code(std::string_view text);
[[nodiscard]] Result<Bytes> load_sheet_pdf(const LoadSheet& sheet, const PrintHead& head);

/// `count` blank forms, numbered from `first` on, to write on when the terminal is away and to copy in later
/// with
/// --sheet. At most kForms.
inline constexpr std::uint32_t kForms = 200;
inline constexpr std::uint32_t kLastForm = 999'999;
/// "P-000201": the number on a form. And the number that somebody copied from one: "P-201", "p-000201",
/// "201"; nothing if it cannot be one of ours.
[[nodiscard]] std::string form_words(std::uint32_t no);
[[nodiscard]] std::optional<std::uint32_t> form_named(std::string_view text);
/// "P-000201..P-000220", or one number. And back; nothing if it is neither.
[[nodiscard]] std::string form_run_words(std::uint32_t first, std::uint32_t count);
[[nodiscard]] std::optional<std::pair<std::uint32_t, std::uint32_t>> form_run_named(std::string_view text);
[[nodiscard]] Result<Bytes> forms_pdf(const std::string& site, std::uint32_t first, std::uint32_t count,
                                      const PrintHead& head);

}  // namespace sealkeep::interchange
