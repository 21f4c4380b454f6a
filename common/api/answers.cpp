// SPDX-License-Identifier: Apache-2.0
#include "common/api/answers.hpp"

#include <algorithm>
#include <fstream>

#include "common/api/json_read.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::api {
namespace {

constexpr std::string_view kKeyHeader = "idempotency-key";
constexpr std::size_t kKeyBytesLeast = 8, kKeyBytesMost = 64;

}  // namespace

Error not_signed_in() {
  return {ErrorKind::Refused, "access.no_session", "Nobody is signed in here",
          "the session is over, or there was none", "Sign in; what was typed stays"};
}

Error foreign() {
  return {ErrorKind::Refused,
          "access.foreign",
          "This request did not come from this page",
          {},
          "Open the program's own address"};
}

Error wrong_method() {
  return {ErrorKind::BadInput, "http.method", "This path takes another method", {}, {}};
}

http::Response problem_of(const Error& error) {
  return error.code == "access.no_session" ? http::problem(error, 401) : http::problem(error);
}

http::Response answer_of(const Result<cli::Value>& outcome) {
  return outcome ? http::json_response(cli::to_json(*outcome)) : problem_of(outcome.error());
}

Result<cli::Value> body_of(const http::Request& request) {
  if (const auto type = request.header("content-type")) {
    SEALKEEP_LET(parsed, http::parse_content_type(*type));
    if (parsed.media == "application/json") return read_json(request.body);
  }
  return bad_input("api.body", "The request has no JSON body", {}, "Send application/json");
}

cli::Value taken(cli::Value::Object& members, std::string_view name) {
  const auto it =
      std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.name == name; });
  if (it == members.end()) return {};
  cli::Value out = std::move(it->value);
  members.erase(it);
  return out;
}

std::string text_member(const cli::Value& body, std::string_view name) {
  const cli::Value* member = body.find(name);
  return member != nullptr && member->as_text() != nullptr ? *member->as_text() : std::string();
}

Result<std::array<std::uint8_t, 8>> request_id_of(const http::Request& request) {
  const auto key = request.header(kKeyHeader);
  const bool shaped = key && key->size() >= kKeyBytesLeast && key->size() <= kKeyBytesMost &&
                      std::all_of(key->begin(), key->end(), [](char c) { return c > 0x20 && c < 0x7F; });
  if (!shaped)
    return bad_input("api.idempotency_key", "The request has no usable Idempotency-Key",
                     "it is needed so that the same record is not written twice",
                     "Send 8 to 64 printable characters, random for each record");
  const Hash hash = sha256({as_bytes("sealkeep request"), as_bytes(*key)});
  std::array<std::uint8_t, 8> out{};
  std::copy_n(hash.bytes.begin(), out.size(), out.begin());
  return out;
}

http::Response made_file(cli::Command command, const cli::CommandSpec& spec, const Operation& operation,
                         const std::filesystem::path& folder, Random& random,
                         const std::function<Result<cli::Value>(const cli::Command&)>& run) {
  // The first one: where several are possible, the others are further files, which nobody asked for.
  const auto path = std::find_if(spec.options.begin(), spec.options.end(), [](const cli::OptionSpec& option) {
    return option.type == cli::OptionType::Path;
  });
  SEALKEEP_ASSERT(path != spec.options.end());
  std::array<std::uint8_t, 16> name{};
  random.fill(name);
  const std::filesystem::path file = folder / ("download-" + hex(name) + std::string(operation.ending));
  command.options[path->name] = {file.string()};
  const auto made = run(command);
  std::error_code ignored;
  if (!made) {
    std::filesystem::remove(file, ignored);
    return problem_of(made.error());
  }
  std::ifstream in(file, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  std::filesystem::remove(file, ignored);
  http::Response response = http::bytes_response(std::move(bytes), std::string(operation.media));
  std::string shown(operation.command);
  std::replace(shown.begin(), shown.end(), ' ', '-');
  response.headers.emplace_back("Content-Disposition",
                                "attachment; filename=\"" + shown + std::string(operation.ending) + "\"");
  return response;
}

}  // namespace sealkeep::api
