// SPDX-License-Identifier: Apache-2.0
#include "hub/intake/intake.hpp"

#include <algorithm>

#include "hub/intake/intake_round.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::uint64_t kStrangerRetryMs = 60'000;
constexpr std::uint64_t kPersonDecidesMs = sync::kRetryAfterMs;
constexpr std::uint64_t kDiskFullRetryMs = 30'000;

}  // namespace

Intake::Intake(std::string hub, Clock& clock, Random& random, Logger& log, Db& db, LogStore& logs,
               DetailStore& details, SiteBook& sites, PictureDesk& pictures, IntakeKeys keys,
               IntakeHooks hooks)
    : hub_(std::move(hub)),
      clock_(&clock),
      random_(&random),
      log_(&log),
      db_(&db),
      logs_(&logs),
      details_(&details),
      sites_(&sites),
      pictures_(&pictures),
      keys_(keys),
      hooks_(std::move(hooks)) {
  for (const auto& [id, site] : sites_->all())
    if (const SiteEpoch* active = site.active()) clones_.restore(active->identity.id, site.sessions);
}

Result<std::vector<PeerReply>> Intake::on_frames(std::span<const PeerFrame> frames) {
  Round round;
  round.now = clock_->now();
  auto stored = db_->transaction([&]() -> Result<> {
    for (const PeerFrame& frame : frames) {
      Site* site = sites_->approved(frame.curve_key);
      if (site == nullptr) {
        round.replies.push_back(
            {frame.peer, refused_frame("site.not_approved", std::nullopt, kStrangerRetryMs, true)});
        continue;
      }
      auto taken = take(frame, *site, round);
      if (taken) continue;
      if (!is_peers_fault(taken.error())) return taken;
      log_->warn("message_refused", {{"site", site->code},
                                     {"address", frame.address},
                                     {"code", taken.error().code},
                                     {"why", taken.error().why}});
      round.replies.push_back(
          {frame.peer, refused_frame(taken.error().code, std::nullopt, sync::kBusyRetryMs, true)});
    }
    for (const RegisterId id : round.dirty) SEALKEEP_TRY(sites_->put(*sites_->find(id)));
    return {};
  });
  if (!stored) {
    const Error error = stored.error();
    if (!db_->failed()) SEALKEEP_TRY(sites_->reload());
    if (error.kind != ErrorKind::Full) return tl::unexpected<Error>(error);
    log_->error("disk_full", {{"next", error.next}});
    std::vector<PeerReply> replies;
    for (const PeerFrame& frame : frames)
      replies.push_back({frame.peer, refused_frame(error.code, std::nullopt, kDiskFullRetryMs, true)});
    return replies;
  }
  for (auto& [key, ack] : round.acks) {
    const auto session = sessions_.find(ack.peer);
    std::uint64_t window = 0;
    if (session != sessions_.end())
      window = credits_.renew(session->second.no, session->second.claimed_size > ack.size, round.now.mono_ms);
    const sync::Cosigned cosigned{ack.epoch->identity.id, ack.size, ack.cosignature, window};
    round.replies.push_back(
        {std::move(ack.peer), sync::make_frame(sync::MessageType::Cosigned, encode(cosigned))});
  }
  return std::move(round.replies);
}

Intake::Outcome Intake::take(const PeerFrame& frame, Site& site, Round& round) {
  SEALKEEP_LET(message, sync::read_frame(frame.frame));
  if (const auto session = sessions_.find(frame.peer); session != sessions_.end()) {
    if (session->second.site != site.id)
      return fail(ErrorKind::Refused, "session.other_site", "a connection speaks for two sites");
    credits_.heard(session->second.no, round.now.mono_ms);
  }
  switch (message.type) {
    case sync::MessageType::Hello:
      return on_hello(frame, site, message.body, round);
    case sync::MessageType::ChangeSet:
      return on_change_set(frame, site, message.body, round);
    case sync::MessageType::Status:
      // A session that ended here alone (a full queue) goes unnoticed by a site that has nothing else to say.
      if (!sessions_.contains(frame.peer))
        round.replies.push_back({frame.peer, refused_frame("session.hello_first", std::nullopt, 0, true)});
      return on_status(site, message.body, round);
    case sync::MessageType::EpochOffer:
      return on_epoch_offer(site, message.body, round);
    case sync::MessageType::Details:
      return on_details(frame, site, message.body, round);
    case sync::MessageType::PicturePiece:
      return on_picture_piece(site, message.body);
    case sync::MessageType::Cosigned:
      return on_cosigned(site, message.body, round);
    case sync::MessageType::Refused:
      return on_refused(site, message.body);
    default:
      return bad_input("message.malformed", "a site sent a message that only a hub sends");
  }
}

Result<sync::SignedBody> Intake::open_from(const Site& site, ByteView body, std::string_view purpose) const {
  const std::string name = site_name(site);
  return sync::open_signed(
      body, purpose,
      [&](std::string_view sender) -> std::optional<PublicKey> {
        if (sender != name) return std::nullopt;
        return site.keys->message;
      },
      hub_);
}

