// SPDX-License-Identifier: Apache-2.0
#include "common/ses/restated.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

namespace sealkeep::hub {

Result<> Oversight::note_erasure(RegisterId id, const ses::ErasureAnswered& answer, ses::Ref at) {
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(AlertRule::ErasureRefused);
  alert.subject = answer.person_no != 0 ? "erasure:person:" + std::to_string(answer.person_no)
                                        : "erasure:" + ses::ref_words(answer.about);
  alert.id = alert_id(alert.rule, alert.subject, hub_ + "/site/" + code_of(id), 0);
  if (answer.keep_until_ms == 0) {
    SEALKEEP_TRY(alerts_->resolve(alert.id, now_ms_));
    return {};
  }
  alert.site = id;
  alert.severity = ses::Severity::List;
  alert.since_ms = alert.raised_ms = now_ms_;
  alert.reason = code_of(id) + " did not erase the " +
                 (answer.person_no != 0 ? "name of person " + std::to_string(answer.person_no)
                                        : "details of record " + ses::ref_words(answer.about)) +
                 " (record " + ses::ref_words(at) + "): the register must show it until " +
                 iso_time(answer.keep_until_ms).substr(0, 10) + ", and the site erases it then";
  alert.clause = "1.1, 2.6";
  SEALKEEP_TRY(alerts_->raise(alert));
  return {};
}

Result<> Oversight::erase_again(RegisterId id, const ses::EpochStarted& started) {
  const Site* site = sites_->find(id);
  if (site == nullptr || started.previous_origin.empty()) return {};
  const SiteEpoch* before = site->by_origin(started.previous_origin);
  if (before == nullptr || before->log == 0) return {};
  SEALKEEP_LET(size, logs_->size(before->log));
  if (started.previous_size >= size) return {};
  SEALKEEP_LET(
      read, logs_->read_entries(before->log, started.previous_size, size - started.previous_size, UINT64_MAX,
                                [&](std::uint64_t, ByteView bytes) -> Result<> {
                                  auto leaf = ses::decode_entry(bytes);
                                  if (!leaf) return {};
                                  const ses::Entry entry = ses::stated(std::move(*leaf)).fact;
                                  if (const auto* erased = std::get_if<ses::DetailsErased>(&entry.event))
                                    orders_.push_back({id, ses::ErasureOrdered{0, erased->about}});
                                  return {};
                                }));
  static_cast<void>(read);
  return {};
}

}  // namespace sealkeep::hub
