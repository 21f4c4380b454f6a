// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/collect/collect.hpp"

#include <algorithm>

#include "common/ses/restated.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::uint64_t kSecondsBetweenHeads =
    86'400;  // one receipt a day is enough to date what was recorded
constexpr std::size_t kSealsPage = 1'000;

struct Head {
  Checkpoint checkpoint;
  Signature signature;
  std::optional<Cosignature> cosignature;
};

class Collecting {
 public:
  Collecting(Cover& cover, const PackOptions& options, LogStore& logs, DetailStore& details)
      : cover_(cover), options_(options), logs_(logs), details_(details) {}

  Result<> add_site(SiteToPack site) {
    const auto number = static_cast<std::uint32_t>(cover_.sites.size());
    cover_.sites.push_back(std::move(site.about));
    for (const LogToPack& log : site.logs) SEALKEEP_TRY(add_log(number, log));
    return {};
  }
  [[nodiscard]] const std::vector<PackLog>& packed() const { return packed_; }

 private:
  Result<> add_log(std::uint32_t site, const LogToPack& what) {
    const LogId id = what.log.log;
    SEALKEEP_LET(info, logs_.log(id));
    if (what.only && what.only->empty()) return {};
    SEALKEEP_LET(newest, head_for(id, what));
    if (!newest) {
      cover_.remarks.push_back(info.origin + " is empty, or nothing of it is signed yet");
      return {};
    }
    const std::uint64_t size = newest->checkpoint.size;
    CoverLog about{site, what.role, what.log.epoch, 0, size, std::min(what.log.end, size)};
    if (options_.period_only && what.role == PackRole::Site) {
      SEALKEEP_LET(first, first_of_period(id, size));
      about.first = first;
    }
    if (what.only) about.first = *what.only->begin() - *what.only->begin() % kTileWidth;
    PackLog log;
    log.key = {info.origin, NoteKeyType::Ed25519, info.public_key};
    const std::string mirror = what.role == PackRole::Site
                                   ? cover_.hub + "/mirror"
                                   : cover_.hub + "/site/" + cover_.sites[site].code + "/mirror";
    log.checkpoint = note(*newest, mirror, what.mirror_keys, log);
    if (!what.mirror_keys.empty()) SEALKEEP_TRY(add_heads(id, about, mirror, what.mirror_keys, log));
    log.read = [this, id](std::uint64_t first, std::uint64_t count,
                          const std::function<Result<>(std::uint64_t, ByteView)>& visit) {
      return logs_.read_entries(id, first, count, UINT64_MAX, visit);
    };
    if (about.first > 0) {
      SEALKEEP_LET(hashes, logs_.hash_source(id));
      log.hashes = std::move(hashes);
    }
    log.detail = [this, id, only = what.only](std::uint64_t index, const ses::Entry& entry,
                                              std::uint8_t n) -> Result<PackedDetail> {
      const bool asked = !only || only->contains(index) || entry.details[n].kind == ses::DetailKind::Name;
      if (!asked) return PackedDetail{DetailPresence::LeftOut, {}, {}};
      return detail(id, index, entry, n);
    };
    cover_.logs.push_back(about);
    packed_.push_back(std::move(log));
    return {};
  }

  Result<std::optional<Head>> head_for(LogId id, const LogToPack& what) {
    if (what.only) {
      SEALKEEP_LET(covering, logs_.cosigned_head_covering(id, *what.only->rbegin()));
      if (covering)
        return std::optional(Head{covering->checkpoint, covering->signature, covering->cosignature});
    }
    return newest_head(id);
  }

  // A mirror shows nothing that it has not cosigned; a writer may have signed more than was cosigned.
  Result<std::optional<Head>> newest_head(LogId id) {
    SEALKEEP_LET(signed_head, logs_.newest_signed_head(id));
    SEALKEEP_LET(cosigned, logs_.newest_cosigned_head(id));
    if (cosigned && (!signed_head || cosigned->checkpoint.size >= signed_head->checkpoint.size))
      return std::optional(Head{cosigned->checkpoint, cosigned->signature, cosigned->cosignature});
    if (signed_head)
      return std::optional(Head{signed_head->checkpoint, signed_head->signature, std::nullopt});
    return std::optional<Head>();
  }

  // The note with the cosignature, if one of the mirror's keys made it; that key is then listed.
  static std::string note(const Head& head, const std::string& mirror, const std::vector<PublicKey>& keys,
                          PackLog& log) {
    std::vector<NoteSignature> lines;
    for (const PublicKey& key : keys) {
      if (!head.cosignature || !verify_cosignature(head.checkpoint, key, *head.cosignature)) continue;
      lines.push_back(cosignature_line(mirror, key, *head.cosignature));
      const VerifierKey cosigner{mirror, NoteKeyType::Cosignature, key};
      if (std::find(log.cosigners.begin(), log.cosigners.end(), cosigner) == log.cosigners.end())
        log.cosigners.push_back(cosigner);
      break;
    }
    return note_text(head.checkpoint, log.key.key, head.signature, lines);
  }

