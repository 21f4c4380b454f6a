// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>

#include "common/base/clock.hpp"
#include "common/ses/record.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::uint8_t kSiteApprovedRule = 4;
constexpr std::uint8_t kDeliveryAsApprovedRule = 42;
constexpr std::uint8_t kApprovedState = 3;
constexpr std::size_t kNumbersNamed = 10;
constexpr std::size_t kSpeakingDuties = 10'000;  // open at one site, of one rule that speaks before it is due

std::uint16_t alert_rule_of(std::uint8_t duty_rule) {
  return duty_rule == kSiteApprovedRule ? static_cast<std::uint16_t>(AlertRule::SiteNotApproved)
                                        : std::uint16_t{duty_rule};
}

}  // namespace

// What the entry that opened an incident speaks of: its seals, its container.
Result<std::string> Oversight::incident_words(RegisterId id, std::optional<ses::Ref> at) {
  const Site* site = sites_->find(id);
  if (site == nullptr || !at) return std::string("Incident");
  for (const SiteEpoch& epoch : site->epochs) {
    if (epoch.epoch != at->epoch || epoch.log == 0) continue;
    SEALKEEP_LET(bytes, logs_->read_entry(epoch.log, at->index));
    SEALKEEP_LET(leaf, ses::decode_entry(bytes));
    const ses::Entry entry = ses::stated(std::move(leaf)).fact;
    if (const auto* lost = std::get_if<ses::SealLost>(&entry.event))
      return "Seal " + lost->seals.text() + " lost";
    if (const auto* found = std::get_if<ses::SealFound>(&entry.event))
      return "Seal " + found->seal.text() + " found again";
    if (const auto* damaged = std::get_if<ses::SealDamaged>(&entry.event))
      return "Seal " + damaged->seal.text() + " found broken";
    if (const auto* old = std::get_if<ses::SealReplaced>(&entry.event))
      return "Seal " + old->old_seal.text() + " found broken on " + old->unit.text;
    if (const auto* uplifted = std::get_if<ses::Uplifted>(&entry.event))
      return "Container " + uplifted->unit.text;
    if (const auto* tampered = std::get_if<ses::SealTampered>(&entry.event))
      return (tampered->seal.empty() ? "Container " + tampered->unit.text : "Seal " + tampered->seal.text()) +
             " tampered with";
    if (const auto* reported = std::get_if<ses::IncidentReported>(&entry.event)) {
      std::string words(ses::incident_words(reported->what));
      words.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(words.front())));
      return words + (reported->unit.text.empty() ? std::string() : " (" + reported->unit.text + ")");
    }
    if (std::get_if<ses::ConcernRaised>(&entry.event) != nullptr)
      return "Concern in record " + ses::ref_words(*at);
  }
  return "Incident in record " + ses::ref_words(*at);
}

// The numbers of a delivery that were on its label and not in it, at most kNumbersNamed of them.
Result<std::string> Oversight::short_words(RegisterId id, const ses::ReceiptRow& receipt) {
  if (receipt.short_count == 0) return std::string();
  ses::Rows rows;
  ses::Wanted wanted;
  for (std::uint32_t i = 0; i < receipt.seals.count; ++i)
    wanted.seals.push_back({receipt.family, receipt.seals.at(i)});
  SEALKEEP_TRY(rows_->load(id, wanted, rows));
  std::string words = receipt.short_count == 1 ? "Seal" : "Seals";
  std::size_t named = 0;
  for (const ses::SealKey& key : wanted.seals) {
    const ses::SealRow* seal = rows.seals.find(key);
    if (seal == nullptr || seal->state != ses::SealState::Short || named == kNumbersNamed) continue;
    words += (named++ == 0 ? " " : ", ") + key.number.text();
  }
  return words + (receipt.short_count > named ? ", ..." : "") + " short";
}

