// SPDX-License-Identifier: Apache-2.0
#include "common/interchange/qr_svg.hpp"

#include <qrencode.h>

#include <memory>

#include "common/base/bytes.hpp"

namespace sealkeep::interchange {
namespace {

constexpr int kQuiet = 4;

struct Freed {
  void operator()(QRcode* code) const { QRcode_free(code); }
};

}  // namespace

Result<std::string> qr_svg(std::string_view text) {
  const std::string ended(text);
  const bool whole = !text.empty() && text.find('\0') == std::string_view::npos;
  const std::unique_ptr<QRcode, Freed> code(whole ? QRcode_encodeString8bit(ended.c_str(), 0, QR_ECLEVEL_M)
                                                  : nullptr);
  if (!code)
    return bad_input("qr.text", "This does not fit a QR code: " + printable(text, 60), {}, "Shorten it");
  const int side = code->width + 2 * kQuiet;
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + std::to_string(side) + " " +
                    std::to_string(side) + "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" +
                    std::to_string(side) + "v" + std::to_string(side) + "H0z\"/><path fill=\"#000\" d=\"";
  for (int y = 0; y < code->width; ++y)
    for (int x = 0; x < code->width; ++x)
      if ((code->data[y * code->width + x] & 1) != 0)
        out += "M" + std::to_string(x + kQuiet) + " " + std::to_string(y + kQuiet) + "h1v1h-1z";
  return out + "\"/></svg>\n";
}

}  // namespace sealkeep::interchange
