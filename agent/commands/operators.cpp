// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/site_commands.hpp"
#include "agent/commands/time_text.hpp"

namespace sealkeep::agent {

Result<cli::Value> operator_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  constexpr std::string_view kScopes[] = {"", "sea", "air", "both"};
  const Now now = agent.parts().clock.now();
  cli::Value out = cli::Value::list();
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (command.one("exporter").value_or(exporter.hub) != exporter.hub) continue;
    ses::Rows rows;
    SEALKEEP_TRY(agent.rows().begin(exporter.id, rows));
    for (const ses::OperatorApproved& known : rows.adopted.operators) {
      if (!rows.adopted.operator_approved(known.operator_no, known.scope, now.unix_ms)) continue;
      out.add(cli::Value::object(
          {{"number", known.operator_no},
           {"name", known.name},
           {"scope", kScopes[static_cast<std::size_t>(known.scope)]},
           {"from", iso_time(known.from_ms, now.utc_offset_min)},
           {"until",
            known.until_ms == 0 ? cli::Value() : cli::Value(iso_time(known.until_ms, now.utc_offset_min))},
           {"exporter", exporter.hub}}));
    }
  }
  return out;
}

}  // namespace sealkeep::agent
