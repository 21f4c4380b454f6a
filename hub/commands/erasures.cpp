// SPDX-License-Identifier: Apache-2.0

#include "common/ses/words.hpp"
#include "hub/commands/answers.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::uint8_t kErasureRule = 41;
constexpr std::size_t kOrdersShown = 10'000;

std::string subject_of(const ses::ErasureOrdered& order) {
  return order.person_no != 0 ? "erasure:person:" + std::to_string(order.person_no)
                              : "erasure:" + ses::ref_words(order.about);
}

std::string what_of(const ses::ErasureOrdered& order) {
  return order.person_no != 0 ? "name of person " + std::to_string(order.person_no)
                              : "details of " + ses::ref_words(order.about);
}

}  // namespace

Result<Value> erase_person(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("site"));
  SEALKEEP_LET(site, site_named(hub, code));
  SEALKEEP_LET(text, command.required("person"));
  SEALKEEP_LET(logs, hub.register_logs(site.id));
  SEALKEEP_LET(names, people_of(hub, logs));
  ses::PersonNo no = 0;
  for (const auto& [number, name] : names) {
    if (name != text && std::to_string(number) != text) continue;
    if (no != 0)
      return bad_input("person.ambiguous", "More than one person of " + site.code + " is called so", {},
                       "Give the person's number");
    no = number;
  }
  if (no == 0)
    return fail(ErrorKind::NotFound, "person.unknown",
                "Nobody of " + site.code + " has a name like that here", {},
                "Give the name as the site wrote it, or the number that seal show has");
  return issue_to(hub, command, {ses::ErasureOrdered{no, {}}});
}

Result<Value> erase_entry(Hub& hub, const Command& command) {
  SEALKEEP_LET(text, command.required("entry"));
  const auto at = ses::ref_of(text);
  if (!at)
    return bad_input("entry.reference", "\"" + printable(text) + "\" does not name an entry", {},
                     "Entries are named epoch/index, as 1/42");
  return issue_to(hub, command, {ses::ErasureOrdered{0, *at}});
}

Result<Value> erasures(Hub& hub, const Command& command) {
  SEALKEEP_LET(sites, addressed(hub, command));
  Value list = Value::list();
  std::size_t shown = 0;
  for (const SiteInfo& site : sites) {
    std::map<std::string, std::int64_t> due_ms;
    SEALKEEP_LET(open, hub.rows().duties_of(site.id, kErasureRule, kOrdersShown));
    for (const DutyAt& duty : open) due_ms[duty.key.subject] = duty.row.due_ms;
    SEALKEEP_TRY(
        each_directive(hub, site.id, [&](const ses::Directive& directive, std::uint64_t, bool adopted) {
          const auto* order = std::get_if<ses::ErasureOrdered>(&directive.body);
          if (order == nullptr) return;
          const auto waits = due_ms.find(subject_of(*order));
          ++shown;
          list.add(Value::object({{"site", site.code},
                                  {"what", what_of(*order)},
                                  {"ordered", when(directive.issued_ms)},
                                  {"state", !adopted                ? std::string("not heard by the site yet")
                                            : waits != due_ms.end() ? "not yet, by " + when(waits->second)
                                                                    : std::string("erased")}}));
        }));
  }
  if (shown == 0) return Value("No erasure was ordered.");
  return list;
}

}  // namespace sealkeep::hub::commands
