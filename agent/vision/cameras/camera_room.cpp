// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/camera_room.hpp"

#include <algorithm>

#include "agent/vision/cameras/camera_commands.hpp"
#include "agent/vision/picture.hpp"
#include "agent/vision/visit.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kMostFrames = 5;
constexpr std::int64_t kMotionFrames = 3;
constexpr std::int64_t kMotionGapMs = 5'000;  // a camera that sees motion without end does not fill the day
constexpr std::string_view kPurposes[] = {"apply", "check", "uplift", "look"};

cli::Value time_or_null(const std::optional<std::int64_t>& time_ms) {
  return time_ms ? cli::Value(*time_ms) : cli::Value();
}

/// What all frames say of one kind; an error only if none could be read.
cli::Value said_of(ReadKind kind, const std::vector<Result<Reading>>& frames, const std::string& file) {
  std::vector<Reading> good;
  for (const auto& frame : frames)
    if (frame) good.push_back(*frame);
  if (good.empty()) return to_value(frames.front().error(), kind, {file});
  return to_value(good.size() == 1 ? good.front() : together(good, kind), {file});
}

}  // namespace

Result<std::unique_ptr<CameraRoom>> CameraRoom::start(const std::vector<Camera>& cameras) {
  auto room = std::make_unique<CameraRoom>();
  for (const Camera& camera : cameras) {
    SEALKEEP_LET(post, CameraPost::start(camera));
    room->posts_.push_back(std::move(post));
  }
  return room;
}

Result<> CameraRoom::open(const std::filesystem::path& folder, Read read) {
  SEALKEEP_LET(captures, Captures::open(folder));
  captures_ = std::move(captures);
  read_ = std::move(read);
  return {};
}

Result<CameraPost*> CameraRoom::find(const std::string& name) const {
  std::vector<std::string> known;
  for (const auto& post : posts_) {
    if (post->camera().name == name) return post.get();
    known.push_back(post->camera().name);
  }
  return no_camera(name, known);
}

Result<CameraRoom::TakeInHand> CameraRoom::take_of(const cli::Command& command, const Done& done) const {
  SEALKEEP_LET(name, command.required("camera"));
  const std::string purpose = command.one("purpose").value_or("look");
  if (std::find(std::begin(kPurposes), std::end(kPurposes), purpose) == std::end(kPurposes))
    return bad_input("cli.value", "There is no purpose " + printable(purpose, 40), {},
                     "apply, check, uplift or look");
  SEALKEEP_LET(frames, command.number("frames", 1, kMostFrames));
  std::vector<ReadKind> reads;
  for (const std::string& word : command.all("read")) {
    SEALKEEP_LET(kind, read_kind(word));
    if (std::find(reads.begin(), reads.end(), kind) == reads.end()) reads.push_back(kind);
  }
  SEALKEEP_LET(post, find(name));
  return std::make_shared<Take>(Take{*post, purpose, std::move(reads), frames.value_or(1), true, done});
}

void CameraRoom::capture(const cli::Command& command, const Done& done) {
  const auto take = take_of(command, done);
  if (!take) return done(tl::unexpected<Error>(take.error()));
  begin(*take);
}

void CameraRoom::begin(const TakeInHand& take) {
  take->answer = cli::Value::object({{"camera", take->post.camera().name}, {"purpose", take->purpose}});
  take->readings.resize(take->reads.size());
  next_frame(take);
}

void CameraRoom::next_frame(const TakeInHand& take) {
  take->post.want([this, take](Result<CameraPicture> picture) { frame_came(take, std::move(picture)); });
}

void CameraRoom::frame_came(const TakeInHand& take, Result<CameraPicture> picture) {
  // What there is stays good.
  if (!picture && take->taken > 0) return finish(*take);
  if (!picture) return take->done(tl::unexpected<Error>(std::move(picture.error())));
  if (take->taken++ == 0)
    if (const auto kept = keep(*take, *picture); !kept)
      return take->done(tl::unexpected<Error>(kept.error()));
  if (take->reads.empty()) return finish(*take);
  read_frame(take, std::move(picture->bytes));
}

void CameraRoom::read_frame(const TakeInHand& take, Bytes picture) {
  take->unread = take->reads.size();
  const auto bytes = std::make_shared<const Bytes>(std::move(picture));
  for (std::size_t i = 0; i < take->reads.size(); ++i) {
    ReadingJob job;
    job.kind = take->reads[i];
    job.picture = bytes;
    if (job.kind == ReadKind::Presence) job.region = take->post.camera().seal_region;
    job.awaited = take->awaited;
    job.on_read = [this, take, i](Result<Reading> reading) {
      take->readings[i].push_back(std::move(reading));
      if (--take->unread == 0) frame_read(take);
    };
    read_(std::move(job));
  }
}

