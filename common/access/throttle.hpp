// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace sealkeep::access {

/// How long somebody waits after failures. The n-th failure in a row (n >= free_failures) makes the next try
/// wait first_wait_ms, doubled with each further one, up to most_wait_ms. Forgotten after forget_ms without a
/// failure.
struct Waits {
  std::uint32_t free_failures = 5;
  std::int64_t first_wait_ms = 5'000;
  std::int64_t most_wait_ms = 15 * 60'000;
  std::int64_t forget_ms = 24 * 3'600'000;
};

/// Counts failures by a key (an account, a terminal, a peer) and says how long the key has to wait. Pure:
/// times are monotonic milliseconds. Bounded: with `most_keys` keys a new one takes the place of the key
/// whose last failure is longest ago.
class Throttle {
 public:
  Throttle(Waits waits, std::size_t most_keys) : waits_(waits), most_keys_(most_keys) {}

  /// Milliseconds until this key may try again; 0: now.
  [[nodiscard]] std::int64_t wait_ms(const std::string& key, std::int64_t mono_ms) const;
  /// One failure more; returns how many there are now.
  std::uint32_t failed(const std::string& key, std::int64_t mono_ms);
  /// Takes the newest failure back: it was none, and nobody waits for it.
  void was_none(const std::string& key);
  /// Nothing is held against the key any more.
  void forget(const std::string& key);
  /// The same for all keys that begin so.
  void forget_all(const std::string& beginning);
  /// The failures that are still remembered.
  [[nodiscard]] std::uint32_t failures(const std::string& key, std::int64_t mono_ms) const;
  /// After a restart: what was known of a key.
  void remember(const std::string& key, std::uint32_t failures, std::int64_t last_mono_ms);
  [[nodiscard]] std::size_t keys() const { return known_.size(); }

 private:
  struct Count {
    std::uint32_t failures = 0;
    std::int64_t last_ms = 0;
    std::int64_t before_ms = 0;  // of the failure before the last
  };
  Waits waits_;
  std::size_t most_keys_;
  std::map<std::string, Count> known_;
};

}  // namespace sealkeep::access
