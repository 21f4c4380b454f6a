// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <limits>

#include "common/base/pack.hpp"
#include "common/ses/field_rules.hpp"

/// Both directions of the records' bytes (docs/formats/entry.md, directives.md), driven by each body's one
/// `fields` function. Private to entry.cpp and directive.cpp.
namespace sealkeep::ses::codec {

template <class T>
concept Enum = std::is_enum_v<T>;
template <class T>
concept Unsigned = std::unsigned_integral<T> && !std::same_as<T, bool>;

template <Unsigned T>
inline constexpr std::uint64_t kMax = std::min<std::uint64_t>(std::numeric_limits<T>::max(),
                                                              limits::kTreeSize);

/// Appends fields to `out`. The first value that the rules refuse sets fault(), and what was written is
/// worthless then.
class FieldWriter {
 public:
  explicit FieldWriter(PackWriter& out, const FieldRules& rules = kRules<void>) : out_(out), rules_(rules) {}

  template <class... F>
  void operator()(const F&... fields) {
    out_.array(sizeof...(F));
    (put(fields), ...);
  }

  void put(bool value) { out_.boolean(value); }
  template <Enum E>
  void put(E value) {
    check(is_known<E>(static_cast<std::uint64_t>(value)) ? nullptr : "a value is not one of its kind");
    out_.uint(static_cast<std::uint64_t>(value));
  }
  template <Unsigned T>
  void put(T value) {
    number(value, kMax<T>);
  }
  void put(std::int64_t value) { number(value, -kTimeMs, kTimeMs); }
  void put(const std::string& text) {
    check(text.size() <= rules_.text_bytes ? nullptr : "a text is too long");
    check(is_utf8(text) ? nullptr : "a text is not UTF-8");
    out_.str(text);
  }
  void put(const Hash& hash) { out_.bin(hash.view()); }
  void put(const Bytes& bytes) {
    too_large_ = too_large_ || bytes.size() > limits::kLeafBytes;
    check(bytes.empty() ? "bytes are missing" : nullptr);
    out_.bin(bytes);
  }
  void put(const SealNumber& seal) {
    check(codec::fault(seal, rules_));
    out_.str(seal.text());
  }
  void put(const SealRange& range) {
    too_large_ = too_large_ || range.count > limits::kSealsPerEntry;
    check(codec::fault(range, rules_));
    out_.array(4).str(range.prefix).uint(range.first).uint(range.width).uint(range.count);
  }
  void put(const UnitId& unit) {
    check(codec::fault(unit, rules_));
    out_.array(2);
    put(unit.kind);
    out_.str(unit.text);
  }
  void put(const Place& place) { (*this)(place.kind, place.no); }
  void put(const Ref& ref) { (*this)(ref.epoch, ref.index); }
  void put(const Reading& reading) { (*this)(reading.seal, reading.unit); }
  void put(const DetailRef& ref) {
    out_.array(2);
    put(ref.index);
    number(ref.n, limits::kDetailsPerEntry - 1);
  }
  void put(const Vvtt& vvtt) {
    std::uint64_t steps = 0;
    for (Step step : {vvtt.view, vvtt.verify, vvtt.tug, vvtt.twist}) {
      check(is_known<Step>(static_cast<std::uint64_t>(step)) ? nullptr : "a value is not one of its kind");
      steps = steps << 2 | static_cast<std::uint64_t>(step);
    }
    out_.uint(steps);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    count(list.size(), limits::kSealsPerEntry);
    check(codec::fault(list, rules_));
    FieldWriter each(out_);  // an element is never empty, whatever the body's own fields may be
    for (const T& element : list) each.put(element);
    check(each.fault_);
  }

  void number(std::uint64_t value, std::uint64_t max) {
    check(value <= max ? nullptr : "a number is out of range");
    out_.uint(value);
  }
  void number(std::int64_t value, std::int64_t min, std::int64_t max) {
    check(value >= min && value <= max ? nullptr : "a number is out of range");
    out_.sint(value);
  }
  /// Opens a list. Past `max` the record is too large rather than malformed: a caller can split it.
  void count(std::size_t elements, std::size_t max) {
    if (elements > max) {
      too_large_ = true;
      check("a list is too long");
    }
    out_.array(elements);
  }
  void check(const char* fault) {
    if (fault_ == nullptr) fault_ = fault;
  }

  [[nodiscard]] const char* fault() const { return fault_; }
  [[nodiscard]] bool too_large() const { return too_large_; }

 private:
  PackWriter& out_;
  const FieldRules& rules_;
  const char* fault_ = nullptr;
  bool too_large_ = false;
};

/// Reads fields from `in`. A refused value makes `in` fail with the reason; later fields stay at zero or
/// empty.
class FieldReader {
 public:
  explicit FieldReader(PackReader& in, const FieldRules& rules = kRules<void>) : in_(in), rules_(rules) {}

  /// The fields of a body. Those that a later version appended are passed over.
  template <class... F>
  void operator()(F&... fields) {
    const std::size_t present = in_.array(sizeof...(F), limits::kBodyFields);
    (get(fields), ...);
    for (std::size_t i = sizeof...(F); i < present && in_.ok(); ++i) in_.skip(kUnknownFieldDepth);
  }
  /// The elements of a nested value: exactly these.
  template <class... F>
  void exactly(F&... elements) {
    in_.array(sizeof...(F));
    (get(elements), ...);
  }

