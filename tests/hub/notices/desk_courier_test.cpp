// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "hub/notices/courier.hpp"
#include "tests/hub/alerts/desk_fixture.hpp"
#include "tests/hub/notices/sinks.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

// The desk, the real courier, a real relay and a real web server; only the clock is moved by hand.
struct HeadOffice {
  HeadOffice() {
    std::filesystem::create_directories(certificate.folder + "/secrets");
    std::ofstream(certificate.folder + "/secrets/ops-key") << "key";
    chmod((certificate.folder + "/secrets/ops-key").c_str(), 0600);
    world.setup = must(parse_notice_setup(
        {"mail; kind=smtp; url=" + relay.url() + "; from=hub@example.nz; ca=" + certificate.root_file(),
         "ops; kind=webhook; url=https://localhost:" + hook.port() +
             "/in; secret=ops-key; ca=" + certificate.root_file()},
        {"Anna; role=ses-manager; to=mail:anna@example.nz; to=ops; zone=+00:00"}, {}, ""));
    world.raise(alert);
    must(world.desk->follow());
  }
  // Some turns, with time for the network.
  void pass(std::int64_t ms) {
    world.clock.pass(ms);
    for (int i = 0; i < 20; ++i) {
      world.clock.pass(600);
      must(world.desk->follow());
      must(world.desk->post(courier));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
  TestCertificate certificate;
  MailSink relay{certificate};
  HookSink hook{certificate.context};
  DeskWorld world;
  Courier courier{{certificate.folder, {}, 2'000, 3'000}};
  Alert alert = alert_of(19, ses::Severity::High);
};

}  // namespace

TEST_CASE("an alert reaches a real relay by e-mail, and its end follows in the same thread") {
  HeadOffice office;
  office.pass(2 * kMinute);
  REQUIRE(office.relay.mails().size() == 1);
  office.world.resolve(office.alert);
  office.pass(kMinute);
  REQUIRE(office.relay.mails().size() == 2);
  const auto thread = [](const Mail& mail) {
    const std::size_t at = mail.text.find("References: ");
    return mail.text.substr(at, mail.text.find('\n', at) - at);
  };
  CHECK(thread(office.relay.mails()[0]) == thread(office.relay.mails()[1]));
  CHECK(office.relay.mails()[1].text.find("Over: ") != std::string::npos);
}

TEST_CASE("while the relay answers 451 the alert goes by the webhook, and mail says when it is back") {
  HeadOffice office;
  office.relay.ends_with = 451;
  for (int i = 0; i < 4; ++i) office.pass(kMinute);
  REQUIRE_FALSE(office.hook.posts().empty());
  CHECK(office.hook.posts()[0].body.find("\"moment\":\"raised\"") != std::string::npos);
  REQUIRE(office.world.channel_alert("mail"));
  CHECK(office.world.channel_alert("mail")->resolved_ms == 0);
  office.relay.ends_with = 250;
  for (int i = 0; i < 4; ++i) office.pass(31 * kMinute);
  CHECK(office.world.channel_alert("mail")->resolved_ms != 0);
  bool back = false;
  for (const Mail& mail : office.relay.mails())
    back = back || mail.text.find("get through here again") != std::string::npos;
  CHECK(back);
}

TEST_CASE(
    "a web server that answers 500 gets the same message again under the same id, once it answers 200") {
  HeadOffice office;
  office.world.setup.people[0].ways = {{"ops", ""}};
  office.hook.answers = 500;
  office.pass(2 * kMinute);
  office.hook.answers = 200;
  office.pass(2 * kMinute);
  const auto posts = office.hook.posts();
  REQUIRE(posts.size() >= 2);
  CHECK(posts[0].headers.at("sealkeep-message-id") == posts.back().headers.at("sealkeep-message-id"));
  CHECK(posts[0].body == posts.back().body);
  CHECK(must(office.world.desk->outbox().list(NoticeState::Sent, 10)).size() == 1);
}

TEST_CASE("a process that ends with a message in the courier's hands sends it after its next start") {
  HeadOffice office;
  office.world.setup.people[0].ways = {{"ops", ""}};
  office.hook.waits_ms = 1'500;
  office.world.clock.pass(600);
  must(office.world.desk->follow());
  office.world.clock.pass(2 * kMinute);
  must(office.world.desk->follow());
  must(office.world.desk->post(office.courier));
  office.world.restart();
  static_cast<void>(office.courier.delivered());
  office.hook.waits_ms = 0;
  office.pass(6 * kMinute);
  std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
  office.pass(kMinute);
  const auto posts = office.hook.posts();
  REQUIRE(posts.size() >= 1);
  for (const Posted& one : posts)
    CHECK(one.headers.at("sealkeep-message-id") == posts[0].headers.at("sealkeep-message-id"));
  CHECK(must(office.world.desk->outbox().list(NoticeState::Sent, 10)).size() == 1);
}
