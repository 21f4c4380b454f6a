// SPDX-License-Identifier: Apache-2.0
#include "hub/approvals.hpp"

#include "hub/approvals_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::string_view kColumns =
    "approval_id, command, name, words, state, asked_account, asked_by, asked_ms, expires_ms, "
    "decided_account, decided_by, decided_ms, reason";

Result<Approval> approval_at(const Rows& rows) {
  Approval out;
  out.id = rows.int64(0);
  if (!rows.blob(1).empty()) {
    SEALKEEP_LET(command, cli::decode_command(rows.blob(1)));
    out.command = std::move(command);
  }
  out.name = rows.text(2);
  out.words = rows.text(3);
  out.state = static_cast<ApprovalState>(rows.int64(4));
  out.asked_account = rows.int64(5);
  out.asked_by = rows.text(6);
  out.asked_ms = rows.int64(7);
  out.expires_ms = rows.int64(8);
  out.decided_account = rows.int64(9);
  out.decided_by = rows.text(10);
  out.decided_ms = rows.int64(11);
  out.reason = rows.text(12);
  return out;
}

}  // namespace

std::string_view approval_state_name(ApprovalState state) {
  switch (state) {
    case ApprovalState::Waiting:
      return "waiting";
    case ApprovalState::Confirmed:
      return "confirmed";
    case ApprovalState::Done:
      return "done";
    case ApprovalState::Failed:
      return "failed";
    case ApprovalState::Refused:
      return "refused";
    case ApprovalState::Expired:
      return "expired";
  }
  return "unknown";
}

struct Approvals::Statements {
  Statement add, newest, waiting, decide, find, list, list_waiting;
};

std::string_view Approvals::schema() {
  return sql::approvals_schema;
}

Result<Approvals> Approvals::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string select = "SELECT " + std::string(kColumns) + " FROM approval ";
  const std::pair<Statement*, std::string> all[] = {
      {&s->add,
       "INSERT INTO approval (approval_id, command, name, words, state, asked_account, asked_by, asked_ms, "
       "expires_ms, "
       "decided_account, decided_by, decided_ms, reason) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, 0, '', 0, '')"},
      {&s->newest, "SELECT coalesce(max(approval_id), 0) FROM approval"},
      {&s->waiting, "SELECT count(*) FROM approval WHERE state = 1"},
      {&s->decide,
       "UPDATE approval SET state = ?2, decided_account = ?3, decided_by = ?4, decided_ms = ?5, reason = ?6, "
       "command = x'' WHERE approval_id = ?1"},
      {&s->find, select + "WHERE approval_id = ?"},
      {&s->list, select + "ORDER BY approval_id DESC LIMIT ?"},
      {&s->list_waiting, select + "WHERE state = 1 ORDER BY approval_id DESC LIMIT ?"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return Approvals(std::move(s));
}

Result<> Approvals::add(const Approval& approval) {
  {
    SEALKEEP_LET(rows, statements_->waiting.query());
    SEALKEEP_LET(found, rows.next());
    if (found && rows.int64(0) >= std::int64_t{kApprovalsWaiting})
      return fail(ErrorKind::Full, "approval.many", "Too many commands wait for a second person",
                  std::to_string(kApprovalsWaiting) + " do", "Confirm or refuse some: approval list");
  }
  SEALKEEP_LET(bytes, cli::encode(approval.command));
  return statements_->add.run(approval.id, bytes, approval.name, approval.words, approval.asked_account,
                              approval.asked_by, approval.asked_ms, approval.expires_ms);
}

Result<ApprovalId> Approvals::next_id() {
  SEALKEEP_LET(rows, statements_->newest.query());
  SEALKEEP_LET(found, rows.next());
  return found ? rows.int64(0) + 1 : 1;
}

Result<> Approvals::decide(const Approval& a) {
  return statements_->decide.run(a.id, static_cast<int>(a.state), a.decided_account, a.decided_by,
                                 a.decided_ms, a.reason);
}

Result<std::optional<Approval>> Approvals::find(ApprovalId id) {
  SEALKEEP_LET(rows, statements_->find.query(id));
  SEALKEEP_LET(found, rows.next());
  if (!found) return std::nullopt;
  SEALKEEP_LET(approval, approval_at(rows));
  return std::optional(std::move(approval));
}

Result<std::vector<Approval>> Approvals::list(bool waiting_only, std::size_t most) {
  std::vector<Approval> out;
  SEALKEEP_LET(rows, (waiting_only ? statements_->list_waiting : statements_->list).query(most));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return out;
    SEALKEEP_LET(approval, approval_at(rows));
    out.push_back(std::move(approval));
  }
}

}  // namespace sealkeep::hub
