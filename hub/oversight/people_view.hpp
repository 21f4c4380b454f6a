// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/oversight/names.hpp"

namespace sealkeep::hub {

/// A person of one site with what the records say: role, trainings and competences with their ends, checks of
/// a key position, end date.
struct PersonView {
  ses::PersonNo no = 0;
  std::string name;
  std::string role;  ///< "SES manager", "deputy", an account's role; empty: none on record
  bool key_position = false;
  std::int64_t training_until_ms = 0;  ///< the training in seals; 0: none, or no end
  std::int64_t review_until_ms = 0;    ///< the review of integrity
  std::int64_t left_ms = 0;
  std::uint32_t in_hand = 0;
  struct Competence {
    ses::RecordKind what{};
    std::string label;
    std::int64_t until_ms = 0;  ///< 0: no end
  };
  std::vector<Competence> competences;
};
/// By name. Reads the people of one register, never its seals.
[[nodiscard]] Result<std::vector<PersonView>> people_at(HubRecords& hub, RegisterId site,
                                                        const SiteNames& names);

}  // namespace sealkeep::hub
