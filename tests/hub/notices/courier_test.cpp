// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/courier.hpp"

#include <sys/stat.h>

#include "common/crypto/hmac.hpp"
#include "tests/hub/notices/sinks.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Channel channel_to(std::string name, ChannelKind kind, std::string url) {
  Channel channel;
  channel.name = std::move(name);
  channel.kind = kind;
  channel.url = std::move(url);
  return channel;
}

struct Post {
  Post() {
    std::filesystem::create_directories(certificate.folder + "/secrets");
    secret("relay-password", "open sesame\n");
    secret("ops-key", "a key of the receiver");
  }
  void secret(const std::string& name, const std::string& text, mode_t mode = 0600) {
    const std::string path = certificate.folder + "/secrets/" + name;
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
  }
  Notice notice(std::string to = "anna@example.nz") {
    Notice one;
    one.id = "0123456789abcdef0123456789abcdef";
    one.person = "Anna";
    one.to = std::move(to);
    one.alert = std::string(64, 'a');
    one.moment = "raised";
    one.interrupts = true;
    one.subject = "[high] akl-01: Māori name, seal NZ300006";
    one.words = "Seal NZ300006: nobody checked it\n.\nWhat to do: check it\n";
    one.facts = R"({"id":"0123456789abcdef0123456789abcdef","severity":"high"})";
    one.created_ms = 1'767'355'200'000;
    return one;
  }
  Channel mail(const MailSink& sink) {
    Channel channel = channel_to("mail", ChannelKind::Smtp, sink.url());
    channel.from = "hub@example.nz";
    channel.ca = certificate.root_file();
    return channel;
  }
  Delivery send(const Channel& channel, Notice one) {
    courier.take({channel, std::move(one), "hub.example.nz", 1'767'355'200'000});
    for (int i = 0; i < 1'000; ++i) {
      const auto done = courier.delivered();
      if (!done.empty()) return done.front();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL("the courier is silent");
    return {};
  }
  TestCertificate certificate;
  Courier courier{{certificate.folder, {}, 2'000, 3'000}};
};

}  // namespace

TEST_CASE("e-mail goes out over STARTTLS, whole, with one message id and one thread for an alert") {
  Post post;
  MailSink sink(post.certificate);
  const Delivery done = post.send(post.mail(sink), post.notice());
  CHECK(done.trouble == "");
  REQUIRE(done.sent);
  const auto mails = sink.mails();
  REQUIRE(mails.size() == 1);
  CHECK(mails[0].secure);
  CHECK(holds(mails[0].from, "<hub@example.nz>"));
  CHECK(holds(mails[0].to, "<anna@example.nz>"));
  const std::string& text = mails[0].text;
  CHECK(holds(text, "Message-ID: <0123456789abcdef0123456789abcdef@hub.example.nz>\n"));
  CHECK(holds(text, "References: <alert-" + std::string(32, 'a') + "@hub.example.nz>\n"));
  CHECK(holds(text, "Subject: =?utf-8?B?"));
  CHECK(holds(text, "Date: Fri, 02 Jan 2026 12:00:00 +0000\n"));
  CHECK(holds(text, "\n\nSeal NZ300006: nobody checked it\n.\nWhat to do: check it\n"));
}

TEST_CASE("a relay without STARTTLS, or with a certificate that nobody trusts, gets no message") {
  Post post;
  MailSink sink(post.certificate);
  sink.offers_tls = false;
  Delivery done = post.send(post.mail(sink), post.notice());
  CHECK_FALSE(done.sent);
  CHECK_FALSE(done.hopeless);
  sink.offers_tls = true;
  Channel stranger = post.mail(sink);
  stranger.ca.clear();
  done = post.send(stranger, post.notice());
  CHECK_FALSE(done.sent);
  CHECK(sink.mails().empty());
}

TEST_CASE("the relay's password comes from a file that nobody else may read, and stands in no error") {
  Post post;
  MailSink sink(post.certificate);
  sink.asks_sign_in = true;
  Channel channel = post.mail(sink);
  channel.user = "sealkeep";
  channel.secret_name = "relay-password";
  REQUIRE(post.send(channel, post.notice()).sent);
  CHECK(sink.mails().at(0).user == "sealkeep");
  post.secret("wrong", "let me in");
  channel.secret_name = "wrong";
  Delivery done = post.send(channel, post.notice());
  CHECK_FALSE(done.sent);
  CHECK_FALSE(done.hopeless);
  CHECK_FALSE(holds(done.trouble, "let me in"));
  post.secret("open", "open sesame", 0644);
  channel.secret_name = "open";
  done = post.send(channel, post.notice());
  CHECK(holds(done.trouble, "secret.permissions"));
  channel.secret_name = "nowhere";
  CHECK(holds(post.send(channel, post.notice()).trouble, "secret.missing"));
  CHECK(sink.mails().size() == 1);
}

