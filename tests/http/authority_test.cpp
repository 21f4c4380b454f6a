// SPDX-License-Identifier: Apache-2.0
#include "common/http/authority.hpp"

#include <sys/stat.h>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/http/certificate.hpp"
#include "tests/http/http_fixture.hpp"

namespace sealkeep::http {
namespace {

constexpr std::int64_t kDayMs = 86'400'000;
constexpr std::int64_t kNowMs = 1'795'000'000'000;  // 2026-11-18

ServerNames names(const std::vector<std::string>& given = {"gate1", "gate1.local", "localhost", "127.0.0.1",
                                                           "::1"}) {
  return server_names(given).value();
}

struct Place {
  TestFolder folder;
  [[nodiscard]] KeyFolder keys() const { return KeyFolder(folder.path() / "keys", {}); }
  [[nodiscard]] Result<Authority> open(std::int64_t unix_ms = kNowMs) const {
    return Authority::open(keys(), folder.path(), "NZ-AKL-1", names(), unix_ms);
  }
  [[nodiscard]] std::string file(const char* name) const {
    std::ifstream in(folder.path() / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_CASE("the authority is made once and found again, its keys for nobody else") {
  const Place place;
  const std::string root = place.open().value().root_pem();
  const Authority again = place.open(kNowMs + 100 * kDayMs).value();
  CHECK(again.root_pem() == root);
  CHECK(again.root_until_ms() == kNowMs - kDayMs + kRootDays * kDayMs);
  CHECK(again.fingerprint().size() == 95);
  CHECK(again.fingerprint_in_words().size() == 8 * 5 + 7);
  REQUIRE(again.identity(names(), kNowMs));
  for (const char* file : {"keys/https-root.key", "keys/https-leaf.key"}) {
    struct stat status {};
    REQUIRE(::stat((place.folder.path() / file).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("the leaf is for the names and times that it should be") {
  const Place place;
  const Identity identity = place.open().value().identity(names(), kNowMs).value();
  const CertificateFacts facts = read_certificate(identity.chain_pem).value();
  CHECK(facts.names == names());
  CHECK(facts.validity.from_s == kNowMs / 1000 - 86'400);
  CHECK(facts.validity.until_s - facts.validity.from_s == kLeafDays * 86'400 - 1);
  CHECK(fits(identity.chain_pem, place.keys().load("https-leaf").value(), place.file("https-root.pem"),
             kNowMs / 1000));
}

TEST_CASE("the leaf is renewed 30 days before its end and not before, and when a name is missing") {
  const Place place;
  const Authority authority = place.open().value();
  const std::string first = authority.identity(names(), kNowMs).value().chain_pem;
  const std::int64_t due = Authority::renew_at_ms(authority.identity(names(), kNowMs).value()).value();
  CHECK(due == kNowMs - kDayMs + (kLeafDays - kRenewDays) * kDayMs - 1000);
  CHECK(authority.identity(names(), due - 1000).value().chain_pem == first);
  CHECK(authority.identity(names({"gate1"}), kNowMs).value().chain_pem == first);
  const std::string second = authority.identity(names(), due).value().chain_pem;
  CHECK(second != first);
  CHECK(authority.identity(names(), due).value().chain_pem == second);
  CHECK(authority.identity(names({"gate1", "10.0.0.7"}), due).value().chain_pem != second);
  // A clock that went back past its beginning.
  const std::string third = authority.identity(names({"gate1", "10.0.0.7"}), kNowMs).value().chain_pem;
  CHECK(read_certificate(third).value().validity.from_s == kNowMs / 1000 - 86'400);
}

TEST_CASE("the root signs for the site's own names and private addresses only") {
  const Place place;
  const Authority authority = place.open().value();
  CHECK(authority.identity(names({"other.lan", "gate1", "x.gate1", "fd00::5", "172.31.0.1"}), kNowMs)
            .has_value());
  const auto outside = authority.identity(names({"gate1", "www.example.com"}), kNowMs);
  REQUIRE(!outside);
  CHECK(outside.error().code == "http.name_outside");
  CHECK(server_names({"8.8.8.8"}).error().code == "http.name");
  CHECK(server_names({"2001:db8::1"}).error().code == "http.name");
  CHECK_FALSE(is_private_address("172.32.0.1"));
  for (const char* wrong : {"", "a b", "a_b", "-a", "a-", "a..b", "a.", "a,DNS:evil", "*.lan"}) {
    CAPTURE(wrong);
    CHECK_FALSE(server_names({wrong}).has_value());
  }
}

TEST_CASE("no certificate is made by a clock that is not set, nor by a root that has ended") {
  const Place place;
  CHECK(place.open(1'000'000'000).error().code == "http.clock");
  const Authority authority = place.open().value();
  CHECK(authority.identity(names(), 1'000'000'000).error().code == "http.clock");
  const std::int64_t end = authority.root_until_ms();
  const Identity last = authority.identity(names(), end - kDayMs).value();
  CHECK(read_certificate(last.chain_pem).value().validity.until_s == end / 1000);
  CHECK(authority.identity(names(), end).error().code == "http.root_ended");
}

TEST_CASE("a power cut between key and certificate is mended, a root without its key is told") {
  const Place place;
  REQUIRE(place.open().value().identity(names(), kNowMs));
  std::filesystem::remove(place.folder.path() / "https-leaf.pem");
  CHECK(place.open().value().identity(names(), kNowMs).has_value());
  std::filesystem::remove(place.folder.path() / "https-root.pem");
  CHECK(place.open().value().identity(names(), kNowMs).has_value());
  std::filesystem::remove(place.folder.path() / "keys/https-root.key");
  CHECK(place.open().error().code == "key.missing");
  REQUIRE(place.keys().store("https-root", make_p256_key().expose()));
  CHECK(place.open().error().code == "http.certificate");
}

TEST_CASE("this machine's names can be put in a certificate") {
  const ServerNames own = names_of_this_machine();
  CHECK(std::find(own.hosts.begin(), own.hosts.end(), "localhost") != own.hosts.end());
  CHECK(std::find(own.addresses.begin(), own.addresses.end(), "127.0.0.1") != own.addresses.end());
  const Place place;
  const auto authority = Authority::open(place.keys(), place.folder.path(), "S", own, kNowMs);
  CHECK(authority.value().identity(own, kNowMs).has_value());
}

TEST_CASE("fingerprints are words that can be read out") {
  CHECK(fingerprint_words(from_hex("7f000001").value()) == "lusab babad");
  CHECK(fingerprint_words(from_hex("3f54dcc1").value()) == "gutih tugad");
}

std::int64_t wall_ms() {
  return SystemClock().now().unix_ms;
}

ServerConfig with_tls(const Authority& authority) {
  ServerConfig config;
  config.listeners = {{"127.0.0.1", 0, true}, {"127.0.0.1", 0, false}};
  config.identity = authority.identity(names(), wall_ms()).value();
  config.limits.header_ms = 300;
  return config;
}

TEST_CASE("a client that trusts the root reaches the server under each of its names") {
  const Place place;
  const Authority authority = place.open(wall_ms()).value();
  Site site(with_tls(authority), [](const PendingRequest& pending) {
    return bytes_response(pending.request.secure ? "secure" : "plain", "text/plain");
  });
  for (const char* name : {"gate1", "gate1.local", "localhost", "127.0.0.1"}) {
    CAPTURE(name);
    Client client(site.port());
    REQUIRE(client.use_tls(authority.root_pem(), name));
    CHECK(client.ask(get("/api/a")).body == "secure");
    CHECK(client.ask(get("/api/a", "Connection: close\r\n")).body == "secure");
    CHECK(client.ended());
  }
  Client plain(site.port(1));
  CHECK(plain.ask(get("/api/a")).body == "plain");
}

TEST_CASE("another name, another root, an older TLS and no TLS at all do not get through") {
  const Place place, other;
  const Authority authority = place.open(wall_ms()).value();
  Site site(with_tls(authority));
  Client name(site.port()), root(site.port()), old(site.port()), plain(site.port()), silent(site.port());
  CHECK_FALSE(name.use_tls(authority.root_pem(), "gate2"));
  CHECK_FALSE(root.use_tls(other.open(wall_ms()).value().root_pem(), "gate1"));
  CHECK_FALSE(old.use_tls(authority.root_pem(), "gate1", TLS1_2_VERSION));
  plain.send(get("/api/a"));
  CHECK(plain.ended());
  const Stopwatch watch;
  CHECK(silent.ended());
  CHECK(watch.ms() < 2'000);
  CHECK(site->counters().requests == 0);
}

TEST_CASE("events and large answers pass through TLS") {
  const Place place;
  const Authority authority = place.open(wall_ms()).value();
  Site site(with_tls(authority), [](const PendingRequest& pending) {
    if (pending.request.path == "/api/events") return event_stream({"all"});
    return bytes_response(std::string(3'000'000, 'x'), "text/plain");
  });
  Client stream(site.port()), large(site.port());
  REQUIRE(stream.use_tls(authority.root_pem(), "gate1"));
  REQUIRE(large.use_tls(authority.root_pem(), "gate1"));
  CHECK(stream.ask(get("/api/events")).status == 200);
  CHECK(large.ask(get("/api/large")).body == std::string(3'000'000, 'x'));
  site->publish("all", "register", "{}");
  CHECK(stream.wait_for("event: register\ndata: {}\n\n"));
}

TEST_CASE("a renewed certificate is shown to those who come next") {
  const Place place;
  const Authority authority = place.open(wall_ms()).value();
  Site site(with_tls(authority));
  Client before(site.port());
  REQUIRE(before.use_tls(authority.root_pem(), "gate1"));
  CHECK(before.ask(get("/api/a")).status == 200);
  REQUIRE(site->use_identity(authority.identity(names({"gate1", "gate9.lan"}), wall_ms()).value()));
  Client after(site.port());
  REQUIRE(after.use_tls(authority.root_pem(), "gate9.lan"));
  CHECK(after.ask(get("/api/a")).status == 200);
  CHECK(before.ask(get("/api/a")).status == 200);
  const Place other;
  Identity mixed = authority.identity(names(), wall_ms()).value();
  mixed.key_der = other.open(wall_ms()).value().identity(names(), wall_ms()).value().key_der;
  CHECK(site->use_identity(mixed).error().code == "http.identity");
}

}  // namespace
}  // namespace sealkeep::http
