// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <span>

#include "common/ses/entry.hpp"

/// What happened to seals, as other systems can understand it: plain records made from a site's log, without
/// people (docs/formats/interchange.md). EPCIS, DCSA and UN/EDIFACT outputs are written from these.
namespace sealkeep::interchange {

/// Unix ms, from included, until not.
struct Period {
  std::int64_t from_ms = 0, until_ms = INT64_MAX;
  [[nodiscard]] bool holds(std::int64_t at_ms) const { return from_ms <= at_ms && at_ms < until_ms; }
};

enum class What : std::uint8_t {
  Opened,         ///< there when the register began
  Received,       ///< delivered, or turned up without a record
  TransferredIn,  ///< from the site `other_site`
  TransferredOut,
  ReturnedToSupplier,
  Destroyed,
  Short,    ///< on the label, not in the box
  Counted,  ///< `quantity` of the family, without their numbers
  Applied,  ///< put on `unit`
  CheckPassed,
  CheckFailed,   ///< a step of View / Verify / Tug / Twist failed
  CheckDiffers,  ///< door, paper and register do not name the same
  CheckPartly,   ///< a step was not done
  Uplifted,      ///< `unit` left with `seals`, taken by `operator_no`
  TakenOff,      ///< of `unit`, whole or broken
  Spoiled,       ///< broken or faulty: will not be used again
  Lost,
  Tampered,
  Found,      ///< a lost one turned up
  OtherSeal,  ///< a seal of somebody else (`whose`) was noted on `unit`
};

struct SealEvent {
  std::string id;  ///< "urn:uuid:...": the same entry has the same id in every export
  std::string site;
  std::int64_t happened_ms = 0, recorded_ms = 0;
  std::int32_t utc_offset_min = 0;  ///< the site's zone
  What what = What::Received;
  ses::Family family = ses::Family::Ses;
  std::vector<ses::SealRange> seals;
  ses::UnitId unit;  ///< empty text: none
  std::uint64_t quantity = 0;
  std::string other_site;
  ses::OperatorNo operator_no = 0;
  ses::Party whose = ses::Party::Site;
  /// Not empty: this event, told before, was wrong; it was declared so at declared_ms, and the event with
  /// that id says what is right.
  std::string corrected_by;
  std::int64_t declared_ms = 0;
};

/// A seal as it stands on a container.
struct SealOnUnit {
  ses::Family family = ses::Family::Ses;
  ses::SealNumber number;
  std::optional<ses::SealKind> kind;  ///< nothing: nobody said
  ses::Party whose = ses::Party::Site;
  bool damaged = false;
};
struct UnitSeals {
  std::string site;
  ses::UnitId unit;
  std::vector<SealOnUnit> seals;
  std::int64_t changed_ms = 0;
};

/// Follows one site's log. Pure; a value. Memory grows with the events inside the period and with the
/// containers of the site.
class SealEvents {
 public:
  SealEvents(std::string site, Period period) : site_(std::move(site)), period_(period) {}

  /// Every entry of the site's log, in order, also those before the period: what a correction corrects and
  /// what is on a container may lie there. `origin` is the log's.
  void take(std::string_view origin, ses::Ref at, const ses::Entry& entry);

  /// Events that happened in the period, in the order of the log.
  [[nodiscard]] const std::vector<SealEvent>& events() const { return events_; }
  /// Containers and packages whose seals changed in the period, by number, with what is on them at its end.
  [[nodiscard]] std::vector<UnitSeals> units() const;

 private:
  struct Following;
  struct Visit {
    std::vector<SealOnUnit> seals;
    std::int64_t changed_ms = 0;
    bool left = false;
  };
  std::string site_;
  Period period_;
  std::vector<SealEvent> events_;
  std::map<ses::UnitId, Visit> visits_;
  std::map<ses::UnitId, std::vector<SealEvent>> applied_;  // of the present visit, to be corrected
};

/// The parts of a run that are left without `without`.
[[nodiscard]] std::vector<ses::SealRange> run_without(const ses::SealRange& run,
                                                      std::span<const ses::SealNumber> without);
/// An RFC 9562 UUID (version 8, of a SHA-256) as "urn:uuid:...", for the n-th event of an entry.
[[nodiscard]] std::string event_id(std::string_view origin, std::uint64_t index, unsigned n);

}  // namespace sealkeep::interchange
