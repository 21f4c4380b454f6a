// SPDX-License-Identifier: Apache-2.0
#include "common/base/clock.hpp"
#include "common/interchange/print.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::interchange {
namespace {

class SourceNames final : public ses::Names {
 public:
  explicit SourceNames(const SiteSource& source) : source_(&source) {}
  [[nodiscard]] std::string person_words(ses::PersonNo no) const override {
    const auto known = source_->people.find(no);
    return known != source_->people.end() && !known->second.empty() ? known->second
                                                                    : ses::Names::person_words(no);
  }

 private:
  const SiteSource* source_;
};

// What clause 6.3 asks of an incident, whichever event recorded it.
struct Incident {
  ses::IncidentKind kind = ses::IncidentKind::Other;
  std::string seals;
  ses::UnitId unit;
  std::int64_t discovered_ms = 0, last_seen_ms = 0;
};

std::string numbers(const std::vector<ses::SealNumber>& seals) {
  std::string out;
  for (const ses::SealNumber& seal : seals) out += (out.empty() ? "" : ", ") + seal.text();
  return out;
}

std::optional<Incident> incident_of(const ses::Event& event) {
  using ses::IncidentKind;
  if (const auto* lost = std::get_if<ses::SealLost>(&event))
    return Incident{
        IncidentKind::SealsMissing, lost->seals.text(), {}, lost->discovered_ms, lost->last_seen_ms};
  if (const auto* tampered = std::get_if<ses::SealTampered>(&event))
    return Incident{tampered->seal.empty() ? IncidentKind::ContainerTampered : IncidentKind::SealTampering,
                    tampered->seal.text(), tampered->unit, tampered->discovered_ms, 0};
  if (const auto* told = std::get_if<ses::IncidentReported>(&event))
    return Incident{told->what, numbers(told->seals), told->unit, told->discovered_ms, 0};
  if (const auto* found = std::get_if<ses::SealFound>(&event))
    return Incident{IncidentKind::SealsMissing, found->seal.text() + ", found again", {}, 0, 0};
  const auto* roll = std::get_if<ses::RollUsed>(&event);
  if (roll != nullptr && roll->use == ses::RollUse::Lost)
    return Incident{
        IncidentKind::SealsMissing, std::to_string(roll->quantity) + " of batch " + roll->batch, {}, 0, 0};
  const auto* replaced = std::get_if<ses::SealReplaced>(&event);
  if (replaced != nullptr && replaced->cause == ses::DamageCause::FoundBroken)
    return Incident{IncidentKind::SealTampering,
                    replaced->old_seal.text() + ", replaced by " + replaced->new_seal.text(), replaced->unit,
                    0, 0};
  const auto* damaged = std::get_if<ses::SealDamaged>(&event);
  if (damaged != nullptr && damaged->cause == ses::DamageCause::FoundBroken)
    return Incident{IncidentKind::SealTampering, damaged->seal.text(), damaged->unit, 0, 0};
  return std::nullopt;
}

std::string_view how_words(ses::ToldHow how) {
  constexpr std::string_view kWords[] = {"", "by e-mail", "by phone", "on Customs' form", "in person"};
  return kWords[static_cast<std::size_t>(how)];
}

class Details {
 public:
  Details(const SiteSource& source, DetailStore& details) : source_(source), details_(details) {}
  // The texts of one kind beside an entry; what was erased or is not here yet is left out.
  Result<std::string> text(ses::Ref at, const ses::Entry& entry, ses::DetailKind kind) {
    std::string out;
    for (const RegisterLogs::EpochLog& epoch : source_.register_logs.site)
      for (std::size_t n = 0; epoch.epoch == at.epoch && n < entry.details.size(); ++n) {
        if (entry.details[n].kind != kind) continue;
        SEALKEEP_LET(detail, details_.get(epoch.log, at.index, static_cast<std::uint8_t>(n)));
        if (detail && detail->state == DetailState::Held)
          out += (out.empty() ? "" : "\n") + std::string(as_text(detail->bytes));
      }
    return out;
  }

 private:
  const SiteSource& source_;
  DetailStore& details_;
};

}  // namespace

