// SPDX-License-Identifier: Apache-2.0
#include "common/ses/clause.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

TEST_CASE_METHOD(CommandBench, "a site sees on what each clause stands, and the records behind one") {
  said({"person", "add", "Mere"});
  said({"store", "add", "Safe"});
  said({"seal", "receive", "NZ300001", "--count", "5", "--place", "Safe", "--by", "Mere"});
  said({"seal", "apply", "NZ300001", "--container", "MSCU1234566"});
  const cli::Value all = must(run({"compliance"}));
  CHECK(all.find("clauses")->as_list()->size() == ses::clauses().size());
  const std::string text = cli::to_json(all);
  CHECK(holds(text,
              "\"clause\":\"2.7\",\"what\":\"Recorded when received\",\"how\":\"applies\",\"basis\":"
              "\"shown by facts\",\"why\":\"1 fact\""));
  CHECK(holds(text, "\"why\":\"1 without a name\""));  // 2.13: nobody said who applied it
  CHECK(holds(text, "clauses shown by facts"));

  const std::string one = said({"compliance", "--clause", "2.7"});
  CHECK(holds(one, "\"records_behind_it\":1"));
  CHECK(holds(one, "Mere"));
  CHECK(code_of(run({"compliance", "--clause", "8.1"})) == "clause.unknown");
  CHECK(code_of(run({"compliance", "--from", "2026-02-01", "--to", "2026-01-01"})) == "cli.value");
  CHECK(code_of(run({"compliance", "--exporter", "nobody.example"})) == "exporter.unknown");
}
