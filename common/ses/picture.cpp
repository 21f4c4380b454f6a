// SPDX-License-Identifier: Apache-2.0
#include "common/ses/picture.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/base/pack.hpp"

namespace sealkeep::ses {
namespace {

constexpr std::uint64_t kVersion = 1;
constexpr std::int64_t kTimeMs = std::int64_t{1} << 53;
constexpr std::int64_t kLatitude = 90'000'000, kLongitude = 180'000'000;

void write(PackWriter& out, const PictureReading& reading) {
  SEALKEEP_ASSERT(reading.unsure.size() <= kUnsureTexts);
  out.array(5)
      .uint(static_cast<std::uint64_t>(reading.subject))
      .uint(static_cast<std::uint64_t>(reading.sight));
  out.str(reading.number).uint(reading.confidence_percent).array(reading.unsure.size());
  for (const std::string& text : reading.unsure) out.str(text);
}

template <class E>
E read_enum(PackReader& in, E last) {
  const std::uint64_t value = in.uint(static_cast<std::uint64_t>(last));
  if (in.ok() && value == 0) in.reject("an enumeration's value is out of range");
  return static_cast<E>(value);
}

PictureReading read_reading(PackReader& in) {
  in.array(5);
  PictureReading out;
  out.subject = read_enum(in, Subject::Seal);
  out.sight = read_enum(in, Sight::Exact);
  out.number = in.str(limits::kTextBytes);
  out.confidence_percent = static_cast<std::uint8_t>(in.uint(100));
  if (in.ok() && out.number.empty() != (out.sight == Sight::None)) in.reject("a number that was not seen");
  out.unsure.resize(in.array(0, kUnsureTexts));
  for (std::string& text : out.unsure) text = in.str(limits::kTextBytes, 1);
  return out;
}

// A number as it is compared: letters and digits, in capitals.
std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if ((c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) out += c;
    if (c >= 'a' && c <= 'z') out += static_cast<char>(c - 'a' + 'A');
  }
  return out;
}

/// The fact's numbers, in plain form: those that a picture of it should show. The paper's come last.
struct Named {
  struct Number {
    std::string plain;
    bool paper = false;
  };
  std::vector<Number> units, seals;
  void add(const UnitId& unit) {
    if (unit.kind == UnitKind::SeaContainer && !unit.text.empty()) units.push_back({plain(unit.text)});
  }
  void add(const SealNumber& seal) { seals.push_back({plain(seal.text())}); }
  void add(const Reading& reading, bool paper) {
    if (!reading.unit.empty()) units.push_back({plain(reading.unit), paper});
    if (!reading.seal.empty()) seals.push_back({plain(reading.seal), paper});
  }
};

Named named_by(const Event& event) {
  Named out;
  if (const auto* applied = std::get_if<SealApplied>(&event)) {
    out.add(applied->unit);
    out.add(applied->seal);
  } else if (const auto* checked = std::get_if<SealChecked>(&event)) {
    out.add(checked->unit);
    out.add(checked->seal);
    out.add(checked->door, false);
    out.add(checked->paper, true);
  } else if (const auto* uplifted = std::get_if<Uplifted>(&event)) {
    out.add(uplifted->unit);
    // Several seals: a picture shows one of them.
    if (uplifted->seals.size() == 1) out.add(uplifted->seals.front());
  }
  return out;
}

}  // namespace

Bytes encode(const Picture& picture) {
  SEALKEEP_ASSERT(picture.readings.size() <= kPictureReadings);
  PackWriter out;
  out.array(11).uint(kVersion).bin(picture.sha256.view()).uint(picture.bytes).str(picture.media);
  out.uint(static_cast<std::uint64_t>(picture.source)).str(picture.camera).boolean(picture.simulated);
  out.sint(picture.taken_ms).str(picture.claimed_time);
  if (picture.claims_place)
    out.array(2).sint(picture.claimed_latitude_e6).sint(picture.claimed_longitude_e6);
  else
    out.nil();
  out.array(picture.readings.size());
  for (const PictureReading& reading : picture.readings) write(out, reading);
  SEALKEEP_ASSERT(out.bytes().size() <= kPictureWordsBytes);
  return out.take();
}

Result<Picture> decode_picture(ByteView bytes) {
  PackReader in(bytes);
  if (bytes.size() > kPictureWordsBytes) in.reject("a picture's description is too long");
  in.array(11);
  if (in.uint() != kVersion) in.reject("a picture's description of another version");
  Picture out;
  out.sha256.bytes = in.fixed<32>();
  out.bytes = in.uint(kPictureBytes);
  out.media = in.str(limits::kTextBytes);
  out.source = read_enum(in, PictureSource::Terminal);
  out.camera = in.str(limits::kTextBytes);
  out.simulated = in.boolean();
  out.taken_ms = in.sint(0, kTimeMs);
  out.claimed_time = in.str(limits::kTextBytes);
  out.claims_place = !in.nil();
  if (out.claims_place) {
    in.array(2);
    out.claimed_latitude_e6 = in.sint(-kLatitude, kLatitude);
    out.claimed_longitude_e6 = in.sint(-kLongitude, kLongitude);
  }
  out.readings.resize(in.array(0, kPictureReadings));
  for (PictureReading& reading : out.readings) reading = read_reading(in);
  SEALKEEP_TRY(in.finish());
  return out;
}

std::vector<PictureDifference> differences(std::span<const PictureReading> readings, const Event& event) {
  const Named named = named_by(event);
  std::vector<PictureDifference> out;
  for (const PictureReading& reading : readings) {
    if (reading.sight != Sight::Exact) continue;
    const std::vector<Named::Number>& numbers = reading.subject == Subject::Unit ? named.units : named.seals;
    const std::string pictured = plain(reading.number);
    const auto other = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const Named::Number& number) { return number.plain != pictured; });
    const bool told = std::any_of(
        out.begin(), out.end(), [&](const PictureDifference& one) { return one.subject == reading.subject; });
    if (other != numbers.end() && !told)
      out.push_back({reading.subject, pictured, other->plain, other->paper});
  }
  return out;
}

std::string picture_words(const Picture& picture, const Event& event) {
  std::string out = picture.source == PictureSource::SiteCamera ? "camera " + picture.camera
                    : picture.source == PictureSource::Terminal ? "terminal"
                                                                : "another system";
  if (picture.simulated) out += ", simulated";
  const std::vector<PictureDifference> differing = differences(picture.readings, event);
  std::string said;
  for (const PictureReading& reading : picture.readings) {
    said += said.empty() ? ": " : "; ";
    said += reading.subject == Subject::Unit ? "container " : "seal ";
    if (reading.sight == Sight::None) {
      said += "not read";
      continue;
    }
    said += reading.number;
    if (reading.sight == Sight::Computed) said += ", its check digit computed and not seen";
    for (const PictureDifference& one : differing)
      if (one.subject == reading.subject)
        said += (one.paper ? ", on the paper " : ", recorded as ") + one.recorded;
  }
  out += said.empty() ? ": not read" : said;
  if (!picture.claimed_time.empty())
    out += "; the file says it was taken " + picture.claimed_time + ", which nobody checked";
  return out;
}

}  // namespace sealkeep::ses
