// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/check.hpp"

#include <algorithm>
#include <bit>
#include <map>

#include "common/base/limits.hpp"
#include "common/crypto/encoding.hpp"
#include "common/evidence/anchors.hpp"
#include "common/evidence/tar.hpp"
#include "common/ses/detail.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/tile_builder.hpp"

namespace sealkeep::evidence {
namespace {

tl::unexpected<Error> wrong(const char* code, std::string what) {
  return fail(ErrorKind::Refused, code, std::move(what));
}

Result<VerifierKey> key_line(std::string_view line, NoteKeyType type) {
  SEALKEEP_LET(key, parse_verifier_key(line));
  if (key.type != type) return wrong("pack.key", "a key is of another kind than it must be here");
  return key;
}

class Checking {
 public:
  Checking(ByteView pack, std::span<const Anchor> anchors, PackVisitor& visitor)
      : pack_(pack), tar_(pack), anchors_(anchors), visitor_(visitor) {}

  CheckedPack run() {
    const Result<> done = all();
    if (confirmed_) out_.anchors_found = confirmed_->found();
    out_.anchors_found.resize(anchors_.size(), false);
    if (!done) {
      std::string what = done.error().what;
      if (!done.error().why.empty()) what += " (" + done.error().why + ")";
      out_.verdict = Verdict::NotConsistent;
      out_.wrong = Wrong{part_, record_, done.error().code, std::move(what)};
      return std::move(out_);
    }
    out_.file_hash = sha256(pack_);
    const bool proven =
        !out_.logs.empty() && std::all_of(out_.logs.begin(), out_.logs.end(), [](const CheckedLog& log) {
          return log.confirmed_size == log.about.size;
        });
    out_.verdict = proven ? Verdict::Proven : Verdict::Consistent;
    return std::move(out_);
  }

 private:
  Result<> all() {
    SEALKEEP_LET(readme, member(kReadmeName));
    if (as_text(readme) != kReadme)
      return wrong("pack.other_file", "the file is no evidence pack of this version");
    SEALKEEP_LET(cover_bytes, member(kCoverName));
    SEALKEEP_LET(cover, decode_cover(cover_bytes));
    out_.cover = std::move(cover);
    SEALKEEP_LET(confirmed, Confirmed::make(out_.cover, anchors_));
    confirmed_.emplace(std::move(confirmed));
    visitor_.on_cover(out_.cover);
    for (std::size_t i = 0; i < out_.cover.logs.size(); ++i) SEALKEEP_TRY(log(i));
    const std::size_t hashed = tar_.position();
    SEALKEEP_LET(hash, member(kHashName));
    part_ = {};
    record_.reset();
    if (as_text(hash) != hex(sha256(pack_.first(hashed)).view()) + "\n")
      return wrong("pack.hash", "the file is not the one that was made: its hash differs");
    return tar_.finish();
  }

  Result<ByteView> member(std::string_view name) {
    part_ = std::string(name);
    record_.reset();
    SEALKEEP_LET(found, tar_.next());
    if (found.name != name)
      return wrong("pack.order", "the next file is called " + printable(found.name) + " and not " + part_);
    return found.content;
  }

  // ---- one log
  struct LogCheck {
    std::string folder;
    CheckedLog out;
    std::vector<VerifierKey> cosigners;
    std::map<std::uint64_t, Hash> heads;  // size -> signed root
    Frontier frontier;                    // of a log that is not whole here
    TileBuilder tree;                     // of a log that is
    std::vector<Tile> upper;
    std::uint64_t first_unproven = 0;

    void append(const Hash& leaf) {
      if (out.about.first > 0) return frontier.append(leaf);
      for (Tile& full : tree.append(leaf))
        if (full.id.level > 0) upper.push_back(std::move(full));
    }
    [[nodiscard]] std::uint64_t size() const { return out.about.first > 0 ? frontier.size() : tree.size(); }
    [[nodiscard]] Hash root() const { return out.about.first > 0 ? frontier.root() : tree.root(); }
  };

