// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "agent/vision/cameras/fetch.hpp"

namespace sealkeep::vision {

/// Speaks HTTP or HTTPS to one camera over connections that a Desk hands out: no name is looked up, no proxy
/// asked, no redirect followed, whatever the camera says. Create it before the process is shut in. Logins go
/// as Digest where the camera offers it, as Basic over what it is (docs/vision.md).
class HttpSession {
 public:
  /// NotFound `cli.no_file` for a missing `trust` file.
  [[nodiscard]] static Result<std::unique_ptr<HttpSession>> create(const CameraUrl& url,
                                                                   const std::filesystem::path& trust,
                                                                   CameraLogin login);
  ~HttpSession();

  /// GET, or POST of `post` as SOAP if it is not empty. `begun` is called once the head said 200, and says
  /// who takes the body. `longest_ms` 0: as long as it likes. Busy `vision.camera_away`,
  /// `vision.camera_broken`; the errors of `begun` and `take`.
  using OnBegun = std::function<Result<std::function<Result<>(ByteView)>>(const std::string& content_type)>;
  [[nodiscard]] Result<> request(Desk& desk, const std::string& path, const std::string& post,
                                 std::int64_t longest_ms, const OnBegun& begun);

 private:
  struct Impl;
  explicit HttpSession(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::vision
