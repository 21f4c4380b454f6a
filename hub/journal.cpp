// SPDX-License-Identifier: Apache-2.0
#include "hub/journal.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::string_view kUnknown = "unknown";
constexpr int kBodyDepth = 4;

}  // namespace

std::string_view journal_kind_name(JournalKind kind) {
  switch (kind) {
    case JournalKind::HubStarted:
      return "hub_started";
    case JournalKind::SiteAdded:
      return "site_added";
    case JournalKind::SiteAsked:
      return "site_asked";
    case JournalKind::SiteApproved:
      return "site_approved";
    case JournalKind::SiteRevoked:
      return "site_revoked";
    case JournalKind::EpochOffered:
      return "epoch_offered";
    case JournalKind::EpochApproved:
      return "epoch_approved";
    case JournalKind::DirectiveIssued:
      return "directive_issued";
    case JournalKind::EvidenceKept:
      return "evidence_kept";
    case JournalKind::SiteInvitedAgain:
      return "site_invited_again";
    case JournalKind::SiteReplaced:
      return "site_replaced";
    case JournalKind::HubRestored:
      return "hub_restored";
    case JournalKind::TroubleSettled:
      return "trouble_settled";
    case JournalKind::DataExported:
      return "data_exported";
    case JournalKind::AlertHandled:
      return "alert_handled";
    case JournalKind::NoticeDropped:
      return "notice_dropped";
    case JournalKind::CustomsStep:
      return "customs_step";
    case JournalKind::SitePlaced:
      return "site_placed";
    case JournalKind::ReportScheduled:
      return "report_scheduled";
    case JournalKind::CommandAsked:
      return "command_asked";
    case JournalKind::ViewsSeen:
      return "views_seen";
    case JournalKind::ApprovalAsked:
      return "approval_asked";
    case JournalKind::ApprovalDecided:
      return "approval_decided";
  }
  return kUnknown;
}

Bytes encode(const JournalEntry& entry) {
  PackWriter out;
  out.array(4).uint(kVersion).uint(static_cast<std::uint64_t>(entry.kind)).sint(entry.ms).raw(entry.body);
  return out.take();
}

Result<JournalEntry> decode_journal_entry(ByteView bytes) {
  PackReader in(bytes);
  in.array(4);
  const std::uint64_t version = in.uint();
  const std::uint64_t kind = in.uint(UINT16_MAX);
  if (in.ok() && version != kVersion)
    return bad_input("journal.version", "an entry of the journal has version " + std::to_string(version),
                     "a newer program wrote it", "Update this program");
  if (in.ok() && journal_kind_name(static_cast<JournalKind>(kind)) == kUnknown)
    return bad_input("journal.kind", "an entry of the journal has kind " + std::to_string(kind),
                     "a newer program wrote it", "Update this program");
  JournalEntry entry;
  entry.kind = static_cast<JournalKind>(kind);
  entry.ms = in.sint(0);
  const ByteView body = in.skip(kBodyDepth);
  if (in.ok() && (body.empty() || (body[0] & 0xF0U) != 0x90U)) in.reject("the body is not a short array");
  entry.body = to_bytes(body);
  SEALKEEP_TRY(in.finish());
  return entry;
}

Result<std::uint64_t> Journal::append(JournalKind kind, std::int64_t ms, const PackWriter& body) {
  const Bytes bytes = encode(JournalEntry{kind, ms, body.bytes()});
  SEALKEEP_LET(index, logs_->append(log_, bytes));
  SEALKEEP_LET(head, logs_->checkpoint(log_));
  SEALKEEP_TRY(logs_->put_signed_head(log_, head, sign_checkpoint(head, *key_), ms));
  return index;
}

}  // namespace sealkeep::hub
