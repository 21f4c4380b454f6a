// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "agent/commands/answer.hpp"
#include "agent/commands/directory.hpp"
#include "agent/commands/duties.hpp"
#include "agent/commands/site_commands.hpp"
#include "agent/commands/time_text.hpp"
#include "common/base/clock.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kDutiesShown = 20;

std::string link_words(const ExporterInfo& exporter) {
  if (!exporter.trouble.empty()) return exporter.trouble;
  if (!exporter.requested) return "asking to be enrolled; the hub has not answered yet";
  return exporter.connected ? "connected" : "not connected";
}

std::string pictures_words(const ExporterInfo& exporter, std::uint64_t limit_bytes_s) {
  constexpr std::uint64_t kKib = 1024;
  const std::string limit = limit_bytes_s == 0 ? std::string("as fast as the link is")
                            : limit_bytes_s < kKib
                                ? fmt::format("at most {} bytes a second", limit_bytes_s)
                                : fmt::format("at most {} KiB a second", limit_bytes_s / kKib);
  if (exporter.picture_bytes == 0) return "none travels to head office now; " + limit;
  return fmt::format("an original travels to head office, {} % of it are sent; {}",
                     exporter.picture_sent_bytes * 100 / exporter.picture_bytes, limit);
}

Result<cli::Value> ledgers(Agent& agent, RegisterId id) {
  cli::Value out = cli::Value::object();
  for (ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
    SEALKEEP_LET(ledger, agent.rows().ledger(id, family));
    if (ledger.left() == 0 && ledger.right() == 0 && family != ses::Family::Ses) continue;
    cli::Value stock = cli::Value::object();
    for (std::size_t i = 1; i < ses::kSealStates; ++i)
      if (ledger.by_state[i] != 0)
        stock.set(std::string(ses::state_name(static_cast<ses::SealState>(i))), ledger.by_state[i]);
    stock.set("ledger", ses::equation_text(ledger));
    stock.set("balances", ledger.balances());
    if (!ledger.balances()) {
      SEALKEEP_LET(seals, agent.rows().unbalanced(id, kDutiesShown));
      cli::Value numbers = cli::Value::list();
      for (const SealAt& seal : seals)
        if (seal.key.family == family) numbers.add(seal.key.number.text());
      stock.set("not_balanced", std::move(numbers));
    }
    out.set(std::string(ses::family_words(family)), std::move(stock));
  }
  return out;
}

Result<cli::Value> exporter_status(Agent& agent, const ExporterInfo& exporter, const Now& now) {
  SEALKEEP_LET(names, Directory::read(agent, exporter.id));
  SEALKEEP_LET(count, count_duties_here(agent, exporter.id, now.unix_ms));
  SEALKEEP_LET(duties, due_duties_here(agent, exporter.id, kDutiesShown));
  SEALKEEP_LET(answers, answers_here(agent, exporter.id));
  SEALKEEP_LET(self, agent.rows().self(exporter.id));
  SEALKEEP_LET(stock, ledgers(agent, exporter.id));
  SEALKEEP_LET(state, interchange::log_state(agent.logs(), agent.site_register(exporter.id)->logs(),
                                             exporter.site_code, now.utc_offset_min));
  cli::Value urgent = cli::Value::list();
  for (const DutyAt& duty : duties) {
    cli::Value line = duty_value(duty, names, now);
    if (const std::string said = answer_words(answers, duty); !said.empty()) line.set("head_office", said);
    urgent.add(std::move(line));
  }
  cli::Value out = cli::Value::object(
      {{"exporter", exporter.hub},
       {"site", exporter.site_code},
       {"safe", safety_sentence(exporter, now.unix_ms)},
       {"link", link_words(exporter)},
       {"records", exporter.size},
       {"safe_records", exporter.cosigned_size},
       {"unsafe_records", exporter.size - exporter.cosigned_size},
       {"last_safe", time_words(exporter.cosigned_s * 1'000, now.utc_offset_min)},
       {"oldest_unsafe", time_words(exporter.oldest_unsafe_ms, now.utc_offset_min)},
       {"log", exporter.log_origin},
       {"fingerprint", exporter.fingerprint},
       {"state", interchange::state_words(state)},
       {"day_closed",
        self.day_closed == 0 ? std::string("-") : iso_time(self.day_closed * kDayMs).substr(0, 10)},
       {"instructions", self.directive_size},
       {"pictures", pictures_words(exporter, agent.parts().picture_limit_bytes_s)},
       {"open", count.open},
       {"overdue", count.late},
       {"stock", std::move(stock)}});
  if (!duties.empty()) out.set("to_do", std::move(urgent));
  return out;
}

}  // namespace

Result<cli::Value> status(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  const Now now = agent.parts().clock.now();
  std::error_code error;
  const auto space = std::filesystem::space(agent.parts().folder, error);
  constexpr std::uintmax_t kMib = 1024 * 1024;
  cli::Value disk = cli::Value::object(
      {{"folder", agent.parts().folder.string()},
       {"database_mib", agent.db().db_bytes() / static_cast<std::int64_t>(kMib)},
       {"free_mib", error ? std::int64_t{-1} : static_cast<std::int64_t>(space.available / kMib)}});
  const std::vector<ExporterInfo> exporters = agent.exporters();
  if (exporters.empty())
    return cli::Value::object({{"status", "not enrolled with any exporter"},
                               {"next", "sealkeep-agent enrol --invitation FILE"},
                               {"disk", std::move(disk)}});
  cli::Value out = cli::Value::object();
  cli::Value all = cli::Value::list();
  for (const ExporterInfo& exporter : exporters) {
    if (command.one("exporter").value_or(exporter.hub) != exporter.hub) continue;
    SEALKEEP_LET(one, exporter_status(agent, exporter, now));
    if (exporters.size() == 1) {
      one.set("disk", std::move(disk));
      return one;
    }
    all.add(std::move(one));
  }
  out.set("exporters", std::move(all));
  out.set("disk", std::move(disk));
  return out;
}

}  // namespace sealkeep::agent
