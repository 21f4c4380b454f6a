// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <memory>
#include <set>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/base/pack.hpp"
#include "common/ses/directive.hpp"
#include "common/ses/duty.hpp"
#include "common/sync/enrolment.hpp"
#include "hub/accounts.hpp"
#include "hub/journal.hpp"
#include "hub/notices/setup.hpp"
#include "hub/records.hpp"

namespace sealkeep::hub {

class AlertDesk;
class ComplianceBook;
class Chronicle;
class CustomsBook;
struct CustomsStep;
class ReportDesk;

/// What a hub stands on. Everything outlives the hub.
struct HubParts {
  std::filesystem::path folder;       ///< the data folder, locked by the caller
  std::filesystem::path credentials;  ///< systemd credentials, may be empty
  std::string vfs;                    ///< SQLite VFS, empty = the system's
  Clock& clock;
  Random& random;
  Logger& log;
  NoticeSetup notices = {};  ///< whom alerts are told to, and how
  /// At the shell too, what matters waits for a second person (hub/commands/people_parts.hpp); over the API
  /// it always does.
  bool two_persons = false;
  /// The local zone's offset at a moment, minutes east of UTC; empty: as the clock says now. Reports on a
  /// schedule follow it over changes of the clock.
  std::function<std::int32_t(std::int64_t unix_ms)> utc_offset_min_at = {};
};

struct HubSettings {
  std::string name;           ///< first part of every origin: "hub.example.nz"
  std::string main_address;   ///< as sites reach it: "tcp://hub.example.nz:7441"
  std::string enrol_address;  ///< "tcp://hub.example.nz:7442"
};

/// Data that somebody took out of the hub.
inline constexpr std::size_t kExportTextBytes = 300;
struct DataExport {
  RegisterId site = 0;   ///< 0: several
  std::string what;      ///< "evidence", with what was left out
  std::string by, whom;  ///< who made it, for whom; as they say, at most 300 bytes each
  std::int64_t from_ms = 0, until_ms = 0;
  Hash file;  ///< its SHA-256
  std::uint64_t records = 0;
  bool with_names = false;  ///< people's names were in it
};
/// The body of a journal entry data_exported (docs/formats/journal.md), and back.
[[nodiscard]] PackWriter encode(const DataExport& data);
[[nodiscard]] Result<DataExport> decode_data_export(ByteView body);

/// A frame of a peer, as the transport hands it in.
struct PeerFrame {
  Bytes peer;              ///< routing id of the connection
  BoxPublicKey curve_key;  ///< proved for this message
  std::string address;
  Bytes frame;
};
struct PeerReply {
  Bytes peer;
  Bytes frame;
};

/// The whole hub without sockets and threads: the product, the simulator and the benchmarks drive this class.
/// One thread.
class Hub : public HubRecords {
 public:
  /// Makes keys (root, directive, mirror, journal, message, curve, envelope), the roles bundle v1, the
  /// database and the journal. Refused `hub.exists`.
  [[nodiscard]] static Result<> create(const HubParts& parts, const HubSettings& settings);
  [[nodiscard]] static Result<std::unique_ptr<Hub>> open(const HubParts& parts);
  /// The database's file and how it is opened, for those who look at one that open() refuses.
  [[nodiscard]] static std::filesystem::path database(const HubParts& parts);
  [[nodiscard]] static OpenOptions database_options(const HubParts& parts);

  // ---- sites; each decision is an entry of the journal
  /// Refused `site.exists`. The code is valid 24 h; the same call again for a site nobody has answered for
  /// makes a new one.
  [[nodiscard]] virtual Result<sync::Invitation> add_site(std::string_view code) = 0;
  /// The machine or the database of an enrolled (or revoked) site is lost: an invitation for another one,
  /// which begins the next epoch and is told what is held of the log that it follows. Until its keys are
  /// approved the old ones stay in force. The same call again makes a new invitation and forgets who answered
  /// the one before. Refused `site.never_enrolled`, NotFound `site.unknown`.
  [[nodiscard]] virtual Result<sync::Invitation> add_site_again(std::string_view code) = 0;
  /// An enrolment request from the enrolment port or a file (a frame). Answers with a frame; never says
  /// whether a code exists. At most limits::kEnrolMessageBytes.
  [[nodiscard]] virtual Result<Bytes> on_enrol_request(ByteView frame, const BoxPublicKey* curve_key) = 0;
  /// `fingerprint` must be the one that the person compared (Refused `site.fingerprint`).
  [[nodiscard]] virtual Result<SiteInfo> approve_site(std::string_view code,
                                                      std::string_view fingerprint) = 0;
  [[nodiscard]] virtual Result<SiteInfo> revoke_site(std::string_view code) = 0;
  /// CURVE keys of approved sites: the gatekeeper's list for the main port.
  [[nodiscard]] virtual std::set<BoxPublicKey> allowed_keys() = 0;

