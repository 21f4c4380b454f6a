// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/crypto/encoding.hpp"
#include "hub/commands/export_evidence.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

// The entries of each epoch in which the seal's life stands.
std::map<std::uint32_t, std::set<std::uint64_t>> entries_of(const ses::SealRow& seal) {
  std::map<std::uint32_t, std::set<std::uint64_t>> out;
  for (const ses::Ref& at : seal.history) out[at.epoch].insert(at.index);
  return out;
}

}  // namespace

Result<Value> seal_prove(Hub& hub, const Command& command, const OnProgress& progress) {
  SEALKEEP_LET(text, command.required("number"));
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_LET(number, ses::SealNumber::parse(text));
  SEALKEEP_LET(family, family_of(command));
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(whom, short_text(command, "for"));
  SEALKEEP_LET(found, hub.rows().seal({family, number}));
  if (found.empty())
    return fail(ErrorKind::NotFound, "seal.unknown", "No site has recorded the seal " + number.text(),
                "sites that were not heard of may know it",
                "sealkeep-hub status shows up to when each site was heard");
  SEALKEEP_LET(cover, cover_of(hub, command));
  SEALKEEP_LET(sites, hub.sites());
  std::vector<evidence::SiteToPack> to_pack;
  std::uint64_t shown = 0;
  for (const SealAt& seal : found) {
    for (const SiteInfo& site : sites) {
      if (site.id != seal.register_id) continue;
      SEALKEEP_LET(logs, hub.register_logs(site.id));
      SEALKEEP_LET(one, site_to_pack(hub, site, logs));
      auto entries = entries_of(seal.row);
      for (evidence::LogToPack& log : one.logs) {
        if (log.role != evidence::PackRole::Site) continue;
        log.only = entries[log.log.epoch];
        shown += log.only->size();
      }
      to_pack.push_back(std::move(one));
    }
  }
  cover.remarks.push_back("everything that is not beside the records of the seal " + number.text() +
                          ", and all reasons and photos that belong to other records");
  SEALKEEP_LET(written, evidence::write_pack_files(file, {}, cover, std::move(to_pack), {}, hub.logs(),
                                                   hub.details(), [&](std::uint64_t done, std::uint64_t all) {
                                                     progress({done, all, "records packed"});
                                                   }));
  DataExport data;
  data.site = found.size() == 1 ? found.front().register_id : 0;
  data.what = "proof of seal " + number.text();
  data.by = by;
  data.whom = whom;
  data.from_ms = cover.from_ms;
  data.until_ms = cover.until_ms;
  data.file = written.hash;
  for (const evidence::CoverLog& log : cover.logs) data.records += log.size - log.first;
  data.with_names = true;
  SEALKEEP_TRY(hub.note_export(data));
  return Value::object(
      {{"seal", number.text()},
       {"file", file},
       {"records_of_the_seal", shown},
       {"records", data.records},
       {"bytes", written.size_bytes},
       {"sha256", hex(written.hash.view())},
       {"fingerprint", fingerprint(cover.root.bytes)},
       {"next",
        fmt::format("sealkeep-verify {} --key \"{}\"; the reader should have the fingerprint from the "
                    "security plan and not from you",
                    file, fingerprint(cover.root.bytes))}});
}

}  // namespace sealkeep::hub::commands
