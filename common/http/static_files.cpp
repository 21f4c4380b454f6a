// SPDX-License-Identifier: Apache-2.0
#include "common/http/static_files.hpp"

#include <fstream>
#include <system_error>

#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::http {
namespace {

namespace fs = std::filesystem;

struct TypeOf {
  std::string_view extension;
  std::string_view type;
};
constexpr TypeOf kTypes[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".pdf", "application/pdf"},
    {".ogg", "audio/ogg"},
    {".mp3", "audio/mpeg"},
    {".wav", "audio/wav"},
};

std::string_view type_of(std::string_view path) {
  for (const TypeOf& known : kTypes) {
    if (path.ends_with(known.extension)) return known.type;
  }
  return "application/octet-stream";
}

tl::unexpected<Error> unreadable(const fs::path& path, const std::string& why) {
  return fail(ErrorKind::NotFound, "http.static_folder",
              "The pages cannot be read from '" + printable(path.string()) + "'", why,
              "Install the pages again, or correct the folder in the configuration");
}

tl::unexpected<Error> above_limit(const fs::path& path) {
  return fail(ErrorKind::Full, "http.static_limit",
              "There is more than pages can be at '" + printable(path.string()) + "'",
              "a file above 8 MiB, more than 64 MiB in all, or more than 4,096 files",
              "Correct the folder in the configuration");
}

Result<std::string> read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string out(kStaticFileBytes + 1, '\0');
  if (!file.read(out.data(), static_cast<std::streamsize>(out.size())) && !file.eof())
    return unreadable(path, "a file in it cannot be read");
  out.resize(static_cast<std::size_t>(file.gcount()));
  if (out.size() > kStaticFileBytes) return above_limit(path);
  out.shrink_to_fit();
  return out;
}

bool names(std::string_view if_none_match, std::string_view etag) {
  return if_none_match == "*" || if_none_match.find(etag) != std::string_view::npos;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
  StaticFiles out;
  std::size_t bytes = 0;
  std::size_t count = 0;
  std::error_code problem;
  fs::recursive_directory_iterator item(folder, problem);
  for (; !problem && item != fs::recursive_directory_iterator(); item.increment(problem)) {
    const fs::file_status status = item->symlink_status(problem);
    if (problem) break;
    if (item->path().filename().string().starts_with('.')) {
      item.disable_recursion_pending();
      continue;
    }
    if (!fs::is_regular_file(status)) continue;
    SEALKEEP_LET(content, read(item->path()));
    bytes += content.size();
    if (++count > kStaticFiles || bytes > kStaticFolderBytes) return above_limit(folder);
    const std::string name = "/" + item->path().lexically_relative(folder).generic_string();
    const std::string etag = "\"" + hex(sha256(as_bytes(content)).view().first(16)) + "\"";
    out.files_[name].plain = {std::make_shared<const std::string>(std::move(content)), etag};
  }
  if (problem) return unreadable(folder, problem.message());
  for (auto& [name, file] : out.files_) {
    if (const auto gzip = out.files_.find(name + ".gz"); gzip != out.files_.end())
      file.gzip = gzip->second.plain;
    if (const auto brotli = out.files_.find(name + ".br"); brotli != out.files_.end())
      file.brotli = brotli->second.plain;
  }
  return out;
}

Response StaticFiles::answer(const Request& request) const {
  if (request.method != "GET" && request.method != "HEAD") {
    Response out =
        problem({ErrorKind::BadInput, "http.method", "Pages can only be read", {}, "Use GET or HEAD"});
    out.headers.emplace_back("Allow", "GET, HEAD");
    return out;
  }
  std::string_view path = request.path;
  auto found = files_.find(path);
  if (found == files_.end() && path.substr(path.rfind('/')).find('.') == std::string_view::npos) {
    path = "/index.html";
    found = files_.find(path);
  }
  if (found == files_.end()) {
    return problem({ErrorKind::NotFound,
                    "http.no_page",
                    "There is no page of that name",
                    {},
                    "Begin at the first page"});
  }
  const File& file = found->second;
  const std::string_view accepts = request.header("accept-encoding").value_or("");
  const Body* body = &file.plain;
  Response out;
  if (file.brotli.bytes && takes_encoding(accepts, "br")) {
    body = &file.brotli;
    out.headers.emplace_back("Content-Encoding", "br");
  } else if (file.gzip.bytes && takes_encoding(accepts, "gzip")) {
    body = &file.gzip;
    out.headers.emplace_back("Content-Encoding", "gzip");
  }
  out.headers.emplace_back("Content-Type", type_of(path));
  out.headers.emplace_back("Vary", "Accept-Encoding");
  out.headers.emplace_back("ETag", body->etag);
  const bool for_ever = path.starts_with("/assets/");
  out.headers.emplace_back("Cache-Control", for_ever ? "public, max-age=31536000, immutable" : "no-cache");
  if (names(request.header("if-none-match").value_or(""), body->etag)) {
    out.status = 304;
  } else {
    out.shared_body = body->bytes;
  }
  return out;
}

}  // namespace sealkeep::http
