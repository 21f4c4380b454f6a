// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "common/ses/entry.hpp"

/// What an entry keeps of a picture that was taken of the fact: a detail of kind Picture
/// (docs/formats/detail.md), the bytes that encode() makes; a Photo beside it is a small copy for the eye.
/// The entry commits to this description, the description to the picture's own bytes. Pure.
namespace sealkeep::ses {

inline constexpr std::size_t kPictureBytes = 16 * 1024 * 1024;  ///< a picture as its camera made it
inline constexpr std::size_t kPictureWordsBytes = 4 * 1024;     ///< what describes it
inline constexpr std::size_t kPicturesPerFact = 4;

enum class Subject : std::uint8_t { Unit = 1, Seal = 2 };
/// How far a number was seen. Numbers are stored.
enum class Sight : std::uint8_t {
  None = 1,      ///< no number was read
  Computed = 2,  ///< ten characters of a container number were seen, its check digit was not: never verified
  Exact = 3,     ///< all of it was seen, and its check digit or a second source agrees
};
struct PictureReading {
  Subject subject = Subject::Unit;
  Sight sight = Sight::None;
  std::string number;  ///< empty for None
  std::uint8_t confidence_percent = 0;
  std::vector<std::string> unsure;  ///< texts that nobody vouches for, at most kUnsureTexts
  friend bool operator==(const PictureReading&, const PictureReading&) = default;
};
inline constexpr std::size_t kPictureReadings = 4;
inline constexpr std::size_t kUnsureTexts = 6;

enum class PictureSource : std::uint8_t {
  Elsewhere = 1,  ///< another system read it and keeps the picture
  SiteCamera = 2,
  Terminal = 3,  ///< a tablet's own camera, or a file of it
};

struct Picture {
  Hash sha256;              ///< of the original bytes; all zero: the picture itself is not kept
  std::uint64_t bytes = 0;  ///< how many; 0: not known when it was recorded
  std::string media;        ///< "image/jpeg"; empty: not known then
  PictureSource source = PictureSource::Terminal;
  std::string camera;         ///< its name in the configuration
  bool simulated = false;     ///< the configuration says that this is no real camera
  std::int64_t taken_ms = 0;  ///< when it was whole at this site, by the site's clock; 0: not known
  std::string claimed_time;  ///< what the file says of itself, never more than a claim: "2026:01:31 14:05:00"
  bool claims_place = false;
  std::int64_t claimed_latitude_e6 = 0, claimed_longitude_e6 = 0;  ///< degrees times a million
  std::vector<PictureReading> readings;
  friend bool operator==(const Picture&, const Picture&) = default;
};

/// Canonical MessagePack, at most kPictureWordsBytes. Precondition: within the limits above.
[[nodiscard]] Bytes encode(const Picture& picture);
/// BadInput `pack.malformed` for whatever encode() does not write.
[[nodiscard]] Result<Picture> decode_picture(ByteView bytes);

/// One number of the fact that a picture contradicts.
struct PictureDifference {
  Subject subject = Subject::Unit;
  std::string pictured;
  std::string recorded;  ///< the first of the fact's numbers that is another one
  bool paper = false;    ///< it was read from the load paperwork; what was read at the door agrees
  friend bool operator==(const PictureDifference&, const PictureDifference&) = default;
};
/// Compares what was read with the numbers of a seal that is applied or checked, or of an uplift: what was
/// scanned, read at the door and read from the paper. Only what was seen exactly can differ; a subject that
/// the fact does not name, and an air package, cannot. At most one for each subject.
[[nodiscard]] std::vector<PictureDifference> differences(std::span<const PictureReading> readings,
                                                         const Event& event);

/// "camera gate, simulated: container MSCU1234571, recorded as MSCU1234566; seal not read; the file says it
/// was taken 2026:01:31 14:05:09, which nobody checked"
[[nodiscard]] std::string picture_words(const Picture& picture, const Event& event);

}  // namespace sealkeep::ses
