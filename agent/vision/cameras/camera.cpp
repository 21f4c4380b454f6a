// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/camera.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "common/cli/config.hpp"
#include "common/cli/entry_point.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kLoginsBytes = 64 * 1024;
constexpr std::size_t kAddressBytes = 1000;

constexpr std::pair<std::string_view, CameraKind> kKinds[] = {
    {"rtsp", CameraKind::Rtsp}, {"snapshot", CameraKind::Snapshot}, {"mjpeg", CameraKind::Mjpeg},
    {"v4l2", CameraKind::V4l2}, {"file", CameraKind::File},         {"folder", CameraKind::Folder}};

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kCameraNameBytes &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
         });
}

std::vector<cli::ConfigKey> keys_of(const std::vector<std::string>& names) {
  using cli::ConfigType;
  std::vector<cli::ConfigKey> keys{{"logins", ConfigType::Text,
                                    "a file, 0600, with the cameras' logins: name, user, password a line", "",
                                    false, 0, kAddressBytes}};
  for (const std::string& name : names) {
    const std::string in = "cameras." + name + ".";
    keys.push_back(
        {in + "kind", ConfigType::Text, "rtsp, snapshot, mjpeg, v4l2, file or folder", {}, true, 1, 20});
    keys.push_back({in + "address",
                    ConfigType::Text,
                    "its address, device, file or folder",
                    {},
                    true,
                    1,
                    kAddressBytes});
    keys.push_back({in + "trust", ConfigType::Text,
                    "a file with the certificates (PEM) that an https camera is known by", "", false, 0,
                    kAddressBytes});
    keys.push_back({in + "simulated", ConfigType::Boolean,
                    "true: no camera; said wherever its pictures are shown", false});
    keys.push_back({in + "stalled_after_s", ConfigType::Integer,
                    "so long without a picture, and it is connected anew", 10, false, 2, 300});
    keys.push_back({in + "every_s", ConfigType::Integer,
                    "a picture is taken and read so often by itself; 0: only when asked", 0, false, 0,
                    86'400});
    keys.push_back({in + "motion_percent", ConfigType::Integer,
                    "a picture is taken and read when so much of motion_region changes; 0: not watched", 0,
                    false, 0, 90});
    keys.push_back({in + "motion_region", ConfigType::Text,
                    "the part that is watched: left top width height, in thousandths of the picture",
                    "0 0 1000 1000", false, 7, 40});
    keys.push_back({in + "motion_every_ms", ConfigType::Integer, "how often a frame is looked at for that",
                    500, false, 200, 10'000});
    keys.push_back({in + "seal_region", ConfigType::Text,
                    "where the hasp is, for presence: left top width height, in thousandths of the picture",
                    "0 0 1000 1000", false, 7, 40});
    keys.push_back({in + "read", ConfigType::TextList,
                    "what is read then: container, barcode, seal, presence", cli::Value::list({"container"}),
                    false, 1, 20});
  }
  return keys;
}

Result<Camera> camera_of(const cli::Config& config, const std::string& name) {
  const std::string in = "cameras." + name + ".";
  Camera camera;
  camera.name = name;
  const std::string& word = config.text(in + "kind");
  const auto* kind = std::find_if(std::begin(kKinds), std::end(kKinds),
                                  [&](const auto& known) { return known.first == word; });
  if (kind == std::end(kKinds))
    return bad_input("vision.camera_kind", "Camera " + name + " is of no kind that is known",
                     printable(word, 40), "rtsp, snapshot, mjpeg, v4l2, file or folder");
  camera.kind = kind->second;
  const std::string& address = config.text(in + "address");
  if (camera.kind == CameraKind::Rtsp || camera.kind == CameraKind::Snapshot ||
      camera.kind == CameraKind::Mjpeg) {
    const std::vector<std::string_view> schemes = camera.kind == CameraKind::Rtsp
                                                      ? std::vector<std::string_view>{"rtsp"}
                                                      : std::vector<std::string_view>{"http", "https"};
    auto url = parse_camera_url(address, schemes);
    if (!url) {
      url.error().what = "Camera " + name + ": " + url.error().what;
      return tl::unexpected<Error>(url.error());
    }
    camera.url = std::move(*url);
  } else if (!address.starts_with('/')) {
    return bad_input("vision.camera_address", "Camera " + name + " has no whole path", {},
                     "Write the path from / on");
  }
  if (camera.url.host.empty()) camera.path = address;
  camera.logins = config.text("logins");
  camera.trust = config.text(in + "trust");
  camera.simulated = config.boolean(in + "simulated");
  camera.stalled_after_ms = config.integer(in + "stalled_after_s") * 1000;
  camera.every_ms = config.integer(in + "every_s") * 1000;
  SEALKEEP_LET(watched, parse_region(config.text(in + "motion_region")));
  camera.motion = {static_cast<int>(config.integer(in + "motion_percent")), watched,
                   config.integer(in + "motion_every_ms")};
  if (camera.motion.percent > 0 && !camera.streams())
    return bad_input("vision.camera_motion", "Camera " + name + " cannot be watched for motion",
                     "its pictures come only when they are asked for",
                     "Use kind rtsp, mjpeg or v4l2, or every_s");
  SEALKEEP_LET(hasp, parse_region(config.text(in + "seal_region")));
  camera.seal_region = hasp;
  for (const std::string& read : config.texts(in + "read")) {
    SEALKEEP_LET(one, read_kind(read));
    camera.reads.push_back(one);
  }
  return camera;
}

/// The bytes are wiped when it goes: they hold the logins of all cameras.
struct Wiped {
  std::string text;
  ~Wiped() { explicit_bzero(text.data(), text.size()); }
};

}  // namespace

std::string_view word_of(CameraKind kind) {
  for (const auto& [word, known] : kKinds)
    if (known == kind) return word;
  return "file";
}

std::string CameraUrl::text() const {
  const bool bare6 = host.find(':') != std::string::npos;
  return scheme + "://" + (bare6 ? "[" + host + "]" : host) + ":" + std::to_string(port) + path;
}

Result<CameraUrl> parse_camera_url(std::string_view text, const std::vector<std::string_view>& schemes) {
  const auto wrong = [&](const char* why) {
    return bad_input("vision.camera_address", "The address is not one of a camera", why,
                     "Write " + std::string(schemes.front()) +
                         "://host[:port]/path, and the login into the file that \"logins\" names");
  };
  CameraUrl url;
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return wrong("it has no scheme");
  url.scheme = text.substr(0, colon);
  if (std::find(schemes.begin(), schemes.end(), url.scheme) == schemes.end())
    return wrong("its scheme is not the one of this kind");
  text.remove_prefix(colon + 3);
  std::string_view place = text.substr(0, text.find('/'));
  url.path = text.size() == place.size() ? "/" : std::string(text.substr(place.size()));
  if (place.find('@') != std::string_view::npos) return wrong("it holds a login");
  for (const char c : url.path)
    if (c <= ' ' || c > '~' || c == '#') return wrong("its path holds a character that may not be there");
  std::string_view port;
  if (place.starts_with('[')) {
    const std::size_t end = place.find(']');
    if (end == std::string_view::npos) return wrong("its host is cut off");
    url.host = place.substr(1, end - 1);
    port = place.substr(end + 1);
    if (url.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos)
      return wrong("its host is no address");
  } else {
    url.host = place.substr(0, place.find(':'));
    port = place.substr(url.host.size());
    for (const char c : url.host)
      if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
            c == '-' || c == '_'))
        return wrong("its host holds a character that may not be there");
  }
  if (url.host.empty() || url.host.size() > 253) return wrong("it has no host");
  url.port = url.scheme == "rtsp" ? 554 : url.scheme == "https" ? 443 : 80;
  if (!port.empty()) {
    port.remove_prefix(1);
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), url.port);
    if (problem != std::errc() || end != port.data() + port.size() || url.port == 0)
      return wrong("its port is no port");
  }
  return url;
}

