// SPDX-License-Identifier: Apache-2.0
#include "common/api/json_read.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <set>

namespace sealkeep::api {
namespace {

using boost::json::error_code;

/// Takes what Boost's parser sees and builds the Value. Refuses by returning false with `why_` set.
class Builder {
 public:
  static constexpr std::size_t max_object_size = cli::kValueNodes;
  static constexpr std::size_t max_array_size = cli::kValueNodes;
  static constexpr std::size_t max_key_size = cli::kValueNameBytes;
  static constexpr std::size_t max_string_size = cli::kValueTextBytes;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return open(false, ec); }
  bool on_array_begin(error_code& ec) { return open(true, ec); }
  bool on_object_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_array_end(std::size_t, error_code& ec) { return close(ec); }
  bool on_key_part(boost::json::string_view part, std::size_t, error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_key(boost::json::string_view part, std::size_t, error_code& ec) {
    text_.append(part.data(), part.size());
    Level& level = levels_.back();
    level.name = std::exchange(text_, {});
    return level.names.insert(level.name).second || refuse("two members have the same name", ec);
  }
  bool on_string_part(boost::json::string_view part, std::size_t, error_code&) {
    text_.append(part.data(), part.size());
    return true;
  }
  bool on_string(boost::json::string_view part, std::size_t, error_code& ec) {
    text_.append(part.data(), part.size());
    return add(cli::Value(std::exchange(text_, {})), ec);
  }
  bool on_number_part(boost::json::string_view, error_code&) { return true; }
  bool on_int64(std::int64_t number, boost::json::string_view, error_code& ec) {
    return add(cli::Value(number), ec);
  }
  bool on_uint64(std::uint64_t, boost::json::string_view, error_code& ec) {
    return refuse("a number is too large", ec);
  }
  bool on_double(double, boost::json::string_view, error_code& ec) {
    return refuse("a number is not whole", ec);
  }
  bool on_bool(bool truth, error_code& ec) { return add(cli::Value(truth), ec); }
  bool on_null(error_code& ec) { return add(cli::Value(nullptr), ec); }
  bool on_comment_part(boost::json::string_view, error_code&) { return true; }
  bool on_comment(boost::json::string_view, error_code&) { return true; }

  [[nodiscard]] const std::string& why() const { return why_; }
  [[nodiscard]] cli::Value take() { return std::move(root_); }

 private:
  struct Level {
    bool is_list = false;
    cli::Value::List items;
    cli::Value::Object members;
    std::string name;
    std::set<std::string> names;
  };
  bool refuse(const char* why, error_code& ec) {
    why_ = why;
    ec = boost::json::error::syntax;
    return false;
  }
  bool open(bool is_list, error_code& ec) {
    if (++nodes_ > cli::kValueNodes) return refuse("it has too many values", ec);
    levels_.emplace_back().is_list = is_list;
    return true;
  }
  bool close(error_code& ec) {
    Level done = std::move(levels_.back());
    levels_.pop_back();
    --nodes_;
    return add(done.is_list ? cli::Value(std::move(done.items)) : cli::Value(std::move(done.members)), ec);
  }
  bool add(cli::Value value, error_code& ec) {
    if (++nodes_ > cli::kValueNodes) return refuse("it has too many values", ec);
    if (levels_.empty()) {
      root_ = std::move(value);
    } else if (Level& level = levels_.back(); level.is_list) {
      level.items.push_back(std::move(value));
    } else {
      level.members.push_back({std::move(level.name), std::move(value)});
    }
    return true;
  }

  std::vector<Level> levels_;
  std::string text_;
  std::string why_;
  std::size_t nodes_ = 0;
  cli::Value root_;
};

}  // namespace

Result<cli::Value> read_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = cli::kValueDepth;
  boost::json::basic_parser<Builder> parser(options);
  error_code ec;
  const std::size_t taken = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && taken == text.size() && parser.done()) return parser.handler().take();
  std::string why = parser.handler().why();
  if (why.empty()) why = ec ? ec.message() : "more follows after its end";
  return bad_input("json.malformed", "The request is not JSON as it is expected here",
                   why + ", at byte " + std::to_string(taken), "Send one JSON object (RFC 8259), UTF-8");
}

}  // namespace sealkeep::api
