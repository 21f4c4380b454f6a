// SPDX-License-Identifier: Apache-2.0
#include "common/store/register_rows.hpp"
#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

struct OneRegister {
  TestFolder folder;
  Db db = must(Db::open(folder / "test.db", [] {
    OpenOptions options = log_options();
    options.migrations = {{{RegisterRows::schema()}}};
    return options;
  }()));
  RegisterRows rows = must(RegisterRows::open(db));

  OneRegister() {
    say("INSERT INTO box VALUES(1, 1, 'b-1', x'00ff', 1, 7, 0)");
    say("INSERT INTO box VALUES(1, 1, 'b-2', x'', 1, 8, 1)");
    say("INSERT INTO box VALUES(2, 1, 'b-3', x'01', 1, 9, 1)");
  }
  void say(const char* sql) {
    must(db.transaction([&] { return db.execute_script(sql); }));
  }
};

}  // namespace

TEST_CASE("of two registers that differ the first row is told as each has it") {
  OneRegister stored, rebuilt;
  const auto differences = [&] { return must(stored.rows.differences(1, rebuilt.db)); };
  CHECK(differences().empty());

  rebuilt.say("UPDATE box SET opened = 0 WHERE register = 2");  // another register
  CHECK(differences().empty());

  rebuilt.say("UPDATE box SET receipt_index = 70 WHERE label = 'b-1'");
  REQUIRE(differences().size() == 1);
  CHECK(differences().front() ==
        "box: stored [register=1 family=1 label='b-1' seals=X'00ff' receipt_epoch=1 receipt_index=7 "
        "opened=0], rebuilt [register=1 family=1 label='b-1' seals=X'00ff' receipt_epoch=1 "
        "receipt_index=70 opened=0]");
  rebuilt.say("UPDATE box SET receipt_index = 7, seals = x'00fe' WHERE label = 'b-1'");
  CHECK(differences().size() == 1);
  rebuilt.say("UPDATE box SET seals = x'00ff', label = 'b-0' WHERE label = 'b-1'");
  CHECK(differences().size() == 1);
  rebuilt.say("UPDATE box SET label = 'b-1' WHERE label = 'b-0'");
  CHECK(differences().empty());

  stored.say("INSERT INTO store VALUES(1, 5, 1, 1, 0, 0)");
  rebuilt.say("DELETE FROM box WHERE label = 'b-2'");
  REQUIRE(differences().size() == 2);
  CHECK(differences().front().ends_with("rebuilt [no more rows]"));
}
