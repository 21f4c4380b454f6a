// SPDX-License-Identifier: Apache-2.0
#include <filesystem>

#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

struct Paper : CommandBench {
  Paper() { must(run({"person", "add", "Mere"})); }
  std::string print(std::vector<std::string> more) {
    const std::string file = (std::filesystem::temp_directory_path() / "sealkeep-forms-test.pdf").string();
    std::filesystem::remove(file);
    std::vector<std::string> words{"print", "forms", file, "--by", "Mere"};
    words.insert(words.end(), more.begin(), more.end());
    const std::string answer = said(words);
    std::filesystem::remove(file);
    return answer;
  }
};

}  // namespace

TEST_CASE_METHOD(Paper, "the paper forms from which nothing was entered are listed, by their numbers") {
  CHECK(holds(said({"form", "list"}), "No numbered forms were printed here yet"));
  print({"--first", "201", "--count", "10"});
  const std::string fresh = said({"form", "list"});
  CHECK(holds(fresh, "\"forms\":\"P-000201..P-000210\""));
  CHECK(holds(fresh, "\"entered\":0,\"not_entered\":\"P-000201..P-000210\""));
  CHECK(holds(fresh, "\"by\":\"Mere\""));
  must(run({"seal", "receive", "NZ300001", "--count", "5", "--sheet", "P-000202", "--by", "Mere"}));
  must(run({"seal", "receive", "NZ300011", "--count", "5", "--sheet", "p-205", "--by", "Mere"}));
  must(run({"seal", "receive", "NZ300021", "--count", "5", "--sheet", "210", "--by", "Mere"}));
  must(run({"seal", "receive", "NZ300031", "--count", "5", "--sheet", "P-17", "--by", "Mere"}));
  must(run({"seal", "receive", "NZ300041", "--count", "5", "--sheet", "yellow pad", "--by", "Mere"}));
  const std::string later = said({"form", "list"});
  INFO(later);
  CHECK(holds(later, "\"entered\":3,\"not_entered\":\"P-000201, P-000203..P-000204, P-000206..P-000209\""));
  CHECK(holds(later, "\"entered_and_never_printed_here\":[\"P-000017\",\"yellow pad\"]"));
}

TEST_CASE_METHOD(Paper, "forms are numbered on from the last that was printed, if no number is named") {
  print({"--count", "20"});
  CHECK(holds(print({"--count", "5"}), "\"next_first\":26"));
  CHECK(holds(said({"form", "list"}), "P-000021..P-000025"));
}

TEST_CASE_METHOD(Paper, "seals that are easily read one for the other are listed with where they lie") {
  must(run({"store", "add", "Safe"}));
  must(run({"store", "add", "Box 2", "--kind", "dock-box"}));
  must(run({"seal", "receive", "NZ300412", "--count", "20", "--place", "Safe", "--by", "Mere"}));
  CHECK(holds(said({"seal", "look-alikes"}), "No run of seals here is easily read as another one."));
  must(run({"seal", "receive", "N2300420", "--count", "5", "--place", "Box 2", "--by", "Mere"}));
  const std::string alike = said({"seal", "look-alikes"});
  INFO(alike);
  CHECK(holds(alike, "NZ300420..NZ300424 (5)"));
  CHECK(holds(alike, "N2300420..N2300424 (5)"));
  CHECK(holds(alike, "\"Safe\""));
  CHECK(holds(alike, "\"Box 2\""));
  // One that is on a container lies there, and one that has left is no danger any more.
  must(run({"seal", "apply", "N2300422", "--container", "MSCU1234566", "--by", "Mere"}));
  const std::string on = said({"seal", "look-alikes"});
  CHECK(holds(on, "MSCU1234566"));
  CHECK(holds(on, "\"N2300420..N2300421 (2)\""));
  must(run({"seal", "transfer-out", "N2300420", "--count", "2", "--site", "wlg-02", "--by", "Mere"}));
  CHECK_FALSE(holds(said({"seal", "look-alikes"}), "N2300420"));
}
