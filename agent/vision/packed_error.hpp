// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/bytes.hpp"

namespace sealkeep::vision {

/// An Error as it goes from one process of sealkeep-vision to another: [kind, code, what, why, next], its
/// texts cut where they are too long.
[[nodiscard]] Bytes encode_error(const Error& error);
/// BadInput `pack.malformed`.
[[nodiscard]] Result<Error> decode_error(ByteView bytes);

}  // namespace sealkeep::vision
