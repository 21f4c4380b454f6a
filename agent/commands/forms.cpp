// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/forms.hpp"

#include <algorithm>
#include <set>

#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"
#include "agent/commands/time_text.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::string_view kPrinted = "print forms ";
constexpr std::string_view kSheet = "sheet ";
constexpr std::size_t kRunsNamed = 50;

// One print of forms, as its record says.
struct Printed {
  std::uint32_t first = 0, count = 0;
  std::string when, by;
};
struct Forms {
  std::vector<Printed> printed;
  std::set<std::uint32_t> entered;
  std::set<std::string> others;  // numbers that are none of ours
};

void take_print(const ses::Entry& entry, const Directory& names, Forms& forms) {
  const auto* taken = std::get_if<ses::DataExported>(&entry.event);
  if (taken == nullptr || !taken->what.starts_with(kPrinted)) return;
  const auto run = interchange::form_run_named(std::string_view(taken->what).substr(kPrinted.size()));
  if (!run) return;
  forms.printed.push_back({run->first, run->second,
                           time_words(entry.header.recorded_ms, entry.header.utc_offset_min),
                           names.person_words(entry.header.person_no)});
}

Result<> take_sheets(Agent& agent, LogId log, std::uint64_t index, const ses::Entry& entry, Forms& forms) {
  if (entry.header.source != ses::Source::Paper) return {};
  for (std::size_t n = 0; n < entry.details.size(); ++n) {
    if (entry.details[n].kind != ses::DetailKind::Reference) continue;
    SEALKEEP_LET(detail, agent.details().get(log, index, static_cast<std::uint8_t>(n)));
    if (!detail || detail->state != DetailState::Held || !as_text(detail->bytes).starts_with(kSheet))
      continue;
    const std::string_view text = as_text(detail->bytes).substr(kSheet.size());
    if (const auto no = interchange::form_named(text))
      forms.entered.insert(*no);
    else
      forms.others.insert(printable(text));
  }
  return {};
}

Result<Forms> read_forms(Agent& agent, const RegisterLogs& logs, const Directory& names) {
  Forms forms;
  for (const RegisterLogs::EpochLog& epoch : logs.site) {
    SEALKEEP_LET(size, agent.logs().size(epoch.log));
    std::vector<std::pair<std::uint64_t, ses::Entry>> on_paper;
    SEALKEEP_LET(read, agent.logs().read_entries(epoch.log, 0, std::min(size, epoch.end), UINT64_MAX,
                                                 [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                                   auto entry = ses::decode_entry(bytes);
                                                   if (!entry) return {};
                                                   ses::Entry fact = ses::stated(std::move(*entry)).fact;
                                                   take_print(fact, names, forms);
                                                   if (fact.header.source == ses::Source::Paper)
                                                     on_paper.emplace_back(index, std::move(fact));
                                                   return {};
                                                 }));
    static_cast<void>(read);
    for (const auto& [index, entry] : on_paper)
      SEALKEEP_TRY(take_sheets(agent, epoch.log, index, entry, forms));
  }
  return forms;
}

// "P-000202..P-000205, P-000210": those of the run from which nothing was entered.
std::string not_entered(const Printed& run, const std::set<std::uint32_t>& entered) {
  std::string out;
  std::size_t named = 0;
  for (std::uint32_t no = run.first; no < run.first + run.count;) {
    std::uint32_t count = 0;
    while (no + count < run.first + run.count && !entered.contains(no + count)) ++count;
    if (count > 0 && ++named > kRunsNamed) return out + ", ...";
    if (count > 0) out += (out.empty() ? "" : ", ") + interchange::form_run_words(no, count);
    no += count + 1;
  }
  return out.empty() ? "none" : out;
}

Result<cli::Value> form_list(Agent& agent, const cli::Command& command, const cli::OnProgress&) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(names, Directory::read(agent, id));
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(forms, read_forms(agent, site->logs(), names));
  if (forms.printed.empty() && forms.entered.empty() && forms.others.empty())
    return cli::Value("No numbered forms were printed here yet, and nothing was entered from paper.");
  cli::Value list = cli::Value::list();
  for (const Printed& run : forms.printed) {
    const auto entered = static_cast<std::uint64_t>(std::distance(
        forms.entered.lower_bound(run.first), forms.entered.lower_bound(run.first + run.count)));
    list.add(cli::Value::object({{"forms", interchange::form_run_words(run.first, run.count)},
                                 {"printed", run.when},
                                 {"by", run.by},
                                 {"entered", entered},
                                 {"not_entered", not_entered(run, forms.entered)}}));
  }
  for (const std::uint32_t no : forms.entered)
    if (std::none_of(forms.printed.begin(), forms.printed.end(),
                     [&](const Printed& run) { return no >= run.first && no - run.first < run.count; }))
      forms.others.insert(interchange::form_words(no));
  cli::Value others = cli::Value::list();
  for (const std::string& other : forms.others) others.add(other);
  cli::Value out = cli::Value::object({{"forms", std::move(list)}});
  if (!forms.others.empty()) out.set("entered_and_never_printed_here", std::move(others));
  return out;
}

constexpr OtherCommand kCommands[] = {{"form list", form_list}};

}  // namespace

std::string printed_forms_words(std::uint32_t first, std::uint32_t count) {
  return std::string(kPrinted) + interchange::form_run_words(first, count);
}

Result<std::uint32_t> next_form(Agent& agent, const RegisterLogs& logs) {
  SEALKEEP_LET(names, Directory::read(agent, logs.register_id));
  SEALKEEP_LET(forms, read_forms(agent, logs, names));
  std::uint32_t next = 1;
  for (const Printed& run : forms.printed) next = std::max(next, run.first + run.count);
  return next;
}

std::span<const OtherCommand> form_commands() {
  return kCommands;
}

std::vector<cli::CommandSpec> form_specs() {
  return {{"form list",
           "List the numbered paper forms that were printed here, and those from which nothing was entered "
           "yet: unused, "
           "or missing.",
           spec::exporter(),
           {"form list"}}};
}

}  // namespace sealkeep::agent