  void get(bool& value) { value = in_.boolean(); }
  template <Enum E>
  void get(E& value) {
    const std::uint64_t number = in_.uint();
    if (!is_known<E>(number)) return in_.reject("a value is not one of its kind");
    value = static_cast<E>(number);
  }
  template <Unsigned T>
  void get(T& value) {
    value = static_cast<T>(in_.uint(kMax<T>));
  }
  void get(std::int64_t& value) { value = in_.sint(-kTimeMs, kTimeMs); }
  void get(std::string& text) { text = in_.str(rules_.text_bytes); }
  void get(Hash& hash) { hash.bytes = in_.fixed<32>(); }
  void get(Bytes& bytes) { bytes = to_bytes(in_.bin(limits::kLeafBytes, 1)); }
  void get(SealNumber& seal) {
    const std::string_view text = in_.str(limits::kSealNumberBytes, rules_.seal_may_be_empty ? 0 : 1);
    if (text.empty()) return;
    Result<SealNumber> exact = SealNumber::parse_exact(text);
    if (!exact) return in_.reject("a seal number is not in its written form");
    seal = std::move(*exact);
  }
  void get(SealRange& range) {
    in_.array(4);
    range.prefix = in_.str(limits::kSealNumberBytes);
    range.first = in_.uint();
    get(range.width);
    get(range.count);
    check(codec::fault(range, rules_));
  }
  void get(UnitId& unit) {
    in_.array(2);
    get(unit.kind);
    unit.text = in_.str(limits::kSealNumberBytes);
    check(codec::fault(unit, rules_));
  }
  void get(Place& place) { exactly(place.kind, place.no); }
  void get(Ref& ref) { exactly(ref.epoch, ref.index); }
  void get(Reading& reading) { exactly(reading.seal, reading.unit); }
  void get(DetailRef& ref) {
    in_.array(2);
    get(ref.index);
    ref.n = static_cast<std::uint8_t>(in_.uint(limits::kDetailsPerEntry - 1));
  }
  void get(Vvtt& vvtt) {
    const auto steps = static_cast<unsigned>(in_.uint(0xFF));
    const auto step = [&](unsigned shift) { return static_cast<Step>(steps >> shift & 3U); };
    vvtt = {step(6), step(4), step(2), step(0)};
  }
  template <class T>
  void get(std::vector<T>& list) {
    FieldReader each(in_);
    each.list(list, limits::kSealsPerEntry, [&](T& element) { each.get(element); });
    check(codec::fault(list, rules_));
  }
  /// A list whose elements `read_element` reads. Makes room only for as many as the bytes left can hold.
  template <class T, class F>
  void list(std::vector<T>& out, std::size_t max, F&& read_element) {
    const std::size_t count = in_.array(0, max);
    if (count > in_.rest().size()) return in_.reject("an array claims more elements than there are bytes");
    out.reserve(count);
    for (std::size_t i = 0; i < count && in_.ok(); ++i) read_element(out.emplace_back());
  }
  void check(const char* fault) {
    if (fault != nullptr) in_.reject(fault);
  }

 private:
  PackReader& in_;
  const FieldRules& rules_;
};

/// Reads a body of the kind B into the variant.
template <class B, class Variant>
void read_as(PackReader& in, Variant& out) {
  B& body = out.template emplace<B>();
  FieldReader reader(in, kRules<B>);
  body.fields(reader);
  reader.check(body_fault(body));
}

constexpr bool all_differ(std::initializer_list<std::size_t> numbers) {
  for (auto a = numbers.begin(); a != numbers.end(); ++a)
    if (std::find(numbers.begin(), a, *a) != a) return false;
  return true;
}

/// How many alternatives a variant has, or a type derived from one.
template <class Variant>
inline constexpr std::size_t kAlternatives = []<class... Body>(const std::variant<Body...>*) {
  return sizeof...(Body);
}(static_cast<const Variant*>(nullptr));

/// The bodies of one registry: a std::variant whose alternatives have kKind and fields().
template <class Variant>
struct Bodies;
template <class... Body>
struct Bodies<std::variant<Body...>> {
  using Variant = std::variant<Body...>;
  using Read = void (*)(PackReader&, Variant&);
  static constexpr std::size_t kKinds = std::max({static_cast<std::size_t>(Body::kKind)...}) + 1;
  static constexpr std::array<Read, kKinds> kTable = [] {
    std::array<Read, kKinds> table{};
    ((table[static_cast<std::size_t>(Body::kKind)] = &read_as<Body, Variant>), ...);
    return table;
  }();
  static_assert(all_differ({static_cast<std::size_t>(Body::kKind)...}), "a number is used twice");

  /// How to read the body of that kind; nullptr for a kind that is not in the registry.
  static Read reader_of(std::uint64_t kind) {
    return kind < kKinds ? kTable[static_cast<std::size_t>(kind)] : nullptr;
  }

  /// The fault of the body, or nullptr, as FieldWriter.
  static void write(PackWriter& out, const Variant& body, const char*& fault, bool& too_large) {
    std::visit(
        [&]<class B>(const B& value) {
          FieldWriter writer(out, kRules<B>);
          // `fields` serves both directions, so it cannot be const; the writer takes each field as const.
          // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): nothing is written to the value
          const_cast<B&>(value).fields(writer);
          writer.check(body_fault(value));
          fault = writer.fault();
          too_large = writer.too_large();
        },
        body);
  }
};

}  // namespace sealkeep::ses::codec
