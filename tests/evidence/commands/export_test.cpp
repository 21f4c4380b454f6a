// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include "hub/journal.hpp"
#include "pair.hpp"

using namespace sealkeep;
using namespace sealkeep::test;
using evidence::Verdict;

TEST_CASE_METHOD(Pair,
                 "head office exports what a site recorded, and Customs proves it under a fingerprint") {
  work();
  sync();
  const std::string answer = cli::to_json(must(
      at_hub({"export", "evidence", file("all.seals"), "--company", "Kauri Exports Ltd", "--client-code",
              "12345678", "--customs-code", "akl-01=AKL77", "--by", "Ana", "--for", "Customs, Auckland"})));
  const Bytes pack = read(file("all.seals"));
  struct stat about {};
  REQUIRE(::stat(file("all.seals").c_str(), &about) == 0);
  CHECK((about.st_mode & 0777) == 0600);
  CHECK(seen.words == "records packed");
  CHECK(seen.done == seen.total);

  const auto by_hub = check(pack, {enrolled.hub_fingerprint});
  INFO(by_hub->answer);
  CHECK(by_hub->pack.verdict == Verdict::Proven);
  CHECK(holds(by_hub->answer, "\"customs_code\":\"AKL77\""));
  CHECK(holds(by_hub->answer, "\"seal\":\"NZ300001\""));
  CHECK(holds(by_hub->answer, "\"applied_by\":\"Mere Tane\""));
  CHECK(holds(by_hub->answer, "\"ledger_SES_balances\":true"));
  REQUIRE(by_hub->pack.cover.picks.size() == 10);
  CHECK(by_hub->pack.cover.picks[0].place_words == "Safe");
  CHECK(check(pack, {})->pack.verdict == Verdict::Consistent);

  // The register that the reader folds is the one that the hub has.
  const RegisterId id = must(hub->sites()).front().id;
  CHECK(by_hub->findings.sites()[0]->reg.ledgers[1] == must(hub->rows().ledger(id, ses::Family::Ses)));

  // The journal says who took what out, and its hash is the file's.
  bool noted = false;
  for (const LogInfo& log : must(hub->logs().logs())) {
    if (log.role != LogRole::Journal) continue;
    must(hub->logs().read_entries(log.id, 0, UINT64_MAX, UINT64_MAX,
                                  [&](std::uint64_t, ByteView bytes) -> Result<> {
                                    SEALKEEP_LET(entry, hub::decode_journal_entry(bytes));
                                    if (entry.kind != hub::JournalKind::DataExported) return {};
                                    const auto data = must(hub::decode_data_export(entry.body));
                                    CHECK(data.site == id);
                                    CHECK(data.what == "evidence");
                                    CHECK(data.by == "Ana");
                                    CHECK(data.whom == "Customs, Auckland");
                                    CHECK(data.from_ms == by_hub->pack.cover.from_ms);
                                    CHECK(data.until_ms == by_hub->pack.cover.until_ms);
                                    CHECK(data.file == sha256(pack));
                                    CHECK(data.records == by_hub->pack.entries);
                                    CHECK(data.with_names);
                                    noted = true;
                                    return {};
                                  }));
  }
  CHECK(noted);
  CHECK(holds(answer, hex(sha256(pack).view())));
}

TEST_CASE_METHOD(Pair,
                 "an export never writes over a file, says what is wrong, and leaves nothing half done") {
  CHECK(code_of(at_hub({"export", "evidence", file("x")})) == "export.empty");
  work();
  sync();
  std::ofstream(file("there")) << "mine";
  CHECK(code_of(at_hub({"export", "evidence", file("there")})) == "export.exists");
  CHECK(as_text(read(file("there"))) == "mine");
  CHECK(code_of(at_hub({"export", "evidence", file("new"), "--html", file("there")})) == "export.exists");
  CHECK_FALSE(std::filesystem::exists(file("new")));
  CHECK(code_of(at_hub({"export", "evidence", file("no/such/folder")})) == "export.write");
  CHECK(code_of(at_hub({"export", "evidence"})) == "cli.required");
  CHECK(code_of(at_hub({"export", "evidence", file("new"), "--site", "wlg"})) == "site.unknown");
  CHECK(code_of(at_hub({"export", "evidence", file("new"), "--clause", "9.9"})) == "clause.unknown");
  CHECK(code_of(at_hub({"export", "evidence", file("new"), "--from", "2026-02-01", "--to", "2026-01-01"})) ==
        "cli.value");
  CHECK(code_of(at_site({"export", "evidence", file("there")})) == "export.exists");
  CHECK_FALSE(std::filesystem::exists(file("new")));
}

