// SPDX-License-Identifier: Apache-2.0
// The log's formats: whatever parses is written back as the same bytes, and a proof is taken exactly if it is
// the one that the tree makes.
#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/proof.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;

namespace {

constexpr std::uint64_t kLeaves = 300;

struct Log {
  SigningKey key{Bytes(32, 1)}, mirror_key{Bytes(32, 2)};
  VerifierKey log{"hub.example.nz/site/akl-01/e1", NoteKeyType::Ed25519, key.public_key()};
  VerifierKey mirror{"hub.example.nz", NoteKeyType::Cosignature, mirror_key.public_key()};
  std::vector<std::vector<Hash>> levels{1};
  std::vector<Frontier> at{1};

  Log() {
    for (std::uint64_t i = 0; i < kLeaves; ++i) {
      levels[0].push_back(hash_leaf(as_bytes(std::to_string(i))));
      at.push_back(at.back());
      at.back().append(levels[0].back());
    }
    while (levels.back().size() > 1) {
      const std::vector<Hash>& below = levels.back();
      std::vector<Hash> level;
      for (std::size_t i = 0; i + 1 < below.size(); i += 2)
        level.push_back(hash_node(below[i], below[i + 1]));
      levels.push_back(std::move(level));
    }
  }
  [[nodiscard]] ReadHashes reader() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> { return levels.at(level).at(index); };
  }
};

const Log& the_log() {
  static const Log log;
  return log;
}

std::vector<Hash> hashes(Input& in) {
  std::vector<Hash> out;
  while (!in.empty()) {
    Hash hash;
    const ByteView bytes = in.take(hash.bytes.size());
    std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
    out.push_back(hash);
  }
  return out;
}

void note(ByteView bytes) {
  if (const auto parsed = parse_note(bytes)) SEALKEEP_ASSERT(format_note(*parsed) == as_text(bytes));
  const Log& known = the_log();
  if (const auto opened = open_checkpoint(bytes, known.log, std::span(&known.mirror, 1)))
    SEALKEEP_ASSERT(check_checkpoint(opened->checkpoint) && opened->checkpoint.origin == known.log.name);
}

// The log signs whatever the text is: it opens exactly if it is a checkpoint of this log.
void signed_text(std::string_view text) {
  const Log& known = the_log();
  const KeyId id = known.log.id();
  Bytes line(id.bytes.begin(), id.bytes.end());
  append(line, known.key.sign(as_bytes(text)).bytes);
  const std::string bytes = std::string(text) + "\n\u2014 " + known.log.name + " " + base64(line) + "\n";
  const auto opened = open_checkpoint(as_bytes(bytes), known.log);
  const auto checkpoint = parse_checkpoint(text);
  SEALKEEP_ASSERT(opened.has_value() == (checkpoint && checkpoint->origin == known.log.name));
  if (opened) SEALKEEP_ASSERT(opened->checkpoint == *checkpoint);
}

