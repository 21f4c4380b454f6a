// SPDX-License-Identifier: Apache-2.0
#include "common/ses/words.hpp"

#include <catch2/catch.hpp>

using namespace sealkeep::ses;

TEST_CASE("an entry is named as epoch/index, and nothing else names one") {
  CHECK(ref_of(ref_words({2, 41})) == Ref{2, 41});
  CHECK(ref_of("1/0") == Ref{1, 0});
  for (const char* text : {"", "/", "1", "1/", "/42", "1/42 ", " 1/42", "1/42/3", "-1/2", "1/-2",
                           "4294967296/1", "1/18446744073709551615"})
    CHECK_FALSE(ref_of(text));
}
