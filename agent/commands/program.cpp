// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/capture.hpp"
#include "agent/commands/commands.hpp"
#include "agent/commands/export_evidence.hpp"
#include "agent/commands/export_files.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/forms.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/devices/scanner_config.hpp"
#include "agent/register/software.hpp"

namespace sealkeep::agent {
namespace {

std::vector<cli::CommandSpec> whole_specs() {
  using namespace spec;
  cli::OptionSpec invitation = text("invitation", "The invitation: a file, or its text", "FILE|TEXT");
  cli::OptionSpec request =
      text("request-file", "Write the request to a new file, to carry it by hand", "OUT");
  request.type = cli::OptionType::Path;
  cli::OptionSpec folder = needed(placed(text("folder", "Where to write; made if it is not there")));
  folder.type = cli::OptionType::Path;
  cli::OptionSpec table =
      needed(placed(text("table", "The table as CSV, UTF-8, or as .xlsx; - is stdin", "FILE")));
  table.type = cli::OptionType::InputFile;
  return {
      {"enrol",
       "Enrol this site with an exporter's hub. Makes this site's keys and asks the hub; a person there "
       "compares the fingerprint and approves.",
       Options{invitation, request} + exporter(),
       {"enrol --invitation akl-01.invitation", "enrol --request-file akl-01.request"}},
      {"serve", "Run the agent: serve terminals and commands, and keep the hub up to date.", {}, {"serve"}},
      {"verify",
       "Re-read everything and prove it: every log, every tile and signature, the register against its log, "
       "the ledger against the seals. Exit code 1 means not valid.",
       {},
       {"verify", "verify --json"}},
      {"export-log",
       "Write a log as static files that standard verifiers of transparency logs read (C2SP tlog-tiles).",
       Options{folder} + exporter(),
       {"export-log /media/usb/akl-01"}},
      {"seal import",
       "Take over a register that was kept as a spreadsheet: the seals become the opening balance, with "
       "where "
       "they were used. All rows or none; each row that cannot be taken is named with its reason.",
       Options{table,
               text("map",
                    "Which heading is what: \"number=Seal No,received=Date In,container=Container,"
                    "applied=Date Used,uplifted=Date Out,by=Person\"; guessed if not given",
                    "MAP"),
               text("sheet", "Which sheet of a workbook; the first if not given", "NAME"),
               flag("dry-run", "Check everything and record nothing"),
               text("place", "Where the seals that are in stock are", "PLACE")} +
           family() + kind() + exporter(),
       {"seal import register.csv --dry-run", "seal import register.xlsx --sheet 2026 --dry-run",
        "seal import register.csv --map \"number=Seal No,received=Date In\" --place Safe"}},
  };
}

void append(std::vector<cli::CommandSpec>& all, std::vector<cli::CommandSpec> more) {
  for (cli::CommandSpec& command : more) all.push_back(std::move(command));
}

}  // namespace

std::vector<cli::ConfigKey> config_keys() {
  return {
      {"data", cli::ConfigType::Text, "The data folder.", {}, false, 1, 4096},
      {"terminal.listen", cli::ConfigType::TextList,
       "Where terminals reach the agent: http://127.0.0.1:8484 for this machine, https://ADDRESS:8443 "
       "for tablets. "
       "Empty: no terminals.",
       cli::Value::list(), false, 1, 256},
      {"terminal.hosts", cli::ConfigType::TextList,
       "Further names and private addresses under which terminals reach it.", cli::Value::list(), false, 1,
       256},
      {"terminal.pages", cli::ConfigType::Text, "The folder of the terminal's pages.",
       "/usr/share/sealkeep/agent-web", false, 1, 4096},
      {"devices.scanners", cli::ConfigType::TextList,
       "Barcode scanners and whose scans they are: \"serial:/dev/ttyACM0 -> Gate 1\". Kinds hid:, serial:, "
       "connect:, listen:; docs/devices.md. sealkeep-agent devices list shows lines for what is plugged in.",
       cli::Value::list(), false, 1, static_cast<std::int64_t>(kScannerLineBytes)},
      {"vision.folder", cli::ConfigType::Text,
       "The data folder of sealkeep-vision, which reads pictures. Empty: they are kept and not read.", "",
       false, 0, 4096},
      {"vision.cameras", cli::ConfigType::TextList,
       "The cameras of sealkeep-vision's configuration that terminals offer, the usual one first.",
       cli::Value::list(), false, 1, static_cast<std::int64_t>(limits::kTextBytes)},
      {"pictures.limit_bytes_s", cli::ConfigType::Integer,
       "How fast originals of pictures travel to head office, bytes a second; they wait for records anyway. "
       "0: no limit.",
       static_cast<std::int64_t>(kPictureBytesPerSecond), false, 0, 1'000'000'000}};
}

Result<std::vector<ScannerConfig>> scanners_of(const cli::Config& config) {
  return parse_scanners(config.texts("devices.scanners"));
}

cli::ProgramSpec program_spec() {
  cli::ProgramSpec program;
  program.name = "sealkeep-agent";
  program.about = "Keeps the register of customs seals at a load site. Works without a network.";
  program.version = kSoftware.substr(kSoftware.find(' ') + 1);
  program.config_file = "/etc/sealkeep/agent.toml";
  program.data_folder = "/var/lib/sealkeep-agent";
  append(program.commands, whole_specs());
  append(program.commands, show_specs());
  append(program.commands, terminal_specs());
  append(program.commands, device_specs());
  append(program.commands, capture_specs());
  append(program.commands, stock_specs());
  append(program.commands, count_specs());
  append(program.commands, unit_specs());
  append(program.commands, sealing_specs());
  append(program.commands, trouble_specs());
  append(program.commands, record_specs());
  append(program.commands, site_specs());
  program.commands.push_back(export_evidence_spec());
  append(program.commands, export_specs());
  append(program.commands, user_specs());
  append(program.commands, privacy_specs());
  append(program.commands, form_specs());
  program.commands.push_back(compliance_spec());
  return program;
}

}  // namespace sealkeep::agent
