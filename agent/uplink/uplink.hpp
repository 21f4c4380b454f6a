// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <set>

#include "agent/register/exporter.hpp"
#include "agent/uplink/change_set_source.hpp"
#include "agent/uplink/detail_source.hpp"
#include "agent/uplink/picture_source.hpp"
#include "common/sync/rate_limit.hpp"
#include "common/sync/uplink_machine.hpp"

namespace sealkeep::agent {

/// The link of one exporter: carries out what sync::UplinkMachine decides, over frames. No sockets: whoever
/// owns the connection hands frames in and takes frames out. Frames are made when they are taken, so that a
/// backlog of any length needs the memory of one. One thread; over parts that outlive it. Errors are those of
/// the store: what a peer sends is never an error of ours, it is logged and passed over; what a full disk
/// could not take comes again.
class Uplink {
 public:
  struct Parts {
    Db& db;
    LogStore& logs;
    DetailStore& details;
    const PictureFolder& pictures;
    sync::RateLimit& picture_limit;  ///< of all links of this agent together
    Clock& clock;
    Random& random;
    Logger& log;
    sync::SessionId session;
    std::uint32_t boot_no = 0;
  };
  [[nodiscard]] static Result<std::unique_ptr<Uplink>> open(const Parts& parts, Exporter& exporter);

  [[nodiscard]] Result<> on_connected();
  [[nodiscard]] Result<> on_disconnected();
  [[nodiscard]] Result<> on_message(ByteView frame);
  /// The log written now has grown (or may have).
  [[nodiscard]] Result<> on_recorded();
  [[nodiscard]] Result<> tick();
  [[nodiscard]] std::int64_t next_tick_ms() const;
  [[nodiscard]] Result<std::optional<Bytes>> next_frame();
  [[nodiscard]] Result<> sent(bool taken);
  [[nodiscard]] bool take_reconnect();
  /// Stores cosignatures that arrived and were checked; several share a commit. Called by all of the above
  /// but on_message, and due at once after it (next_tick_ms).
  [[nodiscard]] Result<> store_cosignatures();

  [[nodiscard]] bool connected() const { return connected_; }
  [[nodiscard]] const std::string& trouble() const { return trouble_; }
  /// The original that head office fetches now: how much of it went out, and how much it has.
  struct PictureOnItsWay {
    std::uint64_t sent_bytes = 0;
    std::uint64_t bytes = 0;
  };
  [[nodiscard]] const std::optional<PictureOnItsWay>& picture_on_its_way() const { return on_its_way_; }
  /// Nothing to send and nothing to store, but for originals of pictures.
  [[nodiscard]] bool quiet() const;

 private:
  struct OwnLog {
    sync::LogIdentity identity;
    LogId log = 0;
    std::uint32_t epoch = 0;
    LogRole role = LogRole::Site;
    bool frozen = false;
  };
  struct CheckedCosignature {
    sync::Cosigned cosigned;
    SentHead head;
  };
  static constexpr std::uint64_t kDirectiveWindowBytes = 2 * limits::kChangeSetBytes;
  enum class Taken { Nothing, Control, GiveBack, ChangeSet, Details, Picture };
  /// Directives that the hub has lost and asks for.
  struct GiveBack {
    LogId log = 0;
    sync::LogIdentity identity;
    std::uint64_t from = 0;
    std::size_t max_bytes = 0;
  };

  Uplink(const Parts& parts, Exporter& exporter) : parts_(parts), exporter_(exporter) {}
  [[nodiscard]] Result<> load_logs();
  [[nodiscard]] const OwnLog* find(const sync::WireLogId& id) const;
  [[nodiscard]] const OwnLog* find(std::string_view origin) const;

  [[nodiscard]] Result<> handle(const sync::UplinkEvent& event);
  [[nodiscard]] Result<> perform(const sync::effect::SendHello& effect);
  [[nodiscard]] Result<> perform(const sync::effect::SendChangeSet& effect);
  [[nodiscard]] Result<> perform(const sync::effect::SendStatus& effect);
  [[nodiscard]] Result<> perform(const sync::effect::Reconnect& effect);
  [[nodiscard]] Result<> perform(const sync::effect::ForkFound& effect);
  [[nodiscard]] Result<> perform(const sync::effect::RolledBack& effect);
  [[nodiscard]] Result<> perform(const sync::effect::HubBehind& effect);

  [[nodiscard]] Result<> on_hello_answer(ByteView body);
  [[nodiscard]] Result<> on_cosigned(ByteView body);
  [[nodiscard]] Result<> on_change_set(ByteView body);
  [[nodiscard]] Result<> adopt();
  [[nodiscard]] Result<> on_want_details(ByteView body);
  [[nodiscard]] Result<std::optional<Bytes>> make_picture_piece();
  [[nodiscard]] bool picture_may_go() const;
  void picture_sent();
  [[nodiscard]] Result<> on_refused(ByteView body);
  [[nodiscard]] Result<> take_hub_cosignature(const sync::LogHead& head, const OwnLog& log);
  [[nodiscard]] Result<> answer_with_cosignature(const OwnLog& log);
  [[nodiscard]] bool hub_cosigned(const Checkpoint& checkpoint, const Cosignature& cosignature) const;
  [[nodiscard]] Result<sync::LogHead> head_of(const OwnLog& log, std::optional<std::uint64_t> at_size);
  [[nodiscard]] Result<> offer_epoch();
  void give_back(const OwnLog& log, const sync::LogHead& hub);
  [[nodiscard]] Result<std::optional<Bytes>> make_give_back();
  [[nodiscard]] Result<> go_on_in_next_epoch(const OwnLog& ended, const sync::LogHead& hub,
                                             ses::EpochReason reason, const char* kind);
  [[nodiscard]] Evidence evidence_of(const OwnLog& log, const sync::LogHead& hub, const char* kind) const;
  void refuse(const char* code, const sync::WireLogId& log, bool rehello);
  void send(sync::MessageType type, ByteView body);
  void send_signed(sync::MessageType type, std::string_view purpose, ByteView body);
  void note(std::string_view event, const Error& error);

  Parts parts_;
  Exporter& exporter_;
  std::vector<OwnLog> logs_;
  std::optional<sync::UplinkMachine> machine_;
  std::optional<ChangeSetSource> source_;  // of the log written now
  std::deque<DetailSource> details_;
  std::optional<sync::WantPicture> want_picture_;
  struct MadePicture {
    sync::WantPicture want;
    std::uint64_t bytes = 0, total = 0;
  };
  MadePicture made_picture_;  // the last frame taken
  std::optional<PictureOnItsWay> on_its_way_;
  std::deque<Bytes> control_;
  std::optional<GiveBack> give_back_;
  std::optional<sync::MirrorSender::Order> order_;
  sync::WireLogId order_log_;
  std::uint64_t made_end_ = 0;  // of the change set that was taken
  std::size_t made_raw_bytes_ = 0;
  std::vector<CheckedCosignature> checked_;
  std::set<std::string> listed_;  // origins that the hub named in its last answer
  Taken taken_ = Taken::Nothing;
  bool connected_ = false;
  bool reconnect_ = false;
  bool adopt_due_ = true;  // directives may wait since an earlier start
  std::int64_t recorded_until_ms_ = 0;
  std::string trouble_;
};

}  // namespace sealkeep::agent