// What the site that received them cannot know: whose they are.
Result<std::string> Oversight::approval_words(RegisterId id, const std::string& subject) {
  const auto at = ses::ref_of(subject.substr(subject.find(':') + 1));
  if (!at) return std::string();
  ses::Rows rows;
  ses::Wanted wanted;
  wanted.receipts.push_back(*at);
  SEALKEEP_TRY(rows_->load(id, wanted, rows));
  const ses::ReceiptRow* receipt = rows.receipts.find(*at);
  if (receipt == nullptr) return std::string();
  SEALKEEP_LET(announced, rows_->announced_elsewhere(id, *receipt));
  if (!announced) return std::string();
  return "; " + announced->approval + " names " + code_of(announced->site);
}

Result<std::string> Oversight::subject_words(RegisterId id, const std::string& subject) {
  const std::size_t colon = subject.find(':');
  const std::string kind = subject.substr(0, colon);
  const std::string rest = colon == std::string::npos ? std::string() : subject.substr(colon + 1);
  if (kind == "unit") {
    for (const ses::UnitKind unit_kind : {ses::UnitKind::SeaContainer, ses::UnitKind::AirPackage}) {
      SEALKEEP_LET(unit, rows_->unit(id, ses::UnitId{unit_kind, rest}));
      if (!unit) continue;
      std::string seals;
      for (const ses::SealKey& key : unit->seals)
        seals += (seals.empty() ? ", seal " : ", ") + key.number.text();
      return (unit_kind == ses::UnitKind::SeaContainer ? "Container " : "Package ") + rest + seals;
    }
    return "Container " + rest;
  }
  if (kind == "receipt") {
    const auto ref = ses::ref_of(rest);
    ses::Rows rows;
    ses::Wanted wanted;
    if (ref) {
      wanted.receipts.push_back(*ref);
      SEALKEEP_TRY(rows_->load(id, wanted, rows));
      if (const ses::ReceiptRow* receipt = rows.receipts.find(*ref)) {
        SEALKEEP_LET(missing, short_words(id, *receipt));
        return (missing.empty() ? "Seals " + receipt->seals.text() : missing) +
               (receipt->delivery.empty() ? std::string() : ", delivery " + receipt->delivery);
      }
    }
    return "Delivery " + rest;
  }
  if (const auto key = seal_of_subject(subject)) return "Seal " + key->number.text();
  if (kind == "store") return "Store " + rest;
  if (kind == "person") return "Seals of person " + rest;
  if (kind == "delivery") return "Delivery " + rest;
  if (kind == "transfer") return transfer_words({id, {kTransferRule, subject}});
  if (kind == "count") return "Count " + rest;
  if (kind == "incident") return incident_words(id, ses::ref_of(rest));
  if (kind == "day") return std::string("Close of the day");
  if (kind == "own_checks") return std::string("Checks of this week");
  if (const ses::RecordRule* rule = ses::record_rule(kind)) {
    const std::string about = ses::subject_words(subject, ses::Names());
    return rest.empty() ? std::string(rule->words) : std::string(rule->words) + " (" + about + ")";
  }
  return subject;
}

bool Oversight::folded_to_watermark(const Site& known, const Watched& site) {
  const bool behind =
      site.cursor.epoch < known.watermark_epoch ||
      (site.cursor.epoch == known.watermark_epoch && site.cursor.next_index < known.watermark_size);
  return !behind && !site.queued;
}

