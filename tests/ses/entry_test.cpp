// SPDX-License-Identifier: Apache-2.0
#include "common/ses/entry.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using samples::container;
using samples::refusal;
using samples::refusal_of;
using samples::seal;
using samples::usual_entry;
using samples::with_body;

namespace {

Entry checked_entry() {
  Entry entry = usual_entry();
  entry.header.utc_offset_min = -210;
  entry.header.clock_state = ClockState::Unsure;
  entry.header.auth_method = AuthMethod::Pin;
  entry.header.terminal_no = 0;
  entry.header.source = Source::Typed;
  entry.event = SealChecked{Family::Ses,
                            seal("NZ300417"),
                            container("MSCU6639870"),
                            {"NZ300417", "MSCU6639870"},
                            {"NZ300471", ""},
                            true,
                            {Step::Pass, Step::Pass, Step::Fail, Step::NotApplicable}};
  entry.irregularities = {{Irregularity::DoorDiffers, 0}, {Irregularity::SamePerson, {}}};
  entry.refs = {{1, 70000}};
  Hash commitment;
  commitment.bytes.fill(0xAB);
  entry.details = {{DetailKind::Narrative, 57, commitment}};
  return entry;
}

Entry received_entry() {
  Entry entry = usual_entry();
  entry.event = SealsReceived{Family::Ses,
                              SealKind::Bolt,
                              {"NZ", 300001, 6, 200},
                              {PlaceKind::LockedStore, 4},
                              1'769'817'600'000,
                              "PA-2026-17",
                              "",
                              "BOX 12",
                              {seal("NZ300013")}};
  return entry;
}

}  // namespace

TEST_CASE("an entry of every kind comes back as it was written, byte for byte") {
  SeededRandom random(1);
  std::set<Kind> seen;
  for (int round = 0; round < 40; ++round) {
    samples::each_kind<Event>(random, [&](const Event& event) {
      seen.insert(kind_of(event));
      const Entry entry = samples::entry(random, event);
      const Result<Bytes> bytes = encode(entry);
      INFO(kind_name(kind_of(event)) << " " << refusal(bytes));
      REQUIRE(bytes);
      const Result<Entry> again = decode_entry(*bytes);
      INFO((again ? std::string() : again.error().text()));
      REQUIRE(again);
      CHECK(*again == entry);
      CHECK(encode(*again).value() == *bytes);
    });
  }
  CHECK(seen.size() == ses::codec::kAlternatives<Event>);
}

TEST_CASE("the bytes of version 1 are these for ever") {
  // Made by an encoder of its own from docs/formats/entry.md.
  const std::pair<Entry, std::string> golden[] = {
      {usual_entry(),
       "dc0011012ec4080102030405060708cf0000019c11951588cf0000019c11951e52cd030c03ce05265c7b00cea1b2c3d4"
       "0202019090950101a84e5a3330303030369201ab4d53435536363339383730c290"},
      {checked_entry(),
       "dc0011012fc4080102030405060708cf0000019c11951588cf0000019c11951e52d1ff2e03ce05265c7b01cea1b2c3d4"
       "03000292920e009203c0919201ce000111709701a84e5a3330303431379201ab4d5343553636333938373092a84e5a33"
       "3030343137ab4d5343553636333938373092a84e5a333030343731a0c35b91930239c420abababababababababababab"
       "abababababababababababababababababababab"},
      {received_entry(),
       "dc00110115c4080102030405060708cf0000019c11951588cf0000019c11951e52cd030c03ce05265c7b00cea1b2c3d4"
       "020201909099010194a24e5ace000493e106ccc8920104cf0000019c11597000aa50412d323032362d3137a0a6424f58"
       "20313291a84e5a33303030313390"}};
  for (const auto& [entry, text] : golden) {
    CHECK(hex(encode(entry).value()) == text);
    CHECK(decode_entry(from_hex(text).value()).value() == entry);
  }
}

TEST_CASE("no prefix of an entry is an entry, and no entry has bytes after it") {
  for (const Entry& entry : {usual_entry(), checked_entry(), received_entry()}) {
    Bytes bytes = encode(entry).value();
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      INFO(size);
      CHECK(refusal(decode_entry(ByteView(bytes).first(size))) == "entry.malformed");
    }
    bytes.push_back(0xC0);
    CHECK(refusal_of(bytes) == "entry.malformed");
  }
}

