// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>

namespace sealkeep {

/// One key=value of a log line. Numbers and text only: keys and salts are types that do not convert.
struct LogField {
  std::string_view key;
  std::string value;
  LogField(std::string_view name, std::string_view text) : key(name), value(text) {}
  LogField(std::string_view name, const std::string& text) : key(name), value(text) {}
  LogField(std::string_view name, const char* text) : key(name), value(text) {}
  template <class T, class = std::enable_if_t<std::is_integral_v<T>>>
  LogField(std::string_view name, T number) : key(name), value(std::to_string(number)) {}
};

enum class LogLevel { Debug, Info, Warn, Error };

/// One event a line: `time level event key=value ...`. Values are quoted and made printable, so nothing that
/// came from outside can start a line or forge a field. Any thread.
class Logger {
 public:
  virtual ~Logger() = default;
  virtual void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) = 0;

  void info(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::Info, event, fields);
  }
  void warn(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::Warn, event, fields);
  }
  void error(std::string_view event, std::initializer_list<LogField> fields = {}) {
    write(LogLevel::Error, event, fields);
  }
};

/// Writes to stderr, as key=value or as one JSON object a line.
[[nodiscard]] std::unique_ptr<Logger> make_stderr_logger(bool json);

/// Drops everything (tests, commands that answer on stdout).
class NullLogger final : public Logger {
 public:
  void write(LogLevel, std::string_view, std::initializer_list<LogField>) override {}
};

}  // namespace sealkeep
