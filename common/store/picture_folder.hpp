// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <optional>

#include "common/ses/picture.hpp"

namespace sealkeep {

/// Pictures as their cameras made them, named by the SHA-256 of their bytes: files of mode 0600 in a folder
/// of their own, so that no commit of facts waits for them. A picture that comes in pieces goes on where it
/// stopped, also after a restart. Beside each may stand words: what was found out about it.
///
/// Pictures leave room for facts: with less than kPictureReserveBytes on the disk none is taken. Any thread;
/// pieces of one picture from one thread at a time.
class PictureFolder {
 public:
  /// `folder` is made with the first picture, and the one that it is in.
  explicit PictureFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  struct Held {
    std::uint64_t bytes = 0;  ///< so many, from the first on
    bool whole = false;
  };
  [[nodiscard]] Held held(const Hash& sha256) const;

  /// Adds bytes [from, from + piece) of a picture of `total` bytes. A piece that is there already, or that
  /// leaves a gap, changes nothing: the answer says where to go on. Durable when the answer says whole.
  /// BadInput `picture.size` for an empty one, one past ses::kPictureBytes, a piece past `total`;
  /// `picture.media` if it is none of the kinds of media_of(); `picture.differs` if the whole has another
  /// hash (what was held is gone then). Full `picture.no_room`; Corrupt `store.io`.
  [[nodiscard]] Result<Held> put(const Hash& sha256, std::uint64_t from, std::uint64_t total, ByteView piece);
  /// The same for one that is whole; returns its hash.
  [[nodiscard]] Result<Hash> put(ByteView file);
  /// At most `most` bytes from `from` on of a whole picture. NotFound `picture.unknown`.
  [[nodiscard]] Result<Bytes> read(const Hash& sha256, std::uint64_t from = 0,
                                   std::size_t most = ses::kPictureBytes) const;

  /// At most ses::kPictureWordsBytes.
  [[nodiscard]] Result<> put_words(const Hash& sha256, ByteView words);
  [[nodiscard]] std::optional<Bytes> words(const Hash& sha256) const;

  /// Picture and words. Nothing there is no error.
  [[nodiscard]] Result<> remove(const Hash& sha256);
  /// Removes every picture, and every part and word of one, of which `over` says so; `written_ms` is when
  /// that file was last written, Unix time. Returns how many files.
  [[nodiscard]] Result<std::size_t> remove_if(
      const std::function<bool(const Hash& sha256, std::int64_t written_ms)>& over);

 private:
  [[nodiscard]] std::filesystem::path file_of(const Hash& sha256, const char* ending = "") const;
  [[nodiscard]] Result<> write(const std::filesystem::path& path, std::uint64_t from, ByteView bytes) const;
  [[nodiscard]] Result<> rename_into_place(const std::filesystem::path& from,
                                           const std::filesystem::path& to) const;
  std::filesystem::path folder_;
};

inline constexpr std::uint64_t kPictureReserveBytes = 256 * 1024 * 1024;

}  // namespace sealkeep
