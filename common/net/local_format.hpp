// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

/// What goes over the local socket: a request is one frame, a part of an answer is two, a mark and the bytes.
namespace sealkeep::net::local {

inline constexpr std::string_view kMore = "+";
inline constexpr std::string_view kLast = ".";
inline constexpr int kRequestsPerClient = 4;
inline constexpr int kPartsPerClient = 1000;

}  // namespace sealkeep::net::local
