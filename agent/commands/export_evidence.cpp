// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/export_evidence.hpp"

#include "agent/commands/export_files.hpp"
#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "agent/register/software.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/evidence/collect/collect.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kSealsToFind = 10;
constexpr std::size_t kTextBytes = 300;
constexpr std::size_t kDayDigits = 10;

Result<std::string> short_text(const cli::Command& command, std::string_view option) {
  std::string text = command.one(option).value_or("");
  if (text.size() <= kTextBytes) return text;
  return bad_input("cli.value", "--" + std::string(option) + " is too long", {},
                   "At most " + std::to_string(kTextBytes) + " bytes");
}

// A day given as --to is inside.
Result<> read_period(const Now& now, const cli::Command& command, evidence::Cover& cover) {
  cover.made_ms = now.unix_ms;
  cover.until_ms = now.unix_ms + 1;
  cover.utc_offset_min = now.utc_offset_min;
  if (const auto from = command.one("from")) {
    SEALKEEP_LET(ms, parse_time(*from, now));
    cover.from_ms = ms;
  }
  if (const auto to = command.one("to")) {
    SEALKEEP_LET(ms, parse_time(*to, now));
    cover.until_ms = to->size() == kDayDigits ? ms + kDayMs : ms;
  }
  if (cover.from_ms < cover.until_ms) return {};
  return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
}

Result<> read_hub(Agent& agent, RegisterId id, evidence::Cover& cover) {
  SEALKEEP_LET(enrolled, agent.db().prepare("SELECT hub, root_key, roles FROM enrolment WHERE register = ?"));
  SEALKEEP_LET(rows, enrolled.query(id));
  SEALKEEP_LET(there, rows.next());
  SEALKEEP_ASSERT(there);
  cover.hub = std::string(rows.text(0));
  SEALKEEP_LET(root, rows.array<32>(1));
  cover.root = PublicKey{root};
  cover.roles = to_bytes(rows.blob(2));
  return {};
}

Result<evidence::SiteToPack> site_to_pack(Agent& agent, const ExporterInfo& exporter,
                                          const RegisterLogs& logs, std::int64_t until_ms) {
  evidence::SiteToPack out;
  out.about.code = exporter.site_code;
  out.about.heard_until_ms = until_ms;
  out.about.keys = sync::site_key_bytes(exporter.keys);
  SEALKEEP_LET(roles, agent.hub_roles(exporter.id));
  std::vector<PublicKey> mirrors;
  for (const sync::RoleKey& key : roles.keys)
    if (key.role == "mirror" && key.type == sync::KeyType::Ed25519) mirrors.push_back(PublicKey{key.bytes});
  // This site's cosignature of them: so a reader who has only the site's fingerprint confirms them too.
  for (const auto& log : logs.directives)
    out.logs.push_back({log, evidence::PackRole::Directives, {exporter.keys.mirror}});
  for (const auto& log : logs.site) out.logs.push_back({log, evidence::PackRole::Site, mirrors});
  return out;
}

}  // namespace

cli::CommandSpec export_evidence_spec() {
  using namespace spec;
  cli::OptionSpec file = placed(text("file", "The pack; made new, never written over", "FILE"));
  file.type = cli::OptionType::Path;
  cli::OptionSpec page = text(
      "html", "Also, or instead, one HTML page that holds the pack and checks it by itself", "FILE.html");
  page.type = cli::OptionType::Path;
  return {
      "export evidence",
      "Write this site's register with its proof into one file, which Customs can check without this "
      "program's "
      "word (sealkeep-verify), and draw 10 seals to find in the safe. Needs no network.",
      Options{file, page, text("by", "Who takes this out: a name, or the number of a person", "PERSON"),
              text("from", "First day of the period; the beginning if not given", "DATE"),
              text("to", "Last day of the period; now if not given", "DATE"),
              text("clause", "Only reasons and photos that belong to this clause, and only it in the answer",
                   "ID"),
              flag("without-details", "Leave out all names, reasons and photos"),
              flag("period-only",
                   "Leave out records from before the period: smaller, and the opening balance is not shown"),
              text("company", "Name of the exporter, for the cover", "NAME"),
              text("client-code", "Customs client code of the exporter, for the cover", "CODE"),
              text("customs-code", "Customs' code of this load site, for the cover", "CODE"),
              text("plan-version", "Version of the security plan, for the cover", "VERSION")} +
          exporter(),
      {"export evidence audit.seals --from 2026-01-01",
       "export evidence --html audit.html --from 2026-01-01"}};
}

