// SPDX-License-Identifier: Apache-2.0
#include "hub_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::hub;
using namespace sealkeep::hub::test;

TEST_CASE("hub asks for the details that records commit to, keeps them and says so") {
  HubWorld world;
  TestSite site(world, "akl-01");
  site.enrol();
  const Bytes words = to_bytes(as_bytes("the bolt broke in the rain"));
  const ses::Salt salt{1, 2, 3};
  ses::Entry entry;
  entry.header.happened_ms = entry.header.recorded_ms = world.clock.reading.unix_ms;
  entry.event = ses::PersonAdded{7, 0};
  entry.details.push_back(
      {ses::DetailKind::Name, words.size(), commit_detail(ses::DetailKind::Name, salt, words)});
  site.append(must(encode(entry)));
  site.sync_all();
  world.oversee_all();

  const auto out = must(world.hub->outgoing());
  std::optional<sync::WantDetails> want;
  for (const PeerReply& reply : out) {
    const auto frame = must(sync::read_frame(reply.frame));
    if (frame.type == sync::MessageType::WantDetails) want = must(sync::decode_want_details(frame.body));
  }
  REQUIRE(want);
  CHECK(want->log == site.identity.id);
  CHECK(want->to == 1);

  const auto hub_key = *world.hub->roles().box_key("envelope");
  const auto answer = [&](Bytes bytes) {
    sync::Details details{site.identity.id, 0, 1, {}, {}};
    details.items.push_back({0, 0, static_cast<std::uint8_t>(ses::DetailKind::Name), salt, std::move(bytes)});
    return site.framed(
        sync::make_frame(sync::MessageType::Details, envelope::seal(encode(details), hub_key, site.random)));
  };
  CHECK(TestSite::refused_of(site.send(answer(Bytes(words.size(), 'x')))).code == "detail.wrong");
  CHECK(site.send(answer(words)).empty());
  const auto log = must(world.hub->logs().find_log(site.identity.origin));
  CHECK(must(world.hub->details().get(log->id, 0, 0))->bytes == words);

  must(world.hub->outgoing());
  const auto directives = must(world.hub->logs().find_log("hub.example.nz/directive/akl-01/e1"));
  REQUIRE(must(world.hub->logs().size(directives->id)) == 2);
  const auto held = must(ses::decode_directive(must(world.hub->logs().read_entry(directives->id, 1))));
  CHECK(std::get<ses::DetailsHeld>(held.body) == ses::DetailsHeld{1, 1, {}});

  // The site erases the name: head office's copy goes with it, and does not come back.
  ses::Entry erased;
  erased.header = entry.header;
  erased.header.request_id[0] = 9;
  erased.event = ses::DetailsErased{{1, 0}};
  site.append(must(encode(erased)));
  site.sync_all();
  world.oversee_all();
  const auto gone = must(world.hub->details().get(log->id, 0, 0));
  CHECK(gone->state == DetailState::Erased);
  CHECK(gone->bytes.empty());
  CHECK(gone->salt == ses::Salt{});
  CHECK(world.hub->db().wal_bytes() == 0);
  site.send(answer(words));
  CHECK(must(world.hub->details().get(log->id, 0, 0))->bytes.empty());
}
