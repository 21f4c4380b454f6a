// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/commands.hpp"

#include "common/cli/entry_point.hpp"
#include "hub/commands/alert_commands.hpp"
#include "hub/commands/export_evidence.hpp"
#include "hub/commands/export_files.hpp"
#include "hub/commands/parts.hpp"
#include "hub/commands/people_parts.hpp"
#include "hub/commands/pictures.hpp"
#include "hub/commands/report_commands.hpp"
#include "hub/commands/views.hpp"

namespace sealkeep::hub {

std::vector<cli::ConfigKey> config_keys() {
  return {
      {"data", cli::ConfigType::Text, "The data folder.", {}, false, 1, 4096},
      {"name", cli::ConfigType::Text, "The hub's name.", {}, false, 1, 100},
      {"address", cli::ConfigType::Text, "Where sites reach it.", {}, false, 1, 256},
      {"enrol_address", cli::ConfigType::Text, "Where sites enrol.", {}, false, 1, 256},
      {"listen.address", cli::ConfigType::Text, "Address to listen on; * is every interface.", "127.0.0.1",
       false, 1, 100},
      {"listen.main_port", cli::ConfigType::Integer, "Port for sites.", 7441, false, 1, 65535},
      {"listen.enrol_port", cli::ConfigType::Integer, "Port for enrolment.", 7442, false, 1, 65535},
      {"notices.channels",
       cli::ConfigType::TextList,
       "Ways out for notices, a line each.",
       {},
       false,
       1,
       1000},
      {"notices.people", cli::ConfigType::TextList, "Who is told, a line each.", {}, false, 1, 1000},
      {"notices.ladder",
       cli::ConfigType::TextList,
       "Who is told of a rule's alerts, a line each rung.",
       {},
       false,
       1,
       300},
      {"notices.link",
       cli::ConfigType::Text,
       "Where people open the pages; stands in notices.",
       {},
       false,
       1,
       200},
      {"web.listen", cli::ConfigType::TextList,
       "Where people reach head office: http://127.0.0.1:8480 on this machine, https://ADDRESS:8443 from "
       "elsewhere. Empty: no pages and no API.",
       cli::Value::list(), false, 1, 256},
      {"web.hosts", cli::ConfigType::TextList,
       "Further names and private addresses under which they reach it.", cli::Value::list(), false, 1, 256},
      {"web.pages", cli::ConfigType::Text, "The folder of head office's pages.",
       "/usr/share/sealkeep/hub-web", false, 1, 4096},
      {"web.certificate",
       cli::ConfigType::Text,
       "A certificate chain (PEM) in place of one of the hub's own authority; web.hosts has its names.",
       {},
       false,
       1,
       4096},
      {"web.key", cli::ConfigType::Text, "Its private key (PEM, PKCS #8).", {}, false, 1, 4096},
      {"two_persons", cli::ConfigType::Boolean,
       "At the shell too, keys, plan and accounts wait for a second person.", false},
  };
}

Result<NoticeSetup> notices_of(const cli::Config& config) {
  const auto texts = [&](std::string_view key) {
    return config.has(key) ? config.texts(key) : std::vector<std::string>{};
  };
  return parse_notice_setup(texts("notices.channels"), texts("notices.people"), texts("notices.ladder"),
                            config.has("notices.link") ? config.text("notices.link") : std::string());
}

Result<ListenOn> listen_on(const cli::Invocation& asked) {
  SEALKEEP_LET(config, cli::config_of(asked.globals, config_keys()));
  SEALKEEP_LET(main_port, asked.command.number("main-port", 1, 65535));
  SEALKEEP_LET(enrol_port, asked.command.number("enrol-port", 1, 65535));
  ListenOn listen;
  listen.address = asked.command.one("listen").value_or(config.text("listen.address"));
  listen.main_port = static_cast<std::uint16_t>(main_port.value_or(config.integer("listen.main_port")));
  listen.enrol_port = static_cast<std::uint16_t>(enrol_port.value_or(config.integer("listen.enrol_port")));
  listen.web.section = "web";
  listen.web.listen = config.texts("web.listen");
  listen.web.hosts = config.texts("web.hosts");
  listen.web.pages = config.text("web.pages");
  if (config.has("web.certificate")) listen.web.certificate = config.text("web.certificate");
  if (config.has("web.key")) listen.web.key = config.text("web.key");
  return listen;
}

Result<HubSettings> settings_of(const cli::Invocation& asked) {
  SEALKEEP_LET(config, cli::config_of(asked.globals, config_keys()));
  const auto from = [&](std::string_view option, std::string_view key, const std::string& fallback) {
    if (auto given = asked.command.one(option)) return *given;
    return config.has(key) ? config.text(key) : fallback;
  };
  HubSettings settings;
  settings.name = from("name", "name", "");
  settings.main_address = from("address", "address", "tcp://" + settings.name + ":7441");
  settings.enrol_address = from("enrol-address", "enrol_address", "tcp://" + settings.name + ":7442");
  return settings;
}

Result<cli::Value> init(const HubParts& parts, const HubSettings& settings) {
  SEALKEEP_TRY(Hub::create(parts, settings));
  return cli::Value::object(
      {{"hub", settings.name},
       {"folder", parts.folder.string()},
       {"root_key", (parts.folder / "keys" / "root.key").string()},
       {"next",
        "Copy the root key to a safe place: it is needed to change the hub's keys. Then `serve`, and `site "
        "add CODE` for each load site."}});
}

Result<cli::Value> execute(Hub& hub, const cli::Command& command, const cli::OnProgress& progress) {
  SEALKEEP_LET(waits, commands::waits_for_second(hub, command));
  return waits ? commands::ask_second(hub, command) : commands::carry_out(hub, command, progress);
}

Result<cli::Value> commands::carry_out(Hub& hub, const Command& command, const OnProgress& progress) {
  const std::string& name = command.name;
  if (name == "status") return status(hub);
  if (name == "site add") return site_add(hub, command);
  if (name == "site ask") return site_ask(hub, command);
  if (name == "site approve") return site_approve(hub, command);
  if (name == "site revoke") return site_revoke(hub, command);
  if (name == "approve customs") return approve_customs(hub, command);
  if (name == "approve delivery") return approve_delivery(hub, command);
  if (name == "approve operator") return approve_operator(hub, command);
  if (name == "approve seal-type") return approve_seal_type(hub, command);
  if (name == "approve plan") return approve_plan(hub, command);
  if (name == "plan set") return plan_set(hub, command);
  if (name == "plan clause") return plan_clause(hub, command);
  if (name == "plan closed-days") return plan_closed_days(hub, command);
  if (name == "plan replay") return plan_replay(hub, command, progress);
  if (name == "compliance") return compliance(hub, command, progress);
  if (name == "withdraw") return withdraw(hub, command);
  if (name == "withdrawn") return withdrawn(hub, command);
  if (name == "erase person") return erase_person(hub, command);
  if (name == "erase entry") return erase_entry(hub, command);
  if (name == "erasures") return erasures(hub, command);
  if (name == "seal look-alikes") return seal_look_alikes(hub, command);
  if (name == "seal show") return seal_show(hub, command);
  if (name == "seal photo") return seal_photo(hub, command);
  if (name == "seal original") return seal_original(hub, command);
  if (name == "verify") return verify(hub, progress);
  if (name == "export evidence") return export_evidence(hub, command, progress);
  if (auto done = alert_command(hub, command)) return *std::move(done);
  if (auto written = write_files(hub, command)) return *std::move(written);
  if (auto reported = report_command(hub, command, progress)) return *std::move(reported);
  if (auto answered = answer_view(hub, command, progress)) return *std::move(answered);
  if (auto done = people_command(hub, command, progress)) return *std::move(done);
  return fail(ErrorKind::NotFound, "cli.unknown_command",
              "The hub has no command \"" + printable(name) + "\"", {},
              "sealkeep-hub --help lists the commands");
}

}  // namespace sealkeep::hub
