// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/anchors.hpp"

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/sync/enrolment.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::size_t kFingerprintDigits = 32, kKeyDigits = 64;
constexpr std::size_t kKeyBytes = 32;

std::string digits_of(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ' && c != '\t' && c != ':' && c != '-')
      out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return out;
}

bool is_key_at(ByteView keys, std::size_t place, const PublicKey& key) {
  return keys.size() >= (place + 1) * kKeyBytes &&
         std::equal(key.bytes.begin(), key.bytes.end(),
                    keys.begin() + static_cast<std::ptrdiff_t>(place * kKeyBytes));
}

}  // namespace

Result<Anchor> parse_anchor(std::string_view text) {
  Anchor anchor;
  anchor.text = std::string(text);
  if (text.find('+') != std::string_view::npos) {
    auto key = parse_verifier_key(text);
    if (!key)
      return bad_input("anchor.malformed", "This is not a verifier key: " + printable(text), key.error().what,
                       "Copy the whole line, name+8 digits+base64");
    anchor.key = std::move(*key);
    return anchor;
  }
  const std::string digits = digits_of(text);
  const auto bytes = from_hex(digits);
  if (bytes && digits.size() == kFingerprintDigits) {
    anchor.fingerprint = digits;
    return anchor;
  }
  if (bytes && digits.size() == kKeyDigits) {
    anchor.fingerprint = digits_of(fingerprint(*bytes));
    return anchor;
  }
  return bad_input("anchor.malformed", "This is neither a key nor a fingerprint: " + printable(text), {},
                   "A fingerprint is 32 digits as \"3f9a 01bc ...\", a key is name+8 digits+base64");
}

Result<Confirmed> Confirmed::make(const Cover& cover, std::span<const Anchor> anchors) {
  Confirmed out(cover, anchors);
  SEALKEEP_LET(bundle, sync::open_roles_bundle(cover.roles, cover.root, cover.hub));
  for (const sync::RoleKey& key : bundle.keys)
    if (key.type == sync::KeyType::Ed25519) out.role_keys_.push_back(PublicKey{key.bytes});
  out.root_ = out.has_fingerprint(fingerprint(cover.root.bytes));
  for (const CoverSite& site : cover.sites) {
    const bool given = !site.keys.empty() && out.has_fingerprint(fingerprint(site.keys));
    out.sites_.push_back(given ? "site " + site.code + ", fingerprint " + fingerprint(site.keys) : "");
  }
  return out;
}

bool Confirmed::has_fingerprint(std::string_view text) {
  const std::string wanted = digits_of(text);
  bool any = false;
  for (std::size_t i = 0; i < anchors_.size(); ++i)
    if (!anchors_[i].key && anchors_[i].fingerprint == wanted) any = found_[i] = true;
  return any;
}

bool Confirmed::looks_for_states() const {
  for (std::size_t i = 0; i < anchors_.size(); ++i)
    if (!anchors_[i].key && !found_[i]) return true;
  return false;
}

std::string Confirmed::behind(const Checkpoint& state) {
  const std::string print = checkpoint_fingerprint(state);
  if (!has_fingerprint(print)) return {};
  return "its state at " + std::to_string(state.size) + " records, fingerprint " + print;
}

Result<std::string> Confirmed::behind(const VerifierKey& key, std::uint32_t site) {
  std::string who;
  for (std::size_t i = 0; i < anchors_.size(); ++i) {
    const std::optional<VerifierKey>& given = anchors_[i].key;
    if (!given || given->name != key.name || given->type != key.type) continue;
    found_[i] = true;
    if (given->key != key.key)
      return fail(ErrorKind::Refused, "anchor.other_key",
                  "The key that you gave for " + printable(key.name) + " is not the one that signed here");
    who = "the key that you gave for " + key.name;
  }
  if (!who.empty()) return who;
  if (has_fingerprint(fingerprint(key.key.bytes))) return "fingerprint " + fingerprint(key.key.bytes);
  if (root_ && std::find(role_keys_.begin(), role_keys_.end(), key.key) != role_keys_.end())
    return "head office, fingerprint " + fingerprint(cover_->root.bytes);
  const Bytes& keys = cover_->sites[site].keys;
  if (!sites_[site].empty() && (is_key_at(keys, 0, key.key) || is_key_at(keys, 1, key.key)))
    return sites_[site];
  return std::string();
}

}  // namespace sealkeep::evidence
