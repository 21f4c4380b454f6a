// SPDX-License-Identifier: Apache-2.0
#include "common/api/operation.hpp"

#include <algorithm>

#include "common/api/answers.hpp"

namespace sealkeep::api {
namespace {

Error nothing_here(const std::string& path) {
  return {ErrorKind::NotFound,
          "api.path",
          "There is no operation " + printable(path),
          {},
          "See " + std::string(kBase) + "/openapi.json"};
}

}  // namespace

std::string path_of(const Operation& operation) {
  std::string path = "/" + std::string(operation.command);
  std::replace(path.begin(), path.end(), ' ', '/');
  return path;
}

const Operation* operation_at(std::span<const Operation> operations, std::string_view path) {
  for (const Operation& operation : operations)
    if (path_of(operation) == path) return &operation;
  return nullptr;
}

bool reads(const http::Request& request) {
  return request.method == "GET" || request.method == "HEAD";
}

Result<std::string_view> path_below(const http::Request& request) {
  if (!reads(request) && !http::is_same_origin(request)) return tl::unexpected<Error>(foreign());
  if (!request.path.starts_with(kBase)) return tl::unexpected<Error>(nothing_here(request.path));
  return std::string_view(request.path).substr(kBase.size());
}

Result<const Operation*> operation_of(const http::Request& request, std::string_view path,
                                      std::span<const Operation> operations) {
  const Operation* operation = operation_at(operations, path);
  if (operation == nullptr) return tl::unexpected<Error>(nothing_here(request.path));
  const bool fits = operation->does == Does::Records ? request.method == "POST" : reads(request);
  if (!fits) return tl::unexpected<Error>(wrong_method());
  return operation;
}

}  // namespace sealkeep::api