  /// Appends a directive to the site's directive log (signed, durable on return); it goes out with the next
  /// replies. Refused `directives.held_back` while the site may hold, or does hold, directives that this hub
  /// has lost: a signature now might be a second history of one log.
  [[nodiscard]] virtual Result<std::uint64_t> issue(RegisterId site, const ses::DirectiveBody& body) = 0;

  /// An entry of the journal: exports show who saw what.
  [[nodiscard]] virtual Result<> note_export(const DataExport& data) = 0;

  /// Any entry of the journal, and `rows` beside it in the same transaction: durable when this returns,
  /// nothing of it otherwise.
  [[nodiscard]] virtual Result<> note(JournalKind kind, const PackWriter& body,
                                      const std::function<Result<>()>& rows = {}) = 0;

  // ---- incidents
  /// What head office decided, told Customs or heard of it: an entry of the journal and a row of the book,
  /// durable when this returns. What is told, or need not be, ends the alerts about it at once; a site hears
  /// of the telling as soon as it can be reached. Errors of CustomsBook::add().
  [[nodiscard]] virtual Result<> note_customs(RegisterId site, ses::Ref incident,
                                              const CustomsStep& step) = 0;
  [[nodiscard]] virtual CustomsBook& customs() = 0;

  // ---- traffic
  /// Intake: authorises every frame, verifies, stores the runs of all of them in ONE commit, cosigns, and
  /// answers. Blind to contents. What it returns may be sent: everything it acknowledges is durable.
  [[nodiscard]] virtual Result<std::vector<PeerReply>> on_frames(std::span<const PeerFrame> frames) = 0;
  /// What else is to be said to connected sites now (directives, wanted details, windows).
  [[nodiscard]] virtual Result<std::vector<PeerReply>> outgoing() = 0;
  /// The transport could not reach that peer.
  virtual void peer_gone(ByteView peer) = 0;

  // ---- oversight
  /// Folds up to `max_entries` mirrored entries of any sites into registers, duties and alerts; returns how
  /// many. 0: it is up to date, or the disk is full and it goes on within seconds of room.
  [[nodiscard]] virtual Result<std::uint64_t> oversee(std::uint64_t max_entries) = 0;
  /// Judges duties against watermarks, silent sites, expiring windows; call at next_tick_ms() (monotonic) at
  /// the latest.
  [[nodiscard]] virtual Result<> tick() = 0;
  [[nodiscard]] virtual std::int64_t next_tick_ms() = 0;
  /// Nothing waits: after a second's rest the WAL is moved into the database. To be called at least once a
  /// second.
  [[nodiscard]] virtual Result<> idle() = 0;

  // ---- alerts
  /// The life of alerts, and what is said of them.
  [[nodiscard]] virtual AlertDesk& desk() = 0;
  /// Reports that were asked for, and those that are made by themselves.
  [[nodiscard]] virtual ReportDesk& reports() = 0;

  // ---- for commands and for the transport
  [[nodiscard]] virtual const HubSettings& settings() = 0;
  [[nodiscard]] virtual const BoxKey& curve_key() = 0;
  [[nodiscard]] virtual const sync::RolesBundle& roles() = 0;
  [[nodiscard]] virtual ComplianceBook& compliance() = 0;
  [[nodiscard]] virtual Chronicle& chronicle() = 0;
  [[nodiscard]] virtual const HubParts& parts() = 0;
  [[nodiscard]] virtual Accounts& accounts() = 0;
};

}  // namespace sealkeep::hub
