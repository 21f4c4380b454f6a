// SPDX-License-Identifier: Apache-2.0
#include "common/ses/words.hpp"

#include <algorithm>
#include <charconv>

#include "common/base/clock.hpp"
#include "common/base/limits.hpp"
#include "common/ses/record.hpp"

namespace sealkeep::ses {
namespace {

std::string list_words(const std::vector<SealNumber>& seals) {
  constexpr std::size_t kShown = 10;
  std::string out;
  for (std::size_t i = 0; i < std::min(seals.size(), kShown); ++i)
    out += (out.empty() ? "" : ", ") + seals[i].text();
  if (seals.size() > kShown) out += " and " + std::to_string(seals.size() - kShown) + " more";
  return out;
}

std::string with(const char* before, const std::string& text) {
  return text.empty() ? "" : before + text;
}

std::string units_words(const std::vector<UnitId>& units) {
  std::string out;
  for (const UnitId& unit : units) out += (out.empty() ? "" : ", ") + unit.text;
  return out.empty() ? "none" : out;
}

std::string_view party_words(Party party) {
  constexpr std::string_view kWords[] = {"somebody unknown", "the site", "Customs", "MPI", "the carrier"};
  return kWords[static_cast<std::size_t>(party)];
}

std::string_view cause_words(DamageCause cause) {
  constexpr std::string_view kWords[] = {"", "broke in closing", "faulty", "put on the wrong container",
                                         "found broken"};
  return kWords[static_cast<std::size_t>(cause)];
}

std::string_view securing_words(Securing how) {
  constexpr std::string_view kWords[] = {"not secured", "secured by padlock", "guarded",
                                         "in a locked building"};
  return kWords[static_cast<std::size_t>(how)];
}

std::string reading_words(const Reading& reading) {
  return (reading.seal.empty() ? "seal not read" : reading.seal) + " on " +
         (reading.unit.empty() ? "container not read" : reading.unit);
}

std::string security_words(SecurityMatter what, std::uint32_t count) {
  switch (what) {
    case SecurityMatter::FailedSignIns:
      return std::to_string(count) + " failed sign-ins in a row";
    case SecurityMatter::NewTerminal:
      return "first sign-in on a terminal without a name";
    case SecurityMatter::OffHours:
      return "sign-in outside opening hours";
    case SecurityMatter::Locked:
      return "account or PIN locked";
  }
  return "unusual use of this system";
}

struct Sayer {
  const Names& names;

  [[nodiscard]] std::string place(const Place& where) const {
    return where.kind == PlaceKind::NotSaid ? "" : ", at " + names.place_words(where);
  }
  [[nodiscard]] std::string store(StoreNo no) const {
    return names.place_words({PlaceKind::LockedStore, no});
  }

