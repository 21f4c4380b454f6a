// SPDX-License-Identifier: Apache-2.0
#include "hub/pictures/picture_desk.hpp"

#include <algorithm>

#include "common/ses/picture.hpp"

namespace sealkeep::hub {
namespace {

static_assert(sync::kPictureBytes == ses::kPictureBytes);
constexpr std::int64_t kPauseMs = 60'000;
constexpr std::int64_t kLookAtOldMs = 3'600'000;
constexpr std::int64_t kLookAtOldSoonMs = 60'000;
constexpr std::size_t kGivenUpAtOnce = 256;
constexpr std::int64_t kFailuresTaken = 3;

// The longer it did not come, the longer the wait: as long again, a minute to a day.
std::int64_t ask_again_ms(const PictureRow& row, std::int64_t now_ms) {
  constexpr std::int64_t kLeastMs = 60'000;
  return now_ms + std::clamp(now_ms - row.named_ms, kLeastMs, kDayMs);
}

}  // namespace

PictureDesk::PictureDesk(const std::filesystem::path& data, Clock& clock, Logger& log, Db& db,
                         RegisterRows& rows, PictureBook book)
    : data_(data),
      clock_(&clock),
      log_(&log),
      db_(&db),
      rows_(&rows),
      book_(std::move(book)),
      old_looked_ms_(clock.now().mono_ms - kLookAtOldMs + kLookAtOldSoonMs) {}

Result<> PictureDesk::start(bool restored) {
  std::error_code ignored;
  if (!restored && std::filesystem::exists(data_ / "pictures", ignored)) return {};
  SEALKEEP_LET(here, book_.all_here());
  SEALKEEP_LET(written, write([&]() -> Result<> {
                 for (PictureRow& row : here) {
                   if (originals_of(data_, row.site).held(row.sha256).whole) continue;
                   row.standing = PictureStanding::Wanted;
                   SEALKEEP_TRY(book_.put(row));
                 }
                 return {};
               }));
  static_cast<void>(written);
  return {};
}

// What is written here follows from the details, the folder and what sites say again: no commit waits for the
// disk. False if there was no room.
Result<bool> PictureDesk::write(const std::function<Result<>()>& body) {
  SEALKEEP_TRY(db_->set_durable(false));
  const Result<> done = db_->transaction(body);
  if (!db_->failed()) SEALKEEP_TRY(db_->set_durable(true));
  if (done) return true;
  if (done.error().kind != ErrorKind::Full) return tl::unexpected<Error>(done.error());
  pause(done.error());
  return false;
}

void PictureDesk::pause(const Error& error) {
  paused_until_ms_ = clock_->now().mono_ms + kPauseMs;
  log_->warn("pictures_wait", {{"code", error.code}, {"why", error.why}, {"next", error.next}});
}

// ---- words

Result<> PictureDesk::words_came(RegisterId site, LogId log, const DetailRef& ref, ByteView words) {
  const auto picture = ses::decode_picture(words);
  if (!picture || picture->sha256 == Hash{}) return {};
  PictureRow row;
  row.place = {log, ref.index, ref.n};
  row.site = site;
  row.sha256 = picture->sha256;
  row.named_ms = row.ask_ms = clock_->now().unix_ms;
  SEALKEEP_TRY(book_.add(row));
  if (connected_.contains(site)) turns_.want(site);
  return {};
}

Result<> PictureDesk::words_erased(LogId log, std::uint64_t index) {
  SEALKEEP_LET(count, book_.erase(log, index));
  erased_ = erased_ || count > 0;
  return {};
}

// ---- traffic

void PictureDesk::connected(RegisterId site) {
  gone(site);
  connected_.insert(site);
  turns_.want(site);
}

void PictureDesk::gone(RegisterId site) {
  connected_.erase(site);
  sleeping_.erase(site);
  asked_.erase(site);
  turns_.forget(site);
}

void PictureDesk::take(RegisterId site, LogId log, sync::PicturePiece piece) {
  const PicturePlace place{log, piece.index, piece.n};
  const auto asked = asked_.find(site);
  const bool awaited = asked != asked_.end() && asked->second.place == place &&
                       (piece.state != sync::PictureState::Piece || piece.from == asked->second.from);
  if (!awaited) {
    log_->info("picture_passed_over", {{"register", site}, {"index", piece.index}});
    return;
  }
  asked_.erase(asked);
  arrived_.push_back({site, place, std::move(piece)});
}

Result<std::vector<PictureAsk>> PictureDesk::next(const std::function<bool(RegisterId)>& ready) {
  SEALKEEP_TRY(put_away());
  if (erased_) SEALKEEP_TRY(remove_erased());
  std::vector<PictureAsk> out;
  while (clock_->now().mono_ms >= paused_until_ms_) {
    const auto site = turns_.next(clock_->now().mono_ms, ready);
    if (!site) break;
    SEALKEEP_LET(ask, ask_of(*site));
    if (!ask) {
      turns_.forget(*site);
      continue;
    }
    asked_[*site] = *ask;
    out.push_back(*ask);
  }
  return out;
}

Result<> PictureDesk::put_away() {
  if (arrived_.empty()) return {};
  std::vector<PictureRow> changed;
  for (Arrived& one : std::exchange(arrived_, {})) {
    turns_.answered(one.site);
    if (connected_.contains(one.site)) turns_.want(one.site);
    SEALKEEP_LET(row, after(one));
    if (row) changed.push_back(*row);
  }
  if (changed.empty()) return {};
  SEALKEEP_LET(written, write([&]() -> Result<> {
                 for (const PictureRow& row : changed) SEALKEEP_TRY(book_.put(row));
                 return {};
               }));
  static_cast<void>(written);
  return {};
}

// The row as it is then, if it changed.
Result<std::optional<PictureRow>> PictureDesk::after(const Arrived& arrived) {
  SEALKEEP_LET(row, book_.find(arrived.place));
  // Erased, or its time was over, while it travelled.
  if (!row || row->standing != PictureStanding::Wanted) return std::optional<PictureRow>();
  const std::int64_t now_ms = clock_->now().unix_ms;
  if (arrived.piece.state == sync::PictureState::Gone) {
    row->standing = PictureStanding::GivenUp;
    SEALKEEP_LET(removed, give_up_file(*row));
    static_cast<void>(removed);
    return row;
  }
  if (arrived.piece.state == sync::PictureState::NotYet) {
    row->ask_ms = ask_again_ms(*row, now_ms);
    return row;
  }
  const auto held = originals_of(data_, arrived.site)
                        .put(row->sha256, arrived.piece.from, arrived.piece.total, arrived.piece.bytes);
  if (held) {
    if (!held->whole) return std::optional<PictureRow>();
    row->standing = PictureStanding::Here;
    return row;
  }
  if (held.error().kind != ErrorKind::BadInput) {
    pause(held.error());
    return std::optional<PictureRow>();
  }
  log_->warn("picture_is_another",
             {{"register", arrived.site}, {"index", arrived.place.index}, {"code", held.error().code}});
  SEALKEEP_LET(removed, give_up_file(*row));
  static_cast<void>(removed);
  row->ask_ms = ask_again_ms(*row, now_ms);
  if (++row->failures >= kFailuresTaken) row->standing = PictureStanding::GivenUp;
  return row;
}

Result<std::optional<PictureAsk>> PictureDesk::ask_of(RegisterId site) {
  const std::int64_t now_ms = clock_->now().unix_ms;
  while (true) {
    SEALKEEP_LET(row, book_.next_wanted(site));
    if (!row) return std::optional<PictureAsk>();
    if (row->ask_ms > now_ms) {
      sleeping_[site] = row->ask_ms;
      return std::optional<PictureAsk>();
    }
    const PictureFolder::Held held = originals_of(data_, site).held(row->sha256);
    if (!held.whole) return std::optional(PictureAsk{site, row->place, held.bytes});
    // Beside another record already, or from before the database was put back.
    row->standing = PictureStanding::Here;
    SEALKEEP_LET(written, write([&] { return book_.put(*row); }));
    if (!written) return std::optional<PictureAsk>();
  }
}

Result<> PictureDesk::tick() {
  const Now now = clock_->now();
  for (const RegisterId site : turns_.expire(now.mono_ms)) asked_.erase(site);
  for (auto one = sleeping_.begin(); one != sleeping_.end();) {
    if (one->second > now.unix_ms) {
      ++one;
      continue;
    }
    turns_.want(one->first);
    one = sleeping_.erase(one);
  }
  if (now.mono_ms - old_looked_ms_ < kLookAtOldMs) return {};
  old_looked_ms_ = now.mono_ms;
  erased_ = true;
  return give_up_old();
}

// ---- giving up

// The bytes stay while other words name them. False if the file cannot be removed now.
Result<bool> PictureDesk::give_up_file(const PictureRow& row) {
  SEALKEEP_LET(named, book_.named_elsewhere(row));
  if (named) return true;
  const auto removed = originals_of(data_, row.site).remove(row.sha256);
  if (!removed) log_->warn("picture_not_given_up", {{"register", row.site}, {"why", removed.error().why}});
  return removed.has_value();
}

Result<> PictureDesk::remove_erased() {
  SEALKEEP_LET(rows, book_.erased(kGivenUpAtOnce));
  erased_ = false;
  std::vector<PicturePlace> gone;
  for (const PictureRow& row : rows) {
    SEALKEEP_LET(removed, give_up_file(row));
    if (removed) gone.push_back(row.place);
  }
  if (gone.empty()) return {};
  SEALKEEP_LET(written, write([&]() -> Result<> {
                 for (const PicturePlace& place : gone) SEALKEEP_TRY(book_.remove(place));
                 return {};
               }));
  // Those that are left wait for the next look at what is old.
  erased_ = written && rows.size() == kGivenUpAtOnce;
  return {};
}

Result<> PictureDesk::give_up_old() {
  const std::int64_t now_ms = clock_->now().unix_ms;
  SEALKEEP_LET(sites, book_.sites());
  for (const RegisterId site : sites) {
    ses::Rows rows;
    SEALKEEP_TRY(rows_->begin(site, rows));
    const std::int64_t kept_ms = rows.adopted.setting(ses::Setting::RetentionDays) * kDayMs;
    SEALKEEP_LET(old, book_.older(site, now_ms - kept_ms, kGivenUpAtOnce));
    if (old.size() == kGivenUpAtOnce) old_looked_ms_ -= kLookAtOldMs;
    if (old.empty()) continue;
    SEALKEEP_LET(written, write([&]() -> Result<> {
                   for (PictureRow& row : old) {
                     row.standing = PictureStanding::Over;
                     SEALKEEP_TRY(book_.put(row));
                   }
                   return {};
                 }));
    if (!written) return {};
    for (const PictureRow& row : old) {
      SEALKEEP_LET(removed, give_up_file(row));
      static_cast<void>(removed);
    }
  }
  return {};
}

}  // namespace sealkeep::hub