Result<cli::Value> export_evidence(Agent& agent, const cli::Command& command,
                                   const cli::OnProgress& progress) {
  const std::string file = command.one("file").value_or(""), page = command.one("html").value_or("");
  if (file.empty() && page.empty())
    return bad_input("cli.required", "Where to?", {}, "Name a FILE, or --html FILE.html, or both");
  SEALKEEP_LET(id, chosen_register(agent, command));
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  evidence::PackOptions options;
  options.with_details = !command.has("without-details");
  options.period_only = command.has("period-only");
  if (const auto clause = command.one("clause")) {
    options.clause = ses::clause(*clause);
    if (options.clause == nullptr)
      return bad_input("clause.unknown", "The standard has no clause " + printable(*clause), {},
                       "docs/standards.md lists the clauses, 1.1 to 7.1");
  }
  evidence::Cover cover;
  cover.made_by = std::string(kSoftware);
  cover.maker = evidence::Maker::Site;
  SEALKEEP_TRY(read_period(agent.parts().clock.now(), command, cover));
  SEALKEEP_TRY(read_hub(agent, id, cover));
  SEALKEEP_LET(company, short_text(command, "company"));
  SEALKEEP_LET(client_code, short_text(command, "client-code"));
  SEALKEEP_LET(customs_code, short_text(command, "customs-code"));
  SEALKEEP_LET(plan, short_text(command, "plan-version"));
  cover.exporter = company;
  cover.client_code = client_code;
  cover.plan_version = plan;
  std::vector<evidence::SiteToPack> sites;
  std::string key;
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (exporter.id != id) continue;
    SEALKEEP_LET(one, site_to_pack(agent, exporter, site->logs(), cover.made_ms));
    one.about.customs_code = customs_code;
    sites.push_back(std::move(one));
    key = exporter.log_origin;
  }
  SEALKEEP_LET(names, Directory::read(agent, id));
  SEALKEEP_TRY(
      evidence::draw_seals(agent.rows(), id, 0, kSealsToFind, agent.parts().random, names, cover.picks));
  SEALKEEP_LET(written,
               evidence::write_pack_files(file, page, cover, std::move(sites), options, agent.logs(),
                                          agent.details(), [&](std::uint64_t done, std::uint64_t all) {
                                            progress({done, all, "records packed"});
                                          }));
  const auto to = command.one("to");
  std::uint64_t records = 0;
  for (const evidence::CoverLog& log : cover.logs) records += log.size - log.first;
  std::vector<std::string> files;
  for (const std::string& name : {file, page})
    if (!name.empty()) files.push_back(name);
  SEALKEEP_TRY(note_export(agent, command, id,
                           {cover.clause.empty() ? "evidence" : "evidence, clause " + cover.clause,
                            cover.from_ms, to ? cover.until_ms : 0, records, options.with_details},
                           files));
  cli::Value out = cli::Value::object({{"log", key}});
  if (!file.empty()) out.set("file", file);
  if (!page.empty()) out.set("page", page);
  out.set("sha256", hex(written.hash.view()));
  out.set("pack_bytes", written.size_bytes);
  out.set("head_office_fingerprint", fingerprint(cover.root.bytes));
  out.set("site_fingerprint", fingerprint(cover.sites.front().keys));
  if (!cover.picks.empty()) {
    cli::Value find = cli::Value::list();
    for (const evidence::CoverPick& pick : cover.picks)
      find.add(cli::Value::object({{"place", pick.place_words}, {"seal", pick.number.text()}}));
    out.set("find_these_in_the_safe", std::move(find));
  }
  out.set("next", "sealkeep-verify " + (file.empty() ? page : file) +
                      " --key \"FINGERPRINT\", with the fingerprint of "
                      "head office (printed in the security plan) or of the site (on a day-close or load "
                      "sheet)");
  return out;
}

}  // namespace sealkeep::agent
