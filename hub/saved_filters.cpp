// SPDX-License-Identifier: Apache-2.0
#include "hub/saved_filters.hpp"

#include <algorithm>

#include "hub/saved_filters_schema_sql.hpp"

namespace sealkeep::hub {

std::string_view SavedFilters::schema() {
  return sql::saved_filters_schema;
}

Result<> SavedFilters::put(std::int64_t account, const SavedFilter& filter) {
  const auto fits = [](const std::string& text, std::size_t most) {
    return !text.empty() && text.size() <= most;
  };
  if (!fits(filter.page, kFilterNameBytes) || !fits(filter.name, kFilterNameBytes) ||
      filter.query.size() > kFilterQueryBytes)
    return bad_input("filter.text",
                     "A filter has a page and a name of 1 to 60 bytes, and at most 1000 of its own", {},
                     "Choose a shorter name");
  SEALKEEP_LET(kept, list(account));
  const bool there = std::any_of(kept.begin(), kept.end(), [&](const SavedFilter& one) {
    return one.page == filter.page && one.name == filter.name;
  });
  if (!there && kept.size() >= kFilters)
    return fail(ErrorKind::Full, "filter.many", "You have 100 filters already", {}, "Remove one first");
  SEALKEEP_LET(put, db_->prepare("REPLACE INTO saved_filter VALUES(?, ?, ?, ?, ?)"));
  return put.run(account, filter.page, filter.name, filter.query, filter.saved_ms);
}

Result<bool> SavedFilters::remove(std::int64_t account, const std::string& page, const std::string& name) {
  SEALKEEP_LET(kept, list(account));
  const bool there = std::any_of(
      kept.begin(), kept.end(), [&](const SavedFilter& one) { return one.page == page && one.name == name; });
  SEALKEEP_LET(remove, db_->prepare("DELETE FROM saved_filter WHERE account = ? AND page = ? AND name = ?"));
  SEALKEEP_TRY(remove.run(account, page, name));
  return there;
}

Result<std::vector<SavedFilter>> SavedFilters::list(std::int64_t account) {
  SEALKEEP_LET(select, db_->prepare("SELECT page, name, query, saved_ms FROM saved_filter WHERE account = ? "
                                    "ORDER BY page, name"));
  SEALKEEP_LET(rows, select.query(account));
  std::vector<SavedFilter> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back(
        {std::string(rows.text(0)), std::string(rows.text(1)), std::string(rows.text(2)), rows.int64(3)});
  }
}

}  // namespace sealkeep::hub
