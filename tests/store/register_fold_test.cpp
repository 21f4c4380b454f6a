// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_fold.hpp"

#include "common/ses/restated.hpp"
#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

ses::SealNumber seal(std::uint64_t number) {
  return ses::SealNumber::parse_exact("NZ" + std::to_string(300'000 + number)).value();
}
ses::SealKey key(std::uint64_t number) {
  return {ses::Family::Ses, seal(number)};
}

/// One side's database: logs of one site, epoch by epoch, and the register folded from them.
class Side {
 public:
  explicit Side(std::uint8_t first_request = 0) : requests_(first_request) {
    OpenOptions options = log_options();
    options.migrations = {{{LogStore::schema()}}, {{RegisterRows::schema()}}};
    db_.emplace(must(Db::open(folder_ / "test.db", options)));
    store_.emplace(must(LogStore::open(*db_)));
    rows_.emplace(must(RegisterRows::open(*db_)));
    logs_.register_id = 1;
  }

  void begin_epoch(std::uint32_t epoch) { begin_epoch(epoch, epoch - 1); }
  void begin_epoch(std::uint32_t epoch, std::uint32_t previous) {
    Signers signers;
    signers.origin = "hub.example.nz/site/akl-01/e" + std::to_string(epoch);
    const LogId log = must(db_->transaction([&] { return store_->add_log(signers.info()); }));
    logs_.site.push_back({epoch, log, UINT64_MAX});
    ses::EpochStarted started;
    if (epoch > 1) started.previous_origin = "hub.example.nz/site/akl-01/e" + std::to_string(previous);
    add(started);
  }
  /// The newest epoch counts as far as this.
  void end_epoch(std::uint64_t size) { logs_.site.back().end = size; }

  ses::Ref add(const ses::Event& event) {
    ses::Entry entry;
    entry.header.request_id[0] = ++requests_;
    entry.header.happened_ms = entry.header.recorded_ms = 1'767'225'600'000 + requests_;
    entry.header.person_no = 5;
    entry.event = event;
    return add(must(ses::encode(entry)));
  }
  ses::Ref add(const Bytes& bytes) {
    const auto& log = logs_.site.back();
    return {log.epoch, must(db_->transaction([&] { return store_->append(log.log, ByteView(bytes)); }))};
  }
  ses::Ref add_restated(ses::Ref at, const Bytes& bytes) {
    ses::EntryHeader own;
    own.request_id[0] = ++requests_;
    return add(must(ses::encode(must(ses::restate(own, at, bytes)).value())));
  }
  [[nodiscard]] Bytes bytes_at(ses::Ref at) {
    for (const auto& log : logs_.site)
      if (log.epoch == at.epoch) return must(store_->read_entry(log.log, at.index));
    FAIL("no such epoch");
    return {};
  }

  /// Folds what is there; returns the places for which on_entry was called.
  std::vector<ses::Ref> fold() {
    std::vector<ses::Ref> told;
    FoldHooks hooks;
    hooks.on_entry = [&](const ses::Entry& entry, ses::Ref at, const ses::Rows&) -> Result<> {
      CHECK_FALSE(std::holds_alternative<ses::Restated>(entry.event));
      told.push_back(at);
      return {};
    };
    hooks.on_repeated = [&](const ses::Entry& entry, ses::Ref at, ses::Ref before) -> Result<> {
      CHECK(std::holds_alternative<ses::Restated>(entry.event));
      repeated.emplace_back(at, before);
      return {};
    };
    hooks.on_unreadable = [&](ses::Ref, const Error& error) -> Result<> {
      FAIL(error.text());
      return {};
    };
    RegisterFold folding(*store_, *rows_);
    must(db_->transaction([&]() -> Result<> {
      ses::Rows rows;
      SEALKEEP_TRY(rows_->begin(1, rows));
      SEALKEEP_LET(count, folding.follow(logs_, 1'000, rows, hooks));
      return count == 0 ? Result<>{} : rows_->save(1, rows);
    }));
    return told;
  }
  [[nodiscard]] ses::SealRow row(std::uint64_t number) {
    const auto found = must(rows_->seal(key(number)));
    return found.empty() ? ses::SealRow{} : found.front().row;
  }
  [[nodiscard]] ses::RegisterRow self() { return must(rows_->self(1)); }
  [[nodiscard]] std::vector<DutyAt> duties(std::uint8_t rule) { return must(rows_->duties_of(1, rule, 100)); }
  [[nodiscard]] std::vector<ses::Ref> places(ses::Ref place) {
    return must(RegisterFold(*store_, *rows_).places(logs_, place));
  }
  void check_rebuilds() {
    OpenOptions options = log_options();
    options.migrations = {{{RegisterRows::schema()}}};
    auto fresh = must(Db::open(folder_ / "fresh.db", options));
    CHECK(must(RegisterFold(*store_, *rows_).verify(logs_, fresh, {})).empty());
  }

  std::vector<std::pair<ses::Ref, ses::Ref>> repeated;  ///< for which on_repeated was called

 private:
  TestFolder folder_;
  std::optional<Db> db_;
  std::optional<LogStore> store_;
  std::optional<RegisterRows> rows_;
  RegisterLogs logs_;
  std::uint8_t requests_;
};

ses::SealsReceived received(std::uint64_t first, std::uint32_t count) {
  ses::SealsReceived event;
  event.seals = {"NZ", 300'000 + first, 6, count};
  event.place = {ses::PlaceKind::LockedStore, 1};
  event.arrived_ms = 1'767'225'600'000;
  return event;
}
ses::SealLost lost(std::uint64_t number) {
  return {ses::Family::Ses, ses::SealRange::single(seal(number)), 1'767'225'600'000, 1'767'225'600'000};
}

}  // namespace

TEST_CASE("a restated fact that this register folded where it stood first is passed over") {
  Side side;
  side.begin_epoch(1);
  const ses::Ref receipt = side.add(received(1, 3));
  side.begin_epoch(2);
  side.add_restated(receipt, side.bytes_at(receipt));
  const auto told = side.fold();
  CHECK(told == std::vector<ses::Ref>{{1, 0}, {1, 1}, {2, 0}});
  CHECK(side.repeated == std::vector<std::pair<ses::Ref, ses::Ref>>{{{2, 1}, {1, 1}}});
  CHECK(side.row(1).history == std::vector<ses::Ref>{{1, 1}});
  CHECK(side.row(1).came_in == 1);
  CHECK(side.self().epoch == 2);
  CHECK(side.self().next_index == 2);
  side.check_rebuilds();
}

TEST_CASE("a restated fact that this register has not is folded in its new place") {
  Side site, hub;
  site.begin_epoch(1);
  hub.begin_epoch(1);
  const ses::Ref receipt = site.add(received(1, 3));
  const ses::Ref elsewhere = site.add(received(4, 1));
  hub.add(received(7, 1));  // lost with the site's disk
  hub.begin_epoch(2);
  SECTION("another fact stands there") {
    hub.add_restated(receipt, site.bytes_at(receipt));
  }
  SECTION("nothing stands there") {
    hub.add_restated(elsewhere, site.bytes_at(receipt));
  }
  SECTION("its epoch is not known here") {
    hub.add_restated({9, 1}, site.bytes_at(receipt));
  }
  const auto told = hub.fold();
  CHECK(told.back() == ses::Ref{2, 1});
  CHECK(hub.row(1).history == std::vector<ses::Ref>{{2, 1}});
  CHECK(hub.row(1).received_ms == 1'767'225'600'000);
  CHECK(hub.row(7).came_in == 1);
  hub.check_rebuilds();
}

TEST_CASE("a register whose first log restates an earlier one folds it") {
  Side site, hub;
  site.begin_epoch(1);
  const ses::Ref receipt = site.add(received(1, 1));
  hub.begin_epoch(2);
  hub.add_restated(receipt, site.bytes_at(receipt));
  hub.fold();
  CHECK(hub.row(1).history == std::vector<ses::Ref>{{2, 1}});
}

TEST_CASE("what an ended epoch holds past its end does not count as folded") {
  Side hub;
  hub.begin_epoch(1);
  const ses::Ref receipt = hub.add(received(1, 1));
  hub.end_epoch(1);
  hub.begin_epoch(2);
  hub.add_restated(receipt, hub.bytes_at(receipt));
  hub.fold();
  CHECK(hub.row(1).history == std::vector<ses::Ref>{{2, 1}});
}

TEST_CASE("a fact that was restated twice is known once, wherever it was known first") {
  Side site;
  site.begin_epoch(1);
  const ses::Ref first = site.add(received(1, 1));
  const Bytes fact = site.bytes_at(first);
  site.begin_epoch(2);
  const ses::Ref second = site.add_restated(first, fact);
  const Bytes once = site.bytes_at(second);
  site.begin_epoch(3);
  const ses::Ref third = site.add_restated(second, once);
  site.fold();
  CHECK(site.row(1).history == std::vector<ses::Ref>{first});

  Side had_first, had_second, had_none;
  for (Side* hub : {&had_first, &had_second, &had_none}) {
    hub->begin_epoch(1);
    hub == &had_first ? hub->add(fact) : hub->add(received(7, 1));
    if (hub == &had_second) {
      hub->begin_epoch(2);
      hub->add(once);
    }
    hub->begin_epoch(3);
    hub->add_restated(second, once);
    hub->fold();
    CHECK(hub->row(1).came_in == 1);
    hub->check_rebuilds();
  }
  // All its places, named by any of them; another fact's place is none of them.
  for (const ses::Ref& place : {first, second, third})
    CHECK(site.places(place) == std::vector<ses::Ref>{first, second, third});
  CHECK(site.places({1, 0}) == std::vector<ses::Ref>{{1, 0}});
  CHECK(had_none.places({1, 1}) == std::vector<ses::Ref>{{1, 1}});
  CHECK(had_none.places({3, 1}) == std::vector<ses::Ref>{{3, 1}});
  CHECK(had_first.places({1, 1}) == std::vector<ses::Ref>{{1, 1}, {3, 1}});
  CHECK(had_first.row(1).history == std::vector<ses::Ref>{{1, 1}});
  CHECK(had_second.row(1).history == std::vector<ses::Ref>{{2, 1}});
  CHECK(had_none.row(1).history == std::vector<ses::Ref>{{3, 1}});
}

TEST_CASE("what is said about a restated fact counts for the place where it was folded") {
  constexpr std::uint8_t kTellCustoms = 18;
  Side site, hub;
  site.begin_epoch(1);
  hub.begin_epoch(1);
  for (Side* side : {&site, &hub}) side->add(received(1, 5));
  const Bytes common = site.bytes_at({1, 1});
  hub.add(lost(5));  // of the lost history, in the place where the site has another
  std::vector<ses::Ref> facts;
  for (std::uint64_t number : {1, 2, 3}) facts.push_back(site.add(lost(number)));
  // Told before the site noticed, and told afterwards; of an entry of the new epoch too.
  facts.push_back(site.add(ses::CustomsTold{facts[0], ses::ToldHow::Email, 0, false}));
  std::vector<Bytes> bytes;
  for (const ses::Ref& at : facts) bytes.push_back(site.bytes_at(at));
  for (Side* side : {&site, &hub}) {
    side->begin_epoch(2);
    side->add_restated({1, 1}, common);
    for (std::size_t i = 0; i < facts.size(); ++i) side->add_restated(facts[i], bytes[i]);
    side->add(ses::CustomsTold{facts[1], ses::ToldHow::Email, 0, false});
    const ses::Ref later = side->add(lost(4));
    side->add(ses::CustomsTold{later, ses::ToldHow::Email, 0, false});
    side->fold();
    side->check_rebuilds();
  }
  REQUIRE(site.duties(kTellCustoms).size() == 1);
  CHECK(site.duties(kTellCustoms)[0].key.subject == "incident:1/4");
  // The hub still waits to hear of the loss that the site forgot, and of the third.
  REQUIRE(hub.duties(kTellCustoms).size() == 2);
  CHECK(hub.duties(kTellCustoms)[0].key.subject == "incident:1/2");
  CHECK(hub.duties(kTellCustoms)[1].key.subject == "incident:2/4");

  // Said of the new place: the site knows the fact by its old one.
  for (Side* side : {&site, &hub}) {
    side->add(ses::CustomsTold{{2, 4}, ses::ToldHow::Email, 0, false});
    side->fold();
  }
  CHECK(site.duties(kTellCustoms).empty());
  CHECK(hub.duties(kTellCustoms).size() == 1);
}

TEST_CASE("a fact that two epochs restate, because a copy was put back twice, is folded once") {
  Side site(100), hub;
  site.begin_epoch(1);
  hub.begin_epoch(1);
  const ses::Ref receipt = site.add(received(1, 3));
  const Bytes fact = site.bytes_at(receipt);
  hub.add(received(7, 1));  // lost with the site's disk
  hub.begin_epoch(2);
  const ses::Ref first = hub.add_restated(receipt, fact);
  REQUIRE(hub.fold().back() == first);
  ses::Ref again;
  SECTION("the copy knew nothing of the second epoch") {
    for (Side* side : {&site, &hub}) {
      side->begin_epoch(3, 1);
      again = side->add_restated(receipt, fact);
    }
  }
  SECTION("the copy was taken while the second epoch began, and that went on in another way") {
    site.begin_epoch(2);
    const ses::Ref other = site.add_restated(receipt, fact);
    REQUIRE(other == first);
    REQUIRE(site.bytes_at(other) != hub.bytes_at(first));
    for (Side* side : {&site, &hub}) {
      side->begin_epoch(3);
      again = side->add_restated(other, site.bytes_at(other));
    }
  }
  CHECK(hub.fold() == std::vector<ses::Ref>{{3, 0}});
  CHECK(hub.repeated == std::vector<std::pair<ses::Ref, ses::Ref>>{{again, first}});
  site.fold();
  CHECK(hub.row(1).history == std::vector<ses::Ref>{first});
  CHECK(site.row(1).history == std::vector<ses::Ref>{receipt});
  CHECK(hub.row(7).came_in == 1);
  // The details lie in both places, and nowhere where another fact stands.
  for (const ses::Ref& place : {first, again})
    CHECK(hub.places(place) == std::vector<ses::Ref>{first, again});
  CHECK(hub.places(receipt) == std::vector<ses::Ref>{receipt});
  for (Side* side : {&site, &hub}) side->check_rebuilds();
}

TEST_CASE("what is said in an epoch is about the history that it goes on from") {
  Side site, hub;
  for (Side* side : {&site, &hub}) {
    side->begin_epoch(1);
    side->add(received(1, 5));
  }
  const ses::Ref place = hub.add(lost(5));  // mirrored, then lost with the disk
  const Bytes second = site.bytes_at(site.add(lost(1)));
  hub.begin_epoch(2);
  hub.add_restated(place, second);
  Side other;  // a copy put back once more recorded something else in that place
  other.begin_epoch(1);
  other.add(received(1, 5));
  const Bytes third = other.bytes_at(other.add(lost(2)));
  hub.begin_epoch(3, 1);
  SECTION("what it restates itself") {
    hub.add_restated(place, third);
    hub.add(ses::CustomsTold{place, ses::ToldHow::Email, 0, false});
    hub.fold();
    REQUIRE(hub.duties(18).size() == 2);
    CHECK(hub.duties(18)[0].key.subject == "incident:1/2");
    CHECK(hub.duties(18)[1].key.subject == "incident:2/1");
  }
  SECTION("what head office had cosigned, whatever an epoch between restates") {
    hub.add(ses::CustomsTold{place, ses::ToldHow::Email, 0, false});
    hub.fold();
    REQUIRE(hub.duties(18).size() == 1);
    CHECK(hub.duties(18)[0].key.subject == "incident:2/1");
  }
  hub.check_rebuilds();
}
