// SPDX-License-Identifier: Apache-2.0
#include "common/base/log.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include "common/base/bytes.hpp"

namespace sealkeep {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : printable(text, 400)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool plain(std::string_view text) {
  if (text.empty()) return false;
  for (char c : text)
    if (!(std::isalnum(static_cast<unsigned char>(c)) ||
          std::string_view("._:/+-").find(c) != std::string_view::npos))
      return false;
  return true;
}

class StderrLogger final : public Logger {
 public:
  explicit StderrLogger(bool json)
      : json_(json), log_("sealkeep", std::make_shared<spdlog::sinks::stderr_sink_mt>()) {
    log_.set_pattern(
        json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})" : "%Y-%m-%dT%H:%M:%S.%eZ %l %v",
        spdlog::pattern_time_type::utc);
    log_.set_level(spdlog::level::debug);
    log_.flush_on(spdlog::level::debug);
  }

  void write(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) override {
    std::string line = json_ ? "\"event\":" + quoted(event) : std::string(event);
    for (const LogField& field : fields) {
      if (json_) {
        line += "," + quoted(field.key) + ":" + quoted(field.value);
      } else {
        line += " " + std::string(field.key) + "=" + (plain(field.value) ? field.value : quoted(field.value));
      }
    }
    log_.log(levels_[static_cast<int>(level)], "{}", line);
  }

 private:
  static constexpr spdlog::level::level_enum levels_[] = {spdlog::level::debug, spdlog::level::info,
                                                          spdlog::level::warn, spdlog::level::err};
  bool json_;
  spdlog::logger log_;
};

}  // namespace

std::unique_ptr<Logger> make_stderr_logger(bool json) {
  return std::make_unique<StderrLogger>(json);
}

}  // namespace sealkeep
