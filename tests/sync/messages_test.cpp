// SPDX-License-Identifier: Apache-2.0
#include "common/sync/messages.hpp"

#include <catch2/catch.hpp>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

template <std::size_t N>
std::array<std::uint8_t, N> filled(std::uint8_t value) {
  std::array<std::uint8_t, N> out{};
  out.fill(value);
  return out;
}

LogHead empty_head(std::string origin) {
  LogHead head;
  head.origin = std::move(origin);
  head.root = empty_root();
  return head;
}

LogHead full_head(std::string origin) {
  LogHead head;
  head.origin = std::move(origin);
  head.role = SyncedRole::Directive;
  head.size = 70'000;
  head.root.bytes = filled<32>(1);
  head.signature = Signature{filled<64>(2)};
  head.cosigned = HeldCosignature{69'000, {1'767'225'600, {filled<64>(3)}}};
  head.window_bytes = limits::kSiteCreditBytes;
  return head;
}

Hello sample_hello() {
  return {{filled<8>(7)},
          12,
          "sealkeep-agent 0.1.0",
          1'767'225'600'123,
          {full_head("h/directive/a/e1"), empty_head("h/site/a/e1")}};
}

Details sample_details() {
  Details details{{filled<8>(1)}, 10, 20, {}, {}};
  details.items.push_back({10, 0, 3, filled<16>(9), Bytes(5, 1)});
  details.items.push_back({10, 2, 4, filled<16>(8), Bytes(limits::kDetailBytes, 2)});
  details.items.push_back({19, 0, 3, filled<16>(7), {}});
  details.missing = {{11, 0}, {11, 1}};
  return details;
}

PicturePiece sample_piece() {
  return {{filled<8>(1)}, 300, 2, PictureState::Piece, 1'000, 1'003, Bytes(3, 7)};
}

Status sample_status() {
  return {"h/site/a/e1", 5, {filled<32>(4)}, 1'767'225'600'000, {{3, 1'767'225'500'000}, {9, 0}}, -1500};
}

// Truncations must be refused; a changed bit may give another sound message, never a crash or an unsound one.
template <class T, class Decode>
void check_codec(const T& value, Decode decode) {
  const Bytes bytes = encode(value);
  const Result<T> back = decode(bytes);
  REQUIRE(back.has_value());
  CHECK(*back == value);
  Bytes longer = bytes;
  longer.push_back(0xC0);
  CHECK_FALSE(decode(longer).has_value());
  if (bytes.size() > 2000) return;
  std::size_t wrong = 0;
  for_each_damage(bytes, [&](const Bytes& damaged) {
    const Result<T> other = decode(damaged);
    if (other && (damaged.size() < bytes.size() || *other == value || encode(*other) != damaged)) ++wrong;
    if (!other && other.error().code != "pack.malformed") ++wrong;
  });
  CHECK(wrong == 0);
}

TEST_CASE("every message comes back as it was written, and truncated or changed never as the same") {
  check_codec(sample_hello(), decode_hello);
  check_codec(Hello{}, decode_hello);
  check_codec(HelloAnswer{{filled<8>(7)}, 5, 0, sample_hello().logs}, decode_hello_answer);
  check_codec(HelloAnswer{{}, 5, kRetryAfterMs, {}}, decode_hello_answer);
  check_codec(Cosigned{{filled<8>(1)}, 100'000, {1'767'225'600, {filled<64>(5)}}, 32 * 1024},
              decode_cosigned);
  check_codec(WantDetails{{filled<8>(1)}, 3, 4}, decode_want_details);
  check_codec(sample_details(), decode_details);
  check_codec(Details{{}, 0, 1, {{0, 15, 255, {}, Bytes(3)}}, {{0, 1}}}, decode_details);
  check_codec(WantPicture{{filled<8>(1)}, 300, 15, kPictureBytes - 1}, decode_want_picture);
  check_codec(sample_piece(), decode_picture_piece);
  check_codec(PicturePiece{{filled<8>(1)},
                           limits::kTreeSize,
                           0,
                           PictureState::Piece,
                           kPictureBytes - kPicturePieceBytes,
                           kPictureBytes,
                           Bytes(kPicturePieceBytes, 5)},
              decode_picture_piece);
  check_codec(PicturePiece{{}, 0, 0, PictureState::NotYet, 0, 0, {}}, decode_picture_piece);
  check_codec(PicturePiece{{}, 1, 1, PictureState::Gone, 0, 0, {}}, decode_picture_piece);
  check_codec(sample_status(), decode_status);
  check_codec(Refused{"change_set.gap", WireLogId{filled<8>(1)}, 500, true}, decode_refused);
  check_codec(Refused{"x", std::nullopt, kRetryAfterMs, false}, decode_refused);
}

