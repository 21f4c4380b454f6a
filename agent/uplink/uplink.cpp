// SPDX-License-Identifier: Apache-2.0
#include "agent/uplink/uplink.hpp"

#include <algorithm>

#include "agent/register/software.hpp"
#include "agent/uplink/mirror_source.hpp"

namespace sealkeep::agent {

Result<std::unique_ptr<Uplink>> Uplink::open(const Parts& parts, Exporter& exporter) {
  std::unique_ptr<Uplink> uplink(new Uplink(parts, exporter));
  SEALKEEP_TRY(uplink->load_logs());
  std::vector<sync::UplinkLog> logs;
  bool frozen = false;
  for (const OwnLog& log : uplink->logs_) {
    SEALKEEP_LET(size, parts.logs.size(log.log));
    const bool site = log.role == LogRole::Site;
    logs.push_back(
        {log.identity, site ? sync::SyncedRole::Site : sync::SyncedRole::Directive, size, log.frozen});
    frozen = frozen || (site && log.frozen);
  }
  uplink->machine_.emplace(parts.session, logs);
  if (frozen)
    uplink->trouble_ = "An earlier log of this site was frozen; head office must approve the present one, " +
                       exporter.site_register().written().origin;
  return uplink;
}

Result<> Uplink::load_logs() {
  logs_.clear();
  for (const EpochLogRow& row : exporter_.epochs()) {
    SEALKEEP_LET(info, parts_.logs.log(row.log));
    logs_.push_back({sync::identify_log(info.origin, info.public_key), row.log, row.epoch, row.role,
                     info.state == LogState::Frozen});
  }
  // A hello names at most limits::kLogsPerHello: the oldest epochs are left out.
  if (logs_.size() > limits::kLogsPerHello)
    logs_.erase(logs_.begin(), logs_.end() - static_cast<std::ptrdiff_t>(limits::kLogsPerHello));
  const WrittenLog& written = exporter_.site_register().written();
  source_.emplace(parts_.logs, written.log,
                  sync::identify_log(written.origin, exporter_.log_key().public_key()), exporter_.log_key());
  return {};
}

const Uplink::OwnLog* Uplink::find(const sync::WireLogId& id) const {
  for (const OwnLog& log : logs_)
    if (log.identity.id == id) return &log;
  return nullptr;
}

const Uplink::OwnLog* Uplink::find(std::string_view origin) const {
  for (const OwnLog& log : logs_)
    if (log.identity.origin == origin) return &log;
  return nullptr;
}

void Uplink::note(std::string_view event, const Error& error) {
  parts_.log.warn(event, {{"hub", exporter_.enrolment().hub}, {"error", error.text()}});
}

void Uplink::send(sync::MessageType type, ByteView body) {
  control_.push_back(sync::make_frame(type, body));
}

void Uplink::send_signed(sync::MessageType type, std::string_view purpose, ByteView body) {
  send(type, sync::sign_message(purpose, exporter_.name(), exporter_.enrolment().hub, body,
                                exporter_.keys().message));
}

void Uplink::refuse(const char* code, const sync::WireLogId& log, bool rehello) {
  send(sync::MessageType::Refused, sync::encode(sync::Refused{code, log, 0, rehello}));
}

// ---- the connection

Result<> Uplink::on_connected() {
  connected_ = true;
  reconnect_ = false;
  if (auto noted = exporter_.on_admitted(); !noted && noted.error().kind != ErrorKind::Full) return noted;
  return handle(sync::event::Connected{});
}

Result<> Uplink::on_disconnected() {
  SEALKEEP_TRY(store_cosignatures());
  connected_ = false;
  control_.clear();
  give_back_.reset();
  details_.clear();
  want_picture_.reset();
  on_its_way_.reset();
  order_.reset();
  taken_ = Taken::Nothing;
  return handle(sync::event::Disconnected{});
}

Result<> Uplink::on_recorded() {
  SEALKEEP_LET(size, parts_.logs.size(source_->log()));
  return handle(sync::event::Appended{source_->identity().id, size});
}

Result<> Uplink::tick() {
  SEALKEEP_TRY(store_cosignatures());
  if (adopt_due_) SEALKEEP_TRY(adopt());
  SEALKEEP_TRY(on_recorded());
  return handle(sync::event::Tick{});
}

std::int64_t Uplink::next_tick_ms() const {
  const Now now = parts_.clock.now();
  if (!checked_.empty()) return now.mono_ms;
  const std::int64_t machine_ms = machine_->next_tick_ms(now);
  return want_picture_ && !parts_.picture_limit.is_free(now.mono_ms)
             ? std::min(machine_ms, parts_.picture_limit.free_at_ms())
             : machine_ms;
}

bool Uplink::take_reconnect() {
  return std::exchange(reconnect_, false);
}

bool Uplink::quiet() const {
  return control_.empty() && !give_back_ && !order_ && details_.empty() && checked_.empty();
}

Result<> Uplink::handle(const sync::UplinkEvent& event) {
  for (const sync::UplinkEffect& effect : machine_->handle(event, parts_.clock.now(), parts_.random))
    SEALKEEP_TRY(std::visit([&](const auto& e) { return perform(e); }, effect));
  return {};
}

Result<std::optional<Bytes>> Uplink::next_frame() {
  if (taken_ != Taken::Nothing) SEALKEEP_TRY(sent(true));
  SEALKEEP_TRY(store_cosignatures());
  if (!connected_) return std::optional<Bytes>();
  if (!control_.empty()) {
    taken_ = Taken::Control;
    return std::optional(control_.front());
  }
  if (give_back_) {
    SEALKEEP_LET(frame, make_give_back());
    if (frame) return frame;
  }
  if (order_) {
    SEALKEEP_LET(made, source_->make(*order_));
    made_end_ = made.end;
    made_raw_bytes_ = made.raw_bytes;
    taken_ = Taken::ChangeSet;
    return std::optional(
        sync::make_frame(sync::MessageType::ChangeSet,
                         envelope::seal(made.clear, *exporter_.roles().box_key("envelope"), parts_.random)));
  }
  if (!details_.empty()) {
    SEALKEEP_LET(details, details_.front().next());
    taken_ = Taken::Details;
    return std::optional(sync::make_frame(
        sync::MessageType::Details,
        envelope::seal(sync::encode(details), *exporter_.roles().box_key("envelope"), parts_.random)));
  }
  if (picture_may_go()) return make_picture_piece();
  return std::optional<Bytes>();
}

// Whatever else there is goes first, and arrives first: facts that are under way too.
bool Uplink::picture_may_go() const {
  return want_picture_ && machine_->state() == sync::UplinkMachine::State::Streaming &&
         machine_->caught_up() && parts_.picture_limit.is_free(parts_.clock.now().mono_ms);
}

Result<std::optional<Bytes>> Uplink::make_picture_piece() {
  const OwnLog* log = find(want_picture_->log);
  const bool ours = log != nullptr && log->role == LogRole::Site;
  SEALKEEP_LET(piece, picture_piece({parts_.logs, parts_.details, parts_.pictures},
                                    ours ? std::optional(log->log) : std::nullopt, *want_picture_,
                                    parts_.picture_limit.piece_bytes(sync::kPicturePieceBytes),
                                    parts_.clock.now().unix_ms));
  made_picture_ = {*want_picture_, piece.bytes.size(), piece.total};
  taken_ = Taken::Picture;
  return std::optional(sync::make_frame(
      sync::MessageType::PicturePiece,
      envelope::seal(sync::encode(piece), *exporter_.roles().box_key("envelope"), parts_.random)));
}

void Uplink::picture_sent() {
  parts_.picture_limit.sent(made_picture_.bytes, parts_.clock.now().mono_ms);
  const std::uint64_t sent_bytes = made_picture_.want.from + made_picture_.bytes;
  on_its_way_.reset();
  if (sent_bytes < made_picture_.total) on_its_way_ = PictureOnItsWay{sent_bytes, made_picture_.total};
  // Another question may have come meanwhile.
  if (want_picture_ == made_picture_.want) want_picture_.reset();
}

Result<> Uplink::sent(bool taken) {
  const Taken what = std::exchange(taken_, Taken::Nothing);
  if (what == Taken::Control && taken) control_.pop_front();
  if (what == Taken::GiveBack && taken) give_back_.reset();
  if (what == Taken::Details && taken) {
    details_.front().advance();
    if (details_.front().done()) details_.pop_front();
  }
  if (what == Taken::Picture && taken) picture_sent();
  if (what != Taken::ChangeSet || !order_) return {};
  order_.reset();
  if (!taken) return handle(sync::event::NotSent{order_log_});
  return handle(sync::event::Sent{order_log_, made_end_, made_raw_bytes_});
}

// ---- what the machine asks for

Result<sync::LogHead> Uplink::head_of(const OwnLog& log, std::optional<std::uint64_t> at_size) {
  const bool site = log.role == LogRole::Site;
  sync::LogHead head;
  head.origin = log.identity.origin;
  head.role = site ? sync::SyncedRole::Site : sync::SyncedRole::Directive;
  SEALKEEP_LET(present, parts_.logs.checkpoint(log.log));
  head.size = present.size;
  head.root = present.root;
  const auto key = exporter_.keys().log.find(log.epoch);
  if (site && at_size && *at_size < present.size && key != exporter_.keys().log.end()) {
    SEALKEEP_LET(root, parts_.logs.root_at(log.log, *at_size));
    head.size = *at_size;
    head.root = root;
    if (head.size > 0) head.signature = sign_checkpoint({head.origin, head.size, head.root}, key->second);
  } else {
    SEALKEEP_LET(signed_head, parts_.logs.newest_signed_head(log.log));
    if (signed_head && signed_head->checkpoint == present && present.size > 0)
      head.signature = signed_head->signature;
  }
  SEALKEEP_LET(cosigned, parts_.logs.newest_cosigned_head(log.log));
  if (cosigned) head.cosigned = {cosigned->checkpoint.size, cosigned->cosignature};
  if (!site) head.window_bytes = kDirectiveWindowBytes;
  return head;
}

Result<> Uplink::perform(const sync::effect::SendHello& effect) {
  const Now now = parts_.clock.now();
  sync::Hello hello{parts_.session, parts_.boot_no, std::string(kSoftware), now.unix_ms, {}};
  for (const OwnLog& log : logs_) {
    const auto at = effect.sign_at.find(log.identity.id);
    SEALKEEP_LET(head, head_of(log, at != effect.sign_at.end() ? std::optional(at->second) : std::nullopt));
    hello.logs.push_back(std::move(head));
  }
  SEALKEEP_TRY(offer_epoch());
  send_signed(sync::MessageType::Hello, sync::kHelloPurpose, sync::encode(hello));
  return {};
}

// Only the log that is written now: what waited before it is stated in it once more.
Result<> Uplink::offer_epoch() {
  const OwnLog* newest = nullptr;
  const OwnLog* before = nullptr;
  for (const OwnLog& log : logs_)
    if (log.role == LogRole::Site) before = std::exchange(newest, &log);
  if (before == nullptr || listed_.contains(newest->identity.origin)) return {};
  SEALKEEP_LET(held, parts_.logs.checkpoint(before->log));
  const sync::EpochOffer offer{newest->identity.origin, newest->identity.key, held.origin, held.size,
                               held.root};
  send_signed(sync::MessageType::EpochOffer, sync::kEpochOfferPurpose,
              sync::encode(offer, exporter_.log_key()));
  return {};
}

Result<> Uplink::perform(const sync::effect::SendChangeSet& effect) {
  if (effect.log != source_->identity().id) return handle(sync::event::NotSent{effect.log});
  order_ = effect.order;
  order_log_ = effect.log;
  return {};
}

// Everything that was recorded until now is in the log: answers are given after the commit only.
Result<> Uplink::perform(const sync::effect::SendStatus&) {
  const std::int64_t ahead_ms = machine_->hub_ahead_ms();
  SEALKEEP_LET(head, parts_.logs.checkpoint(source_->log()));
  recorded_until_ms_ = std::max(recorded_until_ms_, parts_.clock.now().unix_ms + ahead_ms);
  const sync::Status status{head.origin, head.size, head.root, recorded_until_ms_, {}, -ahead_ms};
  send_signed(sync::MessageType::Status, sync::kStatusPurpose, sync::encode(status));
  return {};
}

Result<> Uplink::perform(const sync::effect::Reconnect&) {
  reconnect_ = true;
  return {};
}

Evidence Uplink::evidence_of(const OwnLog& log, const sync::LogHead& hub, const char* kind) const {
  return {log.log,
          kind,
          hub.size,
          hub.root,
          hub.signature.value_or(hub.cosigned ? hub.cosigned->cosignature.signature : Signature{}),
          parts_.clock.now().unix_ms,
          "head of " + printable(hub.origin) + " as the hub stated it"};
}

Result<> Uplink::go_on_in_next_epoch(const OwnLog& ended, const sync::LogHead& hub, ses::EpochReason reason,
                                     const char* kind) {
  SEALKEEP_LET(newest, parts_.logs.newest_cosigned_head(ended.log));
  std::uint64_t cosigned = newest ? newest->checkpoint.size : 0;
  if (hub.cosigned && hub_cosigned({hub.origin, hub.cosigned->size, hub.root}, hub.cosigned->cosignature) &&
      hub.cosigned->size == hub.size)
    cosigned = std::max(cosigned, hub.size);
  order_.reset();
  SEALKEEP_TRY(exporter_.begin_next_epoch(reason, evidence_of(ended, hub, kind), cosigned));
  SEALKEEP_TRY(load_logs());
  SEALKEEP_LET(size, parts_.logs.size(source_->log()));
  return handle(sync::event::LogAdded{{source_->identity(), sync::SyncedRole::Site, size, /*frozen=*/false}});
}

Result<> Uplink::perform(const sync::effect::ForkFound& effect) {
  const OwnLog* log = find(effect.log);
  if (log == nullptr || log->frozen) return {};
  trouble_ = "The hub holds another history of " + log->identity.origin + " than this site";
  if (log->role == LogRole::Directive) {
    SEALKEEP_LET(kept, parts_.logs.evidence(log->log));
    // A hub that was put back and signed on asks too: what it gets shows it that these are two histories.
    if (effect.hub.window_bytes > 0) give_back(*log, effect.hub);
    const Evidence found = evidence_of(*log, effect.hub, "fork");
    for (const Evidence& one : kept)
      if (one.size == found.size && one.root == found.root) return {};
    return parts_.db.transaction([&] { return parts_.logs.add_evidence(found); });
  }
  SEALKEEP_TRY(go_on_in_next_epoch(*log, effect.hub, ses::EpochReason::Doubt, "fork"));
  trouble_ += "; recording goes on in " + source_->identity().origin + ", which head office must approve";
  return {};
}

Result<> Uplink::perform(const sync::effect::RolledBack& effect) {
  const OwnLog* log = find(effect.log);
  if (log == nullptr || log->frozen) return {};
  // Only our own signature under the larger head proves that it was ours.
  const Checkpoint claimed{effect.hub.origin, effect.hub.size, effect.hub.root};
  if (!effect.hub.signature || !verify_checkpoint(claimed, log->identity.key, *effect.hub.signature)) {
    trouble_ = "The hub claims to hold more of " + log->identity.origin + " than this site ever signed";
    parts_.log.error("hub_claims_more", {{"log", log->identity.origin}, {"size", effect.hub.size}});
    return {};
  }
  trouble_ = "This site's register was put back from an older copy: the hub holds " +
             std::to_string(effect.hub.size) + " entries of " + log->identity.origin;
  SEALKEEP_TRY(go_on_in_next_epoch(*log, effect.hub, ses::EpochReason::Restored, "rolled_back"));
  trouble_ += "; recording goes on in " + source_->identity().origin + ", which head office must approve";
  return {};
}

Result<> Uplink::perform(const sync::effect::HubBehind& effect) {
  const OwnLog* log = find(effect.log);
  if (log == nullptr || log->role != LogRole::Directive) return {};
  SEALKEEP_LET(size, parts_.logs.size(log->log));
  const bool asked = effect.hub.window_bytes > 0;
  trouble_ = "Head office has lost instructions: it holds " + std::to_string(effect.hub.size) + " of the " +
             std::to_string(size) + " that this site has" + (asked ? "; they go back to it now" : "");
  parts_.log.error("hub_behind", {{"log", effect.hub.origin}, {"size", effect.hub.size}, {"asked", asked}});
  if (asked) give_back(*log, effect.hub);
  return {};
}

void Uplink::give_back(const OwnLog& log, const sync::LogHead& hub) {
  const std::uint64_t window = std::min<std::uint64_t>(hub.window_bytes, limits::kChangeSetBytes);
  give_back_ = GiveBack{log.log, log.identity, hub.size, static_cast<std::size_t>(window)};
}

Result<std::optional<Bytes>> Uplink::make_give_back() {
  SEALKEEP_LET(clear, mirrored_change_set(parts_.logs, give_back_->log, give_back_->identity,
                                          give_back_->from, give_back_->max_bytes));
  if (!clear) {
    trouble_ = "Head office has lost instructions, and none of its heads that are kept here is near enough";
    parts_.log.error("give_back_impossible",
                     {{"log", give_back_->identity.origin}, {"from", give_back_->from}});
    give_back_.reset();
    return std::optional<Bytes>();
  }
  taken_ = Taken::GiveBack;
  return std::optional(
      sync::make_frame(sync::MessageType::ChangeSet,
                       envelope::seal(*clear, *exporter_.roles().box_key("envelope"), parts_.random)));
}

}  // namespace sealkeep::agent
