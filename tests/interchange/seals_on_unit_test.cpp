// SPDX-License-Identifier: Apache-2.0
#include <boost/json.hpp>

#include "common/interchange/dcsa.hpp"
#include "common/interchange/sel.hpp"
#include "tests/interchange/small_log.hpp"

using namespace sealkeep;
using namespace sealkeep::test;
using interchange::DcsaSpelling;
using interchange::SelDirectory;
namespace json = boost::json;

namespace {

using Segment = std::vector<std::string>;

// Reads UN/EDIFACT segments with the default separators, as a receiver would: the release character first.
std::vector<Segment> segments(std::string_view text) {
  std::vector<Segment> out;
  Segment segment{""};
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '?') {
      REQUIRE(i + 1 < text.size());
      segment.back() += text[++i];
    } else if (c == '+') {
      segment.emplace_back();
    } else if (c == '\'') {
      out.push_back(std::exchange(segment, Segment{""}));
    } else if (c != '\r' && c != '\n') {
      segment.back() += c;
    }
  }
  CHECK(segment == Segment{""});
  return out;
}

SmallLog two_boxes() {
  SmallLog log;
  log.add(seal_on("NZ300006", "CSQU3054383"))
      .add(ses::OtherSealNoted{box("CSQU3054383"), number("CU77"), ses::Party::Customs})
      .add(ses::OtherSealNoted{box("CSQU3054383"), number("ML123"), ses::Party::Carrier})
      .add(ses::OtherSealNoted{box("CSQU3054383"), number("XX9"), ses::Party::Unknown})
      .add(ses::OtherSealNoted{box("CSQU3054383"), number("MPI5"), ses::Party::Mpi})
      .add(seal_on("NZ300007", "MSCU1234566", ses::SealKind::Cable))
      .add(ses::SealTampered{ses::Family::Ses, number("NZ300007"), box("MSCU1234566"), 0})
      .add(ses::SealApplied{ses::Family::Ses, ses::SealKind::Strap, number("NZ8"), package("AIR7"), false});
  return log;
}

}  // namespace

TEST_CASE("SEL names each seal of a container with party and condition, and reads back") {
  const auto read =
      segments(interchange::sel_segments(two_boxes().events.units(), SelDirectory::D95b).value());
  REQUIRE(read == std::vector<Segment>{{"EQD", "CN", "CSQU3054383"},
                                       {"SEL", "NZ300006", "SH", "1"},
                                       {"SEL", "CU77", "CU", "1"},
                                       {"SEL", "ML123", "CA", "1"},
                                       {"SEL", "XX9", "", "1"},
                                       {"SEL", "MPI5", "", "1"},
                                       {"EQD", "CN", "MSCU1234566"},
                                       {"SEL", "NZ300007", "SH", "2"}});
}

TEST_CASE("separators in data are released and read back") {
  for (const char* data : {"", "A+B", "it's", "?", "a:b?+'", "plain"}) {
    const auto read = segments("SEL+" + interchange::edifact_escaped(data) + "+SH'");
    CHECK(read == std::vector<Segment>{{"SEL", data, "SH"}});
  }
  CHECK(interchange::edifact_escaped("a:b") == "a?:b");
}

TEST_CASE("a number that is too long is refused by name, and one at the limit is not") {
  const auto sel = [](std::string_view seal, SelDirectory directory) {
    SmallLog log;
    log.add(seal_on(seal, "CSQU3054383"));
    return interchange::sel_segments(log.events.units(), directory);
  };
  CHECK(sel("NZ30000001", SelDirectory::D95b).has_value());
  const auto refused = sel("NZ300000001", SelDirectory::D95b);
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == "sel.too_long");
  CHECK(refused.error().what.find("NZ300000001 on CSQU3054383") != std::string::npos);
  CHECK(sel("NZ300000001", SelDirectory::Later).has_value());

  const auto dcsa = [](std::string_view seal) {
    SmallLog log;
    log.add(seal_on(seal, "CSQU3054383"));
    return interchange::dcsa_seals(log.events.units(), DcsaSpelling::Newer);
  };
  CHECK(dcsa("NZ3000000000001").has_value());
  CHECK(dcsa("NZ30000000000001").error().code == "dcsa.too_long");
}

TEST_CASE("DCSA seals in the older spelling: words of its lists only, and no type that nobody stated") {
  const json::value whole =
      json::parse(interchange::dcsa_seals(two_boxes().events.units(), DcsaSpelling::Older).value());
  REQUIRE(whole.as_array().size() == 2);
  const json::value& first = whole.at(0);
  CHECK(first.at("equipmentReference") == "CSQU3054383");
  CHECK(first.at("seals") == json::parse(R"([{"sealNumber":"NZ300006","sealSource":"SHI","sealType":"BLT"},
                        {"sealNumber":"CU77","sealSource":"CUS"},
                        {"sealNumber":"ML123","sealSource":"CAR"},
                        {"sealNumber":"XX9"},
                        {"sealNumber":"MPI5","sealSource":"VET"}])"));
  CHECK(whole.at(1).at("seals").at(0).at("sealType") == "WIR");
}

TEST_CASE("DCSA seals in the newer spelling") {
  const json::value whole =
      json::parse(interchange::dcsa_seals(two_boxes().events.units(), DcsaSpelling::Newer).value());
  CHECK(whole.at(0).at("equipment").at("equipmentReference") == "CSQU3054383");
  CHECK(whole.at(0).at("seals") == json::parse(R"([{"number":"NZ300006","source":"SHIPPER"},
      {"number":"CU77","source":"CUSTOMS"},{"number":"ML123","source":"CARRIER"},{"number":"XX9"},
      {"number":"MPI5","source":"VETERINARY"}])"));
}

TEST_CASE("what is on a container follows replacing, removing, correcting, and a new visit") {
  SmallLog log;
  const auto on = [&](std::string_view unit) {
    std::string out;
    for (const interchange::UnitSeals& one : log.events.units())
      if (one.unit == box(unit))
        for (const interchange::SealOnUnit& seal : one.seals) out += seal.number.text() + " ";
    return out;
  };
  log.add(seal_on("NZ300001", "CSQU3054383"));
  log.add(ses::SealReplaced{ses::Family::Ses, number("NZ300001"), ses::DamageCause::Faulty,
                            ses::SealKind::Bolt, number("NZ300002"), box("CSQU3054383")});
  CHECK(on("CSQU3054383") == "NZ300002 ");
  log.add(ses::SealCorrected{ses::Family::Ses, box("CSQU3054383"), number("NZ300002"), number("NZ300020"),
                             ses::SealKind::Bolt});
  CHECK(on("CSQU3054383") == "NZ300020 ");
  log.add(ses::UnitCorrected{box("CSQU3054383"), box("MSCU1234566")});
  CHECK(on("CSQU3054383").empty());
  CHECK(on("MSCU1234566") == "NZ300020 ");
  log.add(uplift("MSCU1234566", {number("NZ300020")}));
  CHECK(on("MSCU1234566") == "NZ300020 ");
  log.add(seal_on("NZ300003", "MSCU1234566"));
  CHECK(on("MSCU1234566") == "NZ300003 ");
  log.add(ses::SealTampered{ses::Family::Ses, number("NZ300003"), box("MSCU1234566"), 0});
  log.add(seal_on("NZ300004", "MSCU1234566"));
  CHECK(on("MSCU1234566") == "NZ300004 ");
  log.add(
      ses::SealRemoved{ses::Family::Ses, number("NZ300004"), box("MSCU1234566"), ses::RemovalReason::Other});
  CHECK(on("MSCU1234566").empty());
}
