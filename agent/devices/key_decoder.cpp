// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/key_decoder.hpp"

#include <linux/input.h>

#include <cstring>

namespace sealkeep::agent {

const std::size_t kKeyEventBytes = sizeof(input_event);

namespace {

constexpr std::int32_t kReleased = 0;
constexpr std::int32_t kPressed = 1;

/// What the keys of one level type, row by row as they lie; U'\0' is nothing (and dead keys).
struct Level {
  std::u32string_view digits;  ///< KEY_1 .. KEY_EQUAL, 12 keys
  std::u32string_view upper;   ///< KEY_Q .. KEY_RIGHTBRACE, 12
  std::u32string_view home;    ///< KEY_A .. KEY_GRAVE, 12
  char32_t backslash;          ///< KEY_BACKSLASH
  std::u32string_view lower;   ///< KEY_Z .. KEY_SLASH, 10
  char32_t extra;              ///< KEY_102ND
};
struct Levels {
  Level plain, shift, alt_gr;
};

using std::literals::operator""sv;

constexpr Level kNone{U""sv, U""sv, U""sv, 0, U""sv, 0};

// In the order of KeyLayout.
constexpr Levels kLayouts[] = {
    {{U"1234567890-="sv, U"qwertyuiop[]"sv, U"asdfghjkl;'`"sv, U'\\', U"zxcvbnm,./"sv, U'<'},
     {U"!@#$%^&*()_+"sv, U"QWERTYUIOP{}"sv, U"ASDFGHJKL:\"~"sv, U'|', U"ZXCVBNM<>?"sv, U'>'},
     kNone},
    {{U"1234567890-="sv, U"qwertyuiop[]"sv, U"asdfghjkl;'`"sv, U'#', U"zxcvbnm,./"sv, U'\\'},
     {U"!\"\u00A3$%^&*()_+"sv, U"QWERTYUIOP{}"sv, U"ASDFGHJKL:@\u00AC"sv, U'~', U"ZXCVBNM<>?"sv, U'|'},
     {U"\0\0\0\u20AC\0\0\0\0\0\0\0\0"sv, U""sv, U""sv, 0, U""sv, 0}},
    {{U"1234567890\u00DF\0"sv, U"qwertzuiop\u00FC+"sv, U"asdfghjkl\u00F6\u00E4\0"sv, U'#', U"yxcvbnm,.-"sv,
      U'<'},
     {U"!\"\u00A7$%&/()=?\0"sv, U"QWERTZUIOP\u00DC*"sv, U"ASDFGHJKL\u00D6\u00C4\u00B0"sv, U'\'',
      U"YXCVBNM;:_"sv, U'>'},
     {U"\0\u00B2\u00B3\0\0\0{[]}\\\0"sv, U"@\0\u20AC\0\0\0\0\0\0\0\0~"sv, U""sv, 0, U""sv, U'|'}},
    {{U"&\u00E9\"'(-\u00E8_\u00E7\u00E0)="sv, U"azertyuiop\0$"sv, U"qsdfghjklm\u00F9\u00B2"sv, U'*',
      U"wxcvbn,;:!"sv, U'<'},
     {U"1234567890\u00B0+"sv, U"AZERTYUIOP\0\u00A3"sv, U"QSDFGHJKLM%\0"sv, U'\u00B5', U"WXCVBN?./\u00A7"sv,
      U'>'},
     {U"\0~#{[|`\\^@]}"sv, U"\0\0\u20AC\0\0\0\0\0\0\0\0\u00A4"sv, U""sv, 0, U""sv, 0}},
};

constexpr bool is_whole(const Level& level) {
  return level.digits.size() == 12 && level.upper.size() == 12 && level.home.size() == 12 &&
         level.lower.size() == 10;
}
static_assert([] {
  for (const Levels& levels : kLayouts)
    if (!is_whole(levels.plain) || !is_whole(levels.shift)) return false;
  return true;
}());

char32_t in_row(std::u32string_view row, std::uint16_t code, std::uint16_t first) {
  const std::size_t at = static_cast<std::size_t>(code - first);
  return at < row.size() ? row[at] : U'\0';
}

char32_t at_key(const Level& level, std::uint16_t code) {
  if (code >= KEY_1 && code <= KEY_EQUAL) return in_row(level.digits, code, KEY_1);
  if (code >= KEY_Q && code <= KEY_RIGHTBRACE) return in_row(level.upper, code, KEY_Q);
  if (code >= KEY_A && code <= KEY_GRAVE) return in_row(level.home, code, KEY_A);
  if (code == KEY_BACKSLASH) return level.backslash;
  if (code >= KEY_Z && code <= KEY_SLASH) return in_row(level.lower, code, KEY_Z);
  return code == KEY_102ND ? level.extra : U'\0';
}

/// -1: not a digit of the number pad.
int pad_digit(std::uint16_t code) {
  switch (code) {
    case KEY_KP0:
      return 0;
    case KEY_KP1:
    case KEY_KP2:
    case KEY_KP3:
      return code - KEY_KP1 + 1;
    case KEY_KP4:
    case KEY_KP5:
    case KEY_KP6:
      return code - KEY_KP4 + 4;
    case KEY_KP7:
    case KEY_KP8:
    case KEY_KP9:
      return code - KEY_KP7 + 7;
    default:
      return -1;
  }
}

/// The keys that type the same on every layout.
char same_everywhere(std::uint16_t code) {
  switch (code) {
    case KEY_ENTER:
    case KEY_KPENTER:
      return '\r';
    case KEY_TAB:
      return '\t';
    case KEY_SPACE:
      return ' ';
    case KEY_KPMINUS:
      return '-';
    case KEY_KPPLUS:
      return '+';
    case KEY_KPASTERISK:
      return '*';
    case KEY_KPSLASH:
      return '/';
    case KEY_KPDOT:
      return '.';
    default:
      return 0;
  }
}

// Every character of the tables is below U+10000.
std::string utf8(char32_t c) {
  if (c == 0) return {};
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xC0 | (c >> 6)), static_cast<char>(0x80 | (c & 0x3F))};
  return {static_cast<char>(0xE0 | (c >> 12)), static_cast<char>(0x80 | ((c >> 6) & 0x3F)),
          static_cast<char>(0x80 | (c & 0x3F))};
}

}  // namespace

