// SPDX-License-Identifier: Apache-2.0
// An original on its way from a real agent to a real hub over ZeroMQ, both killed in the middle.
#include <catch2/catch.hpp>
#include <fstream>

#include "agent/eyes/eyes.hpp"
#include "common/crypto/encoding.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/picture_folder.hpp"
#include "hub/pictures/originals.hpp"
#include "live_pair.hpp"

using namespace sealkeep;
using fault::ask;
using fault::command;
using fault::eventually;
using fault::number_of;

namespace {

bool holds(const cli::Value& value, std::string_view part) {
  return cli::to_json(value).find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("an original goes on where it was after both programs were killed, and no fact waits for it") {
  const test::TestFolder folder;
  SystemRandom random;
  SystemClock clock;
  NullLogger quiet;
  const std::filesystem::path site = folder.path() / "agent";
  const hub::HubParts hub_parts{folder.path() / "hub", {}, {}, clock, random, quiet};
  fault::LivePair pair(hub_parts, site, folder.path());
  net::NetContext context;

  // Some six seconds at the limit that an agent has if nobody says otherwise.
  Bytes file(3 * 512 * 1024);
  random.fill(file);
  const Bytes head{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xDA, 0, 2};
  std::copy(head.begin(), head.end(), file.begin());
  PictureFolder kept(agent::picture_folder_of(site));
  const auto hash = kept.put(file);
  REQUIRE(hash);
  const auto record = [&](const char* seal) {
    return command("seal apply", {{"seal", {seal}}, {"container", {"MSCU1234566"}}, {"reason", {"test"}}});
  };
  cli::Command apply = record("NZ300001");
  apply.options["picture"] = {hex(hash->view())};
  eventually(context, site, apply, [](const cli::Value&) { return true; });

  const cli::Command show = command("seal show", {{"number", {"NZ300001"}}});
  const PictureFolder at_hub = hub::originals_of(hub_parts.folder, 1);
  const auto arrived = [&] { return at_hub.held(*hash).bytes; };
  eventually(context, hub_parts.folder, show,
             [](const cli::Value& said) { return holds(said, "the original is on its way"); });
  pair.hub.kill();
  const std::uint64_t before = arrived();
  REQUIRE(before > 0);
  REQUIRE_FALSE(at_hub.held(*hash).whole);
  pair.hub.start();
  eventually(context, hub_parts.folder, show, [&](const cli::Value&) { return arrived() > before; });
  CHECK_FALSE(at_hub.held(*hash).whole);
  pair.agent.kill();
  CHECK(arrived() >= before);
  pair.agent.start();

  // Safe at head office while the picture is still on its way.
  eventually(context, site, record("NZ300002"), [](const cli::Value&) { return true; });
  eventually(context, site, command("status"),
             [](const cli::Value& status) { return number_of(status, "unsafe_records") == 0; });
  CHECK_FALSE(at_hub.held(*hash).whole);

  eventually(context, hub_parts.folder, show,
             [](const cli::Value& said) { return holds(said, "the original is here"); });
  const auto bytes = at_hub.read(*hash);
  REQUIRE(bytes);
  CHECK(*bytes == file);
  REQUIRE(pair.agent.stop() == 0);
  REQUIRE(pair.hub.stop() == 0);
}
