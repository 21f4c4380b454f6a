// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hub/hub_impl.hpp"
#include "hub/site_words.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kCodeMs = 24 * 3'600'000LL;

bool is_site_code(std::string_view code) {
  return !code.empty() && code.size() <= limits::kSiteCodeBytes &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_' || c == '.';
         });
}

}  // namespace

std::optional<sync::SiteKeys> compared_keys(const Site& site) {
  if (!site.keys || site.next_keys) return site.keys ? site.next_keys : std::nullopt;
  sync::SiteKeys keys = *site.keys;
  if (const SiteEpoch* pending = site.pending()) keys.log = pending->identity.key;
  return keys;
}

std::string fingerprint_of(const Site& site) {
  const std::optional<sync::SiteKeys> keys = compared_keys(site);
  return keys ? sync::site_fingerprint(*keys) : std::string();
}

Result<sync::Invitation> OpenHub::add_site(std::string_view code) {
  if (!is_site_code(code))
    return bad_input("site.code", "a site cannot have the code " + printable(code),
                     "a code is 1 to 32 of a-z, A-Z, 0-9, '-', '_' and '.'");
  Site* site = sites_.find(code);
  const bool again = site != nullptr && site->epochs.empty() &&
                     (is_state(*site, SiteState::Invited) || is_state(*site, SiteState::Revoked));
  if (site != nullptr && !again)
    return fail(ErrorKind::Refused, "site.exists", "there is a site with the code " + printable(code),
                std::string("it is ") + std::string(site_state_name(static_cast<SiteState>(site->state))),
                site->active() != nullptr
                    ? "If its machine or its database is lost: site add " + site->code + " --again"
                    : "See: site list");
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  sync::Invitation invitation = invitation_for(code, now_ms);
  SEALKEEP_TRY(decide([&]() -> Result<> {
    if (site == nullptr) {
      SEALKEEP_LET(added, sites_.add(code));
      site = added;
    }
    set_state(*site, SiteState::Invited);
    site->keys.reset();
    site->code_hash = code_hash(invitation.code);
    site->code_expires_ms = invitation.expires_ms;
    SEALKEEP_TRY(sites_.put(*site));
    PackWriter body;
    named(body.array(3), *site).sint(site->code_expires_ms);
    SEALKEEP_TRY(journal_.append(JournalKind::SiteAdded, now_ms, body));
    return {};
  }));
  return invitation;
}

sync::Invitation OpenHub::invitation_for(std::string_view code, std::int64_t now_ms) {
  sync::Invitation invitation;
  parts_.random.fill(invitation.code);
  invitation.hub = state_.settings.name;
  invitation.main_address = state_.settings.main_address;
  invitation.enrol_address = state_.settings.enrol_address;
  invitation.root = state_.root;
  invitation.roles = state_.roles;
  invitation.site_code = code;
  invitation.expires_ms = now_ms + kCodeMs;
  return invitation;
}

Result<Bytes> OpenHub::on_enrol_request(ByteView frame, const BoxPublicKey* curve_key) {
  if (frame.size() > limits::kEnrolMessageBytes)
    return bad_input("message.malformed", "the message is too long for an enrolment request");
  SEALKEEP_LET(message, sync::read_frame(frame));
  if (message.type != sync::MessageType::EnrolRequest)
    return bad_input("message.malformed", "the message is not an enrolment request");
  auto request = sync::decode_enrol_request(message.body, state_.settings.name);
  sync::EnrolAnswer answer;
  answer.roles = state_.roles;
  answer.state = sync::EnrolState::Refused;
  if (request) {
    SEALKEEP_LET(state, answer_request(*request, curve_key));
    answer.state = state;
  } else if (request.error().kind != ErrorKind::Refused) {
    return tl::unexpected<Error>(request.error());
  }
  if (answer.state == sync::EnrolState::Refused)
    answer.reason = "the invitation is not valid here, was used, or is over; ask head office for a new one";
  return sync::make_frame(sync::MessageType::EnrolAnswer, encode(answer));
}

