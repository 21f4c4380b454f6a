// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/incident_book.hpp"

#include "common/ses/words.hpp"
#include "hub/oversight/entries.hpp"

namespace sealkeep::hub {
namespace {

constexpr const char* kSelect =
    "SELECT register, epoch, idx, kind, discovered_ms, told_epoch, told_index, decided_epoch, decided_index "
    "FROM incident WHERE ";

}  // namespace

struct IncidentBook::Row {
  RegisterId site = 0;
  ses::Ref at;
  std::uint8_t sort = 0;
  std::int64_t discovered_ms = 0;
  ses::Ref told, decided;  // by the site
};

std::string_view Incident::state_at(std::int64_t now_ms) const {
  return !open || customs.settled() ? "closed" : due_ms != 0 && due_ms < now_ms ? "overdue" : "open";
}

std::string Incident::id() const {
  return code + "/" + ses::ref_words(at);
}

Result<IncidentBook> IncidentBook::open(HubRecords& records) {
  SEALKEEP_LET(due, records.db().prepare(
                        "SELECT rule, due_ms FROM duty WHERE register = ? AND rule IN (18, 19, 20) AND "
                        "subject = ? ORDER BY due_ms LIMIT 1"));
  SEALKEEP_LET(standings, CustomsStandings::open(records.db()));
  IncidentBook book(records, std::move(due), std::move(standings));
  SEALKEEP_LET(infos, records.sites());
  for (SiteInfo& info : infos) book.codes_.emplace(info.id, std::move(info.code));
  return book;
}

IncidentBook::Row IncidentBook::read_row(const Rows& rows) {
  Row row;
  row.site = rows.int64(0);
  row.at = {static_cast<std::uint32_t>(rows.int64(1)), rows.uint64(2)};
  row.sort = static_cast<std::uint8_t>(rows.int64(3));
  row.discovered_ms = rows.int64(4);
  row.told = {static_cast<std::uint32_t>(rows.int64(5)), rows.uint64(6)};
  row.decided = {static_cast<std::uint32_t>(rows.int64(7)), rows.uint64(8)};
  return row;
}

Result<std::vector<Incident>> IncidentBook::newest(const After& after, RegisterId only,
                                                   std::size_t max_count) {
  SEALKEEP_LET(select, records_->db().prepare(
                           std::string(kSelect) +
                           "discovered_ms <= ?1 AND (discovered_ms, register, epoch, idx) < "
                           "(?1, ?2, ?3, ?4) AND (?5 = 0 OR register = ?5) ORDER BY discovered_ms DESC, "
                           "register DESC, epoch DESC, idx DESC LIMIT ?6"));
  std::vector<Row> found;
  {
    SEALKEEP_LET(rows,
                 select.query(after.discovered_ms, after.site, after.epoch, after.index, only, max_count));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      found.push_back(read_row(rows));
    }
  }
  std::vector<Incident> out;
  for (const Row& row : found) {
    SEALKEEP_LET(incident, incident_of(row));
    out.push_back(std::move(incident));
  }
  return out;
}

Result<std::optional<Incident>> IncidentBook::find(RegisterId site, ses::Ref at) {
  SEALKEEP_LET(select,
               records_->db().prepare(std::string(kSelect) + "register = ? AND epoch = ? AND idx = ?"));
  std::optional<Row> found;
  {
    SEALKEEP_LET(rows, select.query(site, at.epoch, at.index));
    SEALKEEP_LET(there, rows.next());
    if (there) found = read_row(rows);
  }
  if (!found) return std::optional<Incident>();
  SEALKEEP_LET(incident, incident_of(*found));
  return std::optional(std::move(incident));
}

Result<Incident> IncidentBook::incident_of(const Row& row) {
  SEALKEEP_LET(site, site_of(row.site));
  SEALKEEP_LET(entry, entry_at(*records_, site->logs, row.at));
  Incident out;
  out.site = row.site;
  const auto code = codes_.find(row.site);
  out.code = code == codes_.end() ? std::string("unknown") : code->second;
  out.at = row.at;
  out.sort = row.sort;
  out.what = entry ? ses::event_words(entry->event, site->names) : std::string("not readable here");
  out.discovered_ms = row.discovered_ms;
  {
    SEALKEEP_LET(rows, due_.query(row.site, "incident:" + ses::ref_words(row.at)));
    SEALKEEP_LET(there, rows.next());
    out.open = there;
    if (there) out.due_ms = rows.int64(1);
  }
  SEALKEEP_LET(customs, standings_.of(row.site, row.at));
  out.customs = std::move(customs);
  if (out.customs.settled()) out.due_ms = 0;
  out.reference = out.customs.reference;
  if (out.reference.empty() && row.told != ses::Ref{}) {
    SEALKEEP_LET(by_site, detail_of(*site, row.told, ses::DetailKind::Reference));
    out.reference = std::move(by_site);
  }
  out.decided = row.decided;
  return out;
}

Result<std::string> IncidentBook::story(const Incident& incident) {
  SEALKEEP_LET(site, site_of(incident.site));
  return detail_of(*site, incident.at, ses::DetailKind::Narrative);
}

Result<std::string> IncidentBook::reason(const Incident& incident) {
  SEALKEEP_LET(site, site_of(incident.site));
  return detail_of(*site, incident.decided, ses::DetailKind::Reason);
}

Result<const IncidentBook::Site*> IncidentBook::site_of(RegisterId id) {
  const auto found = opened_.find(id);
  if (found != opened_.end()) return &found->second;
  SEALKEEP_LET(logs, records_->register_logs(id));
  SEALKEEP_LET(names, SiteNames::read(*records_, logs));
  return &opened_.emplace(id, Site{std::move(logs), std::move(names)}).first->second;
}

Result<std::string> IncidentBook::detail_of(const Site& site, ses::Ref at, ses::DetailKind kind) {
  const LogId log = log_of(site.logs, at.epoch);
  if (log == 0) return std::string();
  SEALKEEP_LET(entry, entry_at(*records_, site.logs, at));
  if (!entry) return std::string();
  for (std::size_t n = 0; n < entry->details.size(); ++n) {
    if (entry->details[n].kind != kind) continue;
    SEALKEEP_LET(detail, records_->details().get(log, at.index, static_cast<std::uint8_t>(n)));
    if (detail && detail->state == DetailState::Held)
      return printable(as_text(detail->bytes), detail->bytes.size());
  }
  return std::string();
}

}  // namespace sealkeep::hub
