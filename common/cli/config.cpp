// SPDX-License-Identifier: Apache-2.0
#include "common/cli/config.hpp"

#include <toml++/toml.h>

#include <algorithm>
#include <functional>

#include "common/base/bytes.hpp"
#include "common/cli/input_file.hpp"
#include "common/cli/suggest.hpp"

namespace sealkeep::cli {
namespace {

using Values = std::map<std::string, Value, std::less<>>;

class Reader {
 public:
  Reader(std::string_view file, std::span<const ConfigKey> keys) : file_(printable(file, 400)), keys_(keys) {}

  Result<> table(const toml::table& table, const std::string& prefix, Values& out) const {
    for (const auto& [key, node] : table) {
      const std::string name = prefix + std::string(key.str());
      const ConfigKey* known = find(name);
      if (known != nullptr) {
        SEALKEEP_LET(value, value_of(*known, node));
        out[name] = std::move(value);
      } else if (const toml::table* inner = node.as_table(); inner != nullptr && is_table(name)) {
        SEALKEEP_TRY(this->table(*inner, name + '.', out));
      } else {
        return unknown(name, key.source().begin.line);
      }
    }
    return {};
  }

  Result<> complete(Values& out) const {
    for (const ConfigKey& key : keys_) {
      if (out.contains(key.name)) continue;
      if (key.required) {
        return bad_input("config.required", "The key \"" + key.name + "\" is missing in " + file_, key.help,
                         "Add it: " + key.name + " = ...");
      }
      if (!key.fallback.is_null()) out[key.name] = key.fallback;
    }
    return {};
  }

  tl::unexpected<Error> at(const char* code, std::size_t line, const std::string& what,
                           const std::string& why, const std::string& next = {}) const {
    return bad_input(code, file_ + ", line " + std::to_string(line) + ": " + what, why, next);
  }

 private:
  const ConfigKey* find(std::string_view name) const {
    const auto found =
        std::find_if(keys_.begin(), keys_.end(), [&](const ConfigKey& key) { return key.name == name; });
    return found == keys_.end() ? nullptr : &*found;
  }

  bool is_table(const std::string& name) const {
    return std::any_of(keys_.begin(), keys_.end(),
                       [&](const ConfigKey& key) { return key.name.starts_with(name + '.'); });
  }

  // The whole name first; then the last word alone, for a key that stands in the wrong table.
  tl::unexpected<Error> unknown(const std::string& name, std::size_t line) const {
    std::vector<std::string> known;
    for (const ConfigKey& key : keys_) known.push_back(key.name);
    for (const ConfigKey& key : keys_) {
      const std::size_t dot = key.name.rfind('.');
      if (dot != std::string::npos) known.push_back(key.name.substr(0, dot));
    }
    std::string near = nearest(name, known);
    const std::string last = name.substr(name.rfind('.') + 1);
    for (const ConfigKey& key : keys_) {
      if (near.empty() && key.name.substr(key.name.rfind('.') + 1) == last) near = key.name;
    }
    return at("config.unknown_key", line, "there is no key \"" + printable(name) + "\"",
              near.empty() ? "" : "did you mean \"" + near + "\"?", "Correct or remove it");
  }

  Result<Value> value_of(const ConfigKey& key, const toml::node& node) const {
    const std::size_t line = node.source().begin.line;
    const auto wrong_type = [&](const char* expected) {
      return at("config.type", line, "the value of \"" + key.name + "\" is of the wrong type",
                std::string(expected) + " is expected", key.help);
    };
    switch (key.type) {
      case ConfigType::Boolean:
        if (const auto* truth = node.as_boolean()) return Value(truth->get());
        return wrong_type("true or false");
      case ConfigType::Integer:
        if (const auto* number = node.as_integer()) {
          SEALKEEP_TRY(in_range(key, line, number->get(), "a whole number"));
          return Value(number->get());
        }
        return wrong_type("a whole number");
      case ConfigType::Text:
        if (const auto* text = node.as_string()) {
          SEALKEEP_TRY(
              in_range(key, line, static_cast<std::int64_t>(text->get().size()), "a text of a length"));
          return Value(text->get());
        }
        return wrong_type("a text in quotes");
      case ConfigType::TextList:
        if (const toml::array* array = node.as_array()) return texts_of(key, line, *array);
        break;
    }
    return wrong_type("a list of texts in brackets");
  }

  Result<Value> texts_of(const ConfigKey& key, std::size_t line, const toml::array& array) const {
    if (array.size() > kConfigListItems) {
      return at("config.range", line, "the list \"" + key.name + "\" is too long",
                "at most " + std::to_string(kConfigListItems) + " texts are taken");
    }
    Value out(Value::List{});
    for (const toml::node& item : array) {
      const auto* text = item.as_string();
      const std::size_t item_line = item.source().begin.line;
      if (text == nullptr) {
        return at("config.type", item_line, "the list \"" + key.name + "\" holds something else than texts",
                  "texts in quotes are expected", key.help);
      }
      SEALKEEP_TRY(
          in_range(key, item_line, static_cast<std::int64_t>(text->get().size()), "texts of a length"));
      out.add(text->get());
    }
    return out;
  }

