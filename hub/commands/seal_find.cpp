// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"
#include "common/ses/written_form.hpp"
#include "common/store/dock_rows.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/names.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 50;
constexpr std::size_t kLookedAt = 5'000;  // rows of one answer, so that a rare state never reads everything
constexpr std::size_t kUnits = 20, kReceipts = 50, kEntriesOfUnit = 200;
constexpr std::size_t kTextBytes = 100;
constexpr ses::Family kFamilies[] = {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other};
constexpr const char* kColumns =
    "family, number, register, state, place_kind, place_no, unit, received_ms, applied_ms, checked_ms, "
    "uplifted_ms, lost_ms, history";

/// A stretch of the table of seals, in the order of its numbers: what an answer goes through, one after the
/// other.
struct Span {
  ses::Family family{};
  std::string low, past;  ///< numbers from `low` up to, not including, `past`
  RegisterId site = 0;    ///< 0: all
};

struct Filter {
  std::optional<RegisterId> site;
  std::optional<ses::SealState> state;
  std::optional<ses::Family> family;
};

struct Place {
  std::size_t span = 0;
  std::string number;
  RegisterId site = 0;
};

std::string_view family_name(ses::Family family) {
  return family == ses::Family::Ses ? "ses" : family == ses::Family::Mpi ? "mpi" : "other";
}

bool is_common(ses::SealState state) {
  return state == ses::SealState::InStock || state == ses::SealState::Uplifted;
}

// "span/number/site", as the answer before said it.
Result<Place> place_of(const std::string& text) {
  Place place;
  const std::size_t first = text.find('/'), second = text.rfind('/');
  const char* const end = text.data() + text.size();
  const bool whole = first != std::string::npos && second != first &&
                     std::from_chars(text.data(), text.data() + first, place.span).ec == std::errc{} &&
                     std::from_chars(text.data() + second + 1, end, place.site).ec == std::errc{};
  if (!whole)
    return bad_input("cli.value", "--cursor is not one that an answer gave", {},
                     "Give it as the answer says it");
  place.number = text.substr(first + 1, second - first - 1);
  return place;
}

Result<ses::SealState> state_of(const std::string& text) {
  for (std::size_t i = 1; i < ses::kSealStates; ++i)
    if (ses::state_name(static_cast<ses::SealState>(i)) == text) return static_cast<ses::SealState>(i);
  return bad_input(
      "cli.value", "No such state of a seal: " + printable(text), {},
      "in_stock, issued, applied, checked, uplifted, removed, damaged, lost, tampered, destroyed, "
      "short, returned or sent_out");
}

/// What the text may mean: numbers and their beginnings, a range, a container, a delivery, a box.
class Meaning {
 public:
  Meaning(Hub& hub, const Filter& filter) : hub_(&hub), filter_(filter) {}

  Result<std::vector<Span>> spans(const std::string& text) {
    const std::string written = ses::to_written_form(text, kTextBytes);
    if (const auto range = range_in(text)) {
      add(range->first, range->second + '!');  // sorts before every digit
    } else if (written.empty()) {
      add("", "[");
    } else {
      add(written, written + '[');
      if (ses::is_digit(written.front())) {
        SEALKEEP_LET(makers, makers_prefixes(hub_->db()));
        for (const std::string& prefix : makers)
          if (!prefix.empty()) add(prefix + written, prefix + written + '[');
      }
      SEALKEEP_TRY(add_units(written));
      SEALKEEP_TRY(add_receipts(text));
    }
    return std::move(spans_);
  }

 private:
  // "NZ300001..NZ300200" or with a dash and blanks between two numbers.
  static std::optional<std::pair<std::string, std::string>> range_in(const std::string& text) {
    for (const std::string_view mark : {"..", " - ", "-"}) {
      const std::size_t at = text.find(mark);
      if (at == std::string::npos) continue;
      const auto first = ses::SealNumber::parse(text.substr(0, at));
      const auto last = ses::SealNumber::parse(text.substr(at + mark.size()));
      if (first && last && ses::SealRange::between(*first, *last, 10'000'000))
        return std::pair(first->text(), last->text());
    }
    return std::nullopt;
  }

