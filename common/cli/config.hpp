// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::cli {

inline constexpr std::size_t kConfigBytes = 256 * 1024;
inline constexpr std::size_t kConfigListItems = 1000;

enum class ConfigType { Text, Integer, Boolean, TextList };

/// One key that a program knows.
struct ConfigKey {
  std::string name;  ///< "listen.port": key port of table [listen]
  ConfigType type = ConfigType::Text;
  std::string help;
  Value fallback = {};    ///< the value when the file does not have it; null: none
  bool required = false;  ///< must stand in the file
  std::int64_t min = 0;   ///< of an Integer; of a Text or of each text of a list, its bytes
  std::int64_t max = 1'000'000;
};

/// A program's configuration: TOML 1.0, read strictly, so that a mistyped key never passes silently. A value.
class Config {
 public:
  /// NotFound `config.missing` if there is no such file, Refused `config.unreadable` if it may not be read,
  /// else as parse().
  [[nodiscard]] static Result<Config> load(const std::filesystem::path& file,
                                           std::span<const ConfigKey> keys);
  /// `name` is the file's name in messages. BadInput, each with file and line: `config.syntax`,
  /// `config.unknown_key` (names the nearest), `config.type`, `config.range`, `config.required`,
  /// `config.too_large` above kConfigBytes.
  [[nodiscard]] static Result<Config> parse(std::string_view toml, std::string_view name,
                                            std::span<const ConfigKey> keys);
  /// All fallbacks, no file. BadInput `config.required` as parse().
  [[nodiscard]] static Result<Config> defaults(std::span<const ConfigKey> keys);

  /// True if the key has a value, from the file or a fallback.
  [[nodiscard]] bool has(std::string_view name) const;
  /// The values. Asking for a key without a value, or of another type, is a bug.
  [[nodiscard]] const std::string& text(std::string_view name) const;
  [[nodiscard]] std::int64_t integer(std::string_view name) const;
  [[nodiscard]] bool boolean(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> texts(std::string_view name) const;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

/// The names of the tables inside the table `table`, in the order of the alphabet: those that an operator
/// names, from which a program makes its keys. Empty if it is not there; BadInput `config.syntax`,
/// `config.too_large` and, if one of its members is no table, `config.type`.
[[nodiscard]] Result<std::vector<std::string>> config_tables(std::string_view toml, std::string_view name,
                                                             std::string_view table);

/// A commented configuration file with every key, its meaning, range and fallback; those that are not
/// required are commented out. parse() takes it once the required keys have values.
[[nodiscard]] std::string sample_config(std::span<const ConfigKey> keys);

}  // namespace sealkeep::cli
