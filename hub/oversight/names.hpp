// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/ses/words.hpp"
#include "hub/records.hpp"

namespace sealkeep::hub {

/// The names that a site's log gave to people, as far as their details are held here and not erased.
[[nodiscard]] Result<std::map<ses::PersonNo, std::string>> people_of(HubRecords& hub,
                                                                     const RegisterLogs& logs);

/// Words for places and people that the hub can name, of one site.
class SiteNames final : public ses::Names {
 public:
  [[nodiscard]] static Result<SiteNames> read(HubRecords& hub, const RegisterLogs& logs);
  [[nodiscard]] std::string person_words(ses::PersonNo no) const override;
  [[nodiscard]] std::string place_words(const ses::Place& place) const override;

 private:
  std::map<ses::PersonNo, std::string> people_;
  std::map<ses::StoreNo, std::string> stores_;
};

}  // namespace sealkeep::hub
