// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/evidence/check.hpp"
#include "common/tlog/checkpoint.hpp"

namespace sealkeep::evidence {

/// Which keys of a pack the reader's anchors stand behind. Private to this folder.
class Confirmed {
 public:
  /// Opens the roles bundle under the cover's root key. Errors of sync::open_roles_bundle: the pack
  /// contradicts itself then.
  [[nodiscard]] static Result<Confirmed> make(const Cover& cover, std::span<const Anchor> anchors);

  /// Refused `anchor.other_key` if the reader gave another key under this name. Else whose word stands behind
  /// the key: "head office, fingerprint 3f9a ..."; empty if nobody's.
  [[nodiscard]] Result<std::string> behind(const VerifierKey& key, std::uint32_t site);
  /// Whether a fingerprint is left that is no key's so far: it may be that of a log's state.
  [[nodiscard]] bool looks_for_states() const;
  /// "its state at 118 records, fingerprint 3f9a ..." if the reader gave that; else empty.
  [[nodiscard]] std::string behind(const Checkpoint& state);
  [[nodiscard]] const std::vector<bool>& found() const { return found_; }

 private:
  Confirmed(const Cover& cover, std::span<const Anchor> anchors)
      : cover_(&cover), anchors_(anchors), found_(anchors.size(), false) {}
  [[nodiscard]] bool has_fingerprint(std::string_view fingerprint);
  const Cover* cover_;
  std::span<const Anchor> anchors_;
  std::vector<bool> found_;
  bool root_ = false;
  std::vector<PublicKey> role_keys_;  ///< the root key stands behind these
  std::vector<std::string> sites_;    ///< words for each site whose fingerprint was given, else empty
};

}  // namespace sealkeep::evidence
