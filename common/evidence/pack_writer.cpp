// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/pack_writer.hpp"

#include <algorithm>
#include <bit>

#include "common/crypto/encoding.hpp"
#include "common/tlog/tile_builder.hpp"

namespace sealkeep::evidence {
namespace {

// One file after the other, hashed along.
class Writer {
 public:
  explicit Writer(const Sink& sink) : sink_(sink) {}

  Result<> member(std::string_view name, ByteView content) {
    SEALKEEP_TRY(raw(tar_header(name, content.size())));
    SEALKEEP_TRY(raw(content));
    return raw(Bytes(tar_padding(content.size()), 0));
  }
  Result<> member(std::string_view name, std::string_view content) { return member(name, as_bytes(content)); }
  Result<Hash> finish() {
    const std::string line = hex(hash_.so_far().view()) + "\n";
    SEALKEEP_TRY(member(kHashName, line));
    SEALKEEP_TRY(raw(Bytes(2 * kTarBlock, 0)));
    return hash_.so_far();
  }

 private:
  Result<> raw(ByteView bytes) {
    hash_.add(bytes);
    return sink_(bytes);
  }
  const Sink& sink_;
  Sha256 hash_;
};

tl::unexpected<Error> source_wrong(const std::string& why) {
  return fail(ErrorKind::Corrupt, "pack.source", "What is stored here does not fit together", why,
              "Run verify, and keep a copy of the data folder");
}

class Packing {
 public:
  Packing(const Cover& cover, const Sink& sink, const PackProgress& progress)
      : cover_(cover), out_(sink), progress_(progress) {
    for (const CoverLog& log : cover.logs) all_ += log.size - log.first;
  }

  Result<Hash> run(ByteView cover_bytes, std::span<const PackLog> logs) {
    SEALKEEP_TRY(out_.member(kReadmeName, kReadme));
    SEALKEEP_TRY(out_.member(kCoverName, cover_bytes));
    for (std::size_t i = 0; i < logs.size(); ++i)
      SEALKEEP_TRY(log(log_folder(i + 1), cover_.logs[i], logs[i]));
    return out_.finish();
  }

 private:
  Result<> log(const std::string& folder, const CoverLog& about, const PackLog& log) {
    SEALKEEP_TRY(out_.member(folder + "vkey", format_verifier_key(log.key) + "\n"));
    std::string cosigners;
    for (const VerifierKey& key : log.cosigners) cosigners += format_verifier_key(key) + "\n";
    if (!cosigners.empty()) SEALKEEP_TRY(out_.member(folder + "cosigners", cosigners));
    SEALKEEP_TRY(out_.member(folder + "checkpoint", log.checkpoint));
    for (const auto& [size, note] : log.heads)
      SEALKEEP_TRY(out_.member(folder + "heads/" + std::to_string(size), note));
    if (about.first > 0) SEALKEEP_TRY(frontier(folder, about.first, log.hashes));
    TileBuilder tree;
    std::vector<Tile> upper;
    for (std::uint64_t at = about.first; at < about.size; at += kTileWidth)
      SEALKEEP_TRY(bundle(folder, about, log, at, tree, upper));
    if (about.first > 0) return {};
    for (Tile& tile : tree.partial_tiles())
      if (tile.id.level > 0) upper.push_back(std::move(tile));
    std::sort(upper.begin(), upper.end(), [](const Tile& a, const Tile& b) { return a.id < b.id; });
    for (const Tile& tile : upper) SEALKEEP_TRY(out_.member(folder + tile_path(tile.id), tile.bytes));
    return {};
  }

  // Roots of the perfect subtrees before `first`, largest first: with the entries from there on they give the
  // root, and nothing else does.
  Result<> frontier(const std::string& folder, std::uint64_t first, const ReadHashes& hashes) {
    Bytes roots;
    for (std::uint64_t begin = 0, left = first; left > 0;) {
      const std::uint64_t leaves = std::bit_floor(left);
      const auto level = static_cast<unsigned>(std::countr_zero(leaves));
      SEALKEEP_LET(root, hashes(level, begin >> level));
      append(roots, root.view());
      begin += leaves;
      left -= leaves;
    }
    return out_.member(folder + "frontier", roots);
  }

  // 256 entries, their leaf hashes, their details. Hashes of upper levels come last, when all are known.
  Result<> bundle(const std::string& folder, const CoverLog& about, const PackLog& log, std::uint64_t at,
                  TileBuilder& tree, std::vector<Tile>& upper) {
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, about.size - at));
    const BundleId id{at / kTileWidth, width};
    Bytes bundle, hashes, details;
    std::vector<std::pair<std::uint64_t, ses::Entry>> with_details;
    for (std::uint64_t next = at; next < at + width;) {
      SEALKEEP_LET(visited,
                   log.read(next, at + width - next, [&](std::uint64_t index, ByteView entry) -> Result<> {
                     SEALKEEP_TRY(append_to_bundle(bundle, entry));
                     const Hash leaf = hash_leaf(entry);
                     append(hashes, leaf.view());
                     for (Tile& full : tree.append(leaf))
                       if (full.id.level > 0) upper.push_back(std::move(full));
                     if (about.role != PackRole::Site) return {};
                     auto decoded = ses::decode_entry(entry);
                     if (decoded && !decoded->details.empty())
                       with_details.emplace_back(index, std::move(*decoded));
                     return {};
                   }));
      if (visited == 0) return source_wrong("a log ends before its checkpoint's size");
      next += visited;
    }
    for (const auto& [index, entry] : with_details)
      for (std::size_t n = 0; n < entry.details.size(); ++n)
        SEALKEEP_TRY(detail(log, index, entry, static_cast<std::uint8_t>(n), details));
    SEALKEEP_TRY(out_.member(folder + bundle_path(id), bundle));
    SEALKEEP_TRY(out_.member(folder + tile_path({0, id.n, width}), hashes));
    if (!details.empty()) SEALKEEP_TRY(out_.member(folder + details_path(id), details));
    done_ += width;
    if (progress_) progress_(done_, all_);
    return {};
  }

  static Result<> detail(const PackLog& log, std::uint64_t index, const ses::Entry& entry, std::uint8_t n,
                         Bytes& out) {
    SEALKEEP_LET(found, log.detail(index, entry, n));
    ByteWriter record(out);
    record.u8(static_cast<std::uint8_t>(index % kTileWidth))
        .u8(n)
        .u8(static_cast<std::uint8_t>(found.presence));
    if (found.presence != DetailPresence::Here) return {};
    const ses::DetailCommitment& said = entry.details[n];
    if (found.bytes.size() != said.length_bytes ||
        ses::commit_detail(said.kind, found.salt, found.bytes) != said.commitment)
      return source_wrong("a detail of entry " + std::to_string(index) +
                          " is not the one that it commits to");
    record.u32(static_cast<std::uint32_t>(found.bytes.size())).raw(found.salt).raw(found.bytes);
    return {};
  }

  const Cover& cover_;
  Writer out_;
  const PackProgress& progress_;
  std::uint64_t done_ = 0, all_ = 0;
};

}  // namespace

Result<Hash> write_pack(const Cover& cover, std::span<const PackLog> logs, const Sink& sink,
                        const PackProgress& progress) {
  SEALKEEP_ASSERT(cover.logs.size() == logs.size());
  SEALKEEP_LET(bytes, encode(cover));
  return Packing(cover, sink, progress).run(bytes, logs);
}

}  // namespace sealkeep::evidence
