// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/telling.hpp"
#include "common/base/clock.hpp"

#include <algorithm>

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kMinuteMs = 60'000;

// In the zone of the office, where the sentences are read.
std::string at(std::int64_t ms, const Now& now) {
  return iso_time(ms, now.utc_offset_min);
}

int offset_of(const Recipient& person, const Now& now) {
  return person.utc_offset_min == Recipient::kOfTheHub ? now.utc_offset_min : person.utc_offset_min;
}

bool has_site(const Recipient& person, const std::string& site) {
  return person.sites.empty() || site.empty() ||
         std::find(person.sites.begin(), person.sites.end(), site) != person.sites.end();
}

std::vector<const Recipient*> of_role(const Office& office, Role role) {
  std::vector<const Recipient*> out;
  for (const Recipient& person : *office.people)
    if (person.role == role && has_site(person, office.site)) out.push_back(&person);
  return out;
}

void add(std::vector<const Recipient*>& to, const std::vector<const Recipient*>& more) {
  for (const Recipient* one : more)
    if (std::find(to.begin(), to.end(), one) == to.end()) to.push_back(one);
}

// Nobody of a role: the next one takes it, so that a word is never said to nobody.
std::vector<const Recipient*> audience(const Office& office, const std::vector<Role>& roles, Decision& out) {
  std::vector<const Recipient*> people;
  std::string missing;
  for (const Role role : roles) {
    const auto some = of_role(office, role);
    if (some.empty()) missing += (missing.empty() ? "" : ", ") + std::string(role_words(role));
    add(people, some);
  }
  if (!people.empty()) return people;
  for (const Role next : {Role::SesManager, Role::Deputy, Role::Administrator, Role::It, Role::Supervisor}) {
    people = of_role(office, next);
    if (people.empty()) continue;
    out.spoke.push_back("Nobody is entered as " + missing + ": " + std::string(role_words(next)) +
                        " is told instead");
    return people;
  }
  out.quiet.push_back("Nobody is entered who could be told: it stands on the screen alone");
  return people;
}

void tell(const AlertLife& life, const Recipient& person, Moment moment, const Office& office,
          const std::string& why, Decision& out) {
  const std::int64_t now_ms = office.now.unix_ms;
  const ses::Severity severity = severity_of(life);
  const auto known = office.spent.find(person.name);
  const Spent spent = known == office.spent.end() ? Spent{} : known->second;
  const auto digest = [&](std::int64_t due_ms, bool gathered, const std::string& because) {
    out.tellings.push_back({person.name, moment, false, due_ms, gathered});
    (gathered ? out.spoke : out.quiet)
        .push_back(person.name + " reads it in the digest of " + at(due_ms, office.now) + ": " + because);
  };
  if (severity < ses::Severity::Warn)
    return digest(next_digest_ms(person, office.now, true), false,
                  std::string(ses::severity_name(severity)) + " goes into the weekly one");
  if (severity == ses::Severity::Warn)
    return digest(next_digest_ms(person, office.now, false), false, "warn interrupts nobody");
  if (severity == ses::Severity::Critical) {
    if (spent.interruptions >= kBudget)
      return digest(std::max(now_ms, spent.last_ms + kGatherMs), true,
                    "past " + std::to_string(kBudget) +
                        " messages in a day what is critical is gathered, at most one message an hour");
  } else {
    if (const std::int64_t until_ms = quiet_until_ms(person, office.now); until_ms != 0)
      return digest(until_ms, false, "these are " + person.name + "'s quiet hours, and it is not critical");
    if (spent.interruptions >= kBudget - kKeptForCritical)
      return digest(next_digest_ms(person, office.now, false), false,
                    "today's messages are used up; the last " + std::to_string(kKeptForCritical) +
                        " are kept for what is critical");
  }
  out.tellings.push_back({person.name, moment, true, 0, false});
  out.spoke.push_back(person.name + " was told at " + at(now_ms, office.now) + ": " + why);
}

// What follows up in the same thread asks for nothing: no interruption, not in quiet hours, not counted.
void follow_up(const Happening& happening, Moment moment, const Office& office, const std::string& why,
               Decision& out) {
  for (const std::string& name : office.told) {
    if (name == happening.by) continue;
    const auto person = std::find_if(office.people->begin(), office.people->end(),
                                     [&](const auto& p) { return p.name == name; });
    if (person == office.people->end()) continue;
    const std::int64_t quiet_ms = quiet_until_ms(*person, office.now);
    out.tellings.push_back({name, moment, false, quiet_ms, false});
    out.spoke.push_back(name + " hears of it" + (quiet_ms == 0 ? "" : " after the quiet hours") + ": " + why);
  }
  if (out.tellings.empty()) out.quiet.push_back("Nobody is told: nobody else was told of the alert itself");
}

const Recipient* owner_of(const AlertLife& life, const Office& office) {
  for (const Recipient& person : *office.people)
    if (person.name == life.owner) return &person;
  return nullptr;
}

}  // namespace

std::string_view moment_name(Moment moment) {
  switch (moment) {
    case Moment::Raised:
      return "raised";
    case Moment::Escalated:
      return "escalated";
    case Moment::Acknowledged:
      return "acknowledged";
    case Moment::Resolved:
      return "resolved";
    case Moment::SnoozeEnded:
      return "snooze ended";
    case Moment::Assigned:
      return "assigned";
    case Moment::Digest:
      return "digest";
    case Moment::Gathered:
      return "gathered";
    case Moment::Test:
      return "test";
    case Moment::ChannelBack:
      return "channel back";
  }
  return "unknown";
}

