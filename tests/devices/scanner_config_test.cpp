// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanner_config.hpp"

#include <catch2/catch.hpp>

#include "agent/commands/commands.hpp"
#include "agent/commands/scan_text.hpp"

namespace sealkeep::agent {
namespace {

TEST_CASE("the four kinds of scanners are read with their settings") {
  const auto hid = parse_scanner("hid:/dev/input/by-id/usb-Acme-event-kbd, layout=gb ,suffix=tab -> Gate 1");
  REQUIRE(hid);
  CHECK(hid->kind == ScannerKind::Hid);
  CHECK(hid->path == "/dev/input/by-id/usb-Acme-event-kbd");
  CHECK(hid->device == "hid:/dev/input/by-id/usb-Acme-event-kbd");
  CHECK(hid->layout == KeyLayout::Gb);
  CHECK(hid->suffix == Suffix{Suffix::Kind::Tab, 0});
  CHECK(hid->terminal == "Gate 1");

  const auto serial = parse_scanner("serial:/dev/ttyACM0,115200,suffix=cr,prefix=S: -> Gate 1");
  REQUIRE(serial);
  CHECK(serial->speed == 115'200);
  CHECK(serial->suffix.kind == Suffix::Kind::Cr);
  CHECK(serial->prefix == "S:");
  CHECK(parse_scanner("serial:/dev/ttyS0 -> x")->speed == 9'600);
  CHECK(parse_scanner("serial:/dev/ttyS0,speed=1200 -> x")->speed == 1'200);

  const auto connect = parse_scanner("connect:192.168.1.40:4001,suffix=60ms->Gate 2");
  REQUIRE(connect);
  CHECK(connect->address == *IpAddress::parse("192.168.1.40"));
  CHECK(connect->port == 4'001);
  CHECK(connect->suffix == Suffix{Suffix::Kind::Silence, 60});
  CHECK(parse_scanner("connect:[fd00::40]:1 -> x")->address == *IpAddress::parse("fd00::40"));

  const auto listen = parse_scanner("listen:0.0.0.0:4002,from=192.168.1.41,from=10.1.0.0/16 -> all");
  REQUIRE(listen);
  CHECK(listen->terminal.empty());
  REQUIRE(listen->from.size() == 2);
  CHECK(listen->from[1].holds(*IpAddress::parse("10.1.255.255")));
  CHECK_FALSE(listen->from[1].holds(*IpAddress::parse("10.2.0.0")));
}

TEST_CASE("what is wrong with a scanner's line is said, with what to write") {
  const auto [line, part] = GENERATE(table<std::string, std::string>({
      {"serial:/dev/ttyACM0", "-> Gate 1"},
      {"serial:/dev/ttyACM0 -> ", "-> Gate 1"},
      {"usb:/dev/ttyACM0 -> x", "hid:, serial:"},
      {"/dev/ttyACM0 -> x", "hid:, serial:"},
      {"serial:ttyACM0 -> x", "whole path"},
      {"serial: -> x", "whole path"},
      {"serial:/dev/ttyACM0,1234 -> x", "speed"},
      {"serial:/dev/ttyACM0,speed= -> x", "speed"},
      {"serial:/dev/ttyACM0,layout=us -> x", "speed=, suffix=, prefix="},
      {"serial:/dev/ttyACM0, -> x", "no setting"},
      {"serial:/dev/ttyACM0,9600,speed=9600,speed=9600 -> x", "twice"},
      {"hid:/dev/input/event0,layout=xx -> x", "us, gb, de, fr"},
      {"hid:/dev/input/event0,9600 -> x", "layout="},
      {"hid:/dev/input/event0,suffix=9ms -> x", "10ms"},
      {"hid:/dev/input/event0,suffix=5001ms -> x", "10ms"},
      {"hid:/dev/input/event0,suffix=ms -> x", "10ms"},
      {"hid:/dev/input/event0,suffix=cr,suffix=lf -> x", "twice"},
      {"hid:/dev/input/event0,prefix= -> x", "prefix"},
      {"hid:/dev/input/event0,prefix=12345678901234567 -> x", "prefix"},
      {"connect:scanner.local:4001 -> x", "names are not looked up"},
      {"connect:192.168.1.40 -> x", "port"},
      {"connect:192.168.1.40:0 -> x", "1 to 65535"},
      {"connect:192.168.1.40:65536 -> x", "1 to 65535"},
      {"connect:fd00::40:4001 -> x", "[fd00::40]:4001"},
      {"connect:192.168.1.40:4001,from=10.0.0.1 -> x", "no setting"},
      {"listen:0.0.0.0:4002 -> x", "from="},
      {"listen:0.0.0.0:4002,from= -> x", "from="},
      {"listen:0.0.0.0:4002,from=10.0.0.0/33 -> x", "from="},
      {"listen:0.0.0.0:4002,from=gate -> x", "from="},
      {"serial:/dev/tty\tACM0 -> x", "printed"},
      {"serial:/dev/" + std::string(400, 'x') + " -> x", "too long"},
      {"serial:/dev/" + std::string(300, 'x') + " -> x", "whole path"},
      {"serial:/dev/ttyACM0 -> " + std::string(65, 'x'), "-> Gate 1"},
      {"", "-> Gate 1"},
  }));
  CAPTURE(line);
  const auto outcome = parse_scanner(line);
  REQUIRE_FALSE(outcome);
  CHECK(outcome.error().kind == ErrorKind::BadInput);
  CHECK(outcome.error().code == "devices.scanner");
  CHECK_FALSE(outcome.error().next.empty());
  CHECK((outcome.error().what + outcome.error().next).find(part) != std::string::npos);
}

TEST_CASE("every beginning of a line is read whole or refused") {
  const std::string line = "listen:0.0.0.0:4002,from=192.168.1.41,suffix=crlf,prefix=x -> Gate 2";
  for (std::size_t length = 0; length < line.size(); ++length) {
    const auto outcome = parse_scanner(line.substr(0, length));
    const bool has_terminal = length > line.find('>') + 2;
    CHECK(outcome.has_value() == has_terminal);
  }
}

TEST_CASE("a device is read by one terminal, and there is a most of scanners") {
  const auto twice = parse_scanners(
      std::vector<std::string>{"serial:/dev/ttyACM0 -> Gate 1", "serial:/dev/ttyACM0,9600 -> Gate 2"});
  REQUIRE_FALSE(twice);
  CHECK(twice.error().code == "devices.twice");
  std::vector<std::string> many;
  for (std::size_t i = 0; i < kScanners; ++i)
    many.push_back("serial:/dev/ttyACM" + std::to_string(i) + " -> all");
  CHECK(parse_scanners(many)->size() == kScanners);
  many.push_back("serial:/dev/ttyUSB0 -> all");
  CHECK(parse_scanners(many).error().code == "devices.too_many");
}

TEST_CASE("the agent's configuration names scanners, and none if it says nothing") {
  const auto keys = config_keys();
  const auto config = cli::Config::parse(
      "[devices]\nscanners = [\"serial:/dev/ttyACM0 -> Gate 1\", \"connect:10.0.0.1:4001 -> all\"]\n",
      "agent.toml", keys);
  REQUIRE(config);
  CHECK(scanners_of(*config)->size() == 2);
  CHECK(scanners_of(*cli::Config::defaults(keys))->empty());
}

TEST_CASE("addresses of both kinds are told apart, and a network holds its own") {
  CHECK(IpAddress::parse("192.168.1.41")->text() == "192.168.1.41");
  CHECK(IpAddress::parse("::ffff:192.168.1.41") == IpAddress::parse("192.168.1.41"));
  CHECK(IpAddress::parse("fd00::1")->text() == "fd00::1");
  for (const char* wrong : {"", "1.2.3", "1.2.3.4.5", "gate", "1.2.3.4 ", "fd00::1%eth0", "256.1.1.1"})
    CHECK_FALSE(IpAddress::parse(wrong));
  CHECK(Network::parse("0.0.0.0/0")->holds(*IpAddress::parse("8.8.8.8")));
  CHECK_FALSE(Network::parse("0.0.0.0/0")->holds(*IpAddress::parse("fd00::1")));
  CHECK(Network::parse("fd00::/8")->holds(*IpAddress::parse("fdff::1")));
  CHECK(Network::parse("192.168.1.40/31")->holds(*IpAddress::parse("192.168.1.41")));
  CHECK_FALSE(Network::parse("192.168.1.40/31")->holds(*IpAddress::parse("192.168.1.42")));
  for (const char* wrong : {"10.0.0.0/", "10.0.0.0/x", "10.0.0.0/33", "fd00::/129", "/8", "10.0.0.0/-1"})
    CHECK_FALSE(Network::parse(wrong));
}

}  // namespace
}  // namespace sealkeep::agent
