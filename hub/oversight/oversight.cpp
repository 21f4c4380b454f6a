// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/oversight.hpp"
#include "common/base/clock.hpp"

#include <algorithm>

namespace sealkeep::hub {
namespace {

constexpr std::uint64_t kLeastSlice = 256;  ///< entries of one site in a row, so that a working set pays
constexpr std::uint64_t kMostSlice = 8192;  ///< bounds the working set
constexpr std::int64_t kTickEveryMs = 1'000;
constexpr std::int64_t kIdleTickMs = 60'000;
constexpr std::int64_t kDiskFullRetryMs = 5'000;
constexpr std::uint8_t kApprovedState = 3;

// Precondition: the epoch counts.
LogId log_of(const RegisterLogs& logs, std::uint32_t epoch) {
  const auto found =
      std::find_if(logs.site.begin(), logs.site.end(), [&](const auto& e) { return e.epoch == epoch; });
  SEALKEEP_ASSERT(found != logs.site.end());
  return found->log;
}

}  // namespace

Oversight::Oversight(std::string hub, Clock& clock, Logger& log, Db& db, LogStore& logs, DetailStore& details,
                     RegisterRows& rows, Chronicle& chronicle, Alerts& alerts, SiteBook& sites,
                     CustomsBook& customs, PictureDesk& pictures)
    : hub_(std::move(hub)),
      clock_(&clock),
      log_(&log),
      db_(&db),
      logs_(&logs),
      details_(&details),
      rows_(&rows),
      chronicle_(&chronicle),
      alerts_(&alerts),
      sites_(&sites),
      customs_(&customs),
      pictures_(&pictures) {}

// Commits of what can be rebuilt wait for no disk. A failure forgets what is in memory and reads it anew. A
// disk that is full passes: the mirrors wait, and so do the registers.
template <class F>
Result<bool> Oversight::project(F&& body) {
  const Now now = clock_->now();
  now_ms_ = now.unix_ms;
  SEALKEEP_TRY(db_->set_durable(false));
  Result<> done = db_->transaction(body);
  if (!db_->failed()) SEALKEEP_TRY(db_->set_durable(true));
  if (!done && !db_->failed()) SEALKEEP_TRY(load());
  if (!done && !db_->failed() && done.error().kind == ErrorKind::Full) {
    log_->error("registers_wait", {{"error", done.error().text()}});
    full_until_mono_ms_ = now.mono_ms + kDiskFullRetryMs;
    return false;
  }
  // What was erased must not live on in the WAL.
  if (done && std::exchange(erased_, false)) {
    Result<> moved = db_->checkpoint_wal(WalCheckpoint::Truncate);
    if (!moved && moved.error().kind != ErrorKind::Busy && moved.error().kind != ErrorKind::Full)
      return tl::unexpected<Error>(std::move(moved).error());
    erased_ = !moved;
  }
  if (!done) return tl::unexpected<Error>(std::move(done).error());
  return true;
}

Result<> Oversight::load() {
  if (!due_ready_) {
    SEALKEEP_LET(due,
                 db_->prepare("SELECT rule, subject, opened_epoch, opened_index, opened_ms, due_ms FROM duty "
                              "WHERE register = ? AND due_ms > ? AND due_ms < ? ORDER BY due_ms"));
    due_ = std::move(due);
    due_ready_ = true;
  }
  watched_.clear();
  queue_.clear();
  two_sites_.clear();
  transfers_.clear();
  touched_.clear();
  SEALKEEP_LET(everywhere, alerts_->open_of(static_cast<std::uint16_t>(AlertRule::SameSealAtTwoSites), 0));
  for (const Alert& alert : everywhere)
    if (const auto key = seal_of_subject(alert.subject)) two_sites_.emplace(*key, alert.id);
  for (const auto& [id, site] : sites_->all())
    if (site.state == kApprovedState) SEALKEEP_TRY(watch(id));
  return {};
}

Result<> Oversight::watch(RegisterId id) {
  Watched& site = watched_[id];
  site = {};
  SEALKEEP_LET(self, rows_->self(id));
  site.cursor = {self.epoch, self.next_index};
  SEALKEEP_LET(chronicled, chronicle_->cursor(id));
  site.chronicled = chronicled == ses::Ref{self.epoch, self.next_index};
  site.internet_down_until_ms = self.internet_down_until_ms;
  SEALKEEP_LET(open, alerts_->list(id, true, SIZE_MAX / 2));
  for (const Alert& alert : open) {
    switch (static_cast<AlertRule>(alert.rule)) {
      case AlertRule::SilentSite:
        site.silent = true;
        break;
      case AlertRule::NeverReceived:
        if (const auto key = seal_of_subject(alert.subject)) {
          site.never_received.emplace(*key, alert.id);
          ++site.never_received_of[static_cast<std::size_t>(key->family)];
        }
        break;
      case AlertRule::DoneLate:
        if (alert.raised_ms > site.late.raised_ms)
          site.late = {alert.id, alert.subject, alert.since_ms, alert.raised_ms, {}};
        break;
      case AlertRule::SignInUnusual:
        if (site.security_noted_ms == 0 || alert.raised_ms < site.security_noted_ms)
          site.security_noted_ms = alert.raised_ms;
        break;
      case AlertRule::LedgerImbalance:
        if (alert.subject.starts_with("ledger:"))
          site.imbalanced.insert(static_cast<std::uint8_t>(alert.subject.back() - '0'));
        break;
      default:
        break;
    }
  }
  // Duties' alerts by their duty, so that they can be resolved when it is gone.
  for (const ses::DutyRule& rule : ses::duty_rules()) {
    const std::uint16_t no =
        rule.no == 4 ? static_cast<std::uint16_t>(AlertRule::SiteNotApproved) : std::uint16_t{rule.no};
    SEALKEEP_LET(alerts, alerts_->open_of(no, id));
    for (const Alert& alert : alerts) {
      const ses::DutyKey key{rule.no, alert.subject};
      site.duties[key] = OpenDuty{alert.id, {}, 0, 0};
    }
  }
  SEALKEEP_TRY(follow_transfers(id));
  SEALKEEP_TRY(follow_customs(id, site));
  enqueue(id);
  changed_.insert(id);
  folded_.insert(id);
  return {};
}

void Oversight::unwatch(RegisterId id) {
  watched_.erase(id);
  std::erase_if(transfers_, [id](const auto& one) { return one.first.first == id; });
  std::erase(queue_, id);
  changed_.erase(id);
}

void Oversight::enqueue(RegisterId id) {
  const auto found = watched_.find(id);
  if (found == watched_.end() || found->second.queued) return;
  found->second.queued = true;
  queue_.push_back(id);
}

Oversight::Cursor Oversight::cursor(RegisterId id) const {
  const auto found = watched_.find(id);
  return found == watched_.end() ? Cursor{} : found->second.cursor;
}

std::string Oversight::origin_of(RegisterId id, std::uint32_t epoch) const {
  if (const Site* site = sites_->find(id))
    for (const SiteEpoch& e : site->epochs)
      if (e.epoch == epoch) return e.identity.origin;
  return hub_;
}

std::string Oversight::code_of(RegisterId id) const {
  const Site* site = sites_->find(id);
  return site == nullptr ? std::string() : site->code;
}

Result<std::uint64_t> Oversight::oversee(std::uint64_t max_entries) {
  std::uint64_t done = 0;
  if (queue_.empty() || max_entries == 0 || waits_for_room()) return done;
  SEALKEEP_LET(stored, project([&]() -> Result<> {
                 while (done < max_entries && !queue_.empty()) {
                   const RegisterId id = queue_.front();
                   queue_.pop_front();
                   Watched& site = watched_.at(id);
                   site.queued = false;
                   const std::uint64_t left = max_entries - done;
                   const std::uint64_t share = std::max(kLeastSlice, left / (queue_.size() + 1));
                   const std::uint64_t slice = std::min({left, share, kMostSlice});
                   SEALKEEP_LET(count, fold_site(id, site, slice));
                   done += count;
                   if (count == slice) enqueue(id);
                   if (count > 0) {
                     changed_.insert(id);
                     folded_.insert(id);
                   }
                 }
                 return judge_touched_transfers();
               }));
  return stored ? done : 0;
}

Result<std::uint64_t> Oversight::fold_site(RegisterId id, Watched& site, std::uint64_t max_entries) {
  const Site* known = sites_->find(id);
  if (known == nullptr) return 0;
  // Records that adopt directives which this hub has lost wait until they are back.
  if (known->directives_owed != 0) return 0;
  const RegisterLogs logs = SiteBook::logs_of(*known);
  if (!site.chronicled) {
    SEALKEEP_LET(read, chronicle_->catch_up(*logs_, *rows_, logs, {site.cursor.epoch, site.cursor.next_index},
                                            max_entries));
    if (read == max_entries) return read;
    site.chronicled = true;
  }
  ses::Rows rows;
  SEALKEEP_TRY(rows_->begin(id, rows));
  const Cursor from{rows.self.epoch, rows.self.next_index};
  FoldHooks hooks;
  Chronicle::Days days;
  const auto want = [&](const ses::Entry& entry, ses::Ref at, std::size_t n) {
    const ses::DetailCommitment& detail = entry.details[n];
    return details_->want(log_of(logs, at.epoch), {at.index, static_cast<std::uint8_t>(n), detail.kind,
                                                   detail.length_bytes, detail.commitment});
  };
  hooks.on_entry = [&](const ses::Entry& entry, ses::Ref at, const ses::Rows&) -> Result<> {
    if (const auto* erased = std::get_if<ses::DetailsErased>(&entry.event))
      SEALKEEP_TRY(erase_details(logs, erased->about));
    if (const auto* answer = std::get_if<ses::ErasureAnswered>(&entry.event))
      SEALKEEP_TRY(note_erasure(id, *answer, at));
    if (const auto* started = std::get_if<ses::EpochStarted>(&entry.event))
      SEALKEEP_TRY(erase_again(id, *started));
    if (const auto* noted = std::get_if<ses::SecurityNoted>(&entry.event))
      SEALKEEP_TRY(note_security(id, site, *noted, entry.header.recorded_ms, at));
    for (std::size_t n = 0; n < entry.details.size(); ++n) SEALKEEP_TRY(want(entry, at, n));
    return chronicle_->add(id, entry, at, days);
  };
  // What has not come yet of the place where the fact was folded may only be had here. What was erased there
  // is not asked for again.
  hooks.on_repeated = [&](const ses::Entry& entry, ses::Ref at, ses::Ref before) -> Result<> {
    for (std::size_t n = 0; n < entry.details.size(); ++n) {
      SEALKEEP_LET(detail,
                   details_->get(log_of(logs, before.epoch), before.index, static_cast<std::uint8_t>(n)));
      if (!detail || detail->state == DetailState::Wanted) SEALKEEP_TRY(want(entry, at, n));
    }
    return chronicle_->add_place(id, ses::stated(entry).fact, at);
  };
  hooks.on_unreadable = [&](ses::Ref at, const Error& error) -> Result<> {
    const std::string origin = origin_of(id, at.epoch);
    const std::string subject = "entry:" + std::to_string(at.epoch) + "/" + std::to_string(at.index);
    Alert alert;
    alert.rule = static_cast<std::uint16_t>(AlertRule::UnreadableEntry);
    alert.id = alert_id(alert.rule, subject, origin, at.index);
    alert.site = id;
    alert.subject = subject;
    alert.severity = ses::Severity::High;
    alert.since_ms = alert.raised_ms = now_ms_;
    alert.reason = "Record " + std::to_string(at.index) + " of " + known->code + " cannot be read here (" +
                   error.code + "): a newer program wrote it, or it is damaged";
    alert.clause = "2.6";
    SEALKEEP_TRY(alerts_->raise(alert));
    return {};
  };
  RegisterFold fold(*logs_, *rows_);
  SEALKEEP_LET(count, fold.follow(logs, max_entries, rows, hooks));
  if (count == 0) return count;
  std::vector<ses::LateDuty> unheard;
  for (const ses::LateDuty& one : rows.late)
    if (!site.duties.contains(one.key) && !transfer_alerted({id, one.key}) && !is_settled(site, one.key))
      unheard.push_back(one);
  std::vector<ses::SealKey> anywhere;
  SEALKEEP_TRY(judge_rows(id, site, rows, from, anywhere));
  SEALKEEP_TRY(digest_late(id, site, unheard));
  SEALKEEP_TRY(rows_->save(id, rows));
  SEALKEEP_TRY(chronicle_->save(id, days, {rows.self.epoch, rows.self.next_index}));
  std::sort(anywhere.begin(), anywhere.end());
  for (const ses::SealKey& key : anywhere) SEALKEEP_TRY(judge_two_sites(key));
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi})
    SEALKEEP_TRY(judge_ledger(id, site, family, rows.ledgers[static_cast<std::size_t>(family)]));
  site.cursor = {rows.self.epoch, rows.self.next_index};
  site.internet_down_until_ms = rows.self.internet_down_until_ms;
  return count;
}

