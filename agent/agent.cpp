// SPDX-License-Identifier: Apache-2.0
#include "agent/agent.hpp"

#include <sys/statvfs.h>

#include <algorithm>

#include "agent/commands/accounts.hpp"
#include "agent/eyes/eyes.hpp"
#include "agent/eyes/picture_keeper.hpp"
#include "agent/register/day_statement.hpp"
#include "agent/register/erasure.hpp"
#include "agent/register/software.hpp"
#include "agent/uplink/uplink.hpp"
#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/restated.hpp"
#include "common/store/wal_keeper.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::int64_t kLookAtDayMs = 60'000;
constexpr std::int64_t kTidySoonMs = 3'600'000, kTidyEveryMs = kDayMs;
constexpr std::int64_t kKeepSignInsMs = 400 * kDayMs;
constexpr std::int32_t kApplicationId = 0x536b4167;  // "SkAg"

OpenOptions options_of(const AgentParts& parts, bool create) {
  OpenOptions options;
  options.application_id = kApplicationId;
  options.migrations = {{{LogStore::schema(), RegisterRows::schema(), EnrolmentRepository::schema()}},
                        {{access::Access::schema()}}};
  options.create = create;
  options.vfs = parts.vfs;
  options.full_at_commit_fails = false;
  return options;
}

std::filesystem::path file_of(const AgentParts& parts) {
  return parts.folder / kDatabaseName;
}

std::uint64_t free_bytes_of(const AgentParts& parts) {
  if (parts.free_bytes) return parts.free_bytes();
  struct statvfs state {};
  // What cannot be asked is left to the store, which says when it is full.
  if (::statvfs(parts.folder.c_str(), &state) != 0) return UINT64_MAX;
  return static_cast<std::uint64_t>(state.f_bavail) * state.f_frsize;
}

tl::unexpected<Error> agent_exists() {
  return fail(ErrorKind::Refused, "agent.exists", "there is an agent in this folder already", {},
              "Use it, or give another data folder");
}

tl::unexpected<Error> no_exporter(RegisterId id) {
  return fail(ErrorKind::NotFound, "agent.no_exporter", "there is no exporter number " + std::to_string(id),
              {}, "See the list of exporters");
}

class AgentImpl final : public Agent {
 public:
  AgentImpl(const AgentParts& parts, Db db)
      : parts_(parts),
        db_(std::move(db)),
        wal_(db_, WalKeeper::kSiteBytes),
        pictures_(picture_folder_of(parts.folder)),
        picture_limit_(parts.picture_limit_bytes_s),
        keys_(parts.folder / "keys", parts.credentials) {}

  Result<> start() {
    SEALKEEP_LET(enrolments, EnrolmentRepository::open(db_));
    enrolments_.emplace(std::move(enrolments));
    SEALKEEP_LET(boot, db_.transaction([&] { return enrolments_->count_boot(); }));
    boot_ = boot;
    parts_.random.fill(session_.bytes);
    SEALKEEP_LET(logs, LogStore::open(db_));
    logs_.emplace(std::move(logs));
    SEALKEEP_LET(details, DetailStore::open(db_));
    details_.emplace(std::move(details));
    SEALKEEP_LET(rows, RegisterRows::open(db_));
    rows_.emplace(std::move(rows));
    SEALKEEP_LET(access, access::Access::open(db_, parts_.clock.now(), parts_.random));
    access_.emplace(std::move(access));
    tidy_due_ms_ = parts_.clock.now().mono_ms + kTidySoonMs;
    SEALKEEP_LET(enrolled, enrolments_->all());
    for (Enrolment& one : enrolled) {
      SEALKEEP_LET(exporter, Exporter::open(exporter_parts(), std::move(one)));
      SEALKEEP_TRY(add(std::move(exporter)));
    }
    return {};
  }

  // ---- enrolment
  Result<ExporterInfo> enrol(const sync::Invitation& invitation) override {
    SEALKEEP_TRY(alive());
    SEALKEEP_LET(exporter, guarded(Exporter::enrol(exporter_parts(), invitation)));
    SEALKEEP_TRY(guarded(add(std::move(exporter))));
    return guarded(info_of(slots_.rbegin()->second));
  }

