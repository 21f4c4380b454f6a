// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/restated.hpp"
#include "hub/intake/intake_round.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kDetailsPerQuestion = 256;
constexpr std::int64_t kQuestionTimeoutMs = 60'000;
constexpr std::int64_t kAskEveryMs = 1'000;

// The epoch's number in "<prefix>/e<N>".
std::optional<std::uint32_t> epoch_number(std::string_view origin, const std::string& prefix) {
  const auto number = ses::epoch_of(origin);
  return number && origin == prefix + std::to_string(*number) ? number : std::nullopt;
}

}  // namespace

Intake::Outcome Intake::on_status(Site& site, ByteView body, Round& round) {
  SEALKEEP_LET(opened, open_from(site, body, sync::kStatusPurpose));
  SEALKEEP_LET(status, sync::decode_status(opened.body));
  const SiteEpoch* epoch = site.by_origin(status.origin);
  if (epoch == nullptr)
    return fail(ErrorKind::Refused, "status.other_log", "a status speaks of a log that is not this site's");
  site.heard_ms = round.now.unix_ms;
  round.dirty.insert(site.id);
  heard_.insert(site.id);
  if (epoch->state != EpochState::Active) return {};
  if (Session* session = session_of(site.id))
    session->claimed_size = std::max(session->claimed_size, status.size);
  status.recorded_until_ms = std::min(status.recorded_until_ms, round.now.unix_ms);
  statuses_[site.id] = std::move(status);
  return note_watermark(site, round);
}

// A status counts once every entry that it speaks of is here.
Result<> Intake::note_watermark(Site& site, Round& round) {
  const auto found = statuses_.find(site.id);
  if (found == statuses_.end()) return {};
  const sync::Status& status = found->second;
  const SiteEpoch* epoch = site.by_origin(status.origin);
  if (epoch == nullptr || epoch->state != EpochState::Active) {
    statuses_.erase(found);
    return {};
  }
  SEALKEEP_LET(size, logs_->size(epoch->log));
  if (status.size > size) return {};
  SEALKEEP_LET(root, logs_->root_at(epoch->log, status.size));
  if (root == status.root && status.recorded_until_ms > site.watermark_ms) {
    site.watermark_ms = status.recorded_until_ms;
    site.watermark_epoch = epoch->epoch;
    site.watermark_size = status.size;
    round.dirty.insert(site.id);
    heard_.insert(site.id);
  }
  statuses_.erase(found);
  return {};
}

Intake::Outcome Intake::on_epoch_offer(Site& site, ByteView body, Round& round) {
  SEALKEEP_LET(opened, open_from(site, body, sync::kEpochOfferPurpose));
  SEALKEEP_LET(offer, sync::decode_epoch_offer(opened.body));
  const auto number = epoch_number(offer.origin, site_name(site) + "/e");
  const SiteEpoch* active = site.active();
  // The site goes on offering until an answer to its hello names the new log: a refusal would overtake that
  // answer.
  if (const SiteEpoch* known = site.by_origin(offer.origin);
      known != nullptr && known->identity.key == offer.key)
    return {};
  if (!number || active == nullptr || *number <= active->epoch)
    return fail(ErrorKind::Refused, "epoch_offer.origin", "a site offers a log that cannot be its next one");
  // Any earlier log of the site will do. One that was put back once more knows nothing of the epochs after
  // its copy: what it ended may have ended here too, have been offered only, or be unknown to a hub that was
  // put back itself. A refusal would come again with every hello; a person decides.
  const auto previous = epoch_number(offer.previous_origin, site_name(site) + "/e");
  if (!previous || *previous >= *number)
    return fail(ErrorKind::Refused, "epoch_offer.previous",
                "a site offers a log that follows none of its earlier ones");
  // Another machine was invited to write this log. A refusal would overtake the answer to the hello, as
  // above.
  if (site.next_epoch == *number) {
    log_->warn("epoch_offer_passed_over", {{"site", site.code}, {"log", offer.origin}});
    return {};
  }
  SiteEpoch epoch;
  epoch.epoch = *number;
  epoch.identity = sync::identify_log(offer.origin, offer.key);
  const SiteEpoch* pending = site.pending();
  if (pending != nullptr && pending->identity.id == epoch.identity.id) return {};  // as with every hello
  // The number stays taken: the site made a key for it.
  for (SiteEpoch& e : site.epochs)
    if (e.state == EpochState::Pending) e.state = EpochState::Dropped;
  std::erase_if(site.epochs, [&](const SiteEpoch& e) { return e.epoch == *number; });
  epoch.mirror = site.keys->mirror;
  site.epochs.push_back(std::move(epoch));
  site.heard_ms = round.now.unix_ms;
  round.dirty.insert(site.id);
  return hooks_.on_epoch_offered(site, offer);
}

