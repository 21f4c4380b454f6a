// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <set>

#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using samples::container;
using samples::refusal;
using samples::refusal_of;
using samples::seal;
using samples::usual_entry;
using samples::with_body;

TEST_CASE("an enum's value outside its set is refused by the writer and by the reader") {
  // Makes the event with the enum's smallest, largest and one value more; the bytes differ in that value
  // alone.
  const auto check = [](std::uint8_t first, std::uint8_t last, auto&& make) {
    const auto bytes_of = [&](std::uint8_t value) {
      Entry entry = usual_entry();
      make(entry, value);
      return encode(entry);
    };
    REQUIRE(bytes_of(first));
    REQUIRE(bytes_of(last));
    const Bytes low = bytes_of(first).value(), high = bytes_of(last).value();
    CHECK(refusal(bytes_of(static_cast<std::uint8_t>(last + 1))) == "entry.malformed");
    if (first > 0) CHECK(refusal(bytes_of(static_cast<std::uint8_t>(first - 1))) == "entry.malformed");
    const auto place = std::mismatch(low.begin(), low.end(), high.begin()).first - low.begin();
    const auto patched = [&](std::uint8_t value) {
      Bytes out = high;
      out[static_cast<std::size_t>(place)] = value;
      return refusal_of(out);
    };
    CHECK(patched(first) == "accepted");
    CHECK(patched(static_cast<std::uint8_t>(last + 1)) == "entry.malformed");
    if (first > 0) CHECK(patched(static_cast<std::uint8_t>(first - 1)) == "entry.malformed");
  };
  const SealNumber bolt = seal("NZ300006");
  const UnitId box = container("MSCU6639870");
#define IN_HEADER(Enum, field) \
  [](Entry& entry, std::uint8_t value) { entry.header.field = static_cast<Enum>(value); }
#define IN_BODY(Body, Enum, field)         \
  [&](Entry& entry, std::uint8_t value) {  \
    Body body;                             \
    samples_fill(body);                    \
    body.field = static_cast<Enum>(value); \
    entry.event = body;                    \
  }
  const auto samples_fill = [](auto& body) {
    SeededRandom random(7);
    samples::Filler filler(random);
    body.fields(filler);
  };
  check(0, 2, IN_HEADER(ClockState, clock_state));
  check(0, 4, IN_HEADER(AuthMethod, auth_method));
  check(1, 5, IN_HEADER(Source, source));
  check(1, 9, [](Entry& entry, std::uint8_t value) {
    entry.details = {{static_cast<DetailKind>(value), 1, {}}};
  });
  check(1, 3, IN_BODY(SealApplied, Family, family));
  check(1, 6, IN_BODY(SealApplied, SealKind, seal_kind));
  check(0, 3, IN_BODY(StoreAdded, PlaceKind, kind));
  check(1, 4, IN_BODY(SealDamaged, DamageCause, cause));
  check(1, 5, IN_BODY(EpochStarted, EpochReason, reason));
  check(1, 5, IN_BODY(DifferenceExplained, Explanation, how));
  check(1, 6, IN_BODY(RollUsed, RollUse, use));
  check(0, 3, IN_BODY(LoadPaused, Securing, how));
  check(1, 4, IN_BODY(SealRemoved, RemovalReason, reason));
  check(0, 4, IN_BODY(UnitOpened, Party, by));
  check(0, 3, IN_BODY(UnitOpened, Whereabouts, where));
  check(1, 4, IN_BODY(CustomsTold, ToldHow, how));
#undef IN_HEADER
#undef IN_BODY
  const auto unit_of_kind = [](unsigned kind, std::string_view text) {
    return refusal_of(
        with_body(Kind::LoadStarted, [&](PackWriter& out) { out.array(1).array(2).uint(kind).str(text); }));
  };
  CHECK(unit_of_kind(2, "PKG7") == "accepted");
  CHECK(unit_of_kind(0, "PKG7") == "entry.malformed");
  CHECK(unit_of_kind(3, "PKG7") == "entry.malformed");
  CHECK(refusal_of(SealChecked{Family::Ses, bolt, box, {}, {}, false, {static_cast<Step>(4)}}) ==
        "entry.malformed");
}

TEST_CASE("seal and unit numbers stand in their written form or not at all") {
  const auto applied = [](std::string_view number, std::string_view unit) {
    return refusal_of(with_body(Kind::SealApplied, [&](PackWriter& out) {
      out.array(5).uint(1).uint(1).str(number).array(2).uint(1).str(unit).boolean(false);
    }));
  };
  CHECK(applied("NZ300006", "MSCU6639870") == "accepted");
  CHECK(applied("NZ300006", "MSCU6639872") ==
        "accepted");  // a wrong check digit is an irregularity, not an error
  for (const char* number : {"", "nz300006", "NZ 300006", "NZ-300006", "NZ", "NZ300006A", "NZ30000\xC3\xA9"})
    CHECK(applied(number, "MSCU6639870") == "entry.malformed");
  CHECK(applied(std::string(35, '1'), "MSCU6639870") == "accepted");
  CHECK(applied(std::string(36, '1'), "MSCU6639870") == "entry.malformed");
  for (const char* unit :
       {"", "mscu6639870", "MSCU663987", "MSCU66398701", "MSCA6639870", "MSC16639870", "PKG7"})
    CHECK(applied("NZ300006", unit) == "entry.malformed");
}

