// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <set>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/crypto/encoding.hpp"
#include "common/store/detail_store.hpp"
#include "common/sync/credit.hpp"
#include "common/sync/sender.hpp"
#include "hub/hub.hpp"
#include "hub/intake/site_book.hpp"
#include "hub/pictures/picture_desk.hpp"

namespace sealkeep::hub {

/// Something about a log that a person must hear of.
struct LogTrouble {
  enum class Kind : std::uint8_t {
    Fork,
    Gap,  ///< the site lost records, or this hub directives
    Clone,
    MirrorLost  ///< this hub lost records that it had cosigned
  };
  Kind kind = Kind::Fork;
  RegisterId site = 0;
  std::string origin;
  std::uint64_t size = 0;  ///< where it showed
  std::string text;        ///< one sentence
};

/// What the owner adds; each is called inside intake's transaction.
struct IntakeHooks {
  std::function<Result<>(const LogTrouble&)> on_trouble;
  std::function<Result<>(const Site&, const sync::EpochOffer&)> on_epoch_offered;
  std::function<Result<>(Site&, const ses::DirectiveBody&)> issue;
  /// What was reported by on_trouble closed by itself; `text` says how.
  std::function<Result<>(const LogTrouble&)> on_settled;
  std::function<Result<bool>(LogTrouble::Kind, const std::string& origin)> is_open;
  /// Directives that this hub had lost are in their log again.
  std::function<void()> on_taken_back;
};

struct IntakeKeys {
  const SigningKey& mirror;
  const SigningKey& message;
  const SigningKey& directive;
  const BoxKey& envelope;
};

/// Takes what sites send: authorises, verifies, stores, cosigns, and says what is to be said back. Never
/// decodes an entry; what a picture's words say is the picture desk's to read. Everything it was given
/// outlives it; one thread.
class Intake {
 public:
  Intake(std::string hub, Clock& clock, Random& random, Logger& log, Db& db, LogStore& logs,
         DetailStore& details, SiteBook& sites, PictureDesk& pictures, IntakeKeys keys, IntakeHooks hooks);

  /// One transaction for all of them; the replies may be sent. A disk that is full answers each peer with
  /// `store.disk_full`, and nothing is taken. Any other error of the store fails the call.
  [[nodiscard]] Result<std::vector<PeerReply>> on_frames(std::span<const PeerFrame> frames);
  /// Directives, questions for details and, where nothing else is owed, for pieces of pictures.
  [[nodiscard]] Result<std::vector<PeerReply>> outgoing();
  void peer_gone(ByteView peer);
  /// The site may not speak any more: its session ends.
  void forget(RegisterId site);
  /// A person decided about the site (a clone, a new epoch): what was remembered of its sessions is
  /// forgotten.
  void decided(RegisterId site);
  [[nodiscard]] bool connected(RegisterId site) const { return by_site_.contains(site); }

  /// A directive was appended (and committed).
  void directives_grew(RegisterId site, std::uint64_t size);
  /// Oversight found details that entries commit to: ask for them.
  void details_wanted(RegisterId site) { ask_.insert(site); }

  /// Sites of which entries, and sites of which the watermark or the hearing time came in since the last
  /// call.
  [[nodiscard]] std::set<RegisterId> take_grown() { return std::exchange(grown_, {}); }
  [[nodiscard]] std::set<RegisterId> take_heard() { return std::exchange(heard_, {}); }
  /// Takes back windows of silent sessions.
  void tick();
  /// Size of the epoch's log that oversight has folded, to ask for details no further.
  void folded(RegisterId site, std::uint32_t epoch, std::uint64_t size) { folded_[site] = {epoch, size}; }

 private:
  /// To say which details are here takes a directive, three commits and a cosignature: one covers a minute.
  static constexpr std::int64_t kSayHeldEveryMs = 60'000;
  static constexpr std::size_t kEvidenceKept = 100;
  /// A cosignature that the site shows and that is over more of its log than is here.
  struct Owed {
    LogId log = 0;
    sync::HeldCosignature cosigned;
    std::optional<SignedHead> proven;  ///< the head under it, where that is known: it is ours
  };
  enum class LostRange : std::uint8_t { NotReached, Back, Forked };
  struct Session {
    sync::CreditBook::SessionNo no = 0;
    RegisterId site = 0;
    Bytes peer;
    std::string address;
    sync::SessionId session;
    std::uint64_t claimed_size = 0;  ///< of the log written now, as the site last said
    std::optional<Owed> owed;
    std::optional<SignedHead> shown;  ///< our own, over more directives than are here
    std::optional<sync::MirrorSender> directives;
    std::int64_t hello_due_ms = INT64_MAX;  ///< the site must say hello before directives go on (monotonic)
    std::int64_t ask_again_ms = 0;          ///< no question for details before that (monotonic)
    std::optional<std::int64_t> asked_ms;   ///< a question for details is under way since (monotonic)
    std::optional<std::int64_t> said_ms;    ///< when it was last said through where details are here
    bool to_say = false;                    ///< more are here since
  };
  struct Ack {
    Bytes peer;
    const SiteEpoch* epoch;
    Cosignature cosignature;
    std::uint64_t size = 0;
  };
  struct Round;  // of one on_frames call
  using Outcome = Result<>;