// Also bytes that have not come yet: what arrives later is refused. Also where the entry was restated.
Result<> Oversight::erase_details(const RegisterLogs& logs, ses::Ref about) {
  SEALKEEP_LET(places, RegisterFold(*logs_, *rows_).places(logs, about));
  for (const ses::Ref& place : places)
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      if (epoch.epoch != place.epoch) continue;
      SEALKEEP_LET(erased, details_->erase_all(epoch.log, place.index));
      erased_ = erased_ || erased > 0;
      SEALKEEP_TRY(pictures_->words_erased(epoch.log, place.index));
    }
  return {};
}

Result<> Oversight::tick() {
  const Now now = clock_->now();
  ticked_mono_ms_ = now.mono_ms;
  const bool all = now.mono_ms >= look_at_all_mono_ms_;
  if ((changed_.empty() && !all) || waits_for_room()) return {};
  SEALKEEP_LET(stored, project([&]() -> Result<> {
                 for (const RegisterId id : std::exchange(changed_, {})) {
                   const auto found = watched_.find(id);
                   if (found == watched_.end()) continue;
                   SEALKEEP_TRY(judge_duties(id, found->second));
                   SEALKEEP_TRY(judge_silence(id, found->second, now.unix_ms));
                 }
                 SEALKEEP_TRY(raise_held_transfers());
                 if (!all) return {};
                 for (auto& [id, site] : watched_) {
                   SEALKEEP_TRY(judge_silence(id, site, now.unix_ms));
                   SEALKEEP_TRY(close_old_digest(site, now.unix_ms));
                   SEALKEEP_TRY(close_old_security_notes(id, site, now.unix_ms));
                 }
                 return {};
               }));
  if (stored && all) look_at_all_mono_ms_ = now.mono_ms + kIdleTickMs;
  return {};
}

bool Oversight::waits_for_room() const {
  return clock_->now().mono_ms < full_until_mono_ms_;
}

std::int64_t Oversight::next_tick_ms() const {
  return ticked_mono_ms_ + (changed_.empty() ? kIdleTickMs : kTickEveryMs);
}

}  // namespace sealkeep::hub