TEST_CASE("a seal or a unit may be missing only where the event says so") {
  const SealNumber bolt = seal("NZ300006");
  const UnitId box = container("MSCU6639870"), none;
  const SealRange half{"NZ", 300007, 6, 12};
  CHECK(refusal_of(HandedOver{Family::Ses, 1, 2, {}, half}) == "accepted");
  CHECK(refusal_of(SealTampered{Family::Ses, {}, box, 5}) == "accepted");
  CHECK(refusal_of(SealTampered{Family::Ses, bolt, none, 5}) == "accepted");
  CHECK(refusal_of(SealTampered{Family::Ses, {}, none, 5}) == "entry.malformed");
  CHECK(refusal_of(SealDamaged{Family::Ses, bolt, DamageCause::Faulty, none}) == "accepted");
  CHECK(refusal_of(SealDamaged{Family::Ses, {}, DamageCause::Faulty, box}) == "entry.malformed");
  CHECK(refusal_of(RollUsed{Family::Ses, "ROLL 7", 3, RollUse::Lost, none}) == "accepted");
  CHECK(refusal_of(SealApplied{Family::Ses, SealKind::Bolt, {}, box, false}) == "entry.malformed");
  CHECK(refusal_of(SealApplied{Family::Ses, SealKind::Bolt, bolt, none, false}) == "entry.malformed");
  CHECK(refusal_of(SealCorrected{Family::Ses, box, bolt, {}, SealKind::Bolt}) == "entry.malformed");
  CHECK(refusal_of(Uplifted{box, Family::Ses, {}, 0, {}, false}) == "accepted");
  CHECK(refusal_of(Uplifted{box, Family::Ses, {SealNumber{}}, 0, {}, false}) == "entry.malformed");
}

TEST_CASE("a list that names a seal twice is refused, short or long") {
  for (std::uint32_t count : {2U, 8U, 9U, 500U}) {
    BoxOpened body{Family::Ses, "B", {}, {}};
    const SealRange range{"", 1, 6, count};
    for (std::uint32_t i = 0; i < count; ++i) body.missing.push_back(range.at(i));
    CHECK(refusal_of(body) == "accepted");
    body.missing.back() = body.missing.front();
    CHECK(refusal_of(body) == "entry.malformed");
  }
  const Bytes twice = with_body(Kind::BoxOpened, [](PackWriter& out) {
    out.array(4).uint(1).str("B").array(2).str("NZ1").str("NZ1").array(0);
  });
  CHECK(refusal_of(twice) == "entry.malformed");
}