  Result<> log(std::size_t place) {
    LogCheck at;
    at.folder = log_folder(place + 1);
    at.out.about = out_.cover.logs[place];
    const CoverLog& about = at.out.about;
    at.first_unproven = about.first;
    SEALKEEP_TRY(keys(at));
    SEALKEEP_LET(note, member(at.folder + "checkpoint"));
    SEALKEEP_TRY(head(at, note, about.size));
    const std::string heads_prefix = at.folder + "heads/";
    std::uint64_t before = about.first;
    while (tar_.peek().starts_with(heads_prefix)) {
      const std::string name(tar_.peek());
      SEALKEEP_LET(older, member(name));
      SEALKEEP_LET(size, head_size(name.substr(heads_prefix.size()), before, about.size));
      SEALKEEP_TRY(head(at, older, size));
      before = size;
    }
    if (about.first > 0) SEALKEEP_TRY(read_frontier(at));
    if (about.role == PackRole::Directives) roots_[{about.site, about.epoch}].push_back(empty_root());
    for (std::uint64_t from = about.first; from < about.size; from += kTileWidth)
      SEALKEEP_TRY(bundle(at, from));
    part_ = at.folder + "checkpoint";
    record_.reset();
    if (about.first == about.size && at.root() != at.heads.at(about.size))
      return wrong("pack.root", "the records do not lead to the signed checkpoint");
    if (about.first == 0) SEALKEEP_TRY(upper_tiles(at));
    at.out.state = checkpoint_fingerprint({at.out.key.name, about.size, at.root()});
    out_.logs.push_back(std::move(at.out));
    return {};
  }

  Result<> keys(LogCheck& at) {
    const CoverLog& about = at.out.about;
    const CoverSite& site = out_.cover.sites[about.site];
    const bool directives = about.role == PackRole::Directives;
    SEALKEEP_LET(line, member(at.folder + "vkey"));
    std::string_view text = as_text(line);
    if (!text.ends_with('\n')) return wrong("pack.key", "a key's line does not end");
    SEALKEEP_LET(key, key_line(text.substr(0, text.size() - 1), NoteKeyType::Ed25519));
    const std::string origin = out_.cover.hub + (directives ? "/directive/" : "/site/") + site.code + "/e" +
                               std::to_string(about.epoch);
    if (key.name != origin)
      return wrong("pack.origin", "the log is called " + printable(key.name) + " and not " + origin);
    at.out.key = std::move(key);
    if (tar_.peek() != at.folder + "cosigners") return {};
    SEALKEEP_LET(lines, member(at.folder + "cosigners"));
    const std::string mirror =
        out_.cover.hub + (directives ? "/site/" + site.code : std::string()) + "/mirror";
    for (std::string_view rest = as_text(lines); !rest.empty();) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos || at.cosigners.size() == kCosigners)
        return wrong("pack.key", "the list of cosigners is not sound");
      SEALKEEP_LET(cosigner, key_line(rest.substr(0, end), NoteKeyType::Cosignature));
      if (cosigner.name != mirror) return wrong("pack.origin", "a cosigner is not called " + mirror);
      at.cosigners.push_back(std::move(cosigner));
      rest.remove_prefix(end + 1);
    }
    return at.cosigners.empty() ? Result<>(wrong("pack.key", "the list of cosigners is empty")) : Result<>{};
  }

  static Result<std::uint64_t> head_size(std::string_view text, std::uint64_t above, std::uint64_t below) {
    std::uint64_t size = 0;
    for (char c : text) {
      if (c < '0' || c > '9' || size > limits::kTreeSize / 10)
        return wrong("pack.head", "a head's name is no size");
      size = size * 10 + static_cast<std::uint64_t>(c - '0');
    }
    if (text != std::to_string(size) || size <= above || size >= below)
      return wrong("pack.head", "a head's size is out of order");
    return size;
  }

