// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/register/exporter.hpp"
#include "common/ses/directive.hpp"
#include "common/sync/messages.hpp"

namespace sealkeep::test {

/// The hub's side of the mirror protocol for one site, in memory: enough to answer a hello, verify and
/// cosign. A test may make it lie, forget or be silent.
class SmallHub {
 public:
  explicit SmallHub(std::string hub_name = "hub.example.nz", std::string site_code = "akl-01",
                    std::uint64_t seed = 100);

  [[nodiscard]] sync::Invitation invitation(std::int64_t expires_ms) const;
  /// The same in the place of a lost machine: behind what the mirror holds.
  [[nodiscard]] sync::Invitation invitation_again(std::int64_t expires_ms, std::uint32_t epoch);
  /// Takes the enrolment request's keys: the site is approved.
  void approve(ByteView enrol_request_frame, std::uint32_t epoch = 1);
  /// The hub's database is put back to when it had issued that many.
  void forget_directives(std::size_t kept);
  [[nodiscard]] const std::vector<Bytes>& directives() const { return directives_; }
  /// Takes the log of the newest epoch offer.
  void approve_epoch();

  [[nodiscard]] std::vector<Bytes> on_frame(ByteView frame, const Now& now);
  void issue(ses::DirectiveBody body);
  [[nodiscard]] Bytes want_details(std::uint64_t from, std::uint64_t to) const;

  struct Mirror {
    sync::LogIdentity identity;
    Frontier frontier;
    std::vector<Bytes> entries;
    Signature signature;
    std::optional<sync::HeldCosignature> cosigned;
  };
  /// The mirror that grows now.
  [[nodiscard]] Mirror& mirror() { return mirrors_.back(); }
  [[nodiscard]] const std::string& name() const { return name_; }

  std::uint64_t window_bytes = 2 * limits::kChangeSetBytes;
  bool takes_back = true;       ///< asks for directives that it has lost
  bool loses_cosigned = false;  ///< stores and cosigns, and the answer is lost
  std::size_t largest_frame = 0;
  std::uint64_t change_sets = 0, in_flight_seen = 0;
  std::vector<sync::Hello> hellos;
  std::vector<sync::EpochOffer> offers;
  std::vector<sync::Details> details;
  std::optional<sync::Status> status;
  std::optional<sync::HeldCosignature> directives_cosigned;

 private:
  [[nodiscard]] std::vector<Bytes> on_hello(const sync::Hello& hello, const Now& now);
  [[nodiscard]] std::vector<Bytes> on_change_set(ByteView sealed, const Now& now);
  [[nodiscard]] Bytes directive_set(std::uint64_t from);
  [[nodiscard]] Mirror* find(std::string_view origin);
  void add_mirror(std::string_view origin, const PublicKey& key);

  std::string name_, site_code_;
  SeededRandom random_;
  SigningKey root_, directive_, mirror_, journal_, message_;
  BoxKey curve_, envelope_;
  std::optional<sync::SiteKeys> site_;
  std::vector<Mirror> mirrors_;
  std::vector<Bytes> directives_;
  std::vector<Frontier> directive_frontiers_{Frontier()};
};

}  // namespace sealkeep::test