  Result<> in_range(const ConfigKey& key, std::size_t line, std::int64_t value,
                    const std::string& what) const {
    if (value >= key.min && value <= key.max) return {};
    return at("config.range", line, "the value of \"" + key.name + "\" is out of range",
              what + " from " + std::to_string(key.min) + " to " + std::to_string(key.max) + " is expected",
              key.help);
  }

  std::string file_;
  std::span<const ConfigKey> keys_;
};

}  // namespace

namespace {

/// Calls `use` with the whole table. Debian's library has toml++'s throwing parser only.
Result<> with_toml(const Reader& reader, std::string_view toml_text, std::string_view name,
                   const std::function<Result<>(const toml::table&)>& use) {
  if (toml_text.size() > kConfigBytes) {
    return bad_input("config.too_large", "The configuration file " + printable(name, 400) + " is too large",
                     "at most " + std::to_string(kConfigBytes) + " bytes are taken", "Is it the right file?");
  }
  try {
    return use(toml::parse(toml_text));
  } catch (const toml::parse_error& error) {
    return reader.at("config.syntax", error.source().begin.line, "this is not TOML",
                     printable(error.description(), 300), "Correct the line");
  }
}

}  // namespace

Result<Config> Config::parse(std::string_view toml_text, std::string_view name,
                             std::span<const ConfigKey> keys) {
  const Reader reader(name, keys);
  Config out;
  SEALKEEP_TRY(with_toml(reader, toml_text, name,
                         [&](const toml::table& table) { return reader.table(table, "", out.values_); }));
  SEALKEEP_TRY(reader.complete(out.values_));
  return out;
}

Result<std::vector<std::string>> config_tables(std::string_view toml_text, std::string_view name,
                                               std::string_view table) {
  const Reader reader(name, {});
  std::vector<std::string> out;
  SEALKEEP_TRY(with_toml(reader, toml_text, name, [&](const toml::table& whole) -> Result<> {
    const toml::node* node = whole.get(table);
    if (node == nullptr) return {};
    const auto no_table = [&](const toml::node& at, std::string_view what) {
      return reader.at("config.type", at.source().begin.line, "\"" + printable(what) + "\" is no table",
                       "[" + std::string(table) + ".NAME] is expected");
    };
    if (!node->is_table()) return no_table(*node, table);
    for (const auto& [key, member] : *node->as_table()) {
      if (!member.is_table()) return no_table(member, key.str());
      out.emplace_back(key.str());
    }
    return {};
  }));
  return out;
}

Result<Config> Config::load(const std::filesystem::path& file, std::span<const ConfigKey> keys) {
  Result<Bytes> bytes = read_input(file.string(), kConfigBytes);
  if (bytes) return parse(as_text(*bytes), file.string(), keys);
  const std::string name = printable(file.string(), 400);
  const std::string why = bytes.error().why;
  if (bytes.error().kind == ErrorKind::NotFound) {
    return fail(ErrorKind::NotFound, "config.missing", "There is no configuration file " + name, why,
                "Name the right one with --config");
  }
  if (bytes.error().kind == ErrorKind::Full) {
    return bad_input("config.too_large", "The configuration file " + name + " is too large", why,
                     "Is it the right file?");
  }
  return fail(ErrorKind::Refused, "config.unreadable", "The configuration file " + name + " cannot be read",
              why, "Let this user read it");
}

Result<Config> Config::defaults(std::span<const ConfigKey> keys) {
  return parse("", "the configuration", keys);
}

bool Config::has(std::string_view name) const {
  return values_.find(name) != values_.end();
}

const std::string& Config::text(std::string_view name) const {
  const auto found = values_.find(name);
  SEALKEEP_ASSERT(found != values_.end() && found->second.as_text() != nullptr);
  return *found->second.as_text();
}

std::int64_t Config::integer(std::string_view name) const {
  const auto found = values_.find(name);
  SEALKEEP_ASSERT(found != values_.end() && found->second.as_int() != nullptr);
  return *found->second.as_int();
}

bool Config::boolean(std::string_view name) const {
  const auto found = values_.find(name);
  SEALKEEP_ASSERT(found != values_.end() && found->second.as_bool() != nullptr);
  return *found->second.as_bool();
}

std::vector<std::string> Config::texts(std::string_view name) const {
  const auto found = values_.find(name);
  SEALKEEP_ASSERT(found != values_.end() && found->second.as_list() != nullptr);
  std::vector<std::string> out;
  for (const Value& item : *found->second.as_list()) out.push_back(*item.as_text());
  return out;
}

std::string sample_config(std::span<const ConfigKey> keys) {
  std::string out;
  std::string table;
  for (const ConfigKey& key : keys) {
    const std::size_t dot = key.name.rfind('.');
    const std::string in = dot == std::string::npos ? "" : key.name.substr(0, dot);
    if (in != table) out += "\n[" + in + "]\n";
    table = in;
    out += "# " + key.help;
    if (key.type == ConfigType::Integer) {
      out += " (" + std::to_string(key.min) + ".." + std::to_string(key.max) + ")";
    }
    // JSON's texts, numbers and lists are TOML's.
    const std::string value = key.fallback.is_null() ? "\"\"" : to_json(key.fallback);
    out += "\n" + std::string(key.required ? "" : "#") + key.name.substr(in.empty() ? 0 : dot + 1) + " = " +
           value + "\n";
  }
  return out;
}

}  // namespace sealkeep::cli
