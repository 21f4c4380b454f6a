// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <time.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <string>

#include "common/base/error.hpp"

/// The lines of the peers' harness: one JSON request a line on stdin, one JSON answer a line on stdout.
namespace sealkeep::bench {

[[nodiscard]] inline std::int64_t now_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// CPU time of the calling thread.
[[nodiscard]] inline std::int64_t thread_cpu_ns() {
  timespec t{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return std::int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}

/// A whole number of a request, 0 if it is not there. The harness writes without blanks.
[[nodiscard]] inline std::int64_t number_of(const std::string& line, const std::string& key) {
  const std::size_t at = line.find("\"" + key + "\":");
  return at == std::string::npos ? 0 : std::strtoll(line.c_str() + at + key.size() + 3, nullptr, 10);
}

[[nodiscard]] inline std::string text_of(const std::string& line, const std::string& key) {
  const std::string before = "\"" + key + "\":\"";
  const std::size_t at = line.find(before);
  if (at == std::string::npos) return {};
  const std::size_t first = at + before.size();
  return line.substr(first, line.find('"', first) - first);
}

using Command = std::function<Result<std::string>(const std::string& line)>;

/// Answers requests until stdin ends; an error becomes {"err":...}, an unknown command {}.
inline void serve_lines(const std::map<std::string, Command>& commands) {
  for (std::string line; std::getline(std::cin, line);) {
    const auto found = commands.find(text_of(line, "cmd"));
    const Result<std::string> answer =
        found == commands.end() ? Result<std::string>("{}") : found->second(line);
    std::string text = answer ? *answer : "{\"err\":\"" + answer.error().text() + "\"}";
    for (char& c : text)
      if (c == '\n') c = ' ';
    std::puts(text.c_str());
    std::fflush(stdout);
  }
}

}  // namespace sealkeep::bench
