// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/capture.hpp"

#include <cstdio>

#include "agent/commands/directory.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

std::string_view word_of(ses::Sight sight) {
  return sight == ses::Sight::Exact      ? "exact"
         : sight == ses::Sight::Computed ? "check_digit_computed"
                                         : "none";
}

std::string_view word_of(ses::PictureSource source) {
  return source == ses::PictureSource::SiteCamera ? "site camera"
         : source == ses::PictureSource::Terminal ? "terminal"
                                                  : "another system";
}

cli::Value reading_value(const ses::PictureReading& reading) {
  cli::Value unsure = cli::Value::list();
  for (const std::string& text : reading.unsure) unsure.add(text);
  cli::Value out = cli::Value::object({{"state", word_of(reading.sight)}, {"number", reading.number}});
  out.set("confidence_percent", reading.confidence_percent);
  if (reading.sight == ses::Sight::Computed) out.set("not_seen", "check digit");
  return out.set("unsure", std::move(unsure));
}

std::string degrees(std::int64_t millionths) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6f", static_cast<double>(millionths) / 1e6);
  return text;
}

cli::Value picture_value(const ses::Picture& picture) {
  cli::Value out = cli::Value::object();
  out.set("picture", picture.sha256 == Hash{} ? cli::Value() : cli::Value(hex(picture.sha256.view())));
  out.set("bytes", picture.bytes).set("media", picture.media).set("source", word_of(picture.source));
  out.set("camera", picture.camera).set("simulated", picture.simulated).set("taken_ms", picture.taken_ms);
  if (!picture.claimed_time.empty()) out.set("claimed_time", picture.claimed_time);
  if (picture.claims_place)
    out.set("claimed_place",
            degrees(picture.claimed_latitude_e6) + " " + degrees(picture.claimed_longitude_e6));
  for (const ses::PictureReading& reading : picture.readings)
    out.set(reading.subject == ses::Subject::Unit ? "container" : "seal", reading_value(reading));
  return out;
}

ses::Picture read_elsewhere(const std::string& seal, const std::string& container) {
  ses::Picture out;
  out.source = ses::PictureSource::Elsewhere;
  if (!container.empty()) out.readings.push_back({ses::Subject::Unit, ses::Sight::Exact, container, 0, {}});
  if (!seal.empty()) out.readings.push_back({ses::Subject::Seal, ses::Sight::Exact, seal, 0, {}});
  return out;
}

}  // namespace

std::vector<cli::CommandSpec> capture_specs() {
  using namespace spec;
  cli::OptionSpec file = text("file", "A picture file instead of a camera: JPEG, PNG, WebP or HEIC", "FILE");
  file.type = cli::OptionType::InputFile;
  return {
      {std::string(kCapture),
       "Take a picture with a camera of this site and read container and seal on it. The picture is kept as "
       "it "
       "is; the answer names it, for --picture of seal apply, check and uplift.",
       Options{text("camera", "A camera of this site", "NAME"), file,
               text("picture", "A picture that came before, by its SHA-256", "SHA256"),
               choice("purpose", "What it is taken for", {"apply", "check", "uplift", "look"}, "look")},
       {"capture --camera gate --purpose check", "capture --file door.jpg"}},
  };
}

Result<LookRequest> look_request(const cli::Command& command) {
  LookRequest out;
  const int named = int{command.has("camera")} + int{command.has("picture")} + int{command.has("file")};
  if (named != 1)
    return bad_input("capture.what", "It is not clear what is to be looked at", {},
                     "Name one of --camera, --picture and --file");
  out.camera = command.one("camera").value_or("");
  if (const auto text = command.one("picture")) {
    SEALKEEP_LET(hash, picture_hash(*text));
    out.picture = hash;
  }
  out.file = command.attachment;
  out.purpose = command.one("purpose").value_or("look");
  return out;
}

cli::Value seen_value(const Seen& seen) {
  cli::Value out = picture_value(seen.picture);
  if (seen.unread)
    out.set("unread", cli::Value::object({{"code", seen.unread->code},
                                          {"what", seen.unread->what},
                                          {"why", seen.unread->why},
                                          {"next", seen.unread->next}}));
  return out;
}

