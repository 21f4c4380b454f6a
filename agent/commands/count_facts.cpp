// SPDX-License-Identifier: Apache-2.0
#include <set>

#include "agent/commands/fact_input.hpp"
#include "agent/commands/spec_kit.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kSealsPage = 4'000;
constexpr std::uint32_t kLargestRoll = 1'000'000'000;

// What the register has at a place now.
Result<std::set<ses::SealNumber>> expected_at(FactInput& in, const ses::Place& place) {
  std::set<ses::SealNumber> out;
  std::string after;
  while (true) {
    SEALKEEP_LET(page, in.agent().rows().seals(in.register_id(), in.family(), after, kSealsPage));
    for (const SealAt& seal : page) {
      after = seal.key.number.text();
      const bool here = seal.row.state == ses::SealState::InStock || seal.row.state == ses::SealState::Issued;
      if (here && (place.kind == ses::PlaceKind::NotSaid || seal.row.place == place))
        out.insert(seal.key.number);
    }
    if (page.size() < kSealsPage) return out;
  }
}

// One number a line, or several with blanks, commas or semicolons between them. Each counts once.
Result<std::set<ses::SealNumber>> scanned_list(ByteView file) {
  std::set<ses::SealNumber> out;
  std::string_view rest = as_text(file);
  std::size_t line = 1;
  while (!rest.empty()) {
    const std::size_t end = rest.find_first_of(",; \t\r\n");
    const std::string_view word = rest.substr(0, end);
    if (!word.empty()) {
      const auto number = ses::SealNumber::parse(word);
      if (!number)
        return bad_input(
            "count.scan_file",
            "Line " + std::to_string(line) + ": \"" + printable(word, 60) + "\" is no seal number",
            number.error().what, "Correct the line and count again; nothing was recorded");
      out.insert(*number);
    }
    if (end == std::string_view::npos) break;
    if (rest[end] == '\n') ++line;
    rest.remove_prefix(end + 1);
  }
  return out;
}

// The seals of boxes that were seen closed, by their labels: those that the register has in stock, not one
// that was missing when the box came.
Result<> add_boxes(FactInput& in, std::set<ses::SealNumber>& found) {
  ses::Wanted wanted;
  for (const std::string& label : in.command().all("box")) wanted.boxes.emplace_back(in.family(), label);
  if (wanted.boxes.empty()) return {};
  ses::Rows rows;
  SEALKEEP_TRY(in.agent().rows().load(in.register_id(), wanted, rows));
  ses::Wanted seals;
  for (const auto& key : wanted.boxes) {
    const ses::BoxRow* box = rows.boxes.find(key);
    if (box == nullptr)
      return bad_input("count.box_unknown", "The register knows no box \"" + printable(key.second, 60) + "\"",
                       {}, "Look at the label again, or scan its seals one by one");
    if (box->opened)
      return bad_input("count.box_open", "Box " + printable(key.second, 60) + " is open",
                       "what is left in an open box is counted seal by seal", "Scan its seals one by one");
    for (std::uint32_t i = 0; i < box->seals.count; ++i)
      seals.seals.push_back({in.family(), box->seals.at(i)});
  }
  SEALKEEP_TRY(in.agent().rows().load(in.register_id(), seals, rows));
  for (const ses::SealKey& key : seals.seals) {
    const ses::SealRow* seal = rows.seals.find(key);
    if (seal != nullptr && seal->state == ses::SealState::InStock) found.insert(key.number);
  }
  return {};
}

Facts count(FactInput& in) {
  ses::StockCounted event;
  event.family = in.family();
  SEALKEEP_LET(place, in.place("place"));
  event.place = place;
  SEALKEEP_LET(started_ms, in.time("started", in.happened_ms()));
  event.started_ms = started_ms;
  event.blind = in.has("blind");
  SEALKEEP_LET(witness, in.person("witness"));
  event.witness = witness;
  SEALKEEP_LET(expected, expected_at(in, place));
  event.expected = expected.size();
  const bool scanned = in.has("scan-file") || in.has("box"), named = in.has("missing") || in.has("extra");
  const bool counted = in.has("found");
  if ((scanned && (named || counted)) || (!scanned && !named && !counted))
    return bad_input(
        "count.how", "It is not clear what was counted", {},
        "Give --found N, or --scan-file FILE and --box LABEL, or name what differs with --missing "
        "and --extra");
  if (scanned) {
    SEALKEEP_LET(found, scanned_list(in.command().attachment));
    SEALKEEP_TRY(add_boxes(in, found));
    event.found = found.size();
    std::set_difference(expected.begin(), expected.end(), found.begin(), found.end(),
                        std::back_inserter(event.missing));
    std::set_difference(found.begin(), found.end(), expected.begin(), expected.end(),
                        std::back_inserter(event.extra));
  } else {
    SEALKEEP_LET(missing, in.seals("missing"));
    SEALKEEP_LET(extra, in.seals("extra"));
    for (const ses::SealNumber& seal : missing)
      if (!expected.contains(seal))
        return bad_input("count.not_expected",
                         seal.text() + " is named as missing, and is not expected there",
                         "the register does not have it at that place", "Look at the number again");
    const std::size_t differs = expected.size() - missing.size() + extra.size();
    SEALKEEP_LET(found, in.number("found", 0, 10'000'000, static_cast<std::int64_t>(differs)));
    if (named && found != static_cast<std::int64_t>(differs))
      return bad_input("count.does_not_add_up",
                       "Found " + std::to_string(found) + " does not fit what is named as missing and extra",
                       std::to_string(expected.size()) + " were expected there",
                       "Count again, or leave --found out");
    event.found = static_cast<std::uint64_t>(found);
    event.missing = std::move(missing);
    event.extra = std::move(extra);
  }
  if (event.missing.size() > limits::kSealsPerEntry || event.extra.size() > limits::kSealsPerEntry)
    return bad_input("count.differs_too_much", "More than 1,000 seals differ from the register",
                     "that is more likely a wrong place or a wrong list than a count",
                     "Check --place and the list; or record the number alone with --found");
  return one(in.fact(std::move(event)));
}

