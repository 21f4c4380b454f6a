// SPDX-License-Identifier: Apache-2.0
#include "hub/customs/standing.hpp"

namespace sealkeep::hub {
namespace {

// The newest word counts; Customs that was told stays told.
void follow(CustomsStanding& standing, const CustomsStep& step) {
  switch (step.kind) {
    case CustomsStep::Kind::Decided:
      standing.decided_ms = step.when_ms;
      if (standing.told_ms == 0) standing.decision = decision_name(step.decision);
      break;
    case CustomsStep::Kind::Told:
      standing.decision = "reported";
      if (standing.told_ms == 0 || step.when_ms < standing.told_ms) {
        standing.told_ms = step.when_ms;
        standing.told_how = step.how;
      }
      if (is_written(step.how)) standing.written_ms = step.when_ms;
      break;
    case CustomsStep::Kind::Replied:
      standing.replied_ms = step.when_ms;
      standing.reply = step.text;
      break;
  }
  if (!step.reference.empty()) standing.reference = step.reference;
}

}  // namespace

Result<CustomsStandings> CustomsStandings::open(Db& db) {
  SEALKEEP_LET(book, CustomsBook::open(db));
  SEALKEEP_LET(row, db.prepare("SELECT discovered_ms, told_ms, told_how, decided_ms, reportable FROM "
                               "incident WHERE register = ? AND epoch = ? AND idx = ?"));
  return CustomsStandings(std::move(book), std::move(row));
}

Result<CustomsStanding> CustomsStandings::of(RegisterId site, ses::Ref incident) {
  CustomsStanding out;
  {
    SEALKEEP_LET(rows, row_.query(site, incident.epoch, incident.index));
    SEALKEEP_LET(there, rows.next());
    if (there) {
      out.known = true;
      out.discovered_ms = rows.int64(0);
      CustomsStep said;
      said.when_ms = rows.int64(3);
      said.decision = rows.int64(4) != 0 ? ReportDecision::Report : ReportDecision::NotReportable;
      if (said.when_ms != 0) follow(out, said);
      CustomsStep told;
      told.kind = CustomsStep::Kind::Told;
      told.when_ms = rows.int64(1);
      told.how = static_cast<ses::ToldHow>(rows.int64(2));
      if (told.when_ms != 0) follow(out, told);
    }
  }
  SEALKEEP_LET(steps, book_.steps(site, incident));
  for (const CustomsStep& step : steps) follow(out, step);
  out.steps = std::move(steps);
  return out;
}

}  // namespace sealkeep::hub