TEST_CASE("an entry with one bit flipped is refused or is the one writing of another entry") {
  SeededRandom random(2);
  std::vector<Entry> entries{usual_entry(), checked_entry(), received_entry()};
  samples::each_kind<Event>(random, [&](const Event& event) {
    entries.push_back(usual_entry());
    entries.back().event = event;
  });
  for (const Entry& entry : entries) {
    const Bytes bytes = encode(entry).value();
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      const Result<Entry> other = decode_entry(flipped);
      if (!other) {
        CHECK(other.error().kind == ErrorKind::BadInput);
        continue;
      }
      const Bytes again = encode(*other).value();
      // Read as a kind with fewer fields, the rest are fields of a later version, which a decoded entry does
      // not keep.
      const bool fewer_fields = kind_of(other->event) != kind_of(entry.event) && again.size() < bytes.size();
      CHECK((again == flipped || fewer_fields));
      CHECK(!(*other == entry));
    }
  }
}

TEST_CASE("unknown versions and kinds have codes of their own, everything else is malformed") {
  const auto unit = [](PackWriter& out) { out.array(1).array(2).uint(1).str("MSCU6639870"); };
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit)) == "accepted");
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit, 17, 0)) == "entry.version");
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit, 17, 2)) == "entry.version");
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit, 18, 2)) == "entry.version");
  for (unsigned kind : {0U, 4U, 16U, 35U, 79U, 65'535U, 4'000'000'000U}) {
    Bytes bytes = PackWriter().array(17).uint(1).uint(kind).take();
    append(bytes, ByteView(with_body(Kind::LoadStarted, unit)).subspan(5));
    INFO(kind);
    CHECK(refusal_of(bytes) == "entry.kind");
  }
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit, 16)) == "entry.malformed");
  CHECK(refusal_of(with_body(Kind::LoadStarted, unit, 18)) == "entry.malformed");
  CHECK(refusal_of(Bytes{}) == "entry.malformed");
}

TEST_CASE("fields that a later version appended are passed over, missing ones are not forgiven") {
  const auto body = [](std::size_t fields, auto&& more) {
    return with_body(Kind::LoadPaused, [&](PackWriter& out) {
      out.array(fields).array(2).uint(1).str("MSCU6639870");
      if (fields > 1) out.uint(1);
      more(out);
    });
  };
  const auto nothing = [](PackWriter&) {};
  const Entry plain = decode_entry(body(2, nothing)).value();
  const auto later = [](PackWriter& out) {
    out.str("new").array(2).nil().array(1).array(1).array(1).sint(-5);
  };
  CHECK(decode_entry(body(4, later)).value() == plain);
  CHECK(refusal_of(body(1, nothing)) == "entry.malformed");
  CHECK(refusal_of(body(3, nothing)) == "entry.malformed");
  const auto nested = [](std::size_t depth) {
    return [depth](PackWriter& out) {
      for (std::size_t i = 0; i < depth; ++i) out.array(1);
      out.nil();
    };
  };
  CHECK(refusal_of(body(3, nested(4))) == "accepted");
  CHECK(refusal_of(body(3, nested(5))) == "entry.malformed");
  const auto nils = [](std::size_t count) {
    return [count](PackWriter& out) {
      for (std::size_t i = 0; i < count; ++i) out.nil();
    };
  };
  CHECK(refusal_of(body(limits::kBodyFields, nils(limits::kBodyFields - 2))) == "accepted");
  CHECK(refusal_of(body(limits::kBodyFields + 1, nils(limits::kBodyFields - 1))) == "entry.malformed");
  CHECK(refusal_of(body(3, [](PackWriter& out) { out.raw(Bytes{0xCC, 0x05}); })) == "entry.malformed");
}

TEST_CASE("nested values have exactly their elements") {
  const auto place = [](std::size_t elements) {
    return with_body(Kind::SealsStored, [&](PackWriter& out) {
      out.array(3).uint(1).array(4).str("NZ").uint(1).uint(6).uint(1).array(elements).uint(1).uint(4);
      for (std::size_t i = 2; i < elements; ++i) out.nil();
    });
  };
  CHECK(refusal_of(place(2)) == "accepted");
  CHECK(refusal_of(place(3)) == "entry.malformed");
}

