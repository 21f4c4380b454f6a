// SPDX-License-Identifier: Apache-2.0
#include "agent/eyes/eyes.hpp"

#include <algorithm>
#include <iterator>

#include "common/cli/command.hpp"
#include "common/cli/input_file.hpp"
#include "common/crypto/encoding.hpp"
#include "common/net/local_socket.hpp"
#include "common/ses/picture_file.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kReadMs = kLookMs / 2;  // container and seal, one after the other
constexpr const char* kKinds[] = {"container", "seal"};

std::string text_of(const cli::Value& value, std::string_view name) {
  const cli::Value* member = value.find(name);
  return member == nullptr || member->as_text() == nullptr ? std::string() : *member->as_text();
}
std::int64_t number_of(const cli::Value& value, std::string_view name) {
  const cli::Value* member = value.find(name);
  return member == nullptr || member->as_int() == nullptr ? 0 : *member->as_int();
}
bool says(const cli::Value& value, std::string_view name) {
  const cli::Value* member = value.find(name);
  return member != nullptr && member->as_bool() != nullptr && *member->as_bool();
}

// What another program vouches for is still checked here: a seal's text has no check digit.
std::string fitting(std::string text) {
  const bool sound = text.size() <= limits::kTextBytes && is_utf8(text);
  return sound ? text : std::string();
}

ses::PictureReading reading_of(const cli::Value& said) {
  ses::PictureReading out;
  const bool container = text_of(said, "kind") == "container";
  out.subject = container ? ses::Subject::Unit : ses::Subject::Seal;
  const std::string state = text_of(said, "state");
  if (state == "exact") {
    out.number = fitting(text_of(said, "number"));
    out.sight = ses::Sight::Exact;
  } else if (state == "check_digit_computed" && container) {
    out.number = fitting(text_of(said, "seen") + text_of(said, "check_digit_computed"));
    out.sight = ses::Sight::Computed;
  }
  if (out.number.empty()) out.sight = ses::Sight::None;
  out.confidence_percent =
      static_cast<std::uint8_t>(std::clamp<std::int64_t>(number_of(said, "confidence_percent"), 0, 100));
  for (const char* list : {"unconfirmed_codes", "unconfirmed_texts"}) {
    const cli::Value* texts = said.find(list);
    if (texts == nullptr || texts->as_list() == nullptr) continue;
    for (const cli::Value& one : *texts->as_list()) {
      std::string text = one.as_text() == nullptr ? std::string() : fitting(*one.as_text());
      const bool known = std::find(out.unsure.begin(), out.unsure.end(), text) != out.unsure.end();
      if (!text.empty() && !known && out.unsure.size() < ses::kUnsureTexts)
        out.unsure.push_back(std::move(text));
    }
  }
  return out;
}

void take_reading(const cli::Value& said, Seen& seen) {
  if (const cli::Value* error = said.find("error"); error != nullptr && error->as_object() != nullptr) {
    seen.unread = Error{ErrorKind::Refused, text_of(*error, "code"), text_of(*error, "what"),
                        text_of(*error, "why"), text_of(*error, "next")};
    return;
  }
  if (seen.picture.readings.size() < ses::kPictureReadings) seen.picture.readings.push_back(reading_of(said));
}

Error nobody_reads() {
  return Error{ErrorKind::NotFound, "vision.none", "Pictures are kept here, and not read",
               "no sealkeep-vision is configured",
               "Install it (deploy/install.sh --vision) and set vision.folder in the agent's configuration"};
}

Result<cli::Value> ask(net::NetContext& context, const std::filesystem::path& vision,
                       const cli::Command& command, std::int64_t timeout_ms) {
  if (vision.empty()) return tl::unexpected<Error>(nobody_reads());
  SEALKEEP_LET(request, cli::encode(command));
  Result<cli::Value> out = cli::Value{};
  const auto asked =
      net::LocalClient(context, vision).ask(request, timeout_ms, [&](ByteView part, bool last) {
        if (!last) return;
        auto decoded = cli::decode_answer_part(part);
        if (!decoded) {
          out = tl::unexpected<Error>(decoded.error());
        } else if (auto* error = std::get_if<Error>(&*decoded)) {
          out = tl::unexpected<Error>(std::move(*error));
        } else if (auto* value = std::get_if<cli::Value>(&*decoded)) {
          out = std::move(*value);
        }
      });
  if (asked) return out;
  return fail(ErrorKind::Disconnected, "vision.away", "Pictures cannot be read just now", asked.error().what,
              "The picture is kept. See that sealkeep-vision runs: systemctl status sealkeep-vision");
}

}  // namespace

