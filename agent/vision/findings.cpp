// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/findings.hpp"

#include <algorithm>

namespace sealkeep::vision {
namespace {

constexpr double kHitWorth = 0.5;
constexpr int kHitsCounted = 4;

double worth(const ContainerCandidate& candidate) {
  return candidate.score + kHitWorth * std::min(candidate.hits - 1, kHitsCounted);
}

bool strong_enough(const ContainerCandidate& c) {
  if (c.score > kAcceptedScore && c.margin >= kAcceptedMargin) return true;
  return c.hits >= 2 && c.score > kTwiceScore && c.margin >= kTwiceMargin;
}

void keep(std::vector<ContainerCandidate>& all, const ContainerCandidate& seen) {
  if (seen.score < kKeptScore) return;
  const auto known = std::find_if(all.begin(), all.end(),
                                  [&](const ContainerCandidate& c) { return c.number == seen.number; });
  if (known == all.end()) {
    all.push_back(seen);
    return;
  }
  if (seen.look == 0 || seen.look != known->look) known->hits += seen.hits;
  known->look = seen.look;
  if (seen.score > known->score) {
    known->score = seen.score;
    known->margin = seen.margin;
    known->place = seen.place;
  }
}

}  // namespace

int differing(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return static_cast<int>(std::max(a.size(), b.size()));
  int count = 0;
  for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i] ? 1 : 0;
  return count;
}

void Findings::add(const ContainerCandidate& seen) {
  keep(seen_, seen);
}

void Findings::add_computed(const ContainerCandidate& seen) {
  keep(computed_, seen);
}

void Findings::merge(const Findings& other) {
  const auto of_another_picture = [](ContainerCandidate c) {
    c.look = 0;
    return c;
  };
  for (const ContainerCandidate& c : other.seen_) keep(seen_, of_another_picture(c));
  for (const ContainerCandidate& c : other.computed_) keep(computed_, of_another_picture(c));
}

std::vector<const ContainerCandidate*> Findings::accepted() const {
  std::vector<const ContainerCandidate*> by_worth;
  for (const ContainerCandidate& c : seen_) by_worth.push_back(&c);
  std::sort(by_worth.begin(), by_worth.end(),
            [](const auto* a, const auto* b) { return worth(*a) > worth(*b); });
  std::vector<const ContainerCandidate*> out;
  for (std::size_t i = 0; i < by_worth.size(); ++i) {
    const ContainerCandidate& c = *by_worth[i];
    if (!strong_enough(c)) continue;
    const bool doubted = std::any_of(by_worth.begin(), by_worth.end(), [&](const ContainerCandidate* rival) {
      return rival != &c && differing(rival->number, c.number) <= kAlike &&
             worth(*rival) > worth(c) - kClearLead;
    });
    if (!doubted) out.push_back(&c);
  }
  return out;
}

bool Findings::settled() const {
  const auto all = accepted();
  return !all.empty() && all[0]->score > kStrongScore && all[0]->margin > kStrongMargin;
}

ReadState Findings::state() const {
  if (!accepted().empty()) return ReadState::Exact;
  return number() ? ReadState::Computed : ReadState::None;
}

std::optional<ContainerCandidate> Findings::number() const {
  const auto all = accepted();
  if (!all.empty()) return *all[0];
  const ContainerCandidate* best = nullptr;
  for (const ContainerCandidate& c : computed_)
    if (c.score > kComputedScore && c.margin > kComputedMargin &&
        (best == nullptr || worth(c) > worth(*best)))
      best = &c;
  if (best == nullptr) return std::nullopt;
  return *best;
}

std::vector<ContainerCandidate> Findings::others() const {
  std::vector<ContainerCandidate> out;
  for (const ContainerCandidate* c : accepted()) out.push_back(*c);
  if (!out.empty()) out.erase(out.begin());
  return out;
}

}  // namespace sealkeep::vision
