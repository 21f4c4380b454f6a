// SPDX-License-Identifier: Apache-2.0
#include "agent/register/site_register.hpp"

#include <algorithm>
#include <tuple>

#include "common/base/limits.hpp"
#include "common/ses/confusable.hpp"
#include "common/ses/picture.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kWorkingSetSeals = 4096;
constexpr std::uint64_t kEntriesPerSlice = 4096;
constexpr std::uint64_t kRestatedPerSlice = 256;
constexpr std::size_t kRestatedSliceBytes = 256 * 1024;
constexpr std::int64_t kClockStepMs = 5'000;

// The seals of which a fact names one by its number, not as part of a run.
std::vector<ses::SealKey> seals_named_alone(const ses::Event& event) {
  if (const auto* applied = std::get_if<ses::SealApplied>(&event)) return {{applied->family, applied->seal}};
  if (const auto* checked = std::get_if<ses::SealChecked>(&event)) return {{checked->family, checked->seal}};
  if (const auto* replaced = std::get_if<ses::SealReplaced>(&event))
    return {{replaced->family, replaced->old_seal}, {replaced->family, replaced->new_seal}};
  return {};
}

// What a camera read stands in no event: it is held against the fact's numbers here.
void add_pictured(const Fact& fact, std::vector<ses::Irregularity>& codes) {
  for (const DetailInput& detail : fact.details) {
    if (detail.kind != ses::DetailKind::Picture) continue;
    const auto picture = ses::decode_picture(detail.bytes);
    if (!picture) continue;
    for (const ses::PictureDifference& one : ses::differences(picture->readings, fact.event)) {
      const auto code = one.paper ? ses::Irregularity::PaperDiffers : ses::Irregularity::DoorDiffers;
      const auto place = std::lower_bound(codes.begin(), codes.end(), code);
      const bool there = place != codes.end() && *place == code;
      if (!there && codes.size() < limits::kIrregularitiesPerEntry) codes.insert(place, code);
    }
  }
}

}  // namespace

SiteRegister::SiteRegister(Parts parts, RegisterLogs logs, WrittenLog written, const SigningKey& log_key,
                           std::uint32_t boot_no)
    : parts_(parts),
      logs_(std::move(logs)),
      written_(std::move(written)),
      log_key_(&log_key),
      boot_no_(boot_no) {}

Result<std::unique_ptr<SiteRegister>> SiteRegister::open(Parts parts, RegisterLogs logs, WrittenLog written,
                                                         const SigningKey& log_key, std::uint32_t boot_no) {
  std::unique_ptr<SiteRegister> opened(
      new SiteRegister(parts, std::move(logs), std::move(written), log_key, boot_no));
  SEALKEEP_TRY(opened->catch_up());
  SEALKEEP_TRY(opened->remember_stored_requests());
  const Now now = parts.clock.now();
  opened->clock_offset_ms_ = now.unix_ms - now.mono_ms;
  return opened;
}

// Rows are saved in the same commit as the entry, so there is something to do only after the rows were
// dropped because their schema changed.
Result<> SiteRegister::catch_up() {
  RegisterFold fold(parts_.logs, parts_.rows);
  while (true) {
    std::uint64_t folded = 0;
    SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
      ses::Rows rows;
      SEALKEEP_TRY(parts_.rows.begin(id(), rows));
      SEALKEEP_LET(count, fold.follow(logs_, kEntriesPerSlice, rows, {}));
      folded = count;
      return count == 0 ? Result<>{} : parts_.rows.save(id(), rows);
    }));
    if (folded == 0) break;
  }
  return parts_.rows.begin(id(), rows_);
}

