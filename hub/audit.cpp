// SPDX-License-Identifier: Apache-2.0
#include "hub/audit.hpp"

#include <algorithm>

#include "common/cli/value.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kCommandBytes = 64;

// Cut at a character's end: the journal takes whole UTF-8 only.
std::string cut(const std::string& text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

void write(PackWriter& out, const Asked& asked) {
  out.uint(static_cast<std::uint64_t>(asked.account)).uint(static_cast<std::uint64_t>(asked.token));
  out.str(cut(asked.command, kCommandBytes))
      .str(cut(asked.subject, kAskedTextBytes))
      .str(cut(asked.from, kAskedTextBytes));
}

Asked read(PackReader& in) {
  Asked out;
  out.account = static_cast<access::AccountId>(in.uint(INT64_MAX));
  out.token = static_cast<access::TokenId>(in.uint(INT64_MAX));
  out.command = in.str(kCommandBytes);
  out.subject = in.str(kAskedTextBytes);
  out.from = in.str(kAskedTextBytes);
  return out;
}

}  // namespace

PackWriter encode(const Asked& asked) {
  PackWriter out;
  write(out.array(5), asked);
  return out;
}

Result<Asked> decode_asked(ByteView body) {
  PackReader in(body);
  in.array(5);
  Asked out = read(in);
  SEALKEEP_TRY(in.finish());
  return out;
}

PackWriter encode(const Views& views) {
  PackWriter out;
  out.array(2).sint(views.from_ms).array(views.lines.size());
  for (const Views::Line& line : views.lines) {
    write(out.array(7), line.asked);
    out.uint(line.times).sint(line.last_ms);
  }
  return out;
}

Result<Views> decode_views(ByteView body) {
  PackReader in(body);
  in.array(2);
  Views out;
  out.from_ms = in.sint(0);
  const std::size_t count = in.array(1, kViewLines);
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    in.array(7);
    Views::Line line;
    line.asked = read(in);
    line.times = in.uint();
    line.last_ms = in.sint(0);
    out.lines.push_back(std::move(line));
  }
  SEALKEEP_TRY(in.finish());
  return out;
}

Result<> Audit::asked(const Asked& asked) {
  return hub_->note(JournalKind::CommandAsked, encode(asked));
}

Result<> Audit::viewed(Asked asked) {
  const Now now = hub_->parts().clock.now();
  asked.command = cut(asked.command, kCommandBytes);
  asked.subject = cut(cli::well_formed(asked.subject), kAskedTextBytes);
  asked.from = cut(asked.from, kAskedTextBytes);
  if (views_.lines.size() >= kViewLines && !at_.contains(asked)) SEALKEEP_TRY(flush());
  if (views_.lines.empty()) {
    views_.from_ms = std::max<std::int64_t>(now.unix_ms, 0);
    due_ms_ = now.mono_ms + kViewsEveryMs;
  }
  const auto [at, fresh] = at_.try_emplace(asked, views_.lines.size());
  if (fresh) views_.lines.push_back({std::move(asked), 0, 0});
  Views::Line& line = views_.lines[at->second];
  ++line.times;
  line.last_ms = std::max<std::int64_t>(now.unix_ms, 0);
  return {};
}

Result<> Audit::step() {
  if (views_.lines.empty() || hub_->parts().clock.now().mono_ms < due_ms_) return {};
  return flush();
}

// What cannot be written now (a full disk) stays gathered and is tried again.
Result<> Audit::flush() {
  if (views_.lines.empty()) return {};
  due_ms_ = hub_->parts().clock.now().mono_ms + kViewsEveryMs;
  SEALKEEP_TRY(hub_->note(JournalKind::ViewsSeen, encode(views_)));
  views_ = {};
  at_.clear();
  due_ms_ = INT64_MAX;
  return {};
}

}  // namespace sealkeep::hub
