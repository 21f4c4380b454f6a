// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kOpenTransfers = 10'000;  // of one site
constexpr std::string_view kSubject = "transfer:";

bool is_away(const ses::SealRow& row) {
  return row.state == ses::SealState::SentOut || row.state == ses::SealState::Returned ||
         row.state == ses::SealState::None;
}

}  // namespace

// The duty is open at `id`; what was sent stands in the entry that opened it.
Result<> Oversight::follow_transfer(RegisterId id, const ses::DutyKey& key, const ses::DutyRow& duty) {
  const Site* site = sites_->find(id);
  if (site == nullptr || transfers_.contains({id, key})) return {};
  for (const SiteEpoch& epoch : site->epochs) {
    if (epoch.epoch != duty.opened.epoch || epoch.log == 0) continue;
    SEALKEEP_LET(bytes, logs_->read_entry(epoch.log, duty.opened.index));
    SEALKEEP_LET(leaf, ses::decode_entry(bytes));
    const ses::Entry entry = ses::stated(std::move(leaf)).fact;
    const auto* sent = std::get_if<ses::TransferredOut>(&entry.event);
    if (sent == nullptr) return {};
    transfers_.emplace(std::pair{id, key},
                       Transfer{duty.opened, *sent, entry.header.happened_ms, false, false, {}});
    touched_.insert({id, key});
  }
  return {};
}

Result<> Oversight::follow_transfers(RegisterId id) {
  SEALKEEP_LET(open, rows_->duties_of(id, kTransferRule, kOpenTransfers));
  for (const DutyAt& duty : open) SEALKEEP_TRY(follow_transfer(id, duty.key, duty.row));
  return {};
}

void Oversight::forget_transfer(const TransferKey& key) {
  transfers_.erase(key);
  touched_.erase(key);
}

void Oversight::touch_transfers(const ses::SealKey& seal) {
  for (const auto& [key, transfer] : transfers_)
    if (!transfer.arrived && transfer.what.family == seal.family && transfer.what.seals.contains(seal.number))
      touched_.insert(key);
}

// A function of the rows alone, so that the order in which the sites were heard does not matter.
Result<> Oversight::judge_transfer(const TransferKey& key) {
  const auto found = transfers_.find(key);
  if (found == transfers_.end() || found->second.arrived) return {};
  Transfer& transfer = found->second;
  std::int64_t received_ms = 0;
  for (std::uint32_t i = 0; i < transfer.what.seals.count; ++i) {
    SEALKEEP_LET(places, rows_->seal({transfer.what.family, transfer.what.seals.at(i)}));
    bool settled = false;
    for (const SealAt& at : places) {
      const bool sender = at.register_id == key.first;
      // Came in since then: back at the sender, or at another site, from where it may have gone on.
      const bool since = at.row.came_in > 0 &&
                         (sender ? at.row.receipt > transfer.sent : at.row.received_ms >= transfer.sent_ms);
      if (!since && (is_away(at.row) || (!sender && at.row.came_in == 0))) continue;
      settled = true;
      if (since || !sender) received_ms = std::max(received_ms, at.row.received_ms);
    }
    if (!settled) return {};
  }
  transfer.arrived = true;
  orders_.push_back(
      {key.first, ses::TransferArrived{transfer.sent, received_ms == 0 ? now_ms_ : received_ms}});
  // Head office knows it now, whenever the sending site hears of it.
  return close_duty(watched_.at(key.first), key.second);
}

Result<> Oversight::judge_touched_transfers() {
  for (const TransferKey& key : std::exchange(touched_, {})) SEALKEEP_TRY(judge_transfer(key));
  return {};
}

// Not received by the due time, as far as anybody can tell: the other site was heard up to then. One that is
// not of this hub is never heard.
bool Oversight::transfer_can_be_judged(const Transfer& transfer, std::int64_t due_ms) {
  const Site* to = sites_->find(transfer.what.to_site);
  if (to == nullptr || !watched_.contains(to->id)) return true;
  return to->watermark_ms > due_ms && folded_to_watermark(*to, watched_.at(to->id));
}

bool Oversight::hold_transfer(const TransferKey& key, const ses::DutyRow& duty) {
  const auto found = transfers_.find(key);
  if (found == transfers_.end()) return false;
  Transfer& transfer = found->second;
  if (transfer.arrived) return true;
  const bool judged = transfer_can_be_judged(transfer, duty.due_ms);
  transfer.held = judged ? std::nullopt : std::optional(duty);
  transfer.alerted = judged;
  return !judged;
}

bool Oversight::transfer_alerted(const TransferKey& key) const {
  const auto found = transfers_.find(key);
  return found != transfers_.end() && found->second.alerted;
}

// Whichever of the two sites was heard.
Result<> Oversight::raise_held_transfers() {
  for (auto& [key, transfer] : transfers_) {
    if (!transfer.held) continue;
    const ses::DutyRow duty = *transfer.held;
    const Site* from = sites_->find(key.first);
    if (from == nullptr || hold_transfer(key, duty)) continue;
    SEALKEEP_TRY(raise_duty(key.first, watched_.at(key.first), key.second, duty, from->watermark_ms));
  }
  return {};
}

std::string Oversight::transfer_words(const TransferKey& key) const {
  const auto found = transfers_.find(key);
  if (found == transfers_.end()) return "Transfer of record " + key.second.subject.substr(kSubject.size());
  const ses::TransferredOut& what = found->second.what;
  return (what.seals.count == 1 ? "Seal " : "Seals ") + what.seals.text() + " sent to " + what.to_site +
         (what.transfer.empty() ? std::string() : ", transfer " + what.transfer);
}

}  // namespace sealkeep::hub
