// SPDX-License-Identifier: Apache-2.0
#include "common/store/log_verify.hpp"

#include <algorithm>

#include "common/store/log_statements.hpp"

namespace sealkeep {
namespace {

constexpr std::size_t kMostFindings = 100;
constexpr std::uint64_t kProgressEvery = 4096;

/// Walks one log once. Two trees grow side by side where entries and tiles disagree: `tree_` from the
/// entries, `other_` from the tiles' leaf hashes. The next head tells which of them is the log that was
/// signed.
class Verifier {
 public:
  Verifier(Db& db, LogInfo info, const VerifyKeys& keys, const VerifyProgress& progress)
      : db_(db), info_(std::move(info)), keys_(keys), progress_(progress) {}

  Result<VerifyReport> run() {
    SEALKEEP_TRY(count_entries());
    SEALKEEP_LET(tile, db_.prepare("SELECT hashes FROM tile WHERE log_id = ? AND level = ? AND n = ?"));
    tile_ = std::move(tile);
    SEALKEEP_LET(
        heads,
        db_.prepare("SELECT size, root, signature, cosigned_s, cosignature, 1 FROM head WHERE log_id = ?1 "
                    "UNION ALL SELECT size, root, signature, 0, NULL, 0 FROM signed_head "
                    "WHERE log_id = ?1 ORDER BY size"));
    SEALKEEP_LET(head_rows, heads.query(info_.id));
    heads_ = &head_rows;
    SEALKEEP_TRY(next_head());
    SEALKEEP_TRY(info_.direction == LogDirection::Written ? walk_written() : walk_mirrored());
    SEALKEEP_TRY(check_heads_up_to_here());
    while (have_head_) {
      found(VerifyFault::Missing, report_.entries,
            "a head promises " + std::to_string(head_size()) + " entries, entry " +
                std::to_string(report_.entries) + " is the first that is not there");
      SEALKEEP_TRY(next_head());
    }
    settle(false, false);
    if (signed_size_ < report_.entries && !cut_short_) {
      found(VerifyFault::Root, signed_size_,
            "no signed head covers the entries from " + std::to_string(signed_size_) + " on");
    }
    SEALKEEP_TRY(count_tiles());
    report_.computed = {info_.origin, tree_.size(), tree_.root()};
    return std::move(report_);
  }

 private:
  struct Doubt {
    std::uint64_t index;
    bool tile;  // the tile says otherwise
    bool mark;  // the mark says otherwise
  };

  void found(VerifyFault fault, std::uint64_t index, std::string text) {
    if (report_.findings.size() < kMostFindings) report_.findings.push_back({fault, index, std::move(text)});
  }

  Result<> count_entries() {
    if (info_.direction == LogDirection::Written) {
      SEALKEEP_LET(written, db_.prepare("SELECT idx + 1 FROM entry WHERE entry_key >= ? AND entry_key <= ? "
                                        "ORDER BY entry_key DESC LIMIT 1"));
      SEALKEEP_LET(
          last, written.query(store_detail::entry_key(info_.id, 0), store_detail::last_entry_key(info_.id)));
      SEALKEEP_LET(there, last.next());
      all_ = there ? last.uint64(0) : 0;
      return {};
    }
    SEALKEEP_LET(statement, db_.prepare("SELECT max(first + count) FROM run WHERE log_id = ?"));
    SEALKEEP_LET(rows, statement.query(info_.id));
    SEALKEEP_TRY(rows.next());
    all_ = rows.uint64(0);
    return {};
  }

  Result<> walk_written() {
    SEALKEEP_LET(statement, db_.prepare("SELECT idx, leaf_mark, bytes FROM entry WHERE entry_key >= ? AND "
                                        "entry_key <= ? ORDER BY entry_key"));
    SEALKEEP_LET(
        rows, statement.query(store_detail::entry_key(info_.id, 0), store_detail::last_entry_key(info_.id)));
    while (true) {
      SEALKEEP_LET(more, rows.next());
      if (!more) return {};
      if (!is_next(rows.uint64(0))) return {};
      SEALKEEP_TRY(take(rows.blob(1), rows.blob(2)));
    }
  }

