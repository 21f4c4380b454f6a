// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/scanner_config.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include "common/base/bytes.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::string_view kArrow = "->";
constexpr std::size_t kPathBytes = 255;
constexpr std::size_t kPrefixBytes = 16;
constexpr std::size_t kTerminalBytes = 64;
constexpr std::uint64_t kShortestSilenceMs = 10;
constexpr std::uint64_t kLongestSilenceMs = 5'000;

struct KindName {
  std::string_view name;
  ScannerKind kind;
};
constexpr KindName kKinds[] = {{"hid", ScannerKind::Hid},
                               {"serial", ScannerKind::Serial},
                               {"connect", ScannerKind::Connect},
                               {"listen", ScannerKind::Listen}};

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

bool is_printable(std::string_view text) {
  return is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F;
         });
}

std::optional<std::uint64_t> number_of(std::string_view digits) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
  if (error != std::errc() || digits.empty() || end != digits.data() + digits.size()) return std::nullopt;
  return out;
}

class Parser {
 public:
  explicit Parser(std::string_view whole) : whole_(whole) {}

  [[nodiscard]] tl::unexpected<Error> wrong(const std::string& what, std::string next) const {
    return bad_input("devices.scanner",
                     "The scanner \"" + printable(whole_, 200) + "\" cannot be used: " + what, {},
                     std::move(next));
  }

  Result<ScannerConfig> device(std::string_view text) {
    const std::size_t colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    const auto* known = std::find_if(std::begin(kKinds), std::end(kKinds),
                                     [&](const KindName& each) { return each.name == kind; });
    if (colon == std::string_view::npos || known == std::end(kKinds))
      return wrong(
          "it begins with none of hid:, serial:, connect:, listen:",
          "Write for example serial:/dev/ttyACM0; sealkeep-agent devices list shows what is plugged in");
    out_.kind = known->kind;
    std::string_view rest = text.substr(colon + 1);
    const std::size_t comma = rest.find(',');
    SEALKEEP_TRY(place(trimmed(rest.substr(0, comma))));
    while (!rest.empty() && rest.find(',') != std::string_view::npos) {
      rest.remove_prefix(rest.find(',') + 1);
      SEALKEEP_TRY(setting(trimmed(rest.substr(0, rest.find(',')))));
    }
    if (out_.kind == ScannerKind::Listen && out_.from.empty())
      return wrong("it does not say who may connect",
                   "Name the scanner's address: from=192.168.1.41, or a network: from=192.168.1.0/24");
    return std::move(out_);
  }

 private:
  Result<> place(std::string_view text) {
    const bool is_path = out_.kind == ScannerKind::Hid || out_.kind == ScannerKind::Serial;
    SEALKEEP_TRY(is_path ? path(text) : endpoint(text));
    const auto* known = std::find_if(std::begin(kKinds), std::end(kKinds),
                                     [&](const KindName& k) { return k.kind == out_.kind; });
    out_.device = std::string(known->name) + ":" + std::string(text);
    return {};
  }

  Result<> path(std::string_view text) {
    if (!text.starts_with('/') || text.size() > kPathBytes)
      return wrong("a device is named by its whole path",
                   "Write for example /dev/serial/by-id/usb-... or /dev/ttyACM0");
    out_.path = text;
    return {};
  }

