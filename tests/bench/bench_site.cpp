// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/bench_site.hpp"

#include <fmt/format.h>

#include "common/sync/enrolment.hpp"

namespace sealkeep::bench {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kDayMs = 86'400'000;
constexpr std::uint32_t kBox = 200;
constexpr std::size_t kSentAtOnce = 4'000;
constexpr ses::OperatorNo kOperator = 12;

}  // namespace

BenchSite::BenchSite(hub::Hub& hub, FilledClock& clock, std::string code, std::uint64_t seed)
    : hub_(&hub),
      clock_(&clock),
      code_(std::move(code)),
      random_(seed),
      log_key_(SigningKey::generate(random_)),
      mirror_key_(SigningKey::generate(random_)),
      message_key_(SigningKey::generate(random_)),
      curve_(BoxKey::generate(random_)),
      envelope_key_(BoxKey::generate(random_)),
      name_(hub.settings().name + "/site/" + code_),
      identity_(sync::identify_log(name_ + "/e1", log_key_.public_key())) {
  for (std::size_t i = 0; i < sizeof seed; ++i) {
    session_.bytes[i] = static_cast<std::uint8_t>(seed >> (8 * i));
    peer_.push_back(session_.bytes[i]);
  }
}

Result<> BenchSite::enrol() {
  SEALKEEP_LET(invitation, hub_->add_site(code_));
  const sync::SiteKeys keys{log_key_.public_key(), mirror_key_.public_key(), message_key_.public_key(),
                            curve_.public_key(), envelope_key_.public_key()};
  const sync::EnrolRequest asked{hub_->settings().name, code_, invitation.code, keys, "bench"};
  const Bytes frame =
      sync::make_frame(sync::MessageType::EnrolRequest, encode(asked, {log_key_, mirror_key_, message_key_}));
  SEALKEEP_LET(answer, hub_->on_enrol_request(frame, &curve_.public_key()));
  static_cast<void>(answer);
  SEALKEEP_LET(site, hub_->approve_site(code_, sync::site_fingerprint(keys)));
  id_ = site.id;
  const std::int64_t always_ms = 1;
  for (const ses::DirectiveBody& body : std::initializer_list<ses::DirectiveBody>{
           ses::PlanApproved{"3", sha256(as_bytes("plan 3")), always_ms},
           ses::SiteApproved{always_ms, 0, ses::Scope::Both, "3"},
           ses::OperatorApproved{kOperator, "Harbour Haulage", ses::Scope::Sea, always_ms, 0, "3"}})
    SEALKEEP_TRY(hub_->issue(id_, body));
  return {};
}

Result<> BenchSite::record(const ses::Event& event, std::int64_t happened_ms, ses::PersonNo person) {
  ses::Entry entry;
  random_.fill(entry.header.request_id);
  entry.header.happened_ms = entry.header.recorded_ms = happened_ms;
  entry.header.utc_offset_min = 780;
  entry.header.boot_no = 1;
  entry.header.mono_ms = happened_ms;
  entry.header.person_no = person;
  entry.header.source = person % 3 == 0 ? ses::Source::Typed : ses::Source::Scanned;
  entry.event = event;
  SEALKEEP_LET(bytes, encode(entry));
  waiting_.push_back(std::move(bytes));
  return waiting_.size() < kSentAtOnce ? Result<>{} : send(0);
}

Result<> BenchSite::adopt(std::int64_t at_ms) {
  SEALKEEP_LET(log, hub_->logs().find_log(hub_->settings().name + "/directive/" + code_ + "/e1"));
  SEALKEEP_LET(head, hub_->logs().checkpoint(log->id));
  return record(ses::DirectivesAdopted{1, head.size, head.root}, at_ms, 0);
}

Result<> BenchSite::hand_in(Bytes frame) {
  const hub::PeerFrame one{peer_, curve_.public_key(), "192.0.2.1:5000", std::move(frame)};
  SEALKEEP_LET(replies, hub_->on_frames(std::span(&one, 1)));
  for (const hub::PeerReply& reply : replies) {
    SEALKEEP_LET(said, sync::read_frame(reply.frame));
    if (said.type == sync::MessageType::Refused) {
      SEALKEEP_LET(refused, sync::decode_refused(said.body));
      return fail(ErrorKind::Refused, refused.code, "the hub refused what " + code_ + " sent");
    }
  }
  return {};
}

Bytes BenchSite::signed_frame(sync::MessageType type, std::string_view purpose, const Bytes& body) const {
  return sync::make_frame(type,
                          sync::sign_message(purpose, name_, hub_->settings().name, body, message_key_));
}

