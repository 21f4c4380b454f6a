// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>

#include "common/store/db.hpp"

namespace sealkeep::hub {

enum class NoticeState : std::uint8_t { Waiting = 1, Sent = 2, Dead = 3, Withdrawn = 4, Dropped = 5 };
/// "waiting", "sent", "dead", "withdrawn", "dropped".
[[nodiscard]] std::string_view notice_state_name(NoticeState state);

/// One message to one person over one channel.
struct Notice {
  std::string id;  ///< 32 hex digits, the same however often it is sent: receivers tell repeats by it
  std::string person, channel, to;
  std::string alert;   ///< hex; empty: about none alone
  std::string moment;  ///< "raised"
  bool interrupts = false;
  std::string subject, words;  ///< for people
  std::string facts;           ///< the same for programs, one JSON object
  std::int64_t created_ms = 0, next_try_ms = 0;
  NoticeState state = NoticeState::Waiting;
  std::uint32_t tries = 0;
  std::int64_t sent_ms = 0;
  std::string trouble;                      ///< why the last try failed
  std::string attachment, attachment_name;  ///< a report's file, and what it is called; empty: none
};

/// A line of a person's next digest.
struct DigestLine {
  std::string person, alert;
  std::int64_t due_ms = 0;
  bool gathered = false;
  std::int64_t at_ms = 0;
  int severity = 0;
  std::string words;
};

struct ChannelCounts {
  std::int64_t last_ok_ms = 0;
  std::uint64_t waiting = 0, dead = 0;
};

/// What is to be said and what was said. Over one Db that outlives it; functions that write need the caller's
/// transaction.
class Outbox {
 public:
  [[nodiscard]] static std::string_view schema();
  /// What came to it later, in the order of the migrations.
  [[nodiscard]] static std::string_view attachments();
  [[nodiscard]] static Result<Outbox> open(Db& db);

  /// Puts it in; one that is there already stays as it is.
  [[nodiscard]] Result<> put(const Notice& notice);
  /// Writes its channel, address, state, tries, times and trouble.
  [[nodiscard]] Result<> change(const Notice& notice);
  [[nodiscard]] Result<std::optional<Notice>> find(std::string_view id);
  /// Waiting ones whose next try is due, those that interrupt first.
  [[nodiscard]] Result<std::vector<Notice>> due(std::int64_t now_ms, std::size_t max_count);
  /// Of a channel, waiting.
  [[nodiscard]] Result<std::vector<Notice>> waiting_on(std::string_view channel, std::size_t max_count);
  /// Newest first; `state` nothing: all.
  [[nodiscard]] Result<std::vector<Notice>> list(std::optional<NoticeState> state, std::size_t max_count);
  [[nodiscard]] Result<std::vector<Notice>> of_alert(std::string_view alert, std::size_t max_count);
  /// Takes back what was not tried yet, and lines of digests: it is over.
  [[nodiscard]] Result<> withdraw(std::string_view alert);
  /// Who was, or will be, told of an alert since then by a message of their own.
  [[nodiscard]] Result<std::vector<std::string>> told(std::string_view alert, std::int64_t since_ms);
  /// Messages that interrupted a person since then: how many, and when the newest.
  [[nodiscard]] Result<std::pair<std::size_t, std::int64_t>> interruptions(std::string_view person,
                                                                           std::int64_t since_ms);
  /// True while that file may still have to be sent.
  [[nodiscard]] Result<bool> attached(std::string_view attachment);
  [[nodiscard]] Result<ChannelCounts> counts(std::string_view channel);

  /// After a start nobody carries anything: what was handed out and never noted is due now.
  [[nodiscard]] Result<> hand_out_again(std::int64_t now_ms);
  /// Removes at most `max_count` of those that are older and over: sent, withdrawn or dropped. How many.
  [[nodiscard]] Result<std::uint64_t> purge(std::int64_t before_ms, std::size_t max_count);

  /// A line more; of one that is there the sooner due time and the newer words stay.
  [[nodiscard]] Result<> put_line(const DigestLine& line);
  /// Everybody's lines, by person, due first.
  [[nodiscard]] Result<std::vector<DigestLine>> lines(std::int64_t due_until_ms, std::size_t max_count);
  [[nodiscard]] Result<> drop_line(const DigestLine& line);

 private:
  struct Statements;
  explicit Outbox(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

}  // namespace sealkeep::hub
