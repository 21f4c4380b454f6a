// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/oversight.hpp"

/// What the terminals of a site noted about sign-ins (clause 5.1): one alert for each matter and week, which
/// is there to be read for a week. What was noted longer ago, and is heard or folded now, is not news.
namespace sealkeep::hub {
namespace {

constexpr std::int64_t kWeekMs = 7 * kDayMs;

ses::Severity severity_of(ses::SecurityMatter what) {
  switch (what) {
    case ses::SecurityMatter::FailedSignIns:
      return ses::Severity::Warn;
    case ses::SecurityMatter::Locked:
      return ses::Severity::List;
    default:
      return ses::Severity::Digest;
  }
}

}  // namespace

Result<> Oversight::note_security(RegisterId id, Watched& site, const ses::SecurityNoted& noted,
                                  std::int64_t recorded_ms, ses::Ref at) {
  if (now_ms_ - recorded_ms >= kWeekMs) return {};
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(AlertRule::SignInUnusual);
  alert.subject = "sign_ins:" + std::to_string(static_cast<unsigned>(noted.what));
  alert.id = alert_id(alert.rule, alert.subject, hub_ + "/site/" + code_of(id),
                      static_cast<std::uint64_t>(recorded_ms / kWeekMs));
  alert.site = id;
  alert.severity = severity_of(noted.what);
  alert.since_ms = recorded_ms;
  alert.raised_ms = now_ms_;
  alert.reason = ses::event_words(noted, ses::Names{}) + " of " + code_of(id) + " (record " +
                 ses::ref_words(at) + "): \"sealkeep-agent user log\" there says more";
  alert.clause = "5.1";
  SEALKEEP_TRY(alerts_->raise(alert));
  if (site.security_noted_ms == 0) site.security_noted_ms = now_ms_;
  return {};
}

Result<> Oversight::close_old_security_notes(RegisterId id, Watched& site, std::int64_t now_ms) {
  if (site.security_noted_ms == 0 || now_ms - site.security_noted_ms < kWeekMs) return {};
  site.security_noted_ms = 0;
  SEALKEEP_LET(open, alerts_->open_of(static_cast<std::uint16_t>(AlertRule::SignInUnusual), id));
  for (const Alert& alert : open) {
    if (now_ms - alert.raised_ms >= kWeekMs) {
      SEALKEEP_TRY(alerts_->resolve(alert.id, now_ms));
    } else if (site.security_noted_ms == 0 || alert.raised_ms < site.security_noted_ms) {
      site.security_noted_ms = alert.raised_ms;
    }
  }
  return {};
}

}  // namespace sealkeep::hub