Result<> Oversight::judge_duties(RegisterId id, Watched& site) {
  SEALKEEP_TRY(close_settled(site));
  const Site* known = sites_->find(id);
  if (known == nullptr || known->watermark_ms == 0) return {};
  if (!folded_to_watermark(*known, site)) {
    if (site.queued) changed_.insert(id);
    return {};
  }
  const std::int64_t until_ms = known->watermark_ms;
  if (until_ms > site.judged_ms) {
    std::vector<std::pair<ses::DutyKey, ses::DutyRow>> due;
    {
      SEALKEEP_LET(rows, due_.query(id, std::max<std::int64_t>(site.judged_ms, 0), until_ms));
      while (true) {
        SEALKEEP_LET(there, rows.next());
        if (!there) break;
        due.push_back(
            {{static_cast<std::uint8_t>(rows.int64(0)), std::string(rows.text(1))},
             {{static_cast<std::uint32_t>(rows.int64(2)), rows.uint64(3)}, rows.int64(4), rows.int64(5)}});
      }
    }
    for (const auto& [key, duty] : due) {
      if (key.rule == kTransferRule && hold_transfer({id, key}, duty)) continue;
      if (key.rule != kSiteApprovedRule) SEALKEEP_TRY(raise_duty(id, site, key, duty, until_ms));
    }
    site.judged_ms = until_ms - 1;
  }
  for (const ses::DutyRule& rule : ses::duty_rules()) {
    if (!rule.before_due) continue;
    SEALKEEP_LET(open, rows_->duties_of(id, rule.no, kSpeakingDuties));
    for (const DutyAt& duty : open)
      if (!site.duties.contains(duty.key)) SEALKEEP_TRY(raise_duty(id, site, duty.key, duty.row, until_ms));
  }
  while (!site.escalations.empty() && site.escalations.begin()->first <= until_ms) {
    const ses::DutyKey key = site.escalations.begin()->second;
    site.escalations.erase(site.escalations.begin());
    const auto open = site.duties.find(key);
    if (open == site.duties.end() || open->second.escalates_ms == 0) continue;
    SEALKEEP_TRY(raise_duty(id, site, key, {open->second.opened, 0, open->second.due_ms}, until_ms));
  }
  return {};
}

Result<> Oversight::raise_duty(RegisterId id, Watched& site, const ses::DutyKey& key,
                               const ses::DutyRow& duty, std::int64_t at_ms) {
  const ses::DutyRule* rule = ses::duty_rule(key.rule);
  if (rule == nullptr || is_settled(site, key)) return {};
  ses::DutyRow due = duty;
  if (due.due_ms == 0 && key.rule == kSiteApprovedRule)
    due.due_ms = due.opened_ms;  // no clock is needed for it
  const auto severity = ses::severity_at(*rule, due, at_ms);
  if (!severity) return {};
  Alert alert;
  alert.rule = alert_rule_of(key.rule);
  alert.subject = key.subject;
  alert.id = alert_id(alert.rule, key.subject, origin_of(id, duty.opened.epoch), duty.opened.index);
  if (duty.opened_ms == 0) {
    SEALKEEP_LET(before, alerts_->find(alert.id));
    if (before) alert.since_ms = before->since_ms;
  } else {
    alert.since_ms = duty.opened_ms;
  }
  alert.site = id;
  alert.severity = *severity;
  alert.raised_ms = now_ms_;
  SEALKEEP_LET(words, subject_words(id, key.subject));
  alert.reason = words + ": " + std::string(rule->overdue_words);
  if (key.rule == kDeliveryAsApprovedRule) {
    SEALKEEP_LET(elsewhere, approval_words(id, key.subject));
    alert.reason += elsewhere;
  }
  alert.clause = rule->clause;
  alert.unaccounted = rule->unaccounted;
  SEALKEEP_TRY(alerts_->raise(alert));
  const bool escalates = rule->escalate_after_ms != 0 && *severity != rule->escalated;
  const std::int64_t escalates_ms = escalates ? due.due_ms + rule->escalate_after_ms : 0;
  OpenDuty& open = site.duties[key];
  if (escalates_ms != 0 && open.escalates_ms != escalates_ms) site.escalations.emplace(escalates_ms, key);
  open = {alert.id, duty.opened, due.due_ms, escalates_ms};
  return {};
}

Result<> Oversight::close_duty(Watched& site, const ses::DutyKey& key) {
  const auto open = site.duties.find(key);
  if (open == site.duties.end()) return {};
  SEALKEEP_TRY(alerts_->resolve(open->second.alert, now_ms_));
  site.duties.erase(open);
  return {};
}

