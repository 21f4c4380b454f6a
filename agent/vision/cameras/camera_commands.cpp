// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/camera_commands.hpp"

#include <algorithm>

#include "agent/vision/cameras/discover.hpp"
#include "agent/vision/cameras/post.hpp"
#include "agent/vision/picture.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kMostSeconds = 60;

}  // namespace

tl::unexpected<Error> no_camera(std::string_view name, const std::vector<std::string>& known) {
  std::string names;
  for (const std::string& one : known) names += (names.empty() ? "" : ", ") + one;
  return fail(
      ErrorKind::NotFound, "vision.no_camera", "There is no camera " + printable(name, 40), {},
      names.empty() ? "Add cameras to the configuration file of sealkeep-vision" : "There are: " + names);
}

Result<cli::Value> test_camera(const cli::Command& command, const std::vector<Camera>& cameras) {
  SEALKEEP_LET(name, command.required("camera"));
  const auto camera =
      std::find_if(cameras.begin(), cameras.end(), [&](const Camera& one) { return one.name == name; });
  if (camera == cameras.end()) {
    std::vector<std::string> known;
    for (const Camera& one : cameras) known.push_back(one.name);
    return no_camera(name, known);
  }
  SEALKEEP_LET(post, CameraPost::start(*camera));
  cli::Value out = cli::Value::object({{"camera", name}, {"kind", word_of(camera->kind)}});
  cli::Value pictures = cli::Value::list();
  for (int i = 0; i < 2; ++i) {
    const std::int64_t begun_ms = SystemClock().now().mono_ms;
    SEALKEEP_LET(picture, post->picture());
    const std::int64_t took_ms = SystemClock().now().mono_ms - begun_ms;
    SEALKEEP_LET(size, picture_size(picture.bytes));
    pictures.add(cli::Value::object({{"width", size.width},
                                     {"height", size.height},
                                     {"bytes", picture.bytes.size()},
                                     {"as_sent", picture.as_sent},
                                     {"took_ms", took_ms}}));
  }
  return out.set("pictures", pictures);
}

Result<cli::Value> discover_cameras(const cli::Command& command) {
  SEALKEEP_LET(seconds, command.number("seconds", 1, kMostSeconds));
  SEALKEEP_LET(port, command.number("port", 1, UINT16_MAX));
  SEALKEEP_LET(
      found, discover(command.one("at").value_or(kDiscoveryGroup),
                      static_cast<std::uint16_t>(port.value_or(kDiscoveryPort)), seconds.value_or(3) * 1000));
  cli::Value list = cli::Value::list();
  for (const FoundCamera& one : found)
    list.add(cli::Value::object({{"address", one.address}, {"name", one.name}, {"hardware", one.hardware}}));
  return cli::Value::object({{"found", list}});
}

Result<cli::Value> list_streams(const cli::Command& command) {
  SEALKEEP_LET(address, command.required("address"));
  SEALKEEP_LET(url, parse_camera_url(address, {"http", "https"}));
  SEALKEEP_LET(found, streams_of(url, command.one("name").value_or("-"), command.one("logins").value_or("")));
  cli::Value list = cli::Value::list();
  for (const CameraStream& one : found)
    list.add(cli::Value::object(
        {{"profile", one.profile}, {"size", one.size}, {"rtsp", one.rtsp}, {"snapshot", one.snapshot}}));
  return cli::Value::object({{"streams", list}});
}

}  // namespace sealkeep::vision
