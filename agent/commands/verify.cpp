// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "agent/commands/site_commands.hpp"
#include "common/crypto/encoding.hpp"
#include "common/store/log_verify.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int32_t kRebuiltApplication = 0x5ea1ab1d;
constexpr std::size_t kDifferencesShown = 100;

std::vector<PublicKey> keys_of_role(const sync::RolesBundle& roles, std::string_view role) {
  std::vector<PublicKey> out;
  for (const sync::RoleKey& key : roles.keys)
    if (key.role == role && key.type == sync::KeyType::Ed25519) out.push_back(PublicKey{key.bytes});
  return out;
}

// A database that is gone when this ends, in the data folder because it may be as large as the register.
class ScratchDb {
 public:
  static Result<ScratchDb> make(Agent& agent) {
    ScratchDb out;
    out.path_ = agent.parts().folder / ("verify-" + std::to_string(agent.parts().random.u64()) + ".db");
    OpenOptions options;
    options.application_id = kRebuiltApplication;
    options.migrations = {{{RegisterRows::schema()}}};
    options.create = true;
    options.vfs = agent.parts().vfs;
    SEALKEEP_LET(db, Db::open(out.path_, options));
    out.db_.emplace(std::move(db));
    SEALKEEP_TRY(out.db_->set_durable(false));
    return out;
  }
  ScratchDb(ScratchDb&& other) noexcept : path_(std::move(other.path_)), db_(std::move(other.db_)) {
    other.path_.clear();
    other.db_.reset();
  }
  ScratchDb& operator=(ScratchDb&&) = delete;
  ~ScratchDb() {
    db_.reset();
    if (path_.empty()) return;
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(path_.string() + suffix, ignored);
  }
  [[nodiscard]] Db& db() { return *db_; }

 private:
  ScratchDb() = default;
  std::filesystem::path path_;
  std::optional<Db> db_;
};

class Verification {
 public:
  Verification(Agent& agent, const cli::OnProgress& progress) : agent_(agent), progress_(progress) {}

  Result<cli::Value> run() {
    for (const ExporterInfo& exporter : agent_.exporters()) {
      SEALKEEP_LET(roles, agent_.hub_roles(exporter.id));
      const SiteRegister* site = agent_.site_register(exporter.id);
      SEALKEEP_ASSERT(site != nullptr);
      const VerifyKeys site_keys{{}, keys_of_role(roles, "mirror")};
      const VerifyKeys directive_keys{keys_of_role(roles, "directive"), {}};
      for (const auto& log : site->logs().site) SEALKEEP_TRY(check_log(log.log, site_keys));
      for (const auto& log : site->logs().directives) SEALKEEP_TRY(check_log(log.log, directive_keys));
      SEALKEEP_TRY(check_register(exporter, site->logs()));
    }
    if (auto sound = agent_.db().integrity_check(); !sound)
      find("database", -1, sound.error().what + (sound.error().why.empty() ? "" : ": " + sound.error().why));
    cli::Value out = cli::Value::object(
        {{"valid", found_ == 0},
         {"result", found_ == 0 ? "everything is as it was written" : "NOT VALID: see the findings"},
         {"entries", entries_},
         {"logs", std::move(logs_)},
         {"registers", std::move(registers_)}});
    if (found_ > 0) {
      out.set("findings", std::move(findings_));
      out.set(
          "next",
          "Keep a copy of the data folder as it is. Do not go on with a damaged register: tell head office, "
          "which holds a mirror");
    }
    return out;
  }

 private:
  void find(const std::string& where, std::int64_t index, const std::string& text) {
    if (++found_ > kDifferencesShown) return;
    cli::Value finding = cli::Value::object({{"where", where}});
    if (index >= 0) finding.set("index", index);
    finding.set("what", text);
    findings_.add(std::move(finding));
  }

  Result<> check_log(LogId log, const VerifyKeys& keys) {
    SEALKEEP_LET(info, agent_.logs().log(log));
    SEALKEEP_LET(report,
                 verify_log(agent_.db(), log, keys, [&](std::uint64_t done, std::uint64_t all) -> Result<> {
                   if (progress_) progress_({done, all, "entries checked"});
                   return {};
                 }));
    for (const VerifyFinding& finding : report.findings)
      find(info.origin, static_cast<std::int64_t>(finding.index), finding.text);
    entries_ += report.entries;
    logs_.add(cli::Value::object({{"log", info.origin},
                                  {"entries", report.entries},
                                  {"root", base64(report.computed.root.view())},
                                  {"heads", report.heads},
                                  {"cosignatures", report.cosignatures_checked},
                                  {"valid", report.ok()}}));
    return {};
  }

  Result<> check_register(const ExporterInfo& exporter, const RegisterLogs& logs) {
    SEALKEEP_LET(scratch, ScratchDb::make(agent_));
    RegisterFold fold(agent_.logs(), agent_.rows());
    auto rebuilt = fold.verify(logs, scratch.db(), [&](std::uint64_t done, std::uint64_t all) {
      if (progress_) progress_({done, all, "entries folded"});
    });
    // An entry that was changed may not decode: that is a finding too, and check_log has named it.
    if (!rebuilt && rebuilt.error().kind == ErrorKind::Corrupt)
      find(exporter.hub, -1, rebuilt.error().text());
    if (!rebuilt && rebuilt.error().kind != ErrorKind::Corrupt) return tl::unexpected<Error>(rebuilt.error());
    SEALKEEP_LET(recounted, agent_.rows().recount_ledger(exporter.id));
    const std::size_t before = found_;
    if (rebuilt)
      for (const std::string& difference : *rebuilt) find("register of " + exporter.hub, -1, difference);
    for (const std::string& difference : recounted) find("ledger of " + exporter.hub, -1, difference);
    registers_.add(cli::Value::object({{"exporter", exporter.hub},
                                       {"equals_its_log", rebuilt.has_value() && rebuilt->empty()},
                                       {"ledger_recounted", recounted.empty()},
                                       {"valid", found_ == before && rebuilt.has_value()}}));
    return {};
  }

  Agent& agent_;
  const cli::OnProgress& progress_;
  cli::Value logs_ = cli::Value::list(), registers_ = cli::Value::list(), findings_ = cli::Value::list();
  std::uint64_t entries_ = 0;
  std::size_t found_ = 0;
};

}  // namespace

Result<cli::Value> verify(Agent& agent, const cli::Command&, const cli::OnProgress& progress) {
  return Verification(agent, progress).run();
}

}  // namespace sealkeep::agent