void cosignature(ByteView bytes) {
  const auto parsed = parse_cosignature(bytes);
  if (!parsed) return;
  Bytes again;
  ByteWriter(again).u64(parsed->time_s).raw(parsed->signature.bytes);
  SEALKEEP_ASSERT(std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
  const Log& known = the_log();
  const Checkpoint head{known.log.name, kLeaves, known.at[kLeaves].root()};
  if (verify_cosignature(head, known.mirror.key, *parsed))
    SEALKEEP_ASSERT(make_cosignature(head, parsed->time_s, known.mirror_key) == *parsed);
}

void bundle(Input& in) {
  const std::size_t count = in.u16() % (kTileWidth + 1);
  const ByteView bytes = in.rest();
  const auto entries = decode_bundle(bytes, count);
  if (!entries) return;
  Bytes again;
  for (ByteView entry : *entries) SEALKEEP_ASSERT(append_to_bundle(again, entry));
  SEALKEEP_ASSERT(entries->size() == count &&
                  std::equal(again.begin(), again.end(), bytes.begin(), bytes.end()));
}

void inclusion(Input& in) {
  const Log& known = the_log();
  const std::uint64_t index = in.u16() % kLeaves, size = in.u16() % (kLeaves + 1);
  const std::vector<Hash> proof = hashes(in);
  const auto made = make_inclusion_proof(index, size, known.reader());
  SEALKEEP_ASSERT(made.has_value() == (index < size));
  const bool taken =
      check_inclusion_proof(known.levels[0][index], index, size, proof, known.at[size].root()).has_value();
  SEALKEEP_ASSERT(taken == (made && proof == *made));
  if (made)
    SEALKEEP_ASSERT(check_inclusion_proof(known.levels[0][index], index, size, *made, known.at[size].root()));
}

void consistency(Input& in) {
  const Log& known = the_log();
  const std::uint64_t before = in.u16() % (kLeaves + 1), after = in.u16() % (kLeaves + 1);
  const std::vector<Hash> proof = hashes(in);
  const auto made = make_consistency_proof(before, after, known.reader());
  SEALKEEP_ASSERT(made.has_value() == (before <= after));
  const auto check = [&](std::span<const Hash> shown) {
    return check_consistency_proof(before, known.at[before].root(), after, known.at[after].root(), shown)
        .has_value();
  };
  SEALKEEP_ASSERT(check(proof) == (made && proof == *made));
  if (made) SEALKEEP_ASSERT(check(*made));
}

// Sizes of any width: no overflow, no endless loop, and nothing is shown about a tree that is not there.
void far_proof(Input& in) {
  const std::uint64_t one = in.u64(), other = in.u64();
  const std::vector<Hash> proof = hashes(in);
  const Hash leaf = hash_leaf({}), root = the_log().at[kLeaves].root();
  SEALKEEP_ASSERT(!check_inclusion_proof(leaf, one, other, proof, root));
  if (check_consistency_proof(one, leaf, other, root, proof)) SEALKEEP_ASSERT(one == other && leaf == root);
}

void frontier(Input& in) {
  const std::uint64_t size = in.u64();
  const std::vector<Hash> roots = hashes(in);
  auto restored = Frontier::restore(size, roots);
  if (!restored) return;
  SEALKEEP_ASSERT(restored->size() == size && restored->roots() == roots);
  if (size == 0) SEALKEEP_ASSERT(restored->root() == empty_root());
  if (size < limits::kTreeSize) restored->append(hash_leaf({}));
  static_cast<void>(restored->root());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<TlogChoice>();
  switch (choice) {
    case TlogChoice::Note:
      note(in.rest());
      break;
    case TlogChoice::SignedText:
      signed_text(as_text(in.rest()));
      break;
    case TlogChoice::Checkpoint: {
      const std::string_view text = as_text(in.rest());
      if (const auto parsed = parse_checkpoint(text)) SEALKEEP_ASSERT(format_checkpoint(*parsed) == text);
      break;
    }
    case TlogChoice::VerifierKey: {
      const std::string_view text = as_text(in.rest());
      if (const auto parsed = parse_verifier_key(text)) SEALKEEP_ASSERT(format_verifier_key(*parsed) == text);
      break;
    }
    case TlogChoice::Cosignature:
      cosignature(in.rest());
      break;
    case TlogChoice::TilePath: {
      const std::string_view text = as_text(in.rest());
      if (const auto parsed = parse_tile_path(text)) SEALKEEP_ASSERT(tile_path(*parsed) == text);
      break;
    }
    case TlogChoice::BundlePath: {
      const std::string_view text = as_text(in.rest());
      if (const auto parsed = parse_bundle_path(text)) SEALKEEP_ASSERT(bundle_path(*parsed) == text);
      break;
    }
    case TlogChoice::Bundle:
      bundle(in);
      break;
    case TlogChoice::Inclusion:
      inclusion(in);
      break;
    case TlogChoice::Consistency:
      consistency(in);
      break;
    case TlogChoice::FarProof:
      far_proof(in);
      break;
    case TlogChoice::Tile: {
      const unsigned width = in.u16() % kTileWidth + 1;
      const ByteView bytes = in.rest();
      if (const auto parsed = decode_tile(bytes, width))
        SEALKEEP_ASSERT(parsed->size() == width && bytes.size() == width * 32);
      break;
    }
    default:
      frontier(in);
  }
  return 0;
}
