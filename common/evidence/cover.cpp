// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/cover.hpp"

#include <algorithm>

#include "common/base/limits.hpp"
#include "common/base/pack.hpp"
#include "common/evidence/pack_format.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::int64_t kTimeMs = std::int64_t{1} << 53;
constexpr std::size_t kSiteKeysBytes = 5 * 32;
constexpr std::size_t kRolesBytes = 2048;
constexpr std::size_t kCoverFields = 18;

const char* fault(const Cover& cover) {
  if (cover.from_ms > cover.until_ms) return "the period ends before it begins";
  for (const CoverSite& site : cover.sites)
    if (!site.keys.empty() && site.keys.size() != kSiteKeysBytes) return "a site's keys have a wrong length";
  const CoverLog* before = nullptr;
  for (const CoverLog& log : cover.logs) {
    if (log.site >= cover.sites.size()) return "a log belongs to no site of the pack";
    if (log.first % kTileWidth != 0 || log.first > log.size) return "a log's range cannot be";
    if (log.counts_until > log.size) return "a log counts further than it goes";
    if (log.role == PackRole::Directives && log.first != 0) return "a directive log does not begin at 0";
    if (before != nullptr &&
        std::tuple(before->site, before->role, before->epoch) >= std::tuple(log.site, log.role, log.epoch))
      return "the logs are not in order";
    before = &log;
  }
  for (const CoverPick& pick : cover.picks)
    if (pick.site >= cover.sites.size()) return "a drawn seal belongs to no site of the pack";
  return nullptr;
}

tl::unexpected<Error> wrong(const std::string& why) {
  return bad_input("pack.cover", "The pack's cover is not sound", why, "Ask for the file again");
}

void write_site(PackWriter& out, const CoverSite& site) {
  out.array(4).str(site.code).str(site.customs_code).bin(site.keys).sint(site.heard_until_ms);
}
void write_log(PackWriter& out, const CoverLog& log) {
  out.array(6).uint(log.site).uint(static_cast<std::uint64_t>(log.role)).uint(log.epoch);
  out.uint(log.first).uint(log.size).uint(log.counts_until);
}
void write_pick(PackWriter& out, const CoverPick& pick) {
  out.array(6).uint(pick.site).uint(static_cast<std::uint64_t>(pick.family)).str(pick.number.text());
  out.uint(static_cast<std::uint64_t>(pick.place.kind)).uint(pick.place.no).str(pick.place_words);
}

void read(PackReader& in, CoverSite& site) {
  in.array(4);
  site.code = in.str(limits::kSiteCodeBytes, 1);
  site.customs_code = in.str(kCoverTextBytes);
  site.keys = to_bytes(in.bin(kSiteKeysBytes));
  site.heard_until_ms = in.sint(0, kTimeMs);
}
void read(PackReader& in, CoverLog& log) {
  in.array(6);
  log.site = static_cast<std::uint32_t>(in.uint(kSites));
  const std::uint64_t role = in.uint(2);
  if (role == 0) in.reject("a log has no role");
  log.role = static_cast<PackRole>(role);
  log.epoch = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
  log.first = in.uint(limits::kTreeSize);
  log.size = in.uint(limits::kTreeSize);
  log.counts_until = in.uint(limits::kTreeSize);
}
void read(PackReader& in, CoverPick& pick) {
  in.array(6);
  pick.site = static_cast<std::uint32_t>(in.uint(kSites));
  const std::uint64_t family = in.uint(3);
  if (family == 0) in.reject("a seal has no family");
  pick.family = static_cast<ses::Family>(family);
  auto number = ses::SealNumber::parse_exact(in.str(limits::kSealNumberBytes, 1));
  if (number)
    pick.number = std::move(*number);
  else
    in.reject("a seal number is not in its written form");
  pick.place.kind = static_cast<ses::PlaceKind>(in.uint(3));
  pick.place.no = static_cast<std::uint32_t>(in.uint(UINT32_MAX));
  pick.place_words = in.str(kCoverTextBytes);
}
void read(PackReader& in, std::string& text) {
  text = in.str(kCoverTextBytes);
}

template <class T>
void read_list(PackReader& in, std::vector<T>& list, std::size_t max) {
  const std::size_t count = in.array(0, max);
  if (count > in.rest().size()) return in.reject("an array claims more elements than there are bytes");
  list.reserve(count);
  for (std::size_t i = 0; i < count && in.ok(); ++i) read(in, list.emplace_back());
}

}  // namespace

Result<Bytes> encode(const Cover& cover) {
  PackWriter out;
  out.array(kCoverFields).uint(kVersion).str(cover.made_by).uint(static_cast<std::uint64_t>(cover.maker));
  out.sint(cover.made_ms).str(cover.exporter).str(cover.client_code).str(cover.plan_version);
  out.sint(cover.from_ms).sint(cover.until_ms).sint(cover.utc_offset_min).str(cover.clause);
  out.boolean(cover.with_details).str(cover.hub).bin(cover.root.bytes).bin(cover.roles);
  out.array(cover.sites.size());
  for (const CoverSite& site : cover.sites) write_site(out, site);
  out.array(cover.logs.size());
  for (const CoverLog& log : cover.logs) write_log(out, log);
  out.array(2).array(cover.picks.size());
  for (const CoverPick& pick : cover.picks) write_pick(out, pick);
  out.array(cover.remarks.size());
  for (const std::string& remark : cover.remarks) out.str(remark);
  Bytes bytes = out.take();
  SEALKEEP_LET(again, decode_cover(bytes));
  SEALKEEP_ASSERT(again == cover);
  return bytes;
}

Result<Cover> decode_cover(ByteView bytes) {
  if (bytes.size() > kCoverBytes) return wrong("it is too long");
  PackReader in(bytes);
  Cover cover;
  in.array(kCoverFields);
  const std::uint64_t version = in.uint();
  if (in.ok() && version != kVersion)
    return bad_input("pack.version", "The pack is of version " + std::to_string(version),
                     "this program reads version " + std::to_string(kVersion), "Use a newer sealkeep-verify");
  cover.made_by = in.str(kCoverTextBytes);
  const std::uint64_t maker = in.uint(2);
  if (maker == 0) in.reject("nobody made it");
  cover.maker = static_cast<Maker>(maker);
  cover.made_ms = in.sint(0, kTimeMs);
  cover.exporter = in.str(kCoverTextBytes);
  cover.client_code = in.str(kCoverTextBytes);
  cover.plan_version = in.str(kCoverTextBytes);
  cover.from_ms = in.sint(0, kTimeMs);
  cover.until_ms = in.sint(0, kTimeMs);
  cover.utc_offset_min = static_cast<std::int32_t>(in.sint(-840, 840));
  cover.clause = in.str(kCoverTextBytes);
  cover.with_details = in.boolean();
  cover.hub = in.str(limits::kOriginBytes, 1);
  cover.root.bytes = in.fixed<32>();
  cover.roles = to_bytes(in.bin(kRolesBytes));
  read_list(in, cover.sites, kSites);
  read_list(in, cover.logs, kLogs);
  in.array(2);
  read_list(in, cover.picks, kPicks);
  read_list(in, cover.remarks, kRemarks);
  if (auto whole = in.finish(); !whole)
    return wrong(whole.error().why.empty() ? whole.error().what : whole.error().why);
  if (const char* why = fault(cover)) return wrong(why);
  return cover;
}

}  // namespace sealkeep::evidence
