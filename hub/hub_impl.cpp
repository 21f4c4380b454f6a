// SPDX-License-Identifier: Apache-2.0
#include "hub/hub_impl.hpp"

#include <algorithm>

namespace sealkeep::hub {
namespace {

AlertRule alert_rule_of(LogTrouble::Kind kind) {
  switch (kind) {
    case LogTrouble::Kind::Fork:
      return AlertRule::Fork;
    case LogTrouble::Kind::Gap:
      return AlertRule::Gap;
    case LogTrouble::Kind::Clone:
      return AlertRule::Clone;
  }
  return AlertRule::Fork;
}

Hash trouble_id(AlertRule rule, const std::string& origin) {
  return alert_id(static_cast<std::uint16_t>(rule), "log:" + origin, origin, 0);
}

}  // namespace

OpenHub::OpenHub(const HubParts& parts, std::unique_ptr<Db> db, LogStore logs, DetailStore details,
                 RegisterRows rows, Alerts alerts, SiteBook sites, HubKeys keys, State state,
                 sync::RolesBundle roles)
    : parts_(parts),
      db_(std::move(db)),
      wal_(*db_),
      logs_(std::move(logs)),
      details_(std::move(details)),
      rows_(std::move(rows)),
      alerts_(std::move(alerts)),
      sites_(std::move(sites)),
      keys_(std::move(keys)),
      state_(std::move(state)),
      roles_(std::move(roles)),
      journal_(logs_, state_.journal, keys_.journal),
      oversight_(state_.settings.name, parts.clock, parts.log, *db_, logs_, details_, rows_, alerts_, sites_),
      intake_(state_.settings.name, parts.clock, parts.random, parts.log, *db_, logs_, details_, sites_,
              {keys_.mirror, keys_.message, keys_.directive, keys_.envelope}, hooks()) {}

IntakeHooks OpenHub::hooks() {
  IntakeHooks hooks;
  hooks.on_trouble = [this](const LogTrouble& trouble) { return note_trouble(trouble); };
  hooks.on_epoch_offered = [this](const Site& site, const sync::EpochOffer& offer) -> Result<> {
    PackWriter body;
    body.array(6).uint(static_cast<std::uint64_t>(site.id)).str(offer.origin).bin(offer.key.bytes);
    body.str(offer.previous_origin).uint(offer.previous_size).bin(offer.previous_root.bytes);
    SEALKEEP_TRY(journal_.append(JournalKind::EpochOffered, parts_.clock.now().unix_ms, body));
    return {};
  };
  hooks.issue = [this](Site& site, const ses::DirectiveBody& body) -> Result<> {
    SEALKEEP_TRY(append_directive(site, body));
    return {};
  };
  return hooks;
}

Result<> OpenHub::start() {
  SEALKEEP_TRY(decide([&]() -> Result<> {
    PackWriter body;
    body.array(2).str(SEALKEEP_VERSION).str(parts_.clock.boot_id());
    SEALKEEP_TRY(journal_.append(JournalKind::HubStarted, parts_.clock.now().unix_ms, body));
    return {};
  }));
  SEALKEEP_TRY(oversight_.load());
  pass_on();
  return {};
}

// A decision of the hub: durable when this returns, nothing of it otherwise.
Result<> OpenHub::decide(const std::function<Result<>()>& body) {
  Result<> done = db_->transaction(body);
  if (!done && !db_->failed()) SEALKEEP_TRY(sites_.reload());
  return done;
}

Result<> OpenHub::note_trouble(const LogTrouble& trouble) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  const AlertRule rule = alert_rule_of(trouble.kind);
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(rule);
  alert.id = trouble_id(rule, trouble.origin);
  alert.site = trouble.site;
  alert.subject = "log:" + trouble.origin;
  alert.severity = ses::Severity::Critical;
  alert.since_ms = alert.raised_ms = now_ms;
  const Site* site = sites_.find(trouble.site);
  alert.reason = (site != nullptr ? site->code + ": " : std::string()) + trouble.text;
  alert.clause = "2.6, 6.3";
  SEALKEEP_LET(raised, alerts_.raise(alert));
  if (!raised) return {};
  parts_.log.error("log_trouble", {{"origin", trouble.origin}, {"what", trouble.text}});
  PackWriter body;
  body.array(5).uint(static_cast<std::uint64_t>(trouble.site)).uint(alert.rule).str(trouble.origin);
  body.uint(trouble.size).str(trouble.text);
  SEALKEEP_TRY(journal_.append(JournalKind::EvidenceKept, now_ms, body));
  return {};
}