// One answer for everything that is not right, so that nobody learns which sites or codes there are.
Result<sync::EnrolState> OpenHub::answer_request(const sync::EnrolRequest& request,
                                                 const BoxPublicKey* curve_key) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  Site* site = sites_.find(request.site_code);
  const Hash given = code_hash(request.code);
  const Hash expected = site != nullptr && site->code_hash ? *site->code_hash : Hash{};
  const bool code_is_right = equal_in_constant_time(given.bytes, expected.bytes);
  if (site == nullptr || !code_is_right || (is_state(*site, SiteState::Revoked) && site->next_epoch == 0))
    return sync::EnrolState::Refused;
  if (curve_key != nullptr && *curve_key != request.keys.curve) return sync::EnrolState::Refused;
  if (site->next_epoch != 0) return answer_again(*site, request);
  if (site->keys) {
    if (*site->keys != request.keys) return sync::EnrolState::Refused;
    return is_state(*site, SiteState::Approved) ? sync::EnrolState::Approved : sync::EnrolState::Pending;
  }
  if (!is_state(*site, SiteState::Invited) || now_ms >= site->code_expires_ms)
    return sync::EnrolState::Refused;
  if (curve_key_is_known(request.keys.curve)) return sync::EnrolState::Refused;
  SEALKEEP_TRY(decide([&]() -> Result<> {
    site->keys = request.keys;
    site->instance = printable(request.agent_instance, limits::kTextBytes);
    set_state(*site, SiteState::Pending);
    SEALKEEP_TRY(sites_.put(*site));
    return note_asked(*site, request.keys);
  }));
  return sync::EnrolState::Pending;
}

Result<> OpenHub::note_asked(const Site& site, const sync::SiteKeys& keys) {
  PackWriter body;
  named(body.array(4), site).str(sync::site_fingerprint(keys)).bin(sync::site_key_bytes(keys));
  SEALKEEP_TRY(journal_.append(JournalKind::SiteAsked, parts_.clock.now().unix_ms, body));
  parts_.log.info("site_asked", {{"site", site.code}, {"fingerprint", sync::site_fingerprint(keys)}});
  return {};
}

bool OpenHub::curve_key_is_known(const BoxPublicKey& key) {
  return std::any_of(sites_.all().begin(), sites_.all().end(), [&](const auto& entry) {
    const Site& site = entry.second;
    return (site.keys && site.keys->curve == key) || (site.next_keys && site.next_keys->curve == key);
  });
}

Result<SiteInfo> OpenHub::approve_site(std::string_view code, std::string_view fingerprint) {
  Site* site = sites_.find(code);
  if (site == nullptr) return unknown_site(code);
  if (!site->keys || (is_state(*site, SiteState::Revoked) && !site->next_keys))
    return fail(ErrorKind::Refused, "site.not_pending", "nobody asked for the site " + site->code, {},
                "Give the invitation to the site first");
  const std::string expected = fingerprint_of(*site);
  if (fingerprint != expected)
    return fail(ErrorKind::Refused, "site.fingerprint", "the fingerprint is not that of the keys that asked",
                "somebody else may have used the invitation", "Compare it with the site's screen once more");
  const RegisterId id = site->id;
  const bool replaced = site->next_keys.has_value();
  SEALKEEP_TRY(decide([&]() -> Result<> {
    if (site->next_keys) return approve_again(*site, expected);
    if (is_state(*site, SiteState::Pending)) return approve_first(*site, expected);
    if (const SiteEpoch* pending = site->pending()) return approve_epoch(*site, *pending, expected);
    if (site->frozen) {
      site->frozen = false;
      site->sessions.clear();
      SEALKEEP_TRY(alerts_.resolve(
          alert_id(static_cast<std::uint16_t>(AlertRule::Clone), "log:" + site->active()->identity.origin,
                   site->active()->identity.origin, 0),
          parts_.clock.now().unix_ms));
    }
    return sites_.put(*site);
  }));
  SEALKEEP_TRY(oversight_.watch(id));
  if (replaced) intake_.forget(id);
  intake_.decided(id);
  pass_on();
  return info_of(*sites_.find(id));
}