Result<> CameraRoom::keep(Take& take, const CameraPicture& picture) {
  SEALKEEP_LET(kept, captures_->keep(picture.bytes));
  take.file = kept.file.string();
  take.answer.set("taken_ms", picture.taken_ms).set("file", take.file).set("sha256", kept.sha256);
  take.answer.set("bytes", picture.bytes.size()).set("width", kept.width).set("height", kept.height);
  take.answer.set("mime", kept.mime).set("as_sent", picture.as_sent);
  take.answer.set("simulated", take.post.camera().simulated);
  return {};
}

void CameraRoom::frame_read(const TakeInHand& take) {
  const bool settled = std::all_of(take->readings.begin(), take->readings.end(), [](const auto& frames) {
    return frames.back() && !believed(*frames.back()).empty();
  });
  if (settled || take->taken >= take->frames) return finish(*take);
  next_frame(take);
}

void CameraRoom::finish(Take& take) {
  ++taken_;
  take.answer.set("frames", take.taken);
  cli::Value said = cli::Value::list();
  for (std::size_t i = 0; i < take.reads.size(); ++i)
    said.add(said_of(take.reads[i], take.readings[i], take.file));
  take.answer.set("readings", said);
  take.done(std::move(take.answer));
}

cli::Value CameraRoom::status() const {
  cli::Value out = cli::Value::list();
  for (const auto& post : posts_) {
    const CameraStatus& s = post->status();
    const Camera& camera = post->camera();
    cli::Value row = cli::Value::object(
        {{"camera", camera.name}, {"kind", word_of(camera.kind)}, {"simulated", camera.simulated}});
    row.set("state", word_of(s.state)).set("since_ms", s.since_ms).set("pictures", s.pictures);
    row.set("last_picture_ms", time_or_null(s.last_picture_ms)).set("failures", s.failures);
    row.set("next_try_ms", time_or_null(s.next_try_ms));
    row.set("code", s.trouble.code).set("what", s.trouble.what);
    row.set("why", s.trouble.why).set("next", s.trouble.next);
    const auto seen = seen_.find(camera.name);
    if (camera.motion.percent > 0) row.set("motions", seen == seen_.end() ? 0 : seen->second.motions);
    if (camera.every_ms > 0 || camera.motion.percent > 0)
      row.set("last", seen == seen_.end() ? cli::Value() : seen->second.last.value_or(cli::Value()));
    out.add(row);
  }
  return out;
}

Result<> CameraRoom::catch_up(Logger& log) {
  for (const auto& post : posts_) {
    SEALKEEP_LET(changed, post->catch_up());
    if (!changed) continue;
    const CameraStatus& s = post->status();
    const std::string state(word_of(s.state));
    if (s.trouble.code.empty())
      log.info("camera", {{"camera", post->camera().name}, {"state", state}});
    else
      log.warn("camera", {{"camera", post->camera().name},
                          {"state", state},
                          {"code", s.trouble.code},
                          {"what", s.trouble.what},
                          {"why", s.trouble.why}});
  }
  return {};
}

void CameraRoom::look_around(std::int64_t now_ms, Logger& log) {
  for (const auto& post : posts_) {
    const Camera& camera = post->camera();
    Seen& seen = seen_[camera.name];
    if (post->take_motion()) seen.motion = true;
    if (seen.looking) continue;
    if (seen.motion && now_ms >= seen.motion_next_ms) {
      seen.motion = false;
      seen.motion_next_ms = now_ms + kMotionGapMs;
      ++seen.motions;
      look_through(*post, kMotionFrames, log);
    } else if (camera.every_ms > 0 && now_ms >= seen.next_ms) {
      seen.next_ms = now_ms + camera.every_ms;
      look_through(*post, 1, log);
    }
  }
}

void CameraRoom::look_through(CameraPost& post, std::int64_t frames, Logger& log) {
  Seen& seen = seen_[post.camera().name];
  seen.looking = true;
  const auto done = [&seen, &log, name = post.camera().name](Result<cli::Value> taken) {
    seen.looking = false;
    if (!taken) return;  // the camera's state says why
    std::string said;
    for (const cli::Value& one : *taken->find("readings")->as_list())
      for (const char* member : {"number", "text"})
        if (const cli::Value* value = one.find(member); value != nullptr && value->as_text() != nullptr)
          said += (said.empty() ? "" : " ") + *value->as_text();
    if (said != seen.said) log.info("camera_read", {{"camera", name}, {"read", said}});
    seen.said = said;
    seen.last = std::move(*taken);
  };
  begin(std::make_shared<Take>(Take{post, "look", post.camera().reads, frames, false, done}));
}

}  // namespace sealkeep::vision
