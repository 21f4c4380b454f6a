// SPDX-License-Identifier: Apache-2.0
#include "agent/register/exporter.hpp"

#include <algorithm>

#include "agent/register/software.hpp"
#include "common/ses/restated.hpp"
#include "common/store/wal_keeper.hpp"
#include "common/sync/messages.hpp"

namespace sealkeep::agent {
namespace {

std::string role_of(RegisterId id, std::string_view role) {
  return "r" + std::to_string(id) + "-" + std::string(role);
}
std::string log_role_of(RegisterId id, std::uint32_t epoch) {
  return role_of(id, "log-e" + std::to_string(epoch));
}

template <class Key>
Result<Key> make_key(const KeyFolder& folder, const std::string& role, Random& random) {
  Key key = Key::generate(random);
  if constexpr (std::is_same_v<Key, SigningKey>) {
    SEALKEEP_TRY(folder.store(role, key.seed()));
  } else {
    SEALKEEP_TRY(folder.store(role, key.private_bytes()));
  }
  return key;
}

template <class Key>
Result<Key> load_key(const KeyFolder& folder, const std::string& role) {
  SEALKEEP_LET(secret, folder.load(role));
  return Key(secret.expose());
}

// Keys are never used for a second register: those that an earlier database of this folder had made may have
// signed.
RegisterId free_register(const KeyFolder& keys, const std::vector<Enrolment>& enrolled, std::uint32_t epoch) {
  RegisterId id = enrolled.empty() ? 1 : enrolled.back().id + 1;
  const auto taken = [&](RegisterId candidate) {
    return keys.has(log_role_of(candidate, 1)) || keys.has(log_role_of(candidate, epoch)) ||
           keys.has(role_of(candidate, "mirror")) || keys.has(role_of(candidate, "message")) ||
           keys.has(role_of(candidate, "curve")) || keys.has(role_of(candidate, "envelope"));
  };
  while (taken(id)) ++id;
  return id;
}

Result<SiteKeyRing> make_keys(const KeyFolder& folder, RegisterId id, std::uint32_t epoch, Random& random) {
  SEALKEEP_LET(log, make_key<SigningKey>(folder, log_role_of(id, epoch), random));
  SEALKEEP_LET(mirror, make_key<SigningKey>(folder, role_of(id, "mirror"), random));
  SEALKEEP_LET(message, make_key<SigningKey>(folder, role_of(id, "message"), random));
  SEALKEEP_LET(curve, make_key<BoxKey>(folder, role_of(id, "curve"), random));
  SEALKEEP_LET(envelope, make_key<BoxKey>(folder, role_of(id, "envelope"), random));
  SiteKeyRing ring{{}, std::move(mirror), std::move(message), std::move(curve), std::move(envelope)};
  ring.log.emplace(epoch, std::move(log));
  return ring;
}

Result<SiteKeyRing> load_keys(const KeyFolder& folder, RegisterId id,
                              const std::vector<EpochLogRow>& epochs) {
  SEALKEEP_LET(mirror, load_key<SigningKey>(folder, role_of(id, "mirror")));
  SEALKEEP_LET(message, load_key<SigningKey>(folder, role_of(id, "message")));
  SEALKEEP_LET(curve, load_key<BoxKey>(folder, role_of(id, "curve")));
  SEALKEEP_LET(envelope, load_key<BoxKey>(folder, role_of(id, "envelope")));
  SiteKeyRing ring{{}, std::move(mirror), std::move(message), std::move(curve), std::move(envelope)};
  std::uint32_t newest = 0;
  for (const EpochLogRow& row : epochs)
    if (row.role == LogRole::Site) newest = std::max(newest, row.epoch);
  for (const EpochLogRow& row : epochs) {
    if (row.role != LogRole::Site) continue;
    auto key = load_key<SigningKey>(folder, log_role_of(id, row.epoch));
    if (!key && row.epoch == newest) return tl::unexpected<Error>(std::move(key).error());
    if (key) ring.log.emplace(row.epoch, std::move(*key));
  }
  return ring;
}

Result<> check_roles(const sync::RolesBundle& roles) {
  const bool complete = roles.signing_key("directive") && roles.signing_key("mirror") &&
                        roles.signing_key("message") && roles.box_key("curve") && roles.box_key("envelope");
  if (complete) return {};
  return fail(ErrorKind::Refused, "enrol.no_key", "the hub's bundle of keys is not complete",
              "it needs directive, mirror, message, curve and envelope", "Ask the hub's operator");
}

}  // namespace

std::string site_name(std::string_view hub, std::string_view site_code) {
  return std::string(hub) + "/site/" + std::string(site_code);
}
std::string site_log_origin(std::string_view hub, std::string_view site_code, std::uint32_t epoch) {
  return site_name(hub, site_code) + "/e" + std::to_string(epoch);
}
std::string directive_log_origin(std::string_view hub, std::string_view site_code, std::uint32_t epoch) {
  return std::string(hub) + "/directive/" + std::string(site_code) + "/e" + std::to_string(epoch);
}

Exporter::Exporter(const Parts& parts, Enrolment enrolment, sync::RolesBundle roles, SiteKeyRing keys)
    : parts_(parts), enrolment_(std::move(enrolment)), roles_(std::move(roles)), keys_(std::move(keys)) {}

Result<std::unique_ptr<Exporter>> Exporter::enrol(const Parts& parts, const sync::Invitation& invitation) {
  if (parts.clock.now().unix_ms >= invitation.expires_ms)
    return fail(ErrorKind::Refused, "enrol.expired", "the invitation is over",
                "it was valid until " + iso_time(invitation.expires_ms),
                "Ask the hub's operator for a new one");
  SEALKEEP_LET(roles, sync::open_roles_bundle(invitation.roles, invitation.root, invitation.hub));
  SEALKEEP_TRY(check_roles(roles));
  const std::uint32_t epoch = invitation.epoch;
  const std::string site_origin = site_log_origin(invitation.hub, invitation.site_code, epoch);
  const std::string directive_origin = directive_log_origin(invitation.hub, invitation.site_code, 1);
  SEALKEEP_TRY(check_key_name(site_origin));
  SEALKEEP_LET(enrolled, parts.enrolments.all());
  for (const Enrolment& other : enrolled)
    if (other.hub == invitation.hub)
      return fail(ErrorKind::Refused, "enrol.already",
                  "this agent is enrolled with " + invitation.hub + " already", "site " + other.site_code,
                  "Nothing is to be done; see the list of exporters");

  Enrolment made{free_register(parts.keys, enrolled, epoch),
                 invitation.hub,
                 invitation.site_code,
                 invitation.main_address,
                 invitation.enrol_address,
                 invitation.root,
                 invitation.roles,
                 invitation.code,
                 EnrolmentState::Invited,
                 invitation.follows};
  SEALKEEP_LET(keys, make_keys(parts.keys, made.id, epoch, parts.random));
  const auto reason = invitation.follows ? ses::EpochReason::DatabaseLost : ses::EpochReason::First;
  const std::uint64_t cosigned_size = invitation.follows ? invitation.follows->cosigned_size : 0;
  SEALKEEP_TRY(parts.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(parts.enrolments.add(made));
    LogInfo site;
    site.origin = site_origin;
    site.public_key = keys.log.at(epoch).public_key();
    SEALKEEP_LET(site_log, parts.logs.add_log(site));
    LogInfo directive;
    directive.origin = directive_origin;
    directive.role = LogRole::Directive;
    directive.direction = LogDirection::Mirrored;
    directive.public_key = *roles.signing_key("directive");
    SEALKEEP_LET(directive_log, parts.logs.add_log(directive));
    SEALKEEP_TRY(
        parts.enrolments.add_epoch(made.id, {LogRole::Site, epoch, site_log, reason, cosigned_size, 0}));
    return parts.enrolments.add_epoch(made.id,
                                      {LogRole::Directive, 1, directive_log, ses::EpochReason::First, 0, 0});
  }));
  std::unique_ptr<Exporter> exporter(new Exporter(parts, std::move(made), std::move(roles), std::move(keys)));
  SEALKEEP_TRY(exporter->open_register());
  return exporter;
}

