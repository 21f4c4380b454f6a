// SPDX-License-Identifier: Apache-2.0
#include "common/cli/render.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "common/cli/console.hpp"
#include "common/cli/text_width.hpp"

namespace sealkeep::cli {
namespace {

Value rows() {
  return Value::list({Value::object({{"seal", "AB1"}, {"days_open", 3}, {"place", "\u6E2F"}}),
                      Value::object({{"seal", "AB12345"}, {"days_open", 120}, {"late", true}})});
}

std::string progress_of(const Style& style, std::uint64_t total) {
  std::string out;
  {
    ProgressBar bar(style, [&](std::string_view text) { out += text; });
    for (std::uint64_t i = 0; i <= 1000; ++i) bar.show({i, total, "entries"});
  }
  return out;
}

}  // namespace

TEST_CASE("a list of objects is a table with numbers to the right and wide characters counted") {
  CHECK(render(rows(), {}) ==
        "seal     days open  place  late\n"
        "AB1              3  \u6E2F\n"
        "AB12345        120         yes\n");
}

TEST_CASE("an object is a block, with its lists below it") {
  const Value value = Value::object(
      {{"site", "AKL"}, {"seals", Value::list({"A", "B"})}, {"open_duties", 0}, {"none", Value::list()}});
  CHECK(render(value, {}) ==
        "site         AKL\n"
        "open duties  0\n"
        "\nseals:\nA\nB\n"
        "\nnone:\n(none)\n");
  CHECK(render(Value("two\nlines"), {}) == "two\nlines\n");
  CHECK(render(Value(), {}).empty());
}

TEST_CASE("plain text leaves out times as numbers, JSON has all of it") {
  const Value answer =
      Value::object({{"since", "Monday"},
                     {"since_ms", 5},
                     {"rows", Value::list({Value::object({{"seal", "AB1"}, {"due_ms", 7}})})}});
  const std::string shown = render(answer, {});
  CHECK(shown.find("Monday") != std::string::npos);
  CHECK(shown.find("AB1") != std::string::npos);
  CHECK(shown.find("_ms") == std::string::npos);
  Style json;
  json.json = true;
  CHECK(render(answer, json).find("\"due_ms\":7") != std::string::npos);
}

TEST_CASE("of an answer that says itself in words, people see those, and programs everything") {
  const Value value = Value::object({{"heard_ms", 5}, {"in_words", Value::object({{"heard", "Monday"}})}});
  CHECK(render(value, {}) == "heard  Monday\n");
  Style json;
  json.json = true;
  CHECK(render(value, json) == "{\"heard_ms\":5,\"in_words\":{\"heard\":\"Monday\"}}\n");
}

TEST_CASE("a table is cut only to a terminal's width, never in a number") {
  const Value long_rows =
      Value::list({Value::object({{"note", std::string(50, 'x')}, {"count", 1234567890}})});
  const std::string cut = render(long_rows, {false, false, true, 30});
  CHECK(cut.find(std::string(17, 'x') + "\u2026  1234567890\n") != std::string::npos);
  CHECK(render(long_rows, {}).find(std::string(50, 'x')) != std::string::npos);
}

TEST_CASE("nothing that an answer holds moves the cursor or starts a line") {
  const std::string evil = "a\x1b[2J\r\nb";
  for (const Value& value :
       {Value(evil), Value::object({{evil, evil}}), Value::list({Value::object({{evil, evil}})}),
        Value::list({evil}), Value::object({{"x", Value::list({Value::list({evil})})}})}) {
    const std::string out = render(value, {});
    CHECK(out.find('\x1b') == std::string::npos);
    CHECK(out.find('\r') == std::string::npos);
    CHECK(render(value, {true, false, false, 0}).find('\x1b') == std::string::npos);
  }
  CHECK(render(Error{ErrorKind::Bug, "a.b", evil, evil, evil}, {}) ==
        "error a.b: a?[2J??b\n  why:  a?[2J??b\n  next: a?[2J??b\n");
}

TEST_CASE("an error shows code, cause and what to do, or is JSON") {
  const Error error{ErrorKind::Busy, "store.locked", "The folder is in use", "a daemon runs", "Stop it"};
  CHECK(render(error, {}) ==
        "error store.locked: The folder is in use\n  why:  a daemon runs\n  next: Stop it\n");
  CHECK(render(Error{ErrorKind::Busy, "a.b", "w", "", ""}, {}) == "error a.b: w\n");
  CHECK(render(error, {true, false, false, 0}) ==
        "{\"error\":{\"kind\":\"busy\",\"code\":\"store.locked\",\"what\":\"The folder is in use\","
        "\"why\":\"a daemon runs\",\"next\":\"Stop it\"}}\n");
  CHECK(render(error, {false, true, true, 0}).starts_with("\x1b[1;31merror store.locked:\x1b[0m "));
}

TEST_CASE("JSON output is the tree itself") {
  CHECK(render(Value::object({{"a", Value::list({1, "x"})}}), {true, false, false, 0}) ==
        "{\"a\":[1,\"x\"]}\n");
}

TEST_CASE("progress is a line a tenth in a log and one line drawn over on a terminal") {
  const std::string log = progress_of({}, 1000);
  CHECK(std::count(log.begin(), log.end(), '\n') == 11);
  CHECK(log.starts_with("  0% 0 of 1000 entries\n 10% 100 of 1000 entries\n"));
  CHECK(log.ends_with("100% 1000 of 1000 entries\n"));
  const std::string drawn = progress_of({false, false, true, 80}, 1000);
  CHECK(std::count(drawn.begin(), drawn.end(), '\n') == 1);
  CHECK(std::count(drawn.begin(), drawn.end(), '\r') == 101);
  CHECK(drawn.ends_with("[" + std::string(30, '=') + "] 100% 1000 of 1000 entries\n"));
  CHECK(progress_of({}, 0) == "0 entries\n");
  CHECK(progress_of({true, false, true, 80}, 1000).empty());
}

TEST_CASE("widths of characters and cutting at them") {
  CHECK(display_width("T\u0101maki") == 6);
  CHECK(display_width("a\u0304") == 1);
  CHECK(display_width("\u6E2F\U0001F512") == 4);
  CHECK(fitted("abcdef", 6) == "abcdef");
  CHECK(fitted("abcdef", 5) == "abcd\u2026");
  CHECK(fitted("\u6E2F\u6E2F\u6E2F", 4) == "\u6E2F\u2026");
}

TEST_CASE("a pipe or file gets neither colour nor cutting") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const Style style = style_of(ends[1], false);
  CHECK_FALSE(style.terminal);
  CHECK_FALSE(style.colour);
  CHECK(style.width == 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace sealkeep::cli
