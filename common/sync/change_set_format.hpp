// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

/// Constants of docs/formats/change-set.md, shared by writer, reader and tests.
namespace sealkeep::sync::change_set_format {

inline constexpr std::uint64_t kVersion = 1;
enum Compression : std::uint64_t { kNone = 0, kZstd = 1 };
inline constexpr int kZstdLevel = 6;
/// Below this the entries always go as they are; above, the frame must save at least kLeastGainBytes, because
/// it also needs the root.
inline constexpr std::size_t kCompressFromBytes = 1024;
inline constexpr std::size_t kLeastGainBytes = 16;

}  // namespace sealkeep::sync::change_set_format