Result<> OpenHub::approve_first(Site& site, const std::string& fingerprint) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  SiteEpoch epoch;
  epoch.epoch = 1;
  epoch.state = EpochState::Active;
  epoch.identity = sync::identify_log(site_name(site) + "/e1", site.keys->log);
  epoch.mirror = site.keys->mirror;
  SEALKEEP_LET(log, logs_.add_log({0, epoch.identity.origin, LogRole::Site, LogDirection::Mirrored,
                                   site.keys->log, LogState::Active}));
  epoch.log = log;
  SEALKEEP_LET(directives,
               logs_.add_log({0, state_.settings.name + "/directive/" + site.code + "/e1", LogRole::Directive,
                              LogDirection::Written, keys_.directive.public_key(), LogState::Active}));
  site.directive_log = directives;
  site.epochs = {epoch};
  site.details_epoch = 1;
  site.approved_ms = now_ms;
  set_state(site, SiteState::Approved);
  SEALKEEP_TRY(sites_.put(site));
  SEALKEEP_TRY(append_directive(site, ses::DirectiveEpochStarted{}));
  PackWriter body;
  named(body.array(4), site).str(fingerprint).str(epoch.identity.origin);
  SEALKEEP_TRY(journal_.append(JournalKind::SiteApproved, now_ms, body));
  return {};
}

Result<> OpenHub::approve_epoch(Site& site, const SiteEpoch& pending, const std::string& fingerprint) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  const SiteEpoch* active = site.active();
  SEALKEEP_ASSERT(active != nullptr);
  const std::string previous = active->identity.origin;
  SEALKEEP_LET(end, logs_.size(active->log));
  SEALKEEP_LET(log, logs_.add_log({0, pending.identity.origin, LogRole::Site, LogDirection::Mirrored,
                                   pending.identity.key, LogState::Active}));
  SEALKEEP_TRY(logs_.freeze(active->log));
  SEALKEEP_TRY(settle_troubles(previous, now_ms));
  const std::string origin = pending.identity.origin;
  for (SiteEpoch& epoch : site.epochs) {
    if (epoch.state == EpochState::Active) {
      epoch.state = EpochState::Ended;
      epoch.end_size = end;
    } else if (epoch.state == EpochState::Pending) {
      epoch.state = EpochState::Active;
      epoch.log = log;
      site.keys->log = epoch.identity.key;
    }
  }
  // An invitation that names the epoch before, or its number, is over.
  if (site.next_epoch != 0) {
    site.forget_next();
    site.code_hash.reset();
  }
  site.frozen = false;
  site.sessions.clear();
  SEALKEEP_TRY(sites_.put(site));
  PackWriter body;
  body.array(5)
      .uint(static_cast<std::uint64_t>(site.id))
      .str(origin)
      .str(fingerprint)
      .str(previous)
      .uint(end);
  SEALKEEP_TRY(journal_.append(JournalKind::EpochApproved, now_ms, body));
  return {};
}

Result<SiteInfo> OpenHub::revoke_site(std::string_view code) {
  Site* site = sites_.find(code);
  if (site == nullptr) return unknown_site(code);
  const RegisterId id = site->id;
  if (is_state(*site, SiteState::Revoked) && site->next_epoch == 0) return info_of(*site);
  SEALKEEP_TRY(decide([&]() -> Result<> {
    Checkpoint last{site_name(*site), 0, empty_root()};
    if (const SiteEpoch* active = site->active()) {
      SEALKEEP_LET(head, logs_.checkpoint(active->log));
      last = head;
    }
    set_state(*site, SiteState::Revoked);
    site->code_hash.reset();
    site->forget_next();
    SEALKEEP_TRY(sites_.put(*site));
    PackWriter body;
    named(body.array(5), *site).str(last.origin).uint(last.size).bin(last.root.bytes);
    SEALKEEP_TRY(journal_.append(JournalKind::SiteRevoked, parts_.clock.now().unix_ms, body));
    return {};
  }));
  intake_.forget(id);
  return info_of(*sites_.find(id));
}

std::set<BoxPublicKey> OpenHub::allowed_keys() {
  std::set<BoxPublicKey> keys;
  for (const auto& [id, site] : sites_.all())
    if (is_state(site, SiteState::Approved) && site.keys) keys.insert(site.keys->curve);
  return keys;
}

