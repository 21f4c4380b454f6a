// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/db.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kFilters = 100;         ///< of one person
inline constexpr std::size_t kFilterNameBytes = 60;  ///< also of a page's name
inline constexpr std::size_t kFilterQueryBytes = 1'000;

/// What somebody wants to look at again, under a name of their own.
struct SavedFilter {
  std::string page;   ///< "alerts"
  std::string name;   ///< as the person named it
  std::string query;  ///< as the page's address has it: "severity=high&site=akl-01"
  std::int64_t saved_ms = 0;
};

/// Each person's own filters. Over one Db that outlives it; put() and remove() need the caller's transaction.
class SavedFilters {
 public:
  [[nodiscard]] static std::string_view schema();
  explicit SavedFilters(Db& db) : db_(&db) {}
  /// One of that name on that page is replaced. BadInput `filter.text`, Full `filter.many`.
  [[nodiscard]] Result<> put(std::int64_t account, const SavedFilter& filter);
  /// True if there was one.
  [[nodiscard]] Result<bool> remove(std::int64_t account, const std::string& page, const std::string& name);
  /// By page, then name.
  [[nodiscard]] Result<std::vector<SavedFilter>> list(std::int64_t account);

 private:
  Db* db_;
};

}  // namespace sealkeep::hub
