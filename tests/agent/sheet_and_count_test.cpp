// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/command_bench.hpp"

namespace sealkeep {
namespace {

using test::CommandBench;
using test::holds;
using test::must;

struct Quay : CommandBench {
  Quay() {
    must(run({"person", "add", "Mere"}));
    must(run({"store", "add", "Safe"}));
    must(run({"seal", "receive", "NZ300001", "NZ300010", "--place", "Safe", "--box", "B7", "--missing",
              "NZ300004"}));
    must(run({"seal", "receive", "NZ400001", "NZ400005", "--place", "Safe"}));
  }
  std::string code(const std::vector<std::string>& words) { return test::code_of(run(words)); }
  ses::Entry newest() { return test::entries_of(bench.agent(), id).back(); }
  void hear(ses::DirectiveBody body) {
    hub.issue(ses::DirectiveEpochStarted{});
    hub.issue(std::move(body));
    bench.connect(id, hub);
  }
};

TEST_CASE("the scanned code of a sheet is the paper of a check, and says which container it goes with") {
  Quay at;
  must(at.run({"seal", "apply", "NZ400001", "--container", "MSCU1234566"}));
  const std::vector<std::string> check{"seal",        "check",    "--container",      "MSCU1234566",
                                       "--door-seal", "NZ400001", "--door-container", "MSCU1234566"};
  const auto with = [&](std::vector<std::string> more) {
    std::vector<std::string> all = check;
    all.insert(all.end(), more.begin(), more.end());
    return all;
  };
  const std::string right = at.said(with({"--sheet-code", "SEALKEEP-LOAD 1 MSCU1234566 NZ400001"}));
  CHECK_FALSE(holds(right, "look_again"));
  CHECK_FALSE(holds(right, "paper_differs"));
  const auto checked = std::get<ses::SealChecked>(at.newest().event);
  CHECK(checked.sheet_scanned);
  CHECK(checked.paper == ses::Reading{"NZ400001", "MSCU1234566"});

  const std::string wrong = at.said(with({"--sheet-code", "SEALKEEP-LOAD 1 TGHU7654321 NZ400001"}));
  CHECK(holds(wrong, "goes with TGHU7654321, not with MSCU1234566"));
  CHECK(holds(wrong, "paper_differs"));
  const std::string other = at.said(with({"--sheet-code", "SEALKEEP-LOAD 1 MSCU1234566 NZ400002"}));
  CHECK(holds(other, "does not name seal NZ400001"));
  CHECK(holds(other, "paper_differs"));

  const std::uint64_t before = at.size();
  CHECK(at.code(with({"--sheet-code", "NZ400001"})) == "check.no_sheet");
  CHECK(at.code(with({"--sheet-code", "SEALKEEP-LOAD 1 MSCU1234566 NZ400001", "--paper-seal", "NZ400001"})) ==
        "check.paper_twice");
  CHECK(at.size() == before);
}

TEST_CASE("closed boxes are counted by their labels, open ones seal by seal") {
  Quay at;
  const std::string scans = at.file("scans.txt", "NZ400001 NZ400002 NZ400003 NZ400004 NZ400005");
  const std::string all = at.said({"seal", "count", "--place", "Safe", "--box", "B7", "--scan-file", scans});
  CHECK(holds(all, "counted 14 of 14"));
  const std::string without = at.said({"seal", "count", "--place", "Safe", "--box", "B7"});
  CHECK(holds(without, "counted 9 of 14"));
  CHECK(std::get<ses::StockCounted>(at.newest().event).missing.size() == 5);
  const std::uint64_t before = at.size();
  CHECK(at.code({"seal", "count", "--place", "Safe", "--box", "B8"}) == "count.box_unknown");
  CHECK(at.code({"seal", "count", "--place", "Safe", "--box", "B7", "--found", "9"}) == "count.how");
  CHECK(at.size() == before);
  must(at.run({"seal", "open-box", "B7"}));
  CHECK(at.code({"seal", "count", "--place", "Safe", "--box", "B7"}) == "count.box_open");
}

TEST_CASE("the operators that the plan approves now are listed, and no others") {
  Quay at;
  const std::int64_t now = at.bench.clock.now().unix_ms;
  CHECK(must(at.run({"operator", "list"})).as_list()->empty());
  at.hear(ses::OperatorApproved{12, "Harbour Haulage", ses::Scope::Sea, now, now + 86'400'000, "v3"});
  const cli::Value listed = must(at.run({"operator", "list"}));
  REQUIRE(listed.as_list()->size() == 1);
  CHECK(*listed.as_list()->front().find("name") == cli::Value("Harbour Haulage"));
  CHECK(*listed.as_list()->front().find("number") == cli::Value(12));
  at.bench.clock.pass(2 * 86'400'000LL);
  CHECK(must(at.run({"operator", "list"})).as_list()->empty());
}

TEST_CASE("a name is known from the moment it is given, and nowhere after it was erased") {
  Quay at;
  CHECK(at.code({"seal", "apply", "NZ400001", "--container", "MSCU1234566", "--by", "Nora"}) ==
        "person.unknown");
  must(at.run({"person", "add", "Nora"}));
  must(at.run({"seal", "apply", "NZ400001", "--container", "MSCU1234566", "--by", "Nora"}));
  CHECK(holds(at.said({"seal", "show", "NZ400001"}), "\"who\":\"Nora\""));
  at.bench.open();  // what is read from the disk says the same
  CHECK(holds(at.said({"seal", "show", "NZ400001"}), "\"who\":\"Nora\""));
}

TEST_CASE("the answer to a fact names the duties that it opened, and none of the others") {
  Quay at;
  must(at.run({"container", "close", "MSCU1234566"}));
  const std::string second = at.said({"container", "close", "TGHU7654321"});
  CHECK(holds(second, "TGHU7654321"));
  CHECK_FALSE(holds(second, "MSCU1234566"));
  const std::string applied = at.said({"seal", "apply", "NZ400001", "--container", "MSCU1234566"});
  CHECK(holds(applied, "Check the seal: door, then paper"));
  CHECK_FALSE(holds(applied, "TGHU7654321"));
}

}  // namespace
}  // namespace sealkeep
