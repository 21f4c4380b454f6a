// SPDX-License-Identifier: Apache-2.0
#include "common/sync/change_set.hpp"

#include <zstd.h>

#include <catch2/catch.hpp>

#include "common/base/pack.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/envelope.hpp"
#include "common/sync/change_set_format.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

RefusalKind refusal_of(ByteView clear, const WrittenLog& log, std::uint64_t mirrored) {
  const auto opened = open_change_set(clear, log.identity, log.at(mirrored));
  REQUIRE_FALSE(opened.has_value());
  return opened.error().kind;
}

// A change set put together by hand, so that a test can lie in each field.
struct Forged {
  std::uint64_t version = 1, compression = 0, start = 0, count = 0, raw_bytes = 0;
  Bytes root, payload;
  Signature signature;
  [[nodiscard]] Bytes bytes(const LogIdentity& log) const {
    PackWriter writer;
    writer.uint(version).uint(compression).bin(log.id.bytes).uint(start).uint(count).uint(raw_bytes);
    if (!root.empty()) writer.bin(root);
    return writer.bin(signature.bytes).raw(payload).take();
  }
};

Bytes bundled(const WrittenLog& log, std::uint64_t start, std::uint64_t end) {
  Bytes out;
  for (std::uint64_t i = start; i < end; ++i)
    ByteWriter(out).u16(static_cast<std::uint16_t>(log.entries[i].size())).raw(log.entries[i]);
  return out;
}

Bytes zstd_of(const Bytes& raw) {
  Bytes frame(ZSTD_compressBound(raw.size()));
  frame.resize(ZSTD_compress(frame.data(), frame.size(), raw.data(), raw.size(), 1));
  return frame;
}

Forged compressed(const WrittenLog& log, std::uint64_t end) {
  Forged forged;
  const Bytes raw = bundled(log, 0, end);
  forged.compression = 1;
  forged.count = end;
  forged.raw_bytes = raw.size();
  forged.root = to_bytes(log.at(end).root().view());
  forged.signature = sign_checkpoint(log.head(end), log.key);
  forged.payload = zstd_of(raw);
  return forged;
}

TEST_CASE("a change set's bytes are those of the format page") {
  WrittenLog log("hub.example.nz/site/akl-01");
  log.grow_to(3);
  // Log id: first 8 bytes of the hash whose first 4 are the C2SP key id 21da8fa0. Signature: the golden one
  // of size 3.
  const Bytes clear = log.change_set(1, 3);
  const std::string signature =
      hex(*from_base64(
              "IdqPoD2rjszOkUvm/yC6Fpozw4V1JZOSr7xZiFBCfhlajz6qDI4X9ABNLOOrAfv1SanAU6ofOEC1Wf+W85BLbB9nbwM="))
          .substr(8);
  CHECK(hex(log.identity.id.bytes) == "21da8fa01d5b66af");
  CHECK(hex(clear) == "0100c408" + hex(log.identity.id.bytes) + "01021cc440" + signature + "000c" +
                          hex(as_bytes("seal event 1")) + "000c" + hex(as_bytes("seal event 2")));
}

TEST_CASE("a change set extends the mirrored prefix to the writer's own head") {
  WrittenLog log;
  log.grow_to(1000);
  for (const auto& [start, end] :
       {std::pair<std::uint64_t, std::uint64_t>{0, 1}, {0, 1000}, {7, 8}, {255, 257}, {3, 900}}) {
    const Bytes clear = log.change_set(start, end);
    const auto run = open_change_set(clear, log.identity, log.at(start));
    REQUIRE(run.has_value());
    CHECK(run->start == start);
    CHECK(run->count == end - start);
    CHECK(run->after == log.at(end));
    CHECK(run->end == log.head(end));
    CHECK(run->entries == bundled(log, start, end));
    CHECK(run->leaf_hashes.size() == end - start);
    CHECK(run->leaf_hashes.back() == hash_leaf(log.entries[end - 1]));
    CHECK(verify_checkpoint(run->end, log.key.public_key(), run->signature).has_value());
    CHECK(read_change_set_header(clear)->end() == end);
  }
}

TEST_CASE("many alike entries travel compressed, few or random ones as they are") {
  WrittenLog log;
  log.grow_to(1000);
  CHECK(log.change_set(0, 1000).size() < bundled(log, 0, 1000).size() / 3);
  CHECK(log.change_set(0, 10)[1] == change_set_format::kNone);
  CHECK(log.change_set(0, 1000)[1] == change_set_format::kZstd);
  WrittenLog noise;
  SeededRandom random(1);
  for (int i = 0; i < 20; ++i) {
    Bytes entry(100);
    random.fill(entry);
    noise.append(entry);
  }
  CHECK(noise.change_set(0, 20)[1] == change_set_format::kNone);
}