  Result<Bytes> enrol_request(RegisterId id) override {
    SEALKEEP_TRY(alive());
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    return slot->exporter->enrol_request("agent " + hex(boot_.instance_id));
  }

  Result<sync::EnrolAnswer> on_enrol_answer(RegisterId id, ByteView bytes) override {
    SEALKEEP_TRY(alive());
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    SEALKEEP_LET(frame, sync::read_frame(bytes));
    if (frame.type != sync::MessageType::EnrolAnswer)
      return bad_input("message.unexpected", "this is not a hub's answer to an enrolment");
    SEALKEEP_LET(answer, sync::decode_enrol_answer(frame.body));
    SEALKEEP_TRY(guarded(slot->exporter->on_enrol_answer(answer)));
    return answer;
  }

  // ---- the register
  std::vector<ExporterInfo> exporters() override {
    std::vector<ExporterInfo> all;
    for (auto& [id, slot] : slots_) {
      if (!dead_) static_cast<void>(guarded(slot.uplink->store_cosignatures()));
      auto info = guarded(info_of(slot));
      all.push_back(info ? *std::move(info) : known_of(slot));
      if (dead_) all.back().trouble = dead_->text();
    }
    return all;
  }

  SiteRegister* site_register(RegisterId id) override {
    Slot* slot = find(id);
    return slot == nullptr ? nullptr : &slot->exporter->site_register();
  }

  Result<std::vector<Result<Recorded>>> record(RegisterId id, std::span<const Fact> facts) override {
    SEALKEEP_TRY(alive());
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    if (free_bytes_of(parts_) < kReserveBytes) return refuse(*slot, facts.size());
    if (auto reported = guarded(report_refusals(*slot)); !reported) {
      if (reported.error().kind == ErrorKind::Full) return refuse(*slot, facts.size());
      return tl::unexpected<Error>(std::move(reported).error());
    }
    SEALKEEP_LET(erased, guarded(pictures_erased_by(*slot, facts)));
    auto answers = guarded(slot->exporter->record(facts));
    if (!answers && answers.error().kind == ErrorKind::Full) return refuse(*slot, facts.size());
    if (!answers) return answers;
    SEALKEEP_TRY(guarded(recorded(*slot, erased)));
    SEALKEEP_TRY(limit_wal());
    return answers;
  }

  // ---- the links
  std::vector<Link> links() override {
    std::vector<Link> all;
    for (auto& [id, slot] : slots_) {
      const Exporter& exporter = *slot.exporter;
      all.push_back({id, exporter.enrolment().main_address, *exporter.roles().box_key("curve"),
                     &exporter.keys().curve});
    }
    return all;
  }

  void on_connected(RegisterId id) override {
    if (Slot* slot = find(id); slot != nullptr && !dead_) report(guarded(slot->uplink->on_connected()));
  }
  void on_disconnected(RegisterId id) override {
    if (Slot* slot = find(id); slot != nullptr && !dead_) report(guarded(slot->uplink->on_disconnected()));
  }

  Result<> on_message(RegisterId id, ByteView frame) override {
    SEALKEEP_TRY(alive());
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    SEALKEEP_TRY(guarded(slot->uplink->on_message(frame)));
    return limit_wal();
  }

  Result<> tick() override {
    SEALKEEP_TRY(alive());
    SEALKEEP_TRY(close_days());
    SEALKEEP_TRY(erase_ordered());
    SEALKEEP_TRY(tidy_access());
    SEALKEEP_TRY(look_at_accounts());
    for (auto& [id, slot] : slots_) {
      SEALKEEP_TRY(guarded(slot.uplink->tick()));
      if (slot.refused_facts > 0 && free_bytes_of(parts_) >= kReserveBytes)
        if (auto reported = guarded(report_refusals(slot));
            !reported && reported.error().kind != ErrorKind::Full)
          return reported;
    }
    return limit_wal();
  }

  std::int64_t next_tick_ms() override {
    constexpr std::int64_t kLongestMs = 60'000;
    std::int64_t at = parts_.clock.now().mono_ms + kLongestMs;
    for (const auto& [id, slot] : slots_) at = std::min(at, slot.uplink->next_tick_ms());
    return at;
  }