Result<> BenchSite::send(std::int64_t until_ms) {
  const auto head_of = [&](const Frontier& frontier) {
    return Checkpoint{identity_.origin, frontier.size(), frontier.root()};
  };
  if (!greeted_) {
    sync::Hello said;
    said.session = session_;
    said.boot_no = 1;
    said.software = "0.1.0";
    said.now_ms = clock_->now().unix_ms;
    const Checkpoint now = head_of(sent_);
    sync::LogHead own{identity_.origin, sync::SyncedRole::Site, now.size, now.root,
                      std::nullopt,     std::nullopt,           0};
    if (now.size > 0) own.signature = sign_checkpoint(now, log_key_);
    said.logs.push_back(own);
    SEALKEEP_TRY(hand_in(signed_frame(sync::MessageType::Hello, sync::kHelloPurpose, encode(said))));
    greeted_ = true;
  }
  const auto envelope_key = hub_->roles().box_key("envelope");
  for (std::size_t at = 0; at < waiting_.size();) {
    sync::ChangeSetBuilder builder(sent_.size());
    for (; at < waiting_.size() && builder.add(waiting_[at]); ++at) sent_.append(hash_leaf(waiting_[at]));
    const Bytes clear = builder.finish(identity_, sent_, log_key_);
    SEALKEEP_TRY(hand_in(
        sync::make_frame(sync::MessageType::ChangeSet, envelope::seal(clear, *envelope_key, random_))));
  }
  waiting_.clear();
  if (until_ms == 0) return {};
  const Checkpoint now = head_of(sent_);
  const sync::Status status{identity_.origin, now.size, now.root, until_ms, {}, 0};
  return hand_in(signed_frame(sync::MessageType::Status, sync::kStatusPurpose, encode(status)));
}

ses::UnitId container(std::uint64_t number) {
  ses::UnitId id{ses::UnitKind::SeaContainer, fmt::format("MSCU{:06}0", number % 1'000'000)};
  id.text.back() = id.computed_check_digit();
  return id;
}

Result<> record_work(BenchSite& site, const DockWork& work, std::int64_t until_ms) {
  const std::int64_t from_ms = until_ms - 360 * kDayMs;
  constexpr ses::PersonNo kPeople = 6;
  SEALKEEP_TRY(site.adopt(from_ms));
  for (const ses::StoreNo store : {1U, 2U})
    SEALKEEP_TRY(site.record(
        ses::StoreAdded{store, store == 1 ? ses::PlaceKind::LockedStore : ses::PlaceKind::DockBox}, from_ms,
        0));
  for (ses::PersonNo person = 1; person <= kPeople; ++person) {
    SEALKEEP_TRY(site.record(ses::PersonAdded{person, 0}, from_ms, 0));
    ses::RecordKept trained;
    trained.what = ses::RecordKind::TrainingSeals;
    trained.person_no = person;
    trained.until_ms = until_ms + 100 * kDayMs;
    SEALKEEP_TRY(site.record(trained, from_ms, 1));
  }
  std::uint64_t next = work.first;
  for (std::size_t box = 0; box < work.boxes; ++box) {
    ses::SealsReceived event;
    event.seals = {work.prefix, next, 8, kBox};
    event.place = {ses::PlaceKind::LockedStore, 1};
    event.arrived_ms = from_ms + kMinuteMs;
    event.delivery = fmt::format("DN-{}-{}", site.id(), box);
    next += kBox;
    SEALKEEP_TRY(site.record(event, from_ms + kMinuteMs, 1));
  }
  constexpr ses::Vvtt kPassed{ses::Step::Pass, ses::Step::Pass, ses::Step::Pass, ses::Step::Pass};
  const std::int64_t each_ms =
      355 * kDayMs / static_cast<std::int64_t>(std::max<std::size_t>(work.containers, 1));
  for (std::size_t i = 0; i < work.containers; ++i) {
    const std::int64_t at_ms = from_ms + kDayMs + static_cast<std::int64_t>(i) * each_ms;
    const auto person = static_cast<ses::PersonNo>(1 + i % kPeople);
    const ses::UnitId unit = container(static_cast<std::uint64_t>(site.id()) * 1'000 + i);
    const ses::SealNumber seal = ses::SealRange{work.prefix, work.first + i, 8, 1}.front();
    SEALKEEP_TRY(site.record(ses::UnitClosed{unit}, at_ms, person));
    SEALKEEP_TRY(site.record(ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, seal, unit, false},
                             at_ms + 5 * kMinuteMs, person));
    const bool last_ones = i + 3 >= work.containers;
    if (last_ones && work.trouble) continue;
    const ses::Reading read{seal.text(), unit.text};
    SEALKEEP_TRY(site.record(ses::SealChecked{ses::Family::Ses, seal, unit, read, read, true, kPassed},
                             at_ms + 10 * kMinuteMs, static_cast<ses::PersonNo>(1 + (i + 1) % kPeople)));
    if (last_ones) continue;
    SEALKEEP_TRY(site.record(ses::Uplifted{unit, ses::Family::Ses, {seal}, kOperator, kPassed, true},
                             at_ms + 60 * kMinuteMs, person));
  }
  if (work.trouble) {
    ses::SealLost lost;
    lost.seals = {work.prefix, work.first + work.containers, 8, 1};
    lost.discovered_ms = until_ms - 6 * 60 * kMinuteMs;
    SEALKEEP_TRY(site.record(lost, until_ms - 6 * 60 * kMinuteMs, 1));
  }
  for (const ses::StoreNo store : {1U, 2U}) {
    ses::StockCounted count;
    count.place = {store == 1 ? ses::PlaceKind::LockedStore : ses::PlaceKind::DockBox, store};
    count.started_ms = until_ms - kDayMs;
    SEALKEEP_TRY(site.record(count, until_ms - kDayMs, 2));
  }
  const auto day = static_cast<std::uint32_t>((until_ms + 780 * kMinuteMs) / kDayMs) - 1;
  return site.record(ses::DayClosed{day, 1, 0, 0}, until_ms - kMinuteMs, 0);
}

}  // namespace sealkeep::bench
