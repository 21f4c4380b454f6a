// SPDX-License-Identifier: Apache-2.0
#include "common/http/static_files.hpp"

#include "tests/http/http_fixture.hpp"

namespace sealkeep::http {
namespace {

Request asking(const std::string& path, const std::string& method = "GET") {
  Request request;
  request.method = method;
  request.path = path;
  return request;
}

std::string header(const Response& response, const std::string& name) {
  return std::string(find(response.headers, name).value_or(""));
}

class Pages {
 public:
  Pages() {
    folder.put("index.html", "<html>");
    folder.put("sw.js", "worker");
    folder.put("assets/app-B1x9.js", "script");
    folder.put("assets/app-B1x9.js.gz", "zipped");
    folder.put("assets/app-B1x9.js.br", "brotli");
    folder.put(".env", "secret");
    folder.put(".git/config", "secret");
    outside.put("passwd", "secret");
    std::filesystem::create_symlink(outside.path() / "passwd", folder.path() / "link.txt");
    std::filesystem::create_directory_symlink(outside.path(), folder.path() / "out");
    files = StaticFiles::load(folder.path()).value();
  }
  TestFolder folder, outside;
  StaticFiles files;
};

TEST_CASE("hashed files are kept for ever, the others are asked for again") {
  Pages pages;
  const Response script = pages.files.answer(asking("/assets/app-B1x9.js"));
  CHECK(script.status == 200);
  CHECK(script.content() == "script");
  CHECK(header(script, "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(header(script, "Cache-Control") == "public, max-age=31536000, immutable");
  const Response page = pages.files.answer(asking("/"));
  CHECK(page.content() == "<html>");
  CHECK(header(page, "Content-Type") == "text/html; charset=utf-8");
  CHECK(header(page, "Cache-Control") == "no-cache");
  CHECK(header(pages.files.answer(asking("/sw.js")), "Cache-Control") == "no-cache");
}

TEST_CASE("what was packed before is sent to those who take it") {
  Pages pages;
  Request request = asking("/assets/app-B1x9.js");
  request.headers["accept-encoding"] = "gzip, deflate, br";
  const Response brotli = pages.files.answer(request);
  CHECK(brotli.content() == "brotli");
  CHECK(header(brotli, "Content-Encoding") == "br");
  CHECK(header(brotli, "Content-Type") == "text/javascript; charset=utf-8");
  CHECK(header(brotli, "Vary") == "Accept-Encoding");
  request.headers["accept-encoding"] = "gzip, br;q=0";
  const Response gzip = pages.files.answer(request);
  CHECK(gzip.content() == "zipped");
  CHECK(header(gzip, "Content-Encoding") == "gzip");
  CHECK(header(gzip, "ETag") != header(brotli, "ETag"));
  request.path = "/sw.js";
  CHECK(pages.files.answer(request).content() == "worker");
}

TEST_CASE("who has the file already is told so") {
  Pages pages;
  Request request = asking("/sw.js");
  const std::string etag = header(pages.files.answer(request), "ETag");
  REQUIRE(etag.size() == 34);
  request.headers["if-none-match"] = "\"other\", W/" + etag;
  const Response same = pages.files.answer(request);
  CHECK(same.status == 304);
  CHECK(same.content().empty());
  CHECK(header(same, "ETag") == etag);
  request.headers["if-none-match"] = "\"other\"";
  CHECK(pages.files.answer(request).status == 200);
}

TEST_CASE("the page's own routes give the page, what looks like a file does not") {
  Pages pages;
  CHECK(pages.files.answer(asking("/dock/seals")).content() == "<html>");
  CHECK(pages.files.answer(asking("/dock/")).content() == "<html>");
  CHECK(pages.files.answer(asking("/absent.js")).status == 404);
  CHECK(pages.files.answer(asking("/a.b/route")).content() == "<html>");
  CHECK(StaticFiles().answer(asking("/")).status == 404);
}

TEST_CASE("hidden files, links and what is above the folder are not pages") {
  Pages pages;
  for (const char* path : {"/.env", "/link.txt", "/out/passwd.", "/../passwd.txt", "/index.html/..x"}) {
    CAPTURE(path);
    CHECK(pages.files.answer(asking(path)).status == 404);
  }
  // What looks like a route of the page gives the page.
  for (const char* path : {"/.git/config", "/out/passwd"})
    CHECK(pages.files.answer(asking(path)).content() == "<html>");
}

TEST_CASE("pages can only be read") {
  Pages pages;
  const Response refused = pages.files.answer(asking("/", "POST"));
  CHECK(refused.status == 405);
  CHECK(header(refused, "Allow") == "GET, HEAD");
}

TEST_CASE("a folder that is not there and a file above the limit are told") {
  TestFolder folder;
  CHECK(StaticFiles::load(folder.path() / "absent").error().code == "http.static_folder");
  folder.put("big", std::string(kStaticFileBytes, 'x'));
  CHECK(StaticFiles::load(folder.path()).has_value());
  folder.put("big", std::string(kStaticFileBytes + 1, 'x'));
  CHECK(StaticFiles::load(folder.path()).error().code == "http.static_limit");
}

}  // namespace
}  // namespace sealkeep::http