  void add(const std::string& low, const std::string& past, RegisterId site = 0,
           std::optional<ses::Family> only = std::nullopt) {
    if (filter_.site && site != 0 && site != *filter_.site) return;
    for (const ses::Family family : kFamilies) {
      if ((filter_.family && family != *filter_.family) || (only && family != *only)) continue;
      spans_.push_back({family, low, past, filter_.site.value_or(site)});
    }
  }

  Result<> add_units(const std::string& written) {
    SEALKEEP_LET(units, find_units(hub_->db(), written, kUnits));
    for (const UnitHit& hit : units) {
      SEALKEEP_LET(unit, hub_->rows().unit(hit.register_id, hit.id));
      if (!unit) continue;
      std::set<ses::SealKey> seals(unit->seals.begin(), unit->seals.end());
      if (hit.id.text == written) SEALKEEP_TRY(add_earlier(hit.register_id, *unit, seals));
      for (const ses::SealKey& key : seals)
        add(key.number.text(), key.number.text() + '!', hit.register_id, key.family);
    }
    return {};
  }

  // Seals that were on it in earlier visits.
  Result<> add_earlier(RegisterId site, const ses::UnitRow& unit, std::set<ses::SealKey>& seals) {
    SEALKEEP_LET(logs, hub_->register_logs(site));
    const std::size_t from = unit.history.size() - std::min(unit.history.size(), kEntriesOfUnit);
    for (std::size_t i = from; i < unit.history.size(); ++i) {
      SEALKEEP_LET(entry, entry_at(*hub_, logs, unit.history[i]));
      if (!entry) continue;
      if (const auto* applied = std::get_if<ses::SealApplied>(&entry->event))
        seals.insert({applied->family, applied->seal});
      if (const auto* replaced = std::get_if<ses::SealReplaced>(&entry->event)) {
        seals.insert({replaced->family, replaced->old_seal});
        seals.insert({replaced->family, replaced->new_seal});
      }
    }
    return {};
  }

  // Numbers of documents and labels are compared as they were written.
  Result<> add_receipts(const std::string& text) {
    SEALKEEP_LET(find,
                 hub_->db().prepare(
                     "SELECT register, epoch, idx FROM receipt WHERE approval = ?1 AND approval <> '' UNION "
                     "SELECT register, epoch, idx FROM receipt WHERE delivery = ?1 AND delivery <> '' UNION "
                     "SELECT register, receipt_epoch, receipt_index FROM box WHERE label = ?1 LIMIT ?2"));
    std::vector<std::pair<RegisterId, ses::Ref>> found;
    {
      SEALKEEP_LET(rows, find.query(text, kReceipts));
      while (true) {
        SEALKEEP_LET(there, rows.next());
        if (!there) break;
        found.push_back({rows.int64(0), {static_cast<std::uint32_t>(rows.int64(1)), rows.uint64(2)}});
      }
    }
    for (const auto& [site, at] : found) {
      ses::Rows rows;
      ses::Wanted wanted;
      wanted.receipts.push_back(at);
      SEALKEEP_TRY(hub_->rows().load(site, wanted, rows));
      if (const ses::ReceiptRow* receipt = rows.receipts.find(at))
        add(receipt->seals.front().text(), receipt->seals.back().text() + '!', site, receipt->family);
    }
    return {};
  }

  Hub* hub_;
  const Filter& filter_;
  std::vector<Span> spans_;
};

/// Goes through the spans from a place on.
class Search {
 public:
  Search(Hub& hub, const Filter& filter) : hub_(&hub), filter_(filter) {}

  struct Hit {
    ses::Family family{};
    std::string number, unit;
    RegisterId site = 0;
    ses::SealState state{};
    ses::Place place;
    std::int64_t since_ms = 0;
    std::optional<ses::Ref> newest;
  };

  Result<std::vector<Hit>> run(const std::vector<Span>& spans, Place& at, bool& more) {
    std::vector<Hit> hits;
    more = false;
    for (; at.span < spans.size(); at = {at.span + 1, {}, 0}) {
      SEALKEEP_LET(full, follow(spans[at.span], at, hits));
      if (!full) continue;
      more = true;
      break;
    }
    return hits;
  }

