// SPDX-License-Identifier: Apache-2.0
// conformance_log write DIR: exports logs of many sizes in the C2SP static layout, with proofs, for
// verify.go. conformance_log check DIR: checks the proofs that verify.go made. Proof file, one a line:
// "inclusion <index> <size> <base64 hash>..." or "consistency <old> <new> <base64 hash>...".
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>

#include "common/crypto/encoding.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/proof.hpp"
#include "common/tlog/tile_builder.hpp"

using namespace sealkeep;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t kSizes[] = {0,   1,   2,   3,     255,   256,   257,  300,
                                    511, 512, 513, 65535, 65536, 65537, 70000};
constexpr std::uint64_t kProveAllTo = 300;
constexpr std::uint64_t kTime = 1767225600;
const char* const kOrigin = "hub.example.nz/site/akl-01";
const char* const kMirror = "hub.example.nz/witness";

std::string entry(std::uint64_t i) {
  return "seal event " + std::to_string(i);
}

SigningKey key_from(std::uint8_t first) {
  Bytes seed;
  for (std::uint8_t i = 0; i < 32; ++i) seed.push_back(static_cast<std::uint8_t>(first + i));
  return SigningKey(seed);
}

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().text());
  return std::move(*result);
}

void write_file(const fs::path& path, ByteView bytes) {
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out.write(as_text(bytes).data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

Result<Bytes> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorKind::NotFound, "file.missing", "cannot read " + path.string());
  return Bytes(std::istreambuf_iterator<char>(in), {});
}

// Numbers up to `end` around which trees change shape, and a spread between them; all of them for small
// trees.
std::set<std::uint64_t> positions(std::uint64_t begin, std::uint64_t end) {
  std::set<std::uint64_t> chosen;
  const std::uint64_t step = end <= kProveAllTo ? 1 : end / 40;
  for (std::uint64_t i = begin; i < end; i += step) chosen.insert(i);
  for (std::uint64_t power = 1; power <= end; power *= 2) {
    for (std::uint64_t i = power - 1; i <= power + 1; ++i) {
      if (i >= begin && i < end) chosen.insert(i);
    }
  }
  if (end > begin) chosen.insert(end - 1);
  return chosen;
}

void write_proof(std::ostream& out, const char* kind, std::uint64_t a, std::uint64_t b,
                 const std::vector<Hash>& proof) {
  out << kind << ' ' << a << ' ' << b;
  for (const Hash& hash : proof) out << ' ' << base64(hash.view());
  out << '\n';
}

void write_proofs(const fs::path& folder, std::uint64_t size) {
  const ReadTile read = [&](const TileId& id) { return read_file(folder / tile_path(id)); };
  std::ostringstream out;
  for (const std::uint64_t i : positions(0, size)) {
    write_proof(out, "inclusion", i, size,
                must(make_inclusion_proof(i, size, TileReader(size, read)), "inclusion proof"));
  }
  for (const std::uint64_t old_size : positions(1, size + 1)) {
    write_proof(out, "consistency", old_size, size,
                must(make_consistency_proof(old_size, size, TileReader(size, read)), "consistency proof"));
  }
  write_file(folder / "proofs", as_bytes(out.str()));
}

void write_log(const fs::path& folder, const TileBuilder& builder, const std::vector<Tile>& full) {
  const SigningKey log = key_from(0x00);
  const SigningKey mirror = key_from(0x40);
  const std::uint64_t size = builder.size();
  for (const BundleId& id : bundles_at(size)) {
    Bytes bundle;
    for (std::uint64_t i = 0; i < id.width; ++i) {
      const std::string text = entry(id.n * kTileWidth + i);
      if (!append_to_bundle(bundle, as_bytes(text))) throw std::runtime_error("entry does not fit");
    }
    write_file(folder / bundle_path(id), bundle);
  }
  for (const Tile& tile : full) write_file(folder / tile_path(tile.id), tile.bytes);
  for (const Tile& tile : builder.partial_tiles()) write_file(folder / tile_path(tile.id), tile.bytes);

  const Checkpoint checkpoint{kOrigin, size, builder.root()};
  const std::vector<NoteSignature> cosignatures{
      cosignature_line(kMirror, mirror.public_key(), make_cosignature(checkpoint, kTime, mirror))};
  write_file(folder / "checkpoint", as_bytes(note_text(checkpoint, log.public_key(),
                                                       sign_checkpoint(checkpoint, log), cosignatures)));
  write_file(folder / "vkey",
             as_bytes(format_verifier_key({kOrigin, NoteKeyType::Ed25519, log.public_key()}) + "\n"));
  write_file(folder / "mirror-vkey",
             as_bytes(format_verifier_key({kMirror, NoteKeyType::Cosignature, mirror.public_key()}) + "\n"));
  write_proofs(folder, size);
}

void write_all(const fs::path& folder) {
  TileBuilder builder;
  std::vector<Tile> full;
  for (const std::uint64_t size : kSizes) {
    while (builder.size() < size) {
      const std::string text = entry(builder.size());
      for (Tile& tile : builder.append(hash_leaf(as_bytes(text)))) full.push_back(std::move(tile));
    }
    write_log(folder / std::to_string(size), builder, full);
  }
  std::cout << std::size(kSizes) << " logs";
}

Hash hash_from(const std::string& text) {
  const Bytes bytes = must(from_base64(text), "base64");
  if (bytes.size() != 32) throw std::runtime_error("a hash has the wrong length");
  Hash hash;
  std::copy(bytes.begin(), bytes.end(), hash.bytes.begin());
  return hash;
}

// Leaves and roots are computed here from the entries; only the path comes from the file.
void check_all(const fs::path& folder) {
  Frontier frontier;
  std::vector<Hash> leaves;
  std::vector<Hash> roots{empty_root()};
  for (std::uint64_t i = 0; i < 70000; ++i) {
    const std::string text = entry(i);
    leaves.push_back(hash_leaf(as_bytes(text)));
    frontier.append(leaves.back());
    roots.push_back(frontier.root());
  }
  std::size_t checked = 0;
  for (const std::uint64_t size : kSizes) {
    std::ifstream in(folder / std::to_string(size) / "go-proofs");
    if (!in) throw std::runtime_error("go made no proofs for size " + std::to_string(size));
    std::size_t of_this_size = 0;
    for (std::string line; std::getline(in, line); ++of_this_size) {
      std::istringstream words(line);
      std::string kind;
      std::uint64_t first = 0;
      std::uint64_t second = 0;
      words >> kind >> first >> second;
      std::vector<Hash> proof;
      for (std::string word; words >> word;) proof.push_back(hash_from(word));
      if (second != size || first > size) throw std::runtime_error("proof for another size: " + line);
      const bool inclusion = kind == "inclusion";
      const auto held = inclusion ? check_inclusion_proof(leaves.at(first), first, size, proof, roots[size])
                                  : check_consistency_proof(first, roots[first], size, roots[size], proof);
      if (!held) throw std::runtime_error(line + ": " + held.error().text());
    }
    if (of_this_size < size / 2 && of_this_size < 40) throw std::runtime_error("too few proofs by go");
    checked += of_this_size;
  }
  std::cout << checked << " proofs";
}

}  // namespace

int main(int argc, char** argv) {
  try {
    const std::string mode = argc == 3 ? argv[1] : "";
    if (mode == "write") {
      write_all(argv[2]);
    } else if (mode == "check") {
      check_all(argv[2]);
    } else {
      std::cerr << "conformance_log write|check DIR\n";
      return 2;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
