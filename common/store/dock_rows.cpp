// SPDX-License-Identifier: Apache-2.0
#include "common/store/dock_rows.hpp"

#include "common/ses/written_form.hpp"

namespace sealkeep {
namespace {

constexpr std::size_t kPrefixesTried = 32;

// Every text that begins with `text` sorts before this one: 'Z' is the last character of a written form.
std::string past_all(std::string_view text) {
  return std::string(text) + '[';
}

std::string letters_of(std::string_view number) {
  const std::size_t digits = number.find_last_not_of("0123456789");
  return digits == std::string_view::npos ? std::string() : std::string(number.substr(0, digits + 1));
}

Result<> seals_between(Statement& select, std::string_view text, std::size_t max_count,
                       std::vector<SealHit>& out) {
  for (const ses::Family family : {ses::Family::Ses, ses::Family::Mpi, ses::Family::Other}) {
    if (out.size() >= max_count) return {};
    SEALKEEP_LET(rows, select.query(static_cast<int>(family), text, past_all(text), max_count - out.size()));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      SEALKEEP_LET(number, ses::SealNumber::parse_exact(rows.text(0)));
      out.push_back({rows.int64(1), {family, std::move(number)}});
    }
  }
  return {};
}

}  // namespace

Result<std::vector<ses::UnitId>> units_on_dock(Db& db, RegisterId id, std::size_t max_count) {
  SEALKEEP_LET(select,
               db.prepare("SELECT kind, number FROM unit WHERE register = ? AND state BETWEEN 1 AND 10 AND "
                          "uplifted_ms = 0 ORDER BY kind, number LIMIT ?"));
  SEALKEEP_LET(rows, select.query(id, max_count));
  std::vector<ses::UnitId> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back({static_cast<ses::UnitKind>(rows.int64(0)), std::string(rows.text(1))});
  }
}

Result<std::vector<BoxStock>> dock_box_stock(Db& db, RegisterId id) {
  SEALKEEP_LET(select,
               db.prepare("SELECT place_no, family, count(*), min(number) FROM seal WHERE register = ? "
                          "AND place_kind = 2 AND state = 1 GROUP BY place_no, family"));
  SEALKEEP_LET(rows, select.query(id));
  std::vector<BoxStock> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    SEALKEEP_LET(next, ses::SealNumber::parse_exact(rows.text(3)));
    out.push_back({static_cast<ses::StoreNo>(rows.int64(0)), static_cast<ses::Family>(rows.int64(1)),
                   rows.uint64(2), std::move(next)});
  }
}

Result<std::vector<std::pair<ses::Family, std::string>>> closed_boxes(Db& db, RegisterId id,
                                                                      std::size_t max_count) {
  SEALKEEP_LET(select, db.prepare("SELECT family, label FROM box WHERE register = ? AND opened = 0 "
                                  "ORDER BY family, label LIMIT ?"));
  SEALKEEP_LET(rows, select.query(id, max_count));
  std::vector<std::pair<ses::Family, std::string>> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.emplace_back(static_cast<ses::Family>(rows.int64(0)), std::string(rows.text(1)));
  }
}

// By jumping from one to the next in the index.
Result<std::vector<std::string>> makers_prefixes(Db& db) {
  SEALKEEP_LET(select,
               db.prepare("SELECT number FROM seal WHERE family = 1 AND number > ? ORDER BY number LIMIT 1"));
  std::vector<std::string> out;
  std::string after;
  while (out.size() < kPrefixesTried) {
    SEALKEEP_LET(rows, select.query(after));
    SEALKEEP_LET(there, rows.next());
    if (!there) break;
    out.push_back(letters_of(rows.text(0)));
    after = out.back() + ':';  // past its digits
  }
  return out;
}

Result<std::vector<DutyCount>> count_duties(Db& db, RegisterId id, std::int64_t now_ms) {
  SEALKEEP_LET(select, db.prepare("SELECT rule, count(*), count(*) FILTER (WHERE due_ms > 0 AND due_ms < ?2) "
                                  "FROM duty WHERE register = ?1 GROUP BY rule"));
  SEALKEEP_LET(rows, select.query(id, now_ms));
  std::vector<DutyCount> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back({static_cast<std::uint8_t>(rows.int64(0)), rows.uint64(1), rows.uint64(2)});
  }
}

Result<std::vector<UnitDuty>> duties_of_units(Db& db, RegisterId id, std::size_t max_count) {
  // The index by due time holds all that is asked; ';' is the character after ':'.
  SEALKEEP_LET(select,
               db.prepare("SELECT substr(subject, 6), rule, due_ms FROM duty INDEXED BY duty_due WHERE "
                          "register = ? AND due_ms > 0 AND subject >= 'unit:' AND subject < 'unit;' "
                          "ORDER BY due_ms, rule LIMIT ?"));
  SEALKEEP_LET(rows, select.query(id, max_count));
  std::vector<UnitDuty> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back({std::string(rows.text(0)), static_cast<std::uint8_t>(rows.int64(1)), rows.int64(2)});
  }
}

Result<std::vector<SealHit>> find_seals(Db& db, std::string_view text, std::size_t max_count) {
  SEALKEEP_ASSERT(!text.empty());
  SEALKEEP_LET(select,
               db.prepare("SELECT number, register FROM seal WHERE family = ? AND number >= ? AND number < ? "
                          "ORDER BY number, register LIMIT ?"));
  std::vector<SealHit> out;
  SEALKEEP_TRY(seals_between(select, text, max_count, out));
  if (!ses::is_digit(text.front())) return out;
  SEALKEEP_LET(makers, makers_prefixes(db));
  for (const std::string& prefix : makers)
    if (!prefix.empty()) SEALKEEP_TRY(seals_between(select, prefix + std::string(text), max_count, out));
  return out;
}

Result<std::vector<UnitHit>> find_units(Db& db, std::string_view text, std::size_t max_count) {
  SEALKEEP_ASSERT(!text.empty());
  SEALKEEP_LET(select,
               db.prepare("SELECT number, register FROM unit WHERE kind = ? AND number >= ? AND number < ? "
                          "ORDER BY number, register LIMIT ?"));
  std::vector<UnitHit> out;
  for (const ses::UnitKind kind : {ses::UnitKind::SeaContainer, ses::UnitKind::AirPackage}) {
    SEALKEEP_LET(rows, select.query(static_cast<int>(kind), text, past_all(text), max_count - out.size()));
    while (true) {
      SEALKEEP_LET(there, rows.next());
      if (!there) break;
      out.push_back({rows.int64(1), {kind, std::string(rows.text(0))}});
    }
  }
  return out;
}

Result<std::vector<ses::Family>> families_of_box(Db& db, RegisterId id, std::string_view label) {
  SEALKEEP_LET(select,
               db.prepare("SELECT family FROM box WHERE register = ? AND family IN (1, 2, 3) AND label = ?"));
  SEALKEEP_LET(rows, select.query(id, label));
  std::vector<ses::Family> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back(static_cast<ses::Family>(rows.int64(0)));
  }
}

}  // namespace sealkeep
