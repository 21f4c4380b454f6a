// SPDX-License-Identifier: Apache-2.0
// Delivery is a duty too: what is waiting goes out, goes round a channel that is down, or asks for a person.
#include <algorithm>

#include "hub/alerts/alert_desk.hpp"
#include "hub/alerts/notice_words.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kPostEveryMs = 500;
constexpr std::int64_t kFirstRetryMs = 10'000, kLongestRetryMs = 30 * 60'000;
constexpr std::uint32_t kMostTries = 54;         ///< with these waits about a day
constexpr std::int64_t kCarriedMs = 5 * 60'000;  ///< after that nobody has it any more: a stop came between
constexpr std::uint32_t kDownAfter = 3;          ///< failures in a row
constexpr std::size_t kAtOnce = 32, kGoRoundAtOnce = 1'000;

}  // namespace

bool AlertDesk::is_down(const std::string& channel) const {
  const auto health = health_.find(channel);
  return health != health_.end() && health->second.failures >= kDownAfter;
}

Result<> AlertDesk::post(Carrier& carrier) {
  const Now now = parts_.clock.now();
  const std::vector<Delivery> deliveries = carrier.delivered();
  for (const Delivery& one : deliveries) carried_.erase(one.id);
  if (deliveries.empty() && now.mono_ms < next_post_mono_ms_) return {};
  next_post_mono_ms_ = now.mono_ms + kPostEveryMs;
  const std::size_t room = std::min(carrier.room(), kAtOnce);
  SEALKEEP_LET(due, outbox_.due(now.unix_ms, room + carried_.size()));
  std::erase_if(due, [this](const Notice& one) { return carried_.contains(one.id); });
  if (due.size() > room) due.resize(room);
  if (deliveries.empty() && due.empty()) return {};
  std::vector<Parcel> parcels;
  SEALKEEP_LET(written, write([&]() -> Result<> {
                 parcels.clear();
                 for (const Delivery& one : deliveries) SEALKEEP_TRY(take(one, now));
                 for (const Channel& channel : parts_.setup.channels)
                   SEALKEEP_TRY(judge_channel(channel, now));
                 for (const Notice& seen : due) {
                   SEALKEEP_LET(fresh, outbox_.find(seen.id));
                   if (!fresh || fresh->state != NoticeState::Waiting) continue;
                   Notice notice = std::move(*fresh);
                   const Channel* channel = parts_.setup.channel(notice.channel);
                   if (channel == nullptr) {
                     notice.state = NoticeState::Dead;
                     notice.trouble = "the configuration has no such channel any more";
                     SEALKEEP_TRY(outbox_.change(notice));
                     continue;
                   }
                   ++notice.tries;
                   notice.next_try_ms = now.unix_ms + kCarriedMs;
                   SEALKEEP_TRY(outbox_.change(notice));
                   parcels.push_back({*channel, std::move(notice), parts_.hub, now.unix_ms});
                 }
                 return {};
               }));
  if (!written) {
    // The disk is full: what was sent and could not be noted is sent once more, under the same id.
    next_post_mono_ms_ = now.mono_ms + 10 * kPostEveryMs;
    return {};
  }
  for (Parcel& parcel : parcels) {
    carried_.insert(parcel.notice.id);
    carrier.take(std::move(parcel));
  }
  return {};
}

Result<> AlertDesk::take(const Delivery& delivery, const Now& now) {
  Health& health = health_[delivery.channel];
  health.known = true;
  if (delivery.sent || delivery.hopeless) {
    // A channel that refuses one message works.
    health.failures = 0;
  } else {
    if (health.failures++ == 0) health.since_ms = now.unix_ms;
    health.trouble = delivery.trouble;
    parts_.log.warn("notice_not_sent", {{"channel", delivery.channel}, {"trouble", delivery.trouble}});
  }
  SEALKEEP_LET(found, outbox_.find(delivery.id));
  if (!found || found->state == NoticeState::Sent || found->state == NoticeState::Dropped) return {};
  Notice notice = std::move(*found);
  if (delivery.sent) {
    notice.state = NoticeState::Sent;
    notice.sent_ms = now.unix_ms;
    notice.trouble.clear();
    return outbox_.change(notice);
  }
  // It was sent elsewhere in the meantime, or is over.
  if (notice.state != NoticeState::Waiting || notice.channel != delivery.channel) return {};
  notice.trouble = delivery.trouble;
  const bool waits_for_channel = notice.moment == moment_name(Moment::ChannelBack);
  if (delivery.hopeless || (!waits_for_channel && notice.tries >= kMostTries)) {
    notice.state = NoticeState::Dead;
    parts_.log.error("notice_dead",
                     {{"notice", notice.id}, {"channel", notice.channel}, {"trouble", notice.trouble}});
    return outbox_.change(notice);
  }
  const std::uint32_t doublings =
      std::min<std::uint32_t>(notice.tries, 12) - std::min<std::uint32_t>(notice.tries, 1);
  const std::int64_t wait_ms = std::min(kFirstRetryMs << doublings, kLongestRetryMs);
  // Up to a fifth more, so that many hubs do not come back to one relay together.
  notice.next_try_ms =
      now.unix_ms + wait_ms +
      static_cast<std::int64_t>(parts_.random.below(static_cast<std::uint64_t>(wait_ms / 5 + 1)));
  return outbox_.change(notice);
}

