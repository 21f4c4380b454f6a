// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/picture.hpp"
#include "common/sync/picture_turns.hpp"
#include "hub/commands/commands.hpp"
#include "hub/pictures/originals.hpp"
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

namespace {

Bytes jpeg(std::size_t bytes, std::uint8_t mark = 1) {
  Bytes out{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xDA, 0, 2};
  out.resize(bytes, mark);
  return out;
}

/// A site with pictures beside its records, which answers what the hub asks.
struct PictureSite : TestSite {
  using TestSite::TestSite;

  /// The next entry, with the words of that original.
  std::uint64_t record_picture(const Bytes& original) {
    ses::Picture picture;
    picture.sha256 = sha256(original);
    picture.bytes = original.size();
    picture.media = "image/jpeg";
    words[entries.size()] = ses::encode(picture);
    ses::Entry entry;
    entry.header.request_id[0] = static_cast<std::uint8_t>(entries.size());
    entry.header.happened_ms = entry.header.recorded_ms = world.clock.reading.unix_ms;
    entry.event = applied(300'001 + entries.size());
    const Bytes& bytes = words[entries.size()];
    entry.details.push_back(
        {ses::DetailKind::Picture, bytes.size(), commit_detail(ses::DetailKind::Picture, salt, bytes)});
    append(must(encode(entry)));
    return entries.size() - 1;
  }
  [[nodiscard]] PeerFrame sealed(sync::MessageType type, const Bytes& clear) {
    return framed(
        sync::make_frame(type, envelope::seal(clear, *world.hub->roles().box_key("envelope"), random)));
  }
  /// What the hub wants of this site now: answers for details, the questions for pictures come back.
  std::vector<sync::WantPicture> wanted() {
    world.oversee_all();
    std::vector<sync::WantPicture> out;
    for (const PeerReply& reply : must(world.hub->outgoing())) {
      if (reply.peer != peer) continue;
      const auto frame = must(sync::read_frame(reply.frame));
      if (frame.type == sync::MessageType::WantPicture)
        out.push_back(must(sync::decode_want_picture(frame.body)));
      if (frame.type == sync::MessageType::WantDetails)
        give_details(must(sync::decode_want_details(frame.body)));
    }
    return out;
  }
  void give_details(const sync::WantDetails& want) {
    sync::Details details{want.log, want.from, want.to, {}, {}};
    for (const auto& [index, bytes] : words)
      if (index >= want.from && index < want.to)
        details.items.push_back({index, 0, static_cast<std::uint8_t>(ses::DetailKind::Picture), salt, bytes});
    send(sealed(sync::MessageType::Details, encode(details)));
  }
  /// Until it asks for a picture.
  sync::WantPicture first_want() {
    for (int i = 0; i < 5; ++i)
      if (const auto now = wanted(); !now.empty()) return now.front();
    FAIL("no picture is asked for");
    return {};
  }
  std::vector<PeerReply> give(const sync::WantPicture& want, const Bytes& original, std::size_t bytes) {
    const auto from = original.begin() + static_cast<std::ptrdiff_t>(want.from);
    const auto end = from + std::min(static_cast<std::ptrdiff_t>(bytes), original.end() - from);
    return send(sealed(sync::MessageType::PicturePiece,
                       encode(sync::PicturePiece{want.log, want.index, want.n, sync::PictureState::Piece,
                                                 want.from, original.size(), Bytes(from, end)})));
  }
  [[nodiscard]] std::string standing(std::uint64_t index) const {
    auto originals = must(Originals::open(world.hub->db(), world.folder.path()));
    const auto log = must(world.hub->logs().find_log(identity.origin));
    const auto there = must(originals.standing({log->id, index, 0}));
    return there ? std::string(original_name(*there)) : "none";
  }
  [[nodiscard]] PictureFolder folder() const {
    return originals_of(world.folder.path(), world.site(code).id);
  }

  std::map<std::uint64_t, Bytes> words;
  ses::Salt salt{1, 2, 3};
};

void pass_hours(HubWorld& world, int hours) {
  for (int i = 0; i < hours; ++i) {
    world.clock.pass(3'600'000);
    must(world.hub->tick());
  }
}

}  // namespace

TEST_CASE("head office fetches an original piece by piece once its words are here, and nothing of it twice") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  auto want = site.first_want();
  CHECK(want == sync::WantPicture{site.identity.id, index, 0, 0});
  CHECK(site.wanted().empty());
  CHECK(site.give(want, original, 600).empty());
  CHECK(site.standing(index) == "at_site");
  want = site.first_want();
  CHECK(want.from == 600);
  CHECK(site.standing(index) == "on_its_way");
  site.give(want, original, 400);
  CHECK(site.wanted().empty());
  CHECK(site.standing(index) == "here");
  CHECK(must(site.folder().read(sha256(original))) == original);
}