Result<std::unique_ptr<Exporter>> Exporter::open(const Parts& parts, Enrolment enrolment) {
  SEALKEEP_LET(roles, sync::open_roles_bundle(enrolment.roles, enrolment.root, enrolment.hub));
  SEALKEEP_LET(epochs, parts.enrolments.epochs(enrolment.id));
  SEALKEEP_LET(keys, load_keys(parts.keys, enrolment.id, epochs));
  std::unique_ptr<Exporter> exporter(
      new Exporter(parts, std::move(enrolment), std::move(roles), std::move(keys)));
  SEALKEEP_TRY(exporter->open_register());
  return exporter;
}

Result<> Exporter::open_register() {
  SEALKEEP_LET(epochs, parts_.enrolments.epochs(id()));
  epochs_ = std::move(epochs);
  RegisterLogs logs;
  logs.register_id = id();
  for (const EpochLogRow& row : epochs_)
    (row.role == LogRole::Site ? logs.site : logs.directives).push_back({row.epoch, row.log, UINT64_MAX});
  if (logs.site.empty())
    return fail(ErrorKind::Corrupt, "store.row_malformed", "an exporter's register has no log",
                enrolment_.hub,
                "Keep the database as it is and restore from a backup or from the hub's mirror");
  const RegisterLogs::EpochLog newest = logs.site.back();
  SEALKEEP_LET(info, parts_.logs.log(newest.log));
  SEALKEEP_LET(opened,
               SiteRegister::open(
                   {parts_.db, parts_.logs, parts_.details, parts_.rows, parts_.clock, parts_.random},
                   std::move(logs), {newest.epoch, newest.log, info.origin}, log_key(), parts_.boot_no));
  register_ = std::move(opened);

  SEALKEEP_LET(size, parts_.logs.size(newest.log));
  auto begun = size == 0 ? record({}).map([](const auto&) {}) : open_epoch();
  if (begun || begun.error().kind != ErrorKind::Full) return begun;
  parts_.log.warn("epoch_not_begun", {{"hub", enrolment_.hub}, {"error", begun.error().text()}});
  return {};
}