// The newest of all epochs: a terminal may replay its queue to a register that has gone on in a new one.
Result<> SiteRegister::remember_stored_requests() {
  std::uint64_t total = 0;
  for (const RegisterLogs::EpochLog& site : logs_.site) {
    SEALKEEP_LET(size, parts_.logs.size(site.log));
    total += size;
  }
  std::uint64_t passed_over = total > kRequestsRemembered ? total - kRequestsRemembered : 0;
  for (const RegisterLogs::EpochLog& site : logs_.site) {
    SEALKEEP_LET(size, parts_.logs.size(site.log));
    const std::uint64_t first = std::min(passed_over, size);
    passed_over -= first;
    SEALKEEP_LET(visited, parts_.logs.read_entries(site.log, first, UINT64_MAX, UINT64_MAX,
                                                   [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                                     auto entry = ses::decode_entry(bytes);
                                                     if (!entry)
                                                       return {};  // of a later release: verify names it
                                                     last_recorded_ms_ = entry->header.recorded_ms;
                                                     const ses::Stated said = ses::stated(std::move(*entry));
                                                     const ses::EntryHeader& header = said.fact.header;
                                                     remember({header.terminal_no, header.request_id},
                                                              said.places.empty()
                                                                  ? ses::Ref{site.epoch, index}
                                                                  : said.places.back());
                                                     return {};
                                                   }));
    static_cast<void>(visited);
  }
  return {};
}

void SiteRegister::remember(const RequestKey& key, ses::Ref at) {
  if (!requests_.emplace(key, at).second) return;
  request_order_.push_back(key);
  if (request_order_.size() > kRequestsRemembered) {
    requests_.erase(request_order_.front());
    request_order_.pop_front();
  }
}

Result<std::shared_ptr<const NameBook>> SiteRegister::names() {
  if (!names_) {
    SEALKEEP_LET(book, read_names(parts_.db, parts_.logs, parts_.details, logs_));
    names_ = std::make_shared<const NameBook>(std::move(book));
  }
  return names_;
}

ses::ClockState SiteRegister::clock_state(const Now& now) const {
  if (now.unix_ms < last_recorded_ms_) return ses::ClockState::Unsure;
  const std::int64_t moved = now.unix_ms - now.mono_ms - clock_offset_ms_;
  return moved > kClockStepMs || moved < -kClockStepMs ? ses::ClockState::Stepped : ses::ClockState::Trusted;
}

ses::EntryHeader SiteRegister::header_of(const Fact& fact, const Now& now) const {
  ses::EntryHeader header;
  header.request_id = fact.request_id;
  header.happened_ms = fact.happened_ms == 0 ? now.unix_ms : fact.happened_ms;
  header.recorded_ms = now.unix_ms;
  header.utc_offset_min = now.utc_offset_min;
  header.boot_no = boot_no_;
  header.mono_ms = now.mono_ms;
  header.clock_state = clock_state(now);
  header.person_no = fact.person_no;
  header.auth_method = fact.auth_method;
  header.terminal_no = fact.terminal_no;
  header.source = fact.source;
  return header;
}

// judge() sees the rows that the fact names; whether a number was mistyped shows only in rows that it does
// not.
Result<std::vector<ses::Irregularity>> SiteRegister::judged(const ses::EntryHeader& header,
                                                            const ses::Event& event, ses::Ref at) {
  SEALKEEP_TRY(parts_.rows.load_for(id(), header, event, at, rows_));
  std::vector<ses::Irregularity> codes = ses::judge(header, event, rows_);
  if (header.source != ses::Source::Typed || rows_.adopted.setting(ses::Setting::ConfusableAsked) == 0)
    return codes;
  ses::Wanted neighbours;
  for (const ses::SealKey& named : seals_named_alone(event))
    for (ses::SealNumber& number : ses::look_alikes(named.number))
      neighbours.seals.push_back({named.family, std::move(number)});
  SEALKEEP_TRY(parts_.rows.load(id(), neighbours, rows_));
  for (const ses::SealKey& key : neighbours.seals) {
    const ses::SealRow* row = rows_.seals.find(key);
    if (!row || !ses::is_live(row->state)) continue;
    constexpr ses::Irregularity kCode = ses::Irregularity::ConfusableTyped;
    if (codes.size() < limits::kIrregularitiesPerEntry)
      codes.insert(std::upper_bound(codes.begin(), codes.end(), kCode), kCode);
    break;
  }
  return codes;
}

