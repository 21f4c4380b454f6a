// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdio>
#include <functional>
#include <regex>

namespace sealkeep {
namespace {

/// Everything that `act` writes to this process's stderr.
std::string stderr_of(const std::function<void()>& act) {
  std::FILE* file = std::tmpfile();
  REQUIRE(file != nullptr);
  std::fflush(stderr);
  const int before = ::dup(STDERR_FILENO);
  REQUIRE(::dup2(::fileno(file), STDERR_FILENO) >= 0);
  act();
  std::fflush(stderr);
  ::dup2(before, STDERR_FILENO);
  ::close(before);
  std::rewind(file);
  std::string out;
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) out += static_cast<char>(c);
  std::fclose(file);
  return out;
}

const std::string kForgery = "x\n2026-01-31T00:00:00.000Z info forged=\"yes\" \\ \x1b[2J\xFF";

}  // namespace

TEST_CASE("a value from outside can neither start a line nor close its quotes") {
  const std::string out = stderr_of([] {
    make_stderr_logger(false)->warn("seal_refused", {{"seal", kForgery}, {"count", 3}, {"site", "AKL-1"}});
  });
  CHECK(std::count(out.begin(), out.end(), '\n') == 1);
  CHECK(out.find("warning seal_refused seal=\"x?2026-01-31T00:00:00.000Z info forged=\\\"yes\\\" \\\\ ?[2J?\""
                 " count=3 site=AKL-1\n") != std::string::npos);
  CHECK(std::regex_search(out, std::regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z warning ")));
}

TEST_CASE("a value that could be read as several fields is quoted") {
  const std::string out = stderr_of([] {
    make_stderr_logger(false)->info("e", {{"a", "b c=d"}, {"empty", ""}, {"equal", "x=y"}});
  });
  CHECK(out.find(" e a=\"b c=d\" empty=\"\" equal=\"x=y\"\n") != std::string::npos);
}

TEST_CASE("the JSON form stays one object in one line whatever the value holds") {
  const std::string out = stderr_of([] {
    make_stderr_logger(true)->error("seal_refused", {{"seal", kForgery}});
  });
  CHECK(std::count(out.begin(), out.end(), '\n') == 1);
  CHECK(out.find("\"level\":\"error\",\"event\":\"seal_refused\",\"seal\":\"x?2026-01-31T00:00:00.000Z info "
                 "forged=\\\"yes\\\" \\\\ ?[2J?\"}\n") != std::string::npos);
  CHECK(out.front() == '{');
}

TEST_CASE("percent signs and braces of a value are not directives") {
  const std::string out = stderr_of([] { make_stderr_logger(false)->info("e", {{"v", "%v {} {0} %s"}}); });
  CHECK(out.find("v=\"%v {} {0} %s\"\n") != std::string::npos);
}

}  // namespace sealkeep
