// SPDX-License-Identifier: Apache-2.0
#include "common/cli/command.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::cli {
namespace {

Command sample() {
  return {
      "seal receive", {{"count", {"12"}}, {"seal", {"AB123", "", "\xFF/raw"}}}, to_bytes(as_bytes("a,b\n"))};
}

template <class Decode>
void hostile(const Bytes& bytes, const Decode& decode_and_encode) {
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    CHECK_FALSE(decode_and_encode(to_bytes(ByteView(bytes).first(length))).has_value());
  }
  Bytes longer = bytes;
  longer.push_back(0);
  CHECK_FALSE(decode_and_encode(longer).has_value());
  for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    Bytes changed = bytes;
    changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << (bit % 8)));
    const Result<Bytes> again = decode_and_encode(changed);
    if (again) CHECK(*again == changed);
  }
}

const auto again_command = [](const Bytes& bytes) -> Result<Bytes> {
  SEALKEEP_LET(command, decode_command(bytes));
  return encode(command);
};
const auto again_part = [](const Bytes& bytes) -> Result<Bytes> {
  SEALKEEP_LET(part, decode_answer_part(bytes));
  return encode(part);
};

}  // namespace

TEST_CASE("a command comes back equal, raw file names and attachment included") {
  CHECK(decode_command(encode(sample()).value()).value() == sample());
  CHECK(decode_command(encode(Command{"verify", {}, {}}).value()).value() == Command{"verify", {}, {}});
}

TEST_CASE("a damaged command is refused or is another command, never half of one") {
  hostile(encode(sample()).value(), again_command);
}

TEST_CASE("a damaged part of an answer is refused or is another part") {
  hostile(encode(AnswerPart(Progress{70, 300, "entries"})).value(), again_part);
  hostile(encode(AnswerPart(Value::object({{"valid", true}}))).value(), again_part);
  hostile(encode(AnswerPart(Error{ErrorKind::Busy, "a.b", "what", "why", "next"})).value(), again_part);
}

TEST_CASE("an error travels whole, of every kind") {
  for (int kind = 0; kind <= static_cast<int>(ErrorKind::Bug); ++kind) {
    const Error error{static_cast<ErrorKind>(kind), "seal.unknown", "what", "why", "next"};
    const AnswerPart part = decode_answer_part(encode(AnswerPart(error)).value()).value();
    const Error* got = std::get_if<Error>(&part);
    REQUIRE(got != nullptr);
    CHECK(got->kind == error.kind);
    CHECK(got->text() == error.text());
  }
  const AnswerPart progress = Progress{1, UINT64_MAX, "entries"};
  CHECK(std::get<Progress>(decode_answer_part(encode(progress).value()).value()) ==
        std::get<Progress>(progress));
}

TEST_CASE("an error with foreign bytes or too many of them still travels") {
  const Error error{ErrorKind::Corrupt, "a.b", "x\xFF", std::string(5000, 'w') + "\u6E2F", "\u6E2F"};
  const AnswerPart part = decode_answer_part(encode(AnswerPart(error)).value()).value();
  CHECK(std::get<Error>(part).what == "x\uFFFD");
  CHECK(std::get<Error>(part).why.size() == 4096);
}

TEST_CASE("limits of a command hold at the limit and one past it") {
  const auto code = [](const Command& command) {
    const Result<Bytes> bytes = encode(command);
    if (!bytes) return bytes.error().code;
    const Result<Command> back = decode_command(*bytes);
    return back && *back == command ? std::string("same") : std::string("other");
  };
  Command many{"x", {{"seal", std::vector<std::string>(kOptionValues, "A")}}, {}};
  CHECK(code(many) == "same");
  many.options["seal"].emplace_back("A");
  CHECK(code(many) == "command.too_large");
  CHECK(code({"x", {{"a", {std::string(kOptionValueBytes, 'v')}}}, {}}) == "same");
  CHECK(code({"x", {{"a", {std::string(kOptionValueBytes + 1, 'v')}}}, {}}) == "command.too_large");
  CHECK(code({"x", {}, Bytes(kAttachmentBytes)}) == "same");
  CHECK(code({"x", {}, Bytes(kAttachmentBytes + 1)}) == "command.too_large");
  CHECK(code({std::string(kCommandNameBytes, 'n'), {}, {}}) == "same");
  CHECK(code({std::string(kCommandNameBytes + 1, 'n'), {}, {}}) == "command.too_large");
  Command options{"x", {}, {}};
  for (std::size_t i = 0; i < kCommandOptions; ++i) options.options["o" + std::to_string(i)] = {"v"};
  CHECK(code(options) == "same");
  options.options["one more"] = {"v"};
  CHECK(code(options) == "command.too_large");
  const Command fat{"x", {{"a", std::vector<std::string>(300, std::string(kOptionValueBytes, 'v'))}}, {}};
  CHECK(code(fat) == "command.too_large");
}

TEST_CASE("options that are out of order or named twice are refused") {
  const auto with = [](std::string_view first, std::string_view second) {
    PackWriter out;
    out.array(4).uint(1).str("x").array(4);
    out.bin(as_bytes(first)).array(0).bin(as_bytes(second)).array(0).bin({});
    return decode_command(out.bytes()).has_value();
  };
  CHECK(with("a", "b"));
  CHECK_FALSE(with("b", "a"));
  CHECK_FALSE(with("a", "a"));
}

TEST_CASE("another version is named as such, whatever follows it") {
  PackWriter out;
  out.array(2).uint(2).nil();
  CHECK(decode_command(out.bytes()).error().code == "command.version");
  CHECK(decode_answer_part(out.bytes()).error().kind == ErrorKind::Refused);
}

TEST_CASE("options are asked for by name and number") {
  const Command command = sample();
  CHECK(command.has("seal"));
  CHECK_FALSE(command.has("force"));
  CHECK(command.all("seal").size() == 3);
  CHECK(command.one("count") == "12");
  CHECK(command.required("note").error().code == "cli.required");
  CHECK(command.number("count", 1, 12).value() == 12);
  CHECK(command.number("count", 13, 20).error().code == "cli.value");
  CHECK_FALSE(command.number("absent").value().has_value());
  CHECK(Command{"x", {{"n", {"12a"}}}, {}}.number("n").error().code == "cli.value");
  CHECK(Command{"x", {{"n", {"99999999999999999999"}}}, {}}.number("n").error().code == "cli.value");
}

}  // namespace sealkeep::cli