Result<> OpenHub::settle_troubles(const std::string& origin, std::int64_t now_ms) {
  for (const AlertRule rule : {AlertRule::Fork, AlertRule::Gap, AlertRule::Clone})
    SEALKEEP_TRY(alerts_.resolve(trouble_id(rule, origin), now_ms));
  return {};
}

Result<std::uint64_t> OpenHub::append_directive(Site& site, const ses::DirectiveBody& body) {
  ses::Directive directive;
  parts_.random.fill(directive.request_id);
  directive.issued_ms = std::max<std::int64_t>(parts_.clock.now().unix_ms, 0);
  directive.body = body;
  SEALKEEP_LET(bytes, ses::encode(directive));
  SEALKEEP_LET(index, logs_.append(site.directive_log, bytes));
  SEALKEEP_LET(head, logs_.checkpoint(site.directive_log));
  SEALKEEP_TRY(logs_.put_signed_head(site.directive_log, head, sign_checkpoint(head, keys_.directive),
                                     directive.issued_ms));
  return index;
}

Result<std::uint64_t> OpenHub::issue(RegisterId id, const ses::DirectiveBody& body) {
  Site* site = sites_.find(id);
  if (site == nullptr || site->directive_log == 0)
    return fail(ErrorKind::NotFound, "site.unknown", "there is no approved site with this number");
  std::uint64_t index = 0;
  SEALKEEP_TRY(decide([&]() -> Result<> {
    SEALKEEP_LET(appended, append_directive(*site, body));
    index = appended;
    PackWriter entry;
    entry.array(3).uint(static_cast<std::uint64_t>(id)).uint(index);
    entry.uint(static_cast<std::uint64_t>(ses::kind_of(body)));
    SEALKEEP_TRY(journal_.append(JournalKind::DirectiveIssued, parts_.clock.now().unix_ms, entry));
    return {};
  }));
  intake_.directives_grew(id, index + 1);
  return index;
}

void OpenHub::pass_on() {
  for (const RegisterId id : intake_.take_grown()) oversight_.grown(id);
  for (const RegisterId id : intake_.take_heard()) oversight_.heard(id);
  for (const RegisterId id : oversight_.take_folded()) {
    const Oversight::Cursor cursor = oversight_.cursor(id);
    intake_.folded(id, cursor.epoch, cursor.next_index);
    intake_.details_wanted(id);
  }
}

Result<std::vector<PeerReply>> OpenHub::on_frames(std::span<const PeerFrame> frames) {
  auto replies = intake_.on_frames(frames);
  pass_on();
  return replies;
}

// A backlog leaves no idle moment: the WAL is moved between two turns, after what they acknowledged went out.
Result<std::vector<PeerReply>> OpenHub::outgoing() {
  SEALKEEP_TRY(wal_.after_commit());
  return intake_.outgoing();
}

Result<std::uint64_t> OpenHub::oversee(std::uint64_t max_entries) {
  SEALKEEP_LET(done, oversight_.oversee(max_entries));
  pass_on();
  SEALKEEP_TRY(wal_.after_commit());
  return done;
}

Result<> OpenHub::tick() {
  intake_.tick();
  return oversight_.tick();
}

Result<> OpenHub::idle() {
  return wal_.idle(parts_.clock.now().mono_ms);
}

Result<RegisterLogs> OpenHub::register_logs(RegisterId id) {
  const Site* site = sites_.find(id);
  if (site == nullptr) return fail(ErrorKind::NotFound, "site.unknown", "there is no site with this number");
  return SiteBook::logs_of(*site);
}

}  // namespace sealkeep::hub
