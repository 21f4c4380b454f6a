// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "common/crypto/sign.hpp"
#include "common/ses/rows.hpp"

namespace sealkeep::evidence {

enum class Maker : std::uint8_t { HeadOffice = 1, Site = 2 };
enum class PackRole : std::uint8_t { Directives = 1, Site = 2 };

/// One site of the pack.
struct CoverSite {
  std::string code;          ///< as in origins: "akl-01"
  std::string customs_code;  ///< Customs' code of the load site; empty: not stated
  /// log, mirror, message, curve, envelope: 32 bytes each, whose fingerprint people compared; empty: not
  /// stated
  Bytes keys;
  std::int64_t heard_until_ms = 0;  ///< everything that the site had to say until then; 0: not known
  friend bool operator==(const CoverSite&, const CoverSite&) = default;
};

/// One log of the pack; its files are logs/<place in the list, from 1>/.
struct CoverLog {
  std::uint32_t site = 0;  ///< place in `sites`, from 0
  PackRole role = PackRole::Site;
  std::uint32_t epoch = 1;
  std::uint64_t first = 0;  ///< first entry in the pack, a multiple of 256
  std::uint64_t size = 0;   ///< of the checkpoint: the pack has entries [first, size)
  /// Entries of this epoch that the register is folded from: a later epoch ends it earlier.
  std::uint64_t counts_until = 0;
  friend bool operator==(const CoverLog&, const CoverLog&) = default;
};

/// A seal drawn by chance, to be found where the register says that it is.
struct CoverPick {
  std::uint32_t site = 0;
  ses::Family family = ses::Family::Ses;
  ses::SealNumber number;
  ses::Place place;
  std::string place_words;  ///< "Safe"
  friend bool operator==(const CoverPick&, const CoverPick&) = default;
};

/// What whoever made the pack says about it. Nobody signs it: what is proven is what the logs show.
struct Cover {
  std::string made_by;  ///< "sealkeep-hub 0.1.0"
  Maker maker = Maker::HeadOffice;
  std::int64_t made_ms = 0;
  std::string exporter;                    ///< name; empty: not stated
  std::string client_code;                 ///< Customs client code; empty: not stated
  std::string plan_version;                ///< of the security plan; empty: not stated
  std::int64_t from_ms = 0, until_ms = 0;  ///< period, until exclusive
  std::int32_t utc_offset_min = 0;         ///< zone in which times are to be shown
  std::string clause;                      ///< only this clause was asked for; empty: all
  bool with_details = true;
  std::string hub;  ///< name of the exporter's head office in origins: "hub.example.nz"
  PublicKey root;   ///< its root key, whose fingerprint is printed in the security plan
  Bytes roles;      ///< its other keys, signed by the root key (wire.md, roles bundle)
  std::vector<CoverSite> sites;
  std::vector<CoverLog> logs;  ///< by site; of a site directive logs first, each by epoch
  std::vector<CoverPick> picks;
  std::vector<std::string> remarks;  ///< what was left out, and why
  friend bool operator==(const Cover&, const Cover&) = default;
};

/// Canonical MessagePack. BadInput `pack.cover` for a cover that decode_cover() would refuse.
[[nodiscard]] Result<Bytes> encode(const Cover& cover);
/// BadInput `pack.version`; BadInput `pack.cover` with the cause. Safe on hostile input.
[[nodiscard]] Result<Cover> decode_cover(ByteView bytes);

}  // namespace sealkeep::evidence
