// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "common/base/clock.hpp"
#include "common/net/context.hpp"
#include "common/store/picture_folder.hpp"

namespace sealkeep::agent {

/// Where sealkeep-vision is, as configured.
struct EyesConfig {
  std::filesystem::path vision;      ///< its data folder; empty: pictures are kept and not read
  std::vector<std::string> cameras;  ///< of its configuration, the ones that terminals offer, in this order
};

/// What is to be looked at: a camera, a picture that came before, or one that comes with the request.
struct LookRequest {
  std::string camera;           ///< if not empty
  std::optional<Hash> picture;  ///< one that the folder of pictures has
  Bytes file;
  std::string purpose = "look";  ///< apply, check, uplift or look
};

struct Seen {
  ses::Picture picture;         ///< kept, and described in the folder of pictures
  std::optional<Error> unread;  ///< why nothing was read on it
};

/// Looks at containers and seals for the agent, which lives without it: asks sealkeep-vision over its local
/// socket (docs/formats/vision.md). A picture is on the disk before anything is read on it, so that nothing
/// is lost when the one who reads ends in the middle. Any thread, several at once.
class Eyes {
 public:
  /// `pictures` is the folder of kept ones. Everything outlives it.
  Eyes(net::NetContext& context, EyesConfig config, std::filesystem::path pictures, Clock& clock)
      : context_(context), config_(std::move(config)), pictures_(std::move(pictures)), clock_(clock) {}

  [[nodiscard]] const EyesConfig& config() const { return config_; }

  /// Blocks for up to kLookMs. A picture that cannot be read is Seen with the reason. BadInput
  /// `camera.unknown` for one that is not configured; NotFound `vision.none`, Disconnected `vision.away` and
  /// the errors of capture (docs/formats/vision.md) for a camera; NotFound `picture.unknown`; errors of
  /// PictureFolder::put.
  [[nodiscard]] Result<Seen> look(const LookRequest& request);

 private:
  [[nodiscard]] Result<Seen> look_through(const LookRequest& request);
  [[nodiscard]] Result<Seen> look_at(const Hash& sha256, ByteView file);
  [[nodiscard]] Result<Hash> keep(ByteView file);
  [[nodiscard]] Result<> keep(const Seen& seen);
  net::NetContext& context_;
  EyesConfig config_;
  PictureFolder pictures_;
  std::mutex keeping_;  ///< the same picture may come twice at once
  Clock& clock_;
};

inline constexpr std::int64_t kLookMs = 26'000;

/// The folder of an agent's pictures, inside of its data folder.
[[nodiscard]] inline std::filesystem::path picture_folder_of(const std::filesystem::path& data) {
  return data / "pictures";
}

}  // namespace sealkeep::agent
