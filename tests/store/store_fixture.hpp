// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>

#include "common/store/db.hpp"
#include "common/store/log_store.hpp"
#include "tests/support/must.hpp"
#include "tests/support/test_folder.hpp"

namespace sealkeep::test {

inline constexpr std::int32_t kTestApplication = 0x5ea15ea1;

inline OpenOptions log_options(std::string vfs = {}) {
  OpenOptions options;
  options.application_id = kTestApplication;
  options.migrations = {{{LogStore::schema()}}};
  options.create = true;
  options.vfs = std::move(vfs);
  return options;
}

/// Two keys and the head-making of a log, as its writer and its mirror do it.
struct Signers {
  SigningKey log = SigningKey(Bytes(32, 1));
  SigningKey mirror = SigningKey(Bytes(32, 2));
  std::string origin = "hub.example.nz/site/akl-01/e1";

  [[nodiscard]] LogInfo info(LogDirection direction = LogDirection::Written) const {
    LogInfo info;
    info.origin = origin;
    info.direction = direction;
    info.public_key = log.public_key();
    return info;
  }
};

inline Bytes fact(std::uint64_t number) {
  return to_bytes(as_bytes("seal event " + std::to_string(number)));
}

/// Appends `count` facts that follow the log's size and signs the head, inside the caller's transaction.
inline Result<> append_facts(LogStore& store, LogId log, const Signers& signers, std::uint64_t count) {
  SEALKEEP_LET(first, store.size(log));
  for (std::uint64_t i = first; i < first + count; ++i) SEALKEEP_TRY(store.append(log, ByteView(fact(i))));
  SEALKEEP_LET(head, store.checkpoint(log));
  return store.put_signed_head(log, head, sign_checkpoint(head, signers.log), 1'767'225'600'000);
}

inline Result<> cosign(LogStore& store, LogId log, const Signers& signers, std::uint64_t time_s) {
  SEALKEEP_LET(head, store.checkpoint(log));
  return store.put_cosignature(log, head, sign_checkpoint(head, signers.log),
                               make_cosignature(head, time_s, signers.mirror));
}

/// Facts [start, start + count) as one received change set, and the root after them.
struct MadeRun {
  std::uint64_t start;
  std::size_t count;
  Bytes bytes;
  std::vector<Hash> leaves;
  [[nodiscard]] Run run() const { return {start, count, bytes, leaves}; }
};
inline MadeRun make_run(std::uint64_t start, std::size_t count) {
  MadeRun made{start, count, {}, {}};
  for (std::uint64_t i = start; i < start + count; ++i) {
    must(append_to_bundle(made.bytes, fact(i)));
    made.leaves.push_back(hash_leaf(fact(i)));
  }
  return made;
}
inline Checkpoint head_after(const std::string& origin, std::uint64_t size) {
  Frontier frontier;
  for (std::uint64_t i = 0; i < size; ++i) frontier.append(hash_leaf(fact(i)));
  return {origin, size, frontier.root()};
}
inline Result<std::int64_t> mirror_run(LogStore& store, LogId log, const Signers& signers,
                                       const MadeRun& made, std::uint64_t time_s) {
  const Checkpoint head = head_after(signers.origin, made.start + made.count);
  return store.append_run(log, made.run(), head, sign_checkpoint(head, signers.log),
                          make_cosignature(head, time_s, signers.mirror), 1'767'225'600'000);
}

}  // namespace sealkeep::test
