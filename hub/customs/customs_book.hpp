// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/pack.hpp"
#include "common/ses/directive.hpp"
#include "common/store/register_rows.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kCustomsNameBytes = 120;  ///< who told, who was told, a reference
inline constexpr std::size_t kCustomsTextBytes = 2'000;
inline constexpr std::size_t kCustomsSteps = 200;  ///< of one incident

/// Whether an incident goes to Customs (clause 6.3). Stored; never reuse one.
enum class ReportDecision : std::uint8_t { Undecided = 1, Report = 2, NotReportable = 3 };
/// "undecided", "report", "not_reportable".
[[nodiscard]] std::string_view decision_name(ReportDecision decision);

/// One thing that head office did about an incident towards Customs. Stored; never reuse a kind.
struct CustomsStep {
  enum class Kind : std::uint8_t { Decided = 1, Told = 2, Replied = 3 };
  Kind kind = Kind::Decided;
  std::int64_t at_ms = 0;    ///< when it was written down, the hub's clock
  std::int64_t when_ms = 0;  ///< when it was decided, said or heard, as the person says
  std::string by;            ///< who decided, told, took the reply
  ReportDecision decision = ReportDecision::Undecided;  ///< of Decided
  ses::ToldHow how = ses::ToldHow::Phone;               ///< of Told and Replied
  std::string whom;                                     ///< at Customs
  std::string reference;                                ///< Customs' own number, if it gave one
  std::string text;                                     ///< the reason, what was said, the reply
  friend bool operator==(const CustomsStep&, const CustomsStep&) = default;
};
/// "told by phone: A. Officer, reference CR-1", as histories and papers say it; who did it stands beside it.
[[nodiscard]] std::string step_words(const CustomsStep& step);
/// "by phone", "on Customs' form".
[[nodiscard]] std::string_view told_how_words(ses::ToldHow how);
/// A word that Customs has on paper: what is said by phone or in person is followed by one.
[[nodiscard]] bool is_written(ses::ToldHow how);

/// The body of a journal entry customs_step (docs/formats/journal.md).
[[nodiscard]] PackWriter encode(RegisterId site, ses::Ref incident, const CustomsStep& step);

/// The incidents of all sites as head office handled them, by the entry that recorded each. Over one Db that
/// outlives it; one thread.
class CustomsBook {
 public:
  [[nodiscard]] static std::string_view schema();
  [[nodiscard]] static Result<CustomsBook> open(Db& db);

  /// In the caller's transaction. BadInput `customs.text` if a text is too long, Full `customs.many`.
  [[nodiscard]] Result<> add(RegisterId site, ses::Ref incident, const CustomsStep& step);
  /// Oldest first.
  [[nodiscard]] Result<std::vector<CustomsStep>> steps(RegisterId site, ses::Ref incident);

  /// Incidents of a site of which nothing is to be told any more, as head office knows it: Customs was told
  /// (`told`, the first word), or need not be.
  struct Settled {
    ses::Ref incident;
    std::optional<CustomsStep> told;
  };
  [[nodiscard]] Result<std::vector<Settled>> settled(RegisterId site);

  /// Incidents that Customs was told of since then, by phone or in person only; longest ago first.
  [[nodiscard]] Result<std::vector<std::pair<RegisterId, ses::Ref>>> forms_owed(std::int64_t since_ms,
                                                                                std::size_t max_count);

 private:
  struct Statements;
  explicit CustomsBook(std::shared_ptr<Statements> statements) : statements_(std::move(statements)) {}
  std::shared_ptr<Statements> statements_;
};

/// The directive by which the site hears that head office told Customs.
[[nodiscard]] ses::CustomsToldByOffice told_directive(ses::Ref incident, const CustomsStep& told);

}  // namespace sealkeep::hub
