// SPDX-License-Identifier: Apache-2.0
#include "common/ses/directive.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;
using samples::refusal;

namespace {

std::string refusal_of(const Bytes& bytes) {
  return refusal(decode_directive(bytes));
}
std::string refusal_of(const DirectiveBody& body) {
  return refusal(encode(Directive{{}, 1, body}));
}

Directive delivery() {
  return {{1, 2, 3, 4, 5, 6, 7, 8},
          1'769'821'509'000,
          DeliveryApproved{
              "PA-2026-17", Family::Ses, SealKind::Bolt, {"NZ", 300001, 6, 1000}, 1'769'817'600'000}};
}

}  // namespace

TEST_CASE("a directive of every kind comes back as it was written, byte for byte") {
  SeededRandom random(1);
  std::set<DirectiveKind> seen;
  for (int round = 0; round < 100; ++round) {
    samples::each_kind<DirectiveBody>(random, [&](const DirectiveBody& body) {
      seen.insert(kind_of(body));
      Directive directive{{}, static_cast<std::int64_t>(random.below(std::uint64_t{1} << 53)), body};
      random.fill(directive.request_id);
      const Result<Bytes> bytes = encode(directive);
      INFO(kind_name(kind_of(body)) << " " << refusal(bytes));
      REQUIRE(bytes);
      const Result<Directive> again = decode_directive(*bytes);
      INFO((again ? std::string() : again.error().text()));
      REQUIRE(again);
      CHECK(*again == directive);
      CHECK(encode(*again).value() == *bytes);
    });
  }
  CHECK(seen.size() == std::variant_size_v<DirectiveBody>);
}

TEST_CASE("the bytes of a directive of version 1 are these for ever") {
  const std::string text =
      "950104c4080102030405060708cf0000019c1195158895aa50412d323032362d3137010194a24e5ace000493e106cd03"
      "e8cf0000019c11597000";
  CHECK(hex(encode(delivery()).value()) == text);
  CHECK(decode_directive(from_hex(text).value()).value() == delivery());
}

TEST_CASE(
    "a directive cut short, lengthened or with a bit flipped is refused or another one written its one way") {
  SeededRandom random(2);
  std::vector<Directive> directives{delivery()};
  samples::each_kind<DirectiveBody>(random, [&](const DirectiveBody& body) {
    directives.push_back({{}, 5, body});
  });
  for (const Directive& directive : directives) {
    Bytes bytes = encode(directive).value();
    for (std::size_t size = 0; size < bytes.size(); ++size)
      CHECK(refusal(decode_directive(ByteView(bytes).first(size))) == "directive.malformed");
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
      Bytes flipped = bytes;
      flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1U << (bit % 8)));
      const Result<Directive> other = decode_directive(flipped);
      if (!other) continue;
      const Bytes again = encode(*other).value();
      const bool fewer_fields =
          kind_of(other->body) != kind_of(directive.body) && again.size() < bytes.size();
      CHECK((again == flipped || fewer_fields));
      CHECK(!(*other == directive));
    }
    bytes.push_back(0);
    CHECK(refusal_of(bytes) == "directive.malformed");
  }
}

TEST_CASE("unknown versions and kinds of directives have codes of their own") {
  const auto bytes = [](std::size_t elements, std::uint64_t version, std::uint64_t kind,
                        std::int64_t issued = 5) {
    PackWriter out;
    out.array(elements).uint(version).uint(kind).bin(Bytes(8, 1)).sint(issued);
    out.array(3).uint(1).sint(-7).str("v3");
    return out.take();
  };
  CHECK(refusal_of(bytes(5, 1, 7)) == "accepted");
  CHECK(std::get<PlanSet>(decode_directive(bytes(5, 1, 7)).value().body) == PlanSet{1, -7, "v3"});
  CHECK(refusal_of(bytes(5, 2, 7)) == "directive.version");
  CHECK(refusal_of(bytes(5, 0, 7)) == "directive.version");
  CHECK(refusal_of(bytes(5, 1, 0)) == "directive.kind");
  CHECK(refusal_of(bytes(5, 1, 16)) == "directive.kind");
  CHECK(refusal_of(bytes(6, 1, 7)) == "directive.malformed");
  CHECK(refusal_of(bytes(4, 1, 7)) == "directive.malformed");
  CHECK(refusal_of(bytes(5, 1, 7, -1)) == "directive.malformed");
  CHECK(refusal_of(bytes(5, 1, 7, std::int64_t{1} << 53)) == "accepted");
  CHECK(refusal_of(bytes(5, 1, 7, (std::int64_t{1} << 53) + 1)) == "directive.malformed");
  CHECK(refusal_of(Bytes{}) == "directive.malformed");
  CHECK(refusal_of(Bytes(limits::kEntryBytes + 1, 0x95)) == "directive.malformed");
}

TEST_CASE("the values of a directive are bounded") {
  CHECK(refusal_of(SiteApproved{1, 0, Scope::Both, "v3"}) == "accepted");
  CHECK(refusal_of(SiteApproved{1, 0, static_cast<Scope>(0), "v3"}) == "directive.malformed");
  CHECK(refusal_of(SiteApproved{1, 0, static_cast<Scope>(4), "v3"}) == "directive.malformed");
  CHECK(refusal_of(SiteApproved{1, 0, Scope::Sea, std::string(64, 'v')}) == "accepted");
  CHECK(refusal_of(SiteApproved{1, 0, Scope::Sea, std::string(65, 'v')}) == "directive.malformed");
  CHECK(refusal_of(OperatorApproved{1, std::string(200, 'n'), Scope::Sea, 1, 0, "v"}) == "accepted");
  CHECK(refusal_of(OperatorApproved{1, std::string(201, 'n'), Scope::Sea, 1, 0, "v"}) ==
        "directive.malformed");
  CHECK(refusal_of(SealsWithdrawn{Family::Ses, {"NZ", 1, 6, 1000}}) == "accepted");
  CHECK(refusal_of(SealsWithdrawn{Family::Ses, {"NZ", 1, 6, 1001}}) == "directive.too_large");
  CHECK(refusal_of(SealsWithdrawn{Family::Ses, {"NZ", 1, 6, 0}}) == "directive.malformed");
  DetailsHeld held{1, 9, std::vector<DetailRef>(limits::kSealsPerEntry, {70, 15})};
  CHECK(refusal_of(held) == "accepted");
  held.missing.front().n = 16;
  CHECK(refusal_of(held) == "directive.malformed");
  held.missing.front().n = 15;
  held.missing.push_back({71, 1});
  CHECK(refusal_of(held) == "directive.too_large");
  Bytes scope = encode(Directive{{}, 1, SiteApproved{1, 0, Scope::Both, "v3"}}).value();
  REQUIRE(scope[scope.size() - 4] == 3);
  scope[scope.size() - 4] = 4;
  CHECK(refusal_of(scope) == "directive.malformed");
}

TEST_CASE("every directive has a name, and all but the log's own change the register") {
  SeededRandom random(4);
  std::set<std::string_view> names;
  int change = 0;
  samples::each_kind<DirectiveBody>(random, [&](const DirectiveBody& body) {
    names.insert(kind_name(kind_of(body)));
    change += changes_register(kind_of(body)) ? 1 : 0;
  });
  CHECK(names.size() == 15);
  CHECK(names.count("unknown") == 0);
  CHECK(change == 13);
  CHECK_FALSE(changes_register(DirectiveKind::DetailsHeld));
  CHECK_FALSE(changes_register(DirectiveKind::EpochStarted));
  CHECK(kind_name(DirectiveKind::PlanSet) == "plan_set");
}
