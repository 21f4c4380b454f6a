// SPDX-License-Identifier: Apache-2.0
#include "common/ses/picture.hpp"

#include <catch2/catch.hpp>

#include "common/ses/picture_file.hpp"
#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

SealNumber seal(const char* text) {
  return SealNumber::parse(text).value();
}
UnitId container(const char* text) {
  return UnitId::parse(UnitKind::SeaContainer, text).value();
}
PictureReading read(Subject subject, const char* number, Sight sight = Sight::Exact) {
  return {subject, sight, number, 97, {}};
}
SealChecked check(const char* door, const char* paper) {
  SealChecked out;
  out.seal = seal("NZ300006");
  out.unit = container("MSCU1234566");
  out.door = {door, "MSCU1234566"};
  out.paper = {paper, "MSCU1234566"};
  return out;
}

/// A JPEG that says when and where it was taken, and what was put before the picture's data.
Bytes jpeg_with(const Bytes& exif) {
  Bytes out{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xE1};
  const std::size_t length = exif.size() + 8;
  out.push_back(static_cast<std::uint8_t>(length >> 8));
  out.push_back(static_cast<std::uint8_t>(length));
  append(out, as_bytes(std::string_view("Exif\0\0", 6)));
  append(out, exif);
  append(out, Bytes{0xFF, 0xDA, 0, 2, 0xFF, 0xD9});
  return out;
}

/// Little-endian TIFF: directory 0 points at an EXIF directory with a time and at a GPS directory.
Bytes exif() {
  Bytes out;
  const auto u16 = [&](unsigned v) {
    append(out, Bytes{static_cast<std::uint8_t>(v), static_cast<std::uint8_t>(v >> 8)});
  };
  const auto u32 = [&](unsigned v) { u16(v & 0xFFFF), u16(v >> 16); };
  const auto field = [&](unsigned tag, unsigned type, unsigned count, unsigned value) {
    u16(tag), u16(type), u32(count), u32(value);
  };
  append(out, as_bytes("II"));
  u16(42), u32(8);
  u16(2), field(0x8769, 4, 1, 38), field(0x8825, 4, 1, 76), u32(0);      // 8..38
  u16(1), field(0x9003, 2, 20, 56), u32(0);                              // 38..56
  append(out, as_bytes(std::string_view("2026:01:31 14:05:09\0", 20)));  // 56..76
  u16(4), field(1, 2, 2, 'S'), field(2, 5, 3, 130), field(3, 2, 2, 'E'), field(4, 5, 3, 154),
      u32(0);  // 76..130
  for (const unsigned v : {36U, 1U, 50U, 1U, 24U, 1U, 174U, 1U, 45U, 1U, 36U, 1U}) u32(v);
  return out;
}

}  // namespace

TEST_CASE("a picture's words come back as they were, and no other bytes are taken for them") {
  Picture picture;
  picture.sha256 = sha256(as_bytes("a picture"));
  picture.bytes = 4'100'200;
  picture.media = "image/jpeg";
  picture.source = PictureSource::SiteCamera;
  picture.camera = "gate";
  picture.simulated = true;
  picture.taken_ms = 1'800'000'000'123;
  picture.claimed_time = "2026:01:31 14:05:09";
  picture.claims_place = true;
  picture.claimed_latitude_e6 = -36'840'000;
  picture.claimed_longitude_e6 = 174'760'000;
  picture.readings = {read(Subject::Unit, "MSCU1234566"),
                      {Subject::Seal, Sight::None, "", 0, {"NZ30000", "SES"}}};
  const Bytes bytes = encode(picture);
  CHECK(decode_picture(bytes).value() == picture);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    CHECK_FALSE(decode_picture(ByteView(bytes).first(i)).has_value());
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode_picture(longer).has_value());

  Picture seen_nothing;
  seen_nothing.readings = {{Subject::Unit, Sight::None, "MSCU1234566", 0, {}}};
  CHECK_FALSE(decode_picture(encode(seen_nothing)).has_value());
}

TEST_CASE("a picture differs from the seal that is applied when it shows another number whole") {
  const Event applied =
      SealApplied{Family::Ses, SealKind::Bolt, seal("NZ300006"), container("MSCU1234566"), false};
  const PictureReading same[] = {read(Subject::Unit, "MSCU 123456-6"), read(Subject::Seal, "nz300006")};
  CHECK(differences(same, applied).empty());
  const PictureReading other[] = {read(Subject::Unit, "MSCU1234571"), read(Subject::Seal, "NZ300007")};
  CHECK(differences(other, applied) ==
        std::vector<PictureDifference>{{Subject::Unit, "MSCU1234571", "MSCU1234566", false},
                                       {Subject::Seal, "NZ300007", "NZ300006", false}});
}

