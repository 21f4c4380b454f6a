// SPDX-License-Identifier: Apache-2.0
#include "common/base/pack.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <msgpack.hpp>

#include "common/base/random.hpp"

namespace sealkeep {
namespace {

Bytes random_bytes(Random& random, std::size_t count) {
  Bytes out(count);
  random.fill(out);
  return out;
}

// What msgpack-cxx makes of the bytes after it read them: its own encoding of the same value.
Bytes repacked_by_msgpack(ByteView bytes) {
  std::size_t offset = 0;
  const std::string_view text = as_text(bytes);
  const msgpack::object_handle handle = msgpack::unpack(text.data(), text.size(), offset);
  REQUIRE(offset == text.size());
  msgpack::sbuffer buffer;
  msgpack::pack(buffer, handle.get());
  return to_bytes(as_bytes({buffer.data(), buffer.size()}));
}

// Bytes of the types that the format has more often than chance gives them, with short lengths.
Bytes likely_bytes(Random& random) {
  static constexpr std::uint8_t kHeads[] = {0x00, 0x7F, 0x80, 0x90, 0x91, 0x92, 0x93, 0xA0, 0xA1,
                                            0xA3, 0xC0, 0xC1, 0xC2, 0xC3, 0xC4, 0xC5, 0xC6, 0xC7,
                                            0xCA, 0xCB, 0xCC, 0xCD, 0xCE, 0xCF, 0xD0, 0xD1, 0xD2,
                                            0xD3, 0xD4, 0xD9, 0xDA, 0xDC, 0xDD, 0xDE, 0xE0, 0xFF};
  Bytes out;
  const std::size_t count = 1 + random.below(12);
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(kHeads[random.below(std::size(kHeads))]);
    for (std::uint64_t more = random.below(4); more > 0; --more) {
      out.push_back(static_cast<std::uint8_t>(random.below(3) == 0 ? random.below(256) : random.below(4)));
    }
  }
  return out;
}

void write_random_object(PackWriter& out, Random& random, int depth) {
  const std::uint64_t bits = random.below(65);
  const std::uint64_t number = bits == 0 ? 0 : random.u64() >> (64 - bits);
  switch (random.below(depth > 0 ? 7 : 6)) {
    case 0:
      out.uint(number);
      break;
    case 1:
      out.sint(static_cast<std::int64_t>(number));
      break;
    case 2:
      out.str(std::string(random.below(300), 'x'));
      break;
    case 3:
      out.bin(random_bytes(random, random.below(300)));
      break;
    case 4:
      out.boolean(number % 2 == 0);
      break;
    case 5:
      out.nil();
      break;
    default: {
      const std::size_t count = random.below(20);
      out.array(count);
      for (std::size_t i = 0; i < count; ++i) write_random_object(out, random, depth - 1);
    }
  }
}

}  // namespace

TEST_CASE("what the reader accepts is what msgpack-cxx reads and writes, byte for byte") {
  SeededRandom random(20260131);
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    const Bytes bytes = i % 4 == 0 ? random_bytes(random, 1 + random.below(10)) : likely_bytes(random);
    PackReader in(bytes);
    const ByteView object = in.skip(8);
    if (!in.ok()) continue;
    ++accepted;
    const Bytes again = repacked_by_msgpack(object);
    if (again != to_bytes(object)) FAIL_CHECK("msgpack-cxx writes other bytes, case " << i);
  }
  CHECK(accepted > 50'000);
}

TEST_CASE("what the writer writes, the reader passes over whole and msgpack-cxx repacks unchanged") {
  SeededRandom random(7);
  for (int i = 0; i < 3'000; ++i) {
    PackWriter out;
    write_random_object(out, random, 4);
    PackReader in(out.bytes());
    CHECK(in.skip(4).size() == out.bytes().size());
    CHECK(in.finish().has_value());
    CHECK(repacked_by_msgpack(out.bytes()) == out.bytes());
  }
}

