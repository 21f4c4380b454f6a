// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "common/base/clock.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/record.hpp"
#include "common/ses/restated.hpp"
#include "common/store/compliance_scan.hpp"
#include "hub/oversight/names.hpp"
#include "hub/oversight/people_view.hpp"
#include "hub/reports/job.hpp"
#include "hub/reports/makers.hpp"
#include "hub/reports/past_register.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kRecordsOfSite = 20'000, kIncidentsAtOnce = 200;
/// Records of clauses 1, 2.3, 2.9, 4, 6.2: quality assurance and training.
constexpr ses::RecordKind kQaAndTraining[] = {
    ses::RecordKind::IntegrityReview, ses::RecordKind::TrainingDocuments, ses::RecordKind::TrainingSecurity,
    ses::RecordKind::TrainingSeals,   ses::RecordKind::TrainingReporting, ses::RecordKind::Competence,
    ses::RecordKind::Procedure,       ses::RecordKind::ContingencyDrill,  ses::RecordKind::QaCheck,
    ses::RecordKind::QaFinding,       ses::RecordKind::QaAction,          ses::RecordKind::DocumentsSampled,
};

/// One reading: the sites it is of, and how far it is.
class Reading {
 public:
  Reading(HubRecords& records, const ReportAsk& ask, ReportHead head, const OffsetAt& offset_at,
          const std::filesystem::path& scratch, const ReportWatch& watch)
      : records_(records),
        ask_(ask),
        head_(std::move(head)),
        offset_at_(offset_at),
        scratch_(scratch),
        watch_(watch) {}

  Result<Report> read() {
    SEALKEEP_TRY(choose_sites());
    switch (ask_.kind) {
      case ReportKind::Register:
        return seal_register();
      case ReportKind::Reconciliation:
        return reconciliation();
      case ReportKind::Incidents:
        return incidents();
      case ReportKind::Compliance:
        return compliance();
      case ReportKind::QaTraining:
        return qa_training();
      case ReportKind::DayClose:
        return day_close();
    }
    return fail(ErrorKind::Bug, "report.kind", "There is no such report");
  }

 private:
  Result<> choose_sites() {
    SEALKEEP_LET(all, records_.sites());
    for (const std::string& code : ask_.sites)
      if (std::none_of(all.begin(), all.end(), [&](const SiteInfo& site) { return site.code == code; }))
        return fail(ErrorKind::NotFound, "site.unknown", "There is no site " + printable(code), {},
                    "See: site list");
    for (SiteInfo& site : all) {
      const bool named = std::find(ask_.sites.begin(), ask_.sites.end(), site.code) != ask_.sites.end();
      if (named || (ask_.sites.empty() && site.mirrored_size > 0)) sites_.push_back(std::move(site));
    }
    std::sort(sites_.begin(), sites_.end(),
              [](const SiteInfo& a, const SiteInfo& b) { return a.code < b.code; });
    head_.scope.clear();
    for (const std::string& code : ask_.sites) head_.scope += (head_.scope.empty() ? "" : ", ") + code;
    if (ask_.sites.empty()) head_.scope = "all that sent records (" + std::to_string(sites_.size()) + ")";
    head_.period = ask_.period;
    for (const SiteInfo& site : sites_) {
      SEALKEEP_LET(logs, records_.register_logs(site.id));
      SEALKEEP_LET(state, interchange::log_state(records_.logs(), logs, site.code, head_.utc_offset_min));
      head_.as_of.push_back({site.code, site.watermark_ms, interchange::state_words(state)});
    }
    return {};
  }

  // Each site in turn; what is cancelled ends between two of them.
  template <class F>
  Result<> each_site(F&& visit) {
    for (std::size_t i = 0; i < sites_.size(); ++i) {
      if (watch_) SEALKEEP_TRY(watch_(i, sites_.size()));
      SEALKEEP_TRY(visit(sites_[i]));
    }
    return watch_ ? watch_(sites_.size(), sites_.size()) : Result<>{};
  }
  // The register of a report that has no period: as it stands, or as it stood at the moment that was asked
  // for. `read(register, up to when it is judged)`.
  template <class F>
  Result<> with_register(const SiteInfo& site, F&& read) {
    if (ask_.until_ms == 0) return read(records_, site.watermark_ms);
    SEALKEEP_LET(past, PastRegister::fold(records_, site.id, ask_.until_ms, scratch_));
    const std::int64_t judged_ms = std::min(site.watermark_ms, ask_.until_ms);
    for (ReportHead::AsOf& of : head_.as_of) {
      if (of.site != site.code) continue;
      of.heard_ms = judged_ms;
      of.state = std::to_string(past->entries()) + " records by then; now " + of.state;
    }
    return read(*past, judged_ms);
  }
  static Result<> fits(std::size_t rows) {
    if (rows <= kReportRows) return {};
    return fail(ErrorKind::Full, "report.too_large", "That is too much for one report",
                "it would have more than " + std::to_string(kReportRows) + " lines",
                "Name fewer sites or a shorter period");
  }
  [[nodiscard]] bool holds(std::int64_t ms) const { return ask_.from_ms <= ms && ms < ask_.until_ms; }
  Result<interchange::SiteSource> source_of(const SiteInfo& site) {
    SEALKEEP_LET(logs, records_.register_logs(site.id));
    SEALKEEP_LET(people, people_of(records_, logs));
    return interchange::SiteSource{records_.logs(), records_.rows(), std::move(logs), site.code,
                                   std::move(people)};
  }

