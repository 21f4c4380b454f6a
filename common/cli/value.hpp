// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/pack.hpp"

namespace sealkeep::cli {

inline constexpr int kValueDepth = 16;                   ///< lists and objects inside each other
inline constexpr std::size_t kValueNodes = 200'000;      ///< values in one tree, itself included
inline constexpr std::size_t kValueTextBytes = 1 << 20;  ///< one text
inline constexpr std::size_t kValueNameBytes = 200;      ///< the name of a member

/// What a command answers: a small tree like JSON's, without fractions. Objects keep the order in which their
/// members were set, because it is the order of columns and lines on the screen. A text is always UTF-8:
/// bytes that are not become U+FFFD when it is made, so a Value can always be printed.
class Value {
 public:
  struct Member;
  using List = std::vector<Value>;
  using Object = std::vector<Member>;

  Value();  ///< null
  Value(std::nullptr_t) : Value() {}
  Value(const Value&);
  Value(Value&&) noexcept;
  Value& operator=(const Value&);
  Value& operator=(Value&&) noexcept;
  ~Value();
  template <std::same_as<bool> B>
  Value(B truth) : held_(truth) {}
  /// Any whole number that an int64 can hold; more is a bug.
  template <std::integral T>
  requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value(T number);
  Value(std::string text);
  Value(std::string_view text) : Value(std::string(text)) {}
  Value(const char* text) : Value(std::string(text)) {}
  Value(List items);
  Value(Object members);

  /// `Value::object({{"seal", "AB123"}, {"count", 3}})`
  [[nodiscard]] static Value object(std::initializer_list<Member> members = {});
  [[nodiscard]] static Value list(std::initializer_list<Value> items = {});

  /// Sets a member of an object: a new one goes last, an old one keeps its place. A null becomes an object
  /// first; anything else is a bug. Returns the object, so that calls chain.
  Value& set(std::string name, Value value);
  /// Adds to a list. A null becomes a list first; anything else is a bug.
  Value& add(Value item);

  /// The member, or null if this is no object or has none of that name. Valid until the object changes.
  [[nodiscard]] const Value* find(std::string_view name) const;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(held_); }
  [[nodiscard]] const bool* as_bool() const { return std::get_if<bool>(&held_); }
  [[nodiscard]] const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&held_); }
  [[nodiscard]] const std::string* as_text() const { return std::get_if<std::string>(&held_); }
  [[nodiscard]] const List* as_list() const { return std::get_if<List>(&held_); }
  [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&held_); }

  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, std::int64_t, std::string, List, Object> held_;
};

struct Value::Member {
  std::string name;
  Value value;
  friend bool operator==(const Member&, const Member&) = default;
};

// Here, because all of them need to know what a Member is.
inline Value::Value() = default;
inline Value::Value(const Value&) = default;
inline Value::Value(Value&&) noexcept = default;
inline Value& Value::operator=(const Value&) = default;
inline Value& Value::operator=(Value&&) noexcept = default;
inline Value::~Value() = default;
template <std::integral T>
requires(!std::same_as<T, bool> && !std::same_as<T, char>) Value::Value(T number)
    : held_(static_cast<std::int64_t>(number)) {
  SEALKEEP_ASSERT(std::in_range<std::int64_t>(number));
}

/// Appends the tree: nil, boolean, number, text, [0, item ...] for a list, [1, name, value ...] for an
/// object. Full `command.answer_too_large` past one of the limits above; `out` then holds garbage.
[[nodiscard]] Result<> write_value(PackWriter& out, const Value& value);

/// Reads one tree. On anything malformed, too deep, too many or too long, and on two members of one name, the
/// reader fails and null comes back: ask finish() as always.
[[nodiscard]] Value read_value(PackReader& in);

/// JSON text (RFC 8259), one line without spaces, or indented by two spaces for people.
[[nodiscard]] std::string to_json(const Value& value, bool indented = false);

/// The text with each malformed byte replaced by U+FFFD.
[[nodiscard]] std::string well_formed(std::string text);

}  // namespace sealkeep::cli
