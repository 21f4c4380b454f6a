// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "common/ses/directive.hpp"
#include "hub/accounts.hpp"
#include "hub/audit.hpp"
#include "hub/commands/say.hpp"
#include "hub/commands/views.hpp"
#include "hub/customs/customs_book.hpp"
#include "hub/journal.hpp"

namespace sealkeep::hub::commands {
namespace {

constexpr std::size_t kPage = 50;
constexpr std::uint64_t kLookedAt = 5'000, kSlice = 200;

// The texts and numbers of a body, in its order; what it nests is left out.
struct Fields {
  std::vector<std::string> texts;
  std::vector<std::uint64_t> numbers;
};

/// A body that this program does not know by kind is shown by the texts in it.
Fields fields_of(ByteView body) {
  Fields out;
  PackReader in(body);
  const std::size_t count = in.array(0, 15);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    PackReader one(in.skip(4));
    const PackReader start = one;
    const std::string_view text = one.str(UINT16_MAX);
    if (one.ok()) {
      out.texts.push_back(printable(text, 200));
      continue;
    }
    one = start;
    const std::uint64_t number = one.uint();
    if (one.ok()) out.numbers.push_back(number);
  }
  return out;
}

std::string text_at(const Fields& fields, std::size_t i) {
  return i < fields.texts.size() ? fields.texts[i] : std::string();
}

/// The journal has numbers; people read names.
struct Names {
  std::map<std::uint64_t, std::string> sites;
  std::map<access::AccountId, std::string> people;
};

std::string who(const Names& names, const Asked& asked) {
  if (asked.account == 0) return "the shell";
  const auto known = names.people.find(asked.account);
  const std::string person =
      known == names.people.end() ? "account " + std::to_string(asked.account) : known->second;
  return asked.token == 0 ? person : person + " (token " + std::to_string(asked.token) + ")";
}

std::string about(const Asked& asked) {
  return printable(asked.command, 200) + (asked.subject.empty() ? "" : " " + printable(asked.subject, 200));
}

std::string views_words(const Names& names, const Views& views) {
  std::map<std::string, std::string> seen;
  for (const Views::Line& line : views.lines) {
    std::string& words = seen[who(names, line.asked)];
    words += (words.empty() ? "" : ", ") + about(line.asked);
    if (line.times > 1) words += " (" + std::to_string(line.times) + " times)";
  }
  std::string out;
  for (const auto& [person, words] : seen) out += (out.empty() ? "" : "; ") + person + ": " + words;
  return out;
}

std::string words_of(const JournalEntry& entry, const Names& names) {
  const Fields fields = fields_of(entry.body);
  const auto code = fields.numbers.empty() ? names.sites.end() : names.sites.find(fields.numbers.front());
  const std::string site = code == names.sites.end() ? std::string("a site") : code->second;
  switch (entry.kind) {
    case JournalKind::HubStarted:
      return "the hub's program " + text_at(fields, 0) + " started";
    case JournalKind::SiteAdded:
      return site + " was invited";
    case JournalKind::SiteAsked:
      return "somebody answered the invitation of " + site + " with the keys " + text_at(fields, 1);
    case JournalKind::SiteApproved:
      return "the keys of " + site + " were approved: " + text_at(fields, 1);
    case JournalKind::ReportScheduled:
      return "the report " + text_at(fields, 1) + ", " + text_at(fields, 2) + ": schedule " +
             text_at(fields, 0) + " was made or removed";
    case JournalKind::SiteRevoked:
      return site + " was revoked";
    case JournalKind::EpochOffered:
      return site + " offers to go on in " + text_at(fields, 0);
    case JournalKind::EpochApproved:
      return site + " goes on in " + text_at(fields, 0) + ", approved";
    case JournalKind::DirectiveIssued: {
      const auto kind = static_cast<ses::DirectiveKind>(fields.numbers.size() > 2 ? fields.numbers[2] : 0);
      return "instruction to " + site + ": " + std::string(ses::kind_name(kind));
    }
    case JournalKind::EvidenceKept:
    case JournalKind::TroubleSettled:
      return site + ": " + text_at(fields, 1);
    case JournalKind::SiteInvitedAgain:
      return "another machine was invited in the place of that of " + site;
    case JournalKind::SiteReplaced:
      return "another machine took the place of that of " + site + ": " + text_at(fields, 1);
    case JournalKind::HubRestored:
      return "the database was put back from a copy";
    case JournalKind::SitePlaced:
      return "the place of " + site + " on the map";
    case JournalKind::CustomsStep: {
      if (fields.numbers.size() < 4) break;
      const auto kind = static_cast<CustomsStep::Kind>(fields.numbers[3]);
      const std::string what = kind == CustomsStep::Kind::Decided   ? "decided whether Customs is told of"
                               : kind == CustomsStep::Kind::Replied ? "wrote down Customs' answer to"
                                                                    : "told Customs of";
      return text_at(fields, 0) + " " + what + " incident " + std::to_string(fields.numbers[1]) + "/" +
             std::to_string(fields.numbers[2]) + " of " + site;
    }
    case JournalKind::DataExported: {
      const auto data = decode_data_export(entry.body);
      if (!data) break;
      return printable(data->what, 200) + " taken out by " +
             (data->by.empty() ? "nobody named" : printable(data->by, 200)) +
             (data->whom.empty() ? std::string() : " for " + printable(data->whom, 200)) + ", " +
             counted(static_cast<std::int64_t>(data->records), "record", "records") +
             (data->with_names ? ", with names" : ", without names");
    }
    case JournalKind::CommandAsked: {
      const auto asked = decode_asked(entry.body);
      if (!asked) break;
      return who(names, *asked) + ": " + about(*asked) +
             (asked->account == 0 ? std::string() : ", from " + printable(asked->from, 200));
    }
    case JournalKind::ViewsSeen: {
      const auto views = decode_views(entry.body);
      if (!views) break;
      return views_words(names, *views);
    }
    default:
      break;
  }
  std::string words;
  for (const std::string& text : fields.texts)
    if (!text.empty()) words += (words.empty() ? "" : ", ") + text;
  return words;
}

}  // namespace

