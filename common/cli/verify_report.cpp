// SPDX-License-Identifier: Apache-2.0
#include "common/cli/verify_report.hpp"

namespace sealkeep::cli {

Result<Value> verify_refused(const std::filesystem::path& database, OpenOptions options, const Error& refusal,
                             const OnProgress& on_progress) {
  options.create = false;
  options.read_only = true;
  SEALKEEP_LET(db, Db::open(database, options));
  SEALKEEP_LET(logs, LogStore::open(db));
  SEALKEEP_LET(infos, logs.logs());
  SEALKEEP_LET(reports, verify_all(
                            db, [](const LogInfo&) { return VerifyKeys{}; },
                            [&](std::uint64_t done, std::uint64_t all) -> Result<> {
                              on_progress({done, all, "records read again"});
                              return {};
                            }));
  Value findings = Value::list();
  for (const auto& [id, report] : reports) {
    std::string origin = "database";
    for (const LogInfo& info : infos)
      if (info.id == id) origin = info.origin;
    for (const VerifyFinding& finding : report.findings)
      findings.add(Value::object({{"where", origin}, {"record", finding.index}, {"what", finding.text}}));
  }
  return Value::object(
      {{"valid", false},
       {"refused", refusal.text()},
       {"findings", std::move(findings)},
       {"next",
        "Keep a copy of the folder as it is, compare the records named here with the other side's, and put "
        "the log back from the other side's mirror or a backup"}});
}

}  // namespace sealkeep::cli