Intake::Outcome Intake::on_details(const PeerFrame& frame, Site& site, ByteView body, Round& round) {
  SEALKEEP_LET(clear, envelope::open(body, keys_.envelope));
  SEALKEEP_LET(details, sync::decode_details(clear));
  const SiteEpoch* epoch = site.by_wire(details.log);
  if (epoch == nullptr)
    return fail(ErrorKind::Refused, "details.other_log", "details of a log that is not this site's");
  // A site that was put back from a copy may hold other entries, or none, where an ended log goes on here:
  // what it answers then settles that the details are gone. Else its other records would never be asked for
  // theirs.
  const bool ended = epoch->state == EpochState::Ended;
  bool settled = false;
  for (const sync::DetailItem& item : details.items) {
    SEALKEEP_LET(known, details_->get(epoch->log, item.index, item.n));
    if (!known || known->state != DetailState::Wanted) continue;
    settled = true;
    const bool of_kind = static_cast<std::uint8_t>(known->ref.kind) == item.kind;
    const auto put = of_kind ? details_->put(epoch->log, known->ref, item.salt, item.bytes)
                             : Result<>(fail(ErrorKind::Refused, "detail.wrong",
                                             "a detail of another kind than its entry says"));
    if (put && known->ref.kind == ses::DetailKind::Picture)
      SEALKEEP_TRY(pictures_->words_came(site.id, epoch->log, known->ref, item.bytes));
    if (put) continue;
    if (!ended || put.error().code != "detail.wrong") return put;
    SEALKEEP_TRY(details_->erase(epoch->log, item.index, item.n));
  }
  for (const sync::DetailRef& missing : details.missing) {
    SEALKEEP_LET(known, details_->get(epoch->log, missing.index, missing.n));
    if (!known || known->state != DetailState::Wanted) continue;
    settled = true;
    SEALKEEP_TRY(details_->erase(epoch->log, missing.index, missing.n));
  }
  if (ended && !settled) {
    SEALKEEP_LET(left, details_->wanted(epoch->log, details.from, details.to, kDetailsPerQuestion));
    for (const DetailRef& ref : left) SEALKEEP_TRY(details_->erase(epoch->log, ref.index, ref.n));
  }
  // An answer that settled nothing is not asked for again at once: that would go round and round.
  if (settled || ended) {
    if (const auto session = sessions_.find(frame.peer); session != sessions_.end())
      session->second.asked_ms.reset();
    ask_.insert(site.id);
  }
  site.heard_ms = round.now.unix_ms;
  round.dirty.insert(site.id);
  return {};
}

Intake::Outcome Intake::on_picture_piece(Site& site, ByteView body) {
  SEALKEEP_LET(clear, envelope::open(body, keys_.envelope));
  SEALKEEP_LET(piece, sync::decode_picture_piece(clear));
  const SiteEpoch* epoch = site.by_wire(piece.log);
  if (epoch == nullptr || epoch->log == 0)
    return fail(ErrorKind::Refused, "picture.other_log", "a picture beside a log that is not this site's");
  pictures_->take(site.id, epoch->log, std::move(piece));
  return {};
}

Intake::Outcome Intake::on_cosigned(Site& site, ByteView body, Round& round) {
  SEALKEEP_LET(cosigned, sync::decode_cosigned(body));
  const auto identity = sync::identify_log(directive_origin(site), keys_.directive.public_key());
  if (site.directive_log == 0 || cosigned.log != identity.id)
    return fail(ErrorKind::Refused, "cosigned.other_log",
                "a cosignature of a log that is not this site's directives");
  SEALKEEP_LET(size, logs_->size(site.directive_log));
  if (cosigned.size > size)
    return fail(ErrorKind::Refused, "cosigned.beyond", "a cosignature of more directives than were issued");
  SEALKEEP_LET(root, logs_->root_at(site.directive_log, cosigned.size));
  const Checkpoint head{identity.origin, cosigned.size, root};
  SEALKEEP_TRY(verify_cosignature(head, site.keys->mirror, cosigned.cosignature));
  SEALKEEP_LET(newest, logs_->newest_cosigned_head(site.directive_log));
  if (cosigned.size > 0 && (!newest || newest->checkpoint.size < cosigned.size))
    SEALKEEP_TRY(logs_->put_cosignature(site.directive_log, head, sign_checkpoint(head, keys_.directive),
                                        cosigned.cosignature));
  if (Session* session = session_of(site.id);
      session != nullptr && session->directives && cosigned.size <= session->directives->own_size())
    static_cast<void>(
        session->directives->on_cosigned(cosigned.size, cosigned.window_bytes, round.now.mono_ms));
  return {};
}

