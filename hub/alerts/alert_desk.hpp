// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "common/base/log.hpp"
#include "common/base/random.hpp"
#include "hub/alerts/life_rows.hpp"
#include "hub/alerts/telling.hpp"
#include "hub/notices/carrier.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kChangesKept = 1'000;
/// How long a message that is over stays in the outbox; what people did stays in the journal.
inline constexpr std::int64_t kNoticesKeptMs = 400 * kDayMs;

/// What the desk needs of the hub.
struct DeskHooks {
  /// In the transaction of the action: its entry in the journal.
  std::function<Result<>(const Alert&, const AlertAction&, std::int64_t now_ms)> note_action;
  std::function<Result<>(const Notice&, const std::string& by, const std::string& reason,
                         std::int64_t now_ms)>
      note_drop;
  std::function<std::string(RegisterId)> site_code;  ///< empty for 0
};

/// Everything the desk stands on; outlives it.
struct DeskParts {
  std::string hub;
  Clock& clock;
  Random& random;
  Logger& log;
  Db& db;
  Alerts& alerts;
  const NoticeSetup& setup;
  DeskHooks hooks;
};

/// Gives alerts their life: load → follow or act → decide → save, with what is to be said in the same
/// transaction. Its own steps (not what people do) can be found again after a stop, so those commits wait for
/// no disk. One thread, the database's.
class AlertDesk {
 public:
  [[nodiscard]] static Result<AlertDesk> open(DeskParts parts);
  /// Finds what a stop cut off. Once, after the alerts were loaded.
  [[nodiscard]] Result<> start();

  /// Follows alerts that changed and those that time has reached, and makes the digests that are due. To be
  /// called after each turn; looks at the clock at most twice a second. A full disk makes it wait.
  [[nodiscard]] Result<> follow();
  /// What a person does to several alerts: all of them or none, durable when it returns, each an entry of the
  /// journal. Errors of act(); NotFound `alert.unknown`.
  [[nodiscard]] Result<> handle(const std::vector<Hash>& alerts, const AlertAction& action);

  /// Takes what became of notices, tells of channels that are down, hands out what is due.
  [[nodiscard]] Result<> post(Carrier& carrier);
  /// Puts a test into the outbox; its id. NotFound `channel.unknown`, BadInput `notice.address`.
  [[nodiscard]] Result<std::string> test(const std::string& channel, const std::string& to);
  /// A dead or waiting one is tried now; NotFound `notice.unknown`, Refused `notice.over`.
  [[nodiscard]] Result<Notice> retry(const std::string& id);
  /// A person decides that a dead or waiting one need not be sent; an entry of the journal.
  [[nodiscard]] Result<Notice> drop(const std::string& id, const std::string& by, const std::string& reason);

  /// Alerts that something happened to since the last call, oldest first; the newest kChangesKept. For pages
  /// that ask again.
  [[nodiscard]] std::vector<Hash> take_changes() { return std::exchange(changes_, {}); }

  [[nodiscard]] LifeRows& lives() { return lives_; }
  [[nodiscard]] Outbox& outbox() { return outbox_; }
  [[nodiscard]] const NoticeSetup& setup() const { return parts_.setup; }
  [[nodiscard]] bool is_down(const std::string& channel) const;
  [[nodiscard]] std::vector<LadderStep> ladder(const Alert& alert, const AlertLife& life) const;

 private:
  struct Health {
    std::uint32_t failures = 0;  ///< in a row
    bool known = false;          ///< it was tried since the start
    std::int64_t since_ms = 0;
    std::string trouble;
  };
  AlertDesk(DeskParts parts, LifeRows lives, Outbox outbox)
      : parts_(std::move(parts)), lives_(std::move(lives)), outbox_(std::move(outbox)) {}
  [[nodiscard]] Result<bool> write(const std::function<Result<>()>& body);
  [[nodiscard]] Result<> follow_one(const Hash& id, const Now& now);
  [[nodiscard]] Result<> tell(const Alert& alert, AlertLife& life, const std::vector<Happening>& happened,
                              const Now& now);
  [[nodiscard]] Result<Office> office(const Alert& alert, const AlertLife& life, const Now& now);
  [[nodiscard]] Result<std::optional<Hash>> covering(RegisterId site);
  [[nodiscard]] Result<> make_digests(const Now& now);
  [[nodiscard]] Result<> purge(const Now& now);
  [[nodiscard]] Result<> put(Notice notice);
  [[nodiscard]] const Way* way_of(const Recipient& person, std::string_view not_over) const;
  [[nodiscard]] Result<> take(const Delivery& delivery, const Now& now);
  [[nodiscard]] Result<> judge_channel(const Channel& channel, const Now& now);
  [[nodiscard]] Result<> go_round(const Channel& channel, const Now& now);
  [[nodiscard]] Result<Notice> open_notice(const std::string& id);

  DeskParts parts_;
  LifeRows lives_;
  Outbox outbox_;
  std::vector<Hash> changes_;
  std::set<Hash> waiting_;         ///< to be followed
  std::set<std::string> carried_;  ///< notices that a carrier has
  std::map<std::string, Health> health_;
  std::int64_t next_look_mono_ms_ = 0, next_post_mono_ms_ = 0, next_purge_mono_ms_ = 0;
};

}  // namespace sealkeep::hub
