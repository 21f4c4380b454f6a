// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/command_bench.hpp"

namespace sealkeep {
namespace {

using test::CommandBench;
using test::must;

struct Terminal : CommandBench {
  Terminal() {
    must(run({"person", "add", "Mere"}));
    must(run({"store", "add", "Box 2", "--kind", "dock-box"}));
    must(run({"store", "add", "Safe"}));
    must(run({"seal", "receive", "NZ300001", "NZ300020", "--place", "Safe"}));
    must(run({"seal", "store", "NZ300006..NZ300010", "--place", "Box 2"}));
  }
  [[nodiscard]] std::string text(const cli::Value& value, std::string_view name) {
    const cli::Value* member = value.find(name);
    return member != nullptr && member->as_text() != nullptr ? *member->as_text() : std::string();
  }
  cli::Value look(const std::string& scan) { return must(run({"look", scan})); }
  cli::Value row(std::size_t i) { return must(run({"dock"})).find("units")->as_list()->at(i); }
};

TEST_CASE("an empty dock says what is in the dock box and which seal is next") {
  Terminal at;
  const cli::Value dock = must(at.run({"dock"}));
  CHECK(dock.find("units")->as_list()->empty());
  const cli::Value& box = dock.find("places")->as_list()->at(0);
  CHECK(at.text(box, "name") == "Box 2");
  CHECK(*box.find("seals") == cli::Value(5));
  CHECK(at.text(box, "next_seal") == "NZ300006");
  CHECK(*dock.find("sync")->as_list()->at(0).find("connected") == cli::Value(false));
  CHECK(*dock.find("clock")->find("sure") == cli::Value(true));
}

TEST_CASE("the dock names each container with its next step, the most urgent first, until it leaves") {
  Terminal at;
  must(at.run({"container", "close", "MSCU1234566", "--by", "Mere"}));
  at.bench.clock.pass(600'000);
  must(at.run({"container", "close", "TGHU7654321", "--by", "Mere"}));
  CHECK(at.text(at.row(0), "unit") == "MSCU1234566");
  CHECK(at.text(at.row(0), "state") == "closed");
  CHECK(at.text(at.row(0), "next") == "seal");
  CHECK(*at.row(0).find("due_ms")->as_int() < *at.row(1).find("due_ms")->as_int());

  must(at.run({"seal", "apply", "NZ300006", "--container", "MSCU1234566", "--by", "Mere"}));
  CHECK(at.text(at.row(0), "unit") == "TGHU7654321");
  CHECK(at.text(at.row(1), "next") == "check");
  CHECK(at.row(1).find("seals")->as_list()->at(0) == cli::Value("NZ300006"));

  must(at.run({"seal",         "check",    "--container",       "MSCU1234566",
               "--door-seal",  "NZ300006", "--door-container",  "MSCU1234566",
               "--paper-seal", "NZ300006", "--paper-container", "MSCU1234566",
               "--view",       "pass",     "--verify",          "pass",
               "--tug",        "pass",     "--twist",           "pass",
               "--by",         "Mere"}));
  CHECK(at.text(at.row(1), "next") == "driver");
  must(at.run({"seal", "uplift", "--container", "MSCU1234566", "--view", "pass", "--verify", "pass", "--tug",
               "pass", "--twist", "pass", "--signed"}));
  CHECK(must(at.run({"dock"})).find("units")->as_list()->size() == 1);
  CHECK(at.text(must(at.run({"dock"})).find("places")->as_list()->at(0), "next_seal") == "NZ300007");
}

TEST_CASE("what is to do and what is late is counted, and what is head office's alone is not") {
  Terminal at;
  must(at.run({"container", "close", "MSCU1234566", "--by", "Mere"}));
  at.bench.clock.pass(2 * 3'600'000);
  must(at.run({"container", "close", "TGHU7654321", "--by", "Mere"}));
  const auto counts = [&] {
    const cli::Value dock = must(at.run({"dock"})), status = must(at.run({"status"}));
    CHECK(*dock.find("to_do_count") == *status.find("open"));
    CHECK(*dock.find("to_do_late") == *status.find("overdue"));
    return std::pair(*dock.find("to_do_count")->as_int(), *dock.find("to_do_late")->as_int());
  };
  const auto before = counts();
  CHECK(before.first == static_cast<std::int64_t>(must(at.run({"todo"})).as_list()->size()));
  CHECK(before.second == 1);
  must(at.run({"concern", "--story", "about the manager", "--about-manager"}));
  CHECK(counts() == before);
  at.bench.clock.pass(2 * 3'600'000);
  CHECK(counts() == std::pair(before.first, std::int64_t{2}));
  // The first line of what is to do is what is due first.
  const cli::Value status = must(at.run({"status"}));
  CHECK(test::holds(cli::to_json(status.find("to_do")->as_list()->at(0)), "MSCU1234566"));
}

TEST_CASE("a held container asks to be looked into, whatever else it waits for") {
  Terminal at;
  must(at.run({"container", "close", "MSCU1234566"}));
  must(at.run({"container", "hold", "MSCU1234566", "--story", "bolt cut"}));
  CHECK(at.text(at.row(0), "state") == "held");
  CHECK(at.text(at.row(0), "next") == "look_inside");
  CHECK(at.text(at.look("MSCU1234566"), "flow") == "look_inside");
}

TEST_CASE("a scan begins the flow that its thing waits for") {
  Terminal at;
  CHECK(at.text(at.look("nz 300-006"), "flow") == "apply");
  CHECK(at.text(at.look("NZ300006"), "state") == "in_stock");
  must(at.run({"seal", "apply", "NZ300006", "--container", "MSCU1234566"}));
  CHECK(at.text(at.look("NZ300006"), "flow") == "check");
  CHECK(at.text(at.look("NZ300006"), "unit") == "MSCU1234566");
  CHECK(at.text(at.look("MSCU1234566"), "flow") == "check");
  must(at.run({"seal", "lost", "NZ300007"}));
  CHECK(at.text(at.look("NZ300007"), "flow") == "found");
}

TEST_CASE("what no register knows is said to be so, with the live seals that it may be") {
  Terminal at;
  const cli::Value unknown = at.look("NZ3000O6");
  CHECK(at.text(unknown, "what") == "unknown");
  CHECK(at.text(unknown, "flow") == "receive");
  CHECK(at.text(unknown.find("candidates")->as_list()->at(0), "number") == "NZ300006");
  const cli::Value container = at.look("MSCU1234560");
  CHECK(at.text(container, "what") == "unit");
  CHECK(test::holds(at.text(container, "note"), "computed 6"));
  CHECK(at.text(at.look("SK:COUNT"), "what") == "command");
  CHECK(at.text(at.look("$$$"), "what") == "unknown");
  CHECK(at.text(at.look("https://x.example/NZ300006"), "number") == "NZ300006");
}

TEST_CASE("a box is known by its label") {
  Terminal at;
  must(at.run({"seal", "receive", "NZ400001", "NZ400050", "--box", "B7"}));
  CHECK(at.text(at.look("B7"), "flow") == "open_box");
}

TEST_CASE("the dock says what is in each closed box, until it is opened") {
  Terminal at;
  must(at.run({"seal", "receive", "NZ400001", "NZ400050", "--box", "B7"}));
  const cli::Value dock = must(at.run({"dock"}));
  const cli::Value& box = dock.find("boxes")->as_list()->at(0);
  CHECK(at.text(box, "label") == "B7");
  CHECK(at.text(box, "first") == "NZ400001");
  CHECK(at.text(box, "last") == "NZ400050");
  CHECK(*box.find("seals") == cli::Value(50));
  CHECK(at.text(at.look("B7"), "last") == "NZ400050");
  must(at.run({"seal", "open-box", "B7"}));
  CHECK(must(at.run({"dock"})).find("boxes")->as_list()->empty());
  CHECK(at.text(at.look("B7"), "flow") == "show");
}

TEST_CASE("the code of a load sheet begins a check, and that of a form begins entering from paper") {
  Terminal at;
  const cli::Value sheet = at.look("SEALKEEP-LOAD 1 MSCU1234566 NZ300006 NZ300007");
  CHECK(at.text(sheet, "what") == "sheet");
  CHECK(at.text(sheet, "unit") == "MSCU1234566");
  CHECK(at.text(sheet, "flow") == "check");
  CHECK(sheet.find("seals")->as_list()->size() == 2);
  CHECK(at.text(at.look("P-000201"), "flow") == "paper");
  for (const char* no_sheet : {"SEALKEEP-LOAD 1", "SEALKEEP-LOAD 1 ", "SEALKEEP-LOAD 2 MSCU1234566",
                               "SEALKEEP-LOAD 1 MSCU1234566  NZ300006", "SEALKEEP-LOAD 1 mscu1234566",
                               "SEALKEEP-LOAD 1 MSCU1234566 nz300006"})
    CHECK(at.text(at.look(no_sheet), "what") != "sheet");
}

TEST_CASE("search finds by the beginning of a number, with or without the maker's letters") {
  Terminal at;
  must(at.run({"seal", "receive", "KX300001", "KX300002", "--place", "Safe"}));
  must(at.run({"container", "close", "MSCU1234566"}));
  const auto hits = [&](const char* typed) { return must(at.run({"find", typed})).as_list()->size(); };
  CHECK(hits("nz30000") == 9);
  CHECK(hits("30000") == 11);
  CHECK(hits("msc") == 1);
  CHECK(hits("NZ3") == 20);
  CHECK(hits("ZZ") == 0);
  CHECK(hits("%_*'") == 0);
}

}  // namespace
}  // namespace sealkeep
