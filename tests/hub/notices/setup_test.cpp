// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/setup.hpp"

#include <catch2/catch.hpp>

using namespace sealkeep;
using namespace sealkeep::hub;

namespace {

const std::string kMail =
    "mail; kind=smtp; url=smtp://relay.example.nz:587; from=hub@example.nz; user=hub; secret=relay-password";
const std::string kOps = "ops; kind=webhook; url=https://ops.example.nz/hook; secret=ops-key";

std::string code_of(const Result<NoticeSetup>& setup) {
  return setup ? "success" : setup.error().code;
}

}  // namespace

TEST_CASE("channels, people and rungs are read from the configuration's lines") {
  const auto setup = parse_notice_setup(
      {kMail, kOps, "chat; kind=slack; secret=slack-url"},
      {"Anna Reid; role=ses-manager; to=mail:anna@example.nz; to=chat; quiet=22:00-06:30; zone=+13:00; "
       "digest=06:45",
       "Sam; role=supervisor; sites=akl-01, tga-02; to=ops"},
      {"9; after=90min; to=deputy,it", "9; to=supervisor", "18; after=2d; to=deputy; always"},
      "https://hub.example.nz/");
  REQUIRE(setup);
  CHECK(setup->link == "https://hub.example.nz");
  REQUIRE(setup->channel("chat") != nullptr);
  CHECK(setup->channel("chat")->kind == ChannelKind::Slack);
  const Recipient* anna = setup->person("Anna Reid");
  REQUIRE(anna != nullptr);
  CHECK(anna->ways == std::vector<Way>{{"mail", "anna@example.nz"}, {"chat", ""}});
  CHECK(anna->quiet_from_min == 22 * 60);
  CHECK(anna->quiet_until_min == 6 * 60 + 30);
  CHECK(anna->utc_offset_min == 13 * 60);
  CHECK(anna->digest_at_min == 6 * 60 + 45);
  CHECK(setup->person("Sam")->sites == std::vector<std::string>{"akl-01", "tga-02"});
  REQUIRE(setup->ladder.size() == 3);
  CHECK(setup->ladder[0] == LadderStep{9, 0, {Role::Supervisor}, false});
  CHECK(setup->ladder[1] == LadderStep{9, 90 * 60'000, {Role::Deputy, Role::It}, false});
  CHECK(setup->ladder[2] == LadderStep{18, 2 * 86'400'000, {Role::Deputy}, true});
}

TEST_CASE("a line about notices that is wrong is named, and nothing of the file is taken") {
  for (const std::string& line : std::vector<std::string>{
           "", "mail", "mail; kind=pigeon", "mail; kind=smtp; url=https://a.nz; from=a@b.nz",
           "mail; kind=smtp; url=smtp://a.nz", "mail; kind=smtp; url=smtp://u:p@a.nz; from=a@b.nz",
           "mail; kind=smtp; url=smtp://a.nz; from=a@b.nz; user=u",
           "mail; kind=smtp; url=smtp://a.nz; from=a@b.nz; plain=yes",
           "ops; kind=webhook; url=http://a.nz; secret=k",
           "ops; kind=webhook; url=http://localhost.evil.nz; secret=k", "ops; kind=webhook; url=https://a.nz",
           "ops; kind=webhook; url=https://a.nz; secret=../keys/root.key",
           "chat; kind=slack; url=https://hooks.slack.com/x; secret=k",
           "ops; kind=webhook; url=https://a.nz; secret=k; typo=1"}) {
    CAPTURE(line);
    CHECK(code_of(parse_notice_setup({line}, {}, {}, "")) == "notices.channel");
  }
  CHECK(code_of(parse_notice_setup({kMail, kMail}, {}, {}, "")) == "notices.channel");
  for (const std::string& line : std::vector<std::string>{
           "", "Anna", "Anna; role=boss; to=ops", "Anna; role=it", "Anna; role=it; to=mail",
           "Anna; role=it; to=mail:anna", "Anna; role=it; to=mail:a@b.nz>", "Anna; role=it; to=ops:a@b.nz",
           "Anna; role=it; to=nowhere", "Anna; role=it; to=ops; quiet=22-6",
           "Anna; role=it; to=ops; quiet=22:00-24:00", "Anna; role=it; to=ops; zone=13",
           "Anna; role=it; to=ops; digest=7"}) {
    CAPTURE(line);
    CHECK(code_of(parse_notice_setup({kMail, kOps}, {line}, {}, "")) == "notices.person");
  }
  for (const std::string& line : std::vector<std::string>{"", "x; to=it", "9", "9; to=boss",
                                                          "9; after=soon; to=it", "9; to=it; never"}) {
    CAPTURE(line);
    CHECK(code_of(parse_notice_setup({}, {}, {line}, "")) == "notices.ladder");
  }
  CHECK(code_of(parse_notice_setup(std::vector<std::string>(kChannels + 1, kOps), {}, {}, "")) ==
        "notices.too_many");
}