TEST_CASE_METHOD(
    Pair, "a site makes the same pack of its own register, offline, and what is not cosigned is said") {
  work();
  sync();
  must(at_site({"seal", "apply", "NZ300003", "--container", "MSKU0417000", "--by", "Tama Ruru"}));
  must(at_site({"export", "evidence", file("site.seals"), "--customs-code", "AKL77"}));
  const Bytes pack = read(file("site.seals"));
  const auto alone = check(pack, {});
  INFO(alone->answer);
  CHECK(alone->pack.verdict == Verdict::Consistent);
  CHECK(alone->pack.cover.maker == evidence::Maker::Site);
  CHECK(alone->pack.cover.picks.size() == 10);
  CHECK(holds(alone->answer, "the last 1 records are not cosigned by head office"));
  CHECK(alone->findings.sites()[0]->reg.ledgers[1] ==
        must(agent->rows().ledger(enrolled.id, ses::Family::Ses)));
  // The site's own, as on a day-close or load sheet, stands behind all of it: records and instructions.
  CHECK(check(pack, {enrolled.fingerprint})->pack.verdict == Verdict::Proven);
  // Head office's fingerprint stands behind what it cosigned; the last record has only the site's own key.
  const auto by_hub = check(pack, {enrolled.hub_fingerprint});
  CHECK(by_hub->pack.verdict == Verdict::Consistent);
  CHECK(by_hub->pack.logs.back().confirmed_size == by_hub->pack.logs.back().about.size - 1);
  sync();
  must(at_site({"export", "evidence", file("safe.seals")}));
  CHECK(check(read(file("safe.seals")), {enrolled.hub_fingerprint})->pack.verdict == Verdict::Proven);
}

TEST_CASE_METHOD(Pair,
                 "without details no name leaves, and with a clause only what belongs to it and the names") {
  work();
  must(at_site({"seal", "lost", "NZ300009", "--by", "Tama Ruru", "--story", "Fell behind the pallet"}));
  sync();
  must(at_hub({"export", "evidence", file("bare.seals"), "--without-details"}));
  const Bytes bare = read(file("bare.seals"));
  for (const char* word : {"Mere Tane", "Tama Ruru", "pallet"})
    CHECK(as_text(bare).find(word) == std::string_view::npos);
  CHECK(check(bare, {enrolled.hub_fingerprint})->pack.verdict == Verdict::Proven);
  must(at_hub({"export", "evidence", file("one.seals"), "--clause", "2.14"}));
  const Bytes one = read(file("one.seals"));
  CHECK(as_text(one).find("Mere Tane") != std::string_view::npos);
  CHECK(as_text(one).find("pallet") == std::string_view::npos);
  CHECK(check(one, {enrolled.hub_fingerprint})->pack.cover.clause == "2.14");
  must(at_hub({"export", "evidence", file("two.seals"), "--clause", "2.12"}));
  CHECK(as_text(read(file("two.seals"))).find("pallet") != std::string_view::npos);
}

TEST_CASE_METHOD(Pair, "a pack of a period only is smaller, still proven, and has no opening balance") {
  work();
  for (int i = 0; i < 6; ++i)
    must(at_site(
        {"seal", "receive", "NZ4" + std::to_string(i) + "0001", "--count", "60000", "--place", "Safe"}));
  sync();
  must(at_hub({"export", "evidence", file("whole.seals")}));
  const std::string now = iso_time(clock.now().unix_ms + 3'600'000);
  must(at_hub({"export", "evidence", file("part.seals"), "--period-only", "--from", now, "--to",
               iso_time(clock.now().unix_ms + 7'200'000)}));
  const Bytes part = read(file("part.seals"));
  CHECK(part.size() < read(file("whole.seals")).size());
  const auto checked = check(part, {enrolled.hub_fingerprint});
  INFO(checked->answer);
  CHECK(checked->pack.verdict == Verdict::Proven);
  CHECK(checked->pack.logs.back().about.first > 0);
}

