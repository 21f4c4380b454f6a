// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/crypto/hash.hpp"
#include "common/store/log_store.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep::hub {

/// What became of an original that some words name. Stored; never reuse one.
enum class PictureStanding : std::uint8_t {
  Wanted = 1,   ///< to be asked for
  Here = 2,     ///< whole
  GivenUp = 3,  ///< the site does not have it any more, or sent three times what it is not
  Over = 4,     ///< its time was over at head office
  Erased = 5    ///< its words were erased: the file goes, and then the row
};

/// The words that name an original: detail n of an entry.
struct PicturePlace {
  LogId log = 0;
  std::uint64_t index = 0;
  std::uint8_t n = 0;
  friend auto operator<=>(const PicturePlace&, const PicturePlace&) = default;
};

struct PictureRow {
  PicturePlace place;
  RegisterId site = 0;
  Hash sha256;
  PictureStanding standing = PictureStanding::Wanted;
  std::int64_t named_ms = 0;  ///< when its words came
  std::int64_t ask_ms = 0;    ///< while Wanted: not asked for before
  std::int64_t failures = 0;  ///< times that what came was something else
};

/// Which originals head office knows of. Over one Db that outlives it; functions that write need the caller's
/// transaction. What it holds follows from the details and the folder: it may be written without a sync.
class PictureBook {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<PictureBook> open(Db& db);

  /// Words came. Changes nothing if they are known.
  [[nodiscard]] Result<> add(const PictureRow& row);
  /// Writes standing, ask_ms and failures.
  [[nodiscard]] Result<> put(const PictureRow& row);
  [[nodiscard]] Result<> remove(const PicturePlace& place);
  /// Every original that the entry's words name is Erased from now on; returns how many.
  [[nodiscard]] Result<std::size_t> erase(LogId log, std::uint64_t index);

  [[nodiscard]] Result<std::optional<PictureRow>> find(const PicturePlace& place);
  /// The one that is asked for next; `ask_ms` may lie ahead.
  [[nodiscard]] Result<std::optional<PictureRow>> next_wanted(RegisterId site);
  /// Whether other words at the same site, Wanted or Here, name the same bytes.
  [[nodiscard]] Result<bool> named_elsewhere(const PictureRow& row);
  [[nodiscard]] Result<std::vector<PictureRow>> erased(std::size_t max_count);
  /// Wanted or Here, of which the words came before `named_before_ms`.
  [[nodiscard]] Result<std::vector<PictureRow>> older(RegisterId site, std::int64_t named_before_ms,
                                                      std::size_t max_count);
  /// Every row that is Here.
  [[nodiscard]] Result<std::vector<PictureRow>> all_here();
  /// Sites that have originals Wanted or Here.
  [[nodiscard]] Result<std::vector<RegisterId>> sites();
  /// How many are Wanted, by site.
  [[nodiscard]] Result<std::map<RegisterId, std::int64_t>> wanted();

 private:
  struct Statements;
  explicit PictureBook(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub
