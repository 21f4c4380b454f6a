// SPDX-License-Identifier: Apache-2.0
// This hub was put back from a copy: what it lost comes back from the site, checked by the signatures that it
// gave then.
#include <algorithm>

#include "hub/intake/intake_round.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kAskBackAgainMs = 60'000;

}  // namespace

// ---- the site's own log

Result<> Intake::watch_lost_mirror(Site& site, const SiteEpoch& epoch, const sync::LogHead& claimed,
                                   std::uint64_t mirrored_size, std::optional<Owed>& owed) {
  owed.reset();
  if (!claimed.cosigned || claimed.cosigned->size == 0) return {};
  const sync::HeldCosignature& held = *claimed.cosigned;
  if (held.size > mirrored_size) {
    owed = Owed{epoch.log, held, std::nullopt};
    const Checkpoint head{claimed.origin, claimed.size, claimed.root};
    if (held.size == claimed.size && claimed.signature &&
        verify_cosignature(head, keys_.mirror.public_key(), held.cosignature))
      owed->proven = SignedHead{head, *claimed.signature, 0};
    return {};
  }
  // It came back while this hub did not look, or before its last start.
  SEALKEEP_LET(open, hooks_.is_open(LogTrouble::Kind::MirrorLost, claimed.origin));
  if (!open) return {};
  SEALKEEP_LET(root, logs_->root_at(epoch.log, held.size));
  if (!verify_cosignature({claimed.origin, held.size, root}, keys_.mirror.public_key(), held.cosignature))
    return {};
  return mirror_is_back(site, claimed.origin, held.size);
}

Result<> Intake::mirror_is_back(const Site& site, const std::string& origin, std::uint64_t size) {
  return hooks_.on_settled({LogTrouble::Kind::MirrorLost, site.id, origin, size,
                            "head office had lost records and has all " + std::to_string(size) +
                                " back, as it had confirmed them"});
}

// Looked at before anything is stored: a history that contradicts what was cosigned is not cosigned too.
Result<Intake::LostRange> Intake::judge_lost_range(Site& site, const SiteEpoch& epoch,
                                                   const Frontier& mirrored, const sync::VerifiedRun& run,
                                                   Session& session, const Now& now) {
  if (!session.owed || session.owed->log != epoch.log || session.owed->cosigned.size > run.end.size)
    return LostRange::NotReached;
  const Owed owed = *std::exchange(session.owed, std::nullopt);
  if (owed.cosigned.size <= mirrored.size()) return LostRange::NotReached;
  Frontier at = mirrored;
  for (std::size_t i = 0; at.size() < owed.cosigned.size; ++i) at.append(run.leaf_hashes[i]);
  const Checkpoint head{run.end.origin, at.size(), at.root()};
  if (verify_cosignature(head, keys_.mirror.public_key(), owed.cosigned.cosignature)) return LostRange::Back;
  if (!owed.proven) {
    log_->warn("not_our_cosignature", {{"site", site.code}, {"size", owed.cosigned.size}});
    return LostRange::NotReached;
  }
  const SignedHead& cosigned = *owed.proven;
  SEALKEEP_TRY(logs_->add_evidence({epoch.log, "fork", cosigned.checkpoint.size, cosigned.checkpoint.root,
                                    cosigned.signature, now.unix_ms, "head office had cosigned this"}));
  SEALKEEP_TRY(logs_->add_evidence(
      {epoch.log, "fork", run.end.size, run.end.root, run.signature, now.unix_ms, "the site sends this"}));
  SEALKEEP_TRY(logs_->freeze(epoch.log));
  SEALKEEP_TRY(hooks_.on_trouble({LogTrouble::Kind::Fork, site.id, head.origin, head.size,
                                  "the site sends another history of its first " + std::to_string(head.size) +
                                      " records than head office had confirmed; both heads are kept"}));
  return LostRange::Forked;
}

// ---- the site's directive log, of which this hub is the writer