  Result<std::optional<Bytes>> next_frame(RegisterId id) override {
    SEALKEEP_TRY(alive());
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    return guarded(slot->uplink->next_frame());
  }
  void sent(RegisterId id, bool taken) override {
    if (Slot* slot = find(id); slot != nullptr && !dead_) report(guarded(slot->uplink->sent(taken)));
  }
  bool take_reconnect(RegisterId id) override {
    Slot* slot = find(id);
    return slot != nullptr && slot->uplink->take_reconnect();
  }

  Result<> idle() override {
    SEALKEEP_TRY(alive());
    const bool quiet = std::all_of(slots_.begin(), slots_.end(),
                                   [](const auto& slot) { return slot.second.uplink->quiet(); });
    return quiet ? guarded(wal_.idle(parts_.clock.now().mono_ms)) : limit_wal();
  }

  // ---- for commands
  Db& db() override { return db_; }
  LogStore& logs() override { return *logs_; }
  DetailStore& details() override { return *details_; }
  RegisterRows& rows() override { return *rows_; }
  const AgentParts& parts() override { return parts_; }
  access::Access& access() override { return *access_; }
  Result<sync::RolesBundle> hub_roles(RegisterId id) override {
    Slot* slot = find(id);
    if (slot == nullptr) return no_exporter(id);
    return slot->exporter->roles();
  }

 private:
  struct Slot {
    std::unique_ptr<Exporter> exporter;
    std::unique_ptr<Uplink> uplink;
    OrderedErasures erasures;
    std::uint64_t refused_facts = 0;  // since the disk was nearly full
    std::int64_t refused_since_ms = 0;
  };

  Slot* find(RegisterId id) {
    const auto found = slots_.find(id);
    return found == slots_.end() ? nullptr : &found->second;
  }

  Exporter::Parts exporter_parts() {
    return {db_,   *logs_,       *details_,     *rows_,     *enrolments_,
            keys_, parts_.clock, parts_.random, parts_.log, boot_.boot_no};
  }

  Result<> add(std::unique_ptr<Exporter> exporter) {
    SEALKEEP_LET(uplink, Uplink::open({db_, *logs_, *details_, pictures_, picture_limit_, parts_.clock,
                                       parts_.random, parts_.log, session_, boot_.boot_no},
                                      *exporter));
    const RegisterId id = exporter->id();
    slots_.emplace(id, Slot{std::move(exporter), std::move(uplink), {}, 0, 0});
    return {};
  }

  [[nodiscard]] Result<> alive() const {
    if (dead_) return tl::unexpected<Error>(*dead_);
    return {};
  }

  // After an error that says that the disk is not what we think, nothing is tried again in this process.
  template <class R>
  R guarded(R result) {
    if (!result && (result.error().kind == ErrorKind::Corrupt || db_.failed()) && !dead_) {
      dead_ = result.error();
      parts_.log.error("agent_must_restart", {{"error", dead_->text()}});
    }
    return result;
  }

  void report(const Result<>& result) {
    if (!result && !dead_) parts_.log.error("link_failed", {{"error", result.error().text()}});
  }

  Result<> limit_wal() { return guarded(wal_.after_commit()); }

  Result<> record_own(Slot& slot, ses::Event event) {
    const Fact fact = slot.exporter->own_fact(std::move(event));
    SEALKEEP_LET(erased, pictures_erased_by(slot, std::span(&fact, 1)));
    SEALKEEP_LET(answers, slot.exporter->record(std::span(&fact, 1)));
    if (!answers.front()) return tl::unexpected<Error>(answers.front().error());
    return recorded(slot, erased);
  }

  // Of what the facts erase, before they do.
  Result<std::set<Hash>> pictures_erased_by(Slot& slot, std::span<const Fact> facts) {
    std::set<Hash> erased;
    for (const Fact& fact : facts)
      if (const auto* event = std::get_if<ses::DetailsErased>(&fact.event)) {
        SEALKEEP_LET(beside, pictures_beside({*logs_, *details_, *rows_},
                                             slot.exporter->site_register().logs(), event->about));
        erased.merge(beside);
      }
    return erased;
  }

