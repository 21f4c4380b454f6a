// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/store/picture_folder.hpp"
#include "hub/pictures/picture_book.hpp"

namespace sealkeep::hub {

/// Where head office keeps the originals of a site's pictures: `pictures/<number of the site>` in its data
/// folder.
[[nodiscard]] PictureFolder originals_of(const std::filesystem::path& data, RegisterId site);

/// What head office can say of an original.
struct OriginalStanding {
  PictureStanding standing = PictureStanding::Wanted;
  std::uint64_t held_bytes = 0;  ///< all of them if it is Here
};
/// "here", "on_its_way", "at_site", "given_up", "over": for programs and pages.
[[nodiscard]] std::string_view original_name(const OriginalStanding& original);
/// "the original is on its way, 40 % of it is here"; `bytes` as its words say it, 0: not known.
[[nodiscard]] std::string original_words(const OriginalStanding& original, std::uint64_t bytes);

/// The originals as they are looked at. Over one Db that outlives it; one thread.
class Originals {
 public:
  [[nodiscard]] static Result<Originals> open(Db& db, const std::filesystem::path& data);

  /// Of the words in that place; nothing if they name no original that could be here.
  [[nodiscard]] Result<std::optional<OriginalStanding>> standing(const PicturePlace& place);
  /// The original itself, or its first bytes. NotFound `picture.unknown` with what became of it.
  [[nodiscard]] Result<Bytes> read(const PicturePlace& place, std::size_t most_bytes = ses::kPictureBytes);
  /// How many are still to come, by site.
  [[nodiscard]] Result<std::map<RegisterId, std::int64_t>> awaited() { return book_.wanted(); }

 private:
  Originals(PictureBook book, std::filesystem::path data) : book_(std::move(book)), data_(std::move(data)) {}
  PictureBook book_;
  std::filesystem::path data_;
};

}  // namespace sealkeep::hub