  Result<> endpoint(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    std::string_view host = text.substr(0, colon == std::string_view::npos ? 0 : colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const auto address = IpAddress::parse(host);
    if (!address || bracketed == address->v4())
      return wrong("\"" + printable(text, 80) + "\" is no address with a port",
                   "Write 192.168.1.40:4001 or [fd00::40]:4001; names are not looked up");
    const auto port = number_of(text.substr(colon + 1));
    if (!port || *port == 0 || *port > 65'535)
      return wrong("\"" + printable(text.substr(colon + 1), 20) + "\" is no port",
                   "Write a number from 1 to 65535");
    out_.address = *address;
    out_.port = static_cast<std::uint16_t>(*port);
    return {};
  }

  Result<> setting(std::string_view text) {
    const std::size_t equals = text.find('=');
    const std::string_view name = text.substr(0, equals);
    const std::string_view value = equals == std::string_view::npos ? "" : text.substr(equals + 1);
    if (equals == std::string_view::npos && out_.kind == ScannerKind::Serial && number_of(text))
      return speed(text);
    if (name != "from" && !given_.insert(std::string(name)).second)
      return wrong("\"" + printable(name, 20) + "\" is said twice", "Say it once");
    if (name == "suffix") return suffix(value);
    if (name == "prefix") return prefix(value);
    if (name == "layout" && out_.kind == ScannerKind::Hid) return layout(value);
    if (name == "speed" && out_.kind == ScannerKind::Serial) return speed(value);
    if (name == "from" && out_.kind == ScannerKind::Listen) return from(value);
    return wrong("it has no setting \"" + printable(name, 40) + "\"", "The settings are: " + settings());
  }

  [[nodiscard]] std::string settings() const {
    const std::string all = "suffix=, prefix=";
    if (out_.kind == ScannerKind::Hid) return "layout=, " + all;
    if (out_.kind == ScannerKind::Serial) return "speed=, " + all;
    return out_.kind == ScannerKind::Listen ? "from=, " + all : all;
  }

  Result<> suffix(std::string_view value) {
    using Kind = Suffix::Kind;
    constexpr std::pair<std::string_view, Kind> kNames[] = {
        {"enter", Kind::Enter}, {"cr", Kind::Cr}, {"lf", Kind::Lf}, {"crlf", Kind::CrLf}, {"tab", Kind::Tab}};
    for (const auto& [name, kind] : kNames)
      if (name == value) {
        out_.suffix = {kind, 0};
        return {};
      }
    const auto silence =
        value.ends_with("ms") ? number_of(value.substr(0, value.size() - 2)) : std::optional<std::uint64_t>();
    if (!silence || *silence < kShortestSilenceMs || *silence > kLongestSilenceMs)
      return wrong("\"" + printable(value, 40) + "\" is no suffix",
                   "Write enter, cr, lf, crlf, tab, or a silence from 10ms to 5000ms");
    out_.suffix = {Kind::Silence, static_cast<std::int64_t>(*silence)};
    return {};
  }

  Result<> prefix(std::string_view value) {
    if (value.empty() || value.size() > kPrefixBytes)
      return wrong("the prefix is empty or too long",
                   "Write 1 to 16 characters; control characters go by themselves");
    out_.prefix = value;
    return {};
  }

  Result<> layout(std::string_view value) {
    const auto known = key_layout_of(value);
    if (!known)
      return wrong("there is no layout \"" + printable(value, 20) + "\"",
                   "The layouts are: " + std::string(key_layout_names()));
    out_.layout = *known;
    return {};
  }

  Result<> speed(std::string_view value) {
    const auto number = number_of(value);
    if (!number ||
        std::find(std::begin(kSerialSpeeds), std::end(kSerialSpeeds), *number) == std::end(kSerialSpeeds))
      return wrong("\"" + printable(value, 20) + "\" is no speed of a serial port",
                   "Write 9600, 19200, 38400, 57600, 115200, ...");
    out_.speed = static_cast<std::uint32_t>(*number);
    return {};
  }

  Result<> from(std::string_view value) {
    const auto network = Network::parse(value);
    if (!network)
      return wrong("\"" + printable(value, 60) + "\" is no address",
                   "Write from=192.168.1.41, or a network: from=192.168.1.0/24");
    if (out_.from.size() == kScannerNetworks)
      return wrong("it names more than " + std::to_string(kScannerNetworks) + " addresses",
                   "Name a network: from=192.168.1.0/24");
    out_.from.push_back(*network);
    return {};
  }

  std::string_view whole_;
  ScannerConfig out_;
  std::set<std::string> given_;
};

Result<ScannerConfig> parse(std::string_view whole, std::string_view device) {
  const Parser parser(whole);
  if (whole.size() > kScannerLineBytes || !is_printable(whole))
    return parser.wrong("it is too long, or holds characters that cannot be printed",
                        "At most " + std::to_string(kScannerLineBytes) + " bytes are taken");
  return Parser(whole).device(trimmed(device));
}

}  // namespace

Result<ScannerConfig> parse_device(std::string_view text) {
  return parse(text, text);
}

Result<ScannerConfig> parse_scanner(std::string_view line) {
  const std::size_t arrow = line.rfind(kArrow);
  const std::string_view terminal =
      arrow == std::string_view::npos ? "" : trimmed(line.substr(arrow + kArrow.size()));
  if (terminal.empty() || terminal.size() > kTerminalBytes)
    return Parser(line).wrong("it does not say whose scans these are",
                              "End the line with the name of a terminal: -> Gate 1, or with -> all");
  SEALKEEP_LET(out, parse(line, line.substr(0, arrow)));
  if (terminal != "all") out.terminal = terminal;
  return out;
}

Result<std::vector<ScannerConfig>> parse_scanners(std::span<const std::string> lines) {
  if (lines.size() > kScanners)
    return bad_input("devices.too_many",
                     "The configuration names " + std::to_string(lines.size()) + " scanners",
                     "at most " + std::to_string(kScanners) + " are read", "Remove some");
  std::vector<ScannerConfig> out;
  for (const std::string& line : lines) {
    SEALKEEP_LET(one, parse_scanner(line));
    const bool twice = std::any_of(out.begin(), out.end(),
                                   [&](const ScannerConfig& other) { return other.device == one.device; });
    if (twice)
      return bad_input("devices.twice", "The scanner " + printable(one.device, 200) + " is named twice",
                       "one device has one reader, and one terminal or all", "Keep one of the lines");
    out.push_back(std::move(one));
  }
  return out;
}

}  // namespace sealkeep::agent
