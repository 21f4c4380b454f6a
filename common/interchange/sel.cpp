// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/sel.hpp"

#include "common/ses/number_fits.hpp"

namespace sealkeep::interchange {
namespace {

// Code list 9303: who put the seal on. MPI is in no code of it that all directories have.
std::string_view sealing_party(const SealOnUnit& seal) {
  if (seal.family != ses::Family::Other) return "SH";
  switch (seal.whose) {
    case ses::Party::Customs:
      return "CU";
    case ses::Party::Carrier:
      return "CA";
    case ses::Party::Site:
      return "SH";
    case ses::Party::Mpi:
    case ses::Party::Unknown:
      break;
  }
  return {};
}

}  // namespace

std::string edifact_escaped(std::string_view data) {
  std::string out;
  for (char c : data) {
    if (c == '+' || c == ':' || c == '\'' || c == '?') out += '?';
    out += c;
  }
  return out;
}

Result<std::string> sel_segments(std::span<const UnitSeals> units, SelDirectory directory) {
  const std::size_t fits = directory == SelDirectory::D95b ? ses::kFitsD95b : ses::kFitsLaterSel;
  std::string out;
  for (const UnitSeals& unit : units) {
    if (unit.unit.kind != ses::UnitKind::SeaContainer || unit.seals.empty()) continue;
    out += "EQD+CN+" + edifact_escaped(unit.unit.text) + "'\r\n";
    for (const SealOnUnit& seal : unit.seals) {
      const std::string& number = seal.number.text();
      if (number.size() > fits)
        return bad_input("sel.too_long",
                         "Seal " + number + " on " + unit.unit.text + " does not fit a SEL segment",
                         "it has " + std::to_string(number.size()) + " characters, this directory takes " +
                             std::to_string(fits),
                         directory == SelDirectory::D95b ? "Use --directory later, if the receiver takes it"
                                                         : "Use another output");
      out += "SEL+" + edifact_escaped(number) + "+" + std::string(sealing_party(seal)) + "+" +
             (seal.damaged ? "2" : "1") + "'\r\n";
    }
  }
  return out;
}

}  // namespace sealkeep::interchange
