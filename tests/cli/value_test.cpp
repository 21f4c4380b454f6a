// SPDX-License-Identifier: Apache-2.0
#include "common/cli/value.hpp"

#include <catch2/catch.hpp>

#include "common/base/random.hpp"

namespace sealkeep::cli {
namespace {

Value sample() {
  return Value::object({{"seal", "AB123"},
                        {"count", 3},
                        {"below", -70000},
                        {"valid", true},
                        {"nothing", Value()},
                        {"rows", Value::list({Value::object({{"a", 1}}), Value::list(), "T\u0101maki"})}});
}

Bytes packed(const Value& value) {
  PackWriter out;
  REQUIRE(write_value(out, value).has_value());
  return out.take();
}

Result<Value> unpacked(ByteView bytes) {
  PackReader in(bytes);
  Value value = read_value(in);
  SEALKEEP_TRY(in.finish());
  return value;
}

Value nested(int depth) {
  Value value = "core";
  for (int i = 0; i < depth; ++i) value = Value::list({value});
  return value;
}

}  // namespace

TEST_CASE("a tree comes back equal, with its members in order") {
  CHECK(unpacked(packed(sample())).value() == sample());
  CHECK(unpacked(packed(Value())).value().is_null());
  const Value large = INT64_MIN;
  CHECK(unpacked(packed(large)).value() == large);
  CHECK_FALSE(Value::object({{"a", 1}, {"b", 2}}) == Value::object({{"b", 2}, {"a", 1}}));
}

TEST_CASE("every prefix of a packed tree is refused, and a changed bit never gives the same tree") {
  const Bytes bytes = packed(sample());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_FALSE(unpacked(ByteView(bytes).first(length)).has_value());
  }
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const Result<Value> got = unpacked(changed);
    if (got) {
      CHECK_FALSE(*got == sample());
      CHECK(packed(*got) == changed);
    }
  }
}

TEST_CASE("random bytes that are accepted are written again as the same bytes") {
  SeededRandom random(99);
  int accepted = 0;
  for (int i = 0; i < 50'000; ++i) {
    Bytes bytes(1 + random.below(8));
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random.below(2) == 0 ? 0x90 + random.below(6) : random.below(256));
    }
    if (random.below(2) == 0 && bytes.size() > 1) bytes[1] = static_cast<std::uint8_t>(random.below(2));
    const Result<Value> got = unpacked(bytes);
    if (!got) continue;
    ++accepted;
    CHECK(packed(*got) == bytes);
  }
  CHECK(accepted > 1'000);
}

TEST_CASE("depth holds at the limit and one past it, in both directions") {
  CHECK(unpacked(packed(nested(kValueDepth))).value() == nested(kValueDepth));
  PackWriter out;
  CHECK(write_value(out, nested(kValueDepth + 1)).error().code == "command.answer_too_large");
  PackWriter deep;
  for (int i = 0; i <= kValueDepth; ++i) deep.array(2).uint(0);
  deep.nil();
  CHECK(unpacked(deep.bytes()).error().why == "values are nested too deep");
  Bytes very_deep;
  for (int i = 0; i < 100'000; ++i) append(very_deep, Bytes{0x92, 0x00});
  CHECK_FALSE(unpacked(very_deep).has_value());
}

TEST_CASE("the number of values holds at the limit and one past it, in both directions") {
  Value list(Value::List(kValueNodes - 1));
  const Bytes bytes = packed(list);
  CHECK(unpacked(bytes).value().as_list()->size() == kValueNodes - 1);
  list.add(Value());
  PackWriter out;
  CHECK(write_value(out, list).error().kind == ErrorKind::Full);
  PackWriter many;
  many.array(kValueNodes + 1).uint(0);
  for (std::size_t i = 0; i < kValueNodes; ++i) many.nil();
  CHECK(unpacked(many.bytes()).error().why == "too many values");
}

TEST_CASE("a length past the end, two members of one name and a name without a value are refused") {
  CHECK_FALSE(unpacked(Bytes{0xDD, 0x00, 0x01, 0x00, 0x00, 0x00}).has_value());
  PackWriter twice;
  twice.array(5).uint(1).str("a").nil().str("a").nil();
  CHECK(unpacked(twice.bytes()).error().why == "two values of one name");
  PackWriter half;
  half.array(2).uint(1).str("a");
  CHECK(unpacked(half.bytes()).error().why == "a name without a value");
}

TEST_CASE("JSON keeps order, escapes what it must and stays in one line") {
  CHECK(to_json(sample()) ==
        "{\"seal\":\"AB123\",\"count\":3,\"below\":-70000,\"valid\":true,\"nothing\":null,"
        "\"rows\":[{\"a\":1},[],\"T\u0101maki\"]}");
  CHECK(to_json(Value("a\"b\\c\n\x1b\t")) == "\"a\\\"b\\\\c\\n\\u001b\\t\"");
  CHECK(to_json(Value::object({{"x\"\n", 1}})) == "{\"x\\\"\\n\":1}");
  CHECK(to_json(Value::object({{"a", Value::list({1, 2})}, {"b", Value::list()}}), true) ==
        "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": []\n}");
}

TEST_CASE("a text that is not UTF-8 becomes one that is") {
  CHECK(well_formed("a\xFF"
                    "b") ==
        "a\uFFFD"
        "b");
  CHECK(well_formed("\xE6\xB8") == "\uFFFD\uFFFD");
  CHECK(well_formed("\u6E2F\xF0\u6E2F") == "\u6E2F\uFFFD\u6E2F");
  const Value value = Value::object({{"\x80", "\xC3"}});
  CHECK(to_json(value) == "{\"\uFFFD\":\"\uFFFD\"}");
  CHECK(unpacked(packed(value)).value() == value);
}

TEST_CASE("members are set in place and found by name") {
  Value value;
  value.set("a", 1).set("b", 2).set("a", 3);
  CHECK(to_json(value) == "{\"a\":3,\"b\":2}");
  REQUIRE(value.find("b") != nullptr);
  CHECK(*value.find("b")->as_int() == 2);
  CHECK(value.find("c") == nullptr);
  CHECK(Value(5).find("a") == nullptr);
}

}  // namespace sealkeep::cli
