// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/clock.hpp"
#include "common/cli/value.hpp"

namespace sealkeep::hub::commands {

/// A sentence in pieces, so that a page can make each number a link to its list.
class Sentence {
 public:
  void say(const std::string& text) { add(cli::Value::object({{"text", text}}), text); }
  void say(const std::string& text, std::int64_t count, const char* list) {
    add(cli::Value::object({{"text", text}, {"count", count}, {"list", list}}), text);
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] cli::Value parts() && { return std::move(parts_); }

 private:
  void add(cli::Value part, const std::string& text) {
    parts_.add(std::move(part));
    text_ += text;
  }
  std::string text_;
  cli::Value parts_ = cli::Value::list();
};

/// What the first sentence of head office speaks of. Times in Unix ms, 0: none.
struct OverviewNumbers {
  std::int64_t seals = 0;                      ///< that ever came in
  std::int64_t unaccounted = 0;                ///< different seals
  std::int64_t must_tell = 0, tell_by_ms = 0;  ///< matters that Customs must be told, and the earliest limit
  std::int64_t not_heard = 0;                  ///< sites
  std::int64_t not_heard_since_ms = 0;         ///< when the last of them was heard
  std::int64_t heard_up_to_ms = 0;             ///< by every site; 0: there is one that was never heard
  std::size_t approved = 0;                    ///< sites
};
/// "Of 48,210 seals, 3 are not accounted for; 1 must be told to Customs by 16:30; 2 sites not heard of since
/// Monday.", or that all are, as of when (what it says stands in docs/decisions/0020). In the zone of `now`.
[[nodiscard]] Sentence overview_sentence(const OverviewNumbers& n, const Now& now);

}  // namespace sealkeep::hub::commands
