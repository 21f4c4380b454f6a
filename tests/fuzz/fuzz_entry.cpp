// SPDX-License-Identifier: Apache-2.0
// Entries and directives: what decodes is written back as the same bytes, and the register takes any sequence
// of them, with every counter equal to a recount.
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/recount.hpp"
#include "tests/ses/samples.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;
using namespace sealkeep::ses;

namespace {

constexpr std::size_t kSteps = 96, kSeals = 256;  // a thousand seals at each step would only be slow
constexpr std::int64_t kStart = 1'780'000'000'000;

// Fields that a later version appended are passed over, so their bytes do not come back; everything else
// does.
template <class Record>
void round_trip(const Result<Record>& decoded, ByteView bytes, Result<Record> (*decode)(ByteView)) {
  if (!decoded) return;
  const Result<Bytes> again = encode(*decoded);
  SEALKEEP_ASSERT(again.has_value());
  if (again->size() == bytes.size()) {
    SEALKEEP_ASSERT(std::equal(again->begin(), again->end(), bytes.begin()));
    return;
  }
  SEALKEEP_ASSERT(again->size() < bytes.size());
  const Result<Record> reread = decode(*again);
  SEALKEEP_ASSERT(reread && *reread == *decoded);
}

// Fields over a small world, so that events meet the same seals, units and people.
class SmallWorld : public samples::Filler {
 public:
  explicit SmallWorld(Input& in) : Filler(random_), in_(in), random_(in) {}
  using Filler::fill;
  template <class... F>
  void operator()(F&... fields) {
    (fill(fields), ...);
  }

