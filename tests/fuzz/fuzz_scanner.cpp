// SPDX-License-Identifier: Apache-2.0
// What a barcode scanner, or whoever reaches its port, may send: bytes and keys in whatever pieces, and a
// scanner's line of the configuration. Scans stay in bounds and hold no control character but GS1's
// separator; however the bytes are cut, the same scans come out; what a line gives can be used.
#include <algorithm>

#include "agent/commands/scan_text.hpp"
#include "agent/devices/scanner_config.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::agent;
using namespace sealkeep::fuzz;

namespace {

void check_text(std::string_view text) {
  SEALKEEP_ASSERT(!text.empty() && text.size() <= kScanBytes);
  for (const char c : text) SEALKEEP_ASSERT(static_cast<unsigned char>(c) >= 0x20 || c == 0x1D);
  const ScanText read = read_scan(text);
  for (const char c : read.text) SEALKEEP_ASSERT(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
}

std::vector<std::string> scans(Suffix suffix, std::string_view bytes, std::size_t piece) {
  LineAssembler assembler(suffix, "P", 0);
  std::vector<std::string> out;
  while (!bytes.empty()) {
    const auto taken = assembler.take(bytes.substr(0, piece), 0);
    SEALKEEP_ASSERT(taken.bytes > 0 && taken.bytes <= bytes.size());
    bytes.remove_prefix(taken.bytes);
    if (!taken.line) continue;
    check_text(taken.line->text);
    out.push_back(taken.line->text);
  }
  return out;
}

void keys(KeyLayout layout, ByteView bytes) {
  KeyDecoder decoder(layout);
  for (; bytes.size() >= kKeyEventBytes; bytes = bytes.subspan(kKeyEventBytes)) {
    const auto typed = decoder.take(read_key_event(bytes.first(kKeyEventBytes)));
    SEALKEEP_ASSERT(is_utf8(typed.text) && typed.text.size() <= 3);
    SEALKEEP_ASSERT(!typed.lost || typed.text.empty());
  }
}

void line(std::string_view text) {
  const auto config = parse_scanner(text);
  if (!config) {
    SEALKEEP_ASSERT(config.error().kind == ErrorKind::BadInput && is_utf8(config.error().text()));
    return;
  }
  SEALKEEP_ASSERT(text.size() <= kScannerLineBytes && is_utf8(config->terminal) && is_utf8(config->device));
  const bool is_path = config->kind == ScannerKind::Hid || config->kind == ScannerKind::Serial;
  SEALKEEP_ASSERT(is_path ? config->path.starts_with('/') : config->port != 0);
  SEALKEEP_ASSERT(config->kind != ScannerKind::Listen || !config->from.empty());
  SEALKEEP_ASSERT(parse_device(text.substr(0, text.rfind("->"))).has_value());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<ScannerChoice>();
  const std::string_view text = as_text(in.rest());
  switch (choice) {
    case ScannerChoice::Bytes:
      for (const auto kind :
           {Suffix::Kind::Enter, Suffix::Kind::Cr, Suffix::Kind::Lf, Suffix::Kind::CrLf, Suffix::Kind::Tab})
        SEALKEEP_ASSERT(scans({kind, 0}, text, 1) == scans({kind, 0}, text, std::string_view::npos));
      break;
    case ScannerChoice::Keys:
      for (const auto layout : {KeyLayout::Us, KeyLayout::Gb, KeyLayout::De, KeyLayout::Fr})
        keys(layout, as_bytes(text));
      break;
    case ScannerChoice::Line:
      line(text);
      break;
    case ScannerChoice::kCount:
      break;
  }
  return 0;
}
