// SPDX-License-Identifier: Apache-2.0
#include "common/cli/render.hpp"

#include <algorithm>

#include "common/base/bytes.hpp"
#include "common/cli/text_width.hpp"

namespace sealkeep::cli {
namespace {

constexpr std::size_t kCellBytes = 100'000;
constexpr int kNarrowestColumn = 8;
constexpr std::string_view kGap = "  ";

bool is_scalar(const Value& value) {
  return value.as_list() == nullptr && value.as_object() == nullptr;
}

std::string words_of(std::string_view name) {
  std::string out = printable(name, kValueNameBytes);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}

// One line for any value: a scalar as it is, a short list with commas, anything deeper as JSON.
std::string cell(const Value& value) {
  if (value.is_null()) return "-";
  if (const bool* truth = value.as_bool()) return *truth ? "yes" : "no";
  if (const std::int64_t* number = value.as_int()) return std::to_string(*number);
  if (const std::string* text = value.as_text()) return printable(*text, kCellBytes);
  const Value::List* list = value.as_list();
  if (list == nullptr || !std::all_of(list->begin(), list->end(), is_scalar)) {
    return printable(to_json(value), kCellBytes);
  }
  std::string out;
  for (const Value& item : *list) out += (out.empty() ? "" : ", ") + cell(item);
  return out.empty() ? "-" : out;
}

std::string bold(const std::string& text, const Style& style) {
  return style.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
}

void end_line(std::string& out) {
  while (!out.empty() && out.back() == ' ') out.pop_back();
  out += '\n';
}

struct Column {
  std::string name;
  std::string heading;
  bool numbers = true;
  int width = 0;
};

std::vector<Column> columns_of(const Value::List& rows) {
  std::vector<Column> columns;
  for (const Value& row : rows) {
    for (const Value::Member& member : *row.as_object()) {
      auto column = std::find_if(columns.begin(), columns.end(),
                                 [&](const Column& known) { return known.name == member.name; });
      if (column == columns.end()) {
        columns.push_back({member.name, words_of(member.name)});
        column = columns.end() - 1;
        column->width = display_width(column->heading);
      }
      column->width = std::max(column->width, display_width(cell(member.value)));
      if (!member.value.is_null() && member.value.as_int() == nullptr) column->numbers = false;
    }
  }
  return columns;
}

// Takes room from the widest column, again and again, until the table fits or all columns are narrow.
void shrink(std::vector<Column>& columns, int screen) {
  int total = static_cast<int>(kGap.size()) * (static_cast<int>(columns.size()) - 1);
  for (const Column& column : columns) total += column.width;
  while (total > screen) {
    const auto widest =
        std::max_element(columns.begin(), columns.end(), [](const Column& a, const Column& b) {
          return (a.numbers ? 0 : a.width) < (b.numbers ? 0 : b.width);
        });
    if (widest->numbers || widest->width <= kNarrowestColumn) return;
    --widest->width;
    --total;
  }
}

std::string padded(const std::string& text, const Column& column) {
  const std::string shown = fitted(text, column.width);
  const std::string space(static_cast<std::size_t>(std::max(0, column.width - display_width(shown))), ' ');
  return column.numbers ? space + shown : shown + space;
}

void table(std::string& out, const Value::List& rows, const Style& style) {
  std::vector<Column> columns = columns_of(rows);
  if (columns.empty()) return;
  if (style.width > 0) shrink(columns, style.width);
  std::string heading;
  for (const Column& column : columns) {
    heading += (heading.empty() ? "" : std::string(kGap)) + padded(column.heading, column);
  }
  end_line(heading);
  heading.pop_back();
  out += bold(heading, style) + '\n';
  for (const Value& row : rows) {
    bool first = true;
    for (const Column& column : columns) {
      const Value* value = row.find(column.name);
      if (!first) out += kGap;
      out += padded(value == nullptr ? "" : cell(*value), column);
      first = false;
    }
    end_line(out);
  }
}

void block(std::string& out, const Value::Object& members, const Style& style);

void print(std::string& out, const Value& value, const Style& style) {
  if (const Value::Object* members = value.as_object()) return block(out, *members, style);
  const Value::List* items = value.as_list();
  if (items == nullptr) {
    if (!value.is_null()) out += cell(value) + '\n';
    return;
  }
  if (items->empty()) {
    out += "(none)\n";
  } else if (std::all_of(items->begin(), items->end(),
                         [](const Value& item) { return item.as_object() != nullptr; })) {
    table(out, *items, style);
  } else {
    for (const Value& item : *items) out += cell(item) + '\n';
  }
}

void block(std::string& out, const Value::Object& members, const Style& style) {
  int width = 0;
  for (const Value::Member& member : members) {
    if (is_scalar(member.value)) width = std::max(width, display_width(words_of(member.name)));
  }
  for (const Value::Member& member : members) {
    if (!is_scalar(member.value)) continue;
    const Column column{member.name, words_of(member.name), false, width};
    out += bold(padded(column.heading, column), style) + std::string(kGap) + cell(member.value) + '\n';
  }
  for (const Value::Member& member : members) {
    if (is_scalar(member.value)) continue;
    if (!out.empty()) out += '\n';
    out += bold(words_of(member.name) + ":", style) + '\n';
    print(out, member.value, style);
  }
}

// A text of its own (a report, a configuration file) keeps its lines; what moves a cursor does not get
// through.
std::string lines_of(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    out += printable(text.substr(0, end), kValueTextBytes) + '\n';
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return out;
}

Value without_times_as_numbers(const Value& value) {
  if (const Value::List* items = value.as_list()) {
    Value out = Value::list();
    for (const Value& item : *items) out.add(without_times_as_numbers(item));
    return out;
  }
  const Value::Object* members = value.as_object();
  if (members == nullptr) return value;
  Value out = Value::object();
  for (const Value::Member& member : *members)
    if (!member.name.ends_with("_ms")) out.set(member.name, without_times_as_numbers(member.value));
  return out;
}

}  // namespace

std::string render(const Value& value, const Style& style) {
  if (style.json) return to_json(value, style.terminal) + '\n';
  const Value* words = value.find(kInWords);
  const Value shown = without_times_as_numbers(words == nullptr ? value : *words);
  if (const std::string* text = shown.as_text()) return lines_of(*text);
  std::string out;
  print(out, shown, style);
  return out;
}

std::string render(const Error& error, const Style& style) {
  if (style.json) {
    const Value inner = Value::object({{"kind", kind_name(error.kind)},
                                       {"code", error.code},
                                       {"what", error.what},
                                       {"why", error.why},
                                       {"next", error.next}});
    return to_json(Value::object({{"error", inner}}), style.terminal) + '\n';
  }
  const std::string mark = "error " + printable(error.code, kCellBytes) + ":";
  std::string out = (style.colour ? "\x1b[1;31m" + mark + "\x1b[0m" : mark) + ' ';
  out += printable(error.what, kCellBytes) + '\n';
  if (!error.why.empty()) out += "  why:  " + printable(error.why, kCellBytes) + '\n';
  if (!error.next.empty()) out += "  next: " + printable(error.next, kCellBytes) + '\n';
  return out;
}

}  // namespace sealkeep::cli