  Result<> walk_mirrored() {
    SEALKEEP_LET(
        statement,
        db_.prepare("SELECT first, count, leaf_marks, bytes FROM run WHERE log_id = ? ORDER BY first"));
    SEALKEEP_LET(rows, statement.query(info_.id));
    while (true) {
      SEALKEEP_LET(more, rows.next());
      if (!more) return {};
      if (!is_next(rows.uint64(0))) return {};
      ByteReader marks(rows.blob(2));
      ByteReader entries(rows.blob(3));
      for (std::uint64_t left = rows.uint64(1); left > 0; --left) {
        const ByteView entry = entries.raw(entries.u16());
        if (!entries.ok()) return cut_short("entry " + std::to_string(report_.entries) + " is cut short");
        SEALKEEP_TRY(take(marks.raw(store_detail::kMarkBytes), entry));
      }
      if (!entries.finished()) {
        return cut_short("bytes follow entry " + std::to_string(report_.entries - 1) + " in its run");
      }
    }
  }

  /// The bytes of a run do not hold its entries: what comes after cannot be told apart.
  Result<> cut_short(const std::string& text) {
    settle(false, false);
    if (report_.findings.empty()) found(VerifyFault::Entry, report_.entries, text);
    cut_short_ = true;
    return {};
  }

  bool is_next(std::uint64_t index) {
    if (index == report_.entries) return true;
    found(VerifyFault::Missing, report_.entries, "entry " + std::to_string(report_.entries) + " is missing");
    cut_short_ = true;
    return false;
  }

  Result<> take(ByteView mark, ByteView entry) {
    const std::uint64_t index = report_.entries;
    SEALKEEP_TRY(check_heads_up_to_here());
    const Hash leaf = hash_leaf(entry);
    const bool mark_fits = std::ranges::equal(mark, store_detail::leaf_mark(leaf));
    if (index % kTileWidth == 0) SEALKEEP_TRY(load_leaf_tile(index / kTileWidth));
    Hash by_tile = leaf;
    if (!leaf_tile_.empty()) {
      const ByteView stored = ByteView(leaf_tile_).subspan(index % kTileWidth * 32, 32);
      std::ranges::copy(stored, by_tile.bytes.begin());
    }
    if (by_tile != leaf) {
      if (!other_) other_ = tree_;
      doubt({index, true, !mark_fits});
    } else if (!mark_fits && !leaf_tile_.empty()) {
      found(VerifyFault::LeafMark, index, "the mark beside entry " + std::to_string(index) + " was changed");
    } else if (!mark_fits) {
      doubt({index, false, true});
    }
    ++report_.entries;
    const std::vector<Tile> full = tree_.append(leaf);
    const std::vector<Tile> other_full = other_ ? other_->append(by_tile) : std::vector<Tile>();
    for (std::size_t i = 0; i < full.size(); ++i) {
      if (full[i].id.level > 0)
        SEALKEEP_TRY(check_tile(full[i], i < other_full.size() ? &other_full[i] : nullptr));
    }
    if (progress_ && report_.entries % kProgressEvery == 0) return progress_(report_.entries, all_);
    return {};
  }

  void doubt(const Doubt& doubt) {
    if (doubts_.size() < kMostFindings) doubts_.push_back(doubt);
  }

  /// Ends all doubts: a head agreed with the entries, with the tiles, or with neither.
  void settle(bool entries_are_right, bool tiles_are_right) {
    for (const Doubt& doubt : doubts_) {
      const std::string number = std::to_string(doubt.index);
      if (entries_are_right) {
        if (doubt.tile) {
          found(VerifyFault::Tile, doubt.index,
                "the stored tile has a wrong hash for entry " + number + "; the entry is right");
        }
        if (doubt.mark) {
          found(VerifyFault::LeafMark, doubt.index,
                "the mark beside entry " + number + " was changed; the entry is right");
        }
      } else {
        found(VerifyFault::Entry, doubt.index, "the bytes of entry " + number + " were changed");
      }
    }
    if (tiles_are_right && other_) tree_ = *other_;
    if (!doubts_.empty() && !entries_are_right && !tiles_are_right) tree_is_wrong_ = true;
    doubts_.clear();
    other_.reset();
  }