TEST_CASE_METHOD(Pair, "sealkeep-verify is a program of its own with the exit codes that its help names") {
  work();
  sync();
  must(at_hub({"export", "evidence", file("all.seals"), "--html", file("all.html")}));
  const std::string pack = "'" + file("all.seals") + "'", page = "'" + file("all.html") + "'";
  const std::string key = " --key '" + enrolled.hub_fingerprint + "'";
  CHECK(verify(pack) == 0);
  CHECK(holds(said(), "consistent, keys not confirmed"));
  CHECK(verify(pack + key) == 0);
  CHECK(holds(said(), "proven under the keys you gave"));
  CHECK(verify(page + key + " --json") == 0);
  CHECK(holds(said(), "\"verdict\":\"proven under the keys you gave\""));
  CHECK(must(evidence::pack_of_page(read(file("all.html")))) == read(file("all.seals")));

  Bytes changed = read(file("all.seals"));
  changed[changed.size() / 2] ^= 1;
  std::ofstream(file("bad.seals"), std::ios::binary)
      .write(as_text(changed).data(), static_cast<std::streamsize>(changed.size()));
  CHECK(verify("'" + file("bad.seals") + "'") == 1);
  CHECK(holds(said(), "NOT CONSISTENT"));
  for (const std::string& wrong :
       {std::string(), "'" + file("nothing") + "'", pack + " --key", pack + " --key zz", pack + " --colour",
        pack + " " + pack, "'" + folder.path().string() + "'"})
    CHECK(verify(wrong) == 2);
  CHECK(verify("--help") == 0);
  CHECK(holds(said(), "Exit code: 0 proven or consistent, 1 not consistent, 2 wrong use"));
  CHECK(verify("--version") == 0);
}

TEST_CASE_METHOD(
    Pair, "the fingerprint on a day-close, a load sheet or a print finds its records in a later pack") {
  work();
  const std::string closed = cli::to_json(must(at_site({"day", "close", "--by", "Mere Tane"})));
  INFO(closed);
  CHECK(holds(closed, enrolled.fingerprint));
  const std::string state = said_as(closed, "state_of_the_register");
  const std::string size = state.substr(0, state.find(' ')), print = state.substr(state.find(", ") + 2);
  // A print is itself a record, so the next paper has the next state.
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"print", "register", file("register.pdf")},
           {"print", "load-sheet", file("sheet.pdf"), "--container", "MSCU1234566"}}) {
    const std::string now = said_as(cli::to_json(must(at_site({"status"}))), "state");
    must(at_site(words));
    REQUIRE(std::system(("pdftotext -layout '" + words[2] + "' '" + file("text") + "'").c_str()) == 0);
    CHECK(holds(std::string(as_text(read(file("text")))), now));
    CHECK((words[1] == "load-sheet" || now == state));
  }
  must(at_site({"seal", "apply", "NZ300003", "--container", "MSKU0417021", "--by", "Tama Ruru"}));
  sync();
  for (const bool by_hub : {false, true}) {
    const std::string name = file(by_hub ? "hub.seals" : "site.seals");
    must(by_hub ? at_hub({"export", "evidence", name, "--html", file("page.html")})
                : at_site({"export", "evidence", name}));
    const auto checked = check(read(name), {print});
    INFO(checked->answer);
    CHECK(checked->pack.verdict == Verdict::Consistent);  // what came after it has no anchor
    CHECK(checked->pack.anchors_found == std::vector{true});
    CHECK(std::to_string(checked->pack.logs.back().confirmed_size) == size);
    CHECK(holds(checked->answer, "its state at " + size + " records"));
    CHECK(check(read(name), {checked->pack.logs.back().state})->pack.logs.back().confirmed_size ==
          checked->pack.logs.back().about.size);
    CHECK(verify("'" + name + "' --fingerprint '" + print + "'") == 0);
    CHECK(holds(said(), "its state at " + size + " records"));
  }
  // Another history of the same length does not have it.
  std::string other = print;
  other.back() = other.back() == '0' ? '1' : '0';
  CHECK(check(read(file("hub.seals")), {other})->pack.anchors_found == std::vector{false});
}

