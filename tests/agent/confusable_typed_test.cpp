// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

struct Dock : CommandBench {
  Dock() {
    must(run({"person", "add", "Mere"}));
    must(run({"seal", "receive", "NZ300412", "NZ300480", "--by", "Mere"}));
  }
  void ask_for_it() {
    hub.issue(ses::DirectiveEpochStarted{});
    hub.issue(ses::PlanSet{static_cast<std::uint16_t>(ses::Setting::ConfusableAsked), 1, "v1"});
    bench.connect(id, hub);
  }
  std::string apply(const char* seal, const char* container, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"seal", "apply", seal, "--container", container, "--by", "Mere"};
    words.insert(words.end(), more.begin(), more.end());
    return said(words);
  }
};

}  // namespace

TEST_CASE_METHOD(Dock, "a typed number with a live neighbour one swap away is marked, a scanned one is not") {
  ask_for_it();
  const std::string stop = apply("NZ300417", "MSCU1234566", {"--stop-sign"});
  CHECK(holds(stop, "\"stop\":true"));
  CHECK(holds(stop, "confusable_typed"));
  CHECK(holds(apply("NZ300417", "MSCU1234566"), "confusable_typed"));
  CHECK_FALSE(holds(apply("NZ300471", "TGHU1234568", {"--source", "scanned"}), "confusable_typed"));
  // 300455 swapped is itself or 304055, 300545: never here.
  CHECK_FALSE(holds(apply("NZ300455", "CSQU3054383"), "confusable_typed"));
  CHECK(holds(said({"verify"}), "\"valid\":true"));
}

TEST_CASE_METHOD(Dock, "once the neighbour has left, the number can be typed") {
  ask_for_it();
  CHECK(holds(said({"seal", "transfer-out", "NZ300471", "--site", "wlg-02", "--by", "Mere"}), "NZ300471"));
  CHECK_FALSE(holds(apply("NZ300417", "MSCU1234566"), "confusable_typed"));
}

TEST_CASE_METHOD(Dock, "typing is not marked while the plan does not ask for it") {
  CHECK_FALSE(holds(apply("NZ300417", "MSCU1234566"), "confusable_typed"));
}

TEST_CASE_METHOD(Dock, "a receipt says where its numbers will not fit and which seals look like them") {
  const std::string plain = said({"seal", "receive", "NZ500001", "NZ500010", "--by", "Mere"});
  CHECK_FALSE(holds(plain, "look_again"));
  CHECK(holds(said({"seal", "receive", "NZ7000000001", "--count", "5", "--by", "Mere"}),
              "will not fit a UN/EDIFACT SEL segment of directory D95B"));
  const std::string alike = said({"seal", "receive", "N2300420", "--count", "5", "--by", "Mere"});
  CHECK(holds(alike, "These numbers look like NZ3004"));
  CHECK(holds(alike, "scan N2300420..N2300424 (5), do not type them"));
  CHECK_FALSE(holds(said({"seal", "receive", "N2300490", "--count", "5", "--by", "Mere"}), "look like"));
}
