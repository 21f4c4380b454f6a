// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"
#include "common/ses/confusable.hpp"
#include "common/ses/number_fits.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kSupplierReferenceBytes = 64;
constexpr std::size_t kLookAlikesRead = 200;

// One fact for each piece of the range; the body of the event is made by `event_of`.
template <class EventOf>
Facts each_piece(FactInput& in, EventOf&& event_of) {
  SEALKEEP_LET(pieces, in.pieces());
  std::vector<Fact> facts;
  for (const ses::SealRange& piece : pieces) facts.push_back(in.fact(event_of(piece)));
  return facts;
}

// A live seal of this register whose number is that run's, read wrongly.
Result<std::optional<ses::SealNumber>> live_in(FactInput& in, const ses::SealRange& run) {
  SEALKEEP_LET(front, in.agent().rows().seal({in.family(), run.front()}));
  for (const SealAt& at : front)
    if (at.register_id == in.register_id() && ses::is_live(at.row.state)) return std::optional(at.key.number);
  SEALKEEP_LET(behind,
               in.agent().rows().seals(in.register_id(), in.family(), run.front().text(), kLookAlikesRead));
  for (const SealAt& at : behind)
    if (run.contains(at.key.number) && ses::is_live(at.row.state)) return std::optional(at.key.number);
  return std::optional<ses::SealNumber>();
}

// What is to be known of numbers before the first of them is used.
Result<> note_numbers(FactInput& in) {
  SEALKEEP_LET(seals, in.range());
  in.note(ses::does_not_fit_words(seals));
  for (const ses::SealRange& read_as : ses::look_alike_runs(seals)) {
    SEALKEEP_LET(live, live_in(in, read_as));
    if (!live) continue;
    in.note("These numbers look like " + live->text() + " and its neighbours, which are here too: scan " +
            seals.text() + ", do not type them");
    break;
  }
  return {};
}

Facts receive(FactInput& in) {
  SEALKEEP_LET(pieces, in.pieces());
  SEALKEEP_TRY(note_numbers(in));
  SEALKEEP_LET(place, in.place("place"));
  SEALKEEP_LET(arrived_ms, in.time("arrived", in.happened_ms()));
  SEALKEEP_LET(approval, in.text("approval"));
  SEALKEEP_LET(delivery, in.text("delivery"));
  SEALKEEP_LET(box, in.text("box"));
  SEALKEEP_LET(missing, in.seals("missing"));
  if (!box.empty() && pieces.size() > 1)
    return bad_input("box.too_large", "One labelled box cannot hold so many seals",
                     "a box has at most " + std::to_string(limits::kSealsPerEntry),
                     "Receive the delivery box by box");
  for (const ses::SealNumber& seal : missing)
    if (std::none_of(pieces.begin(), pieces.end(), [&](const auto& piece) { return piece.contains(seal); }))
      return bad_input("seal.missing_outside", seal.text() + " is not one of the seals on the label", {},
                       "Look at the number again: --missing names seals of the delivery that are not there");
  std::vector<Fact> facts;
  for (const ses::SealRange& piece : pieces) {
    ses::SealsReceived event{in.family(), in.kind(), piece, place, arrived_ms, approval, delivery, box, {}};
    std::copy_if(missing.begin(), missing.end(), std::back_inserter(event.missing),
                 [&](const ses::SealNumber& seal) { return piece.contains(seal); });
    facts.push_back(in.fact(std::move(event)));
  }
  return facts;
}

Facts open_box(FactInput& in) {
  SEALKEEP_LET(box, in.text("label"));
  SEALKEEP_LET(missing, in.seals("missing"));
  SEALKEEP_LET(extra, in.seals("extra"));
  return one(in.fact(ses::BoxOpened{in.family(), box, std::move(missing), std::move(extra)}));
}

Facts store(FactInput& in) {
  SEALKEEP_LET(place, in.place("place"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::SealsStored{in.family(), seals, place};
  });
}