Intake::Outcome Intake::on_refused(Site& site, ByteView body) {
  SEALKEEP_LET(refused, sync::decode_refused(body));
  log_->warn("site_refused", {{"site", site.code}, {"code", printable(refused.code)}});
  if (Session* session = session_of(site.id); session != nullptr && session->directives && refused.log) {
    const std::int64_t now_ms = clock_->now().mono_ms;
    session->directives->on_refused(refused.retry_after_ms, refused.rehello, now_ms, *random_);
    if (refused.rehello) session->hello_due_ms = std::min(session->hello_due_ms, now_ms);
  }
  return {};
}

Result<std::vector<PeerReply>> Intake::outgoing() {
  std::vector<PeerReply> out;
  const std::int64_t now_ms = clock_->now().mono_ms;
  for (auto& [peer, session] : sessions_) {
    // Only a hello tells where the site stands when it took no directives, or gave no answer.
    const auto unanswered = session.directives ? session.directives->rehello_at_ms() : std::nullopt;
    if (session.hello_due_ms <= now_ms || (unanswered && *unanswered <= now_ms)) {
      if (session.directives) session.directives->on_disconnected();
      out.push_back({peer, refused_frame("directives.unanswered", std::nullopt, 0, true)});
      session.hello_due_ms = now_ms + sync::kAnswerTimeoutMs;
    }
    while (true) {
      SEALKEEP_LET(frame, next_directives(session));
      if (!frame) break;
      out.push_back({peer, std::move(*frame)});
    }
  }
  const std::set<RegisterId> ask = std::exchange(ask_, {});
  for (const RegisterId id : ask) {
    Session* session = session_of(id);
    if (session == nullptr) continue;
    SEALKEEP_LET(frame, next_question(*session));
    if (frame) out.push_back({session->peer, std::move(*frame)});
  }
  SEALKEEP_TRY(ask_for_pictures(out));
  return out;
}

// Every fact that the site has is here and folded, and every detail that those commit to.
bool Intake::owes_nothing(RegisterId id) {
  const Session* session = session_of(id);
  const Site* site = sites_->find(id);
  if (session == nullptr || site == nullptr || site->frozen || session->asked_ms || ask_.contains(id))
    return false;
  const SiteEpoch* active = site->active();
  const auto folded = folded_.find(id);
  if (active == nullptr || folded == folded_.end() || folded->second.first != active->epoch) return false;
  const auto size = logs_->size(active->log);
  return size && *size >= session->claimed_size && folded->second.second >= *size;
}

Result<> Intake::ask_for_pictures(std::vector<PeerReply>& out) {
  SEALKEEP_LET(asks, pictures_->next([this](RegisterId id) { return owes_nothing(id); }));
  for (const PictureAsk& ask : asks) {
    const Site& site = *sites_->find(ask.site);
    const auto epoch = std::find_if(site.epochs.begin(), site.epochs.end(),
                                    [&](const SiteEpoch& one) { return one.log == ask.place.log; });
    if (epoch == site.epochs.end()) continue;
    const sync::WantPicture want{epoch->identity.id, ask.place.index, ask.place.n, ask.from};
    out.push_back({by_site_.at(ask.site), sync::make_frame(sync::MessageType::WantPicture, encode(want))});
  }
  return {};
}