TEST_CASE("decoding refuses hostile bytes without following them") {
  // 16 elements of the array follow; each case puts its bytes where the body belongs.
  const auto raw = [](const Bytes& bytes) {
    return with_body(Kind::DirectivesAdopted, [&](PackWriter& out) { out.raw(bytes); });
  };
  CHECK(refusal_of(raw(Bytes(4000, 0x91))) == "entry.malformed");            // nested 4,000 deep
  CHECK(refusal_of(raw({0x93, 0xDD, 0x40, 0, 0, 0})) == "entry.malformed");  // 1 G elements
  CHECK(refusal_of(raw({0x93, 0xC6, 0x40, 0, 0, 0})) == "entry.malformed");  // 1 GB of bytes
  CHECK(refusal_of(raw({0x93, 0xDB, 0x40, 0, 0, 0})) == "entry.malformed");  // 1 GB of text
  CHECK(refusal_of(raw({0x94, 1, 1, 0xC4, 0x20})) == "entry.malformed");
  CHECK(refusal_of(raw({0xDD, 0xFF, 0xFF, 0xFF, 0xFF})) == "entry.malformed");
  CHECK(refusal_of(raw({0x81, 1, 1})) == "entry.malformed");        // a map
  CHECK(refusal_of(raw({0xCA, 0, 0, 0, 0})) == "entry.malformed");  // a float
  CHECK(refusal_of(raw({0xD4, 1, 1})) == "entry.malformed");        // an extension type
  CHECK(refusal_of(raw({0xC1})) == "entry.malformed");              // never used
  const auto text = [](const Bytes& bytes) {
    return with_body(Kind::AgentStarted, [&](PackWriter& out) { out.array(2).str("b").raw(bytes); });
  };
  CHECK(refusal_of(text({0xA2, 0xC3, 0xA9})) == "accepted");
  for (const Bytes& broken :
       {Bytes{0xA1, 0xC3}, Bytes{0xA2, 0xC0, 0x80}, Bytes{0xA3, 0xED, 0xA0, 0x80}, Bytes{0xA1, 0xFF},
        Bytes{0xC4, 1, 65}, Bytes{0xD9, 1, 65}, Bytes{65}, Bytes{0xC0}})
    CHECK(refusal_of(text(broken)) == "entry.malformed");
  const auto seals = [](std::size_t claimed) {
    return with_body(Kind::BoxOpened, [&](PackWriter& out) {
      out.array(4).uint(1).str("B").array(claimed).str("NZ1").array(0);
    });
  };
  CHECK(refusal_of(seals(1)) == "accepted");
  CHECK(refusal_of(seals(1000)) == "entry.malformed");
  SeededRandom random(3);
  for (int i = 0; i < 20'000; ++i) {
    Bytes bytes = encode(checked_entry()).value();
    for (std::uint64_t changes = 1 + random.below(6); changes > 0; --changes)
      bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.u64());
    const Result<Entry> entry = decode_entry(bytes);
    if (entry && kind_of(entry->event) == Kind::SealChecked) REQUIRE(encode(*entry));
  }
}

TEST_CASE("the header's numbers are taken at their limits and refused one past") {
  const auto with = [](auto&& change) {
    Entry entry = usual_entry();
    change(entry.header);
    const Result<Bytes> bytes = encode(entry);
    if (bytes) CHECK(decode_entry(*bytes).value() == entry);
    return refusal(bytes);
  };
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  for (auto field : {&EntryHeader::happened_ms, &EntryHeader::recorded_ms, &EntryHeader::mono_ms}) {
    CHECK(with([&](EntryHeader& h) { h.*field = 0; }) == "accepted");
    CHECK(with([&](EntryHeader& h) { h.*field = kMost; }) == "accepted");
    CHECK(with([&](EntryHeader& h) { h.*field = -1; }) == "entry.malformed");
    CHECK(with([&](EntryHeader& h) { h.*field = kMost + 1; }) == "entry.malformed");
  }
  CHECK(with([](EntryHeader& h) { h.utc_offset_min = 840; }) == "accepted");
  CHECK(with([](EntryHeader& h) { h.utc_offset_min = -840; }) == "accepted");
  CHECK(with([](EntryHeader& h) { h.utc_offset_min = 841; }) == "entry.malformed");
  CHECK(with([](EntryHeader& h) { h.utc_offset_min = -841; }) == "entry.malformed");
  for (auto field : {&EntryHeader::boot_no, &EntryHeader::person_no, &EntryHeader::terminal_no})
    CHECK(with([&](EntryHeader& h) { h.*field = UINT32_MAX; }) == "accepted");

  // The reader on its own: the same numbers in hand-made bytes. utc_offset_min is -60 at a known place.
  Bytes bytes = with_body(Kind::TerminalAdded, [](PackWriter& out) { out.array(1).uint(9); });
  const Bytes offset = PackWriter().sint(-60).take();
  const auto place = std::search(bytes.begin(), bytes.end(), offset.begin(), offset.end());
  const auto replaced = [&](std::int64_t value) {
    Bytes out(bytes.begin(), place);
    append(out, PackWriter().sint(value).take());
    out.insert(out.end(), place + 2, bytes.end());
    return refusal_of(out);
  };
  CHECK(replaced(840) == "accepted");
  CHECK(replaced(841) == "entry.malformed");
  CHECK(replaced(-840) == "accepted");
  CHECK(replaced(-841) == "entry.malformed");
}