// At most one an hour for each site: what a site tells after a silence comes in several parts.
Result<> Oversight::digest_late(RegisterId id, Watched& site, const std::vector<ses::LateDuty>& late) {
  if (late.empty()) return {};
  LateDigest& digest = site.late;
  if (digest.by_rule.empty() || now_ms_ - digest.raised_ms >= kHourMs) {
    if (digest.raised_ms != 0) SEALKEEP_TRY(alerts_->resolve(digest.alert, now_ms_));
    const ses::Ref first = late.front().discharged;
    digest = {};
    digest.subject = "late:" + ses::ref_words(first);
    digest.alert = alert_id(static_cast<std::uint16_t>(AlertRule::DoneLate), digest.subject,
                            origin_of(id, first.epoch), first.index);
    digest.since_ms = late.front().duty.opened_ms;
    digest.raised_ms = now_ms_;
  }
  for (const ses::LateDuty& one : late) {
    ++digest.by_rule[one.key.rule];
    digest.since_ms = std::min(digest.since_ms, one.duty.opened_ms);
  }
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(AlertRule::DoneLate);
  alert.id = digest.alert;
  alert.site = id;
  alert.subject = digest.subject;
  alert.severity = ses::Severity::Digest;
  alert.since_ms = digest.since_ms;
  alert.raised_ms = digest.raised_ms;
  std::size_t count = 0;
  std::string named;
  for (const auto& [no, times] : digest.by_rule) {
    const ses::DutyRule* rule = ses::duty_rule(no);
    count += times;
    named += (named.empty() ? "" : "; ") + std::string(rule == nullptr ? "duty" : rule->words) +
             (times == 1 ? std::string() : " (" + std::to_string(times) + " times)");
    const std::string_view clauses = rule == nullptr ? std::string_view() : rule->clause;
    alert.clause += (alert.clause.empty() ? "" : ", ") + std::string(clauses);
  }
  alert.reason = std::to_string(count) + (count == 1 ? " duty was" : " duties were") + " done late at " +
                 code_of(id) + " before head office heard of it: " + named;
  SEALKEEP_TRY(alerts_->raise(alert));
  return {};
}

// It was there to be read for a week.
Result<> Oversight::close_old_digest(Watched& site, std::int64_t now_ms) {
  if (site.late.raised_ms == 0 || now_ms - site.late.raised_ms < 7 * kDayMs) return {};
  SEALKEEP_TRY(alerts_->resolve(site.late.alert, now_ms));
  site.late = {};
  return {};
}

Result<> Oversight::judge_silence(RegisterId id, Watched& site, std::int64_t now_ms) {
  const Site* known = sites_->find(id);
  if (known == nullptr) return {};
  const std::int64_t since_ms = std::max(known->heard_ms, known->approved_ms);
  const std::int64_t silent_ms = now_ms - since_ms;
  const bool heard =
      known->state != kApprovedState || silent_ms < kDayMs || now_ms < site.internet_down_until_ms;
  if (heard && !site.silent) return {};
  const std::string subject = "site:" + known->code;
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(AlertRule::SilentSite);
  alert.id = alert_id(alert.rule, subject, hub_ + "/site/" + known->code, 0);
  if (heard) {
    site.silent = false;
    SEALKEEP_TRY(alerts_->resolve(alert.id, now_ms));
    return {};
  }
  alert.site = id;
  alert.subject = subject;
  alert.severity = silent_ms >= 7 * kDayMs   ? ses::Severity::Critical
                   : silent_ms >= 3 * kDayMs ? ses::Severity::High
                                             : ses::Severity::Warn;
  alert.since_ms = since_ms;
  alert.raised_ms = now_ms;
  alert.reason = known->code + " was not heard of for " + duration_words(silent_ms) +
                 (silent_ms >= 7 * kDayMs ? ": ask for a carry file" : "");
  alert.clause = "2.6, 2.11";
  SEALKEEP_TRY(alerts_->raise(alert));
  site.silent = true;
  return {};
}

}  // namespace sealkeep::hub
