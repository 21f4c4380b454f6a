// SPDX-License-Identifier: Apache-2.0
#include "common/ses/confusable.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "common/ses/number_fits.hpp"

using namespace sealkeep;
using namespace sealkeep::ses;

namespace {

SealNumber number(std::string_view text) {
  return SealNumber::parse(text).value();
}
SealRange run(std::string_view first, std::uint32_t count) {
  SealRange range = SealRange::single(number(first));
  range.count = count;
  return range;
}
bool among(const std::vector<SealNumber>& list, std::string_view text) {
  return std::find(list.begin(), list.end(), number(text)) != list.end();
}

}  // namespace

TEST_CASE("one swap and one look-alike character away is confusable, two are not") {
  const auto near = look_alikes(number("NZ30417"));
  CHECK(among(near, "NZ30471"));
  CHECK(among(near, "ZN30417"));
  CHECK(among(near, "N230417"));
  CHECK(among(near, "NZ3O417"));
  CHECK(among(near, "NZ3D417"));
  CHECK_FALSE(among(near, "NZ30417"));
  CHECK_FALSE(among(near, "N23O417"));
  CHECK_FALSE(among(near, "NZ30741"));
  CHECK(std::is_sorted(near.begin(), near.end()));
  CHECK(std::adjacent_find(near.begin(), near.end()) == near.end());
}

TEST_CASE("confusable goes both ways, and never leaves the form of a seal number") {
  for (const char* text : {"NZ30417", "B8S5", "I1L0O0", "UV66G1", "0"}) {
    const SealNumber from = number(text);
    for (const SealNumber& other : look_alikes(from)) {
      CHECK(SealNumber::parse_exact(other.text()).has_value());
      CHECK(among(look_alikes(other), from.text()));
    }
  }
  // A letter at the end is no seal number: 5 is not read as S there, 1 not as I.
  for (const SealNumber& other : look_alikes(number("AB51"))) CHECK(other.text().back() <= '9');
  CHECK(look_alikes(number("7")).empty());
}

TEST_CASE("two prefixes or widths that look alike are found in a batch, swaps inside one run are not") {
  const SealRange batch[] = {run("NZO30001", 200), run("NZ030150", 100), run("AB1000", 50)};
  const auto found = confusable_runs(batch, 10);
  REQUIRE(found.size() == 1);
  CHECK(found[0].a.text() == "NZO30150..NZO30200 (51)");
  CHECK(found[0].b.text() == "NZ030150..NZ030200 (51)");
  for (std::uint32_t i = 0; i < found[0].a.count; ++i)
    CHECK(among(look_alikes(found[0].a.at(i)), found[0].b.at(i).text()));
  CHECK(confusable_runs(std::span(batch).first(1), 10).empty());
  CHECK(confusable_runs(batch, 0).empty());
}

TEST_CASE("a swapped prefix is confusable too") {
  const SealRange batch[] = {run("AB1000", 10), run("BA1005", 10)};
  const auto found = confusable_runs(batch, 10);
  REQUIRE(found.size() == 1);
  CHECK(found[0].a.text() == "AB1005..AB1009 (5)");
  CHECK(found[0].b.text() == "BA1005..BA1009 (5)");
}

TEST_CASE("numbers say at receipt where they will not fit: at each limit and one past it") {
  CHECK(does_not_fit_words(run("NZ30000001", 1)).empty());
  const std::string eleven = does_not_fit_words(run("NZ300000001", 1));
  CHECK(eleven.find("11 characters") != std::string::npos);
  CHECK(eleven.find("D95B (at most 10)") != std::string::npos);
  CHECK(eleven.find("DCSA") == std::string::npos);
  CHECK(does_not_fit_words(run("NZ3000000000001", 1)).find("DCSA") == std::string::npos);
  CHECK(does_not_fit_words(run("NZ30000000000001", 1)).find("DCSA seal object (at most 15)") !=
        std::string::npos);
  CHECK(does_not_fit_words(run("ABCDEFGHIJKLMNOPQRSTUVWXYZABCDEFGH1", 1)).find("later") == std::string::npos);
}

TEST_CASE("only seals that are still here are live") {
  for (const SealState state :
       {SealState::InStock, SealState::Issued, SealState::Applied, SealState::Checked})
    CHECK(is_live(state));
  for (const SealState state : {SealState::None, SealState::Uplifted, SealState::Damaged, SealState::Lost,
                                SealState::Short, SealState::SentOut})
    CHECK_FALSE(is_live(state));
}

TEST_CASE("a digit that all numbers of a run share is misread too") {
  const SealRange batch[] = {run("N2300420", 5), run("NZ300412", 60)};
  const auto found = confusable_runs(batch, 10);
  REQUIRE(found.size() == 1);
  CHECK(found[0].a.text() == "N2300420..N2300424 (5)");
  CHECK(found[0].b.text() == "NZ300420..NZ300424 (5)");
}
