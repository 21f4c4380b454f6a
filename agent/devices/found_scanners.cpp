// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/found_scanners.hpp"

#include <unistd.h>

#include <algorithm>

namespace sealkeep::agent {
namespace {

std::string device_text(ScannerKind kind, const std::string& path) {
  return (kind == ScannerKind::Hid ? "hid:" : "serial:") + path;
}

void look_in(const std::filesystem::path& folder, std::string_view ends_with, ScannerKind kind,
             std::vector<FoundScanner>& out) {
  std::error_code error;
  std::filesystem::directory_iterator items(folder, error), end;
  std::vector<FoundScanner> found;
  for (; !error && items != end && found.size() < kFoundScanners; items.increment(error)) {
    const std::string path = items->path().string();
    if (!path.ends_with(ends_with) || !parse_device(device_text(kind, path))) continue;
    found.push_back({kind, path, ::access(path.c_str(), R_OK) == 0});
  }
  std::sort(found.begin(), found.end(),
            [](const FoundScanner& a, const FoundScanner& b) { return a.path < b.path; });
  for (FoundScanner& each : found)
    if (out.size() < kFoundScanners) out.push_back(std::move(each));
}

}  // namespace

std::string FoundScanner::line() const {
  return device_text(kind, path) + " -> Gate 1";
}

std::vector<FoundScanner> found_scanners(const std::filesystem::path& dev) {
  std::vector<FoundScanner> out;
  look_in(dev / "serial/by-id", "", ScannerKind::Serial, out);
  look_in(dev / "input/by-id", "-event-kbd", ScannerKind::Hid, out);
  return out;
}

}  // namespace sealkeep::agent
