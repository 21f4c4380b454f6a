// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/customs/customs_book.hpp"

namespace sealkeep::hub {

/// Where an incident stands with Customs: what its site recorded and what head office did, as one.
struct CustomsStanding {
  bool known = false;                       ///< the site recorded such an incident, as far as it was heard
  std::string_view decision = "undecided";  ///< or "report", "not_reportable", "reported"
  std::int64_t discovered_ms = 0;
  std::int64_t decided_ms = 0, told_ms = 0;     ///< 0: not
  ses::ToldHow told_how = ses::ToldHow::Phone;  ///< the first word that Customs had
  std::int64_t written_ms = 0;                  ///< when it went to Customs on paper; 0: not yet
  std::int64_t replied_ms = 0;
  std::string reference, reply;    ///< the newest that head office wrote down
  std::vector<CustomsStep> steps;  ///< of head office, oldest first
  /// Nothing is to be decided or told any more. Head office knows so before the site has heard it.
  [[nodiscard]] bool settled() const { return decision == "reported" || decision == "not_reportable"; }
};

/// Reads standings, for one answer. Over a Db that outlives it; same thread.
class CustomsStandings {
 public:
  [[nodiscard]] static Result<CustomsStandings> open(Db& db);
  [[nodiscard]] Result<CustomsStanding> of(RegisterId site, ses::Ref incident);

 private:
  CustomsStandings(CustomsBook book, Statement row) : book_(std::move(book)), row_(std::move(row)) {}
  CustomsBook book_;
  Statement row_;
};

}  // namespace sealkeep::hub
