// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include <deque>

#include "common/sync/credit.hpp"
#include "common/sync/site_judge.hpp"
#include "common/sync/uplink_machine.hpp"
#include "tests/sync/fixture.hpp"

namespace sealkeep::sync {
namespace {

/// A hub with one mirrored log, real change sets and cosignatures, on a link that delays, loses and breaks by
/// seed. Messages of one connection keep their order; a connection that breaks loses what is under way in
/// both directions.
class LossyWorld {
 public:
  explicit LossyWorld(std::uint64_t seed)
      : random_(seed), machine_(SessionId{{1}}, {{site_.identity, SyncedRole::Site, 0, false}}) {}

  void run(std::int64_t until_ms, std::uint64_t entries, bool lossy) {
    lossy_ = lossy;
    while (now_.mono_ms < until_ms &&
           !(site_.entries.size() == entries && machine_.caught_up() && connected_)) {
      step(entries);
    }
  }
  [[nodiscard]] bool converged() const {
    return machine_.caught_up() && mirror_ == site_.frontiers.back() && mirrored_ == site_.entries;
  }
  WrittenLog site_;
  std::vector<Bytes> mirrored_;
  std::uint64_t resent_ = 0, lost_ = 0, refused_ = 0;

 private:
  struct Message {
    std::int64_t at_ms;
    Bytes frame;
  };
  void step(std::uint64_t entries) {
    now_.mono_ms += 50;
    now_.unix_ms += 50;
    if (site_.entries.size() < entries && random_.below(20) == 0) {
      site_.grow_to(std::min<std::uint64_t>(entries, site_.entries.size() + 1 + random_.below(40)));
      feed(event::Appended{site_.identity.id, site_.entries.size()});
    }
    if (!connected_ && random_.below(20) == 0) {
      connected_ = true;
      feed(event::Connected{});
    } else if (connected_ && lossy_ && random_.below(200) == 0) {
      cut();
      feed(event::Disconnected{});
    }
    deliver(up_, [this](const Bytes& frame) { hub_receives(frame); });
    deliver(down_, [this](const Bytes& frame) { site_receives(frame); });
    if (now_.mono_ms >= machine_.next_tick_ms(now_)) feed(event::Tick{});
  }
  void cut() {
    connected_ = false;
    lost_ += up_.size() + down_.size();
    up_.clear();
    down_.clear();
    book_.drop(1);
  }
  template <class Receive>
  void deliver(std::deque<Message>& link, Receive&& receive) {
    while (!link.empty() && link.front().at_ms <= now_.mono_ms) {
      const Bytes frame = std::move(link.front().frame);
      link.pop_front();
      if (lossy_ && random_.below(12) == 0) {
        ++lost_;
        continue;
      }
      receive(frame);
    }
  }
  void send(std::deque<Message>& link, Bytes frame) {
    const std::int64_t least = link.empty() ? 0 : link.back().at_ms;
    const std::int64_t delay = static_cast<std::int64_t>(random_.below(300));
    link.push_back({std::max(least, now_.mono_ms + delay), std::move(frame)});
  }

  void feed(const UplinkEvent& first) {
    std::deque<UplinkEvent> events{first};
    while (!events.empty()) {
      const UplinkEvent event = events.front();
      events.pop_front();
      for (const UplinkEffect& effect : machine_.handle(event, now_, random_)) {
        if (std::get_if<effect::SendHello>(&effect)) send_hello();
        if (const auto* order = std::get_if<effect::SendChangeSet>(&effect))
          events.push_back(send_change_set(*order));
        if (std::get_if<effect::Reconnect>(&effect)) cut();
        CHECK_FALSE(std::holds_alternative<effect::ForkFound>(effect));
        CHECK_FALSE(std::holds_alternative<effect::RolledBack>(effect));
      }
    }
  }
  void send_hello() {
    Hello hello{SessionId{{1}}, 1, "test", now_.unix_ms, {head(site_.at(site_.entries.size()))}};
    send(up_, make_frame(MessageType::Hello, encode(hello)));
  }
  UplinkEvent send_change_set(const effect::SendChangeSet& effect) {
    if (random_.below(10) == 0) return event::NotSent{effect.log};
    ChangeSetBuilder builder(effect.order.start, effect.order.max_entries, effect.order.max_bytes);
    while (builder.end() < site_.entries.size() && builder.add(site_.entries[builder.end()])) {
    }
    REQUIRE(builder.count() > 0);
    if (builder.end() <= furthest_) ++resent_;
    furthest_ = std::max(furthest_, builder.end());
    send(up_, make_frame(MessageType::ChangeSet,
                         builder.finish(site_.identity, site_.at(builder.end()), site_.key)));
    in_flight_.push_back({builder.end(), builder.raw_bytes()});
    std::uint64_t bytes = 0;
    for (const auto& [end, raw] : in_flight_) bytes += raw;
    CHECK((bytes <= window_ || in_flight_.size() == 1));
    if (in_flight_.size() == 1) CHECK(bytes <= std::max<std::uint64_t>(window_, kSmallSetBytes));
    return event::Sent{effect.log, builder.end(), builder.raw_bytes()};
  }
  void site_receives(const Bytes& bytes) {
    const Frame frame = *read_frame(bytes);
    if (frame.type == MessageType::HelloAnswer) {
      event::Answered answered{*decode_hello_answer(frame.body), {}};
      for (const LogHead& hub : answered.answer.logs) {
        answered.our_roots[hub.origin] = site_.at(hub.size).root();
        if (machine_.state() == UplinkMachine::State::Greeting) {
          in_flight_.clear();
          window_ = hub.window_bytes;
        }
      }
      feed(answered);
    } else if (frame.type == MessageType::Cosigned) {
      const Cosigned cosigned = *decode_cosigned(frame.body);
      REQUIRE(verify_cosignature(site_.head(cosigned.size), hub_key_.public_key(), cosigned.cosignature)
                  .has_value());
      const auto [known, fresh] = receipts_.emplace(cosigned.size, cosigned.cosignature);
      CHECK(known->second == cosigned.cosignature);  // a lost answer: the same cosignature again
      if (cosigned.size >= machine_.cosigned_size(site_.identity.id)) window_ = cosigned.window_bytes;
      while (!in_flight_.empty() && in_flight_.front().first <= cosigned.size) in_flight_.pop_front();
      feed(event::CosignedArrived{cosigned});
    } else if (frame.type == MessageType::Refused) {
      in_flight_.clear();
      feed(event::RefusedArrived{*decode_refused(frame.body)});
    }
  }