Result<> Intake::ask_back(Site& site, const Checkpoint& own, const sync::LogHead& held, Session& session,
                          sync::LogHead& answer) {
  const Checkpoint claimed{own.origin, held.size, held.root};
  if (!held.signature || !verify_checkpoint(claimed, keys_.directive.public_key(), *held.signature))
    return hooks_.on_trouble({LogTrouble::Kind::Gap, site.id, own.origin, held.size,
                              "the site says that it holds " + std::to_string(held.size) +
                                  " instructions, head "
                                  "office " +
                                  std::to_string(own.size) +
                                  ", and shows no signature of head office: nothing is taken"});
  SEALKEEP_LET(forked, hooks_.is_open(LogTrouble::Kind::Fork, own.origin));
  if (forked) return {};
  session.shown = SignedHead{claimed, *held.signature, 0};
  site.directives_owed = std::max(site.directives_owed, held.size);
  // A window in the head of a log of our own asks for what is missing behind that head.
  answer.window_bytes = limits::kChangeSetBytes;
  session.hello_due_ms = clock_->now().mono_ms + kAskBackAgainMs;
  return hooks_.on_trouble(
      {LogTrouble::Kind::Gap, site.id, own.origin, held.size,
       "the site holds " + std::to_string(held.size) + " instructions, head office " +
           std::to_string(own.size) +
           ": head office was put back from a copy and takes them back; until then it signs "
           "no new one for this site"});
}

Result<> Intake::directives_agree(Site& site, const Checkpoint& own) {
  SEALKEEP_LET(open, hooks_.is_open(LogTrouble::Kind::Gap, own.origin));
  if (open)
    SEALKEEP_TRY(hooks_.on_settled({LogTrouble::Kind::Gap, site.id, own.origin, own.size,
                                    "head office holds all " + std::to_string(own.size) +
                                        " instructions that it had signed for this site"}));
  if (!site.directives_held_back()) return {};
  site.directives_in_doubt = false;
  site.directives_owed = 0;
  grown_.insert(site.id);  // records that adopt them waited
  ask_.insert(site.id);
  return {};
}

Result<> Intake::directives_forked(Site& site, const Checkpoint& other, const Signature& signature,
                                   const Now& now) {
  SEALKEEP_LET(kept, logs_->evidence(site.directive_log));
  const bool known = std::any_of(kept.begin(), kept.end(), [&](const Evidence& one) {
    return one.size == other.size && one.root == other.root;
  });
  if (!known && kept.size() < kEvidenceKept)
    SEALKEEP_TRY(logs_->add_evidence({site.directive_log, "fork", other.size, other.root, signature,
                                      now.unix_ms, "our signature, shown by the site"}));
  // Nothing more is signed until a person enrols the site again; its records are followed as far as they go.
  site.directives_in_doubt = true;
  site.directives_owed = 0;
  grown_.insert(site.id);
  return hooks_.on_trouble({LogTrouble::Kind::Fork, site.id, other.origin, other.size,
                            "the site holds other instructions than head office signed"});
}

Intake::Outcome Intake::on_directives_back(const PeerFrame& frame, Site& site, ByteView clear, Round& round) {
  const auto identity = sync::identify_log(directive_origin(site), keys_.directive.public_key());
  SEALKEEP_LET(held, logs_->frontier(site.directive_log));
  const auto run = sync::open_change_set(clear, identity, held);
  round.dirty.insert(site.id);
  if (!run) {
    const sync::Refusal& refusal = run.error();
    if (refusal.kind == sync::RefusalKind::AlreadyHeld) return {};
    // The head is ours, and what lies under it at the site does not go on from what lies here.
    const bool differs =
        refusal.kind == sync::RefusalKind::Fork || refusal.kind == sync::RefusalKind::BadSignature;
    if (const auto session = sessions_.find(frame.peer);
        differs && session != sessions_.end() && session->second.shown) {
      const SignedHead shown = *std::exchange(session->second.shown, std::nullopt);
      session->second.hello_due_ms = INT64_MAX;
      return directives_forked(site, shown.checkpoint, shown.signature, round.now);
    }
    return fail(ErrorKind::Refused, refusal.error.code, refusal.error.what);
  }
  std::vector<ByteView> entries;
  ByteReader reader(run->entries);
  for (std::size_t i = 0; i < run->count; ++i) {
    const std::size_t length = reader.u16();
    entries.push_back(reader.raw(length));
  }
  SEALKEEP_TRY(logs_->append(site.directive_log, entries));
  SEALKEEP_LET(head, logs_->checkpoint(site.directive_log));
  SEALKEEP_ASSERT(head == run->end);
  SEALKEEP_TRY(logs_->put_signed_head(site.directive_log, head, run->signature, round.now.unix_ms));
  hooks_.on_taken_back();
  log_->info("directives_taken_back", {{"site", site.code}, {"from", run->start}, {"to", run->end.size}});
  // The next hello shows whether that was all.
  round.replies.push_back({frame.peer, refused_frame("directives.taken_back", std::nullopt, 0, true)});
  return {};
}

}  // namespace sealkeep::hub
