// SPDX-License-Identifier: Apache-2.0
// What an Uplink does about the hub's messages.
#include <algorithm>

#include "agent/uplink/uplink.hpp"

namespace sealkeep::agent {
namespace {

constexpr std::size_t kWantsQueued = 16;

/// Errors of our own. Everything else is what the peer sent, or a disk that is full, which passes: whatever
/// was not stored then comes again.
bool is_ours(const Error& error) {
  return error.kind == ErrorKind::Corrupt || error.kind == ErrorKind::Bug;
}

}  // namespace

Result<> Uplink::on_message(ByteView bytes) {
  const auto take = [&]() -> Result<> {
    SEALKEEP_LET(frame, sync::read_frame(bytes));
    switch (frame.type) {
      case sync::MessageType::HelloAnswer:
        return on_hello_answer(frame.body);
      case sync::MessageType::ChangeSet:
        return on_change_set(frame.body);
      case sync::MessageType::Cosigned:
        return on_cosigned(frame.body);
      case sync::MessageType::WantDetails:
        return on_want_details(frame.body);
      case sync::MessageType::WantPicture: {
        // Answered once nothing else is to be said.
        SEALKEEP_LET(want, sync::decode_want_picture(frame.body));
        want_picture_ = want;
        return {};
      }
      case sync::MessageType::Refused:
        return on_refused(frame.body);
      case sync::MessageType::Hello:
      case sync::MessageType::Details:
      case sync::MessageType::Status:
      case sync::MessageType::EnrolRequest:
      case sync::MessageType::EnrolAnswer:
      case sync::MessageType::EpochOffer:
      case sync::MessageType::PicturePiece:
        break;
    }
    return bad_input("message.unexpected", "a hub does not send this kind of message");
  };
  auto done = take();
  if (done || is_ours(done.error())) return done;
  note("message_passed_over", done.error());
  return {};
}

bool Uplink::hub_cosigned(const Checkpoint& checkpoint, const Cosignature& cosignature) const {
  const auto& keys = exporter_.roles().keys;
  return std::any_of(keys.begin(), keys.end(), [&](const sync::RoleKey& key) {
    return key.role == "mirror" && key.type == sync::KeyType::Ed25519 &&
           verify_cosignature(checkpoint, PublicKey{key.bytes}, cosignature).has_value();
  });
}

// A Cosigned that was lost comes again in the hello's answer.
Result<> Uplink::take_hub_cosignature(const sync::LogHead& head, const OwnLog& log) {
  if (!head.cosigned || log.role != LogRole::Site || log.frozen) return {};
  SEALKEEP_LET(size, parts_.logs.size(log.log));
  if (head.cosigned->size > size) return {};
  SEALKEEP_LET(newest, parts_.logs.newest_cosigned_head(log.log));
  if (newest && newest->checkpoint.size >= head.cosigned->size) return {};
  SEALKEEP_LET(own, source_->head_at(head.cosigned->size));
  if (own.checkpoint.origin != log.identity.origin ||
      !hub_cosigned(own.checkpoint, head.cosigned->cosignature))
    return {};
  auto stored = parts_.db.transaction([&] {
    return parts_.logs.put_cosignature(log.log, own.checkpoint, own.signature, head.cosigned->cosignature);
  });
  if (!stored && stored.error().kind == ErrorKind::Full) return {};
  return stored;
}

Result<> Uplink::on_hello_answer(ByteView body) {
  const auto find_key = [&](std::string_view sender) {
    return sender == exporter_.enrolment().hub ? exporter_.roles().signing_key("message") : std::nullopt;
  };
  SEALKEEP_LET(opened, sync::open_signed(body, sync::kHelloAnswerPurpose, find_key, exporter_.name()));
  SEALKEEP_LET(answer, sync::decode_hello_answer(opened.body));
  if (answer.session != parts_.session || machine_->state() != sync::UplinkMachine::State::Greeting)
    return {};
  SEALKEEP_TRY(store_cosignatures());
  SEALKEEP_TRY(on_recorded());
  sync::event::Answered event{std::move(answer), {}};
  if (event.answer.retry_after_ms == 0) listed_.clear();
  bool healthy = event.answer.retry_after_ms == 0;
  for (const sync::LogHead& head : event.answer.logs) {
    const OwnLog* log = find(head.origin);
    if (log == nullptr) continue;
    listed_.insert(head.origin);
    SEALKEEP_LET(size, parts_.logs.size(log->log));
    if (head.size > size) continue;
    SEALKEEP_LET(root, parts_.logs.root_at(log->log, head.size));
    event.our_roots.emplace(head.origin, root);
    if (root == head.root) SEALKEEP_TRY(take_hub_cosignature(head, *log));
  }
  // The hub takes the log that is written now: nothing is left of earlier trouble but what this answer
  // brings.
  healthy = healthy && listed_.contains(source_->identity().origin);
  if (healthy) trouble_.clear();
  return handle(event);
}

Result<> Uplink::on_cosigned(ByteView body) {
  SEALKEEP_LET(cosigned, sync::decode_cosigned(body));
  if (cosigned.log != source_->identity().id)
    return bad_input("cosigned.other_log", "a cosignature is for a log that is not written now");
  SEALKEEP_LET(head, source_->head_at(cosigned.size));
  if (!hub_cosigned(head.checkpoint, cosigned.cosignature))
    return fail(ErrorKind::Refused, "cosignature.bad_signature",
                "a cosignature is not the hub's over this site's log",
                "size " + std::to_string(cosigned.size),
                "If it stays so, ask the hub's operator about its keys");
  checked_.push_back({cosigned, std::move(head)});
  return {};
}

// The largest says everything that the others say; the machine hears of each, for their windows.
Result<> Uplink::store_cosignatures() {
  if (checked_.empty()) return {};
  const std::vector<CheckedCosignature> batch = std::exchange(checked_, {});
  const auto largest = std::max_element(batch.begin(), batch.end(), [](const auto& a, const auto& b) {
    return a.cosigned.size < b.cosigned.size;
  });
  SEALKEEP_LET(newest, parts_.logs.newest_cosigned_head(source_->log()));
  if (!newest || newest->checkpoint.size < largest->cosigned.size) {
    auto stored = parts_.db.transaction([&] {
      return parts_.logs.put_cosignature(source_->log(), largest->head.checkpoint, largest->head.signature,
                                         largest->cosigned.cosignature);
    });
    // It comes again with the next hello.
    if (!stored && stored.error().kind == ErrorKind::Full) return {};
    SEALKEEP_TRY(std::move(stored));
  }
  source_->forget_below(largest->cosigned.size);
  for (const CheckedCosignature& one : batch)
    SEALKEEP_TRY(handle(sync::event::CosignedArrived{one.cosigned}));
  return {};
}

Result<> Uplink::answer_with_cosignature(const OwnLog& log) {
  SEALKEEP_LET(newest, parts_.logs.newest_cosigned_head(log.log));
  if (!newest) return {};
  send(sync::MessageType::Cosigned, sync::encode(sync::Cosigned{log.identity.id, newest->checkpoint.size,
                                                                newest->cosignature, kDirectiveWindowBytes}));
  return {};
}

Result<> Uplink::on_change_set(ByteView body) {
  SEALKEEP_LET(clear, envelope::open(body, exporter_.keys().envelope));
  SEALKEEP_LET(header, sync::read_change_set_header(clear));
  const OwnLog* log = find(header.log);
  if (log == nullptr || log->role != LogRole::Directive) {
    refuse("change_set.wrong_log", header.log, false);
    return {};
  }
  SEALKEEP_LET(mirrored, parts_.logs.frontier(log->log));
  const auto run = sync::open_change_set(clear, log->identity, mirrored);
  if (!run) {
    if (run.error().kind == sync::RefusalKind::AlreadyHeld) return answer_with_cosignature(*log);
    note("directives_refused", run.error().error);
    refuse(run.error().error.code.c_str(), header.log, run.error().kind != sync::RefusalKind::Malformed);
    return {};
  }
  const Now now = parts_.clock.now();
  SEALKEEP_TRY(parts_.db.transaction([&]() -> Result<std::int64_t> {
    const Cosignature cosignature =
        make_cosignature(run->end, static_cast<std::uint64_t>(std::max<std::int64_t>(now.unix_ms, 0) / 1000),
                         exporter_.keys().mirror);
    return parts_.logs.append_run(log->log, {run->start, run->count, run->entries, run->leaf_hashes},
                                  run->end, run->signature, cosignature, now.unix_ms);
  }));
  SEALKEEP_TRY(answer_with_cosignature(*log));
  SEALKEEP_TRY(handle(sync::event::Appended{log->identity.id, run->end.size}));
  // With a full disk that waits for the next of its kind, which says the same and more.
  if (auto acted = exporter_.act_on_directives(log->log, run->start);
      !acted && acted.error().kind != ErrorKind::Full)
    return acted;
  return adopt();
}

// With a full disk the directives wait in their log; a tick adopts them later.
Result<> Uplink::adopt() {
  auto adopted = exporter_.adopt_directives();
  adopt_due_ = !adopted;
  if (!adopted && adopted.error().kind != ErrorKind::Full)
    return tl::unexpected<Error>(std::move(adopted).error());
  return adopted && *adopted ? on_recorded() : Result<>{};
}

Result<> Uplink::on_want_details(ByteView body) {
  SEALKEEP_LET(want, sync::decode_want_details(body));
  const OwnLog* log = find(want.log);
  if (log != nullptr && log->role != LogRole::Site)
    return bad_input("details.unknown_log", "the hub wants details of a log that is not ours");
  std::uint64_t size = 0;
  if (log != nullptr) {
    SEALKEEP_LET(held, parts_.logs.size(log->log));
    size = held;
  }
  if (want.from >= size) {
    if (log != nullptr && !log->frozen)
      return bad_input("details.range", "the hub wants details of entries that are not there");
    // Put back from an older copy, which may not know the log at all: the hub alone has those entries, and
    // nobody their details.
    send(sync::MessageType::Details,
         envelope::seal(sync::encode(sync::Details{want.log, want.from, want.to, {}, {}}),
                        *exporter_.roles().box_key("envelope"), parts_.random));
    return {};
  }
  if (details_.size() >= kWantsQueued) return {};  // it asks again
  details_.emplace_back(parts_.logs, parts_.details, log->log, want, size);
  return {};
}

Result<> Uplink::on_refused(ByteView body) {
  SEALKEEP_LET(refused, sync::decode_refused(body));
  parts_.log.warn("hub_refused", {{"hub", exporter_.enrolment().hub}, {"code", refused.code}});
  trouble_ = "The hub refused a message: " + printable(refused.code);
  return handle(sync::event::RefusedArrived{refused});
}

}  // namespace sealkeep::agent