  [[nodiscard]] LogHead head(const Frontier& frontier) const {
    LogHead out;
    out.origin = site_.identity.origin;
    out.size = frontier.size();
    out.root = frontier.root();
    return out;
  }
  void hub_receives(const Bytes& bytes) {
    const Frame frame = *read_frame(bytes);
    if (frame.type == MessageType::Hello) {
      const Hello hello = *decode_hello(frame.body);
      const LogHead& claimed = hello.logs.front();
      const std::optional<Hash> ours =
          claimed.size <= mirror_.size() ? std::optional(site_.at(claimed.size).root()) : std::nullopt;
      CHECK(judge_site_head({claimed.origin, claimed.size, claimed.root}, 0,
                            {claimed.origin, mirror_.size(), mirror_.root()},
                            ours) == HeadVerdict::Consistent);
      size_claimed_ = std::max(size_claimed_, claimed.size);
      const auto grant = book_.greet(1, claimed.size > mirror_.size(), now_.mono_ms, random_);
      HelloAnswer answer{hello.session, now_.unix_ms, grant.retry_after_ms, {}};
      if (lossy_ && random_.below(10) == 0) answer.retry_after_ms = 1'000;
      if (answer.retry_after_ms == 0) {
        answer.logs.push_back(head(mirror_));
        answer.logs.back().window_bytes = grant.window_bytes;
      }
      return send(down_, make_frame(MessageType::HelloAnswer, encode(answer)));
    }
    const auto run = open_change_set(frame.body, site_.identity, mirror_);
    if (run) {
      ByteReader reader(run->entries);
      for (std::size_t i = 0; i < run->count; ++i) mirrored_.push_back(to_bytes(reader.raw(reader.u16())));
      mirror_ = run->after;
      newest_ = make_cosignature(run->end, static_cast<std::uint64_t>(now_.unix_ms / 1000), hub_key_);
    } else if (run.error().kind != RefusalKind::AlreadyHeld) {
      CHECK((run.error().kind == RefusalKind::Gap || run.error().kind == RefusalKind::Overlap));
      ++refused_;
      return send(down_, make_frame(MessageType::Refused,
                                    encode(Refused{run.error().error.code, site_.identity.id, 0, true})));
    }
    const std::uint64_t window = book_.renew(1, size_claimed_ > mirror_.size(), now_.mono_ms);
    send(down_, make_frame(MessageType::Cosigned,
                           encode(Cosigned{site_.identity.id, mirror_.size(), newest_, window})));
  }

  SeededRandom random_;
  SigningKey hub_key_ = signing_key(0x40);
  UplinkMachine machine_;
  Now now_{1'767'225'600'000, 0, 0};
  bool lossy_ = true;
  bool connected_ = false;
  std::deque<Message> up_, down_;
  Frontier mirror_;
  Cosignature newest_;
  CreditBook book_{{512 * 1024, 8 * 1024}};
  std::uint64_t window_ = 0, furthest_ = 0, size_claimed_ = 0;
  std::deque<std::pair<std::uint64_t, std::uint64_t>> in_flight_;
  std::map<std::uint64_t, Cosignature> receipts_;
};

TEST_CASE(
    "over a link that loses and breaks, hub and site end with the same log, within the window, nothing "
    "twice") {
  std::uint64_t resent = 0, lost = 0, refused = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    LossyWorld world(seed);
    world.run(900'000, 5'000, true);
    world.run(4'000'000, 5'000, false);
    CHECK(world.site_.entries.size() == 5'000);
    CHECK(world.converged());
    resent += world.resent_;
    lost += world.lost_;
    refused += world.refused_;
  }
  // The run was worth something.
  CHECK(resent > 10);
  CHECK(lost > 100);
  CHECK(refused > 10);
}

}  // namespace
}  // namespace sealkeep::sync
