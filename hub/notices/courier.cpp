// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/courier.hpp"

// Its checking macros cast in the old style.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <cstring>
#include <fstream>
#include <memory>

#include "hub/notices/message.hpp"
#include "hub/notices/secret_file.hpp"

namespace sealkeep::hub {
namespace {

struct EasyEnd {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct ListEnd {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, EasyEnd>;
using List = std::unique_ptr<curl_slist, ListEnd>;

// What curl reads from.
struct Source {
  std::string bytes;
  std::size_t at = 0;
};

std::size_t give(char* to, std::size_t size, std::size_t count, void* source) {
  auto& from = *static_cast<Source*>(source);
  const std::size_t give = std::min(size * count, from.bytes.size() - from.at);
  std::memcpy(to, from.bytes.data() + from.at, give);
  from.at += give;
  return give;
}

std::size_t discard(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

int stopped(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

void add(List& list, const std::string& line) {
  if (curl_slist* longer = curl_slist_append(list.get(), line.c_str())) {
    static_cast<void>(list.release());
    list.reset(longer);
  }
}

// A copy that curl needs as a C string; wiped when it goes away.
struct SecretText {
  explicit SecretText(const Secret& secret) : text(as_text(secret.expose())) {}
  ~SecretText() { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;
  std::string text;
};

Delivery failed(const Parcel& parcel, std::string trouble, bool hopeless = false) {
  return {parcel.notice.id, parcel.channel.name, false, hopeless, std::move(trouble)};
}

void set_common(CURL* easy, const Parcel& parcel, const CourierConfig& config, const std::stop_token& stop) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(config.connect_timeout_ms));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(config.timeout_ms));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, discard);
  curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, stopped);
  curl_easy_setopt(easy, CURLOPT_XFERINFODATA, &stop);
  if (!parcel.channel.ca.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, parcel.channel.ca.c_str());
  // What is on this machine is not reached by way of another.
  if (parcel.channel.plain || parcel.channel.url.starts_with("http://"))
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
}

// curl's words and the other side's number: neither has an address or a secret in it.
std::string words_of(CURLcode code, long answer) {
  std::string out = curl_easy_strerror(code);
  if (answer != 0) out += " (answer " + std::to_string(answer) + ")";
  return out;
}

Delivery send_mail(const Parcel& parcel, const CourierConfig& config, const std::stop_token& stop) {
  const Channel& channel = parcel.channel;
  const Easy easy(curl_easy_init());
  if (!easy) return failed(parcel, "no memory");
  set_common(easy.get(), parcel, config, stop);
  std::optional<SecretText> password;
  if (!channel.user.empty()) {
    const auto secret = load_secret(config.folder, config.credentials, channel.secret_name);
    if (!secret) return failed(parcel, secret.error().text());
    password.emplace(*secret);
    curl_easy_setopt(easy.get(), CURLOPT_USERNAME, channel.user.c_str());
    curl_easy_setopt(easy.get(), CURLOPT_PASSWORD, password->text.c_str());
  }
  const std::string url = channel.url + "/" + parcel.hub;
  const std::string from = "<" + channel.from + ">", to = "<" + parcel.notice.to + ">";
  List recipients;
  add(recipients, to);
  std::string file;
  if (!parcel.notice.attachment.empty()) {
    std::ifstream in(config.folder / kAttachmentFolder / parcel.notice.attachment, std::ios::binary);
    file.assign(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    if (file.empty())
      return failed(parcel, "the file " + parcel.notice.attachment + " is not there any more", true);
  }
  Source source{email_of(parcel, as_bytes(file))};
  curl_easy_setopt(easy.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(easy.get(), CURLOPT_USE_SSL,
                   static_cast<long>(channel.plain ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_MAIL_RCPT, recipients.get());
  curl_easy_setopt(easy.get(), CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_READFUNCTION, give);
  curl_easy_setopt(easy.get(), CURLOPT_READDATA, &source);
  const CURLcode code = curl_easy_perform(easy.get());
  if (code == CURLE_OK) return {parcel.notice.id, channel.name, true, false, {}};
  long answer = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer);
  // The relay refused this very message or its receiver; a refused sign-in is the channel's trouble.
  const bool hopeless = code != CURLE_LOGIN_DENIED && answer >= 550 && answer <= 559;
  return failed(parcel, words_of(code, answer), hopeless);
}

std::string body_of(const Parcel& parcel) {
  switch (parcel.channel.kind) {
    case ChannelKind::Slack:
      return slack_body(parcel.notice);
    case ChannelKind::Teams:
      return teams_body(parcel.notice);
    default:
      return webhook_body(parcel.notice);
  }
}

Delivery send_hook(const Parcel& parcel, const CourierConfig& config, const std::stop_token& stop) {
  const Channel& channel = parcel.channel;
  const auto secret = load_secret(config.folder, config.credentials, channel.secret_name);
  if (!secret) return failed(parcel, secret.error().text());
  const Easy easy(curl_easy_init());
  if (!easy) return failed(parcel, "no memory");
  set_common(easy.get(), parcel, config, stop);
  const std::string body = body_of(parcel);
  List headers;
  add(headers, "Content-Type: application/json");
  add(headers, "Expect:");
  std::optional<SecretText> address;
  if (channel.kind == ChannelKind::Webhook) {
    add(headers, "Sealkeep-Message-Id: " + parcel.notice.id);
    add(headers, "Sealkeep-Signature: " + signature_of(*secret, parcel.now_ms, body));
    curl_easy_setopt(easy.get(), CURLOPT_URL, channel.url.c_str());
  } else {
    address.emplace(*secret);
    if (!address->text.starts_with("https://") &&
        !(channel.plain && address->text.starts_with("http://127.0.0.1")))
      return failed(parcel, "the secret address does not begin with https://");
    curl_easy_setopt(easy.get(), CURLOPT_URL, address->text.c_str());
  }
  curl_easy_setopt(easy.get(), CURLOPT_PROTOCOLS_STR, "https,http");
  curl_easy_setopt(easy.get(), CURLOPT_USERAGENT, "Sealkeep");
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  curl_easy_setopt(easy.get(), CURLOPT_POSTFIELDS, body.c_str());
  const CURLcode code = curl_easy_perform(easy.get());
  long answer = 0;
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer);
  if (code != CURLE_OK) return failed(parcel, words_of(code, answer));
  if (answer >= 200 && answer < 300) return {parcel.notice.id, channel.name, true, false, {}};
  const bool hopeless = answer == 400 || answer == 413 || answer == 415 || answer == 422;
  return failed(parcel, "answer " + std::to_string(answer), hopeless);
}

}  // namespace

Courier::Courier(CourierConfig config) : config_(std::move(config)) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Courier::~Courier() {
  thread_.request_stop();
  thread_.join();
  curl_global_cleanup();
}

std::size_t Courier::room() {
  const std::lock_guard lock(mutex_);
  return kParcelsWaiting - std::min(waiting_.size(), kParcelsWaiting);
}

void Courier::take(Parcel parcel) {
  {
    const std::lock_guard lock(mutex_);
    waiting_.push_back(std::move(parcel));
  }
  more_.notify_one();
}

std::vector<Delivery> Courier::delivered() {
  const std::lock_guard lock(mutex_);
  return std::exchange(delivered_, {});
}

void Courier::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    Parcel parcel;
    {
      std::unique_lock lock(mutex_);
      if (!more_.wait(lock, stop, [this] { return !waiting_.empty(); })) return;
      parcel = std::move(waiting_.front());
      waiting_.pop_front();
    }
    Delivery delivery = parcel.channel.kind == ChannelKind::Smtp ? send_mail(parcel, config_, stop)
                                                                 : send_hook(parcel, config_, stop);
    const std::lock_guard lock(mutex_);
    delivered_.push_back(std::move(delivery));
  }
}

}  // namespace sealkeep::hub