  // A note of the log with nothing in it that is not checked.
  Result<> head(LogCheck& at, ByteView note, std::uint64_t size) {
    SEALKEEP_LET(opened, open_checkpoint(note, at.out.key, at.cosigners));
    SEALKEEP_LET(parsed, parse_note(note));
    if (parsed.signatures.size() != 1 + opened.cosigned.size())
      return wrong("pack.signature", "a signature is by a key that the pack does not name");
    if (opened.checkpoint.size != size) return wrong("pack.head", "the head is of another size");
    at.heads[size] = opened.checkpoint.root;
    ++at.out.heads;
    SEALKEEP_LET(own, confirmed_->behind(at.out.key, at.out.about.site));
    std::string who = std::move(own);
    for (const OpenedCheckpoint::By& by : opened.cosigned) {
      SEALKEEP_LET(mirrors, confirmed_->behind(by.mirror, at.out.about.site));
      if (who.empty()) who = std::move(mirrors);
      ++at.out.cosignatures;
      if (size < at.out.cosigned_size) continue;
      at.out.cosigned_size = size;
      at.out.cosigned_s = static_cast<std::int64_t>(by.cosignature.time_s);
    }
    if (!who.empty() && size >= at.out.confirmed_size) {
      at.out.confirmed_size = size;
      at.out.confirmed_by = std::move(who);
    }
    return {};
  }

  Result<> read_frontier(LogCheck& at) {
    SEALKEEP_LET(bytes, member(at.folder + "frontier"));
    const auto count = static_cast<unsigned>(std::popcount(at.out.about.first));
    SEALKEEP_LET(roots, decode_tile(bytes, count));
    SEALKEEP_LET(frontier, Frontier::restore(at.out.about.first, roots));
    at.frontier = std::move(frontier);
    return {};
  }

  // 256 entries, their leaf hashes, their details.
  Result<> bundle(LogCheck& at, std::uint64_t from) {
    const CoverLog& about = at.out.about;
    const auto width = static_cast<unsigned>(std::min<std::uint64_t>(kTileWidth, about.size - from));
    const BundleId id{from / kTileWidth, width};
    SEALKEEP_LET(bytes, member(at.folder + bundle_path(id)));
    const std::string entries_part = part_;
    SEALKEEP_LET(entries, decode_bundle(bytes, width));
    SEALKEEP_LET(tile, member(at.folder + tile_path({0, id.n, width})));
    SEALKEEP_LET(hashes, decode_tile(tile, width));
    part_ = entries_part;
    std::vector<std::optional<ses::Entry>> decoded;
    for (unsigned i = 0; i < width; ++i) {
      record_ = from + i;
      SEALKEEP_TRY(leaf(at, hash_leaf(entries[i]), hashes[i]));
      ++out_.entries;
      if (about.role == PackRole::Directives) {
        SEALKEEP_TRY(directive(at, from + i, entries[i]));
        continue;
      }
      auto entry = ses::decode_entry(entries[i]);
      if (!entry) ++out_.unreadable;
      decoded.push_back(entry ? std::optional(std::move(*entry)) : std::nullopt);
    }
    record_.reset();
    if (about.role == PackRole::Directives) return {};
    ByteView chunk;
    if (tar_.peek() == at.folder + details_path(id)) {
      SEALKEEP_LET(content, member(at.folder + details_path(id)));
      chunk = content;
    }
    return tell(about, from, decoded, chunk);
  }

  Result<> leaf(LogCheck& at, const Hash& hash, const Hash& stated) {
    if (hash != stated) return wrong("pack.entry", "the record and its hash do not fit together");
    at.append(hash);
    if (confirmed_->looks_for_states()) {
      std::string who = confirmed_->behind(Checkpoint{at.out.key.name, at.size(), at.root()});
      if (!who.empty() && at.size() > at.out.confirmed_size) {
        at.out.confirmed_size = at.size();
        at.out.confirmed_by = std::move(who);
      }
    }
    const auto head = at.heads.find(at.size());
    if (head == at.heads.end()) return {};
    if (at.root() != head->second)
      return wrong("pack.root", "records " + std::to_string(at.first_unproven) + " to " +
                                    std::to_string(head->first - 1) +
                                    " do not lead to the signed head of size " + std::to_string(head->first));
    at.first_unproven = head->first;
    return {};
  }

  Result<> directive(LogCheck& at, std::uint64_t index, ByteView bytes) {
    const CoverLog& about = at.out.about;
    roots_[{about.site, about.epoch}].push_back(at.root());
    const auto decoded = ses::decode_directive(bytes);
    if (!decoded) ++out_.unreadable;
    visitor_.on_directive(about, index, decoded ? &*decoded : nullptr);
    return {};
  }

