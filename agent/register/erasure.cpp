// SPDX-License-Identifier: Apache-2.0
#include "agent/register/erasure.hpp"

#include <charconv>

#include "common/base/clock.hpp"
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::uint8_t kErasureRule = 41;
constexpr std::size_t kOrdersAtOnce = 1'000;

Result<> each_entry(LogStore& logs, const RegisterLogs& of,
                    const std::function<void(const ses::Entry&, ses::Ref)>& visit) {
  for (const RegisterLogs::EpochLog& epoch : of.site) {
    SEALKEEP_LET(size, logs.size(epoch.log));
    SEALKEEP_LET(read, logs.read_entries(epoch.log, 0, size, UINT64_MAX,
                                         [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                           SEALKEEP_LET(leaf, ses::decode_entry(bytes));
                                           visit(ses::stated(std::move(leaf)).fact, {epoch.epoch, index});
                                           return {};
                                         }));
    static_cast<void>(read);
  }
  return {};
}

Result<std::int64_t> kept_from(RegisterRows& rows, RegisterId id, std::int64_t last_ms) {
  ses::Rows working_set;
  SEALKEEP_TRY(rows.begin(id, working_set));
  return last_ms + working_set.adopted.setting(ses::Setting::RetentionDays) * kDayMs;
}

// "erasure:person:77" or "erasure:1/42", as the fold writes them.
struct Order {
  ses::PersonNo person_no = 0;
  ses::Ref about;
};
Order order_of(std::string_view subject) {
  constexpr std::string_view kErasure = "erasure:", kPerson = "person:";
  Order order;
  subject.remove_prefix(kErasure.size());
  const char* const end = subject.data() + subject.size();
  if (subject.starts_with(kPerson)) {
    std::from_chars(subject.data() + kPerson.size(), end, order.person_no);
    return order;
  }
  order.about = ses::ref_of(subject).value_or(ses::Ref{});
  return order;
}

const RegisterLogs::EpochLog* log_of(const RegisterLogs& of, ses::Ref at) {
  for (const RegisterLogs::EpochLog& epoch : of.site)
    if (epoch.epoch == at.epoch) return &epoch;
  return nullptr;
}

Result<bool> is_here(LogStore& logs, const RegisterLogs& of, ses::Ref at) {
  const RegisterLogs::EpochLog* log = log_of(of, at);
  if (log == nullptr) return false;
  SEALKEEP_LET(size, logs.size(log->log));
  return at.index < size;
}

// Precondition: it is here.
Result<ses::Entry> stated_at(LogStore& logs, const RegisterLogs& of, ses::Ref at) {
  SEALKEEP_LET(bytes, logs.read_entry(log_of(of, at)->log, at.index));
  SEALKEEP_LET(leaf, ses::decode_entry(bytes));
  return ses::stated(std::move(leaf)).fact;
}

}  // namespace

Result<std::vector<ses::Ref>> naming_entries(LogStore& logs, const RegisterLogs& of, ses::PersonNo no) {
  std::vector<ses::Ref> found;
  SEALKEEP_TRY(each_entry(logs, of, [&](const ses::Entry& entry, ses::Ref at) {
    const auto* added = std::get_if<ses::PersonAdded>(&entry.event);
    if (added != nullptr && added->person_no == no) found.push_back(at);
  }));
  return found;
}

Result<std::int64_t> person_kept_until_ms(LogStore& logs, RegisterRows& rows, const RegisterLogs& of,
                                          ses::PersonNo no) {
  std::int64_t last_ms = 0;
  SEALKEEP_TRY(each_entry(logs, of, [&](const ses::Entry& entry, ses::Ref) {
    if (entry.header.person_no == no) last_ms = std::max(last_ms, entry.header.recorded_ms);
  }));
  return kept_from(rows, of.register_id, last_ms);
}

Result<std::int64_t> details_kept_until_ms(LogStore& logs, RegisterRows& rows, const RegisterLogs& of,
                                           ses::Ref at) {
  SEALKEEP_LET(here, is_here(logs, of, at));
  if (!here)
    return fail(ErrorKind::NotFound, "entry.unknown", "There is no such entry", {},
                "Entries are named epoch/index");
  SEALKEEP_LET(entry, stated_at(logs, of, at));
  return kept_from(rows, of.register_id, entry.header.recorded_ms);
}

// A refusal opens the duty anew: then head office knows already.
Result<std::vector<ses::Event>> OrderedErasures::due(const Parts& parts, const RegisterLogs& of,
                                                     std::int64_t now_ms) {
  std::vector<ses::Event> out;
  SEALKEEP_LET(open, parts.rows.duties_of(of.register_id, kErasureRule, kOrdersAtOnce));
  for (const DutyAt& duty : open) {
    const auto waits = kept_until_ms_.find(duty.key.subject);
    if (waits != kept_until_ms_.end() && now_ms < waits->second) continue;
    const Order order = order_of(duty.key.subject);
    std::vector<ses::Ref> entries;
    std::int64_t kept_until_ms = 0;
    if (order.person_no != 0) {
      SEALKEEP_LET(naming, naming_entries(parts.logs, of, order.person_no));
      SEALKEEP_LET(until, person_kept_until_ms(parts.logs, parts.rows, of, order.person_no));
      entries = std::move(naming);
      kept_until_ms = until;
    } else {
      // What this database never had, or lost, has no bytes here: there is nothing to erase.
      SEALKEEP_LET(here, is_here(parts.logs, of, order.about));
      if (here) {
        SEALKEEP_LET(until, details_kept_until_ms(parts.logs, parts.rows, of, order.about));
        entries = {order.about};
        kept_until_ms = until;
      }
    }
    if (now_ms < kept_until_ms) {
      kept_until_ms_[duty.key.subject] = kept_until_ms;
      SEALKEEP_LET(opening, stated_at(parts.logs, of, duty.row.opened));
      if (!std::holds_alternative<ses::ErasureAnswered>(opening.event))
        out.emplace_back(ses::ErasureAnswered{order.person_no, order.about, kept_until_ms});
      continue;
    }
    kept_until_ms_.erase(duty.key.subject);
    for (const ses::Ref at : entries) out.emplace_back(ses::DetailsErased{at});
    out.emplace_back(ses::ErasureAnswered{order.person_no, order.about, 0});
  }
  return out;
}

}  // namespace sealkeep::agent
