// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>

#include "common/ses/directive.hpp"
#include "hub/records.hpp"

namespace sealkeep::hub {

/// Calls `each` for every directive that was issued to a site; `adopted`: the site has taken it over, as far
/// as it was heard.
[[nodiscard]] Result<> each_directive(
    HubRecords& hub, RegisterId site,
    const std::function<void(const ses::Directive&, std::uint64_t index, bool adopted)>& each);

/// The newest answer to each duty of a site.
struct GivenAnswer {
  ses::AlertAnswered answer;
  bool adopted = false;
};
using GivenAnswers = std::map<ses::DutyKey, GivenAnswer>;
[[nodiscard]] Result<GivenAnswers> answers_given(HubRecords& hub, RegisterId site);
}  // namespace sealkeep::hub