Result<Value> journal_list(Hub& hub, const Command& command) {
  const auto kind = command.one("kind");
  const std::string by = command.one("by").value_or("");
  SEALKEEP_LET(logs, hub.logs().logs());
  const auto journal =
      std::find_if(logs.begin(), logs.end(), [](const LogInfo& log) { return log.role == LogRole::Journal; });
  SEALKEEP_ASSERT(journal != logs.end());
  SEALKEEP_LET(size, hub.logs().size(journal->id));
  SEALKEEP_LET(before, command.number("cursor", 0, INT64_MAX));
  std::uint64_t end = std::min<std::uint64_t>(size, before ? static_cast<std::uint64_t>(*before) : size);
  SEALKEEP_LET(sites, hub.sites());
  SEALKEEP_LET(accounts, hub.accounts().access().accounts());
  Names names;
  for (const SiteInfo& site : sites) names.sites.emplace(static_cast<std::uint64_t>(site.id), site.code);
  for (const access::Account& account : accounts) names.people.emplace(account.id, account.person);
  const Now now = hub.parts().clock.now();
  Value list = Value::list(), words = Value::list();
  std::uint64_t looked_at = 0;
  while (end > 0 && list.as_list()->size() < kPage && looked_at < kLookedAt) {
    const std::uint64_t first = end - std::min(end, kSlice);
    std::vector<std::pair<std::uint64_t, Bytes>> slice;
    SEALKEEP_LET(read, hub.logs().read_entries(journal->id, first, end - first, UINT64_MAX,
                                               [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                                 slice.emplace_back(index, to_bytes(bytes));
                                                 return {};
                                               }));
    looked_at += read;
    for (auto one = slice.rbegin(); one != slice.rend() && list.as_list()->size() < kPage; ++one) {
      end = one->first;
      const auto entry = decode_journal_entry(one->second);
      if (!entry) continue;
      const std::string name(journal_kind_name(entry->kind));
      if (kind && *kind != name) continue;
      const std::string said = words_of(*entry, names);
      if (!by.empty() && said.find(by) == std::string::npos) continue;
      list.add(Value::object({{"index", one->first}, {"at_ms", entry->ms}, {"kind", name}, {"words", said}}));
      words.add(Value::object(
          {{"entry", one->first}, {"when", clock_words(entry->ms, now)}, {"kind", name}, {"what", said}}));
    }
  }
  Value value = Value::object({{"entries", std::move(list)}});
  if (end > 0) value.set("next", std::to_string(end));
  if (command.caller) return value;
  Value shown = Value::object({{"journal", std::move(words)}});
  if (end > 0) shown.set("next", "journal list --cursor " + std::to_string(end));
  value.set("in_words", std::move(shown));
  return value;
}

}  // namespace sealkeep::hub::commands
