// SPDX-License-Identifier: Apache-2.0
#include "common/cli/config.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>

namespace sealkeep::cli {
namespace {

const std::vector<ConfigKey> kKeys = {
    {.name = "name", .help = "the site's name", .required = true, .min = 1, .max = 8},
    {.name = "listen.port",
     .type = ConfigType::Integer,
     .help = "TCP port",
     .fallback = 7441,
     .min = 1,
     .max = 65535},
    {.name = "listen.tls", .type = ConfigType::Boolean, .help = "use TLS", .fallback = true},
    {.name = "listen.origins",
     .type = ConfigType::TextList,
     .help = "allowed origins",
     .fallback = Value::list({"https://a"}),
     .min = 1,
     .max = 20},
    {.name = "hub.address", .help = "where the hub is"},
};

Config good(std::string_view toml) {
  const Result<Config> config = Config::parse(toml, "agent.toml", kKeys);
  if (!config) FAIL(config.error().text());
  return *config;
}
Error bad(std::string_view toml) {
  const Result<Config> config = Config::parse(toml, "agent.toml", kKeys);
  REQUIRE_FALSE(config.has_value());
  return config.error();
}

}  // namespace

TEST_CASE("values come from the file, then from the fallbacks") {
  const Config config = good("name = 'AKL'\n[listen]\nport = 80\norigins = ['x', 'y']\n");
  CHECK(config.text("name") == "AKL");
  CHECK(config.integer("listen.port") == 80);
  CHECK(config.boolean("listen.tls"));
  CHECK(config.texts("listen.origins") == std::vector<std::string>{"x", "y"});
  CHECK_FALSE(config.has("hub.address"));
  CHECK(good("name='a'\nhub.address = 'h'\nlisten.tls = false").text("hub.address") == "h");
  CHECK(Config::defaults(kKeys).error().code == "config.required");
}

TEST_CASE("an unknown key is refused with its line and the nearest one") {
  const Error typo = bad("name = 'AKL'\n[listen]\nprot = 80\n");
  CHECK(typo.code == "config.unknown_key");
  CHECK(typo.what == "agent.toml, line 3: there is no key \"listen.prot\"");
  CHECK(typo.why == "did you mean \"listen.port\"?");
  CHECK(bad("name = 'AKL'\nport = 80\n").why == "did you mean \"listen.port\"?");
  CHECK(bad("name = 'AKL'\n[lisen]\nport = 80\n").why == "did you mean \"listen\"?");
  CHECK(bad("name = 'AKL'\n[listen.tls]\nx = 1\n").code == "config.type");
}

TEST_CASE("wrong types and values out of range name the key, the line and what is expected") {
  const Error type = bad("name = 'AKL'\n[listen]\nport = \"80\"\n");
  CHECK(type.code == "config.type");
  CHECK(type.what == "agent.toml, line 3: the value of \"listen.port\" is of the wrong type");
  CHECK(type.why == "a whole number is expected");
  CHECK(bad("name = 1").code == "config.type");
  CHECK(bad("name = 'a'\nlisten.port = 80.0").code == "config.type");
  CHECK(bad("name = 'a'\nlisten.tls = 1").code == "config.type");
  CHECK(bad("name = 'a'\nlisten.origins = 'x'").code == "config.type");
  CHECK(bad("name = 'a'\nlisten.origins = ['x',\n 2]").what.starts_with("agent.toml, line 3:"));
  CHECK(good("name = 'a'\nlisten.port = 65535").integer("listen.port") == 65535);
  CHECK(bad("name = 'a'\nlisten.port = 65536").why == "a whole number from 1 to 65535 is expected");
  CHECK(bad("name = 'a'\nlisten.port = 0").code == "config.range");
  CHECK(good("name = '12345678'").text("name").size() == 8);
  CHECK(bad("name = '123456789'").code == "config.range");
  CHECK(bad("name = ''").code == "config.range");
  CHECK(bad("name = 'a'\nlisten.origins = ['']").code == "config.range");
}

TEST_CASE("what is missing and what is no TOML is said with the line") {
  CHECK(bad("").what == "The key \"name\" is missing in agent.toml");
  CHECK(bad("name = 'a'\n[listen\n").code == "config.syntax");
  CHECK(bad("name = 'a'\n[listen\n").what == "agent.toml, line 2: this is not TOML");
  CHECK(bad("name = 'a'\nname = 'b'\n").code == "config.syntax");
  CHECK(bad(std::string_view("name = '\xFF'", 10)).code == "config.syntax");
}

TEST_CASE("nesting and size of a file are bounded") {
  CHECK(bad("name = " + std::string(100'000, '[')).code == "config.syntax");
  std::string full = "name = 'a'\n";
  full.resize(kConfigBytes, '#');
  CHECK(good(full).text("name") == "a");
  full += '#';
  CHECK(bad(full).code == "config.too_large");
  std::string list = "name = 'a'\nlisten.origins = [";
  for (std::size_t i = 0; i < kConfigListItems; ++i) list += "'x',";
  CHECK(good(list + "]").texts("listen.origins").size() == kConfigListItems);
  CHECK(bad(list + "'x']").code == "config.range");
}

TEST_CASE("a file is loaded, and one that is missing or unreadable is named") {
  std::string folder = (std::filesystem::temp_directory_path() / "sealkeep-cli-XXXXXX").string();
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const std::string file = folder + "/agent.toml";
  CHECK(Config::load(file, kKeys).error().code == "config.missing");
  CHECK(Config::load(folder, kKeys).error().code == "config.unreadable");
  std::ofstream(file) << "name = 'AKL'\n";
  CHECK(Config::load(file, kKeys).value().text("name") == "AKL");
  std::filesystem::resize_file(file, kConfigBytes + 1);
  CHECK(Config::load(file, kKeys).error().code == "config.too_large");
  std::filesystem::remove_all(folder);
}

TEST_CASE("the sample configuration is read back once it is filled in") {
  std::string sample = sample_config(kKeys);
  CHECK(sample.find("# TCP port (1..65535)\n#port = 7441\n") != std::string::npos);
  CHECK(sample.find("[listen]\n") != std::string::npos);
  CHECK(bad(sample).code == "config.range");
  sample.replace(sample.find("name = \"\""), 9, "name = \"A\"");
  CHECK(good(sample).integer("listen.port") == 7441);
}

}  // namespace sealkeep::cli