TEST_CASE("a check digit that was computed and not seen is never verified, and contradicts nothing") {
  const Event applied =
      SealApplied{Family::Ses, SealKind::Bolt, seal("NZ300006"), container("MSCU1234566"), false};
  const PictureReading computed[] = {read(Subject::Unit, "MSCU1234571", Sight::Computed)};
  CHECK(differences(computed, applied).empty());
}

TEST_CASE("at a check the picture is held against the door first and the paper after it") {
  const PictureReading shown[] = {read(Subject::Seal, "NZ300006")};
  CHECK(differences(shown, Event(check("NZ300006", "NZ300006"))).empty());
  CHECK(differences(shown, Event(check("NZ300006", "NZ300060"))) ==
        std::vector<PictureDifference>{{Subject::Seal, "NZ300006", "NZ300060", true}});
  CHECK(differences(shown, Event(check("NZ300009", "NZ300060"))) ==
        std::vector<PictureDifference>{{Subject::Seal, "NZ300006", "NZ300009", false}});
}

TEST_CASE("at uplift a picture of one of several seals contradicts none of them") {
  Uplifted uplifted;
  uplifted.unit = container("MSCU1234566");
  uplifted.seals = {seal("NZ300006"), seal("NZ300007")};
  const PictureReading shown[] = {read(Subject::Seal, "NZ300007"), read(Subject::Unit, "MSCU1234566")};
  CHECK(differences(shown, Event(uplifted)).empty());
  uplifted.seals.pop_back();
  CHECK(differences(shown, Event(uplifted)).size() == 1);
}

TEST_CASE("a picture is told in words that promise nothing that was not seen") {
  const Event applied =
      SealApplied{Family::Ses, SealKind::Bolt, seal("NZ300006"), container("MSCU1234566"), false};
  Picture picture;
  CHECK(picture_words(picture, applied) == "terminal: not read");
  picture.source = PictureSource::SiteCamera;
  picture.camera = "gate";
  picture.simulated = true;
  picture.readings = {read(Subject::Unit, "MSCU1234571"), {Subject::Seal, Sight::None, "", 0, {}}};
  CHECK(picture_words(picture, applied) ==
        "camera gate, simulated: container MSCU1234571, recorded as MSCU1234566; seal not read");
  picture.readings = {read(Subject::Unit, "MSCU1234571", Sight::Computed)};
  picture.claimed_time = "2026:01:31 14:05:09";
  CHECK(picture_words(picture, applied) ==
        "camera gate, simulated: container MSCU1234571, its check digit computed and not seen; the file says "
        "it "
        "was taken 2026:01:31 14:05:09, which nobody checked");
}

TEST_CASE("a picture file is known by its first bytes alone") {
  const auto of = [](std::string_view text) { return media_of(as_bytes(text)); };
  CHECK(of("\xFF\xD8\xFF\xE0padpadpad") == "image/jpeg");
  CHECK(of("\x89PNG\r\n\x1A\nrest") == "image/png");
  CHECK(of("RIFF....WEBPVP8 ") == "image/webp");
  CHECK(of("RIFF....WAVEfmt ") == "");
  CHECK(of(std::string_view("\0\0\0\x18"
                            "ftypheic",
                            12)) == "image/heic");
  CHECK(of(std::string_view("\0\0\0\x18"
                            "ftypmp42",
                            12)) == "");
  CHECK(of("<svg xmlns=\"\">") == "");
  CHECK(of("\xFF\xD8\xFF") == "");
}

TEST_CASE("what a JPEG claims of its time and place is read, and nothing of one that is cut or lies") {
  const Bytes file = jpeg_with(exif());
  const PictureClaims claims = claims_of(file);
  CHECK(claims.time == "2026:01:31 14:05:09");
  REQUIRE(claims.place);
  CHECK(claims.latitude_e6 == -36'840'000);
  CHECK(claims.longitude_e6 == 174'760'000);

  for (std::size_t i = 0; i < file.size(); ++i) static_cast<void>(claims_of(ByteView(file).first(i)));
  CHECK(claims_of(ByteView(file).first(60)) == PictureClaims{});
  for (std::size_t i = 18; i < file.size(); ++i) {
    Bytes lying = file;
    lying[i] = 0xFF;
    const PictureClaims said = claims_of(lying);
    CHECK(said.time.size() <= 25);
    CHECK(std::abs(said.latitude_e6) <= 90'000'000);
    CHECK(std::abs(said.longitude_e6) <= 180'000'000);
  }
}
