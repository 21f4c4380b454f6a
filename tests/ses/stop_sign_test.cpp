// SPDX-License-Identifier: Apache-2.0
#include "common/ses/stop_sign.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "common/ses/clause.hpp"

using namespace sealkeep::ses;
using I = Irregularity;

namespace {

std::ptrdiff_t place_of(std::string_view id) {
  return std::find_if(clauses().begin(), clauses().end(), [id](const Clause& one) { return one.id == id; }) -
         clauses().begin();
}

}  // namespace

TEST_CASE("a stop sign stands before acts that may still be avoided, not before facts") {
  REQUIRE(is_stop_sign(I::OperatorNotApproved));
  REQUIRE(is_stop_sign(I::UnitHeld));
  REQUIRE_FALSE(is_stop_sign(I::LateEntry));
  REQUIRE_FALSE(is_stop_sign(I::CountDiffers));
  REQUIRE_FALSE(is_stop_sign(I::ShortDelivery));
}

TEST_CASE("stop signs stand in the order of gravity, then of the clauses, each once") {
  std::set<Irregularity> seen;
  for (const StopSign& sign : stop_signs()) {
    INFO(irregularity_name(sign.code));
    CHECK(seen.insert(sign.code).second);
    CHECK(clause(sign.clause) != nullptr);
  }
  CHECK(std::is_sorted(stop_signs().begin(), stop_signs().end(), [](const StopSign& a, const StopSign& b) {
    return a.severity != b.severity ? a.severity > b.severity : place_of(a.clause) < place_of(b.clause);
  }));
}

TEST_CASE("of several matters the gravest comes first, and what is no stop sign comes last") {
  std::vector<Irregularity> codes = {
      I::UnknownSeal,   I::BadCheckDigit, I::SamePerson, I::OperatorNotApproved,
      I::SealWithdrawn, I::LateEntry,     I::UnitHeld,   I::PersonLeft};
  std::sort(codes.begin(), codes.end(), graver);
  CHECK(codes == std::vector<Irregularity>{I::UnitHeld, I::OperatorNotApproved, I::SealWithdrawn,
                                           I::UnknownSeal, I::BadCheckDigit, I::SamePerson, I::LateEntry,
                                           I::PersonLeft});
}
