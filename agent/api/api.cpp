// SPDX-License-Identifier: Apache-2.0
#include "agent/api/api.hpp"

#include <algorithm>
#include <fstream>

#include "agent/api/door_words.hpp"
#include "common/api/command_from.hpp"
#include "common/api/json_read.hpp"
#include "common/api/open_api.hpp"
#include "common/cli/check_command.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/hash.hpp"

namespace sealkeep::agent::api {
namespace {

constexpr std::string_view kKeyHeader = "idempotency-key";
constexpr std::size_t kKeyBytesLeast = 8, kKeyBytesMost = 64;

Error nothing_here(const std::string& path) {
  return {ErrorKind::NotFound,
          "api.path",
          "There is no operation " + printable(path),
          {},
          "See " + std::string(kBase) + "/openapi.json"};
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

}  // namespace

Result<cli::Value> body_of(const http::Request& request) {
  if (const auto type = request.header("content-type")) {
    SEALKEEP_LET(parsed, http::parse_content_type(*type));
    if (parsed.media == "application/json") return sealkeep::api::read_json(request.body);
  }
  return bad_input("api.body", "The request has no JSON body", {}, "Send application/json");
}

namespace {

// Takes the member out of the object.
cli::Value taken(cli::Value::Object& members, std::string_view name) {
  const auto it =
      std::find_if(members.begin(), members.end(), [&](const auto& member) { return member.name == name; });
  if (it == members.end()) return {};
  cli::Value out = std::move(it->value);
  members.erase(it);
  return out;
}

Result<std::vector<cli::Caller::Attachment>> attachments_of(const cli::Value& list) {
  std::vector<cli::Caller::Attachment> out;
  if (list.is_null()) return out;
  const auto wrong = [](const char* why) {
    return bad_input("api.attachments", "A photo or signature cannot be taken", why,
                     "Send [{\"kind\": \"photo\" or \"signature\", \"data\": "
                     "BASE64}], JPEG or PNG, at most 64 KiB each");
  };
  if (list.as_list() == nullptr || list.as_list()->size() > limits::kDetailsPerEntry / 2)
    return wrong("there are too many");
  for (const cli::Value& one : *list.as_list()) {
    const cli::Value* kind = one.find("kind");
    const cli::Value* data = one.find("data");
    if (kind == nullptr || kind->as_text() == nullptr || data == nullptr || data->as_text() == nullptr)
      return wrong("a member is missing");
    const bool signature = *kind->as_text() == "signature";
    if (!signature && *kind->as_text() != "photo") return wrong("its kind is not known");
    SEALKEEP_LET(bytes, from_base64(*data->as_text()));
    constexpr std::uint8_t kJpeg[] = {0xFF, 0xD8, 0xFF}, kPng[] = {0x89, 'P', 'N', 'G'};
    const bool picture = std::equal(std::begin(kJpeg), std::end(kJpeg), bytes.begin(),
                                    bytes.begin() + std::min<std::ptrdiff_t>(3, std::ssize(bytes))) ||
                         std::equal(std::begin(kPng), std::end(kPng), bytes.begin(),
                                    bytes.begin() + std::min<std::ptrdiff_t>(4, std::ssize(bytes)));
    if (!picture) return wrong("it is neither JPEG nor PNG");
    if (bytes.size() > limits::kDetailBytes) return wrong("it is larger than 64 KiB");
    out.push_back({static_cast<std::uint8_t>(signature ? ses::DetailKind::Signature : ses::DetailKind::Photo),
                   std::move(bytes)});
  }
  return out;
}

Result<> may(const access::Session& session, const Operation& operation) {
  if (session.role >= operation.least) return {};
  return fail(ErrorKind::Refused, "access.role",
              "This is for a " + std::string(operation.least >= kSiteManager ? "site manager" : "supervisor"),
              session.person + " has another role", "Ask your supervisor");
}

bool takes(const cli::CommandSpec& spec, std::string_view option) {
  return std::any_of(spec.options.begin(), spec.options.end(),
                     [&](const auto& one) { return one.name == option; });
}

// Who did it: the person who is signed in, unless that person writes down for
// somebody else, as a supervisor or from paper. What a terminal sends is
// scanned or typed; only its own word says which.
Result<> say_who(cli::Command& command, const cli::CommandSpec& spec, const access::Session& session,
                 cli::Caller& caller) {
  if (!takes(spec, "by")) return {};
  const std::string by = command.one("by").value_or(session.person);
  if (by != session.person) {
    const bool from_paper = command.has("sheet") || command.one("source") == "paper";
    if (session.role < kSupervisor && !from_paper)
      return fail(ErrorKind::Refused, "access.speaks_for",
                  "Only a supervisor can write down what somebody else did", session.person + " is signed in",
                  "Let " + printable(by) + " sign in, or enter it from the paper sheet");
    caller.written_by = session.person;
    caller.auth_method = 0;
  }
  command.options["by"] = {by};
  return {};
}

// A quiet concern may have no actor and no terminal (domain-rules section 2).
bool quiet(const Operation& operation, const cli::Command& command) {
  return operation.command == "concern" && command.has("quiet");
}

}  // namespace

std::string terminal_topic(access::TerminalNo no) {
  return "terminal-" + std::to_string(no);
}

http::Response answer_of(const Result<cli::Value>& outcome) {
  return outcome ? http::json_response(cli::to_json(*outcome)) : problem_of(outcome.error());
}

Begun Api::begin(const http::Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && !http::is_same_origin(request)) return problem_of(foreign());
  if (!request.path.starts_with(kBase)) return problem_of(nothing_here(request.path));
  const std::string_view path = std::string_view(request.path).substr(kBase.size());
  if (path == "/openapi.json" && reads) return http::json_response(cli::to_json(open_api()));
  if (path == "/session" || path == "/session/later") return session_request(request);
  if (path == "/events" && reads) {
    const auto session = session_of(request);
    if (!session) return problem_of(session.error());
    return http::event_stream({std::string(kTopicAll), terminal_topic(session->terminal_no)},
                              http::event_text("hello", "{}"));
  }
  const Operation* operation = operation_at(path);
  if (operation == nullptr) return problem_of(nothing_here(request.path));
  if ((operation->does == Does::Records) != (request.method == "POST") &&
      (operation->does == Does::Records || !reads))
    return http::problem(Error{ErrorKind::BadInput, "http.method", "This path takes another method", {}, {}});
  return carry_out(request, *operation);
}

Begun Api::carry_out(const http::Request& request, const Operation& operation) {
  const auto session = session_of(request);
  if (!session) return problem_of(session.error());
  if (operation.does == Does::Records &&
      !access::Access::is_csrf(*session, request.header(kCsrfHeader).value_or("")))
    return problem_of(foreign());
  if (const auto allowed = may(*session, operation); !allowed) return problem_of(allowed.error());
  auto command = command_of(request, operation, *session);
  if (!command) return problem_of(command.error());
  if (operation.does == Does::Makes) return make_file(std::move(*command), operation);
  if (auto prepared = prepare_facts(*agent_, *command)) {
    if (!*prepared) return problem_of(prepared->error());
    return Recording{std::move(**prepared)};
  }
  return answer_of(execute(*agent_, *command, {}));
}

Result<cli::Command> Api::command_of(const http::Request& request, const Operation& operation,
                                     const access::Session& session) {
  const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
  SEALKEEP_ASSERT(spec != nullptr);
  cli::Caller caller;
  caller.auth_method = static_cast<std::uint8_t>(session.method);
  caller.terminal_no = session.terminal_no;
  if (operation.does != Does::Records) {
    SEALKEEP_LET(asked, sealkeep::api::command_from_query(program_, *spec, request.query));
    if (operation.does == Does::Reads) return asked;
    // What is taken out is recorded, each time.
    agent_->parts().random.fill(caller.request_id);
    SEALKEEP_TRY(say_who(asked, *spec, session, caller));
    asked.caller = std::move(caller);
    return asked;
  }
  SEALKEEP_LET(body, body_of(request));
  SEALKEEP_LET(request_id, request_id_of(request));
  caller.request_id = request_id;
  if (body.as_object() != nullptr) {
    cli::Value::Object members = *body.as_object();
    SEALKEEP_LET(attachments, attachments_of(taken(members, "attachments")));
    caller.attachments = std::move(attachments);
    body = cli::Value(std::move(members));
  }
  SEALKEEP_LET(command, sealkeep::api::command_from_json(program_, *spec, body));
  if (quiet(operation, command)) {
    caller.auth_method = 0;
    caller.terminal_no = 0;
    command.options.erase("by");
  } else {
    SEALKEEP_TRY(say_who(command, *spec, session, caller));
  }
  command.caller = std::move(caller);
  return command;
}

// The command wants to write a file; it gets one of the agent's own, which is
// gone once it was read.
http::Response Api::make_file(cli::Command command, const Operation& operation) {
  const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
  const auto path = std::find_if(
      spec->options.begin(), spec->options.end(),
      [](const cli::OptionSpec& option) { return option.type == cli::OptionType::Path && option.required; });
  SEALKEEP_ASSERT(path != spec->options.end());
  std::array<std::uint8_t, 16> name{};
  agent_->parts().random.fill(name);
  const std::filesystem::path file =
      agent_->parts().folder / ("download-" + hex(name) + std::string(operation.ending));
  command.options[path->name] = {file.string()};
  const auto made = execute(*agent_, command, {});
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

}  // namespace sealkeep::agent::api
