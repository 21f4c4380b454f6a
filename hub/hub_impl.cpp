// SPDX-License-Identifier: Apache-2.0
#include "hub/hub_impl.hpp"

#include <algorithm>

#include "hub/notices/courier.hpp"

namespace sealkeep::hub {
namespace {

AlertRule alert_rule_of(LogTrouble::Kind kind) {
  switch (kind) {
    case LogTrouble::Kind::Fork:
      return AlertRule::Fork;
    case LogTrouble::Kind::Gap:
    case LogTrouble::Kind::MirrorLost:
      return AlertRule::Gap;
    case LogTrouble::Kind::Clone:
      return AlertRule::Clone;
  }
  return AlertRule::Fork;
}

// Each side's loss is a cause of its own, although both are gaps.
std::string trouble_subject(LogTrouble::Kind kind, const std::string& origin) {
  return (kind == LogTrouble::Kind::MirrorLost ? "mirror:" : "log:") + origin;
}

Hash trouble_id(LogTrouble::Kind kind, const std::string& origin) {
  return alert_id(static_cast<std::uint16_t>(alert_rule_of(kind)), trouble_subject(kind, origin), origin, 0);
}

tl::unexpected<Error> held_back(const Site& site) {
  return fail(
      ErrorKind::Refused, "directives.held_back",
      "no new instruction can be signed for the site " + site.code + " now",
      site.directives_owed != 0
          ? "it holds " + std::to_string(site.directives_owed) +
                " instructions, more than head office, which was put back from a copy"
          : "head office was put back from a copy and has not heard of the site since: instructions may be "
            "missing here",
      "Try again when the site was connected; if its machine is lost, site add " + site.code + " --again");
}

constexpr std::int64_t kWarmEveryMs = 1'000;
constexpr std::uint64_t kWarmedAtOnce = 20'000;  // entries: some 10 ms
constexpr std::uint64_t kNotKnown = std::uint64_t{1} << 53;

}  // namespace

OpenHub::OpenHub(const HubParts& parts, std::unique_ptr<Db> db, LogStore logs, DetailStore details,
                 RegisterRows rows, Chronicle chronicle, Alerts alerts, CustomsBook customs, SiteBook sites,
                 PictureBook pictures, HubKeys keys, State state, sync::RolesBundle roles, Accounts accounts,
                 HighWater high_water)
    : parts_(parts),
      db_(std::move(db)),
      wal_(*db_, WalKeeper::kHubBytes),
      logs_(std::move(logs)),
      details_(std::move(details)),
      rows_(std::move(rows)),
      chronicle_(std::move(chronicle)),
      alerts_(std::move(alerts)),
      customs_(std::move(customs)),
      sites_(std::move(sites)),
      pictures_(parts.folder, parts.clock, parts.log, *db_, rows_, std::move(pictures)),
      keys_(std::move(keys)),
      state_(std::move(state)),
      roles_(std::move(roles)),
      accounts_(std::move(accounts)),
      high_water_(std::move(high_water)),
      journal_(logs_, state_.journal, keys_.journal),
      oversight_(state_.settings.name, parts.clock, parts.log, *db_, logs_, details_, rows_, chronicle_,
                 alerts_, sites_, customs_, pictures_),
      compliance_(logs_, rows_, sites_),
      intake_(state_.settings.name, parts.clock, parts.random, parts.log, *db_, logs_, details_, sites_,
              pictures_, {keys_.mirror, keys_.message, keys_.directive, keys_.envelope}, hooks()) {}

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
  hooks.on_settled = [this](const LogTrouble& trouble) { return trouble_settled(trouble); };
  hooks.is_open = [this](LogTrouble::Kind kind, const std::string& origin) -> Result<bool> {
    SEALKEEP_LET(alert, alerts_.find(trouble_id(kind, origin)));
    return alert && alert->resolved_ms == 0;
  };
  hooks.on_taken_back = [this] { signed_more_ = true; };
  return hooks;
}

