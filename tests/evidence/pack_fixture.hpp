// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <catch2/catch.hpp>

#include "common/base/limits.hpp"
#include "common/evidence/check.hpp"
#include "common/evidence/pack_writer.hpp"
#include "common/sync/enrolment.hpp"
#include "tests/support/dock.hpp"
#include "tests/support/must.hpp"

namespace sealkeep::test {

/// A log in memory with its key and, for any size, its signed and cosigned note.
struct LogInMemory {
  LogInMemory(std::string name, std::uint8_t seed) : key(Bytes(32, seed)), origin(std::move(name)) {}

  void add(ByteView entry) {
    entries.push_back(to_bytes(entry));
    frontiers.push_back(frontiers.back());
    frontiers.back().append(hash_leaf(entry));
  }
  [[nodiscard]] Checkpoint at(std::uint64_t size) const { return {origin, size, frontiers[size].root()}; }
  [[nodiscard]] std::string note(std::uint64_t size, const VerifierKey* mirror = nullptr,
                                 const SigningKey* mirror_key = nullptr, std::uint64_t time_s = 0) const {
    std::vector<NoteSignature> lines;
    if (mirror != nullptr)
      lines.push_back(
          cosignature_line(mirror->name, mirror->key, make_cosignature(at(size), time_s, *mirror_key)));
    return note_text(at(size), key.public_key(), sign_checkpoint(at(size), key), lines);
  }
  [[nodiscard]] ReadHashes hashes() const {
    return [this](unsigned level, std::uint64_t index) -> Result<Hash> {
      const std::uint64_t count = std::uint64_t{1} << level;
      std::vector<Hash> leaves;
      for (std::uint64_t i = index * count; i < (index + 1) * count; ++i)
        leaves.push_back(hash_leaf(entries[i]));
      return perfect_root(leaves);
    };
  }

  SigningKey key;
  std::string origin;
  std::vector<Bytes> entries;
  std::vector<Frontier> frontiers{Frontier()};
};

/// An exporter with one site whose dock works, and the packs that it can make of it.
struct PackWorld {
  static constexpr std::int64_t kStart = ses::Dock::kStart;
  static constexpr std::uint64_t kCosignedAt = 1'780'400'000;

  PackWorld() {
    sync::RolesBundle bundle;
    bundle.hub = "hub.example.nz";
    bundle.valid_from_ms = 1;
    bundle.keys = {{"directive", sync::KeyType::Ed25519, directives.key.public_key().bytes},
                   {"mirror", sync::KeyType::Ed25519, mirror_key.public_key().bytes}};
    cover.made_by = "sealkeep-test 1";
    cover.made_ms = kStart + 86'400'000;
    cover.exporter = "Kauri Exports Ltd";
    cover.client_code = "12345678";
    cover.plan_version = "3";
    cover.from_ms = kStart;
    cover.until_ms = kStart + 86'400'000;
    cover.hub = "hub.example.nz";
    cover.root = root.public_key();
    cover.roles = sync::sign_roles_bundle(bundle, root);
    cover.sites.push_back({"akl-01", "NZAKL1", {}, kStart + 80'000'000});
    append(cover.sites[0].keys, site.key.public_key().bytes);
    append(cover.sites[0].keys, site_mirror_key.public_key().bytes);
    cover.sites[0].keys.resize(160, 7);
  }

  struct Named {
    ses::DetailKind kind;
    std::string text;
  };
  ses::Ref say(std::int64_t minute, ses::Event event, ses::PersonNo who = 0,
               const std::vector<Named>& told = {}) {
    ses::Entry entry;
    entry.header.request_id[0] = static_cast<std::uint8_t>(site.entries.size());
    entry.header.happened_ms = entry.header.recorded_ms = kStart + minute * 60'000;
    entry.header.person_no = who;
    entry.event = std::move(event);
    const std::uint64_t index = site.entries.size();
    for (const Named& one : told) {
      evidence::PackedDetail detail;
      detail.presence = evidence::DetailPresence::Here;
      random.fill(detail.salt);
      detail.bytes = to_bytes(as_bytes(one.text));
      entry.details.push_back(
          {one.kind, one.text.size(), ses::commit_detail(one.kind, detail.salt, detail.bytes)});
      details[{index, static_cast<std::uint8_t>(entry.details.size() - 1)}] = std::move(detail);
    }
    site.add(must(ses::encode(entry)));
    return {1, index};
  }
  void direct(ses::DirectiveBody body) {
    ses::Directive directive;
    directive.request_id[0] = static_cast<std::uint8_t>(directives.entries.size());
    directive.issued_ms = kStart;
    directive.body = std::move(body);
    directives.add(must(ses::encode(directive)));
  }
  void adopt(std::int64_t minute) {
    const Checkpoint head = directives.at(directives.entries.size());
    say(minute, ses::DirectivesAdopted{1, head.size, head.root});
  }

  /// Three records, one instruction, one name: a small pack.
  void little() {
    using namespace ses;
    say(0, EpochStarted{"", 0, {}, 0, EpochReason::First});
    direct(SiteApproved{kStart - 1'000'000, 0, Scope::Both, "3"});
    adopt(1);
    say(2, PersonAdded{Dock::kMere, 0}, 0, {{DetailKind::Name, "Mere"}});
  }