// Everything that can fail comes before the fold, so that a fact that is refused leaves the working set as it
// was.
Result<Recorded> SiteRegister::record_one(const Fact& fact, const Now& now) {
  SEALKEEP_LET(index, parts_.logs.size(written_.log));
  const ses::Ref at{written_.epoch, index};
  if (changes_names(ses::kind_of(fact.event))) names_.reset();
  ses::Entry entry;
  entry.header = header_of(fact, now);
  entry.event = fact.event;
  entry.refs = fact.refs;

  RegisterFold fold(parts_.logs, parts_.rows);
  SEALKEEP_LET(irregularities, judged(entry.header, entry.event, at));
  add_pictured(fact, irregularities);

  std::vector<DetailInput> details = fact.details;
  std::optional<std::uint8_t> reason;
  if (!fact.reason.empty() && !irregularities.empty()) {
    reason = static_cast<std::uint8_t>(details.size());
    details.push_back({ses::DetailKind::Reason, to_bytes(as_bytes(fact.reason))});
  }
  for (ses::Irregularity code : irregularities) entry.irregularities.push_back({code, reason});
  std::vector<ses::Salt> salts(details.size());
  for (std::size_t n = 0; n < details.size(); ++n) {
    if (details[n].bytes.size() > limits::kDetailBytes)
      return bad_input("detail.size", "A detail is too large to be recorded", "it has more than 64 KiB",
                       "Shorten it, or attach it in parts");
    parts_.random.fill(salts[n]);
    entry.details.push_back({details[n].kind, details[n].bytes.size(),
                             ses::commit_detail(details[n].kind, salts[n], details[n].bytes)});
  }
  SEALKEEP_LET(bytes, ses::encode(entry));
  SEALKEEP_TRY(parts_.db.savepoint([&]() -> Result<> {
    SEALKEEP_LET(appended, parts_.logs.append(written_.log, ByteView(bytes)));
    SEALKEEP_ASSERT(appended == index);
    for (std::size_t n = 0; n < details.size(); ++n) {
      const ses::DetailCommitment& made = entry.details[n];
      SEALKEEP_TRY(parts_.details.put(
          written_.log, {index, static_cast<std::uint8_t>(n), made.kind, made.length_bytes, made.commitment},
          salts[n], details[n].bytes));
    }
    if (const auto* erased = std::get_if<ses::DetailsErased>(&entry.event))
      return erase_details(erased->about);
    return {};
  }));
  SEALKEEP_TRY(fold.fold_one(logs_, entry, at, rows_));
  return Recorded{at, irregularities, false};
}

// Also where the entry was restated.
Result<> SiteRegister::erase_details(ses::Ref about) {
  SEALKEEP_LET(places, RegisterFold(parts_.logs, parts_.rows).places(logs_, about));
  for (const ses::Ref& place : places)
    for (const RegisterLogs::EpochLog& epoch : logs_.site)
      if (epoch.epoch == place.epoch) SEALKEEP_TRY(parts_.details.erase_all(epoch.log, place.index));
  return {};
}

Result<> SiteRegister::sign_head(const Now& now) {
  SEALKEEP_LET(head, parts_.logs.checkpoint(written_.log));
  return parts_.logs.put_signed_head(written_.log, head, sign_checkpoint(head, *log_key_), now.unix_ms);
}

// The working set knows which duties the facts touched: their cost is that of what happened, not of all that
// is open.
void SiteRegister::add_duties(std::vector<Result<Recorded>>& answers) const {
  std::map<ses::Ref, Recorded*> by_place;
  for (Result<Recorded>& answer : answers)
    if (answer && !answer->repeated) by_place.emplace(answer->at, &*answer);
  for (const ses::DutyKey& key : rows_.duties.changed()) {
    const ses::DutyRow* duty = rows_.duties.find(key);
    const auto opener = duty == nullptr ? by_place.end() : by_place.find(duty->opened);
    if (opener != by_place.end()) opener->second->duties.emplace_back(key, *duty);
  }
  for (const auto& [at, recorded] : by_place)
    std::sort(recorded->duties.begin(), recorded->duties.end(), [](const auto& a, const auto& b) {
      return std::tie(a.second.due_ms, a.first) < std::tie(b.second.due_ms, b.first);
    });
}

void SiteRegister::forget_working_set() {
  rows_ = ses::Rows{};
}

