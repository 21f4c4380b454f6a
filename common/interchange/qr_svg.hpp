// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace sealkeep::interchange {

/// A QR code of the text (error correction M, four modules of quiet zone) as a complete SVG document, dark on
/// white whatever the page's colours. BadInput `qr.text` for a text that is empty, holds a NUL or is too long
/// for one.
[[nodiscard]] Result<std::string> qr_svg(std::string_view text);

}  // namespace sealkeep::interchange