Facts explain(FactInput& in) {
  SEALKEEP_LET(about, in.reference("about"));
  SEALKEEP_LET(seals, in.seals("seal"));
  const std::string how = in.command().one("how").value_or("other");
  const ses::Explanation explanation = how == "miscounted"           ? ses::Explanation::Miscounted
                                       : how == "found-elsewhere"    ? ses::Explanation::FoundElsewhere
                                       : how == "recorded-late"      ? ses::Explanation::RecordedLate
                                       : how == "supplier-confirmed" ? ses::Explanation::SupplierConfirmed
                                                                     : ses::Explanation::Other;
  Fact fact = in.fact(ses::DifferenceExplained{in.family(), about, explanation, std::move(seals)});
  SEALKEEP_TRY(in.add_detail(fact, ses::DetailKind::Narrative, "story"));
  return one(std::move(fact));
}

Facts roll_receive(FactInput& in) {
  SEALKEEP_LET(batch, in.text("batch"));
  SEALKEEP_LET(quantity, in.number("quantity", 1, kLargestRoll, 1));
  SEALKEEP_LET(place, in.place("place"));
  return one(
      in.fact(ses::RollReceived{in.family(), in.kind(), batch, static_cast<std::uint32_t>(quantity), place}));
}

Facts roll_use(FactInput& in) {
  SEALKEEP_LET(batch, in.text("batch"));
  SEALKEEP_LET(quantity, in.number("quantity", 1, kLargestRoll, 1));
  SEALKEEP_LET(unit, in.unit_or_none());
  const std::string use = in.command().one("use").value_or("applied");
  const ses::RollUse what = use == "damaged"     ? ses::RollUse::Damaged
                            : use == "lost"      ? ses::RollUse::Lost
                            : use == "destroyed" ? ses::RollUse::Destroyed
                            : use == "sent-out"  ? ses::RollUse::SentOut
                            : use == "found"     ? ses::RollUse::FoundNotOnRecord
                                                 : ses::RollUse::Applied;
  return one(in.fact(
      ses::RollUsed{in.family(), batch, static_cast<std::uint32_t>(quantity), what, std::move(unit)}));
}

constexpr FactCommand kMakers[] = {
    {"seal count", count},
    {"seal explain", explain},
    {"roll receive", roll_receive},
    {"roll use", roll_use},
};

}  // namespace

std::span<const FactCommand> count_facts() {
  return kMakers;
}

std::vector<cli::CommandSpec> count_specs() {
  using namespace spec;
  cli::OptionSpec scans = text("scan-file", "File with the numbers that were scanned; - is stdin", "FILE");
  scans.type = cli::OptionType::InputFile;
  const cli::OptionSpec batch = needed(placed(text("batch", "Number of the roll or batch")));
  const cli::OptionSpec quantity = needed(whole("quantity", "How many", 1, kLargestRoll));
  const Options place{text("place", "Store or dock box, by name or number", "PLACE")};
  return {
      {"seal count",
       "Count the seals at a place. What is expected comes from the register; missing and extra seals are "
       "worked out from a list of scans.",
       place +
           Options{whole("found", "How many there are", 0, 10'000'000), scans,
                   many(text("box", "A closed box, by its label: all its seals are there", "LABEL")),
                   many(text("missing", "A seal that should be there and is not", "NUMBER")),
                   many(text("extra", "A seal that should not be there", "NUMBER")),
                   flag("blind", "Counted without seeing what is expected"),
                   text("started", "When the count began", "TIME"),
                   text("witness", "Who counted with you", "PERSON")} +
           family() + common(),
       {"seal count --place Safe --found 194 --blind --by Mere",
        "seal count --place Safe --scan-file scans.txt --box B7 --box B8"}},
      {"seal explain",
       "Explain a short delivery, a count difference or an unknown seal.",
       Options{
           needed(placed(text("about", "The entry that showed it, as 1/42; \"todo\" names it"))),
           needed(choice("how", "What it was",
                         {"miscounted", "found-elsewhere", "recorded-late", "supplier-confirmed", "other"})),
           many(text("seal", "A seal that it is about", "NUMBER")), text("story", "In words", "TEXT")} +
           family() + common(),
       {"seal explain 1/42 --how miscounted --by Mere"}},
      {"roll receive",
       "Receive a roll of tape, or a batch of marking or substance: seals without single numbers.",
       Options{batch, quantity} + kind() + place + family() + common(),
       {"roll receive T-77 --quantity 500 --kind tape --place Safe"}},
      {"roll use",
       "Say what became of a part of a roll or batch.",
       Options{batch, quantity,
               choice("use", "What became of it",
                      {"applied", "damaged", "lost", "destroyed", "sent-out", "found"}, "applied")} +
           unit() + family() + common(),
       {"roll use T-77 --quantity 2 --container MSCU1234566 --by Mere"}},
  };
}

}  // namespace sealkeep::agent
