// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/epcis.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "common/base/clock.hpp"

namespace sealkeep::interchange {
namespace {

namespace json = boost::json;

// How one kind of event is told: action, CBV 2.0 business step and disposition; empty: none.
struct Words {
  What what;
  bool association;
  std::string_view action, step, disposition;
};
constexpr Words kWords[] = {
    {What::Opened, false, "ADD", "commissioning", "active"},
    {What::Received, false, "ADD", "receiving", "active"},
    {What::TransferredIn, false, "OBSERVE", "receiving", "active"},
    {What::TransferredOut, false, "OBSERVE", "shipping", "in_transit"},
    {What::ReturnedToSupplier, false, "OBSERVE", "shipping", "returned"},
    {What::Destroyed, false, "DELETE", "destroying", "destroyed"},
    {What::Short, false, "OBSERVE", "receiving", "unknown"},
    {What::Counted, false, "OBSERVE", "stock_taking", ""},
    {What::Applied, true, "ADD", "installing", "container_closed"},
    {What::CheckPassed, false, "OBSERVE", "inspecting", "conformant"},
    {What::CheckFailed, false, "OBSERVE", "inspecting", "damaged"},
    {What::CheckDiffers, false, "OBSERVE", "inspecting", "mismatch_instance"},
    {What::CheckPartly, false, "OBSERVE", "inspecting", ""},
    {What::Uplifted, false, "OBSERVE", "departing", "in_transit"},
    {What::TakenOff, true, "DELETE", "removing", ""},
    {What::Spoiled, false, "DELETE", "decommissioning", "damaged"},
    {What::Lost, false, "OBSERVE", "", "unknown"},
    {What::Tampered, false, "OBSERVE", "inspecting", "damaged"},
    {What::Found, false, "OBSERVE", "", "active"},
    {What::OtherSeal, true, "ADD", "installing", "container_closed"},
};

const Words& words_of(What what) {
  const auto it = std::find_if(std::begin(kWords), std::end(kWords),
                               [&](const Words& words) { return words.what == what; });
  SEALKEEP_ASSERT(it != std::end(kWords));
  return *it;
}

bool host_name(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.front() == '.' || text.front() == '-') return false;
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
}

// A path segment of a URL (RFC 3986): anything but unreserved characters as %XX.
std::string segment(std::string_view text) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
        c == '_' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<std::uint8_t>(c);
      out += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return out;
}

std::string_view family_path(ses::Family family) {
  return family == ses::Family::Ses ? "seal" : family == ses::Family::Mpi ? "mpi-seal" : "other-seal";
}

class Writer {
 public:
  explicit Writer(std::string_view domain) : base_("https://" + std::string(domain) + "/") {}

  [[nodiscard]] json::object event(const SealEvent& told) const {
    const Words& words = words_of(told.what);
    json::object out;
    out["type"] = words.association ? "AssociationEvent" : "ObjectEvent";
    out["eventID"] = told.id;
    out["eventTime"] = iso_time(told.happened_ms, told.utc_offset_min);
    out["eventTimeZoneOffset"] = offset(told.utc_offset_min);
    if (!told.corrected_by.empty())
      out["errorDeclaration"] = {{"declarationTime", iso_time(told.declared_ms, told.utc_offset_min)},
                                 {"reason", "incorrect_data"},
                                 {"correctiveEventIDs", json::array{told.corrected_by}}};
    out["action"] = words.action;
    if (words.association) {
      out["parentID"] = unit(told.unit);
      out["childEPCs"] = seals(told);
    } else if (told.what == What::Counted) {
      out["quantityList"] =
          json::array{json::object{{"epcClass", base_ + std::string(family_path(told.family)) + "/class/any"},
                                   {"quantity", told.quantity}}};
    } else {
      json::array list;
      const bool about_unit = told.what == What::Uplifted || told.seals.empty();
      if (about_unit) list.push_back(json::value(unit(told.unit)));
      for (json::value& seal : seals(told)) list.push_back(std::move(seal));
      out["epcList"] = std::move(list);
    }
    if (!words.step.empty()) out["bizStep"] = words.step;
    if (!words.disposition.empty()) out["disposition"] = words.disposition;
    const std::string here = base_ + "site/loc/" + segment(told.site);
    out["readPoint"] = {{"id", here}};
    const bool gone = told.what == What::Uplifted || told.what == What::TransferredOut ||
                      told.what == What::ReturnedToSupplier;
    if (!gone) out["bizLocation"] = {{"id", here}};
    add_parties(told, here, out);
    return out;
  }

 private:
  static std::string offset(std::int32_t minutes) {
    const std::int32_t size = minutes < 0 ? -minutes : minutes;
    const auto two = [](std::int32_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
    return (minutes < 0 ? "-" : "+") + two(size / 60) + ":" + two(size % 60);
  }
  [[nodiscard]] std::string unit(const ses::UnitId& id) const {
    return id.kind == ses::UnitKind::SeaContainer ? "urn:epc:id:bic:" + id.text
                                                  : base_ + "package/obj/" + segment(id.text);
  }
  [[nodiscard]] json::array seals(const SealEvent& told) const {
    json::array out;
    const std::string path = base_ + std::string(family_path(told.family)) + "/obj/";
    for (const ses::SealRange& run : told.seals)
      for (std::uint32_t i = 0; i < run.count; ++i) out.push_back(json::value(path + run.at(i).text()));
    return out;
  }
  void add_parties(const SealEvent& told, const std::string& here, json::object& out) const {
    const auto source = [&](std::string_view type, const std::string& id) {
      out["sourceList"] = json::array{json::object{{"type", type}, {"source", id}}};
    };
    const auto destination = [&](std::string_view type, const std::string& id) {
      out["destinationList"] = json::array{json::object{{"type", type}, {"destination", id}}};
    };
    const std::string other = base_ + "site/loc/" + segment(told.other_site);
    switch (told.what) {
      case What::Uplifted:
        source("possessing_party", base_ + "site/pty/" + segment(told.site));
        if (told.operator_no != 0)
          destination("possessing_party", base_ + "operator/pty/" + std::to_string(told.operator_no));
        break;
      case What::TransferredOut:
        source("location", here);
        if (!told.other_site.empty()) destination("location", other);
        break;
      case What::TransferredIn:
        if (!told.other_site.empty()) source("location", other);
        destination("location", here);
        break;
      default:
        break;
    }
  }

  std::string base_;
};

}  // namespace

Result<std::string> epcis_document(std::span<const SealEvent> events, std::string_view domain,
                                   std::int64_t created_ms) {
  if (!host_name(domain))
    return bad_input("epcis.domain", "\"" + printable(domain) + "\" is not a host name",
                     "identifiers of seals and sites are written as URLs below it",
                     "Name a domain of your own with --domain");
  const Writer writer(domain);
  // Written event by event: the whole as one tree would be many times as large as its text.
  std::string out =
      "{\"@context\":[\"https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld\"],"
      "\"type\":\"EPCISDocument\",\"schemaVersion\":\"2.0\",\"creationDate\":\"" +
      iso_time(created_ms) + "\",\"epcisBody\":{\"eventList\":[";
  const char* between = "\n";
  for (const SealEvent& event : events) {
    out += between;
    out += json::serialize(writer.event(event));
    between = ",\n";
  }
  out += "\n]}}\n";
  return out;
}

}  // namespace sealkeep::interchange
