// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/scan_text.hpp"

#include <algorithm>

#include "common/base/bytes.hpp"

namespace sealkeep::agent {
namespace {

constexpr char kGroupSeparator = 0x1D;

struct Symbology {
  std::string_view aim;
  std::string_view name;
};
constexpr Symbology kSymbologies[] = {{"]C1", "gs1"},       {"]d2", "gs1"},     {"]Q3", "gs1"},
                                      {"]e0", "gs1"},       {"]C0", "code128"}, {"]A", "code39"},
                                      {"]I", "itf"},        {"]E", "ean"},      {"]Q", "qr"},
                                      {"]d", "datamatrix"}, {"]L", "pdf417"},   {"]z", "aztec"}};

/// Element strings of the GS1 General Specifications that can name what a dock handles: fixed length, or up
/// to the separator.
struct Element {
  std::string_view identifier;
  std::size_t length;  ///< 0: variable
  bool names;          ///< it is what we look for
};
constexpr Element kElements[] = {{"00", 18, true}, {"01", 14, false}, {"02", 14, false}, {"11", 6, false},
                                 {"13", 6, false}, {"17", 6, false},  {"10", 0, false},  {"21", 0, true},
                                 {"37", 0, false}, {"400", 0, false}, {"8008", 0, false}};

std::string from_gs1(std::string_view rest) {
  std::string named;
  while (!rest.empty()) {
    if (rest.front() == kGroupSeparator) {
      rest.remove_prefix(1);
      continue;
    }
    const auto* element = std::find_if(std::begin(kElements), std::end(kElements),
                                       [&](const Element& e) { return rest.starts_with(e.identifier); });
    if (element == std::end(kElements)) return named;
    rest.remove_prefix(element->identifier.size());
    const std::size_t length = element->length != 0 ? element->length : rest.find(kGroupSeparator);
    const std::string_view value = rest.substr(0, length);
    if (element->names) named = value;
    rest.remove_prefix(value.size());
  }
  return named;
}

std::string without_controls(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (static_cast<unsigned char>(c) >= 0x20 && c != 0x7F) out += c;
  const std::size_t first = out.find_first_not_of(' ');
  return first == std::string::npos ? std::string()
                                    : out.substr(first, out.find_last_not_of(' ') - first + 1);
}

bool is_web_address(std::string_view text) {
  std::string small(text.substr(0, 8));
  for (char& c : small)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return small.starts_with("http://") || small.starts_with("https://") || small.starts_with("www.");
}

}  // namespace

ScanText read_scan(std::string_view raw) {
  ScanText out;
  if (raw.size() > kScanBytes) {
    raw = raw.substr(0, kScanBytes);
    out.note = "only its beginning was read";
  }
  for (const Symbology& known : kSymbologies) {
    if (!raw.starts_with(known.aim) || raw.size() < 3) continue;
    out.symbology = known.name;
    raw.remove_prefix(3);
    break;
  }
  if (out.symbology == "gs1" || raw.find(kGroupSeparator) != std::string_view::npos) {
    if (std::string named = from_gs1(raw); !named.empty()) raw = raw.substr(raw.find(named), named.size());
  }
  out.text = without_controls(raw);
  if (out.text.starts_with("SK:")) {
    out.command = true;
    out.text = printable(out.text.substr(3), 32);
    for (char& c : out.text)
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
  }
  if (is_web_address(out.text)) {
    out.note = "a web address: only its last part was looked at";
    if (const std::size_t scheme = out.text.find("://"); scheme != std::string::npos)
      out.text.erase(0, scheme + 3);
    out.text.erase(out.text.find_last_not_of('/') + 1);
    out.text.erase(0, out.text.find_last_of("/=") + 1);
  }
  return out;
}

}  // namespace sealkeep::agent
