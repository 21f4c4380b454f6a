// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>

#include "agent/register/enrolment_repository.hpp"
#include "agent/register/site_register.hpp"
#include "common/base/log.hpp"
#include "common/crypto/envelope.hpp"
#include "common/crypto/key_file.hpp"

namespace sealkeep::agent {

/// This site's private keys for one exporter. `log` by epoch: an old epoch's key may be missing, the newest
/// one's never is.
struct SiteKeyRing {
  std::map<std::uint32_t, SigningKey> log;
  SigningKey mirror, message;
  BoxKey curve, envelope;
};

/// Names that both ends derive from the hub's name and the site's code (log-and-sync section 2).
[[nodiscard]] std::string site_name(std::string_view hub, std::string_view site_code);
[[nodiscard]] std::string site_log_origin(std::string_view hub, std::string_view site_code,
                                          std::uint32_t epoch);
[[nodiscard]] std::string directive_log_origin(std::string_view hub, std::string_view site_code,
                                               std::uint32_t epoch);

/// One exporter at this agent: the enrolment, its keys, its logs and its register. Nothing here knows whether
/// there is a network. One thread; over parts that outlive it.
class Exporter {
 public:
  struct Parts {
    Db& db;
    LogStore& logs;
    DetailStore& details;
    RegisterRows& rows;
    EnrolmentRepository& enrolments;
    const KeyFolder& keys;
    Clock& clock;
    Random& random;
    Logger& log;
    std::uint32_t boot_no = 0;
  };
  /// Makes keys, logs and register for an invitation, in the epoch that it names (after the first, entry 0
  /// says which log of a lost machine it follows); durable when it returns, and facts can be recorded from
  /// then on. Refused `enrol.expired`, `enrol.already`, `enrol.no_key` (the hub's bundle lacks a role);
  /// errors of open_roles_bundle.
  [[nodiscard]] static Result<std::unique_ptr<Exporter>> enrol(const Parts& parts,
                                                               const sync::Invitation& invitation);
  /// Opens what was enrolled; records entry 0 of an epoch that was just begun.
  [[nodiscard]] static Result<std::unique_ptr<Exporter>> open(const Parts& parts, Enrolment enrolment);

  [[nodiscard]] RegisterId id() const { return enrolment_.id; }
  [[nodiscard]] const Enrolment& enrolment() const { return enrolment_; }
  [[nodiscard]] const sync::RolesBundle& roles() const { return roles_; }
  [[nodiscard]] const SiteKeyRing& keys() const { return keys_; }
  [[nodiscard]] std::string name() const { return site_name(enrolment_.hub, enrolment_.site_code); }
  [[nodiscard]] SiteRegister& site_register() { return *register_; }
  /// Role Site by epoch, then role Directive by epoch.
  [[nodiscard]] const std::vector<EpochLogRow>& epochs() const { return epochs_; }
  /// The key of the log written now.
  [[nodiscard]] const SigningKey& log_key() const { return keys_.log.rbegin()->second; }
  /// Of the keys that the enrolment request named or would name.
  [[nodiscard]] sync::SiteKeys public_keys() const;

  /// SiteRegister::record; before the facts comes all with which an epoch begins (open_epoch), and
  /// agent_started if these are the first facts of this start.
  [[nodiscard]] Result<std::vector<Result<Recorded>>> record(std::span<const Fact> facts);
  /// A fact that the agent itself states.
  [[nodiscard]] Fact own_fact(ses::Event event) const;

  /// Errors: Refused `enrol.done` when the one-time code was used.
  [[nodiscard]] Result<Bytes> enrol_request(std::string_view agent_instance) const;
  [[nodiscard]] Result<> on_enrol_answer(const sync::EnrolAnswer& answer);
  /// The hub's gatekeeper let us in: whatever was pending is approved.
  [[nodiscard]] Result<> on_admitted();

  /// SiteRegister::adopt_directives, behind all with which the epoch begins.
  [[nodiscard]] Result<bool> adopt_directives();

  /// Freezes the log written now, keeps `evidence`, makes a new key and goes on in a new log, whose entry 0
  /// names the old one, and which then states once more what head office may not hold of the old one
  /// (open_epoch). `cosigned_size` is the most that is known to be cosigned of the old log.
  [[nodiscard]] Result<> begin_next_epoch(ses::EpochReason reason, const Evidence& evidence,
                                          std::uint64_t cosigned_size);
  /// Acts on directives [from, ...) of the mirrored log that are not for the register (details_held).
  [[nodiscard]] Result<> act_on_directives(LogId log, std::uint64_t from);

 private:
  Exporter(const Parts& parts, Enrolment enrolment, sync::RolesBundle roles, SiteKeyRing keys);
  [[nodiscard]] Result<> open_register();
  /// Writes what the log written now lacks of its beginning: entry 0, how far directives are adopted, and the
  /// facts of the log before it past the size that head office surely holds. In small transactions; the log
  /// itself says how far they came, so that a crash between them costs nothing. Nothing else is appended
  /// before all of it is there.
  [[nodiscard]] Result<> open_epoch();
  [[nodiscard]] Result<> begin_log();
  [[nodiscard]] Result<std::uint64_t> first_to_restate(const EpochLogRow& frozen);
  [[nodiscard]] Result<std::uint64_t> surely_mirrored(const EpochLogRow& frozen);
  [[nodiscard]] Result<ses::EpochStarted> epoch_started() const;
  Parts parts_;
  Enrolment enrolment_;
  sync::RolesBundle roles_;
  SiteKeyRing keys_;
  std::vector<EpochLogRow> epochs_;
  std::unique_ptr<SiteRegister> register_;
  bool epoch_open_ = false;  // open_epoch() found or made everything
  bool start_recorded_ = false;
};

}  // namespace sealkeep::agent