  void fill(std::uint8_t& value) { value = in_.u8(); }
  void fill(std::uint32_t& value) { value = in_.u8() % 8; }
  void fill(std::uint64_t& value) { value = in_.u8(); }
  void fill(std::int64_t& value) { value = moment(); }
  void fill(std::string& text) {
    constexpr std::string_view kTexts[] = {"",         "PO-1",       "BOX1",       "ROLL",
                                           "NZ300001", "nz 300-002", "MSCU1234566"};
    text = kTexts[in_.u8() % std::size(kTexts)];
  }
  void fill(SealRange& range) {
    const std::uint8_t where = in_.u8();
    range = {"NZ", 300001U + where % 8, 6, 1U + where / 8U % 8};
    if (where >= 240) range = {"", 9'999 - where % 16U, 4, 1U + where % 16U};
  }
  void fill(SealNumber& number) {
    SealRange range;
    fill(range);
    number = range.front();
  }
  void fill(std::vector<SealNumber>& seals) {
    SealRange range;
    fill(range);
    const std::uint8_t which = in_.u8();
    seals.clear();
    for (std::uint32_t i = 0; i < range.count; ++i)
      if ((which >> i % 8 & 1) != 0) seals.push_back(range.at(i));
  }
  void fill(UnitId& unit) {
    constexpr const char* kSea[] = {"MSCU1234566", "MSKU0417000", "TGHU7654321"};
    const std::uint8_t which = in_.u8() % 5;
    unit = which < 3 ? UnitId{UnitKind::SeaContainer, kSea[which]} : UnitId{UnitKind::AirPackage, "PKG1"};
    if (which == 4) unit.text.clear();
  }
  void fill(Place& place) { (*this)(place.kind, place.no); }
  void fill(Ref& ref) { ref = {in_.u8() % 3U, in_.u8()}; }
  void fill(Reading& reading) { (*this)(reading.seal, reading.unit); }
  void fill(Vvtt& vvtt) { (*this)(vvtt.view, vvtt.verify, vvtt.tug, vvtt.twist); }

  // Mostly minutes within a few hours; now and then the ends of what a record may say.
  std::int64_t moment() {
    const std::uint8_t at = in_.u8();
    if (at == 255) return codec::kTimeMs;
    if (at == 254) return -codec::kTimeMs;
    return at == 0 ? 0 : kStart + at * std::int64_t{600'000};
  }

  template <class Variant>
  Variant body() {
    Variant made;
    const std::size_t kind = in_.u8() % codec::kAlternatives<Variant>;
    emplace<Variant>(made, kind, std::make_index_sequence<codec::kAlternatives<Variant>>());
    return made;
  }

 private:
  template <class Variant, std::size_t... I>
  void emplace(Variant& made, std::size_t kind, std::index_sequence<I...>) {
    ((kind == I ? made.template emplace<I>().fields(*this) : void()), ...);
  }
  Input& in_;
  InputRandom random_;
};

// Only records that can stand in a log reach a register: the one that was read back.
std::optional<Entry> readable(const Entry& entry) {
  const Result<Bytes> bytes = encode(entry);
  if (!bytes) return std::nullopt;
  const Result<Entry> read = decode_entry(*bytes);
  SEALKEEP_ASSERT(read && *read == entry);
  return *read;
}

class Fed {
 public:
  void take(const Entry& entry) {
    const bool begins = std::holds_alternative<EpochStarted>(entry.event);
    const RegisterRow& self = reg_.self;
    // Epochs count from 1: the place 0/0 stands for no entry.
    const Ref at = begins || self.epoch == 0 ? Ref{self.epoch + 1, 0} : Ref{self.epoch, self.next_index};
    Rows rows = reg_.open();
    SEALKEEP_ASSERT(reg_.prepare(entry.header, entry.event, at, rows) <= 4);
    const std::vector<Irregularity> found = judge(entry.header, entry.event, rows);
    SEALKEEP_ASSERT(std::is_sorted(found.begin(), found.end()));
    SEALKEEP_ASSERT(std::adjacent_find(found.begin(), found.end()) == found.end());
    SEALKEEP_ASSERT(found.size() <= limits::kIrregularitiesPerEntry);
    fold(entry, at, rows);
    reg_.save(rows);
  }
  void adopt(const Directive& directive, std::int64_t when_ms) {
    reg_.adopt(directive, {reg_.self.epoch, reg_.self.next_index}, when_ms);
    Entry entry = samples::usual_entry();
    entry.header.happened_ms = entry.header.recorded_ms = when_ms;
    entry.event = DirectivesAdopted{1, reg_.self.directive_size + 1, {}};
    take(entry);
  }
  [[nodiscard]] const MapRegister& reg() const { return reg_; }

 private:
  MapRegister reg_;
};

void feed(Input& in) {
  Fed fed;
  SmallWorld world(in);
  for (std::size_t step = 0; step < kSteps && fed.reg().seals.size() < kSeals && !in.empty(); ++step) {
    const std::uint8_t what = in.u8();
    if (what < 16) {
      if (const auto entry = decode_entry(in.piece())) fed.take(*entry);
    } else if (what < 24) {
      if (const auto directive = decode_directive(in.piece())) fed.adopt(*directive, world.moment());
    } else if (what < 48) {
      Directive directive;
      directive.issued_ms = world.moment();
      directive.body = world.body<DirectiveBody>();
      if (encode(directive)) fed.adopt(directive, world.moment());
    } else {
      Entry entry = samples::usual_entry();
      entry.event = world.body<Event>();
      entry.header.happened_ms = world.moment();
      entry.header.recorded_ms = world.moment();
      entry.header.person_no = what % 4;
      entry.header.clock_state = what % 32 == 31 ? ClockState::Unsure : ClockState::Trusted;
      if (const auto read = readable(entry)) fed.take(*read);
    }
  }
  assert_recount(fed.reg());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<EntryChoice>();
  if (choice == EntryChoice::Entry) {
    const ByteView bytes = in.rest();
    round_trip<Entry>(decode_entry(bytes), bytes, decode_entry);
  } else if (choice == EntryChoice::Directive) {
    const ByteView bytes = in.rest();
    round_trip<Directive>(decode_directive(bytes), bytes, decode_directive);
  } else {
    feed(in);
  }
  return 0;
}