  [[nodiscard]] Outcome take(const PeerFrame& frame, Site& site, Round& round);
  [[nodiscard]] Outcome on_hello(const PeerFrame& frame, Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_change_set(const PeerFrame& frame, Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_status(Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_epoch_offer(Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_details(const PeerFrame& frame, Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_picture_piece(Site& site, ByteView body);
  [[nodiscard]] Outcome on_cosigned(Site& site, ByteView body, Round& round);
  [[nodiscard]] Outcome on_refused(Site& site, ByteView body);

  [[nodiscard]] Result<sync::SignedBody> open_from(const Site& site, ByteView body,
                                                   std::string_view purpose) const;
  [[nodiscard]] Result<sync::LogHead> judge_head(Site& site, const SiteEpoch& epoch,
                                                 const sync::LogHead& claimed, std::uint64_t& behind_by,
                                                 std::optional<Owed>& owed);
  [[nodiscard]] Result<std::optional<sync::LogHead>> directive_head(Site& site, const sync::Hello& hello,
                                                                    Session& session);
  [[nodiscard]] Result<> watch_lost_mirror(Site& site, const SiteEpoch& epoch, const sync::LogHead& claimed,
                                           std::uint64_t mirrored_size, std::optional<Owed>& owed);
  [[nodiscard]] Result<> mirror_is_back(const Site& site, const std::string& origin, std::uint64_t size);
  [[nodiscard]] Result<LostRange> judge_lost_range(Site& site, const SiteEpoch& epoch,
                                                   const Frontier& mirrored, const sync::VerifiedRun& run,
                                                   Session& session, const Now& now);
  [[nodiscard]] Result<> ask_back(Site& site, const Checkpoint& own, const sync::LogHead& held,
                                  Session& session, sync::LogHead& answer);
  [[nodiscard]] Result<> directives_agree(Site& site, const Checkpoint& own);
  [[nodiscard]] Result<> directives_forked(Site& site, const Checkpoint& other, const Signature& signature,
                                           const Now& now);
  [[nodiscard]] Outcome on_directives_back(const PeerFrame& frame, Site& site, ByteView clear, Round& round);
  [[nodiscard]] Result<> watch_clones(Site& site, const PeerFrame& frame, const sync::Hello& hello);
  [[nodiscard]] Result<std::optional<Bytes>> next_directives(Session& session);
  [[nodiscard]] Result<std::optional<Bytes>> next_question(Session& session);
  [[nodiscard]] Result<> ask_for_pictures(std::vector<PeerReply>& out);
  [[nodiscard]] bool owes_nothing(RegisterId site);
  [[nodiscard]] Result<> note_watermark(Site& site, Round& round);
  Session* session_of(RegisterId site);
  [[nodiscard]] std::string site_name(const Site& site) const { return hub_ + "/site/" + site.code; }
  [[nodiscard]] std::string directive_origin(const Site& site) const {
    return hub_ + "/directive/" + site.code + "/e1";
  }

  std::string hub_;
  Clock* clock_;
  Random* random_;
  Logger* log_;
  Db* db_;
  LogStore* logs_;
  DetailStore* details_;
  SiteBook* sites_;
  PictureDesk* pictures_;
  IntakeKeys keys_;
  IntakeHooks hooks_;
  sync::CreditBook credits_;
  sync::CloneWatch clones_;
  std::map<Bytes, Session> sessions_;            // by peer
  std::map<RegisterId, Bytes> by_site_;          // the peer that said hello last
  std::map<RegisterId, sync::Status> statuses_;  // that speak of entries which are not here yet
  std::map<RegisterId, std::pair<std::uint32_t, std::uint64_t>> folded_;
  std::set<RegisterId> grown_, heard_, ask_;
  sync::CreditBook::SessionNo next_session_ = 1;
};

}  // namespace sealkeep::hub