TEST_CASE("what nobody asked for is passed over, and what is not this site's is refused") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  const auto want = site.first_want();
  auto other = want;
  SECTION("another place") {
    other.index = index + 1;
  }
  SECTION("another detail") {
    other.n = 1;
  }
  SECTION("another part") {
    other.from = 1;
  }
  CHECK(site.give(other, original, 1'000).empty());
  CHECK(site.wanted().empty());
  CHECK(site.folder().held(sha256(original)).bytes == 0);
  // What was asked for is still awaited.
  site.give(want, original, 1'000);
  CHECK(site.wanted().empty());
  CHECK(site.standing(index) == "here");
  site.give(want, original, 1'000);
  auto foreign = want;
  foreign.log.bytes[0] ^= 1;
  CHECK(TestSite::refused_of(site.give(foreign, original, 10)).code == "picture.other_log");
}

TEST_CASE("facts and details go first: no piece is asked for while the site owes one") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  site.record_picture(original);
  site.sync_all();
  auto want = site.first_want();
  // More is recorded while the piece travels: head office hears of it in a status before the change set.
  site.record(applied(300'999));
  site.send(site.status(world.clock.reading.unix_ms));
  site.give(want, original, 500);
  CHECK(site.wanted().empty());
  CHECK(site.wanted().empty());
  CHECK(TestSite::cosigned_of(site.send(site.change_set(1, 2))).size == 2);
  want = site.first_want();
  CHECK(want.from == 500);
}

TEST_CASE("what is not the picture that its words name is fetched again, and after three times given up") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000), other = jpeg(1'000, 9);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  for (int times = 0; times < 3; ++times) {
    CHECK(site.standing(index) != "given_up");
    site.give(site.first_want(), other, 1'000);
    CHECK(site.wanted().empty());
    world.clock.pass(86'400'000);
    must(world.hub->tick());
    site.send(site.hello());
  }
  CHECK(site.wanted().empty());
  CHECK(site.standing(index) == "given_up");
  CHECK(site.folder().held(sha256(original)).bytes == 0);
}

TEST_CASE("no more pieces are awaited than the budget, and each that comes lets the next site be asked") {
  HubWorld world;
  const Bytes original = jpeg(1'000);
  std::vector<std::unique_ptr<PictureSite>> sites;
  for (std::size_t i = 0; i < sync::kPiecesAwaited + 2; ++i) {
    sites.push_back(std::make_unique<PictureSite>(world, "s-" + std::to_string(i), 100 + i));
    sites.back()->enrol();
    sites.back()->record_picture(original);
    sites.back()->sync_all();
  }
  std::map<std::string, sync::WantPicture> asked;
  const auto ask_all = [&] {
    world.oversee_all();
    for (int round = 0; round < 3; ++round) {
      for (const PeerReply& reply : must(world.hub->outgoing())) {
        const auto frame = must(sync::read_frame(reply.frame));
        const auto to = std::find_if(sites.begin(), sites.end(),
                                     [&](const auto& site) { return site->peer == reply.peer; });
        REQUIRE(to != sites.end());
        if (frame.type == sync::MessageType::WantDetails)
          (*to)->give_details(must(sync::decode_want_details(frame.body)));
        if (frame.type == sync::MessageType::WantPicture)
          asked.emplace((*to)->code, must(sync::decode_want_picture(frame.body)));
      }
    }
  };
  ask_all();
  CHECK(asked.size() == sync::kPiecesAwaited);
  for (auto& site : sites)
    if (const auto want = asked.find(site->code); want != asked.end()) {
      site->give(want->second, original, 1'000);
      break;
    }
  ask_all();
  CHECK(asked.size() == sync::kPiecesAwaited + 1);
}

TEST_CASE("a hub that was put back from a copy fetches again what is not in its folder") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000), second = jpeg(1'000, 2);
  const std::uint64_t one = site.record_picture(original), two = site.record_picture(second);
  site.sync_all();
  for (const Bytes& file : {original, second}) site.give(site.first_want(), file, 1'000);
  CHECK(site.wanted().empty());
  REQUIRE(site.standing(one) == "here");
  DatabaseCopy copy(world);
  must(world.hub->issue(world.site("akl-01").id, ses::PlanSet{9, 60'000, "1"}));
  must(world.hub->outgoing());
  must(site.folder().remove(sha256(second)));
  copy.put_back();
  site.send(site.hello());
  CHECK(site.standing(one) == "here");
  CHECK(site.standing(two) == "at_site");
  const auto want = site.first_want();
  CHECK(want.index == two);
  site.give(want, second, 1'000);
  CHECK(site.wanted().empty());
  CHECK(site.standing(two) == "here");
}

TEST_CASE("words that came before originals did are asked for once the hub knows how") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  static_cast<void>(site.first_want());
  // The database as the release before had it.
  must(world.hub->db().transaction([&]() -> Result<> {
    SEALKEEP_LET(drop, world.hub->db().prepare("DROP TABLE picture"));
    SEALKEEP_TRY(drop.run());
    SEALKEEP_LET(version, world.hub->db().prepare("PRAGMA user_version"));
    std::int64_t number = 0;
    {
      SEALKEEP_LET(rows, version.query());
      SEALKEEP_LET(there, rows.next());
      REQUIRE(there);
      number = rows.int64(0);
    }
    SEALKEEP_LET(back, world.hub->db().prepare("PRAGMA user_version = " + std::to_string(number - 1)));
    return back.run();
  }));
  world.restart();
  site.send(site.hello());
  CHECK(site.standing(index) == "at_site");
  CHECK(site.first_want() == sync::WantPicture{site.identity.id, index, 0, 0});
}

TEST_CASE("an original is given up at head office when its time is over") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  site.give(site.first_want(), original, 1'000);
  CHECK(site.wanted().empty());
  world.clock.pass(std::int64_t{2'556} * 86'400'000);
  pass_hours(world, 2);
  CHECK(site.standing(index) == "here");
  pass_hours(world, 30);
  CHECK(site.standing(index) == "over");
  CHECK_FALSE(site.folder().held(sha256(original)).whole);
}

TEST_CASE(
    "an original is taken out as a new file, which stands in the journal; one that is not here says why") {
  HubWorld world;
  PictureSite site(world, "akl-01");
  site.enrol();
  const Bytes original = jpeg(1'000);
  const std::uint64_t index = site.record_picture(original);
  site.sync_all();
  const std::filesystem::path out = world.folder / "door.jpg";
  const auto take = [&](const std::string& record) {
    cli::Command command;
    command.name = "seal original";
    command.options = {{"file", {out.string()}},
                       {"site", {"akl-01"}},
                       {"record", {record}},
                       {"picture", {"0"}},
                       {"by", {"Mere"}}};
    return execute(*world.hub, command, [](const cli::Progress&) {});
  };
  const std::string record = "1/" + std::to_string(index);
  const auto want = site.first_want();
  CHECK(take(record).error().why == "the original is only at the site");
  site.give(want, original, 1'000);
  CHECK(site.wanted().empty());
  CHECK(take("1/77").error().code == "picture.unknown");
  must(take(record));
  CHECK(DatabaseCopy::read(out) == as_text(original));
  cli::Command journal;
  journal.name = "journal list";
  const std::string said = cli::to_json(must(execute(*world.hub, journal, [](const cli::Progress&) {})));
  CHECK(said.find("original picture beside record " + record) != std::string::npos);
}
