// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kNumbersNamed = 5;

std::uint16_t number(AlertRule rule) {
  return static_cast<std::uint16_t>(rule);
}

// The seal is this site's: it came in there and did not leave to another site or the supplier.
bool is_there(const ses::SealRow& row) {
  return row.came_in > 0 && row.state != ses::SealState::None && row.state != ses::SealState::SentOut &&
         row.state != ses::SealState::Returned;
}

}  // namespace

std::string seal_subject(const ses::SealKey& key) {
  return "seal:" + std::to_string(static_cast<int>(key.family)) + ":" + key.number.text();
}

std::optional<ses::SealKey> seal_of_subject(std::string_view subject) {
  if (!subject.starts_with("seal:") || subject.size() < 8 || subject[6] != ':') return std::nullopt;
  const int family = subject[5] - '0';
  auto parsed = ses::SealNumber::parse_exact(subject.substr(7));
  if (family < 1 || family > 3 || !parsed) return std::nullopt;
  return ses::SealKey{static_cast<ses::Family>(family), *parsed};
}

Result<> Oversight::judge_rows(RegisterId id, Watched& site, const ses::Rows& rows, const Cursor& from,
                               std::vector<ses::SealKey>& anywhere) {
  const ses::Ref begun{from.epoch, from.next_index};
  for (const auto& [key, slot] : rows.seals.slots()) {
    if (!slot.dirty || !slot.row || key.family == ses::Family::Other) continue;
    const ses::SealRow& row = *slot.row;
    if (!transfers_.empty()) touch_transfers(key);
    if (row.came_in == 0 || !site.never_received.empty()) SEALKEEP_TRY(judge_seal(id, site, key, row));
    const bool left = row.state == ses::SealState::SentOut || row.state == ses::SealState::Returned ||
                      row.state == ses::SealState::None;
    if ((row.came_in > 0 && row.receipt >= begun) || (left && two_sites_.contains(key)))
      anywhere.push_back(key);
  }
  for (const auto& [key, slot] : rows.duties.slots()) {
    if (!slot.dirty) continue;
    const auto open = site.duties.find(key);
    if (open != site.duties.end() && (!slot.row || slot.row->opened != open->second.opened))
      SEALKEEP_TRY(close_duty(site, key));
    if (key.rule == kTransferRule) {
      if (slot.row)
        SEALKEEP_TRY(follow_transfer(id, key, *slot.row));
      else
        forget_transfer({id, key});
    }
    if (!slot.row) continue;
    if (key.rule == 4) {
      SEALKEEP_TRY(raise_duty(id, site, key, *slot.row, std::max(slot.row->due_ms, slot.row->opened_ms) + 1));
    } else if (slot.row->due_ms != 0) {
      site.judged_ms = std::min(site.judged_ms, slot.row->due_ms - 1);
    }
  }
  return {};
}

Result<> Oversight::judge_seal(RegisterId id, Watched& site, const ses::SealKey& key,
                               const ses::SealRow& row) {
  const auto open = site.never_received.find(key);
  const bool wrong = row.came_in == 0 && row.state != ses::SealState::None;
  if (!wrong) {
    if (open == site.never_received.end()) return {};
    SEALKEEP_TRY(alerts_->resolve(open->second, now_ms_));
    site.never_received.erase(open);
    --site.never_received_of[static_cast<std::size_t>(key.family)];
    return {};
  }
  if (open != site.never_received.end()) return {};
  const ses::Ref opening = row.history.empty() ? ses::Ref{} : row.history.front();
  Alert alert;
  alert.rule = number(AlertRule::NeverReceived);
  alert.subject = seal_subject(key);
  alert.id = alert_id(alert.rule, alert.subject, origin_of(id, opening.epoch), opening.index);
  alert.site = id;
  alert.severity = ses::Severity::High;
  alert.since_ms = row.applied_ms != 0 ? row.applied_ms : now_ms_;
  alert.raised_ms = now_ms_;
  alert.reason = "Seal " + key.number.text() + " is " + std::string(ses::state_words(row.state)) +
                 (row.unit.text.empty() ? std::string() : " (" + row.unit.text + ")") + ", and " +
                 code_of(id) + " never received it";
  alert.clause = "2.6, 2.7";
  alert.unaccounted = true;
  SEALKEEP_TRY(alerts_->raise(alert));
  site.never_received.emplace(key, alert.id);
  ++site.never_received_of[static_cast<std::size_t>(key.family)];
  return {};
}