TEST_CASE("a builder stops at each limit and not before") {
  SECTION("entries") {
    ChangeSetBuilder builder(5, 1'000'000);
    for (std::size_t i = 0; i < limits::kChangeSetEntries; ++i) REQUIRE(builder.add(entry_of(i)));
    CHECK_FALSE(builder.add(entry_of(0)));
    CHECK(builder.count() == limits::kChangeSetEntries);
    CHECK(builder.end() == 5 + limits::kChangeSetEntries);
  }
  SECTION("bytes, at the limit and one past it") {
    const std::size_t fits = 3 * bundled_bytes(10);
    ChangeSetBuilder exact(0, 100, fits), less(0, 100, fits - 1);
    for (int i = 0; i < 2; ++i) REQUIRE((exact.add(Bytes(10, 1)) && less.add(Bytes(10, 1))));
    CHECK(exact.add(Bytes(10, 1)));
    CHECK_FALSE(less.add(Bytes(10, 1)));
    CHECK(less.raw_bytes() == 2 * bundled_bytes(10));
  }
  SECTION("the largest change set opens") {
    WrittenLog log;
    ChangeSetBuilder builder(0);
    SeededRandom random(2);
    Bytes entry(limits::kLeafBytes);
    for (random.fill(entry); builder.add(entry); random.fill(entry)) log.append(entry);
    CHECK(builder.raw_bytes() + bundled_bytes(limits::kLeafBytes) > limits::kChangeSetBytes);
    const Bytes clear = builder.finish(log.identity, log.frontiers.back(), log.key);
    CHECK(open_change_set(clear, log.identity, Frontier()).has_value());
    CHECK(clear.size() + envelope::kOverheadBytes + 1 <= limits::kMessageBytes);
  }
}

TEST_CASE("a receiver tells apart why a change set does not fit") {
  WrittenLog log, other("hub.example.nz/site/akl-02/e1"), rekeyed("hub.example.nz/site/akl-01/e1", 9);
  for (WrittenLog* l : {&log, &other, &rekeyed}) l->grow_to(20);
  const Bytes clear = log.change_set(5, 10);
  CHECK(refusal_of(clear, log, 4) == RefusalKind::Gap);
  CHECK(refusal_of(clear, log, 6) == RefusalKind::Overlap);
  CHECK(refusal_of(clear, log, 9) == RefusalKind::Overlap);
  CHECK(refusal_of(clear, log, 10) == RefusalKind::AlreadyHeld);
  CHECK(refusal_of(clear, log, 15) == RefusalKind::AlreadyHeld);
  CHECK(refusal_of(clear, other, 5) == RefusalKind::WrongLog);
  CHECK(refusal_of(clear, rekeyed, 5) == RefusalKind::WrongLog);
}

TEST_CASE("a receiver with another prefix keeps the signed head of a compressed change set as evidence") {
  WrittenLog log, mirror;
  log.grow_to(500);
  mirror.append(to_bytes(as_bytes("another first entry")));
  const auto opened = open_change_set(log.change_set(1, 500), log.identity, mirror.at(1));
  REQUIRE_FALSE(opened.has_value());
  CHECK(opened.error().kind == RefusalKind::Fork);
  REQUIRE(opened.error().claimed == log.head(500));
  CHECK(verify_checkpoint(*opened.error().claimed, log.identity.key, opened.error().signature).has_value());
  // Uncompressed it carries no root to show: the signature does not fit, and the hello that follows decides.
  const auto small = open_change_set(log.change_set(1, 3), log.identity, mirror.at(1));
  REQUIRE_FALSE(small.has_value());
  CHECK(small.error().kind == RefusalKind::BadSignature);
}

TEST_CASE("no truncation and no changed bit of a change set is taken") {
  WrittenLog log;
  log.grow_to(80);
  for (const std::uint64_t end : {std::uint64_t{2}, std::uint64_t{80}}) {
    const Bytes sound = log.change_set(0, end);
    CHECK(sound[1] == (end == 2 ? change_set_format::kNone : change_set_format::kZstd));
    std::size_t taken = 0, tried = 0, changed = 0;
    for_each_damage(sound, [&](const Bytes& damaged) {
      const auto run = open_change_set(damaged, log.identity, Frontier());
      ++tried;
      if (!run) return;
      ++taken;
      // A frame may say the same in other bits; what counts is that nothing else is taken for signed.
      if (run->after != log.at(end) || run->entries != bundled(log, 0, end)) ++changed;
    });
    CHECK(tried == sound.size() * 9);
    CHECK(changed == 0);
    if (end == 2) CHECK(taken == 0);
  }
}

