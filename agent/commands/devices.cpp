// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/devices.hpp"

#include "agent/commands/site_commands.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/devices/found_scanners.hpp"

/// The scanners: which there are, how they are, and what one of them reads.
namespace sealkeep::agent {
namespace {

constexpr std::int64_t kTrySeconds = 10;
constexpr std::int64_t kLongestTrySeconds = 600;

cli::Value state_value(const ScannerState& state, const Now& now) {
  cli::Value out = cli::Value::object(
      {{"device", state.device},
       {"terminal", state.terminal.empty() ? "all" : state.terminal},
       {"state", std::string(words_of(state.status))},
       {"last_scan", state.last_scan_ms == 0 ? cli::Value{}
                                             : cli::Value(iso_time(state.last_scan_ms, now.utc_offset_min))},
       {"scans", state.scans},
       {"repeats", state.repeats},
       {"lost", state.lost},
       {"refused", state.refused},
       {"why", state.why},
       {"next", state.next}});
  return out;
}

cli::Value found_value(const FoundScanner& found) {
  return cli::Value::object({{"kind", found.kind == ScannerKind::Hid ? "keyboard or scanner" : "serial"},
                             {"readable", found.readable},
                             {"line", "\"" + found.line() + "\""}});
}

Result<cli::Value> list(Agent& agent, const cli::Command&, const cli::OnProgress&) {
  SEALKEEP_LET(terminals, agent.access().terminals());
  return devices_value(agent.parts().scanners, terminals, agent.parts().clock.now());
}

Result<cli::Value> test_in_daemon(Agent&, const cli::Command&, const cli::OnProgress&) {
  return fail(ErrorKind::Refused, "devices.test_in_shell", "A scanner is tried from a shell only",
              "the agent would stand still meanwhile",
              "Run sealkeep-agent devices test on the agent's machine");
}

constexpr OtherCommand kCommands[] = {{"devices list", list}, {"devices test", test_in_daemon}};

}  // namespace

cli::Value devices_value(const Scanners* scanners, std::span<const access::Terminal> terminals,
                         const Now& now) {
  cli::Value found = cli::Value::list();
  for (const FoundScanner& each : found_scanners("/dev")) found.add(found_value(each));
  cli::Value out = cli::Value::object();
  if (scanners != nullptr) {
    cli::Value states = cli::Value::list();
    for (ScannerState state : scanners->states()) {
      const bool healthy = state.status == ScannerStatus::Open && state.why.empty();
      if (healthy && !terminal_of(state.terminal, terminals)) {
        state.why = "no terminal is called " + state.terminal;
        state.next = "Give one that name: sealkeep-agent terminal name; or correct the configuration";
      }
      states.add(state_value(state, now));
    }
    out.set("scanners", std::move(states));
  } else {
    out.set("note", "The agent does not run, so no scanner is read.");
  }
  out.set("found", std::move(found));
  return out;
}

Result<cli::Value> devices_test(const cli::Command& command, Clock& clock, const cli::OnProgress& progress) {
  SEALKEEP_LET(device, command.required("device"));
  SEALKEEP_LET(seconds, command.number("seconds", 1, kLongestTrySeconds));
  return try_scanner(device, seconds.value_or(kTrySeconds) * 1'000, clock, progress);
}

std::span<const OtherCommand> device_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> device_specs() {
  using namespace spec;
  return {
      {"devices list",
       "Barcode scanners: how each one is, when it scanned last, and what is plugged in that the "
       "configuration "
       "could name, as a ready-made line.",
       {},
       {"devices list"}},
      {"devices test",
       "Try a scanner: what it reads, and what a scan means. Not while the agent reads the same one.",
       Options{needed(placed(text("device", "As in the configuration, or a path: serial:/dev/ttyACM0,115200",
                                  "DEVICE"))),
               whole("seconds", "How long; 10 if not given", 1, kLongestTrySeconds)},
       {"devices test serial:/dev/ttyACM0",
        "devices test listen:0.0.0.0:4002,from=192.168.1.41 --seconds 30"}},
  };
}

}  // namespace sealkeep::agent
