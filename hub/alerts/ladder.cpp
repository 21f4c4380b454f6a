// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/ladder.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs;

struct HubRule {
  AlertRule rule;
  std::string_view name, words, what_to_do;
};
constexpr HubRule kHubRules[] = {
    {AlertRule::SameSealAtTwoSites, "same_seal_at_two_sites", "One number at two sites",
     "Have both sites look at the seal; the one that is wrong corrects its record"},
    {AlertRule::NeverReceived, "never_received", "Applied and never received",
     "Find the delivery of this seal and have the site write it down"},
    {AlertRule::SiteNotApproved, "site_not_approved", "Delivery to a site without approval",
     "Find out why it went there; accept it with a reason, or tell Customs"},
    {AlertRule::Fork, "fork", "Two histories under one key",
     "Ask the site what happened to its machine; approve a new epoch only after that"},
    {AlertRule::Gap, "gap", "Records are missing",
     "Wait for the site to send them again, or look for the machine that has them"},
    {AlertRule::Clone, "clone", "One key on two machines", "Find the second machine and switch it off"},
    {AlertRule::UnreadableEntry, "unreadable_entry", "A record that cannot be read",
     "Update head office's program; if that does not help, ask for support"},
    {AlertRule::SilentSite, "silent_site", "A site that is not heard of",
     "Call the site; after a week send for a carry file"},
    {AlertRule::LedgerImbalance, "ledger_imbalance", "The ledger does not balance",
     "Have the site count, and explain each number that is named"},
    {AlertRule::DoneLate, "done_late", "Done late, before head office heard of it", "Read it"},
    {AlertRule::ErasureRefused, "erasure_refused", "A site must still keep what was to be erased",
     "Wait until the day that is named"},
    {AlertRule::ChannelDown, "channel_down", "Notices do not get through",
     "Repair the channel; try `notice test`; then send or drop what is in `notice list --state dead`"},
    {AlertRule::SignInUnusual, "sign_in_unusual", "Sign-ins at a site that are not as usual",
     "Ask the site who it was; lock the account if nobody knows"},
};

const HubRule* hub_rule(std::uint16_t rule) {
  for (const HubRule& one : kHubRules)
    if (static_cast<std::uint16_t>(one.rule) == rule) return &one;
  return nullptr;
}

const ses::DutyRule* duty_rule_of(std::uint16_t rule) {
  return rule < 100 ? ses::duty_rule(static_cast<std::uint8_t>(rule)) : nullptr;
}

bool is(std::uint16_t rule, AlertRule one) {
  return rule == static_cast<std::uint16_t>(one);
}

// Rules that have a ladder of their own; everybody else climbs the one of who is asked first.
std::vector<LadderStep> own_ladder(std::uint16_t rule) {
  using enum Role;
  if (rule == 18)
    return {{rule, 0, {SesManager}, false},
            {rule, 12 * kHourMs, {SesManager, Deputy}, true},
            {rule, 20 * kHourMs, {SesManager, Deputy}, true}};
  if (rule == 20)
    return {{rule, 0, {It, SesManager}, false},
            {rule, 12 * kHourMs, {It, SesManager, Deputy}, true},
            {rule, 20 * kHourMs, {It, SesManager, Deputy}, true}};
  if (is(rule, AlertRule::Fork) || is(rule, AlertRule::Gap) || is(rule, AlertRule::Clone) ||
      is(rule, AlertRule::ChannelDown))
    return {{rule, 0, {It, SesManager}, false}, {rule, 4 * kHourMs, {Deputy, Administrator}, false}};
  return {};
}

ses::Who asked_first(std::uint16_t rule) {
  if (const ses::DutyRule* duty = duty_rule_of(rule)) return duty->who;
  if (is(rule, AlertRule::SilentSite) || is(rule, AlertRule::UnreadableEntry)) return ses::Who::It;
  return ses::Who::SesManager;
}

}  // namespace

bool counts_from_discovery(std::uint16_t rule) {
  return rule == 18 || rule == 20;
}

namespace {

std::vector<LadderStep> whole_ladder(std::uint16_t rule, ses::Severity severity,
                                     const std::vector<LadderStep>& own) {
  std::vector<LadderStep> out;
  for (const LadderStep& step : own)
    if (step.rule == rule) out.push_back(step);
  if (!out.empty()) return out;
  if (out = own_ladder(rule); !out.empty()) return out;
  using enum Role;
  // What is critical does not wait for half a day.
  const bool fast = severity == ses::Severity::Critical;
  const std::int64_t second_ms = fast ? kHourMs : 4 * kHourMs;
  const std::int64_t third_ms = fast ? 4 * kHourMs : 24 * kHourMs;
  switch (asked_first(rule)) {
    case ses::Who::Supervisor:
      return {{rule, 0, {Supervisor}, false},
              {rule, second_ms, {SesManager}, false},
              {rule, third_ms, {Deputy}, false}};
    case ses::Who::SupervisorThenSesManager:
      return {{rule, 0, {Supervisor}, false},
              {rule, fast ? kHourMs : 2 * kHourMs, {SesManager}, false},
              {rule, third_ms, {Deputy}, false}};
    case ses::Who::It:
      return {
          {rule, 0, {It}, false}, {rule, second_ms, {SesManager}, false}, {rule, third_ms, {Deputy}, false}};
    case ses::Who::SesManager:
    case ses::Who::HeadOffice:
      break;
  }
  return {{rule, 0, {SesManager}, false},
          {rule, second_ms, {Deputy}, false},
          {rule, third_ms, {Administrator}, false}};
}

}  // namespace

std::vector<LadderStep> ladder_of(std::uint16_t rule, ses::Severity severity,
                                  const std::vector<LadderStep>& own) {
  std::vector<LadderStep> out = whole_ladder(rule, severity, own);
  // What interrupts nobody climbs to nobody: the table of duties makes it high in its own time.
  if (severity < ses::Severity::High && !out.empty()) out.resize(1);
  return out;
}

std::int64_t wait_before_first_word_ms(ses::Severity severity) {
  return severity == ses::Severity::Critical ? 0 : kMinuteMs;
}

std::string_view rule_words(std::uint16_t rule) {
  if (const HubRule* one = hub_rule(rule)) return one->words;
  if (const ses::DutyRule* duty = duty_rule_of(rule)) return duty->words;
  return "Something that this program does not know";
}

std::string_view rule_name(std::uint16_t rule) {
  if (const HubRule* one = hub_rule(rule)) return one->name;
  if (const ses::DutyRule* duty = duty_rule_of(rule)) return duty->name;
  return "unknown";
}

std::string_view what_to_do(std::uint16_t rule) {
  if (const HubRule* one = hub_rule(rule)) return one->what_to_do;
  return rule_words(rule);
}

}  // namespace sealkeep::hub
