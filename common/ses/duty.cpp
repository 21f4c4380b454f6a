// SPDX-License-Identifier: Apache-2.0
#include "common/ses/duty.hpp"

#include <array>

namespace sealkeep::ses {
namespace {

constexpr std::int64_t kHour = 3'600'000, kDay = 24 * kHour;

// domain-rules section 5. Its rows that ask for more than one thing are several rules here: 3, 36 and 42, 14
// and 34, 21 and 40, 24 and 35, 25, 27 and 37 to 39, 28 and 48, 49, 29 and 50, 51.
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
    {11, "own_checks", "2.14", "Have more seals checked by somebody else",
     "too many checks of this week were made by the person who applied the seal", Setting{}, Severity::List,
     0, Severity::List, Who::Supervisor, false, Severity::List},
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
    {19, "report_decided", "6.3", "Decide whether Customs must be told",
     "nobody decided whether Customs must be told", Setting::IncidentDecidedDays, Severity::High, 0,
     Severity::High, Who::SesManager, false, Severity::Warn},
    {20, "breach_told", "6.3", "Tell Customs of the cyber breach", "Customs was not told of the cyber breach",
     Setting::CustomsToldMs, Severity::Critical, 0, Severity::Critical, Who::It, false, Severity::Critical},
    {21, "concern_read", "6.2", "Read the concern that somebody raised",
     "a concern was raised, and no manager read it", Setting::ConcernReadDays, Severity::High, 0,
     Severity::High, Who::SesManager, false, Severity::List},
    {22, "papers_corrected", "4.2", "Correct the papers and the export entry",
     "sealed anew or corrected, and the papers still show the old number", Setting::PapersCorrectedDays,
     Severity::High, 0, Severity::High, Who::SesManager, false},
    {23, "documents_sampled", "4.2", "Compare a sample of export documents with the register",
     "export documents were not sampled for too long", Setting::DocumentsSampledDays, Severity::List,
     15 * kDay, Severity::Warn, Who::SesManager, false},
    {24, "training_renewed", "1.3, 1.4, 2.9, 6.2", "Train again", "the training or competence ran out",
     Setting{}, Severity::List, 30 * kDay, Severity::Warn, Who::Supervisor, false},
    {25, "key_checks_done", "1.1", "Check identity, references and background",
     "holds a key position without all checks", Setting::KeyChecksMs, Severity::High, 0, Severity::High,
     Who::SesManager, false},
    {26, "leaver_emptied", "1.1, 2.8, 5.2", "Take back the seals of a person who left",
     "still with a person who left", Setting::PersonLeftDays, Severity::High, 0, Severity::High,
     Who::Supervisor, true},
    {27, "qa_done", "4.1", "Check the site against the security plan",
     "no quality assurance check for too long", Setting::QaCheckDays, Severity::High, 0, Severity::High,
     Who::SesManager, false},
    {28, "accreditation_renewed", "7.1", "Renew the accreditation, or tell Customs",
     "the accreditation ran out", Setting::AccreditationDays, Severity::High, 0, Severity::High,
     Who::SesManager, false},
    {29, "password_changed", "5.2", "Change the password", "the password was not changed for too long",
     Setting::PasswordDays, Severity::List, 0, Severity::List, Who::It, false},
    {30, "day_closed", "2.6, 2.11", "Close the day", "a day was not closed", Setting::DayClosedDays,
     Severity::Warn, 2 * kDay, Severity::High, Who::Supervisor, false},
    {34, "raca_valid", "2.19, 2.20", "Explain an air carrier that is no RACA",
     "taken by a carrier that is no RACA", Setting{}, Severity::High, 0, Severity::High, Who::SesManager,
     true},
    {35, "integrity_reviewed", "1.2", "Review the person's integrity", "the periodic review is overdue",
     Setting::IntegrityReviewDays, Severity::Warn, 0, Severity::Warn, Who::SesManager, false},
    {36, "transfer_confirmed", "2.4", "Find out whether the seals arrived at the other site",
     "sent to another site, and not received there", Setting::DeliveryConfirmedDays, Severity::Warn, 5 * kDay,
     Severity::High, Who::SesManager, true},
    {37, "qa_action_done", "4.1", "Put the finding right", "a finding was not put right in time",
     Setting::QaActionDays, Severity::Warn, 30 * kDay, Severity::High, Who::SesManager, false},
    {38, "document_reviewed", "2.3, 3.1, 5.1, 5.4, 6.3", "Review the document", "its review is overdue",
     Setting::ProcedureReviewDays, Severity::List, 60 * kDay, Severity::Warn, Who::SesManager, false},
    {39, "held_unit_looked_at", "3.1", "Look at the sealed unit that is held",
     "held, and nobody looked at it in time", Setting::HeldUnitMs, Severity::Warn, 4 * kHour, Severity::High,
     Who::Supervisor, true},
    {40, "manager_concern_read", "6.2", "Read the concern about the site's manager",
     "a concern about the site's manager was raised, and head office did not answer it",
     Setting::ConcernReadDays, Severity::High, 0, Severity::High, Who::HeadOffice, false, Severity::Warn},
    {41, "erasure_done", "1.1", "Erase the names and words that head office named",
     "not erased, although head office ordered it", Setting{}, Severity::Warn, 0, Severity::Warn, Who::It,
     false},
    {42, "delivery_as_approved", "2.4",
     "Send the seals on to the site that their purchase approval names, or explain the delivery",
     "no purchase approval names this site for them", Setting{}, Severity::Warn, 24 * kHour, Severity::High,
     Who::SesManager, false},
    {48, "change_told", "6.1, 7.1", "Tell Customs of the change", "Customs was not told of the change",
     Setting::ChangeToldDays, Severity::High, 0, Severity::High, Who::SesManager, false, Severity::List},
    {49, "manager_named", "6.1", "Name who is responsible for SES", "nobody is named as responsible for SES",
     Setting::ManagerNamedDays, Severity::Warn, 5 * kDay, Severity::High, Who::SesManager, false},
    {50, "backup_made", "5.3", "Make and prove a backup", "no backup was proven", Setting::BackupDays,
     Severity::Warn, kDay, Severity::High, Who::It, false},
    {51, "restore_tested", "5.3", "Test a restore", "no restore was tested for too long",
     Setting::RestoreTestDays, Severity::Warn, 0, Severity::Warn, Who::It, false},
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

bool shown_at_site(std::uint8_t no) {
  const DutyRule* rule = duty_rule(no);
  return rule == nullptr || rule->who != Who::HeadOffice;
}

std::optional<Severity> severity_at(const DutyRule& rule, const DutyRow& duty, std::int64_t at_ms) {
  if (duty.due_ms == 0 || at_ms <= duty.due_ms) return rule.before_due;
  if (rule.escalate_after_ms != 0 && at_ms - rule.escalate_after_ms >= duty.due_ms) return rule.escalated;
  return rule.severity;
}

}  // namespace sealkeep::ses
