// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/crypto/system_random.hpp"
#include "common/ses/entry.hpp"
#include "common/sync/change_set.hpp"
#include "common/sync/messages.hpp"
#include "hub/hub.hpp"

namespace sealkeep::bench {

/// Simulated time: what a filled hub takes for now.
struct FilledClock final : Clock {
  Now reading{1'790'000'000'000, 1'000'000, 780};  // Tuesday 22 September 2026, in New Zealand
  Now now() override { return reading; }
  std::string boot_id() override { return "00000000000000000000000000000001"; }
};

/// A load site made of the protocol's pieces: it enrols, records a dock's work and sends it as an agent does,
/// signed and sealed. Its keys follow from its seed.
class BenchSite {
 public:
  BenchSite(hub::Hub& hub, FilledClock& clock, std::string code, std::uint64_t seed);
  /// Approved, with a plan and an operator.
  [[nodiscard]] Result<> enrol();
  /// Appends to its log; sent by send().
  [[nodiscard]] Result<> record(const ses::Event& event, std::int64_t happened_ms, ses::PersonNo person);
  /// Takes over what head office has issued to it so far.
  [[nodiscard]] Result<> adopt(std::int64_t at_ms);
  /// Sends what was not sent yet, and that it has nothing more to say until `until_ms` (0: says nothing).
  [[nodiscard]] Result<> send(std::int64_t until_ms);
  [[nodiscard]] RegisterId id() const { return id_; }
  [[nodiscard]] std::uint64_t records() const { return sent_.size() + waiting_.size(); }

 private:
  [[nodiscard]] Result<> hand_in(Bytes frame);
  [[nodiscard]] Bytes signed_frame(sync::MessageType type, std::string_view purpose, const Bytes& body) const;
  hub::Hub* hub_;
  FilledClock* clock_;
  std::string code_;
  SeededRandom random_;
  SigningKey log_key_, mirror_key_, message_key_;
  BoxKey curve_, envelope_key_;
  std::string name_;
  sync::LogIdentity identity_;
  Frontier sent_;
  std::vector<Bytes> waiting_;
  sync::SessionId session_;
  Bytes peer_;
  RegisterId id_ = 0;
  bool greeted_ = false;
};

/// What a dock records: `boxes` of 200 seals received from number `first` on, `containers` of them closed,
/// sealed, checked and taken by a driver, spread over the year before the clock's time. `trouble` leaves some
/// unchecked and loses one.
struct DockWork {
  std::string prefix = "NZ";
  std::uint64_t first = 1;
  std::size_t boxes = 50, containers = 250;
  bool trouble = false;
};
[[nodiscard]] Result<> record_work(BenchSite& site, const DockWork& work, std::int64_t until_ms);
/// A container number with its right check digit.
[[nodiscard]] ses::UnitId container(std::uint64_t number);

}  // namespace sealkeep::bench