Result<std::vector<Camera>> parse_cameras(std::string_view toml, std::string_view name) {
  SEALKEEP_LET(names, cli::config_tables(toml, name, "cameras"));
  if (names.size() > kCameras)
    return bad_input("config.range", "There are too many cameras",
                     "at most " + std::to_string(kCameras) + " are taken");
  for (const std::string& camera : names)
    if (!is_name(camera))
      return bad_input("vision.camera_name", "\"" + printable(camera, 60) + "\" is no name for a camera", {},
                       "1 to 32 small letters, digits, - and _");
  const std::vector<cli::ConfigKey> keys = keys_of(names);
  SEALKEEP_LET(config, cli::Config::parse(toml, name, keys));
  std::vector<Camera> out;
  for (const std::string& camera : names) {
    SEALKEEP_LET(one, camera_of(config, camera));
    out.push_back(std::move(one));
  }
  return out;
}

Result<CameraLogin> login_of(const std::filesystem::path& file, std::string_view camera) {
  if (file.empty()) return CameraLogin{};
  const std::string shown = printable(file.string(), 200);
  const int fd = open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return fail(ErrorKind::NotFound, "vision.logins", "The file of logins " + shown + " cannot be read",
                std::strerror(errno), "Correct \"logins\" in the configuration file");
  Wiped all;
  struct stat about {};
  const bool known = fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
  // systemd lets the service's user read a credential by an access list, which shows as the group's right.
  const bool closed = (about.st_mode & 077) == 0 || file.parent_path() == cli::credentials_folder();
  const bool ours = known && (about.st_uid == geteuid() || about.st_uid == 0) && closed;
  if (ours) {
    all.text.resize(kLoginsBytes + 1);
    const ssize_t got = read(fd, all.text.data(), all.text.size());
    all.text.resize(static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
  }
  close(fd);
  if (!ours)
    return fail(ErrorKind::Refused, "vision.logins_open", "Others may read the file of logins " + shown, {},
                "chmod 600 " + shown);
  if (all.text.size() > kLoginsBytes)
    return bad_input("vision.logins", "The file of logins " + shown + " is too large",
                     "at most 64 KiB are read");
  std::string_view rest = all.text;
  for (std::size_t line_no = 1; !rest.empty(); ++line_no) {
    std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos)
      return bad_input("vision.logins", "Line " + std::to_string(line_no) +
                                            " of the file of logins is not: name, user, password");
    if (line.substr(0, first) != camera) continue;
    return CameraLogin{std::string(line.substr(first + 1, second - first - 1)),
                       std::string(line.substr(second + 1))};
  }
  return CameraLogin{};
}

}  // namespace sealkeep::vision