  Result<> recorded(Slot& slot, const std::set<Hash>& erased) {
    // What cannot be removed now is looked for again, with those that no record names.
    if (auto gone = erased.empty() ? Result<>{} : give_up_erased(db_, pictures_, erased); !gone)
      parts_.log.warn("pictures_not_given_up", {{"error", gone.error().text()}});
    return slot.uplink->on_recorded();
  }

  tl::unexpected<Error> refuse(Slot& slot, std::size_t facts) {
    const bool first = slot.refused_facts == 0;
    slot.refused_facts += std::max<std::size_t>(facts, 1);
    if (first) {
      slot.refused_since_ms = parts_.clock.now().unix_ms;
      parts_.log.error("disk_nearly_full", {{"hub", slot.exporter->enrolment().hub}});
      report(guarded(record_own(slot, ses::SpaceRefused{slot.refused_facts, slot.refused_since_ms})));
    }
    return fail(ErrorKind::Full, "store.disk_full", "the fact was not recorded: the disk is nearly full",
                "less than " + std::to_string(kReserveBytes / (1024 * 1024)) + " MiB are left",
                "Make room on this machine; write the fact on paper and record it when there is room");
  }

  Result<> report_refusals(Slot& slot) {
    if (slot.refused_facts == 0) return {};
    SEALKEEP_TRY(record_own(slot, ses::SpaceRefused{slot.refused_facts, slot.refused_since_ms}));
    slot.refused_facts = 0;
    return {};
  }

  // What head office ordered to be erased. A full disk only puts it off.
  Result<> erase_ordered() {
    for (auto& [id, slot] : slots_) {
      const RegisterLogs& logs = slot.exporter->site_register().logs();
      SEALKEEP_LET(events,
                   guarded(slot.erasures.due({*logs_, *details_, *rows_}, logs, parts_.clock.now().unix_ms)));
      if (events.empty()) continue;
      for (const ses::Event& event : events) {
        if (auto recorded = guarded(record_own(slot, event)); !recorded)
          return recorded.error().kind == ErrorKind::Full ? Result<>{} : recorded;
      }
      // The bytes are gone from the database; what the write-ahead log still has goes now, or with the next.
      const Result<> moved = guarded(db_.checkpoint_wal(WalCheckpoint::Truncate));
      if (!moved && moved.error().kind != ErrorKind::Busy && moved.error().kind != ErrorKind::Full)
        return moved;
    }
    return {};
  }

  // Sign-ins of long ago are nobody's business any more.
  Result<> tidy_access() {
    const Now now = parts_.clock.now();
    if (now.mono_ms < tidy_due_ms_) return {};
    tidy_due_ms_ = now.mono_ms + kTidyEveryMs;
    auto tidied = guarded(access_->tidy(kKeepSignInsMs, now));
    return !tidied && tidied.error().kind == ErrorKind::Full ? Result<>{} : tidied;
  }

  // A disk that is full only puts it off.
  Result<> look_at_accounts() {
    const Now now = parts_.clock.now();
    if (now.mono_ms < accounts_due_ms_) return {};
    accounts_due_ms_ = now.mono_ms + kLookAtDayMs;
    auto locked = guarded(lock_ended_accounts(*this));
    return !locked && locked.error().kind == ErrorKind::Full ? Result<>{} : locked;
  }

