// SPDX-License-Identifier: Apache-2.0
#include "tests/interchange/epcis_rules.hpp"

#include <regex>
#include <set>

namespace sealkeep::test {
namespace {

namespace json = boost::json;

const std::set<std::string> kSteps = {"accepting",
                                      "arriving",
                                      "assembling",
                                      "collecting",
                                      "commissioning",
                                      "consigning",
                                      "creating_class_instance",
                                      "cycle_counting",
                                      "decommissioning",
                                      "departing",
                                      "destroying",
                                      "disassembling",
                                      "dispensing",
                                      "encoding",
                                      "entering_exiting",
                                      "holding",
                                      "inspecting",
                                      "installing",
                                      "killing",
                                      "loading",
                                      "other",
                                      "packing",
                                      "picking",
                                      "receiving",
                                      "removing",
                                      "repackaging",
                                      "repairing",
                                      "replacing",
                                      "reserving",
                                      "retail_selling",
                                      "sampling",
                                      "sensor_reporting",
                                      "shipping",
                                      "staging_outbound",
                                      "stock_taking",
                                      "stocking",
                                      "storing",
                                      "transforming",
                                      "transporting",
                                      "unloading",
                                      "unpacking",
                                      "void_shipping"};
const std::set<std::string> kDispositions = {"active",
                                             "available",
                                             "completeness_inferred",
                                             "completeness_verified",
                                             "conformant",
                                             "container_closed",
                                             "container_open",
                                             "damaged",
                                             "destroyed",
                                             "dispensed",
                                             "disposed",
                                             "encoded",
                                             "expired",
                                             "in_progress",
                                             "in_transit",
                                             "inactive",
                                             "mismatch_class",
                                             "mismatch_instance",
                                             "mismatch_quantity",
                                             "needs_replacement",
                                             "no_pedigree_match",
                                             "non_conformant",
                                             "non_sellable_other",
                                             "partially_dispensed",
                                             "recalled",
                                             "reserved",
                                             "retail_sold",
                                             "returned",
                                             "sellable_accessible",
                                             "sellable_not_accessible",
                                             "stolen",
                                             "unavailable",
                                             "unknown"};
const std::set<std::string> kPartyTypes = {"owning_party", "possessing_party", "location"};

const std::regex kTime(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d))");
const std::regex kOffset(R"(([+-])((0\d|1[0-3]):([0-5]\d)|14:00))");
const std::regex kUuid(R"(urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})");
const std::regex kObject(R"(urn:epc:id:bic:[A-Z]{3}[UJZ]\d{7}|https://[A-Za-z0-9.-]+/[\w-]+/obj/[\w.~%-]+)");
const std::regex kContainer(
    R"(urn:epc:id:bic:[A-Z]{3}[UJZ]\d{7}|https://[A-Za-z0-9.-]+/package/obj/[\w.~%-]+)");
const std::regex kClass(R"(https://[A-Za-z0-9.-]+/[\w-]+/class/[\w.~%-]+)");
const std::regex kLocation(R"(https://[A-Za-z0-9.-]+/[\w-]+/loc/[\w.~%-]+)");
const std::regex kParty(R"(https://[A-Za-z0-9.-]+/[\w-]+/(pty|loc)/[\w.~%-]+)");

struct Event {
  const json::object& object;
  std::vector<std::string>& breaches;
  std::string where;

