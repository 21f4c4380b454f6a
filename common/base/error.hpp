// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace sealkeep {

/// What the caller should do about an error, not where it came from.
enum class ErrorKind {
  BadInput,      ///< the bytes or words handed in are wrong; the same again fails again
  Refused,       ///< understood, and not allowed (authorisation, a rule of the protocol, a state)
  NotFound,      ///< what was asked for is not there
  Busy,          ///< try again later, unchanged
  Disconnected,  ///< the other side is away; it may come back
  Corrupt,       ///< what we stored is not what we stored: stop and say so
  Full,          ///< no room (disk, quota, limit)
  Bug,           ///< we are wrong; the process should end
};

/// An error as an operator reads it. The same words appear in the CLI, the API and on screens.
/// `code` is stable and dotted ("seal.unknown_family"); no field ever carries a secret or a raw foreign byte
/// string.
struct Error {
  ErrorKind kind = ErrorKind::Bug;
  std::string code;
  std::string what;  ///< what happened, one sentence without a full stop
  std::string why;   ///< the cause, where it is known
  std::string next;  ///< what to do next

  /// One line: `code: what (why). next`
  [[nodiscard]] std::string text() const;
};

/// The process exit code that the command line documents for a kind.
/// 2 bad input, 3 refused, 4 not found, 5 busy or disconnected, 6 corrupt, 7 full, 70 bug.
[[nodiscard]] int exit_code(ErrorKind kind);

template <class T = void>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> fail(ErrorKind kind, std::string code, std::string what,
                                                std::string why = {}, std::string next = {}) {
  return tl::unexpected<Error>(
      Error{kind, std::move(code), std::move(what), std::move(why), std::move(next)});
}
[[nodiscard]] inline tl::unexpected<Error> bad_input(std::string code, std::string what, std::string why = {},
                                                     std::string next = {}) {
  return fail(ErrorKind::BadInput, std::move(code), std::move(what), std::move(why), std::move(next));
}

/// Ends the process with a line on stderr when one of our own invariants does not hold. Never used for input.
[[noreturn]] void invariant_failed(const char* expression, const char* file, int line);

}  // namespace sealkeep

/// An invariant of our own code; stays on in release builds.
#define SEALKEEP_ASSERT(expression) \
  (static_cast<bool>(expression) ? void(0) : ::sealkeep::invariant_failed(#expression, __FILE__, __LINE__))

#define SEALKEEP_CONCAT2(a, b) a##b
#define SEALKEEP_CONCAT(a, b) SEALKEEP_CONCAT2(a, b)

/// Returns the error of `expression` from the enclosing function, else continues. For Result<void>.
#define SEALKEEP_TRY(expression) SEALKEEP_TRY_IMPL(SEALKEEP_CONCAT(sealkeep_try_, __COUNTER__), expression)
#define SEALKEEP_TRY_IMPL(outcome, expression)                              \
  do {                                                                      \
    if (auto outcome = (expression); !outcome)                              \
      return tl::unexpected<::sealkeep::Error>(std::move(outcome).error()); \
  } while (false)

/// `SEALKEEP_LET(x, f());` declares x as the value of f(), or returns f()'s error.
#define SEALKEEP_LET(name, expression) \
  SEALKEEP_LET_IMPL(SEALKEEP_CONCAT(sealkeep_let_, __COUNTER__), name, expression)
#define SEALKEEP_LET_IMPL(outcome, name, expression)                                  \
  auto outcome = (expression);                                                        \
  if (!outcome) return tl::unexpected<::sealkeep::Error>(std::move(outcome).error()); \
  auto name = std::move(*outcome)