 private:
  Result<Statement*> statement_for(const Span& span) {
    const bool rare = filter_.state && !is_common(*filter_.state) && span.site != 0;
    Statement& one = rare ? by_state_ : span.site != 0 ? of_site_ : all_;
    bool& ready = rare ? by_state_ready_ : span.site != 0 ? of_site_ready_ : all_ready_;
    if (!ready) {
      const char* const from = rare             ? "seal INDEXED BY seal_by_state"
                               : span.site != 0 ? "seal INDEXED BY seal_of_site"
                                                : "seal";
      const char* const where =
          rare ? "register = ?1 AND family = ?2 AND number > ?5 AND state = ?8 AND state NOT IN (1, 5) ORDER "
                 "BY "
                 "number"
          : span.site != 0 ? "register = ?1 AND family = ?2 AND number > ?5 ORDER BY number"
                           : "family = ?2 AND (number, register) > (?5, ?6) ORDER BY number, register";
      const std::string text = fmt::format(
          "SELECT {} FROM {} WHERE number >= ?3 AND number < ?4 AND {} LIMIT ?7", kColumns, from, where);
      SEALKEEP_LET(prepared, hub_->db().prepare(text));
      one = std::move(prepared);
      ready = true;
    }
    return &one;
  }

  // True if the answer is full, or enough was looked at: `at` is where to go on.
  Result<bool> follow(const Span& span, Place& at, std::vector<Hit>& hits) {
    SEALKEEP_LET(select, statement_for(span));
    const bool rare = select == &by_state_;
    // One bound from below: a page deep inside a span must not begin at its front.
    const std::string& low = std::max(span.low, at.number);
    const int family = static_cast<int>(span.family);
    SEALKEEP_LET(rows, rare
                           ? select->query(span.site, family, low, span.past, at.number, at.site, kLookedAt,
                                           static_cast<int>(*filter_.state))
                           : select->query(span.site, family, low, span.past, at.number, at.site, kLookedAt));
    while (true) {
      if (looked_at_ >= kLookedAt || hits.size() >= kPage) {
        // One more row, so that "more" is true.
        SEALKEEP_LET(there, rows.next());
        if (there || looked_at_ >= kLookedAt) return true;
        return false;
      }
      SEALKEEP_LET(there, rows.next());
      if (!there) return false;
      ++looked_at_;
      at.number = rows.text(1);
      at.site = rows.int64(2);
      const auto state = static_cast<ses::SealState>(rows.int64(3));
      if (state == ses::SealState::None || (filter_.state && state != *filter_.state)) continue;
      if (!seen_.emplace(span.family, at.number, at.site).second) continue;
      hits.push_back(hit_of(rows));
    }
  }

  static Hit hit_of(const Rows& rows) {
    Hit hit;
    hit.family = static_cast<ses::Family>(rows.int64(0));
    hit.number = rows.text(1);
    hit.site = rows.int64(2);
    hit.state = static_cast<ses::SealState>(rows.int64(3));
    hit.place = {static_cast<ses::PlaceKind>(rows.int64(4)), static_cast<std::uint32_t>(rows.int64(5))};
    hit.unit = rows.text(6);
    switch (hit.state) {
      case ses::SealState::Applied:
        hit.since_ms = rows.int64(8);
        break;
      case ses::SealState::Checked:
        hit.since_ms = rows.int64(9);
        break;
      case ses::SealState::Uplifted:
        hit.since_ms = rows.int64(10);
        break;
      case ses::SealState::Lost:
      case ses::SealState::Tampered:
        hit.since_ms = rows.int64(11);
        break;
      default:
        hit.since_ms = rows.int64(7);
    }
    PackReader history(rows.blob(12));
    while (history.ok() && !history.at_end()) {
      const auto epoch = static_cast<std::uint32_t>(history.uint(UINT32_MAX));
      hit.newest = ses::Ref{epoch, history.uint()};
    }
    return hit;
  }

  Hub* hub_;
  const Filter& filter_;
  Statement all_, of_site_, by_state_;
  bool all_ready_ = false, of_site_ready_ = false, by_state_ready_ = false;
  std::size_t looked_at_ = 0;
  std::set<std::tuple<ses::Family, std::string, RegisterId>> seen_;  // of this answer
};

Result<std::string> alert_on(Statement& find, const Search::Hit& hit) {
  const std::string of_seal = fmt::format("seal:{}:{}", static_cast<int>(hit.family), hit.number);
  const std::string of_unit = hit.unit.empty() ? std::string() : "unit:" + hit.unit;
  const std::string of_entry = hit.newest ? "incident:" + ses::ref_words(*hit.newest) : std::string();
  SEALKEEP_LET(rows, find.query(hit.site, of_seal, of_unit, of_entry));
  SEALKEEP_LET(there, rows.next());
  return there ? hex(rows.blob(0)) : std::string();
}

