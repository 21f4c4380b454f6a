// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <set>
#include <unordered_map>

#include "common/base/clock.hpp"
#include "common/base/log.hpp"
#include "common/store/detail_store.hpp"
#include "hub/alerts/alerts.hpp"
#include "hub/customs/customs_book.hpp"
#include "hub/intake/site_book.hpp"
#include "hub/oversight/chronicle.hpp"
#include "hub/pictures/picture_desk.hpp"

namespace sealkeep::hub {

/// A decision that follows from what several sites recorded; no person takes it.
struct Order {
  RegisterId site = 0;
  ses::DirectiveBody body;
};

/// Follows the mirrors with a cursor of its own: registers, duties, alerts. What it writes can be rebuilt
/// from the logs, so its commits are not synced. Everything it was given outlives it; one thread.
class Oversight {
 public:
  Oversight(std::string hub, Clock& clock, Logger& log, Db& db, LogStore& logs, DetailStore& details,
            RegisterRows& rows, Chronicle& chronicle, Alerts& alerts, SiteBook& sites, CustomsBook& customs,
            PictureDesk& pictures);
  /// Reads cursors and open alerts. Once, before anything else.
  [[nodiscard]] Result<> load();

  /// A site was approved, or its epochs changed.
  [[nodiscard]] Result<> watch(RegisterId site);
  void unwatch(RegisterId site);
  /// Entries came in.
  void grown(RegisterId site) { enqueue(site); }
  /// Its watermark or hearing time moved.
  void heard(RegisterId site) { changed_.insert(site); }

  /// Customs was told by head office, or it was decided that it need not be: the alerts about it end now,
  /// whenever the site hears of it. The book has the step already.
  [[nodiscard]] Result<> customs_settled(RegisterId site, ses::Ref incident,
                                         const std::optional<CustomsStep>& told);

  /// As Hub says.
  [[nodiscard]] Result<std::uint64_t> oversee(std::uint64_t max_entries);
  [[nodiscard]] Result<> tick();
  [[nodiscard]] std::int64_t next_tick_ms() const;

  struct Cursor {
    std::uint32_t epoch = 0;
    std::uint64_t next_index = 0;
  };
  [[nodiscard]] Cursor cursor(RegisterId site) const;
  /// Sites of which entries with details were folded since the last call.
  [[nodiscard]] std::set<RegisterId> take_folded() { return std::exchange(folded_, {}); }
  /// What is to be issued since the last call. After a restart the same may come again: issuing it twice
  /// changes nothing.
  [[nodiscard]] std::vector<Order> take_orders() { return std::exchange(orders_, {}); }

