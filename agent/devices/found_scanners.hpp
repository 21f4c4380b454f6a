// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "agent/devices/scanner_config.hpp"

namespace sealkeep::agent {

inline constexpr std::size_t kFoundScanners = 100;

/// What is plugged in and may be a scanner. A keyboard looks like a scanner that is a keyboard.
struct FoundScanner {
  ScannerKind kind = ScannerKind::Hid;
  std::string path;
  bool readable = false;  ///< by this user
  /// A line of the configuration, but for the terminal's name: "hid:/dev/input/by-id/... -> Gate 1"
  [[nodiscard]] std::string line() const;
};

/// The names that udev gives under `dev` (/dev): input/by-id/*-event-kbd and serial/by-id/*, sorted, at most
/// kFoundScanners. Names that the configuration cannot hold are left out; folders that are not there are
/// empty.
[[nodiscard]] std::vector<FoundScanner> found_scanners(const std::filesystem::path& dev);

}  // namespace sealkeep::agent
