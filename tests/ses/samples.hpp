// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/limits.hpp"
#include "common/base/pack.hpp"
#include "common/base/random.hpp"
#include "common/ses/codec.hpp"
#include "common/ses/directive.hpp"
#include "common/ses/entry.hpp"
#include "common/ses/field_rules.hpp"

/// Records with every field filled, for tests that must not know each kind by name.
namespace sealkeep::ses::samples {

inline SealNumber seal(std::string_view text) {
  return SealNumber::parse(text).value();
}
inline UnitId container(std::string_view text) {
  return UnitId::parse(UnitKind::SeaContainer, text).value();
}

/// A third archive for `fields`, beside the codec's two: fills each field with a random allowed value, and
/// every fourth number with its largest.
class Filler {
 public:
  explicit Filler(Random& random) : random_(random) {}
  template <class... F>
  void operator()(F&... fields) {
    (fill(fields), ...);
  }

  void fill(bool& value) { value = random_.below(2) == 1; }
  template <class E>
  std::enable_if_t<std::is_enum_v<E>> fill(E& value) {
    using Set = codec::EnumSet<E>;
    value = static_cast<E>(Set::first + random_.below(Set::last - Set::first + 1));
  }
  void fill(std::uint8_t& value) { value = static_cast<std::uint8_t>(number(UINT8_MAX)); }
  void fill(std::uint16_t& value) { value = static_cast<std::uint16_t>(number(UINT16_MAX)); }
  void fill(std::uint32_t& value) { value = static_cast<std::uint32_t>(number(UINT32_MAX)); }
  void fill(std::uint64_t& value) { value = number(limits::kTreeSize); }
  void fill(std::int64_t& value) {
    value = static_cast<std::int64_t>(number(std::uint64_t{1} << 53));
    if (random_.below(4) == 0) value = -value;
  }
  void fill(std::string& text) {
    constexpr std::string_view kParts[] = {"A", "7", "nz/", "é", " ", "漢", "\U0001F512", "-"};
    text.clear();
    for (std::uint64_t i = random_.below(16); i > 0; --i) text += kParts[random_.below(std::size(kParts))];
  }
  void fill(Hash& hash) { random_.fill(hash.bytes); }
  /// A small entry, as only `restated` has bytes.
  void fill(Bytes& bytes) {
    Entry entry;
    fill(entry.header.person_no);
    entry.event = StoreOpened{entry.header.person_no};
    bytes = encode(entry).value();
  }
  void fill(SealNumber& number) {
    SealRange range;
    fill(range);
    number = range.front();
  }
  void fill(SealRange& range) {
    constexpr std::string_view kPrefixes[] = {"", "NZ", "ABCDEFGHIJKLMNOP", "X9Y"};
    range.prefix = kPrefixes[random_.below(std::size(kPrefixes))];
    range.width = static_cast<std::uint8_t>(4 + random_.below(15));
    range.count = static_cast<std::uint32_t>(1 + random_.below(limits::kSealsPerEntry));
    range.first = random_.below(9000);
  }
  void fill(UnitId& unit) {
    std::string digits = std::to_string(1'000'000 + random_.below(9'000'000));
    unit = random_.below(2) == 0 ? container("MSC" + std::string(1, "UJZ"[random_.below(3)]) + digits)
                                 : UnitId{UnitKind::AirPackage, "PKG" + digits};
  }
  void fill(Place& place) { (*this)(place.kind, place.no); }
  void fill(Ref& ref) { (*this)(ref.epoch, ref.index); }
  void fill(Reading& reading) { (*this)(reading.seal, reading.unit); }
  void fill(Vvtt& vvtt) { (*this)(vvtt.view, vvtt.verify, vvtt.tug, vvtt.twist); }
  void fill(std::vector<SealNumber>& seals) {
    SealRange range{"NZ", random_.below(1'000'000), 8, static_cast<std::uint32_t>(random_.below(20))};
    seals.clear();
    for (std::uint32_t i = 0; i < range.count; ++i) seals.push_back(range.at(i));
  }
  void fill(std::vector<UnitId>& units) {
    units.clear();
    for (std::uint64_t i = random_.below(20); i > 0; --i)
      units.push_back({UnitKind::AirPackage, "PKG" + std::to_string(i)});
  }
  void fill(std::vector<DetailRef>& refs) {
    refs.resize(random_.below(20));
    for (DetailRef& ref : refs)
      ref = {number(limits::kTreeSize), static_cast<std::uint8_t>(random_.below(limits::kDetailsPerEntry))};
  }
  std::uint64_t number(std::uint64_t max) {
    const std::uint64_t word = random_.u64();
    if (word % 4 == 0) return max;
    return std::min(max, word >> (8 * (random_.below(8))));
  }

