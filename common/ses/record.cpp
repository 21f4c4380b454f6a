// SPDX-License-Identifier: Apache-2.0
#include "common/ses/record.hpp"

namespace sealkeep::ses {
namespace {

using enum RecordSubject;
using enum RecordEffect;

// clang-format off
constexpr RecordRule kRules[] = {
    {RecordKind::IdentityCheck, "identity_check", "1.1", "Identity checked", Person, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::ReferenceCheck, "reference_check", "1.1", "References checked", Person, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::BackgroundCheck, "background_check", "1.1", "Background checked", Person, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::KeyPosition, "key_position", "1.1", "Holds a key position: export documents, access cards, codes or keys", PersonLabel, Keeps, 25, Setting{}, RecordKind{}},
    {RecordKind::IntegrityReview, "integrity_review", "1.2", "Integrity reviewed", Person, Renews, 35, Setting::IntegrityReviewDays, RecordKind{}},
    {RecordKind::TrainingDocuments, "training_documents", "1.3", "Trained in SES procedures and obligations for documents", Person, Renews, 24, Setting::TrainingDocumentsDays, RecordKind{}},
    {RecordKind::TrainingSecurity, "training_security", "1.4", "Security and cybersecurity awareness training", Person, Renews, 24, Setting::TrainingSecurityDays, RecordKind{}},
    {RecordKind::TrainingSeals, "training_seals", "2.9", "Trained to handle, apply and check seals", Person, Renews, 24, Setting::TrainingSealsDays, RecordKind{}},
    {RecordKind::TrainingReporting, "training_reporting", "6.2", "Trained to report incidents and suspicious activity", Person, Renews, 24, Setting::TrainingSealsDays, RecordKind{}},
    {RecordKind::Competence, "competence", "2.9", "Competent for a task", PersonLabel, Renews, 24, Setting::TrainingSealsDays, RecordKind{}},
    {RecordKind::KeyHeld, "key_held", "2.8", "Holds a key, card or code of a store", PersonLabel, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::Procedure, "procedure", "2.3", "Written procedure in force", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::ProcedureRead, "procedure_read", "2.3", "Read a procedure", PersonLabel, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::ReportingProcedure, "reporting_procedure", "6.3", "Written procedure for reporting to Customs", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::ContingencyPlan, "contingency_plan", "3.1", "Contingency plan in force", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::ContingencyDrill, "contingency_drill", "3.1", "Contingency plan practised", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::QaCheck, "qa_check", "4.1", "Quality assurance check against the security plan", Site, Renews, 27, Setting::QaCheckDays, RecordKind{}},
    {RecordKind::QaFinding, "qa_finding", "4.1", "Finding of a quality assurance check", Label, Opens, 37, Setting::QaActionDays, RecordKind{}},
    {RecordKind::QaAction, "qa_action", "4.1", "Finding put right", Label, Closes, 37, Setting{}, RecordKind::QaFinding},
    {RecordKind::DocumentsSampled, "documents_sampled", "4.2", "Export documents sampled", Site, Renews, 23, Setting::DocumentsSampledDays, RecordKind{}},
    {RecordKind::PlanChangeAsked, "plan_change_asked", "4.3", "Customs asked to approve a change of the security plan", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::PlanChangeApproved, "plan_change_approved", "4.3", "Customs approved a change of the security plan in writing", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::SecurityPolicy, "security_policy", "5.1", "Information security policy in force", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::SecurityControl, "security_control", "5.1", "Control in place: passwords, firewall, antivirus, licensed software, detection", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::PasswordChanged, "password_changed", "5.2", "Password changed", Person, Renews, 29, Setting::PasswordDays, RecordKind{}},
    {RecordKind::BackupRun, "backup_run", "5.3", "Backup made and proven", Site, Renews, 50, Setting::BackupDays, RecordKind{}},
    {RecordKind::RestoreTested, "restore_tested", "5.3", "Restore tested", Site, Renews, 51, Setting::RestoreTestDays, RecordKind{}},
    {RecordKind::BestPractice, "best_practice", "5.4", "Digital security practice adopted (NCSC)", Label, Renews, 38, Setting::ProcedureReviewDays, RecordKind{}},
    {RecordKind::Responsible, "responsible", "6.1", "Responsible for SES: manager or deputy", PersonLabel, Keeps, 49, Setting::ManagerNamedDays, RecordKind{}},
    {RecordKind::ChangeToTell, "change_to_tell", "6.1", "A change of the business that Customs must be told", Label, Opens, 48, Setting::ChangeToldDays, RecordKind{}, true},
    {RecordKind::ChangeTold, "change_told", "6.1", "Customs was told of a change", Label, Closes, 48, Setting{}, RecordKind::ChangeToTell},
    {RecordKind::Accreditation, "accreditation", "7.1", "Accreditation of another agency", Label, Renews, 28, Setting::AccreditationDays, RecordKind{}},
    {RecordKind::Assurance, "assurance", "2", "How this site is known to meet a clause: visit, agreement, register review", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::DeclarationOfSecurity, "declaration_of_security", "2.20", "Part 109 reference of an air pick-up", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::PurchaseApproval, "purchase_approval", "2.4", "Customs approved a purchase of seals and where they go", Label, Keeps, 0, Setting{}, RecordKind{}},
    {RecordKind::AccountHeld, "account_held", "5.2", "Has an account of this system, in the role", PersonLabel, Keeps, 0, Setting{}, RecordKind{}},
};
// clang-format on

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kRules); ++i)
    if (static_cast<std::size_t>(kRules[i].kind) != i + 1) return false;
  return true;
}
static_assert(in_order(), "a kind's row stands at its number");

}  // namespace

std::span<const RecordRule> record_rules() {
  return kRules;
}

const RecordRule& record_rule(RecordKind kind) {
  const auto no = static_cast<std::size_t>(kind);
  SEALKEEP_ASSERT(no >= 1 && no <= std::size(kRules));
  return kRules[no - 1];
}

const RecordRule* record_rule(std::string_view name) {
  for (const RecordRule& rule : kRules)
    if (rule.name == name) return &rule;
  return nullptr;
}

}  // namespace sealkeep::ses
