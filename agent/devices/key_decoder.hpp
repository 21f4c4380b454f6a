// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/bytes.hpp"

namespace sealkeep::agent {

/// The keyboard that a scanner believes to be: set in the scanner by a code of its manual.
enum class KeyLayout : std::uint8_t { Us, Gb, De, Fr };
/// "us", "gb", "de", "fr"; nullopt for others.
[[nodiscard]] std::optional<KeyLayout> key_layout_of(std::string_view name);
[[nodiscard]] std::string_view key_layout_names();  ///< "us, gb, de, fr"

/// One record of an evdev device, as the kernel writes it (linux/input.h).
struct KeyEvent {
  std::uint16_t type = 0;
  std::uint16_t code = 0;
  std::int32_t value = 0;
};
extern const std::size_t kKeyEventBytes;
/// `record` has kKeyEventBytes.
[[nodiscard]] KeyEvent read_key_event(ByteView record);

/// Turns the keys that a scanner presses into what it typed, as UTF-8: shift, caps lock, AltGr, Ctrl (Ctrl+]
/// is the separator of GS1), and Alt with digits of the number pad. Releases and repeats type nothing; so do
/// dead keys. No I/O.
class KeyDecoder {
 public:
  explicit KeyDecoder(KeyLayout layout) : layout_(layout) {}

  struct Typed {
    std::string text;   ///< usually empty or one character; Enter is CR
    bool lost = false;  ///< the kernel dropped events: what was typed since the last Enter is not whole
  };
  [[nodiscard]] Typed take(const KeyEvent& event);

 private:
  [[nodiscard]] std::string typed(std::uint16_t code);

  KeyLayout layout_;
  bool shift_[2] = {}, ctrl_[2] = {}, alt_ = false, alt_gr_ = false, caps_ = false;
  bool dropping_ = false;
  unsigned alt_code_ = 0, alt_digits_ = 0;
};

}  // namespace sealkeep::agent