  void wrong(const std::string& what) { breaches.push_back(where + ": " + what); }
  std::string text(const char* name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr || !value->is_string()) {
      wrong(std::string(name) + " is missing or no text");
      return {};
    }
    return std::string(value->as_string());
  }
  void match(const char* name, const std::regex& form) {
    if (const std::string value = text(name); !std::regex_match(value, form))
      wrong(std::string(name) + " has another form: " + value);
  }
  void one_of(const char* name, const std::set<std::string>& words) {
    if (!object.contains(name)) return;
    if (const std::string value = text(name); !words.contains(value))
      wrong(std::string(name) + " is no word of the vocabulary: " + value);
  }
  std::size_t list(const char* name, const std::regex& form) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) return 0;
    if (!value->is_array() || value->as_array().empty()) wrong(std::string(name) + " is no list, or empty");
    std::set<std::string> seen;
    for (const json::value& item : value->as_array()) {
      if (!item.is_string() || !std::regex_match(std::string(item.as_string()), form))
        wrong(std::string(name) + " holds " + json::serialize(item));
      else if (!seen.insert(std::string(item.as_string())).second)
        wrong(std::string(name) + " names one twice");
    }
    return seen.size();
  }
  void place(const char* name) {
    if (!object.contains(name)) return;
    const json::value& place = object.at(name);
    if (!place.is_object() || place.as_object().size() != 1 || !place.as_object().contains("id") ||
        !std::regex_match(std::string(place.at("id").as_string()), kLocation))
      wrong(std::string(name) + " is no place");
  }
  void parties(const char* name, const char* member) {
    if (!object.contains(name)) return;
    for (const json::value& item : object.at(name).as_array()) {
      const json::object& party = item.as_object();
      if (party.size() != 2 || !kPartyTypes.contains(std::string(party.at("type").as_string())) ||
          !std::regex_match(std::string(party.at(member).as_string()), kParty))
        wrong(std::string(name) + " holds " + json::serialize(item));
    }
  }

  void check() {
    static const std::set<std::string> kMembers = {
        "type",      "eventID",     "eventTime",  "eventTimeZoneOffset", "errorDeclaration", "action",
        "parentID",  "childEPCs",   "epcList",    "quantityList",        "bizStep",          "disposition",
        "readPoint", "bizLocation", "sourceList", "destinationList"};
    for (const auto& member : object)
      if (!kMembers.contains(std::string(member.key()))) wrong("unknown member " + std::string(member.key()));
    match("eventTime", kTime);
    match("eventTimeZoneOffset", kOffset);
    match("eventID", kUuid);
    one_of("action", {"ADD", "OBSERVE", "DELETE"});
    text("action");
    one_of("bizStep", kSteps);
    one_of("disposition", kDispositions);
    place("readPoint");
    place("bizLocation");
    parties("sourceList", "source");
    parties("destinationList", "destination");
    if (object.contains("errorDeclaration")) {
      const json::object& error = object.at("errorDeclaration").as_object();
      if (!std::regex_match(std::string(error.at("declarationTime").as_string()), kTime))
        wrong("declarationTime");
      const std::string reason(error.at("reason").as_string());
      if (reason != "incorrect_data" && reason != "did_not_occur") wrong("reason " + reason);
      for (const json::value& id : error.at("correctiveEventIDs").as_array())
        if (!std::regex_match(std::string(id.as_string()), kUuid)) wrong("correctiveEventIDs");
    }
    const std::string type = text("type");
    if (type == "AssociationEvent") {
      match("parentID", kContainer);
      if (list("childEPCs", kObject) == 0) wrong("an AssociationEvent names no child");
      if (object.contains("epcList") || object.contains("quantityList")) wrong("epcList in an association");
    } else if (type == "ObjectEvent") {
      if (object.contains("parentID") || object.contains("childEPCs")) wrong("parent in an ObjectEvent");
      if (!object.contains("epcList") && !object.contains("quantityList")) wrong("names no object");
      list("epcList", kObject);
      if (object.contains("quantityList"))
        for (const json::value& item : object.at("quantityList").as_array())
          if (!std::regex_match(std::string(item.at("epcClass").as_string()), kClass) ||
              !item.at("quantity").is_number())
            wrong("quantityList");
    } else {
      wrong("type " + type);
    }
  }
};

}  // namespace

std::vector<std::string> epcis_breaches(const json::value& document) {
  std::vector<std::string> out;
  const json::object& whole = document.as_object();
  if (!whole.contains("@context") || whole.at("@context").as_array().empty()) out.push_back("no @context");
  if (whole.at("type") != "EPCISDocument") out.push_back("type");
  if (whole.at("schemaVersion") != "2.0") out.push_back("schemaVersion");
  if (!std::regex_match(std::string(whole.at("creationDate").as_string()), kTime))
    out.push_back("creationDate");
  const json::array& events = whole.at("epcisBody").at("eventList").as_array();
  for (std::size_t i = 0; i < events.size(); ++i)
    Event{events[i].as_object(), out, "event " + std::to_string(i)}.check();
  return out;
}

}  // namespace sealkeep::test