std::int64_t next_digest_ms(const Recipient& person, const Now& now, bool weekly) {
  const std::int64_t offset_ms = offset_of(person, now) * kMinuteMs;
  const std::int64_t local_ms = now.unix_ms + offset_ms;
  std::int64_t day = local_ms / kDayMs;
  if (day * kDayMs + person.digest_at_min * kMinuteMs <= local_ms) ++day;
  constexpr std::int64_t kMonday = 4;  // 1970-01-05
  if (weekly) day += (kMonday + 7 - day % 7) % 7;
  return day * kDayMs + person.digest_at_min * kMinuteMs - offset_ms;
}

std::int64_t quiet_until_ms(const Recipient& person, const Now& now) {
  if (person.quiet_from_min < 0) return 0;
  const std::int64_t offset_ms = offset_of(person, now) * kMinuteMs;
  const std::int64_t local_ms = now.unix_ms + offset_ms;
  const std::int64_t day_ms = local_ms / kDayMs * kDayMs;
  const auto minute = static_cast<int>((local_ms - day_ms) / kMinuteMs);
  const int from = person.quiet_from_min, until = person.quiet_until_min;
  const bool inside = from < until ? minute >= from && minute < until : minute >= from || minute < until;
  if (!inside) return 0;
  const bool tomorrow = from > until && minute >= from;
  return day_ms + (tomorrow ? kDayMs : 0) + until * kMinuteMs - offset_ms;
}

std::vector<std::string> why_quiet(const AlertLife& life, const Now& now) {
  switch (state_of(life, now.unix_ms)) {
    case AlertState::Resolved:
      return {life.resolved_by.empty() ? std::string("It is resolved: its cause is gone")
                                       : "It is resolved by " + life.resolved_by + ": " + life.cause +
                                             (life.cause_still_there ? " (its cause is still there)" : "")};
    case AlertState::Covered:
      return {"It is covered by the silence of its site: what the site did meanwhile is not known here"};
    case AlertState::Snoozed:
      return {"It sleeps until " + at(life.snoozed_until_ms, now)};
    case AlertState::Acknowledged:
      return {life.acknowledged_by + " has it in hand since " + at(life.acknowledged_ms, now)};
    case AlertState::Open:
      break;
  }
  if (life.first_word_ms > now.unix_ms)
    return {"Nobody is told before " + at(life.first_word_ms, now) + ": it may explain itself until then"};
  return {};
}

Decision decide(const AlertLife& life, const Alert& alert, const Happening& happening, const Office& office) {
  Decision out;
  const std::int64_t now_ms = office.now.unix_ms;
  const auto speak = [&](Moment moment, const std::vector<Role>& roles, bool owner_first, bool always,
                         const std::string& why) {
    const std::vector<std::string> quiet = why_quiet(life, office.now);
    const bool in_hand = state_of(life, now_ms) == AlertState::Acknowledged;
    if (!quiet.empty() && !(in_hand && (always || owner_first))) {
      out.quiet = quiet;
      return;
    }
    std::vector<const Recipient*> people;
    if (const Recipient* owner = owner_first ? owner_of(life, office) : nullptr)
      people = {owner};
    else
      people = audience(office, roles, out);
    for (const Recipient* person : people) tell(life, *person, moment, office, why, out);
  };
  switch (happening.step) {
    case LifeStep::Raised:
    case LifeStep::RaisedAgain:
    case LifeStep::ReopenedByHand:
      out.quiet = why_quiet(life, office.now);
      break;
    case LifeStep::FirstWord:
      speak(Moment::Raised, happening.to, false, happening.always,
            std::string(ses::severity_name(severity_of(life))) + ", and nobody has it in hand");
      break;
    case LifeStep::Worsened:
      if (happening.to.empty())
        out.quiet = why_quiet(life, office.now);
      else
        speak(Moment::Escalated, happening.to, !life.owner.empty(), false,
              "it became " + std::string(ses::severity_name(life.severity)));
      break;
    case LifeStep::Escalated:
      speak(Moment::Escalated, happening.to, false, happening.always,
            counts_from_discovery(alert.rule)
                ? duration_words(now_ms - alert.since_ms) + " after the discovery, and Customs is not told"
                : duration_words(now_ms - life.round_ms) + " after it was raised nobody has it in hand");
      break;
    case LifeStep::SnoozeEnded:
      if (happening.to.empty())
        out.quiet = why_quiet(life, office.now);
      else
        speak(Moment::SnoozeEnded, happening.to, true, happening.always,
              "it slept, and its cause is still there");
      break;
    case LifeStep::Assigned: {
      const Recipient* owner = owner_of(life, office);
      if (owner == nullptr)
        out.quiet.push_back(life.owner + " has no address here");
      else if (owner->name == happening.by)
        out.quiet.push_back(life.owner + " took it");
      else
        tell(life, *owner, Moment::Assigned, office, happening.by + " gave it to " + owner->name, out);
      break;
    }
    case LifeStep::Acknowledged:
      follow_up(happening, Moment::Acknowledged, office, happening.by + " has it in hand", out);
      break;
    case LifeStep::Resolved:
    case LifeStep::ResolvedByHand:
      follow_up(happening, Moment::Resolved, office,
                happening.by.empty() ? "its cause is gone" : happening.by + " resolved it: " + happening.text,
                out);
      break;
    case LifeStep::Covered:
    case LifeStep::Snoozed:
      out.quiet = why_quiet(life, office.now);
      break;
    default:
      break;
  }
  return out;
}

}  // namespace sealkeep::hub
