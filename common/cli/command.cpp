// SPDX-License-Identifier: Apache-2.0
#include "common/cli/command.hpp"

#include <charconv>

namespace sealkeep::cli {
namespace {

// Of both messages; raised when their form changes, so that a new program meets an old daemon with clear
// words.
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kProgressMark = 0;
constexpr std::uint64_t kValueMark = 1;
constexpr std::uint64_t kErrorMark = 2;
constexpr std::size_t kWordsBytes = 200;
constexpr std::size_t kErrorTextBytes = 4096;

tl::unexpected<Error> command_too_large(const char* why) {
  return bad_input("command.too_large", "The command is too large to be sent", why,
                   "Give fewer values at a time");
}

Result<> check_limits(const Command& command) {
  if (command.name.size() > kCommandNameBytes) return command_too_large("its name is too long");
  if (command.options.size() > kCommandOptions) return command_too_large("it has too many options");
  for (const auto& [name, values] : command.options) {
    if (name.size() > kCommandNameBytes) return command_too_large("the name of an option is too long");
    if (values.size() > kOptionValues) return command_too_large("an option has too many values");
    for (const std::string& value : values) {
      if (value.size() > kOptionValueBytes) return command_too_large("a value is too long");
    }
  }
  if (command.attachment.size() > kAttachmentBytes)
    return command_too_large("the attached file is too large");
  return {};
}

// The version is looked at before anything else is read: the rest may have another form.
Result<> check_version(ByteView bytes) {
  PackReader in(bytes);
  in.array(1, 16);
  const std::uint64_t version = in.uint();
  if (!in.ok() || version == kVersion) return {};
  return fail(ErrorKind::Refused, "command.version", "This program and the running daemon differ in version",
              "messages of version " + std::to_string(version) + " and " + std::to_string(kVersion),
              "Restart the daemon, or use the program that belongs to it");
}

std::string cut(std::string_view text, std::size_t max_bytes) {
  std::string out = well_formed(std::string(text));
  if (out.size() <= max_bytes) return out;
  std::size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(out[end]) & 0xC0U) == 0x80U) --end;
  out.resize(end);
  return out;
}

}  // namespace

bool Command::has(std::string_view option) const {
  return options.contains(std::string(option));
}

std::optional<std::string> Command::one(std::string_view option) const {
  const auto found = options.find(std::string(option));
  if (found == options.end() || found->second.empty()) return std::nullopt;
  return found->second.back();
}

Result<std::string> Command::required(std::string_view option) const {
  if (std::optional<std::string> value = one(option)) return *std::move(value);
  return bad_input("cli.required", "\"" + printable(option) + "\" is missing",
                   "the command \"" + printable(name) + "\" needs it", "See --help");
}

Result<std::optional<std::int64_t>> Command::number(std::string_view option, std::int64_t min,
                                                    std::int64_t max) const {
  const std::optional<std::string> text = one(option);
  if (!text) return std::optional<std::int64_t>{};
  std::int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc{} || stopped != end || value < min || value > max) {
    return bad_input(
        "cli.value", "\"" + printable(*text) + "\" does not fit \"" + printable(option) + "\"",
        "a whole number from " + std::to_string(min) + " to " + std::to_string(max) + " is expected");
  }
  return std::optional<std::int64_t>{value};
}

std::vector<std::string> Command::all(std::string_view option) const {
  const auto found = options.find(std::string(option));
  return found == options.end() ? std::vector<std::string>{} : found->second;
}

// [version, name, [option, [value ...], ...], attachment]; values are bytes, because file names may be any.
Result<Bytes> encode(const Command& command) {
  SEALKEEP_TRY(check_limits(command));
  PackWriter out;
  out.array(4).uint(kVersion).str(well_formed(command.name)).array(2 * command.options.size());
  for (const auto& [name, values] : command.options) {
    out.bin(as_bytes(name)).array(values.size());
    for (const std::string& value : values) out.bin(as_bytes(value));
  }
  out.bin(command.attachment);
  if (out.bytes().size() > limits::kCommandBytes) return command_too_large("all together it is too long");
  return out.take();
}

