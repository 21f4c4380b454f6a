// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace sealkeep::agent {

/// The longest scan that is looked at; a QR code may hold more, and is cut.
inline constexpr std::size_t kScanBytes = 256;

/// What a scanner or a person gave, without what is about the barcode and not about the thing.
struct ScanText {
  std::string text;       ///< printable; for a command the part after "SK:", in lower case
  std::string symbology;  ///< "code128", "gs1", "qr", "datamatrix", ...; empty if the scanner did not say
  bool command = false;   ///< from the printed card of scan codes: "SK:DRIVER"
  std::string note;       ///< why it was not taken as it is: "a web address: ..."; empty: nothing
};

/// Takes off an AIM symbology identifier (ISO/IEC 15424: "]C1"), unwraps GS1 element strings (serial number
/// AI 21, package AI 00, else the whole), drops control characters, and of a web address takes its last part
/// as what it may mean. Never follows anything. Pure.
[[nodiscard]] ScanText read_scan(std::string_view raw);

}  // namespace sealkeep::agent
