// SPDX-License-Identifier: Apache-2.0
#include "common/verify/report.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/clock.hpp"
#include "common/crypto/encoding.hpp"

namespace sealkeep::verifier {
namespace {

using cli::Value;
using evidence::CheckedPack;
using evidence::SiteFindings;
using evidence::Verdict;

constexpr std::pair<ses::Family, std::string_view> kFamilies[] = {
    {ses::Family::Ses, "SES"}, {ses::Family::Mpi, "MPI"}, {ses::Family::Other, "other"}};
constexpr std::int64_t kHourMs = 3'600'000;
constexpr std::size_t kRefsShown = 5;

class Reporting {
 public:
  Reporting(const CheckedPack& checked, const evidence::Findings& findings,
            std::span<const evidence::Anchor> anchors)
      : checked_(checked), findings_(findings), anchors_(anchors) {}

  Value run() {
    Value out = Value::object({{"verdict", evidence::verdict_words(checked_.verdict)},
                               {"valid", checked_.verdict != Verdict::NotConsistent}});
    if (checked_.wrong) {
      const evidence::Wrong& wrong = *checked_.wrong;
      Value what =
          Value::object({{"file_in_the_pack", wrong.part.empty() ? "the pack as a whole" : wrong.part}});
      if (wrong.record) what.set("record", *wrong.record);
      what.set("what", wrong.what);
      what.set("code", wrong.code);
      out.set("wrong", std::move(what));
      out.set("meaning",
              "The file is not what it says that it is. Nothing in it may be relied on. Keep it as it is, "
              "and ask "
              "whoever gave it to you for another one.");
      out.set("in_short", in_short());
      return out;
    }
    out.set("meaning", meaning());
    out.set("pack", pack());
    out.set("keys", keys());
    out.set("sites", sites());
    out.set("clauses", clauses());
    lists(out);
    out.set("missing", missing());
    out.set("left_out", left_out());
    out.set("cannot_be_proven", cannot());
    out.set("in_short", in_short());
    return out;
  }

 private:
  // Last, because a long answer scrolls its beginning away.
  [[nodiscard]] Value in_short() const {
    return Value::object({{"verdict", evidence::verdict_words(checked_.verdict)}});
  }
  [[nodiscard]] std::string when(std::int64_t ms) const {
    return ms == 0 ? "-" : iso_time(ms, checked_.cover.utc_offset_min);
  }
  [[nodiscard]] static std::string stated(const std::string& text) {
    return text.empty() ? "not stated" : text;
  }

  [[nodiscard]] std::string meaning() const {
    if (checked_.verdict == Verdict::Proven)
      return "Every byte was checked. The records are those that the site wrote, whole and in order, as "
             "shown by "
             "keys that you gave.";
    return "Every byte was checked and fits, but under keys that the pack itself brings: whoever has no key "
           "of the "
           "exporter's could have made all of it. Give --key with a fingerprint from the security plan, a "
           "day-close or a load sheet.";
  }

  [[nodiscard]] Value pack() const {
    const evidence::Cover& cover = checked_.cover;
    Value out = Value::object({{"exporter", stated(cover.exporter)},
                               {"client_code", stated(cover.client_code)},
                               {"plan_version", stated(cover.plan_version)},
                               {"period_from", when(cover.from_ms)},
                               {"period_until", when(cover.until_ms)}});
    if (!cover.clause.empty()) out.set("asked_for_clause", cover.clause);
    out.set("head_office", cover.hub);
    out.set("made", when(cover.made_ms));
    out.set("made_by",
            cover.made_by + (cover.maker == evidence::Maker::Site ? ", at the site" : ", at head office"));
    out.set("file_sha256", hex(checked_.file_hash.view()));
    out.set("records", checked_.entries);
    out.set("names_reasons_photos_here", checked_.details_here);
    out.set("names_reasons_photos_not_here", checked_.details_not_here);
    return out;
  }

  [[nodiscard]] Value keys() const {
    Value list = Value::list();
    for (const evidence::CheckedLog& log : checked_.logs) {
      Value row = Value::object(
          {{"log", log.key.name},
           {"records", fmt::format("{} to {}", log.about.first, log.about.size)},
           {"signed_heads", log.heads},
           {"cosigned", log.cosigned_size == 0
                            ? std::string("no")
                            : fmt::format("first {} by {}", log.cosigned_size, when(log.cosigned_s * 1000))},
           {"fingerprint", fingerprint(log.key.key.bytes)},
           {"state_fingerprint", log.state}});
      row.set("stands_behind_it",
              log.confirmed_size == 0 ? std::string("nobody whom you named")
              : log.confirmed_size < log.about.size
                  ? fmt::format("{}, for the first {}", log.confirmed_by, log.confirmed_size)
                  : log.confirmed_by);
      list.add(std::move(row));
    }
    for (std::size_t i = 0; i < anchors_.size(); ++i)
      if (!checked_.anchors_found[i])
        list.add(Value::object({{"log", "-"},
                                {"stands_behind_it", "no key and no state of this pack is what you gave: " +
                                                         printable(anchors_[i].text)}}));
    return list;
  }

