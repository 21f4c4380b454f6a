// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "tests/support/dock.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

IncidentReported gate() {
  IncidentReported event;
  event.what = IncidentKind::ProcedureNotFollowed;
  event.discovered_ms = Dock::at(10);
  return event;
}

AlertAnswered answer(std::uint8_t rule, const std::string& subject, Ref opened, Answer decision) {
  return {rule, subject, opened, decision, "why"};
}

}  // namespace

TEST_CASE("words end what asks for words, and never what hands must do") {
  constexpr std::uint8_t kWords[] = {3, 36, 42};
  for (const std::uint8_t words : kWords) CHECK(effect_of(words, Answer::Accept) == AnswerEffect::Ends);
  CHECK(effect_of(12, Answer::Accept) == AnswerEffect::Ends);
  constexpr std::uint8_t kHands[] = {2, 5, 6, 7, 8, 9, 10, 14, 15, 16, 18, 19, 20, 26};
  for (const std::uint8_t hands : kHands) CHECK(effect_of(hands, Answer::Accept) == AnswerEffect::None);
  CHECK(effect_of(19, Answer::NotReportable) == AnswerEffect::EndsReporting);
  CHECK(effect_of(9, Answer::NotReportable) == AnswerEffect::None);
  CHECK(effect_of(19, Answer::Report) == AnswerEffect::BeginsReporting);
  CHECK(effect_of(18, Answer::Report) == AnswerEffect::None);
  CHECK(effect_of(9, Answer::AskSite) == AnswerEffect::Keeps);
}

TEST_CASE("an answer ends the duty that it names, and no later one of that name") {
  Dock dock;
  dock.stock();
  const Ref sent = dock.say(5, TransferredOut{Family::Ses, Dock::range(1, 2), "XXX", ""});
  const std::string subject = Dock::name("transfer:", sent);
  dock.direct(20, answer(36, subject, {1, 0}, Answer::Accept));
  CHECK(dock.is_open(36, subject));
  dock.direct(21, answer(36, subject, sent, Answer::AskSite));
  CHECK(dock.is_open(36, subject));
  dock.direct(22, answer(9, "unit:MSCU1234566", sent, Answer::Accept));
  dock.direct(23, answer(36, subject, sent, Answer::Accept));
  CHECK_FALSE(dock.is_open(36, subject));
  CHECK(dock.met(36) == 1);
}

TEST_CASE("decided not reportable ends what is about Customs; to be reported begins the clock") {
  Dock dock;
  const Ref first = dock.say(10, gate()), second = dock.say(11, gate());
  const std::string one = Dock::name("incident:", first), other = Dock::name("incident:", second);
  dock.direct(20, answer(19, one, first, Answer::NotReportable));
  CHECK_FALSE(dock.is_open(19, one));
  CHECK_FALSE(dock.is_open(18, one));
  dock.direct(30, answer(19, other, second, Answer::Report));
  CHECK_FALSE(dock.is_open(19, other));
  REQUIRE(dock.is_open(18, other));
}

TEST_CASE("Customs told by head office ends what the site's own word would end, at the time it was told") {
  Dock dock;
  const Ref gate_entry = dock.say(10, gate());
  const std::string gate_name = Dock::name("incident:", gate_entry);
  dock.direct(30, CustomsToldByOffice{gate_entry, ToldHow::Phone, Dock::at(25)});
  CHECK_FALSE(dock.is_open(19, gate_name));
  CHECK(dock.met(19) == 1);
  dock.stock();
  const Ref lost = dock.say(40, SealLost{Family::Ses, Dock::range(1, 1), Dock::at(40), 0});
  const std::string name = Dock::name("incident:", lost);
  REQUIRE(dock.is_open(18, name));
  dock.direct(60, CustomsToldByOffice{{1, lost.index + 1}, ToldHow::Phone, Dock::at(50)});
  CHECK(dock.is_open(18, name));
  dock.direct(61, CustomsToldByOffice{lost, ToldHow::Form, Dock::at(50)});
  CHECK_FALSE(dock.is_open(18, name));
  CHECK(dock.met(18) == 1);
  // Told after the limit is told late, however early the site heard of it.
  const Ref second = dock.say(70, SealLost{Family::Ses, Dock::range(2, 1), Dock::at(70), 0});
  dock.direct(71 + 25 * 60, CustomsToldByOffice{second, ToldHow::Phone, Dock::at(70 + 25 * 60)});
  CHECK_FALSE(dock.is_open(18, Dock::name("incident:", second)));
  CHECK(dock.met(18) == 1);
}

TEST_CASE("an ordered erasure is to be done until it is answered, and put off while it is refused") {
  Dock dock;
  dock.direct(10, ErasureOrdered{Dock::kTama, {}});
  dock.direct(11, ErasureOrdered{0, {1, 3}});
  REQUIRE(dock.is_open(41, "erasure:person:2"));
  REQUIRE(dock.is_open(41, "erasure:1/3"));
  const std::int64_t until_ms = Dock::at(60 * 24 * 60);
  dock.say(12, ErasureAnswered{Dock::kTama, {}, until_ms});
  CHECK(dock.due(41, "erasure:person:2") > until_ms);
  dock.say(13, ErasureAnswered{0, {1, 3}, 0});
  CHECK_FALSE(dock.is_open(41, "erasure:1/3"));
  dock.say(61 * 24 * 60, ErasureAnswered{Dock::kTama, {}, 0});
  CHECK_FALSE(dock.is_open(41, "erasure:person:2"));
  CHECK(dock.met(41) == 2);
}

TEST_CASE("a concern about the manager is another duty, which the site's screens do not show") {
  Dock dock;
  const std::string quiet = Dock::name("incident:", dock.say(5, ConcernRaised{true, false}));
  const Ref about = dock.say(6, ConcernRaised{true, true});
  const std::string manager = Dock::name("incident:", about);
  CHECK(dock.is_open(21, quiet));
  CHECK_FALSE(dock.is_open(21, manager));
  CHECK(dock.is_open(40, manager));
  CHECK(shown_at_site(21));
  CHECK_FALSE(shown_at_site(40));
  dock.say(7, ConcernRead{about});
  CHECK(dock.is_open(40, manager));
  dock.direct(8, answer(40, manager, about, Answer::Accept));
  CHECK_FALSE(dock.is_open(40, manager));
}
