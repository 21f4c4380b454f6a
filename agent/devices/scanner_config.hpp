// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/ip_address.hpp"
#include "agent/devices/key_decoder.hpp"
#include "agent/devices/line_assembler.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kScanners = 32;
inline constexpr std::size_t kScannerLineBytes = 400;
inline constexpr std::size_t kScannerNetworks = 16;
inline constexpr std::uint32_t kSerialSpeeds[] = {1200,  2400,  4800,   9600,   19200,
                                                  38400, 57600, 115200, 230400, 460800};

enum class ScannerKind : std::uint8_t {
  Hid,      ///< a USB keyboard, read from its evdev device
  Serial,   ///< a serial port, 8N1
  Connect,  ///< TCP, we connect to the scanner
  Listen,   ///< TCP, scanners connect to us
};

/// One scanner of the configuration. A value.
struct ScannerConfig {
  ScannerKind kind = ScannerKind::Hid;
  std::string device;                ///< how it is called: "serial:/dev/ttyACM0", "listen:0.0.0.0:4002"
  std::string path;                  ///< of Hid and Serial
  std::uint32_t speed = 9600;        ///< of Serial, one of kSerialSpeeds
  KeyLayout layout = KeyLayout::Us;  ///< of Hid
  IpAddress address;                 ///< of Connect and Listen
  std::uint16_t port = 0;            ///< 0: any that is free (tests)
  std::vector<Network> from;         ///< of Listen: who may connect, never empty
  Suffix suffix;
  std::string prefix;
  std::string terminal;  ///< the name of the terminal that gets its scans; empty: all of them
  friend bool operator==(const ScannerConfig&, const ScannerConfig&) = default;
};

/// Reads a device with its settings, without a terminal:
///   hid:/dev/input/by-id/usb-Acme-event-kbd[,layout=us]
///   serial:/dev/ttyACM0[,115200]
///   connect:192.168.1.40:4001
///   listen:0.0.0.0:4002,from=192.168.1.41[,from=192.168.1.0/24]
/// and for each suffix=enter|cr|lf|crlf|tab|<N>ms and prefix=TEXT. BadInput `devices.scanner` says which part
/// is wrong and how it is written.
[[nodiscard]] Result<ScannerConfig> parse_device(std::string_view text);

/// parse_device() followed by "-> Gate 1" or "-> all". BadInput `devices.scanner`.
[[nodiscard]] Result<ScannerConfig> parse_scanner(std::string_view line);

/// All of them, each device once, at most kScanners. BadInput `devices.scanner`, `devices.twice`,
/// `devices.too_many`.
[[nodiscard]] Result<std::vector<ScannerConfig>> parse_scanners(std::span<const std::string> lines);

}  // namespace sealkeep::agent