  /// A day at the dock: an approved delivery, a seal on a container, checked, taken by the driver.
  void day() {
    using namespace ses;
    say(0, EpochStarted{"", 0, {}, 0, EpochReason::First});
    direct(SiteApproved{kStart - 1'000'000, 0, Scope::Both, "3"});
    direct(SealTypeApproved{Family::Ses, SealKind::Bolt, "NZ", 6, kStart - 1'000'000, 0, "3"});
    adopt(1);
    say(2, PersonAdded{Dock::kMere, 0}, 0, {{DetailKind::Name, "Mere"}});
    say(2, PersonAdded{Dock::kTama, 0}, 0, {{DetailKind::Name, "Tama"}});
    say(2, StoreAdded{Dock::kSafe, PlaceKind::LockedStore}, 0, {{DetailKind::Name, "Safe"}});
    say(3,
        SealsReceived{
            Family::Ses, SealKind::Bolt, Dock::range(1, 20), Dock::kInSafe, Dock::at(3), "", "DN-1", "", {}},
        Dock::kMere);
    say(30, UnitClosed{Dock::box()}, Dock::kMere);
    say(35, Dock::applied(1), Dock::kMere);
    say(40, Dock::checked(1), Dock::kTama);
    say(60, Dock::uplifted({Dock::seal(1)}), Dock::kMere,
        {{DetailKind::Driver, "Hemi, Harbour Haulage, ABC123"}});
    say(70, SealDamaged{Family::Ses, Dock::seal(2), DamageCause::BrokeInClosing, {}}, Dock::kMere,
        {{DetailKind::Narrative, "The bolt broke in the rain."}});
  }

  [[nodiscard]] VerifierKey mirror() const {
    return {"hub.example.nz/mirror", NoteKeyType::Cosignature, mirror_key.public_key()};
  }
  [[nodiscard]] VerifierKey site_mirror() const {
    return {"hub.example.nz/site/akl-01/mirror", NoteKeyType::Cosignature, site_mirror_key.public_key()};
  }
  [[nodiscard]] static evidence::PackLog pack_log(const LogInMemory& log) {
    evidence::PackLog out;
    out.key = {log.origin, NoteKeyType::Ed25519, log.key.public_key()};
    out.read = [&log](
                   std::uint64_t first, std::uint64_t count,
                   const std::function<Result<>(std::uint64_t, ByteView)>& visit) -> Result<std::uint64_t> {
      std::uint64_t done = 0;
      for (; done < count && first + done < log.entries.size(); ++done)
        SEALKEEP_TRY(visit(first + done, log.entries[first + done]));
      return done;
    };
    out.hashes = log.hashes();
    return out;
  }
  /// Both logs whole, or the site's from `first` on.
  [[nodiscard]] Bytes pack(std::uint64_t first = 0, std::vector<std::uint64_t> heads = {}) {
    const VerifierKey hub_mirror = mirror(), at_site = site_mirror();
    cover.logs.clear();
    std::vector<evidence::PackLog> logs;
    if (!directives.entries.empty()) {
      const std::uint64_t size = directives.entries.size();
      cover.logs.push_back({0, evidence::PackRole::Directives, 1, 0, size, size});
      logs.push_back(pack_log(directives));
      logs.back().cosigners = {at_site};
      logs.back().checkpoint = directives.note(size, &at_site, &site_mirror_key, kCosignedAt);
    }
    const std::uint64_t size = site.entries.size();
    cover.logs.push_back({0, evidence::PackRole::Site, 1, first, size, size});
    logs.push_back(pack_log(site));
    logs.back().cosigners = {hub_mirror};
    logs.back().checkpoint = site.note(size, &hub_mirror, &mirror_key, kCosignedAt);
    for (std::uint64_t at : heads)
      logs.back().heads.emplace_back(at, site.note(at, &hub_mirror, &mirror_key, 5));
    logs.back().detail = [this](std::uint64_t index, const ses::Entry&,
                                std::uint8_t n) -> Result<evidence::PackedDetail> {
      const auto found = details.find({index, n});
      return found == details.end() ? evidence::PackedDetail{} : found->second;
    };
    Bytes out;
    hash = must(evidence::write_pack(cover, logs, [&](ByteView more) -> Result<> {
      append(out, more);
      return {};
    }));
    return out;
  }

  SigningKey root{Bytes(32, 1)}, mirror_key{Bytes(32, 2)}, site_mirror_key{Bytes(32, 5)};
  LogInMemory directives{"hub.example.nz/directive/akl-01/e1", 3}, site{"hub.example.nz/site/akl-01/e1", 4};
  SeededRandom random{9};
  std::map<std::pair<std::uint64_t, std::uint8_t>, evidence::PackedDetail> details;
  evidence::Cover cover;
  Hash hash;
};

[[nodiscard]] inline evidence::CheckedPack check(ByteView pack,
                                                 const std::vector<std::string>& anchors = {}) {
  std::vector<evidence::Anchor> parsed;
  for (const std::string& text : anchors) parsed.push_back(must(evidence::parse_anchor(text)));
  evidence::PackVisitor nobody;
  return evidence::check_pack(pack, parsed, nobody);
}

}  // namespace sealkeep::test
