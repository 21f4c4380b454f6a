// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/epcis.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "tests/interchange/epcis_rules.hpp"
#include "tests/interchange/small_log.hpp"

using namespace sealkeep;
using namespace sealkeep::test;
namespace json = boost::json;

namespace {

json::value document(const SmallLog& log) {
  return json::parse(interchange::epcis_document(log.told(), "hub.example.nz", kStart).value());
}
const json::object& event(const json::value& document, std::size_t i) {
  return document.at("epcisBody").at("eventList").as_array().at(i).as_object();
}

constexpr int kNoValidator = 77;
// The exit code of validate.py.
std::optional<int> fits_published_schema(const std::string& text) {
  const std::string folder = SEALKEEP_SOURCE_DIR "/tests/interchange/schema/";
  std::string name = (std::filesystem::temp_directory_path() / "sealkeep-epcis-XXXXXX").string();
  const int fd = mkstemp(name.data());
  if (fd < 0) return std::nullopt;
  ::close(fd);
  std::ofstream(name) << text;
  const int status = std::system(
      ("python3 '" + folder + "validate.py' '" + folder + "EPCIS-JSON-Schema.json' '" + name + "'").c_str());
  std::filesystem::remove(name);
  if (!WIFEXITED(status)) return std::nullopt;
  return WEXITSTATUS(status) == 127 ? kNoValidator : WEXITSTATUS(status);
}

// One of everything that is told.
SmallLog everything() {
  using namespace ses;
  SmallLog log;
  log.add(StockOpened{Family::Ses, SealKind::Bolt, run("NZ100001", 3), {}, 0})
      .add(SealsReceived{
          Family::Ses, SealKind::Bolt, run("NZ300001", 20), {}, 0, "PO-12", "DN-1", "", {number("NZ300017")}})
      .add(BoxOpened{Family::Ses, "B-7", {number("NZ300018")}, {number("NZ999999")}})
      .add(TransferredIn{Family::Mpi, SealKind::Cable, run("MP1", 2), {}, "wlg 02/x", "T-1"})
      .add(TransferredOut{Family::Ses, run("NZ300019", 2), "wlg-02", "T-2"})
      .add(ReturnedToSupplier{Family::Ses, run("NZ300016"), "RMA"})
      .add(SealsDestroyed{Family::Ses, run("NZ100003"), 5})
      .add(StockCounted{Family::Ses, {}, 0, true, 0, 20, 19, {number("NZ300015")}, {}})
      .add(UnitClosed{box("CSQU3054383")})
      .add(seal_on("NZ300006", "CSQU3054383"))
      .add(check("NZ300006", "CSQU3054383", kPassed))
      .add(check("NZ300006", "CSQU3054383", kPassed, "NZ300060"))
      .add(check("NZ300006", "CSQU3054383", {Step::Fail, Step::Pass, Step::Pass, Step::Pass}))
      .add(check("NZ300006", "CSQU3054383", {Step::Pass, Step::NotDone, Step::Pass, Step::Pass}))
      .add(SealReplaced{Family::Ses, number("NZ300006"), DamageCause::BrokeInClosing, SealKind::Bolt,
                        number("NZ300007"), box("CSQU3054383")})
      .add(OtherSealNoted{box("CSQU3054383"), number("ML123"), Party::Carrier})
      .add(uplift("CSQU3054383", {number("NZ300007")}))
      .add(SealLost{Family::Ses, run("NZ300015"), 0, 0})
      .add(SealFound{Family::Ses, number("NZ300015"), {}, false})
      .add(SealTampered{Family::Ses, SealNumber(), box("MSCU1234566"), 0})
      .add(SealTampered{Family::Ses, number("NZ300008"), UnitId(), 0})
      .add(SealDamaged{Family::Ses, number("NZ300009"), DamageCause::FoundBroken, box("MSCU1234566")})
      .add(SealRemoved{Family::Ses, number("NZ300010"), box("MSCU1234566"), RemovalReason::CancelledLoad})
      .add(SealApplied{Family::Ses, SealKind::Strap, number("NZ300011"), package("AIR7"), false});
  return log;
}

}  // namespace

TEST_CASE("a document with one of everything keeps to the published schema and vocabulary") {
  const json::value whole = document(everything());
  CHECK(epcis_breaches(whole) == std::vector<std::string>{});
  std::set<std::string> ids, kinds;
  for (const json::value& one : whole.at("epcisBody").at("eventList").as_array()) {
    ids.insert(std::string(one.at("eventID").as_string()));
    kinds.insert(json::serialize(one.at("action")) + (one.as_object().contains("bizStep")
                                                          ? std::string(one.at("bizStep").as_string())
                                                          : std::string("-")));
  }
  CHECK(ids.size() == whole.at("epcisBody").at("eventList").as_array().size());
  CHECK(kinds.size() == 12);
  const std::string text = json::serialize(whole);
  for (const char* word : {"sealing", "sealed", "77", "person"}) {
    INFO(word);
    CHECK(text.find("\"" + std::string(word) + "\"") == std::string::npos);
  }
}

