// SPDX-License-Identifier: Apache-2.0
#include "common/ses/clause.hpp"

#include <algorithm>

namespace sealkeep::ses {
namespace {

using enum Basis;
using D = DirectiveKind;
using I = Irregularity;
using K = Kind;
using R = RecordKind;

// clang-format off
constexpr Clause kClauses[] = {
    {.id = "1.1", .title = "Checks for key positions",
     .words = "Identity, references and background are checked before somebody holds a key position, and the results are kept",
     .need = Need::Each, .people = People::KeyPositions, .beside = {K::DetailsErased, K::ErasureAnswered}, .records = {{R::IdentityCheck, Facts}, {R::ReferenceCheck, Facts}, {R::BackgroundCheck, Facts}, {R::KeyPosition, NotShown}},
     .on_file = "the results of the checks", .declared = "that the checks were made"},
    {.id = "1.2", .title = "Integrity of staff",
     .words = "The integrity of everybody who works here is looked at again from time to time, or when behaviour gives a reason",
     .people = People::Everybody, .records = {{R::IntegrityReview, Facts}}, .on_file = "the procedure and the results of reviews", .declared = "that reviews are made"},
    {.id = "1.3", .title = "Training for documents",
     .words = "Whoever handles documentation is trained in SES procedures and obligations",
     .people = People::Documents, .records = {{R::TrainingDocuments, Facts}}, .on_file = "certificates of the training", .declared = "that they were trained"},
    {.id = "1.4", .title = "Security training for all",
     .words = "All employees are trained in security, with cybersecurity, access to computers and care of passwords",
     .people = People::Everybody, .records = {{R::TrainingSecurity, Facts}}, .on_file = "certificates of the training", .declared = "that they were trained"},
    {.id = "1.5", .title = "Record of training",
     .words = "A record is kept of the training that employees receive",
     .records = {{R::TrainingDocuments, Facts}, {R::TrainingSecurity, Facts}, {R::TrainingSeals, Facts}, {R::TrainingReporting, Facts}, {R::Competence, Facts}},
     .on_file = "a training register kept elsewhere", .declared = "that a record is kept"},
    {.id = "2.1", .title = "Type of seal in the plan",
     .words = "The type of SES seal and its conditions are listed in the security plan",
     .events = {K::StockOpened, K::SealsReceived, K::SealApplied, K::SealReplaced},
     .decisions = {D::SealTypeApproved, D::SealsWithdrawn}, .asks_decision = true,
     .against = {I::SealTypeNotApproved, I::SealWithdrawn},
     .on_file = "the approved plan that lists the type", .declared = "that the type is in the plan"},
    {.id = "2.2", .title = "Locked store",
     .words = "Seals are stored in a locked receptacle, and only authorised people reach them",
     .events = {K::SealsStored, K::StoreOpened, K::StoreClosed}, .beside = {K::StoreAdded}, .records = {{R::KeyHeld, NotShown}},
     .against = {I::KeyNotListed, I::UnknownPlace},
     .on_file = "a description of the store and its list of keys", .declared = "that the store is locked"},
    {.id = "2.3", .title = "Procedures for seals",
     .words = "Written policies and procedures say how SES seals are stored, used and recorded",
     .records = {{R::Procedure, OnFile}, {R::ProcedureRead, NotShown}},
     .on_file = "the written procedures", .declared = "that there are procedures"},
    {.id = "2.4", .title = "Delivered as approved",
     .words = "Seals are delivered to the locations in the seal purchase approval",
     .events = {K::SealsReceived}, .beside = {K::TransferredOut, K::TransferredIn}, .records = {{R::PurchaseApproval, OnFile}},
     .decisions = {D::DeliveryApproved, D::TransferArrived}, .asks_decision = true, .against = {I::DeliveryNotApproved},
     .on_file = "the seal purchase approval", .declared = "that the purchase was approved"},
    {.id = "2.5", .title = "Only approved sites",
     .words = "Seals are delivered only to sites that Customs specifically approved",
     .events = {K::SealsReceived, K::TransferredIn}, .beside = {K::SiteMoved},
     .decisions = {D::SiteApproved}, .asks_decision = true, .against = {I::SiteNotApproved},
     .on_file = "Customs' approval of the site", .declared = "that the site is approved"},
    {.id = "2.6", .title = "Seal register",
     .words = "A register has each seal's number, the date received, the date applied, the container and who applied it",
     .scope = Scope::Sea, .events = {K::StockOpened, K::SealsReceived, K::TransferredIn, K::SealApplied, K::SealReplaced},
     .beside = {K::SealsIssued, K::HandedOver, K::SealsReturned, K::RollUsed, K::SealCorrected, K::UnitCorrected, K::DayClosed},
     .against = {I::UnknownSeal, I::SealInUse, I::AlreadyReceived},
     .on_file = "a register kept elsewhere", .declared = "that a register is kept"},
    {.id = "2.7", .title = "Recorded when received",
     .words = "Seals are written into the register as soon as they are received",
     .events = {K::SealsReceived, K::TransferredIn, K::RollReceived, K::BoxOpened}, .against = {I::LateEntry},
     .on_file = "delivery notes with the time of entry", .declared = "that they are written down at once"},
    {.id = "2.8", .title = "Access to seals",
     .words = "Seals are in a locked receptacle, and only authorised people reach them",
     .events = {K::SealsStored, K::SealsReturned, K::StoreOpened, K::StoreClosed}, .beside = {K::StoreAdded, K::SealsIssued, K::HandedOver, K::PersonLeft},
     .records = {{R::KeyHeld, Facts}}, .against = {I::KeyNotListed, I::UnknownPlace},
     .on_file = "the list of who holds keys", .declared = "that access is limited"},
    {.id = "2.9", .title = "Training for seals",
     .words = "Whoever handles, applies or checks seals is trained for it",
     .people = People::SealHandlers, .records = {{R::TrainingSeals, Facts}, {R::Competence, Facts}}, .against = {I::NotTrained},
     .on_file = "certificates of the training", .declared = "that they were trained"},
    {.id = "2.10", .title = "Damaged seals replaced",
     .words = "A damaged or broken seal is replaced by a new one, and the register says so",
     .need = Need::Occasion, .events = {K::SealReplaced, K::SealDamaged}, .beside = {K::SealsDestroyed},
     .on_file = "the procedure for damaged seals", .declared = "that damaged seals are replaced"},
    {.id = "2.11", .title = "Seals counted",
     .words = "The stored seals are compared with the register from time to time",
     .events = {K::StockCounted}, .beside = {K::DifferenceExplained, K::SealFound, K::DayClosed},
     .on_file = "signed count sheets", .declared = "that seals are counted"},
    {.id = "2.12", .title = "Lost or tampered told",
     .words = "Lost seals and tampering are recorded and reported to Customs",
     .need = Need::Occasion, .events = {K::SealLost, K::SealTampered, K::CustomsTold, K::CustomsDecided},
     .beside = {K::SealFound, K::ContentsLookedAt, K::DifferenceExplained}, .deeds = {D::CustomsToldByOffice},
     .on_file = "reports to Customs", .declared = "that such cases are reported"},
    {.id = "2.13", .title = "Sealed as soon as closed",
     .words = "The seal is applied as soon as the container is loaded and closed, or its doors are secured",
     .scope = Scope::Sea, .events = {K::SealApplied, K::DoorsSecured},
     .beside = {K::UnitCheckedEmpty, K::LoadStarted, K::LoadPaused, K::LoadEnded, K::UnitClosed, K::LoadCancelled, K::RollUsed, K::SealRemoved},
     .against = {I::NotClosed},
     .on_file = "the loading procedure", .declared = "that containers are sealed at once"},
    {.id = "2.14", .title = "Seal checked on door and paper",
     .words = "An employee checks that the seal is on correctly and its number is on the load paperwork, and check and name are recorded",
     .scope = Scope::Sea, .events = {K::SealChecked}, .against = {I::PaperDiffers, I::DoorDiffers},
     .on_file = "signed check sheets", .declared = "that seals are checked"},
    {.id = "2.15", .title = "View, verify, tug, twist",
     .words = "Checks of container seals follow the VVTT method",
     .scope = Scope::Sea, .events = {K::SealChecked}, .beside = {K::Uplifted}, .against = {I::VvttFailed, I::VvttIncomplete},
     .on_file = "signed check sheets with the four steps", .declared = "that the method is used"},
    {.id = "2.16", .title = "Approved transport operators",
     .words = "A sealed container is moved only by SES approved transport operators, who are listed in the security plan",
     .scope = Scope::Sea, .events = {K::Uplifted}, .decisions = {D::OperatorApproved}, .asks_decision = true,
     .against = {I::OperatorNotApproved},
     .on_file = "the approved plan that lists the operators", .declared = "that only listed operators are used"},
    {.id = "2.17", .title = "Driver's check",
     .words = "The driver confirms by VVTT that the seal is on correctly before taking the container, and the site keeps a record",
     .scope = Scope::Sea, .by_driver = true, .events = {K::Uplifted}, .against = {I::VvttFailed, I::VvttIncomplete, I::DriverNotSigned, I::NotSealed},
     .on_file = "sheets signed by drivers", .declared = "that drivers check"},
    {.id = "2.18", .title = "Air package sealed when packed",
     .words = "The seal is applied as soon as the goods have been packaged",
     .scope = Scope::Air, .events = {K::SealApplied, K::RollUsed}, .beside = {K::UnitClosed},
     .on_file = "the packing procedure", .declared = "that packages are sealed at once"},
    {.id = "2.19", .title = "Air cargo only by RACAs",
     .words = "Sealed packages are moved only by RACAs, who need not be in the security plan",
     .scope = Scope::Air, .events = {K::Uplifted}, .decisions = {D::OperatorApproved}, .asks_decision = true,
     .against = {I::OperatorNotApproved},
     .on_file = "certificates of the RACAs", .declared = "that only RACAs are used"},
    {.id = "2.20", .title = "Air pick-up under Part 109",
     .words = "Whoever uplifts air cargo is a RACA, and the checks are those of CAA Rule Part 109",
     .scope = Scope::Air, .beside = {K::Uplifted}, .records = {{R::DeclarationOfSecurity, Facts}},
     .on_file = "declarations of security", .declared = "that RACAs pick up"},
    {.id = "3.1", .title = "Contingency plans",
     .words = "There are plans for securing sealed packages when business is disrupted",
     .beside = {K::ContingencyStarted, K::ContingencyEnded, K::HeldUnitLookedAt},
     .records = {{R::ContingencyPlan, OnFile}, {R::ContingencyDrill, NotShown}},
     .on_file = "the contingency plan", .declared = "that there is a plan"},
    {.id = "4.1", .title = "Quality assurance",
     .words = "Regular checks make sure that the site's security plan is adhered to",
     .records = {{R::QaCheck, Facts}, {R::QaFinding, NotShown}, {R::QaAction, NotShown}},
     .on_file = "reports of quality assurance", .declared = "that checks are made"},
    {.id = "4.2", .title = "Export documents checked",
     .words = "The accuracy of export documentation is checked routinely, and the checks are documented",
     .events = {K::ExportEntryChecked}, .beside = {K::PapersCorrected, K::UnitOpened, K::ResealedElsewhere, K::SealCorrected, K::UnitCorrected},
     .records = {{R::DocumentsSampled, Facts}},
     .on_file = "lists of documents that were checked", .declared = "that documents are checked"},
    {.id = "4.3", .title = "Changes approved by Customs",
     .words = "Changes of the security plan have Customs' written approval",
     .records = {{R::PlanChangeApproved, OnFile}, {R::PlanChangeAsked, NotShown}}, .decisions = {D::PlanApproved, D::PlanSet},
     .on_file = "Customs' written approval", .declared = "that Customs approved"},
    {.id = "5.1", .title = "Information security",
     .words = "Policy and procedures protect systems with export documentation: passwords, firewall or antivirus, licensed software, detection",
     .need = Need::Each, .beside = {K::SecurityNoted}, .records = {{R::SecurityPolicy, OnFile}, {R::SecurityControl, OnFile}},
     .on_file = "the policy, and evidence of each control", .declared = "that the controls are in place"},
    {.id = "5.2", .title = "Own passwords, changed",
     .words = "Passwords belong to one person each, and everybody is prompted to change them",
     .records = {{R::SecurityControl, OnFile, "password"}, {R::SecurityPolicy, OnFile, "password"}, {R::PasswordChanged, Declared}, {R::AccountHeld, NotShown}},
     .on_file = "the password settings of all systems", .declared = "that passwords are personal and changed"},
    {.id = "5.3", .title = "Backups",
     .words = "Information about export goods is backed up regularly",
     .records = {{R::SecurityControl, OnFile, "backup"}, {R::SecurityPolicy, OnFile, "backup"}, {R::BackupRun, Declared}, {R::RestoreTested, Declared}},
     .on_file = "backup reports of all systems", .declared = "that backups are made"},
    {.id = "5.4", .title = "Digital best practice",
     .words = "Digital security best practice is adopted where it fits, for example the NCSC's",
     .beside = {K::DataExported}, .records = {{R::BestPractice, OnFile}},
     .on_file = "the assessment against the NCSC's guidelines", .declared = "that best practice is followed"},
    {.id = "6.1", .title = "Responsible for SES",
     .words = "A member of staff is responsible for SES: contact, incidents, commitments, plan, changes told to Customs",
     .records = {{R::Responsible, Facts, kManager}, {R::Responsible, NotShown, kDeputy}, {R::ChangeToTell, NotShown}, {R::ChangeTold, NotShown}},
     .on_file = "the letter of appointment", .declared = "that somebody is responsible"},
    {.id = "6.2", .title = "Trained to report",
     .words = "Employees are trained to report incidents and suspicious activity to a manager",
     .people = People::Everybody, .beside = {K::ConcernRaised, K::ConcernRead}, .records = {{R::TrainingReporting, Facts}},
     .on_file = "certificates of the training", .declared = "that they were trained"},
    {.id = "6.3", .title = "Procedure for reporting",
     .words = "Documented procedures say how anything that may compromise the goods is reported to Customs",
     .beside = {K::IncidentReported, K::CustomsTold, K::CustomsDecided, K::SealLost, K::SealTampered},
     .records = {{R::ReportingProcedure, OnFile}}, .deeds = {D::CustomsToldByOffice},
     .on_file = "the reporting procedure", .declared = "that there is a procedure"},
    {.id = "7.1", .title = "Other accreditations",
     .words = "Customs is told when an accreditation that supports SES is revoked or not renewed",
     .records = {{R::Accreditation, OnFile}, {R::ChangeToTell, NotShown}, {R::ChangeTold, NotShown}},
     .on_file = "the certificates", .declared = "that accreditations are in force"},
};
// clang-format on

}  // namespace

std::string_view basis_words(Basis basis) {
  switch (basis) {
    case NotShown:
      return "not shown";
    case Declared:
      return "declared";
    case OnFile:
      return "document on file";
    case Facts:
      return "shown by facts";
  }
  return "unknown";
}

std::string_view basis_name(Basis basis) {
  switch (basis) {
    case NotShown:
      return "not_shown";
    case Declared:
      return "declared";
    case OnFile:
      return "on_file";
    case Facts:
      return "facts";
  }
  return "unknown";
}

std::span<const Clause> clauses() {
  return kClauses;
}

const Clause* clause(std::string_view id) {
  for (const Clause& one : kClauses)
    if (one.id == id) return &one;
  return nullptr;
}

bool has_label(std::string_view label, std::string_view part) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + ('a' - 'A') : a) == b; };
  return std::search(label.begin(), label.end(), part.begin(), part.end(), same) != label.end() ||
         part.empty();
}

