// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <set>

#include "common/ses/explained.hpp"
#include "common/ses/restated.hpp"
#include "hub/commands/parts.hpp"
#include "hub/commands/pictures.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

// What proves one entry: the smallest kept cosigned head that covers it.
Result<std::string> proof_words(Hub& hub, LogId log, std::uint64_t index) {
  SEALKEEP_LET(head, hub.logs().cosigned_head_covering(log, index));
  if (!head) return std::string("not cosigned yet");
  return fmt::format("in the tree of {} records, cosigned {}", head->checkpoint.size,
                     when(static_cast<std::int64_t>(head->cosignature.time_s) * 1000));
}

// Over the histories of the seal and of what it is on: an entry of either may explain a mark of the other.
Result<ses::Explanations> explanations_of(Hub& hub, const RegisterLogs& logs, const SealAt& seal) {
  std::set<ses::Ref> refs(seal.row.history.begin(), seal.row.history.end());
  if (!seal.row.unit.text.empty()) {
    SEALKEEP_LET(unit, hub.rows().unit(seal.register_id, seal.row.unit));
    if (unit) refs.insert(unit->history.begin(), unit->history.end());
  }
  ses::Explanations explanations;
  for (const ses::Ref& at : refs) {
    SEALKEEP_LET(entry, entry_at(hub, logs, at));
    if (entry) explanations.add(*entry, at);
  }
  return explanations;
}

Result<> add_history(Hub& hub, const SealAt& seal, const std::string& site, Value& list) {
  SEALKEEP_LET(logs, hub.register_logs(seal.register_id));
  SEALKEEP_LET(names, SiteNames::read(hub, logs));
  SEALKEEP_LET(explanations, explanations_of(hub, logs, seal));
  for (const ses::Ref& at : seal.row.history) {
    for (const RegisterLogs::EpochLog& epoch : logs.site) {
      if (epoch.epoch != at.epoch) continue;
      SEALKEEP_LET(bytes, hub.logs().read_entry(epoch.log, at.index));
      SEALKEEP_LET(leaf, ses::decode_entry(bytes));
      const ses::Stated said = ses::stated(std::move(leaf));
      const ses::Entry& entry = said.fact;
      const std::string irregular = ses::marks_words(entry, at, explanations);
      SEALKEEP_LET(proof, proof_words(hub, epoch.log, at.index));
      Value row = Value::object({{"site", site}, {"record", fmt::format("{}/{}", at.epoch, at.index)}});
      row.set("happened", iso_time(entry.header.happened_ms, entry.header.utc_offset_min));
      row.set("recorded", iso_time(entry.header.recorded_ms, entry.header.utc_offset_min));
      row.set("what", ses::kind_name(ses::kind_of(entry.event)));
      row.set("by", names.person_words(entry.header.person_no));
      row.set("irregular", irregular.empty() ? "no" : irregular);
      row.set("proof", proof);
      row.set("kind", ses::kind_name(ses::kind_of(entry.event)));
      row.set("words", ses::event_words(entry.event, names));
      row.set("happened_ms", entry.header.happened_ms).set("recorded_ms", entry.header.recorded_ms);
      if (!said.places.empty()) {
        const ses::Ref& first = said.places.back();
        row.set("restated",
                fmt::format("first recorded as {}/{} after the site's database was put back; head "
                            "office has another record there, or none",
                            first.epoch, first.index));
      }
      SEALKEEP_TRY(add_pictures(hub, epoch.log, at.index, entry, row));
      list.add(std::move(row));
    }
  }
  return {};
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
  Value history = Value::list();
  for (const SealAt& at : found) {
    std::string code;
    std::int64_t heard_ms = 0;
    for (const SiteInfo& site : sites)
      if (site.id == at.register_id) code = site.code, heard_ms = site.watermark_ms;
    at_sites.add(Value::object({{"site", code},
                                {"state", ses::state_words(at.row.state)},
                                {"unit", at.row.unit.text.empty() ? "-" : at.row.unit.text},
                                {"received", when(at.row.received_ms)},
                                {"applied", when(at.row.applied_ms)},
                                {"accounted_for_once", at.row.balanced()},
                                {"heard_everything_up_to", when(heard_ms)},
                                {"state_name", ses::state_name(at.row.state)},
                                {"received_ms", at.row.received_ms},
                                {"applied_ms", at.row.applied_ms},
                                {"checked_ms", at.row.checked_ms},
                                {"uplifted_ms", at.row.uplifted_ms},
                                {"heard_up_to_ms", heard_ms}}));
    SEALKEEP_TRY(add_history(hub, at, code, history));
  }
  return Value::object(
      {{"seal", number.text()}, {"sites", std::move(at_sites)}, {"history", std::move(history)}});
}

}  // namespace sealkeep::hub::commands
