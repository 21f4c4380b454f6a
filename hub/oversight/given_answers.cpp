// SPDX-License-Identifier: Apache-2.0
#include "hub/oversight/given_answers.hpp"

namespace sealkeep::hub {

Result<> each_directive(
    HubRecords& hub, RegisterId site,
    const std::function<void(const ses::Directive&, std::uint64_t index, bool adopted)>& each) {
  SEALKEEP_LET(logs, hub.register_logs(site));
  SEALKEEP_LET(self, hub.rows().self(site));
  for (const RegisterLogs::EpochLog& epoch : logs.directives) {
    SEALKEEP_LET(size, hub.logs().size(epoch.log));
    SEALKEEP_LET(
        read, hub.logs().read_entries(
                  epoch.log, 0, size, UINT64_MAX, [&](std::uint64_t index, ByteView bytes) -> Result<> {
                    const bool adopted = epoch.epoch < self.directive_epoch ||
                                         (epoch.epoch == self.directive_epoch && index < self.directive_size);
                    if (const auto directive = ses::decode_directive(bytes)) each(*directive, index, adopted);
                    return {};
                  }));
    static_cast<void>(read);
  }
  return {};
}

Result<GivenAnswers> answers_given(HubRecords& hub, RegisterId site) {
  GivenAnswers out;
  SEALKEEP_TRY(each_directive(hub, site, [&](const ses::Directive& directive, std::uint64_t, bool adopted) {
    if (const auto* one = std::get_if<ses::AlertAnswered>(&directive.body))
      out[{one->rule, one->subject}] = {*one, adopted};
  }));
  return out;
}

}  // namespace sealkeep::hub