Intake::Outcome Intake::on_change_set(const PeerFrame& frame, Site& site, ByteView body, Round& round) {
  const auto refuse = [&](std::string_view code, std::optional<sync::WireLogId> log, std::uint64_t retry_ms,
                          bool rehello) {
    log_->warn("change_set_refused", {{"site", site.code}, {"address", frame.address}, {"code", code}});
    round.replies.push_back({frame.peer, refused_frame(code, log, retry_ms, rehello)});
  };
  const auto session = sessions_.find(frame.peer);
  if (session == sessions_.end()) {
    refuse("session.hello_first", std::nullopt, 0, true);
    return {};
  }
  SEALKEEP_LET(clear, envelope::open(body, keys_.envelope));
  SEALKEEP_LET(header, sync::read_change_set_header(clear));
  const SiteEpoch* epoch = site.by_wire(header.log);
  if (epoch == nullptr && site.directive_log != 0 &&
      header.log == sync::identify_log(directive_origin(site), keys_.directive.public_key()).id)
    return on_directives_back(frame, site, clear, round);
  if (epoch == nullptr)
    return fail(ErrorKind::Refused, "change_set.other_log", "a change set of a log that is not this site's");
  if (site.frozen || epoch->state != EpochState::Active) {
    refuse(site.frozen ? "site.clone" : "log.ended", header.log, kPersonDecidesMs, false);
    return {};
  }
  SEALKEEP_LET(mirrored, logs_->frontier(epoch->log));
  auto run = sync::open_change_set(clear, epoch->identity, mirrored);
  if (!run) {
    const sync::Refusal& refusal = run.error();
    if (refusal.kind == sync::RefusalKind::AlreadyHeld) {
      SEALKEEP_LET(newest, logs_->newest_cosigned_head(epoch->log));
      if (newest)
        round.acks[{frame.peer, epoch->log}] =
            Ack{frame.peer, epoch, newest->cosignature, newest->checkpoint.size};
      return {};
    }
    if (refusal.kind == sync::RefusalKind::Fork && refusal.claimed) {
      SEALKEEP_LET(kept, logs_->evidence(epoch->log));
      const bool known = std::any_of(kept.begin(), kept.end(), [&](const Evidence& e) {
        return e.size == refusal.claimed->size && e.root == refusal.claimed->root;
      });
      if (!known && kept.size() < kEvidenceKept)
        SEALKEEP_TRY(logs_->add_evidence({epoch->log, "change_set.fork", refusal.claimed->size,
                                          refusal.claimed->root, refusal.signature, round.now.unix_ms,
                                          "signed root differs from that of the entries"}));
    }
    refuse(refusal.error.code, header.log, 0, refusal.kind != sync::RefusalKind::Malformed);
    return {};
  }
  SEALKEEP_LET(lost_range, judge_lost_range(site, *epoch, mirrored, *run, session->second, round.now));
  if (lost_range == LostRange::Forked) {
    refuse("log.frozen", header.log, kPersonDecidesMs, false);
    return {};
  }
  const auto now_s = static_cast<std::uint64_t>(std::max<std::int64_t>(round.now.unix_ms, 0)) / 1000;
  const Cosignature cosignature = make_cosignature(run->end, now_s, keys_.mirror);
  auto stored = logs_->append_run(epoch->log, {run->start, run->count, run->entries, run->leaf_hashes},
                                  run->end, run->signature, cosignature, round.now.unix_ms);
  if (!stored) {
    if (stored.error().code != "log.frozen") return tl::unexpected<Error>(std::move(stored).error());
    refuse("log.frozen", header.log, kPersonDecidesMs, false);
    return {};
  }
  if (lost_range == LostRange::Back)
    SEALKEEP_TRY(mirror_is_back(site, epoch->identity.origin, run->end.size));
  round.acks[{frame.peer, epoch->log}] = Ack{frame.peer, epoch, cosignature, run->end.size};
  session->second.claimed_size = std::max(session->second.claimed_size, run->end.size);
  site.heard_ms = round.now.unix_ms;
  round.dirty.insert(site.id);
  grown_.insert(site.id);
  heard_.insert(site.id);
  return note_watermark(site, round);
}

void Intake::peer_gone(ByteView peer) {
  const auto found = sessions_.find(to_bytes(peer));
  if (found == sessions_.end()) return;
  credits_.drop(found->second.no);
  if (const auto current = by_site_.find(found->second.site);
      current != by_site_.end() && current->second == found->first) {
    pictures_->gone(found->second.site);
    by_site_.erase(current);
  }
  sessions_.erase(found);
}

void Intake::forget(RegisterId site) {
  if (const auto current = by_site_.find(site); current != by_site_.end()) {
    const Bytes peer = current->second;
    peer_gone(peer);
  }
  statuses_.erase(site);
  ask_.erase(site);
}

void Intake::decided(RegisterId id) {
  const Site* site = sites_->find(id);
  if (site == nullptr) return;
  if (const SiteEpoch* active = site->active()) clones_.restore(active->identity.id, site->sessions);
  statuses_.erase(id);
}

Intake::Session* Intake::session_of(RegisterId site) {
  const auto current = by_site_.find(site);
  if (current == by_site_.end()) return nullptr;
  const auto session = sessions_.find(current->second);
  return session == sessions_.end() ? nullptr : &session->second;
}

void Intake::directives_grew(RegisterId site, std::uint64_t size) {
  if (Session* session = session_of(site); session != nullptr && session->directives)
    session->directives->on_appended(std::max(size, session->directives->own_size()));
}

void Intake::tick() {
  // A question that stays without an answer is asked again (next_question waits for its time).
  const std::int64_t now_ms = clock_->now().mono_ms;
  for (const auto& [peer, session] : sessions_) {
    const bool say = session.to_say && now_ms - *session.said_ms >= kSayHeldEveryMs;
    if (session.asked_ms || say) ask_.insert(session.site);
  }
  for (const auto no : credits_.expire(now_ms))
    for (const auto& [peer, session] : sessions_)
      if (session.no == no) {
        const Bytes silent = peer;
        peer_gone(silent);
        break;
      }
}

}  // namespace sealkeep::hub