Result<Filter> filter_of(Hub& hub, const Command& command) {
  Filter filter;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    filter.site = site.id;
  }
  if (const auto state = command.one("state")) {
    SEALKEEP_LET(found, state_of(*state));
    filter.state = found;
  }
  if (command.one("family")) {
    SEALKEEP_LET(family, family_of(command));
    filter.family = family;
  }
  return filter;
}

}  // namespace

Result<Value> seal_find(Hub& hub, const Command& command) {
  const std::string text = command.one("text").value_or("");
  if (text.size() > kTextBytes)
    return bad_input("cli.value", "That is too long to look for", {},
                     "Give a number, or the beginning of one");
  SEALKEEP_LET(filter, filter_of(hub, command));
  Place at;
  if (const auto cursor = command.one("cursor")) {
    SEALKEEP_LET(place, place_of(*cursor));
    at = std::move(place);
  }
  SEALKEEP_LET(sites, hub.sites());
  std::map<RegisterId, std::string> codes;
  for (const SiteInfo& site : sites) codes.emplace(site.id, site.code);
  SEALKEEP_LET(meant, Meaning(hub, filter).spans(text));
  // By site where a state is asked for: there the few seals in it stand together.
  std::vector<Span> spans;
  for (Span& span : meant) {
    if (!filter.state || is_common(*filter.state) || span.site != 0) {
      spans.push_back(std::move(span));
      continue;
    }
    for (const auto& [id, code] : codes) spans.push_back({span.family, span.low, span.past, id});
  }
  bool more = false;
  Search search(hub, filter);
  SEALKEEP_LET(hits, search.run(spans, at, more));
  SEALKEEP_LET(alert_of, hub.db().prepare(
                             "SELECT id FROM alert WHERE resolved_ms = 0 AND site IN (?1, 0) AND subject IN "
                             "(?2, ?3, ?4) ORDER BY severity DESC LIMIT 1"));
  std::map<RegisterId, SiteNames> names;
  Value list = Value::list(), words = Value::list();
  const Now now = hub.parts().clock.now();
  for (const Search::Hit& hit : hits) {
    if (!names.contains(hit.site)) {
      SEALKEEP_LET(logs, hub.register_logs(hit.site));
      SEALKEEP_LET(known, SiteNames::read(hub, logs));
      names.emplace(hit.site, std::move(known));
    }
    SEALKEEP_LET(alert, alert_on(alert_of, hit));
    const bool lies = hit.state == ses::SealState::InStock || hit.state == ses::SealState::Issued;
    const std::string place = lies ? names.at(hit.site).place_words(hit.place) : std::string();
    Value row = Value::object({{"number", hit.number},
                               {"family", family_name(hit.family)},
                               {"site", codes[hit.site]},
                               {"state", ses::state_name(hit.state)},
                               {"state_words", ses::state_words(hit.state)}});
    if (!hit.unit.empty()) row.set("unit", hit.unit);
    if (!place.empty()) row.set("place", place);
    if (hit.since_ms != 0) row.set("since_ms", hit.since_ms);
    if (!alert.empty()) row.set("alert", alert);
    list.add(std::move(row));
    words.add(Value::object({{"seal", hit.number},
                             {"site", codes[hit.site]},
                             {"is", ses::state_words(hit.state)},
                             {"where", lies               ? place
                                       : hit.unit.empty() ? "-"
                                                          : hit.unit},
                             {"since", hit.since_ms == 0 ? "-" : clock_words(hit.since_ms, now)},
                             {"alert", alert.empty() ? "-" : alert.substr(0, 12)}}));
  }
  Value value = Value::object({{"hits", std::move(list)}, {"more", more}});
  const std::string next = fmt::format("{}/{}/{}", at.span, at.number, at.site);
  if (more) value.set("next", next);
  if (command.caller) return value;
  Value shown = Value::object({{"seals", std::move(words)}});
  if (more) shown.set("next", "the same with --cursor " + next);
  value.set("in_words", std::move(shown));
  return value;
}

}  // namespace sealkeep::hub::commands