  Result<> add_heads(LogId id, const CoverLog& about, const std::string& mirror,
                     const std::vector<PublicKey>& keys, PackLog& log) {
    std::uint64_t next_s = 0;
    for (std::uint64_t at = about.first; at < about.size;) {
      SEALKEEP_LET(head, logs_.cosigned_head_covering(id, at));
      if (!head || head->checkpoint.size >= about.size) break;
      at = head->checkpoint.size;
      SEALKEEP_LET(later, logs_.cosigned_head_covering(id, at));
      const bool last = !later || later->checkpoint.size >= about.size;
      if (head->cosignature.time_s < next_s && !last) continue;
      next_s = head->cosignature.time_s + kSecondsBetweenHeads;
      log.heads.emplace_back(at,
                             note({head->checkpoint, head->signature, head->cosignature}, mirror, keys, log));
    }
    return {};
  }

  // Of the bundle that holds the first entry recorded in the period.
  Result<std::uint64_t> first_of_period(LogId id, std::uint64_t size) {
    std::uint64_t first = size;
    for (std::uint64_t at = 0; at < size && first == size;) {
      SEALKEEP_LET(visited, logs_.read_entries(id, at, size - at, UINT64_MAX,
                                               [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                                 if (first != size) return {};
                                                 const auto entry = ses::decode_entry(bytes);
                                                 if (!entry || entry->header.recorded_ms >= cover_.from_ms)
                                                   first = index;
                                                 return {};
                                               }));
      at += visited;
    }
    return first - first % kTileWidth;
  }

  // A pack that the site makes goes through its manager's hands.
  [[nodiscard]] bool asked_for(const ses::Entry& entry) const {
    const ses::Event event = ses::stated(entry).fact.event;
    if (const auto* concern = std::get_if<ses::ConcernRaised>(&event);
        concern != nullptr && concern->about_manager && cover_.maker == Maker::Site)
      return false;
    if (options_.clause == nullptr) return true;
    if (const auto* record = std::get_if<ses::RecordKept>(&event))
      return ses::belongs(ses::RecordKey{record->what, record->person_no, record->label}, *options_.clause);
    return ses::belongs(ses::kind_of(event), *options_.clause);
  }

  Result<PackedDetail> detail(LogId id, std::uint64_t index, const ses::Entry& entry, std::uint8_t n) {
    const auto inside = [&](std::int64_t ms) { return ms >= cover_.from_ms && ms < cover_.until_ms; };
    PackedDetail out;
    const bool name = entry.details[n].kind == ses::DetailKind::Name;
    if (!options_.with_details || (!name && !asked_for(entry))) {
      out.presence = DetailPresence::LeftOut;
      return out;
    }
    if (!name && !inside(entry.header.happened_ms) && !inside(entry.header.recorded_ms)) {
      out.presence = DetailPresence::OtherTime;
      return out;
    }
    SEALKEEP_LET(found, details_.get(id, index, n));
    if (found && found->state == DetailState::Erased) out.presence = DetailPresence::Erased;
    if (!found || found->state != DetailState::Held) return out;
    out.presence = DetailPresence::Here;
    out.salt = found->salt;
    out.bytes = std::move(found->bytes);
    return out;
  }

  Cover& cover_;
  const PackOptions& options_;
  LogStore& logs_;
  DetailStore& details_;
  std::vector<PackLog> packed_;
};

}  // namespace

Result<Hash> collect_pack(Cover& cover, std::vector<SiteToPack> sites, const PackOptions& options,
                          LogStore& logs, DetailStore& details, const Sink& sink,
                          const PackProgress& progress) {
  cover.with_details = options.with_details;
  cover.clause = options.clause == nullptr ? "" : std::string(options.clause->id);
  if (options.period_only) cover.remarks.emplace_back("records from before the period, by choice");
  if (options.clause != nullptr)
    cover.remarks.push_back("reasons and photos of records that do not belong to clause " + cover.clause);
  Collecting collecting(cover, options, logs, details);
  for (SiteToPack& site : sites) SEALKEEP_TRY(collecting.add_site(std::move(site)));
  return write_pack(cover, collecting.packed(), sink, progress);
}

Result<> draw_seals(RegisterRows& rows, RegisterId id, std::uint32_t site, std::size_t count, Random& random,
                    const ses::Names& names, std::vector<CoverPick>& picks) {
  std::vector<CoverPick> drawn;
  std::uint64_t seen = 0;
  for (ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
    std::string after;
    while (true) {
      SEALKEEP_LET(page, rows.seals(id, family, after, kSealsPage));
      if (page.empty()) break;
      for (const SealAt& seal : page) {
        if (seal.row.state != ses::SealState::InStock) continue;
        CoverPick pick{site, family, seal.key.number, seal.row.place, {}};
        // Each of the `seen` so far is among the drawn with the same chance (reservoir sampling).
        if (++seen <= count)
          drawn.push_back(std::move(pick));
        else if (const std::uint64_t place = random.below(seen); place < count)
          drawn[static_cast<std::size_t>(place)] = std::move(pick);
      }
      after = page.back().key.number.text();
    }
  }
  for (CoverPick& pick : drawn) pick.place_words = names.place_words(pick.place).substr(0, kCoverTextBytes);
  std::sort(drawn.begin(), drawn.end(), [](const CoverPick& a, const CoverPick& b) {
    return std::tie(a.place_words, a.number) < std::tie(b.place_words, b.number);
  });
  std::move(drawn.begin(), drawn.end(), std::back_inserter(picks));
  return {};
}

}  // namespace sealkeep::evidence