TEST_CASE("every prefix of a record is refused") {
  PackWriter out;
  out.array(5).uint(300).sint(-200).str("seal AB123").bin(Bytes{1, 2, 3}).array(1).boolean(true);
  const Bytes& whole = out.bytes();
  for (std::size_t length = 0; length < whole.size(); ++length) {
    PackReader in(ByteView(whole).first(length));
    in.array(5);
    in.uint();
    in.sint();
    in.str(20);
    in.bin(3);
    in.array(1);
    in.boolean();
    CHECK_FALSE(in.finish().has_value());
    PackReader skipping(ByteView(whole).first(length));
    skipping.skip(3);
    CHECK_FALSE(skipping.ok());
  }
}

TEST_CASE("numbers keep their value at every change of form") {
  for (const std::int64_t number : {std::int64_t{0},
                                    std::int64_t{127},
                                    std::int64_t{128},
                                    std::int64_t{255},
                                    std::int64_t{256},
                                    std::int64_t{65535},
                                    std::int64_t{65536},
                                    std::int64_t{4294967295},
                                    std::int64_t{4294967296},
                                    std::numeric_limits<std::int64_t>::max(),
                                    std::int64_t{-1},
                                    std::int64_t{-32},
                                    std::int64_t{-33},
                                    std::int64_t{-128},
                                    std::int64_t{-129},
                                    std::int64_t{-32768},
                                    std::int64_t{-32769},
                                    std::int64_t{-2147483648LL},
                                    std::int64_t{-2147483649LL},
                                    std::numeric_limits<std::int64_t>::min()}) {
    PackWriter out;
    out.sint(number);
    PackReader in(out.bytes());
    CHECK(in.sint() == number);
    CHECK(in.finish().has_value());
  }
  PackWriter largest;
  largest.uint(UINT64_MAX);
  PackReader as_unsigned(largest.bytes());
  CHECK(as_unsigned.uint() == UINT64_MAX);
  PackReader as_signed(largest.bytes());
  CHECK(as_signed.sint() == 0);
  CHECK_FALSE(as_signed.ok());
}

TEST_CASE("a longer form than needed, a foreign type and bytes behind the end are refused with a reason") {
  const auto why = [](const Bytes& bytes) {
    PackReader in(bytes);
    in.skip(4);
    const Result<> end = in.finish();
    return end ? std::string() : end.error().why;
  };
  CHECK(why({0x05}).empty());
  CHECK(why({0xCC, 0x05}) == "a number or length is not in its shortest form");
  CHECK(why({0xD0, 0xFF}) == "a number is not in its shortest form");
  CHECK(why({0xD9, 0x01, 'a'}) == "a number or length is not in its shortest form");
  CHECK(why({0x81, 0x01, 0x02}) == "a type that this format does not use");
  CHECK(why({0xCA, 0, 0, 0, 0}) == "a type that this format does not use");
  CHECK(why({0xA1, 0xFF}) == "a text is not UTF-8");
  CHECK(why({0xDD, 0xFF, 0xFF, 0xFF, 0xFF}) == "an array claims more elements than there are bytes");
  CHECK(why({0x05, 0x05}) == "bytes follow after its end");
  CHECK(why({0x91, 0x91, 0x91, 0x91, 0x05}).empty());
  CHECK(why({0x91, 0x91, 0x91, 0x91, 0x91, 0x05}) == "arrays are nested too deep");
}

TEST_CASE("limits hold at the limit and one past it, and the first error stays") {
  PackWriter out;
  out.array(2).str("abcd").bin(Bytes{1, 2});
  PackReader at_limit(out.bytes());
  CHECK(at_limit.array(2, 2) == 2);
  CHECK(at_limit.str(4, 4) == "abcd");
  CHECK(at_limit.bin(2, 2).size() == 2);
  CHECK(at_limit.finish().has_value());
  PackReader short_text(out.bytes());
  short_text.array(2);
  CHECK(short_text.str(3).empty());
  CHECK(short_text.bin(2).empty());
  CHECK(short_text.uint() == 0);
  CHECK(short_text.finish().error().why == "a text is too short or too long");
  PackReader few(out.bytes());
  CHECK(few.array(3, 9) == 0);
  CHECK(few.finish().error().code == "pack.malformed");
}

}  // namespace sealkeep