Result<std::vector<Result<Recorded>>> SiteRegister::record(std::span<const Fact> facts) {
  const Now now = parts_.clock.now();
  std::vector<std::pair<RequestKey, ses::Ref>> made;
  std::vector<Result<Recorded>> answers;
  answers.reserve(facts.size());
  const auto known = [&](const RequestKey& key) -> std::optional<ses::Ref> {
    for (const auto& [made_key, at] : made)
      if (made_key == key) return at;
    const auto it = requests_.find(key);
    return it == requests_.end() ? std::nullopt : std::optional(it->second);
  };
  Result<> done = parts_.db.transaction([&]() -> Result<> {
    for (const Fact& fact : facts) {
      const RequestKey key{fact.terminal_no, fact.request_id};
      if (const auto before = known(key)) {
        answers.emplace_back(Recorded{*before, {}, true});
        continue;
      }
      Result<Recorded> recorded = record_one(fact, now);
      if (!recorded && recorded.error().kind != ErrorKind::BadInput)
        return tl::unexpected<Error>(recorded.error());
      if (recorded) made.emplace_back(key, recorded->at);
      answers.push_back(std::move(recorded));
    }
    if (made.empty()) return {};
    SEALKEEP_TRY(sign_head(now));
    add_duties(answers);
    return parts_.rows.save(id(), rows_);
  });
  if (!done) SEALKEEP_TRY(undo_working_set(std::move(done).error()));
  for (const auto& [key, at] : made) remember(key, at);
  if (!made.empty()) note_time(now);
  SEALKEEP_TRY(trim_working_set());
  return answers;
}

// Rows of a transaction that was undone are not those of the store. Returns the error, or that of reading
// anew.
Result<> SiteRegister::undo_working_set(Error error) {
  forget_working_set();
  SEALKEEP_TRY(parts_.rows.begin(id(), rows_));
  return tl::unexpected<Error>(std::move(error));
}

Result<> SiteRegister::trim_working_set() {
  if (rows_.seals.slots().size() <= kWorkingSetSeals && rows_.units.slots().size() <= kWorkingSetSeals)
    return {};
  forget_working_set();
  return parts_.rows.begin(id(), rows_);
}

void SiteRegister::note_time(const Now& now) {
  last_recorded_ms_ = std::max(last_recorded_ms_, now.unix_ms);
  clock_offset_ms_ = now.unix_ms - now.mono_ms;
}

Result<Recorded> SiteRegister::record(const Fact& fact) {
  SEALKEEP_LET(answers, record(std::span(&fact, 1)));
  return std::move(answers.front());
}

Result<std::vector<ses::Irregularity>> SiteRegister::preview(const Fact& fact) {
  const ses::EntryHeader header = header_of(fact, parts_.clock.now());
  SEALKEEP_LET(index, parts_.logs.size(written_.log));
  SEALKEEP_LET(codes, judged(header, fact.event, {written_.epoch, index}));
  add_pictured(fact, codes);
  return codes;
}

Result<bool> SiteRegister::adopt_directives() {
  if (logs_.directives.empty()) return false;
  const RegisterLogs::EpochLog& newest = logs_.directives.back();
  SEALKEEP_LET(size, parts_.logs.size(newest.log));
  const std::uint64_t adopted = rows_.self.directive_epoch == newest.epoch ? rows_.self.directive_size : 0;
  if (size <= adopted) return false;
  bool changes = false;
  SEALKEEP_LET(visited, parts_.logs.read_entries(newest.log, adopted, size - adopted, UINT64_MAX,
                                                 [&](std::uint64_t, ByteView bytes) -> Result<> {
                                                   const auto directive = ses::decode_directive(bytes);
                                                   if (directive &&
                                                       ses::changes_register(ses::kind_of(directive->body)))
                                                     changes = true;
                                                   return {};
                                                 }));
  static_cast<void>(visited);
  if (!changes) return false;
  Fact fact;
  parts_.random.fill(fact.request_id);
  SEALKEEP_LET(root, parts_.logs.root(newest.log));
  fact.event = ses::DirectivesAdopted{newest.epoch, size, root};
  fact.auth_method = ses::AuthMethod::None;
  SEALKEEP_LET(recorded, record(fact));
  static_cast<void>(recorded);
  return true;
}

