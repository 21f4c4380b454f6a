// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/words.hpp"

#include <algorithm>

#include "common/base/clock.hpp"

namespace sealkeep::agent {
namespace {

std::string list_words(const std::vector<ses::SealNumber>& seals) {
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

std::string_view party_words(ses::Party party) {
  constexpr std::string_view kWords[] = {"somebody unknown", "the site", "Customs", "MPI", "the carrier"};
  return kWords[static_cast<std::size_t>(party)];
}

std::string_view cause_words(ses::DamageCause cause) {
  constexpr std::string_view kWords[] = {"", "broke in closing", "faulty", "put on the wrong container",
                                         "found broken"};
  return kWords[static_cast<std::size_t>(cause)];
}

std::string_view securing_words(ses::Securing how) {
  constexpr std::string_view kWords[] = {"not secured", "secured by padlock", "guarded",
                                         "in a locked building"};
  return kWords[static_cast<std::size_t>(how)];
}

std::string reading_words(const ses::Reading& reading) {
  return (reading.seal.empty() ? "seal not read" : reading.seal) + " on " +
         (reading.unit.empty() ? "container not read" : reading.unit);
}

struct Sayer {
  const Directory& names;

  [[nodiscard]] std::string place(const ses::Place& where) const {
    return where.kind == ses::PlaceKind::NotSaid ? "" : ", at " + names.place_words(where);
  }
  [[nodiscard]] std::string store(ses::StoreNo no) const {
    return names.place_words({ses::PlaceKind::LockedStore, no});
  }

  std::string operator()(const ses::EpochStarted&) const { return "register started"; }
  std::string operator()(const ses::AgentStarted& e) const { return "program started: " + e.version; }
  std::string operator()(const ses::DirectivesAdopted& e) const {
    return "instructions from head office taken over, " + std::to_string(e.size) + " in all";
  }
  std::string operator()(const ses::TerminalAdded& e) const {
    return "terminal " + std::to_string(e.terminal_no) + " added";
  }
  std::string operator()(const ses::TerminalRemoved& e) const {
    return "terminal " + std::to_string(e.terminal_no) + " removed";
  }
  std::string operator()(const ses::PersonAdded& e) const {
    return names.person_words(e.person_no) + " added";
  }
  std::string operator()(const ses::PersonLeft& e) const { return names.person_words(e.person_no) + " left"; }
  std::string operator()(const ses::StoreAdded& e) const {
    return names.place_words({e.kind, e.store_no}) + " added";
  }
  std::string operator()(const ses::SiteMoved&) const { return "the site moved"; }
  std::string operator()(const ses::SpaceRefused& e) const {
    return std::to_string(e.facts) + " records refused because the disk was full";
  }
  std::string operator()(const ses::DayClosed& e) const {
    return "day closed: " + iso_time(std::int64_t{e.day} * 86'400'000).substr(0, 10);
  }
  std::string operator()(const ses::InternetDown& e) const {
    return "internet down until " + iso_time(e.until_ms);
  }
  std::string operator()(const ses::Avoided& e) const {
    return "avoided after a stop sign: " +
           std::string(ses::irregularity_sentence(static_cast<ses::Irregularity>(e.code))) +
           with(", ", e.subject);
  }
  std::string operator()(const ses::StockOpened& e) const {
    return "opening balance: " + e.seals.text() + place(e.place);
  }
  std::string operator()(const ses::SealsReceived& e) const {
    return "received " + e.seals.text() + with(", box ", e.box) + with(", approval ", e.approval) +
           with(", delivery note ", e.delivery) + with(", not there: ", list_words(e.missing)) +
           place(e.place);
  }
  std::string operator()(const ses::BoxOpened& e) const {
    return "box " + e.box + " opened" + with(", not there: ", list_words(e.missing)) +
           with(", not on the label: ", list_words(e.extra));
  }
  std::string operator()(const ses::SealsStored& e) const {
    return e.seals.text() + " stored" + place(e.place);
  }
  std::string operator()(const ses::SealsIssued& e) const {
    return e.seals.text() + " handed to " + names.person_words(e.to);
  }
  std::string operator()(const ses::HandedOver& e) const {
    return e.seals.text() + " handed over from " + names.person_words(e.from) + " to " +
           names.person_words(e.to) + with(", last used ", e.last_used.text());
  }
  std::string operator()(const ses::SealsReturned& e) const {
    return e.seals.text() + " put back" + place(e.place);
  }
  std::string operator()(const ses::TransferredOut& e) const {
    return e.seals.text() + " sent to site " + e.to_site + with(", transfer ", e.transfer);
  }
  std::string operator()(const ses::TransferredIn& e) const {
    return e.seals.text() + " taken in from site " + e.from_site + with(", transfer ", e.transfer) +
           place(e.place);
  }
  std::string operator()(const ses::ReturnedToSupplier& e) const {
    return e.seals.text() + " sent back to the supplier" + with(", reference ", e.reference);
  }
  std::string operator()(const ses::SealsDestroyed& e) const {
    return e.seals.text() + " destroyed, seen by " + names.person_words(e.witness);
  }
  std::string operator()(const ses::StockCounted& e) const {
    return "counted " + std::to_string(e.found) + " of " + std::to_string(e.expected) + place(e.place) +
           with(", not there: ", list_words(e.missing)) + with(", too many: ", list_words(e.extra));
  }
  std::string operator()(const ses::DifferenceExplained& e) const {
    constexpr std::string_view kHow[] = {
        "", "miscounted", "found elsewhere", "recorded late", "confirmed by the supplier", "another reason"};
    return "difference of " + ref_words(e.about) +
           " explained: " + std::string(kHow[static_cast<std::size_t>(e.how)]) +
           with(", ", list_words(e.seals));
  }
  std::string operator()(const ses::StoreOpened& e) const { return store(e.store_no) + " opened"; }
  std::string operator()(const ses::StoreClosed& e) const { return store(e.store_no) + " closed"; }
  std::string operator()(const ses::RollReceived& e) const {
    return std::to_string(e.quantity) + " of batch " + e.batch + " received" + place(e.place);
  }
  std::string operator()(const ses::RollUsed& e) const {
    constexpr std::string_view kUse[] = {"", "used", "damaged", "lost", "destroyed", "sent out", "found"};
    return std::to_string(e.quantity) + " of batch " + e.batch + " " +
           std::string(kUse[static_cast<std::size_t>(e.use)]) + with(" on ", e.unit.text);
  }
  std::string operator()(const ses::UnitCheckedEmpty& e) const { return e.unit.text + " checked empty"; }
  std::string operator()(const ses::LoadStarted& e) const { return "loading of " + e.unit.text + " began"; }
  std::string operator()(const ses::LoadPaused& e) const {
    return "loading of " + e.unit.text + " paused, " + std::string(securing_words(e.how));
  }
  std::string operator()(const ses::LoadEnded& e) const { return "loading of " + e.unit.text + " ended"; }
  std::string operator()(const ses::UnitClosed& e) const { return e.unit.text + " closed"; }
  std::string operator()(const ses::DoorsSecured& e) const {
    return "doors of " + e.unit.text + " " + std::string(securing_words(e.how));
  }
  std::string operator()(const ses::SealApplied& e) const {
    return "seal " + e.seal.text() + " put on " + e.unit.text +
           (e.allocated ? ", from the site's own stock" : "");
  }
  std::string operator()(const ses::SealChecked& e) const {
    return "seal " + e.seal.text() + " on " + e.unit.text + " checked: door " + reading_words(e.door) +
           ", paper " + reading_words(e.paper) + ", " + vvtt_words(e.vvtt);
  }
  std::string operator()(const ses::Uplifted& e) const {
    return e.unit.text + " taken by the driver with " + (e.seals.empty() ? "no seal" : list_words(e.seals)) +
           ", " + vvtt_words(e.vvtt) + (e.driver_signed ? ", signed" : ", not signed");
  }
  std::string operator()(const ses::SealDamaged& e) const {
    return "seal " + e.seal.text() + " " + std::string(cause_words(e.cause)) + with(", on ", e.unit.text);
  }
  std::string operator()(const ses::SealReplaced& e) const {
    return "seal " + e.old_seal.text() + " " + std::string(cause_words(e.cause)) + ", replaced by " +
           e.new_seal.text() + " on " + e.unit.text;
  }
  std::string operator()(const ses::SealLost& e) const { return e.seals.text() + " lost"; }
  std::string operator()(const ses::SealTampered& e) const {
    return (e.seal.empty() ? "a seal nobody knows" : "seal " + e.seal.text()) + " tampered with" +
           with(", on ", e.unit.text);
  }
  std::string operator()(const ses::SealFound& e) const {
    return "seal " + e.seal.text() + " found" + (e.not_on_record ? ", not on record before" : "") +
           place(e.place);
  }
  std::string operator()(const ses::SealRemoved& e) const {
    constexpr std::string_view kWhy[] = {"", "forgotten goods", "cancelled load", "wrong container", "other"};
    return "seal " + e.seal.text() + " taken off " + e.unit.text + ": " +
           std::string(kWhy[static_cast<std::size_t>(e.reason)]);
  }
  std::string operator()(const ses::UnitOpened& e) const {
    constexpr std::string_view kWhere[] = {"", " at the site", " on the road", " at the port"};
    return e.unit.text + " opened by " + std::string(party_words(e.by)) +
           std::string(kWhere[static_cast<std::size_t>(e.where)]);
  }
  std::string operator()(const ses::ResealedElsewhere& e) const {
    return e.unit.text + " sealed elsewhere with " + e.seal.text() + " of " +
           std::string(party_words(e.whose));
  }
  std::string operator()(const ses::OtherSealNoted& e) const {
    return "seal " + e.seal.text() + " of " + std::string(party_words(e.whose)) + " noted on " + e.unit.text;
  }
  std::string operator()(const ses::ContentsLookedAt& e) const {
    return "contents of " + e.unit.text + " looked at, " + (e.in_order ? "in order" : "not in order");
  }
  std::string operator()(const ses::PapersCorrected& e) const {
    return "papers of " + e.unit.text + " corrected";
  }
  std::string operator()(const ses::SealCorrected& e) const {
    return "seal on " + e.unit.text + " is " + e.right.text() + ", not " + e.wrong.text();
  }
  std::string operator()(const ses::UnitCorrected& e) const {
    return "container is " + e.right.text + ", not " + e.wrong.text;
  }
  std::string operator()(const ses::LoadCancelled& e) const {
    return "load of " + e.unit.text + " cancelled";
  }
  std::string operator()(const ses::ConcernRaised& e) const {
    return e.quiet ? "concern raised without a name" : "concern raised";
  }
  std::string operator()(const ses::CustomsTold& e) const { return "Customs told of " + ref_words(e.about); }
  std::string operator()(const ses::CustomsDecided& e) const {
    return ref_words(e.about) +
           (e.reportable ? " is to be reported to Customs" : " need not be reported to Customs");
  }
};

}  // namespace

std::string event_words(const ses::Event& event, const Directory& names) {
  return std::visit(Sayer{names}, event);
}

std::string subject_words(const std::string& subject, const Directory& names) {
  const std::size_t colon = subject.find(':');
  const std::string what = subject.substr(0, colon);
  const std::string rest = colon == std::string::npos ? "" : subject.substr(colon + 1);
  std::uint32_t no = 0;
  for (char c : rest) no = c >= '0' && c <= '9' ? no * 10 + static_cast<std::uint32_t>(c - '0') : no;
  if (what == "receipt") return "delivery of entry " + rest;
  if (what == "count") return "difference of entry " + rest;
  if (what == "incident") return "entry " + rest;
  if (what == "delivery") return "delivery " + rest;
  if (what == "seal") return rest.substr(rest.find(':') + 1);
  if (what == "person") return names.person_words(no);
  if (what == "store") return names.place_words({ses::PlaceKind::LockedStore, no});
  return rest;
}

std::string time_left_words(const ses::DutyRow& duty, std::int64_t now_ms) {
  if (duty.due_ms == 0) return "cannot be judged, the clock was not sure";
  if (now_ms <= duty.due_ms) return duration_words(duty.due_ms - now_ms) + " left";
  return "overdue for " + duration_words(now_ms - duty.due_ms);
}

std::string ref_words(ses::Ref at) {
  return std::to_string(at.epoch) + "/" + std::to_string(at.index);
}

std::string_view family_words(ses::Family family) {
  constexpr std::string_view kWords[] = {"", "ses", "mpi", "other"};
  return kWords[static_cast<std::size_t>(family)];
}

std::string_view kind_words(ses::SealKind kind) {
  constexpr std::string_view kWords[] = {"", "bolt", "cable", "strap", "tape", "marking", "substance"};
  return kWords[static_cast<std::size_t>(kind)];
}

std::string_view source_words(ses::Source source) {
  constexpr std::string_view kWords[] = {"", "scanned", "typed", "camera", "paper", "imported"};
  return kWords[static_cast<std::size_t>(source)];
}

std::string vvtt_words(const ses::Vvtt& vvtt) {
  const auto step = [](const char* name, ses::Step done) {
    constexpr std::string_view kDone[] = {"not done", "pass", "FAIL", "n/a"};
    return std::string(name) + " " + std::string(kDone[static_cast<std::size_t>(done)]);
  };
  return step("view", vvtt.view) + ", " + step("verify", vvtt.verify) + ", " + step("tug", vvtt.tug) + ", " +
         step("twist", vvtt.twist);
}

}  // namespace sealkeep::agent
