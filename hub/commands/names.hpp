// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>

#include "common/cli/command.hpp"
#include "common/ses/words.hpp"
#include "hub/hub.hpp"

namespace sealkeep::hub::commands {

/// The names that a site's log gave to people, as far as their details are held here and not erased.
[[nodiscard]] Result<std::map<ses::PersonNo, std::string>> people_of(Hub& hub, const RegisterLogs& logs);

/// Words for places and people that the hub can name, of one site.
class SiteNames final : public ses::Names {
 public:
  [[nodiscard]] static Result<SiteNames> read(Hub& hub, const RegisterLogs& logs);
  [[nodiscard]] std::string person_words(ses::PersonNo no) const override;
  [[nodiscard]] std::string place_words(const ses::Place& place) const override;

 private:
  std::map<ses::PersonNo, std::string> people_;
  std::map<ses::StoreNo, std::string> stores_;
};

/// The text of an option, empty if it was not given. BadInput `cli.value` past 300 bytes.
[[nodiscard]] Result<std::string> short_text(const cli::Command& command, std::string_view option);

}  // namespace sealkeep::hub::commands
