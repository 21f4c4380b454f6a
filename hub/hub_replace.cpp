// SPDX-License-Identifier: Apache-2.0
// A site's machine or database is lost: another one takes its place, in a new epoch with keys of its own.
#include "hub/hub_impl.hpp"
#include "hub/site_words.hpp"

namespace sealkeep::hub {

Result<sync::Invitation> OpenHub::add_site_again(std::string_view code) {
  Site* site = sites_.find(code);
  if (site == nullptr) return unknown_site(code);
  const SiteEpoch* active = site->active();
  if (active == nullptr)
    return fail(ErrorKind::Refused, "site.never_enrolled",
                "the site " + site->code + " was never enrolled, so nothing of it can be lost",
                std::string("it is ") + std::string(site_state_name(static_cast<SiteState>(site->state))),
                "site add " + site->code + " without --again");
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  SEALKEEP_LET(head, logs_.checkpoint(active->log));
  SEALKEEP_LET(cosigned, logs_.newest_cosigned_head(active->log));
  const sync::FollowedLog follows{head.origin, head.size, head.root,
                                  cosigned ? std::min(cosigned->checkpoint.size, head.size) : 0};
  sync::Invitation invitation = invitation_for(site->code, now_ms);
  invitation.epoch = site->unused_epoch();
  invitation.follows = follows;
  SEALKEEP_TRY(decide([&]() -> Result<> {
    site->next_epoch = invitation.epoch;
    site->next_keys.reset();
    site->next_instance.clear();
    site->code_hash = code_hash(invitation.code);
    site->code_expires_ms = invitation.expires_ms;
    SEALKEEP_TRY(sites_.put(*site));
    PackWriter body;
    named(body.array(8), *site).uint(invitation.epoch).str(follows.origin).uint(follows.size);
    body.bin(follows.root.bytes).uint(follows.cosigned_size).sint(invitation.expires_ms);
    SEALKEEP_TRY(journal_.append(JournalKind::SiteInvitedAgain, now_ms, body));
    return {};
  }));
  return invitation;
}

// The keys in force do not change before a person approved the new ones.
Result<sync::EnrolState> OpenHub::answer_again(Site& site, const sync::EnrolRequest& request) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  if (site.next_keys)
    return *site.next_keys == request.keys ? sync::EnrolState::Pending : sync::EnrolState::Refused;
  const sync::SiteKeys& keys = request.keys;
  const bool reused = keys.log == site.keys->log || keys.mirror == site.keys->mirror ||
                      keys.message == site.keys->message || keys.curve == site.keys->curve ||
                      keys.envelope == site.keys->envelope;
  if (now_ms >= site.code_expires_ms || reused || curve_key_is_known(keys.curve))
    return sync::EnrolState::Refused;
  SEALKEEP_TRY(decide([&]() -> Result<> {
    site.next_keys = keys;
    site.next_instance = printable(request.agent_instance, limits::kTextBytes);
    SEALKEEP_TRY(sites_.put(site));
    return note_asked(site, keys);
  }));
  return sync::EnrolState::Pending;
}

Result<> OpenHub::approve_again(Site& site, const std::string& fingerprint) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  const SiteEpoch* active = site.active();
  SEALKEEP_ASSERT(active != nullptr && site.next_keys && site.next_epoch > active->epoch);
  const std::string previous = active->identity.origin;
  SEALKEEP_LET(end, logs_.size(active->log));
  SEALKEEP_LET(directives, logs_.checkpoint(site.directive_log));
  SiteEpoch next;
  next.epoch = site.next_epoch;
  next.state = EpochState::Active;
  next.identity =
      sync::identify_log(site_name(site) + "/e" + std::to_string(next.epoch), site.next_keys->log);
  next.mirror = site.next_keys->mirror;
  SEALKEEP_LET(log, logs_.add_log({0, next.identity.origin, LogRole::Site, LogDirection::Mirrored,
                                   next.identity.key, LogState::Active}));
  next.log = log;
  SEALKEEP_TRY(logs_.freeze(active->log));
  SEALKEEP_TRY(settle_troubles(previous, now_ms));
  SEALKEEP_TRY(settle_troubles(directives.origin, now_ms));
  for (SiteEpoch& epoch : site.epochs) {
    if (epoch.state == EpochState::Pending) epoch.state = EpochState::Dropped;
    if (epoch.state != EpochState::Active) continue;
    epoch.state = EpochState::Ended;
    epoch.end_size = end;
  }
  site.keys = *site.next_keys;
  site.instance = site.next_instance;
  // Details that the lost machine had not sent yet are lost with it: they are not asked for.
  site.details_epoch = next.epoch;
  site.details_through = 0;
  site.epochs.push_back(std::move(next));
  site.forget_next();
  site.frozen = false;
  site.directives_in_doubt = false;
  site.directives_owed = 0;
  site.sessions.clear();
  site.approved_ms = now_ms;
  set_state(site, SiteState::Approved);
  SEALKEEP_TRY(sites_.put(site));
  PackWriter body;
  named(body.array(8), site).str(fingerprint).str(site.active()->identity.origin).str(previous).uint(end);
  body.uint(directives.size).bin(directives.root.bytes);
  SEALKEEP_TRY(journal_.append(JournalKind::SiteReplaced, now_ms, body));
  return {};
}

}  // namespace sealkeep::hub
