// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <linux/input.h>

#include <cstring>
#include <initializer_list>
#include <string>

namespace sealkeep::test {

/// Bytes as an evdev device gives them: each event followed by its SYN_REPORT.
class KeyEvents {
 public:
  KeyEvents& event(int type, int code, int value) {
    input_event one{};
    one.type = static_cast<std::uint16_t>(type);
    one.code = static_cast<std::uint16_t>(code);
    one.value = value;
    bytes_.append(reinterpret_cast<const char*>(&one), sizeof one);
    return *this;
  }
  KeyEvents& down(int code) { return event(EV_MSC, MSC_SCAN, code).event(EV_KEY, code, 1).sync(); }
  KeyEvents& up(int code) { return event(EV_KEY, code, 0).sync(); }
  KeyEvents& repeat(int code) { return event(EV_KEY, code, 2).sync(); }
  KeyEvents& sync() { return event(EV_SYN, SYN_REPORT, 0); }
  KeyEvents& press(std::initializer_list<int> codes) {
    for (const int code : codes) down(code).up(code);
    return *this;
  }
  KeyEvents& with(int modifier, std::initializer_list<int> codes) {
    return down(modifier).press(codes).up(modifier);
  }
  [[nodiscard]] const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// What a scanner presses for "NZ300006" and Enter.
[[nodiscard]] inline KeyEvents nz300006() {
  KeyEvents out;
  out.with(KEY_LEFTSHIFT, {KEY_N, KEY_Z}).press({KEY_3, KEY_0, KEY_0, KEY_0, KEY_0, KEY_6, KEY_ENTER});
  return out;
}

}  // namespace sealkeep::test
