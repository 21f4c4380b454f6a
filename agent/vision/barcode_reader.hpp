// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <opencv2/core/mat.hpp>
#include <set>
#include <string>
#include <vector>

namespace sealkeep::vision {

/// One barcode on a picture.
struct Barcode {
  std::string format;  ///< "Code128", "DataMatrix", "QRCode", "Code39", "ITF", ...: zxing-cpp's names
  std::string text;    ///< UTF-8
  friend bool operator==(const Barcode&, const Barcode&) = default;
};

/// Why some codes are believed at once and others are not: Code 128, DataMatrix, QR, Aztec, PDF417 and
/// EAN/UPC carry a check that every reader must verify; Code 39, ITF and Codabar need not, and stripes of a
/// wall can look like them. Those are believed when two passes with other light and scale read the same and
/// the text is at least `kUncheckedLength` long, or when it is in the list.
inline constexpr std::size_t kUncheckedLength = 5;

/// The barcode of a BGR picture, or nothing: zxing-cpp for one symbol, at several scales, binarisations and
/// inverted, then libdmtx for DataMatrix. `expected`: numbers that are in stock or awaited; may be empty.
/// Ends the process on pictures that trip an assertion of the library: call it in a child (child.hpp).
[[nodiscard]] std::vector<Barcode> read_barcode(const cv::Mat& picture,
                                                const std::set<std::string>& expected);

}  // namespace sealkeep::vision