TEST_CASE("a run in an entry is well formed and has at most 1,000 seals") {
  const auto stored = [](std::string_view prefix, std::uint64_t first, std::uint64_t width,
                         std::uint64_t count) {
    return refusal_of(with_body(Kind::SealsStored, [&](PackWriter& out) {
      out.array(3).uint(1).array(4).str(prefix).uint(first).uint(width).uint(count).array(2).uint(1).uint(4);
    }));
  };
  CHECK(stored("NZ", 1, 6, 1000) == "accepted");
  CHECK(stored("NZ", 1, 6, 1001) == "entry.malformed");
  CHECK(stored("NZ", 1, 6, 0) == "entry.malformed");
  CHECK(stored("NZ", 999'000, 6, 1000) == "accepted");
  CHECK(stored("NZ", 999'001, 6, 1000) == "entry.malformed");
  CHECK(stored("nz", 1, 6, 1) == "entry.malformed");
  CHECK(stored("NZ3", 1, 5, 1) == "entry.malformed");  // a second writing of NZ300001
  CHECK(stored("", 1, 18, 1) == "accepted");
  CHECK(stored("", 1, 19, 1) == "entry.malformed");
  CHECK(stored("", 0, 0, 1) == "entry.malformed");
  CHECK(stored("", 1, 256, 1) == "entry.malformed");
  CHECK(refusal_of(SealsStored{Family::Ses, {"NZ", 1, 6, 1001}, {}}) == "entry.too_large");
  CHECK(refusal_of(SealsStored{Family::Ses, {"NZ", 1, 6, 0}, {}}) == "entry.malformed");
}

TEST_CASE("texts, counts and times of a body are bounded") {
  CHECK(refusal_of(AgentStarted{std::string(64, 'a'), "1"}) == "accepted");
  CHECK(refusal_of(AgentStarted{std::string(65, 'a'), "1"}) == "entry.malformed");
  CHECK(refusal_of(AgentStarted{"\xFF", "1"}) == "entry.malformed");
  CHECK(refusal_of(EpochStarted{std::string(200, 'a'), 1, {}, 1, EpochReason::Doubt}) == "accepted");
  CHECK(refusal_of(EpochStarted{std::string(201, 'a'), 1, {}, 1, EpochReason::Doubt}) == "entry.malformed");
  CHECK(refusal_of(EpochStarted{"a", limits::kTreeSize, {}, 1, EpochReason::Doubt}) == "accepted");
  CHECK(refusal_of(EpochStarted{"a", limits::kTreeSize + 1, {}, 1, EpochReason::Doubt}) == "entry.malformed");
  CHECK(refusal_of(SiteMoved{-(std::int64_t{1} << 53)}) == "accepted");
  CHECK(refusal_of(SiteMoved{(std::int64_t{1} << 53) + 1}) == "entry.malformed");
  const auto text = [](std::size_t bytes) {
    return refusal_of(with_body(Kind::AgentStarted,
                                [&](PackWriter& out) { out.array(2).str(std::string(bytes, 'a')).str(""); }));
  };
  CHECK(text(64) == "accepted");
  CHECK(text(65) == "entry.malformed");
}

TEST_CASE("every kind has a name of its own in snake case") {
  SeededRandom random(4);
  std::set<std::string_view> names;
  samples::each_kind<Event>(random, [&](const Event& event) {
    const std::string_view name = kind_name(kind_of(event));
    CHECK(name != "unknown");
    CHECK(std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; }));
    names.insert(name);
  });
  CHECK(names.size() == ses::codec::kAlternatives<Event>);
  CHECK(kind_name(Kind::SealApplied) == "seal_applied");
  CHECK(kind_name(static_cast<Kind>(4)) == "unknown");
}

TEST_CASE("every irregularity has a name and one sentence for people") {
  std::set<std::string_view> names, sentences;
  for (std::uint16_t code = 1; code <= 32; ++code) {
    const auto irregularity = static_cast<Irregularity>(code);
    names.insert(irregularity_name(irregularity));
    const std::string_view sentence = irregularity_sentence(irregularity);
    sentences.insert(sentence);
    CHECK((sentence.front() >= 'A' && sentence.front() <= 'Z'));
    CHECK(sentence.back() != '.');
  }
  CHECK(names.size() == 32);
  CHECK(sentences.size() == 32);
  CHECK(names.count("unknown") == 0);
  CHECK(irregularity_name(Irregularity::UnknownSeal) == "unknown_seal");
  CHECK(irregularity_sentence(Irregularity::UnknownSeal) == "The register never had this seal");
}

namespace {

// The fourth archive for `fields`: only counts.
struct Counter {
  template <class... F>
  void operator()(F&...) {
    count = sizeof...(F);
  }
  std::size_t count = 0;
};

// Number, name and count of fields of each row of a registry's table, "| 46 | `seal_applied` | `family`
// Family, ... |".
template <class Variant>
void check_table(const std::string& file) {
  std::ifstream in(SEALKEEP_SOURCE_DIR "/docs/formats/" + file);
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  SeededRandom random(5);
  samples::each_kind<Variant>(random, [&](Variant body) {
    const auto kind = kind_of(body);
    const std::string row =
        "\n| " + std::to_string(static_cast<unsigned>(kind)) + " | `" + std::string(kind_name(kind)) + "` | ";
    INFO(row);
    const std::size_t start = page.find(row);
    REQUIRE(start != std::string::npos);
    const std::size_t fields = start + row.size();
    const std::string column = page.substr(fields, page.find(" |", fields) - fields);
    Counter counter;
    std::visit([&](auto& value) { value.fields(counter); }, body);
    CHECK(static_cast<std::size_t>(std::count(column.begin(), column.end(), '`')) == 2 * counter.count);
  });
}

}  // namespace

TEST_CASE("the pages of the formats name every kind with its number and fields") {
  check_table<Event>("events.md");
  check_table<DirectiveBody>("directives.md");
}

TEST_CASE("the page of the entry names every irregularity with its number and sentence") {
  std::ifstream in(SEALKEEP_SOURCE_DIR "/docs/formats/entry.md");
  const std::string page((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  for (std::uint16_t code = 1; code <= 32; ++code) {
    const auto irregularity = static_cast<Irregularity>(code);
    const std::string row = "\n| " + std::to_string(code) + " | `" +
                            std::string(irregularity_name(irregularity)) + "` | " +
                            std::string(irregularity_sentence(irregularity)) + " |\n";
    INFO(row);
    CHECK(page.find(row) != std::string::npos);
  }
}
