// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/findings.hpp"

#include <algorithm>

namespace sealkeep::evidence {
namespace {

using ses::Kind;

constexpr Kind kIncidents[] = {Kind::SealLost,      Kind::SealTampered,     Kind::SealDamaged,
                               Kind::SealReplaced,  Kind::UnitOpened,       Kind::ResealedElsewhere,
                               Kind::CustomsTold,   Kind::CustomsDecided,   Kind::IncidentReported,
                               Kind::ConcernRaised, Kind::ContentsLookedAt, Kind::SealFound};
constexpr Kind kCorrections[] = {Kind::SealCorrected, Kind::UnitCorrected, Kind::PapersCorrected};
constexpr Kind kCounts[] = {Kind::StockCounted, Kind::DifferenceExplained};
constexpr Kind kRestarts[] = {Kind::EpochStarted, Kind::SpaceRefused, Kind::InternetDown};

template <std::size_t N>
bool one_of(const Kind (&kinds)[N], Kind kind) {
  return std::find(std::begin(kinds), std::end(kinds), kind) != std::end(kinds);
}

void put(Listed& list, const ListedEntry& entry) {
  if (++list.count <= Listed::kListed) list.first.push_back(entry);
}

std::string said(const ses::Entry& entry, std::span<const SeenDetail> details, ses::DetailKind kind) {
  for (std::size_t n = 0; n < details.size(); ++n)
    if (entry.details[n].kind == kind && details[n].presence == DetailPresence::Here)
      return printable(as_text(details[n].bytes), 400);
  return {};
}

}  // namespace

SiteFindings::SiteFindings(const CoverSite& about, std::int64_t from_ms, std::int64_t until_ms)
    : site(about), from_ms_(from_ms), until_ms_(until_ms), compliance_(from_ms, until_ms) {}

void SiteFindings::add(const CoverLog& log, std::uint64_t, const ses::Directive* directive) {
  if (directive == nullptr) ++unreadable;
  directives_[log.epoch].push_back(directive ? std::optional(*directive) : std::nullopt);
}

void SiteFindings::add(const CoverLog& log, std::uint64_t index, const ses::Entry* entry,
                       std::span<const SeenDetail> details) {
  if (index == log.first && log.first > 0) whole = false;
  if (index >= log.counts_until) return;
  if (entry == nullptr) {
    ++unreadable;
    static_cast<void>(told_.take({log.epoch, index}, nullptr));
    return;
  }
  ses::Entry fact = *entry;
  if (!told_.take({log.epoch, index}, &fact)) return;
  add_fact(log, index, fact, details);
}

void SiteFindings::add_fact(const CoverLog& log, std::uint64_t index, const ses::Entry& fact,
                            std::span<const SeenDetail> details) {
  if (!opened_ && fact.header.recorded_ms >= from_ms_) opened_ = true, opening = reg.ledgers;
  if (!closed_ && fact.header.recorded_ms >= until_ms_) closed_ = true, closing = reg.ledgers;
  if (first_recorded_ms_ == 0) first_recorded_ms_ = fact.header.recorded_ms;
  recorded_until_ms_ = std::max(recorded_until_ms_, fact.header.recorded_ms);
  remember_names(fact, details);
  fold(log, index, fact);
  if (!closed_) closing = reg.ledgers;
  if (!opened_) opening = reg.ledgers;
  for (const SeenDetail& detail : details)
    if (detail.presence != DetailPresence::Here && inside(fact.header.happened_ms)) ++details_missing;
  if (!inside(fact.header.happened_ms)) return;
  ++in_period;
  list({log.epoch, index}, fact, details);
}

void SiteFindings::fold(const CoverLog& log, std::uint64_t index, const ses::Entry& entry) {
  const ses::Ref at{log.epoch, index};
  if (const auto* adopted = std::get_if<ses::DirectivesAdopted>(&entry.event)) {
    const auto& known = directives_[adopted->epoch];
    const std::uint64_t from = reg.self.directive_epoch == adopted->epoch ? reg.self.directive_size : 0;
    const std::uint64_t until = std::min<std::uint64_t>(adopted->size, known.size());
    if (adopted->size > known.size()) adopted_missing = adopted->size - known.size();
    for (std::uint64_t i = from; i < until; ++i) {
      const auto& directive = known[static_cast<std::size_t>(i)];
      if (!directive) continue;
      reg.adopt(*directive, at, entry.header.happened_ms);
      compliance_.add(*directive, {adopted->epoch, i});
    }
  }
  // A pack may begin in the middle, and entries that nobody can read are passed over.
  reg.self.epoch = at.epoch;
  reg.self.next_index = at.index;
  reg.fold_one(entry, at);
  compliance_.add(entry, at);
}

void SiteFindings::remember_names(const ses::Entry& entry, std::span<const SeenDetail> details) {
  const std::string name = said(entry, details, ses::DetailKind::Name);
  if (name.empty()) return;
  if (const auto* person = std::get_if<ses::PersonAdded>(&entry.event)) people_[person->person_no] = name;
  if (const auto* store = std::get_if<ses::StoreAdded>(&entry.event)) stores_[store->store_no] = name;
}

void SiteFindings::list(ses::Ref at, const ses::Entry& entry, std::span<const SeenDetail> details) {
  const Kind kind = ses::kind_of(entry.event);
  if (const auto* day = std::get_if<ses::DayClosed>(&entry.event)) days_closed.insert(day->day);
  const auto noted = [&](ses::Irregularity code) {
    return std::any_of(entry.irregularities.begin(), entry.irregularities.end(),
                       [&](const ses::NotedIrregularity& one) { return one.code == code; });
  };
  ListedEntry line{at,
                   entry.header.happened_ms,
                   entry.header.recorded_ms,
                   ses::event_words(entry.event, *this),
                   person_words(entry.header.person_no),
                   said(entry, details, ses::DetailKind::Narrative)};
  if (line.story.empty()) line.story = said(entry, details, ses::DetailKind::Reason);
  if (one_of(kIncidents, kind)) put(incidents, line);
  if (one_of(kCorrections, kind)) put(corrections, line);
  if (one_of(kCounts, kind)) put(counts, line);
  if (one_of(kRestarts, kind) && at.index > 0) put(restarts, line);
  if (kind == Kind::EpochStarted && at.epoch > 1) put(restarts, line);
  if (noted(ses::Irregularity::LateEntry) || entry.header.source == ses::Source::Paper) put(late, line);
  std::string marks;
  for (const ses::NotedIrregularity& one : entry.irregularities)
    if (one.code != ses::Irregularity::LateEntry)
      marks += (marks.empty() ? "" : "; ") + std::string(ses::irregularity_sentence(one.code));
  if (marks.empty()) return;
  line.story = marks + (line.story.empty() ? "" : ": " + line.story);
  put(marked, line);
}

std::string SiteFindings::person_words(ses::PersonNo no) const {
  if (no == 0) return "nobody named";
  const auto found = people_.find(no);
  return found == people_.end() ? "person " + std::to_string(no) : found->second;
}

std::string SiteFindings::place_words(const ses::Place& place) const {
  if (place.kind == ses::PlaceKind::NotSaid) return "place not said";
  if (place.kind == ses::PlaceKind::Hand) return "in the hand of " + person_words(place.no);
  const auto found = stores_.find(place.no);
  if (found != stores_.end()) return found->second;
  return (place.kind == ses::PlaceKind::DockBox ? "dock box " : "store ") + std::to_string(place.no);
}

std::vector<ses::Cell> SiteFindings::cells() const {
  std::vector<ses::OpenDutyOf> open;
  for (const auto& [key, row] : reg.duties) open.push_back({key, row});
  return compliance_.cells(open, reg.late, std::min(until_ms_, recorded_until_ms_));
}

void Findings::on_cover(const Cover& cover) {
  for (const CoverSite& site : cover.sites)
    sites_.push_back(std::make_unique<SiteFindings>(site, cover.from_ms, cover.until_ms));
}

void Findings::on_directive(const CoverLog& log, std::uint64_t index, const ses::Directive* directive) {
  sites_[log.site]->add(log, index, directive);
}

void Findings::on_entry(const CoverLog& log, std::uint64_t index, const ses::Entry* entry,
                        std::span<const SeenDetail> details) {
  sites_[log.site]->add(log, index, entry, details);
}

}  // namespace sealkeep::evidence
