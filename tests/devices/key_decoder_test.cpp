// SPDX-License-Identifier: Apache-2.0
#include "agent/devices/key_decoder.hpp"

#include <catch2/catch.hpp>

#include "tests/devices/key_events.hpp"

namespace sealkeep::agent {
namespace {

using test::KeyEvents;

std::string typed(KeyDecoder& decoder, const KeyEvents& events) {
  ByteView rest = as_bytes(events.bytes());
  std::string out;
  for (; !rest.empty(); rest = rest.subspan(kKeyEventBytes))
    out += decoder.take(read_key_event(rest.first(kKeyEventBytes))).text;
  return out;
}
std::string typed(KeyLayout layout, const KeyEvents& events) {
  KeyDecoder decoder(layout);
  return typed(decoder, events);
}

TEST_CASE("keys, shift and Enter give what the scanner typed") {
  CHECK(typed(KeyLayout::Us, test::nz300006()) == "NZ300006\r");
  CHECK(typed(KeyLayout::Us, KeyEvents().press({KEY_A, KEY_MINUS, KEY_SPACE, KEY_SLASH, KEY_TAB})) ==
        "a- /\t");
  CHECK(typed(KeyLayout::Us, KeyEvents().with(KEY_RIGHTSHIFT, {KEY_1, KEY_SEMICOLON, KEY_GRAVE})) == "!:~");
  CHECK(typed(KeyLayout::Us, KeyEvents().press({KEY_KP1, KEY_KP0, KEY_KP9, KEY_KPMINUS, KEY_KPENTER})) ==
        "109-\r");
}

TEST_CASE("a key that is held down is typed once") {
  CHECK(typed(KeyLayout::Us, KeyEvents().down(KEY_A).repeat(KEY_A).repeat(KEY_A).up(KEY_A)) == "a");
}

TEST_CASE("caps lock turns letters round and leaves digits alone") {
  KeyDecoder decoder(KeyLayout::Us);
  CHECK(typed(decoder, KeyEvents().press({KEY_CAPSLOCK, KEY_N, KEY_3}).with(KEY_LEFTSHIFT, {KEY_Z, KEY_3})) ==
        "N3z#");
  CHECK(typed(decoder, KeyEvents().press({KEY_CAPSLOCK, KEY_N})) == "n");
}

TEST_CASE("two shifts are shift until both are up") {
  CHECK(typed(KeyLayout::Us, KeyEvents()
                                 .down(KEY_LEFTSHIFT)
                                 .down(KEY_RIGHTSHIFT)
                                 .up(KEY_LEFTSHIFT)
                                 .press({KEY_A})
                                 .up(KEY_RIGHTSHIFT)
                                 .press({KEY_A})) == "Aa");
}

TEST_CASE("Ctrl and ] is the separator of GS1, and Alt with digits is the character of that number") {
  CHECK(typed(KeyLayout::Us, KeyEvents().with(KEY_LEFTCTRL, {KEY_RIGHTBRACE})) == "\x1D");
  CHECK(typed(KeyLayout::Us, KeyEvents().with(KEY_LEFTALT, {KEY_KP0, KEY_KP6, KEY_KP5}).press({KEY_B})) ==
        "Ab");
  CHECK(typed(KeyLayout::Us, KeyEvents().with(KEY_LEFTALT, {KEY_KP9, KEY_KP9, KEY_KP9})).empty());
  CHECK(typed(KeyLayout::Us, KeyEvents().with(KEY_LEFTALT, {KEY_F4, KEY_A})).empty());
}

TEST_CASE("each layout types its own characters") {
  const KeyEvents keys = KeyEvents().press({KEY_Q, KEY_Y, KEY_Z, KEY_M, KEY_1, KEY_BACKSLASH, KEY_102ND});
  CHECK(typed(KeyLayout::Us, keys) == "qyzm1\\<");
  CHECK(typed(KeyLayout::Gb, keys) == "qyzm1#\\");
  CHECK(typed(KeyLayout::De, keys) == "qzym1#<");
  CHECK(typed(KeyLayout::Fr, keys) == "ayw,&*<");
  const KeyEvents shifted = KeyEvents().with(KEY_LEFTSHIFT, {KEY_2, KEY_3, KEY_7, KEY_APOSTROPHE});
  CHECK(typed(KeyLayout::Us, shifted) == "@#&\"");
  CHECK(typed(KeyLayout::Gb, shifted) == "\"\u00A3&@");
  CHECK(typed(KeyLayout::De, shifted) == "\"\u00A7/\u00C4");
  CHECK(typed(KeyLayout::Fr, shifted) == "237%");
  CHECK(typed(KeyLayout::De, KeyEvents().with(KEY_RIGHTALT, {KEY_Q, KEY_8, KEY_9, KEY_E})) == "@[]\u20AC");
  CHECK(typed(KeyLayout::Fr, KeyEvents().with(KEY_RIGHTALT, {KEY_0, KEY_5})) == "@[");
  KeyDecoder german(KeyLayout::De);
  CHECK(typed(german, KeyEvents().press({KEY_CAPSLOCK, KEY_SEMICOLON, KEY_COMMA})) == "\u00D6,");
}

TEST_CASE("dead keys and keys without a character type nothing") {
  CHECK(typed(KeyLayout::De, KeyEvents().press({KEY_GRAVE, KEY_EQUAL})).empty());
  CHECK(typed(KeyLayout::Us, KeyEvents().press({KEY_F1, KEY_ESC, KEY_HOME, BTN_LEFT, 0, 0x2FF})).empty());
}

TEST_CASE("when the kernel dropped events, that is told, and nothing is typed before its next report") {
  KeyDecoder decoder(KeyLayout::Us);
  CHECK(typed(decoder, KeyEvents().down(KEY_LEFTSHIFT)).empty());
  const KeyEvents drop = KeyEvents().event(EV_SYN, SYN_DROPPED, 0);
  CHECK(decoder.take(read_key_event(as_bytes(drop.bytes()))).lost);
  CHECK(typed(decoder, KeyEvents().event(EV_KEY, KEY_B, 1).sync().press({KEY_A})) == "a");
}

TEST_CASE("any events give at most three bytes each, and never a NUL") {
  for (const KeyLayout layout : {KeyLayout::Us, KeyLayout::Gb, KeyLayout::De, KeyLayout::Fr}) {
    KeyDecoder decoder(layout);
    std::uint32_t state = 7;
    for (int i = 0; i < 200'000; ++i) {
      state = state * 1'664'525u + 1'013'904'223u;
      const KeyEvent event{static_cast<std::uint16_t>((state >> 8) % 3),
                           static_cast<std::uint16_t>((state >> 12) % 128),
                           static_cast<std::int32_t>(state >> 29) - 1};
      const std::string text = decoder.take(event).text;
      REQUIRE(text.size() <= 3);
      REQUIRE(is_utf8(text));
      REQUIRE(text.find('\0') == std::string::npos);
    }
  }
}

}  // namespace
}  // namespace sealkeep::agent