// Asked again and again, by every page and by the door: one query for all of them.
Result<std::vector<SiteInfo>> OpenHub::sites() {
  SEALKEEP_LET(frozen, frozen_logs());
  std::vector<SiteInfo> out;
  out.reserve(sites_.all().size());
  for (const auto& [id, site] : sites_.all()) {
    SEALKEEP_LET(info, info_of(site, frozen));
    out.push_back(std::move(info));
  }
  return out;
}

Result<std::set<LogId>> OpenHub::frozen_logs() {
  SEALKEEP_LET(select, db_->prepare("SELECT log_id FROM log WHERE state = ?"));
  SEALKEEP_LET(rows, select.query(static_cast<int>(LogState::Frozen)));
  std::set<LogId> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.insert(rows.int64(0));
  }
}

// Hashed anew only when the keys changed.
const std::string& OpenHub::fingerprint_shown(const Site& site) {
  Fingerprint& kept = fingerprints_[site.id];
  const std::optional<sync::SiteKeys> of = compared_keys(site);
  if (of != kept.of) kept = {of, fingerprint_of(site)};
  return kept.text;
}

Result<SiteInfo> OpenHub::info_of(const Site& site) {
  SEALKEEP_LET(frozen, frozen_logs());
  return info_of(site, frozen);
}

Result<SiteInfo> OpenHub::info_of(const Site& site, const std::set<LogId>& frozen) {
  SiteInfo info;
  info.id = site.id;
  info.code = site.code;
  info.state = static_cast<SiteState>(site.state);
  info.fingerprint = fingerprint_shown(site);
  info.heard_ms = site.heard_ms;
  info.watermark_ms = site.watermark_ms;
  info.drift_ms = site.drift_ms;
  info.connected = intake_.connected(site.id);
  info.software = site.software;
  info.frozen = site.frozen;
  info.next_epoch = site.next_epoch;
  info.next_asked = site.next_keys.has_value();
  info.directives_held_back = site.directives_held_back();
  if (site.directives_owed != 0) {
    SEALKEEP_LET(here, logs_.size(site.directive_log));
    info.directives_missing = site.directives_owed > here ? site.directives_owed - here : 0;
  }
  if (const SiteEpoch* active = site.active()) {
    info.epoch = active->epoch;
    SEALKEEP_LET(size, logs_.size(active->log));
    info.mirrored_size = size;
    info.frozen = info.frozen || frozen.contains(active->log);
    const Oversight::Cursor cursor = oversight_.cursor(site.id);
    info.folded_size = cursor.epoch == active->epoch ? cursor.next_index : 0;
  }
  if (const SiteEpoch* pending = site.pending()) info.pending_epoch = pending->epoch;
  return info;
}

PackWriter encode(const DataExport& data) {
  PackWriter body;
  body.array(9).uint(static_cast<std::uint64_t>(data.site)).str(data.what).str(data.by).str(data.whom);
  body.sint(data.from_ms).sint(data.until_ms).bin(data.file.bytes);
  body.uint(data.records).boolean(data.with_names);
  return body;
}

Result<DataExport> decode_data_export(ByteView body) {
  PackReader in(body);
  in.array(9);
  DataExport data;
  data.site = static_cast<RegisterId>(in.uint(INT64_MAX));
  data.what = in.str(kExportTextBytes);
  data.by = in.str(kExportTextBytes);
  data.whom = in.str(kExportTextBytes);
  data.from_ms = in.sint();
  data.until_ms = in.sint();
  data.file.bytes = in.fixed<32>();
  data.records = in.uint();
  data.with_names = in.boolean();
  SEALKEEP_TRY(in.finish());
  return data;
}

Result<> OpenHub::note_export(const DataExport& data) {
  return note(JournalKind::DataExported, encode(data), {});
}

Result<> OpenHub::note(JournalKind kind, const PackWriter& body, const std::function<Result<>()>& rows) {
  return decide([&]() -> Result<> {
    SEALKEEP_TRY(journal_.append(kind, parts_.clock.now().unix_ms, body));
    return rows ? rows() : Result<>{};
  });
}

}  // namespace sealkeep::hub
