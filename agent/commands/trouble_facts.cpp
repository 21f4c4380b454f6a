// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kStoryBytes = 30'000;

Facts tampered(FactInput& in) {
  SEALKEEP_LET(seal, in.seal("seal"));
  SEALKEEP_LET(unit, in.unit_or_none());
  if (unit.text.empty()) {
    SEALKEEP_LET(known, in.agent().rows().seal({in.family(), seal}));
    for (const SealAt& at : known)
      if (at.register_id == in.register_id()) unit = at.row.unit;
  }
  SEALKEEP_LET(discovered_ms, in.time("discovered", in.happened_ms()));
  Fact fact = in.fact(ses::SealTampered{in.family(), std::move(seal), std::move(unit), discovered_ms});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

Facts removed(FactInput& in) {
  SEALKEEP_LET(seal, in.seal("seal"));
  SEALKEEP_LET(unit, in.unit());
  const std::string why = in.command().one("why").value_or("other");
  const ses::RemovalReason reason = why == "forgotten-goods"   ? ses::RemovalReason::ForgottenGoods
                                    : why == "cancelled-load"  ? ses::RemovalReason::CancelledLoad
                                    : why == "wrong-container" ? ses::RemovalReason::WrongUnit
                                                               : ses::RemovalReason::Other;
  return one(in.fact(ses::SealRemoved{in.family(), std::move(seal), std::move(unit), reason}));
}

Facts correct_seal(FactInput& in) {
  SEALKEEP_LET(wrong, in.seal("wrong"));
  SEALKEEP_LET(right, in.seal("right"));
  SEALKEEP_LET(unit, in.unit());
  return one(in.fact(
      ses::SealCorrected{in.family(), std::move(unit), std::move(wrong), std::move(right), in.kind()}));
}

Facts correct_unit(FactInput& in) {
  const ses::UnitKind kind = in.has("air") ? ses::UnitKind::AirPackage : ses::UnitKind::SeaContainer;
  SEALKEEP_LET(wrong_text, in.command().required("wrong"));
  SEALKEEP_LET(right_text, in.command().required("right"));
  SEALKEEP_LET(wrong, ses::UnitId::parse(kind, wrong_text));
  SEALKEEP_LET(right, ses::UnitId::parse(kind, right_text));
  return one(in.fact(ses::UnitCorrected{std::move(wrong), std::move(right)}));
}

Facts concern(FactInput& in) {
  const bool quiet = in.has("quiet");
  Fact fact = in.fact(ses::ConcernRaised{quiet, in.has("about-manager")});
  SEALKEEP_LET(story, in.text("story", kStoryBytes));
  FactInput::add_detail_text(fact, ses::DetailKind::Narrative, story);
  if (quiet) {
    fact.person_no = 0;
    fact.auth_method = ses::AuthMethod::None;
  }
  return one(std::move(fact));
}

Facts customs_told(FactInput& in) {
  SEALKEEP_LET(about, in.reference("about"));
  SEALKEEP_LET(told_ms, in.time("told", in.happened_ms()));
  const std::string how = in.command().one("how").value_or("email");
  const ses::ToldHow by = how == "phone"       ? ses::ToldHow::Phone
                          : how == "form"      ? ses::ToldHow::Form
                          : how == "in-person" ? ses::ToldHow::InPerson
                                               : ses::ToldHow::Email;
  Fact fact = in.fact(ses::CustomsTold{about, by, told_ms, in.has("reference")});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Reference, "reference"));
  return one(std::move(fact));
}

Facts customs_decided(FactInput& in) {
  SEALKEEP_LET(about, in.reference("about"));
  const bool reportable = in.command().one("decision") == "report";
  Fact fact = in.fact(ses::CustomsDecided{about, reportable});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

constexpr FactCommand kMakers[] = {
    {"seal tampered", tampered},          {"seal removed", removed}, {"correct seal", correct_seal},
    {"correct unit", correct_unit},       {"concern", concern},      {"customs told", customs_told},
    {"customs decided", customs_decided},
};

}  // namespace

std::span<const FactCommand> trouble_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> trouble_specs() {
  using namespace spec;
  const cli::OptionSpec seal = needed(placed(text("seal", "Seal number")));
  const cli::OptionSpec about =
      needed(placed(text("about", "The entry that recorded it, as 1/42; \"todo\" names it")));
  return {
      {"seal tampered",
       "Say that a seal was tampered with. The container is held until its contents were looked at.",
       Options{seal} + unit() +
           Options{text("discovered", "When it was noticed, if not now", "TIME"),
                   text("story", "What is known", "TEXT")} +
           family() + common(),
       {"seal tampered NZ300006 --container MSCU1234566 --story \"found cut\" --by Tama"}},
      {"seal removed",
       "Say that a seal was taken off on purpose.",
       Options{seal, choice("why", "Why", {"forgotten-goods", "cancelled-load", "wrong-container", "other"},
                            "other")} +
           unit() + family() + common(),
       {"seal removed NZ300006 --container MSCU1234566 --why forgotten-goods --by Mere"}},
      {"correct seal",
       "The number that was written down for a seal was wrong. Both numbers are kept.",
       Options{needed(placed(text("wrong", "The number that was written down"))),
               needed(placed(text("right", "The number that is on the container")))} +
           unit() + kind() + family() + common(),
       {"correct seal NZ300471 NZ300417 --container MSCU1234566 --by Tama"}},
      {"correct unit",
       "The container number that was written down was wrong. Both numbers are kept.",
       Options{needed(placed(text("wrong", "The number that was written down"))),
               needed(placed(text("right", "The right number"))), flag("air", "They are air packages")} +
           common(),
       {"correct unit MSCU1234560 MSCU1234566 --by Tama"}},
      {"concern",
       "Tell a manager about something that is not right. Works offline, and without a name.",
       Options{needed(text("story", "What, where, when", "TEXT")), flag("quiet", "Keep no name"),
               flag("about-manager", "It is about the site's manager: only head office reads it")} +
           common(),
       {"concern --story \"padlock codes on the wall\" --quiet"}},
      {"customs told",
       "Say that Customs was told of a loss, a tamper or an incident.",
       Options{about, choice("how", "How", {"email", "phone", "form", "in-person"}, "email"),
               text("told", "When, if not now", "TIME"),
               text("reference", "The reference that Customs gave", "REF")} +
           common(),
       {"customs told 1/42 --how email --reference C-17 --by Mere"}},
      {"customs decided",
       "Decide whether an incident must be reported to Customs, and say why.",
       Options{about, needed(choice("decision", "What was decided", {"report", "not-reportable"})),
               needed(text("story", "Why", "TEXT"))} +
           common(),
       {"customs decided 1/42 --decision not-reportable --story \"found in the van\" --by Mere"}},
  };
}

}  // namespace sealkeep::agent
