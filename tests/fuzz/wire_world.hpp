// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/sync/enrolment.hpp"
#include "common/sync/messages.hpp"
#include "tests/ses/samples.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::fuzz {

inline constexpr std::string_view kHub = "hub.example.nz";
inline constexpr std::string_view kSite = "hub.example.nz/site/akl-01";
inline constexpr std::uint64_t kLogSize = 40, kMirrored = 8;

/// What the fuzz target of the wire and the maker of its corpus both know: keys, a log, its mirrored part.
struct WireWorld {
  SigningKey root = sync::signing_key(1), site_log = sync::signing_key(2), site_mirror = sync::signing_key(3),
             message = sync::signing_key(4);
  BoxKey curve{Bytes(32, 5)}, box{Bytes(32, 6)};
  sync::WrittenLog log;

  WireWorld() {
    SeededRandom random(1);
    for (std::uint64_t i = 0; i < kLogSize; ++i) {
      ses::Entry entry = ses::samples::usual_entry();
      entry.header.happened_ms += static_cast<std::int64_t>(i) * 60'000;
      entry.header.recorded_ms = entry.header.happened_ms + 2'000;
      random.fill(entry.header.request_id);
      log.append(*ses::encode(entry));
    }
  }
  [[nodiscard]] const Frontier& mirrored() const { return log.at(kMirrored); }
  [[nodiscard]] sync::SiteSigningKeys signers() const { return {site_log, site_mirror, message}; }
  [[nodiscard]] sync::RolesBundle roles() const {
    return {std::string(kHub),
            1'767'225'600'000,
            {{"curve", sync::KeyType::X25519, curve.public_key().bytes},
             {"message", sync::KeyType::Ed25519, message.public_key().bytes}}};
  }
  [[nodiscard]] sync::EnrolRequest request() const {
    return {std::string(kHub),
            "akl-01",
            {1, 2, 3},
            {site_log.public_key(), site_mirror.public_key(), message.public_key(), curve.public_key(),
             box.public_key()},
            "dock-pc"};
  }
  [[nodiscard]] sync::Invitation invitation() const {
    return {std::string(kHub),
            "tcp://hub.example.nz:7441",
            "tcp://hub.example.nz:7442",
            root.public_key(),
            sync::sign_roles_bundle(roles(), root),
            "akl-01",
            {9, 9},
            1'767'312'000'000};
  }
  /// Sets of the log: a long one, which is compressed, and a short one, which is not.
  [[nodiscard]] Bytes long_set() const { return log.change_set(kMirrored, kLogSize); }
  [[nodiscard]] Bytes short_set() const { return log.change_set(kMirrored, kMirrored + 2); }
};

}  // namespace sealkeep::fuzz
