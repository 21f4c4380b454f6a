// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/program.hpp"

/// Short ways to write tables of options. Private to this folder.
namespace sealkeep::agent::spec {

using Options = std::vector<cli::OptionSpec>;

[[nodiscard]] inline cli::OptionSpec text(std::string name, std::string help, std::string value_name = {}) {
  cli::OptionSpec option{std::move(name), std::move(help)};
  option.value_name = std::move(value_name);
  return option;
}
[[nodiscard]] inline cli::OptionSpec flag(std::string name, std::string help) {
  return {std::move(name), std::move(help), cli::OptionType::Flag};
}
[[nodiscard]] inline cli::OptionSpec choice(std::string name, std::string help,
                                            std::vector<std::string> choices,
                                            std::string default_value = {}) {
  cli::OptionSpec option{std::move(name), std::move(help), cli::OptionType::Choice};
  option.choices = std::move(choices);
  option.default_value = std::move(default_value);
  return option;
}
[[nodiscard]] inline cli::OptionSpec whole(std::string name, std::string help, std::int64_t min,
                                           std::int64_t max) {
  cli::OptionSpec option{std::move(name), std::move(help), cli::OptionType::Integer};
  option.min = min;
  option.max = max;
  return option;
}
[[nodiscard]] inline cli::OptionSpec needed(cli::OptionSpec option) {
  option.required = true;
  return option;
}
[[nodiscard]] inline cli::OptionSpec many(cli::OptionSpec option) {
  option.repeatable = true;
  return option;
}
[[nodiscard]] inline cli::OptionSpec placed(cli::OptionSpec option) {
  option.positional = true;
  return option;
}

[[nodiscard]] inline Options operator+(Options left, const Options& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

[[nodiscard]] inline Options exporter() {
  return {
      text("exporter", "Which exporter's register, by its hub's name; not needed with one exporter", "HUB")};
}
/// What every command that records a fact takes.
[[nodiscard]] inline Options common() {
  return Options{
             text("by", "Who did it: a name, or the number of a person", "PERSON"),
             text("happened",
                  "When it happened: 2026-01-31T14:05, 2026-01-31T14:05+13:00, or 14:05 for today; now if "
                  "not given",
                  "TIME"),
             choice("source", "How the numbers were taken", {"scanned", "typed", "paper"}, "typed"),
             text("sheet", "Number of the paper sheet that it is copied from (means --source paper)", "NO"),
             text("reason", "Why it is irregular, if it is", "TEXT"),
             flag("stop-sign", "Show what would be irregular, and record nothing"),
             flag("happened-already", "With --stop-sign: it has happened, so record it all the same"),
             flag("avoid", "Answer to a stop sign: I will not do it. Records that it was avoided")} +
         exporter();
}
[[nodiscard]] inline Options family() {
  return {choice("family", "Who issues the seals", {"ses", "mpi", "other"}, "ses")};
}
[[nodiscard]] inline Options kind() {
  return {choice("kind", "What the seal is made of",
                 {"bolt", "cable", "strap", "tape", "marking", "substance"}, "bolt")};
}
/// FIRST [LAST] [--count N] --family F
[[nodiscard]] inline Options range() {
  return Options{needed(placed(text("first", "First number, or FIRST..LAST"))),
                 placed(text("last", "Last number")),
                 whole("count", "How many, instead of the last number", 1, 100'000)} +
         family();
}
/// [CONTAINER] | --container C | --package ID
[[nodiscard]] inline Options unit(bool by_place = false) {
  Options options{text("container", "Container number, as MSCU1234566", "NUMBER"),
                  text("package", "Identifier of an air package, instead of a container", "ID")};
  if (by_place) options.push_back(placed(text("unit", "Container number")));
  return options;
}
[[nodiscard]] inline Options vvtt(std::string whose) {
  const std::vector<std::string> steps{"pass", "fail", "n/a", "not-done"};
  return {choice("view", "View: seal, locking bars, handles, hinges (" + whose + ")", steps, "not-done"),
          choice("verify", "Verify: the number", steps, "not-done"),
          choice("tug", "Tug the seal", steps, "not-done"),
          choice("twist", "Twist: bolt seals only", steps, "not-done")};
}

}  // namespace sealkeep::agent::spec