Facts issue(FactInput& in) {
  SEALKEEP_LET(to, in.person("to"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::SealsIssued{in.family(), seals, to};
  });
}

Facts hand_over(FactInput& in) {
  SEALKEEP_LET(from, in.person("from"));
  SEALKEEP_LET(to, in.person("to"));
  ses::SealNumber last_used;
  if (in.has("last-used")) {
    SEALKEEP_LET(number, in.seal("last-used"));
    last_used = std::move(number);
  }
  SEALKEEP_LET(next, in.seal("next"));
  ses::SealRange seals = ses::SealRange::single(next);
  if (in.has("last")) {
    SEALKEEP_LET(last, in.seal("last"));
    SEALKEEP_LET(between, ses::SealRange::between(next, last, limits::kSealsPerEntry));
    seals = between;
  }
  return one(in.fact(ses::HandedOver{in.family(), from, to, std::move(last_used), std::move(seals)}));
}

Facts give_back(FactInput& in) {
  SEALKEEP_LET(place, in.place("place"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::SealsReturned{in.family(), seals, place};
  });
}

Facts transfer_out(FactInput& in) {
  SEALKEEP_LET(site, in.text("site", limits::kSiteCodeBytes));
  SEALKEEP_LET(transfer, in.text("transfer"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::TransferredOut{in.family(), seals, site, transfer};
  });
}

Facts transfer_in(FactInput& in) {
  SEALKEEP_LET(site, in.text("site", limits::kSiteCodeBytes));
  SEALKEEP_LET(transfer, in.text("transfer"));
  SEALKEEP_LET(place, in.place("place"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::TransferredIn{in.family(), in.kind(), seals, place, site, transfer};
  });
}

Facts return_to_supplier(FactInput& in) {
  SEALKEEP_LET(reference, in.text("reference", kSupplierReferenceBytes));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::ReturnedToSupplier{in.family(), seals, reference};
  });
}

Facts destroy(FactInput& in) {
  SEALKEEP_LET(witness, in.person("witness"));
  return each_piece(in, [&](const ses::SealRange& seals) {
    return ses::SealsDestroyed{in.family(), seals, witness};
  });
}

Facts lost(FactInput& in) {
  SEALKEEP_LET(discovered_ms, in.time("discovered", in.happened_ms()));
  SEALKEEP_LET(last_seen_ms, in.time("last-seen", 0));
  SEALKEEP_LET(facts, each_piece(in, [&](const ses::SealRange& seals) {
                 return ses::SealLost{in.family(), seals, discovered_ms, last_seen_ms};
               }));
  SEALKEEP_TRY(in.add_detail(facts.front(), ses::DetailKind::Narrative, "story"));
  return facts;
}

Facts found(FactInput& in) {
  SEALKEEP_LET(seal, in.seal("seal"));
  SEALKEEP_LET(place, in.place("place"));
  return one(in.fact(ses::SealFound{in.family(), std::move(seal), place, in.has("not-on-record")}));
}

constexpr FactCommand kMakers[] = {
    {"seal receive", receive},
    {"seal open-box", open_box},
    {"seal store", store},
    {"seal issue", issue},
    {"seal hand-over", hand_over},
    {"seal return", give_back},
    {"seal transfer-out", transfer_out},
    {"seal transfer-in", transfer_in},
    {"seal return-to-supplier", return_to_supplier},
    {"seal destroy", destroy},
    {"seal lost", lost},
    {"seal found", found},
};

}  // namespace

