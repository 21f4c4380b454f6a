// SPDX-License-Identifier: Apache-2.0
#include "agent/register/day_statement.hpp"

#include "common/ses/duty.hpp"

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

/// Kinds of events about seals and units (event.hpp).
constexpr unsigned kFirstSealKind = 20, kEndSealKind = 70;

}  // namespace

Result<ses::DayClosed> day_statement(LogStore& logs, RegisterRows& rows, const SiteRegister& site,
                                     std::uint32_t day, std::int32_t utc_offset_min) {
  ses::DayClosed closed;
  closed.day = day;
  SEALKEEP_LET(size, logs.size(site.written().log));
  SEALKEEP_LET(
      read, logs.read_entries(site.written().log, 0, size, UINT64_MAX,
                              [&](std::uint64_t, ByteView bytes) -> Result<> {
                                SEALKEEP_LET(leaf, ses::decode_entry(bytes));
                                const ses::Entry entry = ses::stated(std::move(leaf)).fact;
                                const auto kind = static_cast<unsigned>(ses::kind_of(entry.event));
                                if (kind >= kFirstSealKind && kind < kEndSealKind &&
                                    local_day(entry.header.happened_ms, utc_offset_min) == std::int64_t{day})
                                  ++closed.facts;
                                return {};
                              }));
  static_cast<void>(read);
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi}) {
    SEALKEEP_LET(ledger, rows.ledger(site.id(), family));
    for (const ses::SealState state : {ses::SealState::InStock, ses::SealState::Issued})
      closed.in_stock += static_cast<std::uint64_t>(
          std::max<std::int64_t>(ledger.by_state[static_cast<std::size_t>(state)], 0));
  }
  SEALKEEP_LET(duties, rows.duties(site.id(), SIZE_MAX / 2));
  for (const DutyAt& duty : duties) closed.open_duties += ses::shown_at_site(duty.key.rule) ? 1 : 0;
  return closed;
}

}  // namespace sealkeep::agent