TEST_CASE("an entry has at most 16 irregularities, 64 references, 16 details and 8 KiB") {
  Entry entry = usual_entry();
  entry.refs.resize(limits::kRefsPerEntry);
  entry.details.resize(limits::kDetailsPerEntry);
  for (std::uint16_t code = 1; code <= limits::kIrregularitiesPerEntry; ++code)
    entry.irregularities.push_back({static_cast<Irregularity>(code), {}});
  CHECK(decode_entry(encode(entry).value()).value() == entry);
  Entry more = entry;
  more.refs.emplace_back();
  CHECK(refusal(encode(more)) == "entry.too_large");
  more = entry;
  more.details.emplace_back();
  CHECK(refusal(encode(more)) == "entry.too_large");
  more = entry;
  more.irregularities.push_back({Irregularity::OperatorNotApproved, {}});
  more.irregularities.back().code = static_cast<Irregularity>(17);
  CHECK(refusal(encode(more)) == "entry.too_large");

  const auto missing = [](std::uint32_t count, std::uint8_t width) {
    Entry out = received_entry();
    auto& seals = std::get<SealsReceived>(out.event).missing;
    seals.clear();
    const SealRange range{"", 1, width, count};
    for (std::uint32_t i = 0; i < count; ++i) seals.push_back(range.at(i));
    return out;
  };
  const Entry thousand = missing(1000, 6);
  CHECK(decode_entry(encode(thousand).value()).value() == thousand);
  CHECK(refusal(encode(missing(1001, 6))) == "entry.too_large");
  CHECK(refusal(encode(missing(1000, 9))) == "entry.too_large");

  // To the byte: the first text of the body is as long as it takes.
  const Entry nearly = missing(1000, 7);
  const std::size_t left = limits::kEntryBytes - encode(nearly).value().size();
  REQUIRE(left > 1);
  REQUIRE(left < 64 * 3);
  Entry full = nearly;
  full.refs.clear();
  auto& event = std::get<SealsReceived>(full.event);
  // A text of 32 or more bytes has one more byte of length.
  std::size_t rest = left;
  for (std::string* text : {&event.approval, &event.delivery, &event.box}) {
    const std::size_t have = text->size();
    const std::size_t grow = std::min<std::size_t>(rest, 64 - have + 1);
    if (grow == 0) break;
    text->append(have + grow >= 33 ? grow - 1 : grow, 'x');
    rest -= grow;
  }
  REQUIRE(rest == 0);
  const Bytes bytes = encode(full).value();
  CHECK(bytes.size() == limits::kEntryBytes);
  CHECK(decode_entry(bytes).value() == full);
  full.header.boot_no = 200;  // one byte more
  CHECK(refusal(encode(full)) == "entry.too_large");
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK(refusal_of(longer) == "entry.malformed");
}

TEST_CASE("irregularities stand once, and their reasons are among the details") {
  Entry entry = checked_entry();
  entry.irregularities.push_back({Irregularity::DoorDiffers, {}});
  CHECK(refusal(encode(entry)) == "entry.malformed");
  entry = checked_entry();
  entry.irregularities[0].reason = 1;
  CHECK(refusal(encode(entry)) == "entry.malformed");
  // The same in bytes: [[14, 0], [3, nil]] with the reason, then with the codes, changed.
  const Bytes bytes = encode(checked_entry()).value();
  const Bytes list{0x92, 0x92, 0x0E, 0x00, 0x92, 0x03, 0xC0};
  const auto at = std::search(bytes.begin(), bytes.end(), list.begin(), list.end()) - bytes.begin();
  const auto changed = [&](std::ptrdiff_t offset, std::uint8_t byte) {
    Bytes out = bytes;
    out[static_cast<std::size_t>(at + offset)] = byte;
    return refusal_of(out);
  };
  CHECK(changed(2, 13) == "accepted");
  CHECK(changed(3, 1) == "entry.malformed");
  CHECK(changed(3, 16) == "entry.malformed");
  CHECK(changed(5, 14) == "entry.malformed");
  CHECK(changed(5, 37) == "accepted");
  CHECK(changed(5, 38) == "entry.malformed");
  CHECK(changed(5, 0) == "entry.malformed");
}
