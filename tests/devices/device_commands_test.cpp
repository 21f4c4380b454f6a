// SPDX-License-Identifier: Apache-2.0
#include <fstream>

#include "agent/commands/devices.hpp"
#include "agent/devices/found_scanners.hpp"
#include "tests/devices/device_bench.hpp"
#include "tests/devices/key_events.hpp"

namespace sealkeep::test {
namespace {

/// A clock that passes by itself, so that a command that waits ends.
class RunningClock final : public Clock {
 public:
  [[nodiscard]] Now now() override {
    now_.mono_ms += 20;
    now_.unix_ms += 20;
    return now_;
  }
  [[nodiscard]] std::string boot_id() override { return "0123456789abcdef0123456789abcdef"; }

 private:
  Now now_{1'767'225'600'000, 1'000, 0};
};

cli::Value tried(const std::string& device) {
  RunningClock clock;
  cli::Command command{"devices test", {{"device", {device}}, {"seconds", {"1"}}}, {}};
  auto out = agent::devices_test(command, clock, [](const cli::Progress&) {});
  if (!out) FAIL(out.error().text());
  return *out;
}

TEST_CASE("devices list says how each scanner is, and what is plugged in") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench bench({"serial:" + (folder / "tty").string() + " -> Gate 1",
                     "serial:" + (folder / "none").string() + " -> all"});
  bench.step();
  port.send("NZ1\r");
  bench.until_scans(1);
  const std::vector<access::Terminal> terminals{{3, "Gate 1", "", "", 0, 0, 0}};
  const cli::Value answer = agent::devices_value(&bench.scanners(), terminals, bench.now());
  REQUIRE(answer.find("scanners") != nullptr);
  const cli::Value::List& list = *answer.find("scanners")->as_list();
  REQUIRE(list.size() == 2);
  CHECK(*list[0].find("terminal") == cli::Value("Gate 1"));
  CHECK(*list[0].find("state") == cli::Value("open"));
  CHECK(*list[0].find("scans") == cli::Value(1));
  CHECK(*list[0].find("last_scan") == cli::Value("2026-01-01T00:00:00Z"));
  CHECK(*list[1].find("terminal") == cli::Value("all"));
  CHECK(*list[1].find("state") == cli::Value("waiting"));
  CHECK(list[1].find("last_scan")->is_null());
  CHECK(*list[0].find("why") == cli::Value(""));
  const cli::Value nobody = agent::devices_value(&bench.scanners(), {}, bench.now());
  CHECK(*nobody.find("scanners")->as_list()->at(0).find("why") == cli::Value("no terminal is called Gate 1"));
  CHECK(agent::devices_value(nullptr, {}, bench.now()).find("scanners") == nullptr);
}

TEST_CASE("what is plugged in is offered as a line that the configuration takes") {
  TestFolder folder;
  std::filesystem::create_directories(folder.path() / "input/by-id");
  std::filesystem::create_directories(folder.path() / "serial/by-id");
  for (const char* name : {"input/by-id/usb-Acme-event-kbd", "input/by-id/usb-Acme-event-mouse",
                           "serial/by-id/usb-Acme_Scanner-if00", "serial/by-id/a,b"})
    std::ofstream(folder.path() / name) << "";
  const auto found = agent::found_scanners(folder.path());
  REQUIRE(found.size() == 2);
  CHECK(found[0].line() ==
        "serial:" + (folder / "serial/by-id/usb-Acme_Scanner-if00").string() + " -> Gate 1");
  CHECK(found[1].line() == "hid:" + (folder / "input/by-id/usb-Acme-event-kbd").string() + " -> Gate 1");
  CHECK(found[0].readable);
  for (const auto& each : found) CHECK(agent::parse_scanner(each.line()));
  CHECK(agent::found_scanners(folder.path() / "nothing").empty());
}

TEST_CASE("devices test shows what a scanner reads and what it means") {
  TestFolder folder;
  REQUIRE(::mkfifo((folder / "event0").string().c_str(), 0600) == 0);
  const int keys = ::open((folder / "event0").string().c_str(), O_RDWR | O_CLOEXEC);
  KeyEvents scans = nz300006();
  scans.with(KEY_LEFTSHIFT, {KEY_S, KEY_K, KEY_SEMICOLON, KEY_D}).press({KEY_O, KEY_C, KEY_K, KEY_ENTER});
  write_all(keys, scans.bytes());
  const cli::Value answer = tried("hid:" + (folder / "event0").string());
  ::close(keys);
  CHECK(*answer.find("state") == cli::Value("open"));
  CHECK(*answer.find("count") == cli::Value(2));
  const cli::Value::List& list = *answer.find("scans")->as_list();
  REQUIRE(list.size() == 2);
  CHECK(*list[0].find("read") == cli::Value("NZ300006"));
  CHECK(*list[0].find("means") == cli::Value("NZ300006"));
  CHECK(*list[1].find("read") == cli::Value("SK:Dock"));
  CHECK(*list[1].find("means") == cli::Value("dock"));
  CHECK(*list[1].find("kind") == cli::Value("a code of the printed card"));
}

TEST_CASE("devices test says what to do when nothing comes, or no suffix, or nothing is there") {
  TestFolder folder;
  CHECK(*tried((folder / "nothing").string()).find("state") == cli::Value("waiting"));

  REQUIRE(::mkfifo((folder / "event0").string().c_str(), 0600) == 0);
  const int keys = ::open((folder / "event0").string().c_str(), O_RDWR | O_CLOEXEC);
  CHECK(*tried("hid:" + (folder / "event0").string()).find("why") == cli::Value("nothing was read"));
  KeyEvents unended;
  unended.press({KEY_1, KEY_2, KEY_3, KEY_4, KEY_5, KEY_6, KEY_7, KEY_8});
  write_all(keys, unended.bytes());
  const cli::Value answer = tried("hid:" + (folder / "event0").string());
  ::close(keys);
  CHECK(answer.find("next")->as_text()->find("suffix=") != std::string::npos);

  RunningClock clock;
  const auto wrong = agent::devices_test({"devices test", {{"device", {"usb:/dev/x"}}}, {}}, clock, {});
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == "devices.scanner");
}

TEST_CASE("control characters of a scan are shown as their numbers") {
  CHECK(agent::shown("A\x1D"
                     "B\x7F\xFF") == "A<1D>B<7F>\uFFFD");
}

}  // namespace
}  // namespace sealkeep::test