Result<cli::Value> capture_here(Eyes& eyes, const cli::Command& command) {
  SEALKEEP_LET(request, look_request(command));
  SEALKEEP_LET(seen, eyes.look(request));
  return seen_value(seen);
}

EyesConfig eyes_of(const cli::Config& config) {
  return {config.text("vision.folder"), config.texts("vision.cameras")};
}

Result<Hash> picture_hash(std::string_view text) {
  Hash out;
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != out.bytes.size())
    return bad_input("picture.hash", "\"" + printable(text, 80) + "\" names no picture", {},
                     "Pictures are named by their SHA-256: 64 hexadecimal digits, as capture answers");
  std::copy(bytes->begin(), bytes->end(), out.bytes.begin());
  return out;
}

Result<std::vector<ses::Picture>> pictures_named(Agent& agent, const cli::Command& command) {
  std::vector<ses::Picture> out;
  const std::vector<std::string> named = command.all("picture");
  const std::string seal = command.one("camera-seal").value_or("");
  const std::string container = command.one("camera-container").value_or("");
  const bool elsewhere = !seal.empty() || !container.empty();
  if (named.size() + (elsewhere ? 1 : 0) > ses::kPicturesPerFact)
    return bad_input("picture.many", "There are too many pictures beside one record", {},
                     "At most " + std::to_string(ses::kPicturesPerFact));
  const PictureFolder folder(picture_folder_of(agent.parts().folder));
  for (const std::string& text : named) {
    SEALKEEP_LET(hash, picture_hash(text));
    const auto words = folder.words(hash);
    auto known = words ? ses::decode_picture(*words) : ses::Picture{};
    // It may come later, from a tablet that was out of reach: the record stands for itself and names it.
    out.push_back(known ? std::move(*known) : ses::Picture{});
    out.back().sha256 = hash;
  }
  for (const std::string& text : {seal, container})
    if (text.size() > limits::kTextBytes || !is_utf8(text))
      return bad_input("fact.text", "What a camera read cannot be kept", "it is too long or not UTF-8",
                       "Shorten it");
  if (elsewhere) out.push_back(read_elsewhere(seal, container));
  return out;
}

Result<> add_pictures(Agent& agent, const RegisterLogs& logs, ses::Ref at, const ses::Entry& entry,
                      cli::Value& line) {
  const auto log = site_log(logs, at.epoch);
  if (!log) return {};
  const PictureFolder folder(picture_folder_of(agent.parts().folder));
  cli::Value photos = cli::Value::list(), pictures = cli::Value::list();
  for (std::size_t i = 0; i < entry.details.size(); ++i) {
    const ses::DetailKind kind = entry.details[i].kind;
    if (kind != ses::DetailKind::Photo && kind != ses::DetailKind::Picture) continue;
    SEALKEEP_LET(detail, agent.details().get(*log, at.index, static_cast<std::uint8_t>(i)));
    if (!detail || detail->state != DetailState::Held) continue;
    if (kind == ses::DetailKind::Photo) {
      photos.add(cli::Value::object({{"entry", ses::ref_words(at)}, {"detail", i}}));
    } else if (const auto picture = ses::decode_picture(detail->bytes)) {
      cli::Value value = picture_value(*picture);
      value.set("here", folder.held(picture->sha256).whole);
      cli::Value differs = cli::Value::list();
      for (const ses::PictureDifference& one : ses::differences(picture->readings, entry.event))
        differs.add(cli::Value::object({{"what", one.subject == ses::Subject::Unit ? "unit" : "seal"},
                                        {"pictured", one.pictured},
                                        {"recorded", one.recorded}}));
      pictures.add(value.set("differs", std::move(differs)));
    }
  }
  if (!photos.as_list()->empty()) line.set("photos", std::move(photos));
  if (!pictures.as_list()->empty()) line.set("pictures", std::move(pictures));
  return {};
}

}  // namespace sealkeep::agent
