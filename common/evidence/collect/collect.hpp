// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>
#include <set>

#include "common/evidence/pack_writer.hpp"
#include "common/ses/clause.hpp"
#include "common/ses/words.hpp"
#include "common/store/detail_store.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::evidence {

/// One log of a site, and the keys of which its cosignatures may be.
struct LogToPack {
  RegisterLogs::EpochLog log;
  PackRole role = PackRole::Site;
  std::vector<PublicKey> mirror_keys;
  /// Only these entries are asked for: the pack begins with the bundle of the first of them, ends with the
  /// oldest head over the last of them, and has details of no others but names. Empty set: nothing of this
  /// log.
  std::optional<std::set<std::uint64_t>> only = std::nullopt;
};
struct SiteToPack {
  CoverSite about;
  std::vector<LogToPack> logs;  ///< directive logs first, each by epoch
};

struct PackOptions {
  bool with_details = true;
  /// Leave out what was recorded before the period: a smaller file, without the opening balance.
  bool period_only = false;
  /// Only details of entries that belong to this clause; nullptr: all.
  const ses::Clause* clause = nullptr;
};

/// Makes a pack of what a database holds. Each log goes up to its newest head: what the site recorded after
/// the period is in it too, because late entries are evidence. Names of people and places are always among
/// the details, others only of entries that happened or were recorded in the period; a site's own pack never
/// has the words of a concern about its manager. `cover` comes without sites and logs; both are filled in. A
/// log without a head is left out, and a remark says so. Nobody may write meanwhile. Errors as write_pack and
/// LogStore.
[[nodiscard]] Result<Hash> collect_pack(Cover& cover, std::vector<SiteToPack> sites,
                                        const PackOptions& options, LogStore& logs, DetailStore& details,
                                        const Sink& sink, const PackProgress& progress);

/// Draws `count` seals that a register has in stock, each as likely as any other, and adds them sorted by
/// place. Reads every seal.
[[nodiscard]] Result<> draw_seals(RegisterRows& rows, RegisterId id, std::uint32_t site, std::size_t count,
                                  Random& random, const ses::Names& names, std::vector<CoverPick>& picks);

/// A file that is there whole or not at all: made anew with mode 0600, synced by finish(), removed again if
/// finish() is never reached.
class NewFile {
 public:
  /// Refused `export.exists` if something has that name, Refused `export.write` if it cannot be made.
  [[nodiscard]] static Result<NewFile> create(const std::filesystem::path& path);
  NewFile(NewFile&& other) noexcept;
  NewFile& operator=(NewFile&&) = delete;
  ~NewFile();
  [[nodiscard]] Result<> add(ByteView bytes);
  [[nodiscard]] Result<> finish();
  [[nodiscard]] std::uint64_t size_bytes() const { return size_bytes_; }

 private:
  NewFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
  [[nodiscard]] Result<> flush();
  std::filesystem::path path_;
  int fd_ = -1;
  Bytes buffer_;
  std::uint64_t size_bytes_ = 0;
};

struct WrittenPack {
  Hash hash;  ///< of the pack, also of the one inside a page
  std::uint64_t size_bytes = 0;
};
/// collect_pack() into a file, into a page that checks itself, or both (an empty path: not that one).
[[nodiscard]] Result<WrittenPack> write_pack_files(const std::filesystem::path& pack,
                                                   const std::filesystem::path& page, Cover& cover,
                                                   std::vector<SiteToPack> sites, const PackOptions& options,
                                                   LogStore& logs, DetailStore& details,
                                                   const PackProgress& progress);

}  // namespace sealkeep::evidence
