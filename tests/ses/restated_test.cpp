// SPDX-License-Identifier: Apache-2.0
#include "common/ses/restated.hpp"

#include <catch2/catch.hpp>

#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using samples::refusal;
using samples::usual_entry;
using samples::with_body;

namespace {

EntryHeader own_header() {
  EntryHeader header = usual_entry().header;
  header.person_no = 0;
  header.auth_method = AuthMethod::None;
  return header;
}

Entry fact_with_details(std::size_t details) {
  Entry entry = usual_entry();
  entry.details.resize(details);
  for (std::size_t i = 0; i < details; ++i) entry.details[i].length_bytes = UINT64_MAX >> 2;
  return entry;
}

/// The bytes of `entry` as of epoch 1, restated in `times` epochs, each of which head office never took.
Bytes restated_bytes(const Entry& entry, std::uint32_t times) {
  Bytes bytes = encode(entry).value();
  for (std::uint32_t epoch = 1; epoch <= times; ++epoch)
    bytes = encode(restate(own_header(), {epoch, 40}, bytes).value().value()).value();
  return bytes;
}

/// A restated entry by hand, past everything that encode() refuses.
Bytes by_hand(Ref at, const Bytes& inside) {
  return with_body(Kind::Restated, [&](PackWriter& out) {
    out.array(2).array(2).uint(at.epoch).uint(at.index);
    out.bin(inside);
  });
}

}  // namespace

TEST_CASE("a restated entry comes back with the fact, its details and its first place") {
  const Entry fact = fact_with_details(3);
  const Bytes bytes = restated_bytes(fact, 1);
  const Entry read = decode_entry(bytes).value();
  CHECK(read.header == own_header());
  CHECK(read.details == fact.details);
  CHECK(std::get<Restated>(read.event).at == Ref{1, 40});
  CHECK(std::get<Restated>(read.event).entry == encode(fact).value());
  CHECK(encode(read).value() == bytes);
  const Stated said = stated(read);
  CHECK(said.fact == fact);
  CHECK(said.places == std::vector<Ref>{{1, 40}});
  CHECK(stated(fact).fact == fact);
  CHECK(stated(fact).places.empty());
}

TEST_CASE("a fact can be restated eight times deep, and once more gives up one place, not the fact") {
  const Entry fact = usual_entry();
  const Bytes eight = restated_bytes(fact, kRestatedDeep);
  const Stated said = stated(decode_entry(eight).value());
  CHECK(said.fact == fact);
  REQUIRE(said.places.size() == 8);
  CHECK(said.places.front() == Ref{8, 40});
  CHECK(said.places.back() == Ref{1, 40});
  CHECK(refusal(decode_entry(by_hand({9, 40}, eight))) == "entry.malformed");
  Entry nine;
  nine.header = own_header();
  nine.event = Restated{{9, 40}, eight};
  CHECK(refusal(encode(nine)) == "entry.malformed");

  const Stated again = stated(decode_entry(restated_bytes(fact, 9)).value());
  CHECK(again.fact == fact);
  REQUIRE(again.places.size() == 8);
  CHECK(again.places.front() == Ref{9, 40});
  CHECK(again.places.back() == Ref{1, 40});
}

TEST_CASE("the largest entry can be restated eight times deep within the limit of a leaf") {
  Entry largest = fact_with_details(limits::kDetailsPerEntry);
  SealsReceived received;
  received.seals = {"NZ", 300001, 6, 1};
  largest.event = received;
  auto& missing = std::get<SealsReceived>(largest.event).missing;
  while (missing.size() < limits::kSealsPerEntry) {
    missing.push_back(SealNumber::parse_exact(std::to_string(10'000'000 + missing.size())).value());
    if (encode(largest)) continue;
    missing.pop_back();
    break;
  }
  REQUIRE(encode(largest).value().size() > limits::kEntryBytes - 16);
  for (std::uint32_t times = 1; times <= kRestatedDeep; ++times) {
    const Bytes bytes = restated_bytes(largest, times);
    CHECK(bytes.size() <= limits::kLeafBytes);
    CHECK(stated(decode_entry(bytes).value()).fact == largest);
  }
}

