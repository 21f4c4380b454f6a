// SPDX-License-Identifier: Apache-2.0
#include "common/base/error.hpp"

#include <cstdio>
#include <cstdlib>

namespace sealkeep {

std::string Error::text() const {
  std::string line = code + ": " + what;
  if (!why.empty()) line += " (" + why + ")";
  if (!next.empty()) line += ". " + next;
  return line;
}

int exit_code(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::BadInput:
      return 2;
    case ErrorKind::Refused:
      return 3;
    case ErrorKind::NotFound:
      return 4;
    case ErrorKind::Busy:
    case ErrorKind::Disconnected:
      return 5;
    case ErrorKind::Corrupt:
      return 6;
    case ErrorKind::Full:
      return 7;
    case ErrorKind::Bug:
      return 70;
  }
  return 70;
}

void invariant_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "event=invariant_failed expression=\"%s\" file=%s line=%d\n", expression, file, line);
  std::abort();
}

}  // namespace sealkeep
