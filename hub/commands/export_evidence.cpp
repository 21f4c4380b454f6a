// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/export_evidence.hpp"

#include <fmt/format.h>

#include "common/base/clock.hpp"
#include "common/cli/spec_kit.hpp"
#include "common/crypto/encoding.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kSealsToFind = 10;
constexpr std::size_t kTextBytes = 300;
constexpr std::size_t kDayDigits = 10;

// A day given as --to is inside.
Result<> read_period(Hub& hub, const Command& command, evidence::Cover& cover) {
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(to, moment(command, "to"));
  cover.made_ms = hub.parts().clock.now().unix_ms;
  cover.from_ms = from;
  cover.until_ms = to == 0 ? cover.made_ms + 1 : to;
  if (command.one("to").value_or("").size() == kDayDigits) cover.until_ms += kDayMs;
  if (cover.from_ms < cover.until_ms) return {};
  return bad_input("cli.value", "The period ends before it begins", {}, "Give --from before --to");
}

}  // namespace

Result<evidence::Cover> cover_of(Hub& hub, const Command& command) {
  evidence::Cover cover;
  cover.made_by = "sealkeep-hub " SEALKEEP_VERSION;
  cover.maker = evidence::Maker::HeadOffice;
  SEALKEEP_TRY(read_period(hub, command, cover));
  cover.utc_offset_min = hub.parts().clock.now().utc_offset_min;
  SEALKEEP_LET(company, short_text(command, "company"));
  SEALKEEP_LET(client_code, short_text(command, "client-code"));
  SEALKEEP_LET(plan, short_text(command, "plan-version"));
  cover.exporter = company;
  cover.client_code = client_code;
  cover.plan_version = plan;
  cover.hub = hub.settings().name;
  SEALKEEP_LET(state, hub.db().prepare("SELECT root_key, roles FROM hub_state"));
  SEALKEEP_LET(rows, state.query());
  SEALKEEP_LET(there, rows.next());
  SEALKEEP_ASSERT(there);
  SEALKEEP_LET(root, rows.array<32>(0));
  cover.root = PublicKey{root};
  cover.roles = to_bytes(rows.blob(1));
  return cover;
}

Result<evidence::SiteToPack> site_to_pack(Hub& hub, const SiteInfo& site, const RegisterLogs& logs) {
  evidence::SiteToPack out;
  out.about.code = site.code;
  out.about.heard_until_ms = site.watermark_ms;
  SEALKEEP_LET(keys, hub.db().prepare("SELECT keys FROM site WHERE id = ?"));
  SEALKEEP_LET(key_rows, keys.query(site.id));
  SEALKEEP_LET(there, key_rows.next());
  if (there) out.about.keys = to_bytes(key_rows.blob(0));
  std::vector<PublicKey> site_mirrors, hub_mirrors;
  SEALKEEP_LET(mirrors, hub.db().prepare(
                            "SELECT DISTINCT mirror_key FROM site_epoch WHERE site = ? ORDER BY epoch DESC"));
  SEALKEEP_LET(mirror_rows, mirrors.query(site.id));
  while (true) {
    SEALKEEP_LET(more, mirror_rows.next());
    if (!more) break;
    SEALKEEP_LET(key, mirror_rows.array<32>(0));
    site_mirrors.push_back(PublicKey{key});
  }
  for (const sync::RoleKey& key : hub.roles().keys)
    if (key.role == "mirror" && key.type == sync::KeyType::Ed25519)
      hub_mirrors.push_back(PublicKey{key.bytes});
  for (const auto& log : logs.directives)
    out.logs.push_back({log, evidence::PackRole::Directives, site_mirrors});
  for (const auto& log : logs.site) out.logs.push_back({log, evidence::PackRole::Site, hub_mirrors});
  return out;
}

namespace {

// "akl-01=12345A", or "12345A" where one site is asked for.
Result<std::string> customs_code(const Command& command, const std::string& site, bool only) {
  for (const std::string& text : command.all("customs-code")) {
    const std::size_t equals = text.find('=');
    if (text.size() > kTextBytes || (equals == std::string::npos && !only))
      return bad_input("cli.value", "--customs-code does not say of which site: " + printable(text), {},
                       "Write SITE=CODE, as akl-01=12345A");
    if (equals == std::string::npos) return text;
    if (text.substr(0, equals) == site) return text.substr(equals + 1);
  }
  return std::string();
}

Result<std::vector<SiteInfo>> asked_sites(Hub& hub, const Command& command) {
  std::vector<SiteInfo> out;
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    out.push_back(std::move(site));
    return out;
  }
  SEALKEEP_LET(sites, hub.sites());
  for (SiteInfo& site : sites)
    if (site.mirrored_size > 0) out.push_back(std::move(site));
  if (out.empty())
    return fail(ErrorKind::NotFound, "export.empty", "No site has recorded anything that is here yet", {},
                "sealkeep-hub site list shows the sites");
  return out;
}

