// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <memory>
#include <span>

#include "agent/register/name_book.hpp"
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/ses/detail.hpp"
#include "common/ses/judge.hpp"
#include "common/store/detail_store.hpp"
#include "common/store/register_fold.hpp"

namespace sealkeep::agent {

/// Bytes that an entry only commits to; salted and stored beside it.
struct DetailInput {
  ses::DetailKind kind = ses::DetailKind::Narrative;
  Bytes bytes;
};

/// A fact as a terminal or a command hands it in.
struct Fact {
  std::array<std::uint8_t, 8> request_id{};  ///< random; the same again is answered, not recorded again
  ses::Event event;
  std::int64_t happened_ms = 0;  ///< 0: now
  ses::PersonNo person_no = 0;
  ses::AuthMethod auth_method = ses::AuthMethod::Shell;
  std::uint32_t terminal_no = 0;
  ses::Source source = ses::Source::Typed;
  std::vector<ses::Ref> refs;
  std::vector<DetailInput> details;
  std::string reason;  ///< why it is irregular, if the person said; kept as a detail of every irregularity
};

struct Recorded {
  ses::Ref at;
  std::vector<ses::Irregularity> irregularities;
  bool repeated = false;  ///< this request was recorded before, at `at`
  /// Duties that it opened and that are open now, by due time; nothing of a repeated one, which opened its
  /// own when it was recorded.
  std::vector<std::pair<ses::DutyKey, ses::DutyRow>> duties{};
};

/// How many of the newest requests a register recognises when they come again (a terminal replays its queue).
inline constexpr std::size_t kRequestsRemembered = 20'000;

/// The log that facts are appended to now.
struct WrittenLog {
  std::uint32_t epoch = 0;
  LogId log = 0;
  std::string origin;
};

/// One register of this agent: the site log of one exporter, the rows folded from it, the details beside it.
/// Every fact takes one way: load the rows that it touches, judge, encode, append, fold, save, sign the
/// checkpoint, COMMIT. One thread. Over a Db that outlives it.
class SiteRegister {
 public:
  struct Parts {
    Db& db;
    LogStore& logs;
    DetailStore& details;
    RegisterRows& rows;
    Clock& clock;
    Random& random;
  };
  /// `boot_no` counts the agent's starts. Folds what the log has and the rows have not (an older projection).
  [[nodiscard]] static Result<std::unique_ptr<SiteRegister>> open(Parts parts, RegisterLogs logs,
                                                                  WrittenLog written,
                                                                  const SigningKey& log_key,
                                                                  std::uint32_t boot_no);

  /// Records facts in order: one transaction, one savepoint a fact, one signed checkpoint, one sync. When it
  /// returns a vector, every Recorded in it is durable; a fact with an Error changed nothing and did not
  /// disturb the others. An outer Error means that none of them is recorded (disk full), or, of kind Corrupt,
  /// that the process must end. Facts are never refused for what they say (irregularities are noted);
  /// BadInput only for what cannot be an entry.
  [[nodiscard]] Result<std::vector<Result<Recorded>>> record(std::span<const Fact> facts);
  [[nodiscard]] Result<Recorded> record(const Fact& fact);

  /// What would be irregular about a fact if it were recorded now (a terminal's stop signs); writes nothing.
  [[nodiscard]] Result<std::vector<ses::Irregularity>> preview(const Fact& fact);

  /// Appends directives_adopted if the mirrored directive log holds directives that change the register and
  /// are not adopted yet. Call after directives arrived.
  [[nodiscard]] Result<bool> adopt_directives();

  /// The names that this register gave. Read when they are asked for the first time after one of them
  /// changed; a value of that moment.
  [[nodiscard]] Result<std::shared_ptr<const NameBook>> names();

  /// What an entry recorded now would say of the clock.
  [[nodiscard]] ses::ClockState clock_state(const Now& now) const;

  [[nodiscard]] const RegisterLogs& logs() const { return logs_; }
  [[nodiscard]] const WrittenLog& written() const { return written_; }
  [[nodiscard]] RegisterId id() const { return logs_.register_id; }

  /// Goes on in a new epoch, whose log has been added and is empty.
  void begin_epoch(WrittenLog written, const SigningKey& log_key);
  /// How far directives are adopted, as an entry of the present log would say it; nothing if none are.
  [[nodiscard]] Result<std::optional<ses::DirectivesAdopted>> adopted();
  /// Records entries `from`, ... of an earlier epoch's frozen log once more (ses/restated.hpp), with the
  /// bytes of their details: as many as one transaction should take, durable when it returns. Errors as
  /// record().
  struct RestatedSlice {
    std::uint64_t end = 0;         ///< first entry that was not looked at; the frozen log's size: all is done
    std::uint64_t unreadable = 0;  ///< entries that a later release wrote: they stay in the frozen log alone
  };
  [[nodiscard]] Result<RestatedSlice> restate(std::uint32_t epoch, std::uint64_t from);

 private:
  SiteRegister(Parts parts, RegisterLogs logs, WrittenLog written, const SigningKey& log_key,
               std::uint32_t boot_no);
  using RequestKey = std::pair<std::uint32_t, std::array<std::uint8_t, 8>>;  // terminal, request_id

  [[nodiscard]] Result<> catch_up();
  [[nodiscard]] Result<> remember_stored_requests();
  void remember(const RequestKey& key, ses::Ref at);
  [[nodiscard]] ses::EntryHeader header_of(const Fact& fact, const Now& now) const;
  [[nodiscard]] Result<std::vector<ses::Irregularity>> judged(const ses::EntryHeader& header,
                                                              const ses::Event& event, ses::Ref at);
  [[nodiscard]] Result<Recorded> record_one(const Fact& fact, const Now& now);
  [[nodiscard]] Result<bool> restate_one(LogId frozen, ses::Ref at, ByteView bytes, const Now& now);
  [[nodiscard]] Result<> undo_working_set(Error error);
  [[nodiscard]] Result<> trim_working_set();
  void note_time(const Now& now);
  [[nodiscard]] Result<> erase_details(ses::Ref about);
  [[nodiscard]] Result<> sign_head(const Now& now);
  void add_duties(std::vector<Result<Recorded>>& answers) const;
  void forget_working_set();
  Parts parts_;
  RegisterLogs logs_;
  WrittenLog written_;
  const SigningKey* log_key_;
  std::uint32_t boot_no_;
  std::shared_ptr<const NameBook> names_;  // null: to be read
  ses::Rows rows_;  // kept over commits; dropped when a transaction was undone or when it grows too large
  std::map<RequestKey, ses::Ref> requests_;  // the newest kRequestsRemembered, from the log itself
  std::deque<RequestKey> request_order_;
  std::int64_t last_recorded_ms_ = 0;
  std::int64_t clock_offset_ms_ = 0;  // unix - mono at the last record
};

}  // namespace sealkeep::agent
