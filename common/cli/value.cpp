// SPDX-License-Identifier: Apache-2.0
#include "common/cli/value.hpp"

#include <boost/json.hpp>
#include <set>

namespace sealkeep::cli {
namespace {

constexpr std::uint8_t kListMark = 0;
constexpr std::uint8_t kObjectMark = 1;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

tl::unexpected<Error> too_large(const char* why) {
  return fail(ErrorKind::Full, "command.answer_too_large", "An answer is too large to be sent", why,
              "Ask for less at a time");
}

Result<> write(PackWriter& out, const Value& value, int depth, std::size_t& nodes) {
  if (++nodes > kValueNodes) return too_large("it has too many values");
  if (const bool* truth = value.as_bool()) {
    out.boolean(*truth);
  } else if (const std::int64_t* number = value.as_int()) {
    out.sint(*number);
  } else if (const std::string* text = value.as_text()) {
    if (text->size() > kValueTextBytes) return too_large("one of its texts is too long");
    out.str(*text);
  } else if (value.is_null()) {
    out.nil();
  } else {
    if (depth == 0) return too_large("it is nested too deep");
    if (const Value::List* list = value.as_list()) {
      out.array(list->size() + 1).uint(kListMark);
      for (const Value& item : *list) SEALKEEP_TRY(write(out, item, depth - 1, nodes));
    } else if (const Value::Object* object = value.as_object()) {
      out.array(2 * object->size() + 1).uint(kObjectMark);
      for (const Value::Member& member : *object) {
        if (member.name.size() > kValueNameBytes) return too_large("one of its names is too long");
        out.str(member.name);
        SEALKEEP_TRY(write(out, member.value, depth - 1, nodes));
      }
    }
  }
  return {};
}

bool is_array(std::uint8_t first) {
  return (first & 0xF0U) == 0x90U || first == 0xDC || first == 0xDD;
}
bool is_text(std::uint8_t first) {
  return (first & 0xE0U) == 0xA0U || (first >= 0xD9 && first <= 0xDB);
}

Value read(PackReader& in, int depth, std::size_t& nodes);

Value read_object(PackReader& in, std::size_t items, int depth, std::size_t& nodes) {
  Value::Object members;
  std::set<std::string, std::less<>> names;
  if (items % 2 != 0) in.reject("a name without a value");
  for (std::size_t i = 0; i < items && in.ok(); i += 2) {
    std::string name(in.str(kValueNameBytes));
    if (in.ok() && !names.insert(name).second) in.reject("two values of one name");
    Value value = read(in, depth, nodes);
    if (in.ok()) members.push_back({std::move(name), std::move(value)});
  }
  return members;
}

Value read(PackReader& in, int depth, std::size_t& nodes) {
  if (++nodes > kValueNodes) in.reject("too many values");
  if (in.nil() || !in.ok()) return {};
  const std::uint8_t first = in.rest().empty() ? std::uint8_t{0} : in.rest()[0];
  if (first == 0xC2 || first == 0xC3) return in.boolean();
  if (is_text(first)) return in.str(kValueTextBytes);
  if (!is_array(first)) return in.sint();
  if (depth == 0) in.reject("values are nested too deep");
  const std::size_t items = in.array(1, 2 * kValueNodes + 1) - (in.ok() ? 1 : 0);
  if (in.uint(kObjectMark) == kObjectMark) return read_object(in, items, depth - 1, nodes);
  Value::List list;
  for (std::size_t i = 0; i < items && in.ok(); ++i) list.push_back(read(in, depth - 1, nodes));
  return list;
}

std::string quoted(std::string_view text) {
  return boost::json::serialize(boost::json::string_view(text.data(), text.size()));
}

void new_line(std::string& out, bool indented, std::size_t level) {
  if (indented) out.append("\n").append(2 * level, ' ');
}

void print(std::string& out, const Value& value, bool indented, std::size_t level) {
  if (const bool* truth = value.as_bool()) {
    out += *truth ? "true" : "false";
  } else if (const std::int64_t* number = value.as_int()) {
    out += std::to_string(*number);
  } else if (const std::string* text = value.as_text()) {
    out += quoted(*text);
  } else if (const Value::List* list = value.as_list()) {
    out += '[';
    for (std::size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      new_line(out, indented, level + 1);
      print(out, (*list)[i], indented, level + 1);
    }
    if (!list->empty()) new_line(out, indented, level);
    out += ']';
  } else if (const Value::Object* object = value.as_object()) {
    out += '{';
    for (std::size_t i = 0; i < object->size(); ++i) {
      if (i > 0) out += ',';
      new_line(out, indented, level + 1);
      out.append(quoted((*object)[i].name)).append(indented ? ": " : ":");
      print(out, (*object)[i].value, indented, level + 1);
    }
    if (!object->empty()) new_line(out, indented, level);
    out += '}';
  } else {
    out += "null";
  }
}

}  // namespace

Value::Value(std::string text) : held_(well_formed(std::move(text))) {}
Value::Value(List items) : held_(std::move(items)) {}
Value::Value(Object members) : held_(std::move(members)) {
  for (Member& member : std::get<Object>(held_)) member.name = well_formed(std::move(member.name));
}

Value Value::object(std::initializer_list<Member> members) {
  return Object(members);
}
Value Value::list(std::initializer_list<Value> items) {
  Value out;
  out.held_ = List(items);
  return out;
}

Value& Value::set(std::string name, Value value) {
  if (is_null()) held_ = Object{};
  Object* object = std::get_if<Object>(&held_);
  SEALKEEP_ASSERT(object != nullptr);
  name = well_formed(std::move(name));
  for (Member& member : *object) {
    if (member.name != name) continue;
    member.value = std::move(value);
    return *this;
  }
  object->push_back({std::move(name), std::move(value)});
  return *this;
}

Value& Value::add(Value item) {
  if (is_null()) held_ = List{};
  List* list = std::get_if<List>(&held_);
  SEALKEEP_ASSERT(list != nullptr);
  list->push_back(std::move(item));
  return *this;
}

const Value* Value::find(std::string_view name) const {
  if (const Object* object = as_object()) {
    for (const Member& member : *object) {
      if (member.name == name) return &member.value;
    }
  }
  return nullptr;
}

bool operator==(const Value& a, const Value& b) {
  return a.held_ == b.held_;
}

Result<> write_value(PackWriter& out, const Value& value) {
  std::size_t nodes = 0;
  return write(out, value, kValueDepth, nodes);
}

Value read_value(PackReader& in) {
  std::size_t nodes = 0;
  Value value = read(in, kValueDepth, nodes);
  return in.ok() ? value : Value{};
}

std::string to_json(const Value& value, bool indented) {
  std::string out;
  print(out, value, indented, 0);
  return out;
}

std::string well_formed(std::string text) {
  if (is_utf8(text)) return text;
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    std::size_t taken = 1;
    while (taken < 4 && taken < rest.size() && !is_utf8(rest.substr(0, taken))) ++taken;
    if (is_utf8(rest.substr(0, taken))) {
      out += rest.substr(0, taken);
    } else {
      out += kReplacement;
      taken = 1;
    }
    rest.remove_prefix(taken);
  }
  return out;
}

}  // namespace sealkeep::cli
