// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanners.hpp"

#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>

#include "tests/devices/device_bench.hpp"
#include "tests/devices/key_events.hpp"

namespace sealkeep::test {
namespace {

using Texts = std::vector<std::string>;

/// A named pipe that stands for an evdev device, kept open for writing while it is plugged in.
class KeyPipe {
 public:
  explicit KeyPipe(const std::string& path) {
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    fd_ = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
    REQUIRE(fd_ >= 0);
  }
  ~KeyPipe() { ::close(fd_); }
  KeyPipe(const KeyPipe&) = delete;
  KeyPipe& operator=(const KeyPipe&) = delete;
  void send(std::string_view bytes) const { write_all(fd_, bytes); }

 private:
  int fd_ = -1;
};

agent::ScannerConfig listener(const char* from = "127.0.0.1") {
  auto config = agent::parse_scanner(std::string("listen:127.0.0.1:4002,from=") + from + " -> Gate 2");
  REQUIRE(config);
  config->port = 0;
  return *config;
}

TEST_CASE("a serial scanner's scans go to its terminal, and its port is raw at the speed asked for") {
  TestFolder folder;
  SerialPort port((folder / "ttyACM0").string());
  DeviceBench bench({"serial:" + (folder / "ttyACM0").string() + ",115200 -> Gate 1"});
  bench.step();
  REQUIRE(bench.state().status == ScannerStatus::Open);
  const termios settings = port.settings();
  CHECK(::cfgetispeed(&settings) == B115200);
  CHECK((settings.c_lflag & (ICANON | ECHO | ISIG)) == 0);
  CHECK((settings.c_iflag & (ICRNL | IXON)) == 0);
  CHECK((settings.c_cflag & CSIZE) == CS8);
  port.send("NZ3000");
  port.send("06\rNZ7\x03\x13\x11\r");
  bench.until_scans(2);
  CHECK(bench.scans()[0] == Scan{"serial:" + (folder / "ttyACM0").string(), "Gate 1", "NZ300006", false});
  CHECK(bench.scans()[1].text == "NZ7");
  CHECK(bench.state().scans == 2);
  CHECK(bench.state().last_scan_ms == bench.now().unix_ms);
}

TEST_CASE("a scanner that is unplugged and plugged in again goes on, without the half scan from before") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench bench({"serial:" + (folder / "tty").string() + " -> all"});
  bench.step();
  port.send("NZ1\rNZ30");
  bench.until_scans(1);
  bench.pass(60'000);
  port.unplug();
  bench.until_status(ScannerStatus::Waiting);
  CHECK(bench.state().why == "it is not plugged in");
  bench.pass(agent::kFirstRetryMs);
  bench.step();
  CHECK(bench.state().status == ScannerStatus::Waiting);
  port.plug_in();
  bench.step();
  CHECK(bench.state().status == ScannerStatus::Waiting);
  bench.pass(2 * agent::kFirstRetryMs);
  bench.step();
  REQUIRE(bench.state().status == ScannerStatus::Open);
  port.send("0006\rNZ2\r");
  bench.until_scans(3);
  CHECK(bench.texts() == Texts{"NZ1", "0006", "NZ2"});
  CHECK(bench.state().lost == 1);
}

TEST_CASE("a scanner that is away is looked for more and more seldom, up to every ten seconds") {
  TestFolder folder;
  DeviceBench bench({"serial:" + (folder / "nothing").string() + " -> all"});
  bench.step();
  for (const std::int64_t wait_ms : {500, 1'000, 2'000, 4'000, 8'000, 10'000, 10'000}) {
    CHECK(bench.scanners().next_step_ms() - bench.now().mono_ms == wait_ms);
    bench.pass(wait_ms);
    bench.step();
  }
}

TEST_CASE(
    "a scanner that was there for a while is looked for soon again, and one that flaps more and more "
    "seldom") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench bench({"serial:" + (folder / "tty").string() + " -> all"});
  bench.step();
  const auto waits_after = [&](std::int64_t open_ms) {
    bench.pass(open_ms);
    port.unplug();
    bench.until_status(ScannerStatus::Waiting);
    const std::int64_t wait_ms = bench.scanners().next_step_ms() - bench.now().mono_ms;
    port.plug_in();
    bench.pass(wait_ms);
    bench.step();
    REQUIRE(bench.state().status == ScannerStatus::Open);
    return wait_ms;
  };
  for (const std::int64_t wait_ms : {500, 1'000, 2'000}) CHECK(waits_after(1'000) == wait_ms);
  CHECK(waits_after(5'000) == 500);
}

TEST_CASE("a keyboard scanner's recorded keys are scans") {
  TestFolder folder;
  const KeyPipe keys((folder / "event0").string());
  DeviceBench bench({"hid:" + (folder / "event0").string() + " -> Gate 1"});
  bench.step();
  REQUIRE(bench.state().status == ScannerStatus::Open);
  const std::string events = nz300006().bytes();
  keys.send(events.substr(0, 100));
  bench.step();
  keys.send(events.substr(100));
  bench.until_scans(1);
  CHECK(bench.texts() == Texts{"NZ300006"});
}

TEST_CASE("a keyboard scan of which the kernel lost keys is no scan, and the next one is") {
  TestFolder folder;
  const KeyPipe keys((folder / "event0").string());
  DeviceBench bench({"hid:" + (folder / "event0").string() + " -> Gate 1"});
  bench.step();
  keys.send(KeyEvents()
                .press({KEY_N, KEY_Z})
                .event(EV_SYN, SYN_DROPPED, 0)
                .sync()
                .press({KEY_6, KEY_ENTER})
                .bytes());
  keys.send(nz300006().bytes());
  bench.until_scans(1);
  CHECK(bench.texts() == Texts{"NZ300006"});
  CHECK(bench.state().lost == 1);
}

TEST_CASE("what is no scanner is an error that says so, and is tried again") {
  TestFolder folder;
  std::ofstream((folder / "file").string()) << "NZ1\r";
  DeviceBench bench({"hid:" + (folder / "file").string() + " -> all",
                     "serial:" + (folder / "file").string() + " -> all", "hid:/dev/null -> all"});
  bench.step();
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(bench.state(i).status == ScannerStatus::Failed);
    CHECK(bench.state(i).why.starts_with("this is no "));
    CHECK_FALSE(bench.state(i).next.empty());
  }
  CHECK(bench.scans().empty());
}

TEST_CASE("a device that another program reads is left alone") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench first({"serial:" + (folder / "tty").string() + " -> all"}),
      second({"serial:" + (folder / "tty").string() + " -> all"});
  first.step();
  second.step();
  CHECK(first.state().status == ScannerStatus::Open);
  CHECK(second.state().status == ScannerStatus::Failed);
  CHECK(second.state().why == "another program reads this device");
}

TEST_CASE("a refusal names the group that would be let in") {
  for (const auto& [line, group] : std::vector<std::pair<std::string, std::string>>{
           {"hid:/dev/input/event0 -> all", "input"}, {"serial:/dev/ttyACM0 -> all", "dialout"}}) {
    const auto trouble = agent::trouble_of(EACCES, *agent::parse_scanner(line));
    CHECK(trouble.status == ScannerStatus::Refused);
    CHECK(trouble.next.find("group " + group) != std::string::npos);
    CHECK(trouble.next.find("udev") != std::string::npos);
  }
}

TEST_CASE("a scanner that we connect to is connected to again after it went away") {
  auto server = std::make_unique<Tcp>(Tcp::listen());
  const std::uint16_t port = server->port();
  DeviceBench bench({"connect:127.0.0.1:" + std::to_string(port) + " -> Gate 2"});
  bench.until_status(ScannerStatus::Open);
  {
    const Tcp scanner = server->accept();
    scanner.send("NZ1\r\nNZ2\r\nNZ");
    bench.until_scans(2);
  }
  bench.until_status(ScannerStatus::Waiting);
  CHECK(bench.state().why == "it ended the connection");
  server.reset();
  bench.pass(agent::kLongestRetryMs);
  bench.until([&] { return bench.state().why == "Connection refused"; });
  CHECK(bench.state().status == ScannerStatus::Waiting);
  server = std::make_unique<Tcp>(Tcp::listen(port));
  bench.pass(agent::kLongestRetryMs);
  bench.until_status(ScannerStatus::Open);
  const Tcp scanner = server->accept();
  scanner.send("NZ3\r\n");
  bench.until_scans(3);
  CHECK(bench.texts() == Texts{"NZ1", "NZ2", "NZ3"});
}

TEST_CASE("scanners that connect to us are heard, several at once, and their bytes are not mixed") {
  DeviceBench bench(listener());
  bench.step();
  const std::uint16_t port = bench.state().port;
  const Tcp one = Tcp::connect(port), two = Tcp::connect(port);
  one.send("NZ10");
  two.send("NZ20");
  bench.until([&] { return bench.state().connections == 2; });
  one.send("1\r");
  two.send("2\r");
  bench.until_scans(2);
  Texts texts = bench.texts();
  std::sort(texts.begin(), texts.end());
  CHECK(texts == Texts{"NZ101", "NZ202"});
}

TEST_CASE("a scanner that ends its connection to us is forgotten with the scan it had begun") {
  DeviceBench bench(listener());
  bench.step();
  {
    const Tcp scanner = Tcp::connect(bench.state().port);
    scanner.send("NZ1\rNZ30");
    bench.until_scans(1);
    CHECK(bench.state().connections == 1);
  }
  bench.until([&] { return bench.state().connections == 0; });
  const Tcp scanner = Tcp::connect(bench.state().port);
  scanner.send("0006\r");
  bench.until_scans(2);
  CHECK(bench.texts() == Texts{"NZ1", "0006"});
  CHECK(bench.state().connections == 1);
}

TEST_CASE("an address that is not allowed is turned away unheard, and that is said") {
  DeviceBench bench(listener());
  bench.step();
  const Tcp stranger = Tcp::connect(bench.state().port, "127.0.0.2");
  stranger.send("NZ1\r");
  bench.until([&] { return bench.state().refused == 1; });
  CHECK(stranger.ended());
  const Tcp scanner = Tcp::connect(bench.state().port);
  scanner.send("NZ2\r");
  bench.until_scans(1);
  CHECK(bench.texts() == Texts{"NZ2"});
  CHECK(bench.state().why.find("127.0.0.2") != std::string::npos);
  CHECK(bench.state().next.find("from=127.0.0.2") != std::string::npos);
}

TEST_CASE("one connection too many takes the place of the one that was silent longest") {
  DeviceBench bench(listener());
  bench.step();
  std::vector<Tcp> scanners;
  for (std::size_t i = 0; i < agent::kConnections; ++i) {
    scanners.push_back(Tcp::connect(bench.state().port));
    bench.until([&] { return bench.state().connections == i + 1; });
    bench.pass(1'000);
  }
  scanners[0].send("NZ1\r");
  bench.until_scans(1);
  bench.pass(1'000);
  const Tcp more = Tcp::connect(bench.state().port);
  more.send("NZ2\r");
  bench.until_scans(2);
  CHECK(bench.state().connections == agent::kConnections);
  CHECK(scanners[1].ended());
  scanners[0].send("NZ3\r");
  bench.until_scans(3);
}

TEST_CASE("ten megabytes without a suffix stay in bounded memory, and the next scan is right") {
  DeviceBench bench(listener());
  bench.step();
  const Tcp scanner = Tcp::connect(bench.state().port);
  bench.until([&] { return bench.state().connections == 1; });
  const std::string block(64 * 1024, 'x');
  const std::size_t before = mallinfo2().uordblks;
  std::size_t most = 0;
  for (std::size_t left = 10 << 20; left > 0;) {
    const std::size_t sent = scanner.offer(std::string_view(block).substr(0, left));
    left -= sent;
    if (sent == 0) ::usleep(200);
    bench.step();
    most = std::max(most, mallinfo2().uordblks);
  }
  CHECK(most < before + 64 * 1024);
  bench.until([&] { return bench.state().why == "characters came, and no end of a scan"; });
  scanner.send("\rNZ1\r");
  bench.until_scans(2);
  CHECK(bench.scans()[0].cut);
  CHECK(bench.scans()[1].text == "NZ1");
}

TEST_CASE("a flood of scans arrives whole and in order, some at each step") {
  constexpr int kScans = 20'000;
  DeviceBench bench(listener());
  bench.step();
  const Tcp scanner = Tcp::connect(bench.state().port);
  std::string all;
  for (int i = 0; i < kScans; ++i) all += "A" + std::to_string(i) + "\n";
  std::string_view rest = all;
  std::size_t seen = 0;
  for (int turns = 0; seen < kScans && turns < 2'000'000; ++turns) {
    rest.remove_prefix(rest.empty() ? 0 : scanner.offer(rest));
    const auto scans = bench.scanners().step(bench.now());
    REQUIRE(scans.size() <= agent::kScansPerStep);
    for (const Scan& scan : scans) REQUIRE(scan.text == "A" + std::to_string(seen++));
    if (scans.empty()) ::usleep(100);
    if (scans.size() == agent::kScansPerStep && !rest.empty())
      CHECK(bench.scanners().next_step_ms() == INT64_MIN);
  }
  CHECK(seen == kScans);
}

TEST_CASE("the same scan again within 300 ms from one device is one, and from another device it is not") {
  TestFolder folder;
  SerialPort one((folder / "one").string()), two((folder / "two").string());
  DeviceBench bench(
      {"serial:" + (folder / "one").string() + " -> all", "serial:" + (folder / "two").string() + " -> all"});
  bench.step();
  one.send("NZ1\rNZ1\r");
  bench.until([&] { return bench.state().repeats == 1; });
  CHECK(bench.texts() == Texts{"NZ1"});
  two.send("NZ1\r");
  bench.until_scans(2);
  bench.pass(agent::kRepeatMs - 1);
  one.send("NZ1\r");
  bench.until([&] { return bench.state().repeats == 2; });
  bench.pass(agent::kRepeatMs);
  one.send("NZ1\r");
  bench.until_scans(3);
  one.send("NZ2\rNZ1\r");
  bench.until_scans(5);
  CHECK(bench.state(0).scans == 4);
  CHECK(bench.state(1).scans == 1);
}

TEST_CASE("one gun on a listening port that scans twice is one, two guns are two") {
  DeviceBench bench(listener("127.0.0.0/8"));
  bench.step();
  for (int i = 0; i < 2; ++i) Tcp::connect(bench.state().port).send("NZ1\r");
  bench.until([&] { return bench.state().scans + bench.state().repeats == 2; });
  CHECK(bench.state().repeats == 1);
  Tcp::connect(bench.state().port, "127.0.0.2").send("NZ1\r");
  bench.until_scans(2);
}

TEST_CASE("a scanner without a suffix ends its scan by silence, when the loop wakes for it") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench bench({"serial:" + (folder / "tty").string() + ",suffix=60ms -> all"});
  bench.step();
  port.send("NZ300006");
  bench.until([&] { return bench.scanners().next_step_ms() != INT64_MAX; });
  CHECK(bench.scanners().next_step_ms() == bench.now().mono_ms + 60);
  CHECK(bench.scans().empty());
  bench.pass(60);
  bench.step();
  CHECK(bench.texts() == Texts{"NZ300006"});
}

TEST_CASE("any bytes on any kind give printable scans in bounds") {
  TestFolder folder;
  const KeyPipe keys((folder / "event0").string());
  SerialPort port((folder / "tty").string());
  DeviceBench bench(
      {"hid:" + (folder / "event0").string() + " -> all", "serial:" + (folder / "tty").string() + " -> all"});
  bench.step();
  std::uint32_t state = 3;
  for (int round = 0; round < 200; ++round) {
    std::string garbage(1 + (state >> 24), '\0');
    for (char& c : garbage) c = static_cast<char>((state = state * 1'664'525u + 1'013'904'223u) >> 24);
    keys.send(garbage);
    port.send(garbage);
    bench.step();
  }
  port.send("\rNZ1\r");
  bench.until([&] { return !bench.scans().empty() && bench.texts().back() == "NZ1"; });
  for (const std::string& text : bench.texts()) CHECK(text.size() <= 256);
}

TEST_CASE("a terminal is told what look takes; its number is found by its name") {
  CHECK(agent::scan_json({"serial:/dev/ttyACM0", "Gate 1",
                          "]C121NZ1\x1D"
                          "10L",
                          false}) ==
        R"({"text":"]C121NZ1\u001d10L","symbology":"gs1","device":"serial:/dev/ttyACM0"})");
  CHECK(agent::scan_json({"x", "", "\xFF\"", false}) ==
        "{\"text\":\"\uFFFD\\\"\",\"symbology\":\"\",\"device\":\"x\"}");
  const std::vector<access::Terminal> terminals{
      {3, "Gate 1", "", "", 0, 0, 0}, {4, "", "", "", 0, 0, 0}, {5, "Gate 2", "", "", 0, 0, 0}};
  CHECK(agent::terminal_of("Gate 2", terminals) == 5u);
  CHECK(agent::terminal_of("", terminals) == 0u);
  CHECK_FALSE(agent::terminal_of("Gate 3", terminals));
}

TEST_CASE("from the last byte to the scan: how long it takes is printed", "[figure]") {
  TestFolder folder;
  SerialPort port((folder / "tty").string());
  DeviceBench bench({"serial:" + (folder / "tty").string() + " -> all"});
  bench.step();
  net::Poller poller;
  poller.add(bench.scanners());
  std::vector<double> times;
  for (int i = 0; i < 200; ++i) {
    const auto start = std::chrono::steady_clock::now();
    port.send("NZ" + std::to_string(i) + "\r");
    while (bench.scans().size() == static_cast<std::size_t>(i)) {
      REQUIRE(poller.wait(1'000).value());
      bench.step();
    }
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(times.begin(), times.end());
  std::cout << "byte to scan: p50 " << times[100] << " ms, p99 " << times[198] << " ms (aim: under 50 ms)\n";
  CHECK(bench.texts().back() == "NZ199");
}

}  // namespace
}  // namespace sealkeep::test