Fact Exporter::own_fact(ses::Event event) const {
  Fact fact;
  parts_.random.fill(fact.request_id);
  fact.event = std::move(event);
  fact.auth_method = ses::AuthMethod::None;
  return fact;
}

// The start of the program is recorded with the first fact of this start: a command that only looks leaves no
// trace.
Result<std::vector<Result<Recorded>>> Exporter::record(std::span<const Fact> facts) {
  SEALKEEP_TRY(open_epoch());
  if (start_recorded_) return register_->record(facts);
  std::vector<Fact> all{own_fact(ses::AgentStarted{parts_.clock.boot_id(), std::string(kSoftware)})};
  all.insert(all.end(), facts.begin(), facts.end());
  auto answers = register_->record(all);
  if (!answers) return answers;
  start_recorded_ = true;
  answers->erase(answers->begin());
  return answers;
}

Result<bool> Exporter::adopt_directives() {
  SEALKEEP_TRY(open_epoch());
  return register_->adopt_directives();
}

// What is missing after a crash, or a full disk, is made up for here, before the next entry.
Result<> Exporter::open_epoch() {
  if (epoch_open_) return {};
  SEALKEEP_LET(size, parts_.logs.size(register_->written().log));
  if (size == 0) SEALKEEP_TRY(begin_log());
  const EpochLogRow* frozen = nullptr;
  for (const EpochLogRow& row : epochs_)
    if (row.role == LogRole::Site && row.epoch < register_->written().epoch) frozen = &row;
  if (frozen != nullptr) {
    SEALKEEP_LET(next, first_to_restate(*frozen));
    SEALKEEP_LET(end, parts_.logs.size(frozen->log));
    while (next < end) {
      SEALKEEP_LET(slice, register_->restate(frozen->epoch, next));
      if (slice.unreadable > 0)
        parts_.log.error("entries_not_restated", {{"hub", enrolment_.hub},
                                                  {"epoch", std::uint64_t{frozen->epoch}},
                                                  {"from", next},
                                                  {"count", slice.unreadable}});
      next = slice.end;
      SEALKEEP_TRY(WalKeeper(parts_.db, WalKeeper::kSiteBytes).after_commit());
    }
  }
  epoch_open_ = true;
  return {};
}

Result<> Exporter::begin_log() {
  SEALKEEP_LET(started, epoch_started());
  std::vector<Fact> facts{own_fact(started)};
  SEALKEEP_LET(adopted, register_->adopted());
  if (adopted) facts.push_back(own_fact(*adopted));
  SEALKEEP_LET(recorded, register_->record(facts));
  for (const Result<Recorded>& one : recorded)
    if (!one) return tl::unexpected<Error>(one.error());
  return {};
}

