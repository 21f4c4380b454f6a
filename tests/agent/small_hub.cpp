// SPDX-License-Identifier: Apache-2.0
#include "tests/agent/small_hub.hpp"

#include <catch2/catch.hpp>

namespace sealkeep::test {

SmallHub::SmallHub(std::string hub_name, std::string site_code, std::uint64_t seed)
    : name_(std::move(hub_name)),
      site_code_(std::move(site_code)),
      random_(seed),
      root_(SigningKey::generate(random_)),
      directive_(SigningKey::generate(random_)),
      mirror_(SigningKey::generate(random_)),
      journal_(SigningKey::generate(random_)),
      message_(SigningKey::generate(random_)),
      curve_(BoxKey::generate(random_)),
      envelope_(BoxKey::generate(random_)) {}

sync::Invitation SmallHub::invitation(std::int64_t expires_ms) const {
  using sync::KeyType;
  const sync::RolesBundle bundle{name_,
                                 1'767'000'000'000,
                                 {{"directive", KeyType::Ed25519, directive_.public_key().bytes},
                                  {"mirror", KeyType::Ed25519, mirror_.public_key().bytes},
                                  {"journal", KeyType::Ed25519, journal_.public_key().bytes},
                                  {"message", KeyType::Ed25519, message_.public_key().bytes},
                                  {"curve", KeyType::X25519, curve_.public_key().bytes},
                                  {"envelope", KeyType::X25519, envelope_.public_key().bytes}}};
  return {name_,
          "tcp://" + name_ + ":7441",
          "tcp://" + name_ + ":7442",
          root_.public_key(),
          sync::sign_roles_bundle(bundle, root_),
          site_code_,
          {1, 2, 3},
          expires_ms};
}

sync::Invitation SmallHub::invitation_again(std::int64_t expires_ms, std::uint32_t epoch) {
  sync::Invitation again = invitation(expires_ms);
  again.epoch = epoch;
  const Frontier& held = mirror().frontier;
  again.follows = sync::FollowedLog{mirror().identity.origin, held.size(), held.root(), held.size()};
  return again;
}

void SmallHub::forget_directives(std::size_t kept) {
  directives_.resize(kept);
  directive_frontiers_.resize(kept + 1);
}

void SmallHub::approve(ByteView frame_bytes, std::uint32_t epoch) {
  const auto frame = sync::read_frame(frame_bytes);
  REQUIRE(frame);
  const auto request = sync::decode_enrol_request(frame->body, name_);
  REQUIRE(request);
  REQUIRE(request->site_code == site_code_);
  site_ = request->keys;
  add_mirror(agent::site_log_origin(name_, site_code_, epoch), site_->log);
}

void SmallHub::approve_epoch() {
  REQUIRE(!offers.empty());
  add_mirror(offers.back().origin, offers.back().key);
}

void SmallHub::add_mirror(std::string_view origin, const PublicKey& key) {
  mirrors_.push_back({sync::identify_log(origin, key), {}, {}, {}, {}});
}

SmallHub::Mirror* SmallHub::find(std::string_view origin) {
  for (Mirror& mirror : mirrors_)
    if (mirror.identity.origin == origin) return &mirror;
  return nullptr;
}

void SmallHub::issue(ses::DirectiveBody body) {
  ses::Directive directive;
  random_.fill(directive.request_id);
  directive.issued_ms = 1'767'225'600'000;
  directive.body = std::move(body);
  const auto bytes = ses::encode(directive);
  REQUIRE(bytes);
  directive_frontiers_.push_back(directive_frontiers_.back());
  directive_frontiers_.back().append(hash_leaf(*bytes));
  directives_.push_back(*bytes);
}

Bytes SmallHub::want_details(std::uint64_t from, std::uint64_t to) const {
  return sync::make_frame(sync::MessageType::WantDetails,
                          sync::encode(sync::WantDetails{mirrors_.back().identity.id, from, to}));
}

std::vector<Bytes> SmallHub::on_frame(ByteView bytes, const Now& now) {
  largest_frame = std::max(largest_frame, bytes.size());
  const auto frame = sync::read_frame(bytes);
  REQUIRE(frame);
  const std::string site = agent::site_name(name_, site_code_);
  const auto body_of = [&](std::string_view purpose) {
    const auto opened = sync::open_signed(
        frame->body, purpose,
        [&](std::string_view sender) {
          return sender == site ? std::optional(site_->message) : std::nullopt;
        },
        name_);
    REQUIRE(opened);
    return opened->body;
  };
  switch (frame->type) {
    case sync::MessageType::Hello: {
      const auto hello = sync::decode_hello(body_of(sync::kHelloPurpose));
      REQUIRE(hello);
      hellos.push_back(*hello);
      return on_hello(*hello, now);
    }
    case sync::MessageType::ChangeSet:
      return on_change_set(frame->body, now);
    case sync::MessageType::Status: {
      const auto read = sync::decode_status(body_of(sync::kStatusPurpose));
      REQUIRE(read);
      status = *read;
      return {};
    }
    case sync::MessageType::EpochOffer: {
      const auto offer = sync::decode_epoch_offer(body_of(sync::kEpochOfferPurpose));
      REQUIRE(offer);
      offers.push_back(*offer);
      return {};
    }
    case sync::MessageType::Details: {
      const auto clear = envelope::open(frame->body, envelope_);
      REQUIRE(clear);
      CHECK(clear->size() <= sync::kDetailsBytes);
      const auto read = sync::decode_details(*clear);
      REQUIRE(read);
      details.push_back(*read);
      return {};
    }
    case sync::MessageType::Cosigned: {
      const auto cosigned = sync::decode_cosigned(frame->body);
      REQUIRE(cosigned);
      const std::string origin = agent::directive_log_origin(name_, site_code_, 1);
      CHECK(cosigned->log == sync::identify_log(origin, directive_.public_key()).id);
      REQUIRE(cosigned->size < directive_frontiers_.size());
      CHECK(verify_cosignature({origin, cosigned->size, directive_frontiers_[cosigned->size].root()},
                               site_->mirror, cosigned->cosignature));
      directives_cosigned = {cosigned->size, cosigned->cosignature};
      return {};
    }
    default:
      FAIL("the site sent what a site does not send");
      return {};
  }
}

std::vector<Bytes> SmallHub::on_hello(const sync::Hello& hello, const Now& now) {
  sync::HelloAnswer answer{hello.session, now.unix_ms, 0, {}};
  std::optional<std::uint64_t> directives_from;
  for (const sync::LogHead& claimed : hello.logs) {
    sync::LogHead held;
    held.origin = claimed.origin;
    held.role = claimed.role;
    if (claimed.role == sync::SyncedRole::Directive) {
      held.size = directives_.size();
      held.root = directive_frontiers_.back().root();
      if (held.size > 0) held.signature = sign_checkpoint({held.origin, held.size, held.root}, directive_);
      if (claimed.size < directives_.size()) directives_from = claimed.size;
      if (claimed.size > held.size && takes_back) {
        CHECK(verify_checkpoint({claimed.origin, claimed.size, claimed.root}, directive_.public_key(),
                                claimed.signature.value_or(Signature{})));
        held.window_bytes = limits::kChangeSetBytes;
      }
    } else {
      const Mirror* mirror = find(claimed.origin);
      if (mirror == nullptr) continue;
      if (claimed.size > 0)
        CHECK(verify_checkpoint({claimed.origin, claimed.size, claimed.root}, mirror->identity.key,
                                claimed.signature.value_or(Signature{})));
      held.size = mirror->frontier.size();
      held.root = mirror->frontier.root();
      if (held.size > claimed.size) held.signature = mirror->signature;
      held.cosigned = mirror->cosigned;
      held.window_bytes = window_bytes;
    }
    answer.logs.push_back(std::move(held));
  }
  std::vector<Bytes> replies{sync::make_frame(
      sync::MessageType::HelloAnswer,
      sync::sign_message(sync::kHelloAnswerPurpose, name_, agent::site_name(name_, site_code_),
                         sync::encode(answer), message_))};
  if (directives_from) replies.push_back(directive_set(*directives_from));
  return replies;
}

Bytes SmallHub::directive_set(std::uint64_t from) {
  const auto identity =
      sync::identify_log(agent::directive_log_origin(name_, site_code_, 1), directive_.public_key());
  sync::ChangeSetBuilder builder(from);
  for (std::uint64_t i = from; i < directives_.size(); ++i) REQUIRE(builder.add(directives_[i]));
  return sync::make_frame(sync::MessageType::ChangeSet,
                          envelope::seal(builder.finish(identity, directive_frontiers_.back(), directive_),
                                         site_->envelope, random_));
}

std::vector<Bytes> SmallHub::on_change_set(ByteView sealed, const Now& now) {
  const auto clear = envelope::open(sealed, envelope_);
  REQUIRE(clear);
  const auto header = sync::read_change_set_header(*clear);
  REQUIRE(header);
  ++change_sets;
  const auto own =
      sync::identify_log(agent::directive_log_origin(name_, site_code_, 1), directive_.public_key());
  if (header->log == own.id) {
    const auto run = sync::open_change_set(*clear, own, directive_frontiers_.back());
    REQUIRE(run);
    ByteReader reader(run->entries);
    for (std::size_t i = 0; i < run->count; ++i) {
      const std::size_t length = reader.u16();
      directives_.push_back(to_bytes(reader.raw(length)));
      directive_frontiers_.push_back(directive_frontiers_.back());
      directive_frontiers_.back().append(run->leaf_hashes[i]);
    }
    return {sync::make_frame(sync::MessageType::Refused,
                             sync::encode(sync::Refused{"directives.taken_back", std::nullopt, 0, true}))};
  }
  for (Mirror& mirror : mirrors_) {
    if (mirror.identity.id != header->log) continue;
    auto run = sync::open_change_set(*clear, mirror.identity, mirror.frontier);
    if (!run) {
      REQUIRE(run.error().kind == sync::RefusalKind::AlreadyHeld);
    } else {
      ByteReader reader(run->entries);
      for (std::size_t i = 0; i < run->count; ++i) {
        const std::size_t length = reader.u16();
        mirror.entries.push_back(to_bytes(reader.raw(length)));
      }
      mirror.frontier = run->after;
      mirror.signature = run->signature;
      mirror.cosigned = {run->end.size,
                         make_cosignature(run->end, static_cast<std::uint64_t>(now.unix_ms / 1000), mirror_)};
    }
    if (loses_cosigned) return {};
    return {sync::make_frame(sync::MessageType::Cosigned,
                             sync::encode(sync::Cosigned{mirror.identity.id, mirror.cosigned->size,
                                                         mirror.cosigned->cosignature, window_bytes}))};
  }
  FAIL("a change set of a log that is not mirrored here");
  return {};
}

}  // namespace sealkeep::test
