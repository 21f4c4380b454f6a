// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include "common/crypto/system_random.hpp"
#include "hub/commands/commands.hpp"
#include "processes.hpp"
#include "tests/hub/notices/sinks.hpp"

using namespace sealkeep;
using fault::ask;

namespace {

constexpr int kRounds = 40;

cli::Command test_notice() {
  return {"notice test", {{"name", {"mail"}}, {"to", {"anna@example.nz"}}}, {}};
}

// Asks for one message after the other and keeps the ids of those that the hub says it holds.
struct Asker {
  std::filesystem::path folder;
  std::atomic<bool> stop{false};
  std::set<std::string> held;

  void run() {
    net::NetContext context;
    while (!stop) {
      const auto answer = ask(context, folder, test_notice());
      const cli::Value* id = answer ? answer->find("notice") : nullptr;
      if (id != nullptr && id->as_text() != nullptr) held.insert(*id->as_text());
      std::this_thread::sleep_for(std::chrono::milliseconds(answer ? 15 : 3));
    }
  }
};

std::string header_of(const hub::test::Mail& mail, const std::string& name) {
  const std::size_t at = mail.text.find(name + ": ");
  if (at == std::string::npos) return {};
  const std::size_t from = at + name.size() + 2;
  return mail.text.substr(from, mail.text.find('\n', from) - from);
}

// Message-ID without its signs: "<id@hub>".
std::string id_of(const hub::test::Mail& mail) {
  const std::string whole = header_of(mail, "Message-ID");
  return whole.substr(1, whole.find('@') - 1);
}

}  // namespace

TEST_CASE("killed 40 times while it sends, the hub loses no message, and what comes twice says so") {
  std::signal(SIGPIPE, SIG_IGN);  // the relay speaks to a hub that was killed
  const test::TestFolder folder;
  SystemRandom random;
  SystemClock clock;
  NullLogger quiet;
  hub::test::TestCertificate certificate;
  hub::test::MailSink relay{certificate};
  const auto data = folder.path() / "hub";
  std::filesystem::create_directory(data);
  std::filesystem::permissions(data, std::filesystem::perms::owner_all);
  const auto port = fault::free_port(), enrol_port = fault::free_port();
  REQUIRE(hub::init({data, {}, {}, clock, random, quiet},
                    {"hub.example.nz", fmt::format("tcp://127.0.0.1:{}", port),
                     fmt::format("tcp://127.0.0.1:{}", enrol_port)}));
  const auto config = folder.path() / "hub.toml";
  std::ofstream(config) << "data = \"" << data.string()
                        << "\"\n[notices]\nchannels = [\"mail; kind=smtp; url=" << relay.url()
                        << "; from=hub@example.nz; ca=" << certificate.root_file()
                        << "\"]\npeople = [\"Anna; role=ses-manager; to=mail:anna@example.nz\"]\n";
  fault::Program hub({std::string(SEALKEEP_BIN_DIR) + "/sealkeep-hub", "--config", config.string(), "serve",
                      "--main-port", std::to_string(port), "--enrol-port", std::to_string(enrol_port)},
                     folder.path() / "hub.log");
  hub.start();
  Asker asker{data, {}, {}};
  std::thread asking([&] { asker.run(); });
  SeededRandom chance(static_cast<std::uint64_t>(clock.now().unix_ms));
  for (int round = 0; round < kRounds; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(150 + chance.below(500)));
    hub.kill();
    hub.start();
  }
  asker.stop = true;
  asking.join();
  INFO(asker.held.size() << " messages are held");
  REQUIRE(asker.held.size() > 40);

  // Everything that the hub said it holds arrives, now that nobody kills it.
  std::map<std::string, std::vector<int>> tries;
  std::size_t missing = 0;
  for (int i = 0; i < 600; ++i) {
    tries.clear();
    for (const hub::test::Mail& mail : relay.mails())
      tries[id_of(mail)].push_back(std::atoi(header_of(mail, "X-Sealkeep-Try").c_str()));
    missing = 0;
    for (const std::string& id : asker.held) missing += tries.contains(id) ? 0 : 1;
    if (missing == 0) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  CHECK(missing == 0);
  std::size_t repeated = 0;
  for (const auto& [id, numbers] : tries) {
    INFO(id);
    repeated += numbers.size() - 1;
    CHECK(std::set<int>(numbers.begin(), numbers.end()).size() == numbers.size());
    CHECK(std::count_if(numbers.begin(), numbers.end(), [](int number) { return number <= 1; }) <= 1);
  }
  WARN(fmt::format("{} messages, {} came again and said so", tries.size(), repeated));
  REQUIRE(hub.stop() == 0);
}