void SiteRegister::begin_epoch(WrittenLog written, const SigningKey& log_key) {
  logs_.site.push_back({written.epoch, written.log, UINT64_MAX});
  names_.reset();
  written_ = std::move(written);
  log_key_ = &log_key;
}

Result<std::optional<ses::DirectivesAdopted>> SiteRegister::adopted() {
  const ses::RegisterRow& self = rows_.self;
  for (const RegisterLogs::EpochLog& directives : logs_.directives) {
    if (directives.epoch != self.directive_epoch || self.directive_size == 0) continue;
    SEALKEEP_LET(size, parts_.logs.size(directives.log));
    if (self.directive_size > size) continue;
    SEALKEEP_LET(root, parts_.logs.root_at(directives.log, self.directive_size));
    return std::optional(ses::DirectivesAdopted{self.directive_epoch, self.directive_size, root});
  }
  return std::optional<ses::DirectivesAdopted>();
}

// False for an entry that cannot be read, or not be written again.
Result<bool> SiteRegister::restate_one(LogId frozen, ses::Ref at, ByteView bytes, const Now& now) {
  Fact own;
  parts_.random.fill(own.request_id);
  own.auth_method = ses::AuthMethod::None;
  const auto restated = ses::restate(header_of(own, now), at, bytes);
  if (!restated) return false;
  const std::optional<ses::Entry>& again = *restated;
  if (!again) return true;
  const auto written = ses::encode(*again);
  if (!written) return false;
  const Bytes& encoded = *written;
  SEALKEEP_LET(index, parts_.logs.append(written_.log, ByteView(encoded)));
  for (std::size_t i = 0; i < again->details.size(); ++i) {
    const auto n = static_cast<std::uint8_t>(i);
    const ses::DetailCommitment& said = again->details[i];
    SEALKEEP_LET(detail, parts_.details.get(frozen, at.index, n));
    if (!detail || detail->state != DetailState::Held) continue;
    SEALKEEP_TRY(parts_.details.put(written_.log, {index, n, said.kind, said.length_bytes, said.commitment},
                                    detail->salt, detail->bytes));
  }
  SEALKEEP_TRY(
      RegisterFold(parts_.logs, parts_.rows).fold_one(logs_, *again, {written_.epoch, index}, rows_));
  return true;
}

Result<SiteRegister::RestatedSlice> SiteRegister::restate(std::uint32_t epoch, std::uint64_t from) {
  const auto frozen = std::find_if(logs_.site.begin(), logs_.site.end(),
                                   [&](const RegisterLogs::EpochLog& log) { return log.epoch == epoch; });
  SEALKEEP_ASSERT(frozen != logs_.site.end() && epoch < written_.epoch);
  std::vector<Bytes> slice;
  SEALKEEP_LET(visited, parts_.logs.read_entries(frozen->log, from, kRestatedPerSlice, kRestatedSliceBytes,
                                                 [&](std::uint64_t, ByteView bytes) -> Result<> {
                                                   slice.push_back(to_bytes(bytes));
                                                   return {};
                                                 }));
  RestatedSlice out{from + visited, 0};
  const Now now = parts_.clock.now();
  SEALKEEP_LET(before, parts_.logs.size(written_.log));
  names_.reset();
  Result<> done = parts_.db.transaction([&]() -> Result<> {
    for (std::size_t i = 0; i < slice.size(); ++i) {
      SEALKEEP_LET(readable, restate_one(frozen->log, {epoch, from + i}, slice[i], now));
      out.unreadable += readable ? 0 : 1;
    }
    SEALKEEP_LET(after, parts_.logs.size(written_.log));
    if (after == before) return {};
    SEALKEEP_TRY(sign_head(now));
    return parts_.rows.save(id(), rows_);
  });
  if (!done) SEALKEEP_TRY(undo_working_set(std::move(done).error()));
  note_time(now);
  SEALKEEP_TRY(trim_working_set());
  return out;
}

}  // namespace sealkeep::agent
