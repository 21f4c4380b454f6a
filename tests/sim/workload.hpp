// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <deque>
#include <set>

#include "agent/register/site_register.hpp"
#include "common/ses/directive.hpp"

namespace sealkeep::sim {

/// What happens on the dock of one site for one exporter: facts as people would hand them in, mostly in a
/// sensible order, sometimes not. Owns nothing of the product; deterministic by its Random.
class DockDay {
 public:
  /// `mark` is a word of letters that every number and text of this register carries.
  DockDay(Random& random, std::string mark) : random_(random), mark_(std::move(mark)) {}

  /// The next facts, 1 to 4 of them, as of `now_ms` on the site's clock.
  [[nodiscard]] std::vector<agent::Fact> next(std::int64_t now_ms);
  /// A decision of head office about this site.
  [[nodiscard]] ses::DirectiveBody decide(std::int64_t now_ms);
  /// Texts and random bytes that nobody else may learn: whoever holds the log of another exporter must not
  /// find them.
  [[nodiscard]] const std::vector<Bytes>& secrets() const { return secrets_; }

 private:
  struct Load {
    ses::UnitId unit;
    ses::SealNumber seal;
    int stage = 0;  // 0 open, 1 closed, 2 sealed, 3 checked
    ses::PersonNo applied_by = 0;
  };
  [[nodiscard]] agent::Fact one(std::int64_t now_ms);
  [[nodiscard]] ses::Event event(std::int64_t now_ms, agent::Fact& fact);
  [[nodiscard]] ses::Event load_event(agent::Fact& fact);
  [[nodiscard]] ses::Event trouble_event(std::int64_t now_ms, agent::Fact& fact);
  [[nodiscard]] ses::UnitId unit();
  [[nodiscard]] ses::SealRange range(std::uint32_t count);
  [[nodiscard]] ses::SealNumber take_seal();
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return random_.below(bound); }
  void detail(agent::Fact& fact, ses::DetailKind kind);
  Random& random_;
  std::string mark_;
  std::vector<Bytes> secrets_;
  ses::PersonNo people_[2] = {0, 0};
  std::deque<ses::SealNumber> in_hand_;  // numbers that came in and are on nothing yet
  std::vector<ses::SealRange> boxes_;
  std::vector<Load> loads_;
  std::vector<ses::SealNumber> lost_;
  std::uint64_t next_number_ = 100'000, facts_ = 0, approvals_ = 0;
};

}  // namespace sealkeep::sim
