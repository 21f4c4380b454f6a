// SPDX-License-Identifier: Apache-2.0
#include "common/ses/detail.hpp"

namespace sealkeep::ses {

Hash commit_detail(DetailKind kind, const Salt& salt, ByteView bytes) {
  // The zero byte at the end of the name is part of it: no other name can continue into the fields.
  constexpr std::string_view kName("sealkeep/detail/v1\0", 19);
  Bytes fields;
  fields.reserve(9);
  ByteWriter(fields).u8(static_cast<std::uint8_t>(kind)).u64(bytes.size());
  return sha256({as_bytes(kName), fields, salt, bytes});
}

}  // namespace sealkeep::ses
