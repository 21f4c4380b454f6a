// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/dcsa.hpp"

#include <boost/json.hpp>

#include "common/ses/number_fits.hpp"

namespace sealkeep::interchange {
namespace {

namespace json = boost::json;

struct Source {
  std::string_view older, newer;
};
// DCSA's source is who put the seal on: an SES or MPI seal is put on by the exporter's site.
Source source_of(const SealOnUnit& seal) {
  if (seal.family != ses::Family::Other) return {"SHI", "SHIPPER"};
  switch (seal.whose) {
    case ses::Party::Customs:
      return {"CUS", "CUSTOMS"};
    case ses::Party::Mpi:
      return {"VET", "VETERINARY"};
    case ses::Party::Carrier:
      return {"CAR", "CARRIER"};
    case ses::Party::Site:
      return {"SHI", "SHIPPER"};
    case ses::Party::Unknown:
      break;
  }
  return {};
}

std::string_view type_of(const SealOnUnit& seal) {
  if (seal.kind == ses::SealKind::Bolt) return "BLT";
  if (seal.kind == ses::SealKind::Cable) return "WIR";
  return {};
}

}  // namespace

Result<std::string> dcsa_seals(std::span<const UnitSeals> units, DcsaSpelling spelling) {
  const bool older = spelling == DcsaSpelling::Older;
  json::array containers;
  for (const UnitSeals& unit : units) {
    if (unit.unit.kind != ses::UnitKind::SeaContainer || unit.seals.empty()) continue;
    json::array seals;
    for (const SealOnUnit& seal : unit.seals) {
      if (seal.number.text().size() > ses::kFitsDcsa)
        return bad_input(
            "dcsa.too_long",
            "Seal " + seal.number.text() + " on " + unit.unit.text + " does not fit a DCSA seal object",
            "it has " + std::to_string(seal.number.text().size()) + " characters, DCSA takes at most " +
                std::to_string(ses::kFitsDcsa),
            "Export a period without it, or use another output");
      json::object out;
      out[older ? "sealNumber" : "number"] = seal.number.text();
      const Source source = source_of(seal);
      if (!source.older.empty()) out[older ? "sealSource" : "source"] = older ? source.older : source.newer;
      if (older && !type_of(seal).empty()) out["sealType"] = type_of(seal);
      seals.push_back(std::move(out));
    }
    json::object container;
    if (older)
      container["equipmentReference"] = unit.unit.text;
    else
      container["equipment"] = {{"equipmentReference", unit.unit.text}};
    container["seals"] = std::move(seals);
    containers.push_back(std::move(container));
  }
  return json::serialize(containers) + "\n";
}

}  // namespace sealkeep::interchange
