// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <span>

#include "common/access/limits.hpp"
#include "common/access/sign_in.hpp"
#include "common/access/sign_in_log.hpp"
#include "common/base/clock.hpp"
#include "common/base/random.hpp"
#include "common/store/db.hpp"

namespace sealkeep::access {

/// Who may use a program, who does so now, and from where (clauses 5.1, 5.2): accounts, sign-in, sessions,
/// terminals and the log of it all, in tables of their own (access_schema.sql) of the owner's database. Works
/// without a network. Over one Db that outlives it, on the owner's thread, between transactions: functions
/// that change something make a transaction of their own, durable when they return unless their comment says
/// otherwise. Errors as Db besides those named; every refusal says what to do next. Nobody's secret is in any
/// error, table or log.
///
/// Waiting after failures. Failures count against the account, the terminal and the peer; from the 5th in a
/// row of an account (20th of a terminal or peer, which many people share) a try has to wait 5 s, then 10 s,
/// up to 15 min: Busy `access.wait`. Nobody is shut out for good by a stranger: for an account, each terminal
/// on which that person has signed in before counts for itself, and all other places count together; so who
/// tries names from elsewhere makes elsewhere wait and not the person at their own screen; whose own peer and
/// terminal counts do not hold them up either. And the shell on the machine (unlock()) ends every wait.
/// Unknown names wait and take as long as known ones.
class Access {
 public:
  [[nodiscard]] static std::string_view schema();
  /// Makes the key of the badges if there is none. Waits that ran before a restart run on.
  [[nodiscard]] static Result<Access> open(Db& db, const Now& now, Random& random);
  Access(Access&&) noexcept;
  ~Access();

  // ---- accounts
  /// What a person gets to begin with: a code like "4F7KQ-9XW2M-RT6HB-0CPDN", shown once, valid for kCodeMs,
  /// with which that person signs in once and chooses a password. There is no default password.
  struct NewCode {
    Account account;
    std::string code;
    std::int64_t until_ms = 0;
  };
  /// Refused `access.exists` if the person has an account; Full `access.accounts`; BadInput `access.text`,
  /// `access.role` (0).
  [[nodiscard]] Result<NewCode> add(std::string_view person, Role role, const Now& now, Random& random);
  /// A new code; the password, PIN and waits are forgotten and all sessions end. The badge stays.
  [[nodiscard]] Result<NewCode> reset(std::string_view person, const Now& now, Random& random);
  /// Ends all sessions of the person, so that nobody goes on with what they may not do any more. False: it
  /// was so.
  [[nodiscard]] Result<bool> set_role(std::string_view person, Role role, const Now& now);
  /// Ends all sessions. False: it was locked.
  [[nodiscard]] Result<bool> lock(std::string_view person, const Now& now);
  /// Takes the lock away, and every wait and PIN block of this account with it.
  [[nodiscard]] Result<bool> unlock(std::string_view person, const Now& now);
  /// Binds a badge (replacing an older one), or takes it away with nullopt. Sessions that began with the old
  /// one end. Refused `access.badge_used` if it is somebody else's; BadInput `access.badge_form`.
  [[nodiscard]] Result<> set_badge(std::string_view person, std::optional<std::string_view> scanned,
                                   const Now& now);
  /// The account and all its sessions are gone; its lines in the log stay, with the name. For somebody who
  /// left.
  [[nodiscard]] Result<> remove(std::string_view person, const Now& now);
  /// NotFound `access.unknown_person` for all of the above where there is no account of that name.
  [[nodiscard]] Result<Account> account(std::string_view person);
  [[nodiscard]] Result<std::optional<Account>> account_of(AccountId id);
  [[nodiscard]] Result<std::vector<Account>> accounts();  ///< by name

