// SPDX-License-Identifier: Apache-2.0
#include "common/verify/report.hpp"
#include "common/crypto/encoding.hpp"
#include "pack_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::evidence;
using namespace sealkeep::test;

namespace {

struct Read {
  CheckedPack checked;
  Findings findings;
  cli::Value value;
};

std::unique_ptr<Read> read(ByteView pack, const std::vector<std::string>& anchors = {}) {
  auto out = std::make_unique<Read>();
  std::vector<Anchor> parsed;
  for (const std::string& text : anchors) parsed.push_back(must(parse_anchor(text)));
  out->checked = check_pack(pack, parsed, out->findings);
  out->value = verifier::report(out->checked, out->findings, parsed);
  return out;
}

const cli::Value& at(const cli::Value& value, std::string_view member) {
  const cli::Value* found = value.find(member);
  if (found == nullptr) FAIL("no member " << member << " in " << cli::to_json(value));
  return *found;
}
std::string json(const cli::Value& value, std::string_view member) {
  return cli::to_json(at(value, member));
}
bool holds(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the register of a pack is the one that the fold gives, with names, five fields first") {
  PackWorld world;
  world.day();
  const auto answer = read(world.pack(), {fingerprint(world.root.public_key().bytes)});
  CHECK(at(answer->value, "verdict") == cli::Value("proven under the keys you gave"));
  CHECK(at(answer->value, "valid") == cli::Value(true));
  const auto* rows = at(answer->value, "register").as_list();
  REQUIRE(rows != nullptr);
  REQUIRE(rows->size() == 20);
  const auto& first = *(*rows)[0].as_object();
  CHECK(first[0].value == cli::Value("NZ300001"));
  CHECK(first[1].name == "received");
  CHECK(first[2].name == "applied");
  CHECK(first[3].value == cli::Value("MSCU1234566"));
  CHECK(first[4].value == cli::Value("Mere"));
  CHECK(at((*rows)[0], "checked_by") == cli::Value("Tama"));
  CHECK(at((*rows)[2], "applied_by") == cli::Value("-"));
  const std::string sites = json(answer->value, "sites");
  CHECK(holds(sites, "\"ledger_SES_closing\":\"received 20 = in stock 18"));
  CHECK(holds(sites, "\"ledger_SES_balances\":true"));
  CHECK(holds(json(answer->value, "incidents"), "The bolt broke in the rain."));
}

TEST_CASE("clause by clause a pack says on what each stands, and which records are behind it") {
  PackWorld world;
  world.day();
  const auto answer = read(world.pack());
  const auto* clauses = at(answer->value, "clauses").as_list();
  REQUIRE(clauses != nullptr);
  CHECK(clauses->size() == ses::clauses().size());
  std::map<std::string, std::string> basis, newest;
  for (const cli::Value& row : *clauses) {
    basis[*at(row, "clause").as_text()] = *at(row, "basis").as_text();
    newest[*at(row, "clause").as_text()] = *at(row, "newest").as_text();
  }
  CHECK(basis.at("2.6") == "shown by facts");
  CHECK(basis.at("2.14") == "shown by facts");
  CHECK(newest.at("2.14") == "1/8");
  CHECK(basis.at("4.1") == "not shown");
  world.cover.clause = "2.14";
  const auto asked = read(world.pack());
  CHECK(at(asked->value, "clauses").as_list()->size() == 1);
}

TEST_CASE("what a pack cannot show is said: time not heard of, days not closed, what was left out") {
  PackWorld world;
  world.day();
  world.cover.remarks = {"photos, to save room"};
  world.details.begin()->second = {DetailPresence::Erased, {}, {}};
  const auto answer = read(world.pack());
  const std::string missing = json(answer->value, "missing");
  CHECK(holds(missing, "not heard of from"));
  CHECK(holds(missing, "1 of 1 days of the period were not closed"));
  CHECK(holds(json(answer->value, "left_out"), "photos, to save room"));
  CHECK(holds(json(answer->value, "cannot_be_proven"), "that a seal was on the door"));
  CHECK(holds(json(answer->value, "cannot_be_proven"), "whose keys these are"));
  const auto proven = read(world.pack(), {fingerprint(world.root.public_key().bytes)});
  CHECK_FALSE(holds(json(proven->value, "cannot_be_proven"), "whose keys these are"));
}

TEST_CASE("of a part of a log no opening balance is claimed") {
  PackWorld world;
  world.day();
  for (std::uint32_t i = 0; i < 300; ++i) world.say(100, ses::TerminalAdded{i + 1});
  world.say(200, ses::Dock::applied(7), ses::Dock::kMere);
  const auto answer = read(world.pack(256));
  CHECK(answer->checked.verdict == Verdict::Consistent);
  CHECK(holds(json(answer->value, "sites"), "\"ledger_SES_opening\":\"not shown\""));
  CHECK(holds(json(answer->value, "missing"), "the opening balance is not shown"));
}

TEST_CASE("a period counts what happened in it, and the balances are those at its ends") {
  PackWorld world;
  world.day();
  world.cover.from_ms = PackWorld::kStart + 33 * 60'000;
  world.cover.until_ms = PackWorld::kStart + 62 * 60'000;
  const auto answer = read(world.pack());
  const std::string sites = json(answer->value, "sites");
  CHECK(holds(sites, "\"records_in_period\":3"));
  CHECK(holds(sites, "\"ledger_SES_opening\":\"received 20 = in stock 20\""));
  CHECK(holds(sites, "\"ledger_SES_closing\":\"received 20 = in stock 19 + uplifted 1\""));
  CHECK(json(answer->value, "incidents") == "[]");
}

TEST_CASE("nothing of a pack that does not fit is repeated as if it were so") {
  PackWorld world;
  world.day();
  Bytes pack = world.pack();
  pack[pack.size() / 2] ^= 1;
  const auto answer = read(pack);
  CHECK(at(answer->value, "verdict") == cli::Value("NOT CONSISTENT"));
  CHECK(at(answer->value, "valid") == cli::Value(false));
  CHECK(answer->value.find("register") == nullptr);
  CHECK_FALSE(at(at(answer->value, "wrong"), "file_in_the_pack").as_text()->empty());
}

TEST_CASE("seals drawn by chance are listed with their place, and whether these records have them in stock") {
  PackWorld world;
  world.day();
  world.cover.picks = {{0, ses::Family::Ses, ses::Dock::seal(1), ses::Dock::kInSafe, "Safe"},
                       {0, ses::Family::Ses, ses::Dock::seal(9), ses::Dock::kInSafe, ""}};
  const std::string picks = json(read(world.pack())->value, "find_these_in_the_safe");
  CHECK(holds(
      picks,
      "{\"place\":\"Safe\",\"seal\":\"NZ300001\",\"site\":\"akl-01\",\"in_stock_by_these_records\":false}"));
  CHECK(holds(picks, "\"seal\":\"NZ300009\",\"site\":\"akl-01\",\"in_stock_by_these_records\":true}"));
}

TEST_CASE(
    "a site that began again in a new epoch is one register, and the old log counts up to where the new one "
    "takes over") {
  PackWorld world;
  world.day();
  const std::uint64_t takes_over = world.site.entries.size();
  world.say(100, ses::Dock::applied(9), ses::Dock::kMere);  // nobody else ever saw this one
  LogInMemory second("hub.example.nz/site/akl-01/e2", 6);
  std::uint8_t number = 0;
  const auto say = [&](ses::Event event) {
    ses::Entry entry;
    entry.header.request_id[0] = ++number;
    entry.header.happened_ms = entry.header.recorded_ms = PackWorld::kStart + 110 * 60'000;
    entry.event = std::move(event);
    second.add(must(ses::encode(entry)));
  };
  say(ses::EpochStarted{world.site.origin, takes_over, world.site.frontiers[takes_over].root(), takes_over,
                        ses::EpochReason::Restored});
  say(ses::Dock::applied(7, ses::Dock::box("TGHU7654321")));

  const VerifierKey mirror = world.mirror();
  std::vector<PackLog> logs;
  world.cover.logs = {{0, PackRole::Site, 1, 0, world.site.entries.size(), takes_over},
                      {0, PackRole::Site, 2, 0, 2, 2}};
  for (const LogInMemory* log : {&world.site, &second}) {
    logs.push_back(PackWorld::pack_log(*log));
    logs.back().cosigners = {mirror};
    logs.back().checkpoint =
        log->note(log->entries.size(), &mirror, &world.mirror_key, PackWorld::kCosignedAt);
    logs.back().detail = [](std::uint64_t, const ses::Entry&, std::uint8_t) -> Result<PackedDetail> {
      return PackedDetail{};
    };
  }
  Bytes pack;
  must(write_pack(world.cover, logs, [&](ByteView more) -> Result<> {
    append(pack, more);
    return {};
  }));
  const auto answer = read(pack, {fingerprint(world.root.public_key().bytes)});
  CHECK(answer->checked.verdict == Verdict::Proven);
  const auto& seals = answer->findings.sites()[0]->reg.seals;
  CHECK(seals.at({ses::Family::Ses, ses::Dock::seal(7)}).unit.text == "TGHU7654321");
  CHECK(seals.at({ses::Family::Ses, ses::Dock::seal(9)}).state == ses::SealState::InStock);
  CHECK(holds(json(answer->value, "interruptions"), "2/0"));
  // The directives that the site adopted are not in this pack, and that is said.
  CHECK(holds(json(answer->value, "missing"), "instructions of head office that it followed are not here"));

  // The site's old key stands behind the old log alone: the new one is not proven by it.
  const auto old_key = read(
      pack, {format_verifier_key({world.site.origin, NoteKeyType::Ed25519, world.site.key.public_key()})});
  CHECK(old_key->checked.verdict == Verdict::Consistent);
  CHECK(old_key->checked.logs[0].confirmed_size == world.site.entries.size());
  CHECK(old_key->checked.logs[1].confirmed_size == 0);
}