Result<> OpenHub::start() {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  SEALKEEP_LET(held, directives_signed());
  const std::optional<std::uint64_t> known = high_water_.known();
  const bool restored = known ? *known > held : held > 0;
  SEALKEEP_TRY(decide([&]() -> Result<> {
    PackWriter body;
    body.array(2).str(SEALKEEP_VERSION).str(parts_.clock.boot_id());
    SEALKEEP_TRY(journal_.append(JournalKind::HubStarted, now_ms, body));
    if (!restored) return {};
    for (auto& [id, site] : sites_.all()) {
      if (site.directive_log == 0) continue;
      site.directives_in_doubt = true;
      SEALKEEP_TRY(sites_.put(site));
    }
    PackWriter lost;
    lost.array(2).uint(known.value_or(kNotKnown)).uint(held);
    SEALKEEP_TRY(journal_.append(JournalKind::HubRestored, now_ms, lost));
    return {};
  }));
  if (restored)
    parts_.log.error("hub_restored", {{"directives_held", held},
                                      {"next", "sites take no new instructions until they were heard of"}});
  SEALKEEP_TRY(high_water_.put(held));
  SEALKEEP_TRY(oversight_.load());
  SEALKEEP_TRY(pictures_.start(restored));
  SEALKEEP_LET(desk, AlertDesk::open({state_.settings.name, parts_.clock, parts_.random, parts_.log, *db_,
                                      alerts_, parts_.notices, desk_hooks()}));
  desk_.emplace(std::move(desk));
  SEALKEEP_TRY(desk_->start());
  OffsetAt offset_at = parts_.utc_offset_min_at;
  if (!offset_at) offset_at = [&clock = parts_.clock](std::int64_t) { return clock.now().utc_offset_min; };
  SEALKEEP_LET(reports, ReportDesk::open({state_.settings.name, parts_.folder / kAttachmentFolder,
                                          Hub::database(parts_), Hub::database_options(parts_), parts_.clock,
                                          parts_.random, parts_.log, *db_, parts_.notices,
                                          std::move(offset_at), report_hooks()}));
  reports_.emplace(std::move(reports));
  pass_on();
  return {};
}

DeskHooks OpenHub::desk_hooks() {
  DeskHooks hooks;
  hooks.note_action = [this](const Alert& alert, const AlertAction& action, std::int64_t now_ms) -> Result<> {
    PackWriter body;
    body.array(7).bin(alert.id.bytes).uint(static_cast<std::uint64_t>(action.step)).str(action.by);
    body.str(action.text).str(action.owner).sint(action.until_ms);
    if (action.severity)
      body.uint(static_cast<std::uint64_t>(*action.severity));
    else
      body.nil();
    SEALKEEP_TRY(journal_.append(JournalKind::AlertHandled, now_ms, body));
    return {};
  };
  hooks.note_drop = [this](const Notice& notice, const std::string& by, const std::string& reason,
                           std::int64_t now_ms) -> Result<> {
    PackWriter body;
    body.array(4).str(notice.id).str(notice.alert).str(by).str(reason);
    SEALKEEP_TRY(journal_.append(JournalKind::NoticeDropped, now_ms, body));
    return {};
  };
  hooks.site_code = [this](RegisterId id) {
    const Site* site = sites_.find(id);
    return site == nullptr ? std::string() : site->code;
  };
  return hooks;
}