  Result<Report> seal_register() {
    std::vector<interchange::RegisterLine> lines;
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      SEALKEEP_LET(source, source_of(site));
      SEALKEEP_LET(of_site,
                   interchange::read_register(source, ses::Family::Ses, {ask_.from_ms, ask_.until_ms}));
      std::move(of_site.begin(), of_site.end(), std::back_inserter(lines));
      return fits(lines.size());
    }));
    SEALKEEP_LET(days, figures());
    return register_report(std::move(head_), lines, days);
  }

  // Days on which something happened, of these sites together.
  Result<std::vector<DayFigures>> figures() {
    SEALKEEP_LET(
        select, records_.db().prepare("SELECT day, received, applied, checked, uplifted FROM day_count WHERE "
                                      "register = ? AND day BETWEEN ? AND ?"));
    std::map<std::int64_t, DayFigures> days;
    for (const SiteInfo& site : sites_) {
      SEALKEEP_LET(rows, select.query(site.id, local_day(ask_.from_ms, offset_at_),
                                      local_day(ask_.until_ms - 1, offset_at_)));
      while (true) {
        SEALKEEP_LET(there, rows.next());
        if (!there) break;
        DayFigures& day = days[rows.int64(0)];
        day.day = rows.int64(0);
        day.received += rows.int64(1);
        day.applied += rows.int64(2);
        day.checked += rows.int64(3);
        day.uplifted += rows.int64(4);
      }
    }
    std::vector<DayFigures> out;
    for (const auto& [no, day] : days) out.push_back(day);
    return out;
  }

  Result<Report> reconciliation() {
    std::vector<SiteLedger> ledgers;
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      return with_register(site, [&](HubRecords& of_site, std::int64_t) -> Result<> {
        SEALKEEP_LET(wrong, of_site.rows().unbalanced(site.id, kUnbalancedNamed));
        for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other}) {
          SEALKEEP_LET(ledger, of_site.rows().ledger(site.id, family));
          if (ledger.left() == 0 && ledger.right() == 0 && ledger.unbalanced == 0) continue;
          SiteLedger of{site.code, family, ledger, {}};
          for (const SealAt& seal : wrong)
            if (seal.key.family == family)
              of.unbalanced.emplace_back(seal.key.number.text(), ses::state_words(seal.row.state));
          ledgers.push_back(std::move(of));
        }
        return {};
      });
    }));
    return reconciliation_report(std::move(head_), ledgers);
  }

  Result<Report> incidents() {
    SEALKEEP_LET(book, IncidentBook::open(records_));
    std::vector<Incident> all;
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      IncidentBook::After after;
      after.discovered_ms = ask_.until_ms;
      after.site = 0;
      while (true) {
        SEALKEEP_LET(page, book.newest(after, site.id, kIncidentsAtOnce));
        for (Incident& one : page) {
          if (one.discovered_ms < ask_.from_ms) return {};
          after = {one.discovered_ms, one.site, one.at.epoch, static_cast<std::int64_t>(one.at.index)};
          all.push_back(std::move(one));
        }
        if (page.size() < kIncidentsAtOnce) return {};
      }
    }));
    std::stable_sort(all.begin(), all.end(),
                     [](const Incident& a, const Incident& b) { return a.discovered_ms < b.discovered_ms; });
    return incidents_report(std::move(head_), all);
  }

  Result<Report> compliance() {
    std::vector<SiteClauses> clauses;
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      SEALKEEP_LET(logs, records_.register_logs(site.id));
      SEALKEEP_LET(cells, compliance_of(records_.logs(), records_.rows(), logs,
                                        {ask_.from_ms, ask_.until_ms, site.watermark_ms}, {}));
      clauses.push_back({site.code, std::move(cells)});
      return {};
    }));
    return compliance_report(std::move(head_), clauses);
  }

  Result<Report> qa_training() {
    std::vector<KeptRecord> kept;
    std::vector<UntrainedPerson> untrained;
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      return with_register(site, [&](HubRecords& of_site, std::int64_t judged_ms) {
        return kept_at(site, of_site, judged_ms, kept, untrained);
      });
    }));
    return qa_training_report(std::move(head_), kept, untrained);
  }

  // Names are those that are known now: a past register has none.
  Result<> kept_at(const SiteInfo& site, HubRecords& of_site, std::int64_t judged_ms,
                   std::vector<KeptRecord>& kept, std::vector<UntrainedPerson>& untrained) {
    SEALKEEP_LET(logs, records_.register_logs(site.id));
    SEALKEEP_LET(names, SiteNames::read(records_, logs));
    SEALKEEP_LET(people, people_at(of_site, site.id, names));
    std::set<ses::PersonNo> left, trained;
    for (const PersonView& person : people)
      if (person.left_ms != 0 && person.left_ms <= judged_ms) left.insert(person.no);
    SEALKEEP_LET(records, of_site.rows().records(site.id, kRecordsOfSite));
    for (const RecordAt& record : records) {
      const auto* wanted = std::find(std::begin(kQaAndTraining), std::end(kQaAndTraining), record.key.what);
      if (wanted == std::end(kQaAndTraining) || left.contains(record.key.person_no)) continue;
      std::string about =
          record.key.person_no == 0 ? std::string() : printable(names.person_words(record.key.person_no));
      if (!record.key.label.empty()) about += (about.empty() ? "" : ": ") + printable(record.key.label);
      if (record.key.what == ses::RecordKind::TrainingSeals) trained.insert(record.key.person_no);
      kept.push_back({site.code, record.key.what, std::move(about), record.row.outcome == ses::Outcome::Done,
                      record.row.done_ms, record.row.until_ms, judged_ms});
    }
    for (const PersonView& person : people)
      if (!left.contains(person.no) && !trained.contains(person.no))
        untrained.push_back({site.code, person.name});
    return fits(kept.size() + untrained.size());
  }

  // A day may be closed late, or again: the newest closing counts.
  Result<Report> day_close() {
    std::vector<ClosedDay> out;
    SEALKEEP_LET(counted, records_.db().prepare(
                              "SELECT day, facts FROM day_count WHERE register = ? AND day BETWEEN ? AND ?"));
    SEALKEEP_TRY(each_site([&](const SiteInfo& site) -> Result<> {
      std::map<std::int64_t, ClosedDay> days;
      interchange::ZoneHistory zone;
      SEALKEEP_LET(source, source_of(site));
      SEALKEEP_LET(unreadable,
                   interchange::each_entry(source, [&](std::string_view, ses::Ref, const ses::Entry& entry) {
                     zone.add(entry.header.recorded_ms, entry.header.utc_offset_min);
                     const auto* closed = std::get_if<ses::DayClosed>(&entry.event);
                     if (closed == nullptr) return Result<>{};
                     ClosedDay& day = days[closed->day];
                     day.closed_ms = entry.header.recorded_ms;
                     day.utc_offset_min = entry.header.utc_offset_min;
                     const auto name = source.people.find(entry.header.person_no);
                     day.by = name != source.people.end() && !name->second.empty() ? name->second
                              : entry.header.person_no == 0
                                  ? std::string()
                                  : "person " + std::to_string(entry.header.person_no);
                     day.facts = closed->facts;
                     day.in_stock = closed->in_stock;
                     day.open_duties = closed->open_duties;
                     return Result<>{};
                   }));
      static_cast<void>(unreadable);
      const OffsetAt there = [&](std::int64_t ms) { return zone.offset_at(ms); };
      const std::int64_t first = local_day(ask_.from_ms, there), last = local_day(ask_.until_ms - 1, there);
      std::erase_if(days, [&](const auto& day) { return day.first < first || day.first > last; });
      SEALKEEP_LET(rows, counted.query(site.id, first, last));
      while (true) {
        SEALKEEP_LET(more, rows.next());
        if (!more) break;
        if (rows.uint64(1) > 0) days[rows.int64(0)].heard = rows.uint64(1);
      }
      for (auto& [no, day] : days) {
        day.site = site.code;
        day.day = no;
        out.push_back(std::move(day));
      }
      return fits(out.size());
    }));
    return day_close_report(std::move(head_), out);
  }

  HubRecords& records_;
  const ReportAsk& ask_;
  ReportHead head_;
  const OffsetAt& offset_at_;
  const std::filesystem::path& scratch_;
  const ReportWatch& watch_;
  std::vector<SiteInfo> sites_;
};

}  // namespace

Result<Report> read_report(HubRecords& records, const ReportAsk& ask, ReportHead head,
                           const OffsetAt& offset_at, const std::filesystem::path& scratch,
                           const ReportWatch& watch) {
  return Reading(records, ask, std::move(head), offset_at, scratch, watch).read();
}

}  // namespace sealkeep::hub