Result<std::optional<Bytes>> Intake::next_directives(Session& session) {
  if (!session.directives) return std::optional<Bytes>{};
  const Now now = clock_->now();
  const auto order = session.directives->next(now.mono_ms);
  if (!order) return std::optional<Bytes>{};
  const Site& site = *sites_->find(session.site);
  sync::ChangeSetBuilder builder(order->start, order->max_entries, order->max_bytes);
  SEALKEEP_LET(visited, logs_->read_entries(site.directive_log, order->start, order->max_entries,
                                            order->max_bytes, [&](std::uint64_t, ByteView entry) -> Result<> {
                                              static_cast<void>(builder.add(entry));
                                              return {};
                                            }));
  if (visited == 0 || builder.count() == 0) return std::optional<Bytes>{};
  SEALKEEP_LET(root, logs_->root_at(site.directive_log, builder.end()));
  const Checkpoint head{directive_origin(site), builder.end(), root};
  const auto identity = sync::identify_log(head.origin, keys_.directive.public_key());
  const Bytes clear = builder.finish(identity, head, sign_checkpoint(head, keys_.directive));
  session.directives->on_sent(builder.end(), builder.raw_bytes(), now.mono_ms, *random_);
  return std::optional(
      sync::make_frame(sync::MessageType::ChangeSet, envelope::seal(clear, site.keys->envelope, *random_)));
}

// Asks for the next details that are wanted, or, when none is, says through where all are here.
Result<std::optional<Bytes>> Intake::next_question(Session& session) {
  const std::int64_t now_ms = clock_->now().mono_ms;
  if (session.asked_ms && now_ms - *session.asked_ms < kQuestionTimeoutMs) return std::optional<Bytes>{};
  Site& site = *sites_->find(session.site);
  const auto folded = folded_.find(site.id);
  if (folded == folded_.end()) return std::optional<Bytes>{};
  for (const SiteEpoch& epoch : site.epochs) {
    if (epoch.log == 0 || epoch.epoch < site.details_epoch || epoch.epoch > folded->second.first) continue;
    const std::uint64_t from = epoch.epoch == site.details_epoch ? site.details_through : 0;
    const std::uint64_t end = epoch.epoch == folded->second.first ? folded->second.second : epoch.end_size;
    if (from >= end) continue;
    SEALKEEP_LET(wanted, details_->wanted(epoch.log, from, end, kDetailsPerQuestion));
    if (!wanted.empty() && now_ms < session.ask_again_ms) {
      ask_.insert(session.site);
      return std::optional<Bytes>{};
    }
    if (!wanted.empty()) {
      session.asked_ms = now_ms;
      // A few at a time would cost more in frames than they are; a backlog goes on at once.
      session.ask_again_ms = wanted.size() < kDetailsPerQuestion ? now_ms + kAskEveryMs : 0;
      const sync::WantDetails want{epoch.identity.id, wanted.front().index, wanted.back().index + 1};
      return std::optional(sync::make_frame(sync::MessageType::WantDetails, encode(want)));
    }
    if (session.said_ms && now_ms - *session.said_ms < kSayHeldEveryMs) {
      session.to_say = true;
      continue;
    }
    if (site.directives_held_back()) continue;  // said once they are complete
    ses::DetailsHeld held{epoch.epoch, end, {}};
    bool any = false;
    {
      SEALKEEP_LET(query, db_->prepare("SELECT idx, n, state FROM detail WHERE log_id = ? AND idx >= ? AND "
                                       "idx < ? ORDER BY idx, n"));
      SEALKEEP_LET(rows, query.query(epoch.log, from, end));
      while (true) {
        SEALKEEP_LET(there, rows.next());
        if (!there) break;
        any = true;
        if (rows.int64(2) != static_cast<int>(DetailState::Erased)) continue;
        if (held.missing.size() == 500) {
          held.through = rows.uint64(0);
          while (!held.missing.empty() && held.missing.back().index >= held.through) held.missing.pop_back();
          break;
        }
        held.missing.push_back({rows.uint64(0), static_cast<std::uint8_t>(rows.int64(1))});
      }
    }
    if (held.through <= from) held.through = end;  // one entry has at most limits::kDetailsPerEntry of them
    auto done = db_->transaction([&]() -> Result<> {
      if (any) SEALKEEP_TRY(hooks_.issue(site, held));
      site.details_epoch = epoch.epoch;
      site.details_through = held.through;
      return sites_->put(site);
    });
    if (!done) {
      const Error error = done.error();
      if (!db_->failed()) SEALKEEP_TRY(sites_->reload());
      if (error.kind != ErrorKind::Full) return tl::unexpected<Error>(error);
      // Said once there is room.
      log_->error("disk_full", {{"next", error.next}});
      session.to_say = true;
      session.said_ms = now_ms;
      return std::optional<Bytes>{};
    }
    session.to_say = false;
    session.said_ms = now_ms;
    if (any) {
      SEALKEEP_LET(size, logs_->size(site.directive_log));
      directives_grew(site.id, size);
    }
  }
  return std::optional<Bytes>{};
}

}  // namespace sealkeep::hub