// Restated entries follow what begin_log() wrote, and nothing else comes between them: the newest entry
// tells.
Result<std::uint64_t> Exporter::first_to_restate(const EpochLogRow& frozen) {
  constexpr std::uint64_t kBegun = 2;
  const LogId log = register_->written().log;
  SEALKEEP_LET(size, parts_.logs.size(log));
  SEALKEEP_LET(bytes, parts_.logs.read_entry(log, size - 1));
  SEALKEEP_LET(newest, ses::decode_entry(bytes));
  if (const auto* restated = std::get_if<ses::Restated>(&newest.event);
      restated != nullptr && restated->at.epoch == frozen.epoch)
    return restated->at.index + 1;
  const ses::Kind kind = ses::kind_of(newest.event);
  const bool only_begun =
      size <= kBegun && (kind == ses::Kind::EpochStarted || kind == ses::Kind::DirectivesAdopted);
  return only_begun ? surely_mirrored(frozen) : parts_.logs.size(frozen.log);
}

// The newest head that the hub cosigned and this database holds; unless the hub showed another history of
// that: then nothing is sure.
Result<std::uint64_t> Exporter::surely_mirrored(const EpochLogRow& frozen) {
  SEALKEEP_LET(cosigned, parts_.logs.newest_cosigned_head(frozen.log));
  const std::uint64_t size = cosigned ? cosigned->checkpoint.size : 0;
  SEALKEEP_LET(evidence, parts_.logs.evidence(frozen.log));
  const bool contradicted =
      std::any_of(evidence.begin(), evidence.end(), [&](const Evidence& one) { return one.size <= size; });
  return contradicted ? 0 : size;
}

Result<ses::EpochStarted> Exporter::epoch_started() const {
  ses::EpochStarted started;
  const EpochLogRow* current = nullptr;
  const EpochLogRow* previous = nullptr;
  for (const EpochLogRow& row : epochs_) {
    if (row.role != LogRole::Site) continue;
    previous = current;
    current = &row;
  }
  started.reason = current->reason;
  if (previous == nullptr) {
    if (const auto& follows = enrolment_.follows) {
      started.previous_origin = follows->origin;
      started.previous_size = follows->size;
      started.previous_root = follows->root;
      started.cosigned_size = current->cosigned_size;
    }
    return started;
  }
  SEALKEEP_LET(held, parts_.logs.checkpoint(previous->log));
  started.previous_origin = held.origin;
  started.previous_size = held.size;
  started.previous_root = held.root;
  started.cosigned_size = current->cosigned_size;
  return started;
}

sync::SiteKeys Exporter::public_keys() const {
  return {log_key().public_key(), keys_.mirror.public_key(), keys_.message.public_key(),
          keys_.curve.public_key(), keys_.envelope.public_key()};
}

Result<Bytes> Exporter::enrol_request(std::string_view agent_instance) const {
  if (!enrolment_.code)
    return fail(ErrorKind::Refused, "enrol.done",
                "this agent is enrolled with " + enrolment_.hub + " already", "the one-time code was used",
                "Nothing is to be done");
  const sync::EnrolRequest request{enrolment_.hub, enrolment_.site_code, *enrolment_.code, public_keys(),
                                   std::string(agent_instance)};
  return sync::make_frame(sync::MessageType::EnrolRequest,
                          sync::encode(request, {log_key(), keys_.mirror, keys_.message}));
}

Result<> Exporter::on_enrol_answer(const sync::EnrolAnswer& answer) {
  std::optional<sync::RolesBundle> newer;
  if (!answer.roles.empty()) {
    SEALKEEP_LET(roles, sync::open_roles_bundle(answer.roles, enrolment_.root, enrolment_.hub));
    if (roles.valid_from_ms > roles_.valid_from_ms) {
      SEALKEEP_TRY(check_roles(roles));
      newer = std::move(roles);
    }
  }
  EnrolmentState state = EnrolmentState::Requested;
  if (answer.state == sync::EnrolState::Approved) state = EnrolmentState::Approved;
  if (answer.state == sync::EnrolState::Refused) state = EnrolmentState::Refused;
  // What the gatekeeper let in stays approved, whatever an old answer says.
  if (enrolment_.state == EnrolmentState::Approved) state = EnrolmentState::Approved;
  const bool done = state == EnrolmentState::Approved;
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(parts_.enrolments.set_state(id(), state));
    if (newer) SEALKEEP_TRY(parts_.enrolments.set_roles(id(), answer.roles));
    return done ? parts_.enrolments.forget_code(id()) : Result<>{};
  }));
  enrolment_.state = state;
  if (done) enrolment_.code.reset();
  if (newer) {
    enrolment_.roles = answer.roles;
    roles_ = *std::move(newer);
  }
  return {};
}

