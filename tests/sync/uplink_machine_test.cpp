// SPDX-License-Identifier: Apache-2.0
#include "common/sync/uplink_machine.hpp"

#include <catch2/catch.hpp>

#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

using State = UplinkMachine::State;

template <class E>
std::vector<E> of(const std::vector<UplinkEffect>& effects) {
  std::vector<E> found;
  for (const UplinkEffect& effect : effects)
    if (const E* e = std::get_if<E>(&effect)) found.push_back(*e);
  return found;
}

/// A machine with one site log of 100 entries and one directive log of 10, and the hub's words put into its
/// mouth.
struct Uplink {
  WrittenLog site, directive{"hub.example.nz/directive/akl-01/e1", 40};
  SeededRandom random{1};
  SessionId session{{1, 2, 3}};
  Now now{1'767'225'600'000, 1'000, 0};
  UplinkMachine machine = [this] {
    site.grow_to(100);
    directive.grow_to(20);
    return UplinkMachine(session, {{site.identity, SyncedRole::Site, 100, false},
                                   {directive.identity, SyncedRole::Directive, 10, false}});
  }();

  std::vector<UplinkEffect> handle(const UplinkEvent& event) { return machine.handle(event, now, random); }
  std::vector<UplinkEffect> after(std::int64_t ms) {
    now.mono_ms += ms;
    now.unix_ms += ms;
    return handle(event::Tick{});
  }
  [[nodiscard]] LogHead hub_head(const WrittenLog& log, std::uint64_t size) const {
    LogHead head;
    head.origin = log.identity.origin;
    head.role = &log == &site ? SyncedRole::Site : SyncedRole::Directive;
    head.size = size;
    head.root = log.at(size).root();
    head.window_bytes = 100'000;
    return head;
  }
  [[nodiscard]] event::Answered answer(const std::vector<LogHead>& heads,
                                       std::uint64_t retry_after_ms = 0) const {
    event::Answered answered{{session, now.unix_ms, retry_after_ms, heads}, {}};
    for (const LogHead& head : heads) {
      if (head.origin == site.identity.origin && head.size <= 100)
        answered.our_roots[head.origin] = site.at(head.size).root();
      if (head.origin == directive.identity.origin && head.size <= 10)
        answered.our_roots[head.origin] = directive.at(head.size).root();
    }
    return answered;
  }
  std::vector<UplinkEffect> stream(std::uint64_t hub_size) {
    handle(event::Connected{});
    return handle(answer({hub_head(site, hub_size), hub_head(directive, 10)}));
  }
  std::vector<UplinkEffect> sent(std::uint64_t end) {
    return handle(event::Sent{site.identity.id, end, 1'000});
  }
  std::vector<UplinkEffect> cosigned(std::uint64_t size) {
    return handle(event::CosignedArrived{{site.identity.id, size, {}, 100'000}});
  }
};

TEST_CASE_METHOD(Uplink, "a connection begins with a hello, then change sets from the hub's size") {
  CHECK(machine.state() == State::Offline);
  CHECK(of<effect::SendHello>(handle(event::Connected{})).size() == 1);
  CHECK(machine.state() == State::Greeting);
  const auto effects = handle(answer({hub_head(site, 40), hub_head(directive, 10)}));
  CHECK(machine.state() == State::Streaming);
  const auto orders = of<effect::SendChangeSet>(effects);
  REQUIRE(orders.size() == 1);
  CHECK(orders[0].log == site.identity.id);
  CHECK(orders[0].order.start == 40);
  CHECK(orders[0].order.max_entries == 60);
  CHECK(orders[0].order.max_bytes == 100'000);
  CHECK(of<effect::SendStatus>(effects).size() == 1);
}

TEST_CASE_METHOD(Uplink, "one order at a time is given for a log, the next when it was carried out") {
  stream(0);
  CHECK(of<effect::SendChangeSet>(handle(event::Appended{site.identity.id, 100})).empty());
  const auto next = of<effect::SendChangeSet>(sent(30));
  REQUIRE(next.size() == 1);
  CHECK(next[0].order.start == 30);
  CHECK(of<effect::SendChangeSet>(handle(event::NotSent{site.identity.id})).empty());
  CHECK(machine.next_tick_ms(now) == now.mono_ms + kSendAgainMs);
  const auto again = of<effect::SendChangeSet>(after(kSendAgainMs));
  REQUIRE(again.size() == 1);
  CHECK(again[0].order.start == 30);
}

TEST_CASE_METHOD(Uplink, "a log is caught up when its last entry is cosigned, and a status says so") {
  stream(0);
  sent(100);
  CHECK_FALSE(machine.caught_up());
  now.mono_ms += kStatusLeastMs;
  CHECK(of<effect::SendStatus>(cosigned(100)).size() == 1);
  CHECK(machine.caught_up());
  CHECK(machine.cosigned_size(site.identity.id) == 100);
  CHECK_FALSE(machine.cosigned_size(directive.identity.id).has_value());
}

TEST_CASE_METHOD(Uplink,
                 "a status goes every 15 s, after catching up, and never within a second of another") {
  stream(100);
  CHECK(of<effect::SendStatus>(after(kStatusEveryMs - 1)).empty());
  CHECK(of<effect::SendStatus>(after(1)).size() == 1);
  std::size_t statuses = 0;
  for (std::uint64_t size = 101; size <= 150; ++size) {  // 50 entries in one second
    site.grow_to(size);
    handle(event::Appended{site.identity.id, size});
    sent(size);
    statuses += of<effect::SendStatus>(cosigned(size)).size() + of<effect::SendStatus>(after(20)).size();
  }
  CHECK(statuses == 1);
}

TEST_CASE_METHOD(Uplink, "a hello that is not answered leads to a new connection, later each time") {
  std::int64_t longest = 0;
  for (int round = 0; round < 10; ++round) {
    handle(event::Connected{});
    CHECK(after(kHelloTimeoutMs - 1).empty());
    CHECK(after(1).empty());
    CHECK(machine.state() == State::Waiting);
    const std::int64_t pause = machine.next_tick_ms(now) - now.mono_ms;
    longest = std::max(longest, pause);
    CHECK(pause <= kReconnectMaxMs);
    CHECK(of<effect::Reconnect>(after(pause)).size() == 1);
    CHECK(machine.state() == State::Offline);
  }
  CHECK(longest >= kReconnectMaxMs / 2);
}

TEST_CASE_METHOD(Uplink, "a busy hub is asked again after its pause") {
  handle(event::Connected{});
  CHECK(handle(answer({}, 5'000)).empty());
  CHECK(machine.state() == State::Waiting);
  CHECK(after(4'999).empty());
  CHECK(of<effect::SendHello>(after(1'251)).size() == 1);
}

TEST_CASE_METHOD(Uplink,
                 "a fork is shown to the hub with our signature at its size, and the log is sent no more") {
  handle(event::Connected{});
  LogHead forked = hub_head(site, 50);
  forked.root.bytes[0] ^= 1;
  const auto effects = handle(answer({forked, hub_head(directive, 10)}));
  REQUIRE(of<effect::ForkFound>(effects).size() == 1);
  CHECK(of<effect::ForkFound>(effects)[0].hub == forked);
  REQUIRE(of<effect::SendHello>(effects).size() == 1);
  const std::map<WireLogId, std::uint64_t> evidence{{site.identity.id, 50}};
  CHECK(of<effect::SendHello>(effects)[0].sign_at == evidence);

  const auto later = handle(answer({forked, hub_head(directive, 10)}));
  CHECK(machine.state() == State::Streaming);
  CHECK(of<effect::ForkFound>(later).empty());
  CHECK(of<effect::SendChangeSet>(later).empty());
  handle(event::Disconnected{});  // were the evidence lost, the next hello carries it again
  CHECK(of<effect::SendHello>(handle(event::Connected{}))[0].sign_at == evidence);
}

TEST_CASE_METHOD(Uplink, "a hub that holds more of our log than we do shows that we lost entries") {
  WrittenLog longer;
  longer.grow_to(120);
  LogHead head = hub_head(site, 100);
  head.size = 120;
  head.root = longer.at(120).root();
  head.signature = sign_checkpoint(longer.head(120), longer.key);
  handle(event::Connected{});
  const auto effects = handle(answer({head, hub_head(directive, 10)}));
  REQUIRE(of<effect::RolledBack>(effects).size() == 1);
  CHECK(of<effect::RolledBack>(effects)[0].hub == head);
  CHECK(of<effect::SendChangeSet>(effects).empty());
  CHECK(of<effect::SendChangeSet>(handle(event::Appended{site.identity.id, 130})).empty());
}

TEST_CASE_METHOD(Uplink, "our root at the hub's size proves growth that was not reported yet") {
  handle(event::Connected{});
  site.grow_to(110);
  event::Answered answered = answer({hub_head(site, 110), hub_head(directive, 10)});
  answered.our_roots[site.identity.origin] = site.at(110).root();
  CHECK(of<effect::RolledBack>(handle(answered)).empty());
  CHECK(machine.caught_up());
}

TEST_CASE_METHOD(Uplink, "a directive log that the hub holds less of shows that the hub was restored") {
  handle(event::Connected{});
  const auto restored = handle(answer({hub_head(site, 100), hub_head(directive, 7)}));
  CHECK(of<effect::HubBehind>(restored).size() == 1);
  handle(event::Connected{});
  CHECK(of<effect::HubBehind>(handle(answer({hub_head(site, 100), hub_head(directive, 20)}))).empty());
  LogHead forked = hub_head(directive, 10);
  forked.root.bytes[3] ^= 1;
  handle(event::Connected{});
  CHECK(of<effect::ForkFound>(handle(answer({hub_head(site, 100), forked})))[0].log == directive.identity.id);
}

TEST_CASE_METHOD(Uplink,
                 "an unanswered change set leads to a hello on the same connection and is sent again") {
  stream(0);
  sent(100);
  const std::int64_t wait = machine.next_tick_ms(now) - now.mono_ms;
  CHECK(wait <= kAnswerTimeoutMs);
  std::vector<UplinkEffect> effects;
  while (of<effect::SendHello>(effects).empty() && now.mono_ms < 100'000)
    effects = after(std::max<std::int64_t>(1, machine.next_tick_ms(now) - now.mono_ms));
  REQUIRE(of<effect::SendHello>(effects).size() == 1);
  CHECK(now.mono_ms <= 1'000 + kAnswerTimeoutMs);
  const auto again = handle(answer({hub_head(site, 0), hub_head(directive, 10)}));
  CHECK(of<effect::SendChangeSet>(again)[0].order.start == 0);
}

TEST_CASE_METHOD(Uplink, "a new connection is no failure of the change sets that the old one lost") {
  for (int round = 0; round < 6; ++round) {
    stream(0);
    sent(100);
  }
  const std::int64_t start = now.mono_ms;
  while (of<effect::SendHello>(after(500)).empty() && now.mono_ms < start + kAnswerTimeoutMaxMs) {
  }
  CHECK(now.mono_ms <= start + kAnswerTimeoutMs);
}

TEST_CASE_METHOD(Uplink, "a refusal that asks for a hello gets one after its pause") {
  stream(0);
  sent(100);
  handle(event::RefusedArrived{{"change_set.gap", site.identity.id, 2'000, true}});
  CHECK(machine.state() == State::Waiting);
  CHECK(of<effect::SendHello>(after(1'999)).empty());
  CHECK(of<effect::SendHello>(after(600)).size() == 1);
}

TEST_CASE_METHOD(Uplink, "a refused hello is tried again, ever more seldom, for as long as it takes") {
  handle(event::Connected{});
  int hellos = 0;
  const std::int64_t start = now.mono_ms;
  while (now.mono_ms < start + 3'600'000) {
    handle(event::RefusedArrived{{"message.unknown_sender", std::nullopt, 0, true}});
    REQUIRE(machine.state() == State::Waiting);
    const std::int64_t pause = machine.next_tick_ms(now) - now.mono_ms;
    CHECK(pause <= kReconnectMaxMs);  // approval is noticed within a minute
    hellos += static_cast<int>(of<effect::SendHello>(after(pause)).size());
  }
  CHECK(hellos > 50);
  CHECK(hellos < 150);
}

TEST_CASE_METHOD(Uplink, "a log that the hub does not know yet is offered again within a minute") {
  handle(event::Connected{});
  CHECK(of<effect::SendChangeSet>(handle(answer({hub_head(directive, 10)}))).empty());
  CHECK(machine.state() == State::Streaming);
  std::size_t hellos = 0;
  for (int s = 0; s < 60; ++s) hellos += of<effect::SendHello>(after(1'000)).size();
  CHECK(hellos == 1);
}

TEST_CASE_METHOD(Uplink, "a new log is told to the hub at once, while streaming and while greeting") {
  WrittenLog epoch2("hub.example.nz/site/akl-01/e2", 3);
  const UplinkLog added{epoch2.identity, SyncedRole::Site, 0, false};
  SECTION("streaming") {
    stream(100);
    CHECK(of<effect::SendHello>(handle(event::LogAdded{added})).size() == 1);
    CHECK(of<effect::SendHello>(handle(event::LogAdded{added})).empty());
  }
  SECTION("greeting") {
    handle(event::Connected{});
    CHECK(handle(event::LogAdded{added}).empty());
    handle(answer({hub_head(site, 100), hub_head(directive, 10)}));
    CHECK(of<effect::SendHello>(after(0)).size() == 1);
  }
}

TEST_CASE_METHOD(
    Uplink, "answers to another process or out of turn change nothing, nor does a message while offline") {
  CHECK(handle(answer({hub_head(site, 0)})).empty());
  CHECK(cosigned(50).empty());
  handle(event::Connected{});
  event::Answered other = answer({hub_head(site, 0)});
  other.answer.session = SessionId{{9}};
  CHECK(handle(other).empty());
  CHECK(machine.state() == State::Greeting);
}

TEST_CASE_METHOD(Uplink, "the hub's clock is measured from the middle of the round trip") {
  handle(event::Connected{});
  now.unix_ms += 400;
  event::Answered answered = answer({hub_head(site, 100), hub_head(directive, 10)});
  answered.answer.now_ms = now.unix_ms - 200 + 7'000;
  handle(answered);
  CHECK(machine.hub_ahead_ms() == 7'000);
}

}  // namespace
}  // namespace sealkeep::sync
