// SPDX-License-Identifier: Apache-2.0
#include "hub/customs/customs_book.hpp"

#include "hub/customs/customs_schema_sql.hpp"

namespace sealkeep::hub {
namespace {

constexpr const char* kColumns = "kind, at_ms, when_ms, by_whom, decision, how, whom, reference, words";

CustomsStep read_step(const Rows& rows, int from) {
  CustomsStep step;
  step.kind = static_cast<CustomsStep::Kind>(rows.int64(from));
  step.at_ms = rows.int64(from + 1);
  step.when_ms = rows.int64(from + 2);
  step.by = rows.text(from + 3);
  step.decision = static_cast<ReportDecision>(rows.int64(from + 4));
  step.how = static_cast<ses::ToldHow>(rows.int64(from + 5));
  step.whom = rows.text(from + 6);
  step.reference = rows.text(from + 7);
  step.text = rows.text(from + 8);
  return step;
}

Result<> check(const CustomsStep& step) {
  for (const std::string* name : {&step.by, &step.whom, &step.reference})
    if (name->size() > kCustomsNameBytes)
      return bad_input("customs.text", "A name or a reference is too long", {}, "At most 120 bytes");
  if (step.text.size() > kCustomsTextBytes)
    return bad_input("customs.text", "The text is too long", {}, "At most 2000 bytes");
  return {};
}

}  // namespace

std::string_view decision_name(ReportDecision decision) {
  switch (decision) {
    case ReportDecision::Undecided:
      return "undecided";
    case ReportDecision::Report:
      return "report";
    case ReportDecision::NotReportable:
      return "not_reportable";
  }
  return "unknown";
}

std::string_view told_how_words(ses::ToldHow how) {
  switch (how) {
    case ses::ToldHow::Email:
      return "by e-mail";
    case ses::ToldHow::Phone:
      return "by phone";
    case ses::ToldHow::Form:
      return "on Customs' form";
    case ses::ToldHow::InPerson:
      return "in person";
  }
  return "not said how";
}

bool is_written(ses::ToldHow how) {
  return how == ses::ToldHow::Email || how == ses::ToldHow::Form;
}

std::string step_words(const CustomsStep& step) {
  std::string words;
  switch (step.kind) {
    case CustomsStep::Kind::Decided:
      words = step.decision == ReportDecision::Report          ? "decided that Customs is told"
              : step.decision == ReportDecision::NotReportable ? "decided that Customs need not be told"
                                                               : "not decided yet";
      break;
    case CustomsStep::Kind::Told:
      words = "told Customs " + std::string(told_how_words(step.how));
      break;
    case CustomsStep::Kind::Replied:
      words = "Customs answered " + std::string(told_how_words(step.how));
      break;
  }
  if (!step.whom.empty()) words += ", " + step.whom;
  if (!step.reference.empty()) words += ", reference " + step.reference;
  return step.text.empty() ? words : words + ": " + step.text;
}

PackWriter encode(RegisterId site, ses::Ref incident, const CustomsStep& step) {
  PackWriter body;
  body.array(11).uint(static_cast<std::uint64_t>(site)).uint(incident.epoch).uint(incident.index);
  body.uint(static_cast<std::uint64_t>(step.kind)).sint(step.when_ms).str(step.by);
  body.uint(static_cast<std::uint64_t>(step.decision)).uint(static_cast<std::uint64_t>(step.how));
  body.str(step.whom).str(step.reference).str(step.text);
  return body;
}

ses::CustomsToldByOffice told_directive(ses::Ref incident, const CustomsStep& told) {
  return {incident, told.how, told.when_ms};
}

struct CustomsBook::Statements {
  Statement count, add, steps, settled, forms_owed;
};

std::string_view CustomsBook::schema() {
  return sql::customs_schema;
}

Result<CustomsBook> CustomsBook::open(Db& db) {
  auto s = std::make_shared<Statements>();
  const std::string columns = kColumns;
  const std::pair<Statement*, std::string> texts[] = {
      {&s->count, "SELECT count(*) FROM customs_step WHERE register = ? AND epoch = ? AND idx = ?"},
      {&s->add, "INSERT INTO customs_step VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"},
      {&s->steps,
       "SELECT " + columns + " FROM customs_step WHERE register = ? AND epoch = ? AND idx = ? ORDER BY no"},
      {&s->settled, "SELECT epoch, idx, " + columns +
                        " FROM customs_step WHERE register = ? AND (kind = 2 OR decision = 3) ORDER BY "
                        "epoch, idx, no"},
      {&s->forms_owed,
       "SELECT register, epoch, idx FROM customs_step WHERE kind = 2 GROUP BY register, epoch, idx HAVING "
       "min(when_ms) >= ? AND max(how IN (1, 3)) = 0 ORDER BY min(when_ms) LIMIT ?"},
  };
  for (const auto& [statement, text] : texts) {
    SEALKEEP_LET(prepared, db.prepare(text.c_str()));
    *statement = std::move(prepared);
  }
  return CustomsBook(std::move(s));
}

Result<> CustomsBook::add(RegisterId site, ses::Ref incident, const CustomsStep& step) {
  SEALKEEP_TRY(check(step));
  std::int64_t no = 0;
  {
    SEALKEEP_LET(rows, statements_->count.query(site, incident.epoch, incident.index));
    SEALKEEP_LET(there, rows.next());
    if (there) no = rows.int64(0);
  }
  if (no >= static_cast<std::int64_t>(kCustomsSteps))
    return fail(ErrorKind::Full, "customs.many", "So much was written down about this incident already", {},
                "Keep what follows beside the report");
  return statements_->add.run(site, incident.epoch, incident.index, no, static_cast<int>(step.kind),
                              step.at_ms, step.when_ms, step.by, static_cast<int>(step.decision),
                              static_cast<int>(step.how), step.whom, step.reference, step.text);
}

Result<std::vector<CustomsStep>> CustomsBook::steps(RegisterId site, ses::Ref incident) {
  SEALKEEP_LET(rows, statements_->steps.query(site, incident.epoch, incident.index));
  std::vector<CustomsStep> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.push_back(read_step(rows, 0));
  }
}

Result<std::vector<CustomsBook::Settled>> CustomsBook::settled(RegisterId site) {
  SEALKEEP_LET(rows, statements_->settled.query(site));
  std::vector<Settled> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    const ses::Ref at{static_cast<std::uint32_t>(rows.int64(0)), rows.uint64(1)};
    if (out.empty() || out.back().incident != at) out.push_back({at, std::nullopt});
    CustomsStep step = read_step(rows, 2);
    if (step.kind == CustomsStep::Kind::Told && !out.back().told) out.back().told = std::move(step);
  }
}

Result<std::vector<std::pair<RegisterId, ses::Ref>>> CustomsBook::forms_owed(std::int64_t since_ms,
                                                                             std::size_t max_count) {
  SEALKEEP_LET(rows, statements_->forms_owed.query(since_ms, max_count));
  std::vector<std::pair<RegisterId, ses::Ref>> out;
  while (true) {
    SEALKEEP_LET(there, rows.next());
    if (!there) return out;
    out.emplace_back(rows.int64(0), ses::Ref{static_cast<std::uint32_t>(rows.int64(1)), rows.uint64(2)});
  }
}

}  // namespace sealkeep::hub