Result<> Exporter::on_admitted() {
  if (enrolment_.state == EnrolmentState::Approved) return {};
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(parts_.enrolments.set_state(id(), EnrolmentState::Approved));
    return parts_.enrolments.forget_code(id());
  }));
  enrolment_.state = EnrolmentState::Approved;
  enrolment_.code.reset();
  return {};
}

// The key is on the disk before the log, and a number whose key exists is passed over: a database that was
// put back from a copy must not write a log again that its successor wrote.
Result<> Exporter::begin_next_epoch(ses::EpochReason reason, const Evidence& evidence,
                                    std::uint64_t cosigned_size) {
  SEALKEEP_TRY(open_epoch());  // else facts of the log before this one would stand in neither
  const WrittenLog ended = register_->written();
  std::uint32_t epoch = ended.epoch + 1;
  while (parts_.keys.has(log_role_of(id(), epoch))) ++epoch;
  SEALKEEP_LET(made, make_key<SigningKey>(parts_.keys, log_role_of(id(), epoch), parts_.random));
  WrittenLog next{epoch, 0, site_log_origin(enrolment_.hub, enrolment_.site_code, epoch)};
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<> {
    SEALKEEP_TRY(parts_.logs.add_evidence(evidence));
    SEALKEEP_TRY(parts_.logs.freeze(ended.log));
    LogInfo info;
    info.origin = next.origin;
    info.public_key = made.public_key();
    SEALKEEP_LET(log, parts_.logs.add_log(info));
    next.log = log;
    return parts_.enrolments.add_epoch(id(), {LogRole::Site, epoch, log, reason, cosigned_size, 0});
  }));
  keys_.log.emplace(epoch, std::move(made));
  SEALKEEP_LET(epochs, parts_.enrolments.epochs(id()));
  epochs_ = std::move(epochs);
  register_->begin_epoch(next, log_key());
  epoch_open_ = false;
  auto begun = open_epoch();
  SEALKEEP_LET(held, parts_.logs.size(ended.log));
  SEALKEEP_LET(restated, parts_.logs.size(next.log));
  parts_.log.warn("epoch_started", {{"log", next.origin},
                                    {"previous", ended.origin},
                                    {"previous_size", held},
                                    {"cosigned_size", cosigned_size},
                                    {"size", restated}});
  if (!begun && begun.error().kind == ErrorKind::Full) return {};  // record() goes on with it
  return begun;
}

Result<> Exporter::act_on_directives(LogId log, std::uint64_t from) {
  std::vector<ses::DetailsHeld> held;
  SEALKEEP_LET(size, parts_.logs.size(log));
  if (from >= size) return {};
  SEALKEEP_LET(visited,
               parts_.logs.read_entries(
                   log, from, size - from, UINT64_MAX, [&](std::uint64_t, ByteView bytes) -> Result<> {
                     const auto directive = ses::decode_directive(bytes);
                     if (!directive) return {};
                     if (const auto* one = std::get_if<ses::DetailsHeld>(&directive->body))
                       held.push_back(*one);
                     return {};
                   }));
  static_cast<void>(visited);
  for (const ses::DetailsHeld& one : held) {
    const auto row = std::find_if(epochs_.begin(), epochs_.end(), [&](const EpochLogRow& r) {
      return r.role == LogRole::Site && r.epoch == one.epoch;
    });
    if (row == epochs_.end()) continue;
    SEALKEEP_LET(cosigned, parts_.logs.newest_cosigned_head(row->log));
    if (!cosigned || one.through > cosigned->checkpoint.size || one.through <= row->details_held) continue;
    SEALKEEP_TRY(parts_.db.transaction(
        [&] { return parts_.enrolments.set_details_held(id(), one.epoch, one.through); }));
    row->details_held = one.through;
  }
  return {};
}

}  // namespace sealkeep::agent