Result<const ses::Clause*> asked_clause(const Command& command) {
  const auto id = command.one("clause");
  const ses::Clause* found = id ? ses::clause(*id) : nullptr;
  if (!id || found != nullptr) return found;
  return bad_input("clause.unknown", "The standard has no clause " + printable(*id), {},
                   "docs/standards.md lists the clauses, 1.1 to 7.1");
}

}  // namespace

cli::CommandSpec export_evidence_spec() {
  using namespace cli::spec;
  return {
      "export evidence",
      "Write one file that Customs can check without this program's word: registers with proof, of all "
      "sites or one. "
      "sealkeep-verify checks it; the journal keeps who made it, for whom, and its hash.",
      {placed(path("file", "The pack; made new, never written over", "FILE")),
       path("html", "Also, or instead, one HTML page that holds the pack and checks it by itself",
            "FILE.html"),
       text("from", "First day of the period; the beginning if not given", "DATE"),
       text("to", "Last day of the period; now if not given", "DATE"), text("site", "Only this site", "CODE"),
       text("clause", "Only reasons and photos that belong to this clause, and only it in the answer", "ID"),
       flag("without-details", "Leave out all names, reasons and photos"),
       flag("period-only",
            "Leave out records from before the period: smaller, and the opening balance is not shown"),
       text("company", "Name of the exporter, for the cover", "NAME"),
       text("client-code", "Customs client code of the exporter, for the cover", "CODE"),
       many(text("customs-code", "Customs' code of a load site", "SITE=CODE")),
       text("plan-version", "Version of the security plan, for the cover", "VERSION"),
       text("by", "Who makes this export, for the journal", "PERSON"),
       text("for", "For whom it is, for the journal", "WHOM")},
      {"export evidence akl-2026.seals --site akl-01 --from 2026-01-01 --to 2026-03-31 --for 'Customs, "
       "Auckland'",
       "export evidence --html all.html --from 2026-01-01"}};
}

Result<Value> export_evidence(Hub& hub, const Command& command, const OnProgress& progress) {
  const std::string file = command.one("file").value_or(""), page = command.one("html").value_or("");
  if (file.empty() && page.empty())
    return bad_input("cli.required", "Where to?", {}, "Name a FILE, or --html FILE.html, or both");
  evidence::PackOptions options;
  SEALKEEP_LET(clause, asked_clause(command));
  options.clause = clause;
  options.with_details = !command.has("without-details");
  options.period_only = command.has("period-only");
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(whom, short_text(command, "for"));
  SEALKEEP_LET(cover, cover_of(hub, command));
  SEALKEEP_LET(sites, asked_sites(hub, command));
  std::vector<evidence::SiteToPack> to_pack;
  for (const SiteInfo& site : sites) {
    SEALKEEP_LET(logs, hub.register_logs(site.id));
    SEALKEEP_LET(one, site_to_pack(hub, site, logs));
    SEALKEEP_LET(code, customs_code(command, site.code, sites.size() == 1));
    one.about.customs_code = code;
    SEALKEEP_LET(names, SiteNames::read(hub, logs));
    SEALKEEP_TRY(evidence::draw_seals(hub.rows(), site.id, static_cast<std::uint32_t>(to_pack.size()),
                                      kSealsToFind, hub.parts().random, names, cover.picks));
    to_pack.push_back(std::move(one));
  }
  SEALKEEP_LET(written, evidence::write_pack_files(file, page, cover, std::move(to_pack), options, hub.logs(),
                                                   hub.details(), [&](std::uint64_t done, std::uint64_t all) {
                                                     progress({done, all, "records packed"});
                                                   }));
  DataExport data;
  data.site = sites.size() == 1 ? sites.front().id : 0;
  data.what = options.with_details ? "evidence" : "evidence without details";
  if (clause != nullptr) data.what += ", clause " + std::string(clause->id);
  data.by = by;
  data.whom = whom;
  data.from_ms = cover.from_ms;
  data.until_ms = cover.until_ms;
  data.file = written.hash;
  for (const evidence::CoverLog& log : cover.logs) data.records += log.size - log.first;
  data.with_names = options.with_details;
  SEALKEEP_TRY(hub.note_export(data));
  Value value = Value::object({{"from", when(cover.from_ms)}, {"until", when(cover.until_ms)}});
  if (!file.empty()) value.set("file", file);
  if (!page.empty()) value.set("page", page);
  value.set("sites", sites.size());
  value.set("sha256", hex(written.hash.view()));
  value.set("pack_bytes", written.size_bytes);
  value.set("fingerprint", fingerprint(cover.root.bytes));
  value.set("next",
            fmt::format("sealkeep-verify {} --key \"{}\"; the reader should have the fingerprint from the "
                        "security plan and not from you",
                        file.empty() ? page : file, fingerprint(cover.root.bytes)));
  return value;
}

}  // namespace sealkeep::hub::commands