TEST_CASE("the schema that GS1 publishes takes a document with one of everything", "[.schema]") {
  const std::string good = interchange::epcis_document(everything().told(), "hub.example.nz", kStart).value();
  REQUIRE(fits_published_schema(good).has_value());
  if (*fits_published_schema(good) == kNoValidator) {
    WARN("schema test skipped: there is no python3-jsonschema on this machine");
    return;
  }
  CHECK(*fits_published_schema(good) == 0);
  // And it would see what is wrong: a word that CBV does not have, a member that is missing, a wrong action.
  for (const auto& [part, other] :
       {std::pair("\"installing\"", "\"sealing\""), std::pair("\"eventTimeZoneOffset\"", "\"offset\""),
        std::pair("\"OBSERVE\"", "\"LOOK\"")}) {
    std::string bad = good;
    bad.replace(bad.find(part), std::string(part).size(), other);
    CHECK(*fits_published_schema(bad) == 1);
  }
}

TEST_CASE("an applied seal is an association of the container with the seal") {
  SmallLog log;
  log.add(seal_on("NZ300006", "CSQU3054383"));
  const json::value whole = document(log);
  const json::object& applied = event(whole, 0);
  CHECK(applied.at("type") == "AssociationEvent");
  CHECK(applied.at("action") == "ADD");
  CHECK(applied.at("parentID") == "urn:epc:id:bic:CSQU3054383");
  CHECK(applied.at("childEPCs") == json::array{"https://hub.example.nz/seal/obj/NZ300006"});
  CHECK(applied.at("bizStep") == "installing");
  CHECK(applied.at("disposition") == "container_closed");
  CHECK(applied.at("eventTime") == "2026-01-01T13:00:00+13:00");
  CHECK(applied.at("eventTimeZoneOffset") == "+13:00");
  CHECK(applied.at("readPoint").at("id") == "https://hub.example.nz/site/loc/akl-01");
}

TEST_CASE("a wrong number is declared an error under its old id, and its correction follows") {
  SmallLog log;
  log.add(seal_on("NZ300417", "CSQU3054383"));
  log.add(ses::SealCorrected{ses::Family::Ses, box("CSQU3054383"), number("NZ300417"), number("NZ300471"),
                             ses::SealKind::Bolt});
  const json::value whole = document(log);
  REQUIRE(whole.at("epcisBody").at("eventList").as_array().size() == 3);
  CHECK(epcis_breaches(whole).empty());
  const json::object &first = event(whole, 0), &wrong = event(whole, 1), &right = event(whole, 2);
  CHECK_FALSE(first.contains("errorDeclaration"));
  CHECK(wrong.at("eventID") == first.at("eventID"));
  CHECK(wrong.at("eventTime") == first.at("eventTime"));
  CHECK(wrong.at("childEPCs") == first.at("childEPCs"));
  CHECK(wrong.at("errorDeclaration").at("reason") == "incorrect_data");
  CHECK(wrong.at("errorDeclaration").at("correctiveEventIDs") == json::array{right.at("eventID")});
  CHECK(right.at("childEPCs") == json::array{"https://hub.example.nz/seal/obj/NZ300471"});
  CHECK(right.at("eventTime") == first.at("eventTime"));
}

TEST_CASE("ids are the same in every export of the same log, and differ between logs") {
  CHECK(document(everything()) == document(everything()));
  CHECK(interchange::event_id("a/e1", 1, 0) != interchange::event_id("a/e2", 1, 0));
  CHECK(interchange::event_id("a/e1", 1, 0) != interchange::event_id("a/e1", 1, 1));
  CHECK(interchange::event_id("a/e1", 11, 0) != interchange::event_id("a/e1", 1, 10));
}

TEST_CASE("only what happened in the period is told, and what it corrects although it lies before") {
  const std::int64_t second = kStart + kHourMs;
  SmallLog log({second, second + kHourMs});
  log.add(seal_on("NZ300417", "CSQU3054383"));
  log.add(ses::SealCorrected{ses::Family::Ses, box("CSQU3054383"), number("NZ300417"), number("NZ300471"),
                             ses::SealKind::Bolt});
  log.add(seal_on("NZ300418", "MSCU1234566"));
  REQUIRE(log.told().size() == 2);
  CHECK(log.told()[0].corrected_by == log.told()[1].id);
  REQUIRE(log.events.units().size() == 1);
  CHECK(log.events.units()[0].seals.at(0).number == number("NZ300471"));
}

TEST_CASE("a domain that is no host name is refused, and nothing in a site's name leaves its URL") {
  SmallLog log;
  for (const char* domain : {"", "a b", "hub/x", "-hub", "h\"ub"})
    CHECK(interchange::epcis_document(log.told(), domain, kStart).error().code == "epcis.domain");
  interchange::SealEvents odd("akl 01/\"x\"", {});
  ses::Entry entry;
  entry.event = ses::StockOpened{ses::Family::Ses, ses::SealKind::Bolt, run("NZ1"), {}, 0};
  odd.take("o", {1, 0}, entry);
  const auto text = interchange::epcis_document(odd.events(), "hub.example.nz", kStart).value();
  CHECK(epcis_breaches(json::parse(text)).empty());
  CHECK(text.find("akl%2001%2F%22x%22") != std::string::npos);
}

TEST_CASE("missing seals split a delivery into the runs that came") {
  const auto runs =
      interchange::run_without(run("NZ300001", 5), std::vector{number("NZ300005"), number("NZ300002")});
  REQUIRE(runs.size() == 2);
  CHECK(runs[0].text() == "NZ300001");
  CHECK(runs[1].text() == "NZ300003..NZ300004 (2)");
  CHECK(interchange::run_without(run("NZ1"), std::vector{number("NZ1")}).empty());
  CHECK(interchange::run_without(run("NZ1", 3), std::vector{number("AB1")}).size() == 1);
}