  Result<> tell(const CoverLog& about, std::uint64_t from,
                const std::vector<std::optional<ses::Entry>>& entries, ByteView chunk) {
    ByteReader details(chunk);
    std::vector<SeenDetail> seen;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      record_ = from + i;
      const std::optional<ses::Entry>& entry = entries[i];
      seen.clear();
      while (!details.rest().empty() && details.rest().front() == i) {
        SEALKEEP_LET(one, detail(entry ? &*entry : nullptr, seen.size(), details));
        seen.push_back(one);
      }
      if (entry && seen.size() != entry->details.size())
        return wrong("pack.detail", "a detail is neither here nor said to be missing");
      if (entry) SEALKEEP_TRY(adopted(about, *entry));
      visitor_.on_entry(about, from + i, entry ? &*entry : nullptr, seen);
    }
    record_.reset();
    if (!details.rest().empty()) return wrong("pack.detail", "a detail belongs to no record");
    return {};
  }

  // `entry` is nullptr for a record that this program cannot read: its details are passed over.
  Result<SeenDetail> detail(const ses::Entry* entry, std::size_t n, ByteReader& in) {
    in.u8();
    const std::uint8_t place = in.u8();
    const std::uint8_t presence = in.u8();
    if (!in.ok() || presence == 0 || presence > kLastPresence || place != n ||
        (entry != nullptr && n >= entry->details.size()))
      return wrong("pack.detail", "a detail is neither here nor said to be missing");
    SeenDetail out;
    out.presence = static_cast<DetailPresence>(presence);
    if (out.presence != DetailPresence::Here) {
      ++out_.details_not_here;
      return out;
    }
    const std::uint32_t length = in.u32();
    const ses::Salt salt = in.array<16>();
    out.bytes = in.raw(length);
    if (!in.ok()) return wrong("pack.detail", "a detail is cut off");
    if (entry != nullptr &&
        (length != entry->details[n].length_bytes ||
         ses::commit_detail(entry->details[n].kind, salt, out.bytes) != entry->details[n].commitment))
      return wrong("pack.detail", "a detail is not the one that the record commits to");
    ++out_.details_here;
    return out;
  }

  // The register stands on directives whose tree the site has named in its own log.
  Result<> adopted(const CoverLog& about, const ses::Entry& entry) {
    const auto* said = std::get_if<ses::DirectivesAdopted>(&entry.event);
    if (said == nullptr) return {};
    const auto roots = roots_.find({about.site, said->epoch});
    if (roots == roots_.end() || said->size >= roots->second.size()) return {};
    if (roots->second[static_cast<std::size_t>(said->size)] != said->root)
      return wrong("pack.adopted", "the directives in the pack are not those that the site adopted here");
    return {};
  }

  Result<> upper_tiles(LogCheck& at) {
    for (Tile& tile : at.tree.partial_tiles())
      if (tile.id.level > 0) at.upper.push_back(std::move(tile));
    std::sort(at.upper.begin(), at.upper.end(), [](const Tile& a, const Tile& b) { return a.id < b.id; });
    for (const Tile& tile : at.upper) {
      SEALKEEP_LET(bytes, member(at.folder + tile_path(tile.id)));
      if (!std::equal(bytes.begin(), bytes.end(), tile.bytes.begin(), tile.bytes.end()))
        return wrong("pack.tile", "the hashes are not those of the records below");
    }
    return {};
  }

  ByteView pack_;
  TarReader tar_;
  std::span<const Anchor> anchors_;
  PackVisitor& visitor_;
  std::optional<Confirmed> confirmed_;
  CheckedPack out_;
  std::string part_;
  std::optional<std::uint64_t> record_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Hash>> roots_;  // of directives at each size
};

}  // namespace

std::string_view verdict_words(Verdict verdict) {
  switch (verdict) {
    case Verdict::Proven:
      return "proven under the keys you gave";
    case Verdict::Consistent:
      return "consistent, keys not confirmed";
    case Verdict::NotConsistent:
      return "NOT CONSISTENT";
  }
  return "NOT CONSISTENT";
}

CheckedPack check_pack(ByteView pack, std::span<const Anchor> anchors, PackVisitor& visitor) {
  return Checking(pack, anchors, visitor).run();
}

}  // namespace sealkeep::evidence