TEST_CASE("a receiver whom the relay does not know is hopeless; a relay that is busy is not") {
  Post post;
  MailSink sink(post.certificate);
  sink.refuses_receiver_with = 550;
  Delivery done = post.send(post.mail(sink), post.notice());
  CHECK_FALSE(done.sent);
  CHECK(done.hopeless);
  sink.refuses_receiver_with = 450;
  done = post.send(post.mail(sink), post.notice());
  CHECK_FALSE(done.sent);
  CHECK_FALSE(done.hopeless);
  sink.refuses_receiver_with = 0;
  sink.ends_with = 451;
  done = post.send(post.mail(sink), post.notice());
  CHECK_FALSE(done.sent);
  CHECK_FALSE(done.hopeless);
}

TEST_CASE("what a notice says cannot add a header or end the message") {
  Post post;
  MailSink sink(post.certificate);
  Notice evil = post.notice();
  evil.subject = "seal\r\nBcc: everybody@example.nz\r\n\r\nhello";
  evil.words = std::string(3'000, 'x') + "\r\n.\r\nMAIL FROM:<a@b.nz>\r\n";
  REQUIRE(post.send(post.mail(sink), evil).sent);
  REQUIRE(sink.mails().size() == 1);
  const std::string text = sink.mails()[0].text;
  CHECK_FALSE(holds(text, "\nBcc:"));
  CHECK(holds(text, "\n.\nMAIL FROM:<a@b.nz>\n"));
}

TEST_CASE("a webhook is signed with time, and its receiver can check it and tell repeats") {
  Post post;
  HookSink sink(post.certificate.context);
  Channel channel = channel_to("ops", ChannelKind::Webhook, "https://localhost:" + sink.port() + "/hook");
  channel.secret_name = "ops-key";
  channel.ca = post.certificate.root_file();
  const Delivery done = post.send(channel, post.notice());
  CHECK(done.trouble == "");
  REQUIRE(done.sent);
  const auto posts = sink.posts();
  REQUIRE(posts.size() == 1);
  CHECK(posts[0].path == "/hook");
  CHECK(posts[0].headers.at("sealkeep-message-id") == "0123456789abcdef0123456789abcdef");
  CHECK(holds(posts[0].body, R"("severity":"high","words":"Seal NZ300006)"));
  const Secret key(as_bytes("a key of the receiver"));
  const std::string expected =
      "t=1767355200,v1=" + hex(hmac_sha256(key, {as_bytes("1767355200."), as_bytes(posts[0].body)}).view());
  CHECK(posts[0].headers.at("sealkeep-signature") == expected);
}

TEST_CASE(
    "an answer of 5xx, 429 or none is tried again, one of 400 is hopeless, a redirect is not followed") {
  Post post;
  HookSink sink;
  Channel channel = channel_to("ops", ChannelKind::Webhook, "http://127.0.0.1:" + sink.port() + "/");
  channel.secret_name = "ops-key";
  for (const auto& [answer, hopeless] : std::vector<std::pair<int, bool>>{
           {500, false}, {503, false}, {429, false}, {404, false}, {302, false}, {400, true}, {413, true}}) {
    CAPTURE(answer);
    sink.answers = answer;
    const Delivery done = post.send(channel, post.notice());
    CHECK_FALSE(done.sent);
    CHECK(done.hopeless == hopeless);
  }
  sink.answers = 204;
  CHECK(post.send(channel, post.notice()).sent);
  channel.url = "http://127.0.0.1:1/";
  const Delivery done = post.send(channel, post.notice());
  CHECK_FALSE(done.sent);
  CHECK_FALSE(done.hopeless);
}

TEST_CASE("a receiver that is slow ends the try after its time, and stopping waits for none") {
  const auto began = std::chrono::steady_clock::now();
  HookSink sink;
  sink.waits_ms = 4'000;
  {
    Post post;
    Channel channel = channel_to("ops", ChannelKind::Webhook, "http://127.0.0.1:" + sink.port() + "/");
    channel.secret_name = "ops-key";
    const Delivery done = post.send(channel, post.notice());
    CHECK_FALSE(done.sent);
    post.courier.take({channel, post.notice(), "hub.example.nz", 0});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(6));
}

TEST_CASE("Slack and Teams get the shapes that they take, at an address that stands in no error") {
  Post post;
  HookSink sink;
  post.secret("chat", "http://127.0.0.1:" + sink.port() + "/secret-place\n");
  Channel slack = channel_to("chat", ChannelKind::Slack, "");
  slack.secret_name = "chat";
  CHECK(holds(post.send(slack, post.notice()).trouble, "https://"));
  slack.plain = true;
  Notice odd = post.notice();
  odd.words = "a < b & c";
  REQUIRE(post.send(slack, odd).sent);
  CHECK(holds(sink.posts().at(0).body, R"({"text":"*[high] akl-01)"));
  CHECK(holds(sink.posts().at(0).body, "a &lt; b &amp; c"));
  Channel teams = slack;
  teams.kind = ChannelKind::Teams;
  REQUIRE(post.send(teams, post.notice()).sent);
  CHECK(holds(sink.posts().at(1).body, "application/vnd.microsoft.card.adaptive"));
  sink.answers = 500;
  CHECK_FALSE(holds(post.send(teams, post.notice()).trouble, "secret-place"));
}