  // ---- sign-in
  /// First step. An attempt that may be verified counts as a failure until finish() says otherwise, so that
  /// many at once are not more than as many one after the other. Busy `access.wait` (with
  /// BeginOutcome::wait_ms), Refused `access.badge_not_allowed`, `access.pin_not_allowed` (the plan, or a
  /// terminal without a name), `access.pin_blocked`, `access.password_needed`, `access.choose_password` (the
  /// one-time code is right: ask for a new password and send both), `access.code_over`; BadInput
  /// `access.attempt`, `access.text` and those of secret_rules.hpp for a new password or PIN. Whether there
  /// is such a person, and whether the account is locked, is told to nobody here (but for a blocked PIN).
  [[nodiscard]] BeginOutcome begin(Attempt attempt, const Policy& policy, const Now& now, Random& random);
  /// True if this scanned text is somebody's badge that would sign in at that terminal now; whose is not
  /// told. At a terminal where many texts that are none were asked about, it is false for a while, so that
  /// nobody finds badges by trying.
  [[nodiscard]] Result<bool> is_badge(std::string_view scanned, TerminalNo terminal_no, const Policy& policy,
                                      const Now& now);
  /// Third step, once for each check. The session has a new token, whatever the browser had before;
  /// `replaces` ends. The refusals: Refused `access.wrong` (name or secret), Refused `access.locked` (only
  /// told to who knew the secret). The account may have changed meanwhile: what it is now counts.
  /// `second` is asked once the first secret was right: Refused `access.totp_needed`, `access.totp_wrong`.
  [[nodiscard]] SignInOutcome finish(SecretCheck check, SecretOutcome outcome, const Policy& policy,
                                     const Now& now, Random& random, const SecondCheck& second = {});

  // ---- sessions
  /// The session of a token (64 hex digits), touched: the idle time begins anew (written once a minute,
  /// without a sync). NotFound `access.no_session` for anything else, also when it has expired or the account
  /// is locked; compares in constant time.
  [[nodiscard]] Result<Session> session(ByteView token, const Policy& policy, const Now& now);
  /// True if it is the session's csrf word; constant time.
  [[nodiscard]] static bool is_csrf(const Session& session, std::string_view word);
  /// Sign-out. No error if there is none.
  [[nodiscard]] Result<> end(ByteView token, const Now& now);
  [[nodiscard]] Result<> end_all(std::string_view person, const Now& now);
  /// All of that account but this one.
  [[nodiscard]] Result<> end_others(const Session& session);
  [[nodiscard]] Result<std::vector<Session>> sessions(const Now& now);  ///< newest first; without csrf
  /// `told` is called for each session that ends from now on, whatever ends it, so that what is held open for
  /// it (an event stream) ends too. On the owner's thread, from within the function that ends it and before
  /// that is durable; it must not call this class. Empty: nobody is told.
  void on_session_end(std::function<void(SessionId)> told);
  /// Ends the sessions that are over now, each with a line in the log, which else happens when their token
  /// comes again. To be called now and then by who uses on_session_end().
  [[nodiscard]] Result<> end_expired(const Now& now);
  /// "Later": the password prompt rests for a day. Refused `access.later_over` kLaterMs after it began.
  [[nodiscard]] Result<PasswordPrompt> later(const Session& session, const Policy& policy, const Now& now);

  // ---- terminals
  struct NewTerminal {
    Terminal terminal;
    std::string token;  ///< 64 hex digits for a long-lived cookie; only its SHA-256 is kept
  };
  /// The terminal of a cookie, seen now (written once a minute, without a sync); nullopt for a cookie that is
  /// unknown.
  [[nodiscard]] Result<std::optional<Terminal>> terminal(ByteView token, std::string_view peer,
                                                         const Now& now);
  /// First contact: a pending terminal. To be called when somebody comes to sign in, not for every request.
  /// Not synced: a power cut may cost the number, and the browser comes as a new one. Full
  /// `access.terminals`.
  [[nodiscard]] Result<NewTerminal> new_terminal(std::string_view peer, const Now& now, Random& random);
  /// A supervisor's naming: from now on it is known, and badges and PINs work at it. Returns it; the owner
  /// records terminal_added. Refused `access.terminal_name` if another has the name; NotFound
  /// `access.no_terminal`.
  [[nodiscard]] Result<Terminal> name_terminal(TerminalNo no, std::string_view name, const Now& now);
  /// Its cookie is worth nothing any more, its sessions end. NotFound `access.no_terminal`.
  [[nodiscard]] Result<> remove_terminal(TerminalNo no, const Now& now);
  [[nodiscard]] Result<std::vector<Terminal>> terminals();  ///< by number

  // ---- the log
  /// Newest first.
  [[nodiscard]] Result<std::vector<LogLine>> log(std::size_t most, std::int64_t before_id = INT64_MAX);
  /// Forgets lines older than `age_ms`, sessions that are over and pending terminals that were not seen for
  /// as long. To be called once a day or so. Lines beyond kLogLines go by themselves.
  [[nodiscard]] Result<> tidy(std::int64_t age_ms, const Now& now);

 private:
  struct Parts;
  explicit Access(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sealkeep::access
