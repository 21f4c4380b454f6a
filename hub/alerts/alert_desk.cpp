// SPDX-License-Identifier: Apache-2.0
#include "hub/alerts/alert_desk.hpp"

#include "common/crypto/encoding.hpp"
#include "hub/alerts/notice_words.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::int64_t kLookEveryMs = 500;
constexpr std::int64_t kDiskFullRetryMs = 5'000;
constexpr std::size_t kDueAtOnce = 1'000, kLinesAtOnce = 10'000;

std::string lines_of(const std::vector<std::string>& sentences) {
  std::string out;
  for (const std::string& one : sentences) out += (out.empty() ? "" : "\n") + one;
  return out;
}

bool is_silence(const Alert& alert) {
  return alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite);
}

// Why somebody reads it; why others do is not theirs.
std::vector<std::string> sentences_for(const Telling& telling, const Decision& decision) {
  std::vector<std::string> out;
  for (const std::string& sentence : decision.spoke)
    if (std::none_of(decision.tellings.begin(), decision.tellings.end(), [&](const Telling& other) {
          return other.person != telling.person && sentence.starts_with(other.person + " ");
        }))
      out.push_back(sentence);
  return out;
}

}  // namespace

Result<AlertDesk> AlertDesk::open(DeskParts parts) {
  SEALKEEP_LET(lives, LifeRows::open(parts.db));
  SEALKEEP_LET(outbox, Outbox::open(parts.db));
  return AlertDesk(std::move(parts), std::move(lives), std::move(outbox));
}

Result<> AlertDesk::start() {
  SEALKEEP_LET(left, lives_.not_followed());
  waiting_.insert(left.begin(), left.end());
  return {};
}

// What it writes can be found again: no commit of it waits for the disk. False: the disk is full, and the
// same is to be done later.
Result<bool> AlertDesk::write(const std::function<Result<>()>& body) {
  SEALKEEP_TRY(parts_.db.set_durable(false));
  Result<> done = parts_.db.transaction(body);
  if (!parts_.db.failed()) SEALKEEP_TRY(parts_.db.set_durable(true));
  if (done) return true;
  if (done.error().kind != ErrorKind::Full || parts_.db.failed())
    return tl::unexpected<Error>(std::move(done).error());
  parts_.log.error("alerts_wait", {{"error", done.error().text()}});
  return false;
}

Result<> AlertDesk::follow() {
  const Now now = parts_.clock.now();
  const std::set<Hash> changed = parts_.alerts.take_changed();
  waiting_.insert(changed.begin(), changed.end());
  if (changed.empty() && now.mono_ms < next_look_mono_ms_) return {};
  next_look_mono_ms_ = now.mono_ms + kLookEveryMs;
  SEALKEEP_LET(due, lives_.due(now.unix_ms, kDueAtOnce));
  waiting_.insert(due.begin(), due.end());
  SEALKEEP_LET(lines, outbox_.lines(now.unix_ms, 1));
  if (waiting_.empty() && lines.empty()) return {};
  SEALKEEP_LET(written, write([&]() -> Result<> {
                 std::set<Hash> all = waiting_;
                 for (const Hash& id : waiting_) {
                   SEALKEEP_LET(alert, parts_.alerts.find(id));
                   if (!alert || !is_silence(*alert)) continue;
                   SEALKEEP_LET(beside, lives_.of_site(alert->site));
                   all.insert(beside.begin(), beside.end());
                 }
                 for (const Hash& id : all) SEALKEEP_TRY(follow_one(id, now));
                 return make_digests(now);
               }));
  if (written)
    waiting_.clear();
  else
    next_look_mono_ms_ = now.mono_ms + kDiskFullRetryMs;
  return {};
}

// An alert that is not there while its register is rebuilt keeps the life that people gave it.
Result<> AlertDesk::follow_one(const Hash& id, const Now& now) {
  SEALKEEP_LET(alert, parts_.alerts.find(id));
  if (!alert) return {};
  SEALKEEP_LET(life, lives_.load(id));
  SEALKEEP_LET(cover, covering(alert->site));
  const auto rungs = ladder(*alert, life);
  const std::vector<Happening> happened = hub::follow(life, *alert, cover, rungs, now.unix_ms);
  return tell(*alert, life, happened, now);
}

std::vector<LadderStep> AlertDesk::ladder(const Alert& alert, const AlertLife& life) const {
  return ladder_of(alert.rule, life.set_severity.value_or(alert.severity), parts_.setup.ladder);
}

Result<std::optional<Hash>> AlertDesk::covering(RegisterId site) {
  if (site == 0) return std::optional<Hash>{};
  SEALKEEP_LET(silent, parts_.alerts.open_of(static_cast<std::uint16_t>(AlertRule::SilentSite), site));
  if (silent.empty()) return std::optional<Hash>{};
  return std::optional<Hash>(silent.front().id);
}