// A function of the rows alone, so that the order in which sites were heard does not matter.
Result<> Oversight::judge_two_sites(const ses::SealKey& key) {
  SEALKEEP_LET(found, rows_->seal(key));
  std::string where;
  std::size_t count = 0;
  std::int64_t since_ms = 0;
  for (const SealAt& at : found) {
    if (!is_there(at.row)) continue;
    ++count;
    where += (where.empty() ? "" : " and ") + code_of(at.register_id) + " (" +
             std::string(ses::state_words(at.row.state)) + ")";
    since_ms = std::max(since_ms, at.row.received_ms);
  }
  const auto open = two_sites_.find(key);
  if (count < 2) {
    if (open == two_sites_.end()) return {};
    SEALKEEP_TRY(alerts_->resolve(open->second, now_ms_));
    two_sites_.erase(open);
    return {};
  }
  Alert alert;
  alert.rule = number(AlertRule::SameSealAtTwoSites);
  alert.subject = seal_subject(key);
  alert.id = alert_id(alert.rule, alert.subject, hub_, 0);
  alert.severity = ses::Severity::High;
  alert.since_ms = since_ms;
  alert.raised_ms = now_ms_;
  alert.reason = "Seal " + key.number.text() + " came in at " + where +
                 ", and neither sent it to the other: two seals with one number, or one was copied";
  alert.clause = "2.6, 2.12";
  alert.unaccounted = true;
  SEALKEEP_TRY(alerts_->raise(alert));
  two_sites_.emplace(key, alert.id);
  return {};
}

Result<> Oversight::judge_ledger(RegisterId id, Watched& site, ses::Family family,
                                 const ses::LedgerRow& ledger) {
  const auto no = static_cast<std::uint8_t>(family);
  // Seals that were never received have alerts of their own.
  const std::int64_t explained = site.never_received_of[no];
  const bool wrong = ledger.right() - ledger.left() != explained || ledger.unbalanced != explained;
  const std::string subject = "ledger:" + std::to_string(no);
  const Hash alert_of_ledger =
      alert_id(number(AlertRule::LedgerImbalance), subject, hub_ + "/site/" + code_of(id), 0);
  if (!wrong) {
    if (site.imbalanced.erase(no) == 0) return {};
    SEALKEEP_TRY(alerts_->resolve(alert_of_ledger, now_ms_));
    return {};
  }
  SEALKEEP_LET(seals, rows_->unbalanced(id, kNumbersNamed + static_cast<std::size_t>(explained)));
  std::string named;
  std::size_t count = 0;
  for (const SealAt& at : seals) {
    if (at.key.family != family || site.never_received.contains(at.key) || count++ == kNumbersNamed) continue;
    named += (named.empty() ? ": " : ", ") + at.key.number.text();
  }
  Alert alert;
  alert.rule = number(AlertRule::LedgerImbalance);
  alert.id = alert_of_ledger;
  alert.site = id;
  alert.subject = subject;
  alert.severity = ses::Severity::High;
  alert.since_ms = alert.raised_ms = now_ms_;
  alert.reason = "The ledger of " + code_of(id) + " does not balance" + named;
  alert.clause = "2.6, 2.11";
  alert.unaccounted = true;
  SEALKEEP_TRY(alerts_->raise(alert));
  site.imbalanced.insert(no);
  return {};
}

}  // namespace sealkeep::hub