  Result<> load_leaf_tile(std::uint64_t n) {
    leaf_tile_.clear();
    if ((n + 1) * kTileWidth > all_) return {};
    SEALKEEP_LET(rows, tile_.query(info_.id, 0, n));
    SEALKEEP_LET(there, rows.next());
    ++report_.tiles;
    if (there && rows.blob(0).size() == kTileBytes) {
      leaf_tile_ = to_bytes(rows.blob(0));
    } else {
      found(VerifyFault::Tile, n * kTileWidth,
            "the tile of the entries from " + std::to_string(n * kTileWidth) + " on is missing");
    }
    return {};
  }

  Result<> check_tile(const Tile& tile, const Tile* other) {
    SEALKEEP_LET(rows, tile_.query(info_.id, tile.id.level, tile.id.n));
    SEALKEEP_LET(there, rows.next());
    ++report_.tiles;
    const ByteView stored = there ? rows.blob(0) : ByteView();
    if (std::ranges::equal(stored, tile.bytes) || tree_is_wrong_) return {};
    if (other != nullptr && std::ranges::equal(stored, other->bytes)) return {};
    const auto differ = std::ranges::mismatch(stored, tile.bytes);
    auto first = tile.id.n * kTileWidth + static_cast<std::uint64_t>(differ.in1 - stored.begin()) / 32;
    for (unsigned level = 0; level < tile.id.level; ++level) first *= kTileWidth;
    found(VerifyFault::Tile, first,
          "the stored " + tile_path(tile.id) + " has a wrong hash over the entries from " +
              std::to_string(first) + " on");
    return {};
  }

  Result<> count_tiles() {
    SEALKEEP_LET(statement, db_.prepare("SELECT count(*) FROM tile WHERE log_id = ?"));
    SEALKEEP_LET(rows, statement.query(info_.id));
    SEALKEEP_TRY(rows.next());
    std::uint64_t expected = 0;
    for (unsigned level = 0; level < kTileLevels; ++level) {
      expected += tile_level_hashes(report_.entries, level) / kTileWidth;
    }
    if (rows.uint64(0) > expected && !cut_short_) {
      found(VerifyFault::Tile, report_.entries, "there are tiles beyond the end of the log");
    }
    return {};
  }

  // --- heads ---

  [[nodiscard]] std::uint64_t head_size() const { return heads_->uint64(0); }

  Result<> next_head() {
    SEALKEEP_LET(more, heads_->next());
    have_head_ = more;
    return {};
  }

  Result<> check_heads_up_to_here() {
    while (have_head_ && head_size() <= report_.entries) {
      SEALKEEP_TRY(check_head());
      SEALKEEP_TRY(next_head());
    }
    return {};
  }

  Result<> check_head() {
    SEALKEEP_LET(root, heads_->array<32>(1));
    SEALKEEP_LET(signature, heads_->array<64>(2));
    const Checkpoint head{info_.origin, head_size(), Hash{root}};
    const bool cosigned = heads_->int64(5) != 0;
    const std::string name = std::string(cosigned ? "the cosigned" : "the signed") + " head of " +
                             std::to_string(head.size) + " entries";
    const bool no_head_yet = !cosigned && head.size == 0 && signature == std::array<std::uint8_t, 64>{};
    if (!cosigned) signed_size_ = head.size;
    if (no_head_yet) return {};
    ++report_.heads;
    const bool authentic = is_signed(head, Signature{signature});
    if (!authentic) found(VerifyFault::Signature, head.size, name + " does not have the log's signature");
    check_root(head, name, authentic);
    if (!cosigned || keys_.cosigner_keys.empty()) return {};
    SEALKEEP_LET(by_mirror, heads_->array<64>(4));
    const Cosignature cosignature{heads_->uint64(3), Signature{by_mirror}};
    ++report_.cosignatures_checked;
    if (std::ranges::none_of(keys_.cosigner_keys, [&](const PublicKey& key) {
          return verify_cosignature(head, key, cosignature).has_value();
        })) {
      found(VerifyFault::Cosignature, head.size, name + " does not have the mirror's cosignature");
    }
    return {};
  }