  [[nodiscard]] Value sites() const {
    Value list = Value::list();
    for (const auto& site : findings_.sites()) {
      Value row = Value::object({{"site", site->site.code},
                                 {"customs_code", stated(site->site.customs_code)},
                                 {"records_in_period", site->in_period},
                                 {"recorded_until", when(site->recorded_until_ms())},
                                 {"days_closed", site->days_closed.size()}});
      for (const auto& [family, name] : kFamilies) {
        const auto at = static_cast<std::size_t>(family);
        const ses::LedgerRow& closing = site->closing[at];
        if (closing.left() == 0 && closing.right() == 0) continue;
        const std::string prefix = "ledger_" + std::string(name);
        row.set(prefix + "_opening", site->whole ? ses::equation_text(site->opening[at]) : "not shown");
        row.set(prefix + "_closing", ses::equation_text(closing));
        row.set(prefix + "_balances", site->whole ? Value(closing.balances()) : Value("not shown"));
      }
      list.add(std::move(row));
    }
    return list;
  }

  [[nodiscard]] Value clauses() const {
    Value list = Value::list();
    for (const auto& site : findings_.sites()) {
      for (const ses::Cell& cell : site->cells()) {
        if (!checked_.cover.clause.empty() && cell.clause->id != checked_.cover.clause) continue;
        Value row = Value::object({{"clause", cell.clause->id}, {"site", site->site.code}});
        row.set("basis", cell.relevant() ? ses::basis_words(cell.basis) : "not relevant");
        row.set("title", cell.clause->title);
        row.set("shown_by", cell.words.empty() ? cell.reason : cell.words);
        row.set("records", cell.entries);
        row.set("open", cell.open);
        row.set("overdue", cell.overdue);
        row.set("done_late", cell.late);
        row.set("newest", refs(cell.evidence));
        list.add(std::move(row));
      }
    }
    return list;
  }
  [[nodiscard]] static std::string refs(const std::vector<ses::Evidence>& all) {
    std::string out;
    const std::size_t shown = std::min(all.size(), kRefsShown);
    for (std::size_t i = all.size() - shown; i < all.size(); ++i)
      out += (out.empty() ? "" : " ") + std::string(all[i].decision ? "D" : "") + ses::ref_words(all[i].at);
    return out;
  }

  void lists(Value& out) const {
    out.set("register", register_rows());
    out.set("incidents", entries(&SiteFindings::incidents));
    out.set("corrections", entries(&SiteFindings::corrections));
    out.set("late_or_from_paper", entries(&SiteFindings::late));
    out.set("counts", entries(&SiteFindings::counts));
    out.set("irregular", entries(&SiteFindings::marked));
    out.set("interruptions", entries(&SiteFindings::restarts));
    if (checked_.cover.picks.empty()) return;
    Value picks = Value::list();
    for (const evidence::CoverPick& pick : checked_.cover.picks) picks.add(pick_row(pick));
    out.set("find_these_in_the_safe", std::move(picks));
  }
  [[nodiscard]] Value pick_row(const evidence::CoverPick& pick) const {
    const SiteFindings& site = *findings_.sites()[pick.site];
    const auto row = site.reg.seals.find({pick.family, pick.number});
    const bool there = row != site.reg.seals.end() && row->second.state == ses::SealState::InStock;
    return Value::object(
        {{"place", pick.place_words.empty() ? site.place_words(pick.place) : pick.place_words},
         {"seal", pick.number.text()},
         {"site", site.site.code},
         {"in_stock_by_these_records", there}});
  }