  std::string operator()(const EpochStarted&) const { return "register started"; }
  std::string operator()(const AgentStarted& e) const { return "program started: " + e.version; }
  std::string operator()(const DirectivesAdopted& e) const {
    return "instructions from head office taken over, " + std::to_string(e.size) + " in all";
  }
  std::string operator()(const TerminalAdded& e) const {
    return "terminal " + std::to_string(e.terminal_no) + " added";
  }
  std::string operator()(const TerminalRemoved& e) const {
    return "terminal " + std::to_string(e.terminal_no) + " removed";
  }
  std::string operator()(const PersonAdded& e) const { return names.person_words(e.person_no) + " added"; }
  std::string operator()(const PersonLeft& e) const { return names.person_words(e.person_no) + " left"; }
  std::string operator()(const StoreAdded& e) const {
    return names.place_words({e.kind, e.store_no}) + " added";
  }
  std::string operator()(const SiteMoved&) const { return "the site moved"; }
  std::string operator()(const SpaceRefused& e) const {
    return std::to_string(e.facts) + " records refused because the disk was full";
  }
  std::string operator()(const DayClosed& e) const {
    return "day closed: " + iso_time(e.day * kDayMs).substr(0, 10) + ", " +
           (e.facts == 0 ? "no seal moved" : std::to_string(e.facts) + " records of seals and units") + ", " +
           std::to_string(e.in_stock) + " seals in stock, " + std::to_string(e.open_duties) + " things to do";
  }
  std::string operator()(const InternetDown& e) const {
    return "internet down until " + iso_time(e.until_ms);
  }
  std::string operator()(const Avoided& e) const {
    return "avoided after a stop sign: " +
           std::string(irregularity_sentence(static_cast<Irregularity>(e.code))) + with(", ", e.subject);
  }
  std::string operator()(const Restated& e) const {
    return "recorded once more, first as " + ref_words(e.at);
  }
  std::string operator()(const StockOpened& e) const {
    return "opening balance: " + e.seals.text() + place(e.place);
  }
  std::string operator()(const SealsReceived& e) const {
    return "received " + e.seals.text() + with(", box ", e.box) + with(", approval ", e.approval) +
           with(", delivery note ", e.delivery) + with(", not there: ", list_words(e.missing)) +
           place(e.place);
  }
  std::string operator()(const BoxOpened& e) const {
    return "box " + e.box + " opened" + with(", not there: ", list_words(e.missing)) +
           with(", not on the label: ", list_words(e.extra));
  }
  std::string operator()(const SealsStored& e) const { return e.seals.text() + " stored" + place(e.place); }
  std::string operator()(const SealsIssued& e) const {
    return e.seals.text() + " handed to " + names.person_words(e.to);
  }
  std::string operator()(const HandedOver& e) const {
    return e.seals.text() + " handed over from " + names.person_words(e.from) + " to " +
           names.person_words(e.to) + with(", last used ", e.last_used.text());
  }
  std::string operator()(const SealsReturned& e) const {
    return e.seals.text() + " put back" + place(e.place);
  }
  std::string operator()(const TransferredOut& e) const {
    return e.seals.text() + " sent to site " + e.to_site + with(", transfer ", e.transfer);
  }
  std::string operator()(const TransferredIn& e) const {
    return e.seals.text() + " taken in from site " + e.from_site + with(", transfer ", e.transfer) +
           place(e.place);
  }
  std::string operator()(const ReturnedToSupplier& e) const {
    return e.seals.text() + " sent back to the supplier" + with(", reference ", e.reference);
  }
  std::string operator()(const SealsDestroyed& e) const {
    return e.seals.text() + " destroyed, seen by " + names.person_words(e.witness);
  }
  std::string operator()(const StockCounted& e) const {
    return "counted " + std::to_string(e.found) + " of " + std::to_string(e.expected) + place(e.place) +
           with(", not there: ", list_words(e.missing)) + with(", too many: ", list_words(e.extra));
  }
  std::string operator()(const DifferenceExplained& e) const {
    constexpr std::string_view kHow[] = {
        "", "miscounted", "found elsewhere", "recorded late", "confirmed by the supplier", "another reason"};
    return "difference of " + ref_words(e.about) +
           " explained: " + std::string(kHow[static_cast<std::size_t>(e.how)]) +
           with(", ", list_words(e.seals));
  }
  std::string operator()(const StoreOpened& e) const { return store(e.store_no) + " opened"; }
  std::string operator()(const StoreClosed& e) const { return store(e.store_no) + " closed"; }
  std::string operator()(const RollReceived& e) const {
    return std::to_string(e.quantity) + " of batch " + e.batch + " received" + place(e.place);
  }
  std::string operator()(const RollUsed& e) const {
    constexpr std::string_view kUse[] = {"", "used", "damaged", "lost", "destroyed", "sent out", "found"};
    return std::to_string(e.quantity) + " of batch " + e.batch + " " +
           std::string(kUse[static_cast<std::size_t>(e.use)]) + with(" on ", e.unit.text);
  }
  std::string operator()(const UnitCheckedEmpty& e) const { return e.unit.text + " checked empty"; }
  std::string operator()(const LoadStarted& e) const { return "loading of " + e.unit.text + " began"; }
  std::string operator()(const LoadPaused& e) const {
    return "loading of " + e.unit.text + " paused, " + std::string(securing_words(e.how));
  }
  std::string operator()(const LoadEnded& e) const { return "loading of " + e.unit.text + " ended"; }
  std::string operator()(const UnitClosed& e) const { return e.unit.text + " closed"; }
  std::string operator()(const DoorsSecured& e) const {
    return "doors of " + e.unit.text + " " + std::string(securing_words(e.how));
  }
  std::string operator()(const SealApplied& e) const {
    return "seal " + e.seal.text() + " put on " + e.unit.text +
           (e.allocated ? ", from the site's own stock" : "");
  }
  std::string operator()(const SealChecked& e) const {
    return "seal " + e.seal.text() + " on " + e.unit.text + " checked: door " + reading_words(e.door) +
           ", paper " + reading_words(e.paper) + ", " + vvtt_words(e.vvtt);
  }
  std::string operator()(const Uplifted& e) const {
    return e.unit.text + " taken by the driver with " + (e.seals.empty() ? "no seal" : list_words(e.seals)) +
           ", " + vvtt_words(e.vvtt) + (e.driver_signed ? ", signed" : ", not signed");
  }
  std::string operator()(const SealDamaged& e) const {
    return "seal " + e.seal.text() + " " + std::string(cause_words(e.cause)) + with(", on ", e.unit.text);
  }
  std::string operator()(const SealReplaced& e) const {
    return "seal " + e.old_seal.text() + " " + std::string(cause_words(e.cause)) + ", replaced by " +
           e.new_seal.text() + " on " + e.unit.text;
  }
  std::string operator()(const SealLost& e) const { return e.seals.text() + " lost"; }
  std::string operator()(const SealTampered& e) const {
    return (e.seal.empty() ? "a seal nobody knows" : "seal " + e.seal.text()) + " tampered with" +
           with(", on ", e.unit.text);
  }
  std::string operator()(const SealFound& e) const {
    return "seal " + e.seal.text() + " found" + (e.not_on_record ? ", not on record before" : "") +
           place(e.place);
  }
  std::string operator()(const SealRemoved& e) const {
    constexpr std::string_view kWhy[] = {"", "forgotten goods", "cancelled load", "wrong container", "other"};
    return "seal " + e.seal.text() + " taken off " + e.unit.text + ": " +
           std::string(kWhy[static_cast<std::size_t>(e.reason)]);
  }
  std::string operator()(const UnitOpened& e) const {
    constexpr std::string_view kWhere[] = {"", " at the site", " on the road", " at the port"};
    return e.unit.text + " opened by " + std::string(party_words(e.by)) +
           std::string(kWhere[static_cast<std::size_t>(e.where)]);
  }
  std::string operator()(const ResealedElsewhere& e) const {
    return e.unit.text + " sealed elsewhere with " + e.seal.text() + " of " +
           std::string(party_words(e.whose));
  }
  std::string operator()(const OtherSealNoted& e) const {
    return "seal " + e.seal.text() + " of " + std::string(party_words(e.whose)) + " noted on " + e.unit.text;
  }
  std::string operator()(const ContentsLookedAt& e) const {
    return "contents of " + e.unit.text + " looked at, " + (e.in_order ? "in order" : "not in order");
  }
  std::string operator()(const PapersCorrected& e) const { return "papers of " + e.unit.text + " corrected"; }
  std::string operator()(const SealCorrected& e) const {
    return "seal on " + e.unit.text + " is " + e.right.text() + ", not " + e.wrong.text();
  }
  std::string operator()(const UnitCorrected& e) const {
    return "container is " + e.right.text + ", not " + e.wrong.text;
  }
  std::string operator()(const LoadCancelled& e) const { return "load of " + e.unit.text + " cancelled"; }
  std::string operator()(const ConcernRaised& e) const {
    return e.quiet ? "concern raised without a name" : "concern raised";
  }
  std::string operator()(const CustomsTold& e) const { return "Customs told of " + ref_words(e.about); }
  std::string operator()(const CustomsDecided& e) const {
    return ref_words(e.about) +
           (e.reportable ? " is to be reported to Customs" : " need not be reported to Customs");
  }
  std::string operator()(const ConcernRead& e) const { return "concern of " + ref_words(e.about) + " read"; }
  std::string operator()(const IncidentReported& e) const {
    return "incident: " + std::string(incident_words(e.what)) + with(", ", e.unit.text) +
           with(", seals ", list_words(e.seals));
  }
  std::string operator()(const RecordKept& e) const {
    constexpr std::string_view kOutcome[] = {"", "", ", not passed", ", ended"};
    const RecordRule& rule = record_rule(e.what);
    return std::string(rule.words) + with(": ", e.label) +
           (e.person_no != 0 ? ", " + names.person_words(e.person_no) : "") +
           std::string(kOutcome[static_cast<std::size_t>(e.outcome)]) +
           (e.until_ms != 0 ? ", until " + iso_time(e.until_ms).substr(0, 10) : "");
  }
  std::string operator()(const ContingencyStarted& e) const {
    return "contingency plan " + e.plan + " began, held: " + units_words(e.units);
  }
  std::string operator()(const ContingencyEnded& e) const {
    return "contingency of " + ref_words(e.about) + " ended, released: " + units_words(e.units);
  }
  std::string operator()(const HeldUnitLookedAt& e) const {
    return "held unit " + e.unit.text + " looked at, " + (e.in_order ? "in order" : "not in order");
  }
  std::string operator()(const SecurityNoted& e) const {
    return security_words(e.what, e.count) +
           (e.terminal_no != 0 ? " at terminal " + std::to_string(e.terminal_no) : "");
  }
  std::string operator()(const DetailsErased& e) const {
    return "names, words and photos of " + ref_words(e.about) + " erased";
  }
  std::string operator()(const ErasureAnswered& e) const {
    const std::string what = e.person_no != 0 ? "name of person " + std::to_string(e.person_no)
                                              : "details of " + ref_words(e.about);
    return what + (e.keep_until_ms == 0
                       ? " erased as head office ordered"
                       : " kept although head office ordered to erase it: the register must show it until " +
                             iso_time(e.keep_until_ms).substr(0, 10));
  }
  std::string operator()(const DataExported& e) const {
    const auto day = [](std::int64_t ms) { return iso_time(ms).substr(0, 10); };
    return "taken out: " + e.what + ", " + std::to_string(e.records) +
           (e.records == 1 ? " record" : " records") + (e.from_ms != 0 ? ", from " + day(e.from_ms) : "") +
           (e.until_ms != 0 ? ", until " + day(e.until_ms) : "") +
           (e.with_names ? ", with names" : ", without names");
  }
  std::string operator()(const ExportEntryChecked& e) const {
    const auto wrong = [](const char* what, Step step) {
      return step == Step::Fail ? std::string(", ") + what + " is wrong" : std::string();
    };
    return "export entry " + e.entry_no + " compared: seal " + (e.seal.empty() ? "none" : e.seal.text()) +
           " on " + e.unit.text + wrong("site code", e.site_code) + wrong("client code", e.client_code) +
           wrong("name", e.name);
  }
};

}  // namespace

std::string Names::person_words(PersonNo no) const {
  return no == 0 ? "nobody named" : "person " + std::to_string(no);
}
std::string Names::place_words(const Place& place) const {
  switch (place.kind) {
    case PlaceKind::NotSaid:
      return "place not said";
    case PlaceKind::LockedStore:
      return "store " + std::to_string(place.no);
    case PlaceKind::DockBox:
      return "dock box " + std::to_string(place.no);
    case PlaceKind::Hand:
      return place.no == 0 ? "somebody's hand" : person_words(place.no) + "'s hand";
  }
  return "place not said";
}

std::string event_words(const Event& event, const Names& names) {
  return std::visit(Sayer{names}, event);
}

std::string subject_words(const std::string& subject, const Names& names) {
  const std::size_t colon = subject.find(':');
  const std::string what = subject.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : subject.substr(colon + 1);
  std::uint32_t no = 0;
  for (char c : rest) no = c >= '0' && c <= '9' ? no * 10 + static_cast<std::uint32_t>(c - '0') : no;
  if (what == "receipt") return "delivery of entry " + rest;
  if (what == "count") return "difference of entry " + rest;
  if (what == "incident") return "entry " + rest;
  if (what == "delivery") return "delivery " + rest;
  if (what == "erasure")
    return rest.starts_with("person:") ? names.person_words(no) : "details of entry " + rest;
  if (what == "transfer") return "transfer of entry " + rest;
  if (what == "seal") return rest.substr(rest.find(':') + 1);
  if (what == "person") return names.person_words(no);
  if (what == "day") return "the day";
  if (what == "own_checks") return "this week's checks";
  if (const RecordRule* rule = record_rule(what)) {
    if (!rest.starts_with("person:")) return rest.empty() ? std::string(rule->words) : rest;
    const std::size_t end = rest.find(':', 7);
    std::uint32_t person = 0;
    for (char c : rest.substr(7, end - 7))
      person = c >= '0' && c <= '9' ? person * 10 + static_cast<std::uint32_t>(c - '0') : person;
    return names.person_words(person) + (end == std::string::npos ? "" : ", " + rest.substr(end + 1));
  }
  if (what == "store") return names.place_words({PlaceKind::LockedStore, no});
  return rest;
}

std::string answer_words(const AlertAnswered& answer) {
  constexpr std::string_view kDecided[] = {
      "", "head office accepted it", "head office decided that Customs need not be told",
      "head office decided that Customs must be told", "head office asks"};
  return std::string(kDecided[static_cast<std::size_t>(answer.decision)]) + ": " + answer.reason;
}

std::string time_left_words(const DutyRow& duty, std::int64_t now_ms) {
  if (duty.due_ms == 0) return "cannot be judged, the clock was not sure";
  if (now_ms <= duty.due_ms) return duration_words(duty.due_ms - now_ms) + " left";
  return "overdue for " + duration_words(now_ms - duty.due_ms);
}

std::string ref_words(Ref at) {
  return std::to_string(at.epoch) + "/" + std::to_string(at.index);
}

std::optional<Ref> ref_of(std::string_view text) {
  Ref ref;
  const char* const end = text.data() + text.size();
  const auto [slash, first_error] = std::from_chars(text.data(), end, ref.epoch);
  if (first_error != std::errc{} || slash == end || *slash != '/') return std::nullopt;
  const auto [last, error] = std::from_chars(slash + 1, end, ref.index);
  if (error != std::errc{} || last != end || ref.index > limits::kTreeSize) return std::nullopt;
  return ref;
}

std::string_view incident_words(IncidentKind what) {
  constexpr std::string_view kWords[] = {"",
                                         "a container was tampered with",
                                         "a documented procedure was not followed",
                                         "unauthorised entry to the site",
                                         "a suspicious or unusual request for documents",
                                         "unauthorised goods in a container or package",
                                         "seals are missing",
                                         "a seal was tampered with",
                                         "a breach of cybersecurity",
                                         "something else"};
  return kWords[static_cast<std::size_t>(what)];
}

std::string_view family_words(Family family) {
  constexpr std::string_view kWords[] = {"", "ses", "mpi", "other"};
  return kWords[static_cast<std::size_t>(family)];
}

std::string_view kind_words(SealKind kind) {
  constexpr std::string_view kWords[] = {"", "bolt", "cable", "strap", "tape", "marking", "substance"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view source_words(Source source) {
  constexpr std::string_view kWords[] = {"", "scanned", "typed", "camera", "paper", "imported"};
  return kWords[static_cast<std::size_t>(source)];
}

std::string vvtt_words(const Vvtt& vvtt) {
  const auto step = [](const char* name, Step done) {
    constexpr std::string_view kDone[] = {"not done", "pass", "FAIL", "n/a"};
    return std::string(name) + " " + std::string(kDone[static_cast<std::size_t>(done)]);
  };
  return step("view", vvtt.view) + ", " + step("verify", vvtt.verify) + ", " + step("tug", vvtt.tug) + ", " +
         step("twist", vvtt.twist);
}

}  // namespace sealkeep::ses
