// SPDX-License-Identifier: Apache-2.0
#include "hub/api/api.hpp"

#include <algorithm>

#include "common/api/answers.hpp"
#include "common/api/command_from.hpp"
#include "common/cli/check_command.hpp"
#include "hub/commands/commands.hpp"
#include "hub/commands/people_parts.hpp"
#include "hub/commands/pictures.hpp"
#include "hub/reports/report_desk.hpp"

namespace sealkeep::hub::api {
namespace {

using sealkeep::api::problem_of;

constexpr std::size_t kAnsweredKept = 512;

Result<> may(const Asker& asker, const Operation& operation) {
  if (!asker.second_factor)
    return fail(ErrorKind::Refused, "access.totp_enrol", "This account has no second factor yet",
                "nothing is shown before it has one",
                "Put the secret into an authenticator app and type its six digits");
  if (asker.role < operation.least)
    return fail(ErrorKind::Refused, "access.role",
                "This is for a " + std::string(role_name(operation.least)) + " or above",
                asker.person + " has another role here", "Ask an administrator");
  if (!asker.scopes.empty() &&
      std::find(asker.scopes.begin(), asker.scopes.end(), operation.command) == asker.scopes.end())
    return fail(ErrorKind::Refused, "access.scope", "This token is not for that command", {},
                "Make a token with that scope: token add");
  return {};
}

struct FileFormat {
  std::string_view name, ending, media;
};
constexpr FileFormat kFormats[] = {
    {"xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"pdf", ".pdf", "application/pdf"},
    {"csv", ".csv", "text/csv"},
    {"image/png", ".png", "image/png"},
    {"image/webp", ".webp", "image/webp"},
    {"image/heic", ".heic", "image/heic"},
};

// The file as what was asked for it.
Operation with_format(Hub& hub, Operation operation, const cli::Command& command) {
  auto format = command.one("format");
  if (operation.command == "report file")
    if (const auto report = hub.reports().find(command.one("id").value_or("")))
      format = report_format_name(report->ask.format);
  if (operation.command == "seal original") format = commands::original_media(hub, command).value_or("");
  for (const FileFormat& one : kFormats)
    if (format == one.name) {
      operation.ending = one.ending;
      operation.media = one.media;
    }
  return operation;
}

}  // namespace

std::string site_topic(std::string_view code) {
  return "site-" + std::string(code);
}

std::string session_topic(access::SessionId id) {
  return "session-" + std::to_string(id);
}

Api::Api(Hub& hub)
    : hub_(&hub),
      audit_(hub),
      sessions_(hub.accounts().access(), hub.parts().clock, hub.parts().random),
      program_(program_spec()) {}

Begun Api::begin(const http::Request& request) {
  const auto path = sealkeep::api::path_below(request);
  if (!path) return problem_of(path.error());
  const bool reads = sealkeep::api::reads(request);
  if (*path == "/openapi.json" && reads) return http::json_response(cli::to_json(open_api()));
  if (*path == "/session" || *path == "/session/later" || *path == "/session/second-factor")
    return session_request(request, *path);
  if (*path == "/events" && reads) return events(request);
  const auto operation = sealkeep::api::operation_of(request, *path, operations());
  if (!operation) return problem_of(operation.error());
  return carry_out(request, **operation);
}

http::Response Api::events(const http::Request& request) {
  const auto asker = asker_of(request, false);
  if (!asker) return problem_of(asker.error());
  if (const auto allowed = may(*asker, {"events", Does::Reads, kGuest}); !allowed)
    return problem_of(allowed.error());
  std::vector<std::string> topics;
  if (!asker->some_sites) topics.emplace_back(kTopicAll);
  for (const std::string& code : asker->sites) topics.push_back(site_topic(code));
  if (asker->session) {
    topics.push_back(session_topic(asker->session->id));
    streaming_.insert(asker->session->id);
  }
  // A token's stream ends with the connection; a site manager without sites hears nothing but the beat.
  if (topics.empty()) topics.push_back("token-" + std::to_string(asker->token));
  return http::event_stream(std::move(topics), http::event_text("hello", "{}"));
}

Result<std::vector<access::SessionId>> Api::take_ended() {
  std::vector<access::SessionId> ended;
  if (streaming_.empty()) return ended;
  SEALKEEP_LET(sessions, hub_->accounts().access().sessions(hub_->parts().clock.now()));
  for (const access::SessionId id : streaming_) {
    const bool there =
        std::any_of(sessions.begin(), sessions.end(), [&](const auto& session) { return session.id == id; });
    if (!there) ended.push_back(id);
  }
  for (const access::SessionId id : ended) streaming_.erase(id);
  return ended;
}

http::Response Api::carry_out(const http::Request& request, const Operation& operation) {
  const auto asker = asker_of(request, operation.does == Does::Records);
  if (!asker) return problem_of(asker.error());
  if (const auto allowed = may(*asker, operation); !allowed) return problem_of(allowed.error());
  const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
  SEALKEEP_ASSERT(spec != nullptr);
  auto command = command_of(request, operation, *spec, *asker);
  if (!command) return problem_of(command.error());
  Answered key{asker->account, {}};
  if (operation.does == Does::Records) {
    const auto request_id = sealkeep::api::request_id_of(request);
    if (!request_id) return problem_of(request_id.error());
    key.request_id = *request_id;
    if (const auto before = answered_.find(key); before != answered_.end()) return before->second;
  }
  Limited asked{std::move(*command), false};
  if (asker->some_sites) {
    auto limited = limited_to(asker->sites, *hub_, operation, *spec, std::move(asked.command));
    if (!limited) return problem_of(limited.error());
    asked = std::move(*limited);
  }
  if (const auto kept = record(operation, asked.command, *asker, request); !kept)
    return problem_of(kept.error());
  http::Response response = run(operation, *spec, asked, *asker);
  if (operation.does == Does::Records && response.status == 200) remember(key, response);
  return response;
}

Result<cli::Command> Api::command_of(const http::Request& request, const Operation& operation,
                                     const cli::CommandSpec& spec, const Asker& asker) const {
  cli::Command command;
  if (operation.does == Does::Records) {
    SEALKEEP_LET(body, sealkeep::api::body_of(request));
    SEALKEEP_LET(from_body, sealkeep::api::command_from_json(program_, spec, body));
    command = std::move(from_body);
  } else {
    SEALKEEP_LET(from_query, sealkeep::api::command_from_query(program_, spec, request.query));
    command = std::move(from_query);
  }
  // Who it was is not theirs to say.
  if (operation.does != Does::Reads && sealkeep::api::takes(spec, "by"))
    command.options["by"] = {asker.person};
  cli::Caller caller;
  caller.auth_method = asker.session ? static_cast<std::uint8_t>(asker.session->method) : 0;
  caller.account = asker.account;
  caller.person = asker.person;
  caller.role = asker.role;
  caller.from = request.peer;
  command.caller = std::move(caller);
  return command;
}

// A change, or a file that somebody takes out, stands in the journal before it is carried out. Whoever looks
// is not kept from it by a disk that is full.
Result<> Api::record(const Operation& operation, const cli::Command& command, const Asker& asker,
                     const http::Request& request) {
  Asked asked{asker.account, asker.token, command.name, commands::subject_of(command), request.peer};
  if (operation.does != Does::Reads) return audit_.asked(asked);
  const auto kept = audit_.viewed(std::move(asked));
  if (!kept && kept.error().kind != ErrorKind::Full) return kept;
  if (!kept) hub_->parts().log.warn("view_not_recorded", {{"code", kept.error().code}});
  return {};
}

http::Response Api::run(const Operation& operation, const cli::CommandSpec& spec, const Limited& asked,
                        const Asker& asker) {
  const auto carry = [this](const cli::Command& command) {
    return execute(*hub_, command, [](const cli::Progress&) {});
  };
  if (operation.does == Does::Makes)
    return sealkeep::api::made_file(asked.command, spec, with_format(*hub_, operation, asked.command),
                                    hub_->parts().folder, hub_->parts().random, carry);
  auto outcome = carry(asked.command);
  if (outcome && asked.cut) outcome = only_of(asker.sites, *outcome);
  return sealkeep::api::answer_of(outcome);
}

void Api::remember(const Answered& asked, const http::Response& response) {
  if (answered_order_.size() >= kAnsweredKept) {
    answered_.erase(answered_order_.front());
    answered_order_.pop_front();
  }
  if (answered_.insert_or_assign(asked, response).second) answered_order_.push_back(asked);
}

}  // namespace sealkeep::hub::api
