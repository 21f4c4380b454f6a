// SPDX-License-Identifier: Apache-2.0
#include "agent/api/api.hpp"

#include <algorithm>

#include "agent/api/picture.hpp"
#include "agent/api/trust.hpp"
#include "agent/commands/capture.hpp"
#include "common/api/command_from.hpp"
#include "common/cli/check_command.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::agent::api {
namespace {

using sealkeep::api::problem_of;

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

// Who did it: the person who is signed in, unless that person writes down for
// somebody else, as a supervisor or from paper. What a terminal sends is
// scanned or typed; only its own word says which.
Result<> say_who(cli::Command& command, const cli::CommandSpec& spec, const access::Session& session,
                 cli::Caller& caller) {
  if (!sealkeep::api::takes(spec, "by")) return {};
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

std::string session_topic(access::SessionId id) {
  return "session-" + std::to_string(id);
}

Begun Api::begin(const http::Request& request) {
  if (auto trust = trust_response(*agent_, request)) return *std::move(trust);
  const auto path = sealkeep::api::path_below(request);
  if (!path) return problem_of(path.error());
  const bool reads = sealkeep::api::reads(request);
  if (*path == "/openapi.json" && reads) return http::json_response(cli::to_json(open_api()));
  if (*path == "/session" || *path == "/session/later") return session_request(request);
  if (*path == kPicturePath) return picture_request(request);
  if (*path == "/events" && reads) {
    const auto session = sessions_.of(request, policy());
    if (!session) return problem_of(session.error());
    return http::event_stream(
        {std::string(kTopicAll), terminal_topic(session->terminal_no), session_topic(session->id)},
        http::event_text("hello", "{}"));
  }
  const auto operation = sealkeep::api::operation_of(request, *path, operations());
  if (!operation) return problem_of(operation.error());
  return carry_out(request, **operation);
}

http::Response Api::picture_request(const http::Request& request) {
  const bool reads = sealkeep::api::reads(request);
  const auto session = reads ? sessions_.of(request, policy()) : sessions_.of_write(request, policy());
  if (!session) return problem_of(session.error());
  const auto answer = reads ? picture_bytes(*agent_, request) : picture_piece(*agent_, request);
  return answer ? *answer : problem_of(answer.error());
}

Begun Api::carry_out(const http::Request& request, const Operation& operation) {
  const auto session = operation.does == Does::Records ? sessions_.of_write(request, policy())
                                                       : sessions_.of(request, policy());
  if (!session) return problem_of(session.error());
  if (const auto allowed = may(*session, operation); !allowed) return problem_of(allowed.error());
  auto command = command_of(request, operation, *session);
  if (!command) return problem_of(command.error());
  const auto run = [this](const cli::Command& asked) {
    return execute(*agent_, asked, [](const cli::Progress&) {});
  };
  if (operation.does == Does::Makes)
    return sealkeep::api::made_file(std::move(*command), *cli::find_command(program_, operation.command),
                                    operation, agent_->parts().folder, agent_->parts().random, run);
  if (operation.command == kCapture && eyes_ != nullptr) {
    auto looking = look_request(*command);
    if (!looking) return problem_of(looking.error());
    return Looking{std::move(*looking)};
  }
  if (auto prepared = prepare_facts(*agent_, *command)) {
    if (!*prepared) return problem_of(prepared->error());
    return Recording{std::move(**prepared)};
  }
  auto known = run(*command);
  if (operation.command == "look" && known) known = looked(*command, std::move(*known), *session);
  return answer_of(known);
}

// A badge is no number of the register: it is looked for among those that nobody knows.
Result<cli::Value> Api::looked(const cli::Command& command, cli::Value known,
                               const access::Session& session) {
  if (*known.find("what")->as_text() != "unknown") return known;
  const std::string scanned = *command.one("text");
  SEALKEEP_LET(
      badge, agent_->access().is_badge(scanned, session.terminal_no, policy(), agent_->parts().clock.now()));
  if (!badge) return known;
  return cli::Value::object(
      {{"text", *known.find("text")}, {"symbology", *known.find("symbology")}, {"what", "person"}});
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
  SEALKEEP_LET(body, sealkeep::api::body_of(request));
  SEALKEEP_LET(request_id, sealkeep::api::request_id_of(request));
  caller.request_id = request_id;
  if (body.as_object() != nullptr) {
    cli::Value::Object members = *body.as_object();
    SEALKEEP_LET(attachments, attachments_of(sealkeep::api::taken(members, "attachments")));
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

}  // namespace sealkeep::agent::api
