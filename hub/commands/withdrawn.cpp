// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "hub/commands/answers.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 1'000;
constexpr std::size_t kUnitsNamed = 20;

/// A batch that head office withdrew, as one site has it.
struct Batch {
  ses::SealsWithdrawn what;
  bool adopted = false;
};

// From the directive log itself: what the site has not adopted yet counts too.
Result<std::vector<Batch>> batches_of(Hub& hub, const SiteInfo& site) {
  std::vector<Batch> out;
  SEALKEEP_TRY(
      each_directive(hub, site.id, [&](const ses::Directive& directive, std::uint64_t, bool adopted) {
        if (const auto* one = std::get_if<ses::SealsWithdrawn>(&directive.body))
          out.push_back({*one, adopted});
      }));
  return out;
}

// A text that stands before the range's first number and after every smaller one of its shape.
std::string before(const ses::SealRange& range) {
  if (range.first == 0) return range.prefix;
  ses::SealRange one = range;
  one.first = range.first - 1;
  one.count = 1;
  return one.front().text();
}

Result<Value> batch_value(Hub& hub, const SiteInfo& site, const Batch& batch, bool each_seal) {
  std::map<ses::SealState, std::uint64_t> count;
  std::vector<std::string> units;
  Value seals = Value::list();
  std::uint64_t known = 0;
  std::string after = before(batch.what.seals);
  const std::string last = batch.what.seals.back().text();
  for (bool more = true; more;) {
    SEALKEEP_LET(page, hub.rows().seals(site.id, batch.what.family, after, kPage));
    more = page.size() == kPage;
    for (const SealAt& seal : page) {
      after = seal.key.number.text();
      if (after > last) more = false;
      if (!batch.what.seals.contains(seal.key.number) || seal.row.state == ses::SealState::None) continue;
      ++known;
      ++count[seal.row.state];
      if (!seal.row.unit.text.empty() &&
          std::find(units.begin(), units.end(), seal.row.unit.text) == units.end())
        units.push_back(seal.row.unit.text);
      if (!each_seal) continue;
      const ses::Ref shown = seal.row.history.empty() ? seal.row.receipt : seal.row.history.back();
      seals.add(Value::object({{"seal", after},
                               {"became", ses::state_words(seal.row.state)},
                               {"container", seal.row.unit.text},
                               {"shown_by_entry", fmt::format("{}/{}", shown.epoch, shown.index)}}));
    }
  }
  std::string became;
  for (const auto& [state, seals_of] : count)
    became += fmt::format("{}{} {}", became.empty() ? "" : "; ", seals_of, ses::state_words(state));
  std::string on;
  for (std::size_t i = 0; i < std::min(units.size(), kUnitsNamed); ++i)
    on += (on.empty() ? "" : ", ") + units[i];
  if (units.size() > kUnitsNamed) on += fmt::format(" and {} more", units.size() - kUnitsNamed);
  Value value =
      Value::object({{"site", site.code},
                     {"batch", batch.what.seals.text()},
                     {"instruction", batch.adopted ? "taken over by the site" : "not heard by the site yet"},
                     {"heard_until", when(site.watermark_ms)},
                     {"on_record_there", known},
                     {"became", became.empty() ? "none of them was ever there" : became},
                     {"on", on}});
  if (each_seal) value.set("seals", std::move(seals));
  return value;
}

}  // namespace

Result<Value> withdrawn(Hub& hub, const Command& command) {
  SEALKEEP_LET(sites, addressed(hub, command));
  Value list = Value::list();
  std::size_t shown = 0;
  for (const SiteInfo& site : sites) {
    SEALKEEP_LET(batches, batches_of(hub, site));
    for (const Batch& batch : batches) {
      SEALKEEP_LET(value, batch_value(hub, site, batch, command.has("seals")));
      list.add(std::move(value));
      ++shown;
    }
  }
  if (shown == 0) return Value("No batch was withdrawn.");
  return list;
}

}  // namespace sealkeep::hub::commands
