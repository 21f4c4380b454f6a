// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "common/base/error.hpp"
#include "common/cli/command.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::cli {

/// How an answer is shown.
struct Style {
  bool json = false;      ///< print the tree itself
  bool colour = false;    ///< ANSI colours
  bool terminal = false;  ///< a person looks at it
  int width = 0;          ///< columns; longer lines of tables are cut. 0: never cut
};

/// The member of an answer that people read instead of the rest of it, which is for programs.
inline constexpr std::string_view kInWords = "in_words";

/// An answer as text that ends with a newline (nothing for null). A list of objects is a table, an object a
/// block of `name  value` lines with its lists and objects below it under their names, a text is itself. Of
/// an answer with a member `in_words` only that is shown, and times as numbers (members that end in `_ms`,
/// whose words stand beside them) nowhere; JSON has all of it. Control characters of values become '?', so
/// that no answer can move a terminal's cursor.
[[nodiscard]] std::string render(const Value& value, const Style& style);

/// `error <code>: what`, then why and next on lines of their own, indented; or as JSON
/// `{"error":{"kind":...,"code":...,"what":...,"why":...,"next":...}}`.
[[nodiscard]] std::string render(const Error& error, const Style& style);

}  // namespace sealkeep::cli