// An alert of its own while a channel is down or a notice was given up.
Result<> AlertDesk::judge_channel(const Channel& channel, const Now& now) {
  const Health& health = health_[channel.name];
  const bool down = is_down(channel.name);
  SEALKEEP_LET(counts, outbox_.counts(channel.name));
  const std::string subject = "channel:" + channel.name;
  Alert alert;
  alert.rule = static_cast<std::uint16_t>(AlertRule::ChannelDown);
  alert.id = alert_id(alert.rule, subject, parts_.hub, 0);
  SEALKEEP_LET(before, parts_.alerts.find(alert.id));
  const bool open = before && before->resolved_ms == 0;
  if (down || counts.dead > 0) {
    alert.subject = subject;
    alert.severity = ses::Severity::High;
    alert.since_ms = open ? before->since_ms : (down ? health.since_ms : now.unix_ms);
    alert.raised_ms = now.unix_ms;
    alert.reason = down ? "Notices do not get through on \"" + channel.name + "\": " + health.trouble
                        : std::string("Notices on \"") + channel.name + "\" were given up";
    if (counts.dead > 0) alert.reason += "; " + std::to_string(counts.dead) + " given up";
    SEALKEEP_TRY(parts_.alerts.raise(alert));
    if (down) SEALKEEP_TRY(go_round(channel, now));
  } else if (open && health.known) {
    SEALKEEP_TRY(parts_.alerts.resolve(alert.id, now.unix_ms));
  }
  return {};
}

// What is urgent takes another way of the same person; one message waits for the channel and tells that it is
// back. What is not urgent waits too.
Result<> AlertDesk::go_round(const Channel& channel, const Now& now) {
  SEALKEEP_LET(waiting, outbox_.waiting_on(channel.name, kGoRoundAtOnce));
  bool probe = false;
  for (Notice& notice : waiting) {
    probe = probe || !notice.interrupts;
    const Recipient* person = parts_.setup.person(notice.person);
    const Way* other = !notice.interrupts || person == nullptr ? nullptr : way_of(*person, channel.name);
    if (other == nullptr) {
      probe = true;
      continue;
    }
    notice.channel = other->channel;
    notice.to = other->to;
    notice.next_try_ms = now.unix_ms;
    notice.trouble = channel.name + " is down";
    carried_.erase(notice.id);
    SEALKEEP_TRY(outbox_.change(notice));
  }
  if (probe) return {};
  for (const Recipient& person : parts_.setup.people)
    for (const Way& way : person.ways) {
      if (way.channel != channel.name) continue;
      const WordsContext context{parts_.hub, {}, parts_.setup.link, now.unix_ms, now.utc_offset_min};
      return outbox_.put(test_of(channel.name, way, person.name, Moment::ChannelBack, context));
    }
  return {};
}

Result<std::string> AlertDesk::test(const std::string& name, const std::string& to) {
  const Channel* channel = parts_.setup.channel(name);
  if (channel == nullptr)
    return fail(ErrorKind::NotFound, "channel.unknown", "There is no channel " + printable(name), {},
                "See: notice channels");
  Way way{name, to};
  std::string person = "test";
  for (const Recipient& one : parts_.setup.people)
    for (const Way& own : one.ways)
      if (way.to.empty() && own.channel == name) {
        way = own;
        person = one.name;
      }
  if (channel->kind == ChannelKind::Smtp && way.to.find('@') == std::string::npos)
    return bad_input("notice.address", "E-mail needs an address", "nobody in the configuration is told by it",
                     "Add --to ADDRESS");
  const Now now = parts_.clock.now();
  const WordsContext context{parts_.hub, {}, parts_.setup.link, now.unix_ms, now.utc_offset_min};
  const Notice notice = test_of(name, way, person, Moment::Test, context);
  SEALKEEP_TRY(parts_.db.transaction([&] { return outbox_.put(notice); }));
  return notice.id;
}

Result<Notice> AlertDesk::open_notice(const std::string& id) {
  SEALKEEP_LET(found, outbox_.find(id));
  if (!found)
    return fail(ErrorKind::NotFound, "notice.unknown", "There is no notice " + printable(id), {},
                "See: notice list");
  if (found->state != NoticeState::Waiting && found->state != NoticeState::Dead)
    return fail(ErrorKind::Refused, "notice.over",
                "This notice is " + std::string(notice_state_name(found->state)), {},
                "Nothing is to be done");
  return std::move(*found);
}

Result<Notice> AlertDesk::retry(const std::string& id) {
  SEALKEEP_LET(notice, open_notice(id));
  const Now now = parts_.clock.now();
  notice.state = NoticeState::Waiting;
  notice.next_try_ms = now.unix_ms;
  notice.tries = 0;
  notice.trouble.clear();
  SEALKEEP_TRY(parts_.db.transaction([&] { return outbox_.change(notice); }));
  return notice;
}

Result<Notice> AlertDesk::drop(const std::string& id, const std::string& by, const std::string& reason) {
  if (reason.empty() || reason.size() > kAlertTextBytes)
    return bad_input("notice.reason", "A notice is dropped with a reason", {},
                     "Add --reason, at most 1000 bytes");
  SEALKEEP_LET(notice, open_notice(id));
  const Now now = parts_.clock.now();
  notice.state = NoticeState::Dropped;
  notice.trouble = reason;
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(outbox_.change(notice));
    SEALKEEP_TRY(parts_.hooks.note_drop(notice, by, reason, now.unix_ms));
    if (const Channel* channel = parts_.setup.channel(notice.channel)) return judge_channel(*channel, now);
    return {};
  }));
  return notice;
}

}  // namespace sealkeep::hub
