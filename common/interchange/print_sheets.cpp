// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include "common/base/clock.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::interchange {

std::string form_words(std::uint32_t no) {
  std::string digits = std::to_string(no);
  if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
  return "P-" + digits;
}

std::optional<std::uint32_t> form_named(std::string_view text) {
  if (text.starts_with("P-") || text.starts_with("p-")) text.remove_prefix(2);
  std::uint32_t no = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), no);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || no == 0 || no > kLastForm)
    return std::nullopt;
  return no;
}

std::string form_run_words(std::uint32_t first, std::uint32_t count) {
  return form_words(first) + (count > 1 ? ".." + form_words(first + count - 1) : std::string());
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> form_run_named(std::string_view text) {
  const std::size_t dots = text.find("..");
  const auto first = form_named(text.substr(0, dots));
  const auto last = dots == std::string_view::npos ? first : form_named(text.substr(dots + 2));
  if (!first || !last || *last < *first) return std::nullopt;
  return std::pair(*first, *last - *first + 1);
}

namespace {

constexpr std::string_view kSheetBegins = "SEALKEEP-LOAD 1 ";
constexpr std::size_t kSheetSeals = 16;  // as a unit has

}  // namespace

std::string load_sheet_code(const LoadSheet& sheet) {
  std::string out = std::string(kSheetBegins) + sheet.unit.text;
  for (const SealOnUnit& seal : sheet.seals) out += " " + seal.number.text();
  return out;
}

std::optional<LoadSheetCode> read_load_sheet_code(std::string_view text) {
  if (!text.starts_with(kSheetBegins)) return std::nullopt;
  text.remove_prefix(kSheetBegins.size());
  const auto next_word = [&text] {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    return word;
  };
  LoadSheetCode out;
  out.unit.text = next_word();
  for (const ses::UnitKind kind : {ses::UnitKind::SeaContainer, ses::UnitKind::AirPackage}) {
    out.unit.kind = kind;
    if (out.unit.well_formed()) break;
  }
  if (!out.unit.well_formed()) return std::nullopt;
  while (!text.empty()) {
    auto number = ses::SealNumber::parse_exact(next_word());
    if (!number || out.seals.size() == kSheetSeals) return std::nullopt;
    out.seals.push_back(std::move(*number));
  }
  return out;
}

Result<Bytes> load_sheet_pdf(const LoadSheet& sheet, const PrintHead& head) {
  PdfDocument pdf("Load sheet " + sheet.unit.text, "Load paperwork of clause 2.14", head.printed_ms,
                  "Load sheet " + sheet.unit.text + ", " + head.exporter + ", printed " +
                      iso_time(head.printed_ms, head.utc_offset_min));
  pdf.heading("Load sheet");
  pdf.field("Exporter", head.exporter);
  pdf.field("Load site", sheet.site);
  pdf.field(sheet.unit.kind == ses::UnitKind::SeaContainer ? "Container" : "Package", sheet.unit.text);
  for (const SealOnUnit& seal : sheet.seals)
    pdf.field(
        std::string(ses::family_words(seal.family)) + " seal",
        seal.number.text() + (seal.kind ? ", " + std::string(ses::kind_words(*seal.kind)) : std::string()));
  if (sheet.seals.empty()) pdf.field("Seal", "none on record");
  pdf.field("Sealed", sheet.sealed_ms == 0 ? "" : iso_time(sheet.sealed_ms, head.utc_offset_min));
  pdf.field("Keys of the site", sheet.fingerprint);
  pdf.field("State of the register", state_words(sheet.state));
  pdf.subheading("Scan this when the sheet is put to the container");
  pdf.code(load_sheet_code(sheet));
  pdf.subheading("Check of door and paper (clause 2.14)");
  pdf.boxes("View", {"pass", "fail"});
  pdf.boxes("Verify", {"pass", "fail"});
  pdf.boxes("Tug", {"pass", "fail"});
  pdf.boxes("Twist (bolt seals)", {"pass", "fail", "not a bolt"});
  pdf.blank("Checked by");
  pdf.blank("Date and time");
  pdf.subheading("Driver (clause 2.17)");
  pdf.blank("Name, firm, truck");
  pdf.blank("Date and time");
  pdf.blank("Signature");
  return pdf.render();
}

Result<Bytes> forms_pdf(const std::string& site, std::uint32_t first, std::uint32_t count,
                        const PrintHead& head) {
  if (count == 0 || count > kForms || first == 0 || first > kLastForm - count + 1)
    return bad_input("print.forms", "So many forms cannot be numbered",
                     "1 to " + std::to_string(kForms) + " at a time, numbers 1 to 999999");
  PdfDocument pdf("Blank forms " + form_words(first) + " to " + form_words(first + count - 1),
                  "Paper forms to be copied into the seal register", head.printed_ms,
                  "Blank form of " + head.exporter + ", " + site);
  for (std::uint32_t no = first; no < first + count; ++no) {
    if (no != first) pdf.new_page();
    pdf.heading("Seal form " + form_words(no));
    pdf.paragraph("For " + site +
                  ". Fill it in while the terminal is away; copy it in afterwards with the sheet's "
                  "number (--sheet " +
                  form_words(no) + "). Keep spoiled forms: a missing number is asked for.");
    pdf.subheading("Sealing");
    pdf.blank("Container");
    pdf.blank("Doors closed at");
    pdf.blank("Seal number");
    pdf.boxes("Seal", {"SES", "MPI", "other"});
    pdf.blank("Sealed at (date, time)");
    pdf.blank("Sealed by");
    pdf.subheading("Check by somebody else (clauses 2.14, 2.15)");
    pdf.blank("Seal read on the door");
    pdf.blank("Seal read on the paper");
    pdf.boxes("View", {"pass", "fail"});
    pdf.boxes("Verify", {"pass", "fail"});
    pdf.boxes("Tug", {"pass", "fail"});
    pdf.boxes("Twist (bolt seals)", {"pass", "fail", "not a bolt"});
    pdf.blank("Checked at");
    pdf.blank("Checked by");
    pdf.subheading("Uplift (clause 2.17)");
    pdf.blank("Operator, truck");
    pdf.blank("Driver");
    pdf.boxes("Driver's check", {"view", "verify", "tug", "twist"});
    pdf.blank("Taken at, signature");
    pdf.subheading("Broken, faulty, lost or found broken");
    pdf.blank("Seal, what, when");
    pdf.code(form_words(no));
  }
  return pdf.render();
}

}  // namespace sealkeep::interchange
