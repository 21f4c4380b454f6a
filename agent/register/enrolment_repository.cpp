// SPDX-License-Identifier: Apache-2.0
#include "agent/register/enrolment_repository.hpp"

#include "agent/register/agent_schema_sql.hpp"

namespace sealkeep::agent {

struct EnrolmentRepository::Statements {
  Statement create_state, count_boot, get_boot, add, all, set_state, set_roles, forget_code, add_epoch,
      epochs, set_details_held;
};

std::string_view EnrolmentRepository::schema() {
  return sql::agent_schema;
}

Result<EnrolmentRepository> EnrolmentRepository::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::pair<Statement*, const char*> all[] = {
      {&s->create_state, "INSERT INTO agent_state (one, boot_no, instance_id) VALUES (1, 0, ?)"},
      {&s->count_boot, "UPDATE agent_state SET boot_no = boot_no + 1 WHERE one = 1"},
      {&s->get_boot, "SELECT boot_no, instance_id FROM agent_state WHERE one = 1"},
      {&s->add,
       "INSERT INTO enrolment (register, hub, site_code, main_address, enrol_address, root_key, roles, code, "
       "state, followed_origin, followed_size, followed_root) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->all,
       "SELECT register, hub, site_code, main_address, enrol_address, root_key, roles, code, state, "
       "followed_origin, followed_size, followed_root FROM enrolment ORDER BY register"},
      {&s->set_state, "UPDATE enrolment SET state = ?2 WHERE register = ?1"},
      {&s->set_roles, "UPDATE enrolment SET roles = ?2 WHERE register = ?1"},
      {&s->forget_code, "UPDATE enrolment SET code = NULL WHERE register = ?"},
      {&s->add_epoch,
       "INSERT INTO epoch_log (register, role, epoch, log_id, reason, cosigned_size, details_held) "
       "VALUES (?, ?, ?, ?, ?, ?, ?)"},
      {&s->epochs,
       "SELECT role, epoch, log_id, reason, cosigned_size, details_held FROM epoch_log WHERE register = ? "
       "ORDER BY role, epoch"},
      {&s->set_details_held,
       "UPDATE epoch_log SET details_held = max(details_held, ?3) WHERE register = ?1 AND role = 1 AND "
       "epoch = ?2"}};
  for (const auto& [statement, sql] : all) {
    SEALKEEP_LET(prepared, db.prepare(sql));
    *statement = std::move(prepared);
  }
  return EnrolmentRepository(std::move(s));
}

Result<> EnrolmentRepository::create_state(const std::array<std::uint8_t, 8>& instance_id) {
  return statements_->create_state.run(instance_id);
}

Result<bool> EnrolmentRepository::has_state() {
  SEALKEEP_LET(rows, statements_->get_boot.query());
  return rows.next();
}

Result<BootState> EnrolmentRepository::count_boot() {
  SEALKEEP_TRY(statements_->count_boot.run());
  SEALKEEP_LET(rows, statements_->get_boot.query());
  SEALKEEP_LET(found, rows.next());
  if (!found) {
    return fail(ErrorKind::Corrupt, "store.row_malformed", "the agent's own row is missing from its database",
                {}, "Keep the file as it is and restore from a backup or from the hub's mirror");
  }
  BootState boot;
  boot.boot_no = static_cast<std::uint32_t>(rows.int64(0));
  SEALKEEP_LET(instance, rows.array<8>(1));
  boot.instance_id = instance;
  return boot;
}

Result<> EnrolmentRepository::add(const Enrolment& e) {
  SqlValue origin = nullptr, size = nullptr, root = nullptr;
  if (e.follows) {
    origin = e.follows->origin;
    size = e.follows->size;
    root = e.follows->root.bytes;
  }
  return statements_->add.run(e.id, e.hub, e.site_code, e.main_address, e.enrol_address, e.root.bytes,
                              e.roles, e.code, static_cast<int>(e.state), origin, size, root);
}

Result<std::vector<Enrolment>> EnrolmentRepository::all() {
  std::vector<Enrolment> found;
  SEALKEEP_LET(rows, statements_->all.query());
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    Enrolment& e = found.emplace_back();
    e.id = rows.int64(0);
    e.hub = rows.text(1);
    e.site_code = rows.text(2);
    e.main_address = rows.text(3);
    e.enrol_address = rows.text(4);
    SEALKEEP_LET(root, rows.array<32>(5));
    e.root.bytes = root;
    e.roles = to_bytes(rows.blob(6));
    if (!rows.is_null(7)) {
      SEALKEEP_LET(code, rows.array<16>(7));
      e.code = code;
    }
    e.state = static_cast<EnrolmentState>(rows.int64(8));
    if (rows.is_null(9)) continue;
    SEALKEEP_LET(followed_root, rows.array<32>(11));
    // How much of it is cosigned stands beside the epoch (epoch_log).
    e.follows = sync::FollowedLog{std::string(rows.text(9)), rows.uint64(10), Hash{followed_root}, 0};
  }
}

Result<> EnrolmentRepository::set_state(RegisterId id, EnrolmentState state) {
  return statements_->set_state.run(id, static_cast<int>(state));
}

Result<> EnrolmentRepository::set_roles(RegisterId id, ByteView roles) {
  return statements_->set_roles.run(id, roles);
}

Result<> EnrolmentRepository::forget_code(RegisterId id) {
  return statements_->forget_code.run(id);
}

Result<> EnrolmentRepository::add_epoch(RegisterId id, const EpochLogRow& row) {
  return statements_->add_epoch.run(id, static_cast<int>(row.role), row.epoch, row.log,
                                    static_cast<int>(row.reason), row.cosigned_size, row.details_held);
}

Result<std::vector<EpochLogRow>> EnrolmentRepository::epochs(RegisterId id) {
  std::vector<EpochLogRow> found;
  SEALKEEP_LET(rows, statements_->epochs.query(id));
  while (true) {
    SEALKEEP_LET(more, rows.next());
    if (!more) return found;
    EpochLogRow& row = found.emplace_back();
    row.role = static_cast<LogRole>(rows.int64(0));
    row.epoch = static_cast<std::uint32_t>(rows.int64(1));
    row.log = rows.int64(2);
    row.reason = static_cast<ses::EpochReason>(rows.int64(3));
    row.cosigned_size = rows.uint64(4);
    row.details_held = rows.uint64(5);
  }
}

Result<> EnrolmentRepository::set_details_held(RegisterId id, std::uint32_t epoch, std::uint64_t through) {
  return statements_->set_details_held.run(id, epoch, through);
}

}  // namespace sealkeep::agent
