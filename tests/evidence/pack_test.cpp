// SPDX-License-Identifier: Apache-2.0
#include "common/crypto/encoding.hpp"
#include "pack_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::evidence;
using namespace sealkeep::test;

namespace {

std::string said(const CheckedPack& checked) {
  return checked.wrong ? checked.wrong->part + ": " + checked.wrong->code + ": " + checked.wrong->what
                       : std::string(verdict_words(checked.verdict));
}

// The hash at the end made anew, as somebody would who changes a pack on purpose.
void mend_hash(Bytes& pack) {
  const std::size_t name_at = pack.size() - 4 * kTarBlock;
  const std::string line = hex(sha256(ByteView(pack).first(name_at)).view()) + "\n";
  std::copy(line.begin(), line.end(), pack.begin() + static_cast<std::ptrdiff_t>(name_at + kTarBlock));
}

std::size_t find(const Bytes& pack, std::string_view text) {
  const auto at = std::search(pack.begin(), pack.end(), text.begin(), text.end());
  REQUIRE(at != pack.end());
  return static_cast<std::size_t>(at - pack.begin());
}

}  // namespace

TEST_CASE("a pack without an anchor is consistent, and with one that stands behind all of it proven") {
  PackWorld world;
  world.day();
  const Bytes pack = world.pack();
  const CheckedPack alone = check(pack);
  INFO(said(alone));
  CHECK(alone.verdict == Verdict::Consistent);
  CHECK(alone.cover == world.cover);
  CHECK(alone.file_hash == sha256(pack));
  CHECK(alone.file_hash == world.hash);
  CHECK(alone.entries == world.site.entries.size() + world.directives.entries.size());
  CHECK(alone.details_here == 5);
  CHECK(alone.unreadable == 0);
  CHECK(alone.logs.back().cosigned_s == static_cast<std::int64_t>(PackWorld::kCosignedAt));

  const CheckedPack by_root = check(pack, {fingerprint(world.root.public_key().bytes)});
  CHECK(by_root.verdict == Verdict::Proven);
  CHECK(by_root.anchors_found == std::vector{true});
  CHECK(check(pack, {fingerprint(world.cover.sites[0].keys)}).verdict == Verdict::Proven);
  CHECK(check(pack,
              {format_verifier_key({world.site.origin, NoteKeyType::Ed25519, world.site.key.public_key()}),
               hex(world.directives.key.public_key().bytes)})
            .verdict == Verdict::Proven);
}

TEST_CASE(
    "an anchor that stands behind one log only does not prove the pack, a foreign one is told, a "
    "contradicting one is refused") {
  PackWorld world;
  world.day();
  const Bytes pack = world.pack();
  const CheckedPack half = check(pack, {format_verifier_key(world.mirror())});
  CHECK(half.verdict == Verdict::Consistent);
  CHECK(half.logs[0].confirmed_size == 0);
  CHECK(half.logs[1].confirmed_size == world.site.entries.size());
  const CheckedPack foreign = check(pack, {std::string(32, 'a')});
  CHECK(foreign.verdict == Verdict::Consistent);
  CHECK(foreign.anchors_found == std::vector{false});
  const CheckedPack contradicted =
      check(pack, {format_verifier_key({world.site.origin, NoteKeyType::Ed25519, world.root.public_key()})});
  CHECK(contradicted.verdict == Verdict::NotConsistent);
  CHECK(contradicted.wrong->code == "anchor.other_key");
}

TEST_CASE("an anchor is a verifier key, a key or a fingerprint, and nothing else") {
  CHECK(parse_anchor("3F9A 01bc-77d2:0e44 9b1c 5a63 c0de 1f2e")->fingerprint ==
        "3f9a01bc77d20e449b1c5a63c0de1f2e");
  for (const char* text : {"", "3f9a", "akl-01", "name+1234+abcd", "3f9a 01bc 77d2 0e44 9b1c 5a63 c0de 1f2g"})
    CHECK(parse_anchor(text).error().code == "anchor.malformed");
}