TEST_CASE("the bytes of messages are those of the format page") {
  CHECK(hex(encode(Cosigned{{filled<8>(1)}, 300, {2, {filled<64>(5)}}, 0})) ==
        "c4080101010101010101"
        "cd012c"
        "02"
        "c440" +
            hex(filled<64>(5)) + "00");
  CHECK(hex(encode(WantDetails{{filled<8>(1)}, 3, 4})) == "93c40801010101010101010304");
  CHECK(hex(encode(WantPicture{{filled<8>(1)}, 300, 2, 4'096})) == "94c4080101010101010101cd012c02cd1000");
  CHECK(hex(encode(sample_piece())) == "97c4080101010101010101cd012c0201cd03e8cd03ebc403070707");
  CHECK(hex(encode(PicturePiece{{filled<8>(1)}, 5, 0, PictureState::Gone, 0, 0, {}})) ==
        "97c40801010101010101010500030000c400");
  CHECK(hex(encode(Refused{"a.b", std::nullopt, 200, true})) == "94a3612e62c0ccc8c3");
  CHECK(hex(encode(Status{"h/a", 1, {filled<32>(4)}, 5, {{3, 6}}, -1})) == "96a3682f6101c420" +
                                                                               hex(filled<32>(4)) +
                                                                               "05"
                                                                               "91920306"
                                                                               "ff");
  Hello hello{{filled<8>(7)}, 1, "s", 2, {empty_head("h/a")}};
  CHECK(hex(encode(hello)) ==
        "95c408070707070707070701a1730291"
        "97a3682f610100c420" +
            hex(empty_root().view()) + "c0c000");
  CHECK(hex(make_frame(MessageType::Status, as_bytes("x"))) == "0778");
}

TEST_CASE("a frame has a known type and at most the message limit") {
  CHECK(read_frame(make_frame(MessageType::EnrolAnswer, {}))->type == MessageType::EnrolAnswer);
  CHECK_FALSE(read_frame(Bytes{}).has_value());
  CHECK_FALSE(read_frame(Bytes{0}).has_value());
  CHECK_FALSE(read_frame(Bytes{200}).has_value());
  Bytes frame(limits::kMessageBytes, 1);
  CHECK(read_frame(frame).has_value());
  frame.push_back(1);
  CHECK_FALSE(read_frame(frame).has_value());
}

TEST_CASE("a piece of a picture that is empty, too large, past its end or in no known state is refused") {
  const auto piece = [](std::uint64_t state, std::uint64_t from, std::uint64_t total, std::size_t bytes) {
    PackWriter writer;
    writer.array(7).bin(filled<8>(1)).uint(3).uint(0).uint(state).uint(from).uint(total);
    return decode_picture_piece(writer.bin(Bytes(bytes, 1)).take()).has_value();
  };
  CHECK(piece(1, 0, 1, 1));
  CHECK_FALSE(piece(1, 0, 1, 0));
  CHECK_FALSE(piece(1, 1, 1, 1));
  CHECK_FALSE(piece(1, 0, 1, 2));
  CHECK(piece(1, 0, kPictureBytes, kPicturePieceBytes));
  CHECK_FALSE(piece(1, 0, kPictureBytes, kPicturePieceBytes + 1));
  CHECK_FALSE(piece(1, 0, kPictureBytes + 1, 1));
  CHECK_FALSE(piece(0, 0, 0, 0));
  CHECK(piece(2, 0, 0, 0));
  CHECK(piece(3, 0, 0, 0));
  CHECK_FALSE(piece(4, 0, 0, 0));
  CHECK_FALSE(piece(3, 0, 1, 1));
  CHECK_FALSE(piece(2, 1, 0, 0));
  const auto want = [](std::uint64_t n, std::uint64_t from) {
    PackWriter writer;
    return decode_want_picture(writer.array(4).bin(filled<8>(1)).uint(3).uint(n).uint(from).take());
  };
  CHECK(want(limits::kDetailsPerEntry - 1, kPictureBytes - 1).has_value());
  CHECK_FALSE(want(limits::kDetailsPerEntry, 0).has_value());
  CHECK_FALSE(want(0, kPictureBytes).has_value());
}

TEST_CASE("limits of a hello hold at the limit and one past it") {
  Hello hello;
  for (std::size_t i = 0; i < limits::kLogsPerHello; ++i)
    hello.logs.push_back(empty_head("h/" + std::to_string(i)));
  const Bytes full = encode(hello);
  CHECK(decode_hello(full).has_value());

  // One log more: the array head (dc 0040) and one head appended by hand.
  Bytes more = full;
  bool found = false;
  for (std::size_t i = 0; i + 2 < more.size() && !found; ++i)
    if (more[i] == 0xDC && more[i + 1] == 0 && more[i + 2] == 0x40) {
      more[i + 2] = 0x41;
      found = true;
    }
  REQUIRE(found);
  const Bytes one = encode(Hello{{}, 0, "", 0, {empty_head("h/another")}});
  append(more, ByteView(one).subspan(encode(Hello{}).size()));
  CHECK_FALSE(decode_hello(more).has_value());

  hello.logs = {empty_head("h/a"), empty_head("h/a")};
  CHECK_FALSE(decode_hello(encode(hello)).has_value());
  hello.logs.clear();
  hello.software.assign(limits::kTextBytes, 'x');
  CHECK(decode_hello(encode(hello)).has_value());
}

TEST_CASE("limits of a status and a refusal hold at the limit and one past it") {
  const auto refused = [](std::size_t code_bytes, std::uint64_t retry_after_ms) {
    PackWriter writer;
    writer.array(4).str(std::string(code_bytes, 'x')).nil().uint(retry_after_ms).boolean(false);
    return decode_refused(writer.bytes()).has_value();
  };
  CHECK(refused(limits::kTextBytes, kRetryAfterMs));
  CHECK_FALSE(refused(limits::kTextBytes + 1, 0));
  CHECK_FALSE(refused(0, 0));
  CHECK_FALSE(refused(1, kRetryAfterMs + 1));

  const auto status = [](std::size_t terminals) {
    PackWriter writer;
    writer.array(6).str("h/a").uint(1).bin(Hash{}.view()).uint(0).array(terminals);
    for (std::size_t i = 0; i < terminals; ++i) writer.array(2).uint(i).uint(0);
    return decode_status(writer.sint(0).bytes()).has_value();
  };
  CHECK(status(kSilentTerminals));
  CHECK_FALSE(status(kSilentTerminals + 1));
}

TEST_CASE("an empty log has the empty root and no other") {
  Bytes bytes = encode(Hello{{}, 0, "", 0, {empty_head("h/a")}});
  REQUIRE(decode_hello(bytes).has_value());
  bytes[bytes.size() - 5] ^= 1;  // the root's last but one byte
  CHECK_FALSE(decode_hello(bytes).has_value());
}

TEST_CASE("details come in order, inside their range and within one message") {
  Details details = sample_details();
  std::swap(details.items[0], details.items[1]);
  CHECK_FALSE(decode_details(encode(details)).has_value());
  details = sample_details();
  details.items[1] = details.items[0];
  CHECK_FALSE(decode_details(encode(details)).has_value());
  details = sample_details();
  details.to = 19;
  CHECK_FALSE(decode_details(encode(details)).has_value());
  details.to = details.from;
  CHECK_FALSE(decode_details(encode(details)).has_value());

  details = Details{{}, 0, 100, {}, {}};
  std::size_t room = kDetailsBytes - 40;
  for (std::uint64_t i = 0; room > kDetailItemBytes; ++i) {
    const std::size_t bytes = std::min(limits::kDetailBytes, room - kDetailItemBytes);
    details.items.push_back({i, 0, 0, {}, Bytes(bytes)});
    room -= bytes + kDetailItemBytes;
  }
  const Bytes full = encode(details);
  CHECK(full.size() <= kDetailsBytes);
  CHECK(decode_details(full).has_value());
  CHECK_FALSE(decode_details(Bytes(kDetailsBytes + 1)).has_value());
}

}  // namespace
}  // namespace sealkeep::sync