ReportHooks OpenHub::report_hooks() {
  ReportHooks hooks;
  hooks.taken = [this](const ReportRow& report, const std::function<Result<>()>& rows) -> Result<> {
    DataExport taken;
    if (report.ask.sites.size() == 1)
      if (const Site* site = sites_.find(report.ask.sites.front())) taken.site = site->id;
    taken.what = "report " + std::string(report_kind(report.ask.kind).name) + " " +
                 std::string(report_format_name(report.ask.format));
    taken.by = report.by.substr(0, kExportTextBytes);
    taken.whom = report.whom.substr(0, kExportTextBytes);
    taken.from_ms = report.ask.from_ms;
    taken.until_ms = report.ask.until_ms != 0 ? report.ask.until_ms : report.made_ms;
    taken.file = report.file;
    taken.records = report.records;
    taken.with_names = report_kind(report.ask.kind).names;
    return note(JournalKind::DataExported, encode(taken), rows);
  };
  hooks.scheduled = [this](const ReportSchedule& schedule, bool begins, const std::string& by,
                           const std::function<Result<>()>& rows) -> Result<> {
    PackWriter body;
    body.array(5).str(schedule.id).str(report_kind(schedule.kind).name);
    body.str(rhythm_words(schedule.rhythm)).str(by.substr(0, kExportTextBytes)).boolean(begins);
    return note(JournalKind::ReportScheduled, body, rows);
  };
  return hooks;
}

// A decision of the hub: durable when this returns, nothing of it otherwise.
Result<> OpenHub::decide(const std::function<Result<>()>& body) {
  Result<> done = db_->transaction(body);
  if (!done && !db_->failed()) SEALKEEP_TRY(sites_.reload());
  return done;
}

Alert OpenHub::alert_of(const LogTrouble& trouble) {
  const std::int64_t now_ms = parts_.clock.now().unix_ms;
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(alert_rule_of(trouble.kind));
  alert.id = trouble_id(trouble.kind, trouble.origin);
  alert.site = trouble.site;
  alert.subject = trouble_subject(trouble.kind, trouble.origin);
  alert.severity = ses::Severity::Critical;
  alert.since_ms = alert.raised_ms = now_ms;
  const Site* site = sites_.find(trouble.site);
  alert.reason = (site != nullptr ? site->code + ": " : std::string()) + trouble.text;
  alert.clause = "2.6, 6.3";
  return alert;
}

Result<> OpenHub::note_trouble(const LogTrouble& trouble) {
  const Alert alert = alert_of(trouble);
  SEALKEEP_LET(raised, alerts_.raise(alert));
  if (!raised) return {};
  parts_.log.error("log_trouble", {{"origin", trouble.origin}, {"what", trouble.text}});
  PackWriter body;
  body.array(5).uint(static_cast<std::uint64_t>(trouble.site)).uint(alert.rule).str(trouble.origin);
  body.uint(trouble.size).str(trouble.text);
  SEALKEEP_TRY(journal_.append(JournalKind::EvidenceKept, alert.raised_ms, body));
  return {};
}

// Stands among the alerts with its last words, also if nobody saw it open.
Result<> OpenHub::trouble_settled(const LogTrouble& trouble) {
  const Alert alert = alert_of(trouble);
  SEALKEEP_TRY(alerts_.raise(alert));
  SEALKEEP_TRY(alerts_.resolve(alert.id, alert.raised_ms));
  parts_.log.info("log_trouble_settled", {{"origin", trouble.origin}, {"what", trouble.text}});
  PackWriter body;
  body.array(5).uint(static_cast<std::uint64_t>(trouble.site)).uint(alert.rule).str(trouble.origin);
  body.uint(trouble.size).str(trouble.text);
  SEALKEEP_TRY(journal_.append(JournalKind::TroubleSettled, alert.raised_ms, body));
  return {};
}

Result<> OpenHub::settle_troubles(const std::string& origin, std::int64_t now_ms) {
  using Kind = LogTrouble::Kind;
  for (const Kind kind : {Kind::Fork, Kind::Gap, Kind::Clone, Kind::MirrorLost})
    SEALKEEP_TRY(alerts_.resolve(trouble_id(kind, origin), now_ms));
  return {};
}

Result<std::uint64_t> OpenHub::directives_signed() {
  SEALKEEP_LET(query,
               db_->prepare("SELECT coalesce(sum(size), 0) FROM signed_head JOIN log USING (log_id) WHERE "
                            "role = 2 AND direction = 1"));
  SEALKEEP_LET(rows, query.query());
  SEALKEEP_LET(there, rows.next());
  return there ? rows.uint64(0) : 0;
}

