// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/sync/change_set.hpp"
#include "common/sync/messages.hpp"

namespace sealkeep::sync {

inline SigningKey signing_key(std::uint8_t first) {
  Bytes seed(32);
  for (std::size_t i = 0; i < seed.size(); ++i) seed[i] = static_cast<std::uint8_t>(first + i);
  return SigningKey(seed);
}

inline Bytes entry_of(std::uint64_t index) {
  return to_bytes(as_bytes("seal event " + std::to_string(index)));
}

/// A log in memory with its writer's key: seed 00..1f, entry i is the text "seal event i" unless given.
struct WrittenLog {
  explicit WrittenLog(std::string origin = "hub.example.nz/site/akl-01/e1", std::uint8_t seed = 0)
      : key(signing_key(seed)), identity(identify_log(origin, key.public_key())) {}

  void append(Bytes entry) {
    frontiers.push_back(frontiers.back());
    frontiers.back().append(hash_leaf(entry));
    entries.push_back(std::move(entry));
  }
  void grow_to(std::uint64_t size) {
    while (entries.size() < size) append(entry_of(entries.size()));
  }
  [[nodiscard]] const Frontier& at(std::uint64_t size) const { return frontiers[size]; }
  [[nodiscard]] Checkpoint head(std::uint64_t size) const { return {identity.origin, size, at(size).root()}; }
  /// The clear change set of [start, end).
  [[nodiscard]] Bytes change_set(std::uint64_t start, std::uint64_t end) const {
    ChangeSetBuilder builder(start);
    for (std::uint64_t i = start; i < end; ++i)
      if (!builder.add(entries[i])) return {};
    return builder.finish(identity, at(end), key);
  }

  SigningKey key;
  LogIdentity identity;
  std::vector<Bytes> entries;
  std::vector<Frontier> frontiers{Frontier()};
};

/// Calls `check` with each proper prefix and with each copy that has one bit changed.
template <class Check>
void for_each_damage(const Bytes& sound, Check&& check) {
  for (std::size_t length = 0; length < sound.size(); ++length)
    check(Bytes(sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(length)));
  for (std::size_t bit = 0; bit < sound.size() * 8; ++bit) {
    Bytes damaged = sound;
    damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ (1U << (bit % 8)));
    check(damaged);
  }
}

}  // namespace sealkeep::sync
