// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/http_session.hpp"

#include <curl/curl.h>
#include <unistd.h>

#include <optional>

#include "common/cli/input_file.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kTrustBytes = 1024 * 1024;
constexpr std::size_t kHeadBytes = 64 * 1024;
constexpr long kHeadMs = 10'000;  // a login takes a second round within

/// One request while it runs; curl's callbacks see it.
struct Going {
  Desk& desk;
  const HttpSession::OnBegun& begun;
  CURL* curl = nullptr;
  std::function<Result<>(ByteView)> take = {};
  std::optional<Error> error = {};
  std::size_t head_bytes = 0;

  template <class T>
  bool keep(const Result<T>& outcome) {
    if (!outcome && !error) error = outcome.error();
    return outcome.has_value();
  }
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) {
  Going& going = *static_cast<Going*>(user);
  long status = 0;
  curl_easy_getinfo(going.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status != 200) return size;  // the words of a refusal
  if (!going.take) {
    const char* type = nullptr;
    curl_easy_getinfo(going.curl, CURLINFO_CONTENT_TYPE, &type);
    auto taker = going.begun(type == nullptr ? "" : type);
    if (!going.keep(taker)) return 0;
    going.take = std::move(*taker);
  }
  return going.keep(going.take({reinterpret_cast<const std::uint8_t*>(data), size})) ? size : 0;
}

std::size_t on_head(char*, std::size_t, std::size_t size, void* user) {
  Going& going = *static_cast<Going*>(user);
  going.head_bytes += size;
  if (going.head_bytes <= kHeadBytes) return size;
  going.keep(Result<>(camera_broken("The head of the camera's answer is too long")));
  return 0;
}

curl_socket_t on_socket(void* user, curlsocktype, curl_sockaddr*) {
  Going& going = *static_cast<Going*>(user);
  const auto connection = going.desk.connect();
  return going.keep(connection) ? *connection : CURL_SOCKET_BAD;
}

int on_made(void*, curl_socket_t, curlsocktype) {
  return CURL_SOCKOPT_ALREADY_CONNECTED;
}

/// Without words of libcurl that could hold an address.
Result<> judged(CURLcode outcome, long status, const std::string& host) {
  if (outcome == CURLE_OPERATION_TIMEDOUT)
    return fail(ErrorKind::Busy, "vision.camera_stalled",
                "The camera is connected and does not answer in time", {},
                "Look whether the camera's own page shows a picture; restart the camera");
  if (outcome == CURLE_PEER_FAILED_VERIFICATION || outcome == CURLE_SSL_CACERT_BADFILE)
    return camera_away("The camera's certificate is not trusted", "host " + host,
                       "Name its certificate with \"trust\" in the configuration file");
  if (outcome != CURLE_OK)
    return camera_away("The camera's answer broke off", curl_easy_strerror(outcome),
                       "Look at cable and power of the camera");
  if (status >= 300 && status < 400)
    return camera_broken("The camera sends the asker to another address", "status " + std::to_string(status),
                         "Write the address it is at now into the configuration file");
  if (status == 401 || status == 403)
    return camera_away("The camera refuses the login", "status " + std::to_string(status),
                       "Correct the camera's line in the file of logins");
  if (status != 200)
    return camera_away("The camera refuses to send a picture", "status " + std::to_string(status),
                       "Correct the address in the configuration file");
  return {};
}

}  // namespace

struct HttpSession::Impl {
  CURL* curl = nullptr;
  curl_slist* addresses = nullptr;
  CameraUrl url;
  CameraLogin login;
  Bytes trust;
};

HttpSession::HttpSession(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpSession::~HttpSession() {
  curl_easy_cleanup(impl_->curl);
  curl_slist_free_all(impl_->addresses);
}

Result<std::unique_ptr<HttpSession>> HttpSession::create(const CameraUrl& url,
                                                         const std::filesystem::path& trust,
                                                         CameraLogin login) {
  auto impl = std::make_unique<Impl>();
  if (!trust.empty()) {
    SEALKEEP_LET(pem, cli::read_input(trust.string(), kTrustBytes));
    impl->trust = std::move(pem);
  }
  impl->url = url;
  impl->login = std::move(login);
  curl_global_init(CURL_GLOBAL_ALL);
  impl->curl = curl_easy_init();
  if (impl->curl == nullptr) return fail(ErrorKind::Bug, "vision.http", "libcurl cannot be set up");
  // Any address will do: the connections are made elsewhere, and what stands here keeps names from being
  // looked up.
  const bool bare6 = url.host.find(':') != std::string::npos;
  impl->addresses = curl_slist_append(
      nullptr,
      ((bare6 ? "[" + url.host + "]" : url.host) + ":" + std::to_string(url.port) + ":127.0.0.1").c_str());
  return std::unique_ptr<HttpSession>(new HttpSession(std::move(impl)));
}

Result<> HttpSession::request(Desk& desk, const std::string& path, const std::string& post,
                              std::int64_t longest_ms, const OnBegun& begun) {
  CURL* curl = impl_->curl;
  Going going{desk, begun, curl};
  CameraUrl url = impl_->url;
  url.path = path;
  curl_easy_reset(curl);
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
  set(CURLOPT_URL, url.text().c_str());
  set(CURLOPT_PROTOCOLS_STR, url.scheme.c_str());
  set(CURLOPT_RESOLVE, impl_->addresses);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(CURLOPT_USERAGENT, "sealkeep-vision");
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(longest_ms));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, kHeadMs / 1000);
  set(CURLOPT_OPENSOCKETFUNCTION, on_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&going));
  set(CURLOPT_SOCKOPTFUNCTION, on_made);
  set(CURLOPT_WRITEFUNCTION, on_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&going));
  set(CURLOPT_HEADERFUNCTION, on_head);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&going));
  if (!impl_->login.user.empty()) {
    set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
    set(CURLOPT_USERNAME, impl_->login.user.c_str());
    set(CURLOPT_PASSWORD, impl_->login.password.c_str());
  }
  if (!impl_->trust.empty()) {
    curl_blob pem{impl_->trust.data(), impl_->trust.size(), CURL_BLOB_NOCOPY};
    set(CURLOPT_CAINFO_BLOB, &pem);
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  curl_slist* heads = nullptr;
  if (!post.empty()) {
    heads = curl_slist_append(heads, "Content-Type: application/soap+xml; charset=utf-8");
    heads = curl_slist_append(heads, "Expect:");
    set(CURLOPT_HTTPHEADER, heads);
    set(CURLOPT_POSTFIELDSIZE, static_cast<long>(post.size()));
    set(CURLOPT_POSTFIELDS, post.c_str());
  }
  const CURLcode outcome = curl_easy_perform(curl);
  curl_slist_free_all(heads);
  if (going.error) return tl::unexpected<Error>(std::move(*going.error));
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  return judged(outcome, status, impl_->url.host);
}

}  // namespace sealkeep::vision
