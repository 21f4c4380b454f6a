// SPDX-License-Identifier: Apache-2.0
// What people, scripts and local programs hand in: the local socket's messages, configuration, command lines,
// tables of older registers, times. What decodes is written back as the same bytes; what is taken keeps its
// documented limits.
#include "agent/commands/import_rows.hpp"
#include "agent/commands/time_text.hpp"
#include "common/cli/command.hpp"
#include "common/cli/config.hpp"
#include "common/cli/program.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;
using namespace sealkeep::cli;

namespace {

constexpr Now kNow{1'780'000'000'000, 1'000, 780};

bool same(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

void value(ByteView bytes) {
  PackReader in(bytes);
  const Value read = read_value(in);
  if (!in.finish()) return;
  PackWriter out;
  SEALKEEP_ASSERT(write_value(out, read));
  SEALKEEP_ASSERT(same(out.bytes(), bytes));
  SEALKEEP_ASSERT(is_utf8(to_json(read)) && is_utf8(to_json(read, true)));
}

const std::vector<ConfigKey>& config_keys() {
  static const std::vector<ConfigKey> keys = {
      {.name = "name", .help = "the hub's name", .required = true, .min = 1, .max = 8},
      {.name = "listen.port",
       .type = ConfigType::Integer,
       .help = "port",
       .fallback = 7441,
       .min = 1,
       .max = 65535},
      {.name = "listen.tls", .type = ConfigType::Boolean, .help = "use TLS", .fallback = true},
      {.name = "listen.origins", .type = ConfigType::TextList, .help = "origins", .min = 1, .max = 20},
  };
  return keys;
}

void config(std::string_view toml) {
  const auto parsed = Config::parse(toml, "hub.toml", config_keys());
  if (!parsed) {
    SEALKEEP_ASSERT(is_utf8(parsed.error().text()));
    return;
  }
  const std::int64_t port = parsed->integer("listen.port");
  SEALKEEP_ASSERT(port >= 1 && port <= 65535);
  SEALKEEP_ASSERT(!parsed->text("name").empty() && parsed->text("name").size() <= 8);
  static_cast<void>(parsed->boolean("listen.tls"));
  if (!parsed->has("listen.origins")) return;
  SEALKEEP_ASSERT(parsed->texts("listen.origins").size() <= kConfigListItems);
  for (const std::string& text : parsed->texts("listen.origins"))
    SEALKEEP_ASSERT(!text.empty() && text.size() <= 20);
}

// Every type of option but the one that opens files.
const ProgramSpec& program() {
  static const ProgramSpec spec{
      "sealkeep-agent",
      "Keeps the register of seals.",
      "0.1.0",
      "/etc/sealkeep/agent.toml",
      "/var/lib/sealkeep",
      {{"serve", "Runs the daemon.", {}, {}},
       {"seal apply",
        "Records a seal that was applied.",
        {{.name = "seal", .help = "numbers", .required = true, .repeatable = true, .positional = true},
         {.name = "container", .help = "its number", .required = true},
         {.name = "source",
          .help = "how",
          .type = OptionType::Choice,
          .default_value = "typed",
          .choices = {"typed", "paper"}},
         {.name = "minutes",
          .help = "ago",
          .type = OptionType::Integer,
          .default_value = "0",
          .min = 0,
          .max = 90},
         {.name = "force", .help = "despite a stop sign", .type = OptionType::Flag}},
        {}},
       {"backup",
        "Copies everything.",
        {{.name = "folder", .help = "where", .type = OptionType::Path, .required = true, .positional = true}},
        {}}}};
  return spec;
}

void command_line(std::string_view text) {
  std::vector<std::string> arguments;
  while (!text.empty() && arguments.size() < 64) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    arguments.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto parsed = parse_command_line(program(), arguments);
  if (!parsed) {
    SEALKEEP_ASSERT(parsed.error().kind != ErrorKind::Bug && is_utf8(parsed.error().text()));
    return;
  }
  const auto* invocation = std::get_if<Invocation>(&*parsed);
  if (invocation == nullptr) return;
  const Command& command = invocation->command;
  const auto& commands = program().commands;
  const auto spec = std::find_if(commands.begin(), commands.end(),
                                 [&](const CommandSpec& known) { return known.name == command.name; });
  SEALKEEP_ASSERT(spec != commands.end());
  for (const OptionSpec& option : spec->options)
    SEALKEEP_ASSERT(!option.required || command.required(option.name));
  SEALKEEP_ASSERT(command.number("minutes", 0, 90).has_value());
  if (const auto bytes = encode(command)) SEALKEEP_ASSERT(decode_command(*bytes) == command);
}

void csv(ByteView bytes) {
  const auto table = agent::parse_csv(bytes);
  if (!table) {
    SEALKEEP_ASSERT(is_utf8(table.error().text()));
    return;
  }
  SEALKEEP_ASSERT(table->headings.size() <= agent::kCsvColumns && table->rows.size() <= agent::kCsvRows);
  for (const agent::CsvRow& row : table->rows) {
    SEALKEEP_ASSERT(row.fields.size() <= agent::kCsvColumns);
    for (const std::string& field : row.fields)
      SEALKEEP_ASSERT(field.size() <= agent::kCsvFieldBytes && is_utf8(field));
  }
  const auto rows = agent::read_import(*table, "", kNow);
  if (!rows) return;
  SEALKEEP_ASSERT(rows->rows.size() <= table->rows.size());
  if (rows->bad.empty()) SEALKEEP_ASSERT(rows->rows.size() == table->rows.size());
  for (const agent::ImportRow& row : rows->rows) {
    SEALKEEP_ASSERT(!row.seal.empty());
    SEALKEEP_ASSERT(row.unit.text.empty() || row.unit.well_formed());
  }
  for (const agent::BadRow& bad : rows->bad) SEALKEEP_ASSERT(is_utf8(bad.value + bad.reason + bad.column));
}

void time(std::string_view text) {
  constexpr std::int64_t kDayMs = 86'400'000, kYear2199 = 7'226'582'400'000;
  const auto parsed = agent::parse_time(text, kNow);
  if (!parsed || *parsed < kDayMs || *parsed > kYear2199) return;
  const auto again = agent::parse_time(agent::time_words(*parsed, kNow.utc_offset_min), kNow);
  SEALKEEP_ASSERT(again && *again == *parsed);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<CliChoice>();
  const ByteView bytes = in.rest();
  switch (choice) {
    case CliChoice::Command:
      if (const auto read = decode_command(bytes)) {
        const auto again = encode(*read);
        SEALKEEP_ASSERT(again && same(*again, bytes));
      }
      break;
    case CliChoice::AnswerPart:
      if (const auto read = decode_answer_part(bytes)) {
        const auto again = encode(*read);
        SEALKEEP_ASSERT(again && same(*again, bytes));
      }
      break;
    case CliChoice::Value:
      value(bytes);
      break;
    case CliChoice::Config:
      config(as_text(bytes));
      break;
    case CliChoice::CommandLine:
      command_line(as_text(bytes));
      break;
    case CliChoice::Csv:
      csv(bytes);
      break;
    default:
      time(as_text(bytes));
  }
  return 0;
}