TEST_CASE("nothing is decompressed before the writer's signature was checked") {
  WrittenLog log;
  log.grow_to(200);
  Forged forged = compressed(log, 200);
  REQUIRE(open_change_set(forged.bytes(log.identity), log.identity, Frontier()).has_value());
  forged.payload = {1, 2, 3};
  CHECK(refusal_of(forged.bytes(log.identity), log, 0) == RefusalKind::Malformed);
  forged.root[0] ^= 1;
  CHECK(refusal_of(forged.bytes(log.identity), log, 0) == RefusalKind::BadSignature);
}

TEST_CASE("a bomb opens to no more than the header's bytes, and those are limited") {
  WrittenLog log;
  log.grow_to(200);
  const Forged sound = compressed(log, 200);
  const auto refused = [&](const Forged& forged) {
    return refusal_of(forged.bytes(log.identity), log, 0) == RefusalKind::Malformed;
  };
  Forged forged = sound;
  forged.payload = zstd_of(Bytes(64 * 1024 * 1024, 7));
  CHECK(forged.payload.size() < 16'000);
  CHECK(refused(forged));
  forged.raw_bytes = 64 * 1024 * 1024;
  CHECK(refused(forged));
  forged.raw_bytes = limits::kChangeSetBytes + 1;
  forged.payload = zstd_of(Bytes(forged.raw_bytes, 7));
  CHECK(refused(forged));

  forged = sound;
  append(forged.payload, sound.payload);
  CHECK(refused(forged));  // two frames

  forged = sound;  // a frame that hides its size, as a stream has it
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const Bytes raw = bundled(log, 0, 200);
  forged.payload.resize(ZSTD_compressBound(raw.size()));
  forged.payload.resize(
      ZSTD_compress2(context, forged.payload.data(), forged.payload.size(), raw.data(), raw.size()));
  ZSTD_freeCCtx(context);
  CHECK(refused(forged));
}

TEST_CASE("each field of a change set is checked") {
  WrittenLog log;
  log.grow_to(3);
  Forged sound;
  sound.count = 3;
  sound.payload = bundled(log, 0, 3);
  sound.raw_bytes = sound.payload.size();
  sound.signature = sign_checkpoint(log.head(3), log.key);
  REQUIRE(open_change_set(sound.bytes(log.identity), log.identity, Frontier()).has_value());
  const auto refused = [&](auto change) {
    Forged forged = sound;
    change(forged);
    return refusal_of(forged.bytes(log.identity), log, 0);
  };
  CHECK(refused([](Forged& f) { f.version = 2; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.compression = 2; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.count = 0; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.count = 2; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.count = 4; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.count = limits::kChangeSetEntries + 1; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.start = limits::kTreeSize - 2; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { ++f.raw_bytes; }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.payload.push_back(0); }) == RefusalKind::Malformed);
  CHECK(refused([](Forged& f) { f.payload[1] = 0; }) == RefusalKind::Malformed);     // an empty entry
  CHECK(refused([](Forged& f) { f.payload[0] = 0x20; }) == RefusalKind::Malformed);  // an entry past the end
  CHECK(refused([](Forged& f) { f.payload[5] ^= 1; }) == RefusalKind::BadSignature);

  Forged large;  // one entry a byte too long
  large.count = 1;
  ByteWriter(large.payload).u16(limits::kLeafBytes + 1).raw(Bytes(limits::kEntryBytes + 1, 1));
  large.raw_bytes = large.payload.size();
  CHECK(refusal_of(large.bytes(log.identity), log, 0) == RefusalKind::Malformed);
}

TEST_CASE("a live change set of one entry and its answer cost few bytes beside the entry") {
  WrittenLog log;
  log.grow_to(100'000 - 1);
  log.append(Bytes(64, 0xA5));
  const Bytes clear = log.change_set(99'999, 100'000);
  const std::size_t up = 1 + clear.size() + envelope::kOverheadBytes;
  const Cosigned answer{log.identity.id, 100'000, {1'767'225'600, {}}, 32 * 1024};
  const std::size_t down = 1 + encode(answer).size();
  constexpr std::size_t kCurveBytes = 42;  // at most, of one message
  INFO("up " << up << ", down " << down);
  CHECK(up - 64 <= 190);
  CHECK(down <= 90);
  CHECK(up + down + 2 * kCurveBytes <= 427);
}

}  // namespace
}  // namespace sealkeep::sync
