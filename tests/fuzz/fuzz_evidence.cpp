// SPDX-License-Identifier: Apache-2.0
// Evidence packs: hostile bytes are refused or read, never more; whatever is changed in a log is found
// although the file's hash fits again; records that somebody really signed can hold anything, and are folded
// all the same.
#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/evidence/findings.hpp"
#include "common/evidence/pack_writer.hpp"
#include "common/evidence/page.hpp"
#include "common/sync/enrolment.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;
using namespace sealkeep::evidence;

namespace {

constexpr std::size_t kEntries = 40;

struct World {
  SigningKey root{Bytes(32, 1)}, mirror{Bytes(32, 2)}, log{Bytes(32, 3)};
  Cover cover;
  VerifierKey key{"hub/site/a/e1", NoteKeyType::Ed25519, log.public_key()};
  VerifierKey mirror_key{"hub/mirror", NoteKeyType::Cosignature, mirror.public_key()};

  World() {
    sync::RolesBundle bundle{"hub", 1, {{"mirror", sync::KeyType::Ed25519, mirror.public_key().bytes}}};
    cover.made_by = "fuzz";
    cover.until_ms = std::int64_t{1} << 50;
    cover.hub = "hub";
    cover.root = root.public_key();
    cover.roles = sync::sign_roles_bundle(bundle, root);
    cover.sites.push_back({"a", "", {}, 0});
  }

  [[nodiscard]] Bytes pack(const std::vector<Bytes>& entries) const {
    Frontier frontier;
    for (const Bytes& entry : entries) frontier.append(hash_leaf(entry));
    const Checkpoint head{key.name, entries.size(), frontier.root()};
    Cover about = cover;
    about.logs.push_back({0, PackRole::Site, 1, 0, entries.size(), entries.size()});
    PackLog packed;
    packed.key = key;
    packed.cosigners = {mirror_key};
    packed.checkpoint = note_text(
        head, key.key, sign_checkpoint(head, log),
        std::vector{cosignature_line(mirror_key.name, mirror_key.key, make_cosignature(head, 5, mirror))});
    packed.read =
        [&](std::uint64_t first, std::uint64_t count,
            const std::function<Result<>(std::uint64_t, ByteView)>& visit) -> Result<std::uint64_t> {
      for (std::uint64_t i = 0; i < count; ++i) SEALKEEP_TRY(visit(first + i, entries[first + i]));
      return count;
    };
    packed.detail = [](std::uint64_t, const ses::Entry&, std::uint8_t) -> Result<PackedDetail> {
      return PackedDetail{};
    };
    Bytes out;
    const auto written = write_pack(about, std::span(&packed, 1), [&](ByteView more) -> Result<> {
      append(out, more);
      return {};
    });
    SEALKEEP_ASSERT(written.has_value() && *written == sha256(out));
    return out;
  }
};

const World& world() {
  static const World made;
  return made;
}

const Bytes& a_pack() {
  static const Bytes made = [] {
    std::vector<Bytes> entries;
    for (std::size_t i = 0; i < kEntries; ++i) {
      ses::Entry entry;
      entry.header.request_id[0] = static_cast<std::uint8_t>(i);
      entry.event = ses::TerminalAdded{static_cast<std::uint32_t>(i + 1)};
      entries.push_back(*ses::encode(entry));
    }
    return world().pack(entries);
  }();
  return made;
}

Verdict verdict_of(ByteView pack) {
  Findings findings;
  const CheckedPack checked = check_pack(pack, {}, findings);
  SEALKEEP_ASSERT(checked.wrong.has_value() == (checked.verdict == Verdict::NotConsistent));
  if (!checked.wrong)
    for (const auto& site : findings.sites()) SEALKEEP_ASSERT(site->cells().size() == ses::clauses().size());
  return checked.verdict;
}

void mend_hash(Bytes& pack) {
  const std::size_t at = pack.size() - 4 * kTarBlock;
  const std::string line = hex(sha256(ByteView(pack).first(at)).view()) + "\n";
  std::copy(line.begin(), line.end(), pack.begin() + static_cast<std::ptrdiff_t>(at + kTarBlock));
}

// Bytes of the log's files are changed and the hash is made anew.
void damaged(Input& in) {
  Bytes pack = a_pack();
  const std::string_view mark = "logs/1/vkey";
  const auto from = static_cast<std::size_t>(std::search(pack.begin(), pack.end(), mark.begin(), mark.end()) -
                                             pack.begin());
  while (!in.empty()) {
    const std::size_t at = from + in.u16() % (pack.size() - 4 * kTarBlock - from);
    pack[at] = static_cast<std::uint8_t>(pack[at] ^ in.u8());
  }
  const bool changed = pack != a_pack();
  mend_hash(pack);
  SEALKEEP_ASSERT((verdict_of(pack) == Verdict::NotConsistent) == changed);
}

void signed_entries(Input& in) {
  std::vector<Bytes> entries;
  while (!in.empty() && entries.size() < 300) entries.push_back(to_bytes(in.piece()));
  if (entries.empty()) return;
  SEALKEEP_ASSERT(verdict_of(world().pack(entries)) == Verdict::Consistent);
}

void cover(ByteView bytes) {
  const auto decoded = decode_cover(bytes);
  if (!decoded) return;
  const auto again = encode(*decoded);
  SEALKEEP_ASSERT(again && std::equal(again->begin(), again->end(), bytes.begin(), bytes.end()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  switch (in.choose<EvidenceChoice>()) {
    case EvidenceChoice::Pack:
      static_cast<void>(verdict_of(in.rest()));
      break;
    case EvidenceChoice::Damaged:
      damaged(in);
      break;
    case EvidenceChoice::Signed:
      signed_entries(in);
      break;
    case EvidenceChoice::Cover:
      cover(in.rest());
      break;
    case EvidenceChoice::Page:
      if (const auto pack = pack_of_page(in.rest())) static_cast<void>(verdict_of(*pack));
      break;
    case EvidenceChoice::Anchor:
      static_cast<void>(parse_anchor(as_text(in.rest())));
      break;
    case EvidenceChoice::kCount:
      break;
  }
  return 0;
}
