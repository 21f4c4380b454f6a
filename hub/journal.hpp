// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/pack.hpp"
#include "common/store/log_store.hpp"

namespace sealkeep::hub {

/// What the hub itself decided or came to know (docs/formats/journal.md). Numbers are stored; never reuse
/// one.
enum class JournalKind : std::uint16_t {
  HubStarted = 1,
  SiteAdded = 2,
  SiteAsked = 3,
  SiteApproved = 4,
  SiteRevoked = 5,
  EpochOffered = 6,
  EpochApproved = 7,
  DirectiveIssued = 8,
  EvidenceKept = 9,
  SiteInvitedAgain = 10,
  SiteReplaced = 11,
  HubRestored = 12,
  TroubleSettled = 13,
  DataExported = 14,
  AlertHandled = 15,
  NoticeDropped = 16,
  CustomsStep = 17,
  SitePlaced = 18,
  ReportScheduled = 19,
  CommandAsked = 20,
  ViewsSeen = 21,
  ApprovalAsked = 22,
  ApprovalDecided = 23,
};
[[nodiscard]] std::string_view journal_kind_name(JournalKind kind);

/// One entry: [version, kind, ms, body]. `body` is one canonical MessagePack array.
struct JournalEntry {
  JournalKind kind = JournalKind::HubStarted;
  std::int64_t ms = 0;  ///< hub's clock, Unix
  Bytes body;
};
[[nodiscard]] Bytes encode(const JournalEntry& entry);
/// BadInput `journal.version`, `journal.kind`, `pack.malformed`. Safe on hostile input.
[[nodiscard]] Result<JournalEntry> decode_journal_entry(ByteView bytes);

/// Writes the hub's journal, a log like any other: hash tree, signed head. Over a LogStore and a key that
/// outlive it.
class Journal {
 public:
  Journal(LogStore& logs, LogId log, const SigningKey& key) : logs_(&logs), log_(log), key_(&key) {}
  /// Appends and signs the new head, in the caller's transaction. Returns the entry's index.
  [[nodiscard]] Result<std::uint64_t> append(JournalKind kind, std::int64_t ms, const PackWriter& body);
  [[nodiscard]] LogId log() const { return log_; }

 private:
  LogStore* logs_;
  LogId log_;
  const SigningKey* key_;
};

}  // namespace sealkeep::hub