Result<Command> decode_command(ByteView bytes) {
  if (bytes.size() > limits::kCommandBytes) return command_too_large("all together it is too long");
  SEALKEEP_TRY(check_version(bytes));
  PackReader in(bytes);
  Command command;
  in.array(4);
  in.uint(kVersion);
  command.name = in.str(kCommandNameBytes);
  const std::size_t options = in.array(0, 2 * kCommandOptions);
  if (options % 2 != 0) in.reject("an option without values");
  std::optional<std::string> before;
  for (std::size_t i = 0; i < options && in.ok(); i += 2) {
    std::string name(as_text(in.bin(kCommandNameBytes)));
    if (before && name <= *before) in.reject("options are not in order");
    before = name;
    std::vector<std::string>& values = command.options[std::move(name)];
    const std::size_t count = in.array(0, kOptionValues);
    for (std::size_t k = 0; k < count && in.ok(); ++k)
      values.emplace_back(as_text(in.bin(kOptionValueBytes)));
  }
  command.attachment = to_bytes(in.bin(kAttachmentBytes));
  SEALKEEP_TRY(in.finish());
  return command;
}

// [version, 0, done, total, words], [version, 1, value] or [version, 2, kind, code, what, why, next].
Result<Bytes> encode(const AnswerPart& part) {
  PackWriter out;
  if (const Progress* progress = std::get_if<Progress>(&part)) {
    out.array(5).uint(kVersion).uint(kProgressMark).uint(progress->done).uint(progress->total);
    out.str(cut(progress->words, kWordsBytes));
  } else if (const Value* value = std::get_if<Value>(&part)) {
    out.array(3).uint(kVersion).uint(kValueMark);
    SEALKEEP_TRY(write_value(out, *value));
    if (out.bytes().size() > limits::kCommandBytes) {
      return fail(ErrorKind::Full, "command.answer_too_large", "An answer is too large to be sent",
                  "all together it is too long", "Ask for less at a time");
    }
  } else {
    const Error& error = std::get<Error>(part);
    out.array(7).uint(kVersion).uint(kErrorMark).uint(static_cast<std::uint64_t>(error.kind));
    for (const std::string* text : {&error.code, &error.what, &error.why, &error.next}) {
      out.str(cut(*text, kErrorTextBytes));
    }
  }
  return out.take();
}

Result<AnswerPart> decode_answer_part(ByteView bytes) {
  SEALKEEP_TRY(check_version(bytes));
  PackReader in(bytes);
  const std::size_t items = in.array(3, 7);
  in.uint(kVersion);
  const std::uint64_t mark = in.uint(kErrorMark);
  AnswerPart part;
  if (mark == kProgressMark && items == 5) {
    Progress progress;
    progress.done = in.uint();
    progress.total = in.uint();
    progress.words = in.str(kWordsBytes);
    part = std::move(progress);
  } else if (mark == kValueMark && items == 3) {
    part = read_value(in);
  } else if (mark == kErrorMark && items == 7) {
    Error error;
    error.kind = static_cast<ErrorKind>(in.uint(static_cast<std::uint64_t>(ErrorKind::Bug)));
    for (std::string* text : {&error.code, &error.what, &error.why, &error.next})
      *text = in.str(kErrorTextBytes);
    part = std::move(error);
  } else {
    in.reject("no known part of an answer");
  }
  SEALKEEP_TRY(in.finish());
  return part;
}

std::string_view kind_name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::BadInput:
      return "bad_input";
    case ErrorKind::Refused:
      return "refused";
    case ErrorKind::NotFound:
      return "not_found";
    case ErrorKind::Busy:
      return "busy";
    case ErrorKind::Disconnected:
      return "disconnected";
    case ErrorKind::Corrupt:
      return "corrupt";
    case ErrorKind::Full:
      return "full";
    case ErrorKind::Bug:
      return "bug";
  }
  return "bug";
}

}  // namespace sealkeep::cli
