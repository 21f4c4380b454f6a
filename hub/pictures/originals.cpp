// SPDX-License-Identifier: Apache-2.0
#include "hub/pictures/originals.hpp"

#include <fmt/format.h>

namespace sealkeep::hub {

PictureFolder originals_of(const std::filesystem::path& data, RegisterId site) {
  return PictureFolder(data / "pictures" / std::to_string(site));
}

std::string_view original_name(const OriginalStanding& original) {
  switch (original.standing) {
    case PictureStanding::Here:
      return "here";
    case PictureStanding::GivenUp:
      return "given_up";
    case PictureStanding::Over:
    case PictureStanding::Erased:
      return "over";
    case PictureStanding::Wanted:
      break;
  }
  return original.held_bytes > 0 ? "on_its_way" : "at_site";
}

std::string original_words(const OriginalStanding& original, std::uint64_t bytes) {
  switch (original.standing) {
    case PictureStanding::Here:
      return "the original is here";
    case PictureStanding::GivenUp:
      return "the original was given up: the site does not have it any more";
    case PictureStanding::Over:
    case PictureStanding::Erased:
      return "the original was given up here: its time was over";
    case PictureStanding::Wanted:
      break;
  }
  if (original.held_bytes == 0) return "the original is only at the site";
  if (bytes <= original.held_bytes) return "the original is on its way";
  return fmt::format("the original is on its way, {} % of it is here", original.held_bytes * 100 / bytes);
}

Result<Originals> Originals::open(Db& db, const std::filesystem::path& data) {
  SEALKEEP_LET(book, PictureBook::open(db));
  return Originals(std::move(book), data);
}

Result<std::optional<OriginalStanding>> Originals::standing(const PicturePlace& place) {
  SEALKEEP_LET(row, book_.find(place));
  if (!row) return std::optional<OriginalStanding>();
  const bool looked_for = row->standing == PictureStanding::Wanted || row->standing == PictureStanding::Here;
  if (!looked_for) return std::optional(OriginalStanding{row->standing, 0});
  const PictureFolder::Held held = originals_of(data_, row->site).held(row->sha256);
  return std::optional(
      OriginalStanding{held.whole ? PictureStanding::Here : PictureStanding::Wanted, held.bytes});
}

Result<Bytes> Originals::read(const PicturePlace& place, std::size_t most_bytes) {
  SEALKEEP_LET(row, book_.find(place));
  SEALKEEP_LET(there, standing(place));
  if (!there)
    return fail(ErrorKind::NotFound, "picture.unknown", "There is no such picture here",
                "its words have not arrived yet, were erased, or never were",
                "seal show lists those that are here");
  if (there->standing != PictureStanding::Here)
    return fail(ErrorKind::NotFound, "picture.unknown", "This original is not here",
                original_words(*there, 0), "The record and its small copy stand without it");
  return originals_of(data_, row->site).read(row->sha256, 0, most_bytes);
}

}  // namespace sealkeep::hub
