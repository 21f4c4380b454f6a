// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/store/log_verify.hpp"
#include "hub/commands/parts.hpp"
#include "hub/oversight/chronicle.hpp"

namespace sealkeep::hub::commands {
namespace {

// Folds the register anew into a database of its own beside the real one, which is removed afterwards.
Result<std::vector<std::string>> verify_register(Hub& hub, const SiteInfo& site, const OnProgress& progress) {
  const std::filesystem::path file = hub.parts().folder / "verify.tmp.db";
  const auto remove_files = [&] {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
      std::filesystem::remove(file.string() + suffix, ignored);
  };
  remove_files();
  OpenOptions options;
  options.application_id = 0x534B5654;  // "SKVT": nothing else opens it
  options.migrations = {Migration{{RegisterRows::schema(), Chronicle::schema()}}};
  options.create = true;
  Result<std::vector<std::string>> found = [&]() -> Result<std::vector<std::string>> {
    SEALKEEP_LET(fresh, Db::open(file, options));
    SEALKEEP_TRY(fresh.set_durable(false));
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    RegisterFold fold(hub.logs(), hub.rows());
    SEALKEEP_LET(differences, fold.verify(logs, fresh, [&](std::uint64_t done, std::uint64_t total) {
      progress({done, total, "records of " + site.code + " folded again"});
    }));
    SEALKEEP_LET(recounted, hub.rows().recount_ledger(site.id));
    differences.insert(differences.end(), recounted.begin(), recounted.end());
    SEALKEEP_LET(self, hub.rows().self(site.id));
    SEALKEEP_LET(counted,
                 hub.chronicle().verify(hub.logs(), hub.rows(), logs, {self.epoch, self.next_index}, fresh));
    differences.insert(differences.end(), counted.begin(), counted.end());
    return differences;
  }();
  remove_files();
  return found;
}

}  // namespace

Result<Value> verify(Hub& hub, const OnProgress& progress) {
  // The projection may be behind the mirror: what is compared must have been folded.
  while (true) {
    SEALKEEP_LET(folded, hub.oversee(4096));
    if (folded == 0) break;
  }
  const auto mirror_key = hub.roles().signing_key("mirror");
  SEALKEEP_LET(reports, verify_all(
                            hub.db(),
                            [&](const LogInfo& log) {
                              VerifyKeys keys;
                              if (log.role == LogRole::Site && mirror_key) keys.cosigner_keys = {*mirror_key};
                              return keys;
                            },
                            [&](std::uint64_t done, std::uint64_t all) -> Result<> {
                              progress({done, all, "records read again"});
                              return {};
                            }));
  SEALKEEP_LET(infos, hub.logs().logs());
  bool valid = true;
  Value logs = Value::list();
  Value findings = Value::list();
  for (const auto& [id, report] : reports) {
    std::string origin = "database";
    for (const LogInfo& info : infos)
      if (info.id == id) origin = info.origin;
    valid = valid && report.ok();
    if (id != 0)
      logs.add(Value::object({{"log", origin},
                              {"records", report.entries},
                              {"tiles", report.tiles},
                              {"heads", report.heads},
                              {"valid", report.ok()}}));
    for (const VerifyFinding& finding : report.findings)
      findings.add(Value::object({{"where", origin}, {"record", finding.index}, {"what", finding.text}}));
  }
  SEALKEEP_LET(sites, hub.sites());
  for (const SiteInfo& site : sites) {
    // Its records wait for directives that come back from the site.
    if (site.epoch == 0 || site.directives_missing > 0) continue;
    SEALKEEP_LET(differences, verify_register(hub, site, progress));
    for (const std::string& difference : differences) {
      valid = false;
      findings.add(
          Value::object({{"where", "register of " + site.code}, {"record", nullptr}, {"what", difference}}));
    }
  }
  Value value = Value::object({{"valid", valid}});
  value.set("logs", std::move(logs));
  if (!valid) value.set("findings", std::move(findings));
  value.set(
      "meaning",
      valid
          ? "Every record, tile, head and signature fits, and every register equals a rebuild from its log."
          : "Something was changed after it was stored. Stop the hub, keep a copy of its folder, and compare "
            "the records named here with the site's own.");
  return value;
}

}  // namespace sealkeep::hub::commands