Result<Seen> Eyes::look(const LookRequest& request) {
  if (!request.camera.empty()) return look_through(request);
  if (request.picture) {
    SEALKEEP_LET(file, pictures_.read(*request.picture));
    return look_at(*request.picture, file);
  }
  SEALKEEP_LET(hash, keep(request.file));
  return look_at(hash, request.file);
}

Result<Hash> Eyes::keep(ByteView file) {
  const std::lock_guard lock(keeping_);
  return pictures_.put(file);
}

Result<> Eyes::keep(const Seen& seen) {
  const std::lock_guard lock(keeping_);
  return pictures_.put_words(seen.picture.sha256, ses::encode(seen.picture));
}

Result<Seen> Eyes::look_at(const Hash& sha256, ByteView file) {
  Seen seen;
  seen.picture.sha256 = sha256;
  seen.picture.bytes = file.size();
  seen.picture.media = ses::media_of(file);
  const ses::PictureClaims claims = ses::claims_of(file);
  seen.picture.claimed_time = claims.time;
  seen.picture.claims_place = claims.place;
  seen.picture.claimed_latitude_e6 = claims.latitude_e6;
  seen.picture.claimed_longitude_e6 = claims.longitude_e6;
  seen.picture.taken_ms = clock_.now().unix_ms;
  if (file.size() > cli::kAttachmentBytes || seen.picture.media == "image/heic") {
    seen.unread = Error{ErrorKind::Refused, "vision.not_readable", "This picture is kept, and not read",
                        seen.picture.media == "image/heic" ? "HEIC is not read" : "it has more than 7 MiB",
                        "Let the camera make JPEG pictures of at most 7 MiB"};
  } else {
    cli::Command command;
    command.name = "read";
    command.attachment = to_bytes(file);
    for (const char* kind : kKinds) {
      command.options["kind"] = {kind};
      const auto said = ask(context_, config_.vision, command, kReadMs);
      if (said)
        take_reading(*said, seen);
      else
        seen.unread = said.error();
      if (!said && said.error().kind == ErrorKind::Disconnected) break;
    }
  }
  SEALKEEP_TRY(keep(seen));
  return seen;
}

Result<Seen> Eyes::look_through(const LookRequest& request) {
  if (std::find(config_.cameras.begin(), config_.cameras.end(), request.camera) == config_.cameras.end())
    return bad_input("camera.unknown", "There is no camera \"" + printable(request.camera, 60) + "\" here",
                     config_.cameras.empty() ? "none is configured" : "",
                     "See vision.cameras in the configuration");
  cli::Command command;
  command.name = "capture";
  command.options = {{"camera", {request.camera}},
                     {"purpose", {request.purpose}},
                     {"read", {std::begin(kKinds), std::end(kKinds)}}};
  SEALKEEP_LET(answer, ask(context_, config_.vision, command, kLookMs));
  const auto strange = [](const char* why) {
    return fail(ErrorKind::Refused, "vision.strange", "The camera's picture cannot be taken over", why,
                "sealkeep-vision may be of another version");
  };
  // Only the name counts: the file lies where captures lie, whatever the path says.
  const std::filesystem::path name = std::filesystem::path(text_of(answer, "file")).filename();
  if (name.empty()) return strange("its file is not named");
  SEALKEEP_LET(file, cli::read_input(config_.vision / "captures" / name, ses::kPictureBytes));
  if (hex(sealkeep::sha256(file).view()) != text_of(answer, "sha256")) return strange("its hash differs");
  SEALKEEP_LET(hash, keep(file));
  Seen seen;
  seen.picture.sha256 = hash;
  seen.picture.bytes = file.size();
  seen.picture.media = ses::media_of(file);
  seen.picture.source = ses::PictureSource::SiteCamera;
  seen.picture.camera = fitting(request.camera);
  seen.picture.simulated = says(answer, "simulated");
  seen.picture.taken_ms = std::max<std::int64_t>(0, number_of(answer, "taken_ms"));
  if (const cli::Value* readings = answer.find("readings");
      readings != nullptr && readings->as_list() != nullptr)
    for (const cli::Value& said : *readings->as_list()) take_reading(said, seen);
  SEALKEEP_TRY(keep(seen));
  return seen;
}

}  // namespace sealkeep::agent
