// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/evidence/findings.hpp"
#include "common/evidence/page.hpp"
#include "pack_fixture.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
using namespace sealkeep::evidence;
using namespace sealkeep::test;

namespace {

Bytes page_of(ByteView pack, std::size_t piece) {
  Bytes out;
  PageWriter writer([&](ByteView more) -> Result<> {
    append(out, more);
    return {};
  });
  must(writer.begin());
  for (std::size_t at = 0; at < pack.size(); at += piece)
    must(writer.add(pack.subspan(at, std::min(piece, pack.size() - at))));
  must(writer.finish());
  return out;
}

// What the page must find, line by line: verdicts, anchor, then the register's five fields and state.
std::string expected(ByteView pack, const std::string& anchor) {
  Findings findings;
  const CheckedPack checked = check_pack(pack, {}, findings);
  std::string out = std::string(verdict_words(checked.verdict)) + "\n" + anchor + "\n" +
                    checked.logs.back().state + "\n" + hex(checked.file_hash.view()) + "\n";
  out += std::to_string(checked.entries) + " " + std::to_string(checked.details_here) + "\n";
  for (const auto& site : findings.sites())
    for (const auto& [key, row] : site->reg.seals)
      if (row.state != ses::SealState::None)
        out += key.number.text() + " " + std::to_string(row.received_ms) + " " +
               std::to_string(row.applied_ms) + " " + (row.unit.text.empty() ? "-" : row.unit.text) + " " +
               (row.applied_ms == 0 ? "-" : site->person_words(row.applied_by)) + " | " +
               std::string(ses::state_words(row.state)) + "\n";
  return out;
}

void run_in_node(const PackWorld& world, ByteView pack) {
  if (std::system("node --version > /dev/null 2>&1") != 0) {
    WARN("there is no node on this machine: the page's script was not run");
    return;
  }
  const TestFolder folder;
  folder.put("page.html", as_text(page_of(pack, 1000)));
  folder.put("expected", expected(pack, fingerprint(world.root.public_key().bytes)));
  const std::string command = "node '" SEALKEEP_SOURCE_DIR "/tests/evidence/page_check.mjs' '" +
                              (folder.path() / "page.html").string() + "' '" +
                              (folder.path() / "expected").string() + "' > '" +
                              (folder.path() / "said").string() + "' 2>&1";
  const int status = std::system(command.c_str());
  std::ifstream said(folder.path() / "said");
  INFO(std::string(std::istreambuf_iterator<char>(said), {}));
  CHECK(status == 0);
}

}  // namespace

TEST_CASE("a page holds its pack, however it was handed in") {
  PackWorld world;
  world.day();
  const Bytes pack = world.pack();
  const Bytes page = page_of(pack, pack.size());
  CHECK(is_page(page));
  CHECK_FALSE(is_page(pack));
  CHECK(must(pack_of_page(page)) == pack);
  for (std::size_t piece : {1UL, 2UL, 1000UL, 49'152UL}) CHECK(page_of(pack, piece) == page);
  CHECK(pack_of_page(ByteView(page).first(page.size() / 2)).error().code == "page.malformed");
  CHECK(pack_of_page(as_bytes("<!DOCTYPE html>")).error().code == "page.malformed");
}

TEST_CASE("a page names no address and fetches nothing") {
  const Bytes page = page_of(Bytes{}, 1);
  const std::string_view text = as_text(page);
  for (const char* word :
       {"http:", "https:", "fetch(", "XMLHttpRequest", "src=", "import(", "WebSocket", "eval("})
    CHECK(text.find(word) == std::string_view::npos);
  CHECK(text.find("default-src 'none'") != std::string_view::npos);
}

TEST_CASE("the page's script finds what the program finds, and refuses every changed byte") {
  PackWorld world;
  world.day();
  using namespace ses;
  world.say(80,
            SealReplaced{Family::Ses, Dock::seal(3), DamageCause::Faulty, SealKind::Bolt, Dock::seal(4),
                         Dock::box("TGHU7654321")},
            Dock::kTama);
  world.say(81, SealLost{Family::Ses, Dock::range(5, 2), Dock::at(80), Dock::at(70)}, Dock::kTama);
  world.say(82, SealFound{Family::Ses, Dock::seal(5), Dock::kInSafe, false}, Dock::kTama);
  world.say(83, TransferredOut{Family::Ses, Dock::range(19, 2), "wlg-02", "T-1"}, Dock::kTama);
  world.say(84, SealsIssued{Family::Ses, Dock::range(10, 3), Dock::kMere}, Dock::kTama);
  world.say(85, SealsReturned{Family::Ses, Dock::range(10, 1), Dock::kInSafe}, Dock::kTama);
  world.say(86, Dock::applied(11, Dock::box("MSKU0417000")), Dock::kMere);
  world.say(
      87,
      SealCorrected{Family::Ses, Dock::box("MSKU0417000"), Dock::seal(11), Dock::seal(12), SealKind::Bolt},
      Dock::kMere);
  world.say(88, UnitCorrected{Dock::box("MSKU0417000"), Dock::box("MSKU0417021")}, Dock::kMere);
  world.say(89, SealDamaged{Family::Ses, Dock::seal(4), DamageCause::FoundBroken, Dock::box("TGHU7654321")},
            Dock::kTama);
  world.say(90, SealsDestroyed{Family::Ses, Dock::range(13, 1), Dock::kTama}, Dock::kMere);
  world.say(
      91,
      SealsReceived{
          Family::Ses, SealKind::Bolt, Dock::range(31, 5), Dock::kInSafe, 0, "", "", "", {Dock::seal(33)}},
      Dock::kMere);
  world.say(92, SealFound{Family::Ses, Dock::seal(77), Dock::kInSafe, true}, Dock::kMere);
  world.say(93, OtherSealNoted{Dock::box(), Dock::seal(99), Party::Carrier}, Dock::kMere);
  run_in_node(world, world.pack(0, {3, 7}));
}

TEST_CASE("the page's script checks a large log, and a part of one") {
  PackWorld world;
  world.day();
  for (std::uint32_t i = 0; i < 70'000; ++i) world.say(100, ses::TerminalAdded{i + 1});
  run_in_node(world, world.pack());
  run_in_node(world, world.pack(65'536));
}
