// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "common/ses/entry.hpp"
#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {
namespace {

// What proves one entry: the smallest kept cosigned head that covers it.
Result<std::string> proof_words(Hub& hub, LogId log, std::uint64_t index) {
  SEALKEEP_LET(head, hub.logs().cosigned_head_covering(log, index));
  if (!head) return std::string("not cosigned yet");
  return fmt::format("in the tree of {} records, cosigned {}", head->checkpoint.size,
                     when(static_cast<std::int64_t>(head->cosignature.time_s) * 1000));
}

Result<Value> history(Hub& hub, const SealAt& seal, const RegisterLogs& logs) {
  Value list = Value::list();
  for (const ses::Ref& at : seal.row.history) {
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      if (epoch.epoch != at.epoch) continue;
      SEALKEEP_LET(bytes, hub.logs().read_entry(epoch.log, at.index));
      SEALKEEP_LET(entry, ses::decode_entry(bytes));
      Value row = Value::object({{"record", fmt::format("{}/{}", at.epoch, at.index)}});
      row.set("happened", iso_time(entry.header.happened_ms, entry.header.utc_offset_min));
      row.set("recorded", iso_time(entry.header.recorded_ms, entry.header.utc_offset_min));
      row.set("what", ses::kind_name(ses::kind_of(entry.event)));
      row.set("by", entry.header.person_no == 0 ? Value("nobody named") : Value(entry.header.person_no));
      std::string irregular;
      for (const ses::NotedIrregularity& noted : entry.irregularities)
        irregular += (irregular.empty() ? "" : "; ") + std::string(ses::irregularity_sentence(noted.code));
      row.set("irregular", irregular.empty() ? "no" : irregular);
      SEALKEEP_LET(proof, proof_words(hub, epoch.log, at.index));
      row.set("proof", proof);
      list.add(std::move(row));
    }
  }
  return list;
}

}  // namespace

Result<Value> seal_show(Hub& hub, const Command& command) {
  SEALKEEP_LET(text, command.required("number"));
  SEALKEEP_LET(number, ses::SealNumber::parse(text));
  SEALKEEP_LET(family, family_of(command));
  SEALKEEP_LET(found, hub.rows().seal({family, number}));
  if (found.empty())
    return fail(ErrorKind::NotFound, "seal.unknown", "No site has recorded the seal " + number.text(),
                "sites that were not heard of may know it",
                "sealkeep-hub status shows up to when each site was heard");
  SEALKEEP_LET(sites, hub.sites());
  Value at_sites = Value::list();
  for (const SealAt& at : found) {
    Value value = Value::object();
    for (const SiteInfo& site : sites)
      if (site.id == at.register_id)
        value.set("site", site.code).set("heard_everything_up_to", when(site.watermark_ms));
    value.set("state", ses::state_words(at.row.state));
    if (!at.row.unit.text.empty()) value.set("unit", at.row.unit.text);
    value.set("received", when(at.row.received_ms));
    value.set("applied", when(at.row.applied_ms));
    value.set("balanced", at.row.balanced());
    SEALKEEP_LET(logs, hub.register_logs(at.register_id));
    SEALKEEP_LET(entries, history(hub, at, logs));
    value.set("history", std::move(entries));
    at_sites.add(std::move(value));
  }
  return Value::object({{"seal", number.text()}, {"sites", std::move(at_sites)}});
}

}  // namespace sealkeep::hub::commands
