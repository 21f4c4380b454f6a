// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>

#include "common/crypto/encoding.hpp"
#include "common/http/certificate.hpp"

/// Real servers on loopback that notices are sent to: a mail relay with STARTTLS and a web server.
namespace sealkeep::hub::test {

/// One connection, plain or TLS. Ends a read after five seconds.
class Line {
 public:
  explicit Line(int fd) : fd_(fd) {}
  ~Line() {
    if (ssl_ != nullptr) SSL_free(ssl_);
    close(fd_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  bool secure(SSL_CTX* context) {
    ssl_ = SSL_new(context);
    SSL_set_fd(ssl_, fd_);
    buffer_.clear();
    return SSL_accept(ssl_) == 1;
  }
  void say(const std::string& text) {
    if (ssl_ != nullptr)
      SSL_write(ssl_, text.data(), static_cast<int>(text.size()));
    else
      static_cast<void>(send(fd_, text.data(), text.size(), MSG_NOSIGNAL));
  }
  /// A line without its end; nothing when the other side went.
  std::optional<std::string> hear() {
    while (true) {
      const std::size_t end = buffer_.find("\r\n");
      if (end != std::string::npos) {
        std::string line = buffer_.substr(0, end);
        buffer_.erase(0, end + 2);
        return line;
      }
      if (!more()) return std::nullopt;
    }
  }
  std::string bytes(std::size_t count) {
    while (buffer_.size() < count && more()) {
    }
    std::string out = buffer_.substr(0, count);
    buffer_.erase(0, count);
    return out;
  }
  [[nodiscard]] bool is_secure() const { return ssl_ != nullptr; }

 private:
  bool more() {
    pollfd ready{fd_, POLLIN, 0};
    if ((ssl_ == nullptr || SSL_pending(ssl_) == 0) && poll(&ready, 1, 5'000) != 1) return false;
    char chunk[4096];
    const auto got = ssl_ != nullptr ? SSL_read(ssl_, chunk, sizeof chunk)
                                     : static_cast<int>(recv(fd_, chunk, sizeof chunk, 0));
    if (got <= 0) return false;
    buffer_.append(chunk, static_cast<std::size_t>(got));
    return true;
  }
  int fd_;
  SSL* ssl_ = nullptr;
  std::string buffer_;
};

/// Takes connections on a port of loopback, one after the other.
class Server {
 public:
  explicit Server(std::function<void(Line&)> serve) : serve_(std::move(serve)) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    REQUIRE(bind(fd_, reinterpret_cast<sockaddr*>(&at), size) == 0);
    REQUIRE(listen(fd_, 16) == 0);
    getsockname(fd_, reinterpret_cast<sockaddr*>(&at), &size);
    port_ = ntohs(at.sin_port);
    thread_ = std::jthread([this](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        pollfd ready{fd_, POLLIN, 0};
        if (poll(&ready, 1, 50) != 1) continue;
        const int one = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        if (one < 0) continue;
        Line line(one);
        serve_(line);
      }
    });
  }
  ~Server() {
    thread_.request_stop();
    thread_.join();
    close(fd_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  [[nodiscard]] std::string port() const { return std::to_string(port_); }

 private:
  std::function<void(Line&)> serve_;
  int fd_ = -1;
  std::uint16_t port_ = 0;
  std::jthread thread_;
};

/// A certificate for localhost and the root that a client must trust.
struct TestCertificate {
  TestCertificate() {
    const std::int64_t now_s =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
            .count();
    const http::Validity validity{now_s - 3600, now_s + 86'400};
    const Secret root_key = http::make_p256_key(), leaf_key = http::make_p256_key();
    const auto root = http::make_root(root_key, "Test root", validity, {"localhost"});
    REQUIRE(root);
    const auto names = http::server_names({"localhost", "127.0.0.1"});
    REQUIRE(names);
    const auto leaf = http::make_leaf(leaf_key, *root, root_key, "Relay", validity, *names);
    REQUIRE(leaf);
    root_pem = *root;
    context = SSL_CTX_new(TLS_server_method());
    const std::string name = (std::filesystem::temp_directory_path() / "sealkeep-sink-XXXXXX").string();
    folder = name;
    REQUIRE(mkdtemp(folder.data()) != nullptr);
    std::ofstream(folder + "/leaf.pem") << *leaf;
    std::ofstream(folder + "/root.pem") << root_pem;
    REQUIRE(SSL_CTX_use_certificate_chain_file(context, (folder + "/leaf.pem").c_str()) == 1);
    const auto der = http::p256_key_der(leaf_key);
    REQUIRE(der);
    const ByteView key = der->expose();
    REQUIRE(SSL_CTX_use_PrivateKey_ASN1(EVP_PKEY_EC, context, key.data(), static_cast<long>(key.size())) ==
            1);
  }
  ~TestCertificate() {
    SSL_CTX_free(context);
    std::filesystem::remove_all(folder);
  }
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;
  [[nodiscard]] std::string root_file() const { return folder + "/root.pem"; }
  std::string root_pem, folder;
  SSL_CTX* context = nullptr;
};

struct Mail {
  std::string from, to, text, user, password;
  bool secure = false;
};

/// A mail relay: EHLO, STARTTLS, AUTH PLAIN, one message.
class MailSink {
 public:
  explicit MailSink(TestCertificate& certificate)
      : certificate_(certificate), server_([this](Line& line) { serve(line); }) {}
  [[nodiscard]] std::string url() const { return "smtp://localhost:" + server_.port(); }
  [[nodiscard]] std::string port() const { return server_.port(); }
  std::vector<Mail> mails() {
    const std::lock_guard lock(mutex_);
    return mails_;
  }
  std::atomic<bool> offers_tls{true};
  std::atomic<bool> asks_sign_in{false};
  std::atomic<int> refuses_receiver_with{0};  ///< 0: takes it
  std::atomic<int> ends_with{250};            ///< what it says to the message

 private:
  void serve(Line& line) {
    Mail mail;
    line.say("220 sink ESMTP\r\n");
    while (const auto heard = line.hear()) {
      const std::string word = heard->substr(0, 4);
      if (word == "EHLO") {
        const bool tls = offers_tls && !line.is_secure();
        line.say(std::string("250-sink\r\n") + (tls ? "250-STARTTLS\r\n" : "") +
                 (asks_sign_in && line.is_secure() ? "250-AUTH PLAIN\r\n" : "") + "250 8BITMIME\r\n");
      } else if (word == "STAR") {
        line.say("220 go on\r\n");
        if (!line.secure(certificate_.context)) return;
      } else if (word == "AUTH") {
        std::string coded = heard->size() > 11 ? heard->substr(11) : std::string();
        if (coded.empty()) {
          line.say("334 \r\n");
          coded = line.hear().value_or("");
        }
        const auto decoded = from_base64(coded);
        const std::string said = decoded ? std::string(as_text(*decoded)) : std::string();
        const std::size_t first = said.find('\0'), second = said.find('\0', first + 1);
        mail.user = said.substr(first + 1, second - first - 1);
        mail.password = said.substr(second + 1);
        line.say(mail.password == "open sesame" ? "235 welcome\r\n" : "535 no\r\n");
      } else if (word == "MAIL") {
        mail.from = heard->substr(10);
        line.say("250 ok\r\n");
      } else if (word == "RCPT") {
        mail.to = heard->substr(8);
        line.say(refuses_receiver_with == 0 ? "250 ok\r\n"
                                            : std::to_string(refuses_receiver_with.load()) + " no\r\n");
      } else if (word == "DATA") {
        line.say("354 go on\r\n");
        while (const auto text = line.hear()) {
          if (*text == ".") break;
          mail.text += (text->starts_with("..") ? text->substr(1) : *text) + "\n";
        }
        mail.secure = line.is_secure();
        line.say(std::to_string(ends_with.load()) + " done\r\n");
        if (ends_with == 250) {
          const std::lock_guard lock(mutex_);
          mails_.push_back(mail);
        }
      } else if (word == "QUIT") {
        line.say("221 bye\r\n");
        return;
      } else {
        line.say("500 what\r\n");
      }
    }
  }
  TestCertificate& certificate_;
  std::mutex mutex_;
  std::vector<Mail> mails_;
  Server server_;
};

struct Posted {
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string path, body;
};

/// A web server that answers each POST with `answers`.
class HookSink {
 public:
  explicit HookSink(SSL_CTX* context = nullptr)
      : context_(context), server_([this](Line& line) { serve(line); }) {}
  [[nodiscard]] std::string port() const { return server_.port(); }
  std::vector<Posted> posts() {
    const std::lock_guard lock(mutex_);
    return posts_;
  }
  std::atomic<int> answers{200};
  std::atomic<int> waits_ms{0};

 private:
  void serve(Line& line) {
    if (context_ != nullptr && !line.secure(context_)) return;
    Posted posted;
    const auto first = line.hear();
    if (!first) return;
    posted.path = first->substr(5, first->find(' ', 5) - 5);
    while (const auto header = line.hear()) {
      if (header->empty()) break;
      std::string name = header->substr(0, header->find(':'));
      std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return std::tolower(c); });
      posted.headers[name] = header->substr(std::min(header->size(), header->find(": ") + 2));
    }
    posted.body = line.bytes(static_cast<std::size_t>(std::stoul("0" + posted.headers["content-length"])));
    std::this_thread::sleep_for(std::chrono::milliseconds(waits_ms.load()));
    {
      const std::lock_guard lock(mutex_);
      posts_.push_back(posted);
    }
    line.say("HTTP/1.1 " + std::to_string(answers.load()) +
             " said\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  SSL_CTX* context_;
  std::mutex mutex_;
  std::vector<Posted> posts_;
  Server server_;
};

}  // namespace sealkeep::hub::test