Result<Office> AlertDesk::office(const Alert& alert, const AlertLife& life, const Now& now) {
  Office out;
  out.people = &parts_.setup.people;
  out.site = parts_.hooks.site_code(alert.site);
  out.now = now;
  SEALKEEP_LET(told, outbox_.told(hex(alert.id.view()), life.round_ms));
  out.told = std::move(told);
  for (const Recipient& person : parts_.setup.people) {
    SEALKEEP_LET(spent, outbox_.interruptions(person.name, now.unix_ms - kBudgetWindowMs));
    out.spent[person.name] = {spent.first, spent.second};
  }
  return out;
}

// One decision for each step: its messages, its lines of digests, and its sentences in the history.
Result<> AlertDesk::tell(const Alert& alert, AlertLife& life, const std::vector<Happening>& happened,
                         const Now& now) {
  std::uint32_t no = life.steps - static_cast<std::uint32_t>(happened.size());
  const WordsContext context{parts_.hub, parts_.hooks.site_code(alert.site), parts_.setup.link, now.unix_ms,
                             now.utc_offset_min};
  const std::string id = hex(alert.id.view());
  for (const Happening& one : happened) {
    if (life.resolved_ms != 0) SEALKEEP_TRY(outbox_.withdraw(id));
    SEALKEEP_LET(now_at, office(alert, life, now));
    const Decision decision = decide(life, alert, one, now_at);
    for (const Telling& telling : decision.tellings) {
      if (telling.digest_due_ms != 0) {
        SEALKEEP_TRY(outbox_.put_line({telling.person, id, telling.digest_due_ms, telling.gathered,
                                       now.unix_ms, static_cast<int>(severity_of(life)),
                                       digest_words(alert, life, telling, context)}));
        continue;
      }
      SEALKEEP_TRY(put(notice_of(alert, life, one, telling, sentences_for(telling, decision), no, context)));
    }
    SEALKEEP_TRY(lives_.add_step(alert.id, no,
                                 {now.unix_ms, one, lines_of(decision.spoke), lines_of(decision.quiet)}));
    ++no;
  }
  if (!happened.empty()) {
    if (changes_.size() == kChangesKept) changes_.erase(changes_.begin());
    changes_.push_back(alert.id);
  }
  return lives_.save(alert, life, next_ms(life, alert, ladder(alert, life)));
}

Result<> AlertDesk::handle(const std::vector<Hash>& alerts, const AlertAction& action) {
  const Now now = parts_.clock.now();
  const std::set<Hash> each(alerts.begin(), alerts.end());
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
    for (const Hash& id : each) {
      // What time or the register did to it comes first: a person acts on what is.
      SEALKEEP_TRY(follow_one(id, now));
      SEALKEEP_LET(alert, parts_.alerts.find(id));
      if (!alert) return fail(ErrorKind::NotFound, "alert.unknown", "There is no such alert");
      SEALKEEP_LET(life, lives_.load(id));
      SEALKEEP_LET(happened, act(life, *alert, action, now.unix_ms));
      if (!happened) continue;
      SEALKEEP_TRY(parts_.hooks.note_action(*alert, action, now.unix_ms));
      SEALKEEP_TRY(tell(*alert, life, {*happened}, now));
      SEALKEEP_TRY(follow_one(id, now));
    }
    return {};
  }));
  return {};
}

// The first way whose channel works; if none does, the first one: it waits there.
const Way* AlertDesk::way_of(const Recipient& person, std::string_view not_over) const {
  for (const Way& way : person.ways)
    if (way.channel != not_over && !is_down(way.channel)) return &way;
  return not_over.empty() && !person.ways.empty() ? &person.ways.front() : nullptr;
}

Result<> AlertDesk::put(Notice notice) {
  const Recipient* person = parts_.setup.person(notice.person);
  const Way* way = person == nullptr ? nullptr : way_of(*person, {});
  if (way == nullptr) return {};
  notice.channel = way->channel;
  notice.to = way->to;
  return outbox_.put(notice);
}

Result<> AlertDesk::make_digests(const Now& now) {
  SEALKEEP_LET(lines, outbox_.lines(now.unix_ms, kLinesAtOnce));
  const WordsContext context{parts_.hub, {}, parts_.setup.link, now.unix_ms, now.utc_offset_min};
  for (std::size_t from = 0; from < lines.size();) {
    std::size_t to = from;
    while (to < lines.size() && lines[to].person == lines[from].person) ++to;
    const std::vector<DigestLine> own(lines.begin() + static_cast<std::ptrdiff_t>(from),
                                      lines.begin() + static_cast<std::ptrdiff_t>(to));
    SEALKEEP_TRY(put(digest_of(own, context)));
    for (const DigestLine& line : own) SEALKEEP_TRY(outbox_.drop_line(line));
    from = to;
  }
  return {};
}

}  // namespace sealkeep::hub
