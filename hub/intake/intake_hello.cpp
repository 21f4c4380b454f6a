// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hub/intake/intake_round.hpp"

namespace sealkeep::hub {

Result<sync::LogHead> Intake::judge_head(Site& site, const SiteEpoch& epoch, const sync::LogHead& claimed,
                                         std::uint64_t& behind_by, std::optional<Owed>& owed) {
  SEALKEEP_LET(mirrored, logs_->checkpoint(epoch.log));
  const Checkpoint head{claimed.origin, claimed.size, claimed.root};
  if (claimed.size > 0) {
    if (!claimed.signature)
      return fail(ErrorKind::Refused, "hello.unsigned_head", "a hello names a head without its signature");
    SEALKEEP_TRY(verify_checkpoint(head, epoch.identity.key, *claimed.signature));
  }
  // A cosignature of more than is here counts only if it is ours over the very head that is claimed.
  std::uint64_t held = claimed.cosigned ? claimed.cosigned->size : 0;
  if (held > mirrored.size && (held != claimed.size || !verify_cosignature(head, keys_.mirror.public_key(),
                                                                           claimed.cosigned->cosignature)))
    held = 0;
  SEALKEEP_TRY(watch_lost_mirror(site, epoch, claimed, mirrored.size, owed));
  std::optional<Hash> root_at_claimed;
  if (claimed.size <= mirrored.size) {
    SEALKEEP_LET(root, logs_->root_at(epoch.log, claimed.size));
    root_at_claimed = root;
  }
  const std::int64_t now_ms = clock_->now().unix_ms;
  SEALKEEP_LET(ours, logs_->newest_signed_head(epoch.log));
  switch (sync::judge_site_head(head, held, mirrored, root_at_claimed)) {
    case sync::HeadVerdict::Consistent:
      behind_by = claimed.size - mirrored.size;
      break;
    case sync::HeadVerdict::Behind:
      SEALKEEP_TRY(hooks_.on_trouble({LogTrouble::Kind::Gap, site.id, epoch.identity.origin, claimed.size,
                                      "the site holds " + std::to_string(claimed.size) +
                                          " records, head office holds " + std::to_string(mirrored.size) +
                                          ": the site lost records, from a backup or a damaged disk"}));
      break;
    case sync::HeadVerdict::MirrorLost:
      behind_by = claimed.size > mirrored.size ? claimed.size - mirrored.size : 0;
      SEALKEEP_TRY(hooks_.on_trouble({LogTrouble::Kind::MirrorLost, site.id, epoch.identity.origin, held,
                                      "head office had confirmed " + std::to_string(held) +
                                          " records and holds " + std::to_string(mirrored.size) +
                                          ": head office lost records and takes them again"}));
      break;
    case sync::HeadVerdict::Fork: {
      SEALKEEP_LET(info, logs_->log(epoch.log));
      if (info.state != LogState::Frozen) {
        SEALKEEP_TRY(logs_->add_evidence({epoch.log, "fork", claimed.size, claimed.root, *claimed.signature,
                                          now_ms, "named by the site in a hello"}));
        if (ours)
          SEALKEEP_TRY(logs_->add_evidence({epoch.log, "fork", ours->checkpoint.size, ours->checkpoint.root,
                                            ours->signature, now_ms, "what head office holds"}));
        SEALKEEP_TRY(logs_->freeze(epoch.log));
      }
      SEALKEEP_TRY(hooks_.on_trouble({LogTrouble::Kind::Fork, site.id, epoch.identity.origin, claimed.size,
                                      "the site's key signed two histories of its first " +
                                          std::to_string(claimed.size) + " records; both are kept"}));
      break;
    }
  }
  sync::LogHead answer;
  answer.origin = epoch.identity.origin;
  answer.role = sync::SyncedRole::Site;
  answer.size = mirrored.size;
  answer.root = mirrored.root;
  if (mirrored.size > 0 && ours && ours->checkpoint.size == mirrored.size) answer.signature = ours->signature;
  SEALKEEP_LET(newest, logs_->newest_cosigned_head(epoch.log));
  if (newest) answer.cosigned = sync::HeldCosignature{newest->checkpoint.size, newest->cosignature};
  return answer;
}

Result<std::optional<sync::LogHead>> Intake::directive_head(Site& site, const sync::Hello& hello,
                                                            Session& session) {
  std::optional<sync::MirrorSender>& sender = session.directives;
  sender.reset();
  session.shown.reset();
  if (site.directive_log == 0) return std::optional<sync::LogHead>{};
  SEALKEEP_LET(own, logs_->checkpoint(site.directive_log));
  sync::LogHead answer;
  answer.origin = own.origin;
  answer.role = sync::SyncedRole::Directive;
  answer.size = own.size;
  answer.root = own.root;
  if (own.size > 0) answer.signature = sign_checkpoint(own, keys_.directive);
  const auto named = std::find_if(hello.logs.begin(), hello.logs.end(),
                                  [&](const sync::LogHead& head) { return head.origin == own.origin; });
  if (named != hello.logs.end() && named->role == sync::SyncedRole::Directive) {
    if (named->size > own.size) {
      SEALKEEP_TRY(ask_back(site, own, *named, session, answer));
    } else {
      SEALKEEP_LET(root, logs_->root_at(site.directive_log, named->size));
      if (root != named->root) {
        const Checkpoint other{own.origin, named->size, named->root};
        const bool ours =
            named->signature &&
            verify_checkpoint(other, keys_.directive.public_key(), *named->signature).has_value();
        if (ours) {
          SEALKEEP_TRY(directives_forked(site, other, *named->signature, clock_->now()));
        } else {
          SEALKEEP_TRY(hooks_.on_trouble({LogTrouble::Kind::Fork, site.id, own.origin, named->size,
                                          "the site holds other instructions than head office signed"}));
        }
      } else {
        SEALKEEP_TRY(directives_agree(site, own));
        sender.emplace(own.size);
        sender->on_peer_head(named->size, named->window_bytes);
        const Checkpoint held{own.origin, named->size, named->root};
        SEALKEEP_LET(newest, logs_->newest_cosigned_head(site.directive_log));
        if (named->cosigned && named->cosigned->size == named->size && named->size > 0 &&
            (!newest || newest->checkpoint.size < named->size) &&
            verify_cosignature(held, site.keys->mirror, named->cosigned->cosignature))
          SEALKEEP_TRY(logs_->put_cosignature(site.directive_log, held,
                                              sign_checkpoint(held, keys_.directive),
                                              named->cosigned->cosignature));
      }
    }
  }
  SEALKEEP_LET(newest, logs_->newest_cosigned_head(site.directive_log));
  if (newest) answer.cosigned = sync::HeldCosignature{newest->checkpoint.size, newest->cosignature};
  return std::optional(std::move(answer));
}

Result<> Intake::watch_clones(Site& site, const PeerFrame& frame, const sync::Hello& hello) {
  const SiteEpoch* active = site.active();
  if (active == nullptr) return {};
  // Who does not write the log that is mirrored now was put back to before it, and takes no part in it.
  const bool writes_it = std::any_of(hello.logs.begin(), hello.logs.end(), [&](const sync::LogHead& head) {
    return head.origin == active->identity.origin;
  });
  if (!writes_it) return {};
  const auto clone = clones_.observe(active->identity.id, {hello.boot_no, hello.session});
  site.sessions = clones_.remembered(active->identity.id);
  if (!clone) return {};
  const Session* earlier = session_of(site.id);
  const auto words = [](const sync::CloneWatch::Seen& seen) {
    return "session " + hex(seen.session.bytes) + " (start " + std::to_string(seen.boot_no) + ")";
  };
  site.frozen = true;
  return hooks_.on_trouble({LogTrouble::Kind::Clone, site.id, active->identity.origin, 0,
                            "two machines use this site's key: " + words(clone->earlier) +
                                (earlier != nullptr ? " at " + printable(earlier->address) : std::string()) +
                                " and " + words(clone->later) + " at " + printable(frame.address)});
}

Intake::Outcome Intake::on_hello(const PeerFrame& frame, Site& site, ByteView body, Round& round) {
  SEALKEEP_LET(opened, open_from(site, body, sync::kHelloPurpose));
  SEALKEEP_LET(hello, sync::decode_hello(opened.body));
  sync::HelloAnswer answer;
  answer.session = hello.session;
  answer.now_ms = std::max<std::int64_t>(round.now.unix_ms, 0);
  std::uint64_t behind_by = 0, claimed_size = 0;
  std::optional<Owed> owed;
  const SiteEpoch* active = site.active();
  for (const sync::LogHead& claimed : hello.logs) {
    if (claimed.role != sync::SyncedRole::Site) continue;
    const SiteEpoch* epoch = site.by_origin(claimed.origin);
    if (epoch == nullptr) continue;
    std::uint64_t behind = 0;
    std::optional<Owed> owed_of_it;
    SEALKEEP_LET(head, judge_head(site, *epoch, claimed, behind, owed_of_it));
    if (epoch == active) {
      behind_by = behind;
      owed = std::move(owed_of_it);
      claimed_size = claimed.size;
    }
    answer.logs.push_back(std::move(head));
  }
  SEALKEEP_TRY(watch_clones(site, frame, hello));

  if (const auto before = by_site_.find(site.id); before != by_site_.end() && before->second != frame.peer) {
    const Bytes peer = before->second;
    peer_gone(peer);
  }
  Session& session = sessions_[frame.peer];
  if (session.no == 0) session.no = next_session_++;
  session.site = site.id;
  session.peer = frame.peer;
  session.address = frame.address;
  session.session = hello.session;
  session.claimed_size = claimed_size;
  session.owed = std::move(owed);
  session.hello_due_ms = INT64_MAX;
  session.asked_ms.reset();
  by_site_[site.id] = frame.peer;

  SEALKEEP_LET(directives, directive_head(site, hello, session));
  if (directives && answer.logs.size() < limits::kLogsPerHello) answer.logs.push_back(std::move(*directives));
  const auto grant = credits_.greet(session.no, behind_by > 0 && !site.frozen, round.now.mono_ms, *random_);
  if (grant.retry_after_ms > 0) {
    answer.retry_after_ms = grant.retry_after_ms;
    answer.logs.clear();
  }
  for (sync::LogHead& head : answer.logs)
    if (active != nullptr && head.origin == active->identity.origin && !site.frozen)
      head.window_bytes = std::min<std::uint64_t>(grant.window_bytes, limits::kSiteCreditBytes);

  site.heard_ms = round.now.unix_ms;
  site.drift_ms = hello.now_ms - round.now.unix_ms;
  site.software = printable(hello.software, limits::kTextBytes);
  round.dirty.insert(site.id);
  heard_.insert(site.id);
  ask_.insert(site.id);
  pictures_->connected(site.id);
  log_->info("hello", {{"site", site.code},
                       {"address", frame.address},
                       {"software", site.software},
                       {"behind_by", behind_by},
                       {"retry_after_ms", answer.retry_after_ms}});
  round.replies.push_back(
      {frame.peer, sync::make_frame(sync::MessageType::HelloAnswer,
                                    sync::sign_message(sync::kHelloAnswerPurpose, hub_, site_name(site),
                                                       encode(answer), keys_.message))});
  return {};
}

}  // namespace sealkeep::hub
