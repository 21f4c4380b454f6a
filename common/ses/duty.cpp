// SPDX-License-Identifier: Apache-2.0
#include "common/ses/duty.hpp"

#include <array>

namespace sealkeep::ses {
namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

// domain-rules section 5. Rules that no event of a site log opens (QA, training, contingency ...) are the
// hub's.
constexpr std::array kRules = std::to_array<DutyRule>({
    {1, "receipt_recorded", "2.7", "Write the delivery down", "arrived, and not written down in time",
     Setting::ReceiptRecordedMs, Severity::Warn, 24 * kHour, Severity::High, Who::Supervisor, false},
    {2, "receipt_stored", "2.2, 2.8", "Put the new seals into the locked store",
     "received, and not locked away", Setting::StoredMs, Severity::Warn, 4 * kHour, Severity::High,
     Who::Supervisor, true},
    {3, "delivery_confirmed", "2.4", "Confirm the delivery that head office expects",
     "should have arrived, and nobody received it", Setting::DeliveryConfirmedDays, Severity::Warn, 5 * kDay,
     Severity::High, Who::SesManager, false},
    {4, "site_approved", "2.5", "Explain a delivery to a site without approval",
     "delivered to a site that was not approved then", Setting{}, Severity::Critical, 0, Severity::Critical,
     Who::SesManager, false},
    {5, "hand_emptied", "2.2, 2.8", "Apply the seals in hand or put them back",
     "in somebody's hand for too long", Setting::InHandMs, Severity::Warn, 24 * kHour, Severity::High,
     Who::Supervisor, true},
    {6, "store_closed", "2.8", "Close and lock the store", "the store was left open", Setting::StoreClosedMs,
     Severity::Warn, 0, Severity::Warn, Who::Supervisor, false},
    {7, "closed_sealed", "2.13", "Seal the container, or say who secured its doors",
     "closed, and neither sealed nor secured", Setting::SealedMs, Severity::Warn, 45 * 60'000,
     Severity::Critical, Who::SupervisorThenSesManager, false},
    {8, "secured_sealed", "2.13", "Seal the container that is secured", "secured, and not sealed in time",
     Setting::SecuredMs, Severity::Warn, 4 * kHour, Severity::High, Who::Supervisor, false},
    {9, "applied_checked", "2.14, 2.15", "Check the seal: door, then paper", "sealed, and nobody checked it",
     Setting::CheckedMs, Severity::Warn, 2 * kHour, Severity::High, Who::Supervisor, true},
    {10, "difference_settled", "2.14", "Settle what differs between door and paper",
     "door and paper do not agree", Setting{}, Severity::High, 0, Severity::High, Who::Supervisor, true,
     Severity::Warn},
    {12, "driver_checked", "2.17", "Explain why the driver's check is not complete",
     "uplifted without the driver's full check", Setting{}, Severity::High, 2 * kHour, Severity::High,
     Who::SupervisorThenSesManager, true},
    {13, "operator_approved", "2.16", "Explain an operator that is not in the plan",
     "taken by an operator that is not in the plan", Setting{}, Severity::Critical, 0, Severity::Critical,
     Who::SesManager, true},
    {14, "package_sealed", "2.18", "Seal the air package", "packed, and not sealed in time",
     Setting::PackageSealedMs, Severity::Warn, 0, Severity::Warn, Who::Supervisor, false},
    {15, "new_seal_on", "2.10", "Put a new seal on", "the seal broke, and no new one is on",
     Setting::NewSealMs, Severity::Warn, 45 * 60'000, Severity::High, Who::Supervisor, false},
    {16, "store_counted", "2.11", "Count the store", "the store was not counted for too long",
     Setting::StoreCountDays, Severity::Warn, 14 * kDay, Severity::High, Who::Supervisor, false},
    {17, "difference_explained", "2.11, 2.12", "Explain the difference, or say that the seal is lost",
     "nobody explained it yet", Setting::ExplainedDays, Severity::High, 0, Severity::High,
     Who::SupervisorThenSesManager, true, Severity::Warn},
    {18, "customs_told", "2.12, 6.3", "Tell Customs", "Customs was not told yet", Setting::CustomsToldMs,
     Severity::Critical, 0, Severity::Critical, Who::SesManager, true, Severity::Critical},
    {22, "papers_corrected", "4.2", "Correct the papers and the export entry",
     "sealed anew or corrected, and the papers still show the old number", Setting::PapersCorrectedDays,
     Severity::High, 0, Severity::High, Who::SesManager, false},
    {26, "leaver_emptied", "1.1, 2.8, 5.2", "Take back the seals of a person who left",
     "still with a person who left", Setting::PersonLeftDays, Severity::High, 0, Severity::High,
     Who::Supervisor, true},
});

}  // namespace

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::Digest:
      return "digest";
    case Severity::List:
      return "list";
    case Severity::Warn:
      return "warn";
    case Severity::High:
      return "high";
    case Severity::Critical:
      return "critical";
  }
  return "unknown";
}

std::span<const DutyRule> duty_rules() {
  return kRules;
}

const DutyRule* duty_rule(std::uint8_t no) {
  for (const DutyRule& rule : kRules)
    if (rule.no == no) return &rule;
  return nullptr;
}

std::optional<Severity> severity_at(const DutyRule& rule, const DutyRow& duty, std::int64_t at_ms) {
  if (duty.due_ms == 0 || at_ms <= duty.due_ms) return rule.before_due;
  if (rule.escalate_after_ms != 0 && at_ms - rule.escalate_after_ms >= duty.due_ms) return rule.escalated;
  return rule.severity;
}

}  // namespace sealkeep::ses