std::optional<KeyLayout> key_layout_of(std::string_view name) {
  if (name == "us") return KeyLayout::Us;
  if (name == "gb") return KeyLayout::Gb;
  if (name == "de") return KeyLayout::De;
  if (name == "fr") return KeyLayout::Fr;
  return std::nullopt;
}

std::string_view key_layout_names() {
  return "us, gb, de, fr";
}

KeyEvent read_key_event(ByteView record) {
  SEALKEEP_ASSERT(record.size() == kKeyEventBytes);
  input_event event{};
  std::memcpy(&event, record.data(), sizeof event);
  return {event.type, event.code, event.value};
}

KeyDecoder::Typed KeyDecoder::take(const KeyEvent& event) {
  if (event.type == EV_SYN && event.code == SYN_DROPPED) {
    const bool caps = caps_;
    *this = KeyDecoder(layout_);
    caps_ = caps;
    dropping_ = true;
    return {{}, true};
  }
  if (event.type == EV_SYN && event.code == SYN_REPORT) dropping_ = false;
  if (dropping_ || event.type != EV_KEY || (event.value != kPressed && event.value != kReleased)) return {};
  const bool down = event.value == kPressed;
  switch (event.code) {
    case KEY_LEFTSHIFT:
      shift_[0] = down;
      return {};
    case KEY_RIGHTSHIFT:
      shift_[1] = down;
      return {};
    case KEY_LEFTCTRL:
      ctrl_[0] = down;
      return {};
    case KEY_RIGHTCTRL:
      ctrl_[1] = down;
      return {};
    case KEY_RIGHTALT:
      alt_gr_ = down;
      return {};
    case KEY_CAPSLOCK:
      if (down) caps_ = !caps_;
      return {};
    case KEY_LEFTALT: {
      alt_ = down;
      const bool has_code = !down && alt_digits_ > 0 && alt_code_ <= 0xFF;
      const char32_t code = has_code ? alt_code_ : 0;
      alt_code_ = alt_digits_ = 0;
      return {utf8(code), false};
    }
    default:
      return down ? Typed{typed(event.code), false} : Typed{};
  }
}

std::string KeyDecoder::typed(std::uint16_t code) {
  if (const int digit = pad_digit(code); digit >= 0) {
    if (!alt_) return {static_cast<char>('0' + digit)};
    if (alt_digits_ < 4) alt_code_ = alt_code_ * 10 + static_cast<unsigned>(digit);
    ++alt_digits_;
    return {};
  }
  if (alt_) return {};
  if (const char same = same_everywhere(code)) return {same};
  const Levels& levels = kLayouts[static_cast<std::size_t>(layout_)];
  if (alt_gr_) return utf8(at_key(levels.alt_gr, code));
  const char32_t plain = at_key(levels.plain, code);
  const char32_t shifted = at_key(levels.shift, code);
  if (ctrl_[0] || ctrl_[1]) {
    const bool has_control = (plain >= U'a' && plain <= U'z') || (plain >= U'[' && plain <= U'_');
    return has_control ? std::string(1, static_cast<char>(plain & 0x1F)) : std::string();
  }
  // Caps lock moves letters only: their capital lies 32 before them in ASCII and Latin-1.
  const bool letter = plain == shifted + 0x20;
  const bool shift = (shift_[0] || shift_[1]) != (caps_ && letter);
  return utf8(shift ? shifted : plain);
}

}  // namespace sealkeep::agent
