// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/directory.hpp"

#include <algorithm>
#include <charconv>

#include "common/cli/suggest.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kNamesListed = 8;

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::optional<std::uint32_t> number_in(std::string_view text) {
  std::uint32_t no = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), no);
  if (error != std::errc{} || end != text.data() + text.size() || no == 0) return std::nullopt;
  return no;
}

Result<std::uint32_t> look_up(const std::vector<Named>& known, std::string_view text, const char* what,
                              const char* list_command) {
  std::vector<std::uint32_t> found;
  for (const Named& named : known)
    if (lower(named.name) == lower(text)) found.push_back(named.no);
  const std::string code = what;
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    std::string numbers;
    for (std::uint32_t no : found) numbers += (numbers.empty() ? "" : ", ") + std::to_string(no);
    return bad_input(code + ".ambiguous", "More than one " + code + " is called " + printable(text),
                     "they have the numbers " + numbers, "Give the number instead of the name");
  }
  std::vector<std::string> names;
  for (const Named& named : known)
    if (!named.name.empty()) names.push_back(named.name);
  const std::string near = cli::nearest(text, names);
  std::string all;
  for (std::size_t i = 0; i < std::min(names.size(), kNamesListed); ++i)
    all += (all.empty() ? "" : ", ") + printable(names[i], 60);
  return fail(
      ErrorKind::NotFound, code + ".unknown",
      "The register knows no " + code + " \"" + printable(text) + "\"",
      names.empty() ? "it knows none yet" : (near.empty() ? "it knows " + all : "did you mean " + near + "?"),
      list_command);
}

}  // namespace

std::optional<LogId> site_log(const RegisterLogs& logs, std::uint32_t epoch) {
  for (const RegisterLogs::EpochLog& site : logs.site)
    if (site.epoch == epoch) return site.log;
  return std::nullopt;
}

Result<ses::Entry> read_entry(Agent& agent, const RegisterLogs& logs, ses::Ref at) {
  const auto log = site_log(logs, at.epoch);
  const std::string where = std::to_string(at.epoch) + "/" + std::to_string(at.index);
  const auto missing = [&] {
    return fail(ErrorKind::NotFound, "entry.unknown", "There is no entry " + where, {},
                "Entries are named epoch/index, as \"seal show\" lists them");
  };
  if (!log) return missing();
  SEALKEEP_LET(size, agent.logs().size(*log));
  if (at.index >= size) return missing();
  SEALKEEP_LET(bytes, agent.logs().read_entry(*log, at.index));
  SEALKEEP_LET(entry, ses::decode_entry(bytes));
  return ses::stated(std::move(entry)).fact;
}

Result<std::string> detail_text(Agent& agent, const RegisterLogs& logs, ses::Ref at, const ses::Entry& entry,
                                ses::DetailKind kind) {
  const auto log = site_log(logs, at.epoch);
  for (std::size_t n = 0; log && n < entry.details.size(); ++n) {
    if (entry.details[n].kind != kind) continue;
    SEALKEEP_LET(detail, agent.details().get(*log, at.index, static_cast<std::uint8_t>(n)));
    if (detail && detail->state == DetailState::Held) return std::string(as_text(detail->bytes));
  }
  return std::string();
}

Result<Directory> Directory::read(Agent& agent, RegisterId id) {
  SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  SEALKEEP_LET(names, site->names());
  return Directory(std::move(names));
}

Result<ses::PersonNo> Directory::person(std::string_view text) const {
  if (const auto no = number_in(text)) return *no;
  return look_up(people(), text, "person", "\"person list\" shows them, \"person add NAME\" adds one");
}

Result<ses::Place> Directory::place(std::string_view text) const {
  const auto typed = number_in(text);
  std::uint32_t no = 0;
  if (typed &&
      std::any_of(places().begin(), places().end(), [&](const Named& n) { return n.no == *typed; })) {
    no = *typed;
  } else {
    SEALKEEP_LET(found,
                 look_up(places(), text, "place", "\"store list\" shows them, \"store add NAME\" adds one"));
    no = found;
  }
  for (const Named& named : places())
    if (named.no == no) return ses::Place{named.kind, no};
  SEALKEEP_ASSERT(false);
  return ses::Place{};
}

std::string Directory::person_words(ses::PersonNo no) const {
  if (no == 0) return "nobody named";
  for (const Named& named : people())
    if (named.no == no && !named.name.empty()) return named.name;
  return "person " + std::to_string(no);
}

std::string Directory::place_words(const ses::Place& place) const {
  if (place.kind == ses::PlaceKind::NotSaid) return "place not said";
  if (place.kind == ses::PlaceKind::Hand) return "in the hand of " + person_words(place.no);
  for (const Named& named : places())
    if (named.no == place.no && !named.name.empty()) return named.name;
  return (place.kind == ses::PlaceKind::DockBox ? "dock box " : "store ") + std::to_string(place.no);
}

}  // namespace sealkeep::agent
