// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/notice_words.hpp"

#include "common/base/pack.hpp"
#include "common/cli/value.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kIdDigits = 32, kShownDigits = 12, kSubjectBytes = 200;
constexpr std::size_t kLinesShown = 100;

std::string id_of(PackWriter& out) {
  return hex(sha256(out.bytes()).view()).substr(0, kIdDigits);
}

std::string shown(const Hash& alert) {
  return hex(alert.view()).substr(0, kShownDigits);
}

std::string lead(Moment moment, const Happening& happening) {
  switch (moment) {
    case Moment::Raised:
      return "";
    case Moment::Escalated:
      return happening.step == LifeStep::Worsened ? "Worse now: " : "Nobody has it in hand: ";
    case Moment::Acknowledged:
      return happening.by + " has it in hand: ";
    case Moment::Resolved:
      return happening.by.empty() ? "Over: " : "Resolved by " + happening.by + ": ";
    case Moment::SnoozeEnded:
      return "Slept, and still there: ";
    case Moment::Assigned:
      return "For you: ";
    default:
      return "";
  }
}

std::string lead_of(const Alert& alert, Moment moment, const Happening& happening) {
  if (moment == Moment::Escalated && happening.always) return "Customs is not told: ";
  static_cast<void>(alert);
  return lead(moment, happening);
}

Notice plain(std::string id, std::string person, Moment moment, const WordsContext& context) {
  Notice notice;
  notice.id = std::move(id);
  notice.person = std::move(person);
  notice.moment = moment_name(moment);
  notice.created_ms = notice.next_try_ms = context.now_ms;
  return notice;
}

cli::Value facts_of(const Notice& notice, const WordsContext& context) {
  return cli::Value::object({{"id", notice.id},
                             {"hub", context.hub},
                             {"moment", notice.moment},
                             {"at_ms", context.now_ms},
                             {"for", notice.person},
                             {"interrupts", notice.interrupts},
                             {"subject", notice.subject}});
}

}  // namespace

Notice notice_of(const Alert& alert, const AlertLife& life, const Happening& happening,
                 const Telling& telling, const std::vector<std::string>& because, std::uint32_t no,
                 const WordsContext& context) {
  PackWriter key;
  key.str("sealkeep/notice/v1").bin(alert.id.bytes).uint(no).str(telling.person);
  Notice notice = plain(id_of(key), telling.person, telling.moment, context);
  const std::string severity(ses::severity_name(severity_of(life)));
  const std::string site = context.site.empty() ? "several sites" : context.site;
  notice.alert = hex(alert.id.view());
  notice.interrupts = telling.interrupts;
  notice.subject = printable(
      "[" + severity + "] " + site + ": " + lead_of(alert, telling.moment, happening) + alert.reason,
      kSubjectBytes);
  std::string& words = notice.words;
  words = lead_of(alert, telling.moment, happening) + alert.reason + "\n\n";
  words += "Site: " + site + "\nSince: " + iso_time(alert.since_ms, context.utc_offset_min) + "\n";
  if (!alert.clause.empty()) words += "Clause: " + alert.clause + "\n";
  const bool over = telling.moment == Moment::Resolved;
  if (over && !happening.text.empty()) words += "How it ended: " + happening.text + "\n";
  if (!over) words += "What to do: " + std::string(what_to_do(alert.rule)) + "\n";
  if (!life.owner.empty()) words += "In the hands of: " + life.owner + "\n";
  for (const std::string& sentence : because) words += "Why you read this: " + sentence + "\n";
  if (!context.link.empty()) words += "\n" + context.link + "/#alerts/" + shown(alert.id) + "\n";
  words += "\nAlert " + shown(alert.id) + " of " + context.hub + "\n";
  cli::Value facts = facts_of(notice, context);
  facts.set("alert", notice.alert).set("rule", alert.rule).set("rule_name", rule_name(alert.rule));
  facts.set("severity", severity)
      .set("site", context.site)
      .set("why", alert.reason)
      .set("clause", alert.clause);
  facts.set("state", state_name(state_of(life, context.now_ms))).set("since_ms", alert.since_ms);
  facts.set("what_to_do", what_to_do(alert.rule));
  if (!life.owner.empty()) facts.set("owner", life.owner);
  notice.facts = cli::to_json(facts);
  return notice;
}

std::string digest_words(const Alert& alert, const AlertLife& life, const Telling& telling,
                         const WordsContext& context) {
  const bool over = telling.moment == Moment::Resolved;
  return "[" + std::string(ses::severity_name(severity_of(life))) + "] " +
         (context.site.empty() ? "several sites" : context.site) + ": " +
         (over                                     ? "Over: "
          : telling.moment == Moment::Acknowledged ? "In hand (" + life.acknowledged_by + "): "
                                                   : "") +
         alert.reason + " (" + shown(alert.id) + ")";
}

Notice digest_of(const std::vector<DigestLine>& lines, const WordsContext& context) {
  PackWriter key;
  key.str("sealkeep/digest/v1").str(lines.front().person);
  bool gathered = false;
  std::string words;
  cli::Value list = cli::Value::list();
  std::size_t count = 0;
  for (const DigestLine& line : lines) {
    key.str(line.alert).sint(line.at_ms);
    gathered = gathered || line.gathered;
    if (count++ < kLinesShown) words += "- " + line.words + "\n";
    list.add(cli::Value::object({{"alert", line.alert}, {"at_ms", line.at_ms}, {"words", line.words}}));
  }
  if (count > kLinesShown) words += "... and " + std::to_string(count - kLinesShown) + " more\n";
  Notice notice =
      plain(id_of(key), lines.front().person, gathered ? Moment::Gathered : Moment::Digest, context);
  notice.interrupts = gathered;
  const std::string number = std::to_string(count) + (count == 1 ? " alert" : " alerts");
  notice.subject =
      gathered ? "[critical] " + number + ", gathered: today's messages are used up" : "Digest: " + number;
  notice.words = words + "\n" + (context.link.empty() ? std::string() : context.link + "/#alerts\n") +
                 "Digest of " + context.hub + "\n";
  cli::Value facts = facts_of(notice, context);
  facts.set("lines", std::move(list));
  notice.facts = cli::to_json(facts);
  return notice;
}

Notice test_of(const std::string& channel, const Way& way, const std::string& person, Moment moment,
               const WordsContext& context) {
  PackWriter key;
  key.str("sealkeep/test/v1").str(channel).str(way.to).sint(context.now_ms).str(moment_name(moment));
  Notice notice = plain(id_of(key), person, moment, context);
  notice.channel = channel;
  notice.to = way.to;
  const bool back = moment == Moment::ChannelBack;
  notice.subject = back ? "Notices get through here again" : "A test of notices";
  notice.words =
      (back ? "The channel \"" + channel + "\" of " + context.hub + " was down since " +
                  iso_time(context.now_ms, context.utc_offset_min) +
                  ". This message waited for it: what was urgent went by other ways.\n"
            : "Somebody at " + context.hub + " tried the channel \"" + channel + "\". It works.\n");
  notice.facts = cli::to_json(facts_of(notice, context));
  return notice;
}

}  // namespace sealkeep::hub
