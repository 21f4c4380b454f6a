// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/cli/spec_kit.hpp"

/// Options that many commands of the register take. Private to this folder.
namespace sealkeep::agent::spec {

using namespace cli::spec;  // NOLINT(google-build-using-namespace): this is that kit, with the register's own
                            // options

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