std::span<const FactCommand> stock_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> stock_specs() {
  using namespace spec;
  const Options place{text("place", "Store or dock box, by name or number", "PLACE")};
  const Options missing{
      many(text("missing", "A seal on the label that is not there; may be repeated", "NUMBER"))};
  const Options transfer{needed(text("site", "Code of the other site", "CODE")),
                         text("transfer", "Number of the transfer note", "NO")};
  return {
      {"seal receive",
       "Write a delivery of seals down. Name the first and the last number on the label; the range is filled "
       "in. Seals that are not there are named with --missing.",
       range() + kind() +
           Options{text("approval", "Number of the purchase approval", "PO"),
                   text("delivery", "Number of the delivery note", "NOTE"),
                   text("box", "Label of a box that arrived as labelled, unopened", "LABEL"),
                   text("arrived", "When the delivery arrived, if not now", "TIME")} +
           missing + place + common(),
       {"seal receive NZ300001 NZ300200 --approval PO-12 --delivery DN-881 --missing NZ300117 --place Safe "
        "--by Mere",
        "seal receive NZ300001 --count 500 --box B-7"}},
      {"seal open-box",
       "Open a labelled box and say what was in it. What is not named as missing was there.",
       Options{needed(placed(text("label", "The box's label")))} + missing +
           Options{many(text("extra", "A seal that was in it and not on the label", "NUMBER"))} + family() +
           common(),
       {"seal open-box B-7 --missing NZ300044 --by Mere"}},
      {"seal store",
       "Put seals into a store or a dock box.",
       range() + Options{needed(text("place", "Store or dock box, by name or number", "PLACE"))} + common(),
       {"seal store NZ300001..NZ300200 --place Safe --by Mere"}},
      {"seal issue",
       "Hand seals out to a person.",
       range() + Options{needed(text("to", "Who gets them", "PERSON"))} + common(),
       {"seal issue NZ300001..NZ300010 --to Tama --by Mere"}},
      {"seal hand-over",
       "Hand half a box from one shift to the next: the last number used, the next one, the last one in it.",
       Options{needed(text("from", "Who hands over", "PERSON")),
               needed(text("to", "Who takes over", "PERSON")),
               text("last-used", "The last number that was used", "NUMBER"),
               needed(text("next", "The next number", "NUMBER")),
               text("last", "The last number in the box", "NUMBER")} +
           family() + common(),
       {"seal hand-over --from Mere --to Tama --last-used NZ300006 --next NZ300007 --last NZ300050"}},
      {"seal return",
       "Put seals that somebody had in hand back.",
       range() + place + common(),
       {"seal return NZ300007..NZ300010 --place Safe --by Tama"}},
      {"seal transfer-out",
       "Send seals to another site.",
       range() + transfer + common(),
       {"seal transfer-out NZ300101..NZ300200 --site wlg-02 --transfer T-5"}},
      {"seal transfer-in",
       "Take seals in that another site sent.",
       range() + kind() + transfer + place + common(),
       {"seal transfer-in NZ300101..NZ300200 --site akl-01 --transfer T-5 --place Safe"}},
      {"seal return-to-supplier",
       "Send seals back to the supplier.",
       range() + Options{text("reference", "The supplier's reference", "REF")} + common(),
       {"seal return-to-supplier NZ300101..NZ300110 --reference RMA-3"}},
      {"seal destroy",
       "Say that seals were destroyed, and who saw it.",
       range() + Options{needed(text("witness", "Who saw it", "PERSON"))} + common(),
       {"seal destroy NZ300101..NZ300110 --witness Tama --by Mere"}},
      {"seal lost",
       "Say that seals are lost. Customs must be told: the to-do list shows by when.",
       range() +
           Options{text("discovered", "When it was noticed, if not now", "TIME"),
                   text("last-seen", "When they were last seen", "TIME"),
                   text("story", "What is known", "TEXT")} +
           common(),
       {"seal lost NZ300117 --last-seen 2026-01-30T16:00 --story \"not in the safe\" --by Mere"}},
      {"seal found",
       "A lost seal turned up, or one that the register never had.",
       Options{needed(placed(text("seal", "Seal number")))} + place +
           Options{flag("not-on-record", "The register never had it")} + family() + common(),
       {"seal found NZ300117 --place Safe --by Mere"}},
  };
}

}  // namespace sealkeep::agent
