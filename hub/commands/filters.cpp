// SPDX-License-Identifier: Apache-2.0
#include "common/cli/spec_kit.hpp"
#include "hub/saved_filters.hpp"

#include "hub/commands/views.hpp"

namespace sealkeep::hub::commands {
namespace {

// Whoever asks: at the shell everybody is nobody.
std::int64_t account_of(const Command& command) {
  return command.caller ? command.caller->account : 0;
}

Result<Value> listed(Hub& hub, const Command& command) {
  SEALKEEP_LET(filters, SavedFilters(hub.db()).list(account_of(command)));
  const auto page = command.one("page");
  Value list = Value::list();
  for (const SavedFilter& one : filters)
    if (!page || one.page == *page)
      list.add(Value::object(
          {{"page", one.page}, {"name", one.name}, {"query", one.query}, {"saved_ms", one.saved_ms}}));
  return Value::object({{"filters", std::move(list)}});
}

Result<Value> saved(Hub& hub, const Command& command) {
  SavedFilter filter;
  SEALKEEP_LET(page, command.required("page"));
  SEALKEEP_LET(name, command.required("name"));
  filter.page = std::move(page);
  filter.name = std::move(name);
  filter.query = command.one("query").value_or("");
  filter.saved_ms = hub.parts().clock.now().unix_ms;
  SEALKEEP_TRY(hub.db().transaction([&] { return SavedFilters(hub.db()).put(account_of(command), filter); }));
  return listed(hub, command);
}

Result<Value> removed(Hub& hub, const Command& command) {
  SEALKEEP_LET(page, command.required("page"));
  SEALKEEP_LET(name, command.required("name"));
  SEALKEEP_TRY(hub.db().transaction([&]() -> Result<> {
    SEALKEEP_LET(there, SavedFilters(hub.db()).remove(account_of(command), page, name));
    if (there) return {};
    return fail(ErrorKind::NotFound, "filter.unknown", "You have no filter of that name there", {},
                "filter list shows yours");
  }));
  return listed(hub, command);
}

using namespace cli::spec;

cli::OptionSpec name() {
  return placed(needed(text("name", "Your name for it.")));
}
cli::OptionSpec page() {
  return text("page", "The list, for example alerts.");
}

}  // namespace

std::optional<Result<Value>> filter_command(Hub& hub, const Command& command) {
  if (command.name == "filter list") return listed(hub, command);
  if (command.name == "filter save") return saved(hub, command);
  if (command.name == "filter remove") return removed(hub, command);
  return std::nullopt;
}

std::vector<cli::CommandSpec> filter_specs() {
  return {
      {"filter list",
       "The filters that you saved for the lists of head office's pages.",
       {text("page", "Only those of this list, for example alerts.")},
       {"filter list --page alerts"}},
      {"filter save",
       "Save a filter of a list under a name; one of that name is replaced. Each person has their own.",
       {name(), needed(page()), text("query", "What the list shows then, as the page's address says it.")},
       {"filter save \"mine, high\" --page alerts --query \"owner=Ana&severity=high\""}},
      {"filter remove",
       "Remove one of your filters.",
       {name(), needed(page())},
       {"filter remove \"mine, high\" --page alerts"}},
  };
}

}  // namespace sealkeep::hub::commands