 private:
  struct OpenDuty {
    Hash alert;
    ses::Ref opened;
    std::int64_t due_ms = 0;
    std::int64_t escalates_ms = 0;  ///< 0: never, or done
  };
  /// Duties of one catching up that were late and never alerted (domain-rules section 5).
  struct LateDigest {
    Hash alert;
    std::string subject;
    std::int64_t since_ms = 0, raised_ms = 0;  ///< raised_ms 0: there is none
    std::map<std::uint8_t, std::size_t> by_rule;
  };
  /// Seals on their way from one site to another (rule 36): open at the sending one.
  struct Transfer {
    ses::Ref sent;
    ses::TransferredOut what;
    std::int64_t sent_ms = 0;
    bool arrived = false;              ///< all of it; the sending site has not said that it heard so
    bool alerted = false;              ///< it was overdue before that
    std::optional<ses::DutyRow> held;  ///< overdue, and the other site was not heard up to then
  };
  using TransferKey = std::pair<RegisterId, ses::DutyKey>;
  struct Watched {
    Cursor cursor;
    std::int64_t internet_down_until_ms = 0;
    std::int64_t judged_ms = 0;  ///< duties due up to here were looked at
    bool queued = false;
    bool chronicled = true;  ///< the chronicle is as far as the register
    bool silent = false;     ///< its alert is open
    std::unordered_map<ses::DutyKey, OpenDuty, ses::KeyHash> duties;
    std::multimap<std::int64_t, ses::DutyKey> escalations;
    std::unordered_map<ses::SealKey, Hash, ses::KeyHash> never_received;
    std::array<std::int64_t, 4> never_received_of{};  ///< by family
    std::set<std::uint8_t> imbalanced;                ///< families of which the alert is open
    std::set<std::string> settled;      ///< subjects of which Customs needs to hear nothing more
    std::vector<std::string> settling;  ///< those whose alerts are still to be closed
    LateDigest late;
    std::int64_t security_noted_ms = 0;  ///< when the oldest open alert of that kind was raised; 0: none
  };
  void enqueue(RegisterId site);
  [[nodiscard]] Result<std::uint64_t> fold_site(RegisterId id, Watched& site, std::uint64_t max_entries);
  [[nodiscard]] Result<> judge_rows(RegisterId id, Watched& site, const ses::Rows& rows, const Cursor& from,
                                    std::vector<ses::SealKey>& anywhere);
  [[nodiscard]] Result<> judge_seal(RegisterId id, Watched& site, const ses::SealKey& key,
                                    const ses::SealRow& row);
  [[nodiscard]] Result<> judge_two_sites(const ses::SealKey& key);
  [[nodiscard]] Result<> judge_ledger(RegisterId id, Watched& site, ses::Family family,
                                      const ses::LedgerRow& ledger);
  [[nodiscard]] Result<> judge_duties(RegisterId id, Watched& site);
  [[nodiscard]] Result<> raise_duty(RegisterId id, Watched& site, const ses::DutyKey& key,
                                    const ses::DutyRow& duty, std::int64_t at_ms);
  [[nodiscard]] Result<> close_duty(Watched& site, const ses::DutyKey& key);
  [[nodiscard]] static bool is_settled(const Watched& site, const ses::DutyKey& key);
  [[nodiscard]] Result<> close_settled(Watched& site);
  [[nodiscard]] Result<> follow_customs(RegisterId id, Watched& site);
  [[nodiscard]] Result<> note_erasure(RegisterId id, const ses::ErasureAnswered& answer, ses::Ref at);
  /// A database that was put back from a copy has what was erased since: it is ordered anew.
  [[nodiscard]] Result<> erase_again(RegisterId id, const ses::EpochStarted& started);
  [[nodiscard]] Result<> erase_details(const RegisterLogs& logs, ses::Ref about);
  /// `late`: duties that were found late and have no alert.
  [[nodiscard]] Result<> digest_late(RegisterId id, Watched& site, const std::vector<ses::LateDuty>& late);
  [[nodiscard]] Result<> close_old_digest(Watched& site, std::int64_t now_ms);
  [[nodiscard]] Result<> note_security(RegisterId id, Watched& site, const ses::SecurityNoted& noted,
                                       std::int64_t recorded_ms, ses::Ref at);
  [[nodiscard]] Result<> close_old_security_notes(RegisterId id, Watched& site, std::int64_t now_ms);
  [[nodiscard]] Result<> follow_transfer(RegisterId id, const ses::DutyKey& key, const ses::DutyRow& duty);
  [[nodiscard]] Result<> follow_transfers(RegisterId id);
  void forget_transfer(const TransferKey& key);
  void touch_transfers(const ses::SealKey& seal);
  [[nodiscard]] Result<> judge_transfer(const TransferKey& key);
  [[nodiscard]] Result<> judge_touched_transfers();
  [[nodiscard]] bool transfer_can_be_judged(const Transfer& transfer, std::int64_t due_ms);
  /// Overdue where it was sent; true if that says nothing yet.
  [[nodiscard]] bool hold_transfer(const TransferKey& key, const ses::DutyRow& duty);
  [[nodiscard]] bool transfer_alerted(const TransferKey& key) const;
  [[nodiscard]] Result<> raise_held_transfers();
  [[nodiscard]] std::string transfer_words(const TransferKey& key) const;
  /// What its watermark promises was folded: a discharge may stand in the next entry.
  [[nodiscard]] static bool folded_to_watermark(const Site& known, const Watched& site);
  [[nodiscard]] Result<> judge_silence(RegisterId id, Watched& site, std::int64_t now_ms);
  [[nodiscard]] Result<std::string> subject_words(RegisterId id, const std::string& subject);
  [[nodiscard]] Result<std::string> short_words(RegisterId id, const ses::ReceiptRow& receipt);
  [[nodiscard]] Result<std::string> approval_words(RegisterId id, const std::string& subject);
  [[nodiscard]] Result<std::string> incident_words(RegisterId id, std::optional<ses::Ref> at);
  [[nodiscard]] std::string origin_of(RegisterId id, std::uint32_t epoch) const;
  [[nodiscard]] std::string code_of(RegisterId id) const;
  template <class F>
  [[nodiscard]] Result<bool> project(F&& body);
  [[nodiscard]] bool waits_for_room() const;

  std::string hub_;
  Clock* clock_;
  Logger* log_;
  Db* db_;
  LogStore* logs_;
  DetailStore* details_;
  RegisterRows* rows_;
  Chronicle* chronicle_;
  Alerts* alerts_;
  SiteBook* sites_;
  CustomsBook* customs_;
  PictureDesk* pictures_;
  Statement due_;
  bool due_ready_ = false;
  bool erased_ = false;  ///< details whose bytes are still in the WAL
  std::map<RegisterId, Watched> watched_;
  std::deque<RegisterId> queue_;
  std::set<RegisterId> changed_, folded_;
  std::unordered_map<ses::SealKey, Hash, ses::KeyHash> two_sites_;
  std::map<TransferKey, Transfer> transfers_;
  std::set<TransferKey> touched_;  ///< a seal of them moved
  std::vector<Order> orders_;
  std::int64_t ticked_mono_ms_ = 0;
  std::int64_t look_at_all_mono_ms_ = INT64_MIN;  ///< what time alone changes is looked at then, of all sites
  std::int64_t full_until_mono_ms_ = 0;           ///< the disk was full: nothing is written before
  std::int64_t now_ms_ = 0;                       ///< of the work that is being done
};

inline constexpr std::uint8_t kTransferRule = 36;

/// "seal:1:NZ300001"
[[nodiscard]] std::string seal_subject(const ses::SealKey& key);
[[nodiscard]] std::optional<ses::SealKey> seal_of_subject(std::string_view subject);

}  // namespace sealkeep::hub