TEST_CASE_METHOD(
    Pair, "every export and print leaves a record of who took what out, at the site and at head office") {
  work();
  sync();
  const std::vector<std::vector<std::string>> outputs{
      {"export", "register", file("1")},
      {"export", "register", file("2"), "--format", "xlsx", "--from", "2026-01-01"},
      {"export", "epcis", file("3")},
      {"export", "dcsa", file("4")},
      {"export", "sel", file("5")},
      {"print", "register", file("6")},
      {"print", "load-sheet", file("7"), "--container", "MSCU1234566"},
      {"print", "forms", file("8"), "--count", "3"},
      {"export", "evidence", file("9")},
      {"export", "evidence", file("10"), "--without-details"}};
  std::vector<std::string> said_at_site;
  for (std::vector<std::string> words : outputs) {
    words.insert(words.end(), {"--by", "Mere Tane"});
    must(at_site(words));
    std::filesystem::remove(words[2]);
  }
  const std::string site = cli::to_json(must(at_site({"compliance", "--clause", "5.4"})));
  INFO(site);
  for (const char* said :
       {"taken out: export register csv, 40 records, with names",
        "taken out: export register xlsx, 40 records, from 2026-01-01, with names",
        "taken out: export epcis epcis, ", "taken out: export dcsa newer, 1 record, without names",
        "taken out: export sel d95b, ", "taken out: print register pdf, 40 records, with names",
        "taken out: print load-sheet MSCU1234566, 1 record, without names",
        "taken out: print forms P-000001..P-000003, 3 records, without names", "taken out: evidence, ",
        "\"by\":\"Mere Tane\""})
    CHECK(holds(site, said));
  sync();
  for (std::vector<std::string> words : outputs) {
    words.insert(words.end(), {"--site", "akl-01", "--by", "Ana", "--for", "Customs"});
    must(at_hub(words));
  }
  const std::string hub_said = cli::to_json(must(at_hub({"compliance", "--clause", "5.4"})));
  INFO(hub_said);
  const std::size_t at = hub_said.find("taken_out_at_head_office");
  REQUIRE(at != std::string::npos);
  const std::string taken = hub_said.substr(at);
  std::size_t count = 0;
  for (std::size_t from = 0;
       (from = taken.find("\"by\":\"Ana\",\"for\":\"Customs\"", from)) != std::string::npos; ++from)
    ++count;
  CHECK(count == outputs.size());
  CHECK(holds(taken, hex(sha256(read(file("1"))).view())));
  CHECK(holds(taken, "without names"));
  CHECK(holds(hub_said, "taken out: export register csv, 40 records, with names"));  // the site's own
  // Somebody whom nobody knows takes nothing out.
  CHECK_FALSE(at_site({"export", "register", file("11"), "--by", "Nobody Known"}).has_value());
  CHECK_FALSE(std::filesystem::exists(file("11")));
  CHECK(holds(cli::to_json(must(at_site({"verify"}))), "\"valid\":true"));
}

TEST_CASE_METHOD(Pair, "one seal is proven by a pack of its own that shows no story of another record") {
  work();
  must(at_site({"seal", "lost", "NZ300009", "--by", "Tama Ruru", "--story", "Fell behind the pallet"}));
  sync();
  CHECK(code_of(at_hub({"seal", "prove", "NZ999999", file("none.seals")})) == "seal.unknown");
  const std::string answer =
      cli::to_json(must(at_hub({"seal", "prove", "NZ300001", file("one.seals"), "--for", "Customs"})));
  const auto proven = check(read(file("one.seals")), {enrolled.hub_fingerprint});
  INFO(proven->answer);
  CHECK(proven->pack.verdict == Verdict::Proven);
  CHECK(holds(proven->answer, "\"seal\":\"NZ300001\""));
  CHECK(as_text(read(file("one.seals"))).find("Fell behind the pallet") == std::string_view::npos);
  CHECK(holds(answer, "\"records_of_the_seal\":"));
  must(at_hub({"seal", "prove", "NZ300009", file("lost.seals")}));
  CHECK(as_text(read(file("lost.seals"))).find("Fell behind the pallet") != std::string_view::npos);
  CHECK(code_of(at_hub({"seal", "prove", "NZ300001", file("one.seals")})) == "export.exists");
}