Result<Bytes> incident_pdf(SiteSource& source, DetailStore& details, ses::Ref at, const PrintHead& head,
                           std::span<const OfficeStep> office) {
  struct Answer {
    ses::Ref at;
    ses::Entry entry;
  };
  std::optional<ses::Entry> recorded;
  std::vector<Answer> answers;
  SEALKEEP_LET(unreadable, each_entry(source, [&](std::string_view, ses::Ref place, const ses::Entry& entry) {
                 if (place == at) recorded = entry;
                 const auto* told = std::get_if<ses::CustomsTold>(&entry.event);
                 const auto* decided = std::get_if<ses::CustomsDecided>(&entry.event);
                 if ((told != nullptr && told->about == at) || (decided != nullptr && decided->about == at))
                   answers.push_back({place, entry});
                 return Result<>{};
               }));
  static_cast<void>(unreadable);
  if (!recorded)
    return fail(ErrorKind::NotFound, "entry.unknown", "There is no entry " + ses::ref_words(at), {},
                "Entries are named epoch/index; the to-do list names those of incidents");
  const auto incident = incident_of(recorded->event);
  if (!incident)
    return bad_input("print.no_incident", "Entry " + ses::ref_words(at) + " records no incident",
                     "it is " + std::string(ses::kind_name(ses::kind_of(recorded->event))),
                     "Name the entry of a loss, a tamper or an incident");
  const SourceNames names(source);
  Details texts(source, details);
  const ses::EntryHeader& header = recorded->header;
  const auto time = [&](std::int64_t ms) {
    return ms == 0 ? std::string() : iso_time(ms, header.utc_offset_min);
  };
  SEALKEEP_LET(story, texts.text(at, *recorded, ses::DetailKind::Narrative));
  SEALKEEP_LET(reference, texts.text(at, *recorded, ses::DetailKind::Reference));

  PdfDocument pdf("Incident report", "Incident of clause 6.3 of the SES exporter minimum standards",
                  head.printed_ms,
                  "Incident " + ses::ref_words(at) + " of " + source.site + ", " + head.exporter +
                      ", printed " + iso_time(head.printed_ms, head.utc_offset_min));
  pdf.heading("Incident report to Customs");
  pdf.field("Exporter", head.exporter);
  pdf.field("Load site", source.site);
  pdf.field("Kind (clause 6.3)", std::string(ses::incident_words(incident->kind)));
  pdf.subheading("What happened");
  pdf.field("Recorded as", ses::event_words(recorded->event, names));
  pdf.field("Seals", incident->seals);
  pdf.field("Container or package", incident->unit.text);
  pdf.field("Discovered", time(incident->discovered_ms != 0 ? incident->discovered_ms : header.happened_ms));
  if (incident->last_seen_ms != 0) pdf.field("Last seen", time(incident->last_seen_ms));
  pdf.field("Recorded", time(header.recorded_ms));
  pdf.field("Recorded by", names.person_words(header.person_no));
  pdf.field("What is known", story);
  if (!reference.empty()) pdf.field("References", reference);
  std::string irregular;
  for (const ses::NotedIrregularity& noted : recorded->irregularities)
    irregular += (irregular.empty() ? "" : "; ") + std::string(ses::irregularity_sentence(noted.code));
  if (!irregular.empty()) pdf.field("To be explained", irregular);

  pdf.subheading("What Customs was told, and when");
  if (answers.empty() && office.empty()) pdf.paragraph("Nothing is recorded yet.");
  for (const Answer& answer : answers) {
    const std::string who = names.person_words(answer.entry.header.person_no);
    if (const auto* told = std::get_if<ses::CustomsTold>(&answer.entry.event)) {
      SEALKEEP_LET(given, texts.text(answer.at, answer.entry, ses::DetailKind::Reference));
      pdf.field("Told " + time(told->told_ms),
                std::string(how_words(told->how)) + ", by " + who +
                    (given.empty() ? ", no reference recorded" : ", Customs' reference " + given));
    } else if (const auto* decided = std::get_if<ses::CustomsDecided>(&answer.entry.event)) {
      SEALKEEP_LET(why, texts.text(answer.at, answer.entry, ses::DetailKind::Narrative));
      pdf.field("Decided " + time(answer.entry.header.happened_ms),
                std::string(decided->reportable ? "to be reported" : "not to be reported") + ", by " + who +
                    (why.empty() ? "" : ": " + why));
    }
  }
  for (const OfficeStep& step : office)
    pdf.field("Head office " + time(step.when_ms), step.words + ", by " + step.by);
  pdf.subheading("Sent by");
  pdf.blank("Name, position");
  pdf.blank("Date and time");
  pdf.blank("Signature");
  pdf.subheading("What this proves");
  pdf.paragraph("This is record " + ses::ref_words(at) +
                " of the site's append-only log as it was printed. A later "
                "correction is a new record and does not change this one.");
  return pdf.render();
}

}  // namespace sealkeep::interchange
