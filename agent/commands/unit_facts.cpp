// SPDX-License-Identifier: Apache-2.0
#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"

namespace sealkeep::agent {
namespace {

template <class E>
Facts plain(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  return one(in.fact(E{std::move(unit)}));
}

ses::Securing securing_of(const FactInput& in, const char* fallback) {
  const std::string how = in.command().one("how").value_or(fallback);
  if (how == "padlock") return ses::Securing::Padlock;
  if (how == "guarded") return ses::Securing::Guarded;
  return how == "locked-building" ? ses::Securing::LockedBuilding : ses::Securing::Nothing;
}

ses::Party party_of(const FactInput& in, const char* option) {
  const std::string who = in.command().one(option).value_or("unknown");
  if (who == "site") return ses::Party::Site;
  if (who == "customs") return ses::Party::Customs;
  if (who == "mpi") return ses::Party::Mpi;
  return who == "carrier" ? ses::Party::Carrier : ses::Party::Unknown;
}

Facts pause(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  return one(in.fact(ses::LoadPaused{std::move(unit), securing_of(in, "nothing")}));
}

Facts secure(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(until_ms, in.time("until", 0));
  return one(in.fact(ses::DoorsSecured{std::move(unit), securing_of(in, "padlock"), until_ms}));
}

// On hold: a seal of it was found tampered with, or is gone and nobody knows its number.
Facts hold(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(discovered_ms, in.time("discovered", in.happened_ms()));
  Fact fact = in.fact(ses::SealTampered{in.family(), {}, std::move(unit), discovered_ms});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

Facts looked_at(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  Fact fact = in.fact(ses::ContentsLookedAt{std::move(unit), in.has("in-order")});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

Facts opened(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  const std::string where = in.command().one("where").value_or("unknown");
  const ses::Whereabouts at = where == "site"   ? ses::Whereabouts::AtSite
                              : where == "road" ? ses::Whereabouts::OnTheRoad
                              : where == "port" ? ses::Whereabouts::AtPort
                                                : ses::Whereabouts::Unknown;
  Fact fact = in.fact(ses::UnitOpened{std::move(unit), party_of(in, "opened-by"), at});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Reference, "reference"));
  return one(std::move(fact));
}

Facts resealed(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(seal, in.seal("seal"));
  return one(in.fact(ses::ResealedElsewhere{std::move(unit), std::move(seal), party_of(in, "whose")}));
}

Facts other_seal(FactInput& in) {
  SEALKEEP_LET(unit, in.unit());
  SEALKEEP_LET(seal, in.seal("seal"));
  return one(in.fact(ses::OtherSealNoted{std::move(unit), std::move(seal), party_of(in, "whose")}));
}

constexpr FactCommand kMakers[] = {
    {"container checked-empty", plain<ses::UnitCheckedEmpty>},
    {"container start", plain<ses::LoadStarted>},
    {"container pause", pause},
    {"container end", plain<ses::LoadEnded>},
    {"container close", plain<ses::UnitClosed>},
    {"container secure", secure},
    {"container cancel", plain<ses::LoadCancelled>},
    {"container hold", hold},
    {"container looked-at", looked_at},
    {"container papers-corrected", plain<ses::PapersCorrected>},
    {"container opened", opened},
    {"container resealed", resealed},
    {"container other-seal", other_seal},
};

}  // namespace

std::span<const FactCommand> unit_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> unit_specs() {
  using namespace spec;
  const Options base = unit(true) + common();
  const cli::OptionSpec seal = needed(text("seal", "Seal number", "NUMBER"));
  const auto how = [](const char* fallback) {
    return choice("how", "How the doors are secured", {"nothing", "padlock", "guarded", "locked-building"},
                  fallback);
  };
  const std::vector<std::string> parties{"unknown", "site", "customs", "mpi", "carrier"};
  return {
      {"container checked-empty",
       "Say that a container was checked empty before packing.",
       base,
       {"container checked-empty MSCU1234566 --by Mere"}},
      {"container start", "Say that loading began.", base, {"container start MSCU1234566"}},
      {"container pause",
       "Say that loading paused, and how the doors are secured.",
       unit(true) + Options{how("nothing")} + common(),
       {"container pause MSCU1234566 --how padlock"}},
      {"container end", "Say that loading ended.", base, {"container end MSCU1234566"}},
      {"container close",
       "Say that the doors are closed, or the air package is packed.",
       base,
       {"container close MSCU1234566 --by Mere", "container close --package ULD77 --by Mere"}},
      {"container secure",
       "It cannot be sealed at once: say how the doors are secured, and until when.",
       unit(true) + Options{how("padlock"), text("until", "When it will be sealed", "TIME")} + common(),
       {"container secure MSCU1234566 --how padlock --until 18:00 --by Mere"}},
      {"container cancel", "Say that this load will not go.", base, {"container cancel MSCU1234566"}},
      {"container hold",
       "Hold a container whose seal is gone or was tampered with and whose number nobody knows. With the "
       "number, use \"seal tampered\".",
       unit(true) +
           Options{text("discovered", "When it was noticed, if not now", "TIME"),
                   text("story", "What is known", "TEXT")} +
           family() + common(),
       {"container hold MSCU1234566 --story \"bolt cut, gone\" --by Tama"}},
      {"container looked-at",
       "Say that the contents of a held container were looked at.",
       unit(true) +
           Options{flag("in-order", "The contents are in order"), text("story", "What was found", "TEXT")} +
           common(),
       {"container looked-at MSCU1234566 --in-order --by Mere"}},
      {"container papers-corrected",
       "Say that the load paperwork and the export entry were corrected.",
       base,
       {"container papers-corrected MSCU1234566"}},
      {"container opened",
       "Say that somebody opened the container after it was sealed.",
       unit(true) +
           Options{choice("opened-by", "Who opened it", parties, "unknown"),
                   choice("where", "Where", {"unknown", "site", "road", "port"}, "unknown"),
                   text("reference", "The authority's reference", "REF")} +
           common(),
       {"container opened MSCU1234566 --opened-by customs --where port --reference C-991"}},
      {"container resealed",
       "A new seal was put on elsewhere, outside this site's stock.",
       unit(true) + Options{seal, choice("whose", "Whose seal", parties, "unknown")} + common(),
       {"container resealed MSCU1234566 --seal CUS0071 --whose customs"}},
      {"container other-seal",
       "Write a carrier's or an authority's seal down beside the container.",
       unit(true) + Options{seal, choice("whose", "Whose seal", parties, "carrier")} + common(),
       {"container other-seal MSCU1234566 --seal ML88123 --whose carrier"}},
  };
}

}  // namespace sealkeep::agent