  bool is_signed(const Checkpoint& head, const Signature& signature) const {
    const auto fits = [&](const PublicKey& key) {
      return verify_checkpoint(head, key, signature).has_value();
    };
    return keys_.log_keys.empty() ? fits(info_.public_key) : std::ranges::any_of(keys_.log_keys, fits);
  }

  void check_root(const Checkpoint& head, const std::string& name, bool authentic) {
    const bool entries_fit = tree_.root() == head.root;
    const bool tiles_fit = !entries_fit && other_ && other_->root() == head.root;
    if (entries_fit || tiles_fit) {
      settle(entries_fit, tiles_fit);
      sound_size_ = head.size;
      return;
    }
    if (!authentic) {  // such a head proves nothing about the entries
      found(VerifyFault::Root, head.size, "the root of " + name + " is not that of the entries");
      return;
    }
    if (doubts_.empty() && !tree_is_wrong_) {
      found(VerifyFault::Root, head.size,
            "entries from " + std::to_string(sound_size_) + " on are not those that " + name +
                " was signed for");
      tree_is_wrong_ = true;
    }
    settle(false, false);
  }

  Db& db_;
  LogInfo info_;
  const VerifyKeys& keys_;
  const VerifyProgress& progress_;
  VerifyReport report_;
  TileBuilder tree_;
  std::optional<TileBuilder> other_;
  std::vector<Doubt> doubts_;
  Statement tile_;
  Rows* heads_ = nullptr;
  bool have_head_ = false;
  Bytes leaf_tile_;
  std::uint64_t all_ = 0;
  std::uint64_t signed_size_ = 0;
  std::uint64_t sound_size_ = 0;  // of the last head that fitted
  bool tree_is_wrong_ = false;    // a changed entry that no tile can mend: later roots cannot fit
  bool cut_short_ = false;
};

}  // namespace

Result<VerifyReport> verify_log(Db& db, LogId log, const VerifyKeys& keys, const VerifyProgress& progress) {
  SEALKEEP_LET(
      statement,
      db.prepare("SELECT log_id, origin, role, direction, public_key, state FROM log WHERE log_id = ?"));
  std::optional<LogInfo> info;
  {
    SEALKEEP_LET(rows, statement.query(log));
    SEALKEEP_LET(there, rows.next());
    if (!there) return store_detail::unknown_log();
    SEALKEEP_LET(read, store_detail::read_log_info(rows));
    info = std::move(read);
  }
  return Verifier(db, std::move(*info), keys, progress).run();
}

Result<std::map<LogId, VerifyReport>> verify_all(Db& db,
                                                 const std::function<VerifyKeys(const LogInfo&)>& keys_of,
                                                 const VerifyProgress& progress) {
  std::map<LogId, VerifyReport> reports;
  VerifyReport& whole = reports[0];
  if (auto checked = db.integrity_check(); !checked) {
    if (checked.error().kind != ErrorKind::Corrupt) return tl::unexpected<Error>(std::move(checked).error());
    whole.findings.push_back({VerifyFault::Database, 0, checked.error().text()});
    if (db.failed()) return reports;
  }
  SEALKEEP_LET(store, LogStore::open(db, 1));
  SEALKEEP_LET(logs, store.logs());
  for (const LogInfo& info : logs) {
    SEALKEEP_LET(report, verify_log(db, info.id, keys_of(info), progress));
    reports.emplace(info.id, std::move(report));
  }
  return reports;
}

}  // namespace sealkeep