TEST_CASE("a log's own entries are not restated") {
  for (const Event& own : {Event(EpochStarted{}), Event(AgentStarted{}), Event(DirectivesAdopted{})}) {
    Entry entry = usual_entry();
    entry.event = own;
    const Bytes bytes = encode(entry).value();
    CHECK_FALSE(restate(own_header(), {1, 3}, bytes).value().has_value());
    CHECK(refusal(decode_entry(by_hand({1, 3}, bytes))) == "entry.malformed");
  }
  Entry refused = usual_entry();
  refused.event = SpaceRefused{3, 1'000};
  CHECK(restate(own_header(), {1, 3}, encode(refused).value()).value().has_value());
}

TEST_CASE("a restated entry that does not fit what is in it is refused") {
  const Bytes fact = encode(usual_entry()).value();
  CHECK(refusal(decode_entry(by_hand({1, 40}, fact))) == "accepted");
  CHECK(refusal(decode_entry(by_hand({1, 40}, Bytes()))) == "entry.malformed");
  CHECK(refusal(decode_entry(by_hand({1, 40}, Bytes(20, 0xC0)))) == "entry.malformed");
  // details that it does not carry
  CHECK(refusal(decode_entry(by_hand({1, 40}, encode(fact_with_details(1)).value()))) == "entry.malformed");
  // an entry of a later release: said as it is
  const Bytes later = with_body(static_cast<Kind>(999), [](PackWriter& out) { out.array(1).uint(1); });
  CHECK(refusal(decode_entry(by_hand({1, 40}, later))) == "entry.kind");
  // places do not go back in time
  const Bytes once = restated_bytes(usual_entry(), 1);
  CHECK(refusal(decode_entry(by_hand({2, 0}, once))) == "accepted");
  CHECK(refusal(decode_entry(by_hand({1, 41}, once))) == "entry.malformed");
  // what is no restated entry keeps its own limit, inside and outside
  CHECK(refusal(decode_entry(Bytes(limits::kLeafBytes + 1, 0x95))) == "entry.malformed");
  const Bytes long_body = with_body(Kind::Avoided, [](PackWriter& out) {
    out.array(4).uint(1).uint(1).str("x").bin(Bytes(limits::kEntryBytes, 7));
  });
  CHECK(refusal(decode_entry(long_body)) == "entry.malformed");
  CHECK(refusal(decode_entry(by_hand({1, 40}, long_body))) == "entry.malformed");
}

TEST_CASE("a reader who cannot go back is told each fact once, and of each other by its place") {
  Told told;
  const auto take = [&](Ref at, const Bytes& bytes) {
    Entry entry = decode_entry(bytes).value();
    return told.take(at, &entry) ? std::optional(entry) : std::nullopt;
  };
  const auto entry_of = [](const Event& event) {
    Entry entry = usual_entry();
    entry.event = event;
    return encode(entry).value();
  };
  const auto again = [&](Ref at, const Bytes& bytes) {
    return encode(restate(own_header(), at, bytes).value().value()).value();
  };
  const Bytes lost = entry_of(SealLost{Family::Ses, SealRange::single(samples::seal("NZ300001")), 5, 5});
  const Bytes other = entry_of(StoreOpened{1});
  const Bytes told_of_it = entry_of(CustomsTold{{1, 4}, ToldHow::Email, 0, false});
  CHECK(take({1, 3}, lost).has_value());  // the reader's log begins in the middle
  CHECK(take({1, 4}, other).has_value());
  CHECK_FALSE(told.take({1, 5}, nullptr));
  CHECK_FALSE(take({2, 0}, again({1, 3}, lost)).has_value());
  // At 1/4 the site has the loss, and the reader another fact.
  const auto news = take({2, 1}, again({1, 4}, lost));
  REQUIRE(news.has_value());
  CHECK(std::holds_alternative<SealLost>(news->event));
  CHECK(take({2, 2}, again({1, 2}, other)).has_value());  // before the reader's log
  CHECK(std::get<CustomsTold>(take({2, 3}, told_of_it)->event).about == Ref{2, 1});
  CHECK(std::get<CustomsTold>(take({2, 4}, entry_of(CustomsTold{{2, 0}, ToldHow::Email, 0, false}))->event)
            .about == Ref{1, 3});
  CHECK_FALSE(take({3, 0}, again({2, 1}, again({1, 4}, lost))).has_value());
}

TEST_CASE("a reader is told once what two epochs restate, and each log's names mean its own history") {
  Told told;
  const auto take = [&](Ref at, const Event& event) {
    Entry entry = usual_entry();
    entry.event = event;
    return told.take(at, &entry) ? std::optional(entry) : std::nullopt;
  };
  const auto again = [&](Ref at, Ref recorded, const Event& event) {
    Entry fact = usual_entry();
    fact.event = event;
    Entry entry = restate(own_header(), recorded, encode(fact).value()).value().value();
    entry.header.request_id[0] = static_cast<std::uint8_t>(at.epoch);
    return told.take(at, &entry) ? std::optional(entry) : std::nullopt;
  };
  const auto customs_told = [](Ref about) { return CustomsTold{about, ToldHow::Email, 0, false}; };
  const auto about = [](const std::optional<Entry>& entry) {
    return std::get<CustomsTold>(entry.value().event).about;
  };
  const auto begin = [&](std::uint32_t epoch, const std::string& previous) {
    EpochStarted started;
    started.previous_origin = previous;
    CHECK(take({epoch, 0}, started).has_value());
  };
  begin(1, "");
  CHECK(take({1, 1}, StoreOpened{1}).has_value());
  begin(2, "hub.example.nz/site/akl-01/e1");
  CHECK(again({2, 1}, {1, 1}, StoreOpened{2}).has_value());
  begin(3, "hub.example.nz/site/akl-01/e1");  // the copy of the first epoch once more
  CHECK_FALSE(again({3, 1}, {1, 1}, StoreOpened{2}).has_value());
  CHECK(about(take({3, 2}, customs_told({1, 1}))) == Ref{2, 1});
  CHECK(about(take({3, 3}, customs_told({3, 1}))) == Ref{2, 1});
  begin(4, "hub.example.nz/site/akl-01/e1");  // and one with another fact there
  CHECK(again({4, 1}, {1, 1}, StoreOpened{3}).has_value());
  CHECK(about(take({4, 2}, customs_told({1, 1}))) == Ref{4, 1});
  begin(5, "hub.example.nz/site/akl-01/e1");  // and one whose log the hub has cosigned
  CHECK(about(take({5, 1}, customs_told({1, 1}))) == Ref{1, 1});
  begin(7, "hub.example.nz/site/akl-01/e6");  // of a log that never came here: after the newest that did
  CHECK(about(take({7, 1}, customs_told({1, 1}))) == Ref{1, 1});
}

TEST_CASE("the epoch in a log's origin") {
  CHECK(epoch_of("hub.example.nz/site/akl-01/e12") == 12);
  CHECK(epoch_of("hub/extra/e3/e4294967295") == 4'294'967'295);
  for (const char* none : {"", "e1", "hub/site", "hub/e", "hub/e01", "hub/e+1", "hub/e1x", "hub/e4294967296"})
    CHECK_FALSE(epoch_of(none).has_value());
}

TEST_CASE("no prefix and no flipped bit of a restated entry is taken for another fact") {
  const Bytes bytes = restated_bytes(fact_with_details(2), 2);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    CHECK(refusal(decode_entry(ByteView(bytes).first(size))) == "entry.malformed");
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes flipped = bytes;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
    const Result<Entry> other = decode_entry(flipped);
    if (other) CHECK(encode(*other).value() == flipped);
  }
}
