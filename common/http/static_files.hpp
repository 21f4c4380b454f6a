// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <memory>

#include "common/http/response.hpp"

namespace sealkeep::http {

inline constexpr std::size_t kStaticFileBytes = 8 * 1024 * 1024;     ///< one file
inline constexpr std::size_t kStaticFolderBytes = 64 * 1024 * 1024;  ///< all of them
inline constexpr std::size_t kStaticFiles = 4096;

/// The pages, read once: what is served is one consistent build, and a request names an entry of a table,
/// never a file. A value without resources; any thread may ask it.
class StaticFiles {
 public:
  /// Nothing to serve.
  StaticFiles() = default;
  /// Reads every regular file below `folder`; links and names that begin with '.' are passed over. "x.gz" and
  /// "x.br" beside "x" are other spellings of x. NotFound `http.static_folder` if it cannot be read; Full
  /// `http.static_limit` above the limits.
  [[nodiscard]] static Result<StaticFiles> load(const std::filesystem::path& folder);

  /// Answers GET and HEAD (with its body: who sends it leaves the body out); 405 otherwise. A path that no
  /// file has is index.html if its last part has no '.', so that the page's own routes work, else 404. Files
  /// below /assets/ carry a hash of their content in their name, as bundlers give it, and may be kept for
  /// ever; all others are to be asked for again each time (ETag, 304). Ranges are not served.
  [[nodiscard]] Response answer(const Request& request) const;

 private:
  struct Body {
    std::shared_ptr<const std::string> bytes;  ///< null: there is none
    std::string etag;
  };
  struct File {
    Body plain;
    Body gzip;
    Body brotli;
  };
  std::map<std::string, File, std::less<>> files_;
};

}  // namespace sealkeep::http
