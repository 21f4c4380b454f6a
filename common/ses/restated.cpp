// SPDX-License-Identifier: Apache-2.0
#include "common/ses/restated.hpp"

#include <algorithm>
#include <charconv>

#include "common/crypto/hash.hpp"

namespace sealkeep::ses {
namespace {

/// An archive for `fields` that gathers the entries which a body is about.
class Abouts {
 public:
  explicit Abouts(std::vector<Ref*>& found) : found_(found) {}
  template <class... F>
  void operator()(F&... fields) {
    (look(fields), ...);
  }

 private:
  void look(Ref& ref) { found_.push_back(&ref); }
  template <class T>
  void look(T&) {}
  std::vector<Ref*>& found_;
};

}  // namespace

bool is_restated(Kind kind) {
  return kind != Kind::EpochStarted && kind != Kind::AgentStarted && kind != Kind::DirectivesAdopted;
}

Stated stated(Entry entry) {
  Stated out{std::move(entry), {}};
  while (auto* restated = std::get_if<Restated>(&out.fact.event)) {
    auto inside = decode_entry(restated->entry);
    if (!inside) break;  // only in an entry that was never decoded
    out.places.push_back(restated->at);
    out.fact = std::move(*inside);
  }
  return out;
}

Result<std::optional<Entry>> restate(const EntryHeader& header, Ref at, ByteView bytes) {
  SEALKEEP_LET(entry, decode_entry(bytes));
  if (!is_restated(kind_of(entry.event))) return std::optional<Entry>();
  Entry again{header, Restated{at, to_bytes(bytes)}, {}, {}, entry.details};
  // One more around it would be one too many.
  if (stated(entry).places.size() == kRestatedDeep)
    again.event = Restated{at, std::get<Restated>(entry.event).entry};
  return std::optional(std::move(again));
}

std::vector<Ref*> abouts(Event& event) {
  std::vector<Ref*> found;
  Abouts archive(found);
  std::visit([&](auto& body) { body.fields(archive); }, event);
  return found;
}

std::optional<std::uint32_t> epoch_of(std::string_view origin) {
  const std::size_t slash = origin.rfind("/e");
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view digits = origin.substr(slash + 2);
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || std::to_string(number) != digits)
    return std::nullopt;
  return number;
}

const Hash* Told::fact_at(Ref place) const {
  const auto found = logs_.find(place.epoch);
  if (found == logs_.end() || place.index < found->second.first) return nullptr;
  const std::uint64_t i = place.index - found->second.first;
  return i < found->second.facts.size() ? &found->second.facts[static_cast<std::size_t>(i)] : nullptr;
}

// Where an earlier log told the fact at `at`, which was recorded first at `recorded`.
std::optional<Ref> Told::told_before(Ref recorded, Ref at) const {
  for (auto log = logs_.lower_bound(recorded.epoch); log != logs_.end() && log->first < at.epoch; ++log) {
    Ref there = recorded;
    if (log->first != recorded.epoch) {
      const auto restated = log->second.restated.find(recorded);
      if (restated == log->second.restated.end()) continue;
      there = {log->first, restated->second};
    }
    const Hash* fact = fact_at(there);
    if (fact != nullptr && *fact == *fact_at(at)) return there;
  }
  return std::nullopt;
}

// The log that this one goes on from, or, if that is not here, the newest before it.
std::optional<std::uint32_t> Told::epoch_before(std::uint32_t epoch) const {
  const auto log = logs_.find(epoch);
  const std::uint32_t from =
      log != logs_.end() && log->second.goes_on_from ? *log->second.goes_on_from : epoch - 1;
  auto next = logs_.upper_bound(std::min(from, epoch - 1));
  if (next == logs_.begin()) return std::nullopt;
  return (--next)->first;
}

Ref Told::place_of(Ref named, Ref at) const {
  Ref meant = named;
  for (std::optional epoch(at.epoch); epoch && *epoch > named.epoch; epoch = epoch_before(*epoch)) {
    const Log& log = logs_.at(*epoch);
    const auto restated = log.restated.find(named);
    if (restated == log.restated.end()) continue;
    meant = {*epoch, restated->second};
    break;
  }
  const auto log = logs_.find(meant.epoch);
  if (log == logs_.end()) return meant;
  const auto recorded = log->second.recorded.find(meant.index);
  if (recorded == log->second.recorded.end()) return meant;
  return told_before(recorded->second, meant).value_or(meant);
}

bool Told::take(Ref at, Entry* entry) {
  Log& log = logs_[at.epoch];
  if (at.index != log.first + log.facts.size()) log = {at.index, {}, {}, {}, {}};  // begins in the middle
  log.facts.emplace_back();
  if (entry == nullptr) return false;
  Stated said = stated(std::move(*entry));
  *entry = std::move(said.fact);
  if (const auto bytes = encode(*entry)) log.facts.back() = sha256({ByteView(*bytes)});
  if (const auto* started = std::get_if<EpochStarted>(&entry->event); started != nullptr && at.index == 0)
    log.goes_on_from = epoch_of(started->previous_origin);
  for (const Ref& place : said.places) log.restated.emplace(place, at.index);
  if (!said.places.empty()) {
    log.recorded.emplace(at.index, said.places.back());
    if (told_before(said.places.back(), at)) return false;
  }
  for (Ref* named : abouts(entry->event)) *named = place_of(*named, at);
  return true;
}

}  // namespace sealkeep::ses
