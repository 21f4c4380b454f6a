// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/bytes.hpp"
#include "common/base/limits.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::cli {

inline constexpr std::size_t kCommandNameBytes = 64;
inline constexpr std::size_t kCommandOptions = 64;
inline constexpr std::size_t kOptionValues = 5000;        ///< of one option: seal numbers of a delivery
inline constexpr std::size_t kOptionValueBytes = 32'768;  ///< one value
inline constexpr std::size_t kAttachmentBytes = 7 * 1024 * 1024;
static_assert(kAttachmentBytes < limits::kCommandBytes);

/// Who asks, where a door of the daemon knows more than the options say (a signed-in person at a terminal).
/// Never part of a message: what comes over the local socket comes from a shell.
struct Caller {
  std::uint8_t auth_method = 0;  ///< ses::AuthMethod
  std::uint32_t terminal_no = 0;
  std::array<std::uint8_t, 8> request_id{};  ///< the same request again has the same
  std::string written_by;                    ///< who wrote it down for the person named; empty: that person
  struct Attachment {
    std::uint8_t kind = 0;  ///< ses::DetailKind
    Bytes bytes;
    friend bool operator==(const Attachment&, const Attachment&) = default;
  };
  std::vector<Attachment> attachments;  ///< beside the first fact of the command
  /// At head office: the account that asks, its name, its role there, and from where.
  std::int64_t account = 0;
  std::string person;
  std::uint8_t role = 0;
  std::string from;
  friend bool operator==(const Caller&, const Caller&) = default;
};

/// One command as the command line, the local socket and the daemon's handlers see it. Options and positional
/// arguments stand in one map, under their names without dashes; a flag that was given has the value "true".
struct Command {
  std::string name;  ///< "seal apply"
  std::map<std::string, std::vector<std::string>> options;
  Bytes attachment;                   ///< a file that the caller read, because the daemon may not be able to
  std::optional<Caller> caller = {};  ///< nothing: a shell

  [[nodiscard]] bool has(std::string_view option) const;
  /// The (last) value, or nothing if the option was not given.
  [[nodiscard]] std::optional<std::string> one(std::string_view option) const;
  /// The (last) value of an option that the program's table makes required or gives a default; BadInput
  /// `cli.required` otherwise.
  [[nodiscard]] Result<std::string> required(std::string_view option) const;
  /// A whole number in min..max, or nothing if not given; BadInput `cli.value` otherwise.
  [[nodiscard]] Result<std::optional<std::int64_t>> number(std::string_view option,
                                                           std::int64_t min = INT64_MIN,
                                                           std::int64_t max = INT64_MAX) const;
  /// All values, in the order given; empty if not given.
  [[nodiscard]] std::vector<std::string> all(std::string_view option) const;

  friend bool operator==(const Command&, const Command&) = default;
};

/// How far a command has come. `total` 0: nobody knows.
struct Progress {
  std::uint64_t done = 0;
  std::uint64_t total = 0;
  std::string words;  ///< what is being counted, "entries checked"
  friend bool operator==(const Progress&, const Progress&) = default;
};

/// One part of an answer: any number of Progress, then one Value or one Error, which is whole.
using AnswerPart = std::variant<Progress, Value, Error>;

/// BadInput `command.too_large` past one of the limits.
[[nodiscard]] Result<Bytes> encode(const Command& command);
/// Progress and Error are cut to what fits; Full `command.answer_too_large` for a Value past its limits.
[[nodiscard]] Result<Bytes> encode(const AnswerPart& part);

/// BadInput `pack.malformed` unless every byte is as encode() writes it. Refused `command.version` if the
/// other program is of another version.
[[nodiscard]] Result<Command> decode_command(ByteView bytes);
[[nodiscard]] Result<AnswerPart> decode_answer_part(ByteView bytes);

/// "bad_input", "refused", ...: an error's kind in JSON and logs.
[[nodiscard]] std::string_view kind_name(ErrorKind kind);

}  // namespace sealkeep::cli
