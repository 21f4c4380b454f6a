// SPDX-License-Identifier: Apache-2.0
#include "common/api/command_from.hpp"

#include <algorithm>
#include <map>

#include "common/cli/check_command.hpp"
#include "common/cli/suggest.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::api {
namespace {

using cli::OptionType;
using Given = std::map<std::string, std::vector<std::string>>;

tl::unexpected<Error> wrong_type(const cli::OptionSpec& option, const char* expected) {
  return bad_input("cli.value", "The value of \"" + option.name + "\" has the wrong type",
                   std::string("it takes ") + expected);
}

Result<const cli::OptionSpec*> option_of(const cli::CommandSpec& spec, const std::string& name) {
  std::vector<std::string> known;
  for (const cli::OptionSpec& option : spec.options) {
    if (!offered(option)) continue;
    if (option.name == name) return &option;
    known.push_back(option.name);
  }
  const std::string near = cli::nearest(name, known);
  return bad_input("cli.unknown_option", "\"" + spec.name + "\" takes no \"" + printable(name) + "\"",
                   near.empty() ? "" : "did you mean \"" + near + "\"?");
}

Result<std::string> text_of(const cli::OptionSpec& option, const cli::Value& value) {
  if (const std::string* text = value.as_text()) {
    if (option.type == OptionType::Integer) return wrong_type(option, "a whole number");
    return *text;
  }
  if (const std::int64_t* number = value.as_int(); number != nullptr && option.type == OptionType::Integer)
    return std::to_string(*number);
  return wrong_type(option, option.type == OptionType::Integer ? "a whole number" : "a text");
}

Result<> take_file(const cli::OptionSpec& option, const cli::Value& value, Given& given, Bytes& attachment) {
  const cli::Value* name = value.find("name");
  const cli::Value* data = value.find("data");
  if (name == nullptr || name->as_text() == nullptr || data == nullptr || data->as_text() == nullptr)
    return wrong_type(option, "{\"name\": TEXT, \"data\": BASE64}");
  SEALKEEP_LET(bytes, from_base64(*data->as_text()));
  if (bytes.size() > cli::kAttachmentBytes)
    return bad_input("cli.value", "The file of \"" + option.name + "\" is too large",
                     "at most " + std::to_string(cli::kAttachmentBytes) + " bytes are taken");
  given[option.name] = {printable(*name->as_text())};
  attachment = std::move(bytes);
  return {};
}

Result<> take_member(const cli::CommandSpec& spec, const cli::Value::Member& member, Given& given,
                     Bytes& attachment) {
  SEALKEEP_LET(option, option_of(spec, member.name));
  const cli::Value& value = member.value;
  const bool* truth = value.as_bool();
  if (option->type == OptionType::Flag) {
    if (truth == nullptr && !value.is_null()) return wrong_type(*option, "true or false");
    if (truth != nullptr && *truth) given[option->name] = {"true"};
    return {};
  }
  if (value.is_null()) return {};
  if (option->type == OptionType::InputFile) return take_file(*option, value, given, attachment);
  if (const cli::Value::List* list = value.as_list(); list != nullptr && option->repeatable) {
    for (const cli::Value& item : *list) {
      SEALKEEP_LET(text, text_of(*option, item));
      given[option->name].push_back(std::move(text));
    }
    return {};
  }
  SEALKEEP_LET(text, text_of(*option, value));
  given[option->name] = {std::move(text)};
  return {};
}

Result<cli::Command> whole(const cli::ProgramSpec& program, const cli::CommandSpec& spec, Given given) {
  cli::Command out;
  out.name = spec.name;
  for (const cli::OptionSpec& option : spec.options) {
    if (!offered(option)) continue;
    auto it = given.find(option.name);
    std::vector<std::string> values = it == given.end() ? std::vector<std::string>{} : std::move(it->second);
    if (option.type == OptionType::Flag) {
      if (!values.empty()) out.options[option.name] = std::move(values);
      continue;
    }
    SEALKEEP_LET(checked, cli::checked_values(program, spec, option, std::move(values)));
    if (!checked.empty()) out.options[option.name] = std::move(checked);
  }
  return out;
}

}  // namespace

bool offered(const cli::OptionSpec& option) {
  return option.type != OptionType::Path;
}

bool takes(const cli::CommandSpec& spec, std::string_view option) {
  return std::any_of(spec.options.begin(), spec.options.end(),
                     [&](const cli::OptionSpec& one) { return one.name == option; });
}

Result<cli::Command> command_from_json(const cli::ProgramSpec& program, const cli::CommandSpec& spec,
                                       const cli::Value& members) {
  const cli::Value::Object* object = members.as_object();
  if (object == nullptr)
    return bad_input("api.body", "The request is no JSON object", {},
                     "Send an object with the options of \"" + spec.name + "\"");
  Given given;
  Bytes attachment;
  for (const cli::Value::Member& member : *object) SEALKEEP_TRY(take_member(spec, member, given, attachment));
  SEALKEEP_LET(command, whole(program, spec, std::move(given)));
  command.attachment = std::move(attachment);
  return command;
}

Result<cli::Command> command_from_query(const cli::ProgramSpec& program, const cli::CommandSpec& spec,
                                        const std::vector<std::pair<std::string, std::string>>& query) {
  Given given;
  for (const auto& [name, value] : query) {
    SEALKEEP_LET(option, option_of(spec, name));
    if (option->type == OptionType::InputFile) return wrong_type(*option, "a request with a body");
    if (option->type != OptionType::Flag) {
      given[name].push_back(value);
      continue;
    }
    if (value != "true" && value != "false") return wrong_type(*option, "true or false");
    if (value == "true") given[name] = {"true"};
  }
  return whole(program, spec, std::move(given));
}

}  // namespace sealkeep::api