// Before a signature leaves: a later start with a database that was put back from a copy must know of it.
Result<> OpenHub::mark_signed() {
  if (!signed_more_) return {};
  SEALKEEP_LET(count, directives_signed());
  SEALKEEP_TRY(high_water_.put(count));
  signed_more_ = false;
  return {};
}

Result<std::uint64_t> OpenHub::append_directive(Site& site, const ses::DirectiveBody& body) {
  if (site.directives_held_back()) return held_back(site);
  signed_more_ = true;
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

// What cannot be signed for a site now, or finds no room, waits here until it can.
Result<> OpenHub::issue_orders() {
  for (Order& order : oversight_.take_orders()) orders_.push_back(std::move(order));
  std::vector<Order> waiting;
  for (Order& order : std::exchange(orders_, {})) {
    const Site* site = sites_.find(order.site);
    if (site == nullptr || site->directive_log == 0) continue;
    if (!site->directives_held_back()) {
      const auto issued = issue(order.site, order.body);
      if (issued) continue;
      if (issued.error().kind != ErrorKind::Full) return tl::unexpected<Error>(issued.error());
    }
    waiting.push_back(std::move(order));
  }
  orders_ = std::move(waiting);
  return {};
}

Result<> OpenHub::note_customs(RegisterId site, ses::Ref incident, const CustomsStep& step) {
  SEALKEEP_TRY(decide([&]() -> Result<> {
    SEALKEEP_TRY(customs_.add(site, incident, step));
    SEALKEEP_TRY(journal_.append(JournalKind::CustomsStep, step.at_ms, encode(site, incident, step)));
    return {};
  }));
  const bool told = step.kind == CustomsStep::Kind::Told;
  if (!told && step.decision != ReportDecision::NotReportable) return {};
  SEALKEEP_TRY(oversight_.customs_settled(site, incident, told ? std::optional(step) : std::nullopt));
  SEALKEEP_TRY(issue_orders());
  return desk_->follow();
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
  if (replies) SEALKEEP_TRY(mark_signed());
  pass_on();
  return replies;
}

// A backlog leaves no idle moment: the WAL is moved between two turns, after what they acknowledged went out.
Result<std::vector<PeerReply>> OpenHub::outgoing() {
  SEALKEEP_TRY(wal_.after_commit());
  SEALKEEP_LET(replies, intake_.outgoing());
  SEALKEEP_TRY(mark_signed());
  return replies;
}

Result<std::uint64_t> OpenHub::oversee(std::uint64_t max_entries) {
  SEALKEEP_LET(done, oversight_.oversee(max_entries));
  SEALKEEP_TRY(issue_orders());
  pass_on();
  SEALKEEP_TRY(wal_.after_commit());
  return done;
}

Result<> OpenHub::tick() {
  intake_.tick();
  SEALKEEP_TRY(oversight_.tick());
  SEALKEEP_TRY(pictures_.tick());
  return desk_->follow();
}

Result<> OpenHub::idle() {
  const Now now = parts_.clock.now();
  if (now.mono_ms - warmed_mono_ms_ >= kWarmEveryMs) {
    warmed_mono_ms_ = now.mono_ms;
    SEALKEEP_LET(read, compliance_.warm(now.unix_ms, kWarmedAtOnce));
    // After a start, and when a day is over, slice by slice without a pause until all is read.
    warming_ = read >= kWarmedAtOnce;
    if (warming_) warmed_mono_ms_ = now.mono_ms - kWarmEveryMs;
  }
  return wal_.idle(now.mono_ms);
}

Result<RegisterLogs> OpenHub::register_logs(RegisterId id) {
  const Site* site = sites_.find(id);
  if (site == nullptr) return fail(ErrorKind::NotFound, "site.unknown", "there is no site with this number");
  return SiteBook::logs_of(*site);
}

}  // namespace sealkeep::hub