// Of each part of the format one: both logs, a cosigned note, an earlier head, a detail, all tiles.
TEST_CASE("every bit of every byte of a pack, flipped, is found") {
  PackWorld world;
  world.little();
  Bytes pack = world.pack(0, {2});
  REQUIRE(check(pack).verdict == Verdict::Consistent);
  std::size_t flipped = 0;
  for (std::size_t at = 0; at < pack.size(); ++at)
    for (unsigned bit = 0; bit < 8; ++bit, ++flipped) {
      pack[at] ^= static_cast<std::uint8_t>(1U << bit);
      if (check(pack).verdict != Verdict::NotConsistent) FAIL("byte " << at << ", bit " << bit);
      pack[at] ^= static_cast<std::uint8_t>(1U << bit);
    }
  CHECK(flipped == 8 * pack.size());
  CHECK(check(pack).verdict == Verdict::Consistent);
}

TEST_CASE("a flipped bit in every fifth byte of a day's pack, and of a pack of a part of a log, is found") {
  PackWorld world;
  world.day();
  const Bytes whole = world.pack(0, {3, 7});
  for (std::uint32_t i = 0; i < 260; ++i) world.say(100 + i, ses::TerminalAdded{i + 1});
  for (const Bytes& sound : {whole, world.pack(256, {260})}) {
    REQUIRE(check(sound).verdict == Verdict::Consistent);
    Bytes pack = sound;
    for (std::size_t at = 0; at < pack.size(); at += 5) {
      const auto bit = static_cast<std::uint8_t>(1U << (at % 8));
      pack[at] ^= bit;
      if (check(pack).verdict != Verdict::NotConsistent) FAIL("byte " << at);
      pack[at] ^= bit;
    }
  }
}