  // At the hour that the plan sets, a day that nobody closed is closed by the agent itself: silence, an
  // outage and tampering must look different.
  Result<> close_days() {
    const Now now = parts_.clock.now();
    if (now.mono_ms < days_due_ms_) return {};
    days_due_ms_ = now.mono_ms + kLookAtDayMs;
    const auto today =
        static_cast<std::uint32_t>(std::max<std::int64_t>(local_day(now.unix_ms, now.utc_offset_min), 0));
    const std::int64_t minute =
        (now.unix_ms + std::int64_t{now.utc_offset_min} * 60'000) / 60'000 - std::int64_t{today} * 1'440;
    for (auto& [id, slot] : slots_) {
      ses::Rows rows;
      SEALKEEP_TRY(guarded(rows_->begin(id, rows)));
      const std::int64_t at = rows.adopted.setting(ses::Setting::DayCloseAtMin);
      if (at == 0 || minute < at || rows.self.day_closed >= today) continue;
      SEALKEEP_LET(closed, guarded(day_statement(*logs_, *rows_, slot.exporter->site_register(), today,
                                                 now.utc_offset_min)));
      if (auto recorded = guarded(record_own(slot, closed));
          !recorded && recorded.error().kind != ErrorKind::Full)
        return recorded;
    }
    return {};
  }

  ExporterInfo known_of(const Slot& slot) const {
    const Exporter& exporter = *slot.exporter;
    const Enrolment& enrolment = exporter.enrolment();
    ExporterInfo info;
    info.id = exporter.id();
    info.hub = enrolment.hub;
    info.site_code = enrolment.site_code;
    info.main_address = enrolment.main_address;
    info.enrol_address = enrolment.enrol_address;
    info.log_origin = slot.exporter->site_register().written().origin;
    info.keys = exporter.public_keys();
    info.fingerprint = sync::site_fingerprint(info.keys);
    info.hub_fingerprint = fingerprint(enrolment.root.bytes);
    info.requested = enrolment.state != EnrolmentState::Invited;
    info.connected = slot.uplink->connected();
    if (const auto& picture = slot.uplink->picture_on_its_way()) {
      info.picture_sent_bytes = picture->sent_bytes;
      info.picture_bytes = picture->bytes;
    }
    info.trouble = slot.uplink->trouble();
    if (enrolment.state == EnrolmentState::Refused && info.trouble.empty())
      info.trouble = "Head office refused this site's enrolment";
    return info;
  }

  Result<ExporterInfo> info_of(const Slot& slot) {
    ExporterInfo info = known_of(slot);
    const LogId log = slot.exporter->site_register().written().log;
    SEALKEEP_LET(size, logs_->size(log));
    info.size = size;
    SEALKEEP_LET(cosigned, logs_->newest_cosigned_head(log));
    if (cosigned) {
      info.cosigned_size = cosigned->checkpoint.size;
      info.cosigned_s = static_cast<std::int64_t>(cosigned->cosignature.time_s);
    }
    if (info.cosigned_size < size) {
      SEALKEEP_LET(bytes, logs_->read_entry(log, info.cosigned_size));
      if (auto entry = ses::decode_entry(bytes))
        info.oldest_unsafe_ms = ses::stated(std::move(*entry)).fact.header.recorded_ms;
    }
    return info;
  }

  AgentParts parts_;
  Db db_;
  WalKeeper wal_;
  PictureFolder pictures_;
  sync::RateLimit picture_limit_;
  KeyFolder keys_;
  std::optional<EnrolmentRepository> enrolments_;
  std::optional<LogStore> logs_;
  std::optional<DetailStore> details_;
  std::optional<RegisterRows> rows_;
  std::optional<access::Access> access_;
  std::int64_t tidy_due_ms_ = 0;  // monotonic
  BootState boot_;
  sync::SessionId session_;
  std::map<RegisterId, Slot> slots_;
  std::int64_t days_due_ms_ = 0, accounts_due_ms_ = 0;  // monotonic
  std::optional<Error> dead_;
};

}  // namespace

Result<> Agent::create(const AgentParts& parts) {
  std::error_code ignored;
  const auto there = parts.vfs.empty() ? std::filesystem::file_size(file_of(parts), ignored) : 1;
  if (there == 0) return agent_exists();  // an empty file is a database that was lost
  SEALKEEP_LET(db, Db::open(file_of(parts), options_of(parts, /*create=*/true)));
  SEALKEEP_LET(enrolments, EnrolmentRepository::open(db));
  SEALKEEP_LET(made, enrolments.has_state());
  if (made) return agent_exists();
  std::array<std::uint8_t, 8> instance_id{};
  parts.random.fill(instance_id);
  return db.transaction([&] { return enrolments.create_state(instance_id); });
}

std::filesystem::path Agent::database(const AgentParts& parts) {
  return file_of(parts);
}

OpenOptions Agent::database_options(const AgentParts& parts) {
  return options_of(parts, /*create=*/false);
}

Result<std::unique_ptr<Agent>> Agent::open(const AgentParts& parts) {
  SEALKEEP_LET(db, Db::open(file_of(parts), options_of(parts, /*create=*/false)));
  auto agent = std::make_unique<AgentImpl>(parts, std::move(db));
  SEALKEEP_TRY(agent->start());
  return agent;
}

}  // namespace sealkeep::agent