 private:
  Random& random_;
};

/// Calls `use` with one filled body of each alternative of the variant, in its order.
template <class Variant, std::size_t I = 0, class F>
void each_kind(Random& random, F&& use) {
  Variant body;
  Filler filler(random);
  auto& filled = body.template emplace<I>();
  filled.fields(filler);
  if constexpr (std::is_same_v<std::decay_t<decltype(filled)>, RecordKept>) {
    const RecordSubject subject = record_rule(filled.what).subject;
    filled.person_no = subject == RecordSubject::Person || subject == RecordSubject::PersonLabel ? 77 : 0;
    filled.label = subject == RecordSubject::Label || subject == RecordSubject::PersonLabel ? "apply" : "";
  }
  use(std::as_const(body));
  if constexpr (I + 1 < codec::kAlternatives<Variant>) each_kind<Variant, I + 1>(random, use);
}

inline EntryHeader header(Random& random) {
  Filler filler(random);
  EntryHeader out;
  random.fill(out.request_id);
  out.happened_ms = static_cast<std::int64_t>(filler.number(std::uint64_t{1} << 53));
  out.recorded_ms = static_cast<std::int64_t>(filler.number(std::uint64_t{1} << 53));
  out.mono_ms = static_cast<std::int64_t>(filler.number(std::uint64_t{1} << 53));
  out.utc_offset_min = static_cast<std::int32_t>(random.below(1681)) - 840;
  filler(out.boot_no, out.clock_state, out.person_no, out.auth_method, out.terminal_no, out.source);
  return out;
}

/// An entry with the event and random lists.
inline Entry entry(Random& random, Event event) {
  Filler filler(random);
  Entry out{header(random), std::move(event), {}, {}, {}};
  out.details.resize(random.below(limits::kDetailsPerEntry + 1));
  if (std::holds_alternative<Restated>(out.event)) out.details.clear();  // those of the entry inside: none
  for (DetailCommitment& detail : out.details) filler(detail.kind, detail.length_bytes, detail.commitment);
  const std::uint64_t first_code = 1 + random.below(20);
  for (std::uint64_t code = first_code; code < first_code + random.below(12); ++code) {
    NotedIrregularity noted{static_cast<Irregularity>(code), {}};
    if (!out.details.empty() && random.below(2) == 0)
      noted.reason = static_cast<std::uint8_t>(random.below(out.details.size()));
    out.irregularities.push_back(noted);
  }
  out.refs.resize(random.below(limits::kRefsPerEntry + 1));
  for (Ref& ref : out.refs) filler.fill(ref);
  return out;
}

/// The entry that a terminal writes most often: a bolt goes on a container.
inline Entry usual_entry() {
  Entry out;
  out.header = {{1, 2, 3, 4, 5, 6, 7, 8},
                1'769'821'509'000,
                1'769'821'511'250,
                780,
                3,
                86'400'123,
                ClockState::Trusted,
                2'712'847'316,
                AuthMethod::Badge,
                2,
                Source::Scanned};
  out.event = SealApplied{Family::Ses, SealKind::Bolt, seal("NZ300006"), container("MSCU6639870"), false};
  return out;
}

/// The code of the error, or "accepted".
template <class T>
std::string refusal(const Result<T>& result) {
  return result ? std::string("accepted") : result.error().code;
}

inline std::string refusal_of(const Bytes& bytes) {
  return refusal(decode_entry(bytes));
}
inline std::string refusal_of(const Event& event) {
  Entry entry = usual_entry();
  entry.event = event;
  return refusal(encode(entry));
}

/// The elements of an entry before its body, which `write` appends, and the empty list of details after it.
template <class F>
Bytes with_body(Kind kind, F&& write, std::size_t elements = 17, std::uint64_t version = 1) {
  PackWriter out;
  out.array(elements).uint(version).uint(static_cast<std::uint64_t>(kind)).bin(Bytes(8, 7));
  out.uint(1'000)
      .uint(2'000)
      .sint(-60)
      .uint(1)
      .uint(5)
      .uint(0)
      .uint(9)
      .uint(1)
      .uint(2)
      .uint(1)
      .array(0)
      .array(0);
  write(out);
  out.array(0);
  return out.take();
}

}  // namespace sealkeep::ses::samples