TEST_CASE("every truncation of a pack and everything behind its end is found") {
  PackWorld world;
  world.little();
  const Bytes pack = world.pack(0, {2});
  for (std::size_t size = 0; size < pack.size(); ++size)
    if (check(ByteView(pack).first(size)).verdict != Verdict::NotConsistent) FAIL("size " << size);
  CHECK(check(ByteView(pack).first(pack.size() - 1)).wrong->code == "pack.truncated");
  for (std::size_t more : {1UL, 511UL, 512UL, 1024UL, 10'240UL}) {
    Bytes longer = pack;
    longer.resize(pack.size() + more, 0);
    CHECK(check(longer).verdict == Verdict::NotConsistent);
  }
}

TEST_CASE("a change of a log is found although the file's hash was made anew, and the record is named") {
  PackWorld world;
  world.day();
  const Bytes pack = world.pack(0, {3, 7});
  const std::size_t from = find(pack, "logs/1/vkey"), until = pack.size() - 4 * kTarBlock;
  std::size_t unseen = 0;
  for (std::size_t at = from; at < until; at += 3) {
    Bytes changed = pack;
    changed[at] ^= 0x10;
    mend_hash(changed);
    if (check(changed).verdict != Verdict::NotConsistent) ++unseen;
  }
  CHECK(unseen == 0);

  Bytes changed = pack;
  changed[find(pack, "DN-1")] = 'X';
  mend_hash(changed);
  const CheckedPack entry = check(changed);
  CHECK(entry.wrong->code == "pack.entry");
  CHECK(entry.wrong->part == "logs/2/tile/entries/000.p/11");
  CHECK(entry.wrong->record == 5);

  changed = pack;
  changed[find(pack, "in the rain")] = 'X';
  mend_hash(changed);
  const CheckedPack detail = check(changed);
  CHECK(detail.wrong->code == "pack.detail");
  CHECK(detail.wrong->record == 10);
}

TEST_CASE("a history that was written anew needs the log's key: the root leads elsewhere") {
  PackWorld world, other;
  world.day();
  other.day();
  other.say(90, ses::SealLost{ses::Family::Ses, ses::Dock::range(5, 1), ses::Dock::at(80), ses::Dock::at(1)});
  world.say(90, ses::UnitClosed{ses::Dock::box()});
  const Bytes pack = world.pack();
  // The other history's entries and hashes under this one's signed head.
  std::swap(other.site.frontiers, world.site.frontiers);
  const Bytes forged = other.pack();
  const CheckedPack checked = check(forged);
  CHECK(checked.verdict == Verdict::NotConsistent);
  CHECK(checked.wrong->code == "pack.root");
  CHECK(checked.wrong->record == world.site.entries.size() - 1);
  CHECK(pack.size() != 0);
}

TEST_CASE("a pack of a part of a log is proven by the hashes of what is before") {
  PackWorld world;
  world.day();
  for (std::uint32_t i = 0; i < 900; ++i) world.say(100 + i, ses::TerminalAdded{i + 1});
  const Bytes part = world.pack(512, {600, 700});
  const CheckedPack checked = check(part, {fingerprint(world.root.public_key().bytes)});
  INFO(said(checked));
  CHECK(checked.verdict == Verdict::Proven);
  CHECK(checked.logs.back().about.first == 512);
  CHECK(checked.logs.back().heads == 3);
  CHECK(checked.entries == world.directives.entries.size() + world.site.entries.size() - 512);
  CHECK(part.size() < world.pack().size() * 2 / 3);
  const std::size_t at = find(part, "logs/2/frontier");
  for (std::size_t i = 0; i < 32; ++i) {
    Bytes changed = part;
    changed[at + kTarBlock + i] ^= 1;
    mend_hash(changed);
    CHECK(check(changed).wrong->code == "pack.root");
  }
}

TEST_CASE("details that were left out are said to be, and the rest is proven all the same") {
  PackWorld world;
  world.day();
  for (auto& [place, detail] : world.details) detail = {DetailPresence::LeftOut, {}, {}};
  world.cover.with_details = false;
  const Bytes pack = world.pack();
  const CheckedPack checked = check(pack, {fingerprint(world.root.public_key().bytes)});
  CHECK(checked.verdict == Verdict::Proven);
  CHECK(checked.details_here == 0);
  CHECK(checked.details_not_here == 5);
  const std::string_view text = as_text(pack);
  for (const char* word : {"Mere", "Harbour", "rain"}) CHECK(text.find(word) == std::string_view::npos);
}

TEST_CASE("directives other than those that the site adopted are found") {
  PackWorld world, other;
  world.day();
  other.day();
  other.directives.entries[1][0] = 0x95;  // the same log, of which one directive is another
  LogInMemory changed("hub.example.nz/directive/akl-01/e1", 3);
  changed.add(other.directives.entries[0]);
  changed.add(other.directives.entries[0]);
  other.directives = std::move(changed);
  const CheckedPack checked = check(other.pack());
  CHECK(checked.verdict == Verdict::NotConsistent);
  CHECK(checked.wrong->code == "pack.adopted");
  CHECK(checked.wrong->record == 1);
}

TEST_CASE("the same logs give the same pack, byte for byte") {
  PackWorld one, two;
  one.day();
  two.day();
  CHECK(one.pack() == two.pack());
}

TEST_CASE("a pack is a plain archive: its files are the log's own bytes") {
  PackWorld world;
  world.day();
  const Bytes pack = world.pack();
  TarReader tar(pack);
  std::map<std::string, ByteView> files;
  while (!tar.peek().empty()) {
    const Member member = must(tar.next());
    files[std::string(member.name)] = member.content;
  }
  must(tar.finish());
  const auto entries = must(decode_bundle(files.at("logs/2/tile/entries/000.p/11"), 11));
  for (std::size_t i = 0; i < entries.size(); ++i) CHECK(to_bytes(entries[i]) == world.site.entries[i]);
  const VerifierKey key{world.site.origin, NoteKeyType::Ed25519, world.site.key.public_key()};
  CHECK(must(open_checkpoint(files.at("logs/2/checkpoint"), key)).checkpoint.size == 11);
  CHECK(as_text(files.at("logs/2/vkey")) == format_verifier_key(key) + "\n");
}
