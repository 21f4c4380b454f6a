// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "common/base/error.hpp"

namespace sealkeep::test {

/// The value, or a failed test that says why.
template <class T>
T must(Result<T> result) {
  if (!result) FAIL(result.error().text());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}
/// The error's code, or "success".
template <class T>
std::string code_of(const Result<T>& result) {
  return result ? "success" : result.error().code;
}

}  // namespace sealkeep::test
