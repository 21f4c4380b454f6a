// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/packed_error.hpp"

#include "common/base/pack.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kErrorTextBytes = 1000;

}  // namespace

Bytes encode_error(const Error& error) {
  PackWriter out;
  out.array(5).uint(static_cast<std::uint64_t>(error.kind));
  for (const std::string* text : {&error.code, &error.what, &error.why, &error.next})
    out.str(printable(*text, kErrorTextBytes));
  return out.take();
}

Result<Error> decode_error(ByteView bytes) {
  PackReader in(bytes);
  in.array(5);
  Error error;
  error.kind = static_cast<ErrorKind>(in.uint(static_cast<std::uint64_t>(ErrorKind::Bug)));
  for (std::string* text : {&error.code, &error.what, &error.why, &error.next})
    *text = in.str(kErrorTextBytes + 8);
  SEALKEEP_TRY(in.finish());
  return error;
}

}  // namespace sealkeep::vision
