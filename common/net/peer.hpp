// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/bytes.hpp"

namespace sealkeep::net {

/// One connection of a server socket, named by libzmq. It says where an answer goes and nothing about who is
/// there; it ends with the connection and is never kept on disk.
struct PeerId {
  Bytes bytes;
  friend auto operator<=>(const PeerId&, const PeerId&) = default;
};

}  // namespace sealkeep::net