bool names_clause(std::string_view list, std::string_view id) {
  while (!list.empty()) {
    const std::size_t comma = list.find(", ");
    if (list.substr(0, comma) == id) return true;
    if (comma == std::string_view::npos) return false;
    list.remove_prefix(comma + 2);
  }
  return false;
}

std::vector<const DutyRule*> duties_watching(const Clause& clause) {
  std::vector<const DutyRule*> out;
  for (const DutyRule& rule : duty_rules())
    if (names_clause(rule.clause, clause.id)) out.push_back(&rule);
  return out;
}

bool watches(const DutyKey& duty, const Clause& clause) {
  const DutyRule* rule = duty_rule(duty.rule);
  if (rule == nullptr || !names_clause(rule->clause, clause.id)) return false;
  const RecordRule* kind = record_rule(std::string_view(duty.subject).substr(0, duty.subject.find(':')));
  if (kind == nullptr) return true;
  return std::any_of(clause.records.begin(), clause.records.end(),
                     [&](const ClauseRecord& record) { return record.kind == kind->kind; });
}

bool belongs(Kind kind, const Clause& clause) {
  return clause.events.contains(kind) || clause.beside.contains(kind);
}

bool belongs(const RecordKey& key, const Clause& clause) {
  return std::any_of(clause.records.begin(), clause.records.end(), [&](const ClauseRecord& record) {
    return record.kind == key.what && has_label(key.label, record.label);
  });
}

}  // namespace sealkeep::ses
