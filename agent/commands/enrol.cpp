// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/enrol.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

#include "agent/commands/site_commands.hpp"
#include "agent/enrol_link.hpp"

namespace sealkeep::agent {
namespace {

// The folder for a request that is carried by hand is the caller's; the file must be new.
Result<> write_new_file(const std::string& path, ByteView bytes) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  bool written = fd >= 0;
  for (ByteView rest = bytes; written && !rest.empty();) {
    const ssize_t taken = ::write(fd, rest.data(), rest.size());
    written = taken > 0;
    if (written) rest = rest.subspan(static_cast<std::size_t>(taken));
  }
  written = written && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!written)
    return fail(ErrorKind::Refused, "enrol.request_file",
                "The request could not be written to " + printable(path),
                "the file is there already, or its folder cannot be written", "Name a new file");
  return {};
}

cli::Value answer_of(const ExporterInfo& exporter) {
  return cli::Value::object(
      {{"enrolled_with", exporter.hub},
       {"site", exporter.site_code},
       {"fingerprint", exporter.fingerprint},
       {"hub_fingerprint", exporter.hub_fingerprint},
       {"request", exporter.requested ? "the hub has it" : "not delivered yet; \"serve\" delivers it"},
       {"next",
        "Read the fingerprint to head office. They compare it with \"sealkeep-hub site list\" and approve "
        "the site. Facts can be recorded from now on"}});
}

Result<ExporterInfo> exporter_named(Agent& agent, const std::optional<std::string>& hub) {
  for (ExporterInfo& exporter : agent.exporters())
    if (!hub || exporter.hub == *hub) return std::move(exporter);
  return fail(ErrorKind::NotFound, "enrol.none", "This site is not enrolled with any such exporter", {},
              "sealkeep-agent enrol --invitation FILE");
}

}  // namespace

Result<cli::Value> enrol(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  ExporterInfo exporter;
  std::optional<sync::FollowedLog> follows;
  if (const auto text = command.one("invitation")) {
    SEALKEEP_LET(invitation, sync::parse_invitation(*text));
    SEALKEEP_LET(enrolled, agent.enrol(invitation));
    exporter = std::move(enrolled);
    follows = invitation.follows;
  } else if (command.has("request-file")) {
    SEALKEEP_LET(named, exporter_named(agent, command.one("exporter")));
    exporter = std::move(named);
  } else {
    return bad_input("cli.required", "No invitation is given", "\"enrol\" needs the hub's invitation",
                     "sealkeep-agent enrol --invitation FILE; \"sealkeep-hub site add\" makes one");
  }
  cli::Value out = answer_of(exporter);
  if (follows)
    out.set("follows", follows->origin + ", of which head office holds " + std::to_string(follows->size) +
                           " records; this register begins anew, so count the stock and state it");
  if (const auto file = command.one("request-file")) {
    SEALKEEP_LET(request, agent.enrol_request(exporter.id));
    SEALKEEP_TRY(write_new_file(*file, request));
    out.set("request_file", *file);
  }
  return out;
}

Result<std::map<RegisterId, sync::EnrolAnswer>> deliver_requests(net::NetContext& context, Agent& agent,
                                                                 std::int64_t patience_ms,
                                                                 const cli::OnProgress& progress) {
  std::map<RegisterId, sync::EnrolAnswer> answers;
  std::vector<std::unique_ptr<EnrolLink>> links;
  net::Poller poller;
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (exporter.requested) continue;
    SEALKEEP_LET(link, EnrolLink::open(context, agent, exporter, agent.parts().random));
    poller.add(link->socket());
    links.push_back(std::move(link));
  }
  Clock& clock = agent.parts().clock;
  const std::int64_t start_ms = clock.now().mono_ms, end_ms = start_ms + patience_ms;
  while (!links.empty()) {
    const std::int64_t now_ms = clock.now().mono_ms;
    if (now_ms >= end_ms) break;
    std::int64_t wake_ms = std::min(end_ms, now_ms + 1'000);
    for (auto it = links.begin(); it != links.end();) {
      Result<std::int64_t> next = (*it)->step(agent, now_ms);
      if (!next && next.error().kind == ErrorKind::Corrupt) return tl::unexpected<Error>(next.error());
      if (next) wake_ms = std::min(wake_ms, *next);
      if ((*it)->answer()) {
        answers.emplace((*it)->register_id(), *(*it)->answer());
        poller.remove((*it)->socket());
        it = links.erase(it);
      } else {
        ++it;
      }
    }
    if (progress)
      progress({static_cast<std::uint64_t>(now_ms - start_ms) / 1'000,
                static_cast<std::uint64_t>(patience_ms) / 1'000, "seconds waited for the hub"});
    if (links.empty()) break;
    SEALKEEP_LET(ready, poller.wait(std::max<std::int64_t>(wake_ms - now_ms, 1)));
    static_cast<void>(ready);
  }
  return answers;
}

Result<> add_answer(const sync::EnrolAnswer& answer, cli::Value& said) {
  switch (answer.state) {
    case sync::EnrolState::Pending:
      said.set("request", "the hub has it; head office approves it next");
      return {};
    case sync::EnrolState::Approved:
      said.set("request", "approved");
      said.set("next", "Run \"sealkeep-agent serve\"");
      return {};
    case sync::EnrolState::Refused:
      break;
  }
  return fail(ErrorKind::Refused, "enrol.refused", "Head office refused to enrol this site",
              printable(answer.reason, sync::kReasonBytes),
              "Ask head office; what is recorded here meanwhile stays");
}

}  // namespace sealkeep::agent