  // The five fields of clause 2.6 first.
  [[nodiscard]] Value register_rows() const {
    Value list = Value::list();
    std::size_t shown = 0, all = 0;
    for (const auto& site : findings_.sites()) {
      for (const auto& [key, row] : site->reg.seals) {
        if (row.state == ses::SealState::None) continue;
        if (++all > kRegisterRows) continue;
        ++shown;
        list.add(
            Value::object({{"seal", key.number.text()},
                           {"received", when(row.received_ms)},
                           {"applied", when(row.applied_ms)},
                           {"container", row.unit.text.empty() ? "-" : row.unit.text},
                           {"applied_by", row.applied_ms == 0 ? "-" : site->person_words(row.applied_by)},
                           {"now", ses::state_words(row.state)},
                           {"checked_by", row.checked_ms == 0 ? "-" : site->person_words(row.checked_by)},
                           {"uplifted", when(row.uplifted_ms)},
                           {"site", site->site.code}}));
      }
    }
    if (all > shown) list.add(Value::object({{"seal", fmt::format("and {} more", all - shown)}}));
    return list;
  }

  [[nodiscard]] Value entries(evidence::Listed SiteFindings::*which) const {
    Value list = Value::list();
    for (const auto& site : findings_.sites()) {
      const evidence::Listed& listed = (*site).*which;
      for (const evidence::ListedEntry& one : listed.first)
        list.add(Value::object({{"record", ses::ref_words(one.at)},
                                {"site", site->site.code},
                                {"happened", when(one.happened_ms)},
                                {"recorded", when(one.recorded_ms)},
                                {"what", one.what},
                                {"by", one.by},
                                {"why", one.story.empty() ? "-" : one.story}}));
      if (listed.count > listed.first.size())
        list.add(Value::object({{"record", fmt::format("and {} more", listed.count - listed.first.size())},
                                {"site", site->site.code}}));
    }
    return list;
  }

  [[nodiscard]] Value missing() const {
    Value list = Value::list();
    for (const auto& site : findings_.sites()) {
      const std::string at = "site " + site->site.code + ": ";
      if (site->recorded_until_ms() == 0) {
        list.add(at + "no records at all");
        continue;
      }
      if (!site->whole)
        list.add(
            at +
            "records from before the pack's first one are not here: the opening balance is not shown, and "
            "what was received before has no date of receipt");
      const std::int64_t heard =
          site->site.heard_until_ms != 0 ? site->site.heard_until_ms : site->recorded_until_ms();
      if (heard + kHourMs < checked_.cover.until_ms)
        list.add(at + "not heard of from " + when(heard) + " to the end of the period");
      if (site->unreadable > 0)
        list.add(
            fmt::format("{}{} records are of a kind that this program does not know", at, site->unreadable));
      if (site->adopted_missing > 0)
        list.add(fmt::format("{}{} instructions of head office that it followed are not here", at,
                             site->adopted_missing));
      if (site->details_missing > 0)
        list.add(fmt::format("{}{} names, reasons or photos of the period are not here", at,
                             site->details_missing));
      const std::int64_t from = std::max(checked_.cover.from_ms, site->first_recorded_ms());
      const std::int64_t until = std::min(checked_.cover.until_ms, checked_.cover.made_ms);
      const std::uint64_t days =
          until > from ? static_cast<std::uint64_t>((until - from + kDayMs - 1) / kDayMs) : 0;
      if (site->days_closed.size() < days)
        list.add(fmt::format("{}{} of {} days of the period were not closed by a signed statement", at,
                             days - site->days_closed.size(), days));
    }
    for (const evidence::CheckedLog& log : checked_.logs)
      if (log.cosigned_size < log.about.size)
        list.add(fmt::format("{}: the last {} records are not cosigned by {}", log.key.name,
                             log.about.size - log.cosigned_size,
                             log.about.role == evidence::PackRole::Site ? "head office" : "the site"));
    return list;
  }

  [[nodiscard]] Value left_out() const {
    Value list = Value::list();
    for (const std::string& remark : checked_.cover.remarks) list.add(printable(remark, 400));
    if (!checked_.cover.with_details)
      list.add("all names, reasons and photos, by choice of whoever made the pack");
    return list;
  }

  [[nodiscard]] Value cannot() const {
    Value list = Value::list(
        {"that a seal was on the door: only that somebody recorded so, when, and under which name",
         "that nothing happened that nobody recorded",
         "what the cover says beside the records: names, codes, period and who made it"});
    if (checked_.verdict != Verdict::Proven)
      list.add("whose keys these are: no key that you gave stands behind every record");
    return list;
  }

  const CheckedPack& checked_;
  const evidence::Findings& findings_;
  std::span<const evidence::Anchor> anchors_;
};

}  // namespace

cli::Value report(const CheckedPack& checked, const evidence::Findings& findings,
                  std::span<const evidence::Anchor> anchors) {
  return Reporting(checked, findings, anchors).run();
}

}  // namespace sealkeep::verifier
